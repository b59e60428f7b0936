"""What is made of the files that a new plan starts from."""

import json
from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.sources.plan_start import GivenFiles, load_start
from planner.sources.template_text import PeopleStart, build_template
from tests.cities.estates_drawing import STREET, Estates
from tests.cities.small_city import extract

#: A square round the small extract.
CORNERS = [[26.9, 60.5], [27.0, 60.5], [27.0, 60.6], [26.9, 60.6], [26.9, 60.5]]


def write_polygons(path: Path, **properties: object) -> Path:
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [CORNERS]},
    }
    collection = {"type": "FeatureCollection", "features": [feature]}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def start_of(folder: Path, **given: Path) -> PeopleStart | None:
    return load_start(folder, GivenFiles(Path(extract("test")), **given)).people


def test_a_raster_is_known_by_its_ending(tmp_path: Path):
    raster = tmp_path / "pop.TIF"
    raster.write_bytes(b"not looked into yet")
    assert start_of(tmp_path, people=raster) == PeopleStart(("residential",), "raster", "pop.TIF")


def test_polygons_are_known_by_their_shapes_and_kinds_by_headings(tmp_path: Path):
    layer = write_polygons(tmp_path / "a.geojson", name="C", 从业人数=5)
    found = start_of(tmp_path, people=layer)
    assert found == PeopleStart(("industrial",), "polygons", "a.geojson", "从业人数")


def test_totals_of_towns_make_a_demand_of_each_kind_that_has_zones(tmp_path: Path):
    towns = write_polygons(tmp_path / "towns.geojson", name="West")
    totals = tmp_path / "totals.csv"
    totals.write_text("街镇,类型,人口\nWest,居民,10\nWest,commercial,5\n", encoding="utf-8")
    found = start_of(tmp_path, people=totals, towns=towns)
    assert found == PeopleStart(("residential", "commercial"), "town_totals", "totals.csv")
    start = load_start(tmp_path, GivenFiles(Path(extract("test")), people=totals, towns=towns))
    text = build_template(start)
    assert text.count('town_totals = "totals.csv"\n') == 2
    # Workers are of the zones still, by an assumed density.
    assert [line for line in text.splitlines() if line.startswith("kind = ")] == [
        'kind = "residential"', 'kind = "commercial"', 'kind = "industrial"',
    ]  # fmt: skip


def test_totals_of_a_kind_without_zones_are_refused(tmp_path: Path):
    """No zones at all in the extract of a street alone."""
    towns = write_polygons(tmp_path / "towns.geojson", name="West")
    street = Estates({1: (0, 0), 2: (100, 0)}, {1: ([1, 2], STREET)})
    (tmp_path / "street.osm").write_text(street.xml(), encoding="utf-8")
    totals = tmp_path / "totals.csv"
    totals.write_text("街镇,常住人口,从业人数\nWest,10,5\n", encoding="utf-8")
    given = GivenFiles(tmp_path / "street.osm", people=totals, towns=towns)
    with pytest.raises(SourceError, match="no zones for people of kind industrial, residential; "):
        load_start(tmp_path, given)


def test_a_heading_cannot_break_out_of_its_comment(tmp_path: Path):
    table = tmp_path / "a.csv"
    table.write_text('name,lon,lat,"x\n[network]\u0085y"\nA,26.95,60.53,1\n', encoding="utf-8")
    start = load_start(tmp_path, GivenFiles(Path(extract("test")), facilities=table))
    lines = build_template(start).splitlines()
    assert sum(line.strip("# ") == "[network]" for line in lines) == 1
