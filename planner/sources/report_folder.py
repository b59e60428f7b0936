"""The folder of a report: which of its files the planner wrote, so that it may replace them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from planner.errors import SourceError
from planner.sources._strict_json import read_json
from planner.sources.hashes import hash_file

#: Beside the files: the hash of each.
REPORT_FILE: Final = "report.json"
#: Folder of the printed sheets.
SHEETS_FOLDER: Final = "sheets"
_KEYS: Final = {"language", "outputs", "plan", "run"}
_NAME: Final = re.compile(rf"(?:{SHEETS_FOLDER}/)?\w[^/\\\x00]*")
_MAX_JSON: Final = 10_000_000


def refuse_other_files(folder: Path, names: tuple[str, ...]) -> None:
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
        If there is such a file: an office may have edited the document.
    """
    own = _find_own_files(folder)
    taken = [name for name in names if _is_there(folder / name)]
    sheets = folder / SHEETS_FOLDER
    if _is_there(sheets):
        if sheets.is_symlink() or not sheets.is_dir():
            raise _not_ours(sheets)
        taken += [f"{SHEETS_FOLDER}/{path.name}" for path in sorted(sheets.iterdir())]
    for name in taken:
        if name not in own:
            raise _not_ours(folder / name)


def _not_ours(path: Path) -> SourceError:
    return SourceError(
        f"{path}: was not written by the planner, or changed since; move it elsewhere and repeat"
    )


def _is_there(path: Path) -> bool:
    """Tell whether something has the name, be it a link that leads nowhere."""
    return path.exists() or path.is_symlink()


def _find_own_files(folder: Path) -> set[str]:
    """Return the names of the files that the planner wrote and nobody changed."""
    path = folder / REPORT_FILE
    if not path.is_file():
        return set()
    try:
        content = read_json(path, most_bytes=_MAX_JSON, advice="")
    except SourceError:
        return set()
    listed = content.get("outputs") if isinstance(content, dict) else None
    if not isinstance(listed, dict) or content.keys() != _KEYS:
        return set()
    return {REPORT_FILE} | {
        name
        for name, expected in listed.items()
        # Such as ../x: a list of somebody else should not have any file of this machine read.
        if _NAME.fullmatch(name)
        and (folder / name).is_file()
        and not (folder / name).is_symlink()
        and hash_file(folder / name) == expected
    }
