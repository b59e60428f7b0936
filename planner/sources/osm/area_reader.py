"""Collects the areas of an extract: zones, buildings, the backdrop, and places with a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.crs import WGS84
from planner.crs.array_types import Floats
from planner.sources.osm.barrier_tags import is_walled, is_water
from planner.sources.osm.cut_areas import close_cut_water
from planner.sources.osm.opl import Node, Place, Relation, Way
from planner.sources.osm.rings import build_outline

#: No building has as many: a higher number is a typing error.
MAX_LEVELS: Final = 200.0

#: OSM `landuse` -> kind of zone.
ZONE_KINDS: Final[Mapping[str, str]] = {
    "residential": "residential",
    "industrial": "industrial",
    "commercial": "commercial",
    "retail": "commercial",
}
#: What the map shows behind the streets: (key, value) -> kind.
BACKDROP_KINDS: Final[Mapping[tuple[str, str], str]] = {
    ("natural", "water"): "water",
    ("waterway", "riverbank"): "water",
    ("waterway", "dock"): "water",
    ("landuse", "reservoir"): "water",
    ("leisure", "park"): "green",
    ("leisure", "garden"): "green",
    ("landuse", "grass"): "green",
    ("landuse", "forest"): "green",
    ("natural", "wood"): "green",
}
#: Places whose names residents know.
PLACE_VALUES: Final = frozenset(
    {"suburb", "quarter", "neighbourhood", "village", "hamlet", "locality", "city_block"}
)
#: Relations of these types are areas.
_AREA_TYPES: Final = frozenset({"multipolygon", "boundary"})
NO_OUTLINE: Final = "areas without a valid outline"
BROKEN_IN_PART: Final = "areas of broken outline, of which the whole rings are used"
BROKEN_LEFT_OUT: Final = "areas of broken outline, left out"
CLOSED_WATER: Final = "areas of water beyond the edge of the extract, drawn up to it"
#: Keys one of which every area that is used carries.
AREA_KEYS: Final = ("landuse", "building", "natural", "waterway", "leisure")
_COLUMNS = {
    "zones": ["osm_id", "kind", "name", "walled"],
    "buildings": ["osm_id", "levels", "name"],
    "places": ["osm_id", "place", "name"],
    "backdrop": ["osm_id", "kind", "name"],
    "water": ["osm_id", "kind", "name"],
}


class AreaReader:
    """Collects areas and named places from the parts of an extract.

    Parameters
    ----------
    shapes
        From `read_areas`: areas put together, by kind and id.
    """

    def __init__(self, shapes: dict[tuple[str, int], BaseGeometry | None]) -> None:
        self.skipped: dict[str, int] = {}
        self.members: set[int] = set()
        self._shapes = shapes
        self._broken: list[Relation] = []
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _COLUMNS}

    def take_way(self, way: Way) -> None:
        """Take a zone, a building, water or a piece of the backdrop that one way goes round."""
        key = ("w", way.id)
        if key in self._shapes:
            self._take(f"way/{way.id}", way.tags, self._shapes.pop(key))
        else:
            self._take_cut_outline(way)

    def take_relation(self, relation: Relation) -> BaseGeometry | None:
        """Take such an area of several ways, and return it; None if it is none, or not whole."""
        shape = self._shapes.pop(("r", relation.id), None)
        if shape is not None:
            self._take(f"relation/{relation.id}", relation.tags, shape)
        elif relation.tags.get("type") in _AREA_TYPES and any(_list_rows(relation.tags, "")):
            self._broken.append(relation)
            self.members.update(ref for kind, ref, _ in relation.members if kind == "w")
        return shape

    def add_broken(
        self, ways: Mapping[int, list[Place]], extent: BaseGeometry, streets: Floats
    ) -> None:
        """Add the whole rings of relations whose outline is broken, and water up to the edge.

        Parameters
        ----------
        ways
            Members by id.
        extent
            Polygon: what the extract holds, degrees.
        streets
            Places of streets (n, 2), degrees: they tell land from water.
        """
        for relation in self._broken:
            outline = build_outline(relation, ways)
            if outline.is_whole:  # it crosses itself: nobody knows what is inside
                self._skip(NO_OUTLINE)
                continue
            area, name = outline.known_area(), f"relation/{relation.id}"
            # It is drawn only: whoever walks meets its shore, as far as that is known.
            shown = {
                row[1] for layer, row in _list_rows(relation.tags, name) if layer == "backdrop"
            }
            water = shapely.Polygon()
            if "water" in shown:
                water = shapely.difference(close_cut_water(outline, extent, streets), area)
            if not water.is_empty:
                self._skip(CLOSED_WATER)
                row = (name, "water", relation.tags.get("name", ""), water)
                self._rows["backdrop"].append(row)
            else:
                self._skip(BROKEN_LEFT_OUT if area.is_empty else BROKEN_IN_PART)
            if not area.is_empty:
                self._take(name, relation.tags, area)

    def _take(self, osm_id: str, tags: Any, shape: BaseGeometry | None) -> None:
        """Note an area in the layers of which it is part."""
        rows = list(_list_rows(tags, osm_id))
        if rows and shape is None:
            self._skip(NO_OUTLINE)
            return
        for layer, row in rows:
            self._rows[layer].append((*row, shape))

    def _take_cut_outline(self, way: Way) -> None:
        """Take an area that the edge of the extract cuts: its outline without the missing nodes."""
        if way.is_whole:  # it comes as an area
            return
        if not way.is_closed or way.n_nodes < 4 or way.tags.get("area") == "no":
            return
        rows = list(_list_rows(way.tags, f"way/{way.id}"))
        if not rows:
            return
        polygon = _make_polygon([lonlat for _, lonlat in way.places() if lonlat is not None])
        if polygon.is_empty:
            self._skip("areas beyond the edge of the extract")
            return
        self._skip("areas cut by the edge of the extract")
        for layer, row in rows:
            self._rows[layer].append((*row, polygon))

    def take_place(self, node: Node) -> None:
        """Take a node with the name of a village or a neighbourhood."""
        place, name = node.tags.get("place"), node.tags.get("name")
        if place in PLACE_VALUES and name:
            point = shapely.Point(node.lon, node.lat)
            self._rows["places"].append((f"node/{node.id}", place, name, point))

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Return zones, buildings, places, backdrop and water, each sorted by OSM id."""
        return {name: build_layer(rows, _COLUMNS[name]) for name, rows in self._rows.items()}

    def _skip(self, what: str) -> None:
        self.skipped[what] = self.skipped.get(what, 0) + 1


def _list_rows(tags: Any, osm_id: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Tell of which layers an area is part, and with which values."""
    name = tags.get("name", "")
    kind = ZONE_KINDS.get(tags.get("landuse", ""))
    if kind is not None:
        yield "zones", (osm_id, kind, name, is_walled(tags))
    if is_water(tags):
        yield "water", (osm_id, "water", name)
    if tags.get("building", "no") != "no":
        yield "buildings", (osm_id, _read_levels(tags.get("building:levels")), name)
    elif kind is None:
        for (key, value), shown in BACKDROP_KINDS.items():
            if tags.get(key) == value:
                yield "backdrop", (osm_id, shown, name)
                return


def _make_polygon(places: list[tuple[float, float]]) -> BaseGeometry:
    """Return the polygon through some places in order, empty where they hold no area."""
    if len(set(places)) < 3:
        return shapely.Polygon()
    outline = shapely.Polygon(places)
    return shapely.make_valid(outline, method="structure", keep_collapsed=False)


def _read_levels(text: str | None) -> float:
    """Read building:levels; NaN where it is absent or no plausible number."""
    try:
        levels = float((text or "nan").split(";")[0])
    except ValueError:
        return float("nan")
    return levels if 0 < levels <= MAX_LEVELS else float("nan")


def build_layer(rows: list[tuple[Any, ...]], columns: list[str]) -> gpd.GeoDataFrame:
    """Turn rows that end in a geometry into a layer sorted by OSM id."""
    table = pd.DataFrame(rows, columns=[*columns, "geometry"])
    table = table.sort_values("osm_id", kind="stable", key=_make_sort_keys).reset_index(drop=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=WGS84)


def _make_sort_keys(osm_ids: pd.Series) -> pd.Series:
    """Sort way/9 before way/10."""
    return osm_ids.map(split_id)


def split_id(osm_id: str) -> tuple[str, int]:
    """Return what sorts way/9 before way/10."""
    kind, number = osm_id.split("/")
    return kind, int(number)
