"""Paths of tables: a file, and behind # a sheet or layer of it, as in stations.xlsx#Town."""

import os
from pathlib import Path
from typing import Final

#: Endings of workbooks.
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
#: Ending of a file of layers.
GEOPACKAGE: Final = ".gpkg"
#: A shapefile is several files; they lie beside each other.
_BESIDE: Final = {".shp": (".shx", ".dbf", ".prj", ".cpg")}


def split_sheet(path: Path) -> tuple[Path, str]:
    """Return the file of a path and the sheet or layer it names, "" if none.

    A file that is really called so is that file, whatever stands behind its #.
    """
    text = str(path)
    if "#" not in text or _is_file(text):
        return path, ""
    places = [place for place, sign in enumerate(text) if sign == "#"]
    for place in places:
        if _is_file(text[:place]):
            return Path(text[:place]), text[place + 1 :]
    # There is none: what is said of the file should name it as it was meant.
    for place in places:
        if text[:place].lower().endswith((*WORKBOOKS, GEOPACKAGE)):
            return Path(text[:place]), text[place + 1 :]
    return path, ""


def list_parts(path: Path) -> list[Path]:
    """Return the files that a table is read from: itself, and those of a shapefile beside it."""
    file = split_sheet(path)[0]
    endings = _BESIDE.get(file.suffix.lower(), ())
    if not endings or not _is_file(str(file)):
        return [file]
    wanted = {file.stem.lower() + ending for ending in endings}
    beside = (other for other in file.parent.iterdir() if other.name.lower() in wanted)
    return [file, *sorted(beside)]


def _is_file(text: str) -> bool:
    return os.path.isfile(text)  # noqa: PTH113 -- a path that no system can have is no file to it
