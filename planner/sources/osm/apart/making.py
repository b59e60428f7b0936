"""Makes one extract of several files, or of a part of one: runs in a process of its own."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import osmium

from planner.sources.osm.apart.child_faults import FAULTS, describe_fault
from planner.sources.osm.apart.cut_extract import Wanted, find_wanted
from planner.sources.osm.apart.in_child import read_facts, unpack
from planner.sources.osm.apart.run_child import REPORT
from planner.sources.osm.apart.run_making import Box
from planner.sources.osm.apart.tidy_xml import STAMP, ExtractError, Facts, keep_newest, tidy_xml

_KINDS: Final = ("n", "w", "r")
_PLACE: Final = re.compile(rb" x([-\d.]+) y([-\d.]+)")
#: What files are written with; who changed an element is nobody's business here.
_METADATA: Final = "add_metadata=version+timestamp"
#: Where OSM XML says how old it is: a line after that of its root.
_ROOT: Final = b"<osm "


@dataclass(frozen=True)
class MakingOrder:
    """What is asked.

    sources : path and format (pbf, xml, gz, bz2) of each file; with several, the newest version of
        an element counts.
    folder : for what is in between, and for the report.
    most_bytes : each file may unpack to.
    inside : box beyond which not all of it may lie, else the report says `strays`.
    cut : box that the elements are cut to; None keeps all.
    keys : relations without any of these are left out of a part.
    out, format : what is written; empty: the sources are only checked.
    box : that the result claims to cover; a part claims what its source does of it.
    generator : what it says of who made it.
    """

    sources: Sequence[tuple[str, str]]
    folder: str
    most_bytes: int
    inside: Box | None = None
    cut: Box | None = None
    keys: Sequence[str] = ()
    out: str = ""
    format: str = ""
    box: Box | None = None
    generator: str = ""


def main(arguments: Sequence[str]) -> None:
    """Do what a MakingOrder in JSON says; write a report."""
    order = MakingOrder(**json.loads(arguments[0]))
    try:
        report = _make(order)
    except FAULTS as fault:
        told = describe_fault(fault, order.most_bytes)
        report = {"refused": told.get("refused") or f"cannot be read: {told['error'][:200]}"}
    (Path(order.folder) / REPORT).write_text(json.dumps(report), encoding="utf-8")


def _make(order: MakingOrder) -> dict[str, Any]:
    """Read the sources, and write the result if one is asked for."""
    folder = Path(order.folder)
    source, facts, strays = _read_sources(order, folder)
    report = asdict(facts) | {"strays": strays, "counts": [0, 0, 0]}
    if not order.out:
        return report
    box = order.box if order.cut is None else _find_claim(facts.boxes, order.cut)
    # Part of a tag of XML below, so nothing but a time.
    date = facts.date if STAMP.fullmatch(facts.date) else facts.newest
    wanted = None if order.cut is None else find_wanted(source, order.cut, order.keys)
    report["counts"] = _write(source, wanted, order, box, date)
    return report | {"date": date}


def _find_claim(boxes: list[list[float]], cut: Box) -> Box | None:
    """Return the part of a box that files claim to hold, None where they claim nothing of it."""
    parts = [
        (max(west, cut[0]), max(south, cut[1]), min(east, cut[2]), min(north, cut[3]))
        for west, south, east, north in boxes
    ]
    parts = [part for part in parts if part[0] < part[2] and part[1] < part[3]]
    if not parts:
        return None
    west, south, east, north = zip(*parts, strict=True)
    return min(west), min(south), max(east), max(north)


def _read_sources(order: MakingOrder, folder: Path) -> tuple[osmium.io.File, Facts, bool]:
    """Return a file that osmium reads, what the sources say of themselves, and whether they stray.

    XML is tidied first: osmium reads neither negative ids nor nodes after ways.
    """
    first, form = order.sources[0]
    if len(order.sources) == 1 and form == "pbf":
        facts, is_history = read_facts(Path(first))
        if is_history:
            raise ExtractError("holds several versions of its elements; give a plain extract")
        return osmium.io.File(first, "pbf"), facts, False
    whole, found, strays = folder / "joined.opl", Facts(), False
    parts = []
    for number, (path, form) in enumerate(order.sources):
        apart = folder / f"part{number}"
        apart.mkdir()
        with unpack(path, form) as file:
            tidy, facts = tidy_xml(file, apart, order.most_bytes)
        strays |= order.inside is not None and _lies_elsewhere(tidy, order.inside)
        found.date = min(filter(None, (found.date, facts.date)), default="")
        found.newest = max(found.newest, facts.newest)
        found.boxes += facts.boxes
        parts.append(tidy)
    with whole.open("wb") as file:
        for kind in _KINDS:
            file.writelines(keep_newest(_list_lines(parts, kind.encode())))
    return osmium.io.File(str(whole), "opl"), found, strays


def _list_lines(parts: Sequence[Path], kind: bytes) -> Iterator[bytes]:
    """Yield the lines of one kind of element."""
    for part in parts:
        with part.open("rb") as lines:
            for line in lines:
                if line.startswith(kind):
                    yield line


def _lies_elsewhere(tidy: Path, box: Box) -> bool:
    """Tell whether there are nodes, and all of them lie beyond one side of a box.

    Not whether none lies inside: a long way may cross the box without a node there.
    """
    west, south, east, north = box
    sides = [True, True, True, True]
    some = False
    for line in _list_lines([tidy], b"n"):
        place = _PLACE.search(line)
        if place is None:
            continue
        some = True
        lon, lat = float(place[1]), float(place[2])
        beyond = (lon < west, lat < south, lon > east, lat > north)
        sides = [side and out for side, out in zip(sides, beyond, strict=True)]
        if not any(sides):
            return False
    return some


def _write(
    source: osmium.io.File, wanted: Wanted | None, order: MakingOrder, box: Box | None, date: str
) -> list[int]:
    """Write nodes, ways and relations, sorted; return how many there are of each."""
    out = Path(order.out)
    plain = out if order.format == "pbf" else out.with_name("plain.osm")
    header = osmium.io.Header()
    header.set("generator", order.generator)
    if date:
        header.set("osmosis_replication_timestamp", date)
    if box is not None:
        west, south, east, north = box
        corners = osmium.osm.Location(west, south), osmium.osm.Location(east, north)
        header.add_box(osmium.osm.Box(*corners))
    counts = dict.fromkeys(_KINDS, 0)
    kind_of_file = "pbf" if order.format == "pbf" else "xml"
    target = osmium.io.File(str(plain), f"{kind_of_file},{_METADATA}")
    with osmium.SimpleWriter(target, header=header) as writer:
        for element in osmium.FileProcessor(source):
            kind = element.type_str()
            if kind in counts and (wanted is None or wanted.holds(kind, element.id)):
                counts[kind] += 1
                writer.add(element)
    if order.format != "pbf":
        _pack(plain, out, order.format, date)
    return [counts[kind] for kind in _KINDS]


def _pack(plain: Path, out: Path, form: str, date: str) -> None:
    """Write XML as it is asked for, with the date of the data as Overpass writes it."""
    with plain.open("rb") as lines, _open_packed(out, form) as file:
        for line in lines:
            file.write(line)
            if date and line.lstrip().startswith(_ROOT):
                file.write(f'  <meta osm_base="{date}"/>\n'.encode())
                break
        shutil.copyfileobj(lines, file)
    plain.unlink()


def _open_packed(out: Path, form: str) -> Any:
    if form == "gz":  # no time in it, so that the same data are the same bytes
        return gzip.GzipFile(out, "wb", mtime=0)
    if form == "bz2":
        import bz2

        return bz2.open(out, "wb")
    return out.open("wb")
