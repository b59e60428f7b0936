"""Barriers: features cut into straight parts, and the outlines of walled compounds beside them."""

import numpy as np
import shapely

from planner.network.barrier_parts import cut_barriers
from planner.network.surroundings import make_empty_surroundings
from planner.network.walls import Compounds, make_no_walls
from tests.cities.drawing import FRAME, estates_network
from tests.cities.estates_drawing import ESTATE, RIVER, TWINS


def parts_by_feature(barriers):
    """Return {(kind, osm id, name): the straight parts, each from its smaller end}, sorted."""
    found = {}
    for ends, feature in zip(barriers.ends.tolist(), barriers.feature, strict=True):
        key = (barriers.kind[feature], barriers.osm_id[feature], barriers.name[feature])
        found.setdefault(key, []).append(tuple(sorted([tuple(ends[:2]), tuple(ends[2:])])))
    return {key: sorted(parts) for key, parts in found.items()}


def ring(*corners):
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    return sorted(tuple(sorted(pair)) for pair in pairs)


def compounds(*shapes, walled=True, mapped=False):
    n = len(shapes)
    ids = np.array([f"way/{k}" for k in range(n)], dtype=object)
    flags = (np.full(n, flag, dtype=bool) for flag in (walled, mapped))
    return Compounds(ids, ids, ids, *flags, np.array(shapes, dtype=object))


NOTHING = make_empty_surroundings(FRAME).barriers


def test_a_river_is_cut_at_its_bends():
    bent = RIVER.having(
        nodes={13: (300, 25)}, ways={3: ([11, 13, 12], "waterway=river name=Suzhou")}
    )
    assert parts_by_feature(estates_network(bent).walls.barriers) == {
        ("water", "way/3", "Suzhou"): [((-200, 20), (300, 25)), ((300, 25), (800, 20))]
    }


def test_a_lake_is_its_bank():
    corners = [(-100, 10), (300, 10), (300, 30), (-100, 30)]
    banks = dict(zip((21, 22, 23, 24), corners, strict=True))
    lake = RIVER.having(nodes=banks, ways={3: ([21, 22, 23, 24, 21], "natural=water")})
    assert parts_by_feature(estates_network(lake).walls.barriers) == {
        ("water", "way/3", ""): ring(*corners)
    }


def test_the_outline_of_a_walled_compound_is_a_wall():
    """Walled by its tags alone, so no wall is in the data."""
    gated = {
        way: (TWINS.ways[way][0], f"landuse=residential gated=yes name=Gated{way}")
        for way in (901, 902)
    }
    west = [(10, 10), (200, 10), (200, 210), (10, 210)]
    east = [(200, 10), (390, 10), (390, 210), (200, 210)]
    assert parts_by_feature(estates_network(TWINS.having(ways=gated)).walls.barriers) == {
        ("wall", "way/901", "Gated901"): ring(*west),
        ("wall", "way/902", "Gated902"): ring(*east),
    }


def test_a_wall_that_is_mapped_as_well_is_harmless():
    """The way is a zone and a wall at once, so each of its parts is there twice."""
    parts = parts_by_feature(estates_network(TWINS).walls.barriers)
    assert {key[:2] for key in parts} == {("wall", "way/901"), ("wall", "way/902")}
    west = [(10, 10), (200, 10), (200, 210), (10, 210)]
    assert set(parts["wall", "way/901", "West"]) == set(ring(*west))


def test_a_zone_without_a_wall_bars_nobody():
    plain = {way: (TWINS.ways[way][0], ESTATE.split()[0]) for way in (901, 902)}
    network = estates_network(TWINS.having(ways=plain))
    assert len(network.walls.compounds) == 2
    assert len(network.walls.barriers.ends) == 0


def test_a_wall_half_mapped_leaves_no_hole():
    square = shapely.box(0, 0, 100, 100)
    found = cut_barriers(NOTHING, compounds(square, mapped=True))
    assert len(found.ends) == 4


def test_holes_of_outlines_are_barriers_too_and_groups_have_none():
    court = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    found = cut_barriers(NOTHING, compounds(court, shapely.Polygon()))
    assert len(found.ends) == 8
    assert set(found.feature.tolist()) == {0}


def test_parts_of_no_length_and_features_without_a_shape_are_left_out():
    import geopandas as gpd

    shapes = [shapely.LineString([(0, 0), (0, 0), (5, 0)]), shapely.LineString(), None]
    rows = {"osm_id": ["a", "b", "c"], "kind": "wall", "name": ""}
    layer = gpd.GeoDataFrame(rows, geometry=shapes, crs=FRAME)
    found = cut_barriers(layer, make_no_walls().compounds)
    assert found.ends.tolist() == [[0, 0, 5, 0]]
    assert found.kind.tolist() == ["wall"] * 3


def test_no_barriers_have_no_parts():
    found = cut_barriers(NOTHING, make_no_walls().compounds)
    assert found.ends.shape == (0, 4)
    assert found.of_kinds(frozenset({"wall"})).tolist() == []


def test_kinds_are_chosen_by_feature():
    drawing = RIVER.having(
        nodes={13: (0, 80), 14: (600, 80)},
        ways={5: ([13, 14], "railway=rail"), 6: ([13, 4], "barrier=fence")},
    )
    barriers = estates_network(drawing).walls.barriers
    for kinds, osm_ids in (
        ({"water"}, {"way/3"}),
        ({"railway", "wall"}, {"way/5", "way/6"}),
        (set(), set()),
    ):
        rows = barriers.of_kinds(frozenset(kinds))
        assert set(barriers.osm_id[barriers.feature[rows]]) == osm_ids
