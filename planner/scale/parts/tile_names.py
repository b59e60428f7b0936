"""What places are known by: a tile keeps its landmarks beside its part, and names places later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from planner.crs import unproject
from planner.crs.array_types import Floats
from planner.network.landmarks import Known, Landmarks, find_landmarks
from planner.scale.cut.manifest import Manifest
from planner.scale.streets.opened import OpenedTile, Settings
from planner.scale.work.array_tables import pack_tables, unpack_tables
from planner.scale.work.steps import Runner, StepStore, WorkStep
from planner.sources.cache import Arrays, pack_texts, unpack_texts

#: With this the names of arrays begin that tell of landmarks and not of people.
LANDMARKS: Final = "landmarks:"
_LAYERS: Final = ("zones", "villages", "streets")


def pack_landmarks(tile: OpenedTile) -> Arrays:
    """Return what has a name in a tile, for `name_places`."""
    osm, crs = tile.here.extract, tile.area.crs
    found = find_landmarks(
        tile.network,
        tile.built.ways,
        osm.zones.to_crs(crs),
        osm.places.to_crs(crs),
        language=tile.plan.language,
    )
    tables = {name: pd.DataFrame(getattr(found, name)) for name in _LAYERS}
    packed = pack_tables({**tables, "crossings": found.crossings})
    return {f"{LANDMARKS}{name}": values for name, values in packed.items()}


def unpack_landmarks(arrays: Arrays, language: str) -> Landmarks:
    """Return the landmarks of `pack_landmarks`; other arrays beside them are not looked at."""
    tables = unpack_tables(
        {
            name.removeprefix(LANDMARKS): values
            for name, values in arrays.items()
            if name.startswith(LANDMARKS)
        }
    )
    layers = {name: gpd.GeoDataFrame(tables[name], geometry="geometry") for name in _LAYERS}
    return Landmarks(**layers, crossings=tables["crossings"], language=language)


def name_places(store: StepStore, settings: Settings) -> Arrays:
    """Say what places in a core are known by: a step.

    settings : answer (key of `answer_tile`), language, and places: pairs of x, y, metric CRS.
    """
    landmarks = unpack_landmarks(store.load(settings["answer"]), settings["language"])
    known = landmarks.nearest(np.array(settings["places"], dtype=np.float64).reshape(-1, 2))
    arrays: Arrays = {}
    for entry in fields(known):
        arrays |= pack_texts(getattr(known, entry.name), entry.name)
    return arrays


@dataclass(frozen=True, eq=False)
class NamesOfTiles:
    """What places are known by: each is asked of the tile whose core holds it.

    answers : name of a tile -> key of `answer_tile`.
    """

    runner: Runner
    store: StepStore
    manifest: Manifest
    crs: CRS
    language: str
    answers: dict[str, str]

    def find(self, xy: Floats) -> Known:
        """Return what places (n, 2), metric CRS, are known by; all lie in the area."""
        lonlat = unproject(np.asarray(xy, dtype=np.float64).reshape(-1, 2), self.crs)
        tile = self.manifest.find_tiles(lonlat[:, 0], lonlat[:, 1])
        numbers = np.unique(tile).tolist()
        keys = self.runner.run([self._ask(number, xy[tile == number]) for number in numbers])
        columns = {name: np.full(len(xy), "", dtype=object) for name in _KNOWN}
        for number, key in zip(numbers, keys, strict=True):
            arrays = self.store.load(key)
            for name, column in columns.items():
                column[tile == number] = unpack_texts(arrays, name)
        return Known(**columns)

    def _ask(self, number: int, xy: Floats) -> WorkStep:
        """Return the step that asks a tile of the manifest, by its number."""
        name = self.manifest.tiles[number].name
        settings = {
            "answer": self.answers[name], "language": self.language, "places": xy.tolist(),
        }  # fmt: skip
        return WorkStep("names", name, name_places, settings)


_KNOWN: Final[Sequence[str]] = tuple(entry.name for entry in fields(Known))
