"""Shapefiles, alone and zipped, and Parquet with and without geometry."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapefile
import shapely

from planner.errors import SourceError
from planner.sources._read_table import read_raw
from planner.sources.polygon_table import load_polygons
from planner.sources.table_paths import list_parts
from planner.sources.tables import load_facilities
from tests.sources.formats import write_zip

LAYER = gpd.GeoDataFrame(
    {"name": ["友谊路街道", "庙行镇"], "code": ["007", "3113-01-02"]},
    geometry=[shapely.box(121.4, 31.3, 121.5, 31.4), shapely.box(121.5, 31.3, 121.6, 31.4)],
    crs="EPSG:4326",
)


def fault(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_raw(path)
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def written(folder: Path, encoding: str, *, cpg: str = "", name: str = "towns.shp") -> Path:
    """Two points with a Chinese text, as an old program writes them."""
    path = folder / name
    with shapefile.Writer(str(path), encoding=encoding) as writer:
        writer.field("名称", "C", size=20)
        writer.field("n", "N", size=20)
        writer.field("x", "N", size=12, decimal=3)
        writer.field("d", "D")
        writer.field("ok", "L")
        for text in ("友谊路", "庙行"):
            writer.point(121.4, 31.3)
            writer.record(text, 98765432109876543210, 1.5, dt.date(2026, 3, 1), True)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    path.with_suffix(".prj").write_text(LAYER.crs.to_wkt("WKT1_ESRI"), encoding="ascii")
    return path


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_names_of_columns_that_the_format_cuts_are_those_we_know(tmp_path: Path):
    """10 bytes: three Chinese letters in UTF-8 and a part of the next, five in GB 18030."""
    rows = {"站点编号": ["007"], "站点名称": ["甲站"], "开放时间": ["全天"], "负责人姓名": ["乙"]}
    layer = gpd.GeoDataFrame(rows, geometry=[shapely.Point(121.4, 31.3)], crs="EPSG:4326")
    cut = ["站点编号", "站点名", "开放时间", "负责人"]
    for encoding, called in (("utf-8", cut), ("gb18030", [*rows])):
        layer.to_file(tmp_path / f"{encoding}.shp", encoding=encoding)
        raw = read_raw(tmp_path / f"{encoding}.shp")
        assert list(raw.rows) == called
        stations = load_facilities(tmp_path / f"{encoding}.shp").rows
        assert stations[["facility_id", "name"]].to_numpy().tolist() == [["007", "甲站"]]
        assert stations["opening_hours"].tolist() == ["24/7"]
    assert (
        "utf-8.shp: names of columns cut by the format: 站点编 -> 站点编号, 开放时 -> 开放时间"
        in (read_raw(tmp_path / "utf-8.shp").remarks)
    )


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_a_name_that_may_be_cut_in_several_ways_stays(tmp_path: Path):
    """对外开 may be 对外开放 or 对外开放时间."""
    layer = gpd.GeoDataFrame(
        {"对外开放": ["是"]}, geometry=[shapely.Point(121.4, 31.3)], crs="EPSG:4326"
    )
    layer.to_file(tmp_path / "t.shp", encoding="utf-8")
    assert list(read_raw(tmp_path / "t.shp").rows) == ["对外开"]


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_shapes_that_are_none_and_points_alone_in_a_collection(tmp_path: Path):
    shapes = [shapely.MultiPoint([(121.4, 31.3)]), None, shapely.MultiPoint([(0, 0), (1, 1)])]
    layer = gpd.GeoDataFrame({"name": ["a", "b", "c"]}, geometry=shapes, crs="EPSG:4326")
    for name in ("t.shp", "t.gpkg", "t.geojson"):
        layer.to_file(tmp_path / name)
        table = load_facilities(tmp_path / name)
        assert table.rows["name"].tolist() == ["a"]
        assert table.rows.geometry.iloc[0] == shapely.Point(121.4, 31.3)
        assert table.dropped["reason"].tolist() == ["geometry is empty", "geometry is no point"]


@pytest.mark.parametrize(
    ("encoding", "cpg", "notes"),
    [
        ("utf-8", "", 0),
        ("utf-8", "UTF-8", 0),
        ("gb18030", "", 1),
        ("gbk", "936", 0),
        ("gbk", "GBK", 0),
        ("gb2312", "OEM 936", 0),
        ("big5", "BIG5", 0),
        ("gbk", "nonsense", 1),
    ],
)
def test_texts_are_in_the_encoding_that_is_named_or_fits(
    tmp_path: Path, encoding: str, cpg: str, notes: int
):
    text = "庙行" if encoding != "big5" else "車站"
    path = written(tmp_path, encoding, cpg=cpg) if encoding != "big5" else None
    if path is None:
        path = written(tmp_path, "utf-8", cpg=cpg)
        with shapefile.Writer(str(path), encoding="big5") as writer:
            writer.field("n", "C")
            writer.point(121.4, 31.3)
            writer.record(text)
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    raw = read_raw(path)
    assert raw.rows.iloc[-1, 0] == text
    assert len(raw.notes) == len(raw.remarks) == notes


def test_values_of_a_shapefile(tmp_path: Path):
    raw = read_raw(written(tmp_path, "utf-8"))
    assert raw.rows.iloc[0].tolist() == [
        "友谊路",
        "98765432109876543210",
        "1.5",
        "2026-03-01",
        "true",
    ]
    assert raw.numbers.tolist() == [1, 2]
    assert raw.geometry is not None
    assert (raw.geometry.iloc[0].x, raw.geometry.iloc[0].y) == (121.4, 31.3)


def test_a_text_that_is_cut_within_a_character_is_told(tmp_path: Path):
    path = written(tmp_path, "utf-8")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("庙行".encode(), "庙行".encode()[:-1] + b" "))
    raw = read_raw(path)
    assert raw.rows["名称"].tolist() == ["友谊路", "庙\ufffd"]
    assert raw.notes == ["towns.shp: a text is cut within a character, as its column is too narrow"]


@pytest.mark.parametrize("missing", [".shx", ".dbf", ".prj"])
def test_a_part_that_is_missing_is_named(tmp_path: Path, missing: str):
    path = written(tmp_path, "utf-8")
    assert list_parts(path) == [path, *(path.with_suffix(end) for end in (".dbf", ".prj", ".shx"))]
    path.with_suffix(missing).unlink()
    said = fault(path)
    assert said.startswith(f"{missing} is missing, so ")
    assert said.endswith("copy all files of the shapefile (.shp, .shx, .dbf, .prj) together")


def test_names_of_the_parts_may_have_other_letters(tmp_path: Path):
    path = written(tmp_path, "utf-8")
    for ending in (".shx", ".dbf", ".prj"):
        path.with_suffix(ending).rename(tmp_path / f"TOWNS{ending.upper()}")
    assert len(read_raw(path).rows) == 2
    assert len(list_parts(path)) == 4


def test_parts_of_different_lengths_are_refused(tmp_path: Path):
    path, other = written(tmp_path, "utf-8"), written(tmp_path, "utf-8", name="other.shp")
    content = bytearray(other.with_suffix(".dbf").read_bytes())
    content[4] = 1  # one record
    path.with_suffix(".dbf").write_bytes(content)
    assert fault(path).startswith("has 2 shapes in its .shp and 1 rows in its .dbf; copy all")


def test_projected_polygons_come_as_degrees(tmp_path: Path):
    LAYER.to_crs(32651).to_file(tmp_path / "towns.shp", encoding="utf-8")
    towns = load_polygons(tmp_path / "towns.shp").rows
    assert towns["name"].tolist() == LAYER["name"].tolist()
    assert towns["code"].tolist() == ["007", "3113-01-02"]
    assert towns.geometry.iloc[0].symmetric_difference(LAYER.geometry.iloc[0]).area < 1e-9


def test_a_zip_holds_one_shapefile(tmp_path: Path):
    path = tmp_path / "towns.zip"
    write_zip(path, LAYER, folder="街镇/")
    assert load_polygons(path).rows["name"].tolist() == LAYER["name"].tolist()
    path.rename(tmp_path / "towns.shz")
    assert load_polygons(tmp_path / "towns.shz").rows["name"].tolist() == LAYER["name"].tolist()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.shp", b"")
        archive.writestr("b.shp", b"")
    assert fault(path) == "holds not one shapefile but a.shp, b.shp; zip one alone"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../a.shp", b"x")
    assert fault(path).startswith(".shx, .dbf, .prj is missing")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("towns.zip", b"x")
    assert fault(path).startswith("is a zip that holds neither a workbook nor a shapefile; unpack")


def test_geoparquet_in_any_crs(tmp_path: Path):
    path = tmp_path / "towns.parquet"
    for crs in ("EPSG:4326", "EPSG:32651", "EPSG:4549"):
        LAYER.to_crs(crs).to_parquet(path)
        towns = load_polygons(path).rows
        assert towns["code"].tolist() == ["007", "3113-01-02"]
        assert towns.geometry.iloc[0].symmetric_difference(LAYER.geometry.iloc[0]).area < 1e-9


def test_values_of_parquet(tmp_path: Path):
    table = pa.table({
        "text": ["3113-01-02", None], "int": pa.array([2**63 - 1, 7]), "float": [0.1, None],
        "whole": [1.0, None], "flag": [True, False], "date": [dt.date(2026, 3, 1), None],
        "time": pa.array([dt.datetime(2026, 3, 1, 9, 30), None], pa.timestamp("ns")),
        "decimal": [Decimal("1.50"), None], "list": [["一", "b"], None],
        "word": pa.array(["a", "b"]).dictionary_encode(),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "t.parquet")
    raw = read_raw(tmp_path / "t.parquet")
    assert raw.rows.iloc[0].to_dict() == {
        "text": "3113-01-02", "int": "9223372036854775807", "float": "0.1", "whole": "1",
        "flag": "true", "date": "2026-03-01", "time": "2026-03-01 09:30", "decimal": "1.50",
        "list": '["一", "b"]', "word": "a",
    }  # fmt: skip
    assert raw.rows.iloc[1].tolist() == ["", "7", "", "", "false", "", "", "", "", "b"]
    assert raw.geometry is None


def with_geo(folder: Path, **about: object) -> Path:
    """A GeoParquet whose metadata say something else of its geometry."""
    path = folder / "t.parquet"
    LAYER.to_parquet(path)
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"] |= about
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), path)
    return path


def test_what_metadata_of_geometry_may_say(tmp_path: Path):
    assert fault(with_geo(tmp_path, crs=None)).startswith("says that its CRS is unknown; export")
    assert fault(with_geo(tmp_path, encoding="polygon")).startswith("its geometry is in 'polygon'")
    assert fault(with_geo(tmp_path, crs="nonsense")).startswith("its CRS 'nonsense' is not known")
    assert fault(with_geo(tmp_path, crs={"id": {"authority": "EPSG", "code": 1}})).startswith(
        "its CRS 'EPSG:1' is not known"
    )
    path = tmp_path / "t.parquet"
    pd.DataFrame({"a": ["x"]}).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-8] + b"PAR1")
    assert fault(path).startswith("cannot be read as Parquet (")
    pd.DataFrame({"name": ["x"]}).to_parquet(path)
    with pytest.raises(SourceError, match=r"has no polygons, which are read from \.geojson"):
        load_polygons(path)
