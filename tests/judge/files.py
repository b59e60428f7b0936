"""The judge's reading of files: their elements as they stand now, in plain values."""

from pathlib import Path
from xml.etree import ElementTree

import osmium


def elements_of(path):
    """Yield (kind, id, tags, content): (lon, lat) or None, nodes, or members (kind, id, role).

    Of several versions in an .osm file the newest counts; deleted elements are left out.
    """
    if str(path).endswith(".osm"):
        yield from _of_xml(path)
        return
    for item in osmium.FileProcessor(str(path)):
        tags = dict(item.tags)
        if item.is_node():
            yield "n", item.id, tags, (item.location.lon, item.location.lat)
        elif item.is_way():
            yield "w", item.id, tags, [node.ref for node in item.nodes]
        else:
            yield "r", item.id, tags, [(m.type, m.ref, m.role) for m in item.members]


def _of_xml(path):
    """Read an .osm file by the standard library."""
    newest = {}
    for item in ElementTree.fromstring(Path(path).read_bytes()):
        if item.tag in ("node", "way", "relation"):
            key, version = (item.tag[0], int(item.get("id"))), int(item.get("version", 1))
            if key not in newest or newest[key][0] <= version:
                newest[key] = version, item
    for (kind, number), (_, item) in newest.items():
        if item.get("action") == "delete" or item.get("visible") == "false":
            continue
        tags = {tag.get("k"): tag.get("v") for tag in item.iter("tag")}
        if kind == "n" and item.get("lon"):
            yield kind, number, tags, (float(item.get("lon")), float(item.get("lat")))
        elif kind == "w":
            yield kind, number, tags, [int(nd.get("ref")) for nd in item.iter("nd")]
        elif kind == "r":
            members = item.iter("member")
            yield (
                kind,
                number,
                tags,
                [(m.get("type")[0], int(m.get("ref")), m.get("role", "")) for m in members],
            )
