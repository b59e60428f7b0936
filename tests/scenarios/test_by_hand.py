"""Scenarios on a crossroads by hand: who gains, who loses, what each edit brings.

Adults walk 1,000 m in 15 minutes. The street runs from -2,000 to 2,000 m and is crossed at 0 by one
from 1,000 m south to 1,000 m north; the only station stands at 0.
"""

import json
from dataclasses import replace

import pytest
from shapely.geometry import box

from planner.errors import SourceError
from planner.plan import Rule
from planner.scenarios import compare_scenarios
from planner.sources.scenario_file import build_scenario
from tests.cities.small_plan import inputs_of, lonlat

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
WORK = '[[demand]]\nkind = "industrial"\ntable = "work.csv"\npeople = "people"\n'
WIDE = box(-9000, -9000, 9000, 9000)
#: 900 m west and east are served; 1,200 m west, 1,300 m and 1,900 m east are not.
PEOPLE = [("w", 40, -900, 0), ("ww", 30, -1200, 0), ("e", 10, 900, 0), ("ee", 20, 1300, 0),
          ("eee", 5, 1900, 0)]  # fmt: skip


def at(x, y=0):
    lon, lat = lonlat(x, y)
    return {"lon": lon, "lat": lat}


def add(identifier, x, y=0, **more):
    return {"op": "add", "id": identifier, **at(x, y), **more}


def scenario(*edits, name="try", plan="small"):
    return build_scenario(
        {"version": 1, "plan": plan, "name": name, "edits": list(edits)}, file=f"{name}.json"
    )


def small(folder, **options):
    options = {"tables": {"homes.csv": PEOPLE}, "bounds": WIDE} | options
    return inputs_of(folder, options.pop("demand", HOMES), **options)


def compared(folder, *edits, **options):
    """Compare one scenario; return its part of compare.json, and the comparison."""
    comparison = compare_scenarios(small(folder, **options), [scenario(*edits)])
    json.dumps(comparison.content, allow_nan=False)
    return comparison.content["scenarios"][0], comparison


def total(found, area="all", kind="residential", group=""):
    [row] = [
        row
        for row in found["totals"]
        if (row["area"], row["kind"], row["group"]) == (area, kind, group)
    ]
    return row


def counts(row, *names):
    return [row[name] for name in names or ("covered_before", "covered_after", "gained", "lost")]


def changes(comparison):
    layer = comparison.layers["changes"]
    return dict(zip(layer["demand_id"].str.removeprefix("residential:"), layer["change"],
                    strict=True))  # fmt: skip


def ledger(found, *names):
    return [[row[name] for name in names] for row in found["ledger"]]


def test_a_new_station_serves_those_near_it(tmp_path):
    found, comparison = compared(tmp_path, add("N", 1200, name="New 站", cost=4))
    row = total(found)
    assert counts(row) == [50, 75, 25, 0]
    assert counts(row, "people", "gap_before", "gap_after", "share_before", "share_after") == [
        105, 55, 30, round(50 / 105, 4), round(75 / 105, 4),
    ]  # fmt: skip
    assert changes(comparison) == {"ee": "gained", "eee": "gained"}
    assert ledger(found, "edit", "op", "id", "name", "gained", "lost", "cost",
                  "gained_per_cost") == [[1, "add", "N", "New 站", 25, 0, 4, 6.25]]  # fmt: skip
    assert (found["additions_only"], found["losers"], found["cost"]) == (True, [], 4)
    layer = comparison.layers["changes"].set_index("demand_id")
    told = layer.loc["residential:ee"]
    assert told["minutes_before"] == pytest.approx(19.5, rel=3e-4)
    assert told["minutes_after"] == pytest.approx(1.5, rel=3e-3)
    assert (told["nearest_before"], told["nearest_after"]) == ("F", "N")
    [edit] = comparison.layers["edits"].to_dict("records")
    assert [edit["geometry"].x, edit["geometry"].y] == pytest.approx(lonlat(1200, 0), abs=1e-9)


def test_the_ledger_gives_each_edit_what_it_adds_to_those_before_it(tmp_path):
    edits = [add("A", 1200, cost=2), add("B", 1300), add("C", -1200, cost=3)]
    found, _ = compared(tmp_path, *edits)
    assert ledger(found, "id", "gained", "gained_per_cost") == [
        ["A", 25, 12.5], ["B", 0, None], ["C", 30, 10],
    ]  # fmt: skip
    assert counts(total(found))[2] == 55
    assert (found["cost"], found["edits_without_cost"]) == (5, 1)
    found, _ = compared(tmp_path, *reversed(edits))
    assert ledger(found, "id", "gained") == [["C", 30], ["B", 25], ["A", 0]]


def test_a_move_and_a_closure_lose_people_and_say_whom(tmp_path):
    found, comparison = compared(tmp_path, {"op": "move", "id": "F", **at(1000)})
    assert counts(total(found)) == [50, 35, 25, 40]
    assert changes(comparison) == {"w": "lost", "ee": "gained", "eee": "gained"}
    assert not found["additions_only"]
    [loser] = found["losers"]
    assert loser["minutes_after"] == pytest.approx(1900 * 0.015, rel=3e-4)
    del loser["minutes_after"]
    assert loser == {
        "town": "", "kind": "residential", "facility_id": "F", "facility": "Station", "people": 40,
        "units": 1, "minutes_before": pytest.approx(13.5, rel=3e-4), "nearest_after_id": "F",
        "nearest_after": "Station",
    }  # fmt: skip
    [line] = comparison.layers["edit_lines"].geometry
    assert list(line.coords) == [
        pytest.approx(lonlat(0, 0), abs=1e-9), pytest.approx(lonlat(1000, 0), abs=1e-9),
    ]  # fmt: skip
    assert comparison.drawn["edits"].geometry.geom_type.tolist() == ["LineString"]
    two = [("F", "Station", 0, 0), ("G", "Other", 1100, 0)]
    found, _ = compared(tmp_path, {"op": "close", "id": "F", "cost": 0}, facilities=two)
    assert counts(total(found)) == [75, 35, 0, 40]
    assert found["losers"][0]["nearest_after"] == "Other"
    assert found["ledger"][0]["gained_per_cost"] is None


def test_kinds_and_towns_are_counted_apart(tmp_path):
    area = box(-2000, -1000, 2000, 1000)
    towns = {"West": box(-2000, -1000, 0, 1000), "East": box(0, -1000, 2000, 1000)}
    tables = {"homes.csv": PEOPLE, "work.csv": [("1", 500, -1300, 0), ("2", 8, 100, 0)]}
    found, _ = compared(
        tmp_path, add("N", -1200), demand=HOMES + WORK, tables=tables, area=area, towns=towns,
        service="targets = { residential = 0.7 }",
    )  # fmt: skip
    assert counts(total(found)) == [50, 80, 30, 0]
    assert counts(total(found, "West")) == [40, 70, 30, 0]
    assert counts(total(found, "East")) == [10, 10, 0, 0]
    assert counts(total(found, "all", "industrial")) == [8, 508, 500, 0]
    assert {row["kind"] for row in found["totals"]} == {"residential", "industrial"}
    assert ledger(found, "kind", "gained", "gained_by_kind") == [
        ["residential", 30, {"residential": 30, "industrial": 500}]
    ]
    results = {row["area"]: (row["result_before"], row["result_after"]) for row in found["checks"]}
    assert results == {
        "all": ("missed", "met"), "West": ("missed", "met"), "East": ("missed", "missed"),
    }  # fmt: skip


def test_who_was_in_doubt_is_gained_too_and_counted_apart(tmp_path):
    # without an extent the hull is the edge of the data: 1,200 m and more to the east are in doubt
    found, _ = compared(tmp_path, add("N", 1200), bounds=None)
    row = total(found)
    assert counts(row, "unknown_before", "gained", "gained_unknown") == [55, 25, 25]
    assert (row["share_before"], row["share_after"]) == (1, 1)
    assert (row["share_low_before"], row["share_low_after"]) == (
        round(50 / 105, 4), round(75 / 105, 4),
    )  # fmt: skip


def test_groups_are_counted_as_they_walk(tmp_path):
    more = '[[groups]]\nname = "old"\nkind = "residential"\nshare = 0.5\nprofile = "elderly"\n'
    found, _ = compared(tmp_path, add("N", 1200), more=more)
    row = total(found, group="old")
    # the elderly walk 725 m: 1,300 m east is 100 m from N, 1,900 m is 700 m, 900 m is 300 m
    assert counts(row) == [0, 17.5, 17.5, 0]
    assert (row["profile"], row["people"]) == ("elderly", 52.5)


MOMENTS = 'moments = ["weekday_morning", "night"]\n'


def test_longer_hours_gain_people_at_night_alone(tmp_path):
    found, comparison = compared(
        tmp_path, {"op": "hours", "id": "F", "opening_hours": "24/7", "cost": 1}, service=MOMENTS,
        heading="facility_id,name,opening_hours",
        facilities=[("F", "Station", "Mo-Fr 09:00-17:00", 0, 0)],
    )  # fmt: skip
    assert counts(total(found)) == [50, 50, 0, 0]
    assert {row["moment"]: counts(row) for row in found["moments"]} == {
        "weekday_morning": [50, 50, 0, 0], "night": [0, 50, 50, 0],
    }  # fmt: skip
    [moment] = found["ledger"][0]["moments"]
    assert (moment["moment"], moment["gained_by_kind"]) == ("night", {"residential": 50})
    table = comparison.tables["verdicts"]
    assert table[["demand_id", "moment", "change"]].to_numpy().tolist() == [
        ["residential:w", "night", "gained"], ["residential:e", "night", "gained"],
    ]  # fmt: skip
    assert comparison.layers["changes"].empty


def test_hours_of_an_edit_may_be_in_words(tmp_path):
    # nobody knows when the station is open, until it says so
    found, _ = compared(
        tmp_path, {"op": "hours", "id": "F", "opening_hours": "周一至周五 9:00-17:00"},
        service=MOMENTS, heading="facility_id,name,opening_hours",
        facilities=[("F", "Station", "看情况", 0, 0)],
    )  # fmt: skip
    rows = {row["moment"]: row for row in found["moments"]
            if (row["area"], row["kind"]) == ("all", "residential")}  # fmt: skip
    assert [rows["weekday_morning"][name] for name in ("unknown_before", "unknown_after")] == [
        50,
        0,
    ]
    assert [rows["weekday_morning"][name] for name in ("covered_before", "covered_after")] == [
        0,
        50,
    ]
    assert [rows["night"][name] for name in ("unknown_before", "unknown_after")] == [50, 0]


@pytest.mark.parametrize(("town", "village"), [("town", "village"), ("街镇级", "村级")])
def test_another_level_changes_the_rules_and_not_the_coverage(tmp_path, town, village):
    area = box(-2000, -1000, 2000, 1000)
    rule = Rule(
        id="halls", tier="city", level="town", kind="residential", cutoff_minutes=15, target=0.3,
        source="the test", status="assumption",
    )  # fmt: skip
    inputs = small(
        tmp_path, area=area, towns={"All of it": area}, heading="facility_id,name,level",
        facilities=[("F", "Station", "village", 0, 0), ("G", "Hall", "town", 1950, 0)],
    )  # fmt: skip
    inputs = replace(inputs, towns=inputs.towns.assign(tier="city"), default_rules=(rule,))
    edits = [{"op": "level", "id": "F", "level": town},
             {"op": "level", "id": "G", "level": village}]  # fmt: skip
    [found] = compare_scenarios(inputs, [scenario(*edits)]).content["scenarios"]
    assert counts(total(found))[2:] == [0, 0]
    [check] = [row for row in found["checks"] if row["area"] == "all"]
    assert counts(check) == [25, 50, 50, 25]
    assert (check["result_before"], check["result_after"]) == ("missed", "met")
    first, second = (row["checks"][0] for row in found["ledger"])
    assert [first[f"{change}_by_kind"]["residential"] for change in ("gained", "lost")] == [50, 0]
    assert [second[f"{change}_by_kind"]["residential"] for change in ("gained", "lost")] == [0, 25]


def test_a_level_that_nobody_knows_leaves_people_unknown_to_a_rule(tmp_path):
    """As in a run: who only the flagship serves may be served by a town centre."""
    area = box(-2000, -1000, 2000, 1000)
    rule = Rule(
        id="halls", tier="city", level="town", kind="residential", cutoff_minutes=15, target=0.3,
        source="the test", status="assumption",
    )  # fmt: skip
    inputs = small(
        tmp_path, area=area, towns={"All of it": area}, heading="facility_id,name,level",
        facilities=[("F", "Station", "flagship", 0, 0), ("G", "Hall", "town", 1950, 0)],
    )  # fmt: skip
    inputs = replace(inputs, towns=inputs.towns.assign(tier="city"), default_rules=(rule,))
    edit = {"op": "level", "id": "F", "level": "town"}
    [found] = compare_scenarios(inputs, [scenario(edit)]).content["scenarios"]
    [check] = [row for row in found["checks"] if row["area"] == "all"]
    names = ("covered_before", "unknown_before", "covered_after", "unknown_after")
    assert counts(check, *names) == [25, 50, 75, 0]
    assert (check["result_before"], check["result_after"]) == ("undecided", "met")


@pytest.fixture(scope="module")
def with_a_plan(tmp_path_factory):
    """One station that is open, one that is planned."""
    stations = [("F", "Station", "open", 0, 0), ("P", "Later", "planned", 50, 0)]
    folder = tmp_path_factory.mktemp("plan")
    return small(folder, heading="facility_id,name,status", facilities=stations)


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([{"op": "close", "id": "FF"}], r"try\.json: edit 1: close FF: no facility .* mean F\?"),
        ([{"op": "close", "id": "zzz"}], "look at the ids in the plan's table"),
        ([add("F", 100)], "add F: is there already; give the new one an id of its own"),
        ([add("N", 1), add("N", 2)], "edit 2: add N: is there already"),
        ([{"op": "add", "id": "N"}], "no facility has this id; add lon and lat"),
        ([add("N", 90_000)], "lies outside the area of the streets; give lon and lat in WGS-84"),
        ([add("N", 300, 300)], "add N: no street lies within 100 m of it; move it to a street"),
        ([{"op": "move", "id": "F", **at(300, 300)}], "move F: no street lies within 100 m"),
        ([{"op": "close", "id": "F"}], "close F: leaves no facility open; keep one"),
        ([{"op": "move", "id": "P", **at(0)}], "P: this facility is planned and serves nobody"),
        ([add("P", 5)], "this facility is planned; leave out lon and lat to open it"),
        ([add("N", 5), {"op": "close", "id": "N"}, {"op": "level", "id": "N", "level": "x"}],
         "edit 3: level N: this facility is closed by an edit before and serves nobody"),
        ([{"op": "open_gate", "id": "g", **at(0)}], "the map has no gate and no wall"),
        ([{"op": "open_gate", "id": "g"}], "no gate or opening has this id; take one of"),
        ([{"op": "add_path", "id": "p", "path": [lonlat(0, 500), lonlat(500, 500)]}],
         "p: touches no street: none lies within 10 m of its last corner"),
        ([{"op": "add_path", "id": "p", "path": [lonlat(5, 500), lonlat(0, 500)]}],
         "joins a place with itself; draw its corners apart"),
        ([{"op": "add_path", "id": "p", "path": [lonlat(0, 0), lonlat(0, 7000)]}],
         "is 7.0 km long; a path has at most 5 km"),
        ([{"op": "add_path", "id": "p", "access": "way/9",
           "path": [lonlat(0, 500), lonlat(500, 0)]}],
         "access 'way/9' is no compound; give public or the id of one"),
    ],
)  # fmt: skip
def test_edits_that_cannot_be_made_are_told_in_one_line(with_a_plan, edits, message):
    with pytest.raises(SourceError, match=message) as caught:
        compare_scenarios(with_a_plan, [scenario(*edits)])
    assert str(caught.value).isprintable()


def test_scenarios_that_do_not_fit_together(tmp_path):
    inputs = small(tmp_path)
    one = scenario(add("N", 100))
    with pytest.raises(SourceError, match="there is no scenario to compare"):
        compare_scenarios(inputs, [])
    with pytest.raises(SourceError, match=r"try\.json: is called 'try' like try\.json"):
        compare_scenarios(inputs, [one, one])
    with pytest.raises(SourceError, match="is about the plan 'other', not 'small'"):
        compare_scenarios(inputs, [scenario(add("N", 1), plan="other")])
    many = [scenario(add("N", 100), name=f"s{n}") for n in range(21)]
    with pytest.raises(SourceError, match="21 scenarios are too many; give at most 20"):
        compare_scenarios(inputs, many)


def test_a_planned_station_is_opened_where_it_is(tmp_path):
    found, comparison = compared(
        tmp_path, {"op": "add", "id": "P", "opening_hours": "24/7"},
        heading="facility_id,name,status",
        facilities=[("P", "Later", "planned", 1200, 0), ("F", "Station", "open", 0, 0)],
    )  # fmt: skip
    assert counts(total(found)) == [50, 75, 25, 0]
    assert ledger(found, "name") == [["Later"]]
    [edit] = comparison.layers["edits"].geometry
    assert [edit.x, edit.y] == pytest.approx(lonlat(1200, 0), abs=1e-7)


def test_several_scenarios_are_each_compared_with_today(tmp_path):
    east, west = scenario(add("N", 1200), name="east"), scenario(add("N", -1200), name="west")
    comparison = compare_scenarios(small(tmp_path), [east, west])
    found = {part["name"]: total(part)["gained"] for part in comparison.content["scenarios"]}
    assert found == {"east": 25, "west": 30}
    assert comparison.layers["changes"]["scenario"].tolist() == ["east", "east", "west"]
    alone = compare_scenarios(small(tmp_path), [west])
    assert alone.content["scenarios"][0] == comparison.content["scenarios"][1]


def test_a_scenario_that_changes_nothing_has_empty_layers_with_their_columns(tmp_path):
    found, comparison = compared(tmp_path, add("N", 1))
    layer = comparison.layers["changes"]
    assert layer.empty
    assert {"demand_id", "kind", "people", "town", "scenario", "change", "minutes_before",
            "minutes_after", "nearest_before", "nearest_after"} <= set(layer.columns)  # fmt: skip
    assert total(found)["gained"] == 0


def test_a_path_is_a_street_more(tmp_path):
    # a short cut from 1,000 m north to 1,200 m west: 1,562 m; who lives beside it may step on
    path = {"op": "add_path", "id": "p", "name": "Short cut", "path": [
        lonlat(0, 600), lonlat(-300, 600), lonlat(-300, 0)]}  # fmt: skip
    homes = [("in", 10, -290, 500), ("w", 40, -900, 0)]
    found, comparison = compared(tmp_path, path, tables={"homes.csv": homes})
    row = total(found)
    assert counts(row) == [40, 50, 10, 0]
    assert ledger(found, "op", "name", "gained") == [["add_path", "Short cut", 10]]
    units = comparison.units["try"].loc["residential:in"]
    # 10 m off the path cost 9.8 m more; 500 m to the street and 300 m to the station
    assert units["minutes_after"] == pytest.approx((800 + 9.798) * 0.015, rel=1e-3)
    [line] = comparison.layers["edit_lines"].geometry
    assert len(line.coords) == 3
