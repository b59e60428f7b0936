"""What the data lack, by hand: two towns of 1 km2 side by side, streets of whole kilometres."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from planner.coverage.completeness import describe_completeness
from planner.network.study_area import StudyArea
from planner.network.walls import Gates
from tests.cities.drawing import FRAME, Drawing

STREET = "highway=residential"
COLUMNS = ["town", "state"]
EMPTY = gpd.GeoDataFrame(columns=[*COLUMNS, "geometry"], geometry="geometry", crs=FRAME)


@pytest.fixture
def network():
    """West (0..1000) and East (1000..2000), both 1000 high:

    y 900  1 ---------- 2                         1 km in West, reaching no border
    y 500  3 ------------------------- 4          1 km in each
    y 100              7 -- 8 private  5 -- 6     200 m private, 100 m of island in East
    """
    nodes = {
        1: (0, 900), 2: (1000, 900), 3: (0, 500), 4: (2000, 500), 5: (1800, 100), 6: (1900, 100),
        7: (1200, 500), 8: (1200, 300), 9: (500, 500), 10: (500, 900),
    }  # fmt: skip
    return Drawing(
        nodes,
        [
            ([1, 10, 2], STREET),
            ([3, 9, 7, 4], STREET),
            ([9, 10], STREET),
            ([5, 6], STREET),
            ([7, 8], STREET + " access=private"),
        ],
    ).network()


@pytest.fixture
def area():
    west, east = box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)
    towns = gpd.GeoDataFrame(
        {"name": ["West", "East"], "tier": ["", ""]}, geometry=[west, east], crs=FRAME
    )
    whole = box(0, 0, 2000, 1000)
    return StudyArea(
        crs=FRAME, polygon=whole, with_ring=whole, data=whole, towns=towns,
        ring_m=0.0, hull_as_extent=False,
    )  # fmt: skip


@pytest.fixture
def demand():
    rows = [
        ("residential", 600.0, "West", "covered", ""),
        ("residential", 300.0, "West", "unknown", "no street near"),
        ("residential", 100.0, "East", "unknown", "no gate known"),
        ("industrial", 50.0, "East", "gap", ""),
    ]
    return pd.DataFrame(rows, columns=["kind", "people", "town", "verdict", "reason"])


@pytest.fixture
def facilities():
    columns = {
        "status": ["open", "open", "closed", "open"],
        "in_ring": [False, False, False, True],
        "opening_hours": ["Mo-Fr 09:00-17:00", "", "", ""],
        "services": ["", "", "", ""],
    }
    points = gpd.points_from_xy([100, 1900, 1900, 3000], [500, 500, 500, 500])
    return gpd.GeoDataFrame(columns, geometry=points, crs=FRAME)


@pytest.fixture
def compounds():
    rows = [("West", "gates mapped"), ("East", "gates inferred"), ("East", "no gate known"),
            ("", "no gate known")]  # fmt: skip
    shapes = [box(x, 100, x + 50, 150) for x in (100, 1100, 1200, 2200)]  # the last in the ring
    return gpd.GeoDataFrame(rows, columns=COLUMNS, geometry=shapes, crs=FRAME)


def rows_of(found):
    return {row["area"]: row for row in found["towns"]}


def test_streets_are_measured_up_to_the_border(network, area, demand, facilities):
    rows = rows_of(describe_completeness(network, area, demand, facilities, EMPTY))
    # West: 1 + 1 + 0.4; East: 1 + 0.1 + 0.2; together 3.7 over 2 km2
    assert [rows[name]["street_km"] for name in ("all", "West", "East")] == [3.7, 2.4, 1.3]
    assert [rows[name]["km2"] for name in ("all", "West", "East")] == [2, 1, 1]
    assert rows["all"]["street_km_per_km2"] == 1.85
    assert rows["all"]["against_area"] == 1
    assert rows["West"]["against_area"] == pytest.approx(2.4 / 1.85)
    assert rows["East"]["islands_km"] == rows["all"]["islands_km"] == 0.1
    assert [rows[name]["islands"] for name in ("all", "West", "East")] == [1, 0, 1]
    assert [rows[name]["private_groups"] for name in ("all", "West", "East")] == [1, 0, 1]


def test_people_without_street_are_counted_by_kind(network, area, demand, facilities):
    found = describe_completeness(network, area, demand, facilities, EMPTY)
    rows = rows_of(found)
    assert [rows[name]["units"] for name in ("all", "West", "East")] == [4, 2, 2]
    assert [rows[name]["units_no_street"] for name in ("all", "West", "East")] == [1, 1, 0]
    assert rows["all"]["people_no_street_residential"] == 300
    assert rows["all"]["people_no_street_industrial"] == 0
    assert found["unknown"] == [
        {"area": "all", "kind": "residential", "reason": "no street near", "people": 300,
         "share": 0.3},
        {"area": "all", "kind": "residential", "reason": "no gate known", "people": 100,
         "share": 0.1},
        {"area": "West", "kind": "residential", "reason": "no street near", "people": 300,
         "share": 0.3333},
        {"area": "East", "kind": "residential", "reason": "no gate known", "people": 100,
         "share": 1},
    ]  # fmt: skip


def test_only_open_facilities_inside_are_asked_for_hours(network, area, demand, facilities):
    rows = rows_of(describe_completeness(network, area, demand, facilities, EMPTY))
    assert [rows[name]["facilities"] for name in ("all", "West", "East")] == [2, 1, 1]
    assert [rows[name]["facilities_no_hours"] for name in ("all", "West", "East")] == [1, 0, 1]
    assert rows["all"]["facilities_no_services"] == 2
    bare = facilities[["status", "geometry"]]
    rows = rows_of(describe_completeness(network, area, demand, bare, EMPTY))
    assert rows["all"]["facilities_no_hours"] == rows["all"]["facilities"] == 2


@pytest.fixture
def gated(network):
    """Two mapped gates of the private street in East, one inferred in West, one on a public way."""
    nodes = [np.flatnonzero((network.xy.round() == at).all(axis=1))[0]
             for at in ((1200, 500), (1200, 300), (500, 500), (500, 900))]  # fmt: skip
    words = np.full(4, "", dtype=object)
    gates = Gates(
        node=np.array(nodes), compound=np.array([0, 0, 0, -1]),
        mapped=np.array([True, True, False, True]),
        inferred=np.array([False, False, True, False]), shut_as_tagged=np.zeros(4, dtype=bool),
        passes=np.full(4, "residents", dtype=object), gate_id=words, name=words, hours=words,
        barred=words, conditions=words,
    )  # fmt: skip
    return replace(network, walls=replace(network.walls, gates=gates))


def test_gates_are_counted_where_they_stand(gated, area, demand, facilities):
    rows = rows_of(describe_completeness(gated, area, demand, facilities, EMPTY))
    assert [rows[name]["gates_mapped"] for name in ("all", "West", "East")] == [2, 0, 2]
    assert [rows[name]["gates_inferred"] for name in ("all", "West", "East")] == [1, 1, 0]


def test_compounds_are_those_of_the_layer(network, area, demand, facilities, compounds):
    rows = rows_of(describe_completeness(network, area, demand, facilities, compounds))
    assert [rows[name]["compounds"] for name in ("all", "West", "East")] == [3, 1, 2]
    assert [rows[name]["compounds_no_gate"] for name in ("all", "West", "East")] == [1, 0, 1]


def test_the_notes_say_what_is_missing_and_nothing_else(gated, area, demand, facilities, compounds):
    notes = describe_completeness(gated, area, demand, facilities, compounds)["notes"]
    assert notes == [
        "no street nearby: 1 of 4 units; their people are unknown, not left out",
        "streets in the area joined to nothing else: 0.1 km in islands (1); people who meet no "
        "other street are unknown",
        "no gate known: 1 of 3 compounds; a table of gates would settle whether their people are "
        "served",
        "gates inferred where a street goes through a wall: 1, mapped: 2; walks through an "
        "inferred one are likely, not known",
        "private streets without an outline: 1 groups; each is taken for a compound of its own",
        "no opening hours: 1 of 2 facilities in the area; they count as always open",
        "no services named: 2 of 2 facilities in the area; they count for none",
        "unknown: 30.0% of the people of kind residential (no street near)",
        "unknown: 10.0% of the people of kind residential (no gate known)",
    ]


def test_a_town_with_little_street_is_named(area, demand, facilities):
    west_only = Drawing({1: (0, 500), 2: (900, 500)}, [([1, 2], STREET)]).network()
    notes = describe_completeness(west_only, area, demand, facilities, EMPTY)["notes"]
    assert notes[0] == (
        "less street per km2 than in the whole area (1), for want of streets or data: East (0.00)"
    )


def test_nothing_is_said_of_complete_data(area, demand, facilities):
    whole = demand.iloc[:1]
    full = facilities.iloc[:1].assign(services="政务")
    main = Drawing({1: (0, 500), 2: (2000, 500)}, [([1, 2], STREET)]).network()
    found = describe_completeness(main, area, whole, full, EMPTY)
    assert found["notes"] == []
    assert found["unknown"] == []


def test_without_towns_there_is_one_row(network, area, demand, facilities):
    found = describe_completeness(network, replace(area, towns=None), demand, facilities, EMPTY)
    assert [row["area"] for row in found["towns"]] == ["all"]
