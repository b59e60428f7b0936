"""GeoJSON, read feature by feature: numbers and ids stay as they are written.

GDAL is not asked: it takes whatever it recognises in a .json for data, such as programs of its own
that name other files or servers, and it guesses what type a text is of.
"""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

import geopandas as gpd
import pyproj
from shapely.geometry.base import BaseGeometry

from planner.crs import WGS84
from planner.errors import SourceError, quote
from planner.sources._file_crs import read_crs_member
from planner.sources._raw_table import RawTable, RowCollector
from planner.sources._shapes import GEOMETRY_TYPES, read_geometry
from planner.sources._strict_json import make_decoder, to_json_text

#: One feature is read whole; it may be this long.
MAX_FEATURE: Final = 8_000_000
_CHUNK: Final = 4_000_000
_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_EXPORT: Final = "export it again as GeoJSON"


def read_geojson(path: Path, file: BinaryIO) -> RawTable:
    """Read a FeatureCollection, one Feature or one geometry.

    Attributes become text: a text and a number as they are written, true and false, "" for null,
    lists and objects as JSON. Without a member `crs` the coordinates are WGS-84.

    Parameters
    ----------
    path, file
        As `READERS` takes them.

    Raises
    ------
    SourceError
        If it is no GeoJSON, a key stands twice, or its CRS is not known.
    """
    found = _Features(path)
    members = _read_members(path, _JsonStream(path, file), found)
    kind = members.get("type")
    if found.started and kind == "FeatureCollection":
        pass
    elif not found.started and (kind == "Feature" or kind in GEOMETRY_TYPES):
        found.add(members if kind == "Feature" else {"type": "Feature", "geometry": members})
    elif kind == "FeatureCollection":
        raise SourceError(f"{path}: has no list of features; {_EXPORT}")
    else:
        said = f"its type is {quote(kind)}" if "type" in members else "it has no type"
        raise SourceError(f"{path}: is no GeoJSON inside, {said}; {_EXPORT}")
    # Only now, as `crs` may stand behind the features.
    crs = read_crs_member(path, members["crs"]) if "crs" in members else WGS84
    return found.table(crs)


class _Features:
    """The features read so far."""

    def __init__(self, path: Path) -> None:
        self.started = False
        self._path = path
        self._rows = RowCollector(path)
        self._ids: list[Any] = []
        self._shapes: list[BaseGeometry | None] = []
        self._faults: list[str] = []

    def add(self, feature: Any) -> None:
        """Add one feature, or refuse what is none."""
        number = len(self._shapes) + 1
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise SourceError(f"{self._path}: row {number}: is no feature of GeoJSON; {_EXPORT}")
        properties = feature.get("properties")
        if properties is not None and not isinstance(properties, dict):
            raise SourceError(f"{self._path}: row {number}: its properties are none; {_EXPORT}")
        shape, fault, vertices = read_geometry(feature.get("geometry"))
        self._shapes.append(shape)
        self._faults.append(fault)
        self._ids.append(feature.get("id"))
        try:
            texts = {name: _to_text(value) for name, value in (properties or {}).items()}
        except RecursionError:
            raise SourceError(f"{self._path}: row {number}: nested too deeply; {_EXPORT}") from None
        self._rows.add_named(number, texts, vertices=vertices)

    def table(self, crs: pyproj.CRS) -> RawTable:
        """Return all features; ids beside the properties are a column if they are texts."""
        geometry = gpd.GeoSeries(self._shapes, crs=crs).to_crs(WGS84)
        table = self._rows.table([], geometry, self._faults)
        if "id" not in table.rows and any(type(value) is str for value in self._ids):
            table.rows["id"] = [_to_text(value) for value in self._ids]
        return table


def _to_text(value: Any) -> str:
    """Turn the value of a property into text."""
    if isinstance(value, str):
        # Numbers come as `Written`, which is a class of its own; tables hold plain texts.
        return str(value).strip()
    return "" if value is None else to_json_text(value)


def _read_members(path: Path, stream: "_JsonStream", found: _Features) -> dict[str, Any]:
    """Read the outermost object; its features go one by one into `found`."""
    if stream.sign() != "{":
        raise SourceError(f"{path}: is no geojson file inside; {_EXPORT}")
    members: dict[str, Any] = {}
    for key in stream.members():
        if key in members or (key == "features" and found.started):
            raise SourceError(f"{path}: the key {quote(key)} stands twice; keep one")
        if key == "features" and stream.peek() == "[":
            found.started = True
            for feature in stream.items():
                found.add(feature)
        else:
            members[key] = stream.value()
    stream.end()
    return members


class _JsonStream:
    """A file of JSON of which only a part is held at a time."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = path, file
        self._utf8 = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = make_decoder()
        self._text, self._at, self._line = "", 0, 1
        self._whole = False

    def peek(self) -> str:
        """Return the next character that is no blank, "" at the end."""
        while True:
            self._at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or self._whole:
                return self._text[self._at : self._at + 1]
            self._read_on()

    def sign(self) -> str:
        """Take the next character that is no blank."""
        sign = self.peek()
        self._at += 1
        return sign

    def value(self) -> Any:
        """Take the next value."""
        self.peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # With more to read it may be no fault: the value is perhaps only cut off here.
                if self._whole:
                    self._refuse(error.msg, error.pos)
                if len(self._text) - self._at > MAX_FEATURE:
                    long = f"a feature is longer than the {MAX_FEATURE:,} characters that are read"
                    self._refuse(f"{long}, or wrong: {error.msg}", self._at)
            except RecursionError:
                self._refuse("brackets are nested too deeply", self._at)
            except SourceError as error:
                self._refuse(str(error), self._at)
            else:
                if end < len(self._text) or self._whole:  # else a number may go on
                    self._at = end
                    return value
            self._read_on()

    def members(self) -> Iterator[str]:
        """Yield the keys of an object that has begun; the caller takes each one's value."""
        first = True
        while self._goes_on("}", first=first):
            key = self.value() if self.peek() == '"' else None
            if key is None or self.sign() != ":":
                self._refuse("a key and a colon are expected", self._at)
            yield key
            first = False

    def items(self) -> Iterator[Any]:
        """Yield the items of the list that comes next."""
        self.sign()
        first = True
        while self._goes_on("]", first=first):
            yield self.value()
            first = False

    def end(self) -> None:
        """Refuse anything that follows."""
        if self.peek():
            self._refuse("more follows after the end", self._at)

    def _goes_on(self, closing: str, *, first: bool) -> bool:
        """Tell whether another part of an object or list comes, and go to it."""
        if self.peek() == closing:
            self._at += 1
            return False
        if not first and self.sign() != ",":
            self._refuse(f"a comma or {closing} is expected", self._at - 1)
        return True

    def _read_on(self) -> None:
        """Hold more of the file, and no longer what is taken."""
        self._line += self._text.count("\n", 0, self._at)
        chunk = self._file.read(_CHUNK)
        self._whole = not chunk
        try:
            more = self._utf8.decode(chunk, final=self._whole)
        except UnicodeDecodeError:
            raise SourceError(f"{self._path}: is not UTF-8; save it as UTF-8") from None
        self._text, self._at = self._text[self._at :] + more, 0

    def _refuse(self, why: str, at: int) -> NoReturn:
        """Say in which line something is wrong."""
        line = self._line + self._text.count("\n", 0, at)
        raise SourceError(f"{self._path}: cannot be read (line {line}: {why}); {_EXPORT}")
