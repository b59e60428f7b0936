"""Writes the files of a pack into one zip, with their hashes: complete, or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final

from planner.errors import SourceError
from planner.reports._whole_file import write_whole
from planner.reports.pack_read_me import READ_ME_FILE, SUMS_FILE, build_read_me
from planner.sources.finished_files import load_json
from planner.sources.folders import cannot_write
from planner.sources.packed_results import PackedFile
from planner.sources.results import SUMMARY_FILE
from planner.stages import Progress

PACKED: Final = ".zip"
#: Says in the file who wrote it, so that it may be written again.
_MARK: Final = b"planner pack 1"
#: Compressed already: it would take time and win nothing.
_STORED: Final = {".docx", ".npz", ".parquet", ".pbf", ".pdf", ".png", ".xlsx", ".zip"}
_CHUNK: Final = 1 << 20
#: An archive knows no years before.
_FIRST_DAY: Final = date(1980, 1, 1)


def check_pack_out(out: Path) -> None:
    """Refuse a file that cannot be written, or that somebody else wrote.

    Raises
    ------
    SourceError
        With what to do.
    """
    if out.suffix.lower() != PACKED:
        raise SourceError(f"{out}: not a format that is written; give {PACKED}")
    if not out.parent.is_dir():
        raise SourceError(f"{out.parent}: no such folder; make it or name another file")
    if os.path.lexists(out) and not _is_ours(out):
        raise SourceError(
            f"{out}: is already there and planner pack did not write it; name another file with "
            "--out"
        )


def _is_ours(path: Path) -> bool:
    """Tell whether an earlier call wrote a file."""
    try:
        with zipfile.ZipFile(path) as archive:
            return not path.is_symlink() and archive.comment == _MARK
    except (OSError, zipfile.BadZipFile):
        return False


def write_pack(
    files: Sequence[PackedFile],
    run: dict[str, Any],
    out: Path,
    *,
    progress: Progress = lambda _stage, _share: None,
) -> None:
    """Write files into one, with their hashes and a text that says what each is.

    The same files give the same bytes.

    Parameters
    ----------
    files, run
        From `list_packed`.
    out
        File; one that `planner pack` wrote is replaced.
    progress
        Told how much is done.

    Raises
    ------
    SourceError
        If it cannot be written, or a file changed meanwhile; nothing is left then.
    """
    check_pack_out(out)
    for one in files:
        # A list of hashes has a line for each, in which \\ means something else.
        if not one.entry.isprintable() or "\\" in one.entry:
            raise SourceError(f"{one.path}: cannot be packed under this name; rename it")
    summary = load_json(next(one.path for one in files if one.entry == SUMMARY_FILE))
    read_me = build_read_me([one.entry for one in files], run, summary)
    try:
        write_whole(out, lambda path: _write_archive(path, files, run, read_me, progress))
    except OSError as error:
        raise cannot_write(out, error) from error


def _write_archive(
    path: Path,
    files: Sequence[PackedFile],
    run: dict[str, Any],
    read_me: bytes,
    progress: Progress,
) -> None:
    """Write the archive: what explains the others first."""
    folder, day = _name_folder(str(run.get("plan"))), date.fromisoformat(run["date"])
    sums = [(hashlib.sha256(read_me).hexdigest(), READ_ME_FILE)]
    sums += [(one.sha256, one.entry) for one in files]
    total, done = max(sum(one.count_bytes() for one in files), 1), 0

    def tell(size: int) -> None:
        """Tell that so many bytes more are done."""
        nonlocal done
        done += size
        progress("packing", min(done / total, 1.0))

    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = _MARK
        archive.writestr(_build_head(folder, READ_ME_FILE, day), read_me)
        lines = "".join(f"{digest}  {entry}\n" for digest, entry in sums)
        archive.writestr(_build_head(folder, SUMS_FILE, day), lines.encode())
        for one in files:
            head = _build_head(folder, one.entry, day)
            head.file_size = one.count_bytes()
            with one.open() as source, archive.open(head, "w") as target:
                digest = _copy(source, target, tell)
            if digest != one.sha256:
                raise SourceError(f"{one.path}: changed while it was packed; repeat planner pack")


def _build_head(folder: str, entry: str, day: date) -> zipfile.ZipInfo:
    """Return the head of an entry: dated the day of the run, whenever it is packed."""
    info = zipfile.ZipInfo(f"{folder}/{entry}", max(day, _FIRST_DAY).timetuple()[:6])
    stored = Path(entry).suffix.lower() in _STORED
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    info.create_system, info.external_attr = 3, 0o100644 << 16
    return info


def _copy(source: BinaryIO, target: Any, tell: Callable[[int], None]) -> str:
    """Copy a file in parts; return the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
        tell(len(chunk))
    return digest.hexdigest()


def _name_folder(plan: str) -> str:
    """Return the name of the folder that everything lies in, after the plan."""
    return re.sub(r"[^\w-]+", "-", plan).strip("-_")[:60] or "planner"
