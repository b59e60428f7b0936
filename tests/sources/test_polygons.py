"""Polygons: towns and boundaries."""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from planner.errors import SourceError
from planner.sources.polygon_table import load_polygons

BOWTIE = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def written(folder: Path, names: list[str | None], shapes: list, **columns: list) -> Path:
    path = folder / "towns.geojson"
    gpd.GeoDataFrame({"name": names} | columns, geometry=shapes, crs=4326).to_file(path)
    return path


def test_towns_are_read_with_name_and_tier(tmp_path: Path):
    path = written(
        tmp_path, ["北镇", "南镇"], [box(0, 0, 1, 1), box(1, 0, 2, 1)], tier=["rural", None]
    )
    table = load_polygons(path)
    assert table.rows["name"].tolist() == ["北镇", "南镇"]
    assert table.rows["tier"].tolist() == ["rural", ""]
    assert table.rows["row"].tolist() == [1, 2]
    assert table.rows.crs.to_epsg() == 4326
    assert table.dropped.empty
    assert table.notes == []


def test_another_column_may_hold_the_names(tmp_path: Path):
    path = written(tmp_path, ["a", "a"], [box(0, 0, 1, 1)] * 2, code=[310, 311])
    assert load_polygons(path, name="code").rows["name"].tolist() == ["310", "311"]
    assert len(load_polygons(path, name=None).rows) == 2


def test_a_crossing_outline_is_repaired_with_a_note(tmp_path: Path):
    table = load_polygons(written(tmp_path, ["a"], [BOWTIE]))
    assert table.rows.geometry.iloc[0].is_valid
    # two triangles with base 1 and height 1/2
    assert table.rows.geometry.iloc[0].area == pytest.approx(0.5)
    assert table.notes[0].startswith("towns.geojson: row 1: invalid polygon repaired (Self-inter")


FAULTS = [
    (["a", None], [box(0, 0, 1, 1)] * 2, "row 2: name is empty; give each row its own"),
    (["a", "a"], [box(0, 0, 1, 1)] * 2, "row 2: name 'a' already stands in row 1"),
    (["all"], [box(0, 0, 1, 1)], "row 1: the name 'all' is reserved for the whole; rename it"),
    (["a"], [Point(0, 0)], "row 1: geometry is a Point; give a polygon"),
    (["a"], [LineString([(0, 0), (1, 1)])], "row 1: geometry is a LineString; give a polygon"),
    (["a", "b"], [box(0, 0, 1, 1), None], "row 2: geometry is empty; draw its polygon"),
    (["a"], [Polygon([(0, 0), (1, 1), (2, 2)])], "row 1: invalid polygon .*; draw it again"),
    (["a"], [box(0, 0, 1000, 1)], "row 1: coordinates are no degrees; give the file its CRS"),
]


@pytest.mark.parametrize(("names", "shapes", "message"), FAULTS)
def test_a_fault_of_a_polygon_stops_the_run(tmp_path: Path, names, shapes, message):
    with pytest.raises(SourceError, match=message):
        load_polygons(written(tmp_path, names, shapes))


def test_all_polygons_that_cannot_be_used_are_told(tmp_path: Path):
    shapes = [Point(0, 0), box(0, 0, 1, 1), None, Point(1, 1)]
    with pytest.raises(SourceError) as caught:
        load_polygons(written(tmp_path, ["a", "all", "c", "d"], shapes))
    told = [(one.row, one.what, one.remedy) for one in caught.value.doubts]
    assert told == [
        (2, "the name 'all' is reserved for the whole", "rename it"),
        (1, "geometry is a Point", "give a polygon"),
        (3, "geometry is empty", "draw its polygon"),
        (4, "geometry is a Point", "give a polygon"),
    ]


def test_other_files_are_no_polygons(tmp_path: Path):
    path = tmp_path / "towns.csv"
    path.write_text("name\na\n", encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"has no polygons, which are read from \.geojson, \.gpkg"
    ):
        load_polygons(path)
    with pytest.raises(SourceError, match="no column 'title'; it has name"):
        load_polygons(written(tmp_path, ["a"], [box(0, 0, 1, 1)]), name="title")


def test_the_real_towns_and_district_of_baoshan(shared_data: Path):
    towns = load_polygons(shared_data / "baoshan" / "towns.geojson").rows
    assert len(towns) == 12
    path = shared_data / "baoshan" / "district_gcj02.geojson"
    land = towns.union_all()
    raw = load_polygons(path, name=None).rows.union_all()
    converted = load_polygons(path, name=None, crs="GCJ-02").rows.union_all()
    assert converted.intersection(land).area > raw.intersection(land).area
