"""What a file of a table is inside: its first bytes count for more than the ending of its name."""

import re
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO, Final

from planner.errors import SourceError
from planner.sources.table_paths import WORKBOOKS

#: What a file that holds text may be called.
TEXTS: Final = (".csv", ".tsv", ".txt")
#: Endings that mean the same format: ending -> the one that stands for it.
SAME: Final = {
    ".xlsm": ".xlsx", ".geoparquet": ".parquet", ".shz": ".zip", ".json": ".geojson",
    ".tsv": ".csv", ".txt": ".csv",
}  # fmt: skip
_CALLED: Final = {
    ".xlsx": "a workbook (.xlsx)",
    ".xlsb": "a workbook (.xlsb)",
    ".ods": "a workbook (.ods)",
    ".xls": "a workbook of an older Excel (.xls)",
    ".zip": "a zipped shapefile",
    ".shp": "a shapefile",
    ".parquet": "a Parquet file",
    ".gpkg": "a GeoPackage",
    ".geojson": "a GeoJSON",
    ".csv": "text with separators",
}
_BEGINNINGS: Final = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ".xls",
    b"PAR1": ".parquet",
    b"SQLite format 3\0": ".gpkg",
    b"\0\0\x27\x0a": ".shp",
}
_MARKUP: Final = re.compile(rb"<(!doctype|html|head|body|table|meta|style|\?xml|kml)\b", re.I)
_JSON: Final = re.compile(rb'\{\s*"')
#: What is said of pages and others that begin with <.
_PAGES: Final = (
    (b"spreadsheet", "an XML table of Excel 2003"),
    (b"<kml", "a KML"),
    (b"<html", "an HTML page"),
    (b"<table", "an HTML page"),
    (b"<!doctype html", "an HTML page"),
)
#: What a zip may unpack to; its list of files; files in it.
MOST_UNPACKED: Final = 1_500_000_000
_MOST_LIST: Final = 5_000_000
_SAVE_XLSX: Final = "open it in a spreadsheet and save it as .xlsx"


def find_kind(path: Path, file: BinaryIO) -> tuple[str, str]:
    """Return the ending that files of its format usually have, and a note if it has another one.

    Parameters
    ----------
    path
        Of the file; its ending is one that is read.
    file
        At its start, where it is left.

    Raises
    ------
    SourceError
        If it is something that is not read, or a zip that is broken or unpacks to too much.
    """
    start = file.read(1000)
    file.seek(0)
    ending = path.suffix.lower()
    named = SAME.get(ending, ending)
    found = _look_inside(path, file, start, ending) or named
    file.seek(0)
    if found == named:
        return named, ""
    return found, f"{path.name}: is {_CALLED[found]} inside, and read as one"


def _look_inside(path: Path, file: BinaryIO, start: bytes, ending: str) -> str:
    """Return the ending that the content tells, "" where the name has to be believed."""
    if start.startswith(b"PK\x03\x04"):
        return _find_kind_of_zip(path, file)
    for beginning, kind in _BEGINNINGS.items():
        if start.startswith(beginning):
            return kind
    if ending not in (*TEXTS, *WORKBOOKS):
        return ""
    text = start.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip()
    if _MARKUP.match(text.removeprefix(b"\xff\xfe")):
        what = next((words for sign, words in _PAGES if sign in text.lower()), "an XML file")
        raise SourceError(f"{path}: is {what} inside, no table; {_SAVE_XLSX}")
    if _JSON.match(text) and b'"type"' in text:
        return ".geojson"
    return ".csv" if ending in WORKBOOKS and _is_text(start) else ""


def _is_text(start: bytes) -> bool:
    """Tell whether a file begins as text in one of the encodings that are read."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    return bool(start) and not re.search(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]", start)


def _find_kind_of_zip(path: Path, file: BinaryIO) -> str:
    """Tell by the files in a zip what it is."""
    names = {name.lower() for name in check_zip(path, file)}
    if "xl/workbook.bin" in names:
        return ".xlsb"
    if "[content_types].xml" in names and any(name.startswith("xl/") for name in names):
        return ".xlsx"
    if {"mimetype", "content.xml"} <= names:
        return ".ods"
    if any(name.endswith(".shp") for name in names):
        return ".zip"
    if any(name.endswith(".kml") for name in names):
        raise SourceError(f"{path}: is a KMZ, which is not read; export it as GeoJSON")
    raise SourceError(f"{path}: is a zip that holds neither a workbook nor a shapefile; unpack it")


def check_zip(path: Path, file: BinaryIO) -> list[str]:
    """Return the names of the files in a zip.

    Raises
    ------
    SourceError
        If it is broken or protected, or unpacks to more than is read.
    """
    broken = f"{path}: is a zip or workbook that is broken or cut short; save or download it again"
    # A list of millions of files would fill the memory while it is read.
    file.seek(0, 2)
    file.seek(-min(file.tell(), 70_000), 2)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise SourceError(broken)
    if struct.unpack_from("<L", tail, at + 12)[0] > _MOST_LIST:
        raise SourceError(f"{path}: is a zip of too many files to be a table; give the table alone")
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error):
        raise SourceError(broken) from None
    if any(member.flag_bits & 1 for member in members):
        raise SourceError(f"{path}: is protected with a password; save a copy without one")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise SourceError(
            f"{path}: unpacks to more than the {MOST_UNPACKED / 1e9:g} GB that are read; cut it to "
            "the study area"
        )
    return [member.filename for member in members]
