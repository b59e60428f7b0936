"""`planner locate`: from a table without coordinates to a file to confirm, and into a run."""

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.crs import from_wgs84_lonlat, to_wgs84_lonlat
from planner.sources.tables import load_facilities
from tests.sources.osm.test_named_reader import OSM

PLAN = """name = "hand"
language = "{language}"
[network]
osm = "hand.osm"
[facilities]
table = "located.xlsx"
"""
HEADING = "facility_id,name,address,level"
ROWS = [
    "007,宝钢一村居委会,,town",
    "008,=1+1,友谊路88号,",
    "009,天外天,,",
    "010,暖心小屋,友谊路,",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hand.osm").write_text(OSM, encoding="utf-8")
    (tmp_path / "plan.toml").write_text(PLAN.format(language="zh"), encoding="utf-8")
    write(tmp_path / "stations.csv", [HEADING, *ROWS])
    return tmp_path


def write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def locate(folder: Path, table: str = "stations.csv", out: str = "located.xlsx") -> Result:
    words = ["locate", folder / table, "--plan", folder / "plan.toml", "--out", folder / out]
    return CliRunner().invoke(app, [str(word) for word in words])


def fault(result: Result) -> str:
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


def rows_of(path: Path, sheet: int = 0) -> list[dict[str, object]]:
    values = list(openpyxl.load_workbook(path).worksheets[sheet].values)
    return [dict(zip(values[0], row, strict=True)) for row in values[1:]]


def test_counts_and_rows_without_a_place_are_printed(folder: Path):
    result = locate(folder)
    assert result.exit_code == 0, result.output
    assert "certain     2 rows" in result.stdout
    assert "no place: row 4: 天外天" in result.stdout


def test_the_sheet_has_all_columns_and_ours(folder: Path):
    assert locate(folder).exit_code == 0
    first, house, nowhere, street = rows_of(folder / "located.xlsx")
    assert list(first) == [
        *HEADING.split(","), "lon", "lat", "approximate", "radius_m", "confidence", "why",
        "确认", "map",
    ]  # fmt: skip
    assert (first["facility_id"], first["level"]) == ("007", "town")
    assert (first["lon"], first["lat"]) == pytest.approx((121.501, 31.501), abs=1e-5)
    assert (first["approximate"], first["confidence"], first["确认"]) == ("yes", "certain", "否")
    assert "宝钢一村" in str(first["why"])
    # A text that looks like a formula is one that our reader takes the apostrophe off.
    assert house["name"] == "'=1+1"
    assert (house["lon"], house["lat"]) == pytest.approx((121.40, 31.40))
    assert (nowhere["lon"], nowhere["approximate"], nowhere["confidence"]) == (None, None, "none")
    assert (street["confidence"], street["why"]) == (
        "guess",
        "仅道路已知：友谊路; 仅凭这一点不能确定",
    )


def test_the_workbook_holds_a_choice_links_and_an_explanation(folder: Path):
    assert locate(folder).exit_code == 0
    book = openpyxl.load_workbook(folder / "located.xlsx")
    assert book.sheetnames == ["定位结果", "候选位置", "说明"]
    choice = book.worksheets[0].data_validations.dataValidation[0]
    assert (choice.formula1, str(choice.sqref)) == ('"是,否"', "K2:K5")
    candidates = rows_of(folder / "located.xlsx", 1)
    assert [row["rank"] for row in candidates if row["row"] == 2] == [1]
    link = book.worksheets[1].cell(2, 10).hyperlink
    assert link.target.startswith("https://www.openstreetmap.org/?mlat=31.50")


def test_the_file_can_be_named_in_the_plan_and_confirmed(folder: Path):
    assert locate(folder).exit_code == 0
    path = folder / "located.xlsx"
    table = load_facilities(path)
    assert table.rows["approximate"].tolist() == [True, True, True]
    assert table.rows["name"].tolist() == ["宝钢一村居委会", "=1+1", "暖心小屋"]
    assert list(table.unplaced.values()) == ["天外天"]
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["K2"] = "是"
    book.save(path)
    assert load_facilities(path).rows["approximate"].tolist() == [False, True, True]


@pytest.mark.parametrize("out", ["located.csv", "located.geojson"])
def test_other_formats_hold_the_same(folder: Path, out: str):
    assert locate(folder).exit_code == 0
    assert locate(folder, out=out).exit_code == 0
    book, other = load_facilities(folder / "located.xlsx"), load_facilities(folder / out)
    columns = ["facility_id", "name", "approximate", "radius_m", "confidence", "why"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(book.rows[columns]), pd.DataFrame(other.rows[columns])
    )
    assert book.rows.geometry.geom_equals_exact(other.rows.geometry, 1e-9).all()


def test_a_confirmed_row_of_a_csv_counts(folder: Path):
    assert locate(folder, out="located.csv").exit_code == 0
    path = folder / "located.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",否,", ",是,", 1), encoding="utf-8")
    assert load_facilities(path).rows["approximate"].tolist() == [False, True, True]


def test_rows_with_coordinates_keep_them_and_help_others(folder: Path):
    rows = [
        "facility_id,name,address,lon,lat",
        "1,天外天,,121.45,31.45",
        "2,天外天,,,",
        "3,海上花,,0,0",
    ]
    write(folder / "stations.csv", rows)
    result = locate(folder, out="located.geojson")
    assert result.exit_code == 0
    assert "1 rows had coordinates" in result.stdout
    content = json.loads((folder / "located.geojson").read_text(encoding="utf-8"))
    places = [feature["geometry"] for feature in content["features"]]
    assert places[0]["coordinates"] == [121.45, 31.45]
    assert places[1]["coordinates"] == pytest.approx([121.45, 31.45])
    assert places[2] is None
    approximate = [feature["properties"]["approximate"] for feature in content["features"]]
    assert approximate == ["no", "yes", ""]


def test_a_second_search_keeps_what_the_first_one_said(folder: Path):
    assert locate(folder).exit_code == 0
    book = openpyxl.load_workbook(folder / "located.xlsx")
    sheet = book.worksheets[0]
    sheet["K2"], sheet["E5"], sheet["F5"] = "是", None, None
    sheet.append(["011", "沈宅村居委会"])
    book.save(folder / "mine.xlsx")
    assert locate(folder, "mine.xlsx", "again.xlsx").exit_code == 0
    first, second = rows_of(folder / "located.xlsx"), rows_of(folder / "again.xlsx")
    assert list(first[0]) == list(second[0])
    assert second[0] == first[0] | {"确认": "是"}
    assert second[1:4] == first[1:4]
    assert (second[4]["approximate"], second[4]["确认"]) == ("yes", "否")
    assert load_facilities(folder / "again.xlsx").rows["approximate"].tolist() == [
        False, True, True, True,
    ]  # fmt: skip


def test_columns_of_the_user_that_are_called_like_ours_stay(folder: Path):
    write(folder / "stations.csv", ["facility_id,name,map,why,确认", "1,宝钢一村,sheet 7,because,"])
    assert locate(folder).exit_code == 0
    (row,) = rows_of(folder / "located.xlsx")
    assert (row["given:map"], row["given:why"], row["确认"]) == ("sheet 7", "because", "否")
    assert str(row["map"]).startswith("https://www.openstreetmap.org/")


def test_a_coordinate_that_is_none_is_told_and_sought(folder: Path):
    write(folder / "stations.csv", ["facility_id,name,lon,lat", "1,宝钢一村,121.4x,31.4"])
    result = locate(folder)
    assert result.exit_code == 0
    assert "row 2: lon '121.4x' is no number, so a place is sought" in result.stdout


def test_a_text_that_no_cell_takes(folder: Path):
    write(folder / "stations.csv", ["facility_id,name,why else", f"1,宝钢一村,{'长' * 33_000}"])
    assert "which no cell of a workbook takes; write a .csv" in fault(locate(folder))
    assert not list(folder.glob("*.xlsx"))
    assert locate(folder, out="located.csv").exit_code == 0


@pytest.mark.parametrize("out", ["located.csv", "located.xlsx", "located.geojson"])
def test_the_file_is_in_the_datum_of_the_plan_and_stands_in_for_the_table(folder: Path, out: str):
    plan = PLAN.format(language="en").replace("[facilities]\n", '[facilities]\ncrs = "GCJ-02"\n')
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    write(folder / "stations.csv", ["编号,名称,经度,纬度", "1,a,121.4500,31.4500", "2,宝钢一村,,"])
    result = locate(folder, out=out)
    assert result.exit_code == 0, result.output
    assert "with the crs that stands there (GCJ-02)" in " ".join(result.stdout.split())
    first, second = load_facilities(folder / out, crs="GCJ-02").rows.geometry
    # In Shanghai GCJ-02 lies some 450 m east and 200 m south of WGS-84.
    assert (first.x, first.y) == pytest.approx((121.4455, 31.4521), abs=5e-4)
    assert (second.x, second.y) == pytest.approx((121.501, 31.501), abs=2e-6)


def test_coordinates_stay_under_the_headings_of_the_table_and_as_they_are(folder: Path):
    write(folder / "stations.csv", ["编号,名称,东,北", "1,a,121°27′0″,31.45", "2,宝钢一村,,"])
    plan = PLAN.format(language="zh") + '[facilities.columns]\nlon = "东"\nlat = "北"\n'
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    assert locate(folder).exit_code == 0
    first, second = rows_of(folder / "located.xlsx")
    assert (first["东"], first["北"]) == ("121°27′0″", 31.45)
    assert (second["东"], second["北"]) == pytest.approx((121.501, 31.501), abs=1e-5)
    assert not {"lon", "lat"} & {*first}
    assert "东" in rows_of(folder / "located.xlsx", 1)[0]
    for out in ("located.xlsx", "located.csv", "located.geojson"):
        assert out == "located.xlsx" or locate(folder, out=out).exit_code == 0
        table = load_facilities(folder / out, columns={"lon": "东", "lat": "北"})
        assert table.rows.geometry.x.tolist() == pytest.approx([121.45, 121.501])


def test_one_cell_for_both_coordinates_is_filled_in(folder: Path):
    write(folder / "stations.csv", ["编号;名称;坐标", "1;a;121.45,31.45", "2;宝钢一村;"])
    assert locate(folder).exit_code == 0
    first, second = rows_of(folder / "located.xlsx")
    assert (first["坐标"], second["坐标"]) == ("121.45,31.45", "121.501000, 31.501000")
    assert load_facilities(folder / "located.xlsx").rows.geometry.x.tolist() == pytest.approx(
        [121.45, 121.501]
    )


def test_a_local_grid_is_written_in_its_metres(folder: Path):
    """Its control points lie on UTM 51: x and y of the grid are UTM less 350,000 and 3,480,000."""
    points = [(10_000, 5_000), (11_000, 5_000), (10_000, 6_500)]
    lonlat = to_wgs84_lonlat(
        [x + 350_000 for x, _ in points], [y + 3_480_000 for _, y in points], "EPSG:32651"
    )
    rows = [
        f"{x},{y},{lon:.9f},{lat:.9f}" for (x, y), lon, lat in zip(points, *lonlat, strict=True)
    ]
    write(folder / "control.csv", ["x,y,lon,lat", *rows])
    plan = PLAN.format(language="en").replace("[facilities]\n", '[facilities]\ncrs = "local"\n')
    (folder / "plan.toml").write_text(f'control_points = "control.csv"\n{plan}', encoding="utf-8")
    write(folder / "stations.csv", ["facility_id,name,lon,lat", "1,a,10500,5500", "2,宝钢一村,,"])
    result = locate(folder)
    assert result.exit_code == 0, result.output
    first, second = rows_of(folder / "located.xlsx")
    there = from_wgs84_lonlat(121.501, 31.501, "EPSG:32651")
    assert (first["lon"], first["lat"]) == (10_500, 5_500)
    assert second["lon"] == pytest.approx(there[0][0] - 350_000, abs=0.2)
    assert second["lat"] == pytest.approx(there[1][0] - 3_480_000, abs=0.2)


def test_english_plans_get_english_words(folder: Path):
    (folder / "plan.toml").write_text(PLAN.format(language="en"), encoding="utf-8")
    assert locate(folder).exit_code == 0
    row = rows_of(folder / "located.xlsx")[0]
    assert row["confirmed"] == "no"
    assert str(row["why"]).startswith("these homes are known: 宝钢一村")


def test_a_table_without_names_and_addresses(folder: Path):
    write(folder / "stations.csv", ["facility_id,level", "1,town"])
    assert "no column 'name' and none 'address'" in fault(locate(folder))


def test_a_table_that_needs_nothing(folder: Path):
    write(folder / "stations.csv", ["facility_id,name,lon,lat", "1,a,121.4,31.4"])
    assert "nothing to locate: all of its 1 rows have coordinates" in fault(locate(folder))


def test_a_folder_that_is_not_there(folder: Path):
    assert "no such folder; make it" in fault(locate(folder, out="none/located.xlsx"))


def test_an_ending_that_is_not_written(folder: Path):
    assert "give .xlsx, .csv, .geojson" in fault(locate(folder, out="located.doc"))


def test_the_input_is_never_overwritten(folder: Path):
    before = (folder / "stations.csv").read_bytes()
    assert "is read by this very command" in fault(locate(folder, out="stations.csv"))
    assert (folder / "stations.csv").read_bytes() == before


def test_what_somebody_may_have_confirmed_is_never_overwritten(folder: Path):
    assert locate(folder).exit_code == 0
    before = (folder / "located.xlsx").read_bytes()
    # The plan names it too, and it is there now: either way it stays.
    assert "located.xlsx" in fault(locate(folder))
    assert (folder / "located.xlsx").read_bytes() == before
    (folder / "other.csv").write_text("mine", encoding="utf-8")
    assert "may hold what you confirmed" in fault(locate(folder, out="other.csv"))
    assert (folder / "other.csv").read_text(encoding="utf-8") == "mine"
    assert not list(folder.glob(".planner-*"))
