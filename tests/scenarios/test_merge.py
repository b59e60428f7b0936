"""Scenarios of several people as one, on the crossroads by hand.

  ww     w             F            e    N?    ee       G
-1200  -900            0           900  1000  1300     1950
"""

import json
from dataclasses import replace

import pytest

from planner.case import build_case
from planner.errors import SourceError
from planner.scenarios import check_merged, compare_case, merge_scenarios
from planner.scenarios.merge_words import say_conflicts
from planner.sources.scenario_file import build_scenario
from planner.stages import Stages
from tests.cities.small_plan import lonlat
from tests.scenarios.test_by_hand import add, at, counts, scenario, small, total
from tests.scenarios.test_people_edits import come, go, near

TWO = [("F", "Station", 0, 0), ("G", "Other", 1950, 0)]
#: a and b mean the same new station; c calls another one the same, and closes what they move.
FILES = [
    [add("N1", -1200, votes=3, proposer="Zhang", reason="far"),
     {"op": "move", "id": "G", **at(1000)}],
    [add("N1", -1270, votes=1, proposer="Li"), {"op": "move", "id": "G", **at(400)}],
    [add("N1", 1000), {"op": "close", "id": "G", "votes": 9}],
]  # fmt: skip


def merged(folder, files, *, strict=True, **options):
    """Merge files; return what comes of it and the case."""
    case = build_case(small(folder, **options))
    scenarios = [scenario(*edits, name=f"f{n}") for n, edits in enumerate(files, start=1)]
    check_merged(case.plan, scenarios)
    return merge_scenarios(case, scenarios, Stages(), strict=strict), case


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    found, case = merged(tmp_path_factory.mktemp("three"), FILES, facilities=TWO)
    comparison = compare_case(case, [found.scenario], Stages())
    return found, comparison, found.add_together(comparison)


def table(rows, *names):
    return [[row.get(name) for name in names] for row in rows]


def test_each_is_counted_alone_and_joined_within_a_hundred_metres(three):
    found, _, rows = three
    assert table(rows[:-1], "number", "op", "id", "proposed", "votes") == [
        [1, "add", "N1", 2, 4], [2, "move", "G", 1, 0], [3, "move", "G", 1, 0],
        [4, "add", "N1-2", 1, 0], [5, "close", "G", 1, 9],
    ]  # fmt: skip
    # ww gains by the first; eee, 1,900 m east, loses when G goes to 400, ee too when it closes
    assert table(rows[:-1], "gained_alone", "lost_alone") == [
        [30, 0], [0, 0], [0, 5], [0, 0], [0, 25],
    ]  # fmt: skip
    assert table(rows[:1], "files", "proposers", "reasons") == [
        ["f1.json; f2.json", "Zhang; Li", "far"]
    ]
    assert [rows[0]["lon"], rows[0]["lat"]] == pytest.approx(lonlat(-1200, 0), abs=1e-6)
    assert len(found.proposed) == 6


def test_conflicts_are_named_and_the_one_with_more_votes_is_made(three):
    _, _, rows = three
    assert table(rows[:-1], "merged", "conflicts") == [
        [True, [{"with": 4, "why": "same_id"}]],
        [False, [{"with": 3, "why": "places"}, {"with": 5, "why": "closed"}]],
        [False, [{"with": 2, "why": "places"}, {"with": 5, "why": "closed"}]],
        [True, [{"with": 1, "why": "same_id"}]],
        [True, [{"with": 2, "why": "closed"}, {"with": 3, "why": "closed"}]],
    ]  # fmt: skip
    assert say_conflicts(rows[2], "en") == (
        "another place for the same station (with 2); one closes what the other changes (with 5); "
        "left out of the whole"
    )
    assert say_conflicts(rows[0], "zh") == "不同位置用了同一编号（与第 4 项），均保留，其一改号"


def test_together_nobody_loses_what_one_alone_would_take(three):
    found, comparison, rows = three
    [together] = comparison.content["scenarios"]
    assert counts(total(together)) == [75, 105, 30, 0]
    assert table(rows, "gained_together", "lost_together") == [
        [30, 0], [None, None], [None, None], [0, 0], [0, 0], [30, 0],
    ]  # fmt: skip
    assert (rows[-1]["op"], rows[-1]["share_after"]) == ("all", 1.0)
    first = found.content["edits"][0]
    assert (first["votes"], first["proposer"]) == (4, "Zhang; Li")


def test_what_is_merged_is_a_scenario_that_can_be_run_again(three, tmp_path):
    found, comparison, _ = three
    text = json.dumps(found.content, allow_nan=False)
    again = build_scenario(json.loads(text), file="merged.json")
    case = build_case(small(tmp_path, facilities=TWO))
    assert [edit.id for edit in again.edits] == ["N1", "N1-2", "G"]
    content = compare_case(case, [again], Stages()).content
    assert content["scenarios"] == comparison.content["scenarios"]


def test_of_one_file_nothing_is_joined_and_ids_follow_their_station(tmp_path):
    """The second file closes its own N again, which is the third station of the whole."""
    files = [
        [add("N", -1200), add("M", -1250)],
        [add("N", 1300), {"op": "close", "id": "N"}, come("N", 500, 9),
         go("x", demand_ids=["residential:N"], share=0.5)],
        [come("N", -500, 7)],
    ]  # fmt: skip
    found, case = merged(tmp_path, files)
    assert table(found.content["edits"], "op", "id", "demand_ids") == [
        ["add", "N", None], ["add", "M", None], ["add", "N-2", None], ["close", "N-2", None],
        ["add_people", "N", None], ["remove_people", "x", ["residential:N"]],
        ["add_people", "N-2", None],
    ]  # fmt: skip
    # closing it alone is counted after it was added: it takes back what that brought
    assert table(found.rows[2:4], "gained_alone", "lost_alone") == [[25, 0], [0, 25]]
    assert found.proposed[3].after_others
    [scenario] = compare_case(case, [found.scenario], Stages()).content["scenarios"]
    assert counts(total(scenario), "gained", "lost", "came", "came_covered") == [30, 0, 11.5, 11.5]


def test_what_is_the_same_and_what_is_not(tmp_path):
    files = [
        [{"op": "hours", "id": "F", "opening_hours": "24/7"}, {"op": "close", "id": "G"}],
        [{"op": "hours", "id": "F", "opening_hours": "Mo-Fr 09:00-17:00"}],
        [{"op": "hours", "id": "F", "opening_hours": "24/7"}, {"op": "close", "id": "G"}],
        [{"op": "level", "id": "F", "level": "town"}],
        [go("a", **near(-900, 100))],
        [go("b", **near(-850, 100))],
        [go("c", demand_ids=["residential:w"])],
        [come("d", -900, 5), {"op": "add_path", "id": "p", "path": [
            lonlat(0, 500), lonlat(500, 500), lonlat(500, 0)]}],
        [{"op": "add_path", "id": "q", "path": [lonlat(520, 0), lonlat(500, 510), lonlat(0, 510)]}],
    ]  # fmt: skip
    found, _ = merged(tmp_path, files, facilities=TWO)
    assert table(found.rows, "op", "proposed", "merged") == [
        ["hours", 2, True], ["close", 2, True], ["hours", 1, False], ["level", 1, True],
        ["remove_people", 2, True], ["remove_people", 1, False], ["add_people", 1, False],
        ["add_path", 2, True],
    ]  # fmt: skip
    assert [row["conflicts"] for row in found.rows] == [
        [{"with": 3, "why": "hours"}], [], [{"with": 1, "why": "hours"}], [],
        [{"with": 6, "why": "people"}, {"with": 7, "why": "people"}],
        [{"with": 5, "why": "people"}], [{"with": 5, "why": "people"}], [],
    ]  # fmt: skip


def test_an_edit_that_cannot_be_made_is_an_error_or_told(tmp_path):
    files = [[add("N", 300, 300), {"op": "close", "id": "zzz"}, add("M", -1200)]]
    message = r"f1\.json: edit 1: add N: no street lies within 100 m of it"
    with pytest.raises(SourceError, match=message):
        merged(tmp_path, files)
    found, _ = merged(tmp_path, files, strict=False)
    assert [bool(one.fault) for one in found.proposed] == [True, True, False]
    assert table(found.rows, "op", "id", "gained_alone") == [["add", "M", 30]]


def test_what_rests_on_an_edit_that_is_left_out_is_left_out_too(tmp_path):
    """People who would come where others clear the ground; a station reopened that stays open."""
    files = [
        [go("R", **near(-900, 100), votes=5),
         {"op": "hours", "id": "F", "opening_hours": "24/7", "votes": 5}],
        [come("E", -900, 9), go("Q", demand_ids=["residential:E"], share=0.5),
         {"op": "close", "id": "F"}, {"op": "add", "id": "F"}, add("N", -1300)],
    ]  # fmt: skip
    found, case = merged(tmp_path, files, facilities=TWO)
    assert table(found.rows, "op", "id", "merged") == [
        ["remove_people", "R", True], ["hours", "F", True], ["add_people", "E", False],
        ["remove_people", "Q", False], ["close", "F", False], ["add", "F", False],
        ["add", "N", True],
    ]  # fmt: skip
    assert found.rows[3]["conflicts"] == [{"with": 3, "why": "rests"}]
    assert say_conflicts(found.rows[5], "en") == (
        "can be made only after 5, which is left out; left out of the whole"
    )
    whole = compare_case(case, [found.scenario], Stages()).content["scenarios"][0]
    # w has gone; ww gains by N
    assert (total(whole)["gained"], total(whole)["went"]) == (30, 40)


def test_scenarios_that_cannot_be_merged(tmp_path):
    plan = small(tmp_path).plan
    with pytest.raises(SourceError, match="have no edits to merge"):
        check_merged(plan, [])
    twice = [replace(scenario(add("N", 1), name=name), sha256="ab") for name in ("a", "b")]
    with pytest.raises(SourceError, match=r"b\.json: is a copy of a\.json; name it once"):
        check_merged(plan, twice)
    with pytest.raises(SourceError, match="is about the plan 'other', not 'small'"):
        check_merged(plan, [scenario(add("N", 1), plan="other")])
    many = [scenario(*[add(f"N{n}", n) for n in range(1000)], name=f"s{k}") for k in range(3)]
    with pytest.raises(SourceError, match="3,000 edits in all are too many; give at most 2,000"):
        check_merged(plan, many)
    with pytest.raises(SourceError, match="501 scenarios are too many; give at most 500"):
        check_merged(plan, many[:1] * 501)
