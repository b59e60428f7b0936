"""Water whose outline leaves the extract: drawn up to the edge, on the side without streets."""

import pytest
import shapely

from planner.sources.osm.extract import load_osm
from tests.cities.drawing import FRAME, Drawing

#  A grid of streets of 100 m, 600 x 600 m. A pier leads 400 m further east, so that the box round
#  all streets is 1,000 m wide: what the extract is known to hold.
GRID = {10 * x + y: (100 * x, 100 * y) for x in range(7) for y in range(7)}
PIER = {90: (1000, 300)}
LAKE = "type=multipolygon natural=water name=Lake"


def streets():
    """Every street of the grid, and the pier."""
    along = [([10 * x + y for x in range(7)], "highway=residential", 200 + y) for y in range(7)]
    up = [([10 * x + y for y in range(7)], "highway=residential", 220 + x) for x in range(7)]
    return [*along, *up, ([63, 90], "highway=footway", 240)]


def water(tmp_path, shores, members, nodes=None, tags=LAKE, without=()):
    """Read a lake of shores {way id: places}; a member that is no shore is not in the extract."""
    places, ways = dict(GRID | PIER | (nodes or {})), streets()
    for number, line in shores.items():
        ids = [1000 * number + at for at in range(len(line))]
        places |= dict(zip(ids, line, strict=True))
        ways.append((ids, "", number))
    drawing = Drawing(places, ways, [(members, tags)])
    extract = load_osm(drawing.write(tmp_path / "lake.osm.pbf", without=without))
    drawn = extract.backdrop[extract.backdrop["kind"] == "water"]
    return extract, shapely.union_all(drawn.to_crs(FRAME).geometry.to_numpy())


def test_a_lake_whose_far_shore_is_missing_is_water_up_to_the_edge(tmp_path):
    shore = {50: [(700, -100), (700, 700)]}
    extract, lake = water(tmp_path, shore, [(50, "outer"), (51, "outer")])
    # from the shore at 700 m to the edge at 1,000 m, 600 m high
    assert lake.area == pytest.approx(300 * 600, rel=1e-3)
    assert extract.backdrop["name"].tolist() == ["Lake"]
    assert extract.skipped == {"areas of water beyond the edge of the extract, drawn up to it": 1}
    # people walk as before: nothing of it stops them
    assert len(extract.barriers) == 0


def test_a_shore_that_ends_before_the_edge_goes_straight_on(tmp_path):
    shore = {50: [(700, 50), (700, 550)]}
    _, lake = water(tmp_path, shore, [(50, "outer"), (51, "outer")])
    assert lake.area == pytest.approx(300 * 600, rel=1e-3)


def test_an_island_stays_land_and_the_direction_of_a_shore_does_not_matter(tmp_path):
    island = [(800, 400), (900, 400), (900, 500), (800, 500)]
    shores = {50: [(700, 700), (700, -100)], 52: island}
    places = {1: island[0], 2: island[1], 3: island[2], 4: island[3]}
    ways = [*streets(), ([1001, 1002], "", 50), ([1, 2, 3, 4, 1], "", 52)]
    nodes = GRID | PIER | {1000 + n: p for n, p in enumerate(shores[50], start=1)}
    nodes |= {n + 2000: p for n, p in places.items()}
    ways[-1] = ([2001, 2002, 2003, 2004, 2001], "", 52)
    members = [(50, "outer"), (51, "outer"), (52, "inner")]
    extract = load_osm(Drawing(nodes, ways, [(members, LAKE)]).write(tmp_path / "i.osm.pbf"))
    lake = shapely.union_all(extract.backdrop.to_crs(FRAME).geometry.to_numpy())
    assert lake.area == pytest.approx(300 * 600 - 100 * 100, rel=1e-3)


def test_a_river_between_two_banks_floods_neither(tmp_path):
    # from (620, 0) up to (680, 600): 60 m wide, both banks leave the extract at both ends
    shores = {50: [(620, -100), (620, 700)], 51: [(680, -100), (680, 700)]}
    _, river = water(tmp_path, shores, [(50, "outer"), (51, "outer"), (52, "outer")])
    assert river.area == pytest.approx(60 * 600, rel=1e-3)


def test_where_streets_tell_nothing_no_land_is_flooded(tmp_path):
    # the shore goes through the middle of the grid: streets on both sides alike
    shore = {50: [(250, -100), (250, 700)]}
    _, lake = water(tmp_path, shore, [(50, "outer"), (51, "outer")])
    assert lake.is_empty


def test_green_is_not_closed_so(tmp_path):
    shore = {50: [(700, -100), (700, 700)]}
    members = [(50, "outer"), (51, "outer")]
    extract, _ = water(tmp_path, shore, members, tags="type=multipolygon leisure=park")
    assert len(extract.backdrop) == 0
    assert extract.skipped == {"areas of broken outline, left out": 1}
