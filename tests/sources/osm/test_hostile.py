"""Files that end a program: each is one line that names the place, or is read all the same."""

import bz2
import gzip
import os
import socket
import time

import pytest

from planner.errors import SourceError
from planner.sources.osm.extract import load_osm
from tests.cities.pbf import DEGREE, Block, blob, field, header
from tests.samples import first

STREET = (
    '<node id="2" lat="48.1" lon="11.5"/><node id="3" lat="48.11" lon="11.5"/>'
    '<way id="5"><nd ref="2"/><nd ref="3"/><tag k="highway" v="path"/></way>'
)
PLACES = {2: (115 * DEGREE // 10, 481 * DEGREE // 10), 3: (116 * DEGREE // 10, 482 * DEGREE // 10)}
MOST_SECONDS = 20.0


def xml(body, head=""):
    return f"{head}<osm version='0.6'>{body}</osm>".encode()


def pbf(*, places=PLACES, refs=(2, 3), key=b"name", value=b"Weg", role=b"outer", **head):
    block = Block().nodes(places).way(5, list(refs), {b"highway": b"path", key: value})
    return header(**head) + block.relation(7, {5: role}, {b"landuse": b"retail"}).packed()


@pytest.fixture
def read(tmp_path):
    """Read bytes as a file, and return the extract or the one line that refuses it."""

    def taken(content, ending):
        path = tmp_path / f"city.{ending}"
        path.write_bytes(content)
        started = time.monotonic()
        try:
            return load_osm(path)
        except SourceError as error:
            message = str(error)
            assert message.startswith(f"{path}: ")
            assert "\n" not in message
            assert len(message) < 500
            return message.removeprefix(f"{path}: ")
        finally:
            assert time.monotonic() - started < MOST_SECONDS

    return taken


@pytest.mark.parametrize(
    "place",
    [
        'lat="91" lon="11"', 'lat="48" lon="180.1"', 'lat="nan" lon="11"', 'lat="48" lon="-inf"',
        'lat="1e308" lon="11"', 'lat="" lon="11"', 'lat="0x30" lon="11"', 'lat="48"',
    ],
)  # fmt: skip
def test_a_place_that_is_not_on_earth_names_its_node(read, place):
    """Also of a node that no street uses."""
    assert read(xml(f'<node id="77" {place}/>{STREET}'), "osm").startswith("node 77: lat=")


def test_a_place_that_is_not_on_earth_names_its_node_in_a_pbf(read):
    message = read(pbf(places=PLACES | {3: (0, 91 * DEGREE)}), "osm.pbf")
    assert message == "node 3: lat=91 lon=0 is no place on Earth; mend or delete it"


@pytest.mark.parametrize(
    "number", first(4, ["9" * 30, "", "1.5", str(2**50), "1" * 5000, "x", str(-(2**63))])
)
def test_an_id_that_is_none_names_its_element(read, number):
    assert "ids are whole numbers" in read(xml(f'<node id="{number}" lat="1" lon="1"/>'), "osm")
    message = read(xml(STREET.replace('ref="3"', f'ref="{number}"')), "osm")
    assert message.startswith("way 5: it names a node with the id")


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        ({"value": b"W\0g"}, "way 5: one of its tags (highway, name"),
        ({"value": b"W\xff\xfe"}, "way 5: one of its tags (highway, or the next)"),
        ({"value": b"\xed\xa0\x80"}, "way 5: one of its tags (highway, or the next)"),
        ({"key": b"n\0me"}, "way 5: one of its tags (highway, n"),
        ({"key": b"n\xc3"}, "way 5: one of its tags (highway, or the next)"),
        ({"role": b"\xff"}, "relation 7: the role of a member"),
    ],
)
def test_a_text_that_is_none_names_its_element(read, fault, where):
    message = read(pbf(**fault), "osm.pbf")
    assert message.startswith(where)
    assert message.endswith("holds a NUL or is not UTF-8; mend it")


def test_long_texts_name_their_element(read):
    text = xml(f'<node id="7" lat="1" lon="1"><tag k="name" v="{"w" * 1025}"/></node>{STREET}')
    assert read(text, "osm") == "node 7: the value of 'name' has more than 1024 bytes"
    assert "overlong string" in read(pbf(value=b"w" * 2000), "osm.pbf")


@pytest.mark.parametrize(
    "sides",
    [
        'minlat="1" minlon="1" maxlat="1" maxlon="1"',
        'minlat="2" minlon="1" maxlat="1" maxlon="2"',
        'minlat="nan" minlon="1" maxlat="2" maxlon="2"', "",
    ],
)  # fmt: skip
def test_bounds_that_are_no_box_are_left_out_and_told(read, sides):
    extract = read(xml(f"<bounds {sides}/>{STREET}"), "osm")
    assert extract.bounds is None
    assert extract.skipped == {"bounds that are no box": 1}


def test_bounds_of_no_size_in_a_pbf(read):
    assert read(pbf(box=(11 * 10**9, 11 * 10**9, 48 * 10**9, 48 * 10**9)), "osm.pbf").bounds is None


def test_bounds_of_several_downloads_are_all_known(read):
    boxes = '<bounds minlat="1" minlon="1" maxlat="2" maxlon="2"/>'
    boxes += '<bounds minlat="1" minlon="5" maxlat="2" maxlon="6"/>'
    assert read(xml(boxes + STREET), "osm").bounds.area == pytest.approx(2.0)


def test_a_way_of_too_many_nodes_is_named(read):
    """Packed it is 700 bytes; the streets built of it took 3.7 GB."""
    content = pbf(refs=[2, 3] * 200_000)
    assert len(content) < 1500
    assert read(content, "osm.pbf") == "way 5: more than 100,000 nodes; split the way"
    refs = '<nd ref="2"/>' * 100_001
    assert read(xml(f'{STREET}<way id="8">{refs}</way>'), "osm").startswith("way 8: more than")


def test_bombs_are_refused_before_they_fill_memory_or_disk(read, monkeypatch):
    monkeypatch.setattr("planner.sources.osm.apart.run_child._LEAST_TEXT_BYTES", 2_000_000)
    block = Block().nodes(PLACES)
    for number in range(4):
        block.way(number, [2, 3] * 25_000, {b"highway": b"path"})
    assert "unpacks to more than 2 MB" in read(header() + block.packed(), "osm.pbf")
    assert "unpacks to more than 2 MB" in read(gzip.compress(xml(" " * 4_000_000)), "osm.gz")
    nodes = '<node id="1" lat="1" lon="1"/>' * 70_000
    assert "unpacks to more than 2 MB" in read(bz2.compress(xml(nodes)), "osm.bz2")


def test_an_element_of_many_megabytes_is_refused_where_it_begins(read):
    text = xml(f'<node id="7" lat="1" lon="1"><tag k="name" v="{"w" * 5_000_000}"/></node>')
    assert "more than 1 MB of attributes, in or after node 7" in read(gzip.compress(text), "osm.gz")


def test_pbf_blocks_with_false_contents_are_refused(read):
    for content in (b"\0" * 40_000_000, b"\x2a\xff\xff\xff\x7f", field(2, field(2, b"\xff" * 9))):
        assert "not a readable OSM file" in read(header() + blob(b"OSMData", content), "osm.pbf")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (xml(STREET, "<!DOCTYPE o [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>"), "holds a <!DOCTYPE>"),
        (xml(STREET, "<!DOCTYPE o SYSTEM 'file:///etc/hostname'>"), "holds a <!DOCTYPE>"),
        (b"<html>Too many requests</html>", "it begins with <html>, not <osm>"),
        (b"<osmChange><create/></osmChange>", "it begins with <osmChange>, not <osm>"),
        (b'{"osm3s": {}}', "not a readable OSM file"),
        (
            xml(STREET + "<remark> runtime error: timed out\n </remark>"),
            "(runtime error: timed out)",
        ),
        (xml(STREET.replace("path", "p&#0;")), "not a readable OSM file"),
        (xml(STREET).replace(b"path", b"pa\xff"), "not a readable OSM file"),
    ],
)
def test_xml_that_is_no_map(read, content, says):
    assert says in read(content, "osm")


def test_odd_files_that_are_maps_all_the_same(read):
    deep = "<a>" * 20_000 + "</a>" * 20_000
    overpass = STREET.replace("</way>", '<center lat="48" lon="11.5"/></way>')
    other = f"<?xml version='1.0' encoding='utf-16'?><osm>{STREET}</osm>".encode("utf-16")
    exponent = STREET.replace('lat="48.1"', 'lat="4.81e1"')
    for content in (xml(deep + STREET), xml(overpass), other, xml(exponent)):
        assert read(content, "osm").ways.lonlat.tolist() == [[11.5, 48.1], [11.5, 48.11]]


def test_what_is_no_file(tmp_path):
    pipe, link, plug = (tmp_path / f"{name}.osm.pbf" for name in ("pipe", "link", "plug"))
    os.mkfifo(pipe)
    link.symlink_to(link)
    endless = tmp_path / "zero.osm"
    endless.symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(plug))
        for path in (pipe, link, plug, endless, tmp_path):
            with pytest.raises(SourceError, match="no such file"):
                load_osm(path)
