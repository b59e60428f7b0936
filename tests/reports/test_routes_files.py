"""The folder of routes: layers, GeoJSON, a GPX a route, and the file that vouches for them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pyogrio
import pytest
import shapely

from planner.errors import SourceError
from planner.reports.routes_files import write_routes
from planner.sources.hashes import hash_file
from tests import sample_routes
from tests.sample_routes import HOSTILE, SampleRoutes, proposed

GPX = "{http://www.topografix.com/GPX/1/1}"
SCHEMA = Path(__file__).with_name("gpx11.xsd")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("routes")
    write_routes(proposed(), out, provenance={"inputs": {"plan.toml": "a"}})
    return out


def hostile() -> SampleRoutes:
    """The sample with markup and control codes in every text."""
    routes = proposed("en")
    for row in routes.content["routes"]:
        row["theme"] = HOSTILE + "\x07"
    routes.content["templates"][0] |= {
        "name": HOSTILE, "text": HOSTILE, "link": 'javascript:alert("1")',
    }  # fmt: skip
    for name, columns in {"stops": ["name", "note"], "legs": ["from_name", "to_name"]}.items():
        for column in columns:
            routes.layers[name][column] = HOSTILE
    return routes


def test_the_folder_holds_the_files_and_the_last_one_vouches_for_them(folder: Path):
    written = json.loads((folder / "routes.json").read_text(encoding="utf-8"))
    names = {"routes.gpkg", "routes.geojson", "R1.gpx", "R2.gpx"}
    assert {path.name for path in folder.iterdir()} == names | {"routes.json"}
    assert written["outputs"] == {name: hash_file(folder / name) for name in names}
    assert written["run"] == {"inputs": {"plan.toml": "a"}}
    assert [route["end"] for route in written["routes"]] == ["11:30", "10:56"]
    assert [row["reason"] for row in written["left_out"]] == [
        "closed then", "group too large", "not chosen",
    ]  # fmt: skip


def test_the_same_routes_give_the_same_bytes_and_fewer_routes_leave_no_file_behind(
    folder, tmp_path
):
    write_routes(proposed(), tmp_path, provenance={"inputs": {"plan.toml": "a"}})
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
    fewer = proposed()
    fewer.content["routes"] = fewer.content["routes"][:1]
    write_routes(fewer, tmp_path)
    assert not (tmp_path / "R2.gpx").exists()


def test_the_layers_have_the_rows_with_the_notice(folder: Path):
    known = dict(pyogrio.list_layers(folder / "routes.gpkg"))
    assert known == {"routes": "MultiLineString", "stops": "Point", "legs": "LineString",
                     "sites": "Point", "on_the_way": "Point"}  # fmt: skip
    for name, count in {"routes": 2, "stops": 5, "legs": 4, "sites": 8, "on_the_way": 3}.items():
        layer = pyogrio.read_dataframe(folder / "routes.gpkg", layer=name)
        assert len(layer) == count
        assert set(layer["notice"]) == {"演示数据，非真实"}
        assert layer.crs.to_epsg() == 4326


def test_a_route_of_one_site_without_a_way_is_written(tmp_path: Path):
    routes = proposed()
    layers, content = routes.layers, routes.content
    content["routes"] = [content["routes"][0] | {"stops": content["routes"][0]["stops"][:1]}]
    layers["legs"] = layers["legs"].iloc[:0]
    layers["stops"] = layers["stops"].iloc[:1]
    layers["routes"] = gpd.GeoDataFrame(
        layers["routes"].iloc[:1].drop(columns="geometry"), geometry=[shapely.MultiLineString()],
        crs="EPSG:4326",
    )  # fmt: skip
    layers["on_the_way"] = layers["on_the_way"].iloc[:0]
    write_routes(routes, tmp_path)
    assert len(pyogrio.read_dataframe(tmp_path / "R1.gpx", layer="waypoints")) == 1
    assert len(pyogrio.read_dataframe(tmp_path / "routes.gpkg", layer="legs")) == 0
    valid(tmp_path / "R1.gpx")


def test_the_geojson_has_each_route_and_then_its_stops(folder: Path):
    content = json.loads((folder / "routes.geojson").read_text(encoding="utf-8"))
    order = [(one["properties"]["what"], one["properties"]["route_id"])
             for one in content["features"]]  # fmt: skip
    assert order == [("route", "R1"), *[("stop", "R1")] * 3, ("route", "R2"), *[("stop", "R2")] * 2]
    assert content["features"][1]["geometry"]["coordinates"] == [121.44, 31.33]
    assert len(pyogrio.read_dataframe(folder / "routes.geojson")) == 7


def test_gdal_reads_stops_as_waypoints_and_the_way_as_a_track(folder: Path):
    stops = pyogrio.read_dataframe(folder / "R1.gpx", layer="waypoints")
    assert stops["name"].tolist() == ["1 解放纪念馆", "2 老码头旧址", "3 烈士陵园"]
    places = [(point.x, point.y) for point in stops.geometry]
    assert places == [(121.44, 31.33), (121.446, 31.33), (121.446, 31.337)]
    assert "10:08" not in stops["desc"][1]  # when it opens; the group is told when it comes
    assert "09:48 到达，10:38 离开，停留 30 分钟" in stops["desc"][1]
    assert "等候 20 分钟" in stops["desc"][1]
    assert stops["link1_href"].dropna().to_dict() == {0: "https://example.org/oath"}
    track = pyogrio.read_dataframe(folder / "R1.gpx", layer="tracks")
    assert track["number"].tolist() == [1]
    meant = sample_routes.layers()["legs"].geometry.iloc[:3]
    assert track.geometry[0].equals(shapely.MultiLineString(meant.tolist()))


def valid(path: Path) -> None:
    """Hold a file against the schema of GPX 1.1."""
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    schema.assertValid(etree.parse(str(path)))


def test_every_gpx_is_valid(folder: Path, tmp_path: Path):
    write_routes(hostile(), tmp_path)
    for path in (*folder.glob("*.gpx"), *tmp_path.glob("*.gpx")):
        valid(path)


def test_the_schema_refuses_what_gpx_refuses(folder: Path, tmp_path: Path):
    text = (folder / "R1.gpx").read_text(encoding="utf-8")
    spoilt = tmp_path / "spoilt.gpx"
    etree = pytest.importorskip("lxml.etree")
    for before, after in (('lat="31.', 'lat="131.'), ("<type>stop</type></wpt>", "<desc/></wpt>")):
        spoilt.write_text(text.replace(before, after), encoding="utf-8")
        with pytest.raises(etree.DocumentInvalid):
            valid(spoilt)


def test_names_are_text_and_a_link_is_one_of_the_web(tmp_path: Path):
    write_routes(hostile(), tmp_path)
    root = ElementTree.parse(tmp_path / "R1.gpx").getroot()
    names = [node.text for node in root.iter(f"{GPX}name")]
    assert f"1 {HOSTILE}" in names
    assert f"Route 1 · {HOSTILE}" in names
    assert not list(root.iter(f"{GPX}img"))
    assert not list(root.iter(f"{GPX}link"))
    told = root.find(f"{GPX}metadata/{GPX}desc").text
    assert told.endswith("Demo data, not real · Streets © OpenStreetMap contributors (ODbL)")
    assert root.find(f"{GPX}metadata/{GPX}copyright").attrib["author"] == (
        "OpenStreetMap contributors"
    )


def test_a_folder_of_a_run_is_refused(tmp_path: Path):
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SourceError, match="holds a run, whose map would be overwritten"):
        write_routes(proposed(), tmp_path)
