"""What `planner init` understands of the files it is given, and the plan it writes."""

import json
import tomllib
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.crs.datums import wgs84_to_gcj02
from planner.plan import list_plan_keys
from planner.sources.embedded import data_folder
from planner.sources.plan_file import load_plan
from planner.texts.plan_texts import load_plan_texts
from tests.cities.demo import Demo
from tests.cities.small_city import extract, facility_rows, write_lines

#: Inside the small extract, two of its streets.
PLACES = ((26.9412, 60.5257), (26.9530, 60.5312))


def planner(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write_sheet(path: Path, places: list[tuple[object, object]], names: list[str]) -> Path:
    """A sheet as offices keep them: a merged title, headings in Chinese, hours in words."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["党群服务站一览表"])
    sheet.merge_cells("A1:G1")
    sheet.append(["名称", "地址", "经度", "纬度", "级别", "开放时间", "联系人"])
    for (lon, lat), name in zip(places, names, strict=True):
        hours = "周二至周日 8:00-11:3013:00-17:00"
        sheet.append([name, "友谊路1号", lon, lat, "街镇级", hours, "张三"])
    book.save(path)
    return path


def test_a_sheet_in_chinese_gives_a_plan_in_chinese_that_runs(tmp_path: Path):
    places = [*PLACES, (None, None)]
    sheet = write_sheet(tmp_path / "站点.xlsx", places, ["一站", "二站", "三站"])
    result = planner("init", tmp_path / "mine", "--osm", extract("test"), "--facilities", sheet)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    plan = load_plan(tmp_path / "mine" / "plan.toml")
    assert plan.language == "zh"
    text = (tmp_path / "mine" / "plan.toml").read_text(encoding="utf-8")
    for pair in ("名称 -> name", "经度 -> lon", "级别 -> level", "开放时间 -> opening_hours"):
        assert f"\n# {pair}\n" in text
        assert f"heading     {pair}" in result.stdout
    assert "联系人" in next(line for line in text.splitlines() if "未使用" in line)
    # No comment is in English: of letters they hold only names of keys, values and formats.
    assert not any(f"# {key.description}" in text for key in list_plan_keys())
    assert "row 5: '三站': lon is empty; planner locate" in result.stdout
    assert "next, for the rows without a place: planner locate " in result.stdout
    assert result.stdout.splitlines()[-1].startswith("then: planner run ")
    done = planner("run", tmp_path / "mine" / "plan.toml", "--out", tmp_path / "out", "--quiet")
    assert (done.exit_code, done.output) == (0, "")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["facilities"]["total"] == 2


@pytest.mark.parametrize(
    ("options", "locale", "language"),
    [
        ([], "C.UTF-8", "en"),
        ([], "zh_CN.UTF-8", "zh"),
        (["--language", "en"], "zh_CN.UTF-8", "en"),
        (["--language", "zh"], "C", "zh"),
    ],
)
def test_the_language_of_a_plan(
    options: list[str], locale: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    write_lines(tmp_path / "stations.csv", facility_rows("test"))
    given = ["--osm", extract("test"), "--facilities", tmp_path / "stations.csv"]
    result = planner("init", tmp_path / "new", *given, *options)
    assert result.exit_code == 0, result.output
    assert load_plan(tmp_path / "new" / "plan.toml").language == language
    text = (tmp_path / "new" / "plan.toml").read_text(encoding="utf-8")
    assert ("\n# 道路。\n" in text) == (language == "zh")
    assert ("\n# The streets.\n" in text) == (language == "en")


@pytest.mark.nightly
def test_the_datum_of_a_phone_map_is_found_and_set(
    tmp_path: Path, demo: Demo, monkeypatch: pytest.MonkeyPatch
):
    """Every 12th station of the demo, converted as a phone map has it: some 500 m off."""
    monkeypatch.setenv("PLANNER_CACHE", str(demo.folder / "cache"))
    rows = (data_folder() / "baoshan-demo" / "facilities.csv").read_text(encoding="utf-8")
    stations = [line.split(",")[1:4] for line in rows.splitlines()[1::12]]
    lon, lat = (np.array([float(row[k]) for row in stations]) for k in (1, 2))
    moved = np.column_stack(wgs84_to_gcj02(lon, lat)).round(6).tolist()
    sheet = write_sheet(tmp_path / "a.xlsx", moved, [row[0] for row in stations])
    osm = data_folder() / "baoshan-demo" / "baoshan-demo.osm.pbf"
    result = planner("init", tmp_path / "new", "--osm", osm, "--facilities", sheet)
    assert result.exit_code == 0, result.output
    assert load_plan(tmp_path / "new" / "plan.toml").facilities.crs == "GCJ-02"
    assert "set         facilities.crs = GCJ-02 (strong)" in result.stdout
    lines = (tmp_path / "new" / "plan.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("# 检查结果（证据充分）：坐标为 GCJ-02。")
    assert "的点在道路" in lines[start + 1]
    assert "error: " not in result.stdout


def test_headings_that_nobody_understands_stop_no_plan(tmp_path: Path):
    (tmp_path / "a.csv").write_text("甲,乙,丙\n1,2,3\n", encoding="utf-8")
    result = planner(
        "init", tmp_path / "new", "--osm", extract("test"), "--facilities", tmp_path / "a.csv"
    )
    assert result.exit_code == 0, result.output
    assert "error: a.csv: no column" in result.stdout
    assert "next: mend what is listed as error, then planner check " in result.stdout
    text = (tmp_path / "new" / "plan.toml").read_text(encoding="utf-8")
    assert "# 站点表的表头（有的未能识别）：甲, 乙, 丙\n" in text


def test_people_of_a_table_take_the_place_of_zones(tmp_path: Path):
    write_lines(tmp_path / "stations.csv", facility_rows("test"))
    places = "\n".join(f"{lon},{lat},10" for lon, lat in PLACES)
    (tmp_path / "人口.csv").write_text(f"经度,纬度,常住人口\n{places}\n", encoding="utf-8")
    result = planner(
        "init", tmp_path / "new", "--osm", extract("test"),
        "--facilities", tmp_path / "stations.csv", "--people", tmp_path / "人口.csv",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "people      residential: 20 in 2 units" in result.stdout
    parts = tomllib.loads((tmp_path / "new" / "plan.toml").read_text(encoding="utf-8"))["demand"]
    assert parts[0] == {"kind": "residential", "table": "../人口.csv", "people": "常住人口"}
    assert [part["kind"] for part in parts[1:]] == ["industrial", "commercial"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("经度,纬度,数\n26.9,60.5,3\n", "no heading tells which numbers are people"),
        ("街镇,人口\n1,2\n", "or give the polygons of the towns that it has totals of by --towns"),
    ],
)
def test_people_that_cannot_be_used_leave_no_plan(content: str, message: str, tmp_path: Path):
    (tmp_path / "people.csv").write_text(content, encoding="utf-8")
    result = planner(
        "init", tmp_path / "new", "--osm", extract("test"), "--people", tmp_path / "people.csv"
    )
    assert result.exit_code == 1
    assert message in result.stderr
    assert not (tmp_path / "new" / "plan.toml").exists()


def test_the_plan_in_chinese_knows_every_key_and_every_comment():
    chinese, english = load_plan_texts("zh"), load_plan_texts("en")
    assert [*chinese.keys] == [key.key for key in list_plan_keys()]
    assert [*chinese.says] == [*english.says]


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        (
            "96% of places within 32 m of a street, 65% as WGS-84, 57% anywhere nearby",
            "96% 的点在道路 32 米以内；按 WGS-84 为 65%，附近任意位置为 57%",
        ),
        (
            "12 of 23 rows at the thing of their name (200 m), 1 as WGS-84",
            "23 行中有 12 行距同名地物 200 米以内；按 WGS-84 为 1 行",
        ),
        (
            "40 of 40 rows in the study area, 39 as WGS-84 converted as if it were GCJ-02",
            "40 行中有 40 行在研究范围内；按 被当作 GCJ-02 转换过的 WGS-84 为 39 行",
        ),
        ("4 of 5 rows along the street of their address", "5 行中有 4 行位于地址所写的道路旁"),
        (
            "it fits the streets far better moved 120 m to the west and 80 m to the north",
            "向西移 120 米、向北移 80 米后与道路吻合得多",
        ),
        ("something new", ""),
    ],
)
def test_evidence_is_told_in_chinese(phrase: str, said: str):
    assert load_plan_texts("zh").say_evidence(phrase) == said
    assert load_plan_texts("en").say_evidence(phrase) == phrase
