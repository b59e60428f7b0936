"""Writes tiny .osm.pbf files byte by byte, so that they may hold what no writer would write.

https://wiki.openstreetmap.org/wiki/PBF_Format
"""

import struct
import zlib

#: Units of a coordinate: 1e-7 degrees.
DEGREE = 10**7


def varint(number):
    """Write a number in groups of seven bits, the lowest first."""
    number &= 2**64 - 1
    groups = bytearray()
    while number >> 7:
        groups.append(number & 127 | 128)
        number >>= 7
    return bytes([*groups, number])


def number_field(tag, number):
    """Write one number."""
    return varint(tag << 3) + varint(number)


def field(tag, content):
    """Write bytes with their length."""
    return varint(tag << 3 | 2) + varint(len(content)) + content


def packed(tag, numbers):
    """Write a list of numbers."""
    return field(tag, b"".join(map(varint, numbers)))


def steps(numbers):
    """Return numbers as differences, the sign in the lowest bit."""
    before = [0, *numbers[:-1]]
    return [
        2 * (b - a) if b >= a else -2 * (b - a) - 1 for a, b in zip(before, numbers, strict=True)
    ]


def blob(kind, content):
    """Pack a block."""
    body = number_field(2, len(content)) + field(3, zlib.compress(content))
    head = field(1, kind) + number_field(3, len(body))
    return struct.pack(">I", len(head)) + head + body


def header(box=None, features=()):
    """Write the first block; `box` is west, east, north, south in 1e-9 degrees."""
    sides = steps_of_box(box) if box else b""
    needed = [b"OsmSchema-V0.6", b"DenseNodes", *features]
    return blob(b"OSMHeader", sides + b"".join(field(4, feature) for feature in needed))


def steps_of_box(box):
    """Write the sides of a box."""
    sides = b"".join(number_field(k, 2 * s) for k, s in enumerate(box, start=1))
    return field(1, sides)


class Block:
    """Collects elements; texts are bytes, written as they are."""

    def __init__(self):
        self._texts = [b""]
        self._groups = []

    def nodes(self, nodes):
        """Add {id: (lon, lat)} in units of DEGREE."""
        lons, lats = ([place[k] for place in nodes.values()] for k in (0, 1))
        dense = packed(1, steps(list(nodes))) + packed(8, steps(lats)) + packed(9, steps(lons))
        self._groups.append(field(2, dense))
        return self

    def way(self, way_id, refs, tags):
        """Add a way."""
        self._groups.append(field(3, self._head(way_id, tags) + packed(8, steps(refs))))
        return self

    def relation(self, relation_id, ways, tags):
        """Add a relation of ways {id: role}."""
        members = packed(8, map(self._text, ways.values())) + packed(9, steps(list(ways)))
        members += packed(10, [1] * len(ways))
        self._groups.append(field(4, self._head(relation_id, tags) + members))
        return self

    def packed(self):
        """Return the block."""
        texts = field(1, b"".join(field(1, text) for text in self._texts))
        return blob(b"OSMData", texts + b"".join(field(2, group) for group in self._groups))

    def _head(self, number, tags):
        keys, values = (packed(k, map(self._text, t)) for k, t in ((2, tags), (3, tags.values())))
        return number_field(1, number) + keys + values

    def _text(self, text):
        if text not in self._texts:
            self._texts.append(text)
        return self._texts.index(text)
