"""Opening hours and services in the table of facilities: what is refused, and how it is told."""

from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.sources._hours_checks import GOOD_EXAMPLE
from planner.sources.tables import load_facilities, load_gates


def table(folder: Path, *rows: str) -> Path:
    path = folder / "facilities.csv"
    heading = "facility_id,name,lon,lat,status,opening_hours,services"
    lines = [f"F{n},Name,121.4,31.4,{row}" for n, row in enumerate(rows, start=1)]
    path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    return path


def test_services_and_hours_are_kept_as_they_are(tmp_path: Path):
    path = table(tmp_path, ",Mo-Fr 09:00-17:00,政务=Mo-Fr 09:00-12:00 | 文体", ",none,", ",,")
    rows = load_facilities(path).rows
    assert rows["opening_hours"].tolist() == ["Mo-Fr 09:00-17:00", "", ""]
    assert rows["services"].tolist() == ["政务=Mo-Fr 09:00-12:00 | 文体", "", ""]


def test_a_table_without_services_has_an_empty_column(tmp_path: Path):
    path = tmp_path / "facilities.csv"
    path.write_text("facility_id,name,lon,lat\nF1,One,121.4,31.4\n", encoding="utf-8")
    assert load_facilities(path).rows["services"].tolist() == [""]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",off,", r"row 3: opening_hours 'off' never opens from 2026-03-09 on; write it like"),
        (",closed,", r"row 3: opening_hours 'closed' never opens"),
        (",2019 Mo-Fr 09:00-17:00,", r"row 3: opening_hours '2019 Mo-Fr .*' never opens"),
        ("planned,off,", r"row 3: opening_hours 'off' never opens"),
        (",,政务=off", r"row 3: services: hours of 政务 'off' never opens"),
        (",,文体 | 文体", r"row 3: services '文体 \| 文体': 文体 stands twice; keep one"),
        (",,文体 | ", r"row 3: services '文体 \|': a service has no name; write names separated"),
        (",,政务=", r"row 3: services '政务=': no hours follow 政务=; give them"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_the_row(tmp_path: Path, row: str, message: str):
    path = table(tmp_path, ",24/7,文体", row)
    with pytest.raises(SourceError, match=message) as caught:
        load_facilities(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_what_is_closed_for_good_may_never_open(tmp_path: Path):
    rows = load_facilities(table(tmp_path, "open,24/7,", "closed,off,政务=off")).rows
    assert rows["opening_hours"].tolist() == ["24/7", "off"]


def test_hours_in_words_are_read_and_kept_beside(tmp_path: Path):
    path = table(
        tmp_path,
        ",Mo-Fr 9:00-17:00;,",
        ",周一至周五 9:00-17:00,政务=周一至周五 9:00-12:00 | 文体",
        ",周一至周五 9:00-17:00,",
        ",每日9:00-17:30（培训期间除外）,政务=Mo-Fr 09:00-12:00|文体",
    )
    found = load_facilities(path)
    assert found.rows["opening_hours"].tolist() == [
        "Mo-Fr 9:00-17:00;",  # OSM reads it: byte for byte as it is
        "Mo-Fr 09:00-17:00",
        "Mo-Fr 09:00-17:00",
        "Mo-Su 09:00-17:30",
    ]
    assert found.rows["given:opening_hours"].tolist() == [
        "", "周一至周五 9:00-17:00", "周一至周五 9:00-17:00", "每日9:00-17:30（培训期间除外）",
    ]  # fmt: skip
    assert found.rows["services"].tolist() == [
        "", "政务=Mo-Fr 09:00-12:00 | 文体", "", "政务=Mo-Fr 09:00-12:00|文体",
    ]  # fmt: skip
    assert found.rows["given:services"].tolist()[1:] == [
        "政务=周一至周五 9:00-12:00 | 文体",
        "",
        "",
    ]
    assert found.notes == [
        "facilities.csv: opening_hours '周一至周五 9:00-17:00' -> Mo-Fr 09:00-17:00 (2 rows)",
        "facilities.csv: opening_hours '每日9:00-17:30（培训期间除外）' -> Mo-Su 09:00-17:30 "
        "(1 row); not counted: 培训期间除外",
        "facilities.csv: services: hours of 政务 '周一至周五 9:00-12:00' -> Mo-Fr 09:00-12:00 "
        "(1 row)",
    ]


def test_hours_that_cannot_be_read_are_unknown_and_listed(tmp_path: Path):
    path = table(tmp_path, ",24/7,", ",9 to 5,", ",待定,政务=看情况 | 文体", ",待定,")
    found = load_facilities(path)
    assert found.rows["opening_hours"].tolist() == ["24/7", "unknown", "unknown", "unknown"]
    assert found.rows["given:opening_hours"].tolist() == ["", "9 to 5", "待定", "待定"]
    assert found.rows["services"].tolist()[2] == "政务=unknown | 文体"
    assert found.notes == [
        "facilities.csv: row 3: opening_hours '9 to 5' cannot be read (not clear: '9-5') and "
        f"counts as unknown; write it like {GOOD_EXAMPLE!r}",
        "facilities.csv: rows 4, 5: opening_hours '待定' cannot be read (not clear: '待定') and "
        f"counts as unknown; write it like {GOOD_EXAMPLE!r}",
        "facilities.csv: row 4: services: hours of 政务 '看情况' cannot be read (not clear: "
        f"'看情况') and counts as unknown; write it like {GOOD_EXAMPLE!r}",
    ]


def test_many_texts_are_named_in_part_and_counted(tmp_path: Path):
    rows = [f",周一 {hour}:{minute:02d}-20:00," for hour in (8, 9) for minute in range(12)]
    junk = [f",随缘{n}," for n in range(23)]
    notes = load_facilities(table(tmp_path, *rows, *junk)).notes
    assert len(notes) == 42
    assert notes[20] == "facilities.csv: and 4 more texts of hours in words were read"
    assert notes[41] == "facilities.csv: 3 more texts of hours in 3 rows cannot be read"


def test_the_results_of_a_table_are_read_again_as_they_are(tmp_path: Path):
    first = load_facilities(table(tmp_path, ",周一至周五 9:00-17:00,", ",待定,")).rows
    path = tmp_path / "again.csv"
    first.drop(columns=["geometry", "row"]).assign(lon=121.4, lat=31.4).to_csv(path, index=False)
    again = load_facilities(path).rows
    for column in ("opening_hours", "given:opening_hours"):
        assert again[column].tolist() == first[column].tolist()


def test_gates_whose_hours_cannot_be_read_stay_as_open_as_any(tmp_path: Path):
    path = tmp_path / "gates.csv"
    path.write_text(
        "lon,lat,hours\n121.4,31.4,每天6点至22点\n121.4,31.4,看保安心情\n", encoding="utf-8"
    )
    found = load_gates(path)
    assert found.rows["hours"].tolist() == ["Mo-Su 06:00-22:00", "看保安心情"]
    assert found.notes == [
        "gates.csv: hours '每天6点至22点' -> Mo-Su 06:00-22:00 (1 row)",
        "gates.csv: row 3: hours '看保安心情' cannot be read (not clear: '看保安心情') and changes "
        f"nothing; write it like {GOOD_EXAMPLE!r}",
    ]
