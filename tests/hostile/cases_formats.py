"""Workbooks, shapefiles and Parquet that are not what they say, or unpack to far too much."""

from __future__ import annotations

import io
import json
import struct
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import shapefile

from tests.hostile.case import CHECK, Case
from tests.hostile.city import FACILITIES, Break, both, content, in_file, renamed
from tests.sources.formats import to_layer, write_ods, write_xls, write_xlsx

ROWS = [line.split(",") for line in FACILITIES]
SHEET = "xl/worksheets/sheet1.xml"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@cache
def workbook(ending: str = ".xlsx") -> bytes:
    """The table of facilities as a workbook."""
    write = {".xlsx": write_xlsx, ".xls": write_xls, ".ods": write_ods}[ending]
    with tempfile.TemporaryDirectory() as folder:
        return write(Path(folder) / f"t{ending}", ROWS).read_bytes()


def with_part(part: str, change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    """The workbook with one of its parts changed; large ones are made when they are written."""

    def make() -> bytes:
        made = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(workbook())) as old,
            zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
        ):
            for name in old.namelist():
                held = old.read(name)
                new.writestr(name, change(held) if name == part else held)
        return made.getvalue()

    return make


def in_sheet(old: str, new: str, times: int = 1) -> Callable[[], bytes]:
    return with_part(SHEET, lambda text: text.replace(old.encode(), new.encode() * times, 1))


def with_claimed_size(size: int) -> bytes:
    """A workbook whose list of files says that its sheet unpacks to something else."""
    made = bytearray(workbook())
    struct.pack_into("<L", made, made.rfind(SHEET.encode()) - 46 + 24, size)
    return bytes(made)


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in files.items():
            archive.writestr(name, held)
    return made.getvalue()


def zipped_shapefile(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The facilities as a zipped shapefile with one of its files changed."""
    parts = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts) as writer:
        writer.field("facility_i", "C")
        writer.field("name", "C")
        for row in ROWS[1:]:
            writer.point(float(row[2]), float(row[3]))
            writer.record(row[0], row[1])
    files = {f"t.{ending}": part.getvalue() for ending, part in parts.items()}
    files["t.prj"] = to_layer(ROWS).crs.to_wkt("WKT1_ESRI").encode()
    change(files)
    return zipped(**files)


def patch(name: str, at: int, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        files[name] = files[name][:at] + new + files[name][at + len(new) :]

    return change


def parquet(**columns: object) -> bytes:
    made = io.BytesIO()
    pq.write_table(pa.table(columns), made)
    return made.getvalue()


def repeated_parquet() -> bytes:
    """A million rows of one long text: a file of some kilobytes."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000), pa.array(["x" * 100_000]))
    return parquet(facility_id=text, name=text)


def wrong_geo() -> bytes:
    metadata = {b"geo": json.dumps({"primary_column": "g", "columns": {"g": {}}}).encode()}
    made = io.BytesIO()
    pq.write_table(pa.table({"g": [b"x"]}).replace_schema_metadata(metadata), made)
    return made.getvalue()


def case(name: str, data: bytes | Callable[[], bytes], *says: str, works: bool = False) -> Case:
    """Let the plan name this file as its table of facilities."""
    change: Break = renamed("facilities.csv", name, data)
    return Case(change, (name, *says), CHECK, works=works)


CASES = {
    "half a workbook": case("t.xlsx", workbook()[:2000], "broken or cut short"),
    "a protected workbook": case(
        "t.xlsx", OLD + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"
    ),
    "an old workbook of nulls": case("t.xls", OLD + bytes(2000), "workbook"),
    "a page called xls": case("t.xls", b"<html><body><table></table></body></html>", "HTML"),
    "a sheet of spaces that unpacks to 650 MB": case(
        "t.xlsx", in_sheet("</sheetData>", " " * 1_000_000, 650), "memory"
    ),
    "a cell of 300 MB": case(
        "t.xlsx", in_sheet("<v>0</v>", "<v>" + "9" * 1_000_000, 300), works=True
    ),
    "a cell in the last corner of a sheet": case(
        "t.xlsx",
        in_sheet(
            "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
        "memory",
    ),
    "a row beyond every sheet": case(
        "t.xlsx", in_sheet('r="A2"', 'r="A99999999999999999999"'), works=True
    ),
    "a text that is not among those shared": case(
        "t.xlsx", in_sheet("<v>9<", "<v>999<"), "workbook"
    ),
    "entities of entities": case(
        "t.xlsx",
        with_part(
            "xl/workbook.xml",
            lambda text: text.replace(
                b"<workbook",
                b'<!DOCTYPE w [<!ENTITY a "xxxxxxxxxx">'
                + b"".join(
                    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode()
                    for n in range(12)
                )
                + b"]><workbook",
                1,
            ).replace(b'name="', b'name="&m;', 1),
        ),
        works=True,
    ),
    "a sheet that lies elsewhere": case(
        "t.xlsx",
        with_part(
            "xl/_rels/workbook.xml.rels",
            lambda text: text.replace(b"worksheets/sheet1.xml", b"../../../etc/passwd"),
        ),
        "workbook",
    ),
    "XML that ends early": case("t.xlsx", with_part(SHEET, lambda text: text[:900]), "workbook"),
    "a size that is not true": case("t.xlsx", with_claimed_size(5), works=True),
    "a size of 4 GB": case("t.xlsx", with_claimed_size(4_000_000_000), "unpacks to more"),
    "a zip in a zip": case("t.zip", zipped(**{"t.zip": zipped(**{"t.shp": b"x"})}), "neither"),
    "a zip of two shapefiles": case(
        "t.zip", zipped(**{"a.shp": b"", "b.shp": b""}), "a.shp, b.shp"
    ),
    "a shapefile alone": case("t.shp", b"\0\0\x27\x0a" + bytes(96), ".dbf"),
    "a shapefile without rows": case(
        "t.zip", zipped_shapefile(lambda files: files.update({"t.dbf": b""})), "shapefile"
    ),
    "a shapefile of noise": case(
        "t.zip", zipped_shapefile(patch("t.shp", 100, b"\xff" * 60)), works=True
    ),
    "a shapefile with a billion rows": case(
        "t.zip", zipped_shapefile(patch("t.dbf", 4, b"\xff\xff\xff\x7f")), "rows"
    ),
    "a shapefile in a CRS of nowhere": case(
        "t.zip", zipped_shapefile(lambda files: files.update({"t.prj": b"GEOGCS[nowhere"})), "CRS"
    ),
    "half a Parquet": case("t.parquet", parquet(a=["x"] * 99)[:300], "Parquet"),
    "Parquet that unpacks to far too much": case("t.parquet", repeated_parquet),
    "Parquet whose geometry is none": case("t.parquet", wrong_geo()),
    "a GeoPackage called csv": case("t.csv", b"SQLite format 3\0" + bytes(100), "t.csv"),
    "a sheet that is not there": Case(
        both(
            content("t.xlsx", workbook()),
            in_file("plan.toml", "facilities.csv", "t.xlsx#Sheet 9"),
        ),
        ("t.xlsx", "no sheet 'Sheet 9'", "站点"),
        CHECK,
    ),
}
