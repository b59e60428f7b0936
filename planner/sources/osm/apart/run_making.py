"""Starts the process that joins files of a map, or cuts a part out of one."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planner.sources.osm.apart.run_child import explain_end, find_format, read_report
from planner.sources.osm.apart.tidy_xml import ExtractError
from planner.sources.processes import Limits, run_limited

_MB: Final = 1_000_000
_GENERATOR: Final = "service-circle-planner (data (c) OpenStreetMap contributors, ODbL 1.0)"
#: Ids are kept as objects of Python: so much for the elements of a large city.
_MEMORY_BYTES: Final = 1_500 * _MB
_SECONDS_PER_MB: Final = 8.0

#: A part of the Earth in degrees of WGS-84: west, south, east, north; west is less than east.
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class MadeExtract:
    """What files of a map say of themselves, and what was made of them.

    date : of the oldest file, or of its newest element; empty where nothing says so.
    boxes : extents that the sources claim.
    strays : all nodes lie beyond one side of the box that was asked for.
    counts : nodes, ways and relations that were written.
    """

    date: str
    boxes: list[list[float]]
    strays: bool
    counts: tuple[int, int, int]


def make_extract(
    sources: Sequence[Path],
    *,
    most_bytes: int,
    inside: Box | None = None,
    cut: Box | None = None,
    keys: Sequence[str] = (),
    out: Path | None = None,
    box: Box | None = None,
) -> MadeExtract:
    """Check files of a map and make one file of them, in a process of its own.

    Parameters
    ----------
    sources
        One .osm.pbf, or files of OSM XML, of which the newest version of an element counts.
    most_bytes
        Each may unpack to.
    inside
        Box beyond which not all of what is found may lie.
    cut
        Keep what lies in this box: nodes, the ways that touch it with all their nodes, and areas
        made of these with all their members, if they have one of `keys`. The result claims to
        cover as much of it as the source does. None keeps all.
    out
        File to write, in the format its name tells; None only checks.
    box
        That a file of all claims to cover.

    Raises
    ------
    ExtractError
        If a source cannot be read, or takes more memory or time than is sensible.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        order = {
            "sources": [(str(path.resolve()), find_format(path)) for path in sources],
            "folder": name,
            "most_bytes": most_bytes,
            "inside": inside,
            "cut": cut,
            "keys": list(keys),
            "out": "" if out is None else str(out.resolve()),
            "format": "" if out is None else find_format(out),
            "box": box,
            "generator": _GENERATOR,
        }
        limits = _set_limits(sources, most_bytes)
        ended = run_limited(
            "planner.sources.osm.apart.making",
            json.dumps(order),
            limits=limits,
            folder=folder,
        )
        report = read_report(folder) if ended.code == 0 else explain_end(ended, limits, folder)
    fault = report.get("refused") or report.get("error")
    if fault:
        raise ExtractError(fault)
    return MadeExtract(
        date=(report["date"] or report["newest"])[:40],
        boxes=report["boxes"],
        strays=report["strays"],
        counts=tuple(report["counts"]),
    )


def _set_limits(sources: Sequence[Path], most_bytes: int) -> Limits:
    """Return the limits: far above what files of this size need, but finite."""
    size = sum(path.stat().st_size for path in sources)
    cpu_seconds = 10 + _SECONDS_PER_MB * size / _MB
    return Limits(
        cpu_seconds=round(cpu_seconds),
        seconds=1.5 * cpu_seconds + 5,
        memory_bytes=_MEMORY_BYTES + 10 * min(size, 300 * _MB),
        file_bytes=max(most_bytes, 10 * size) + 30 * _MB,
    )
