"""Degrees with minutes and seconds, decimal commas, zeros and swapped rows of a table."""

from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.sources._written_degrees import read_degrees
from planner.sources.tables import load_facilities

HEAD = "facility_id,name,lon,lat\n"


@pytest.mark.parametrize(
    ("text", "column", "degrees"),
    [
        ("121°24'30\"", "lon", 121 + 24 / 60 + 30 / 3600),
        ("121°24′30.5″E", "lon", 121 + 24 / 60 + 30.5 / 3600),
        ("E121°24'30''", "lon", 121 + 24 / 60 + 30 / 3600),
        ("121° 24' 30\" e", "lon", 121 + 24 / 60 + 30 / 3600),
        ("东经121度24分30秒".replace("东经", "东"), "lon", 121 + 24 / 60 + 30 / 3600),
        ("１２１°２４′３０″", "lon", 121 + 24 / 60 + 30 / 3600),
        ("31°20.5'", "lat", 31 + 20.5 / 60),
        ("31.5°N", "lat", 31.5),
        ("30°03'S", "lat", -30.05),
        ("-51°12'", "lon", -51.2),
        ("51°12'W", "lon", -51.2),
        ("东经121度24分30秒", "lon", 121 + 24 / 60 + 30 / 3600),
        ("121°24'30\"东经", "lon", 121 + 24 / 60 + 30 / 3600),
        ("121º24´30¨", "lon", 121 + 24 / 60 + 30 / 3600),
        ("121˚24‘30“", "lon", 121 + 24 / 60 + 30 / 3600),
        ("121d24m30s E", "lon", 121 + 24 / 60 + 30 / 3600),
        ("121:24:30", "lon", 121 + 24 / 60 + 30 / 3600),
        ("121-24-30.5E", "lon", 121 + 24 / 60 + 30.5 / 3600),
        ("E121.408", "lon", 121.408),
        ("北纬31.35", "lat", 31.35),
        ("31.35S", "lat", -31.35),
    ],
)
def test_degrees_as_people_write_them(text: str, column: str, degrees: float):
    assert read_degrees(text, column) == pytest.approx(degrees, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("121.2430", "lon"),  # a number, not 24'30"
        ("121 24 30", "lon"),  # no marks: whatever it means
        ("121°75'", "lon"),
        ("121°24'61\"", "lon"),
        ("31°20'E", "lat"),
        ("E121°24'E", "lon"),
        ("-121°24'W", "lon"),
        ("121-24", "lon"),
        ("121:24-30", "lon"),
        ("东经31.35", "lat"),
        ("E121.4E", "lon"),
        ("", "lon"),
        ("°", "lon"),
    ],
)
def test_what_is_not_clear_is_not_read(text: str, column: str):
    assert read_degrees(text, column) is None


def written(folder: Path, rows: str) -> Path:
    path = folder / "stations.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


GOOD = "".join(f"g{number},n,121.4{number},31.4\n" for number in range(5))


def test_rows_with_minutes_and_seconds_are_read_and_noted(tmp_path: Path):
    table = load_facilities(written(tmp_path, 'a,n,"121°24\'30""",31°20\'\n' + GOOD))
    point = table.rows.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((121 + 24.5 / 60, 31 + 20 / 60), abs=1e-12)
    assert table.notes == [
        "stations.csv: 1 rows write degrees, minutes and seconds, which were read as such; the "
        "first is row 2"
    ]


def test_bad_places_are_dropped_with_what_to_do(tmp_path: Path):
    rows = 'a,n,"121,4737",31.4\nb,n,0,0\nc,n,31.4,121.4\n' + GOOD
    table = load_facilities(written(tmp_path, rows))
    assert table.dropped[["row", "reason"]].to_numpy().tolist() == [
        [2, "lon '121,4737' has a decimal comma; write '121.4737'"],
        [3, "lon and lat are 0, as if never filled in"],
        [4, "lon and lat look swapped; swap them in this row"],
    ]
    assert len(table.rows) == 5


def test_a_swapped_row_elsewhere_on_earth(tmp_path: Path):
    there = "".join(f"g{number},n,-51.2{number},-30.05\n" for number in range(5))
    table = load_facilities(written(tmp_path, there + "x,n,-30.05,-51.2\n"))
    assert table.dropped["reason"].tolist() == ["lon and lat look swapped; swap them in this row"]


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        ("40594000.5", "3549000", r"CGCS2000 in zone 40 of 3 degrees; set crs = \"EPSG:4528\""),
        ("3549000", "40594000.5", r"zone 40 of 3 degrees, lon and lat swapped .*EPSG:4528"),
        ("20594000.5", "3549000", r"zone 20 of 6 degrees; set crs = \"EPSG:4498\""),
        ("594000", "3549000", r"they look like metres; name their CRS"),
        ("-1234.5", "15300", r"metres of a city's own grid.*three or more control_points"),
    ],
)
def test_metres_are_told_apart(tmp_path: Path, lon: str, lat: str, words: str):
    with pytest.raises(SourceError, match=words):
        load_facilities(written(tmp_path, f"a,n,{lon},{lat}\n"))
