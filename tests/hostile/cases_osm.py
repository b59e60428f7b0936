"""Extracts that would crash a reader, fill the memory or say what cannot be."""

from __future__ import annotations

import bz2
import gzip

from tests.hostile.case import CHECK, RUN, Case
from tests.hostile.city import (
    Break,
    Content,
    both,
    content,
    in_file,
    node_xml,
    osm_xml,
    renamed,
    way_xml,
)
from tests.hostile.pbf import pbf_of, way_of_many_nodes


def street(*more: str, head: str = "") -> Break:
    return content("map.osm", osm_xml(*more, head=head))


def gzip_bomb() -> bytes:
    """3 GB of blanks in 3 MB: a file of many parts."""
    part = gzip.compress(b" " * 10_000_000, 9)
    return gzip.compress(b"<osm>") + part * 300


def attribute_bomb() -> str:
    return osm_xml(node_xml(99, 121.4, 31.4, f'<tag k="name" v="{"x" * 50_000_000}"/>'))


def packed(name: str, data: Content) -> Break:
    return renamed('"map.osm"', f'"{name}"', data)


PLAIN = osm_xml().encode()
CUT = {
    "half": len(PLAIN) // 2,
    "in the first line": 20,
    "before the last sign": len(PLAIN.rstrip()) - 1,
}
TEXTS = {"NUL": b"a\x00b", "bad UTF-8": b"\xff\xfe\xfd", "an overlong sign": b"\xc0\x80"}


def streets(name: str, data: Content | None = None, more: str = "") -> Break:
    """Name a file of streets beside the extract."""
    old = 'osm = "map.osm"'
    named = in_file("plan.toml", old, f'{old}\nstreets = "{name}"\n{more}')
    return named if data is None else both(named, content(name, data))


DEEP = "<a>" * 200_000
GRAPHS: dict[str, Content] = {
    "of nothing": "", "that is a text": "graph",
    "of entities": '<!DOCTYPE g [<!ENTITY a "b">]><g/>',
    "with an attribute of 50 MB": lambda: f'<graphml a="{"x" * 50_000_000}"/>',
    "of 200,000 tags in each other": DEEP, "without edges": "<graphml><graph/></graphml>",
    "of bytes": b"\xff\xfe\x00\x01" * 99,
}  # fmt: skip
LINE = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"highway":%s},'
    '"geometry":{"type":"%s","coordinates":%s}}]}'
)

CASES: dict[str, Case] = {
    **{
        f"a graph {what}": Case(streets("g.graphml", data), ("g.graphml",))
        for what, data in GRAPHS.items()
    },
    "streets that are gone": Case(streets("gone.shp"), ("gone.shp",)),
    "streets that are a table": Case(streets("people.csv"), ("people.csv",)),
    "streets that are a folder": Case(streets("out"), ("out",)),
    "streets that are areas": Case(streets("area.geojson"), ("area.geojson",)),
    "streets that are points": Case(
        streets("l.geojson", LINE % ('"path"', "Point", "[121.4, 31.4]")), ("l.geojson", "no line")
    ),
    "streets of no kind": Case(
        streets("l.geojson", LINE % ("null", "LineString", "[[121.4,31.4],[121.41,31.4]]")),
        ("l.geojson",),
    ),
    "streets with a column of nobody": Case(
        streets(
            "l.geojson", LINE % ('"path"', "LineString", "[[121.4,31.4],[121.41,31.4]]"),
            'columns = { highway = "kind" }\n',
        ),
        ("l.geojson", "kind"),
    ),
    "columns of no streets": Case(
        in_file("plan.toml", 'osm = "map.osm"', 'osm = "map.osm"\ncolumns = { highway = 5 }'),
        ("network.columns",),
    ),
    **{
        f"a node at lat {lat}": Case(street(node_xml(99, 121.4, lat)), ("map.osm", "99"))
        for lat in ("91", "-91", "nan", "inf", "-inf", "1e308", "", "x", "31,4")
    },
    **{
        f"a node at lon {lon}": Case(street(node_xml(99, lon, 31.4)), ("map.osm", "99"))
        for lon in ("181", "-181", "nan", "inf", "1e308", "", "0x10")
    },
    **{
        f"a node called {number}": Case(
            street(node_xml(number, 121.4, 31.4)), ("map.osm",), works=number == "0"
        )
        for number in ("9223372036854775808", "1e5", "", "x", "0")
    },
    **{
        f"bounds {box}": Case(
            street(
                head='<bounds minlon="{}" minlat="{}" maxlon="{}" maxlat="{}"/>'.format(
                    *box.split()
                )
            ),
            ("map.osm",),
            CHECK if "x" in box or "nan" in box else RUN,
            works=True,
        )
        for box in (
            "121.4 31.4 121.4 31.4", "121.5 31.5 121.4 31.4", "nan nan nan nan",
            "-181 -91 181 91", "x x x x",
        )
    },
    **{
        f"a file cut {where}": Case(content("map.osm", PLAIN[:at]), ("map.osm",))
        for where, at in CUT.items()
    },
    **{
        f"a gz file cut {where}": Case(
            packed("map.osm.gz", gzip.compress(PLAIN)[:size]), ("map.osm.gz",)
        )
        for where, size in (("in its head", 5), ("half", 300), ("before its end", -6))
    },
    "a gz file of noise": Case(packed("map.osm.gz", b"\x1f\x8b" + bytes(100)), ("map.osm.gz",)),
    "a bz2 file cut": Case(packed("map.osm.bz2", bz2.compress(PLAIN)[:-9]), ("map.osm.bz2",)),
    "a gz bomb": Case(
        packed("map.osm.gz", gzip_bomb), ("map.osm.gz",)
    ),
    "an attribute bomb": Case(
        content("map.osm", attribute_bomb),
        ("map.osm",),
        works=True,
    ),
    "an entity bomb": Case(
        content(
            "map.osm",
            '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a0 "x">'
            + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
            + ']><osm version="0.6"><node id="1" lon="0" lat="0">'
            '<tag k="name" v="&a11;"/></node></osm>',
        ),
        ("map.osm",),
    ),
    "an entity that is a file": Case(
        content(
            "map.osm",
            '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
            '<osm version="0.6"><node id="1" lon="0" lat="0"><tag k="name" v="&f;"/></node></osm>',
        ),
        ("map.osm",),
    ),
    "nested elements": Case(
        content("map.osm", '<osm version="0.6">' + "<a>" * 100_000), ("map.osm",)
    ),
    "no XML": Case(content("map.osm", "these are only notes\n" * 99), ("map.osm",)),
    "another XML": Case(content("map.osm", "<gpx></gpx>"), ("map.osm",)),
    "nothing": Case(content("map.osm", b""), ("map.osm",)),
    "a diff": Case(packed("map.osc", b'<osmChange version="0.6"/>'), ("map.osc",)),
    "no streets": Case(
        content("map.osm", '<osm version="0.6"><node id="1" lon="0" lat="0"/></osm>'),
        ("map.osm", "street"),
    ),
    "a way through nodes that are not there": Case(
        street(way_xml(50, [901, 902], {"highway": "footway"})), ("map.osm",), works=True
    ),
    "a way of one node": Case(
        street(way_xml(50, [1], {"highway": "footway"})), ("map.osm",), works=True
    ),
    "a way of the same node": Case(
        street(way_xml(50, [1] * 50, {"highway": "footway"})), ("map.osm",), works=True
    ),
    "a node on the other side of the Earth": Case(
        street(
            node_xml(98, -58.6, -31.4), node_xml(99, -58.61, -31.4),
            way_xml(50, [98, 99], {"highway": "footway"}),
        ),
        ("map.osm",),
        works=True,
    ),
    "a street half round the Earth, and no area": Case(
        both(
            street(node_xml(99, -58.6, -31.4), way_xml(50, [1, 99], {"highway": "footway"})),
            in_file("plan.toml", 'boundary = "area.geojson"\ntowns = "towns.geojson"\n', ""),
            in_file("plan.toml", "[area]\n", ""),
            in_file("plan.toml", 'town_totals = "totals.csv"', "people_per_hectare = 10"),
            in_file("plan.toml", '[[groups]]\nname = "old"\ntable = "groups.csv"\n', ""),
        ),
        ("map.osm",),
    ),
    "a PBF of a text with NUL": Case(
        packed("map.osm.pbf", pbf_of(TEXTS["NUL"])), ("map.osm.pbf",), works=True
    ),
    "a PBF of a text that is no UTF-8": Case(
        packed("map.osm.pbf", pbf_of(TEXTS["bad UTF-8"])), ("map.osm.pbf",), works=True
    ),
    "a PBF of an overlong sign": Case(
        packed("map.osm.pbf", pbf_of(TEXTS["an overlong sign"])), ("map.osm.pbf",), works=True
    ),
    "a PBF with a way of 400,000 nodes": Case(
        packed("map.osm.pbf", way_of_many_nodes(400_000)), ("map.osm.pbf",)
    ),
    "a PBF that claims a block of 2 GB": Case(
        packed("map.osm.pbf", b"\x7f\xff\xff\xff" + bytes(64)), ("map.osm.pbf",)
    ),
    "a PBF of zeros": Case(packed("map.osm.pbf", bytes(4096)), ("map.osm.pbf",)),
    **{
        f"a PBF cut after {size} bytes": Case(
            packed("map.osm.pbf", pbf_of(b"Street")[:size]), ("map.osm.pbf",)
        )
        for size in (1, 4, 10, 40, 80)
    },
    **{
        f"a PBF with byte {place} turned": Case(
            packed("map.osm.pbf", turned(pbf_of(b"Street"), place)), ("map.osm.pbf",), works=True
        )
        for turned in [lambda data, at: data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]]
        for place in (3, 6, 20, 60, 100, 120, 140)
    },
}  # fmt: skip
