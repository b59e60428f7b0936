"""Collects places of public use: centres, halls, shops, schools, stops, metro exits, toilets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from planner.sources.osm.area_reader import build_layer
from planner.sources.osm.opl import Node, Relation, Way

#: What a place is used for, by key and value of its tags; the first key that says something counts.
AMENITY_TAGS: Final[Mapping[str, Mapping[str, str]]] = {
    "amenity": {
        "community_centre": "community",
        "social_centre": "community",
        "arts_centre": "culture",
        "theatre": "culture",
        "exhibition_centre": "culture",
        "social_facility": "care",
        "nursing_home": "elderly_care",
        "library": "library",
        "marketplace": "market",
        "post_office": "post_office",
        "townhall": "government",
        "bank": "bank",
        "school": "school",
        "kindergarten": "kindergarten",
        "clinic": "clinic",
        "hospital": "clinic",
        "doctors": "clinic",
        "pharmacy": "pharmacy",
        "police": "police",
        "bus_station": "bus_stop",
        "toilets": "toilets",
        "bench": "bench",
        "drinking_water": "drinking_water",
        "shelter": "shelter",
    },
    "leisure": {
        "sports_centre": "sports",
        "sports_hall": "sports",
        "fitness_centre": "sports",
    },
    "tourism": {"museum": "culture"},
    "office": {"government": "government"},
    "shop": {
        "convenience": "shop",
        "supermarket": "shop",
        "kiosk": "shop",
        "mall": "mall",
        "department_store": "mall",
    },
    "railway": {"subway_entrance": "metro_exit", "station": "station", "halt": "station"},
    "highway": {"bus_stop": "bus_stop"},
    "public_transport": {"platform": "platform", "stop_position": "platform"},
}
#: Keys one of which every place of public use carries.
AMENITY_KEYS: Final = tuple(AMENITY_TAGS)
#: Care for whom makes it care of the elderly: values of `social_facility:for`, `social_facility`.
_FOR_ELDERLY: Final = frozenset({"senior", "seniors", "elderly"})
_CARE_HOMES: Final = frozenset({"nursing_home", "assisted_living", "day_care", "group_home"})
#: Use of a stop of the underground.
METRO: Final = "metro_station"
_COLUMNS: Final = ["osm_id", "use", "outline", "name"]


class AmenityReader:
    """Collects places of public use while osmium streams through an extract."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._lonlat: list[tuple[float, float]] = []

    def take_node(self, node: Node) -> None:
        """Take a place that is mapped as a point."""
        use = find_use(node.tags)
        if use is not None:
            self._take(f"node/{node.id}", use, False, node.tags, (node.lon, node.lat))

    def take_way(self, way: Way) -> None:
        """Take a place that is mapped by its outline; it stands for a point inside."""
        tags = way.tags
        # Nearly all ways that come here are plain buildings: few questions for them.
        if not ("amenity" in tags or "shop" in tags or "leisure" in tags or "office" in tags
                or "tourism" in tags):  # fmt: skip
            return
        use = find_use(tags)
        if use is None or not way.is_closed:
            return
        known = way.lonlat()
        if len(np.unique(known, axis=0)) >= 3:
            outline = shapely.Polygon(known)
            self._take_outline(f"way/{way.id}", use, tags, outline)

    def take_relation(self, relation: Relation, outline: shapely.Geometry) -> None:
        """Take a place whose outline several ways make up."""
        use = find_use(relation.tags)
        if use is not None:
            self._take_outline(f"relation/{relation.id}", use, relation.tags, outline)

    def amenities(self) -> gpd.GeoDataFrame:
        """Return osm_id, use, outline (mapped by one), name and points, by OSM id."""
        places = shapely.points(np.array(self._lonlat, dtype=np.float64).reshape(-1, 2))
        rows = [(*row, place) for row, place in zip(self._rows, places, strict=True)]
        return build_layer(rows, _COLUMNS).astype({"outline": "bool"})

    def _take_outline(self, osm_id: str, use: str, tags: Any, outline: shapely.Geometry) -> None:
        # Not the centroid, which may lie outside of an L-shaped building.
        inside = shapely.point_on_surface(shapely.make_valid(outline))
        self._take(osm_id, use, True, tags, (inside.x, inside.y))

    def _take(
        self, osm_id: str, use: str, outline: bool, tags: Any, place: tuple[float, float]
    ) -> None:
        self._rows.append((osm_id, use, outline, tags.get("name", "")))
        self._lonlat.append(place)


def find_use(tags: Any) -> str | None:
    """Return what a place is used for, None if the planner has no use for it."""
    for key, uses in AMENITY_TAGS.items():
        value = tags.get(key)
        if value is not None and value in uses:
            return _tell_apart(uses[value], tags)
    return None


def _tell_apart(use: str, tags: Any) -> str | None:
    """Tell apart what one tag alone does not."""
    if use == "care":
        old = tags.get("social_facility:for", "") in _FOR_ELDERLY
        return "elderly_care" if old or tags.get("social_facility") in _CARE_HOMES else "community"
    # railway=station is any train's; a platform may be one of trains or trams.
    if use == "station":
        return METRO if _is_metro(tags) else None
    if use == "platform":
        return "bus_stop" if tags.get("bus") == "yes" else None
    return use


def _is_metro(tags: Any) -> bool:
    """Tell whether a station is one of the underground."""
    return bool(tags.get("station") == "subway" or tags.get("subway") == "yes")
