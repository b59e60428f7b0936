"""A few PBF extracts written by hand, with what no editor would write.

https://wiki.openstreetmap.org/wiki/PBF_Format: a file is blobs, each with a header; a blob of data
holds a table of texts and groups of nodes and ways.
"""

from __future__ import annotations

import struct
import zlib

_NODES = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.02, 0.0)}


def varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def zigzag(value: int) -> bytes:
    return varint(value << 1 if value >= 0 else ((-value) << 1) - 1)


def field(number: int, value: bytes | int) -> bytes:
    """A number, or bytes with their length before them."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def blob(kind: bytes, data: bytes) -> bytes:
    body = field(2, len(data)) + field(3, zlib.compress(data))
    head = field(1, kind) + field(3, len(body))
    return struct.pack(">I", len(head)) + head + body


def header() -> bytes:
    return blob(b"OSMHeader", field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes"))


def data_block(texts: list[bytes], *groups: bytes) -> bytes:
    table = b"".join(field(1, text) for text in texts)
    return blob(b"OSMData", field(1, table) + b"".join(field(2, group) for group in groups))


def dense(places: dict[int, tuple[float, float]]) -> bytes:
    """Nodes near Shanghai, each told by its distance from the one before."""
    ids, lats, lons, before = b"", b"", b"", (0, 0, 0)
    for number, (x, y) in places.items():
        here = (number, round((31.4 + y) * 1e7), round((121.4 + x) * 1e7))
        ids += zigzag(here[0] - before[0])
        lats += zigzag(here[1] - before[1])
        lons += zigzag(here[2] - before[2])
        before = here
    return field(2, field(1, ids) + field(8, lats) + field(9, lons))


def way(number: int, refs: bytes, keys: bytes, values: bytes) -> bytes:
    return field(3, field(1, number) + field(2, keys) + field(3, values) + field(8, refs))


def pbf_of(name: bytes) -> bytes:
    """A street through three nodes whose name is these bytes."""
    texts = [b"", b"highway", b"residential", b"name", name]
    refs = b"".join(zigzag(step) for step in (1, 1, 1))
    street = way(1, refs, varint(1) + varint(3), varint(2) + varint(4))
    return header() + data_block(texts, dense(_NODES), street)


def way_of_many_nodes(count: int) -> bytes:
    """A street that goes to and fro between two nodes: hardly any bytes once compressed."""
    texts = [b"", b"highway", b"residential"]
    refs = zigzag(1) + (zigzag(1) + zigzag(-1)) * (count // 2)
    return header() + data_block(texts, dense(_NODES), way(1, refs, varint(1), varint(2)))
