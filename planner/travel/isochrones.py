"""Isochrones: the polygon of all points reached within the cutoff, door to door."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Final

import contourpy
import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from planner.errors import NetworkError
from planner.network.model import WalkNetwork
from planner.profiles import WalkProfile
from planner.travel._capsules import bounds_of, reached_capsules, scratch
from planner.travel._field import depth_fields
from planner.travel.access import Access, join, rows_of
from planner.travel.minutes import cores, points_of
from planner.travel.streets import ADULT, DEFAULT_ACCESS, AccessRules, Streets, prepare_streets

#: Lattice on which the outline is traced. Chosen by measurement: see benchmarks/.
CELL_M: Final = 16.0
#: The name under which the union over all facilities stands among the isochrones.
ALL: Final = "all"


def isochrones(
    network: WalkNetwork,
    facilities: gpd.GeoDataFrame,
    *,
    cutoffs_minutes: Sequence[float] = (5.0, 10.0, 15.0),
    profile: WalkProfile = ADULT,
    access: AccessRules = DEFAULT_ACCESS,
    together: bool = False,
    progress: Callable[[int], None] | None = None,
) -> gpd.GeoDataFrame:
    """Draw the isochrones of each facility, or of all of them together.

    The polygon is the union of discs of radius min(limit, what the minutes left allow) round the
    reached street points and round the facility. Its depth, the signed distance to the outline, is
    exact on a lattice of `CELL_M`, and the outline is traced between lattice points. All polygons
    share the lattice, so a shorter band lies inside a longer one, and each inside the union to the
    millimetre. What is narrower than half a cell, such as the slit of a hole, may close.

    Parameters
    ----------
    network
        Streets.
    facilities
        Points in the network's metric CRS; the index names them.
    cutoffs_minutes
        Ascending, above 0.
    together
        One isochrone per cutoff, named "all", of the facilities as one set.
    progress
        Called with the number of facilities done.

    Returns
    -------
    GeoDataFrame
        facility_id (index label or "all"), profile, cutoff_minutes, geometry (MultiPolygon,
        metric CRS); facilities in their order, cutoffs ascending.

    Raises
    ------
    NetworkError
        If a cutoff is not above 0 or they do not ascend.
    """
    cutoffs = np.asarray(cutoffs_minutes, dtype=np.float64)
    if len(cutoffs) == 0 or cutoffs[0] <= 0 or (np.diff(cutoffs) <= 0).any():
        raise NetworkError(f"cutoffs {list(cutoffs_minutes)} must be above 0 and ascend")
    streets = prepare_streets(network, profile, access)
    places = join(streets, points_of(facilities, network, "facilities"))
    names = [ALL] if together else list(facilities.index)
    sets = [rows_of(places, 0, len(places))] if together else _single(places)
    if len(places) == 0:
        names, sets = [], []
    bands = _draw_all(streets, sets, cutoffs, progress)
    rows = {
        "facility_id": [name for name in names for _ in cutoffs],
        "profile": profile.name,
        "cutoff_minutes": np.tile(cutoffs, len(names)),
    }
    shapes = np.array([shape for polygons in bands for shape in polygons], dtype=object)
    return gpd.GeoDataFrame(rows, geometry=gpd.array.from_shapely(shapes, crs=network.crs))


def _single(places: Access) -> list[Access]:
    return [rows_of(places, k, k + 1) for k in range(len(places))]


def _draw_all(
    streets: Streets,
    sets: list[Access],
    cutoffs: NDArray[np.float64],
    progress: Callable[[int], None] | None,
) -> list[list[shapely.Geometry]]:
    """Draw every set of places on all cores; each thread keeps its working arrays."""
    shared = _capsule_arrays(streets)
    n_entries = max((len(places.entry_edge) for places in sets), default=0)

    def draw(places: Access) -> list[shapely.Geometry]:
        """Draw one set with the arrays of this thread."""
        return draw_bands(streets, places, cutoffs, shared, _work(streets, n_entries))

    workers = min(cores(), len(sets))
    if workers < 2:
        return [draw(places) for places in sets]
    bands = []
    with ThreadPoolExecutor(workers) as pool:
        for number, polygons in enumerate(pool.map(draw, sets), start=1):
            bands.append(polygons)
            if progress is not None:
                progress(number)
    return bands


#: Per thread: the streets last drawn on, room for entries, and working arrays.
_own = threading.local()


def _work(streets: Streets, n_entries: int) -> tuple[Any, ...]:
    """Return this thread's working arrays; one isochrone after another uses the same."""
    known, room, work = getattr(_own, "kept", (None, 0, ()))
    if known is not streets or room < n_entries:
        room = max(n_entries, 1024)
        work = scratch(streets.network.n_nodes, streets.network.n_edges, room)
        _own.kept = (streets, room, work)
    return work


def draw_bands(
    streets: Streets,
    places: Access,
    cutoffs: NDArray[np.float64],
    shared: tuple[Any, ...],
    work: tuple[Any, ...],
) -> list[shapely.Geometry]:
    """Draw one polygon per cutoff for a set of places.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    places
        Reached from any of them; at least one.
    cutoffs : shape (b,)
        Ascending minutes.
    shared, work
        From `_capsule_arrays`, and from `scratch`: this thread's own.
    """
    order = np.lexsort((places.entry_along_m, places.entry_edge))
    graph, network, legs, stops = shared
    capsules = reached_capsules(
        graph,
        network,
        legs,
        (places.xy, places.piece_starts, places.piece),
        (places.entry_edge[order], places.entry_along_m[order], places.entry_minutes[order]),
        (places.seed_node, places.seed_minutes),
        stops,
        cutoffs,
        work,
    )
    limit = streets.access.limit_m
    low, high = _extent(capsules, limit)
    columns, rows = (np.round((high - low) / CELL_M).astype(int) + 1).tolist()
    x, y = np.meshgrid(low[0] + CELL_M * np.arange(columns), low[1] + CELL_M * np.arange(rows))
    fields = depth_fields(
        capsules, cutoffs, limit, streets.leg_pace, low[0], low[1], CELL_M, columns, rows
    )
    return [_outline(x, y, field) for field in fields]


@lru_cache(maxsize=8)
def _capsule_arrays(streets: Streets) -> tuple[Any, ...]:
    """Return the arrays that every isochrone of these streets reads."""
    network, graph, pieces = streets.network, streets.graph, streets.pieces
    stop = network.elevated[pieces.edge]
    at_v = pieces.along_m[stop] > 0
    edge = pieces.edge[stop]
    stop_node = np.where(at_v, network.v[edge], network.u[edge])
    return (
        (graph.starts, graph.neighbour, graph.minutes, graph.edge),
        (network.u, network.v, network.length_m, streets.pace, network.elevated,
         network.coords, network.offsets),
        (pieces.ends, float(streets.access.limit_m), streets.leg_pace),
        (stop_node, pieces.ends[stop, 0].copy(), pieces.ends[stop, 1].copy()),
    )  # fmt: skip


def _extent(
    capsules: NDArray[np.float64], limit: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners, on the common lattice, of a box that holds all discs with a margin."""
    box = np.array(bounds_of(capsules))
    margin = limit + 2 * CELL_M
    low = np.floor((box[:2] - margin) / CELL_M) * CELL_M
    high = np.ceil((box[2:] + margin) / CELL_M) * CELL_M
    return low, high


def _outline(
    x: NDArray[np.float64], y: NDArray[np.float64], field: NDArray[np.float64]
) -> shapely.Geometry:
    """Trace where the depth is above 0: a MultiPolygon with its holes."""
    inside = field > 0
    some_rows, some_columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if len(some_rows) == 0:
        return shapely.MultiPolygon()
    # A short band fills a corner of the lattice: with a margin of one point it is all there is.
    part = np.s_[some_rows[0] - 1 : some_rows[-1] + 2, some_columns[0] - 1 : some_columns[-1] + 2]
    x, y, field = x[part], y[part], field[part]
    # The class itself, not its factory: on small fields the factory's checks take longer than it.
    generator = contourpy.SerialContourGenerator(
        x,
        y,
        field,
        mask=None,  # type: ignore[arg-type]  # the factory passes None too
        corner_mask=False,
        line_type=contourpy.LineType.ChunkCombinedOffset,
        fill_type=contourpy.FillType.ChunkCombinedOffsetOffset,
        quad_as_tri=False,
        z_interp=contourpy.ZInterp.Linear,
    )
    parts: Any = generator.filled(0.0, 2 * CELL_M)
    (points,), (rings,), (polygons,) = parts
    whole = np.array([0, len(polygons) - 1])
    offsets = tuple(part.astype(np.int64) for part in (rings, polygons, whole))
    # To the millimetre, so that two bands with one outline have it to the last bit.
    points = np.round(points, 3)
    return shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, points, offsets)[0]
