"""Which files of a folder the planner wrote and nobody has changed: only those may it replace.

Beside the pages of towns, and beside the files of a report, lies a list with the hash of each file.
A file that is not in the list, or not as it is listed, is somebody's work: an office may have
edited the document.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from planner.errors import SourceError
from planner.sources._strict_json import read_json
from planner.sources.hashes import hash_file

#: The list beside the pages of towns.
TOWNS_FILE: Final = "towns.json"
#: The list beside the files of a report.
REPORT_FILE: Final = "report.json"
#: Folder of the printed sheets in that of a report.
SHEETS_FOLDER: Final = "sheets"


class _Kind(NamedTuple):
    """What a list looks like: all of its keys, the names it may hold, its largest size."""

    keys: frozenset[str]
    names: re.Pattern[str]
    most_bytes: int


_KINDS: Final = {
    TOWNS_FILE: _Kind(frozenset({"outputs"}), re.compile(r"\w[\w-]*\.html"), 1_000_000),
    REPORT_FILE: _Kind(
        frozenset({"language", "outputs", "plan", "run"}),
        re.compile(rf"(?:{SHEETS_FOLDER}/)?\w[^/\\\x00]*"), 10_000_000,
    ),
}  # fmt: skip


def find_own_files(folder: Path, list_file: str) -> set[str]:
    """Return the names of the files in a folder that the planner wrote and nobody has changed.

    Parameters
    ----------
    folder
        It need not exist.
    list_file
        `TOWNS_FILE` or `REPORT_FILE`.

    Returns
    -------
    set of str
        With / between folders, the list itself among them; empty where there is no list, or one
        that the planner cannot have written.
    """
    kind, path = _KINDS[list_file], folder / list_file
    if not path.is_file():
        return set()
    try:
        content = read_json(path, most_bytes=kind.most_bytes, advice="")
    except SourceError:
        return set()
    listed = content.get("outputs") if isinstance(content, dict) else None
    if not isinstance(listed, dict) or content.keys() != kind.keys:
        return set()
    return {list_file} | {
        name
        for name, expected in listed.items()
        # Not ../x: a list that somebody else wrote must not have any file of this machine read.
        if kind.names.fullmatch(name)
        and (folder / name).is_file()
        and not (folder / name).is_symlink()
        and hash_file(folder / name) == expected
    }


def refuse_other_files(folder: Path, names: Iterable[str], own: set[str]) -> None:
    """Refuse to write over a file that somebody else wrote or changed.

    Parameters
    ----------
    folder
        Where the files will be written; it need not exist.
    names
        Of those files.
    own
        From `find_own_files`.

    Raises
    ------
    SourceError
        If one of the names is taken by something else.
    """
    for name in names:
        # Unlike exists(), this sees a link that leads nowhere, which would be replaced too.
        if name not in own and os.path.lexists(folder / name):
            raise SourceError(
                f"{folder / name}: was not written by the planner, or changed since; "
                "move it elsewhere and repeat"
            )


def check_report_folder(folder: Path, names: Iterable[str]) -> None:
    """Refuse a folder in which a report would replace what somebody else wrote or changed.

    Parameters
    ----------
    folder
        Of the report; it need not exist.
    names
        Of the files of a report beside its sheets.

    Raises
    ------
    SourceError
        If there is such a file, among the sheets too, whose folder is replaced as a whole.
    """
    own, sheets = find_own_files(folder, REPORT_FILE), folder / SHEETS_FOLDER
    refuse_other_files(folder, names, own)
    if sheets.is_symlink() or not sheets.is_dir():
        refuse_other_files(folder, [SHEETS_FOLDER], own)
        return
    inside = sorted(path.name for path in sheets.iterdir())
    refuse_other_files(folder, [f"{SHEETS_FOLDER}/{name}" for name in inside], own)
