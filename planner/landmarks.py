"""Names that residents know: the estate, the village or the street crossing nearest to a place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from planner.crs import project
from planner.network.model import WalkNetwork
from planner.sources.osm import WalkWays

#: How far away an estate or a village may lend its name, and a crossing of two named streets.
ESTATE_WITHIN_M: Final = 250.0
VILLAGE_WITHIN_M: Final = 600.0
CROSSING_WITHIN_M: Final = 1_000.0

_WORDS: Final = {
    "zh": {
        "crossing": "{0}—{1}路口",
        "street": "{0}沿线",
        "aside": "{0}{1}",
        "points": ("东", "东北", "北", "西北", "西", "西南", "南", "东南"),
    },
    "en": {
        "crossing": "{0} / {1}",
        "street": "along {0}",
        "aside": "{0}, {1}",
        "points": ("east", "north-east", "north", "north-west",
                   "west", "south-west", "south", "south-east"),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Landmarks:
    """Places with a name, metric coordinates; the language of what is put together from them."""

    estates: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    crossings: pd.DataFrame
    streets: gpd.GeoDataFrame
    language: str

    def names(self, places: list[tuple[float, float]]) -> list[str]:
        """Name each place; a name that would stand twice says on which side it lies."""
        found = [self._nearest(x, y) for x, y in places]
        often = Counter(name for name, _ in found)
        names: list[str] = []
        taken: set[str] = set()
        for place, (name, of) in zip(places, found, strict=True):
            aside = self._side(place, of) if often[name] > 1 else ""
            wanted = self._words("aside").format(name, aside) if name and aside else name
            free, number = wanted, 1
            while free and free in taken:
                number += 1
                free = f"{wanted} ({number})"
            taken.add(free)
            names.append(free)
        return names

    def _nearest(self, x: float, y: float) -> tuple[str, tuple[float, float]]:
        """Return the best name for a place and where that name belongs; "" if there is none."""
        point = shapely.Point(x, y)
        for tree, layer, within_m in (
            (self._estate_tree, self.estates, ESTATE_WITHIN_M),
            (self._village_tree, self.villages, VILLAGE_WITHIN_M),
        ):
            k = _first_nearest(tree, point, within_m)
            if k is not None:
                centre = layer.geometry.iloc[k].centroid
                return str(layer["name"].iloc[k]), (centre.x, centre.y)
        k = _first_nearest(self._crossing_tree, point, CROSSING_WITHIN_M)
        if k is not None:
            row = self.crossings.iloc[k]
            name = self._words("crossing").format(row["first"], row["second"])
            return name, (row["x"], row["y"])
        k = _first_nearest(self._street_tree, point, CROSSING_WITHIN_M)
        if k is not None:
            centre = self.streets.geometry.iloc[k].centroid
            return self._words("street").format(self.streets["name"].iloc[k]), (centre.x, centre.y)
        return "", (x, y)

    @cached_property
    def _estate_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.estates.geometry.to_numpy())

    @cached_property
    def _village_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.villages.geometry.to_numpy())

    @cached_property
    def _street_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.streets.geometry.to_numpy())

    @cached_property
    def _crossing_tree(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.points(self.crossings[["x", "y"]].to_numpy(dtype=float)))

    def _side(self, place: tuple[float, float], of: tuple[float, float]) -> str:
        """Return the point of the compass in which a place lies from another, "" if they meet."""
        dx, dy = place[0] - of[0], place[1] - of[1]
        if np.hypot(dx, dy) < 1:
            return ""
        points = _WORDS[self.language]["points"]
        return str(points[round(np.degrees(np.arctan2(dy, dx)) / 45) % 8])

    def _words(self, key: str) -> str:
        return str(_WORDS[self.language][key])


def _first_nearest(tree: shapely.STRtree, point: shapely.Point, within_m: float) -> int | None:
    """Return the number of the nearest shape, the first of equals, None if it is too far."""
    found = tree.query_nearest(point, max_distance=within_m, all_matches=True)
    return int(found.min()) if len(found) else None


def find_landmarks(
    network: WalkNetwork,
    ways: WalkWays,
    zones: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    language: str = "zh",
) -> Landmarks:
    """Collect what has a name: estates, villages, and the crossings of named streets.

    Parameters
    ----------
    network, ways
        Streets, and the ways they were built from.
    zones, places
        name and geometry in the network's CRS; a zone without a name is left out.
    language
        `zh` or `en`: of the words round the names.
    """
    named_zones = zones[zones["name"].astype(str) != ""][["name", "geometry"]]
    named = np.array([str(name) != "" for name in network.name], dtype=bool)
    streets = gpd.GeoDataFrame(
        {"name": network.name[named]}, geometry=network.lines[named], crs=network.crs
    )
    return Landmarks(
        estates=named_zones.reset_index(drop=True),
        villages=places[["name", "geometry"]].reset_index(drop=True),
        crossings=_crossings(ways, network.crs),
        streets=streets,
        language=language,
    )


def _crossings(ways: WalkWays, crs: CRS) -> pd.DataFrame:
    """List the nodes where ways of two names meet, with the first two names in order.

    Taken from the ways, not from the network: an edge merged from several ways has but one name.
    """
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    ends = pd.DataFrame({"node": ways.node_id, "name": ways.name[way].astype(str)})
    ends["lon"], ends["lat"] = ways.lonlat.T
    ends = ends[ends["name"] != ""].drop_duplicates(["node", "name"])
    ends = ends[ends.duplicated("node", keep=False)].sort_values(["node", "name"])
    first = ends.drop_duplicates("node")
    second = ends[ends.groupby("node").cumcount() == 1]
    xy = project(first["lon"].to_numpy(), first["lat"].to_numpy(), crs).reshape(-1, 2)
    return pd.DataFrame(
        {
            "x": xy[:, 0],
            "y": xy[:, 1],
            "first": first["name"].to_numpy(),
            "second": second["name"].to_numpy(),
        }
    )
