"""Networks from the cache: what was built once is not built again."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from planner import walkability
from planner.crs import frame, unproject
from planner.crs.frame import choose_frame, find_bounds
from planner.errors import NetworkError
from planner.network import (
    _chains,
    _places_on_edges,
    barrier_parts,
    build,
    compounds,
    cut_edges,
    edge_merging,
    enclosed,
    gates,
    heights,
    islands,
    segments,
    squares,
    surroundings,
    walk_network,
    walls,
)
from planner.network.build import build_network
from planner.network.heights import add_heights
from planner.network.surroundings import find_surroundings
from planner.network.under_condition import mark_ways
from planner.network.walk_network import WalkNetwork
from planner.network.walls import walls_from_arrays, walls_to_arrays
from planner.sources.cache import (
    ArrayCache,
    Arrays,
    check_range,
    check_type,
    make_key,
    pack_texts,
    source_of,
    unpack_texts,
)
from planner.sources.elevation import load_elevation
from planner.sources.hashes import hash_file
from planner.sources.inputs import Inputs
from planner.sources.osm import conditions
from planner.sources.osm.extract import load_osm, reading_rules

log = logging.getLogger(__name__)


def load_network(
    path: str | Path,
    *,
    crs: CRS | None = None,
    elevation: str | Path | None = None,
    cache: ArrayCache | None = None,
) -> WalkNetwork:
    """Read the streets of an extract, from the cache if it has them.

    Parameters
    ----------
    path
        .osm.pbf, .osm or .osm.gz.
    crs
        Metric CRS; by default that of `choose_frame`.
    elevation
        GeoTIFF of heights, metres above the sea (the extra `raster`): walks follow the slope of
        the streets, see `docs/slope.md`; None: all are level.
    cache
        Where built networks are kept, see `user_cache`; None builds anew.

    Raises
    ------
    SourceError, NetworkError
        If a file cannot be read or holds no streets, or what is no heights.

    Examples
    --------
    >>> import planner
    >>> planner.load_network(planner.load_example().folder / "streets.osm")
    WalkNetwork(27 nodes, 44 edges, 18.2 km, EPSG:32651)
    """
    path = Path(path)

    def build_it() -> WalkNetwork:
        """Read the ways and build from nothing."""
        extract = load_osm(path, cache=cache)
        metric = crs or choose_frame(extract.ways.lonlat)
        return build_network(extract.ways, metric, around=find_surroundings(extract, metric))

    # There is no content to name it by; reading says what is wrong with the path.
    if not path.is_file():
        return build_it()
    made_from = hash_file(path), crs and crs.to_wkt()
    network = load_or_build(build_it, cache, *made_from)
    if elevation is None:
        return network
    low, high = network.coords.min(axis=0) - 1, network.coords.max(axis=0) + 1
    corners = unproject([low, (low[0], high[1]), high, (high[0], low[1])], network.crs)
    raster = load_elevation(Path(elevation), find_bounds(corners), cache=cache)
    return load_or_build(
        lambda: add_heights(network, raster), cache, *made_from, "heights", raster.hash
    )


def load_plan_network(
    inputs: Inputs, crs: CRS, within: BaseGeometry, cache: ArrayCache | None
) -> WalkNetwork:
    """Build the streets inside a polygon with what stands round them, or take them kept.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    crs, within
        Metric CRS, and the study area with its ring in it.
    """
    gates = None if inputs.gates is None else inputs.gates.rows
    apart = mark_ways(inputs.plan.asked_conditions, inputs.closed, inputs.osm.ways)

    def build_it() -> WalkNetwork:
        """Build from nothing."""
        around = find_surroundings(inputs.osm, crs, gates)
        return build_network(inputs.osm.ways, crs, within=within, around=around, apart=apart)

    # Gates of the plan are no part of the extract, and decide who passes where.
    known = "" if gates is None else gates.to_json()
    made_from: list[object] = [inputs.osm_hash, crs.to_wkt(), within.wkb, known]
    if apart is not None:  # networks of plans without conditions keep their keys
        made_from.append(apart.tobytes())
    elevation = inputs.elevation
    if elevation is None:
        return load_or_build(build_it, cache, *made_from)

    def raise_it() -> WalkNetwork:
        """Give the level streets their heights."""
        return add_heights(load_or_build(build_it, cache, *made_from), elevation)

    return load_or_build(raise_it, cache, *made_from, "heights", elevation.hash)


def load_or_build(
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
    key = make_key("network", building_rules(), *made_from)
    found = cache.load(key)
    if found is not None:
        try:
            return _from_arrays(found)
        # A damaged file is no reason to stop: all it holds can be built again.
        except (LookupError, TypeError, ValueError, CRSError, ShapelyError) as error:
            log.warning("a network that was kept does not fit (%r), built again", error)
    network = build_it()
    cache.save(key, _to_arrays(network))
    return network


def building_rules() -> str:
    """Return the source of all that decides what a network looks like.

    It is part of every key: a result of other rules is never met again.
    """
    own = sys.modules[__name__]
    return reading_rules() + source_of(
        walkability, conditions, frame, own, build, squares, barrier_parts, compounds, enclosed,
        gates, _chains, walk_network, surroundings, walls, cut_edges, heights, edge_merging,
        islands, segments, _places_on_edges,
    )  # fmt: skip


def _to_arrays(network: WalkNetwork) -> Arrays:
    """Take a network apart into arrays without objects."""
    arrays: Arrays = {"crs": np.frombuffer(network.crs.to_wkt().encode(), dtype=np.uint8)}
    columns = {entry.name: getattr(network, entry.name) for entry in fields(WalkNetwork)}
    columns |= walls_to_arrays(columns.pop("walls"))
    del columns["crs"]
    for name, value in columns.items():
        # Kept without pickle, which arrays of objects would need.
        is_text = value.dtype == object
        arrays |= pack_texts(value, name) if is_text else {name: value}
    return arrays


def _from_arrays(arrays: Arrays) -> WalkNetwork:
    """Put a network together again; its own check refuses one that does not fit."""
    crs = CRS.from_wkt(arrays["crs"].tobytes().decode())
    names = {name.removesuffix(".codes").removesuffix(".texts") for name in arrays} - {"crs"}
    columns: dict[str, Any] = {
        name: arrays[name] if name in arrays else unpack_texts(arrays, name) for name in names
    }
    own = {entry.name for entry in fields(WalkNetwork)}
    walls = walls_from_arrays({name: columns[name] for name in names - own})
    network = WalkNetwork(crs=crs, walls=walls, **{name: columns[name] for name in names & own})
    _check_kept(network)
    return network


def _check_kept(network: WalkNetwork) -> None:
    """Refuse numbers out of range: compiled code uses them as places in an array or as times."""
    walls = network.walls
    for part in (network, walls.compounds, walls.gates, walls.barriers):
        for entry in fields(part):
            if "NDArray" in str(entry.type):
                check_type(entry.name, getattr(part, entry.name), str(entry.type))
    for table in (walls.compounds, walls.gates):
        if len({len(getattr(table, entry.name)) for entry in fields(table)}) > 1:
            raise NetworkError(f"the columns of {type(table).__name__} differ in length")
    m, gates, barriers = network.n_edges, walls.gates, walls.barriers
    if network.crossing.shape != (m, 2) or barriers.ends.shape != (len(barriers.feature), 4):
        raise NetworkError("crossing or ends of barriers have another shape")
    check_range("length_m", network.length_m, 0, np.finfo(float).max)
    check_range("crossing", network.crossing, 0, 2)
    check_range("oneway", network.oneway, -1, 1)
    # The network itself has checked that they ascend, and their last.
    check_range("offsets", network.offsets[:1], 0, 0)
    check_range("node of gates", gates.node, 0, network.n_nodes - 1)
    check_range("compound of gates", gates.compound, -1, len(walls.compounds) - 1)
    check_range("feature of barriers", barriers.feature, 0, len(barriers.kind) - 1)
    check_range("ends of barriers", barriers.ends, -np.finfo(float).max, np.finfo(float).max)
