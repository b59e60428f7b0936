"""The folder with the pages of towns: which of its files the planner wrote."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from planner.errors import SourceError
from planner.sources._strict_json import read_json
from planner.sources.hashes import hash_file

#: Beside the pages: the hash of each.
TOWNS_FILE: Final = "towns.json"
_PAGE: Final = re.compile(r"\w[\w-]*\.html")
_MAX_JSON: Final = 1_000_000


def find_own_files(folder: Path) -> set[str]:
    """Return the names of the files in a folder that the planner wrote and nobody changed.

    Without `towns.json`, or where it is not the planner's, there are none.
    """
    path = folder / TOWNS_FILE
    if not path.is_file():
        return set()
    try:
        content = read_json(path, most_bytes=_MAX_JSON, advice="")
    except SourceError:
        return set()
    listed = content.get("outputs") if isinstance(content, dict) else None
    if not isinstance(listed, dict) or content.keys() != {"outputs"}:
        return set()
    return {TOWNS_FILE} | {
        name
        for name, expected in listed.items()
        # Such as ../x: a list of somebody else should not have any file of this machine read.
        if _PAGE.fullmatch(name)
        and (folder / name).is_file()
        and not (folder / name).is_symlink()
        and hash_file(folder / name) == expected
    }
