"""What the whole extract says of itself, as a plain reading tells it: how much was left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from planner.scale.cut.area_arrays import json_to_array
from planner.scale.cut.cutting import load_areas
from planner.scale.cut.manifest import read_manifest
from planner.scale.cut.tile_reading import open_tile
from planner.scale.streets.opened import Settings
from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays


def see_lonlat(store: StepStore, settings: Settings) -> Arrays:
    """Return the places of the streets of one tile, degrees; settings as for `open_tile`."""
    here = open_tile(store, settings)
    return {"lonlat": np.unique(here.extract.ways.lonlat.reshape(-1, 2), axis=0)}


def read_words(store: StepStore, settings: Settings) -> Arrays:
    """Return how much of the whole extract was left out.

    settings : cut (folder), seen : keys of `see_lonlat` of all tiles.

    Returns
    -------
    Arrays
        skipped : see `OsmExtract`.
    """
    manifest = read_manifest(Path(settings["cut"]))
    streets = [store.load(key)["lonlat"] for key in settings["seen"]]
    osm = load_areas(manifest, streets=np.concatenate(streets))
    return {"skipped": json_to_array(dict(osm.skipped))}
