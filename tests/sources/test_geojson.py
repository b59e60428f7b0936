"""GeoJSON is read as it is written, and nothing else is taken for GeoJSON."""

import json
import re
from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.sources import _read_geojson
from planner.sources._read_table import read_raw
from planner.sources.polygon_table import load_polygons
from planner.sources.tables import load_facilities

POINT = '{"type": "Point", "coordinates": [121.4, 31.3]}'


def feature(properties: str, geometry: str = POINT, more: str = "") -> str:
    return f'{{"type": "Feature", {more}"properties": {properties}, "geometry": {geometry}}}'


def collection(*features: str, more: str = "") -> str:
    return f'{{"type": "FeatureCollection", {more}"features": [{", ".join(features)}]}}'


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "t.geojson"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def fault(folder: Path, text: str | bytes) -> str:
    path = written(folder, text)
    with pytest.raises(SourceError) as caught:
        read_raw(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('"3113-01-02"', "3113-01-02"),  # was a time
        ('"2026/01/02 10:00:00"', "2026/01/02 10:00:00"),
        ('"12:30:00"', "12:30:00"),
        ("310113007001234577", "310113007001234577"),  # was ...600 beside a null
        ("98765432109876543210", "98765432109876543210"),  # was a traceback
        ("1e19", "1e19"),
        ("1.0", "1.0"),
        ("1", "1"),
        ('"007"', "007"),
        ("-5", "-5"),
        ("true", "true"),
        ("null", ""),
        ('{"b": [1.50, "x", null, false], "c": 12345678901234567890}',
         '{"b": [1.50, "x", null, false], "c": 12345678901234567890}'),
    ],
)  # fmt: skip
def test_a_value_stays_as_it_is_written(tmp_path: Path, value: str, text: str):
    path = written(tmp_path, collection(feature(f'{{"a": {value}}}'), feature('{"a": null}')))
    assert read_raw(path).rows["a"].tolist() == [text, ""]


def test_columns_are_those_of_all_features_in_their_order(tmp_path: Path):
    path = written(tmp_path, collection(feature('{"b": 1}'), feature("null"), feature('{"a": 2}')))
    raw = read_raw(path)
    assert raw.rows.to_dict("list") == {"b": ["1", "", ""], "a": ["", "", "2"]}
    assert raw.numbers.tolist() == [1, 2, 3]


def test_ids_beside_the_properties_are_a_column_if_they_are_texts(tmp_path: Path):
    texts = collection(feature("{}", more='"id": "x-1", '), feature("{}", more='"id": 2, '))
    assert read_raw(written(tmp_path, texts)).rows["id"].tolist() == ["x-1", "2"]
    numbers = collection(feature('{"a": 1}', more='"id": 7, '))
    assert list(read_raw(written(tmp_path, numbers)).rows) == ["a"]


def test_one_feature_or_one_geometry_is_a_layer_too(tmp_path: Path):
    triangle = '{"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [0, 2], [0, 0]]]}'
    for text in (feature("{}", triangle), triangle, "\ufeff" + collection(feature("{}", triangle))):
        assert load_polygons(written(tmp_path, text), name=None).rows.geometry.iloc[0].area == 4


SECRET = (
    '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read other.geojson"}'
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SECRET, "is no GeoJSON inside, its type is 'gdal_streamed_alg'; export it again"),
        (
            '{"type": "Topology", "objects": {}, "arcs": []}',
            "is no GeoJSON inside, its type is 'To",
        ),
        ('{"stac_version": "1.0.0"}', "is no GeoJSON inside, it has no type; export it again"),
        (
            '{"geometryType": "esriGeometryPoint", "features": [{"attributes": {"a": 1}}]}',
            "row 1: is no feature of GeoJSON; export it again as GeoJSON",
        ),
        ('{"type": "FeatureCollection"}', "has no list of features; export it again as GeoJSON"),
        ('{"type": "FeatureCollection", "features": {}}', "has no list of features; export"),
        ('["a"]', "is no geojson file inside; export it again as GeoJSON"),
        ("<OGRVRTDataSource/>", "is no geojson file inside; export it again as GeoJSON"),
        (
            feature("{}") + "\n" + feature("{}"),
            "cannot be read (line 2: more follows after the end",
        ),
        (
            collection(feature('{"a": 1, "a": 2}')),
            "cannot be read (line 1: the key 'a' stands twic",
        ),
        (collection(more='"crs": 1, "crs": 2, '), "the key 'crs' stands twice; keep one"),
        (collection(feature('{"a": NaN}')), "cannot be read (line 1: NaN is no number of JSON; wr"),
        (collection(feature('{"a": -Infinity}')), "cannot be read (line 1: -Infinity is no number"),
        (collection(feature('{"a": "\\ud800"}')), "row 1: 'a' holds '\\ud800', which is no text; "),
        (collection(feature('{"a": "b\\u0000"}')), "row 1: 'a' holds 'b\\x00', which is no text;"),
        (collection(feature('{"\\u0000": 1}')), "a heading holds '\\x00', which is no text; write"),
        (collection("5"), "row 1: is no feature of GeoJSON; export it again as GeoJSON"),
        (collection(feature("[]")), "row 1: its properties are none; export it again as GeoJSON"),
        ('{"type": ' + "[" * 20_000, "cannot be read (line 1: brackets are nested too deeply)"),
        (
            collection(feature('{"a": ' + "[" * 20_000 + "]" * 20_000 + "}")),
            "cannot be read (line 1: brackets are nested too deeply); export it again as GeoJSON",
        ),
        (
            collection(feature('{"a": ' + "[" * 900 + "]" * 900 + "}")),
            "row 1: nested too deeply; export it again as GeoJSON",
        ),
        (b'{"type": "\xff"}', "is not UTF-8; save it as UTF-8"),
        (collection(feature("{}"))[:-30], "cannot be read (line 1: Unterminated string"),
        ('{"type"\n: "FeatureCollection"\n"features": []}', "cannot be read (line 3: a comma or }"),
        ("{5: 1}", "cannot be read (line 1: a key and a colon are expected); export it again"),
    ],
)
def test_what_is_no_geojson_is_told_in_one_line(tmp_path: Path, text: str | bytes, message: str):
    assert fault(tmp_path, text).startswith(message)


def test_a_program_of_gdal_reads_no_other_file(tmp_path: Path):
    written(tmp_path, collection(feature('{"facility_id": "secret", "name": "x"}'))).rename(
        tmp_path / "other.geojson"
    )
    steps = {
        "type": "gdal_streamed_alg",
        "command_line": f"gdal vector pipeline ! read {tmp_path / 'other.geojson'}",
    }
    assert fault(tmp_path, json.dumps(steps)).startswith("is no GeoJSON inside, its type is")


def crs(name: str) -> str:
    return f'"crs": {{"type": "name", "properties": {{"name": "{name}"}}}}, '


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", (121.4, 31.3)),
        ("urn:ogc:def:crs:EPSG::4326", (121.4, 31.3)),
        ("EPSG:4490", (121.4, 31.3)),
        ("EPSG:3857", (0.0010906, 0.0002812)),  # 121.4 m and 31.3 m from 0, 0: / 111,319.49
    ],
)
def test_the_crs_of_a_file_is_the_one_it_names(tmp_path: Path, name: str, place):
    text = collection(feature("{}"), more=crs(name))
    point = read_raw(written(tmp_path, text)).geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx(place, abs=1e-6)


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ('"crs": null, ', "says that its CRS is unknown; export it again in EPSG:4326"),
        ('"crs": {"type": "link", "properties": {"href": "/etc/passwd"}}, ', "its CRS {'type': 'l"),
        ('"crs": 4326, ', "its CRS '4326' does not name a CRS; export it again in EPSG:4326"),
        (crs("EPSG:999999"), "its CRS 'EPSG:999999' is not known; export it again in EPSG:4326"),
        (crs("urn:ogc:def:crs:OGC::XX"), "its CRS 'OGC:XX' is not known; export it again"),
        (crs("/etc/passwd"), "its CRS '/etc/passwd' is not known; export it again in EPSG:4326"),
        (crs("+proj=longlat +nadgrids=x"), "its CRS '+proj=longlat +nadgrids=x' is not known;"),
        (crs("LOCAL_CS[]"), "its CRS 'LOCAL_CS[]' is not known; export it again in EPSG:4326"),
        (crs("EPSG:5773"), "its CRS 'EPSG:5773' says nothing of places on Earth; export it again"),
        (crs("EPSG:4978"), "its CRS 'EPSG:4978' says nothing of places on Earth; export it again"),
    ],
)
def test_a_crs_that_is_not_known_is_not_taken_for_wgs84(tmp_path: Path, member: str, message: str):
    assert fault(tmp_path, collection(feature("{}"), more=member)).startswith(message)


@pytest.mark.parametrize(
    ("coordinates", "reason"),
    [
        ('["121.4", "31.3"]', "geometry cannot be read"),
        ("[null, 31]", "geometry cannot be read"),
        ("[true, 31]", "geometry cannot be read"),
        ("[121]", "geometry cannot be read"),
        ("[[121, 31]]", "geometry cannot be read"),
        ("null", "geometry cannot be read"),
        ("[1e400, 31]", "coordinates are no numbers"),
        ("[]", "geometry is empty"),
    ],
)
def test_a_point_without_a_place_is_dropped_and_listed(
    tmp_path: Path, coordinates: str, reason: str
):
    bad = feature(
        '{"facility_id": "b", "name": "b"}', f'{{"type": "Point", "coordinates": {coordinates}}}'
    )
    good = feature('{"facility_id": "a", "name": "a"}', POINT.replace("31.3", "31.3, 8.5"))
    table = load_facilities(written(tmp_path, collection(good, bad)))
    assert table.rows["facility_id"].tolist() == ["a"]
    assert table.dropped[["row", "reason"]].to_numpy().tolist() == [[2, reason]]


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}', "geometry cannot be read; give"),
        (
            '{"type": "Polygon", "coordinates": [[[0, 0], [1e999, 0], [1, 1]]]}',
            "coordinates are no",
        ),
        (
            '{"type": "GeometryCollection", "geometries": []}',
            "geometry is a GeometryCollection; giv",
        ),
        ('{"type": "Circle", "coordinates": [0, 0]}', "geometry cannot be read; give a polygon"),
    ],
)
def test_a_polygon_that_is_none_stops_the_run(tmp_path: Path, geometry: str, message: str):
    path = written(tmp_path, collection(feature("{}", geometry)))
    with pytest.raises(SourceError, match=f"row 1: {message}"):
        load_polygons(path, name=None)


def test_a_message_tells_the_fault_of_the_row_it_names(tmp_path: Path):
    corners = "[[[0, 0], [1, 0], [1, 1], [0, 0]]]"
    shapes = [f'{{"type": "Polygon", "coordinates": {corners}}}',
              f'{{"type": "Polygon", "coordinates": {corners.replace("1, 0", "1e999, 0")}}}',
              '{"type": "Circle", "coordinates": [0, 0]}']  # fmt: skip
    path = written(tmp_path, collection(*(feature("{}", shape) for shape in shapes)))
    message = "row 2: coordinates are no numbers; give a polygon | row 3: geometry cannot be read"
    with pytest.raises(SourceError, match=re.escape(message)):
        load_polygons(path, name=None)


def test_a_file_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whatever the parts, the features are the same; a number cut in two is one number."""
    text = collection(*(feature(f'{{"a": {number}, "b": "友谊"}}') for number in range(98, 105)))
    path = written(tmp_path, text)
    for size in (1, 2, 7, 64):
        monkeypatch.setattr(_read_geojson, "_CHUNK", size)
        rows = read_raw(path).rows
        assert rows["a"].tolist() == [str(number) for number in range(98, 105)]
        assert set(rows["b"]) == {"友谊"}
    monkeypatch.setattr(_read_geojson, "MAX_FEATURE", 100)
    long = collection(feature('{"a": "' + "x" * 300 + '"}'))
    assert "a feature is longer than the 100 characters that are read" in fault(tmp_path, long)
