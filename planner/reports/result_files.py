"""Writes a result as a folder of files: complete, or not at all."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from planner.errors import SourceError
from planner.reports._csv import write_csv
from planner.reports._geopackage import check_writable, write_layers, write_tables
from planner.rounding import to_plain_tree
from planner.run import Result
from planner.run.summary import notice_of, with_lonlat
from planner.sources.folders import cannot_write, change_files, check_folder
from planner.sources.hashes import hash_file
from planner.sources.results import (
    GPKG_FILE,
    MAP_FILE,
    RUN_FILE,
    SUMMARY_FILE,
    FinishedRun,
)
from planner.sources.versions import program_version
from planner.stages import peak_memory_mb

_TABLES: Final = ("gaps", "facilities", "committees")
#: Every file of a result.
OUTPUTS: Final = (
    MAP_FILE, GPKG_FILE, SUMMARY_FILE, *(f"{name}.csv" for name in _TABLES), RUN_FILE
)  # fmt: skip
#: The file that vouches for the others -> what a folder with it holds; each has a map of one name.
_RESULTS: Final = {
    RUN_FILE: "a run", "site.json": "a proposal", "compare.json": "a comparison",
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


def write_result(
    result: Result, out: str | Path, save_map: Callable[[Path], None] | None = None
) -> dict[str, Path]:
    """Write the files of a run into a folder.

    They are moved in when all are there, run.json last, with the SHA-256 of the others: a folder
    whose hashes do not match holds an unfinished run. Killed at any moment, the earlier result or
    this one is there, whole, for whoever next reads or writes the folder by the planner.

    Parameters
    ----------
    result
        From `run_plan`.
    out
        Folder; made if it does not exist. Files of an earlier run are replaced.
    save_map
        Writes the map to the path it is given.

    Returns
    -------
    dict
        File name -> path.

    Raises
    ------
    SourceError
        If the folder cannot be written.
    """
    start = time.perf_counter()

    def fill(folder: Path) -> list[str]:
        """Write all files, run.json last."""
        names = _write_all(result, folder, save_map)
        run = list_versions() | result.provenance
        run["outputs"] = {name: hash_file(folder / name) for name in names}
        run["seconds"] = run["seconds"] | {"writing": time.perf_counter() - start}
        run["peak_memory_mb"] = run["peak_memory_mb"] | {"writing": peak_memory_mb()}
        write_json(folder / RUN_FILE, run)
        return [*names, RUN_FILE]

    return write_whole(Path(out), fill, outputs=OUTPUTS)


def write_whole(
    out: Path, fill: Callable[[Path], list[str]], *, outputs: Sequence[str]
) -> dict[str, Path]:
    """Write files into a folder as `change_files` does, after `check_out`.

    Raises
    ------
    SourceError
        If the folder cannot be written.
    """
    check_out(out, outputs=outputs)
    try:
        return change_files(out, fill, outputs=outputs)
    except (OSError, DataSourceError, DataLayerError, FeatureError) as error:
        raise cannot_write(out, error) from error


def check_out(out: Path, inputs: Iterable[Path] = (), *, outputs: Sequence[str] = OUTPUTS) -> None:
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
        if target.exists() and any(target.samefile(path) for path in taken):
            raise SourceError(
                f"{target}: is an input of this run and would be overwritten; "
                "name another folder with --out"
            )


def replace_map(run: FinishedRun, save_map: Callable[[Path], None]) -> Path:
    """Draw the map of a finished run again, and put its new hash into run.json.

    Parameters
    ----------
    run
        From `load_result`.
    save_map
        Writes the map to the path it is given.

    Raises
    ------
    SourceError
        If the folder cannot be written.
    """

    def fill(folder: Path) -> list[str]:
        """Draw the map; run.json takes its hash."""
        save_map(folder / MAP_FILE)
        hashes = run.run["outputs"] | {MAP_FILE: hash_file(folder / MAP_FILE)}
        write_json(folder / RUN_FILE, run.run | {"outputs": hashes})
        return [MAP_FILE, RUN_FILE]

    return write_whole(run.folder, fill, outputs=(MAP_FILE, RUN_FILE))[MAP_FILE]


def _write_all(result: Result, folder: Path, save_map: Callable[[Path], None] | None) -> list[str]:
    """Write every file but run.json; return their names."""
    tables = [name for name in _TABLES if name in result.layers]
    names = [GPKG_FILE, SUMMARY_FILE, *(f"{name}.csv" for name in tables)]
    # GDAL does not hold Python up while it writes a long table: the map is drawn meanwhile.
    with ThreadPoolExecutor(1) as beside:
        geopackage = beside.submit(_write_geopackage, result, folder / GPKG_FILE)
        write_json(folder / SUMMARY_FILE, result.summary)
        for name in tables:
            write_csv(folder / f"{name}.csv", with_lonlat(result.layers[name]))
        if save_map is not None:
            save_map(folder / MAP_FILE)
            names.append(MAP_FILE)
        geopackage.result()
    return names


def _write_geopackage(result: Result, path: Path) -> None:
    """Write the layers and tables of a run into one file."""
    notice = notice_of(result.inputs.plan)
    write_layers(path, result.layers, description=notice)
    write_tables(path, result.tables, description=notice)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a tree of plain values: sorted keys, rounded numbers, the same bytes every time."""
    text = json.dumps(
        to_plain_tree(content), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False
    )
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
        "versions": {
            "planner": program_version(),
            "python": platform.python_version(),
            **found,
        }
    }
