"""Writes one file: whole, or not at all, and never over one that somebody has worked on."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from planner.errors import SourceError


def check_new_file(out: Path, inputs: Sequence[Path], suffixes: Sequence[str]) -> None:
    """Refuse a file that cannot be written, before anything is computed.

    Raises
    ------
    SourceError
        If its ending is none that is written, its folder is missing, or the file is there: it may
        hold what somebody has confirmed by hand.
    """
    check_ending(out, suffixes)
    if not out.parent.is_dir():
        raise SourceError(f"{out.parent}: no such folder; make it or name another file")
    if any(path.exists() and out.exists() and path.samefile(out) for path in inputs):
        raise SourceError(f"{out}: is read by this very command; name another file")
    if os.path.lexists(out):
        raise SourceError(
            f"{out}: is already there and may hold what you confirmed; name another file, or "
            "remove it first"
        )


def check_ending(out: Path, suffixes: Sequence[str]) -> None:
    """Refuse a file whose ending is none that is written.

    Raises
    ------
    SourceError
        It names those that are.
    """
    if out.suffix.lower() not in suffixes:
        raise SourceError(f"{out}: not a format that is written; give {', '.join(suffixes)}")


def write_whole(out: Path, write: Callable[[Path], None]) -> None:
    """Write a file beside its place and move it there when it is whole.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left then.
    """
    handle, name = tempfile.mkstemp(
        prefix=".planner-unfinished-", suffix=out.suffix, dir=out.parent
    )
    os.close(handle)
    try:
        write(Path(name))
        Path(name).chmod(0o644)
        Path(name).replace(out)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()
