"""The metric frame of a place, and the way into it and back to WGS-84."""

from functools import lru_cache
from typing import Final

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj.database import query_utm_crs_info

from planner.crs.array_types import Floats
from planner.errors import CrsError

WGS84 = pyproj.CRS.from_epsg(4326)
#: Places are asked for up to this latitude, degrees: Web Mercator, in which the page draws, ends at
#: 85.05.
MAX_LATITUDE: Final = 85.0


def metric_crs_at(lon: float, lat: float) -> pyproj.CRS:
    """Return the local UTM zone: metres, true to some 0.04 %.

    Parameters
    ----------
    lon, lat
        Degrees, WGS-84.

    Returns
    -------
    pyproj.CRS
        For example EPSG:32651 in Shanghai.

    Raises
    ------
    CrsError
        If the place is not on Earth or has no UTM zone (near the poles).

    Examples
    --------
    >>> import planner
    >>> planner.metric_crs_at(121.5, 31.4).to_epsg()
    32651
    """
    # UTM ends at these latitudes.
    if not (np.isfinite([lon, lat]).all() and -180 <= lon <= 180 and -80 <= lat <= 84):
        raise CrsError(
            f"no metric frame at longitude {lon}, latitude {lat}; "
            "give degrees, longitude first, between 80° S and 84° N"
        )
    # On a border of zones several are found; the choice should not depend on their order.
    return pyproj.CRS.from_epsg(
        min(
            code
            for code, (west, south, east, north) in _list_utm_zones()
            if west <= lon <= east and south <= lat <= north
        )
    )


@lru_cache(maxsize=1)
def _list_utm_zones() -> list[tuple[int, tuple[float, float, float, float]]]:
    """Return code and bounds of every zone of EPSG; to ask for one takes as long as for all."""
    zones = query_utm_crs_info(datum_name="WGS 84")
    return [(int(zone.code), zone.area_of_use.bounds) for zone in zones if zone.area_of_use]


def to_metric(layer: gpd.GeoDataFrame, crs: pyproj.CRS) -> gpd.GeoDataFrame:
    """Return the layer in the metric frame `crs`; the layer itself stays as it was.

    Raises
    ------
    CrsError
        If the layer has no CRS, or `crs` is not in metres.
    """
    moved = _check_has_crs(layer, "layer").to_crs(crs)
    require_metric(moved, "layer")
    return moved


def to_wgs84(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the layer in EPSG:4326; the layer itself stays as it was.

    Longitudes lie between -180 and 180. A shape that crosses 180 degrees goes on beyond them, to
    180.01 for example, so that it does not lead round the Earth.

    Raises
    ------
    CrsError
        If the layer has no CRS.
    """
    moved = _check_has_crs(layer, "layer").to_crs(WGS84)
    shapes = moved.geometry.to_numpy()
    short = unwrap(shapes)
    if short is shapes:
        return moved
    return moved.set_geometry(gpd.GeoSeries(short, index=moved.index, crs=WGS84))


def unwrap(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes in degrees of which none goes round the Earth the long way.

    One that crosses 180 degrees goes on beyond it, to 180.01 for example; the others are left.
    """
    west, _, east, _ = shapely.bounds(shapes).reshape(-1, 4).T
    # No shape here reaches half round the Earth, so this one crosses 180 degrees.
    wide = east - west > 180
    if not wide.any():
        return shapes
    out = shapes.copy()
    out[wide] = shapely.transform(
        shapes[wide], lambda at: np.column_stack([at[:, 0] % 360.0, at[:, 1]])
    )
    return out


def require_metric(layer: gpd.GeoDataFrame, name: str) -> None:
    """Refuse a layer that is not in metres.

    Raises
    ------
    CrsError
        If its CRS is missing, or its unit is not the metre, or it is EPSG:3857, whose metres are
        stretched.
    """
    crs = _check_has_crs(layer, name).crs
    if crs.axis_info[0].unit_name != "metre":
        raise CrsError(f"{name} is in {crs.to_string()}, not in metres; use to_metric()")
    if crs.to_epsg() == 3857:
        raise CrsError(f"{name} is in EPSG:3857, whose metres are stretched; use to_metric()")


def project(lon: ArrayLike, lat: ArrayLike, crs: pyproj.CRS) -> Floats:
    """Project WGS-84 degrees into the metric frame.

    Parameters
    ----------
    lon, lat : array of n
        Degrees, WGS-84.
    crs
        Metric CRS.

    Returns
    -------
    array of shape (n, 2)
        x, y in metres.
    """
    return transform(WGS84, crs, lon, lat)


def unproject(xy: ArrayLike, crs: pyproj.CRS) -> Floats:
    """Bring points of the metric frame back to degrees.

    Parameters
    ----------
    xy : array of shape (n, 2)
        Metres in `crs`.
    crs
        Metric CRS.

    Returns
    -------
    array of shape (n, 2)
        lon, lat in WGS-84 degrees.
    """
    points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    return transform(crs, WGS84, points[:, 0], points[:, 1])


def transform(source: pyproj.CRS, target: pyproj.CRS, x: ArrayLike, y: ArrayLike) -> Floats:
    """Transform x, y (longitude first) and stack the result as (n, 2)."""
    moved = _make_transformer(source, target).transform(
        np.atleast_1d(np.asarray(x, dtype=np.float64)),
        np.atleast_1d(np.asarray(y, dtype=np.float64)),
    )
    return np.column_stack(moved).astype(np.float64)


@lru_cache(maxsize=64)
def _make_transformer(source: pyproj.CRS, target: pyproj.CRS) -> pyproj.Transformer:
    """Make a transformer once: that takes longer than using it."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _check_has_crs(layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Refuse a layer without a CRS."""
    if layer.crs is None:
        raise CrsError(f"{name} has no CRS; set the one it was made in with set_crs()")
    return layer
