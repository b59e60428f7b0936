"""Files that an editor saved: new objects, deleted ones, several versions of one."""

import numpy as np
import osmium
import pytest

from planner.network.stored import load_network
from planner.sources.osm.extract import load_osm
from tests.judge.osm import load_pieces

NODES = {
    1: (9.00, 52.0), 2: (9.01, 52.0), 3: (9.02, 52.0), -1: (9.01, 52.01), -2: (9.02, 52.01),
    -10: (9.015, 52.0),
}  # fmt: skip


def node(number, extra=""):
    lon, lat = NODES[number]
    return f'<node id="{number}" lon="{lon}" lat="{lat}" {extra}/>'


def way(number, refs, tags, extra=""):
    parts = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    parts += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{number}" {extra}>{parts}</way>'


PATH = {"highway": "path"}
ALL_NODES = "".join(map(node, NODES))


@pytest.fixture
def read(tmp_path):
    def taken(body, head="<osm version='0.6' generator='JOSM' upload='false'>"):
        path = tmp_path / "saved.osm"
        path.write_text(f"{head}{body}</osm>", encoding="utf-8")
        return load_osm(path)

    return taken


def streets(extract):
    """Return {way id: node ids}, one street each."""
    ways = extract.ways
    starts = ways.offsets
    return {
        int(w): ways.node_id[starts[k] : starts[k + 1]].tolist() for k, w in enumerate(ways.way_id)
    }


def test_new_ways_on_new_and_old_nodes_keep_their_ids(read):
    extract = read(
        ALL_NODES + way(5, [1, -10, 2], PATH) + way(-7, [2, -1, -2], PATH) + way(7, [2, 3], PATH)
    )
    assert streets(extract) == {5: [1, -10, 2], -7: [2, -1, -2], 7: [2, 3]}
    place = dict(zip(extract.ways.node_id.tolist(), extract.ways.lonlat.tolist(), strict=True))
    assert place == {number: list(NODES[number]) for number in place}  # 1 is not -1, nor 2 -2
    assert extract.skipped == {}


def test_new_areas_and_their_relations_keep_their_ids(read):
    outline = way(-3, [-1, -2, 3], {}) + way(-4, [3, 2, -1], {})
    extract = read(
        ALL_NODES
        + way(-5, [1, 2, -1, 1], {"landuse": "retail"})
        + outline
        + way(9, [1, 2], PATH)
        + '<relation id="-6"><member type="way" ref="-3" role="outer"/>'
        + '<member type="way" ref="-4" role="outer"/><tag k="type" v="multipolygon"/>'
        + '<tag k="landuse" v="residential"/></relation>'
        + '<node id="-30" lon="9.005" lat="52.0"><tag k="barrier" v="gate"/></node>'
    )
    assert extract.zones[["osm_id", "kind"]].values.tolist() == [
        ["relation/-6", "residential"],
        ["way/-5", "commercial"],
    ]
    assert extract.gates[["osm_id", "node_id"]].values.tolist() == [["node/-30", -30]]


@pytest.mark.parametrize("gone", ["action='delete'", "visible='false'"])
def test_what_was_deleted_is_gone(read, gone):
    """Also a deleted node: a way that still names it is cut there."""
    nodes = ALL_NODES.replace(node(3), node(3, gone))
    body = nodes + way(5, [1, 2], PATH) + way(6, [1, 2, -1], PATH, gone) + way(7, [2, 3], PATH)
    square = '<relation id="8" {}><member type="way" ref="9" role="outer"/>'
    square += '<tag k="type" v="multipolygon"/><tag k="landuse" v="retail"/></relation>'
    body += way(9, [1, 2, -1, 1], {}) + square.format(gone)
    extract = read(body)
    assert streets(extract) == {5: [1, 2]}
    assert len(extract.zones) == 0
    assert extract.skipped == {"way nodes missing from the extract": 1}


def test_what_was_changed_is_used_as_it_is(read):
    extract = read(ALL_NODES + way(5, [1, -10, 2], PATH, "action='modify' visible='true'"))
    assert streets(extract) == {5: [1, -10, 2]}


def test_of_several_versions_the_newest_counts(read):
    old, new = 'version="2"', 'version="10"'
    moved = f'<node id="2" lon="9.5" lat="52.5" {new}/>'
    body = moved + node(2, old) + node(1) + node(3)
    body += way(5, [1, 2, 3], PATH, new) + way(5, [1, 2], PATH, old)
    body += way(6, [1, 3], PATH, old) + way(6, [], {}, 'version="3" visible="false"')
    body += way(7, [2, 3], PATH, 'version="4"') + way(7, [], {}, 'version="3" visible="false"')
    extract = read(body)
    assert streets(extract) == {5: [1, 2, 3], 7: [2, 3]}
    assert [9.5, 52.5] in extract.ways.lonlat.tolist()


def test_places_of_nodes_that_stand_in_their_ways(read):
    """Overpass gives them so with `out geom`."""
    refs = '<nd ref="1" lat="52" lon="9"/><nd ref="2" lat="52" lon="9.01"/>'
    extract = read(f'{node(1)}<way id="5">{refs}<tag k="highway" v="path"/></way>')
    assert extract.ways.lonlat.tolist() == [[9.0, 52.0], [9.01, 52.0]]


def test_a_pbf_with_new_objects_or_out_of_order_is_read_alike(tmp_path):
    make = osmium.osm.mutable
    path = tmp_path / "saved.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        writer.add_way(make.Way(id=9, nodes=[2, 3], tags=PATH))
        writer.add_way(make.Way(id=-5, nodes=[1, -1], tags=PATH))
        for number, place in NODES.items():
            tags = {"place": "village", "name": "x"} if number == 1 else {}
            writer.add_node(make.Node(id=number, location=place, tags=tags))
    extract = load_osm(path)
    assert streets(extract) == {9: [2, 3], -5: [1, -1]}
    assert extract.places["osm_id"].tolist() == ["node/1"]


def test_streets_of_new_objects_are_built_and_kept(tmp_path):
    """From 1 by the new node -10 to 2, and off it to -1: an edge each, and the ids of the file."""
    path = tmp_path / "saved.osm"
    body = way(5, [1, -10, 2], PATH) + way(-7, [-10, -1], PATH | {"access": "private"})
    path.write_text(f"<osm>{ALL_NODES}{body}</osm>", encoding="utf-8")
    network = load_network(path)
    assert sorted(network.osm_id.tolist()) == [-7, 5, 5]
    assert sorted(network.node_id.tolist()) == [-10, -1, 1, 2]
    pieces = load_pieces(path, network.crs)  # the judge reads the file on its own
    assert sorted(set(pieces.way.tolist())) == [-7, 5]
    length_m = np.hypot(pieces.ax - pieces.bx, pieces.ay - pieces.by).sum()
    assert network.length_m.sum() == pytest.approx(length_m)


def test_the_judge_knows_versions_and_what_was_deleted(tmp_path):
    path = tmp_path / "saved.osm"
    body = way(5, [1, 2], PATH, 'version="2"') + way(5, [1, 3], PATH, 'version="1"')
    body += way(6, [2, 3], PATH, "action='delete'") + way(7, [2, -1], PATH, "visible='false'")
    path.write_text(f"<osm>{ALL_NODES}{body}</osm>", encoding="utf-8")
    pieces = load_pieces(path, "EPSG:32632")
    assert list(zip(pieces.a.tolist(), pieces.b.tolist(), strict=True)) == [(1, 2)]
    assert streets(load_osm(path)) == {5: [1, 2]}


# -- the date of the data -------------------------------------------------------------------------

WHEN = {"osm_base": "2024-05-06T07:08:09Z", "header": "2023-01-01T00:00:00Z"}
STAMPED = (
    '<node id="1" lon="9" lat="52" timestamp="2020-02-03T04:05:06Z"/>'
    '<node id="2" lon="9.01" lat="52" timestamp="2021-02-03T04:05:06Z"/>'
    '<way id="5" timestamp="2019-01-01T00:00:00Z"><nd ref="1"/><nd ref="2"/>'
    '<tag k="highway" v="path"/></way>'
)


@pytest.mark.parametrize(
    ("root", "meta", "date"),
    [
        (f'timestamp="{WHEN["header"]}"', f'<meta osm_base="{WHEN["osm_base"]}"/>', "osm_base"),
        (f'osmosis_replication_timestamp="{WHEN["header"]}"', "", "header"),
        (f'timestamp="{WHEN["header"]}"', "", "header"),
        ("", "", "newest"),
        ("", '<meta osm_base="yesterday"/>', "newest"),
        (f'timestamp="{WHEN["header"]}"', '<meta osm_base=""/>', "header"),
        ('timestamp="1&lt;script>"', "", "newest"),
    ],
)
def test_the_date_of_an_extract(read, root, meta, date):
    extract = read(f"<note>data from OSM</note>{meta}{STAMPED}", f"<osm version='0.6' {root}>")
    assert extract.timestamp == (WHEN | {"newest": "2021-02-03T04:05:06Z"})[date]


def test_an_extract_that_says_nothing_of_its_date_has_none(read):
    assert read(ALL_NODES + way(5, [1, 2], PATH)).timestamp is None


def test_the_date_of_a_pbf_is_its_headers_or_that_of_its_newest_way(tmp_path):
    make = osmium.osm.mutable
    for name, stamp in (("said", WHEN["header"]), ("silent", None)):
        path, head = tmp_path / f"{name}.osm.pbf", osmium.io.Header()
        if stamp:
            head.set("osmosis_replication_timestamp", stamp)
        with osmium.SimpleWriter(str(path), header=head) as writer:
            for number in (1, 2):
                writer.add_node(make.Node(id=number, location=NODES[number]))
            when = "2022-03-04T05:06:07Z"
            writer.add_way(make.Way(id=5, nodes=[1, 2], tags=PATH, timestamp=when))
        assert load_osm(path).timestamp == (stamp or when)
