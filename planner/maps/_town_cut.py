"""What a page of one town shows, cut from the result of a whole district."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from planner.maps._layer_columns import PEOPLE, column, find_layer, index_rows
from planner.maps._map_grid import M_PER_DEGREE
from planner.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

    Layers = Mapping[str, gpd.GeoDataFrame]
    Rows = list[dict[str, Any]]

#: Layers whose rows name their town.
_OF_TOWN: Final = ("demand", "gaps", "unknown_areas", "compounds", "gates", "gate_gains",
                   "committees")  # fmt: skip
#: Layers of which all that lies in the ring is drawn, and those whose shapes end with it.
_IN_RING: Final = ("facilities", "walk_edges", "landmarks")
_CLIPPED: Final = ("isochrones", "backdrop", "barriers")
#: Rows of summary.json that name their area.
_COUNTED: Final = ("coverage", "checks", "profiles", "moments", "services", "groups", "classes",
                    "conditions")  # fmt: skip
#: What is counted for the whole area alone; a town has none of it.
_WHOLE: Final = ("domains", "only_sometimes", "openings")


def list_towns(layers: Layers, summary: Mapping[str, Any]) -> list[str]:
    """Return the towns of a result, in the order of its areas; none where nothing is counted."""
    counted = {row.get("area") for row in summary.get("coverage") or []} - {"all"}
    areas = find_layer(layers, "areas")
    names = [] if areas is None else column(areas, "name")
    return [name for name in dict.fromkeys(names) if name in counted]


def find_outline(layers: Layers, town: str) -> shapely.Geometry:
    """Return the outline of a town, EPSG:4326."""
    areas = layers["areas"]
    return shapely.union_all(areas.geometry[areas["name"] == town].make_valid())


def cut_layers(layers: Layers, town: str, ring_m: float) -> dict[str, gpd.GeoDataFrame]:
    """Return what lies in a town, and round it what is drawn of its ring.

    Parameters
    ----------
    layers
        Of a result, EPSG:4326.
    town
        One of `list_towns`.
    ring_m
        How far round the town streets, stations and reach are drawn, metres.

    Returns
    -------
    dict
        The same layers. Stations outside the town stand in its ring (`in_ring`), with all their
        people; whom a gap leaves out lives in the town.
    """
    outline = find_outline(layers, town)
    ring = widen(outline, ring_m)
    shapely.prepare(ring)
    cut: dict[str, gpd.GeoDataFrame] = {}
    for name, layer in layers.items():
        if name in _OF_TOWN and "town" in layer.columns:
            cut[name] = layer[(layer["town"] == town).to_numpy(dtype=bool)]
        elif name in _IN_RING:
            cut[name] = layer[shapely.intersects(ring, layer.geometry.to_numpy())]
        elif name in _CLIPPED:
            cut[name] = _clip(_leave_parts(name, layer), ring)
        elif name in {"areas", "zones"}:
            cut[name] = _take_inside(layer, outline)
    cut["areas"] = layers["areas"][(layers["areas"]["name"] == town).to_numpy(dtype=bool)]
    if "gap_routes" in layers and "gaps" in cut:
        routes = layers["gap_routes"]
        cut["gap_routes"] = routes[routes["gap_id"].isin(cut["gaps"]["gap_id"]).to_numpy()]
    if "facilities" in cut:
        near = cut["facilities"]
        inside = shapely.intersects(outline, near.geometry.to_numpy())
        cut["facilities"] = near.assign(in_ring=~inside)
    return cut


def cut_tables(
    tables: Mapping[str, pd.DataFrame], layers: Layers, left_out: Iterable[str]
) -> dict[str, pd.DataFrame]:
    """Return the rows of choices and hours that are about a town.

    Parameters
    ----------
    tables
        Tables of a result without geometry.
    layers
        From `cut_layers`.
    left_out
        Profiles that a page of a town does not offer.
    """
    cut: dict[str, pd.DataFrame] = {}
    demand = layers.get("demand")
    for name in ("facility_hours", "facility_conditions"):
        if name in tables and "facilities" in layers:
            known = layers["facilities"]["facility_id"]
            cut[name] = tables[name][tables[name]["facility_id"].isin(known).to_numpy()]
    names = ("choices", "choice_gaps", "choice_members")
    if demand is None or not set(names) <= set(tables):
        return cut
    choices, gaps, members = (tables[name] for name in names)
    choices = choices[~choices["profile"].isin(list(left_out)).to_numpy()]
    members = members[members["demand_id"].isin(demand["demand_id"]).to_numpy()].copy()
    kept = []
    for number in choices["choice"]:
        ranks = members[f"choice_{number}"].fillna(0).to_numpy(dtype=np.int64)
        listed = np.unique(ranks[ranks > 0])
        # The page finds a gap by its rank, so ranks have no holes.
        members[f"choice_{number}"] = np.where(ranks > 0, np.searchsorted(listed, ranks) + 1, ranks)
        of = gaps[((gaps["choice"] == number) & gaps["rank"].isin(listed)).to_numpy()]
        kept.append(of.assign(rank=np.searchsorted(listed, of["rank"]) + 1))
    cut["choices"], cut["choice_members"] = choices, members
    cut["choice_gaps"] = pd.concat(kept) if kept else gaps.iloc[:0]
    return cut


def cut_summary(summary: Mapping[str, Any], town: str, left_out: Iterable[str]) -> dict[str, Any]:
    """Return the figures of a town, as those of the whole area of its page.

    Parameters
    ----------
    summary
        Contents of summary.json.
    town
        One of `list_towns`.
    left_out
        Profiles that a page of a town does not offer.
    """
    riders = set(left_out)

    def of_town(rows: Rows | None) -> Rows:
        """Return the rows of the town, called `all`."""
        return [
            dict(row) | {"area": "all"}
            for row in rows or []
            if row.get("area") == town and row.get("profile") not in riders
        ]

    cut = {key: value for key, value in summary.items() if key not in _WHOLE}
    cut |= {key: of_town(summary.get(key)) for key in _COUNTED}
    complete, unsure = summary.get("completeness") or {}, summary.get("uncertainty") or {}
    if complete:
        rows = {key: of_town(complete.get(key)) for key in ("towns", "unknown")}
        cut["completeness"] = {**complete, **rows}
    if unsure:
        cut["uncertainty"] = {**unsure, "areas": of_town(unsure.get("areas"))}
    return cut


def list_across(layers: Layers, cut: Layers, town: str) -> dict[str, Any]:
    """Return the stations outside a town that are nearest to people of it whom they cover.

    Parameters
    ----------
    layers, cut
        Of the whole result and of the town.
    town
        Its name.

    Returns
    -------
    dict
        By column: `facility`, its place among the stations of the town's page; `town`, where it
        stands, None beyond the area; `people_<kind>`. Most people first.
    """
    demand, facilities = find_layer(cut, "demand"), find_layer(cut, "facilities")
    names = ("facility", "town", *PEOPLE)
    if demand is None or facilities is None:
        return {"count": 0, **{name: [] for name in names}}
    places = index_rows(facilities, "facility_id")
    beyond = {
        identifier: spot
        for identifier, spot, ring in zip(
            facilities["facility_id"], facilities.geometry, facilities["in_ring"], strict=True
        )
        if ring
    }
    covered = demand[
        ((demand["verdict"] == "covered") & demand["nearest_facility_id"].isin(beyond)).to_numpy()
    ]
    people = covered.groupby(["nearest_facility_id", "kind"], observed=True)["people"].sum()
    rows: list[tuple[Any, ...]] = []
    for identifier in dict.fromkeys(covered["nearest_facility_id"]):
        counts = [round(float(people.get((identifier, kind), 0.0))) for kind in KINDS]
        rows.append((places[identifier], _town_at(layers, beyond[identifier], town), *counts))
    rows.sort(key=lambda row: [-count for count in row[2:]])
    return {
        "count": len(rows),
        **{name: [row[at] for row in rows] for at, name in enumerate(names)},
    }


def _town_at(layers: Layers, spot: shapely.Point, other_than: str) -> str | None:
    """Return in which town a place lies, None for none."""
    areas = layers["areas"]
    for name in areas["name"][shapely.intersects(spot, areas.geometry.to_numpy())]:
        if name != other_than:
            return str(name)
    return None


def widen(shape: shapely.Geometry, metres: float) -> shapely.Geometry:
    """Return what lies within so many metres of a shape in degrees, near enough for drawing."""
    shrink = math.cos(math.radians(shape.centroid.y))
    flat = shapely.transform(shape, lambda at: at * (shrink * M_PER_DEGREE, M_PER_DEGREE))
    wide = shapely.buffer(flat, metres, quad_segs=8)
    return shapely.transform(wide, lambda at: at / (shrink * M_PER_DEGREE, M_PER_DEGREE))


def _take_inside(layer: gpd.GeoDataFrame, shape: shapely.Geometry) -> gpd.GeoDataFrame:
    return layer[shapely.intersects(shape, layer.geometry.to_numpy())]


def _clip(layer: gpd.GeoDataFrame, ring: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return the parts of shapes that lie in a ring."""
    near = layer[shapely.intersects(ring, layer.geometry.to_numpy())]
    return near.set_geometry(
        shapely.intersection(shapely.make_valid(near.geometry.to_numpy()), ring), crs=layer.crs
    )


def _leave_parts(name: str, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the reach of all stations together: that of each one is not drawn."""
    if name != "isochrones" or "facility_id" not in layer.columns:
        return layer
    return layer[(layer["facility_id"].astype(str) == "all").to_numpy()]
