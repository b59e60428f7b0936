"""Uncertainty: the verdicts over the ranges of what nobody knows well."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.coverage.sampling import Draw
from planner.coverage.uncertainty import (
    VERDICTS,
    Repeats,
    count_repeats,
    find_share_ranges,
    find_worst,
    list_repeats,
    repeat_verdicts,
)
from planner.network import build_network
from planner.network.surroundings import find_surroundings
from planner.plan.profiles import WalkProfile
from planner.sources.osm.extract import load_osm
from planner.travel.streets import AccessRules, prepare_streets
from planner.travel.wall_rules import WallRules
from tests.cities.drawing import ACCESS, FRAME, WALKER, Drawing
from tests.cities.estates_drawing import RULES, TWINS_WITH_A_HOLE

DATA = box(-9000, -9000, 9000, 9000)
# A street of two kilometres; a walker of 6 km/h comes 1,500 m along it in 15 minutes.
STREET = Drawing({1: (0, 0), 2: (2000, 0)}, [([1, 2], "highway=residential")])


def draw(speed=1.0, limit_m=100.0, detour=1.4, delay=1.0, gates="as_tagged"):
    return Draw(speed, limit_m, detour, delay, gates)


def verdicts(repeats):
    """Return the verdicts of each repeat as words."""
    return [[VERDICTS[code] for code in row] for row in repeats.verdict]


def on_street(draws, units, **options):
    streets = prepare_streets(STREET.network(), WALKER, ACCESS)
    places = np.array(units, dtype=float)
    options = {"data": DATA, "cutoff_minutes": 15.0} | options
    return repeat_verdicts(streets, draws, np.array([[0.0, 0.0]]), places, **options)


def table(people, verdict, *, kind="residential", town="A", x=None):
    """Make units on a line, a kilometre apart."""
    n = len(people)
    x = [1000.0 * k for k in range(n)] if x is None else x
    columns = {
        "demand_id": [f"u{k}" for k in range(n)],
        "kind": kind,
        "people": [float(p) for p in people],
        "town": town,
        "verdict": verdict,
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, [0.0] * n), crs=FRAME)


def repeats_of(*rows):
    """Make repeats from words such as "cg?": covered, gap, unknown."""
    codes = [["cg?".index(letter) for letter in row] for row in rows]
    return Repeats(tuple(draw() for _ in rows), np.array(codes, dtype=np.int8))


def no_repeats(n):
    return Repeats((), np.empty((0, n), dtype=np.int8))


# -- the repeats ----------------------------------------------------------------------------------


def test_a_slower_walker_comes_less_far():
    # At 0.9 of the speed 1,350 m, at 1.1 of it 1,650 m.
    repeats = on_street([draw(0.9), draw(1.0), draw(1.1)], [(1300, 0), (1490, 0), (1600, 0)])
    assert verdicts(repeats) == [
        [COVERED, GAP, GAP],
        [COVERED, COVERED, GAP],
        [COVERED, COVERED, COVERED],
    ]
    assert repeats.covered_share() == pytest.approx([1, 2 / 3, 1 / 3])


def test_limit_and_detour_of_the_leg_are_drawn():
    # 110 m off the street: joined at a limit of 120 m only. The leg costs 110 x 1.4 there at most.
    repeats = on_street([draw(limit_m=100), draw(limit_m=120)], [(1000, 110)])
    assert verdicts(repeats) == [[UNKNOWN], [COVERED]]
    # Straight there, 1,390 m and the 100 m that a leg may have; or 80 x (1.6^2 - 1)^0.5 m more.
    steep = [draw(detour=1.0), draw(detour=1.6)]
    assert verdicts(on_street(steep, [(1450, 80)])) == [[COVERED], [GAP]]


def test_doubts_are_those_of_the_draw():
    # 1,500 m from the edge of the data: a faster walker could come from beyond it.
    data = box(-9000, -1550, 9000, 9000)
    repeats = on_street([draw(1.0), draw(1.1)], [(1800, 0)], data=data)
    assert verdicts(repeats) == [[GAP], [UNKNOWN]]


def test_riders_leave_along_one_way_streets_in_every_repeat():
    # 1,400 m at 12 km/h are 7 minutes; nothing leads back against the one way.
    one_way = Drawing(STREET.nodes, [([1, 2], "highway=residential oneway=yes")])
    rider = WalkProfile("rider", 12.0, vehicle="bicycle")
    streets = prepare_streets(one_way.network(), rider, ACCESS)
    west, east = np.array([[200.0, 0.0]]), np.array([[1600.0, 0.0]])
    options = {"data": DATA, "cutoff_minutes": 10.0}
    assert verdicts(repeat_verdicts(streets, [draw()], east, west, **options)) == [[COVERED]]
    assert verdicts(repeat_verdicts(streets, [draw()], west, east, **options)) == [[GAP]]


def test_gates_that_nobody_mapped_are_drawn(tmp_path: Path):
    # In the west estate by the hole in its northern wall; the facility stands outside beside it.
    # Through the hole it is 120 m; round by the gate 5 there is no street to the north at all.
    extract = load_osm(TWINS_WITH_A_HOLE.write(tmp_path / "drawn.osm"))
    network = build_network(extract.ways, FRAME, around=find_surroundings(extract, FRAME))
    rules = AccessRules(RULES["access_limit_m"], RULES["access_detour"])
    streets = prepare_streets(network, WALKER, rules)
    draws = [draw(limit_m=30, gates=mode) for mode in ("as_tagged", "inferred_open")]
    facility, unit = np.array([[100.0, 220.0]]), np.array([[100.0, 150.0]])
    repeats = repeat_verdicts(streets, draws, facility, unit, data=DATA, cutoff_minutes=5.0)
    assert [row[0] == COVERED for row in verdicts(repeats)] == [False, True]


def test_a_facility_is_joined_to_the_streets_of_its_own_compound(tmp_path: Path):
    # It stands in the west estate, whose gate 5 is open; the unit lives on the street outside.
    extract = load_osm(TWINS_WITH_A_HOLE.write(tmp_path / "drawn.osm"))
    network = build_network(extract.ways, FRAME, around=find_surroundings(extract, FRAME))
    streets = prepare_streets(network, WALKER, AccessRules(30.0, 1.4))
    facility, unit = np.array([[100.0, 150.0]]), np.array([[50.0, 0.0]])
    one = [draw(limit_m=30)]
    repeats = repeat_verdicts(streets, one, facility, unit, data=DATA, cutoff_minutes=10.0)
    assert verdicts(repeats) == [[COVERED]]


def test_whom_the_worst_figures_cover_is_judged_as_if_each_repeat_stood_alone(tmp_path: Path):
    extract = load_osm(TWINS_WITH_A_HOLE.write(tmp_path / "drawn.osm"))
    network = build_network(extract.ways, FRAME, around=find_surroundings(extract, FRAME))
    streets = prepare_streets(network, WALKER, AccessRules(30.0, 1.4))
    modes = ("as_tagged", "inferred_open", "inferred_closed")
    draws = [
        draw(speed, limit_m, detour, gates=modes[k % 3])
        for k, (speed, limit_m, detour) in enumerate(
            [(0.8, 30, 1.4), (1.0, 24, 1.2), (1.2, 36, 1.6), (0.9, 33, 1.5), (1.1, 27, 1.3)]
        )
    ]
    places = np.stack(np.meshgrid(np.arange(-40, 460, 20), np.arange(-40, 260, 20)), axis=-1)
    units = places.reshape(-1, 2).astype(float)
    facility = np.array([[100.0, 220.0], [50.0, 0.0]])
    options = {"data": DATA, "cutoff_minutes": 2.0}
    together = repeat_verdicts(streets, draws, facility, units, **options)
    alone = [repeat_verdicts(streets, [one], facility, units, **options) for one in draws]
    np.testing.assert_array_equal(together.verdict, np.vstack([one.verdict for one in alone]))
    # Some are covered by every draw, some by none, and some by a few.
    assert len(np.unique(together.covered_share())) > 3


def test_the_worst_figures_are_those_that_make_walks_longest():
    draws = [draw(0.9, 110, 1.2, 1.5, "inferred_open"), draw(1.1, 80, 1.5, 0.5, "as_tagged")]
    assert find_worst(draws) == draw(0.9, 80, 1.5, 1.5, "as_tagged")


def test_gates_shut_at_this_hour_stay_shut(tmp_path: Path):
    extract = load_osm(TWINS_WITH_A_HOLE.write(tmp_path / "drawn.osm"))
    network = build_network(extract.ways, FRAME, around=find_surroundings(extract, FRAME))
    hole = int(np.flatnonzero(network.walls.gates.shut_as_tagged)[0])
    streets = prepare_streets(network, WALKER, AccessRules(30.0, 1.4), WallRules(shut=(hole,)))
    one = [draw(limit_m=30, gates="inferred_open")]
    facility, unit = np.array([[100.0, 220.0]]), np.array([[100.0, 150.0]])
    repeats = repeat_verdicts(streets, one, facility, unit, data=DATA, cutoff_minutes=5.0)
    assert verdicts(repeats) != [[COVERED]]


def test_progress_is_told_and_threads_change_nothing(monkeypatch):
    draws, units = [draw(0.9 + k / 50) for k in range(8)], [(1300 + 50 * k, 20) for k in range(8)]
    told = []
    many = on_street(draws, units, progress=told.append)
    monkeypatch.setattr("planner.coverage.uncertainty.cores", lambda: 1)
    alone = on_street(draws, units)
    assert told == [pytest.approx((k + 1) / 8) for k in range(8)]
    assert (many.verdict == alone.verdict).all()


def test_no_repeats_and_no_units():
    assert on_street([], [(0, 0)]).verdict.shape == (0, 1)
    assert on_street([draw()], np.empty((0, 2))).verdict.shape == (1, 0)


# -- shares ---------------------------------------------------------------------------------------


def test_shares_by_area_and_kind():
    demand = table([100, 50, 50], [COVERED, GAP, UNKNOWN], town=["A", "A", "B"])
    counts = count_repeats(demand, repeats_of("cg?", "ccg", "gg?"), ["A", "B"])
    found = find_share_ranges(counts, {"residential": 0.7})
    of = found.set_index(["area", "kind"])
    everywhere = of.loc["all", "residential"]
    assert everywhere["people"] == 200
    # As it stands 100 of 150 judged; the repeats: 100 of 150, 150 of 200, 0 of 150.
    assert everywhere["share"] == pytest.approx(100 / 150)
    assert everywhere["share_min"] == 0
    assert everywhere["share_median"] == pytest.approx(100 / 150)
    assert everywhere["share_max"] == pytest.approx(0.75)
    assert everywhere["share_low_min"] == 0
    assert everywhere["share_high_max"] == pytest.approx(0.75)
    # share_low to share_high: as it stands 0.5 to 0.75; then the same, 0.75 to 0.75, 0 to 0.25.
    assert everywhere[["result", "met", "missed", "undecided"]].tolist() == ["undecided", 1, 1, 1]
    assert everywhere["result_stands"] == pytest.approx(1 / 3)
    # Nobody in B is judged but in one repeat.
    assert pd.isna(of.loc[("B", "residential"), "share"])
    assert of.loc[("B", "residential"), "share_min"] == 0
    assert pd.isna(of.loc[("all", "all"), "target"])
    assert of.index.tolist() == [(a, k) for a in ("all", "A", "B") for k in ("residential", "all")]


def test_each_kind_has_shares_of_its_own_people():
    kinds = ["residential", "residential", "industrial"]
    demand = table([100, 300, 50], [COVERED, GAP, COVERED], kind=kinds)
    counts = count_repeats(demand, repeats_of("cgg", "ccg"), [])
    found = find_share_ranges(counts, {"residential": 0.5})
    of = found.set_index("kind")
    assert of["people"].to_dict() == {"residential": 400, "industrial": 50, "all": 450}
    assert of["share"].tolist() == pytest.approx([1 / 4, 1, 150 / 450])
    assert of["share_max"].tolist() == pytest.approx([1, 0, 400 / 450])
    # only residents have a target
    assert of[["met", "missed", "undecided"]].to_numpy().tolist() == [[1, 1, 0], [0] * 3, [0] * 3]


def test_shares_without_repeats_are_those_of_the_plan():
    demand = table([100, 50], [COVERED, GAP])
    counts = count_repeats(demand, no_repeats(2), [])
    found = find_share_ranges(counts, {"residential": 0.5}).iloc[0]
    assert found["share"] == pytest.approx(2 / 3)
    assert found["result"] == "met"
    assert pd.isna(found["share_min"])
    assert pd.isna(found["result_stands"])


# -- the list of repeats --------------------------------------------------------------------------


def counted(demand, repeats):
    return count_repeats(demand, repeats, []), repeats.draws


def test_each_repeat_is_listed_with_its_figures():
    demand = table([100, 100], [COVERED, GAP], kind=["residential", "industrial"])
    rows = list_repeats(*counted(demand, repeats_of("cg", "c?")))
    assert rows["repeat"].tolist() == [1, 2]
    assert rows["gates"].tolist() == ["as_tagged"] * 2
    assert rows["share_residential"].tolist() == [1, 1]
    assert rows["share_industrial"].isna().tolist() == [False, True]
    more = table([100, 300, 50], GAP, kind=["residential", "residential", "industrial"])
    [row] = list_repeats(*counted(more, repeats_of("cgc"))).to_dict("records")
    assert (row["share_residential"], row["share_industrial"]) == (0.25, 1.0)
