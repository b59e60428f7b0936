"""Isochrones: the polygon of all points reached within the cutoff, door to door."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.array import from_shapely

from planner.crs.array_types import Flags, Floats
from planner.errors import quote_label
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.travel.access import Access, join, rows_of, take
from planner.travel.canvas import CELL_M, Canvas, to_canvas
from planner.travel.compiled.along_edges import Entries
from planner.travel.compiled.arrays import Ground, GroupRoom, Lattice
from planner.travel.compiled.fields import deepen
from planner.travel.compiled.lattice import BLOCK
from planner.travel.compiled.outlines import Outline, trace
from planner.travel.compiled.reached_parts import (
    IS_END1,
    IS_END2,
    MINUTES1,
    MINUTES2,
    OWNER,
    X1,
    X2,
    Y1,
    Y2,
    Scratch,
    bounds_of,
    find_reached_parts,
    make_scratch,
)
from planner.travel.minutes import cores
from planner.travel.outline_polygons import polygons_of, to_multipolygon
from planner.travel.points import check_cutoffs, flags_of, points_of
from planner.travel.streets import AccessRules, Streets, point_streets
from planner.travel.wall_rules import WallRules

#: A lattice of more blocks is drawn in halves: so many are 10,000 km², and half a gigabyte.
_MAX_BLOCKS: Final = 2_500_000
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
    table = draw_isochrones(
        canvas, facilities, cutoffs, together=together, closed=closed, progress=progress
    )
    warn_of_unjoined(table, canvas.streets)
    return table


def warn_of_unjoined(table: gpd.GeoDataFrame, streets: Streets) -> None:
    """Warn the caller's caller of facilities that join no street: columns facility_id, joined."""
    joined = table["joined"].to_numpy(dtype=bool)
    if joined.all():
        return
    alone = table.loc[~joined, "facility_id"].unique()
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
    streets = canvas.streets
    if canvas.back is not None:
        return _draw_both_ways(canvas, facilities, cutoffs, together, closed, progress)
    xy = points_of(facilities, streets.network, "facilities", labelled=not together)
    places = join(streets, xy)
    shut = flags_of(closed, facilities, "closed", "facilities")
    names = [ALL] if together else list(facilities.index)
    sets = [_together(places, shut)] if together else [[part] for part in _single(places, shut)]
    if len(places) == 0:
        # Together, no places at all would still be one set.
        names, sets = [], []
    bands = draw_sets(canvas, sets, cutoffs, progress)
    joined = [bool(places.joined.any())] if together and names else places.joined
    shapes = np.array([shape for polygons in bands for shape in polygons], dtype=object)
    rows = pd.DataFrame(
        {
            "facility_id": [name for name in names for _ in cutoffs],
            "profile": streets.profile.name,
            "cutoff_minutes": np.tile(cutoffs, len(names)),
            "joined": np.repeat(np.asarray(joined, dtype=bool), len(cutoffs)),
            "geometry": from_shapely(shapes, crs=streets.network.crs),
        }
    )
    # A table that has its column of shapes already is a layer in half the time.
    return gpd.GeoDataFrame(rows, geometry="geometry")


def _draw_both_ways(
    canvas: Canvas,
    facilities: gpd.GeoDataFrame | gpd.GeoSeries,
    cutoffs: Floats,
    together: bool,
    closed: Flags | None,
    progress: Callable[[int], None] | None,
) -> gpd.GeoDataFrame:
    """Draw what is reached within each cutoff to a facility as well as from it."""
    assert canvas.back is not None
    one_way = replace(canvas, streets=point_streets(canvas.streets, "to"), back=None)
    layer = facilities.geometry.reset_index(drop=True) if together else facilities
    shut = flags_of(closed, facilities, "closed", "facilities")
    # Of each facility by itself: out and home may not be by different ones.
    there, back = (
        draw_isochrones(way, layer, cutoffs, closed=shut, progress=told)
        for way, told in ((one_way, progress), (canvas.back, None))
    )
    shapes = shapely.intersection(there.geometry.to_numpy(), back.geometry.to_numpy())
    # Where they only touch there is a line or a point, which is no ground.
    shapes = np.array([_ground_of(shape) for shape in shapes], dtype=object)
    found = there.set_geometry(gpd.GeoSeries(shapes, index=there.index, crs=there.crs))
    if not together or len(found) == 0:
        return found
    bands = [
        {
            "facility_id": ALL,
            "profile": canvas.streets.profile.name,
            "cutoff_minutes": cutoff,
            "joined": bool(found["joined"].any()),
            "geometry": _ground_of(shapely.union_all(band.geometry.to_numpy())),
        }
        for cutoff, band in found.groupby("cutoff_minutes", sort=True)
    ]
    return gpd.GeoDataFrame(bands, geometry="geometry", crs=found.crs)


def _ground_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape as one MultiPolygon."""
    parts = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2]
    return shapely.multipolygons(parts)


#: Places to start from, and the compound they are for, or one of these.
_Part = tuple[Access, int]
EVERYBODY: Final = -1
_NOBODY: Final = -2


def _single(places: Access, closed: Flags) -> list[_Part]:
    """Return each place on its own; what is closed to outsiders in no compound is for nobody."""
    whose = np.where(places.compound >= 0, places.compound, _NOBODY)
    if len(places) == 1:
        return [(places, int(whose[0]) if closed[0] else EVERYBODY)]
    return [
        (rows_of(places, k, k + 1), int(whose[k]) if closed[k] else EVERYBODY)
        for k in range(len(places))
    ]


def _together(places: Access, closed: Flags) -> list[_Part]:
    """Return those for everybody as one, and those closed to outsiders each on its own."""
    inner = take(places, np.flatnonzero(closed))
    alone = _single(inner, np.ones(len(inner), dtype=bool))
    return [(take(places, np.flatnonzero(~closed)), EVERYBODY), *alone]


@dataclass(frozen=True, eq=False)
class _Work:
    """One thread's working arrays; one isochrone after another uses the same."""

    scratch: Scratch
    room: GroupRoom


def _make_work(streets: Streets, n_entries: int) -> _Work:
    """Make working arrays for sets of places with so many entries at most."""
    n_pieces = len(streets.pieces.edge)
    return _Work(
        make_scratch(len(streets.graph.network_node), streets.network.n_edges, n_entries),
        GroupRoom(
            found=np.empty(n_pieces, dtype=np.int64),
            met_piece=np.zeros(n_pieces, dtype=np.int64),
            mark=np.zeros(1, dtype=np.int64),
        ),
    )


def draw_sets(
    canvas: Canvas,
    sets: list[list[_Part]],
    cutoffs: Floats,
    progress: Callable[[int], None] | None = None,
) -> list[list[shapely.Geometry]]:
    """Draw every set of places on all cores; each thread keeps its working arrays."""
    n_entries = max((len(places.entry_edge) for parts in sets for places, _ in parts), default=0)
    own = threading.local()

    def draw(parts: list[_Part]) -> list[shapely.Geometry]:
        """Draw one set with the arrays of this thread."""
        if not hasattr(own, "work"):
            own.work = _make_work(canvas.streets, n_entries)
        return draw_bands(canvas, parts, cutoffs, own.work)

    if min(cores(), len(sets)) < 2:  # to start a thread takes as long as a tenth of one drawing
        return _gather(map(draw, sets), progress)
    with ThreadPoolExecutor(min(cores(), len(sets))) as pool:
        return _gather(pool.map(draw, sets), progress)


def _gather(
    drawn: Iterable[list[shapely.Geometry]], progress: Callable[[int], None] | None
) -> list[list[shapely.Geometry]]:
    """Return what is drawn, set by set, and tell how many are done."""
    bands = []
    for number, polygons in enumerate(drawn, start=1):
        bands.append(polygons)
        if progress is not None:
            progress(number)
    return bands


def draw_bands(
    canvas: Canvas, parts: list[_Part], cutoffs: Floats, work: _Work
) -> list[shapely.Geometry]:
    """Draw one polygon per cutoff for a set of places.

    Parameters
    ----------
    parts
        Reached from any of them, each by the people it is for.
    cutoffs : shape (b,)
        Ascending minutes.
    work
        This thread's own.
    """
    found = [
        _find_parts(canvas, places, whose, cutoffs, work)
        for places, whose in parts
        if len(places) and whose != _NOBODY
    ]
    if not found:
        return [shapely.MultiPolygon()] * len(cutoffs)
    reached = found[0] if len(found) == 1 else np.concatenate(found)
    ground = Ground(canvas.labels, canvas.streets.barriers, canvas.beside, canvas.groups, work.room)
    return _draw_parts(canvas.streets, reached, cutoffs, ground)


def _find_parts(canvas: Canvas, places: Access, whose: int, cutoffs: Floats, work: _Work) -> Floats:
    """Return the streets reached from some places by everybody, or by one compound's people."""
    # Knots along an edge are written in one sweep over its entries.
    order = np.lexsort((places.entry_along_m, places.entry_edge))
    entries = Entries(
        places.entry_edge[order], places.entry_along_m[order], places.entry_minutes[order]
    )
    reached = find_reached_parts(canvas.drawable, places.points, entries, cutoffs, work.scratch)
    if whose >= 0:
        # It serves the people of one compound: what counts is where these step off into it.
        reached[:, OWNER] = np.where(reached[:, OWNER] < 0, whose, reached[:, OWNER])
        reached = reached[reached[:, OWNER] == whose]
    return reached


def _draw_parts(
    streets: Streets, reached: Floats, cutoffs: Floats, ground: Ground
) -> list[shapely.Geometry]:
    """Draw one polygon per cutoff; those that lie far apart in two halves, put together again."""
    limit = streets.access.limit_m
    lattice, (columns, rows) = _lattice_round(reached, limit)
    if columns * rows > _MAX_BLOCKS:
        reached = _cut_at(reached, cutoffs[-1])
        lattice, (columns, rows) = _lattice_round(reached, limit)
    if columns * rows > _MAX_BLOCKS and len(reached) > 1:
        middle = reached[:, [X1, Y1]] + reached[:, [X2, Y2]]
        # Sums, not means: only their order counts.
        order = np.argsort(middle[:, int(rows > columns)], kind="stable")
        halves = [
            _draw_parts(streets, np.ascontiguousarray(reached[half]), cutoffs, ground)
            for half in np.array_split(order, 2)
        ]
        return [to_multipolygon(shapely.union_all(pair)) for pair in zip(*halves, strict=True)]
    # Blocks out of reach are never written: memory is taken for those in reach alone.
    field = np.empty((rows, columns, BLOCK * BLOCK))
    # 0 is FAR: no block holds values yet.
    state = np.zeros((rows, columns), dtype=np.int8)
    unfinished = np.tile(np.arange(columns + 1, dtype=np.int32), (rows, 1))
    seen = np.zeros((rows * BLOCK, columns * BLOCK), dtype=np.int32)
    outlines: list[Outline] = []
    traced, before = 0, -np.inf
    for cutoff in cutoffs:
        deepen(
            field,
            state,
            unfinished,
            reached,
            cutoff,
            before,
            limit,
            streets.leg_pace,
            lattice,
            ground,
        )
        outlines.append(trace(field, state, seen, traced, lattice, ground.barriers))
        traced, before = traced + len(outlines[-1].rings) - 1, cutoff
    return polygons_of(outlines)


def _cut_at(parts: Floats, cutoff: float) -> Floats:
    """Return reached parts without what is reached after a cutoff: a straight street may be long.

    parts (c, WIDTH); cutoff : minutes.
    """
    cut = parts[np.minimum(parts[:, MINUTES1], parts[:, MINUTES2]) <= cutoff].copy()
    for near, far, end in ((X1, X2, IS_END2), (X2, X1, IS_END1)):  # y and minutes stand beside
        late = np.flatnonzero(cut[:, far + MINUTES1] > cutoff)
        first, last = cut[late, near : near + 3], cut[late, far : far + 3]
        share = (cutoff - first[:, 2:]) / (last[:, 2:] - first[:, 2:])
        cut[late, far : far + 3], cut[late, end] = first + share * (last - first), 0.0
    return cut


def _lattice_round(reached: Floats, limit: float) -> tuple[Lattice, tuple[int, int]]:
    """Return the lattice that holds all discs with a margin, and its columns and rows of blocks.

    All lattices are parts of one: they start at multiples of the cell.
    """
    x_min, y_min, x_max, y_max = bounds_of(reached)
    margin = limit + 2 * CELL_M
    x0, y0 = ((low - margin) // CELL_M * CELL_M for low in (x_min, y_min))
    width_m = BLOCK * CELL_M
    columns, rows = (
        int((high + margin - low) // width_m) + 1 for high, low in ((x_max, x0), (y_max, y0))
    )
    return Lattice(x0, y0, CELL_M), (columns, rows)
