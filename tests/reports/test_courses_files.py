"""Sessions written as a folder, and read back by readers that are not ours."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pyogrio
import pytest
import vobject

from planner.reports import COURSE_OUTPUTS, write_sessions
from tests import sample_sessions as sample

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-11-30"
NOTICE = "演示数据，非真实"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample written once."""
    folder = tmp_path_factory.mktemp("sessions")
    assert {*write_sessions(sample.chosen(), folder, day=DAY)} == {*COURSE_OUTPUTS}
    return folder


def events_of(path: Path) -> list[Any]:
    """Return the events of a calendar, as vobject reads it."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(vobject.readOne(file).vevent_list)


def sheet_rows(path: Path, name: str) -> list[list[Any]]:
    """Return the rows of a sheet below its title."""
    sheet = openpyxl.load_workbook(path)[name]
    return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


# -- tables and layers ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sessions", "attendance", "unmet", "merges", "hosts"])
def test_a_table_is_written_with_machine_headings(out: Path, name: str):
    table = pd.read_csv(out / f"{name}.csv", encoding="utf-8-sig")
    expected = getattr(sample.chosen(), name)
    there = [column for column in expected.columns if column != "geometry"]
    assert [column for column in there if column not in table] == []
    assert len(table) == len(expected)
    assert table["notice"].tolist() == [NOTICE] * len(table)


def test_a_walk_beyond_the_limit_does_not_read_as_within(tmp_path: Path):
    given = sample.chosen()
    minutes = [15.00001, 25.0, sample.NAN, 15.0]
    given = replace(given, attendance=given.attendance.assign(minutes=minutes))
    write_sessions(given, tmp_path, day=DAY)
    table = pd.read_csv(tmp_path / "attendance.csv", encoding="utf-8-sig")
    assert (table["minutes"] <= 15).tolist() == [False, False, False, True]


def test_the_layers_of_the_geopackage(out: Path):
    layers = dict(pyogrio.list_layers(out / "courses.gpkg"))
    assert layers == {"sessions": "Point", "committees": "Point", "hosts": "Point",
                      "lines": "LineString"}  # fmt: skip
    lines = pyogrio.read_dataframe(out / "courses.gpkg", layer="lines")
    assert list(lines.geometry.iloc[0].coords) == [(121.43, 31.33), (121.44, 31.33)]
    assert lines["host_id"].tolist() == ["H1", "H1", "H1", "H2"]
    assert lines["day"].tolist() == ["2026-09-03", "2026-09-03", "2026-10-09", "2026-09-03"]


def test_an_order_of_a_town_has_no_line(tmp_path: Path):
    given = sample.chosen()
    orders = given.attendance.assign(
        committee=["", *given.attendance["committee"][1:]],
        ordered_by=["town", *["committee"] * 3],
    )
    write_sessions(replace(given, attendance=orders), tmp_path, day=DAY)
    lines = pyogrio.read_dataframe(tmp_path / "courses.gpkg", layer="lines")
    assert [line is None or line.is_empty for line in lines.geometry] == [True, *[False] * 3]
    rows = sheet_rows(tmp_path / "sessions.xlsx", "谁去哪里")
    assert rows[1][:3] == ["大场镇", "大场镇（街镇点单）", "街镇"]
    assert [row[2] for row in rows[2:]] == ["居村委"] * 3


def test_courses_json_lists_what_is_not_met_merged_and_left_out(out: Path):
    content = json.loads((out / "courses.json").read_text(encoding="utf-8"))
    assert content["unmet"][0]["smallest_change"] == sample.CHANGE
    assert content["merges"][0]["people_spared"] == 50
    assert content["dropped"] == [{"file": "orders.csv", "row": 7, "reason": "course is empty"}]
    assert sorted(content["outputs"]) == sorted(set(COURSE_OUTPUTS) - {"courses.json"})


def test_the_same_choice_gives_the_same_bytes(out: Path, tmp_path: Path):
    write_sessions(sample.chosen(), tmp_path, day=DAY)
    assert [name for name in COURSE_OUTPUTS
            if (out / name).read_bytes() != (tmp_path / name).read_bytes()] == []  # fmt: skip


def test_a_choice_without_any_session_is_written_too(tmp_path: Path):
    given = sample.chosen(value=0)
    nobody = replace(given, sessions=given.sessions[:0], attendance=given.attendance[:0],
                     merges=given.merges[:0])  # fmt: skip
    write_sessions(nobody, tmp_path, day=DAY)
    assert sheet_rows(tmp_path / "sessions.xlsx", "场次") == [["没有。"]]
    assert pyogrio.read_info(tmp_path / "courses.gpkg", layer="lines")["features"] == 0
    content = json.loads((tmp_path / "courses.json").read_text(encoding="utf-8"))
    assert content["calendar"]["timezones"] == []


# -- the workbook --------------------------------------------------------------------------------


def test_the_sheets_and_their_headings(out: Path):
    book = openpyxl.load_workbook(out / "sessions.xlsx")
    assert book.sheetnames == ["场次", "谁去哪里", "未满足", "合并开班", "站点负荷", "居村",
                               "未采用的行", "说明"]  # fmt: skip
    for name in book.sheetnames[:-1]:
        sheet = book[name]
        assert NOTICE in sheet["A1"].value
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref.startswith("A2:")
        assert sheet.column_dimensions["A"].width >= 6
    assert [cell for cell in sheet_rows(out / "sessions.xlsx", "场次")[0] if cell] == [
        "日期", "星期", "开始", "结束", "课程", "领域", "上课站点", "级别", "街镇", "教师", "人数",
        "座位", "点单数", "合并的课程", "场次编号",
    ]  # fmt: skip


def test_rows_are_in_words(out: Path):
    first = sheet_rows(out / "sessions.xlsx", "场次")[1]
    assert first[:4] == ["2026-09-03", "周四", "09:30", "11:00"]  # a Thursday
    assert first[7:9] == ["街镇级中心", "大场镇"]
    assert first[13] == "党史、党的历史"
    coach = sheet_rows(out / "sessions.xlsx", "谁去哪里")[3]
    assert coach[:2] == ["罗泾镇", "丙村委"]
    assert coach[-3] == "大巴"
    hosts = sheet_rows(out / "sessions.xlsx", "站点负荷")
    assert hosts[1][:2] == ["大场站", "街镇级中心"]
    assert hosts[1][7] == 0.6  # 180 of 2 x 150 seats


def test_scores_are_rounded_as_in_the_other_files(tmp_path: Path):
    given = sample.chosen()
    scored = given.committees.assign(score_2sfca=10.21118183277505)
    write_sessions(replace(given, committees=scored), tmp_path, day=DAY)
    heading, first, *_ = sheet_rows(tmp_path / "sessions.xlsx", "居村")
    assert "2SFCA" in heading[-1]
    assert first[-1] == 10.2112


def test_the_notes_name_who_walks_in_the_language_of_the_plan(out: Path):
    notes = [str(row[0]) for row in sheet_rows(out / "sessions.xlsx", "说明")]
    assert any(line.startswith("步行时间按“成年人”，") for line in notes), notes


def test_no_text_of_the_data_is_a_formula(out: Path):
    book = openpyxl.load_workbook(out / "sessions.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert [cell.value for cell in cells if cell.hyperlink] == []


def test_an_english_plan_has_english_sheets(tmp_path: Path):
    write_sessions(sample.chosen(language="en", synthetic=False), tmp_path, day=DAY)
    book = openpyxl.load_workbook(tmp_path / "sessions.xlsx")
    assert book.sheetnames[:3] == ["Sessions", "Who goes where", "Not met"]
    assert sheet_rows(tmp_path / "sessions.xlsx", "Who goes where")[3][-3] == "by coach"
    assert "notice" not in pd.read_csv(tmp_path / "sessions.csv", encoding="utf-8-sig")


# -- the calendar --------------------------------------------------------------------------------


def test_another_reader_finds_the_sessions(out: Path):
    events = events_of(out / "sessions.ics")
    assert [event.summary.value for event in events][:2] == ["党史, 第一课; 上\\下"] * 2
    first = events[0]
    assert first.location.value == "大场站（大场镇）"
    # Shanghai is 8 hours east of Greenwich all year.
    assert first.dtstart.value.isoformat() == "2026-09-03T09:30:00+08:00"
    assert first.dtend.value - first.dtstart.value == timedelta(minutes=90)
    assert first.description.value.split("\n") == [
        "教师：王老师", "120 人，150 座", "来自：甲居委、乙居委", NOTICE,
    ]  # fmt: skip
    assert "其中 60 人坐大巴" in events[1].description.value


def test_the_calendar_keeps_to_the_form_of_rfc_5545(out: Path):
    written = (out / "sessions.ics").read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n")
    lines = written.decode("utf-8").split("\r\n")
    assert lines[-1] == ""
    assert max(len(line.encode("utf-8")) for line in lines) <= 75
    open_parts: list[str] = []
    for line in lines:
        key, _, value = line.partition(":")
        if key == "BEGIN":
            open_parts.append(value)
        elif key == "END":
            assert open_parts.pop() == value
    assert open_parts == []
    assert sum(line == "BEGIN:VEVENT" for line in lines) == 3
    assert sum(line == "BEGIN:VTIMEZONE" for line in lines) == 1


def test_a_hostile_text_stays_a_text(out: Path):
    hostile = events_of(out / "sessions.ics")[2]
    assert "=1+1 END:VCALENDAR <b>&" in hostile.summary.value
    assert hostile.summary.value.startswith("\u2068")  # its marks of direction end with it


def test_ids_stay_when_a_session_moves(out: Path, tmp_path: Path):
    given = sample.chosen()
    moved = given.sessions.assign(day=["2026-09-04", "2026-10-12", "2026-09-05"],
                                  session_id=["S9", "S2", "S3"])  # fmt: skip
    orders = given.attendance.assign(session_id=["S9", "S9", "S2", "S3"])
    write_sessions(replace(given, sessions=moved, attendance=orders), tmp_path, day=DAY)
    before, after = (
        [event.uid.value for event in events_of(folder / "sessions.ics")]
        for folder in (out, tmp_path)
    )
    assert before == after
    assert len({*before}) == 3


@pytest.mark.parametrize(
    ("lon", "lat", "summer"),
    # Porto Alegre has no summer time; Helsinki is 3 hours east in September, 2 in December.
    [(-51.2, -30.0, "-03:00"), (24.94, 60.17, "+03:00")],
)
def test_a_session_is_in_the_time_zone_of_its_place(tmp_path, lon: float, lat: float, summer: str):
    given = sample.chosen()
    there = given.sessions.assign(lon=lon, lat=lat)
    write_sessions(replace(given, sessions=there), tmp_path, day=DAY)
    start = events_of(tmp_path / "sessions.ics")[0].dtstart.value
    assert start.isoformat() == f"2026-09-03T09:30:00{summer}"


def test_the_zone_of_the_plan_counts_and_another_place_is_noted(tmp_path: Path):
    write_sessions(sample.chosen(timezone="Asia/Urumqi"), tmp_path, day=DAY)
    content = json.loads((tmp_path / "courses.json").read_text(encoding="utf-8"))
    assert content["calendar"] == {"timezones": ["Asia/Urumqi"], "timezone_from": "plan",
                                   "sessions_without_timezone": 0}  # fmt: skip
    assert content["notes"] == ["[service] timezone is 'Asia/Urumqi', but the stations lie in "
                                "Asia/Shanghai; check it"]  # fmt: skip
    start = events_of(tmp_path / "sessions.ics")[0].dtstart.value
    assert start.utcoffset() == timedelta(hours=6)


def test_a_place_in_no_zone_gives_local_times_and_a_note(tmp_path: Path):
    given = sample.chosen()
    at_sea = given.sessions.assign(lon=0.0, lat=0.0)
    write_sessions(replace(given, sessions=at_sea), tmp_path, day=DAY)
    start = events_of(tmp_path / "sessions.ics")[0].dtstart.value
    assert start == datetime(2026, 9, 3, 9, 30)
    content = json.loads((tmp_path / "courses.json").read_text(encoding="utf-8"))
    assert content["calendar"]["sessions_without_timezone"] == 3
    assert len(content["notes"]) == 1
