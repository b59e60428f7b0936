"""Tables of orders, courses and teachers: what is read, what is dropped and why."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from planner.errors import SourceError
from planner.plan import Courses
from planner.sources.course_tables import CourseTables, load_course_tables

COMMITTEES = pd.DataFrame({"name": ["A village", "B village"], "code": ["310113001", "310113002"]})
COURSES = """\
course_id,name,field,department,minutes,class_least,class_most,same_as,needs,level,host_level
K1,Tai chi,sports,Sports Office,90,10,40,,stage,,
K2,Tai chi for all,sports,Health Office,90,,,K1,,,区级 | town
"""
ORDERS = """\
order_id,committee,town,department,course,people,earliest,latest
D1,A village,,Sports Office,K1,12,2026-09-01,2026-09-30
D2,310113002,,,Tai chi for all,30,,
D3,,North,,K1,100,,2026年10月
"""
TEACHERS = """\
teacher_id,name,fields,level,from,days
T1,Li,sports | arts,,North,Mo-Fr
T2,Wang,,senior,,2026-09-05 | 2026-09-12
T3,Zhao,,,,周二、周四
"""


def read(folder: Path, orders: str = ORDERS, courses: str = COURSES, teachers: str = TEACHERS,
         **keys) -> CourseTables:  # fmt: skip
    for name, text in (("o", orders), ("c", courses), ("t", teachers)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    term = {"begin": date(2026, 7, 1), "end": date(2026, 12, 31)}
    section = Courses(orders=folder / "o.csv", courses=folder / "c.csv",
                      teachers=folder / "t.csv", **(term | keys))  # fmt: skip
    return load_course_tables(section, committees=COMMITTEES, towns=["North", "South"])


def reasons(found: CourseTables) -> dict[int, str]:
    return dict(zip(found.dropped["row"], found.dropped["reason"], strict=True))


def test_what_is_read(tmp_path: Path):
    found = read(tmp_path)
    assert found.dropped.empty
    orders = found.orders.set_index("order_id")
    assert orders["committee"].tolist() == ["A village", "B village", ""]
    assert orders["town"].tolist() == ["", "", "North"]
    assert orders["course_id"].tolist() == ["K1", "K2", "K1"]
    assert orders["people"].tolist() == [12, 30, 100]
    assert orders.loc["D1", ["earliest", "latest"]].tolist() == [
        date(2026, 9, 1),
        date(2026, 9, 30),
    ]
    assert orders.loc["D2", ["earliest", "latest"]].tolist() == [
        date(2026, 7, 1),
        date(2026, 12, 31),
    ]
    assert orders.loc["D3", "latest"] == date(2026, 10, 31)
    courses = found.courses.set_index("course_id")
    assert courses["class_least"].tolist() == [10, 1]
    assert courses["class_most"].tolist() == [40, 0]
    assert courses["same_as"].tolist() == [(), ("K1",)]
    assert courses["needs"].tolist() == [("stage",), ()]
    assert courses["host_levels"].tolist() == [(), ("district", "town")]
    teachers = found.teachers.set_index("teacher_id")
    assert teachers["fields"].tolist() == [("sports", "arts"), (), ()]
    assert teachers["hours"].tolist() == ["Mo-Fr; PH off", "", "Tu,Th 00:00-24:00; PH off"]
    assert teachers.loc["T2", "dates"] == (date(2026, 9, 5), date(2026, 9, 12))


def test_headings_in_chinese(tmp_path: Path):
    found = read(
        tmp_path,
        "点单编号,居村委,所属街镇,课程名称,听课人数,最早日期,最晚日期\n"
        "D1,A village,,Tai chi,12人,9月1日,9月30日\n",
        "课程编号,课程名称,课程领域,时长,开班人数,班额,站点层级\n"
        "K1,Tai chi,sports,90分钟,10,40,街镇级\n",
        "姓名,授课领域,可授课日\n李老师,sports,工作日\n",
    )
    assert found.orders.iloc[0][["order_id", "people"]].tolist() == ["D1", 12]
    assert found.courses.iloc[0][["minutes", "class_most"]].tolist() == [90, 40]
    assert found.courses["host_levels"].tolist() == [("town",)]
    assert found.teachers.iloc[0][["teacher_id", "hours"]].tolist() == [
        "row/2", "Mo-Fr 00:00-24:00; PH off"
    ]  # fmt: skip


def test_rows_that_cannot_be_meant_are_listed_with_their_reason(tmp_path: Path):
    rows = [
        "X1,C village,,,K1,10,,",
        "X2,,West,,K1,10,,",
        "X3,A village,,,K9,10,,",
        "X4,A village,,,K1,0,,",
        "X5,A village,,,K1,2.5,,",
        "X6,A village,,,K1,10,2026-10-01,2026-09-01",
        "X7,A village,,,K1,10,soon,",
        "X8,A village,,,K1,10,2027-01-01,",
        "X9,,,,K1,10,,",
        "X10,A village,,,K3,10,,",
    ]
    courses = COURSES + "K3,Choir,arts,,60,30,20,,,,\nK4,Chess,games,,,,,K77,,,\n"
    found = read(tmp_path, "\n".join([ORDERS.strip(), *rows, ""]), courses)
    assert found.orders["order_id"].tolist() == ["D1", "D2", "D3"]
    assert found.courses["course_id"].tolist() == ["K1", "K2"]
    told = [tuple(row) for row in found.dropped[["file", "row", "reason"]].to_numpy()]
    assert told == [
        ("o.csv", 5, "no committee of the plan is called 'C village'"),
        ("o.csv", 6, "no town of the plan is called 'West'"),
        ("o.csv", 7, "there is no course 'K9'"),
        ("o.csv", 8, "people '0' is not a whole number above 0"),
        ("o.csv", 9, "people '2.5' is not a whole number above 0"),
        ("o.csv", 10, "latest 2026-09-01 is before earliest 2026-10-01"),
        ("o.csv", 11, "earliest 'soon' is no date that can be read; write it like 2026-07-01"),
        ("o.csv", 12, "earliest 2027-01-01 is after the last day of the term, 2026-12-31"),
        ("o.csv", 13, "neither committee nor town is named"),
        ("o.csv", 14, "its course 'K3' cannot be used: class_least 30 is more than class_most 20; "
         "lower class_least"),
        ("c.csv", 4, "class_least 30 is more than class_most 20; lower class_least"),
        ("c.csv", 5, "same_as 'K77' is no course; it joins nothing"),
        ("c.csv", 5, "minutes is empty"),
    ]  # fmt: skip


def test_teachers_without_a_day_are_listed(tmp_path: Path):
    rows = ["T4,Qian,,,,", "T5,Sun,,,,never", "T6,Zhou,,,,2027-01-05", "T7,Wu,,,,2027 Jan-Feb"]
    found = read(tmp_path, teachers="\n".join([TEACHERS.strip(), *rows, ""]))
    assert found.teachers["teacher_id"].tolist() == ["T1", "T2", "T3"]
    assert reasons(found) == {
        5: "days is empty; write Mo-Fr, or dates",
        6: "days 'never' cannot be read; write Mo-Fr, or dates like 2026-07-01",
        7: "days '2027-01-05' lie outside the term",
        8: "days '2027 Jan-Feb' never come in the term",
    }


def test_courses_of_one_name_are_told_apart_by_their_department(tmp_path: Path):
    """Both offices hold a tai chi of their own; whoever names no office gives no course."""
    courses = COURSES.replace("Tai chi for all", "Tai chi")
    found = read(tmp_path, "\n".join([
        "order_id,committee,department,course,people", "D1,A village,Sports Office,Tai chi,5",
        "D2,A village,Health Office,Tai chi,6", "D3,A village,,Tai chi,7", "",
    ]), courses)  # fmt: skip
    assert found.orders["course_id"].tolist() == ["K1", "K2"]
    assert reasons(found) == {4: "several courses are called 'Tai chi'; give the course_id"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"orders": "order_id,course,people\nD1,K1,3\n"}, "no column 'committee' or 'town'"),
        ({"orders": ORDERS + "D1,A village,,,K1,5,,\n"}, "order_id 'D1' already stands in row 2"),
        ({"courses": "name,minutes\nx,90\n"}, "no column 'course_id'"),
        ({"orders": "committee,course,people\nZ,K1,3\n"}, "none of its rows can be used, as no "
         "committee of the plan is called 'Z'"),
    ],
)  # fmt: skip
def test_faults_that_stop_the_run(tmp_path: Path, table: dict, message: str):
    with pytest.raises(SourceError, match=message):
        read(tmp_path, **table)


def test_the_list_of_rows_stands_in_the_notes(tmp_path: Path):
    found = read(tmp_path, ORDERS + "D9,A village,,,K1,-3,,\n")
    assert found.notes == ["o.csv: 1 rows do not count or not whole; run.json lists them"]


def test_same_as_by_a_name_that_several_courses_share(tmp_path: Path):
    """Yoga is offered twice: K4 is the same as the other one of that name, K5 could mean both."""
    found = read(
        tmp_path,
        courses=COURSES + "K3,Yoga,,Arts,90,,,,,,\nK4,Yoga,,Sports,90,,,Yoga,,,\n"
        "K5,Stretching,,Arts,90,,,Yoga | Tai chi,,,\n",
    )
    same = found.courses.set_index("course_id")["same_as"]
    assert same.loc[["K3", "K4", "K5"]].tolist() == [(), ("K3",), ("K1",)]
    assert reasons(found) == {
        6: "same_as 'Yoga' is the name of several courses, so it joins nothing; give the course_id"
    }
