"""Names that residents know: the estate, the village or the street crossing nearest to a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.network.model import WalkNetwork

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
        names = [name for name, _ in found]
        for k, (name, (x, y)) in enumerate(found):
            if name and names.count(name) > 1:
                aside = self._side(places[k], (x, y))
                found[k] = (self._words("aside").format(name, aside) if aside else name, (x, y))
        unique: list[str] = []
        for name, _ in found:
            free, number = name, 1
            while free and free in unique:
                number += 1
                free = f"{name} ({number})"
            unique.append(free)
        return unique

    def _nearest(self, x: float, y: float) -> tuple[str, tuple[float, float]]:
        """Return the best name for a place and where that name belongs; "" if there is none."""
        point = shapely.Point(x, y)
        for layer, within_m in (
            (self.estates, ESTATE_WITHIN_M),
            (self.villages, VILLAGE_WITHIN_M),
        ):
            if len(layer):
                away_m = shapely.distance(layer.geometry.to_numpy(), point)
                k = int(np.argmin(away_m))
                if away_m[k] <= within_m:
                    centre = layer.geometry.iloc[k].centroid
                    return str(layer["name"].iloc[k]), (centre.x, centre.y)
        if len(self.crossings):
            away_m = np.hypot(*(self.crossings[["x", "y"]].to_numpy() - (x, y)).T)
            k = int(np.argmin(away_m))
            if away_m[k] <= CROSSING_WITHIN_M:
                row = self.crossings.iloc[k]
                return self._words("crossing").format(row["first"], row["second"]), (
                    row["x"], row["y"],
                )  # fmt: skip
        if len(self.streets):
            away_m = shapely.distance(self.streets.geometry.to_numpy(), point)
            k = int(np.argmin(away_m))
            if away_m[k] <= CROSSING_WITHIN_M:
                centre = self.streets.geometry.iloc[k].centroid
                return self._words("street").format(self.streets["name"].iloc[k]), (
                    centre.x, centre.y,
                )  # fmt: skip
        return "", (x, y)

    def _side(self, place: tuple[float, float], of: tuple[float, float]) -> str:
        """Return the point of the compass in which a place lies from another, "" if they meet."""
        dx, dy = place[0] - of[0], place[1] - of[1]
        if np.hypot(dx, dy) < 1:
            return ""
        points = _WORDS[self.language]["points"]
        return str(points[round(np.degrees(np.arctan2(dy, dx)) / 45) % 8])

    def _words(self, key: str) -> str:
        return str(_WORDS[self.language][key])


def find_landmarks(
    network: WalkNetwork,
    zones: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    language: str = "zh",
) -> Landmarks:
    """Collect what has a name: zones, places (metric CRS), and the crossings of named streets."""
    named_zones = zones[zones["name"].astype(str) != ""][["name", "geometry"]]
    named = np.array([str(name) != "" for name in network.name], dtype=bool)
    streets = gpd.GeoDataFrame(
        {"name": network.name[named]}, geometry=network.lines[named], crs=network.crs
    )
    return Landmarks(
        estates=named_zones.reset_index(drop=True),
        villages=places[["name", "geometry"]].reset_index(drop=True),
        crossings=_crossings(network, named),
        streets=streets,
        language=language,
    )


def _crossings(network: WalkNetwork, named: NDArray[np.bool_]) -> pd.DataFrame:
    """List the nodes where streets of two names meet, with the first two names in order."""
    edge = np.flatnonzero(named)
    ends = pd.DataFrame(
        {
            "node": np.concatenate([network.u[edge], network.v[edge]]),
            "name": np.concatenate([network.name[edge], network.name[edge]]),
        }
    ).drop_duplicates()
    ends = ends.sort_values(["node", "name"])
    ends["rank"] = ends.groupby("node").cumcount()
    first = ends[ends["rank"] == 0].set_index("node")["name"]
    second = ends[ends["rank"] == 1].set_index("node")["name"]
    nodes = second.index.to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "x": network.xy[nodes, 0],
            "y": network.xy[nodes, 1],
            "first": first.reindex(nodes).to_numpy(),
            "second": second.to_numpy(),
        }
    )
