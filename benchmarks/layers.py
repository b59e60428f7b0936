"""Part: the layers of the demo: how large they are, how long they take to write and to pack.

`python -m benchmarks.layers OUT` measures those of a run that is there.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from benchmarks.demo import run_planner
from benchmarks.measure import race
from benchmarks.table import Row, at_most, to_text
from planner.sources.packed_files import list_packed
from planner.sources.results import UNIT_TABLES, FinishedRun, load_result, name_table_file

PART = "layers"
GPKG_MB, PARQUET_MB = 30.0, 5.0
#: Of the seconds that one GeoPackage of everything takes, as runs wrote it before.
SHARE_OF_ONE = 1.0
PACK_SECONDS = 10.0


def measure(turns: int = 3, run: Path | None = None) -> list[Row]:
    """Write the layers of a run, or of the demo, again, both ways by turns, and pack it."""
    if run is None:
        with tempfile.TemporaryDirectory() as folder:
            run_planner("demo", "--out", Path(folder) / "out")
            return measure(turns, Path(folder) / "out")
    parquet = sum((run / name_table_file(name)).stat().st_size for name in UNIT_TABLES)
    layers = (run / "result.gpkg").stat().st_size
    return [
        at_most(PART, "size of result.gpkg", layers / 1e6, GPKG_MB, "{:.1f} MB"),
        at_most(PART, "size of its Parquet files", parquet / 1e6, PARQUET_MB, "{:.1f} MB"),
        *_write_both(load_result(run), turns),
        *_pack(run),
    ]


def _write_both(finished: FinishedRun, turns: int) -> list[Row]:
    """Write the layers and tables as a run does, and all of them into one GeoPackage."""
    tables = finished.page_tables() | {name: finished.table(name) for name in UNIT_TABLES}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ways = {
            "now": lambda: _write(place, finished.layers, tables),
            "one": lambda: _write_one(place / "one.gpkg", finished.layers, tables),
        }
        for write in ways.values():
            write()
        taken = race(ways, dict.fromkeys(ways, turns))
        one = (place / "one.gpkg").stat().st_size
    now, before = taken["now"].median, taken["one"].median
    what = "writing layers, styles and Parquet, of the time of one GeoPackage of everything"
    return [
        at_most(PART, what, now / before, SHARE_OF_ONE, "{:.2f}"),
        Row(PART, "seconds of both, and size of the one",
            f"{now:.1f} s, {before:.1f} s, {one / 1e6:.1f} MB"),
    ]  # fmt: skip


def _write(
    place: Path, layers: Mapping[str, gpd.GeoDataFrame], tables: Mapping[str, pd.DataFrame]
) -> None:
    """Write as a run does."""
    from planner.reports._geopackage import write_layers, write_tables
    from planner.reports._parquet import write_parquet
    from planner.reports.styles import write_layer_styles

    path = place / "now.gpkg"
    path.unlink(missing_ok=True)
    write_layers(path, layers, description="")
    within = {name: table for name, table in tables.items() if name not in UNIT_TABLES}
    write_tables(path, within, description="")
    write_layer_styles(path, layers, "zh")
    for name in UNIT_TABLES:
        write_parquet(place / f"{name}.parquet", tables[name])


def _write_one(
    path: Path, layers: Mapping[str, gpd.GeoDataFrame], tables: Mapping[str, pd.DataFrame]
) -> None:
    """Write all into one GeoPackage, as GDAL does without being told more."""
    from planner.reports._arrow import to_arrow
    from planner.rounding import round_table

    path.unlink(missing_ok=True)
    for name, layer in layers.items():
        kinds = set(layer.geometry.geom_type)
        kind = kinds.pop() if len(kinds) == 1 else "Unknown"
        table = gpd.GeoDataFrame(round_table(layer), crs=layer.crs)
        pyogrio.write_dataframe(table, path, layer=name, append=path.exists(), geometry_type=kind)
    for name, rows in tables.items():
        pyogrio.write_arrow(to_arrow(round_table(rows)), path, layer=name, append=True)


def _pack(run: Path) -> list[Row]:
    """Pack a run with all that lies in its folder."""
    from planner.reports.packing import write_pack

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run.zip"
        start = time.perf_counter()
        files, content = list_packed(run)
        write_pack(files, content, out)
        seconds = time.perf_counter() - start
        size = out.stat().st_size / 1e6
    return [
        at_most(PART, f"planner pack, {len(files)} files", seconds, PACK_SECONDS, "{:.1f} s"),
        Row(PART, "size of its zip, with the report if there is one", f"{size:.1f} MB"),
    ]


if __name__ == "__main__":
    print(to_text(measure(run=Path(sys.argv[1]) if len(sys.argv) > 1 else None)))
