"""Heights that the whole area decides: which cells of the raster count, and bridges over tiles.

A node between bridges alone lies on the straight grade between their ends on the ground, however
far these are: tiles tell of such edges, and the nodes between them are lifted together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.crs.array_types import Floats
from planner.crs.frame import Bounds
from planner.network.enclosed import find_positions
from planner.network.heights import find_aloft, find_free, find_heights, lift
from planner.network.study_area import StudyArea
from planner.scale.cut.manifest import Manifest
from planner.scale.cut.tile_reading import list_steps, open_tile
from planner.scale.streets.facts_ground import open_ground
from planner.scale.streets.tile_streets import build_level_streets
from planner.scale.work.steps import Runner, StepStore
from planner.sources.cache import ArrayCache, Arrays, make_key
from planner.sources.elevation import find_heights_bounds, load_elevation
from planner.sources.inputs import Inputs


def add_height_facts(
    manifest: Manifest,
    runner: Runner,
    store: StepStore,
    area: StudyArea,
    inputs: Inputs,
    ground: str,
    facts: str,
) -> str:
    """Add what only the whole can tell of heights to the facts of streets; return the new key.

    Parameters
    ----------
    ground, facts
        Keys of `save_ground`, and of the facts so far.

    Raises
    ------
    SourceError
        As `load_elevation`.
    """
    path = inputs.plan.network.elevation
    assert path is not None  # else there is nothing to add
    asked: list[dict[str, Any]] = [{}] * len(manifest.tiles)
    keys = runner.run(list_steps("heights", see_street_bounds, manifest, asked))
    boxes = np.array([store.load(key)["bounds"] for key in keys])
    low, high = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
    streets: Bounds = (low[0], low[1], high[0], high[1])
    bounds = find_heights_bounds(inputs.plan, inputs.boundary, streets)
    cache = ArrayCache(store.folder, most_files=None)
    elevation = load_elevation(path, bounds, cache=cache)
    asked = [{"ground": ground, "facts": facts}] * len(manifest.tiles)
    keys = runner.run(list_steps("heights", see_aloft, manifest, asked))
    key = make_key("heights of the whole", facts, elevation.hash, bounds, *keys)
    if not store.holds(key):
        node, xy, edges = _join_aloft([store.load(one) for one in keys])
        heights = find_heights(elevation, xy, area.crs)
        u, v = (find_positions(edges[name].to_numpy(), node["node"].to_numpy()) for name in "uv")
        free = node["free"].to_numpy(dtype=bool)
        lifted = lift(u, v, edges["length_m"].to_numpy(dtype=np.float64), free, heights)
        added = {
            "heights_bounds": np.array(bounds),
            "lifted_node": node["node"].to_numpy(dtype=np.int64)[free],
            "lifted_m": lifted[free],
        }
        store.save(key, {**store.load(facts), **added})
    return key


def see_street_bounds(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Step: west, south, east, north of all street nodes that a tile holds; none: inf, -inf."""
    lonlat = open_tile(store, settings).extract.ways.lonlat
    low, high = lonlat.min(axis=0, initial=np.inf), lonlat.max(axis=0, initial=-np.inf)
    return {"bounds": np.concatenate([low, high])}


def see_aloft(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Step: edges aloft that are a tile's own, and the nodes of its core at the ends of any.

    Settings: ground, facts. Ways that conditions of the plan keep apart are not kept apart here.
    """
    ground = open_ground(store, settings)
    streets = build_level_streets(
        ground.here, ground.crs, ground.within, store.load(settings["facts"]), None, lambda _: None
    )
    network = streets.network
    aloft = find_aloft(network)
    own = np.flatnonzero(aloft & streets.owned)
    ends = np.unique(np.concatenate([network.u[aloft], network.v[aloft]]))
    ends = ends[streets.core[ends]]
    return {
        "u": network.node_id[network.u[own]],
        "v": network.node_id[network.v[own]],
        "length_m": network.length_m[own],
        "node": network.node_id[ends],
        "xy": network.xy[ends],
        "free": find_free(network, aloft)[ends],
    }


def _join_aloft(seen: Sequence[Arrays]) -> tuple[pd.DataFrame, Floats, pd.DataFrame]:
    """Return the nodes, their places, and the edges aloft of all tiles in the whole's order."""
    edges = pd.DataFrame(
        {name: np.concatenate([arrays[name] for arrays in seen]) for name in ("u", "v", "length_m")}
    ).sort_values("u", kind="stable")
    nodes = pd.DataFrame(
        {name: np.concatenate([arrays[name] for arrays in seen]) for name in ("node", "free")}
    )
    xy = np.concatenate([arrays["xy"] for arrays in seen])
    order = np.argsort(nodes["node"].to_numpy(), kind="stable")
    return nodes.iloc[order], xy[order], edges
