"""Under which headings a table says where its rows lie, and in which datum by what they say."""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from planner.crs.array_types import Floats
from planner.errors import SourceError

#: Datum -> how headings and titles call it, and the maps of those who use it.
_DATUMS: Final[Mapping[str, str]] = {
    "GCJ-02": r"gcj[\s_-]*0?2|gcj|火星|国测局|高德|amap|gaode|autonavi|腾讯|tencent",
    "BD-09": r"bd[\s_-]*0?9(?:ll)?|百度|baidu|(?<![a-z])bd(?=[\s_-]*(?:ln?g|lon|lat|x|y|$))",
    "EPSG:4326": r"wgs[\s_-]*(?:19)?84|wgs|epsg:?\s*4326|(?<![a-z])gps|(?<!\d)84坐标",
    "CGCS2000": r"cgcs[\s_-]*(?:2000)?|国家2000|2000国家|天地图|tianditu|epsg:?\s*4490",
}
#: What such words leave behind: 高德地图经度, 火星坐标系经度, 经度_百度坐标.
_REST: Final = re.compile("坐标系统|坐标系|地图|map")
#: Baidu's metres are no degrees of BD-09.
_METRES: Final = re.compile(r"bd[\s_-]*0?9[\s_-]*mc", re.IGNORECASE)
#: Headings of a column that says the datum of each row; of titles those that speak of coordinates.
_NAMING: Final = re.compile(r"坐标系统?|坐标类型|datum|crs|coord(inate)?\s*(sys(tem)?|type)")
_SPEAKS: Final = re.compile("坐标|经纬度|coordinate|datum|crs", re.IGNORECASE)
#: Key of the plan that names columns -> where it says the datum.
_CRS_KEYS: Final[Mapping[str, str]] = {
    "facilities.columns": "[facilities] crs",
    "candidates.columns": "[candidates] crs",
    "network.gates_columns": "[network] gates_crs",
    "demand.columns": "[[demand]] crs",
}


@dataclass(frozen=True)
class CoordinateColumns:
    """Where and how a table says where its rows lie.

    lon, lat : headings as the file has them, "" where it has no two columns of them.
    key : of the plan that names columns, "" where none does.
    datum : what a heading, a title or a column says of the datum, "" for nothing.
    said : the text that says so.
    """

    lon: str = ""
    lat: str = ""
    key: str = ""
    datum: str = ""
    said: str = ""

    @property
    def crs_key(self) -> str:
        """Key of the plan that says the datum."""
        return _CRS_KEYS.get(self.key, "crs")

    @property
    def swap(self) -> str:
        """What to write into the plan where the two columns were taken for each other, or ""."""
        if not (self.key and self.lon and self.lat):
            return ""
        lon, lat = (json.dumps(text, ensure_ascii=False) for text in (self.lat, self.lon))
        section, _, key = self.key.partition(".")
        table = f"[[{section}]]" if section == "demand" else f"[{section}]"
        return f"{table} {key} = {{ lon = {lon}, lat = {lat} }}"


NO_COLUMNS: Final = CoordinateColumns()


class UnreadPlacesError(SourceError):
    """No row of a table lies anywhere in the datum that the plan says.

    Parameters
    ----------
    message
        In one line.
    file
        Name of the table.
    datum
        What the plan says.
    rows
        Texts of the rows that have two numbers; x, y : these.
    columns
        Under which headings they stand.
    """

    def __init__(
        self,
        message: str,
        file: str,
        datum: str,
        rows: pd.DataFrame,
        x: Floats,
        y: Floats,
        columns: CoordinateColumns,
    ) -> None:
        super().__init__(message)
        self.file, self.datum, self.columns = file, datum, columns
        self.rows, self.x, self.y = rows, x, y


def find_coordinate_columns(
    rows: pd.DataFrame, theirs: Mapping[str, str], key: str, titles: Sequence[str]
) -> CoordinateColumns:
    """Find what the headings of a table say of its places.

    Parameters
    ----------
    rows
        As the file has it.
    theirs
        Our name -> heading, where it is another.
    key
        Key of the plan that names columns.
    titles
        Texts above the headings.
    """
    given = list(map(str, rows))
    lon, lat = (theirs.get(name, name if name in given else "") for name in ("lon", "lat"))
    both = theirs.get("coordinates", "coordinates" if "coordinates" in given else "")
    used = [text for text in ((lon, lat) if lon and lat else (both,)) if text]
    said = [(state_datum(text), text) for text in used]
    said += [(_read_datums(rows[name]), name) for name in given if _names_datums(name)]
    said += [(state_datum(text), text) for text in titles if _SPEAKS.search(text)]
    datum, text = next((one for one in said if one[0]), ("", ""))
    if used and {found for found, _ in said[: len(used)]} - {"", datum}:
        datum, text = "", ""  # lon of one datum beside lat of another says nothing
    lon, lat = (lon, lat) if lon and lat else ("", "")
    return CoordinateColumns(lon, lat, key, datum, text)


def state_datum(text: str) -> str:
    """Return the datum that a text names, "" for none or several."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if _METRES.search(plain):
        return ""
    found = [datum for datum, words in _DATUMS.items() if re.search(words, plain)]
    return found[0] if len(found) == 1 else ""


def leave_out_datum(heading: str) -> Collection[str]:
    """Return what else a heading may be without the words that name its datum."""
    datum = state_datum(heading)
    if not datum:
        return ()
    plain = unicodedata.normalize("NFKC", heading).casefold()
    bare = re.sub(_DATUMS[datum], "", plain)
    return (bare, _REST.sub("", bare))


def _names_datums(heading: str) -> bool:
    plain = unicodedata.normalize("NFKC", heading).casefold().strip()
    return _NAMING.fullmatch(plain) is not None


def _read_datums(texts: pd.Series) -> str:
    """Return the datum that all rows of a column name, "" where they do not agree."""
    found = {state_datum(str(text)) for text in texts.unique()}
    return found.pop() if len(found) == 1 else ""
