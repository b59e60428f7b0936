"""Built networks, kept between runs: what was built once is not built again."""

from __future__ import annotations

import inspect
import logging
import sys
from collections.abc import Callable
from dataclasses import fields
from functools import cache as remember
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from planner import walkability
from planner.crs import metric_crs_at
from planner.network import _chains, areas, build, compounds, model
from planner.network.build import build_network
from planner.network.model import WalkNetwork
from planner.sources.cache import ArrayCache, Arrays, key_of, pack_texts, unpack_texts
from planner.sources.hashes import sha256_of
from planner.sources.osm import load_osm, reading_rules

log = logging.getLogger(__name__)


def load_network(
    path: str | Path, *, crs: CRS | None = None, cache: ArrayCache | None = None
) -> WalkNetwork:
    """Read the streets of an extract, from the cache if it has them.

    Parameters
    ----------
    path
        .osm.pbf, .osm or .osm.gz.
    crs
        Metric CRS; by default the local UTM zone.
    cache
        Where built networks are kept, see `user_cache`; None builds anew.

    Raises
    ------
    SourceError, NetworkError
        If the file cannot be read or holds no streets.
    """
    path = Path(path)

    def build_it() -> WalkNetwork:
        """Read the ways and build from nothing."""
        ways = load_osm(path, cache=cache).ways
        middle = (ways.lonlat.min(axis=0) + ways.lonlat.max(axis=0)) / 2
        return build_network(ways, crs or metric_crs_at(*middle))

    if not path.is_file():
        return build_it()
    return kept_network(build_it, cache, sha256_of(path), crs and crs.to_wkt())


def kept_network(
    build_it: Callable[[], WalkNetwork], cache: ArrayCache | None, *made_from: object
) -> WalkNetwork:
    """Return a network from the cache, or build and keep it.

    Parameters
    ----------
    made_from
        All that decides the result but the program: content of the extract, CRS, area.
    """
    if cache is None:
        return build_it()
    key = key_of("network", building_rules(), *made_from)
    found = cache.load(key)
    if found is not None:
        try:
            return _from_arrays(found)
        except (KeyError, ValueError, CRSError) as error:  # NetworkError is a ValueError
            log.warning("a network that was kept does not fit (%r), built again", error)
    network = build_it()
    cache.save(key, _to_arrays(network))
    return network


@remember
def building_rules() -> str:
    """Return the source of all that decides what a network looks like.

    It is part of every key: a result of other rules is never met again.
    """
    own = sys.modules[__name__]
    modules = (walkability, own, build, areas, compounds, _chains, model)
    return reading_rules() + "\n".join(inspect.getsource(module) for module in modules)


def _to_arrays(network: WalkNetwork) -> Arrays:
    """Take a network apart into arrays without objects."""
    arrays: Arrays = {"crs": np.frombuffer(network.crs.to_wkt().encode(), dtype=np.uint8)}
    for entry in fields(WalkNetwork):
        value = getattr(network, entry.name)
        if entry.name != "crs":
            is_text = value.dtype == object
            arrays |= pack_texts(value, entry.name) if is_text else {entry.name: value}
    return arrays


def _from_arrays(arrays: Arrays) -> WalkNetwork:
    """Put a network together again; its own check refuses one that does not fit."""
    crs = CRS.from_wkt(arrays["crs"].tobytes().decode())
    columns: dict[str, Any] = {
        entry.name: arrays[entry.name] if entry.name in arrays else unpack_texts(arrays, entry.name)
        for entry in fields(WalkNetwork)
        if entry.name != "crs"
    }
    return WalkNetwork(crs=crs, **columns)
