"""The workbook: its figures are those of the files, read back as a colleague would."""

import io
import json
import math
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

from planner.reports import load_handover
from planner.reports.report_words import say_minutes, say_share, say_target, words_of
from planner.reports.workbook import write_workbook
from tests.reports.handed_over import write_run

#: English names of the sheets of the street, in their order: no committees, hours or groups.
SHEETS = ["Overview", "Towns", "Stations", "Gaps", "Proposed sites", "Before and after",
          "Times and people", "Standards", "Data problems", "About"]  # fmt: skip


@pytest.fixture(scope="module")
def book(handed, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("book") / "report.xlsx"
    write_workbook(handed.load(), path)
    return path


@pytest.fixture(scope="module")
def read(book):
    return openpyxl.load_workbook(book)


def rows_of(book: Path, sheet: str, header: int = 1) -> pd.DataFrame:
    """Read a sheet as an analyst does; line ends of headings become spaces."""
    table = pd.read_excel(book, sheet_name=sheet, header=header, engine="calamine")
    return table.rename(columns=lambda name: str(name).replace("\n", " "))


def test_sheets_with_something_to_tell_are_there(read):
    assert [name for name in SHEETS if name in read.sheetnames] == read.sheetnames


def test_towns_by_hand(book):
    table = rows_of(book, "Towns").set_index("Town")
    west, east, both = table.loc["'=West&"], table.loc["East"], table.loc["Whole area"]
    assert (west["Residents"], west["Covered (people)"], west["In gaps (people)"]) == (
        7000,
        4000,
        3000,
    )
    assert (east["Residents"], east["Covered (people)"], east["In gaps (people)"]) == (
        3500,
        1000,
        2500,
    )
    assert (both["Covered (people)"], both["In gaps (people)"]) == (5000, 5500)
    # 4,000 of 7,000, 1,000 of 3,500 and 5,000 of 10,500; whoever reads further has four decimals.
    assert [row["Share covered residents"] for row in (west, east, both)] == [
        0.5714,
        0.2857,
        0.4762,
    ]
    assert [row["Result"] for row in (west, east, both)] == ["missed"] * 3
    assert (west["Gaps (number)"], east["Gaps (number)"]) == (1, 2)
    # A station at -1,200 m covers the 3,000: all of the west, 8,000 of 10,500 in all.
    assert west["residents newly covered by the proposal".capitalize()] == 3000
    assert west["Share once built, residents"] == 1
    assert both["Share once built, residents"] == 0.7619


def test_gaps_by_hand(book):
    table = rows_of(book, "Gaps")
    assert table["No."].tolist() == [1, 2, 3]
    assert table["Residents"].tolist() == [3000, 2000, 500]
    # 1,200, 1,300 and 1,900 m at 1,000 m in 15 minutes, to 0.001.
    minutes = table["Walk to nearest station (minutes)"].tolist()
    assert minutes == pytest.approx([18.0, 19.5, 28.5], abs=0.005)
    assert table["What can be done"][0] == "New station “@corner”: covers 3,000"
    assert table["What can be done"][1] == "A station near"


def test_every_count_of_the_summary_is_in_the_workbook(handed, book):
    """Rows of coverage at the last cutoff, checks and gaps stand there to the last person."""
    summary = json.loads((handed.run / "summary.json").read_bytes())
    towns = rows_of(book, "Towns").set_index("Town")
    checks = rows_of(book, "Standards")
    for row in summary["coverage"]:
        if row["cutoff_minutes"] == 15 and row["kind"] == "residential":
            name = {"all": "Whole area", "=West&": "'=West&"}.get(row["area"], row["area"])
            found = towns.loc[name]
            for heading, key in (("Residents", "people"), ("Covered (people)", "covered"),
                                 ("In gaps (people)", "gap"), ("Share covered residents", "share"),
                                 ("At least residents", "share_low")):  # fmt: skip
                assert found[heading] == row[key]
    assert len(checks) == len(summary["checks"])
    for (_, found), row in zip(checks.iterrows(), summary["checks"], strict=True):
        assert found["Covered (people)"] == row["covered"]
        assert math.isclose(found["At most"], row["share_high"])
        assert found["Result"] == row["result"]


def test_the_load_of_a_station_and_its_visits(book, tmp_path):
    [row] = rows_of(book, "Stations").to_dict("records")
    assert row["Load (residents per station)"] == 5000  # all who reach it
    assert "Visits a year" not in row
    stations = [("F", "Station", 400, 640_000, 0, 0)]
    write_run(tmp_path, facilities=stations, heading="facility_id,name,capacity,visits_per_year")
    write_workbook(load_handover(tmp_path / "out", language="en"), tmp_path / "r.xlsx")
    [row] = rows_of(tmp_path / "r.xlsx", "Stations").to_dict("records")
    assert (row["Load (residents per place)"], row["Visits a year"]) == (12.5, 640_000)


def test_proposal_and_comparison_by_hand(book):
    sites = pd.read_excel(book, sheet_name="Proposed sites", header=None, engine="calamine")
    [at] = sites.index[sites[0] == "Order"]
    row = dict(zip([str(name).replace("\n", " ") for name in sites.loc[at]], sites.loc[at + 1],
                   strict=True))  # fmt: skip
    assert row["Site proposed".replace("Site proposed", "Proposed site")] == "'@corner"
    assert (row["Cost (million)"], row["Residents newly covered"]) == (3, 3000)
    compare = pd.read_excel(book, sheet_name="Before and after", header=None, engine="calamine")
    # Moved from 0 to -1,200 m it serves the west, 7,000, and nobody in the east.
    cells = compare.astype(str).to_numpy().tolist()
    assert any("'+moved" in line and "7000" not in line for line in cells)
    whole = next(line for line in cells if line[1] == "Whole area")
    assert "0.4762" in whole
    assert "0.6667" in whole


def test_numbers_are_numbers_and_texts_are_no_formulas(read):
    for sheet in read:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f"
                if isinstance(cell.value, str):
                    assert not cell.value.startswith(("=", "+", "-", "@"))
    gaps = read["Gaps"]
    assert all(isinstance(gaps.cell(row, 4).value, int) for row in (3, 4, 5))
    assert gaps["D3"].number_format == "#,##0"


def test_pages_and_headings(read):
    for sheet in read:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area
        assert "OpenStreetMap" in sheet.oddFooter.right.text
        assert "&P" in sheet.oddFooter.center.text or "Page" in sheet.oddFooter.center.text
    towns = read["Towns"]
    assert towns.freeze_panes == "B3"
    assert towns.auto_filter.ref.startswith("A2:")
    assert towns.print_title_rows == "$2:$2"
    assert "neither covered" in next(
        cell.comment.text for cell in towns[2] if cell.value and "Cannot" in cell.value
    )


def test_a_gap_leads_to_its_row_and_to_a_map(read):
    overview, gaps = read["Overview"], read["Gaps"]
    links = {cell.value: cell.hyperlink for line in overview.iter_rows() for cell in line
             if cell.hyperlink}  # fmt: skip
    name = gaps["B4"].value
    assert links[name].location == "'Gaps'!A4"
    address = next(
        cell.hyperlink.target for line in gaps.iter_rows() for cell in line
        if cell.hyperlink and cell.hyperlink.target
    )  # fmt: skip
    assert address.startswith("https://www.openstreetmap.org/?mlat=")


def test_the_same_bytes_again_and_no_time_of_writing(handed, book, tmp_path):
    write_workbook(handed.load(), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()
    with zipfile.ZipFile(io.BytesIO(book.read_bytes())) as parts:
        assert handed.load().run.run["date"] in parts.read("docProps/core.xml").decode()


def test_a_sheet_that_is_left_out_says_how_to_get_it(handed, tmp_path):
    write_workbook(handed.load(parts=False), tmp_path / "plain.xlsx")
    sheets = pd.read_excel(tmp_path / "plain.xlsx", sheet_name=None, header=1, engine="calamine")
    assert "Proposed sites" not in sheets
    about = sheets["About"]
    [told] = about.loc[about["Item"] == "Proposed sites", "Meaning"]
    assert told == "Run planner site, then planner report with --sites and its folder"


def test_without_towns_targets_gaps_or_parts_in_chinese(tmp_path):
    """All of one kind are covered; words are Chinese, the notice is on each sheet."""
    homes = [("w", 400, -100, 0), ("e", 100, 200, 0)]
    write_run(tmp_path, tables={"homes.csv": homes}, towns=None, service="")
    handover = load_handover(tmp_path / "out", language="zh")
    summary = handover.run.summary | {"synthetic": True}
    handover = replace(handover, run=replace(handover.run, summary=summary))
    write_workbook(handover, tmp_path / "zh.xlsx")
    book = openpyxl.load_workbook(tmp_path / "zh.xlsx")
    assert book.sheetnames[:3] == ["总览", "站点", "盲区"]
    assert "街镇" not in book.sheetnames
    for sheet in book:
        assert "演示数据，非真实" in sheet["A1"].value
        assert "演示数据，非真实" in sheet.oddHeader.right.text
    assert book["盲区"]["A2"].value == "没有居民落在服务盲区。"


@pytest.mark.parametrize(
    ("minutes", "told"), [(17.46, "17.5"), (15.0, "15.0"), (15.04, "15.04"), (15.004, "15.004")]
)
def test_minutes_never_read_as_in_time(minutes, told):
    assert say_minutes(minutes, 15) == told


def test_shares_read_as_on_the_page():
    # 0.8755 is a little less in binary: the page says 87.5 %, so nothing else does.
    assert [say_share(n) for n in (0.8755, 0.99996, 0.0003, 0, 1, None)] == [
        "87.5%", "99.9%", "<0.1%", "0.0%", "100.0%", "—"]  # fmt: skip
    assert (say_share(0.8496, 0.85), say_share(0.8496), say_target(0.85)) == (
        "84.9%",
        "85.0%",
        "85%",
    )


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "Mo-Fr 08:30-19:00; Sa,Su 09:00-17:00",
            "周一至周五 08:30至19:00；周六、周日 09:00至17:00",
        ),
        ("Mo-Su 08:30-11:30,13:30-17:00", "每天 08:30至11:30、13:30至17:00"),
        ("24/7", "全天开放"),
        ("Tu off", "周二 不开放"),
        ("Mo-Fr sunrise-sunset", "Mo-Fr sunrise-sunset"),
        (None, ""),
    ],
)
def test_hours_in_words(handed, written, told):
    assert words_of(handed.load("zh", parts=False)).hours(written) == told


@pytest.mark.parametrize("older", [False, True])
def test_committees_have_the_share_of_other_sheets_and_its_ends(handed, tmp_path, older):
    """A run of an older version called the low end the share, and had no other."""
    handover = handed.load()
    shape = handover.run.layers["areas"].geometry.iloc[[0]]
    shares = {"share_any": 0.75, "share_any_low": 0.6, "share_any_high": 0.8}
    shares |= {name.replace("any", "own"): share / 2 for name, share in shares.items()}
    if older:
        shares = {name: value for name, value in shares.items() if not name.endswith("_low")}
    table = {
        "name": "First", "kind": "residents", "town": "East", "facility_id": "", "people": 100.0,
        "minutes_own": np.nan, "minutes_nearest": 4.0,
    }  # fmt: skip
    layer = gpd.GeoDataFrame([table | shares], geometry=shape.to_numpy(), crs=shape.crs)
    run = replace(handover.run, layers=handover.run.layers | {"committees": layer})
    write_workbook(replace(handover, run=run), tmp_path / "report.xlsx")
    row = rows_of(tmp_path / "report.xlsx", "Committees").iloc[0]
    any_, own = "Share of residents who reach any station", "Share of residents who reach their own"
    found = [row[any_], row["At least"], row["At most"], row[own], row["At least.1"]]
    if older:
        assert [value for value in found if not math.isnan(value)] == [0.75, 0.8, 0.375]
        assert math.isnan(row[any_])
    else:
        assert found == [0.75, 0.6, 0.8, 0.375, 0.3]
