"""Collects what holds walkers up: gates, crossings, rivers, rails, motorways and walls."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from planner.sources.osm.area_reader import build_layer
from planner.sources.osm.barrier_tags import GATES, barrier_kind, gate_passes, wheels_barred
from planner.sources.osm.conditions import has_hours, write_tags
from planner.sources.osm.opl import Node, Way
from planner.walkability import (
    HOURS_KEYS,
    PERMISSION_KEYS,
    SIGNALS,
    has_signals,
    is_crossing_node,
    split_values,
)

#: Keys one of which every barrier or crossing carries that is no street and no area.
BARRIER_KEYS: Final = ("barrier", "railway", "waterway", "highway", "crossing", "wheelchair")
CUT_BARRIERS: Final = "barriers cut by the edge of the extract"

_GATE_COLUMNS = [
    "osm_id", "node_id", "barrier", "in_wall", "passes", "barred", "opening_hours", "conditions",
    "name",
]  # fmt: skip
#: Tags that decide who passes a gate when; its opening hours stand in a column of their own.
_CONDITION_KEYS = ("locked", *PERMISSION_KEYS, *(key for key in HOURS_KEYS if ":" in key))
_BARRIER_COLUMNS = ["osm_id", "kind", "name"]
#: Tags that decide whether a node is a crossing, and whether it has traffic lights.
_CROSSING_KEYS = ("railway", *SIGNALS)


class BarrierReader:
    """Collects gates, crossings and barriers while osmium streams through an extract."""

    def __init__(self) -> None:
        self.skipped: dict[str, int] = {}
        self._gates: list[tuple[Any, ...]] = []
        self._crossings: list[tuple[int, bool, bool]] = []
        self._lines: list[tuple[Any, ...]] = []

    def take_node(self, node: Node) -> None:
        """Take a gate or a crossing; a node may be both."""
        tags = node.tags
        if "highway" in tags or "crossing" in tags:
            crossing, signals = _judge_crossing(tuple(map(tags.get, _CROSSING_KEYS)))
            if crossing or signals:
                self._crossings.append((node.id, crossing, signals))
        if "barrier" in tags or "wheelchair" in tags:
            self._take_gate(node)

    def _take_gate(self, node: Node) -> None:
        """Take a gate in a wall, or whatever else on a street stops some people."""
        tags = node.tags
        kinds = split_values(tags, "barrier")
        in_wall = not GATES.isdisjoint(kinds)
        # Only a barrier shuts a node: elsewhere `access` is about something beside the street.
        passes = gate_passes(tags) if kinds else "all"
        barred = ";".join(wheels_barred(tags))
        timed = bool(kinds) and has_hours(tags)
        if not (in_wall or timed or barred or passes != "all"):
            return
        conditional = any(f"{key}:conditional" in tags for key in PERMISSION_KEYS)
        row = (
            f"node/{node.id}", node.id, tags.get("barrier", ""), in_wall, passes, barred,
            tags.get("opening_hours", "") if kinds else "",
            write_tags("residents", tags, _CONDITION_KEYS) if kinds and conditional else "",
            tags.get("name", ""), shapely.Point(node.lon, node.lat),
        )  # fmt: skip
        self._gates.append(row)

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
        """Return the columns `OsmExtract.gates` names and points, by OSM id."""
        gates = build_layer(self._gates, _GATE_COLUMNS)
        return gates.astype({"node_id": "int64", "in_wall": "bool"})

    def crossings(self) -> pd.DataFrame:
        """Return node_id, crossing and signals, by node."""
        columns = ["node_id", "crossing", "signals"]
        table = pd.DataFrame(sorted(self._crossings), columns=columns)
        return table.astype({"node_id": "int64", "crossing": "bool", "signals": "bool"})

    def barriers(self, water: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return osm_id, kind, name and lines, together with the areas of water, by OSM id."""
        areas = list(water[[*_BARRIER_COLUMNS, "geometry"]].itertuples(index=False, name=None))
        return build_layer([*self._lines, *areas], _BARRIER_COLUMNS)

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


@lru_cache(maxsize=10_000)
def _judge_crossing(values: tuple[str | None, ...]) -> tuple[bool, bool]:
    """Tell by the values of _CROSSING_KEYS whether a node is a crossing, and whether it has lights.

    Most tagged nodes of a city are asked; few combinations exist.
    """
    given = zip(_CROSSING_KEYS, values, strict=True)
    tags = {key: value for key, value in given if value is not None}
    return is_crossing_node(tags), has_signals(tags)
