"""Polygons and points in GeoJSON and GeoPackage that are not what they say."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.hostile.case import Case
from tests.hostile.city import Break, Content, content, in_file, polygons

AREA = polygons({"Area": (-0.003, -0.003, 0.023, 0.006)})
RING = AREA["features"][0]["geometry"]["coordinates"][0]  # type: ignore[index]


def geojson(geometry: Any, **more: Any) -> str:
    feature = {"type": "Feature", "properties": {"name": "Area"}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature], **more})


def polygon(ring: Any) -> str:
    return geojson({"type": "Polygon", "coordinates": [ring]})


def boundary(data: Content, *named: str, works: bool = False) -> Case:
    return Case(content("area.geojson", data), ("area.geojson", *named), works=works)


def gpkg(change: Callable[[sqlite3.Connection], object]) -> Break:
    """A boundary as a GeoPackage that something was done to."""

    def spoil(folder: Path) -> None:
        import geopandas as gpd
        import shapely

        path = folder / "area.gpkg"
        gpd.GeoDataFrame({"name": ["Area"]}, geometry=[shapely.Polygon(RING)], crs=4326).to_file(
            path, layer="area"
        )
        with sqlite3.connect(path) as database:
            change(database)
        in_file("plan.toml", '"area.geojson"', '"area.gpkg"')(folder)

    return spoil


def as_view(database: sqlite3.Connection) -> None:
    """The layer becomes a view of another table."""
    database.execute("PRAGMA writable_schema = 1")
    database.execute("CREATE VIEW seen AS SELECT fid, geom, name FROM area")
    database.execute("UPDATE gpkg_contents SET table_name = 'seen', identifier = 'seen'")
    database.execute("UPDATE gpkg_geometry_columns SET table_name = 'seen'")


def with_trigger(database: sqlite3.Connection) -> None:
    database.execute(
        "CREATE TRIGGER once AFTER UPDATE ON gpkg_contents BEGIN DELETE FROM area; END"
    )


def unknown_crs(database: sqlite3.Connection) -> None:
    database.execute("UPDATE gpkg_geometry_columns SET srs_id = 999999")
    database.execute("UPDATE gpkg_contents SET srs_id = 999999")


def broken_geometry(database: sqlite3.Connection) -> None:
    for (name,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    database.execute("UPDATE area SET geom = x'4750000300'")


CASES: dict[str, Case] = {
    "an algorithm for GDAL": boundary(
        json.dumps(
            {
                "type": "gdal_streamed_alg",
                "command_line": "gdal vector pipeline ! read /etc/passwd ! write out.json",
            }
        )
    ),
    "a file of Esri": boundary(
        '{"geometryType":"esriGeometryPolygon","spatialReference":{"wkid":4326},"features":[]}'
    ),
    "a topology": boundary('{"type":"Topology","objects":{},"arcs":[]}'),
    "a list": boundary("[]"),
    "a number": boundary("7"),
    "an object that says nothing": boundary("{}"),
    "an XML": boundary("<OGRVRTDataSource></OGRVRTDataSource>"),
    "no feature": boundary('{"type":"FeatureCollection","features":[]}'),
    "features that are no list": boundary('{"type":"FeatureCollection","features":{}}'),
    "a feature that is a number": boundary('{"type":"FeatureCollection","features":[1]}'),
    "20,000 brackets": boundary("[" * 20_000),
    "20,000 brackets in the coordinates": boundary(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
        '"geometry":{"type":"Polygon","coordinates":' + "[" * 20_000 + "]" * 20_000 + "}}]}"
    ),
    "20,000 brackets in a property": boundary(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":'
        + "[" * 20_000 + "]" * 20_000 + '},"geometry":null}]}'
    ),
    "a text of 60 MB": boundary(
        lambda: geojson({"type": "Polygon", "coordinates": [RING]}, name="x" * 60_000_000),
        works=True,
    ),
    "cut in the middle": boundary(json.dumps(AREA)[:90]),
    "bad text": boundary(json.dumps(AREA).encode().replace(b"Area", b"\xff\xfe")),
    "a coordinate NaN": boundary(polygon(RING).replace("121.397", "NaN")),
    "a coordinate 1e999": boundary(polygon(RING).replace("121.397", "1e999")),
    "a coordinate that is a text": boundary(polygon(RING).replace("121.397", '"121.397"')),
    "a coordinate null": boundary(polygon(RING).replace("121.397", "null")),
    "a latitude of 91": boundary(polygon([[x, y + 60] for x, y in RING])),
    "a ring of two places": boundary(polygon(RING[:2])),
    "an empty ring": boundary(polygon([])),
    "a ring of one place": boundary(polygon([RING[0]] * 5)),
    "a point": boundary(geojson({"type": "Point", "coordinates": RING[0]}), "Point"),
    "a line": boundary(geojson({"type": "LineString", "coordinates": RING}), "Line"),
    "no geometry": boundary(geojson(None)),
    "a geometry of no type": boundary(geojson({"coordinates": [RING]})),
    "an unknown geometry": boundary(geojson({"type": "Circle", "coordinates": RING[0]})),
    "a CRS that is a link": boundary(
        geojson(
            {"type": "Polygon", "coordinates": [RING]},
            crs={"type": "link", "properties": {"href": "http://127.0.0.1:9/", "type": "proj4"}},
        )
    ),
    "a CRS that is a file": boundary(
        geojson(
            {"type": "Polygon", "coordinates": [RING]},
            crs={"type": "name", "properties": {"name": "/etc/passwd"}},
        )
    ),
    "a CRS of no place": boundary(
        geojson(
            {"type": "Polygon", "coordinates": [RING]},
            crs={"type": "name", "properties": {"name": 'LOCAL_CS["mine"]'}},
        )
    ),
    "a GeoPackage that is a text": Case(
        lambda folder: (
            content("area.gpkg", b"SQLite format 3\0 but no more")(folder),
            in_file("plan.toml", '"area.geojson"', '"area.gpkg"')(folder),
        ),
        ("area.gpkg",),
    ),
    "a GeoPackage without tables": Case(
        gpkg(lambda database: database.execute("DROP TABLE gpkg_contents")), ("area.gpkg",)
    ),
    "a GeoPackage whose layer is a view": Case(gpkg(as_view), ("area.gpkg",)),
    "a GeoPackage with a trigger of its own": Case(gpkg(with_trigger), ("area.gpkg",), works=True),
    "a GeoPackage of an unknown CRS": Case(gpkg(unknown_crs), ("area.gpkg",)),
    "a GeoPackage with a broken geometry": Case(gpkg(broken_geometry), ("area.gpkg",)),
    "towns that share a name": Case(
        in_file("towns.geojson", "East", "West"), ("towns.geojson", "West")
    ),
    "a town without a name": Case(
        in_file("towns.geojson", '"name"', '"called"'), ("towns.geojson", "name")
    ),
    "a town called all": Case(in_file("towns.geojson", "East", "all"), ("towns.geojson", "all")),
}  # fmt: skip
