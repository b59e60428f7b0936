"""Which files of a run, and of what rests on it, are packed for a colleague, with their hashes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from planner.errors import SourceError
from planner.sources.finished_files import load_json
from planner.sources.folders import finish_change
from planner.sources.hashes import hash_file
from planner.sources.own_files import REPORT_FILE, TOWNS_FILE, find_own_files
from planner.sources.result_parts import PARTS, check_part
from planner.sources.results import RUN_FILE, SUMMARY_FILE, check_result

#: Folders beside the files of a run: in its folder, where they are looked for, and in the pack.
_FOLDERS: Final = {
    "proposal": "sites", "comparison": "compare", "routes": "routes", "courses": "courses",
}  # fmt: skip
_REPORT: Final = "report"
_TOWNS: Final = "towns"
#: Names that a command gives its files; in the folder of a report some lie in one more folder.
_NAME: Final = re.compile(r"[^/\\.][^/\\]*(/[^/\\.][^/\\]*)?")


@dataclass(frozen=True)
class PackedFile:
    """A file that is handed on.

    entry : its name among the others, with / between folders.
    path : where it lies. sha256 : of what is handed on.
    content : what is handed on in place of what the file holds, None for that.
    """

    entry: str
    path: Path
    sha256: str
    content: bytes | None = None

    def open(self) -> BinaryIO:
        """Open what is handed on."""
        return self.path.open("rb") if self.content is None else BytesIO(self.content)

    def count_bytes(self) -> int:
        """Return the size of what is handed on."""
        return self.path.stat().st_size if self.content is None else len(self.content)


def list_results(
    folder: Path,
    *,
    sites: Path | None = None,
    compared: Path | None = None,
    report: Path | None = None,
) -> tuple[list[PackedFile], dict[str, Any]]:
    """List the files of a run and of what rests on it; return the content of run.json too.

    Parameters
    ----------
    folder
        The --out of a finished run.
    sites, compared, report
        The --out of `planner site`, `planner compare` and `planner report`; those that lie in the
        folder of the run under their usual names if not given.

    Raises
    ------
    SourceError
        If the run is unfinished, something rests on another one, or a file is not as it was
        written.
    """
    folder, run = check_result(folder)
    files = _list_vouched(folder / RUN_FILE, run, "", "planner run")
    given = {"proposal": sites, "comparison": compared}
    for what in _FOLDERS:
        place = given.get(what) or _find_beside(folder / _FOLDERS[what], PARTS[what].content)
        if place is not None:
            files += _list_part(place, what, folder, run)
    place = report or _find_beside(folder / _REPORT, REPORT_FILE)
    if place is not None:
        files += _list_report(place, folder, run)
    towns = _find_beside(folder / _TOWNS, TOWNS_FILE)
    if towns is not None:
        files += _list_towns(towns)
    return files, run


def _find_beside(place: Path, vouching: str) -> Path | None:
    """Return a folder in which a file vouches for others, None if there is none."""
    return place if (place / vouching).is_file() else None


def _list_part(place: Path, what: str, folder: Path, run: dict[str, Any]) -> list[PackedFile]:
    """List the files of a proposal or a comparison.

    place : its folder. what : `proposal` or `comparison`. folder, run : of the run that it has to
    rest on, with the content of run.json.
    """
    place, content = check_part(place, what, folder, run)
    vouching, _, command, _ = PARTS[what]
    files = _list_vouched(place / vouching, content, _FOLDERS[what], command)
    for one in files:
        if hash_file(one.path) != one.sha256:
            raise _say_changed(one.path, vouching, command)
    return files


def _list_report(place: Path, folder: Path, run: dict[str, Any]) -> list[PackedFile]:
    """List the files of a report as they are now: an office may have edited its document."""
    place = place.resolve()
    finish_change(place)
    path = place / REPORT_FILE
    if not path.is_file():
        raise SourceError(f"{path}: is missing; give the --out of planner report")
    content = load_json(path, "planner report")
    if content.get("run") != run["outputs"].get(SUMMARY_FILE):
        raise SourceError(f"{path}: is of another run than {folder}; repeat planner report")
    files = _list_vouched(path, content, _REPORT, "planner report")
    return [replace(one, sha256=hash_file(one.path)) for one in files]


def _list_towns(place: Path) -> list[PackedFile]:
    """List the pages of towns that are as they were written."""
    return [
        PackedFile(f"{_TOWNS}/{name}", place / name, hash_file(place / name))
        for name in sorted(find_own_files(place, TOWNS_FILE))
    ]


def _list_vouched(
    vouching: Path, content: dict[str, Any], entry: str, command: str
) -> list[PackedFile]:
    """List the files that one vouches for, and last that one.

    vouching, content : the file and what it holds. entry : folder in the pack, "" for none.
    command : which writes them.
    """
    folder, name = vouching.parent, vouching.name
    outputs = content.get("outputs")
    if not isinstance(outputs, dict):
        raise SourceError(f"{vouching}: lists no outputs; repeat {command}")
    found = []
    for output, expected in sorted(outputs.items()):
        path = folder / output
        # Such as ../x: a list of somebody else should have no file of this machine handed on.
        if not _NAME.fullmatch(output) or not path.is_file() or _is_linked(folder, path):
            raise _say_changed(path, name, command)
        found.append(PackedFile(_join(entry, output), path, str(expected)))
    found.append(PackedFile(_join(entry, name), vouching, hash_file(vouching)))
    return found


def _say_changed(path: Path, vouching: str, command: str) -> SourceError:
    """Return the error of a file that is not what the one vouching for it says."""
    return SourceError(f"{path}: is not what {vouching} says; repeat {command}")


def _is_linked(folder: Path, path: Path) -> bool:
    """Tell whether a file in a folder is or lies behind a link."""
    return path.resolve() != folder.resolve() / path.relative_to(folder)


def _join(entry: str, name: str) -> str:
    return f"{entry}/{name}" if entry else name
