"""Takes an extract apart with osmium: runs in a process of its own, which a bad file may crash."""

from __future__ import annotations

import bz2
import gzip
import json
import mmap
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final, TextIO

import osmium

from planner.sources.osm.apart.child_faults import FAULTS, describe_fault
from planner.sources.osm.apart.run_child import AREAS, LINES, RELATIONS, REPORT
from planner.sources.osm.apart.tidy_xml import Facts, tidy_xml, to_date

#: OPL with only one item of metadata, the time of the last change.
_FORMAT: Final = "opl,add_metadata=timestamp"
#: The same, with the places of their nodes in the ways.
_PLACED: Final = _FORMAT + ",locations_on_ways=true"
#: Part of osmium's error for ways or relations that are not sorted by id.
_OUT_OF_ORDER: Final = "out of order"
#: What comes before the id of a node: a new line, another node of a way, or the list of a way.
_BEFORE_NODES: Final = frozenset({b"", b"\n", b",", b"N"})
#: A value holds no space in OPL, so no value looks like this.
_STAMPS: Final = re.compile(rb" dV t(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ")
_NODES_AND_WAYS: Final = osmium.osm.NODE | osmium.osm.WAY


@dataclass(frozen=True)
class Order:
    """What is asked: a file, its format, where to write, and which keys count.

    format : pbf, xml, gz, bz2; keys : one of them is on every way and relation that is used;
    area_keys : on every area; most_bytes : XML may unpack to.
    """

    path: str
    format: str
    folder: str
    keys: Sequence[str]
    area_keys: Sequence[str]
    most_bytes: int


def main(arguments: Sequence[str]) -> None:
    """Take a file apart as an Order in JSON says; write the parts and a report."""
    order = Order(**json.loads(arguments[0]))
    folder = Path(order.folder)
    try:
        report: dict[str, Any] = asdict(_take_apart(order, folder))
    except FAULTS as fault:
        report = describe_fault(fault, order.most_bytes)
    (folder / REPORT).write_text(json.dumps(report), encoding="utf-8")


def _take_apart(order: Order, folder: Path) -> Facts:
    """Write the parts of a file; one that osmium does not read as it is, is tidied first."""
    if order.format != "pbf":
        with unpack(order.path, order.format) as file:
            tidy, facts = tidy_xml(file, folder, order.most_bytes)
        _collect(tidy, folder, order)
        return facts
    path = Path(order.path)
    facts, is_history = read_facts(path)
    try:
        if not is_history:
            _collect(path, folder, order)
            if not _needs_tidying(folder / LINES):
                facts.newest = _find_newest(folder)
                return facts
    except RuntimeError as error:
        if _OUT_OF_ORDER not in str(error):
            raise
    with write_xml(path, folder).open("rb") as file:
        tidy, tidied = tidy_xml(file, folder, order.most_bytes)
    _collect(tidy, folder, order)
    facts.newest = tidied.newest
    return facts


def unpack(path: str, form: str) -> IO[bytes]:
    """Open a file of XML (xml, gz or bz2) for reading what is packed in it."""
    if form == "gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    if form == "bz2":
        return bz2.open(path, "rb")
    return Path(path).open("rb")


def read_facts(path: Path) -> tuple[Facts, bool]:
    """Read the header; and whether the file holds several versions of its objects."""
    with osmium.io.Reader(osmium.io.File(str(path), "pbf"), osmium.osm.NOTHING) as reader:
        header = reader.header()
    keys = ("osmosis_replication_timestamp", "timestamp")
    stamps = (to_date(header.get(key)) for key in keys)
    facts = Facts(header.get("generator"), next(filter(None, stamps), ""))
    box = header.box()
    low, high = box.bottom_left, box.top_right
    if box.valid():
        facts.take_box(low.lon, low.lat, high.lon, high.lat)
    return facts, header.has_multiple_object_versions


def _collect(path: Path, folder: Path, order: Order) -> None:
    """Go through a file twice: for its relations, then for areas, nodes and ways."""
    # A file that is tidied comes here twice, and osmium overwrites nothing.
    for name in (LINES, RELATIONS):
        (folder / name).unlink(missing_ok=True)
    source = osmium.io.File(str(path), "pbf" if path.suffix == ".pbf" else "opl")
    used = osmium.filter.KeyFilter(*order.keys)
    of_areas = osmium.filter.KeyFilter(*order.area_keys)
    manager = osmium.area.AreaManager()
    with (
        osmium.io.Reader(source, osmium.osm.RELATION) as reader,
        osmium.SimpleWriter(osmium.io.File(str(folder / RELATIONS), _FORMAT)) as writer,
    ):
        osmium.apply(reader, used, writer, of_areas, manager.first_pass_handler())
    locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    # At its edge an extract lacks nodes of its ways; whoever reads the lines cuts these there.
    locations.ignore_errors()
    # Ways of squares carry no tag of their own: all ways are written.
    nodes_used = osmium.filter.KeyFilter(*order.keys)
    nodes_used.enable_for(osmium.osm.NODE)
    with (
        (folder / AREAS).open("w", encoding="ascii") as areas,
        osmium.io.Reader(source) as reader,
        osmium.SimpleWriter(osmium.io.File(str(folder / LINES), _PLACED)) as writer,
    ):
        osmium.apply(
            reader,
            locations,
            manager.second_pass_handler(of_areas, _AreaWriter(areas)),
            osmium.filter.EntityFilter(_NODES_AND_WAYS),
            nodes_used,
            writer,
        )


class _AreaWriter:
    """Writes a line for each area that osmium puts together: "w5 WKB", "r7 -" where it fails."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._wkb = osmium.geom.WKBFactory()

    def area(self, area: Any) -> None:
        """Take one area; osmium calls this."""
        try:
            shape = self._wkb.create_multipolygon(area)
        except RuntimeError:  # osmium's word for an outline that closes nowhere
            shape = "-"
        kind = "w" if area.from_way() else "r"
        self._file.write(f"{kind}{area.orig_id()} {shape}\n")


def _needs_tidying(lines: Path) -> bool:
    """Tell whether lines hold negative ids, or nodes after ways: osmium found them no places."""
    if lines.stat().st_size == 0:
        return False
    with lines.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if text[:2] == b"w-" or text.find(b"\nw-") >= 0 or _holds_negative_nodes(text):
            return True
        way = 0 if text[:1] == b"w" else text.find(b"\nw")
        return way >= 0 and text.rfind(b"\nn") > way


def _holds_negative_nodes(text: mmap.mmap) -> bool:
    at = text.find(b"n-")
    while at >= 0:
        if text[max(at - 1, 0) : at] in _BEFORE_NODES:
            return True
        at = text.find(b"n-", at + 1)
    return False


def _find_newest(folder: Path) -> str:
    """Return when the newest way, relation or tagged node was changed; empty if nothing says so."""
    stamps = [""]
    for name in (LINES, RELATIONS):
        with (folder / name).open("rb") as file:
            if file.seek(0, 2):
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
                    stamps.append(max(_STAMPS.findall(text), default=b"").decode())
    # Times as ISO writes them sort as texts.
    return max(stamps)


def write_xml(path: Path, folder: Path) -> Path:
    """Write a file as XML with versions, times and what is deleted."""
    plain = folder / "plain.osm"
    style = "xml,add_metadata=version+timestamp,force_visible_flag=true"
    with (
        osmium.io.Reader(osmium.io.File(str(path), "pbf")) as reader,
        osmium.SimpleWriter(osmium.io.File(str(plain), style)) as writer,
    ):
        osmium.apply(reader, writer)
    return plain
