"""The tables of routes: what is read, what is dropped, what stops the run."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner.errors import PlanError, SourceError
from planner.plan import Plan
from planner.sources.route_tables import (
    list_themes,
    load_route_sites,
    load_route_templates,
    split_themes,
)
from tests.cities.small_plan import inputs_of, lonlat

PEOPLE = '[[demand]]\nkind = "residential"\ntable = "people.csv"\npeople = "people"\n'


def written(folder: Path, *lines: str, name: str = "sites.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_sites_are_read_as_they_stand(tmp_path: Path):
    path = written(
        tmp_path,
        "site_id,name,lon,lat,theme,dwell_minutes,opening_hours,group_capacity,value,volunteers,note",
        "L1,Hall,121.4,31.3,red | green,30,Mo-Fr 09:00-17:00,50,3,1.2,upstairs",
        "L2,,121.5,31.4,red,0,,,,,",
    )
    rows = load_route_sites(path).rows
    assert rows["site_id"].tolist() == ["L1", "L2"]
    assert rows["name"].tolist() == ["Hall", "L2"]
    assert rows["theme"].tolist() == ["red | green", "red"]
    assert rows["dwell_minutes"].tolist() == [30, 0]
    assert rows["opening_hours"].tolist() == ["Mo-Fr 09:00-17:00", ""]
    assert rows["group_capacity"].tolist() == pytest.approx([50, np.nan], nan_ok=True)
    assert rows["value"].tolist() == [3, 1]
    assert rows["volunteers"].tolist() == [2, 1]  # a part of a person is a person
    assert rows["template"].tolist() == ["", ""]
    assert rows["note"].tolist() == ["upstairs", ""]


def test_chinese_headings_and_words_are_understood(tmp_path: Path):
    path = written(
        tmp_path,
        "名称,经度,纬度,主题,停留时间,开放时间,志愿者",
        "甲,121.4,31.4,红色｜低碳、红色,30分钟,周一至周五 9:00-17:00,2人",
    )
    rows = load_route_sites(path).rows
    row = rows.iloc[0]
    assert (row["site_id"], row["theme"], row["dwell_minutes"]) == ("甲", "红色 | 低碳", 30)
    assert (row["opening_hours"], row["volunteers"]) == ("Mo-Fr 09:00-17:00", 2)


def test_coordinates_of_another_datum_are_converted(tmp_path: Path):
    lines = ("site_id,name,lon,lat,theme,dwell_minutes", "L1,Hall,121.4,31.3,red,30")
    plain = load_route_sites(written(tmp_path, *lines)).rows.geometry.iloc[0]
    moved = load_route_sites(written(tmp_path, *lines), crs="GCJ-02").rows.geometry.iloc[0]
    # GCJ-02 lies some 500 m to the east there: about 0.005 degrees.
    assert 0.003 < plain.x - moved.x < 0.007


def test_rows_that_are_no_sites_are_listed(tmp_path: Path):
    path = written(
        tmp_path,
        "site_id,name,lon,lat,theme,dwell_minutes",
        "L1,a,121.4,31.3,red,30",
        "L2,b,121.4,31.3,,30",
        "L3,c,121.4,31.3,red,",
        "L4,d,121.4,31.3,red,long",
        "L5,e,here,31.3,red,30",
    )
    table = load_route_sites(path)
    assert table.rows["site_id"].tolist() == ["L1"]
    listed = dict(zip(table.dropped["row"], table.dropped["reason"], strict=True))
    assert listed[3] == "theme is empty"
    assert listed[4] == "dwell_minutes is empty"
    assert listed[5] == "dwell_minutes 'long' is no number"
    assert "here" in listed[6]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("L1,a,121.4,31.3,red,-5,,1", "row 2: dwell_minutes is negative; give 0 or more"),
        ("L1,a,121.4,31.3,red,30,Mo 09:00-09:00 off,1", "never opens"),
        ("L1,a,121.4,31.3,red,30,,-2", "value is negative"),
        ("L1,a,121.4,31.3,red,30,,1e30", "value is more than 1,000,000; give a smaller number"),
        ("all,a,121.4,31.3,red,30,,1", "the site_id 'all' is reserved"),
    ],
)
def test_a_fault_of_a_row_stops_the_run(tmp_path: Path, cells: str, message: str):
    heading = "site_id,name,lon,lat,theme,dwell_minutes,opening_hours,value"
    with pytest.raises(SourceError, match=r"sites\.csv") as error:
        load_route_sites(written(tmp_path, heading, cells))
    assert message in str(error.value)


def test_a_template_that_nobody_knows_stops_the_run(tmp_path: Path):
    path = written(
        tmp_path, "site_id,name,lon,lat,theme,dwell_minutes,template", "L1,a,121.4,31.3,red,30,M9"
    )
    with pytest.raises(SourceError, match="template 'M9' is no template_id; give M1, M2, or"):
        load_route_sites(path, templates=["M1", "M2"])
    assert load_route_sites(path).rows["template"].tolist() == ["M9"]


def test_templates_are_read(tmp_path: Path):
    path = written(
        tmp_path, "模板编号,模板名称,时长,内容", "M1,重温誓词,20分钟,集体宣誓", name="t.csv"
    )
    found = load_route_templates(path)
    assert found[["template_id", "name", "minutes", "text", "link"]].values.tolist() == [
        ["M1", "重温誓词", 20, "集体宣誓", ""]
    ]


def test_themes_are_split_and_listed_once():
    assert split_themes("红色 |低碳； 红色") == ["红色", "低碳"]
    assert list_themes(["b | a", "a"]) == ["a", "b"]


def test_a_list_of_themes_in_geojson_is_split(tmp_path: Path):
    place = {"type": "Point", "coordinates": [121.4, 31.3]}
    kept = {"name": "Hall", "theme": ["red", "blue"], "dwell_minutes": 30}
    lost = {"name": "Yard", "theme": "red", "dwell_minutes": None}
    features = [{"type": "Feature", "geometry": place, "properties": p} for p in (kept, lost)]
    path = tmp_path / "s.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    found = load_route_sites(path)
    assert found.rows["theme"].tolist() == ["red | blue"]
    assert [name for _, name in found.rows.attrs["called"].values()] == ["Hall", "Yard"]


def site_lines(*themes: str) -> list[str]:
    lines = ["site_id,name,theme,dwell_minutes,lon,lat"]
    for number, theme in enumerate(themes, start=1):
        lon, lat = lonlat(100 * number, 0)
        lines.append(f"L{number},Site {number},{theme},30,{lon},{lat}")
    return lines


def test_a_plan_reads_and_hashes_its_sites(tmp_path: Path):
    written(tmp_path, *site_lines("red", "green"), name="s.csv")
    inputs = inputs_of(
        tmp_path, PEOPLE, tables={"people.csv": [("A", 10, 0, 50)]},
        more='[routes]\nsites = "s.csv"\n',
    )  # fmt: skip
    assert inputs.routes is not None
    assert len(inputs.routes.sites.rows) == 2
    assert inputs.routes.templates is None
    assert "s.csv" in inputs.hashes


def test_a_theme_of_no_site_stops_the_run(tmp_path: Path):
    written(tmp_path, *site_lines("red", "green"), name="s.csv")
    with pytest.raises(
        PlanError, match=r"'blue' is the theme of no site in s\.csv; give green, red"
    ):
        inputs_of(
            tmp_path, PEOPLE, tables={"people.csv": [("A", 10, 0, 50)]},
            more='[routes]\nsites = "s.csv"\nthemes = ["blue"]\n',
        )  # fmt: skip


def test_a_table_of_python_stands_in_place_of_a_file():
    table = gpd.GeoDataFrame(
        {"name": ["Hall"], "theme": ["red"], "dwell_minutes": [30]},
        index=["L1"],
        geometry=[shapely.Point(121.4, 31.3)],
        crs="EPSG:4326",
    )
    plan = Plan(name="p", network="x.osm", facilities={"table": "f.csv"}, routes={"sites": table})
    assert plan.routes is not None
    assert str(plan.routes.sites) == "routes sites"
    assert load_route_sites(plan.routes.sites).rows["site_id"].tolist() == ["L1"]
