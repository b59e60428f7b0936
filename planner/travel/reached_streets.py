"""Service areas: the streets reached within the cutoff, cut exactly where the minutes end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from planner.crs.array_types import Floats, Ints
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.travel._graph import add_dead_ends
from planner.travel.access import Access, join, rows_of
from planner.travel.both_ways import one_way_each
from planner.travel.checked_numbers import check_cutoffs
from planner.travel.compiled.along_edges import Entries
from planner.travel.compiled.reached_parts import Scratch, make_scratch
from planner.travel.compiled.walked_spans import Spans, WalkedStreets, find_walked_spans
from planner.travel.given_streets import to_streets
from planner.travel.isochrones import warn_of_unjoined
from planner.travel.points import points_of
from planner.travel.streets import AccessRules, Streets

#: Ends of parts nearer to each other than this are one: metres summed up in two ways.
_SLACK_M: Final = 1e-6


def service_areas(
    network: WalkNetwork | Streets,
    facilities: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    cutoffs_minutes: float | Sequence[float] = (5.0, 10.0, 15.0),
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
) -> gpd.GeoDataFrame:
    """Return the streets from which each facility is reached within each cutoff.

    Of streets prepared with another direction: those reached from it, or what is both.

    A street is cut where the minutes end. What one steps onto straight from the facility, over an
    access leg, belongs to it as well. The isochrone holds every part on the ground; bridges and
    tunnels belong to the service area alone, as nobody steps off them.

    Parameters
    ----------
    network
        Streets; from `prepare_streets` where more than one question is asked of them.
    facilities
        Points in any CRS that can be converted; the index names them.
    cutoffs_minutes
        Above 0: one number, or several that ascend.
    profile, access
        Who walks, by value or by name ("elderly"), and how a point meets the streets; an adult, the
        usual rules. Prepared streets know both.

    Returns
    -------
    GeoDataFrame
        facility_id (index label), profile, cutoff_minutes, joined, length_m (metres of street),
        geometry (MultiLineString, metric CRS of the network); facilities in their order, cutoffs
        ascending. A facility that is not `joined` meets no street: its geometry is empty.

    Raises
    ------
    ArgumentError
        If a layer, a cutoff or the profile cannot be meant, see `planner.travel.points`.

    Warns
    -----
    UserWarning
        If a facility joins no street.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> areas = planner.service_areas(town.network, town.facilities, cutoffs_minutes=[3, 6])
    >>> areas[["facility_id", "cutoff_minutes", "length_m"]].round(0)
      facility_id  cutoff_minutes  length_m
    0          F1             3.0     800.0
    1          F1             6.0    1600.0
    2          F2             3.0     800.0
    3          F2             6.0    1600.0
    """
    streets = to_streets(network, profile, access)
    cutoffs = check_cutoffs(cutoffs_minutes, above_zero=True)
    xy = points_of(facilities, streets.network, "facilities", labelled=True)
    places = join(streets, xy)
    shapes = [_draw(streets.network, spans) for spans in _find_all(streets, places, cutoffs)]
    rows = {
        "facility_id": [name for name in facilities.index for _ in cutoffs],
        "profile": streets.profile.name,
        "cutoff_minutes": np.tile(np.array(cutoffs), len(places)),
        "joined": np.repeat(places.joined, len(cutoffs)),
        "length_m": shapely.length(np.array(shapes, dtype=object)),
    }
    table = gpd.GeoDataFrame(rows, geometry=shapes, crs=streets.network.crs)
    warn_of_unjoined(facilities.index, places.joined, streets)
    return table


def _find_all(streets: Streets, places: Access, cutoffs: Sequence[float]) -> list[Spans]:
    """Return the parts of streets within each cutoff of each place, cutoffs one after the other."""
    if streets.back is not None:
        there, back = (
            _find_all(way, one, cutoffs) for way, one, _ in one_way_each(streets, places, places)
        )
        return [_shared(*spans) for spans in zip(there, back, strict=True)]
    graph = add_dead_ends(streets.graph, streets.edges)
    walked = WalkedStreets(graph, streets.edges, streets.pieces, streets.legs)
    scratch = make_scratch(
        len(streets.graph.network_node), streets.network.n_edges, len(places.entry_edge)
    )
    return [
        _find_spans(walked, rows_of(places, k, k + 1), cutoff, scratch)
        for k in range(len(places))
        for cutoff in cutoffs
    ]


def _shared(one: Spans, other: Spans) -> Spans:
    """Return where the parts of two lists lie over each other; both as `_merge` returns them."""
    # Every edge lies apart from the others on one long line.
    apart = max(float(spans.high_m.max(initial=0.0)) for spans in (one, other)) + 1.0
    first = np.searchsorted(other.edge * apart + other.high_m, one.edge * apart + one.low_m)
    last = np.searchsorted(other.edge * apart + other.low_m, one.edge * apart + one.high_m)
    count = np.maximum(last - first, 0)
    mine = np.repeat(np.arange(len(count)), count)
    theirs = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count - first, count)
    low = np.maximum(one.low_m[mine], other.low_m[theirs])
    return Spans(one.edge[mine], low, np.minimum(one.high_m[mine], other.high_m[theirs]))


def _find_spans(walked: WalkedStreets, place: Access, cutoff: float, scratch: Scratch) -> Spans:
    """Return the parts of streets within one cutoff of one place, sorted, none over another."""
    order = np.lexsort((place.entry_along_m, place.entry_edge))
    entries = Entries(
        place.entry_edge[order], place.entry_along_m[order], place.entry_minutes[order]
    )
    found = find_walked_spans(walked, place.points, entries, cutoff, scratch)
    return _merge(found, walked.edges.length_m)


def _merge(spans: Spans, length_m: Floats) -> Spans:
    """Join the parts of one edge that overlap or touch; sorted by edge, then along it."""
    edge = spans.edge
    low, high = (np.clip(at, 0.0, length_m[edge]) for at in (spans.low_m, spans.high_m))
    order = np.lexsort((low, edge))
    edge, low, high = edge[order], low[order], high[order]
    # Every edge lies apart from the others on one long line, so that one sweep does for all.
    apart = edge * (float(length_m.max(initial=0.0)) + 1.0)
    reached = np.maximum.accumulate(high + apart) if len(edge) else apart
    first = np.ones(len(edge), dtype=bool)
    first[1:] = low[1:] + apart[1:] > reached[:-1] + _SLACK_M
    starts = np.flatnonzero(first)
    last = np.append(starts[1:], len(edge))[: len(starts)] - 1
    return Spans(edge[starts], low[starts], reached[last] - apart[last])


def _draw(network: WalkNetwork, spans: Spans) -> shapely.MultiLineString:
    """Cut parts out of the streets."""
    edge, low, high = spans
    whole = (low <= _SLACK_M) & (high >= network.length_m[edge] - _SLACK_M)
    lines: list[Any] = list(network.lines[edge[whole]])
    lines += _cut(network.lines, edge[~whole], low[~whole], high[~whole])
    return shapely.MultiLineString([line for line in lines if line.length > 0])


def _cut(lines: NDArray[np.object_], edge: Ints, low: Floats, high: Floats) -> list[Any]:
    """Cut one part out of each line, from metres to metres along it."""
    parts = zip(lines[edge], low.tolist(), high.tolist(), strict=True)
    return [substring(line, a, b) for line, a, b in parts if b > a]
