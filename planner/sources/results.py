"""Reads a finished run from its folder; an unfinished one is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from planner.errors import ArgumentError, SourceError, quote
from planner.plan import Plan
from planner.showing import Shown, lead_to, say_run
from planner.sources._result_shape import (
    PAGE_TABLES,
    UNIT_COLUMNS,
    find_run_fault,
    find_summary_fault,
    find_table_fault,
)
from planner.sources.finished_files import (
    RUN,
    list_layers,
    load_json,
    load_layers,
    read_table,
    refuse_fault,
    say_unfinished,
)
from planner.sources.folders import finish_change
from planner.sources.hashes import hash_file
from planner.sources.parquet_table import MOST_BYTES as MOST_TABLE_BYTES
from planner.sources.parquet_table import ParquetError, read_parquet
from planner.sources.plain_files import open_plain
from planner.sources.whatif_file import BROKEN, MOST_BYTES, WHATIF_FILE, WhatIfData, read_whatif
from planner.texts import LANGUAGES

RUN_FILE: Final = "run.json"
GPKG_FILE: Final = "result.gpkg"
SUMMARY_FILE: Final = "summary.json"
MAP_FILE: Final = "map.html"
#: Tables without geometry that a page shows.
SHOWN_TABLES: Final = tuple(PAGE_TABLES)
#: Tables with a row for each unit, or several: each a file beside the GeoPackage, not in it.
UNIT_TABLES: Final = ("verdicts", "choice_members")
#: In run.json of a run in tiles: how many there were.
TILES_KEY: Final = "tiles"
_MAX_MAP: Final = 500_000_000
_REPEAT: Final = f"repeat {RUN}"


@dataclass(frozen=True, eq=False)
class FinishedRun(Shown):
    """What a run wrote.

    layers : of result.gpkg, EPSG:4326; tables without geometry are read by `table`.
    summary, run : the contents of summary.json and run.json.
    plan_file : its plan.toml, or the `Plan` itself; None: it is looked for in and beside the folder
        where it is needed.

    It can go on: `network`, `streets` and what else a `Result` is asked for are built again, when
    they are first asked for, from the plan and its files. Where these are gone or have changed, a
    `SourceError` says which.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> files = planner.write_result(result, "out")
    >>> finished = planner.load_result("out")
    >>> finished.layers["gaps"]["people_residential"].tolist()
    [160.0, 140.0]
    """

    folder: Path
    layers: dict[str, gpd.GeoDataFrame]
    summary: dict[str, Any]
    run: dict[str, Any]
    plan_file: Path | Plan | None = None

    @cached_property
    def result(self) -> Any:
        """The run as a `Result` to ask and to site for; without its tables.

        Raises
        ------
        SourceError
            If the plan or a file of it is gone, or is not what it was when it was run.
        """
        return lead_to("go on")(self)

    @property
    def network(self) -> Any:
        """The streets of area and ring, a `WalkNetwork`; see `result`."""
        return self.result.network

    @property
    def streets(self) -> Any:
        """The `Streets` as the run walked them: profile, access limit and detour, walls."""
        return self.result.streets

    def streets_of(
        self, profile: Any = None, moment: Any = None, *, condition: str | None = None
    ) -> Any:
        """Prepare the streets for another profile, a moment or a condition, as `Result` does."""
        return self.result.streets_of(profile, moment, condition=condition)

    @property
    def serving_facilities(self) -> gpd.GeoDataFrame:
        """The facilities that decide the verdicts; see `Result.serving_facilities`."""
        found: gpd.GeoDataFrame = self.result.serving_facilities
        return found

    def __repr__(self) -> str:
        return say_run(self, self.summary, self.run)

    def table(self, name: str) -> pd.DataFrame:
        """Read a table without geometry, such as `verdicts`; it may be large.

        Raises
        ------
        SourceError
            If the run has no such table.
        """
        beside = self._list_unit_tables()
        if name in beside:
            return self._read_unit_table(name)
        path = self.folder / GPKG_FILE
        # Of an older run all tables are in the GeoPackage.
        known = list_layers(path, with_geometry=False)
        if name not in known:
            there = ", ".join([*beside, *known]) or "none"
            raise SourceError(f"{path}: no table {quote(name)}; it has {there}")
        return read_table(path, name)

    def with_all_layers(self) -> FinishedRun:
        """Return the same run with all its layers, if `load_layers_of` read some of them alone.

        Raises
        ------
        SourceError
            If one of the others is not what a run writes.
        """
        path = self.folder / GPKG_FILE
        if self.layers.keys() >= set(list_layers(path, with_geometry=True)):
            return self
        return replace(self, layers=load_layers(path))

    def _list_unit_tables(self) -> list[str]:
        """List the tables that are files of their own."""
        outputs = self.run.get("outputs", {})
        return [name for name in UNIT_TABLES if name_table_file(name) in outputs]

    def _read_unit_table(self, name: str) -> pd.DataFrame:
        """Read a table that is a file of its own."""
        path = self.folder / name_table_file(name)
        with open_plain(path, most_bytes=MOST_TABLE_BYTES, advice=_REPEAT) as file:
            try:
                return read_parquet(file, UNIT_COLUMNS[name])
            except ParquetError as fault:
                raise say_unfinished(path, str(fault)) from None

    def whatif(self) -> WhatIfData | None:
        """Read by what a page judges scenarios itself; an older run has none.

        Raises
        ------
        SourceError
            If it is not what a run writes.
        """
        if WHATIF_FILE not in self.run.get("outputs", {}):
            return None
        path = self.folder / WHATIF_FILE
        with open_plain(path, most_bytes=MOST_BYTES, advice=_REPEAT) as file:
            try:
                return read_whatif(file)
            except BROKEN:
                raise say_unfinished(path, "cannot be read") from None

    def drawn_map(self) -> str | None:
        """Read the map as the run wrote it; None if it is gone or is not what run.json says."""
        path = self.folder / MAP_FILE
        expected = self.run.get("outputs", {}).get(MAP_FILE)
        if expected is None or not path.is_file():
            return None
        with open_plain(path, most_bytes=_MAX_MAP, advice=_REPEAT) as file:
            content = file.read()
        is_whole = hashlib.sha256(content).hexdigest() == expected
        return content.decode("utf-8", errors="replace") if is_whole else None

    def page_tables(self) -> dict[str, pd.DataFrame]:
        """Read the tables without geometry that a page shows; an older run has none.

        Raises
        ------
        SourceError
            If one of them is not what a run writes.
        """
        path = self.folder / GPKG_FILE
        known = list_layers(path, with_geometry=False)
        known += self._list_unit_tables()
        tables = {name: self.table(name) for name in SHOWN_TABLES if name in known}
        refuse_fault(path, find_table_fault(tables))
        return tables


def name_table_file(name: str) -> str:
    """Return the name of the file of one of `UNIT_TABLES`."""
    return f"{name}.parquet"


def load_result(
    folder: str | Path, *, plan: str | Path | Plan | None = None, spare: tuple[str, ...] = ()
) -> FinishedRun:
    """Read what a run wrote, after comparing every file with its hash in run.json.

    Parameters
    ----------
    folder
        The `--out` of the run.
    plan
        Its plan.toml, from which its streets are built again once they are asked for; not needed
        where it lies in or beside the folder, as that of the demo or of a pack does. A plan that
        holds tables of Python is given itself.
    spare
        Files that may be missing or changed, because they will be made again.

    Raises
    ------
    SourceError
        If the folder or a file is missing, or the run is unfinished or another version's.
    ArgumentError
        If folder or plan is no path.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> files = planner.write_result(result, "out")
    >>> finished = planner.load_result("out", plan=town.folder / "plan.toml")
    >>> finished.summary["plan"], len(finished.table("verdicts"))
    ('example', 9)
    >>> finished.streets.access  # built again from the plan
    AccessRules(limit_m=100.0, detour=1.4)
    """
    if not isinstance(folder, str | Path):
        raise ArgumentError(
            f"folder is a {type(folder).__name__}; give the path of the folder of a finished run"
        )
    if plan is not None and not isinstance(plan, str | Path | Plan):
        raise ArgumentError(
            f"plan is a {type(plan).__name__}; give the path of its plan.toml, or the Plan itself"
        )
    read = load_layers_of(folder, None, spare=spare)
    return replace(read, plan_file=Path(plan) if isinstance(plan, str) else plan)


def load_layers_of(
    folder: str | Path, names: Collection[str] | None, *, spare: tuple[str, ...] = ()
) -> FinishedRun:
    """Read what a run wrote as `load_result` does, but of its layers some alone.

    Parameters
    ----------
    names
        Of the layers; None for all. `FinishedRun.with_all_layers` reads the others.
    folder, spare, errors
        As of `load_result`; in layers that are not read nothing is found to be wrong.
    """
    folder, run = check_result(folder, spare=spare)
    layers = load_layers(folder / GPKG_FILE, names=names)
    summary = load_json(folder / SUMMARY_FILE)
    refuse_fault(folder / SUMMARY_FILE, find_summary_fault(summary))
    return FinishedRun(folder, layers, summary, run)


def check_result(folder: str | Path, *, spare: tuple[str, ...] = ()) -> tuple[Path, dict[str, Any]]:
    """Compare every file of a run with its hash in run.json; return folder and content of that.

    Parameters
    ----------
    folder, spare
        As of `load_result`.

    Raises
    ------
    SourceError
        If the folder or a file is missing, the run is unfinished, or one in tiles.
    """
    folder = Path(folder).resolve()  # a name like http: means something else to GDAL
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder; give the --out of a finished run")
    # A run that was stopped may have left new files that only have to be moved up.
    finish_change(folder)
    run = _load_run(folder)
    if TILES_KEY in run:
        raise SourceError(
            f"{folder}: a run in tiles, whose layers lie by town in result and whose pages in "
            "towns; this needs a run of the whole: repeat planner run without --workers, for a "
            "part of the city where it is too large"
        )
    outputs = run.get("outputs")
    if not isinstance(outputs, dict) or not {GPKG_FILE, SUMMARY_FILE} <= outputs.keys():
        raise say_unfinished(folder / RUN_FILE, "lists no outputs")
    for name, expected in outputs.items():
        if name in spare:
            continue
        path = folder / name
        # Such as ../x: a run.json of somebody else should not have any file of this machine read.
        if path.parent != folder:
            raise say_unfinished(folder / RUN_FILE, f"names {quote(name)}, which is not beside it")
        if not path.is_file():
            raise say_unfinished(path, "is missing")
        if hash_file(path) != expected:
            raise say_unfinished(path, f"is not what {RUN_FILE} says")
    refuse_fault(folder / RUN_FILE, find_run_fault(run))
    return folder, run


def _load_run(folder: Path) -> dict[str, Any]:
    if not (folder / RUN_FILE).is_file():
        raise say_unfinished(folder / RUN_FILE, "is missing")
    return load_json(folder / RUN_FILE)


def load_run_language(folder: Path) -> str | None:
    """Return the language of a run, as its run.json says; None if that names none that there is.

    Raises
    ------
    SourceError
        If run.json is missing or cannot be read. Nothing else of the run is looked at.
    """
    language = _load_run(folder).get("language")
    return language if isinstance(language, str) and language in LANGUAGES else None
