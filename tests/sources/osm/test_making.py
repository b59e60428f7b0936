"""One extract of several files, and a part of one: what is in it, and what it says of itself."""

import gzip

import osmium
import pytest

from planner.sources.osm.apart import ExtractError, make_extract

MANY = 10**8
#: A street of three nodes, its way of a house, and a park whose ring is two ways, one far away.
TOWN = """
<node id="1" version="1" lat="1.00" lon="1.00"/>
<node id="2" version="2" lat="1.00" lon="2.00"><tag k="name" v="Corner"/></node>
<node id="3" version="1" lat="1.00" lon="3.00"/>
<node id="4" version="1" lat="2.00" lon="3.00"/>
<node id="5" version="1" lat="5.00" lon="5.00"/>
<node id="6" version="1" lat="6.00" lon="6.00"/>
<way id="11" version="4"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="path"/></way>
<way id="12" version="1"><nd ref="2"/><nd ref="4"/></way>
<way id="13" version="1"><nd ref="4"/><nd ref="5"/><nd ref="2"/></way>
<way id="14" version="1"><nd ref="5"/><nd ref="6"/><tag k="highway" v="path"/></way>
<relation id="21" version="1"><member type="way" ref="12" role="outer"/>
<member type="way" ref="13" role="outer"/><tag k="type" v="multipolygon"/>
<tag k="leisure" v="park"/></relation>
<relation id="22" version="1"><member type="way" ref="11" role=""/>
<member type="way" ref="14" role=""/><tag k="type" v="route"/><tag k="highway" v="x"/></relation>
"""


def osm(body, date="2026-11-20T08:00:00Z"):
    meta = f'<meta osm_base="{date}"/>' if date else ""
    return f'<?xml version="1.0"?><osm version="0.6">{meta}{body}</osm>'.encode()


@pytest.fixture
def files(tmp_path):
    """Write files of OSM XML; return their paths."""

    def write(*contents):
        paths = [tmp_path / f"{number}.osm" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        return paths

    return write


def ids(path):
    """Which elements a file holds, with their versions."""
    return [f"{one.type_str()}{one.id}v{one.version}" for one in osmium.FileProcessor(str(path))]


def test_of_several_versions_the_newest_counts(files, tmp_path):
    """The files overlap, as squares of a server do that were fetched one after the other."""
    newer = '<node id="2" version="3" lat="1.5" lon="2"/><node id="7" version="1" lat="1" lon="1"/>'
    paths = files(osm(TOWN, "2026-11-20T09:00:00Z"), osm(newer + TOWN, "2026-11-20T08:00:00Z"))
    out = tmp_path / "out.osm.pbf"
    made = make_extract(paths, most_bytes=MANY, out=out, box=(0.0, 0.5, 9.0, 9.5))
    assert ids(out) == [
        "n1v1", "n2v3", "n3v1", "n4v1", "n5v1", "n6v1", "n7v1",
        "w11v4", "w12v1", "w13v1", "w14v1", "r21v1", "r22v1",
    ]  # fmt: skip
    assert made.counts == (7, 4, 2)
    assert made.date == "2026-11-20T08:00:00Z"  # no part is older
    header = osmium.io.Reader(str(out)).header()
    assert header.get("osmosis_replication_timestamp") == "2026-11-20T08:00:00Z"
    low, high = header.box().bottom_left, header.box().top_right
    assert (low.lon, low.lat, high.lon, high.lat) == (0.0, 0.5, 9.0, 9.5)


def test_what_lies_in_a_box_comes_whole(files, tmp_path):
    """The box holds node 2 alone: ways 11 and 12 touch it, and the park made of way 12."""
    (path,) = files(osm(TOWN))
    out = tmp_path / "out.osm.pbf"
    make_extract([path], most_bytes=MANY, cut=(1.5, 0.5, 2.5, 1.5), keys=("leisure",), out=out)
    assert ids(out) == [
        "n1v1", "n2v2", "n3v1", "n4v1", "n5v1", "w11v4", "w12v1", "w13v1", "r21v1"
    ]  # fmt: skip


def test_a_way_outside_comes_with_its_park_alone(files, tmp_path):
    """The box holds node 3, so way 11; the park touches it nowhere, and nobody asks for routes."""
    (path,) = files(osm(TOWN))
    out = tmp_path / "out.osm"
    make_extract([path], most_bytes=MANY, cut=(2.5, 0.5, 3.5, 1.5), keys=("leisure",), out=out)
    assert ids(out) == ["n1v1", "n2v2", "n3v1", "w11v4"]
    again = tmp_path / "again.osm.pbf"
    made = make_extract([path], most_bytes=MANY, cut=(2, 1, 3, 1), keys=("highway",), out=again)
    # The border belongs to the box: nodes 2 and 3, so ways 11, 12 and 13 with nodes 1 to 5.
    assert made.counts == (5, 3, 0)


def test_the_date_of_xml_and_who_gave_it_stand_in_it(files, tmp_path):
    (path,) = files(osm(TOWN))
    for name in ("a.osm", "a.osm.gz"):
        made = make_extract([path], most_bytes=MANY, out=tmp_path / name)
        again = make_extract([tmp_path / name], most_bytes=MANY)
        assert made.date == again.date == "2026-11-20T08:00:00Z"
    text = gzip.decompress((tmp_path / "a.osm.gz").read_bytes())
    assert text == (tmp_path / "a.osm").read_bytes()
    assert b"OpenStreetMap contributors" in text


def test_a_date_that_is_none_is_no_part_of_the_file(files, tmp_path):
    (path,) = files(osm(TOWN, "2026&quot;/&gt;&lt;evil/&gt;"))
    make_extract([path], most_bytes=MANY, out=tmp_path / "a.osm")
    assert b"evil" not in (tmp_path / "a.osm").read_bytes()


@pytest.mark.parametrize(
    ("inside", "strays"),
    [
        ((0, 0, 9, 9), False),
        ((7, 7, 9, 9), True),
        ((0, 3, 0.5, 4), True),
        ((5.4, 5.4, 5.6, 5.6), False),  # way 14 crosses it without a node
    ],
)
def test_elements_elsewhere_are_noticed(files, inside, strays):
    (path,) = files(osm(TOWN))
    assert make_extract([path], most_bytes=MANY, inside=inside).strays is strays


def test_nothing_is_nowhere(files):
    (path,) = files(osm(""))
    assert not make_extract([path], most_bytes=MANY, inside=(0, 0, 9, 9)).strays


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (osm(TOWN)[:-20], "cut short"),
        (b"\0\1\2", "not a readable OSM file"),
        (b"<html/>", "begins with <html>"),
        (osm("<remark>runtime error: out of memory</remark>"), "the server ended early"),
        (osm('<node id="1" lat="91" lon="0"/>'), "no place on Earth"),
    ],
)
def test_what_cannot_be_read_is_told(files, content, what):
    with pytest.raises(ExtractError, match=what):
        make_extract(files(osm(TOWN), content), most_bytes=MANY)


def test_a_pbf_that_is_none_is_told(tmp_path):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(b"\0\0\0\x0d" * 40)
    with pytest.raises(ExtractError, match="cannot be read"):
        make_extract([path], most_bytes=MANY)


def test_what_unpacks_to_more_than_is_allowed_is_refused(tmp_path):
    path = tmp_path / "a.osm.gz"
    path.write_bytes(gzip.compress(osm(" " * 2_000_000)))
    with pytest.raises(ExtractError, match="unpacks to more than 1 MB"):
        make_extract([path], most_bytes=1_000_000)
