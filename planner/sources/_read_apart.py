"""Starts the process that takes a table apart, and says in one line why it failed."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from planner.errors import SourceError, on_one_line
from planner.sources._raw_table import MAX_CELLS
from planner.sources.foreign.child import REPORT, ROWS
from planner.sources.processes import Ended, Limits, run_limited

_MB: Final = 1_000_000
#: Beside this process and what it holds, less than 1 GB together.
_MEMORY_BYTES: Final = 600 * _MB
_MOST_ROWS_BYTES: Final = 1_500 * _MB
_SECONDS: Final = 15.0
_SECONDS_PER_MB: Final = 1.0

#: A row: its number, its cells as text, its geometry as JSON or WKB.
Line = tuple[int, list[str], Any]


@contextmanager
def take_apart(
    path: Path, kind: str, *, named: Path | None = None, sheet: str = ""
) -> Iterator[tuple[dict[str, Any], Iterator[Line]]]:
    """Let another process take a table apart; give what it reports, and the rows.

    Parameters
    ----------
    path
        Of the file.
    kind
        Ending that files of its format usually have.
    named
        What messages call the file; `path` if not given.
    sheet
        Of a workbook; "" for the first one with rows.

    Raises
    ------
    SourceError
        If the file cannot be read, or takes too much time or memory.
    """
    named = named or path
    with tempfile.TemporaryDirectory(prefix="planner-") as name:
        folder = Path(name)
        size = path.stat().st_size
        limits = _set_limits(path, size, folder)
        order = {
            "path": str(path.resolve()), "kind": kind, "sheet": sheet, "folder": name,
            "most_cells": MAX_CELLS,
        }  # fmt: skip
        ended = run_limited(
            "planner.sources.foreign.child", json.dumps(order), limits=limits, folder=folder
        )
        if ended.code != 0:
            raise SourceError(f"{named}: {_explain_end(ended, limits, folder)}")
        report: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="ascii"))
        if "refused" in report:
            raise SourceError(f"{named}: {on_one_line(report['refused'], 400)}")
        with (folder / ROWS).open(encoding="ascii") as lines:
            yield report, map(json.loads, lines)


def _set_limits(path: Path, size: int, folder: Path) -> Limits:
    """Return the limits of reading: far above what a file of this size needs, but finite."""
    free = shutil.disk_usage(folder).free
    if free < 2 * size:
        raise SourceError(
            f"{path}: reading it takes some {2 * size / _MB:.0f} MB in {folder.parent}, where "
            f"{free / _MB:.0f} MB are free; make room, or set TMPDIR to another folder"
        )
    seconds = _SECONDS + _SECONDS_PER_MB * size / _MB
    return Limits(round(seconds), 2 * seconds + 5, _MEMORY_BYTES, _MOST_ROWS_BYTES)


def _explain_end(ended: Ended, limits: Limits, folder: Path) -> str:
    """Say why the process died: it reached one of its limits, or could not read the file."""
    ended_by = ended.signal_name
    written = max((part.stat().st_size for part in folder.iterdir()), default=0)
    cut = "leave out what is not needed (also cells far outside of the table), or save it as CSV"
    if written >= limits.file_bytes:
        return f"holds more text than is read; {cut}"
    if ended.code is None or ended_by in ("SIGXCPU", "SIGKILL"):
        return f"reading it took more than {limits.cpu_seconds} s; {cut}"
    words = ("MemoryError", "bad_alloc", "malloc", "memory allocation", "out of memory")
    if any(word in ended.words for word in words):
        return f"reading it takes more than {limits.memory_bytes / _MB:.0f} MB of memory; {cut}"
    last = on_one_line((ended.words.strip().splitlines() or [""])[-1], 120)
    return f"cannot be read ({ended_by or last or ended.code}); save or export it again"
