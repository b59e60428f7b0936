"""Writes a folder of files, complete or not at all, and vouches for them with their hashes."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from planner.errors import SourceError
from planner.reports._geopackage import check_writable
from planner.rounding import NO_CUTOFFS, AskedCutoffs, to_plain_tree
from planner.sources.folders import cannot_write, change_files, check_folder
from planner.sources.hashes import hash_file
from planner.sources.result_parts import PARTS
from planner.sources.results import (
    GPKG_FILE,
    MAP_FILE,
    RUN_FILE,
    SUMMARY_FILE,
    UNIT_TABLES,
    name_table_file,
)
from planner.sources.versions import program_version
from planner.sources.whatif_file import WHATIF_FILE

#: Layers of a result that are written as CSV too.
TABLES: Final = ("gaps", "facilities", "committees")
#: Tables of a result that are written as CSV too, where the plan names classes.
CLASS_TABLES: Final = ("classes", "gap_classes")
#: The way from each gap to its nearest station, for phones and map programs.
ROUTES_FILE: Final = "gap_routes.gpx"
#: Opens the layers in QGIS.
PROJECT_FILE: Final = "project.qgs"
#: Every file of a result; the last one vouches for the others.
RESULT_OUTPUTS: Final = (
    MAP_FILE, GPKG_FILE, *map(name_table_file, UNIT_TABLES), SUMMARY_FILE,
    *(f"{name}.csv" for name in (*TABLES, *CLASS_TABLES)), ROUTES_FILE, PROJECT_FILE,
    WHATIF_FILE, RUN_FILE,
)  # fmt: skip
#: The file that vouches for the others -> what a folder with it holds; each has a map of one name.
_RESULTS: Final = {
    RUN_FILE: "a run", PARTS["proposal"].content: "a proposal",
    PARTS["comparison"].content: "a comparison",
}  # fmt: skip
_LIBRARIES: Final = (
    "geopandas",
    "shapely",
    "numpy",
    "scipy",
    "numba",
    "osmium",
    "pyproj",
    "folium",
)
#: Draws a map into the file it is given.
SaveMap = Callable[[Path], None]


def write_folder(
    out: Path,
    write_files: Callable[[Path], list[str]],
    vouch: Callable[[dict[str, str]], dict[str, Any]],
    *,
    outputs: Sequence[str],
) -> dict[str, Path]:
    """Write files into a folder: all of them or none, and last the one that vouches for them.

    Parameters
    ----------
    out
        Folder; made if it does not exist. Files of the same names are replaced.
    write_files
        Writes all files but the last into the folder it is given, and returns their names.
    vouch
        SHA-256 of each file by its name -> content of the last file, which is JSON.
    outputs
        Names that may be written; the last is that of the file that vouches for the others.

    Returns
    -------
    dict
        File name -> path.

    Raises
    ------
    SourceError
        If the folder cannot be written.
    """
    last = outputs[-1]

    def fill(folder: Path) -> list[str]:
        """Write all files."""
        names = write_files(folder)
        write_json(folder / last, vouch({name: hash_file(folder / name) for name in names}))
        return [*names, last]

    # Who calls the library from Python has not asked before.
    check_out(out, outputs=outputs)
    try:
        return change_files(out, fill, outputs=outputs)
    except (OSError, DataSourceError, DataLayerError, FeatureError) as error:
        raise cannot_write(out, error) from error


def vouch_with(
    content: Mapping[str, Any], provenance: Mapping[str, Any] | None
) -> Callable[[dict[str, str]], dict[str, Any]]:
    """Return what makes the file that vouches for the others, for `write_folder`.

    It holds versions, the content, what that rests on (`run`; None: not said), and the hashes of
    the other files (`outputs`).
    """
    run = {} if provenance is None else {"run": provenance}

    def vouch(hashes: dict[str, str]) -> dict[str, Any]:
        """Return what stands in the file."""
        return list_versions() | dict(content) | run | {"outputs": hashes}

    return vouch


def check_out(
    out: Path, inputs: Iterable[Path] = (), *, outputs: Sequence[str] = RESULT_OUTPUTS
) -> None:
    """Refuse a folder that a result cannot go into, before anything is computed.

    Parameters
    ----------
    out
        Folder; it need not exist.
    inputs
        Files that must not be overwritten.
    outputs
        Names that may be written.

    Raises
    ------
    SourceError
        If it is a file, cannot be written, an input lies where an output would go, or it holds a
        result whose map would be overwritten by that of something else.
    """
    check_folder(out, outputs)
    check_writable(out)
    for name, result in _RESULTS.items():
        if name not in outputs and (out / name).exists():
            raise SourceError(
                f"{out}: holds {result}, whose map would be overwritten; "
                "name another folder with --out"
            )
    taken = [path for path in inputs if path.exists()]
    for name in outputs:
        target = out / name
        # By what the file is: a link or another spelling of its path would not be noticed by name.
        if target.exists() and any(target.samefile(path) for path in taken):
            raise SourceError(
                f"{target}: is an input of this run and would be overwritten; "
                "name another folder with --out"
            )


def add_map(folder: Path, save_map: SaveMap | None) -> list[str]:
    """Draw the map into a folder if it is wanted; return the names of the files written."""
    if save_map is None:
        return []
    save_map(folder / MAP_FILE)
    return [MAP_FILE]


def write_json(path: Path, content: dict[str, Any], cutoffs: AskedCutoffs = NO_CUTOFFS) -> None:
    """Write a tree of plain values: sorted keys, rounded numbers, the same bytes every time.

    Minutes stay on their side of the cutoffs.
    """
    plain = to_plain_tree(content, cutoffs=cutoffs)
    text = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def list_versions() -> dict[str, Any]:
    """Return the versions of the product, Python and the libraries that decide numbers."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return {
        "versions": {"planner": program_version(), "python": platform.python_version(), **found}
    }
