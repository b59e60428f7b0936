"""Writes a result as a folder of files: complete, or not at all."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from planner.reports._csv import write_csv
from planner.reports._folder import (
    CLASS_TABLES,
    PROJECT_FILE,
    RESULT_OUTPUTS,
    ROUTES_FILE,
    TABLES,
    SaveMap,
    add_map,
    list_versions,
    write_folder,
    write_json,
)
from planner.reports._geopackage import write_layers, write_tables
from planner.reports._gpx import write_routes_gpx
from planner.reports._parquet import write_parquet
from planner.reports.styles import write_layer_styles, write_project
from planner.run import Result
from planner.run.summary import notice_of, with_lonlat
from planner.sources.results import (
    GPKG_FILE,
    MAP_FILE,
    RUN_FILE,
    SUMMARY_FILE,
    UNIT_TABLES,
    FinishedRun,
    name_table_file,
)
from planner.sources.whatif_file import WHATIF_FILE, write_whatif
from planner.stages import peak_memory_mb

#: Type of geometry -> layers of it that may be empty: GIS programs show nothing of an unknown type.
_KINDS: Final = {
    "Point": ("facilities", "demand", "gates", "gate_gains", "landmarks"),
    "LineString": ("gap_routes", "walk_edges"),
    "MultiLineString": ("barriers",),
    "MultiPolygon": (
        "isochrones", "gaps", "unknown_areas", "compounds", "zones", "backdrop", "committees",
    ),
}  # fmt: skip


def write_result(
    result: Result, out: str | Path, *, save_map: SaveMap | None = None
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

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> files = planner.write_result(result, "out")
    >>> "summary.json" in {path.name for path in files.values()}
    True
    """
    start = time.perf_counter()

    def vouch(hashes: dict[str, str]) -> dict[str, Any]:
        """Return run.json: what the run rests on, and the time and memory that writing took."""
        run = list_versions() | result.provenance | {"outputs": hashes}
        run["seconds"] = run["seconds"] | {"writing": time.perf_counter() - start}
        run["peak_memory_mb"] = run["peak_memory_mb"] | {"writing": peak_memory_mb()}
        return run

    return write_folder(
        Path(out),
        lambda folder: _write_files(result, folder, save_map),
        vouch,
        outputs=RESULT_OUTPUTS,
    )


def replace_map(run: FinishedRun, save_map: SaveMap) -> Path:
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
    files = write_folder(
        run.folder,
        lambda folder: add_map(folder, save_map),
        # The hashes of the other files hold: they were compared when the run was read.
        lambda hashes: run.run | {"outputs": run.run["outputs"] | hashes},
        # Only these: the other files of the run are not written now and must not be removed for it.
        outputs=(MAP_FILE, RUN_FILE),
    )
    return files[MAP_FILE]


def _write_files(result: Result, folder: Path, save_map: SaveMap | None) -> list[str]:
    """Write every file but run.json; return their names."""
    cutoffs = result.inputs.cutoffs
    tables = [name for name in TABLES if name in result.layers]
    beside = [name for name in UNIT_TABLES if name in result.tables]
    names = [GPKG_FILE, *map(name_table_file, beside), SUMMARY_FILE]
    of_classes = [name for name in CLASS_TABLES if name in result.tables]
    names += [*(f"{name}.csv" for name in (*tables, *of_classes)), ROUTES_FILE, PROJECT_FILE]
    # GDAL and Arrow do not hold Python up while they write: the map is drawn meanwhile.
    with ThreadPoolExecutor(1) as pool:
        large = pool.submit(_write_large, result, folder)
        write_json(folder / SUMMARY_FILE, result.summary, cutoffs)
        for name in tables:
            write_csv(folder / f"{name}.csv", with_lonlat(result.layers[name]), cutoffs)
        for table in of_classes:
            write_csv(folder / f"{table}.csv", result.tables[table])
        language = result.inputs.plan.language
        write_routes_gpx(folder / ROUTES_FILE, result.layers, result.summary, language)
        write_project(
            folder / PROJECT_FILE, result.layers, result.summary, result.provenance,
            geopackage=GPKG_FILE,
        )  # fmt: skip
        if result.whatif is not None:
            write_whatif(result.whatif, folder / WHATIF_FILE)
            names.append(WHATIF_FILE)
        names += add_map(folder, save_map)
        # Raises here what went wrong in the other thread.
        large.result()
    return names


def _write_large(result: Result, folder: Path) -> None:
    """Write the layers and tables of a run: those of each unit beside the GeoPackage."""
    notice, cutoffs = notice_of(result.inputs.plan), result.inputs.cutoffs
    within = {name: table for name, table in result.tables.items() if name not in UNIT_TABLES}
    kinds = {name: kind for kind, names in _KINDS.items() for name in names}
    write_layers(
        folder / GPKG_FILE, result.layers, description=notice, kinds=kinds, cutoffs=cutoffs
    )
    write_tables(folder / GPKG_FILE, within, description=notice, cutoffs=cutoffs)
    write_layer_styles(folder / GPKG_FILE, result.layers, result.inputs.plan.language)
    for name, table in result.tables.items():
        if name in UNIT_TABLES:
            write_parquet(folder / name_table_file(name), table, cutoffs)
