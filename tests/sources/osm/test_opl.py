"""Elements as lines of text: what osmium writes and we read is what the file says."""

import numpy as np
import pytest

from planner.sources.osm.apart import LOWEST_NEW, take_apart
from planner.sources.osm.opl import (
    Node,
    Relation,
    Way,
    format_nodes,
    parse_nodes,
    read_elements,
    read_relations,
)

ODD = 'Nº 7, "宝山" = 100 % @ <b>\n\t🏠'


@pytest.fixture
def read(tmp_path):
    """Write an OSM file, take it apart, and read the lines."""

    def taken(text):
        source, folder = tmp_path / "in.osm", tmp_path / "parts"
        source.write_text(f"<osm version='0.6'>{text}</osm>", encoding="utf-8")
        folder.mkdir()
        keys = ["name", "highway", "type"]
        parts = take_apart(source, folder, keys=keys, area_keys=["building"])
        return [*read_elements(parts.lines), *read_relations(parts.relations)]

    return taken


def escaped(text):
    signs = ("&", "<", ">", '"', "\n", "\t")
    for sign in signs:
        text = text.replace(sign, f"&#{ord(sign)};")
    return text


def test_a_node_comes_with_its_place_and_any_text(read):
    tags = f'<tag k="name" v="{escaped(ODD)}"/><tag k="a,b=c" v=""/>'
    (node,) = read(f'<node id="-5" lon="121.4" lat="31.4123456" version="1">{tags}</node>')
    assert node == Node(-5, {"name": ODD, "a,b=c": ""}, 121.4, 31.4123456)


def test_a_node_without_a_place_is_left_out(read):
    assert read('<node id="5" version="1"/>') == []


def test_a_way_lists_its_nodes_and_says_where_the_extract_lacks_one(read):
    nodes = "".join(
        f'<node id="{10_000_000_000 + k}" lon="{-51.1 - k / 1e7:.7f}" lat="-30.{k}" version="1"/>'
        for k in range(1, 4)
    )
    refs = "".join(f'<nd ref="{10_000_000_000 + k}"/>' for k in (1, 2, 9, 3, 1))
    *_, way = read(f'{nodes}<way id="7" version="1">{refs}<tag k="highway" v="path"/></way>')
    assert isinstance(way, Way)
    assert (way.id, way.tags, way.n_nodes) == (7, {"highway": "path"}, 5)
    assert way.is_closed
    assert not way.is_whole
    assert way.places()[2] == (10_000_000_009, None)
    assert way.places()[1] == (10_000_000_002, (-51.1000002, -30.2))
    assert way.lonlat().shape == (4, 2)


def test_a_way_without_nodes_or_tags_is_read_all_the_same(read):
    (way,) = read('<way id="7" version="1"/>')
    assert (way.tags, way.n_nodes, way.places()) == ({}, 0, [])
    assert way.lonlat().shape == (0, 2)


def test_a_relation_lists_its_members_with_any_role(read):
    role = "a,b@c d=%"
    members = f'<member type="way" ref="-7" role="{role}"/><member type="node" ref="8" role=""/>'
    tags = '<tag k="type" v="multipolygon"/>'
    (relation,) = read(f'<relation id="-9">{members}{tags}</relation>')
    expected = [("w", -7, role), ("n", 8, "")]
    assert relation == Relation(-9, {"type": "multipolygon"}, expected)


def test_ids_above_all_others_stand_for_negative_ones():
    ids, _ = parse_nodes([b"n%dx1y2,n-4x1y2,n5x1y2" % (LOWEST_NEW + 3)])
    assert ids.tolist() == [-3, -4, 5]
    with pytest.raises(ValueError, match="beyond"):
        parse_nodes([b"n%dx1y2" % 2**60])


def test_lists_of_nodes_become_arrays_to_the_last_bit():
    rng = np.random.default_rng(1)
    ids = rng.integers(1, 2**40, 50)
    lonlat = np.round(rng.uniform(-180, 180, (50, 2)), 7)
    places = list(zip(ids.tolist(), map(tuple, lonlat.tolist()), strict=True))
    found_ids, found = parse_nodes([format_nodes(places[:20]), format_nodes(places[20:])])
    assert np.array_equal(found_ids, ids)
    assert np.array_equal(found, lonlat)
    assert parse_nodes([])[1].shape == (0, 2)
