"""The ways of the streets of all tiles, each once: what files of conditions are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from planner.scale.cut.tile_reading import open_tile
from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays, pack_texts, unpack_texts
from planner.sources.condition_files import KnownWays
from planner.sources.osm.extract import WalkWays


def see_ways(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Return the ways of the streets of one tile: a step; settings as for `open_tile`."""
    ways: WalkWays = open_tile(store, settings).extract.ways
    ends = ways.node_id[np.column_stack([ways.offsets[:-1], ways.offsets[1:] - 1])]
    named = np.column_stack([ways.way_id, ends, np.diff(ways.offsets)]).astype(np.int64)
    return {"ways": named} | pack_texts(ways.surface.astype(object), "surface")


def read_known_ways(store: StepStore, keys: Sequence[str]) -> KnownWays:
    """Put together the ways of all tiles, each once; keys : of `see_ways`."""
    loaded = [store.load(key) for key in keys]
    named = np.concatenate([one["ways"] for one in loaded])
    surface = np.concatenate([unpack_texts(one, "surface") for one in loaded])
    _, first = np.unique(named, axis=0, return_index=True)
    return KnownWays(named[first, 0], surface[first])
