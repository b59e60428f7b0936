"""Isochrones: the polygon of all points reached within the cutoff, door to door."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.array import GeometryArray
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray
from pandas.api.internals import create_dataframe_from_blocks
from pandas.arrays import NumpyExtensionArray

from planner.crs.array_types import Flags, Floats
from planner.errors import quote_label
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.travel.access import join
from planner.travel.canvas import Canvas, to_canvas
from planner.travel.checked_numbers import check_cutoffs
from planner.travel.drawn_bands import draw_sets, list_single, list_together
from planner.travel.points import flags_of, points_of
from planner.travel.streets import AccessRules, Streets, point_streets
from planner.travel.wall_rules import WallRules

#: The name under which the union over all facilities stands among the isochrones.
ALL: Final = "all"


def isochrones(
    network: WalkNetwork | Streets | Canvas,
    facilities: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    cutoffs_minutes: float | Sequence[float] = (5.0, 10.0, 15.0),
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
    together: bool = False,
    rules: WallRules | None = None,
    closed: Flags | None = None,
    progress: Callable[[int], None] | None = None,
) -> gpd.GeoDataFrame:
    """Draw the isochrones of each facility, or of all of them together.

    It is the ground from which a facility is reached in time, or, of streets prepared for walks
    `from` facilities, the ground reached from it; of `both`, what is both. They differ where
    heights are known, and for riders. The polygon is the union of discs of radius min(limit, what
    the minutes left allow) round the reached street points and round the facility. Its depth, the
    signed distance to the outline, is exact on a lattice of `CELL_M`, and the outline is traced
    between lattice points. All polygons share the lattice, so a shorter band lies inside a longer
    one, and each inside the union to the millimetre. What is narrower than half a cell, such as the
    slit of a hole, may close. Along walls and barriers that nobody walks across, the outline is
    exact to half a cell: strips between the rails of a yard, narrower than that, are drawn or not
    as lattice points fall.

    Parameters
    ----------
    network
        Streets; whoever draws on them more than once keeps them from `prepare_streets` or, what
        spares most, `prepare_canvas`.
    facilities
        Points in any CRS that can be converted; the index names them.
    cutoffs_minutes
        Above 0: one number, or several that ascend.
    profile, access, rules
        Who walks (by value or by name), how a point meets the streets, how compounds, gates and
        barriers bind; an adult, the usual rules, as tagged. Prepared streets know all three.
    together
        One isochrone per cutoff, named "all", of the facilities as one set.
    closed : shape (n,)
        Facilities that people from outside their compound may not enter; a Series has their index.
    progress
        Called with the number of facilities done.

    Returns
    -------
    GeoDataFrame
        facility_id (index label or "all"), profile, cutoff_minutes, joined, geometry (MultiPolygon,
        metric CRS of the network); facilities in their order, cutoffs ascending. A facility that is
        not `joined` meets no street: its isochrone is but the ground round it.

    Raises
    ------
    ArgumentError
        If the layer, a cutoff, `closed` or the profile cannot be meant, see
        `planner.travel.points`, or streets that are prepared already are to serve another profile.

    Warns
    -----
    UserWarning
        If a facility joins no street.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> bands = planner.isochrones(town.network, town.facilities, cutoffs_minutes=[5, 10])
    >>> bands[["facility_id", "cutoff_minutes", "joined"]]
      facility_id  cutoff_minutes  joined
    0          F1             5.0    True
    1          F1            10.0    True
    2          F2             5.0    True
    3          F2            10.0    True
    """
    canvas = to_canvas(network, profile, access, rules)
    cutoffs = np.array(check_cutoffs(cutoffs_minutes, above_zero=True))
    drawn = _draw(canvas, facilities, cutoffs, together, closed, progress)
    warn_of_unjoined(drawn.names, drawn.joined, canvas.streets)
    return _to_table(drawn, cutoffs, canvas.streets)


def warn_of_unjoined(names: pd.Index, joined: Flags, streets: Streets) -> None:
    """Warn the caller's caller of facilities that join no street; names and joined, of each."""
    if joined.all():
        return
    alone = [name for name, meets in zip(names, joined, strict=True) if not meets]
    shown = ", ".join(quote_label(name) for name in alone[:5]) + (", ..." if len(alone) > 5 else "")
    warnings.warn(
        f"facilities: {shown} ({len(alone)} in all) join no street within "
        f"{streets.access.limit_m:g} m: joined is False; check their places",
        stacklevel=3,
    )


def draw_isochrones(
    canvas: Canvas,
    facilities: gpd.GeoDataFrame | gpd.GeoSeries,
    cutoffs: Floats,
    *,
    together: bool = False,
    closed: Flags | None = None,
    progress: Callable[[int], None] | None = None,
) -> gpd.GeoDataFrame:
    """Draw isochrones as `isochrones` does, of a canvas, without a warning.

    Parameters
    ----------
    canvas
        From `prepare_canvas`.
    facilities, together, closed, progress
        As for `isochrones`.
    cutoffs : shape (b,)
        Ascending minutes, above 0.
    """
    drawn = _draw(canvas, facilities, cutoffs, together, closed, progress)
    return _to_table(drawn, cutoffs, canvas.streets)


class _Drawn(NamedTuple):
    """What is drawn of n sets of facilities.

    names (n,), joined (n,) : whether each meets any street; shapes (n * b,) : the polygons of the b
    bands of each, one set after the other.
    """

    names: pd.Index
    joined: Flags
    shapes: NDArray[np.object_]


def _draw(
    canvas: Canvas,
    facilities: gpd.GeoDataFrame | gpd.GeoSeries,
    cutoffs: Floats,
    together: bool,
    closed: Flags | None,
    progress: Callable[[int], None] | None,
) -> _Drawn:
    """Draw each facility, or all of them together, as `draw_isochrones` takes them."""
    streets = canvas.streets
    if canvas.back is not None:
        return _draw_both_ways(canvas, facilities, cutoffs, together, closed, progress)
    xy = points_of(facilities, streets.network, "facilities", labelled=not together)
    with canvas.workrooms.lend() as work:
        places = join(streets, xy, room=work.joining)
    shut = flags_of(closed, facilities, "closed", "facilities")
    names = pd.Index([ALL]) if together else facilities.index
    sets = [list_together(places, shut)] if together else [[p] for p in list_single(places, shut)]
    if len(places) == 0:
        # Together, no places at all would still be one set.
        names, sets = names[:0], []
    bands = draw_sets(canvas, sets, cutoffs, progress)
    joined = places.joined
    if together:
        joined = np.full(len(names), joined.any())
    shapes = np.concatenate(bands) if bands else np.empty(0, dtype=object)
    return _Drawn(names, joined, shapes)


_COLUMNS: Final = pd.Index(["facility_id", "profile", "cutoff_minutes", "joined", "geometry"])
_PLACES: Final = [np.array([place]) for place in range(len(_COLUMNS))]


def _to_table(drawn: _Drawn, cutoffs: Floats, streets: Streets) -> gpd.GeoDataFrame:
    """Return the table of what is drawn, a row for each polygon.

    Put together from its columns: pandas and geopandas take a quarter of the time of three bands to
    look into what they are given.
    """
    labels = _repeat_labels(drawn.names, len(cutoffs))
    columns: list[Any] = [
        labels,
        _repeat_text(streets.profile.name, len(labels)).copy(),
        cutoffs[None].repeat(len(drawn.names), axis=0).ravel(),
        drawn.joined.repeat(len(cutoffs)),
        GeometryArray(drawn.shapes, crs=streets.network.crs),
    ]
    blocks = [
        (column[None] if isinstance(column, np.ndarray) else column, place)
        for place, column in zip(_PLACES, columns, strict=True)
    ]
    # A view, which has a name of its own: whoever names the columns of one table does not name
    # those of the next.
    table = create_dataframe_from_blocks(blocks, pd.RangeIndex(len(labels)), _COLUMNS.view())
    # As geopandas does where it makes a table with geometry of one without.
    table.__class__ = gpd.GeoDataFrame
    table._geometry_column_name = "geometry"
    return table


def _repeat_labels(names: pd.Index, times: int) -> ExtensionArray | NDArray[Any]:
    """Return a column of labels, each so many times, as pandas makes one of a list of them."""
    if names.dtype == np.int64:
        return names.to_numpy().repeat(times)
    labels = pd.Series([name for name in names for _ in range(times)]).array
    return labels.to_numpy() if isinstance(labels, NumpyExtensionArray) else labels


@lru_cache(maxsize=16)
def _repeat_text(text: str, n: int) -> ExtensionArray:
    """Return a column of one text, to be copied."""
    return pd.Series([text] * n, dtype="str").array


def _draw_both_ways(
    canvas: Canvas,
    facilities: gpd.GeoDataFrame | gpd.GeoSeries,
    cutoffs: Floats,
    together: bool,
    closed: Flags | None,
    progress: Callable[[int], None] | None,
) -> _Drawn:
    """Draw what is reached within each cutoff to a facility as well as from it."""
    assert canvas.back is not None
    one_way = replace(canvas, streets=point_streets(canvas.streets, "to"), back=None)
    layer = facilities.geometry.reset_index(drop=True) if together else facilities
    shut = flags_of(closed, facilities, "closed", "facilities")
    # Of each facility by itself: out and home may not be by different ones.
    there, back = (
        _draw(way, layer, cutoffs, False, shut, told)
        for way, told in ((one_way, progress), (canvas.back, None))
    )
    shapes = shapely.intersection(there.shapes, back.shapes)
    # Where they only touch there is a line or a point, which is no ground.
    shapes = np.array([_ground_of(shape) for shape in shapes], dtype=object)
    if not together or len(shapes) == 0:
        return there._replace(shapes=shapes)
    bands = shapes.reshape(-1, len(cutoffs)).T
    union = [_ground_of(shapely.union_all(band)) for band in bands]
    return _Drawn(pd.Index([ALL]), np.array([there.joined.any()]), np.array(union, dtype=object))


def _ground_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape as one MultiPolygon."""
    parts = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2]
    return shapely.multipolygons(parts)
