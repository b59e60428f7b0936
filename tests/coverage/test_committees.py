"""Committees and domains by hand: 6 km/h are 100 m a minute, so that metres / 100 are minutes."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from planner.coverage.committees import build_committee_table, count_domains, find_in_doubt
from planner.coverage.counting import count_coverage
from planner.coverage.questions import Walks
from planner.travel.access import join
from planner.travel.minutes import nearest_facility, reached_pairs
from planner.travel.points import points_of
from planner.travel.streets import prepare_streets
from tests.cities.drawing import ACCESS, FRAME, WALKER, Drawing

STREET = "highway=residential"


def layer(rows, **columns):
    points = gpd.points_from_xy([x for x, _ in rows], [y for _, y in rows])
    return gpd.GeoDataFrame(columns, geometry=points, crs=FRAME)


def residents(*rows, town="Town"):
    """Units (x, y, people)."""
    return layer([row[:2] for row in rows], kind=["residential"] * len(rows),
                 verdict=["covered"] * len(rows), people=[float(row[2]) for row in rows],
                 town=[town] * len(rows))  # fmt: skip


def stations(**places):
    return layer(list(places.values()), facility_id=list(places))


def committees(*rows):
    """(name, from x, to x, facility_id), each 1 km wide on both sides of the x axis."""
    return gpd.GeoDataFrame(
        {"name": [row[0] for row in rows], "kind": "village",
         "facility_id": [row[3] for row in rows],
         "own_unplaced": [row[3] == "LOST" for row in rows]},
        geometry=[box(row[1], -500, row[2], 500) for row in rows], crs=FRAME,
    )  # fmt: skip


@pytest.fixture
def network():
    """The x axis from 0 to 6000 m, and an island of 50 m at y = 300."""
    nodes = {1: (0.0, 0.0), 2: (6000.0, 0.0), 3: (5200.0, 300.0), 4: (5250.0, 300.0)}
    return Drawing(nodes, [([1, 2], STREET), ([3, 4], STREET)]).network()


def table(network, committees, demand, facilities, unsure=None):
    nearest = nearest_facility(network, facilities, demand, profile=WALKER, access=ACCESS)
    demand = demand.assign(minutes=nearest["minutes"])
    walks = Walks(prepare_streets(network, access=ACCESS), facilities, demand, network.hull)
    found = build_committee_table(committees, demand, facilities, walks.of(WALKER), 15.0, unsure)
    return found.set_index("name")


def unsure(**places):
    """Stations whose place is not confirmed, in the domain `mall`."""
    return stations(**places).assign(unsure="place not confirmed", domain="mall")


def test_an_own_station_without_a_confirmed_place_covers_nobody_for_sure(network):
    areas = committees(("A", 0, 3000, "S1"))
    units = residents((100, 0, 10), (2100, 0, 30))
    # S2 covers both; S1 may stand 1,000 m from the first and 3,000 m from the second
    found = table(network, areas, units, stations(S2=(1000, 0)), unsure(S1=(-900, 0)))
    names = ["minutes_own", "share_any", "share_own", "share_own_low", "share_own_high"]
    # of the own one: 30 in a gap, 10 whom it may cover
    assert found.loc["A", names].tolist() == [np.inf, 1, 0, 0, 0.25]


def test_a_domain_may_cover_whom_an_unsure_station_of_it_is_near(network):
    facilities = stations(P=(1000, 0)).assign(domain="park")
    demand = residents((500, 0, 10), (2400, 0, 30))
    streets = prepare_streets(network, WALKER, ACCESS)
    doors, homes = (
        join(streets, points_of(one, network, "points")) for one in (facilities, demand)
    )
    in_doubt = find_in_doubt(unsure(M=(0, 0), N=(-9000, 0)), "domain", homes, 1500.0)
    pairs = reached_pairs(streets, doors, homes, 15.0)
    found = count_domains(demand, facilities, pairs, in_doubt | {"far": np.zeros(2, dtype=bool)})
    assert found[["domain", "facilities", "share_low", "share_high"]].to_numpy().tolist() == [
        ["mall", 0, 0.0, 0.25], ["park", 1, 1.0, 1.0],
    ]  # fmt: skip


def test_own_station_and_nearest_one(network):
    areas = committees(("A", 0, 500, "S1"), ("B", 500, 1100, "S1"))
    units = residents((100, 0, 10), (400, 0, 30), (900, 0, 5))
    found = table(network, areas, units, stations(S1=(200, 0), S2=(1000, 0)))
    assert list(found.columns) == [
        "kind", "town", "facility_id", "people", "minutes_own", "minutes_nearest",
        "share_any", "share_any_low", "share_any_high",
        "share_own", "share_own_low", "share_own_high", "geometry",
    ]  # fmt: skip
    # A walks 1 and 2 minutes to its own, most of its people 2; B 7 minutes to A's, 1 to S2
    assert found.loc["A", ["people", "minutes_own", "minutes_nearest"]].tolist() == [40, 2, 2]
    assert found.loc["B", ["people", "minutes_own", "minutes_nearest"]].tolist() == [5, 7, 1]
    assert found[["share_any", "share_own"]].to_numpy().tolist() == [[1, 1], [1, 1]]


def test_shares_count_people_up_to_the_cutoff(network):
    # 1000, 1500 and 1501 m to the own station; the last has another one 99 m away
    units = residents((1000, 0, 1), (1500, 0, 2), (1501, 0, 4))
    found = table(network, committees(("A", 0, 6000, "S1")), units,
                  stations(S1=(0, 0), S2=(1600, 0)))  # fmt: skip
    assert found.loc["A", "share_own"] == pytest.approx(3 / 7)
    assert found.loc["A", "share_any"] == 1
    assert found.loc["A", "minutes_own"] == pytest.approx(15.01)


def test_shares_mean_what_they_mean_everywhere(network):
    # 10 minutes to the own station; 17, and 3 to another; 22 and 26, the last of them in doubt
    units = residents((1000, 0, 1), (1700, 0, 2), (3800, 0, 4), (4200, 0, 8))
    units["verdict"] = ["covered", "covered", "gap", "unknown"]
    found = table(network, committees(("A", 0, 6000, "S1")), units,
                  stations(S1=(0, 0), S2=(2000, 0))).loc["A"]  # fmt: skip
    # own: 1 covered, 2 + 4 in a gap, 8 unknown; any: 3 covered, 4 in a gap, 8 unknown
    for name, of in (("own", (1 / 7, 1 / 15, 9 / 15)), ("any", (3 / 7, 3 / 15, 11 / 15))):
        ends = [found[f"share_{name}{end}"] for end in ("", "_low", "_high")]
        assert ends == pytest.approx(of)
    # the row of a town that is this committee alone says the same
    town = count_coverage(units, {15.0: units["verdict"]}, []).set_index("kind").loc["residential"]
    assert found["share_any"] == town["share"]
    assert found["share_any_low"] == town["share_low"]
    assert found["share_any_high"] == town["share_high"]


def test_nobody_who_can_be_judged_has_no_share_but_ends(network):
    units = residents((4200, 0, 8)).assign(verdict="unknown")
    found = table(network, committees(("A", 0, 6000, "")), units, stations(S1=(0, 0))).loc["A"]
    assert np.isnan(found["share_any"])
    assert found[["share_any_low", "share_any_high"]].tolist() == [0, 1]
    assert np.isnan(found["share_own"])


def test_an_own_station_without_a_place_may_cover_anybody_of_its_committee(network):
    units = residents((1000, 0, 1), (1700, 0, 2), (3800, 0, 4))
    units["verdict"] = ["covered", "gap", "gap"]
    areas = committees(("A", 0, 2000, "LOST"), ("B", 2000, 6000, ""))
    found = table(network, areas, units, stations(S1=(0, 0)))
    shares = ["share_own_low", "share_own_high", "share_any", "share_any_high"]
    assert found.loc["A", shares].tolist() == pytest.approx([0, 1, 1 / 3, 1 / 3])
    assert np.isnan(found.loc["A", "share_own"])  # nobody can be judged by it
    assert found.loc["B", shares].tolist() == [0, 0, 0, 0]


def test_an_own_station_beyond_45_minutes_has_its_true_minutes(network):
    units = residents((5800, 0, 1), (4600, 0, 5), (4400, 0, 2))
    areas = committees(("A", 0, 6000, "S1"))
    found = table(network, areas, units, stations(S1=(0, 0), S2=(5700, 0)))
    # 58, 46 and 44 minutes to its own; half of its people live within 46
    assert found.loc["A", "minutes_own"] == pytest.approx(46)
    assert found.loc["A", ["share_own", "share_any"]].tolist() == [0, 1]


def test_no_station_no_path_and_nobody(network):
    areas = committees(
        ("none", 0, 1000, ""), ("closed", 1000, 2000, "S9"), ("island", 2000, 3000, "S3"),
        ("nobody", 3000, 4000, "S1"), ("off", 4000, 5000, "S1"), ("only workers", 5000, 6000, "S1"),
    )  # fmt: skip
    demand = pd.concat([
        residents((500, 0, 1), (1500, 0, 1), (2500, 0, 1), (3500, 0, 0), (4500, 400, 1)),
        residents((5500, 0, 9)).assign(kind="industrial"),
    ], ignore_index=True)  # fmt: skip
    found = table(network, areas, gpd.GeoDataFrame(demand, crs=FRAME),
                  stations(S1=(0, 0), S3=(5225, 300)))  # fmt: skip
    people = {"none": 1, "closed": 1, "island": 1, "nobody": 0, "off": 1, "only workers": 0}
    assert found["people"].to_dict() == people
    own = {"none": np.inf, "closed": np.inf, "island": np.inf, "off": np.inf}
    assert found["minutes_own"].dropna().to_dict() == own
    nearest = {"none": 5, "closed": 15, "island": 25, "off": np.inf}
    assert found["minutes_nearest"].dropna().to_dict() == pytest.approx(nearest)
    any_ = {"none": 1, "closed": 1, "island": 0, "off": 0}
    assert found["share_any"].dropna().to_dict() == any_
    assert found["share_own"].dropna().to_dict() == dict.fromkeys(any_, 0)
    assert found.loc["nobody", "town"] == ""


def test_the_town_is_that_of_most_of_its_people(network):
    units = residents((1, 0, 5), (2, 0, 3), (3, 0, 3)).assign(town=["North", "South", "South"])
    found = table(network, committees(("A", 0, 10, "S1")), units, stations(S1=(0, 0)))
    assert found.loc["A", "town"] == "South"


def test_no_committees_make_an_empty_table(network):
    found = table(network, committees(("A", 0, 1, "")).iloc[:0], residents((1, 0, 5)),
                  stations(S1=(0, 0)))  # fmt: skip
    assert len(found) == 0
    assert "minutes_own" in found


places = st.lists(st.integers(0, 6000).map(float), min_size=1, max_size=6, unique=True)


@settings(max_examples=30)
@given(places, places)
def test_minutes_to_the_own_station_are_those_to_it_alone(xs, doors):
    network = Drawing({1: (0.0, 0.0), 2: (6000.0, 0.0)}, [([1, 2], STREET)]).network()
    units = residents(*((x, 20.0, 1) for x in xs))
    facilities = stations(**{f"S{k}": (x, 0.0) for k, x in enumerate(doors)})
    bounds = np.linspace(-1, 6000.7, len(doors) + 1)  # nobody lives on a border
    areas = committees(*(
        (f"S{k}", a, b, f"S{k}") for k, (a, b) in enumerate(pairwise(bounds))
    ))  # fmt: skip
    found = table(network, areas, units, facilities)
    assert found["people"].sum() == len(xs)
    for name, row in found[found["people"] > 0].iterrows():
        here = units[units.geometry.within(areas.set_index("name").geometry[name])]
        alone = facilities[facilities["facility_id"] == name]
        minutes = nearest_facility(network, alone, here, profile=WALKER, access=ACCESS)["minutes"]
        assert row["minutes_own"] == np.sort(minutes)[(len(here) - 1) // 2]
        assert row["minutes_nearest"] <= row["minutes_own"]
        assert row["share_own_low"] <= row["share_any_low"]


# -- domains --------------------------------------------------------------------------------------


def test_each_domain_counts_whom_its_facilities_cover(network):
    facilities = layer([(0, 0), (1000, 0), (5000, 0)], domain=["mall", "park", "mall"])
    demand = pd.concat([
        residents((500, 0, 10), (2400, 0, 20), (5100, 0, 40)),  # both, park, mall
        residents((3400, 0, 20)).assign(verdict="unknown"),  # neither
        residents((0, 0, 7)).assign(kind="industrial"),  # both
    ], ignore_index=True)  # fmt: skip
    demand = gpd.GeoDataFrame(demand, crs=FRAME)
    streets = prepare_streets(network, WALKER, ACCESS)
    ends = [join(streets, points_of(one, network, "points")) for one in (facilities, demand)]
    found = count_domains(demand, facilities, reached_pairs(streets, *ends, 15.0))
    assert found.to_numpy().tolist() == [
        ["mall", 2, "residential", 90.0, 50.0, 50 / 90, 70 / 90],
        ["mall", 2, "industrial", 7.0, 7.0, 1.0, 1.0],
        ["park", 1, "residential", 90.0, 30.0, 30 / 90, 50 / 90],
        ["park", 1, "industrial", 7.0, 7.0, 1.0, 1.0],
    ]
    assert list(found.columns) == [
        "domain", "facilities", "kind", "people", "covered", "share_low", "share_high",
    ]  # fmt: skip
