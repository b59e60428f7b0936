"""A proposal and the comparison of its scenario tell the same figures in the same words.

The street of `tests.siting.street` with people whom nobody can judge: e lies in the straight reach
of a station that joins no street, n has no street near.

      n (no street)                                              U (joins no street)
    a    b              c   F   c          d    e
  -1900 -1500         -500  0  500       1500  1900           2500
"""

import re

import pytest

from planner.cli.printing import print_comparison, print_proposal
from planner.scenarios import compare_scenarios
from planner.siting import SolveOptions
from planner.siting.outcome import find_outcome, find_reach
from planner.siting.outcome_counts import count_by_town, count_whole_area
from planner.siting.propose import propose
from planner.siting.question import SiteQuestion
from planner.siting.siting_case import build_siting_case
from planner.sources.scenario_file import build_scenario
from tests.cities.small_plan import lonlat
from tests.siting.street import PEOPLE, candidates, street_run

#: 1,000 are covered, 600 left out (a, b, d), 1,600 cannot be judged (e 60, n 1,540): half of all.
HOMES = [*PEOPLE, ("n", 1540, -1500, 800)]
STATIONS = (("F", "Station", 0, 0), ("U", "Unjoined", 2500, 500))
OPTIONS = SolveOptions(time_limit_s=10.0, gap=0.0, rounds=20)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return street_run(
        tmp_path_factory.mktemp("doubt"),
        tables={"people.csv": HOMES, "workers.csv": [("w", 40, -1600, 0)]},
        facilities=STATIONS,
    )


@pytest.fixture(scope="module")
def proposal(run):
    case = build_siting_case(run, candidates(crs=run.network.crs))
    return propose(case, SiteQuestion(n_sites=2, options=OPTIONS))


@pytest.fixture(scope="module")
def compared(run, proposal):
    return compare_scenarios(run.inputs, [build_scenario(proposal.scenario, file="s.json")]).content


def rows_of(compared, kind="residential"):
    [found] = compared["scenarios"]
    return {row["area"]: row for row in found["totals"] if row["kind"] == kind}


def test_the_city_is_as_drawn(run):
    verdicts = run.layers["demand"].set_index("demand_id")["verdict"]
    assert verdicts.filter(like="residential").to_dict() == {
        "residential:a": "gap", "residential:b": "gap", "residential:c": "covered",
        "residential:d": "gap", "residential:e": "unknown", "residential:n": "unknown",
    }  # fmt: skip


def test_shares_have_both_ends_and_count_whom_a_site_brings_out_of_doubt(proposal):
    content = proposal.content
    assert (content["value"], content["gain"]["residential"]) == (600, 600)
    assert content["gain_unknown"]["residential"] == 60
    shares = {
        when: tuple(content[f"share{end}_{when}"] for end in ("", "_low", "_high"))
        for when in ("today", "after")
    }
    # 1,000 of 1,600 judged and of 3,200; then 1,660 of 1,660 judged, 1,540 still in doubt
    assert shares == {"today": (0.625, 0.3125, 0.8125), "after": (1.0, 0.5188, 1.0)}
    east, west = (row for row in content["towns"][::-1])
    assert (east["town"], west["town"]) == ("East", "West")
    assert (east["residents_gained"], east["residents_gained_unknown"]) == (300, 60)
    assert (west["share_after"], west["share_low_after"]) == (1.0, round(300 / 1840, 4))


def test_both_commands_count_the_same_people(proposal, compared):
    content, whole = proposal.content, rows_of(compared)
    rows = [content["whole_area"], *content["towns"]]
    for row in rows:
        other = whole[row["town"]]
        pairs = {
            "residents": "people", "residents_gained": "newly_covered",
            "residents_gained_unknown": "gained_unknown", "residents_lost": "lost",
            "residents_left": "gap_after", "residents_unknown": "unknown_after",
            **{f"share{end}_{when}": f"share{end}_{when}" for end in ("", "_low", "_high")
               for when in ("before", "after")},
        }  # fmt: skip
        assert {name: row[name] for name in pairs} == {
            name: pytest.approx(other[there], abs=1e-4) for name, there in pairs.items()
        }
    assert {row["town"] for row in rows} == set(whole)
    [found] = compared["scenarios"]
    assert [(edit["id"], edit["newly_covered"], edit["gained_unknown"])
            for edit in found["ledger"]] == [
        (site["site_id"], site["gain"]["residential"], site["gain_unknown"])
        for site in content["sites"]
    ]  # fmt: skip


def test_both_commands_print_the_same_numbers(proposal, compared, tmp_path, capsys):
    print_proposal(tmp_path, proposal.content)
    site = capsys.readouterr().out
    print_comparison(tmp_path, compared)
    comparison = capsys.readouterr().out
    assert (
        "- 2 new sites newly cover 600 residents, 40 workers, beside them 60 residents who could "
        "not be judged before (660 residents in all); with these candidates and limits this choice "
        "is proved to be the best, for the 1,600 residents who can be judged; 1,600 residents "
        "(50.0%) cannot be judged and count for no site\n"
    ) in site
    assert "from 62.5% (31.3%-81.3%) to 100.0% (51.9%-100.0%)" in site
    assert (
        "residents: 1,000 -> 1,660 of 3,200 covered, "
        "share 62.5% (31.3%-81.3%) -> 100.0% (51.9%-100.0%); "
        "newly covered 600, beside them 60 not judged before (660 in all), 0 lost\n"
    ) in comparison
    assert "newly covered 300, beside them 60 not judged before (360 in all), 0 lost" in comparison
    assert re.search(r"site \d: corner C \(C\), 300 residents, beside them 60 residents who", site)


def test_the_first_line_says_of_whom_it_is_proved_in_chinese_too(proposal):
    assert proposal.content["reasons"]["zh"][0] == (
        "新增 2 处，新增覆盖居民 600 人、园区职工 40 人，另有今日无法判断的居民 60 人"
        "（合计居民 660 人）；"
        "在所给的备选点和限制内，这一方案已证明是最优的——仅就可判断的居民 1,600 人而言；"
        "另有居民 1,600 人（50.0%）无法判断，不计入任何点位"
    )
    assert (
        "居民覆盖率由 62.5% (31.3%-81.3%) 提高到 100.0% (51.9%-100.0%)"
        in (proposal.content["reasons"]["zh"])
    )


def test_no_share_stands_alone_where_somebody_cannot_be_judged(proposal, compared):
    def alone(tree, path=""):
        """Yield the places of shares of people without their low and high end beside them."""
        if isinstance(tree, list):
            for number, part in enumerate(tree):
                yield from alone(part, f"{path}[{number}]")
        if isinstance(tree, dict):
            for name, part in tree.items():
                yield from alone(part, f"{path}.{name}")
                found = re.fullmatch(r"share(_(?!low|high|kept)\w+)?", name)
                if found and not isinstance(part, dict):
                    ends = [name.replace("share", f"share_{end}", 1) for end in ("low", "high")]
                    if not set(ends) <= set(tree):
                        yield f"{path}.{name}"

    asked = [".question.share"]  # what was asked for is no share of people
    assert list(alone(proposal.content)) == asked
    assert list(alone(compared)) == []


def test_the_worst_town_s_share_has_both_ends(run):
    case = build_siting_case(run, candidates(crs=run.network.crs))
    question = SiteQuestion(model="fairness", n_sites=1, options=OPTIONS)
    content = propose(case, question).content
    # With A all 300 of the west that can be judged are covered, 1,540 cannot; the east has 1,000 of
    # 1,300, and 60 in doubt.
    assert content["town_shares"] == {"East": round(1000 / 1300, 6), "West": 1.0}
    assert content["town_shares_low"] == {
        "East": pytest.approx(1000 / 1360, abs=1e-4), "West": pytest.approx(300 / 1840, abs=1e-4),
    }  # fmt: skip
    assert content["town_shares_high"]["East"] == pytest.approx(1060 / 1360, abs=1e-4)
    assert any("East has 76.9% (73.5%-77.9%)" in line for line in content["reasons"]["en"])


def test_closures_are_judged_alike(tmp_path):
    """c loses F; a station that joins no street lies 800 m off, so nobody knows whether it serves.

    The other 300 of the east and the 100 of the middle are in a gap, or fall into one.
    """
    homes = [("c", 1000, 500, 0), ("d", 300, 1500, 0), ("m", 100, -600, 0), ("a", 50, -1500, 0)]
    run = street_run(
        tmp_path, tables={"people.csv": homes, "workers.csv": [("w", 40, 500, 0)]},
        facilities=(("F", "Station", 0, 0), ("U", "Unjoined", 500, 800), ("G", "Far", -1950, 0)),
    )  # fmt: skip
    case = build_siting_case(run, candidates(crs=run.network.crs))
    outcome = find_outcome(
        case, find_reach(case), [list(case.candidates["site_id"]).index("A")], ["F"]
    )
    closes = {"version": 1, "plan": run.inputs.plan.name, "name": "closes", "edits": [
        {"op": "add", "id": "A", "lon": lonlat(-1700, 0)[0], "lat": lonlat(-1700, 0)[1]},
        {"op": "close", "id": "F"},
    ]}  # fmt: skip
    compared = compare_scenarios(run.inputs, [build_scenario(closes, file="s.json")]).content
    before, row = rows_of(compared)["all"], count_whole_area(case, outcome)
    assert (before["lost"], before["gap_after"], before["unknown_after"]) == (1100, 400, 1000)
    assert (row["residents_lost"], row["residents_left"], row["residents_unknown"]) == (
        1100, 400, 1000,
    )  # fmt: skip
    for end in ("", "_low", "_high"):
        assert row[f"share{end}_after"] == pytest.approx(before[f"share{end}_after"], abs=1e-4)
    for town in count_by_town(case, outcome):
        other = rows_of(compared)[town["town"]]
        assert (town["residents_left"], town["residents_unknown"]) == (
            other["gap_after"], other["unknown_after"],
        )  # fmt: skip


def test_planned_stations_are_told_where_they_do_not_count(tmp_path):
    run = street_run(
        tmp_path, heading="facility_id,name,status",
        facilities=(("F", "Station", "open", 0, 0), ("P", "Planned", "planned", 1600, 0)),
    )  # fmt: skip
    case = build_siting_case(run, candidates(crs=run.network.crs))
    proposal = propose(case, SiteQuestion(n_sites=1, options=OPTIONS))
    [found] = compare_scenarios(
        run.inputs, [build_scenario(proposal.scenario, file="s.json")]
    ).content["scenarios"]
    assert found["warnings"] == [
        "1 planned stations do not count here, before or after; planner site counts them as open"
    ]
