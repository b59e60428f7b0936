"""Puts a run and what rests on it into one file for somebody else: complete, or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final

from planner.errors import PlanError, SourceError
from planner.plan import Plan
from planner.reports._whole_file import write_whole
from planner.reports.read_me import write_read_me
from planner.rounding import to_plain_tree
from planner.run.provenance import list_settings
from planner.sources.folders import cannot_write
from planner.sources.own_files import REPORT_FILE
from planner.sources.packed_files import (
    PARTS,
    PackedFile,
    has_towns,
    list_inputs,
    list_part,
    list_report,
    list_run,
    list_towns,
)
from planner.sources.plan_file import load_plan
from planner.sources.results import SUMMARY_FILE, check_result, load_json

PACKED: Final = ".zip"
SUMS_FILE: Final = "SHA256SUMS"
#: Says in the file who wrote it, so that it may be written again.
_MARK: Final = b"planner pack 1"
#: Compressed already: it would take time and win nothing.
_STORED: Final = {".docx", ".npz", ".parquet", ".pbf", ".pdf", ".png", ".xlsx", ".zip"}
_CHUNK: Final = 1 << 20
_FOLDERS: Final = {"proposal": "sites", "comparison": "compare"}
#: Told the stage and how much of it is done, 0 to 1.
_Progress = Callable[[str, float], None]


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


def list_packed(
    folder: Path,
    *,
    sites: Path | None = None,
    compared: Path | None = None,
    report: Path | None = None,
    plan: Path | None = None,
    inputs: bool = True,
) -> tuple[list[PackedFile], dict[str, Any]]:
    """List the files of a run and of what rests on it; return the content of run.json too.

    Parameters
    ----------
    folder
        The --out of a finished run.
    sites, compared, report
        The --out of `planner site`, `planner compare` and `planner report`; those that lie in the
        folder of the run under their usual names if not given.
    plan
        The plan.toml of the run; looked for in and beside its folder if not given.
    inputs
        Whether the plan and the files that it names are among them.

    Raises
    ------
    SourceError
        If the run is unfinished, something rests on another one, or an input has changed.
    """
    folder, run = check_result(folder)
    files = list_run(folder, run)
    for what, given in (("proposal", sites), ("comparison", compared)):
        usual = _FOLDERS[what]
        place = given or (folder / usual if (folder / usual / PARTS[what]).is_file() else None)
        if place is not None:
            files += list_part(place, what, usual, folder, run)
    place = report or (folder / "report" if (folder / "report" / REPORT_FILE).is_file() else None)
    if place is not None:
        files += list_report(place, "report", folder, run)
    if has_towns(folder / "towns"):
        files += list_towns(folder / "towns", "towns")
    if inputs:
        path, found = _find_plan(folder, run, plan)
        files += list_inputs(found, path, "input", run)
    for one in files:
        # A list of hashes has a line for each, in which \\ means something else.
        if not one.entry.isprintable() or "\\" in one.entry:
            raise SourceError(f"{one.path}: cannot be packed under this name; rename it")
    return files, run


def _find_plan(folder: Path, run: dict[str, Any], given: Path | None) -> tuple[Path, Plan]:
    """Find the plan of a run: the one given, or in its folder, in `input` there, or beside it."""
    if given is not None:
        plan = load_plan(given)
        if not _is_plan_of(plan, run):
            raise SourceError(
                f"{given}: is not the plan of this run as it was; repeat planner run, or pack with "
                "--without-inputs"
            )
        return given, plan
    for place in (folder / "input", folder, folder.parent):
        path = place / "plan.toml"
        if path.is_file():
            try:
                plan = load_plan(path)
            except PlanError:
                continue
            if _is_plan_of(plan, run):
                return path, plan
    raise SourceError(
        f"{folder}: its plan.toml as it was run is neither in it nor beside it; name it with "
        "--plan, or pack with --without-inputs"
    )


def _is_plan_of(plan: Plan, run: dict[str, Any]) -> bool:
    """Tell whether a plan says what that of a run said."""
    return bool(to_plain_tree(list_settings(plan)) == run.get("settings"))


def write_pack(
    files: Sequence[PackedFile],
    run: dict[str, Any],
    out: Path,
    *,
    progress: _Progress = lambda _stage, _share: None,
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
    summary = load_json(next(one.path for one in files if one.entry == SUMMARY_FILE))
    read_me = write_read_me([one.entry for one in files], run, summary)
    try:
        write_whole(out, lambda path: _write_archive(path, files, run, read_me, progress))
    except OSError as error:
        raise cannot_write(out, error) from error


def _write_archive(
    path: Path,
    files: Sequence[PackedFile],
    run: dict[str, Any],
    read_me: bytes,
    progress: _Progress,
) -> None:
    """Write the archive: what explains the others first."""
    folder = _name_folder(str(run.get("plan")))
    # An archive knows no years before 1980.
    day_of_run = max(date.fromisoformat(run["date"]), date(1980, 1, 1))
    sums = [(hashlib.sha256(read_me).hexdigest(), "README.txt")]
    sums += [(one.sha256, one.entry) for one in files]
    told = _Told(progress, sum(one.path.stat().st_size for one in files))
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = _MARK

        def head(entry: str) -> zipfile.ZipInfo:
            """Return the head of an entry: of the day of the run, whenever it is packed."""
            info = zipfile.ZipInfo(f"{folder}/{entry}", day_of_run.timetuple()[:6])
            stored = Path(entry).suffix.lower() in _STORED
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, 0o100644 << 16
            return info

        archive.writestr(head("README.txt"), read_me)
        lines = "".join(f"{digest}  {entry}\n" for digest, entry in sums)
        archive.writestr(head(SUMS_FILE), lines.encode())
        for one in files:
            info = head(one.entry)
            info.file_size = one.path.stat().st_size
            with one.path.open("rb") as source, archive.open(info, "w") as target:
                digest = _copy(source, target, told)
            if digest != one.sha256:
                raise SourceError(f"{one.path}: changed while it was packed; repeat planner pack")


class _Told:
    """Tells how much of all bytes is done."""

    def __init__(self, progress: _Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, max(total, 1), 0

    def add(self, size: int) -> None:
        """Tell of so many bytes more."""
        self._done += size
        self._progress("packing", min(self._done / self._total, 1.0))


def _copy(source: BinaryIO, target: Any, told: _Told) -> str:
    """Copy a file in parts; return the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
        told.add(len(chunk))
    return digest.hexdigest()


def _name_folder(plan: str) -> str:
    """Return the name of the folder that everything lies in, after the plan."""
    return re.sub(r"[^\w-]+", "-", plan).strip("-_")[:60] or "planner"
