"""Verdicts, reasons, shares, targets and what facilities carry."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from planner.coverage.counting import (
    count_coverage,
    count_facility_loads,
    judge,
    judge_target,
    judge_targets,
    shares,
    to_exact_shares,
)
from planner.coverage.edge import measure_edge
from planner.coverage.grounds import doubt_hours
from planner.travel.access import join, on_islands_only
from planner.travel.minutes import ReachedPairs, nearest_minutes
from planner.travel.streets import AccessRules, prepare_streets
from planner.travel.wall_rules import WallRules
from tests.cities.drawing import (
    ACCESS,
    WALKER,
    Drawing,
    doubts,
    estates_network,
    minutes_matrix,
)
from tests.cities.estates_drawing import TWINS
from tests.judge.verdicts import verdicts as judge_verdicts
from tests.samples import examples

#            3        5 ----- 6      an island of 300 m, 100 m off the end of a street
#            |
#  1 ------- 2 ------------- 4      a street of 6 km
TOWN = Drawing(
    {1: (0, 0), 2: (3000, 0), 4: (6000, 0), 3: (3000, 500), 5: (3100, 500), 6: (3400, 500)},
    [([1, 2, 4], "highway=footway"), ([2, 3], "highway=footway"), ([5, 6], "highway=footway")],
)
DATA = box(-2000, -2000, 8000, 2000)
REACH_M = 1000.0


@pytest.fixture(scope="module")
def streets():
    return prepare_streets(TOWN.network(), WALKER, ACCESS)


def reasons(streets, units, unjoined=(), data=DATA):
    places = join(streets, np.array(unjoined, dtype=float).reshape(-1, 2))
    access = join(streets, np.array(units, dtype=float).reshape(-1, 2), reached=True)
    return doubts(streets, access, places, data, REACH_M).tolist()


# -- reasons --------------------------------------------------------------------------------------


def test_each_reason_on_its_own(streets):
    assert reasons(streets, [(3000, 50)]) == [""]
    assert reasons(streets, [(1000, 100.0), (1000, 100.1)]) == ["", "no street near"]
    assert reasons(streets, [(3300, 500)]) == ["island"]
    assert reasons(streets, [(100, 0)], unjoined=[(100, 900)]) == ["facility not joined"]
    assert reasons(streets, [(100, 0)], data=box(-500, -2000, 8000, 2000)) == ["edge of data"]


def test_who_meets_the_main_streets_too_is_not_on_an_island(streets):
    between = join(streets, np.array([(3050.0, 500.0), (3101.0, 500.0), (1000.0, 1000.0)]))
    assert on_islands_only(streets.network, between).tolist() == [False, True, False]


def test_a_station_on_an_island_is_not_joined_for_everybody_else(streets):
    # the island runs from (3100, 500) to (3400, 500), the main streets end at (3000, 500)
    station = [(3300, 500)]
    on_main, both, on_island, far = (3000, 20), (3050, 500), (3390, 500), (4300, 0)
    found = reasons(streets, [on_main, both, on_island, far], station)
    # `both` can walk there along the island; `far` is 1,118 m away
    assert found == ["facility not joined", "", "island", ""]
    # whoever meets no street at all is told so
    assert reasons(streets, [(3300, 350)], station) == ["no street near"]
    # one that joins the main streets too, or both kinds of stations at once
    assert reasons(streets, [on_main, both], [both]) == ["", ""]
    assert reasons(streets, [on_main], [(3000, 0), *station]) == ["facility not joined"]
    # the data may end near, but that comes later
    tight = box(0, -600, 6000, 600)
    assert reasons(streets, [on_main], station, tight) == ["facility not joined"]


def test_a_station_on_an_island_for_its_compound_alone_is_not_missed(streets):
    places = join(streets, np.array([(3300.0, 500.0)]), closed=np.array([True]))
    people = join(streets, np.array([(3000.0, 20.0)]), reached=True)
    assert doubts(streets, people, places, DATA, REACH_M).tolist() == [""]


def test_a_facility_on_one_island_does_not_help_those_on_another():
    #  1 -- 2   3 -- 4   5 ---- 6      100 m, 100 m, and 150 m, which is the main one
    rows = Drawing(
        {1: (0, 0), 2: (100, 0), 3: (500, 0), 4: (600, 0), 5: (1000, 0), 6: (1150, 0)},
        [([1, 2], "highway=footway"), ([3, 4], "highway=footway"), ([5, 6], "highway=footway")],
    )
    streets = prepare_streets(rows.network(), WALKER, ACCESS)
    units = [(50, 0), (550, 0), (1100, 0)]
    # on the first island: nobody else can walk there; who is on an island is told that
    assert reasons(streets, units, [(20, 0)]) == ["island", "island", ""]
    assert reasons(streets, units, [(520, 0)]) == ["island", "island", "facility not joined"]
    assert reasons(streets, units, [(1050, 0)]) == ["island", "island", ""]


def test_the_first_reason_in_the_order_of_the_design_is_given(streets):
    # all four apply to the first unit, then one less each time
    tight = box(0, -600, 6000, 600)
    units = [(3300, 350), (3300, 500), (3000, 20)]
    near = [(3300, 700)]
    assert reasons(streets, units, near, tight) == ["no street near", "island",
                                                    "facility not joined"]  # fmt: skip
    assert reasons(streets, units, (), tight) == ["no street near", "island", "edge of data"]
    assert reasons(streets, units, (), DATA) == ["no street near", "island", ""]


def test_reach_counts_to_the_metre(streets):
    # straight reach is 1,000 m: a facility at it is within, an edge at it is not left
    assert reasons(streets, [(100, 0)] * 2, [(100, 1000)]) == ["facility not joined"] * 2
    assert reasons(streets, [(100, 0)], [(100, 1000.1)]) == [""]
    assert reasons(streets, [(1000, 0), (999, 0)], data=box(0, -2000, 8000, 2000)) == [
        "", "edge of data",
    ]  # fmt: skip
    assert reasons(streets, [(9500, 0)]) == ["no street near"]  # outside the data and the streets
    assert reasons(streets, [(5000, 0)], data=box(0, -2000, 4000, 2000)) == ["edge of data"]


def test_a_hole_in_the_data_is_an_edge(streets):
    holed = DATA.difference(box(1000, 500, 1100, 600))
    assert reasons(streets, [(1050, 0), (2100, 0)], data=holed) == ["edge of data", ""]


def test_metres_to_the_edge_are_minus_one_beyond_it():
    land = box(0, 0, 400, 200).difference(box(300, 50, 350, 150))
    # 50 m from the south, 40 m from the hole, in the hole, outside
    points = np.array([(100.0, 50.0), (260.0, 100.0), (320.0, 100.0), (500.0, 100.0)])
    assert measure_edge(land, points).metres.tolist() == [50.0, 40.0, -1.0, -1.0]
    assert measure_edge(land, np.empty((0, 2))).metres.tolist() == []


def test_no_units_no_reasons(streets):
    assert reasons(streets, []) == []


@settings(max_examples=25)
@given(seed=st.integers(0, 100_000))
def test_verdicts_among_islands_are_those_of_the_judge(seed):
    """Six streets of 100 to 900 m at random, of which all but the longest are islands."""
    rng = np.random.default_rng(seed)
    ends = rng.uniform(0, 1500, (6, 2))
    turns = rng.uniform(100, 900, (6, 1)) * rng.normal(size=(6, 2))
    nodes = {2 * k + e: tuple(ends[k] + e * turns[k] / 2) for k in range(6) for e in (0, 1)}
    rows = Drawing(nodes, [([2 * k, 2 * k + 1], "highway=footway") for k in range(6)])
    streets, cutoff = prepare_streets(rows.network(), WALKER, ACCESS), 4.0
    along = rng.uniform(0, 1, (40, 1))
    which = rng.integers(0, 6, 40)
    places = ends[which] + along * turns[which] / 2 + rng.normal(0, 50, (40, 2))
    doors, people = join(streets, places[:6]), join(streets, places[6:], reached=True)
    minutes, _ = nearest_minutes(streets, doors, people)
    doubt = doubts(streets, people, doors, box(-9e3, -9e3, 9e3, 9e3), 100 * cutoff, minutes)
    found = judge(minutes, doubt, cutoff)
    expected = judge_verdicts(rows.reference(), places[:6], places[6:], cutoff)
    assert list(zip(found["verdict"], found["reason"], strict=True)) == expected


# -- no gate known --------------------------------------------------------------------------------

LOCKED = {5: "barrier=gate locked=yes"}
NARROW = AccessRules(limit_m=30.0, detour=1.4)
WEST, EAST, SOUTH = (150, 100), (250, 100), (50, 0)


def judged(drawing, units, facilities, cutoff, **rules):
    """Return (verdict, reason) of units, people who walk 100 m a minute."""
    streets = prepare_streets(estates_network(drawing), WALKER, NARROW, WallRules(**rules))
    people = join(streets, np.array(units, dtype=float), reached=True)
    places = join(streets, np.array(facilities, dtype=float).reshape(-1, 2))
    minutes, _ = nearest_minutes(streets, places, people)
    doubt = doubts(streets, people, places, DATA, 100 * cutoff, minutes)
    table = judge(minutes, doubt, cutoff)
    return list(zip(table["verdict"], table["reason"], strict=True))


def test_behind_a_locked_gate_nobody_knows_how_people_get_out():
    locked = TWINS.having(spots=LOCKED)
    units = [WEST, EAST, (350, 0)]
    unknown = ("unknown", "no gate known")
    assert judged(locked, units, [SOUTH], 10) == [unknown, ("covered", ""), ("covered", "")]
    # it is so whatever the cutoff, and wherever the facility
    assert judged(locked, units[:1], [SOUTH], 0.5) == [unknown]
    assert judged(locked, units[:1], [], 0.5) == [unknown]
    # an open gate is known, however far the facility is
    assert judged(TWINS, units[:1], [SOUTH], 0.5) == [("gap", "")]


def test_a_facility_inside_needs_no_gate():
    locked = TWINS.having(spots=LOCKED)
    assert judged(locked, [WEST], [(100, 50)], 10) == [("covered", "")]
    assert judged(locked, [WEST], [(100, 50)], 0.5) == [("gap", "")]


def test_inferred_gates_are_known_unless_they_are_taken_for_closed():
    bare = TWINS.having(spots={5: None})
    assert judged(bare, [WEST], [SOUTH], 10) == [("covered", "")]
    closed = judged(bare, [WEST], [SOUTH], 10, gates="inferred_closed")
    assert closed == [("unknown", "no gate known")]
    assert judged(bare, [WEST], [SOUTH], 10, gates="ignored") == [("covered", "")]


def test_a_gate_shut_at_this_hour_is_no_gate():
    network = estates_network(TWINS)
    rows = np.flatnonzero(network.walls.gates.gate_id == "node/5")
    shut = judged(TWINS, [WEST, EAST], [SOUTH], 10, shut=tuple(int(row) for row in rows))
    assert shut == [("unknown", "no gate known"), ("covered", "")]


def test_who_meets_a_public_street_too_gets_out():
    """(200, 12) is in the estate, 2 m behind its wall; (100, 12) is at the gate itself.

    A public path leads into the western estate, and ends there, not joined to its street.
    """
    path = TWINS.having(
        nodes={40: (60, 0), 41: (60, 95)}, ways={20: ([40, 41], "highway=footway")}, spots=LOCKED
    )
    # (80, 90) is 20 m from the private street and 20 m from the path
    assert judged(path, [(80, 90), WEST], [SOUTH], 10) == [
        ("covered", ""), ("unknown", "no gate known"),
    ]  # fmt: skip


def test_no_street_comes_before_no_gate_and_no_gate_before_an_island():
    locked = TWINS.having(spots=LOCKED)
    # (60, 180) is inside and 80 m from any street
    assert judged(locked, [(60, 180), WEST], [SOUTH], 10) == [
        ("unknown", "no street near"), ("unknown", "no gate known"),
    ]  # fmt: skip
    alone = locked.having(ways={11: None, 12: None, 10: ([1, 2, 3, 4], "highway=footway")})
    assert judged(alone, [WEST], [SOUTH], 10) == [("unknown", "no gate known")]


def test_one_end_of_a_street_that_leads_out_is_enough():
    """A gate inside, at 6, is locked; the street south of it leads to the open gate at 5."""
    inner = TWINS.having(spots={6: "barrier=gate locked=yes"})
    units = [(100, 60), WEST]
    assert judged(inner, units, [SOUTH], 10) == [("covered", ""), ("unknown", "no gate known")]
    # drawn the other way round it is the same
    turned = inner.having(ways={13: ([7, 6, 5], TWINS.ways[13][1])})
    assert judged(turned, units, [SOUTH], 0.1) == [("gap", ""), ("unknown", "no gate known")]


# -- verdicts and shares --------------------------------------------------------------------------


def test_covered_comes_before_unknown_and_the_cutoff_is_within():
    minutes = np.array([15.0, np.nextafter(15, 16), 3.0, np.inf, np.inf])
    doubt = pd.Series(["", "", "island", "island", ""])
    judged = judge(minutes, doubt, 15.0)
    assert judged["verdict"].tolist() == ["covered", "gap", "covered", "unknown", "gap"]
    assert judged["reason"].tolist() == ["", "", "", "island", ""]
    assert judge(np.empty(0), pd.Series([], dtype=object), 15.0).empty


def test_exact_shares_of_a_row_by_hand():
    """87,449 of 100,000 are 87.449 %, which a file has as 0.8745 and would read as 87.5 %."""
    row = {"area": "all", "people": 125_000, "covered": 87_449, "gap": 12_551, "unknown": 25_000,
           "share": 0.8745, "share_low": 0.6996, "share_high": 0.8996}  # fmt: skip
    exact = to_exact_shares(row)
    assert exact == row | {"share": 0.87449, "share_low": 0.699592, "share_high": 0.899592}
    after = {f"{name}_after": value for name, value in row.items()}
    assert to_exact_shares(after, "_after")["share_after"] == 0.87449
    assert to_exact_shares(after) == after
    nobody = row | {"covered": 0, "gap": 0, "unknown": 0, "share": None}
    assert to_exact_shares(nobody) == nobody


def test_shares_by_hand():
    # 60 covered, 20 gap, 20 unknown
    assert shares(60, 20, 20) == {"share": 0.75, "share_low": 0.6, "share_high": 0.8}
    assert shares(0, 0, 5) == {"share": None, "share_low": 0.0, "share_high": 1.0}
    assert shares(0, 0, 0) == {"share": None, "share_low": None, "share_high": None}


@given(*(st.floats(0, 1e7, allow_subnormal=False) for _ in range(3)))
def test_shares_are_ordered(covered, gap, unknown):
    found = shares(covered, gap, unknown)
    if covered + gap > 0:
        assert 0 <= found["share_low"] <= found["share"] + 1e-12
        assert found["share"] <= found["share_high"] + 1e-12
        assert found["share_high"] <= 1 + 1e-12


@pytest.mark.parametrize(
    ("covered", "unknown", "people", "result"),
    [
        (85, 5, 100, "met"),
        (8499999, 1, 10000000, "undecided"),
        (50, 34.9, 100, "missed"),
        (0, 7, 7, "undecided"),
        (0, 0, 0, "undecided"),  # nobody there, which is no failure
        (0.17, 0, 0.2, "met"),
        (0.5, 0.35, 1.0, "undecided"),
        (0.5, 0.349999, 1.0, "missed"),
    ],
)
def test_missing_data_never_helps_a_target(covered, unknown, people, result):
    assert judge_target(covered, unknown, people, 0.85) == result


def test_a_share_that_is_exactly_the_target_meets_it():
    demand = pd.DataFrame({"kind": "residential", "people": [0.1, 0.7, 0.2], "town": ""})
    for rows in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        verdict = pd.Series(["covered", "covered", "gap"]).iloc[rows]
        table = count_coverage(demand.iloc[rows], {15.0: verdict}, [])
        assert table["covered"].tolist() == [0.8, 0.8]
        [check] = judge_targets(
            table, {"residential": 0.8}, cutoff_minutes=15.0, profile="adult"
        )  # fmt: skip
        assert check["result"] == "met"
    # three times 0.1 of 0.4, and a target of a third that nobody can write
    assert judge_target(0.3, 0.0, 0.4, 0.75) == "met"
    assert judge_target(0.36, 0.0, 0.4, 0.9) == "met"  # as floats 0.36 / 0.4 < 0.9
    assert judge_target(1.0, 0.0, 3.0, 0.3333) == "met"
    assert judge_target(1.0, 0.0, 3.0, 0.33333333333333337) == "missed"
    # 0.1 + 0.2 reach 0.3 of 1, whichever of them is in doubt
    assert judge_target(0.1, 0.2, 1.0, 0.3) == "undecided"


@given(*(st.integers(0, 1000) for _ in range(3)), st.floats(0, 1))
def test_a_target_is_decided_only_if_no_answer_to_the_unknown_changes_it(
    covered, gap, unknown, target
):
    people = covered + gap + unknown
    result = judge_target(covered, unknown, people, target)
    if people:
        share = Fraction(repr(target))
        worlds = {covered + lucky >= share * people for lucky in (0, unknown)}
        assert result == {(True,): "met", (False,): "missed"}.get(tuple(worlds), "undecided")
    else:
        assert result == "undecided"


# -- tables ---------------------------------------------------------------------------------------


@pytest.fixture
def demand():
    """Residents in two towns and workers in one; one unit of residents lies in no town."""
    rows = [
        ("residential", 10.0, "North"),
        ("residential", 30.0, "South"),
        ("residential", 5.0, ""),
        ("industrial", 100.0, "North"),
        ("residential", 0.0, "North"),
    ]
    return pd.DataFrame(rows, columns=["kind", "people", "town"], index=[4, 8, 15, 16, 23])


@pytest.fixture
def verdicts(demand):
    late = pd.Series(["covered", "gap", "unknown", "covered", "gap"], index=demand.index)
    early = pd.Series(["gap", "gap", "unknown", "unknown", "gap"], index=demand.index)
    return {5.0: early, 15.0: late}


def test_a_row_for_each_area_kind_and_cutoff(demand, verdicts):
    table = count_coverage(demand, verdicts, ["North", "South", "Empty"])
    keys = ["area", "kind", "cutoff_minutes"]
    assert not table.duplicated(keys).any()
    assert len(table) == 4 * 3 * 2
    row = table.set_index(keys)[["people", "covered", "gap", "unknown"]]
    assert row.loc["all", "residential", 15.0].tolist() == [45, 10, 30, 5]  # with the stray 5
    assert row.loc["all", "industrial", 5.0].tolist() == [100, 0, 0, 100]
    assert row.loc["all", "all", 15.0].tolist() == [145, 110, 30, 5]  # person-places
    assert row.loc["North", "residential", 15.0].tolist() == [10, 10, 0, 0]
    assert row.loc["South", "industrial", 15.0].tolist() == [0, 0, 0, 0]
    assert row.loc["Empty", "all", 15.0].tolist() == [0, 0, 0, 0]
    assert pd.isna(table.set_index(keys).loc[("South", "industrial", 15.0), "share"])


def test_targets_are_checked_in_every_area_and_for_their_kind_alone(demand, verdicts):
    table = count_coverage(demand, verdicts, ["North", "South", "Empty"])
    rows = judge_targets(
        table, {"residential": 0.2, "commercial": 0.5}, cutoff_minutes=15.0, profile="adult"
    )
    # all: low 10/45 = 0.222 is enough. commercial has no demand here: no row
    assert [(row["area"], row["result"]) for row in rows] == [
        ("all", "met"), ("North", "met"), ("South", "missed"), ("Empty", "undecided"),
    ]  # fmt: skip
    # all: between 10/45 = 0.222 and 15/45 = 0.333
    [row] = [
        row
        for row in judge_targets(table, {"residential": 0.3}, cutoff_minutes=15.0, profile="adult")
        if row["area"] == "all"
    ]
    assert row["result"] == "undecided"
    assert row == {
        "rule_id": "target:residential", "area": "all", "tier": None, "level": "any",
        "kind": "residential", "profile": "adult", "moment": None, "domains": "",
        "cutoff_minutes": 15.0, "cutoff_m": None,
        "people": 45.0, "covered": 10.0, "gap": 30.0, "unknown": 5.0,
        "share": 0.25, "share_low": 10 / 45, "share_high": 15 / 45,
        "target": 0.3, "target_year": None, "result": "undecided",
        "source": "the plan's own target", "status": "assumption", "analogy": False,
    }  # fmt: skip


def pairs_of(minutes, cutoff):
    """Make the pairs within a cutoff of a matrix (facilities, units)."""
    origin, target = np.nonzero(minutes <= cutoff)
    return ReachedPairs(origin, target, minutes[origin, target], minutes.shape)


def loads_of(demand, minutes, cutoff=15.0):
    nearest = np.where(np.isfinite(minutes.min(axis=0)), minutes.argmin(axis=0), -1)
    verdict = judge(minutes.min(axis=0), pd.Series("", index=range(len(demand))), cutoff)["verdict"]
    verdict.index = demand.index
    return count_facility_loads(demand, nearest, verdict, pairs_of(minutes, cutoff), len(minutes))


def test_what_facilities_carry_by_hand():
    #            unit:  0    1    2    3   (people 1, 10, 100, 1000; the last are workers)
    minutes = np.array(
        [
            [5.0, 9.0, np.inf, 16.0],
            [7.0, 20.0, 15.0, np.inf],
            [99.0, 99.0, 99.0, 99.0],
        ]
    )
    demand = pd.DataFrame(
        {"kind": ["residential"] * 3 + ["industrial"], "people": [1.0, 10, 100, 1000]}
    )
    loads = loads_of(demand, minutes)
    assert loads["people_nearest_residential"].tolist() == [11, 100, 0]
    assert loads["people_in_reach_residential"].tolist() == [11, 101, 0]
    assert loads["people_only_here_residential"].tolist() == [10, 100, 0]  # unit 0 has two
    assert loads["people_nearest_industrial"].tolist() == [0, 0, 0]  # 16 minutes are a gap
    assert list(loads.columns) == [
        f"people_{what}_{kind}"
        for kind in ("residential", "industrial")
        for what in ("nearest", "in_reach", "only_here")
    ]


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_loads_add_up_and_a_closure_costs_only_here(seed):
    rng = np.random.default_rng(seed)
    minutes = np.where(rng.random((4, 9)) < 0.2, np.inf, rng.integers(1, 30, (4, 9)).astype(float))
    kinds = rng.choice(["residential", "commercial"], 9)
    demand = pd.DataFrame({"kind": kinds, "people": rng.integers(0, 50, 9).astype(float)})
    loads = loads_of(demand, minutes)
    for kind in set(kinds):
        people = np.where(kinds == kind, demand["people"], 0)
        covered = people[minutes.min(axis=0) <= 15].sum()
        assert loads[f"people_nearest_{kind}"].sum() == covered
        assert (loads[f"people_only_here_{kind}"] <= loads[f"people_nearest_{kind}"]).all()
        assert (loads[f"people_nearest_{kind}"] <= loads[f"people_in_reach_{kind}"]).all()
        for closed in range(4):
            left = people[np.delete(minutes, closed, axis=0).min(axis=0) <= 15].sum()
            assert loads[f"people_only_here_{kind}"][closed] == covered - left


# -- properties on streets ------------------------------------------------------------------------

GRID = Drawing(
    {10 * x + y: (300.0 * x, 250.0 * y) for x in range(4) for y in range(4)},
    [
        *(([10 * x + y for x in range(4)], "highway=residential") for y in range(4)),
        *(([10 * x + y for y in range(4)], "highway=residential") for x in (0, 2)),
    ],
)


def counted(sites, units, people, towns, cutoffs=(3.0, 6.0)):
    """Return the coverage table of units round the grid of streets."""
    minutes = minutes_matrix(GRID.network(), sites, units).min(axis=0)
    streets = prepare_streets(GRID.network(), WALKER, ACCESS)
    origins, targets = join(streets, sites), join(streets, units)
    verdicts = {
        cutoff: judge(
            minutes,
            doubts(streets, targets, origins, box(-200, -200, 1500, 1500), 100 * cutoff, minutes),
            cutoff,
        )["verdict"]
        for cutoff in cutoffs
    }  # fmt: skip
    demand = pd.DataFrame({"kind": "residential", "people": people, "town": towns})
    return count_coverage(demand, verdicts, ["East", "West"])


@examples(8, whole=15)
@given(seed=st.integers(0, 10_000))
def test_one_more_site_never_lowers_cover_and_order_is_irrelevant(seed):
    rng = np.random.default_rng(seed)
    units = rng.uniform(-150, 1100, (40, 2))
    people = rng.integers(0, 100, 40).astype(float)
    towns = np.where(units[:, 0] > 450, "East", "West")
    sites = rng.uniform(-150, 1100, (4, 2))
    fewer, more = (counted(sites[:n], units, people, towns) for n in (3, 4))
    assert (more["covered"] >= fewer["covered"]).all()
    assert (more["people"] == fewer["people"]).all()
    assert (more["people"] == more[["covered", "gap", "unknown"]].sum(axis=1)).all()
    order = rng.permutation(40)
    mixed = counted(sites[::-1], units[order], people[order], towns[order])
    pd.testing.assert_frame_equal(mixed, more)
    late, early = (more[more["cutoff_minutes"] == c].reset_index() for c in (6.0, 3.0))
    assert (late["covered"] >= early["covered"]).all()


def test_nobody_near_a_facility_that_may_be_open_is_left_out_for_sure():
    judged = pd.DataFrame(
        {
            "verdict": ["covered", "gap", "unknown", "unknown", "gap"],
            "reason": ["", "", "edge of data", "island", ""],
        }
    )
    found = doubt_hours(judged, np.array([True, True, True, True, False]))
    assert found.to_numpy().tolist() == [
        ["covered", ""],
        ["unknown", "hours not known"],
        ["unknown", "hours not known"],  # it comes before the edge of the data
        ["unknown", "island"],
        ["gap", ""],
    ]
