"""Collects what holds walkers up: gates, crossings, rivers, rails, motorways and walls."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from planner.sources._osm_areas import layer_of
from planner.sources._osm_lines import Node, Way
from planner.sources._osm_tags import GATES, barrier_kind, gate_passes
from planner.walkability import has_signals

#: Keys one of which every barrier carries that is no street and no area.
BARRIER_KEYS: Final = ("barrier", "railway", "waterway", "highway")
CUT_BARRIERS: Final = "barriers cut by the edge of the extract"

_GATE_COLUMNS = ["osm_id", "node_id", "barrier", "passes", "opening_hours", "name"]
_BARRIER_COLUMNS = ["osm_id", "kind", "name"]


class BarrierReader:
    """Collects gates, crossings and barriers while osmium streams through an extract."""

    def __init__(self) -> None:
        self.skipped: dict[str, int] = {}
        self._gates: list[tuple[Any, ...]] = []
        self._crossings: list[tuple[int, bool]] = []
        self._lines: list[tuple[Any, ...]] = []

    def take_node(self, node: Node) -> None:
        """Take a gate or a crossing; a node may be both."""
        tags = node.tags
        if tags.get("highway") == "crossing":
            self._crossings.append((node.id, has_signals(tags)))
        barrier = tags.get("barrier")
        if barrier in GATES:
            hours, name = tags.get("opening_hours", ""), tags.get("name", "")
            point = shapely.Point(node.lon, node.lat)
            self._gates.append(
                (f"node/{node.id}", node.id, barrier, gate_passes(tags), hours, name, point)
            )

    def take_way(self, way: Way, *, walked: bool) -> None:
        """Take a way that is a barrier along its line, cut where the extract lacks a node.

        Most ways are walked, so no motorways; for them fewer tags are asked.
        """
        tags = way.tags
        if walked and not ("barrier" in tags or "railway" in tags or "waterway" in tags):
            return
        kind = barrier_kind(tags)
        if kind is None:
            return
        row = (f"way/{way.id}", kind, tags.get("name", ""))
        if way.n_nodes > 1 and way.is_whole:
            self._lines.append((*row, shapely.LineString(way.lonlat())))
        else:
            self._take_known(way, row)

    def gates(self) -> gpd.GeoDataFrame:
        """Return osm_id, node_id, barrier, passes, opening_hours, name and points, by OSM id."""
        gates = layer_of(self._gates, _GATE_COLUMNS)
        return gates.astype({"node_id": "int64"})

    def crossings(self) -> pd.DataFrame:
        """Return node_id and signals, by node."""
        table = pd.DataFrame(sorted(self._crossings), columns=["node_id", "signals"])
        return table.astype({"node_id": "int64", "signals": "bool"})

    def barriers(self, water: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return osm_id, kind, name and lines, together with the areas of water, by OSM id."""
        areas = list(water[[*_BARRIER_COLUMNS, "geometry"]].itertuples(index=False, name=None))
        return layer_of([*self._lines, *areas], _BARRIER_COLUMNS)

    def _take_known(self, way: Way, row: tuple[Any, ...]) -> None:
        """Take the parts of a line whose nodes are there, a row each."""
        runs: list[list[tuple[float, float]]] = [[]]
        for _, lonlat in way.places():
            if lonlat is None:
                runs.append([])
            else:
                runs[-1].append(lonlat)
        self.skipped[CUT_BARRIERS] = self.skipped.get(CUT_BARRIERS, 0) + 1
        self._lines += [(*row, shapely.LineString(run)) for run in runs if len(run) > 1]
