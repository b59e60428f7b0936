"""Where the rows of a table lie, and guesses at why they lie where nobody expected them."""

from __future__ import annotations

import re
from functools import partial
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from planner.crs import (
    LOCAL,
    WGS84,
    LocalGrid,
    check_datum,
    gcj02_to_bd09,
    project,
    to_wgs84_lonlat,
    unproject,
    unwrap,
    wgs84_to_gcj02,
)
from planner.crs.array_types import Floats
from planner.errors import SourceError, quote
from planner.sources._coordinate_columns import CoordinateColumns, UnreadPlacesError
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty, shift_datum, to_numbers
from planner.sources._written_degrees import read_degrees

_DECIMAL_COMMA: Final = re.compile(r"[-+]?\d{1,3},\d+")
#: A row is told to be swapped or never filled in where so many others, at least this share of all,
#: lie so near their middle.
_FEWEST_ROWS: Final = 4
_MOST_SHARE: Final = 0.75
_NEAR_DEG: Final = 2.0
_ZEROS: Final = "lon and lat are 0, as if never filled in"
_SWAPPED: Final = "lon and lat look swapped; swap them in this row"
#: City grids have their origin in the city; eastings of a zone begin with its number.
_LOCAL_M: Final = 200_000.0
_ZONE_M: Final = 1_000_000.0
_ZONES_3, _ZONES_6 = range(25, 46), range(13, 24)
#: No zone reaches farther to both sides of its meridian, which has 500 km.
_LEAST_EAST_M, _MOST_EAST_M = 150_000.0, 850_000.0


def place_points(raw: RawTable, crs: str | LocalGrid) -> tuple[gpd.GeoSeries, pd.Series, list[str]]:
    """Return a point per row, EPSG:4326, why a row has none, or nothing, and notes.

    Raises
    ------
    UnreadPlacesError
        If no row has one though some have numbers; the message guesses why.
    SourceError
        If no row has one.
    """
    found = find_placed(raw, crs)
    return found.points, found.reasons, found.notes


def find_placed(raw: RawTable, crs: str | LocalGrid) -> FoundPoints:
    """Return what `place_points` does as numbers, from which points can be made.

    Raises
    ------
    UnreadPlacesError, SourceError
        As `place_points`.
    """
    found = find_points(raw, crs)
    reasons = found.reasons
    if not len(reasons) or (reasons == "").any():
        return found
    text = (
        f"{raw.path}: none of its {len(reasons)} rows can be used; "
        f"row {raw.numbers.iloc[0]}: {reasons.iloc[0]}; {found.hint}"
    )
    if found.has_numbers.any():
        name = LOCAL if isinstance(crs, LocalGrid) else check_datum(crs)
        rows = raw.rows[found.has_numbers]
        raise UnreadPlacesError(text, raw.path.name, name, rows, found.x, found.y, raw.columns)
    raise SourceError(text)


class FoundPoints(NamedTuple):
    """Points of a table, of which some or all may be missing.

    lon, lat : EPSG:4326, aligned with the rows. reasons : why a row has none, or nothing. hint : a
    guess at why all are missing. has_numbers : rows with two numbers, and x, y : these, as the
    table has them.
    """

    lon: pd.Series
    lat: pd.Series
    reasons: pd.Series
    notes: list[str]
    hint: str
    has_numbers: NDArray[np.bool_]
    x: Floats
    y: Floats

    @property
    def points(self) -> gpd.GeoSeries:
        """The points, which take some 300 bytes each."""
        return gpd.GeoSeries(shapely.points(self.lon, self.lat), index=self.lon.index, crs=WGS84)


def find_points(raw: RawTable, crs: str | LocalGrid) -> FoundPoints:
    """Return what `place_points` does, even if no row has a point."""
    datum = crs if isinstance(crs, LocalGrid) else check_datum(crs)
    notes: list[str] = []
    x = y = np.empty(0)
    has_numbers = np.zeros(len(raw.rows), dtype=bool)
    if raw.geometry is not None:
        points = shift_datum(raw.geometry, datum)
        reasons = raw.faults.copy()
        no_point = (points.geom_type != "Point").to_numpy() & (reasons == "").to_numpy()
        nothing = (points.isna() | points.is_empty).to_numpy() & (reasons == "").to_numpy()
        reasons[no_point] = "geometry is no point"
        reasons[nothing] = "geometry is empty"
        lon, lat = points.where(reasons == "").x, points.where(reasons == "").y
        hint = "give a file of points"
    else:
        degrees = _is_in_degrees(datum)
        lon, lat, reasons, notes = _read_lonlat(raw, degrees=degrees)
        has_numbers = (lon.notna() & lat.notna()).to_numpy()
        x, y = (numbers[has_numbers].to_numpy(copy=True) for numbers in (lon, lat))
        hint = _guess_unusable(x, y, datum, raw.columns)
        if degrees:
            reasons = _explain_rows(lon, lat, reasons)
            reasons[(reasons == "") & (lon.abs() > 180)] = "lon is not within -180 and 180"
            reasons[(reasons == "") & (lat.abs() > 90)] = "lat is not within -90 and 90"
        good = (reasons == "").to_numpy()
        lon[good], lat[good] = to_wgs84_lonlat(lon[good], lat[good], datum)
    # Where a projected CRS does not reach, degrees are infinite or lie beyond the Earth.
    off = ~(lon.abs().le(180) & lat.abs().le(90))
    name = LOCAL if isinstance(datum, LocalGrid) else datum
    reasons[(reasons == "") & off.to_numpy()] = f"lies nowhere in {name}"
    return FoundPoints(lon, lat, reasons, notes, hint, has_numbers, x, y)


def guess_outside(
    points: gpd.GeoSeries, boundary: BaseGeometry, frame: CRS, columns: CoordinateColumns
) -> str:
    """Guess in words why all points (EPSG:4326) lie outside a boundary in some frame."""
    lon, lat = points.x.to_numpy(), points.y.to_numpy()
    if not (lon.any() or lat.any()):
        return f"{_ZEROS}; write their places"
    gcj = wgs84_to_gcj02(lon, lat)
    tries: dict[str, tuple[Floats, Floats]] = {
        _say_swapped(columns): (lat, lon),
        "lon seems to lack its minus sign; add it": (-lon, lat),
        "lat seems to lack its minus sign; add it": (lon, -lat),
        'they look like GCJ-02; set crs = "GCJ-02"': to_wgs84_lonlat(lon, lat, "GCJ-02"),
        'they look like BD-09; set crs = "BD-09"': to_wgs84_lonlat(lon, lat, "BD-09"),
        # They were in WGS-84 but were shifted as if in GCJ-02: shifting back brings them home.
        'they look like WGS-84; set crs = "EPSG:4326"': gcj,
        'they look like GCJ-02; set crs = "GCJ-02" instead of BD-09': gcj02_to_bd09(lon, lat),
    }
    for words, (x, y) in tries.items():
        # More than half, not all: a table may hold places outside the area, and slips of the pen.
        if shapely.intersects_xy(boundary, project(x, y, frame)).mean() > 0.5:
            return words
    here = Point(np.median(lon), np.median(lat))
    there = Point(unproject([boundary.centroid.coords[0]], frame)[0])
    return (
        f"they are around lon {here.x:.3f}, lat {here.y:.3f}, it is around lon {there.x:.3f}, "
        f"lat {there.y:.3f}{_describe_distance(here, there)}; check that the files belong together"
    )


def repair_polygon(geometry: BaseGeometry | None) -> tuple[BaseGeometry | None, str]:
    """Return a valid polygon in degrees, and a note where it had to be repaired.

    Where there is no polygon, or none is left after the repair: None, and what is wrong with it.
    """
    if geometry is None or geometry.is_empty:
        return None, "geometry is empty; draw its polygon"
    if geometry.geom_type not in {"Polygon", "MultiPolygon"}:
        return None, f"geometry is a {geometry.geom_type}; give a polygon"
    west, south, east, north = geometry.bounds
    # Beyond 180 a shape may go on that crosses it. Asked this way round, NaN is refused as well.
    if not (west >= -360 and south >= -90 and east <= 360 and north <= 90):
        if west >= -90 and east <= 90 and south >= -180 and north <= 180:
            return None, "lon and lat look swapped; export it with lon first"
        return None, "coordinates are no degrees; give the file its CRS"
    geometry = unwrap(np.array([geometry], dtype=object))[0]
    if geometry.is_valid:
        return geometry, ""
    why = shapely.is_valid_reason(geometry)
    parts = shapely.get_parts(shapely.make_valid(geometry))
    # The repair leaves lines and points where an outline runs back on itself; they are no land.
    areas = shapely.union_all([part for part in _flatten(parts) if part.geom_type == "Polygon"])
    if areas.is_empty or areas.area <= 0:
        return None, f"invalid polygon ({why}); draw it again"
    return areas, f"invalid polygon repaired ({why})"


def _read_lonlat(
    raw: RawTable, *, degrees: bool
) -> tuple[pd.Series, pd.Series, pd.Series, list[str]]:
    """Read lon and lat as numbers, with a reason where one is none, and notes."""
    rows = raw.rows
    reasons = pd.Series("", index=rows.index, dtype=str)
    numbers = []
    marked = pd.Series(data=False, index=rows.index)
    for column in ("lon", "lat"):
        values = to_numbers(rows[column])
        if degrees:
            written = rows[column][values.isna()].map(partial(read_degrees, column=column))
            written = written.astype(np.float64).dropna()
            values[written.index] = written
            marked[written.index] = True
        empty = is_empty(rows[column])
        fine = reasons == ""
        no_number = fine & values.isna() & ~empty
        reasons[fine & empty] = f"{column} is empty"
        reasons[no_number] = (
            column
            + " "
            + rows[column][no_number].map(quote)
            + rows[column][no_number].map(_explain_text)
        )
        reasons[fine & np.isinf(values)] = f"{column} is infinite"
        numbers.append(values.replace([np.inf, -np.inf], np.nan))
    notes = []
    if marked.any():
        notes.append(
            f"{raw.path.name}: {marked.sum()} rows write degrees, minutes and seconds, which were "
            f"read as such; the first is row {raw.numbers[marked].iloc[0]}"
        )
    return numbers[0], numbers[1], reasons, notes


def _explain_text(text: str) -> str:
    """Say why a text is no number."""
    if _DECIMAL_COMMA.fullmatch(text):
        return f" has a decimal comma; write {quote(text.replace(',', '.'))}"
    return " is no number"


def _explain_rows(lon: pd.Series, lat: pd.Series, reasons: pd.Series) -> pd.Series:
    """Say of degrees that were never filled in, or swapped, what is wrong with them.

    Only where nearly all other rows lie together: a swapped row lies on the Earth too, elsewhere.
    """
    reasons = reasons.copy()
    # No place has such a latitude, and the other way round it is one.
    turned = (reasons == "") & (lat.abs() > 90) & (lat.abs() <= 180) & (lon.abs() <= 90)
    if not turned[reasons == ""].all():
        reasons[turned] = _SWAPPED
    good = (reasons == "") & (lon.abs() <= 180) & (lat.abs() <= 90)
    middle_lon, middle_lat = lon[good].median(), lat[good].median()
    near = np.hypot(lon - middle_lon, lat - middle_lat) < _NEAR_DEG
    if good.sum() < _FEWEST_ROWS or near[good].mean() < _MOST_SHARE:
        return reasons
    fine = (reasons == "") & ~near
    reasons[fine & (lon == 0) & (lat == 0)] = _ZEROS
    home = np.hypot(lat - middle_lon, lon - middle_lat) < _NEAR_DEG
    reasons[fine & home] = _SWAPPED
    return reasons


def _is_in_degrees(datum: str | LocalGrid) -> bool:
    """Tell whether coordinates of the datum are degrees."""
    if isinstance(datum, LocalGrid):
        return False
    if not datum.startswith("EPSG:"):
        return True
    unit: str = gpd.GeoSeries([], crs=datum).crs.axis_info[0].unit_name
    return unit == "degree"


def _say_swapped(columns: CoordinateColumns) -> str:
    """Say that two columns were taken for each other, and what to do."""
    write = f", or set {columns.swap}" if columns.swap else ""
    return f"lon and lat look swapped; swap their headings{write}"


def _guess_unusable(
    lon: Floats, lat: Floats, datum: str | LocalGrid, columns: CoordinateColumns
) -> str:
    """Guess in words why no row has usable coordinates."""
    if not len(lon):
        return "write decimal degrees like 121.4737"
    x, y = np.abs(lon), np.abs(lat)
    # No degrees are above 360, and metres of a national frame nearly always are.
    if (x > 360).mean() > 0.5 or (y > 360).mean() > 0.5:
        if _is_in_degrees(datum):
            return _guess_metres(lon, lat)
        name = LOCAL if isinstance(datum, LocalGrid) else datum
        return f"check that they really are in {name}"
    if ((x <= 90) & (y <= 180)).mean() > 0.5:
        return _say_swapped(columns)
    return "check the columns lon and lat"


def _guess_metres(x: Floats, y: Floats) -> str:
    """Guess in words what kind of metres numbers are."""
    east, north = float(np.median(np.abs(x))), float(np.median(np.abs(y)))
    if east < _LOCAL_M and north < _LOCAL_M:
        return (
            "they look like metres of a city's own grid, whose formula is not public; name three "
            'or more control_points and set crs = "local"'
        )
    for metres in (east, north):
        zone = int(metres // _ZONE_M)
        if not _LEAST_EAST_M <= metres % _ZONE_M <= _MOST_EAST_M:
            continue  # Web Mercator has numbers of this size too
        if zone in _ZONES_3 or zone in _ZONES_6:
            code = 4488 + zone if zone in _ZONES_3 else 4478 + zone
            width = 3 if zone in _ZONES_3 else 6
            swapped = ", lon and lat swapped (surveyors call north X)" if metres == north else ""
            return (
                f"they look like CGCS2000 in zone {zone} of {width} degrees{swapped}; "
                f'set crs = "EPSG:{code}"'
            )
    return 'they look like metres; name their CRS, like crs = "EPSG:32651"'


def _describe_distance(here: Point, there: Point) -> str:
    """Say how far apart two places in degrees are."""
    away_m = Geod(ellps="WGS84").inv(here.x, here.y, there.x, there.y)[2]
    return f", {away_m / 1000:,.0f} km away"


def _flatten(parts: NDArray[np.object_]) -> list[BaseGeometry]:
    """Take collections apart."""
    return [piece for part in parts for piece in shapely.get_parts(part)]
