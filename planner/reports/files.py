"""Writes a result as a folder of files: complete, or not at all."""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from planner import __version__
from planner.errors import SourceError
from planner.provenance import peak_memory_mb
from planner.reports._csv import write_csv
from planner.reports._geopackage import check_writable, write_layers, write_tables
from planner.rounding import plain_tree
from planner.run import Result
from planner.sources.hashes import sha256_of
from planner.sources.results import (
    GPKG_FILE,
    MAP_FILE,
    RUN_FILE,
    SUMMARY_FILE,
    FinishedRun,
)
from planner.summary import notice_of, with_lonlat

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

    They are written beside it and moved in when all are there, run.json last, with the SHA-256 of
    the others: a folder whose hashes do not match holds an unfinished run.

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
        run = versions() | result.provenance
        run["outputs"] = {name: sha256_of(folder / name) for name in names}
        run["seconds"] = run["seconds"] | {"writing": time.perf_counter() - start}
        run["peak_memory_mb"] = run["peak_memory_mb"] | {"writing": peak_memory_mb()}
        write_json(folder / RUN_FILE, run)
        return [*names, RUN_FILE]

    return write_whole(Path(out), fill, outputs=OUTPUTS)


def write_whole(
    out: Path, fill: Callable[[Path], list[str]], *, outputs: Sequence[str]
) -> dict[str, Path]:
    """Write files into a folder: all of them, or none.

    Parameters
    ----------
    out
        Folder; made if it does not exist. Files of the same names are replaced.
    fill
        Writes the files into the folder it is given; returns their names, the one that vouches for
        the others last: it is moved in last.
    outputs
        Every name that may be written; those of an earlier time that are not written now are
        removed, as they would pass for a part of this result. The last is that which vouches.

    Returns
    -------
    dict
        File name -> path.

    Raises
    ------
    SourceError
        If the folder cannot be written.
    """
    check_out(out, outputs=outputs)
    beside = _folder_beside(out)
    try:
        names = fill(beside)
        retired = [name for name in outputs if name not in names]
        _exchange(beside, out, names[:-1], retired=retired, last=names[-1])
    except (OSError, DataSourceError, DataLayerError, FeatureError) as error:
        raise _unwritable(out, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return {name: out / name for name in names}


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
    if out.exists() and not out.is_dir():
        raise SourceError(f"{out}: is a file; name a folder with --out")
    check_writable(out)
    for name, result in _RESULTS.items():
        if name not in outputs and (out / name).exists():
            raise SourceError(
                f"{out}: holds {result}, whose map would be overwritten; "
                "name another folder with --out"
            )
    taken = {path.resolve() for path in inputs}
    for name in outputs:
        if (out / name).resolve() in taken:
            raise SourceError(
                f"{out / name}: is an input of this run and would be overwritten; "
                "name another folder with --out"
            )
        if (out / name).is_dir():
            raise SourceError(
                f"{out / name}: is a folder, where a file has to go; choose another --out"
            )
    # The nearest folder that exists tells whether the rest can be made in it.
    start = next(folder for folder in (out, *out.resolve().parents) if folder.exists())
    if not start.is_dir():
        raise SourceError(f"{start}: is a file, so {out} cannot be made; choose another --out")
    try:
        Path(tempfile.mkdtemp(prefix=".planner-", dir=start)).rmdir()
    except OSError as error:
        raise _unwritable(out, error) from error


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
    check_out(run.folder)
    beside = _folder_beside(run.folder)
    try:
        save_map(beside / MAP_FILE)
        hashes = run.run["outputs"] | {MAP_FILE: sha256_of(beside / MAP_FILE)}
        write_json(beside / RUN_FILE, run.run | {"outputs": hashes})
        _exchange(beside, run.folder, [MAP_FILE])
    except OSError as error:
        raise _unwritable(run.folder, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return run.folder / MAP_FILE


def _unwritable(out: Path, error: Exception) -> SourceError:
    """Say that nothing can be written there; GDAL tells why in its own words."""
    reason = getattr(error, "strerror", None) or str(error)
    return SourceError(f"{out}: cannot be written ({reason}); choose another --out")


def _folder_beside(out: Path) -> Path:
    """Make a folder on the disk of `out` that files can be moved from in one step."""
    try:
        parent = out.resolve().parent
        parent.mkdir(parents=True, exist_ok=True)
        elsewhere = out.is_dir() and (
            out.stat().st_dev != parent.stat().st_dev or not os.access(parent, os.W_OK)
        )
        folder = out if elsewhere else parent
        return Path(tempfile.mkdtemp(prefix=f".{out.resolve().name}-", dir=folder))
    except OSError as error:
        raise _unwritable(out, error) from error


def _exchange(
    beside: Path,
    out: Path,
    names: Sequence[str],
    *,
    retired: Sequence[str] = (),
    last: str = RUN_FILE,
) -> None:
    """Move new files in, the last one last, and retired ones out; on failure put the old back."""
    is_new = not out.exists()
    old = beside / "old"
    old.mkdir()
    out.mkdir(exist_ok=True)
    try:
        # Without its run.json the old run counts as unfinished while files are exchanged.
        for name in (last, *names, *retired):
            if (out / name).exists():
                (out / name).replace(old / name)
        for name in (*names, last):
            (beside / name).replace(out / name)
    except BaseException:
        for name in (*names, *retired, last):
            if (old / name).exists():
                (old / name).replace(out / name)
            elif not (beside / name).exists():
                (out / name).unlink(missing_ok=True)
        if is_new:
            out.rmdir()
        raise


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
        plain_tree(content), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False
    )
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def versions() -> dict[str, Any]:
    """Return the versions of the product, Python and the libraries that decide numbers."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return {"versions": {"planner": __version__, "python": platform.python_version(), **found}}
