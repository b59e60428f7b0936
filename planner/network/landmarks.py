"""Names that residents know: the estate, the village or the street crossing nearest to a place."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from planner.crs import project
from planner.network.walk_network import WalkNetwork
from planner.showing import Brief
from planner.sources.osm.extract import WalkWays

#: A place is named after a zone, a village or a crossing of named streets within these distances.
ZONE_WITHIN_M: Final = 250.0
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


@dataclass(frozen=True, eq=False)
class Known:
    """What n places are known by.

    name : of the landmark, "" for none; kind : zone, village, crossing or street; side : point of
    the compass in which the place lies from it, in the plan's language, "" where they meet.
    """

    name: NDArray[np.object_]
    kind: NDArray[np.object_]
    side: NDArray[np.object_]


class PlaceNames(Brief, ABC):
    """Puts the names of places together from what each is known by.

    language : `zh` or `en`, of the words round the names.
    """

    language: str

    @abstractmethod
    def nearest(self, xy: NDArray[np.float64]) -> Known:
        """Return what each place (n, 2) is known by: a zone, a village, a crossing, a street."""

    def names(
        self,
        places: list[tuple[float, float]],
        *,
        parts_of: Sequence[int] | None = None,
        middles: Sequence[tuple[float, float]] = (),
    ) -> list[str]:
        """Name each place; a name that would stand twice says on which side it lies.

        Parameters
        ----------
        places
            Metres, n of them.
        parts_of
            Number of the whole that each place is a part of. Parts of one whole that share a name
            say on which side of each other they lie: east, north, west, south, finer if need be.
        middles
            Metres, the middle of each of the parts.
        """
        found = self.nearest(np.asarray(places, dtype=np.float64).reshape(-1, 2))
        side = found.side.copy()
        if parts_of is not None:
            parts = pd.DataFrame({"name": found.name, "whole": np.array(parts_of, dtype=int)})
            for rows in parts.groupby(["name", "whole"]).indices.values():
                if len(rows) > 1:
                    side[rows] = self._apart(np.asarray(middles, dtype=np.float64)[rows])
        often = Counter(found.name)
        wanted = [
            self.words("aside").format(name, side) if name and side and often[name] > 1 else name
            for name, side in zip(found.name, side, strict=True)
        ]
        return number_repeats(wanted)

    def _apart(self, middles: NDArray[np.float64]) -> NDArray[np.object_]:
        """Return on which side of all of them each of some places lies: of four, else of eight."""
        midpoint = (middles.min(axis=0) + middles.max(axis=0)) / 2
        coarse = self._sides(middles, midpoint, 4)
        return coarse if len(set(coarse)) == len(coarse) else self._sides(middles, midpoint)

    def _sides(
        self, places: NDArray[np.float64], of: NDArray[np.float64], n_points: int = 8
    ) -> NDArray[np.object_]:
        """Return the points of the compass in which places lie from others, "" if they meet."""
        dx, dy = (places - of).T
        points = np.array(_WORDS[self.language]["points"], dtype=object)[:: 8 // n_points]
        turn = np.degrees(np.arctan2(dy, dx)) * n_points / 360
        # -180 and 180 degrees are one point of the compass.
        side = points[np.round(turn).astype(np.int64) % n_points]
        side[np.hypot(dx, dy) < 1] = ""
        return np.asarray(side, dtype=object)

    def words(self, key: str) -> str:
        """Return the form of a name in the plan's language."""
        return str(_WORDS[self.language][key])


@dataclass(frozen=True)
class Landmarks(PlaceNames):
    """Places with a name, metric coordinates; the language of what is put together from them."""

    zones: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    crossings: pd.DataFrame
    streets: gpd.GeoDataFrame
    language: str

    def nearest(self, xy: NDArray[np.float64]) -> Known:
        """Return what each place (n, 2) is known by: a zone, a village, a crossing, a street."""
        points = shapely.points(xy)
        name, kind = np.full(len(xy), "", dtype=object), np.full(len(xy), "", dtype=object)
        # A place that no landmark is near is measured from itself, and so lies on no side.
        of = xy.copy()
        left = np.arange(len(xy))
        for what, tree, within_m in (
            ("zone", self._zone_tree, ZONE_WITHIN_M),
            ("village", self._village_tree, VILLAGE_WITHIN_M),
            ("crossing", self._crossing_tree, CROSSING_WITHIN_M),
            ("street", self._street_tree, CROSSING_WITHIN_M),
        ):
            # What residents know best comes first; each kind names what those before it left.
            found = _find_first_nearest(tree, points[left], within_m)
            rows, which = left[found >= 0], found[found >= 0]
            name[rows], of[rows] = self._named(what, which)
            kind[rows] = what
            left = left[found < 0]
        return Known(name, kind, self._sides(xy, of))

    def _named(
        self, what: str, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
        """Return names of landmarks of one kind, and where these belong, shape (n, 2)."""
        if what == "crossing":
            part = self.crossings.iloc[rows]
            form = self.words("crossing")
            names = [form.format(*ends) for ends in zip(part["first"], part["second"], strict=True)]
            return np.array(names, dtype=object), part[["x", "y"]].to_numpy(dtype=np.float64)
        layers = {"zone": self.zones, "village": self.villages, "street": self.streets}
        layer = layers[what].iloc[rows]
        form = self.words("street") if what == "street" else "{0}"
        midpoints = shapely.get_coordinates(shapely.centroid(layer.geometry.to_numpy()))
        return np.array([form.format(name) for name in layer["name"]], dtype=object), midpoints

    @cached_property
    def _zone_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.zones.geometry.to_numpy())

    @cached_property
    def _village_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.villages.geometry.to_numpy())

    @cached_property
    def _street_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.streets.geometry.to_numpy())

    @cached_property
    def _crossing_tree(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.points(self.crossings[["x", "y"]].to_numpy(dtype=float)))


def number_repeats(wanted: Sequence[str]) -> list[str]:
    """Return the names, each once: repeated ones get a number, as in `name (2)`."""
    names: list[str] = []
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    for name in wanted:
        free = name
        # The name with a number may be another place's own. Places without a name need none.
        while free and free in taken:
            numbers[name] += 1
            free = f"{name} ({numbers[name] + 1})"
        taken.add(free)
        names.append(free)
    return names


def _find_first_nearest(
    tree: shapely.STRtree, points: NDArray[np.object_], within_m: float
) -> NDArray[np.int64]:
    """Return the number of the shape nearest to each point, the first of equals, -1 if too far."""
    # All of equals, to take the first of them: a single answer would be whichever the tree met.
    point, shape = tree.query_nearest(points, max_distance=within_m, all_matches=True)
    nobody = np.iinfo(np.int64).max
    first = np.full(len(points), nobody, dtype=np.int64)
    np.minimum.at(first, point, shape)
    return np.where(first == nobody, -1, first)


def find_landmarks(
    network: WalkNetwork,
    ways: WalkWays,
    zones: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    language: str = "zh",
) -> Landmarks:
    """Collect what has a name: zones, villages, and the crossings of named streets.

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
        zones=named_zones.reset_index(drop=True),
        villages=places[["name", "geometry"]].reset_index(drop=True),
        crossings=_list_crossings(ways, network.crs),
        streets=streets,
        language=language,
    )


def landmarks_of(network: WalkNetwork, *, language: str = "zh") -> Landmarks:
    """Collect the names that streets alone know: their own, and where streets of two names meet.

    Parameters
    ----------
    network
        The streets.
    language
        `zh` or `en`: of the words round the names.
    """
    named = np.array([str(name) != "" for name in network.name], dtype=bool)
    ends = np.concatenate([network.u, network.v])
    met = pd.DataFrame({"node": ends, "name": np.tile(network.name.astype(str), 2)})
    met["x"], met["y"] = network.xy[ends].T
    nothing = gpd.GeoDataFrame({"name": []}, geometry=[], crs=network.crs)
    return Landmarks(
        zones=nothing,
        villages=nothing,
        crossings=_pair_names(met),
        streets=gpd.GeoDataFrame(
            {"name": network.name[named]}, geometry=network.lines[named], crs=network.crs
        ),
        language=language,
    )


def _pair_names(ends: pd.DataFrame) -> pd.DataFrame:
    """Return x, y of the nodes where streets of two names meet, and the first two of them."""
    # Where two ways of one street meet, nothing crosses.
    ends = ends[ends["name"] != ""].drop_duplicates(["node", "name"])
    ends = ends[ends.duplicated("node", keep=False)].sort_values(["node", "name"])
    first = ends.drop_duplicates("node")
    second = ends[ends.groupby("node").cumcount() == 1]
    names = {"first": first["name"].to_numpy(), "second": second["name"].to_numpy()}
    return pd.DataFrame({"x": first["x"].to_numpy(), "y": first["y"].to_numpy()} | names)


def _list_crossings(ways: WalkWays, crs: CRS) -> pd.DataFrame:
    """List the nodes where ways of two names meet, with the first two names in order.

    Taken from the ways, not from the network: an edge merged from several ways has but one name.
    """
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    ends = pd.DataFrame({"node": ways.node_id, "name": ways.name[way].astype(str)})
    ends["x"], ends["y"] = ways.lonlat.T
    found = _pair_names(ends)
    xy = project(found["x"].to_numpy(), found["y"].to_numpy(), crs).reshape(-1, 2)
    return found.assign(x=xy[:, 0], y=xy[:, 1])
