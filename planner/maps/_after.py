"""What changes: who is covered then and was not, who is no longer, and the figures that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.maps._columns import PEOPLE, column, lonlat
from planner.maps._geometry import M_PER_DEGREE, Grid
from planner.maps._payload import (
    BAND_SIMPLIFY_M,
    OUTLINE_SIMPLIFY_M,
    largest,
    ranked,
    scattered,
    without_specks,
)
from planner.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Shapes = NDArray[np.object_]

GAINED, LOST = "gained", "lost"
# As planner.gaps draws its outlines; that module takes long to import.
_MIN_JOIN_M, _SPACING_FACTOR = 150.0, 1.2
_NOBODY = ""


def after_state(
    layers: Mapping[str, gpd.GeoDataFrame],
    changes: gpd.GeoDataFrame | None,
    coverage: Sequence[Mapping[str, Any]],
    grid: Grid,
    places: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    """Return the figures, gaps and outlines as they are once the changes are made.

    Parameters
    ----------
    layers
        Layers of the result that is changed, EPSG:4326; `demand` tells from which verdict a unit
        comes, `gaps` which outlines shrink.
    changes
        demand_id, kind, people, town, change (`gained` or `lost`), minutes_before, minutes_after,
        nearest_before, nearest_after; Points in EPSG:4326, one row for each unit whose cover
        changes. With people_left more than 0, only some of its people gain and the others stay.
    coverage
        Rows of summary.json at the last cutoff.
    places
        `site` and `facility`: place of each by its id.

    Returns
    -------
    dict
        `coverage` as in summary.json with `gained` (newly covered, of verdict gap),
        `gained_unknown` (those of verdict unknown) and `lost`; `gaps`: people left and what stays
        of each outline, in the order of the payload's gaps; `gained`, `lost`: outlines with their
        people, by whom they reach.
    """
    rows = _with_verdict(changes, layers.get("demand"))
    gained = rows[(rows["change"] == GAINED).to_numpy()]
    lost = rows[(rows["change"] == LOST).to_numpy()]
    spots = _Spots(layers.get("demand"), layers.get("gaps"), grid)
    stays, pieces = spots.split(gained)
    return {
        "coverage": coverage_after(coverage, gained, lost),
        "gaps": _gaps_after(layers.get("gaps"), gained, spots.gap_of(gained), stays, grid),
        "gained": _outlined(gained, pieces, "nearest_after", places, grid),
        "lost": _outlined(lost, spots.discs(lost), "nearest_before", places, grid),
    }


def coverage_after(
    coverage: Sequence[Mapping[str, Any]], gained: pd.DataFrame, lost: pd.DataFrame
) -> list[dict[str, Any]]:
    """Return the rows of coverage once these units are covered and those are no longer."""
    found = []
    for row in coverage:
        kinds = KINDS if row["kind"] == "all" else (row["kind"],)

        def people(units: pd.DataFrame, kinds: Any = kinds, area: Any = row["area"]) -> float:
            """Count the people of this row among some units."""
            here = units["kind"].isin(kinds) & (units["town"].isin([area]) | (area == "all"))
            return float(units.loc[here, "people"].sum())

        from_unknown = people(gained[(gained["verdict"] == "unknown").to_numpy()])
        more, less = people(gained), people(lost)
        covered = row["covered"] + more - less
        gap = max(0.0, row["gap"] - (more - from_unknown) + less)
        unknown = max(0.0, row["unknown"] - from_unknown)
        everybody, judged = row["people"], covered + gap
        found.append({
            **{key: row[key] for key in ("area", "kind", "cutoff_minutes", "people")},
            "covered": round(covered), "gap": round(gap), "unknown": round(unknown),
            "share": covered / judged if judged else None,
            "share_low": covered / everybody if everybody else None,
            "share_high": (covered + unknown) / everybody if everybody else None,
            "gained": round(more - from_unknown), "gained_unknown": round(from_unknown),
            "lost": round(less),
        })  # fmt: skip
    return found


def _with_verdict(
    changes: gpd.GeoDataFrame | None, demand: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    """Return the changes with the verdict each unit has today; a gap where nobody says."""
    if changes is None or len(changes) == 0:
        names = ["demand_id", "kind", "people", "town", "change", "verdict"]
        return gpd.GeoDataFrame(pd.DataFrame(columns=names), geometry=[], crs="EPSG:4326")
    if "verdict_before" in changes:
        return changes.assign(verdict=changes["verdict_before"]).reset_index(drop=True)
    today: dict[str, str] = {}
    if demand is not None and len(demand):
        today = dict(zip(demand["demand_id"].astype(str), demand["verdict"], strict=True))
    verdict = [today.get(str(unit), "gap") for unit in changes["demand_id"]]
    return changes.assign(verdict=verdict).reset_index(drop=True)


class _Spots:
    """Where the units of gaps stand, on a plane as flat as the map: a degree of it is a degree."""

    def __init__(
        self, demand: gpd.GeoDataFrame | None, gaps: gpd.GeoDataFrame | None, grid: Grid
    ) -> None:
        self.shrink = float(np.cos(np.radians(grid.lat)))
        everywhere = [] if demand is None else demand.geometry.to_numpy()
        self.radius = _disc_degrees(self._flat(np.asarray(everywhere, dtype=object)))
        self.outlines = self._flat(_gap_outlines(gaps))
        left_out = [] if demand is None else demand.geometry[demand["verdict"] == "gap"].to_numpy()
        self.points = self._flat(np.asarray(left_out, dtype=object))
        self.inside = _inside(self.points, self.outlines)

    def _flat(self, shapes: Shapes, *, back: bool = False) -> Shapes:
        """Shrink longitudes so that distances are the same in both directions, or undo it."""
        factor = 1.0 / self.shrink if back else self.shrink
        flat: Shapes = shapely.transform(shapes, lambda xy: xy * (factor, 1.0))
        return flat

    def gap_of(self, units: gpd.GeoDataFrame) -> NDArray[np.int64]:
        """Place of the gap that each unit lies in, -1 for none."""
        return _inside(self._flat(units.geometry.to_numpy()), self.outlines)

    def discs(self, units: gpd.GeoDataFrame) -> Shapes:
        """Return a disc around each unit, as wide as the outlines of gaps are drawn."""
        around = shapely.buffer(self._flat(units.geometry.to_numpy()), self.radius, quad_segs=6)
        return self._flat(around, back=True)

    def split(self, gained: gpd.GeoDataFrame) -> tuple[Shapes, Shapes]:
        """Divide the outlines of gaps between the units gained and those that stay.

        Every spot of an outline belongs to the unit nearest to it.

        Returns
        -------
        tuple
            What stays of each outline, and the piece of each unit gained; a disc where it lies in
            no outline.
        """
        stays = self.outlines.copy()
        pieces = self._flat(self.discs(gained))
        points, gap = self._flat(gained.geometry.to_numpy()), self.gap_of(gained)
        whole = np.ones(len(gained), bool)
        if "people_left" in gained:  # where some of its people stay, so does the outline
            whole = ~(gained["people_left"] > 0).to_numpy()
        for place in np.unique(gap[(gap >= 0) & whole]):
            rows = np.flatnonzero((gap == place) & whole)
            others = self.points[self.inside == place]
            outline = self.outlines[place]
            cells, kept = _divided(outline, points[rows], others)
            pieces[rows], stays[place] = cells, kept
        return self._flat(stays, back=True), self._flat(pieces, back=True)


def _divided(outline: Any, gained: Shapes, units: Shapes) -> tuple[Shapes, Any]:
    """Return the part of the outline that is nearest to each unit gained, and the rest."""
    xy = np.unique(shapely.get_coordinates(np.concatenate([gained, units])).round(7), axis=0)
    if len(xy) == 1:
        return np.full(len(gained), outline, dtype=object), shapely.Polygon()
    made = shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=outline, ordered=True)
    cells = shapely.intersection(shapely.get_parts(made), outline)
    tree = shapely.STRtree(shapely.points(xy))
    of_unit = tree.query_nearest(gained, all_matches=False)[1]
    return cells[of_unit], shapely.union_all(np.delete(cells, np.unique(of_unit)))


def _inside(points: Shapes, outlines: Shapes) -> NDArray[np.int64]:
    """Place of the outline around each point, -1 for none."""
    found = np.full(len(points), -1, dtype=np.int64)
    there = np.flatnonzero(~(shapely.is_missing(outlines) | shapely.is_empty(outlines)))
    if len(points) and len(there):
        point, place = shapely.STRtree(outlines[there]).query(points, predicate="intersects")
        found[point[::-1]] = there[place[::-1]]  # the first outline of those that share a spot
    return found


def _gap_outlines(gaps: gpd.GeoDataFrame | None) -> Shapes:
    """Outlines in the order of the payload's gaps, None for those that have none."""
    if gaps is None or len(gaps) == 0:
        return np.empty(0, dtype=object)
    gaps = ranked(gaps)
    outlines = without_specks(gaps.geometry.to_numpy())
    outlines[np.array(scattered(gaps))] = None
    return outlines


def _disc_degrees(points: Shapes) -> float:
    """Half the distance within which units are one gap, in degrees of latitude."""
    join = _MIN_JOIN_M / M_PER_DEGREE
    if len(points) > 1:
        some = points[:: max(1, len(points) // 2000)]
        _, apart = shapely.STRtree(points).query_nearest(
            some, exclusive=True, all_matches=False, return_distance=True
        )
        join = max(join, _SPACING_FACTOR * float(np.median(apart)))
    return join / 2


def _gaps_after(
    gaps: gpd.GeoDataFrame | None,
    gained: gpd.GeoDataFrame,
    gap: NDArray[np.int64],
    stays: Shapes,
    grid: Grid,
) -> dict[str, Any]:
    """Return what is left of each gap: its people by kind, its outline, the place of its number."""
    if gaps is None or len(gaps) == 0:
        return {"shape": grid.polygons([])}
    gaps = ranked(gaps)
    gap = _with_scattered(gaps, gained, gap)
    left: dict[str, Any] = {}
    for kind, name in zip(KINDS, PEOPLE, strict=True):
        taken = np.zeros(len(gaps))
        rows = (gap >= 0) & (gained["kind"] == kind).to_numpy()
        np.add.at(taken, gap[rows], gained["people"].to_numpy(dtype=np.float64)[rows])
        before = [None if value is None else float(value) for value in column(gaps, name)]
        left[name] = [
            None if value is None else max(0.0, round(value - less))
            for value, less in zip(before, taken, strict=True)
        ]
    touched = np.isin(np.arange(len(gaps)), gap)
    kept = np.full(len(gaps), None, dtype=object)
    for place in np.flatnonzero(touched):
        if stays[place] is not None and not stays[place].is_empty:
            kept[place] = stays[place]
    return {
        **left,
        "touched": touched.tolist(),
        "label": grid.points(lonlat(largest(kept))),
        "shape": grid.polygons(kept, simplify_m=OUTLINE_SIMPLIFY_M),
    }


def _with_scattered(
    gaps: gpd.GeoDataFrame, gained: gpd.GeoDataFrame, gap: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count units of gaps too small for an outline with their town's row of scattered people."""
    loose = np.flatnonzero(scattered(gaps))
    row_of = {town: row for row, town in zip(loose, gaps["town"].iloc[loose], strict=True)}
    left_out = (gained["verdict"] == "gap").to_numpy()
    own = np.array([row_of.get(town, -1) for town in gained["town"]], dtype=np.int64)
    return np.where((gap < 0) & left_out, own, gap)


def _outlined(
    units: gpd.GeoDataFrame,
    pieces: Shapes,
    key: str,
    places: Mapping[str, Mapping[str, int]],
    grid: Grid,
) -> dict[str, Any]:
    """One outline for all units that go to the same place, with their people by kind."""
    names = [_NOBODY if name is None else str(name) for name in column(units, key)]
    order = list(dict.fromkeys(names))
    shapes = np.full(len(order), None, dtype=object)
    counts: dict[str, list[float]] = {name: [] for name in PEOPLE}
    for place, name in enumerate(order):
        here = np.array([other == name for other in names])
        shapes[place] = shapely.union_all(pieces[here])
        for kind, people in zip(KINDS, PEOPLE, strict=True):
            of_kind = here & (units["kind"] == kind).to_numpy()
            counts[people].append(round(float(units["people"].to_numpy()[of_kind].sum())))
    return {
        **counts,
        "count": len(order),
        "site": [places.get("site", {}).get(name) for name in order],
        "facility": [places.get("facility", {}).get(name) for name in order],
        "shape": grid.polygons(shapes, simplify_m=BAND_SIMPLIFY_M),
    }
