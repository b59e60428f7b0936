"""Starts the process that cuts an extract into tiles, and says in one line why it failed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from planner.errors import SourceError
from planner.sources.osm.apart.run_child import (
    find_format,
    limit_text,
    take_report,
)
from planner.sources.osm.tiles.tile_cores import Core
from planner.sources.processes import Limits, run_limited

_MB: Final = 1_000_000
#: How the folder begins in which a process works.
_PREFIX: Final = "cutting-"
#: Tiles, and the lines they are made of, take so many times the size of the file: 10 were measured.
_ROOM_TIMES: Final = 14
#: Files of this size are worth a second process, which takes half a second to start.
_BESIDE_BYTES: Final = 5 * _MB
#: Some five times what was measured.
_SECONDS_PER_MB: Final = 3.0
_XML_SECONDS_PER_MB: Final = {"xml": 1.0, "gz": 12.0, "bz2": 16.0}
_MEMORY_BYTES: Final = 900 * _MB
#: Of memory, too, so many times the size of a .pbf.
_MEMORY_TIMES: Final = 30


@dataclass(frozen=True)
class CuttingOrder:
    """How an extract is cut.

    halo_m : so much ground round its core, metres, is in the extract of each tile at least.
    names, areas : of the files: "tile-{:03d}.osm.pbf", and of that with the areas of the whole;
        "" writes none.
    keys : fields of `TileKeys`.
    tiles : their number, None: as many as hold at most `most_nodes` nodes of streets each.
    cores : boxes to cut out; empty: they are chosen.
    within : the core that is cut, None: the Earth.
    sheet : where the sheet of longitudes begins, None: it follows the map.

    Boxes and longitudes are in ten-millionths of a degree.
    """

    halo_m: float
    names: str
    areas: str
    keys: Mapping[str, Sequence[str]]
    tiles: int | None
    most_nodes: int
    cores: Sequence[Core] = ()
    within: Core | None = None
    sheet: int | None = None


#: What the process says of the whole and of each tile: see `cut_tiles`.
CutReport = dict[str, Any]


def cut_apart(path: Path, out: Path, order: CuttingOrder) -> CutReport:
    """Cut an extract into tiles in a process of its own.

    Parameters
    ----------
    path
        A file whose name ends with one of FORMATS.
    out
        The folder for the tiles; it is there.

    Raises
    ------
    SourceError
        If there is no room, or the file cannot be read; in the words of `take_apart`.
    """
    size = path.stat().st_size
    _check_room(path, size, out)
    limits = _set_limits(path, size)
    _remove_abandoned(out, limits.seconds)
    with tempfile.TemporaryDirectory(dir=out, prefix=_PREFIX) as name:
        folder = Path(name)
        asked = {
            "path": str(path.resolve()),
            "format": find_format(path),
            "folder": name,
            "out": str(out.resolve()),
            "names": order.names,
            "areas": order.areas,
            "keys": {key: list(values) for key, values in order.keys.items()},
            "halo_m": order.halo_m,
            "tiles": order.tiles,
            "most_nodes": order.most_nodes,
            "cores": list(order.cores),
            "within": order.within,
            "sheet": order.sheet,
            "most_bytes": limit_text(size),
            "beside": size >= _BESIDE_BYTES and _count_cores() > 1,
        }
        ended = run_limited(
            "planner.sources.osm.tiles.cut_tiles", json.dumps(asked), limits=limits, folder=folder
        )
        return take_report(path, ended, limits, folder)


def _count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _remove_abandoned(out: Path, seconds: float) -> None:
    """Remove what was left where a cut was killed: what no cut that goes on can have begun."""
    for folder in out.glob(f"{_PREFIX}*"):
        try:
            age = time.time() - folder.stat().st_mtime
        except OSError:  # whoever made it has just removed it
            continue
        if age > seconds:
            shutil.rmtree(folder, ignore_errors=True)


def _set_limits(path: Path, size: int) -> Limits:
    """Return the limits: far above what a file of this size needs, but finite."""
    per_mb = _XML_SECONDS_PER_MB.get(find_format(path), _SECONDS_PER_MB)
    cpu_seconds = 30 + per_mb * size / _MB
    return Limits(
        cpu_seconds=round(cpu_seconds),
        seconds=1.5 * cpu_seconds + 5,
        memory_bytes=_MEMORY_BYTES + _MEMORY_TIMES * size,
        file_bytes=limit_text(size),
    )


def _check_room(path: Path, size: int, folder: Path) -> None:
    """Refuse a file whose tiles may not fit."""
    needed, free = _ROOM_TIMES * size, shutil.disk_usage(folder).free
    if free < needed:
        raise SourceError(
            f"{path}: cutting it takes up to {needed / _MB:.0f} MB in {folder}, where "
            f"{free / _MB:.0f} MB are free; make room, or name another folder"
        )
