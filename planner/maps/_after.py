"""What changes: who is covered then and was not, who is no longer, and the figures that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.coverage.exact import exact_sum, exact_sums
from planner.maps._columns import PEOPLE, column, lonlat, placed, places
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
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

GAINED, LOST = "gained", "lost"
#: Whom a station that is planned already covers, whatever else is built.
PLANNED = "planned"
# Of planner.gap_units, which takes long to import; for units that no result knows.
_MIN_JOIN_M = 150.0
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
        comes and which gap it is part of, `gaps` which outlines shrink.
    changes
        demand_id, kind, people, town, change (`gained`, `lost`, or `planned`: gained by what is
        planned already), minutes_before, minutes_after, nearest_before, nearest_after, optional
        verdict_after; Points in EPSG:4326, one row for each unit whose cover changes. With
        people_left more than 0, only some of its people gain and the others stay.
    coverage
        Rows of summary.json at the last cutoff.
    places
        `site` and `facility`: place of each by its id.

    Returns
    -------
    dict
        `coverage` as in summary.json with `gained` (newly covered, of verdict gap),
        `gained_unknown` (those of verdict unknown), `planned` and `lost`; `gaps`: people left and
        what stays of each outline, in the order of the payload's gaps; `gained` (with those of
        planned stations), `lost`: outlines with their people, by whom they reach.
    """
    rows = _with_verdict(changes, layers.get("demand"))
    gained = rows[rows["change"].isin([GAINED, PLANNED]).to_numpy()]
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
    found, planned = [], _with(gained, "change", PLANNED)
    for row in coverage:
        kinds = KINDS if row["kind"] == "all" else (row["kind"],)

        def people(units: pd.DataFrame, kinds: Any = kinds, area: Any = row["area"]) -> float:
            """Count the people of this row among some units."""
            here = units["kind"].isin(kinds) & (units["town"].isin([area]) | (area == "all"))
            return exact_sum(units.loc[here, "people"])

        more, less, anyway = people(gained), people(lost), people(planned)
        from_unknown, of_planned = people(_unknown(gained)), people(_unknown(planned))
        into_doubt = people(_with(lost, "verdict_after", "unknown"))
        covered = row["covered"] + more - less
        gap = max(0.0, row["gap"] - (more - from_unknown) + less - into_doubt)
        unknown = max(0.0, row["unknown"] - from_unknown + into_doubt)
        everybody, judged = row["people"], covered + gap
        found.append({
            **{key: row[key] for key in ("area", "kind", "cutoff_minutes", "people")},
            "covered": round(covered), "gap": round(gap), "unknown": round(unknown),
            "share": covered / judged if judged else None,
            "share_low": covered / everybody if everybody else None,
            "share_high": (covered + unknown) / everybody if everybody else None,
            "gained": round(more - anyway - (from_unknown - of_planned)),
            "gained_unknown": round(from_unknown - of_planned),
            "planned": round(anyway), "lost": round(less),
        })  # fmt: skip
    return found


def _with(units: pd.DataFrame, name: str, value: str) -> pd.DataFrame:
    """Return the units with this value in a column; none where there is no such column."""
    return units[np.array([one == value for one in column(units, name)], dtype=bool)]


def _unknown(units: pd.DataFrame) -> pd.DataFrame:
    """Return the units that cannot be judged today."""
    return _with(units, "verdict", "unknown")


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
        self.outlines = self._flat(_gap_outlines(gaps))
        ids = [] if demand is None else column(demand, "demand_id")
        row = {} if gaps is None else places(ranked(gaps), "gap_id")
        gap = placed([] if demand is None else column(demand, "gap_id"), row)
        self.gap = {key: place for key, place in zip(ids, gap, strict=True) if place is not None}
        join_m = [] if demand is None else column(demand, "gap_join_m")
        self.join_m = {key: far for key, far in zip(ids, join_m, strict=True) if far is not None}
        points = [] if demand is None else demand.geometry.to_numpy()
        self.points = self._flat(np.asarray(points, dtype=object))
        self.gap_of_point = self._gaps_of(ids)

    def _flat(self, shapes: Shapes, *, back: bool = False) -> Shapes:
        """Shrink longitudes so that distances are the same in both directions, or undo it."""
        factor = 1.0 / self.shrink if back else self.shrink
        flat: Shapes = shapely.transform(shapes, lambda xy: xy * (factor, 1.0))
        return flat

    def _gaps_of(self, ids: Iterable[Any]) -> NDArray[np.int64]:
        return np.array([self.gap.get(key, -1) for key in ids], dtype=np.int64)

    def gap_of(self, units: pd.DataFrame) -> NDArray[np.int64]:
        """Place of the gap that each unit is part of, -1 for none."""
        return self._gaps_of(column(units, "demand_id"))

    def discs(self, units: gpd.GeoDataFrame) -> Shapes:
        """Return a disc around each unit, as wide as the outlines of gaps are drawn."""
        join_m = [self.join_m.get(key, _MIN_JOIN_M) for key in column(units, "demand_id")]
        radius = np.array(join_m, dtype=np.float64) / 2 / M_PER_DEGREE
        around = shapely.buffer(self._flat(units.geometry.to_numpy()), radius, quad_segs=6)
        return self._flat(around, back=True)

    def split(self, gained: gpd.GeoDataFrame) -> tuple[Shapes, Shapes]:
        """Divide the outlines of gaps between the units gained and those that stay.

        Every spot of an outline belongs to the unit nearest to it.

        Returns
        -------
        tuple
            What stays of each outline, and the piece of each unit gained; a disc where it is part
            of no gap with an outline.
        """
        stays = self.outlines.copy()
        pieces = self._flat(self.discs(gained))
        points, gap = self._flat(gained.geometry.to_numpy()), self.gap_of(gained)
        whole = np.ones(len(gained), bool)
        if "people_left" in gained:  # where some of its people stay, so does the outline
            whole = ~(gained["people_left"] > 0).to_numpy()
        for place in np.unique(gap[(gap >= 0) & whole]):
            outline = self.outlines[place]
            if outline is not None and not outline.is_empty:
                rows = np.flatnonzero((gap == place) & whole)
                others = self.points[self.gap_of_point == place]
                pieces[rows], stays[place] = _divided(outline, points[rows], others)
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


def _gap_outlines(gaps: gpd.GeoDataFrame | None) -> Shapes:
    """Outlines in the order of the payload's gaps, None for those that have none."""
    if gaps is None or len(gaps) == 0:
        return np.empty(0, dtype=object)
    gaps = ranked(gaps)
    outlines = without_specks(gaps.geometry.to_numpy())
    outlines[np.array(scattered(gaps))] = None
    return outlines


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
    left: dict[str, Any] = {}
    for kind, name in zip(KINDS, PEOPLE, strict=True):
        rows = (gap >= 0) & (gained["kind"] == kind).to_numpy()
        taken = exact_sums(gap[rows], gained["people"].to_numpy(dtype=np.float64)[rows], len(gaps))
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
            counts[people].append(round(exact_sum(units["people"].to_numpy()[of_kind])))
    return {
        **counts,
        "count": len(order),
        "site": [places.get("site", {}).get(name) for name in order],
        "facility": [places.get("facility", {}).get(name) for name in order],
        "shape": grid.polygons(shapes, simplify_m=BAND_SIMPLIFY_M),
    }
