"""What a caller hands in, checked at the door: layers of points and profiles by name.

Every message names the argument, the row and what to do about it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError, ProjError

from planner.crs import DATUMS, check_datum, project, to_wgs84_lonlat
from planner.crs.array_types import Flags, Floats
from planner.errors import ArgumentError, CrsError, quote, quote_label
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import PROFILES, WalkProfile, describe_unknown_profile
from planner.travel.given_numbers import check_labels

#: What is asked about: a layer of points with its CRS, or one point with `crs=`.
Places: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries | shapely.Point
#: A CRS as pyproj takes it, or one of `planner.crs.DATUMS`.
AnyCrs: TypeAlias = Any

#: No street network is so wide, so a point farther away from it is in another CRS than it says.
FAR_M: Final = 1_000_000.0
#: As a plain number: numpy compares a column with the name of a kind four times as slowly.
_POINT: Final = int(shapely.GeometryType.POINT)
#: Numbers that look like degrees are taken for metres only this near to the streets.
NEAR_M: Final = 10_000.0


def points_of(
    places: Places,
    network: WalkNetwork | pyproj.CRS,
    name: str,
    *,
    crs: AnyCrs = None,
    labelled: bool = False,
) -> NDArray[np.float64]:
    """Return the coordinates of points in the network's metric CRS, shape (n, 2).

    Parameters
    ----------
    places
        GeoSeries or GeoDataFrame of points in any CRS that can be converted, or one Point, which
        has no CRS of its own.
    network
        Where they are to lie: a network, or its CRS alone, which cannot tell what is far off.
    name
        Of the argument, for messages.
    crs
        Of a Point, or of a layer that does not know its own: what pyproj takes, `GCJ-02` or
        `BD-09`.
    labelled
        Whether results name the points by their index, so that no label may stand twice.

    Raises
    ------
    ArgumentError
        Without a CRS; if a row has no point, a point that is not a number, or one over 1,000 km
        from the streets; if `labelled` and a label stands twice or is missing.
    """
    layer = _to_series(places, name, crs)
    xy = _coordinates_of(layer, name)
    if labelled:
        labels_of(layer, name)
    target = network.crs if isinstance(network, WalkNetwork) else network
    moved = _to_frame(layer, xy, target, name, crs)
    if isinstance(network, WalkNetwork):
        _check_near(moved, xy, network, layer, name)
    return moved


def point_of(
    place: Places, network: WalkNetwork | pyproj.CRS, name: str, *, crs: AnyCrs = None
) -> NDArray[np.float64]:
    """Return one point in the network's metric CRS, shape (2,): a Point, or a layer of one row.

    Raises
    ------
    ArgumentError
        If it is not exactly one point, and as `points_of`.
    """
    xy = points_of(place, network, name, crs=crs)
    if len(xy) != 1:
        raise ArgumentError(f"{name} has {len(xy)} rows; give one point")
    return np.asarray(xy[0], dtype=np.float64)


def labels_of(places: Places, name: str) -> pd.Index:
    """Return the labels by which results name the points: the index; of one Point, 0.

    Raises
    ------
    ArgumentError
        If a label stands twice or is missing.
    """
    if isinstance(places, shapely.Point):
        return pd.RangeIndex(1)
    if not isinstance(places, gpd.GeoDataFrame | gpd.GeoSeries):
        raise ArgumentError(_no_layer(places, name))
    index: pd.Index = places.index
    check_labels(index, name, mend="name rows apart, for example with reset_index(drop=True)")
    return index


def flags_of(flags: Any, places: Places, name: str, of: str) -> Flags:
    """Return one truth value for each point, shape (n,); None: all False.

    Parameters
    ----------
    flags
        Booleans in the order of the points; a Series has the same index.
    places
        The points they are about.
    name, of
        Of the two arguments, for messages.

    Raises
    ------
    ArgumentError
        If they are not as many, have another index, or are not true or false.
    """
    n = 1 if isinstance(places, shapely.Point) else len(places)
    if flags is None:
        return np.zeros(n, dtype=bool)
    same = not isinstance(flags, pd.Series) or isinstance(places, shapely.Point)
    if not (same or flags.index.equals(places.index)):
        raise ArgumentError(f"{name} has another index than {of}; reindex() it to that of {of}")
    values = np.asarray(flags)
    if values.shape != (n,):
        raise ArgumentError(f"{name} has the shape {values.shape}, but {of} has {n} rows")
    if values.dtype != bool:
        truths = [value is True or value is False or isinstance(value, np.bool_) for value in flags]
        if not all(truths):
            wrong = quote(list(flags)[truths.index(False)])
            raise ArgumentError(f"{name}: {wrong} is neither True nor False")
        values = values.astype(bool)
    return values


def profile_of(profile: WalkProfile | str | None, name: str = "profile") -> WalkProfile | None:
    """Return a profile given by value or by its name; None stays None.

    Raises
    ------
    ArgumentError
        If no profile has that name; the message lists those there are.
    """
    if profile is None or isinstance(profile, WalkProfile):
        return profile
    if not isinstance(profile, str):
        raise ArgumentError(
            f"{name} is {_article(profile)}; give a WalkProfile or one of {', '.join(PROFILES)}"
        )
    if profile not in PROFILES:
        raise ArgumentError(f"{name}: {describe_unknown_profile(profile, PROFILES)}")
    return PROFILES[profile]


def _to_series(places: Places, name: str, crs: AnyCrs) -> gpd.GeoSeries:
    """Return points as a series of geometries, refusing what is no layer or has no CRS."""
    if isinstance(places, shapely.Point):
        if crs is None:
            raise ArgumentError(
                f"{name}: a bare point has no CRS; "
                'give gpd.GeoSeries([point], crs="EPSG:4326"), or crs= where it may be said'
            )
        return gpd.GeoSeries([places])
    if isinstance(places, gpd.GeoDataFrame):
        try:
            layer = places.geometry
        except AttributeError as error:
            raise ArgumentError(f"{name} has no column of geometry; set_geometry() one") from error
    elif isinstance(places, gpd.GeoSeries):
        layer = places
    else:
        raise ArgumentError(_no_layer(places, name))
    own = layer.crs
    if own is None and crs is None:
        raise ArgumentError(f"{name} has no CRS; set the one its coordinates are in with set_crs()")
    if own is not None and crs is not None:
        raise ArgumentError(f"{name} has a CRS of its own; leave out crs")
    return layer


def _coordinates_of(layer: gpd.GeoSeries, name: str) -> Floats:
    """Return x, y as they stand, shape (n, 2), refusing rows that have no point."""
    shapes = np.asarray(layer.array)
    is_point = shapely.get_type_id(shapes) == _POINT
    xy: Floats = shapely.get_coordinates(shapes)
    # A layer with an empty point has fewer coordinates than rows.
    if is_point.all() and len(xy) == len(shapes) and np.isfinite(xy).all():
        return xy
    usable = is_point & ~shapely.is_empty(shapes)
    xy = np.full((len(shapes), 2), np.nan)
    xy[usable] = shapely.get_coordinates(shapes[usable])
    wrong = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    row, shape = int(wrong[0]), shapes[wrong[0]]
    where = f"{name}, row {quote_label(layer.index[row])}"
    more = f" ({len(wrong)} rows in all)" if len(wrong) > 1 else ""
    if shape is None or shapely.is_missing(shape):
        raise ArgumentError(f"{where}: no geometry{more}; drop it with dropna() or give it a point")
    if shape.is_empty:
        raise ArgumentError(f"{where}: an empty geometry{more}; drop it or give it a point")
    if shape.geom_type != "Point":
        raise ArgumentError(
            f"{where}: a {shape.geom_type}, not a Point{more}; "
            "take a point of it, for example with representative_point()"
        )
    raise ArgumentError(f"{where}: a coordinate is not a number{more}; mend it or drop the row")


def _to_frame(
    layer: gpd.GeoSeries, xy: Floats, target: pyproj.CRS, name: str, crs: AnyCrs
) -> Floats:
    """Return coordinates (n, 2) in another CRS."""
    source = layer.crs
    if source is not None and _is_same_frame(source.srs, target.srs):
        return xy
    moved = _convert(xy, source, crs, target, name)
    wrong = np.flatnonzero(~np.isfinite(moved).all(axis=1))
    if len(wrong):
        row = int(wrong[0])
        raise ArgumentError(
            f"{name}, row {quote_label(layer.index[row])}: {_xy_text(xy[row])} is no place in "
            f"{source.to_string() if source is not None else quote(str(crs))}; "
            "check the CRS, and that x is the longitude"
        )
    return moved


def _convert(
    xy: Floats, source: pyproj.CRS | None, crs: AnyCrs, target: pyproj.CRS, name: str
) -> Floats:
    """Convert coordinates from the CRS of a layer, or else from the one that is said."""
    try:
        if source is None:
            if isinstance(crs, str) and _is_datum(crs):
                lon, lat = to_wgs84_lonlat(xy[:, 0], xy[:, 1], crs)
                return project(lon, lat, target)
            source = pyproj.CRS.from_user_input(crs)
            if source == target:
                return xy
        way = pyproj.Transformer.from_crs(source, target, always_xy=True)
        return np.column_stack(way.transform(xy[:, 0], xy[:, 1])).astype(np.float64)
    except (CRSError, ProjError, TypeError) as error:
        said = source.to_string() if source is not None else str(crs)
        raise ArgumentError(
            f"{name}: coordinates in {quote(said)} cannot be brought to {target.to_string()}; "
            f"give {', '.join(DATUMS)} or an EPSG code like EPSG:32651"
        ) from error


@lru_cache(maxsize=64)
def _is_same_frame(source: str, target: str) -> bool:
    """Tell whether two texts say the same CRS: to compare two in full takes long."""
    return source == target or pyproj.CRS(source) == pyproj.CRS(target)


def _is_datum(crs: str) -> bool:
    """Tell whether a text names one of China's web datums."""
    try:
        return check_datum(crs) in DATUMS
    except CrsError:
        return False


def _check_near(
    moved: Floats, xy: Floats, network: WalkNetwork, layer: gpd.GeoSeries, name: str
) -> None:
    """Refuse points that cannot be where they say: most often degrees that are called metres."""
    if len(moved) == 0 or network.n_nodes == 0:
        return
    low, high = network.bounds[:2], network.bounds[2:]
    away = np.maximum(low - moved, moved - high)
    if away.max() <= NEAR_M / 2:  # to look at the CRS takes longer than this
        return
    away_m = np.hypot(*np.maximum(away, 0.0).T)
    farthest = int(np.argmax(away_m))
    where = f"{name}, row {quote_label(layer.index[farthest])}"
    # x and y of degrees are small numbers; in metres that is one spot near the frame's origin.
    projected = layer.crs is not None and not layer.crs.is_geographic
    if projected and away_m[farthest] > NEAR_M and (np.abs(xy[farthest]) <= [180.0, 90.0]).all():
        raise ArgumentError(
            f"{where}: {_xy_text(xy[farthest])} looks like degrees, but the CRS "
            f'{layer.crs.to_string()} is in metres; set_crs("EPSG:4326", allow_override=True)'
        )
    if away_m[farthest] > FAR_M:
        raise ArgumentError(
            f"{where}: {_xy_text(xy[farthest])} is {away_m[farthest] / 1000:,.0f} km from the "
            "streets; check its CRS, and that x is the longitude"
        )


def _no_layer(places: Any, name: str) -> str:
    return f"{name} is {_article(places)}; give a GeoSeries or GeoDataFrame of points"


def _xy_text(xy: Floats) -> str:
    return f"({xy[0]:.10g}, {xy[1]:.10g})"


def _article(value: Any) -> str:
    return f"a {type(value).__name__}"
