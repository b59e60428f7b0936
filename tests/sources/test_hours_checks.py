"""Opening hours and services in the table of facilities: what is refused, and how it is told."""

from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.sources.tables import load_facilities


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
        ("closed,9 to 5,", r"row 3: opening_hours '9 to 5' cannot be read"),
        (",,政务=9 to 5 | 文体", r"row 3: services: hours of 政务 '9 to 5' cannot be read"),
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
