"""The layers of a finished run as a printed map needs them: in metres, put together once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.reports.report_figures import figures_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planner.reports.handover import Handover
    from planner.reports.report_figures import Figures

    Shapes = NDArray[np.object_]

#: Outlines may be off by so much: less than a line is wide on any sheet.
_SIMPLIFY_M: Final = 4.0
_MAIN: Final = {"motorway", "trunk", "primary", "secondary"}
_SIDE: Final = {"tertiary", "residential", "unclassified", "living_street", "pedestrian", "road"}


@dataclass(frozen=True)
class Band:
    """What is reached within so many minutes."""

    minutes: float
    shapes: Shapes


@dataclass(frozen=True)
class PrintedLayers:
    """Shapes in metres of the plan's CRS.

    streets : main roads, side streets and paths, each a table of name, highway, geometry.
    bands : the plan's own walk, the longest first.
    gaps : gap_id, town, and the numbers that the tables of sheets and document have: `number` in
    the whole area, `town_number` in the town.
    unknown, areas, facilities, sites, names : tables with the columns of the result.
    """

    areas: gpd.GeoDataFrame
    streets: tuple[gpd.GeoDataFrame, ...]
    bands: tuple[Band, ...]
    water: Shapes
    green: Shapes
    barriers: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    unknown: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    frontages: gpd.GeoDataFrame
    gained: gpd.GeoDataFrame
    names: gpd.GeoDataFrame
    whole: Any = field(repr=False)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return the bounds of the area, or of whatever else is there."""
        layers = (self.areas, *self.streets, self.facilities, self.gaps)
        shapes = [self.whole] if self.whole is not None else []
        shapes = shapes or [shape for band in self.bands for shape in band.shapes]
        shapes = shapes or next((list(one.geometry) for one in layers if len(one)), [])
        if not shapes:
            return (-500.0, -500.0, 500.0, 500.0)
        west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
        return float(west), float(south), float(east), float(north)


def prepare_layers(handover: Handover) -> PrintedLayers:
    """Return the layers of a run, with its proposal if there is one, ready to be drawn."""
    metric = handover.run.run["metric_crs"]
    own = _Metric(handover.run.layers, metric)
    proposed = _Metric({} if handover.proposal is None else handover.proposal.layers, metric)
    figures = figures_of(handover)
    areas = own.table("areas", "name")
    backdrop = own.table("backdrop", "kind")
    outlines = areas.geometry.make_valid().to_numpy()
    return PrintedLayers(
        areas=areas,
        streets=_sort_streets(own.table("walk_edges", "name", "highway")),
        bands=_list_bands(own, handover),
        water=_simplify(backdrop.geometry[backdrop["kind"] == "water"].to_numpy()),
        green=_simplify(backdrop.geometry[backdrop["kind"] == "green"].to_numpy()),
        barriers=own.table("barriers", "kind", "name"),
        gaps=_number_gaps(own.table("gaps", "gap_id", "town"), figures),
        unknown=own.table("unknown_areas", "name", "town", "reason"),
        facilities=own.table(
            "facilities", "facility_id", "name", "level", "status", "in_ring", "joined"
        ),
        sites=proposed.table("sites", "site_id", "name", "order", "town"),
        frontages=proposed.table("frontages", "site_id", "order"),
        gained=proposed.table("changes", "nearest_after", "change", "kind"),
        names=_list_names(own),
        whole=shapely.union_all(outlines) if len(outlines) else None,
    )


class _Metric:
    """Layers moved into the plan's CRS, each when it is asked for."""

    def __init__(self, layers: Mapping[str, gpd.GeoDataFrame], crs: str) -> None:
        self._layers, self._crs = layers, crs

    def table(self, name: str, *columns: str) -> gpd.GeoDataFrame:
        """Return a layer with these columns, missing ones empty; no row without a geometry."""
        layer = self._layers.get(name)
        if layer is None or not len(layer):
            nothing = {column: pd.Series(dtype=object) for column in columns}
            return gpd.GeoDataFrame(nothing, geometry=gpd.GeoSeries([], crs=self._crs))
        kept = pd.DataFrame(layer).reindex(columns=list(columns))
        table = gpd.GeoDataFrame(kept, geometry=layer.geometry.to_numpy(), crs=layer.crs)
        there = ~(table.geometry.isna() | table.geometry.is_empty)
        return table[there].to_crs(self._crs).reset_index(drop=True)

    def reach(self, profile: str) -> gpd.GeoDataFrame:
        """Return the union of all stations' reach for one kind of walker."""
        layer = self._layers.get("isochrones")
        if layer is None:
            return self.table("isochrones", "cutoff_minutes")
        union = layer[layer["facility_id"].astype(str) == "all"]
        if "profile" in union.columns and (union["profile"] == profile).any():
            union = union[union["profile"] == profile]
        return _Metric({"isochrones": union}, self._crs).table("isochrones", "cutoff_minutes")


def _list_bands(own: _Metric, handover: Handover) -> tuple[Band, ...]:
    reach = own.reach(handover.run.run["profile"]["name"])
    bands = [
        Band(float(minutes), shapely.get_parts(_simplify(np.array([shape], dtype=object))))
        for minutes, shape in zip(reach["cutoff_minutes"], reach.geometry, strict=True)
    ]
    return tuple(sorted(bands, key=lambda band: -band.minutes))


def _simplify(shapes: Shapes) -> Shapes:
    simple: Shapes = shapely.simplify(shapes, _SIMPLIFY_M)
    broken = ~shapely.is_valid(simple)
    simple[broken] = shapely.make_valid(simple[broken])
    kept: Shapes = simple[~shapely.is_empty(simple)]
    return kept


def _sort_streets(edges: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, ...]:
    """Return main roads, side streets and paths."""
    root = edges["highway"].astype("string").fillna("").str.removesuffix("_link")
    main, side = root.isin(_MAIN).to_numpy(), root.isin(_SIDE).to_numpy()
    edges = edges.assign(highway=root.astype(object))
    edges.geometry = shapely.simplify(edges.geometry.to_numpy(), 1.0)
    return edges[main], edges[side], edges[~main & ~side]


def _number_gaps(gaps: gpd.GeoDataFrame, figures: Figures) -> gpd.GeoDataFrame:
    """Return the gaps that are listed, in the order in which they are, with their numbers.

    `number` counts in the whole area, `town_number` in the gap's town.
    """
    order = {gap["gap_id"]: at for at, gap in enumerate(figures.largest_gaps(), start=1)}
    kept = gaps.assign(number=gaps["gap_id"].map(order)).dropna(subset="number")
    kept = kept.astype({"number": int}).sort_values("number").reset_index(drop=True)
    return kept.assign(town_number=kept.groupby("town", dropna=False).cumcount() + 1)


def _list_names(own: _Metric) -> gpd.GeoDataFrame:
    """Return what may be labelled besides streets: name, kind, metres across, a point."""
    parts = []
    zones = own.table("zones", "zone_id", "name", "kind")
    parts.append(_of_areas(zones, "zone_id"))
    compounds = own.table("compounds", "compound_id", "name", "kind")
    compounds = compounds[~compounds["compound_id"].isin(set(zones["zone_id"]))]
    parts.append(_of_areas(compounds, "compound_id"))
    marks = own.table("landmarks", "name", "kind", "size_m")
    sizes = pd.to_numeric(marks["size_m"], errors="coerce").fillna(0.0)
    parts.append(marks.assign(size_m=sizes)[["name", "kind", "size_m", "geometry"]])
    names = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    named = names["name"].notna() & (names["name"].astype("string").str.strip() != "")
    return gpd.GeoDataFrame(names[named.fillna(False)], geometry="geometry").reset_index(drop=True)


def _of_areas(layer: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Return name, kind, size and a point inside of areas; a name that is but the id is none."""
    shapes = layer.geometry.to_numpy()
    name = layer["name"].where(layer["name"] != layer[key])
    return gpd.GeoDataFrame(
        {"name": name, "kind": layer["kind"], "size_m": np.sqrt(shapely.area(shapes))},
        geometry=shapely.point_on_surface(shapes), crs=layer.crs,
    )  # fmt: skip
