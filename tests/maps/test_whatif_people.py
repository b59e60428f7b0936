"""People who come and go in the page: followed and counted as the planner does, by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from planner.scenarios.compare import compare_case
from planner.stages import Stages
from tests.maps.whatif_beside import check_figures, to_scenario
from tests.maps.whatif_city import draw_city
from tests.maps.whatif_node import in_engine

if TYPE_CHECKING:
    from pathlib import Path

    from planner.case import Case

#: Three units at 0, 100 and 300 m: 10 and 20 residents in town a, 30 people at shops in town b. A
#: degree is 10 m here; people are counted from -500 to 500, east of 250 is town b.
PEOPLE = """((frame) => { const all = new people.People(
    { units: { id: ['r:1', 'r:2', 'c:1'], kinds: ['residential', 'commercial'] },
      groups: [{ name: 'old', kind: 'residential', profile: null }] },
    { 'units.x': [0, 100, 300], 'units.y': [0, 0, 0], 'units.kind': [0, 0, 1],
      'units.people': [10, 20, 30] },
    { counted: {}, toMetric: (lon, lat) => [10 * lon, 10 * lat], counts: (x) => Math.abs(x) <= 500,
      townAt: (x) => (x < 250 ? 0 : 1) }, () => 7);
  let state = all.today; return rows.map((row, i) => attempt(() => {
    const found = all.follow(state, edits.readEdit(row, i + 1)); state = found.people;
    return [found.name, found.xy, Array.from(people.sharesOf(state, state.count)),
      state.comers.rows.map((one) => [one.id, one.town, one.people, one.edge])]; })); })()"""


def come(identifier: str, x: float, people: float, **more: Any) -> dict[str, Any]:
    row = {"op": "add_people", "id": identifier, "lon": x / 10, "lat": 0, "kind": "residential"}
    return row | {"people": people} | more


def go(identifier: str, **more: Any) -> dict[str, Any]:
    return {"op": "remove_people", "id": identifier, **more}


def near(x: float, radius_m: float, **more: Any) -> dict[str, Any]:
    return {"lon": x / 10, "lat": 0, "radius_m": radius_m, **more}


def test_shares_follow_each_other_and_the_border_of_a_circle_belongs_to_it():
    rows = [
        go("a", **near(0, 100, share=0.5)),
        come("N", 50, 100, name="新苑"),
        go("b", **near(0, 60, share=0.5)),
        go("c", demand_ids=["residential:N", "c:1"], kind="commercial"),
        go("d", demand_ids=["r:1", "r:2"], share=1),
        come("M", -400, 5, kind="industrial", lat=3),
    ]
    found = in_engine(PEOPLE, rows=rows)
    newcomer = ["residential:N", 0, 100, 7]
    assert found == [
        ["a", [0, 0], [0.5, 0.5, 1], []],
        ["新苑", [50, 0], [0.5, 0.5, 1, 1], [newcomer]],
        ["b", [0, 0], [0.25, 0.5, 1, 0.5], [newcomer]],
        # In the middle of those who are named, whether they go or not.
        ["c", [175, 0], [0.25, 0.5, 0, 0.5], [newcomer]],
        ["d", [50, 0], [0, 0, 0, 0.5], [newcomer]],
        ["M", [-400, 30], [0, 0, 0, 0.5, 1], [newcomer, ["industrial:M", 0, 5, 7]]],
    ]


@pytest.mark.parametrize(
    ("row", "key", "values"),
    [
        (come("N", 5, 1), "unit_there", {"id": "residential:N"}),
        (come("X", 501, 1), "place_outside", None),
        (come("X", 0, 1, groups={"young": 1}), "group_unknown", {"value": "young", "known": "old"}),
        (come("X", 0, 1, groups={"old": 2}), "group_people", None),
        (come("X", 0, 9, kind="commercial", groups={"old": 2}), "group_people", None),
        (go("x", demand_ids=["r:3"]), "unit_like", {"value": "r:3", "like": "r:1"}),
        (go("x", demand_ids=["zzzzzzz"]), "unit_unknown", None),
        (go("x", **near(200, 50)), "nobody", {}),
        (go("x", **near(0, 10, kind="commercial")), "nobody", {}),
        (go("x", demand_ids=["r:2"]), "nobody", {}),
    ],
)
def test_what_cannot_be_done_is_refused(row, key, values):
    first = [come("N", 400, 100), go("gone", demand_ids=["r:2"])]
    fault = in_engine(PEOPLE, rows=[*first, row])[2]
    assert fault["key"] == key
    assert fault["edit"]["id"] == row["id"]
    assert values is None or fault["values"] == values


#: Three units of 10, 20 and 30, the last of another kind; 40 come, who are covered only after.
COUNTED = """((data) => { const counted_ = new counted.Counted(data);
  const none = new people.Comers([]), today = { comers: none, here: null, count: 3 };
  const some = new people.Comers([{ id: 'n', kind: 'residential', town: 1, people: 40,
    groups: new Map([['old', 8]]) }]);
  const after = { comers: some, here: Float64Array.of(0.5, 1, 0, 1), count: 4 };
  const now = [0, 0, 0, 0], group = data.head.groups[0];
  return [counted_.compare(today, after, [0, 1, 0], now, null),
    counted_.compare(after, after, [0, 1, 0, 1], now, null),
    counted_.compare(today, after, [0, 1, 0], now, group),
    counted_.count(after, now, null), counted_.count(after, now, group)]; })({
  head: { units: { kinds: ['residential', 'commercial'], towns: ['a', 'b'] },
    groups: [{ name: 'old', kind: 'residential' }] },
  columns: { 'units.kind': Int32Array.of(0, 0, 1), 'units.town': Int32Array.of(0, 1, -1),
    'units.people': Float64Array.of(10, 20, 30),
    'units.people_old': Float64Array.of(1, 2, 3) } })"""


def test_who_stays_who_comes_and_who_goes_is_counted_apart():
    moved, same, old, whole, of_old = in_engine(COUNTED)
    nobody = {"all": 0, "a": 0, "b": 0}
    assert {name: rows["residential"] for name, rows in moved.items()} == {
        "gained": {"all": 20, "a": 0, "b": 20},
        "lost": nobody,
        "came": {"all": 40, "a": 0, "b": 40},
        "came_covered": {"all": 40, "a": 0, "b": 40},
        "went": {"all": 5, "a": 5, "b": 0},
        "went_covered": {"all": 5, "a": 5, "b": 0},
    }
    assert moved["went"]["commercial"] == {"all": 30, "a": 0, "b": 0}
    # Among the same people those who came are gained like all others.
    assert same["gained"]["residential"] == {"all": 60, "a": 0, "b": 60}
    assert same["came"]["residential"] == same["went"]["commercial"] == nobody
    assert {name: rows["residential"]["all"] for name, rows in old.items()} == {
        "gained": 2, "lost": 0, "came": 8, "came_covered": 8, "went": 0.5, "went_covered": 0.5,
    }  # fmt: skip
    assert whole["residential"]["all"] == {"people": 65, "covered": 65, "gap": 0, "unknown": 0}
    assert whole["commercial"]["all"]["people"] == 0
    assert list(of_old) == ["residential"]
    assert of_old["residential"]["all"]["people"] == 10.5


# ---- in a browser


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Path, list[str]]:
    """The drawn city put together, and its page."""
    return draw_city(tmp_path_factory.mktemp("people"))


AT = {"lon": 121.4008, "lat": 31.4002}
EDITS = [
    {"op": "add_people", "id": "E", **AT, "kind": "residential", "people": 300.5,
     "groups": {"children": 40}, "year": 2031, "name": "<b>新苑</b>", "proposer": "王",
     "reason": "moved here", "votes": 3},
    {"op": "close", "id": "A"},
    {"op": "remove_people", "id": "R", **AT, "radius_m": 150, "share": 0.25},
    {"op": "add", "id": "N", **AT},
    {"op": "add_people", "id": "E", **AT, "kind": "industrial", "people": 70},
    {"op": "remove_people", "id": "Q", "demand_ids": ["residential:E", "commercial:s3"]},
]  # fmt: skip
MOVED = ("gained", "lost", "came", "came_covered", "went", "went_covered")


def test_what_each_edit_brings_is_what_compare_says(visit, city):
    case, path, _ = city
    [wanted] = compare_case(case, [to_scenario(case, EDITS)], Stages()).content["scenarios"]
    with visit(path=path) as page:
        before = page.evaluate("planner.whatIf.figures()")
        told = page.evaluate("(edits) => planner.whatIf.apply(edits)", EDITS)
        assert told["edits"] == len(EDITS)
        check_figures(page, case, EDITS)
        for row, mine in zip(
            wanted["ledger"], page.evaluate("planner.whatIf.ledger()"), strict=True
        ):
            assert (mine["name"], mine["lon"]) == (row["name"], pytest.approx(mine["lon"]))
            for name in MOVED:
                known = {kind: count["all"] for kind, count in mine[name].items()}
                theirs = row[f"{name}_by_kind"]
                assert known == pytest.approx({kind: theirs[kind] for kind in known}), (row, name)
        minutes = page.evaluate("planner.whatIf.minutes()")
        assert {"residential:E", "industrial:E"} <= set(minutes)
        saved = page.evaluate("planner.whatIf.scenario('mine')")
        assert saved["edits"] == EDITS
        page.evaluate("planner.whatIf.reset()")
        assert page.evaluate("planner.whatIf.figures()") == before
        assert "residential:E" not in page.evaluate("planner.whatIf.minutes()")
        page.evaluate("(text) => planner.whatIf.openFile(text)", json.dumps(saved))
        assert page.evaluate("planner.whatIf.scenario('mine')") == saved
        check_figures(page, case, EDITS)


REFUSED = """async (edit) => { const { whatIf } = planner, figures = await whatIf.figures();
  try { await whatIf.apply([edit]); return 'taken'; } catch (error) {
    const same = JSON.stringify(await whatIf.figures()) === JSON.stringify(figures);
    return same ? error.message : 'changed'; } }"""


def test_people_that_cannot_come_or_go_are_refused_in_one_sentence(visit, city):
    with visit(path=city[1], hash_="#lang=en") as page:
        for edit, said in (
            ({**EDITS[0], "lon": 121.5}, "lies outside the area"),
            ({**EDITS[0], "people": 0}, "write a number above 0"),
            ({**EDITS[0], "kind": "<b>"}, "write one of residential, industrial, commercial"),
            ({**EDITS[0], "groups": {"dogs": 1}}, "no group is called “dogs” here"),
            ({**EDITS[0], "groups": {"couriers": 1}}, "do not fit among 300.5 who are residential"),
            ({**EDITS[2], "demand_ids": ["residential:h1"]}, "by demand_ids and by a place"),
            ({"op": "remove_people", "id": "R", "demand_ids": ["residential:h99"]}, "did you mean"),
            ({"op": "remove_people", "id": "R", **AT, "radius_m": 0.001}, "nobody to take away"),
        ):
            message = page.evaluate(REFUSED, edit)
            assert said in message
            assert "\n" not in message
            assert message.startswith("edit 1 (people ")


def test_the_form_asks_who_how_many_and_in_which_year(visit, city):
    case, path, _ = city
    with visit(path=path, hash_="#view=trial&lang=en") as page:
        page.evaluate("planner.whatIf.ready")
        page.click("#tool-people")
        page.click("#trial-centre")
        page.fill("#trial-who", "<i>East</i>")
        page.select_option("#trial-kind", "commercial")
        page.fill("#trial-people", "400")
        page.fill("#trial-year", "2031")
        page.click(".trial-form button[type=submit]")
        page.wait_for_selector("#remove-0")
        page.click("#tool-leave")
        page.click("#trial-centre")
        page.fill("#trial-share", "50")
        page.select_option("#trial-radius", "500")
        page.click(".trial-form button[type=submit]")
        page.wait_for_selector("#remove-1")
        first, second = page.evaluate("planner.state.trial.edits")
        assert {name: first[name] for name in ("op", "name", "kind", "people", "year")} == {
            "op": "add_people", "name": "<i>East</i>", "kind": "commercial", "people": 400,
            "year": 2031,
        }  # fmt: skip
        assert (second["op"], second["share"], second["radius_m"]) == ("remove_people", 0.5, 500)
        assert not {"kind", "year", "name"} & set(second)
        check_figures(page, case, [first, second])
        listed = page.inner_text("#trial-list")
        assert "People come <i>East</i>" in listed
        assert "400 people at shops and offices come" in listed
        sentence = page.inner_text("#sentence")
        assert "residents go." in sentence
        shown = page.evaluate("planner.state.figure('residential', 'all')")
        found = page.evaluate("planner.whatIf.figures()")["residential"]["all"]
        assert (shown["covered"], shown["people"]) == (found["covered"], found["people"])
