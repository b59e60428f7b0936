"""Rows of a shapefile, alone or zipped, read with pyshp."""

from __future__ import annotations

import codecs
import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final

import shapefile

from planner.sources.foreign.cell_texts import to_text
from planner.sources.foreign.child import RowWriter, TableError, TableOrder, list_briefly

#: Files of a shapefile: the shapes, where each begins, the attributes, the CRS, the encoding.
NEEDED: Final = (".shp", ".shx", ".dbf", ".prj")
_CPG: Final = ".cpg"
_TOGETHER: Final = "copy all files of the shapefile (.shp, .shx, .dbf, .prj) together"
#: In GeoJSON no geometry is of this type: whoever reads it will say that it cannot be read.
_UNREADABLE: Final = {"type": "unreadable"}
_FAULTS: Final = (
    shapefile.ShapefileException, shapefile.GeoJSON_Error, struct.error, ValueError, TypeError,
    LookupError, OverflowError, AssertionError, AttributeError, EOFError, OSError, RecursionError,
)  # fmt: skip


def write_shapefile(order: TableOrder, rows: RowWriter) -> dict[str, Any]:
    """Write all shapes with their attributes, numbered from 1.

    Returns
    -------
    dict
        `columns`, `encoding` and whether it was guessed, `crs` (the text of the .prj), `broken`
        (whether a text ends within a character).
    """
    parts = _open_zipped(order.path) if order.kind == ".zip" else _open_beside(Path(order.path))
    missing = [ending for ending in NEEDED if ending not in parts]
    if missing:
        what = "its CRS is unknown" if missing == [".prj"] else "it cannot be read"
        raise TableError(f"{', '.join(missing)} is missing, so {what}; {_TOGETHER}")
    said = parts[_CPG].read(100).decode("ascii", "replace").strip() if _CPG in parts else ""
    try:
        encoding, guessed = _find_encoding(parts[".dbf"], said)
        reader = shapefile.Reader(
            shp=parts[".shp"], shx=parts[".shx"], dbf=parts[".dbf"],
            encoding=encoding, encodingErrors="replace",
        )  # fmt: skip
        columns = [str(field[0]) for field in reader.fields if field[0] != "DeletionFlag"]
        if reader.numShapes != reader.numRecords:
            raise TableError(
                f"has {reader.numShapes:,} shapes in its .shp and {reader.numRecords:,} rows in "
                f"its .dbf; {_TOGETHER}"
            )
        broken = _write_rows(reader, rows)
    except _FAULTS as error:
        fault = " ".join(str(error).split())[:120]
        raise TableError(f"cannot be read as a shapefile ({fault}); export it again") from None
    crs = parts[".prj"].read(100_000).decode("utf-8", "replace")
    return {
        "columns": columns, "crs": crs, "encoding": encoding, "guessed": guessed, "broken": broken,
    }  # fmt: skip


def _write_rows(reader: shapefile.Reader, rows: RowWriter) -> bool:
    """Write shapes and attributes; return whether a text was cut within a character."""
    broken = False
    for number in range(reader.numShapes):
        record = reader.record(number)
        if record is None:  # deleted, but not yet packed
            continue
        texts = [to_text(value) for value in record]
        broken = broken or any("\ufffd" in text for text in texts)
        try:
            rows.write(number + 1, texts, _read_geometry(reader, number))
        except _FAULTS:
            rows.write(number + 1, texts, _UNREADABLE)
    return broken


def _read_geometry(reader: shapefile.Reader, number: int) -> Mapping[str, Any] | None:
    """Return a shape as GeoJSON has it, None for one that is no shape."""
    shape = reader.shape(number)
    if shape.shapeType == shapefile.NULL:
        return None
    geometry: Mapping[str, Any] = shape.__geo_interface__
    return geometry if geometry.get("coordinates") else None


def _open_beside(path: Path) -> dict[str, BinaryIO]:
    """Open the files of a shapefile that lie beside each other, in whatever letters."""
    wanted = {path.stem.lower() + ending: ending for ending in (*NEEDED, _CPG)}
    found = {
        wanted[other.name.lower()]: other
        for other in sorted(path.parent.iterdir(), reverse=True)
        if other.name.lower() in wanted and other.is_file()
    }
    return {ending: other.open("rb") for ending, other in (found | {".shp": path}).items()}


def _open_zipped(path: str) -> dict[str, BinaryIO]:
    """Return the files of the only shapefile in a zip; nothing is unpacked to the disk."""
    with zipfile.ZipFile(path) as archive:
        names = [
            PurePosixPath(name)
            for name in archive.namelist()
            if not name.startswith("__MACOSX/") and not PurePosixPath(name).name.startswith("._")
        ]
        shapes = [name for name in names if name.suffix.lower() == ".shp"]
        if len(shapes) != 1:
            has = list_briefly(map(str, shapes)) or "none"
            raise TableError(f"holds not one shapefile but {has}; zip one alone")
        wanted = str(shapes[0].with_suffix("")).lower()
        try:
            return {
                name.suffix.lower(): io.BytesIO(archive.read(str(name)))
                for name in names
                if str(name.with_suffix("")).lower() == wanted
                and name.suffix.lower() in (*NEEDED, _CPG)
            }
        except (zipfile.BadZipFile, OSError, KeyError, NotImplementedError, EOFError) as error:
            fault = " ".join(str(error).split())[:120]
            raise TableError(f"cannot be unpacked ({fault}); zip it again") from None


def _find_encoding(dbf: BinaryIO, said: str) -> tuple[str, bool]:
    """Return the encoding of the texts, and whether it had to be guessed.

    As the .cpg says it, else UTF-8 if all texts are that, else GB 18030, which holds all of GBK.
    """
    name = said.lower().replace("oem", "").replace("ansi", "").strip(" :")
    name = f"cp{name}" if name.isdecimal() else name
    try:
        known = codecs.lookup(name).name if name else ""
    except LookupError:
        known = ""
    if known in ("gbk", "gb2312", "cp936"):
        known = "gb18030"
    for encoding in [known] if known else ["utf-8", "gb18030"]:
        if _fits(dbf, encoding):
            return encoding, not known
    tried = said if known else "UTF-8 nor GB 18030"
    raise TableError(
        f"its texts are not in {tried}; write their encoding into the .cpg, or export it again "
        "in UTF-8"
    )


def _fits(dbf: BinaryIO, encoding: str) -> bool:
    """Tell whether an encoding reads the names of columns and all texts."""
    dbf.seek(0)
    count, head, width = struct.unpack("<4xIHH20x", dbf.read(32))
    fields = [dbf.read(32) for _ in range(max(0, (head - 33) // 32))]
    cells = [field[:11].split(b"\0")[0] for field in fields]
    places, at = [], 1
    for field in fields:
        if field[11:12] == b"C":
            places.append(slice(at, at + field[16]))
        at += field[16]
    dbf.seek(head)
    for _ in range(count):
        record = dbf.read(width)
        if not record:
            break
        cells += [record[place] for place in places]
        if not all(_decodes(cell, encoding) for cell in cells):
            return False
        cells = []
    return True


def _decodes(cell: bytes, encoding: str) -> bool:
    """Tell whether an encoding reads a text; long ones are cut, perhaps within a character."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(cell.rstrip(b" \0"))
    except UnicodeDecodeError:
        return False
    return True
