"""What stands beside the GeoPackage, and what the GeoPackage holds once for all rows."""

import json
import shutil
import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from planner.errors import SourceError
from planner.reports import round_tables
from planner.reports._geopackage import write_layers, write_tables
from planner.run import Result
from planner.sources.hashes import hash_file
from planner.sources.results import UNIT_TABLES, FinishedRun, load_result
from tests.reports.finished_city import finished_city

NOTICE = "Demo data, not real"


@pytest.fixture(scope="module")
def result() -> Result:
    return finished_city()[0]


@pytest.fixture(scope="module")
def out() -> Path:
    return finished_city()[1]


@pytest.fixture(scope="module")
def run(out: Path) -> FinishedRun:
    return load_result(out)


@pytest.mark.parametrize("name", UNIT_TABLES)
def test_tables_of_units_are_read_as_they_were_found(result: Result, run: FinishedRun, name: str):
    found, meant = run.table(name), round_tables(result.tables)[name]
    assert len(found) > 0
    # To pandas None and NaN of texts are two things.
    meant = meant.reset_index(drop=True).astype(found.dtypes.to_dict())
    pd.testing.assert_frame_equal(found, meant)
    assert name not in pyogrio.list_layers(run.folder / "result.gpkg")[:, 0]


def test_a_table_that_is_not_there_is_named(run: FinishedRun):
    with pytest.raises(SourceError, match=r"no table 'x'; it has verdicts, choice_members, choic"):
        run.table("x")


def copied(out: Path, folder: Path, change) -> Path:
    """Copy a run, change a file of it, and let run.json vouch for that."""
    shutil.copytree(out, folder)
    change(folder)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    run["outputs"] = {
        name: hash_file(folder / name) for name in run["outputs"] if (folder / name).exists()
    }
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    return folder


def test_an_older_run_has_its_tables_in_the_geopackage(result: Result, out: Path, tmp_path: Path):
    def as_before(folder: Path) -> None:
        for name in UNIT_TABLES:
            (folder / f"{name}.parquet").unlink()
        tables = {name: result.tables[name] for name in UNIT_TABLES}
        write_tables(folder / "result.gpkg", tables, description="")

    older = load_result(copied(out, tmp_path / "older", as_before))
    newer = load_result(out)
    for name in UNIT_TABLES:
        pd.testing.assert_frame_equal(older.table(name), newer.table(name), check_dtype=False)
    assert set(older.page_tables()) == set(newer.page_tables())


def test_a_table_that_changed_is_an_unfinished_run(out: Path, tmp_path: Path):
    shutil.copytree(out, tmp_path / "out")
    path = tmp_path / "out" / "verdicts.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(SourceError, match=r"verdicts\.parquet: is not what run\.json says"):
        load_result(tmp_path / "out")


def test_a_table_of_somebody_else_is_refused_when_it_is_read(out: Path, tmp_path: Path):
    def other(folder: Path) -> None:
        pd.DataFrame({"demand_id": ["a"]}).to_parquet(folder / "verdicts.parquet")

    run = load_result(copied(out, tmp_path / "out", other))
    with pytest.raises(SourceError, match=r"verdicts\.parquet: has no column '.*', so this is an"):
        run.table("verdicts")


def test_every_row_says_the_notice_which_is_written_once(out: Path):
    with sqlite3.connect(out / "result.gpkg") as base:
        for name in ("demand", "walk_edges", "gaps", "choices"):
            *_, (_, column, kind, _, default, _) = base.execute(f"pragma table_info({name})")
            assert (column, kind, default) == ("notice", "TEXT", f"'{NOTICE}'"), name
    base.close()
    for name in ("demand", "walk_edges"):
        assert set(gpd.read_file(out / "result.gpkg", layer=name)["notice"]) == {NOTICE}
    assert set(pyogrio.read_dataframe(out / "result.gpkg", layer="choices")["notice"]) == {NOTICE}
    assert (out / "result.gpkg").read_bytes().count(NOTICE.encode()) < 100


def test_a_notice_that_is_not_that_of_all_rows_stays_where_it_is(tmp_path: Path):
    places = gpd.points_from_xy([0, 1], [0, 1])
    layer = gpd.GeoDataFrame({"notice": ["it's", None]}, geometry=places, crs="EPSG:4326")
    alike = layer.assign(notice="it's one")
    write_layers(tmp_path / "x.gpkg", {"mixed": layer, "alike": alike}, description="")
    mixed = gpd.read_file(tmp_path / "x.gpkg", layer="mixed")["notice"]
    assert [None if pd.isna(value) else value for value in mixed] == ["it's", None]
    assert gpd.read_file(tmp_path / "x.gpkg", layer="alike")["notice"].tolist() == ["it's one"] * 2


def test_small_shapes_go_without_an_index_and_large_ones_have_one(out: Path):
    with sqlite3.connect(out / "result.gpkg") as base:
        found = base.execute("select table_name from gpkg_extensions").fetchall()
    base.close()
    indexed = {name for (name,) in found}
    assert {"isochrones", "gaps"} <= indexed
    assert not indexed & {"demand", "walk_edges", "facilities"}
