"""Starts the process that takes an extract apart, and says in one line why it failed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from planner.errors import SourceError
from planner.sources.processes import Ended, Limits, run_limited

#: How osmium calls the formats that are read; a longer ending comes first.
FORMATS: Final = {
    ".osm.pbf": "pbf",
    ".pbf": "pbf",
    ".osm": "xml",
    ".osm.gz": "gz",
    ".osm.bz2": "bz2",
}
#: Names of the files that the other process writes into the folder of the parts.
LINES: Final = "elements.opl"
RELATIONS: Final = "relations.opl"
AREAS: Final = "areas.txt"
REPORT: Final = "report.json"
BLAMED: Final = "blame.txt"
#: The parts as text take this many times the size of the file: 5 to 9 were measured.
_TEXT_TIMES: Final = 10
#: A file that unpacks to more than this many times its size is refused: for a map 12 to 25 are
#: usual.
_MOST_TEXT_TIMES: Final = 60
#: Small files may take this many bytes more.
_LEAST_TEXT_BYTES: Final = 30_000_000
_MB: Final = 1_000_000
#: Seconds allowed for each megabyte: some five times what was measured.
_SECONDS_PER_MB: Final = {"pbf": 1.0, "xml": 0.5, "gz": 4.0, "bz2": 6.0}
#: An error of osmium that begins with one of these names the element already.
_KINDS: Final = ("node ", "way ", "relation ")


@dataclass(frozen=True)
class ExtractParts:
    """An extract taken apart.

    lines : nodes with a tag that is used, and all ways, with the places of their nodes, in OPL
    relations : those with a tag that is used, in OPL
    areas : "w5 WKB" or "r7 -" (no valid outline), in the order of their last way
    boxes : extents that the file claims, each west, south, east, north in degrees
    date : of the data, by the file's own words or its newest element; empty where nothing says so
    generator : the program that made the file
    skipped : what was left out: words, number
    """

    lines: Path
    relations: Path
    areas: Path
    boxes: list[list[float]]
    date: str
    generator: str
    skipped: dict[str, int]


def take_apart(
    path: Path, folder: Path, *, keys: Sequence[str], area_keys: Sequence[str]
) -> ExtractParts:
    """Take an OSM extract apart in a process of its own.

    Parameters
    ----------
    path
        A file whose name ends with one of FORMATS.
    folder
        An empty folder for the parts.
    keys, area_keys
        One of `keys` is on every element that is used, one of `area_keys` on every area.

    Raises
    ------
    SourceError
        If there is no room for the parts, or the file cannot be read; it names the element where
        one is at fault.
    """
    size = path.stat().st_size
    _check_room(path, size, folder)
    limits = _set_limits(path)
    order = {
        "path": str(path.resolve()),
        "format": find_format(path),
        "folder": str(folder),
        "keys": list(keys),
        "area_keys": list(area_keys),
        "most_bytes": limit_text(size),
    }
    ended = run_limited(
        "planner.sources.osm.apart.in_child", json.dumps(order), limits=limits, folder=folder
    )
    report = take_report(path, ended, limits, folder)
    return ExtractParts(
        lines=folder / LINES,
        relations=folder / RELATIONS,
        areas=folder / AREAS,
        boxes=report["boxes"],
        date=(report["date"] or report["newest"])[:40],
        generator=report["generator"],
        skipped=report["skipped"],
    )


def find_format(path: Path) -> str:
    """Return the format that a file's name tells; the caller checked that it tells one."""
    return next(name for ending, name in FORMATS.items() if path.name.endswith(ending))


def reading_source() -> str:
    """Return the source of all that decides what the parts are: keys of what is kept hold it."""
    folder = Path(__file__).parent
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))


def explain_failure(path: Path, folder: Path, error: str) -> str:
    """Say what is wrong with a file that could not be read, with the element if one is found."""
    if "No space left on device" in error:
        return "there is no room on the disk for what is made of it; make room"
    found = folder / BLAMED
    if find_format(path) == "pbf":
        limits = replace(_set_limits(path), seconds=5.0)
        run_limited(
            "planner.sources.osm.apart.find_fault",
            str(path.resolve()),
            str(folder),
            limits=limits,
            folder=folder,
        )
    where = found.read_text(encoding="utf-8") if found.is_file() else ""
    if ": " in where or error.startswith(_KINDS):
        return where or error
    place = f", {where}" if where else ""
    return f"not a readable OSM file ({error}{place}); it may be cut short, download it again"


def _set_limits(path: Path) -> Limits:
    """Return the limits of reading: far above what a file of this size needs, but finite."""
    size = path.stat().st_size
    cpu_seconds = 8 + _SECONDS_PER_MB[find_format(path)] * size / _MB
    return Limits(
        cpu_seconds=round(cpu_seconds),
        seconds=1.2 * cpu_seconds + 2,
        memory_bytes=600 * _MB + 25 * size,
        file_bytes=limit_text(size),
    )


def limit_text(size: int) -> int:
    """Return how many bytes a file of a size may unpack to."""
    return _LEAST_TEXT_BYTES + _MOST_TEXT_TIMES * size


def _check_room(path: Path, size: int, folder: Path) -> None:
    """Refuse a file whose lines may not fit."""
    needed, free = _TEXT_TIMES * size, shutil.disk_usage(folder).free
    if free < needed:
        raise SourceError(
            f"{path}: reading it takes up to {needed / _MB:.0f} MB in {folder.parent}, where "
            f"{free / _MB:.0f} MB are free; make room, or set TMPDIR to another folder"
        )


def take_report(path: Path, ended: Ended, limits: Limits, folder: Path) -> dict[str, Any]:
    """Return what a process that has read an extract says of its work.

    Raises
    ------
    SourceError
        If it could not, with the reason and where it can be found the element at fault.
    """
    report = read_report(folder) if ended.code == 0 else explain_end(ended, limits, folder)
    if "refused" in report:
        raise SourceError(f"{path}: {report['refused']}")
    if "error" in report:
        raise SourceError(f"{path}: {explain_failure(path, folder, report['error'])}")
    return report


def read_report(folder: Path) -> dict[str, Any]:
    """Return what the other process wrote of its work."""
    report: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    return report


def explain_end(ended: Ended, limits: Limits, folder: Path) -> dict[str, Any]:
    """Say why the process died: it reached one of its limits, or could not read the file."""
    written = max((part.stat().st_size for part in folder.iterdir()), default=0)
    if written >= limits.file_bytes:
        return {"refused": f"unpacks to more than {limits.file_bytes / _MB:.0f} MB: not a map"}
    if ended.code is None or ended.signal_name in ("SIGXCPU", "SIGKILL"):
        return {"refused": f"reading it took more than {limits.cpu_seconds} s: not a map"}
    if "MemoryError" in ended.words or "bad_alloc" in ended.words:
        most = f"{limits.memory_bytes / _MB:.0f} MB of memory"
        return {"refused": f"reading it took more than {most}: not a map"}
    last = (ended.words.strip().splitlines() or [""])[-1]
    return {"error": f"osmium gave up: {ended.signal_name or last[:200] or ended.code}"}
