"""Tables as people write them: headings, cells, ids; and what was understood is said."""

import json
import re
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanError, SourceError
from planner.sources._coordinate_pairs import split_pairs
from planner.sources._town_names import match_towns
from planner.sources._written_numbers import clean_numbers, to_plain
from planner.sources.candidate_table import load_candidates
from planner.sources.group_tables import load_group_table
from planner.sources.heading_words import TABLES
from planner.sources.headings import find_headings, normalise
from planner.sources.polygon_table import load_polygons
from planner.sources.tables import (
    load_demand_units,
    load_facilities,
    load_gates,
    load_town_totals,
)
from planner.sources.usual_words import WORDS, to_bare
from tests.samples import examples

SHEET = [
    ["编号", "站点名称", "经度（°）", "Latitude (WGS84)", "级别", "容纳人数", "状态", "备注"],
    ["007", "友谊站", "１２１．４，", "31.3", "区级", "120人", "运营中", "x"],
    ["", "大场站", "121.5", "31.3", "社区级", "1,200", "拟建", ""],
]


def written(folder: Path, rows: list[list[str]], name: str = "t.csv") -> Path:
    path = folder / name
    pd.DataFrame(rows[1:], columns=rows[0]).to_csv(path, index=False)
    return path


def fault(load, path: Path, error: type[Exception] = SourceError, **more) -> str:
    with pytest.raises(error) as caught:
        load(path, **more)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


# -- headings -------------------------------------------------------------------------------------


def test_a_sheet_of_a_colleague_is_read_and_what_was_understood_is_said(tmp_path: Path):
    table = load_facilities(written(tmp_path, SHEET))
    rows = table.rows
    assert rows["facility_id"].tolist() == ["007", "大场站"]
    assert rows["level"].tolist() == ["district", "neighbourhood"]
    assert rows["status"].tolist() == ["open", "planned"]
    assert rows["capacity"].tolist() == [120, 1200]
    assert [(p.x, p.y) for p in rows.geometry] == [(121.4, 31.3), (121.5, 31.3)]
    assert rows["remarks"].tolist() == ["x", ""]
    assert table.notes == table.remarks
    assert table.remarks == [
        "t.csv: headings: 编号 -> facility_id, 站点名称 -> name, 经度（°） -> lon, "
        "Latitude (WGS84) -> lat, 级别 -> level, 容纳人数 -> capacity, "
        "状态 -> status, 备注 -> remarks",
        "t.csv: lon: 1 read as plain numbers, like '１２１．４，' as 121.4",
        "t.csv: capacity: 2 read as plain numbers, like '1,200' as 1200",
        "t.csv: level: 区级 -> district (1 row), 社区级 -> neighbourhood (1 row)",
        "t.csv: status: 拟建 -> planned (1 row), 运营中 -> open (1 row)",
        "t.csv: 1 rows have no facility_id; such rows are called by their name, or by it and a "
        "code of their place",
    ]


@pytest.mark.parametrize("kind", TABLES)
def test_every_heading_of_the_table_means_its_name(kind: str):
    """Each alone, beside what tells nothing."""
    for name, words in TABLES[kind].items():
        for word in words.replace(";", ",").split(","):
            if word.strip() not in ("", name):
                found = find_headings("f", ["zzz", word.strip()], kind)
                assert found.theirs == {name: word.strip()}, (kind, name, word)


@pytest.mark.parametrize("kind", TABLES)
def test_no_heading_means_two_names_of_a_table(kind: str):
    seen: dict[str, str] = {}
    for name, words in TABLES[kind].items():
        for word in [name, *words.replace(";", ",").split(",")]:
            bare = normalise(word)
            assert not bare or seen.setdefault(bare, name) == name, (kind, word)


@pytest.mark.parametrize("column", WORDS)
def test_no_word_means_two_of_ours(column: str):
    seen: dict[str, str] = {}
    for ours, words in WORDS[column].items():
        for word in [ours, *words.split(",")]:
            assert seen.setdefault(to_bare(word), ours) == ours, (column, word)


@pytest.mark.parametrize(
    "heading",
    ["Name", " NAME ", "ｎａｍｅ", "名称", "名 称", "\ufeff名称", "名称\n(全称)", "*名称", "名称：",
     "Site_Name", "facility-name", "【必填】名称", "名\u00a0称"],
)  # fmt: skip
def test_what_does_not_count_of_a_heading(heading: str):
    assert find_headings("f", [heading], "facilities").theirs == {"name": heading}


@pytest.mark.parametrize("heading", ["名称2", "名", "naam", "上级单位名称", "names of people"])
def test_nothing_is_guessed(heading: str):
    assert find_headings("f", [heading], "facilities").theirs == {}


def test_our_own_name_wins(tmp_path: Path):
    path = written(tmp_path, [["facility_id", "name", "名称", "lon", "lat", "Name"],
                              ["a", "b", "c", "121", "31", "d"]])  # fmt: skip
    table = load_facilities(path)
    assert table.rows["name"].tolist() == ["b"]
    assert (table.rows["名称"].tolist(), table.remarks) == (["c"], [])


def test_two_headings_of_one_meaning_are_told_with_the_way_out(tmp_path: Path):
    path = written(tmp_path, [["名称", "站点名称", "lon", "lat"], ["a", "b", "121", "31"]])
    assert fault(load_facilities, path) == (
        "t.csv: the headings '名称' and '站点名称' can both mean name; say which in "
        "[facilities.columns], or call the right one 'name'"
    )
    assert load_facilities(path, columns={"name": "名称"}).rows["name"].tolist() == ["a"]
    assert load_facilities(path, columns={"name": " 站点名称 "}).rows["name"].tolist() == ["b"]


def test_a_table_made_for_us_is_read_as_before(tmp_path: Path):
    """Its English columns mean what they mean to its maker, and two Chinese ones are no fault."""
    head = ["facility_id", "name", "lon", "lat", "state", "hours", "Level", "费用", "造价"]
    path = written(tmp_path, [head, ["a", "b", "121", "31", "TX", "9-17", "high", "x", "y"]])
    table = load_facilities(path)
    assert table.rows["status"].tolist() == ["open"]
    assert table.rows[["state", "hours", "费用"]].iloc[0].tolist() == ["TX", "9-17", "x"]
    assert table.rows["level"].tolist() == [""]
    assert table.remarks == [
        "t.csv: the headings '费用' and '造价' can both mean cost; say which in "
        "[facilities.columns], or call the right one 'cost'"
    ]


def test_the_plan_says_what_columns_are_called(tmp_path: Path):
    path = written(tmp_path, [["代号甲", "全名", "E", "N", "name"], ["a", "b", "121", "31", "c"]])
    columns = {"facility_id": "全名", "name": "全名", "lon": "E", "lat": "N"}
    table = load_facilities(path, columns=columns)
    assert table.rows[["facility_id", "name", "given:name"]].iloc[0].tolist() == ["b", "b", "c"]
    assert fault(load_facilities, path, columns={"name": "名"}) == (
        "t.csv: no column '名', which facilities.columns.name names; "
        "it has 代号甲, 全名, E, N, name"
    )
    assert fault(load_facilities, path, PlanError, columns={"nmae": "全名"}) == (
        "facilities.columns: no column of ours is called 'nmae'; did you mean name?"
    )
    assert fault(load_facilities, path, PlanError, columns={"xyz": "全名"}).endswith(
        "'xyz'; give facility_id, name, lon, lat, coordinates, level, domain, opening_hours, "
        "services, capacity, room_capacity, cost, status, open_to_outsiders, address, town, "
        "committee, area_m2, visits_per_year, approximate, confirmed, radius_m, remarks"
    )


def test_what_is_missing_is_told_in_the_words_of_the_file(tmp_path: Path):
    path = written(tmp_path, [["编号", "名称", "经度", "地址"], ["a", "b", "121", "c"]])
    message = "no column 'lat'; it has 编号, 名称, 经度, 地址; add or rename it"
    assert fault(load_facilities, path) == message


def test_ten_thousands_of_people_are_refused(tmp_path: Path):
    path = written(tmp_path, [["街镇", "常住人口（万人）"], ["大场镇", "12"]])
    assert fault(load_town_totals, path) == (
        "t.csv: the heading '常住人口（万人）' does not count single persons; write people as "
        "plain numbers of people, and the heading without the unit"
    )


def test_the_page_on_tables_says_what_is_understood():
    text = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|$", text, flags=re.MULTILINE)
    assert len(rows) == 12
    for names, words in rows:
        ours = re.findall("`([^`]+)`", names)
        # One name may be explained behind a colon or a semicolon; where there are several, each has
        # its own headings between semicolons.
        parts = words.split(";") if len(ours) > 1 else [re.split("[;:]", words)[0]]
        for name, part in zip(ours, parts, strict=True):
            for word in part.split(","):
                found = find_headings("f", ["zzz", word.strip()], "facilities")
                assert set(found.theirs) | {word.strip()} >= {name}, word


# -- other tables ---------------------------------------------------------------------------------


def test_other_tables_have_their_words(tmp_path: Path):
    path = written(tmp_path, [["候选点", "坐标", "建设方式", "造价（万元）", "所属街镇"],
                              ["商铺", "121.4，31.3", "改建", "95", "大场镇"]])  # fmt: skip
    site = load_candidates(path).rows.iloc[0]
    assert site[["site_id", "name", "action", "cost", "town"]].tolist() == [
        "商铺", "商铺", "convert", 95, "大场镇",
    ]  # fmt: skip
    path = written(tmp_path, [["大门编号", "名称", "x", "y", "通行人员", "开放时间"],
                              ["1", "东门", "121.4", "31.3", "所有人", ""]])  # fmt: skip
    gate = load_gates(path).rows.iloc[0]
    assert gate[["gate_id", "name", "who"]].tolist() == ["1", "东门", "everyone"]
    assert load_gates(path, profiles=["所有人"]).rows["who"].tolist() == ["所有人"]
    path = written(tmp_path, [["街镇", "人群", "占比"], ["上海市宝山区大场镇", "old", "29%"]])
    group = load_group_table(path, "old", towns=["大场镇"])
    assert group[["town", "share"]].iloc[0].tolist() == ["大场镇", 0.29]
    assert group.attrs["remarks"][-1] == "t.csv: 上海市宝山区大场镇 -> 大场镇"


def test_totals_of_one_kind_need_no_column_for_it(tmp_path: Path):
    path = written(
        tmp_path, [["街道", "常住人口（人）"], ["大场镇", "12,345人"], ["庙行镇", "１２３"]]
    )
    totals = load_town_totals(path)
    assert totals[["kind", "people"]].to_numpy().tolist() == [
        ["residential", 12345], ["residential", 123],
    ]  # fmt: skip
    assert "t.csv: 常住人口（人） are people of kind residential" in totals.attrs["remarks"]
    path = written(tmp_path, [["街道", "类别", "人数"], ["大场镇", "职工", "5"]])
    assert load_town_totals(path)["kind"].tolist() == ["industrial"]


def test_totals_of_several_kinds_may_stand_beside_each_other(tmp_path: Path):
    rows = [
        ["街镇", "常住人口", "户籍人口", "从业人数", "党员"],
        ["庙行镇", "1,600", "900", "50", "7"],
    ]
    totals = load_town_totals(written(tmp_path, rows), keep=["党员"])
    assert totals[["kind", "people", "row", "given:党员"]].to_numpy().tolist() == [
        ["residential", 1600, 2, "7"], ["industrial", 50, 2, "7"],
    ]  # fmt: skip
    assert "t.csv: 从业人数 are people of kind industrial" in totals.attrs["notes"]
    # Two numbers of the same people are a question.
    twice = [["街镇", "常住人口", "总人口", "从业人数"], ["庙行镇", "1", "2", "3"]]
    with pytest.raises(SourceError, match="can both mean people"):
        load_town_totals(written(tmp_path, twice))


def test_whole_totals_may_have_a_point_as_pandas_writes_them(tmp_path: Path):
    rows = [["街镇", "常住人口"], ["庙行镇", "1600.0"]]
    assert load_town_totals(written(tmp_path, rows))["people"].tolist() == [1600]


@pytest.mark.parametrize(
    ("cells", "levels", "domains"),
    [
        (["街镇级", "居（村）级"], ["town", "neighbourhood"], ["", ""]),
        (["街道/镇级", "街镇级"], ["town", "town"], ["", ""]),
        (["街镇", "社区"], ["town", "neighbourhood"], ["", ""]),
        (["社区", "社区"], ["", ""], ["社区", "社区"]),
        (["社区", "楼宇"], ["", ""], ["社区", "楼宇"]),
    ],
)
def test_levels_below_a_heading_of_kinds_are_levels(
    tmp_path: Path, cells: list[str], levels: list[str], domains: list[str]
):
    """A table with 类型 and no 级别: which of the two it is its cells say."""
    rows = [["名称", "类型", "经度", "纬度"], *(["甲", cell, "121.4", "31.3"] for cell in cells)]
    found = load_facilities(written(tmp_path, rows)).rows
    assert found["level"].tolist() == levels
    assert found["domain"].tolist() == domains


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("面积", "area_m2"),
        ("面积（㎡）", "area_m2"),
        ("面积（亩）", "面积（亩）"),
        ("建筑面积(万平方米)", "建筑面积(万平方米)"),
    ],
)
def test_areas_in_other_units_keep_their_heading(tmp_path: Path, heading: str, name: str):
    rows = [["名称", "经度", "纬度", heading], ["甲", "121.4", "31.3", "3"]]
    assert name in load_facilities(written(tmp_path, rows)).rows


def test_a_gate_has_its_own_name_and_that_of_its_compound(tmp_path: Path):
    rows = [["小区名称", "大门名称", "经度", "纬度"], ["甲园", "东门", "121.4", "31.3"]]
    assert load_gates(written(tmp_path, rows)).rows["name"].tolist() == ["东门"]
    rows = [["小区名称", "经度", "纬度"], ["甲园", "121.4", "31.3"]]
    assert load_gates(written(tmp_path, rows)).rows["name"].tolist() == ["甲园"]


def test_a_share_below_a_heading_in_percent_says_so_itself(tmp_path: Path):
    rows = [["街镇", "人群", "占比（%）"], ["庙行镇", "old", "34%"]]
    assert load_group_table(written(tmp_path, rows), "old")["share"].tolist() == [0.34]
    rows[1][2] = "0.9"
    with pytest.raises(SourceError, match="row 2: the heading of the share says %"):
        load_group_table(written(tmp_path, rows), "old")


def test_places_with_people_go_by_a_number_only_where_each_has_its_own(tmp_path: Path):
    rows = [
        ["序号", "人口", "lng", "Lat"],
        ["1", "1,200", "121", "31"],
        ["2", "120人", "121", "31"],
    ]
    table = load_demand_units(written(tmp_path, rows), people=" 人口")
    assert table.rows[["id", "people"]].to_numpy().tolist() == [["1", 1200], ["2", 120]]
    rows[2][0] = "1"
    table = load_demand_units(written(tmp_path, rows), people="人口", keep=["人口"])
    assert table.rows["id"].tolist() == ["2", "3"]
    assert table.rows["given:人口"].tolist() == ["1,200", "120人"]
    assert "t.csv: 序号 does not tell the rows apart; they go by their numbers" in table.remarks


def test_polygons_of_towns_and_committees_are_named(tmp_path: Path):
    shape = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 1], [0, 0]]]}
    path = tmp_path / "p.geojson"
    for kind, heading in (("towns", "街镇"), ("committees", "居委会")):
        feature = {"type": "Feature", "properties": {heading: "甲", "x": 1}, "geometry": shape}
        path.write_text(json.dumps(feature), encoding="utf-8")
        table = load_polygons(path, kind=kind)
        assert table.rows[["name", "x"]].iloc[0].tolist() == ["甲", "1"]
        assert table.remarks == [f"p.geojson: headings: {heading} -> name"]


# -- cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "plain"),
    [
        ("１２１．４，", "lon", "121.4"),
        ("121.4、", "lon", "121.4"),
        ("'31.3", "lat", "31.3"),
        ("\u00a031.3\u3000", "lat", "31.3"),
        ("\u221251.2", "lon", "-51.2"),
        ("－51.2", "lon", "-51.2"),
        ("1,200", "capacity", "1200"),
        ("1，200 人", "capacity", "1200"),
        ("1,234,567", "people", "1234567"),
        ("120 People", "people", "120"),
        ("25％", "share", "0.25"),
        ("29%", "share", "0.29"),
    ],
)
def test_numbers_as_people_write_them(text: str, column: str, plain: str):
    assert to_plain(text, column) == plain


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("1,200", "lon"),
        ("121,4", "lon"),
        (",5", "capacity"),
        ("12,00", "people"),
        ("1,2345", "people"),
        ("1_000", "people"),
        ("0x10", "people"),
        ("1.2万", "people"),
        ("120户", "people"),
        ("300 万元", "cost"),
        ("约120人", "people"),
        ("人", "people"),
        ("121°E", "lon"),
        ("٣", "lon"),
        ("29%", "people"),
        ("", "people"),
    ],
)
def test_what_changes_the_value_or_is_a_guess_is_no_number(text: str, column: str):
    assert to_plain(text, column) == ""


@pytest.mark.parametrize(
    ("cells", "lon", "lat"),
    [
        (["121.4,31.3"], ["121.4"], ["31.3"]),
        (["31.3,121.4"], ["121.4"], ["31.3"]),
        (["（121.4，31.3）", "121.5;31.4", "121.6 31.5", "[121.7, 31.6]", "121.8、31.7"],
         ["121.4", "121.5", "121.6", "121.7", "121.8"], ["31.3", "31.4", "31.5", "31.6", "31.7"]),
        (["-51.2,-30.1", "-51.3,-30.2"], ["-51.2", "-51.3"], ["-30.1", "-30.2"]),
        # The second can be either way, and follows the first.
        (["31.3,121.4", "31.3,89"], ["121.4", "89"], ["31.3", "31.3"]),
        (["31.3,121.4", "121.5,31.4", "50,60"], ["121.4", "121.5", "50"], ["31.3", "31.4", "60"]),
        (["356000,3470000"], ["356000"], ["3470000"]),
        # Well-known text has longitude first; others say which is which.
        (["POINT(121.4 31.3)", "SRID=4326;Point Z (121.5 31.4 7)"],
         ["121.4", "121.5"], ["31.3", "31.4"]),
        (["lng:121.4,lat:31.3", "纬度：31.4，经度：121.5", '{"lon":121.6,"lat":31.5}'],
         ["121.4", "121.5", "121.6"], ["31.3", "31.4", "31.5"]),
        (["121.4E,31.3N", "N31.4 E121.5", "北纬31.5°，东经121.6°"],
         ["121.4", "121.5", "121.6"], ["31.3", "31.4", "31.5"]),
        # What is said does not tell how the others are meant, nor follows them.
        (["POINT(20 31)", "31.3,121.4", "31,20"], ["20", "121.4", "20"], ["31", "31.3", "31"]),
        (["lat:1,lat:2", "POINT(121.4)"], ["lat:1,lat:2", "POINT(121.4)"], ["", ""]),
        (["here", "", "121.4"], ["here", "", "121.4"], ["", "", ""]),
    ],
)  # fmt: skip
def test_coordinates_in_one_cell(cells: list[str], lon: list[str], lat: list[str]):
    found = split_pairs(pd.Series(cells))
    assert (found[0].tolist(), found[1].tolist()) == (lon, lat)


def test_cells_with_a_pair_make_points(tmp_path: Path):
    path = written(tmp_path, [["名称", "经纬度"], ["a", "31.3,121.4"], ["b", "nowhere"]])
    table = load_facilities(path)
    assert [(p.x, p.y) for p in table.rows.geometry] == [(121.4, 31.3)]
    assert table.dropped["reason"].tolist() == ["lon 'nowhere' is no number"]
    assert "t.csv: coordinates: 1 read as lat, lon" in table.remarks


@pytest.mark.parametrize("level", ["区级", "旗舰"])
def test_a_level_of_the_plans_rules_stays_as_it_is(tmp_path: Path, level: str):
    path = written(tmp_path, [["facility_id", "name", "lon", "lat", "level"],
                              ["a", "b", "121", "31", level]])  # fmt: skip
    assert load_facilities(path, levels=[level]).rows["level"].tolist() == [level]


TOWNS = ["大场镇", "庙行镇", "友谊路街道"]


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("大场镇", "大场镇"),
        ("上海市宝山区大场镇", "大场镇"),
        ("宝山区友谊路街道", "友谊路街道"),
        ("上海市 大场镇", "大场镇"),
        ("江苏省南京市江宁区庙行镇", "庙行镇"),
        ("新大场镇", "新大场镇"),
        ("大场", "大场"),
        ("大场镇庙行镇", "大场镇庙行镇"),
        ("", ""),
    ],
)
def test_towns_with_their_city_before_them(text: str, town: str):
    assert match_towns(pd.Series([text]), TOWNS)[0].tolist() == [town]


def test_towns_of_the_plan_may_have_their_city_before_them_and_two_are_none():
    towns = ["上海市宝山区大场镇", "江苏省南京市大场镇", "上海市宝山区庙行镇"]
    texts = pd.Series(["大场镇", "庙行镇"])
    assert match_towns(texts, towns)[0].tolist() == ["大场镇", "上海市宝山区庙行镇"]


@pytest.mark.parametrize(
    "cell",
    [
        "1" + " " * 100_000 + "x",
        "(" * 100_000,
        "1," * 50_000,
        "１" * 9,
        "point(" + "1 " * 50_000,
        "lon" * 9_000,
    ],
)
def test_no_cell_takes_long(cell: str):
    """Patterns that go back and forth took minutes for a cell of 100,000 blanks."""
    start = time.perf_counter()
    split_pairs(pd.Series([cell]))
    clean_numbers(pd.Series([cell]), "people")
    match_towns(pd.Series([cell]), ["大场镇"])
    find_headings("f", [cell], "facilities")
    assert time.perf_counter() - start < 2


# -- ids ------------------------------------------------------------------------------------------


def test_ids_are_the_names_or_names_with_places(tmp_path: Path):
    rows = [["名称", "经度", "纬度"], ["a", "121.4", "31.3"], ["b", "121.40", "31.3"],
            ["b", "121.5", "31.3"], ["", "121.6", "31.3"], ["all", "121.7", "31.3"]]  # fmt: skip
    ids = load_facilities(written(tmp_path, rows)).rows["facility_id"].tolist()
    assert ids[0] == "a"
    assert [text.rpartition("-")[0] for text in ids[1:]] == ["b", "b", "unnamed", "all"]
    assert len(set(ids)) == 5
    # The place counts, not how it is written.
    rows[2][1] = "121.4000000"
    assert load_facilities(written(tmp_path, rows)).rows["facility_id"].tolist() == ids


def test_a_running_number_that_stands_twice_is_no_id(tmp_path: Path):
    rows = [["序号", "名称", "lng", "lat"], ["1", "a", "121", "31"], ["2", "b", "121", "31"]]
    assert load_facilities(written(tmp_path, rows)).rows["facility_id"].tolist() == ["1", "2"]
    for other in ("1", ""):
        rows[2][0] = other
        table = load_facilities(written(tmp_path, rows))
        assert table.rows["facility_id"].tolist() == ["a", "b"]
        assert table.rows["序号"].tolist() == ["1", other]
        assert "序号 does not tell the rows apart; such rows" in table.remarks[-1]


def test_an_id_of_the_file_that_stands_twice_is_a_fault(tmp_path: Path):
    rows = [["编号", "名称", "lng", "lat"], ["1", "a", "121", "31"], ["1", "b", "121", "31"]]
    message = "row 3: facility_id '1' already stands in row 2; give each row its own"
    assert fault(load_facilities, written(tmp_path, rows)) == message


CELLS = st.sampled_from(["a", "b", "all", "", "osm/1"])
PLACES = st.sampled_from(["121.4", "121.5"])


@examples(15, whole=40)
@given(st.data())
def test_shuffled_rows_and_columns_change_no_id(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("ids")
    rows = data.draw(st.lists(st.tuples(CELLS, PLACES, st.just("31.3"), CELLS), min_size=1))
    rows = [[f"mark{n}" if len(set(rows)) == len(rows) else "", *row] for n, row in enumerate(rows)]
    head = ["电话", "名称", "经度", "纬度", "备注"]
    before = load_candidates(written(folder, [head, *rows])).rows
    order = data.draw(st.permutations(range(len(head))))
    turned = [[row[k] for k in order] for row in [head, *data.draw(st.permutations(rows))]]
    after = load_candidates(written(folder, turned)).rows
    assert before["site_id"].is_unique
    assert sorted(before["site_id"]) == sorted(after["site_id"])
    assert not before["site_id"].str.startswith("osm/").any()
    keys = ["site_id", "name"]
    assert set(map(tuple, before[keys].to_numpy())) == set(map(tuple, after[keys].to_numpy()))
