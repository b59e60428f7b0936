"""GeoPackages are read as plain tables: nothing in them runs, every value stays as it is."""

import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import MultiPolygon, Point, box

from planner.errors import SourceError
from planner.sources._read_table import read_raw
from planner.sources.polygon_table import load_polygons
from planner.sources.tables import load_facilities

Change = Callable[[sqlite3.Connection], object]


def written(folder: Path, change: Change | str = "SELECT 1", **columns: list) -> Path:
    """Two stations, then changed by a statement or more; no trigger is in the way."""
    path = folder / "t.gpkg"
    table = {"facility_id": ["a", "b"], "name": ["x", "y"]} | columns
    gpd.GeoDataFrame(table, geometry=[Point(121.4, 31.3), Point(121.5, 31.4)], crs=4326).to_file(
        path, layer="s"
    )
    base = sqlite3.connect(path)
    for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f"DROP TRIGGER {name}")
    if callable(change):
        change(base)
    else:
        base.executescript(change)
    base.commit()
    base.close()
    return path


def fault(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        load_facilities(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


def test_values_stay_as_they_are(tmp_path: Path):
    path = written(
        tmp_path,
        big=[310113007001234577, 3],
        half=[7.0, None],
        small=[0.1, 1e19],
        flag=[True, False],
        date=["3113-01-02", "2026-01-02T10:00:00"],
    )
    rows = read_raw(path).rows
    assert rows["big"].tolist() == ["310113007001234577", "3"]
    assert rows["half"].tolist() == ["7", ""]
    assert rows["small"].tolist() == ["0.1", "1e+19"]
    assert rows["flag"].tolist() == ["true", "false"]
    assert rows["date"].tolist() == ["3113-01-02", "2026-01-02T10:00:00"]
    assert "fid" not in rows


def test_a_whole_number_beside_a_null_keeps_its_digits(tmp_path: Path):
    """GDAL's reader made it a floating one: ...577 became ...600."""
    path = written(
        tmp_path, "UPDATE s SET big = NULL WHERE name = 'y'", big=[310113007001234577, 3]
    )
    assert read_raw(path).rows["big"].tolist() == ["310113007001234577", ""]


VIEW = """
    ALTER TABLE s RENAME TO kept;
    CREATE VIEW s AS SELECT fid, geom, (SELECT group_concat(name) FROM sqlite_master) facility_id,
    'x' AS name FROM kept;
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (VIEW, "'s' is a view, not a plain table; export it again as a layer of its own"),
        (
            "ALTER TABLE gpkg_contents RENAME TO c; CREATE VIEW gpkg_contents AS SELECT * FROM c",
            "'gpkg_contents' is a view, not a plain table; export it again",
        ),
        (
            "DROP TABLE s; CREATE VIRTUAL TABLE s USING fts5(facility_id, name, geom)",
            "'s' is a virtual table, not a plain table; export it again",
        ),
        ("DROP TABLE s", "the layer 's' is not in it; export it again"),
        ("DROP TABLE gpkg_contents", "is an SQLite file but no GeoPackage; export it again as one"),
        ("UPDATE gpkg_geometry_columns SET srs_id = -1", "has no CRS; set the one it was made in"),
        ("UPDATE gpkg_geometry_columns SET srs_id = 77", "has no CRS; set the one it was made in"),
        (
            "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 999999",
            "its CRS 'EPSG:999999' is not known; export it again in EPSG:4326",
        ),
        (
            "UPDATE gpkg_spatial_ref_sys SET organization = 'NONE', "
            'definition = \'LOCAL_CS["site",UNIT["metre",1]]\'',
            'its CRS \'LOCAL_CS["site",UNIT["metre",1]]\' says nothing of places on Earth; export',
        ),
        (
            "UPDATE gpkg_spatial_ref_sys SET organization = 'NONE', definition = "
            '\'FITTED_CS["x",PARAM_MT["y",PARAMETERFILE["z","/dev/zero"]]]\'',
            "its CRS 'FITTED_CS[",
        ),
        ("UPDATE s SET name = CAST(X'41ff' AS TEXT)", "cannot be read (Could not decode to UTF-8"),
        ("UPDATE s SET name = CAST(X'410042' AS TEXT)", "row 1: 'name' holds 'A\\x00B', which is"),
        ("UPDATE s SET name = zeroblob(50000000)", "cannot be read (string or blob too big); exp"),
    ],
)
def test_what_is_no_plain_layer_is_refused(tmp_path: Path, change: str, message: str):
    assert fault(written(tmp_path, change)).startswith(message)


def test_triggers_and_columns_that_compute_never_run(tmp_path: Path):
    path = written(
        tmp_path,
        "ALTER TABLE s ADD COLUMN made GENERATED ALWAYS AS (hex(zeroblob(10000000))); "
        "CREATE TRIGGER t AFTER INSERT ON s BEGIN SELECT load_extension('x'); END",
    )
    assert read_raw(path).rows.columns.tolist() == ["facility_id", "name"]


def test_a_file_that_is_being_edited_is_not_read_without_the_edits(tmp_path: Path):
    path = written(tmp_path)
    (tmp_path / "t.gpkg-wal").write_bytes(b"edits")
    assert fault(path) == "is being edited, t.gpkg-wal lies beside it; close it there first"


def blob(*parts: bytes) -> bytes:
    return b"GP\0\1" + struct.pack("<i", 4326) + b"".join(parts)


def nested(kind: int, depth: int = 200_000) -> bytes:
    """A collection in a collection in a collection ...: GEOS dies of it."""
    inner = struct.pack("<BIdd", 1, 1, 121.4, 31.3)
    return blob(struct.pack("<BII", 1, kind, 1) * depth, inner)


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (nested(7), "geometry is a GeometryCollection"),
        (nested(4), "geometry cannot be read"),
        (nested(6), "geometry cannot be read"),
        (blob(struct.pack("<BII", 1, 2, 2**32 - 1)), "geometry cannot be read"),
        (blob(struct.pack("<BIII", 1, 3, 1, 2**32 - 1)), "geometry cannot be read"),
        (blob(struct.pack("<BIdd", 1, 1, float("inf"), 31.3)), "coordinates are no numbers"),
        (blob(struct.pack("<BIdd", 1, 1, float("nan"), float("nan"))), "geometry is empty"),
        (blob(struct.pack("<BII", 1, 8, 0)), "geometry cannot be read"),  # a circular string
        (blob(), "geometry cannot be read"),
        (b"GP", "geometry cannot be read"),
        (b"", "geometry cannot be read"),
        ("text", "geometry cannot be read"),
        (None, "geometry is empty"),
    ],
)
def test_a_place_that_is_none_is_dropped_and_listed(tmp_path: Path, geometry, reason: str):
    path = written(
        tmp_path, lambda base: base.execute("UPDATE s SET geom = ? WHERE name = 'y'", (geometry,))
    )
    table = load_facilities(path)
    assert table.rows["facility_id"].tolist() == ["a"]
    assert table.dropped[["row", "reason"]].to_numpy().tolist() == [[2, reason]]


def test_shapes_of_every_order_and_height(tmp_path: Path):
    def change(base: sqlite3.Connection) -> None:
        shapes = (
            blob(struct.pack(">BIdd", 0, 1, 121.0, 31.0)),  # the other order of bytes
            b"GP\0\3" + struct.pack("<i4d", 4326, 0, 0, 0, 0)  # bounds in the header, a height
            + struct.pack("<BI3d", 1, 1001, 122.0, 32.0, 8.5),
        )  # fmt: skip
        for name, shape in zip("xy", shapes, strict=True):
            base.execute("UPDATE s SET geom = ? WHERE name = ?", (shape, name))

    points = load_facilities(written(tmp_path, change)).rows.geometry
    assert [(p.x, p.y, p.has_z) for p in points] == [(121, 31, False), (122, 32, False)]


def test_polygons_with_holes_and_parts(tmp_path: Path):
    shape = MultiPolygon([box(0, 0, 4, 4).difference(box(1, 1, 2, 2)), box(5, 5, 6, 6)])
    path = tmp_path / "p.gpkg"
    gpd.GeoDataFrame({"name": ["p"]}, geometry=[shape], crs=4326).to_file(path)
    assert load_polygons(path).rows.geometry.iloc[0].area == 16  # 16 - 1 + 1


def test_of_several_layers_one_is_named_behind_the_file(tmp_path: Path):
    path = tmp_path / "city.gpkg"
    for name, at in (("道路#1", 1.0), ("stations", 2.0)):
        layer = gpd.GeoDataFrame({"facility_id": ["a"]}, geometry=[Point(at, at)], crs=4326)
        layer.to_file(path, layer=name)
    for name, at in (("道路#1", 1.0), ("stations", 2.0)):
        table = read_raw(tmp_path / f"city.gpkg#{name}")
        assert table.geometry.iloc[0].equals(Point(at, at))
    with pytest.raises(
        SourceError, match=r"city.gpkg#no: has no layer 'no' with .*; it has stations, 道路#1"
    ):
        read_raw(tmp_path / "city.gpkg#no")
