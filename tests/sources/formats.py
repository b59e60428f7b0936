"""Writes one table in every format that is read, as programs and people write it."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import geopandas as gpd
import openpyxl
import pandas as pd
import shapefile
import shapely
import xlsxwriter
import xlwt
from openpyxl.styles import Font

Rows = Sequence[Sequence[str]]


def as_number(text: str) -> str | float:
    """What stands in a cell: numbers as numbers; 007 and numbers of 20 digits were kept as text."""
    plain = text.replace(".", "", 1).lstrip("-")
    if (
        plain.isdecimal()
        and len(plain) <= 15
        and not (len(plain) > 1 and text.startswith("0") and "." not in text)
    ):
        return float(text) if "." in text else int(text)
    return text


def write_text(path: Path, rows: Rows, *, encoding: str = "utf-8", separator: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_marked_utf16(path: Path, rows: Rows, *, big: bool) -> Path:
    """As Excel saves "Unicode text": UTF-16 with a mark, and tabs."""
    write_text(path, rows, encoding="utf-16-be" if big else "utf-16-le", separator="\t")
    path.write_bytes((b"\xfe\xff" if big else b"\xff\xfe") + path.read_bytes())
    return path


def write_xlsx(path: Path, rows: Rows) -> Path:
    """A plain workbook, numbers as numbers."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    sheet = book.add_worksheet("站点")
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write(number, column, as_number(text))
    book.close()
    return path


def write_report(path: Path, rows: Rows) -> Path:
    """A workbook as an office makes it: titles, merged cells, an empty row, sums and a remark."""
    book = openpyxl.Workbook()
    book.active.title = "说明"
    sheet = book.create_sheet("站点")
    width = len(rows[0])
    sheet.append(["宝山区党群服务站点汇总表"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = Font(bold=True, size=18)
    sheet.append(["填报单位：组织部", None, "日期：2026年11月"])
    sheet.merge_cells("A2:B2")
    for row in rows:
        sheet.append([as_number(text) if text else None for text in row])
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    sheet.append([])
    sheet.append(["合计", None, len(rows) - 1])
    sheet.append(["注：以上数据由各街镇填报"])
    last = sheet.max_row
    sheet.merge_cells(start_row=last, start_column=1, end_row=last, end_column=width)
    book.save(path)
    return path


def write_xls(path: Path, rows: Rows) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("站点")
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write(number, column, as_number(text))
    book.save(str(path))
    return path


def write_ods(path: Path, rows: Rows) -> Path:
    """A small OpenDocument sheet, with what its readers need."""
    lines = []
    for row in rows:
        cells = [
            f'<table:table-cell office:value-type="float" office:value="{text}"/>'
            if isinstance(as_number(text), int | float)
            else '<table:table-cell office:value-type="string"><text:p>'
            f"{escape(text)}</text:p></table:table-cell>"
            if text
            else "<table:table-cell/>"
            for text in row
        ]
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f'xmlns:office="{oasis}:office:1.0" xmlns:table="{oasis}:table:1.0" '
        f'xmlns:text="{oasis}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="站点">{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            f'xmlns:manifest="{oasis}:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
    return path


def to_layer(rows: Rows) -> gpd.GeoDataFrame:
    """The rows as points; texts stay texts."""
    table = pd.DataFrame(rows[1:], columns=list(rows[0]))
    points = shapely.points(table.pop("lon").astype(float), table.pop("lat").astype(float))
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def write_shapefile(path: Path, layer: gpd.GeoDataFrame) -> Path:
    """As ArcGIS in a Chinese office writes it: GBK, names of ten letters, no .cpg."""
    with shapefile.Writer(str(path), encoding="gbk") as writer:
        names = [name for name in layer.columns if name != "geometry"]
        for name in names:
            writer.field(name[:10], "C", size=80)
        for values, shape in zip(layer[names].to_numpy(), layer.geometry, strict=True):
            writer.record(*values)
            writer.shape(json.loads(shapely.to_geojson(shape)))
    path.with_suffix(".prj").write_text(layer.crs.to_wkt("WKT1_ESRI"), encoding="ascii")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


def write_zip(path: Path, layer: gpd.GeoDataFrame, *, folder: str = "") -> Path:
    """A shapefile in a zip, perhaps in a folder there, with what macOS adds."""
    inside = path.with_name("zipped")
    inside.mkdir()
    layer.to_file(write_to := inside / "layer.shp", encoding="utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(write_to.parent.iterdir()):
            archive.write(part, folder + part.name)
        archive.writestr("__MACOSX/._layer.shp", b"x")
    shutil.rmtree(inside)
    return path


#: Name of a format -> ending, and what writes a table of texts so.
TABLES: dict[str, tuple[str, Callable[[Path, Rows], Path]]] = {
    "CSV": (".csv", write_text),
    "UTF-8 with a mark": (".csv", lambda p, rows: write_text(p, rows, encoding="utf-8-sig")),
    "GB 18030": (".csv", lambda p, rows: write_text(p, rows, encoding="gb18030")),
    "UTF-16": (".csv", lambda p, rows: write_marked_utf16(p, rows, big=False)),
    "UTF-16, big end first": (".txt", lambda p, rows: write_marked_utf16(p, rows, big=True)),
    "tabs": (".tsv", lambda p, rows: write_text(p, rows, separator="\t")),
    "semicolons": (".csv", lambda p, rows: write_text(p, rows, separator=";")),
    "xlsx": (".xlsx", write_xlsx),
    "a report": (".xlsx", write_report),
    "xls": (".xls", write_xls),
    "ods": (".ods", write_ods),
    "a workbook named .csv": (".csv", write_xlsx),
    "Parquet": (".parquet", lambda p, rows: _plain_parquet(p, rows)),
}
#: The same of a layer.
LAYERS: dict[str, tuple[str, Callable[[Path, gpd.GeoDataFrame], object]]] = {
    "GeoJSON": (".geojson", lambda p, layer: layer.to_file(p, driver="GeoJSON")),
    "GeoPackage": (".gpkg", lambda p, layer: layer.to_file(p, driver="GPKG", layer="layer")),
    "shapefile": (".shp", write_shapefile),
    "zipped shapefile": (".zip", lambda p, layer: write_zip(p, layer, folder="out/")),
    "GeoParquet": (".geoparquet", lambda p, layer: layer.to_parquet(p)),
}


def _plain_parquet(path: Path, rows: Rows) -> Path:
    pd.DataFrame(rows[1:], columns=list(rows[0])).to_parquet(path)
    return path
