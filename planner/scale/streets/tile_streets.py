"""Builds the streets of a tile: each edge that touches its core is that of the whole, bit for bit.

Streets are those that meet the reach of the tile. At nodes outside it streets may be missing, so an
edge ends there, unless facts of the whole bring what it goes on in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Flags, Floats, Ints
from planner.network.barrier_parts import cut_barriers
from planner.network.build import find_unreadable, note_unreadable
from planner.network.compounds import give_to_zones, make_compounds, take_compounds
from planner.network.edge_merging import follow_chains, merge_chains
from planner.network.enclosed import find_closed_nodes, find_positions
from planner.network.facts import StreetFacts
from planner.network.figures import StreetFigures, measure_streets
from planner.network.gates import build_gates, list_gates, put_own
from planner.network.heights import LiftedNodes, add_heights
from planner.network.study_area import StudyArea
from planner.network.surroundings import Surroundings, find_surroundings
from planner.network.under_condition import mark_ways
from planner.network.walk_network import PUBLIC, WalkNetwork
from planner.network.walls import Compounds, Gates, Walls
from planner.scale.cut.tile_reading import OpenTile
from planner.scale.streets.end_facts import take_beyond
from planner.scale.streets.facts_ground import keep_near_all
from planner.scale.streets.streets_beyond import StreetsBeyond, make_segment_keys
from planner.scale.streets.tile_pieces import TilePieces, keep_met, take_pieces
from planner.scale.streets.whole_heights import load_whole_heights, take_lifted
from planner.sources.cache import Arrays, pack_texts, unpack_texts
from planner.sources.elevation import Elevation
from planner.sources.inputs import Inputs
from planner.sources.osm.area_reader import split_id
from planner.sources.osm.extract import WalkWays

#: Ids above this are nodes of a map, ids below it are places where a street was cut.
LOWEST_ID: Final = -(2**50)


@dataclass(frozen=True, eq=False)
class TileStreets:
    """Streets of a tile.

    network : edges and nodes come in the order of the whole network.
    ways : what its edges are made of: those of the extract, and pieces of others.
    lonlat (n, 2) : places of its nodes, degrees; nan for those where heights cut an edge.
    known (n,) : whether all streets of a node are there.
    core (n,) : whether a node of the map lies in the core.
    owned (m,) : edges that begin in the core: every edge of the whole is one tile's.
    """

    network: WalkNetwork
    ways: WalkWays
    lonlat: Floats
    known: Flags
    core: Flags
    owned: Flags


def build_tile_streets(
    here: OpenTile, area: StudyArea, facts: Arrays, inputs: Inputs
) -> TileStreets:
    """Build the streets of a tile.

    Parameters
    ----------
    here
        From `open_tile`.
    area
        The study area of the whole, from `survey_area`.
    facts
        From the store, under the key of `find_facts`.
    inputs
        Of the plan; only its gates and conditions are looked at: heights are read where it says.

    Returns
    -------
    TileStreets
        Its network may have no edge at all.
    """
    gates = None if inputs.gates is None else inputs.gates.rows
    level = build_level_streets(
        here, area.crs, area.with_ring, facts, gates,
        lambda ways: mark_ways(inputs.plan.asked_conditions, inputs.closed, ways),
    )  # fmt: skip
    elevation = load_whole_heights(inputs.plan, facts, here.cache)
    if elevation is None:
        return level
    return _raise(level, elevation, take_lifted(facts))


def build_level_streets(
    here: OpenTile,
    crs: CRS,
    within: BaseGeometry,
    facts: Arrays,
    own_gates: gpd.GeoDataFrame | None,
    mark: Callable[[WalkWays], Ints | None],
) -> TileStreets:
    """Build the streets of a tile without heights.

    Parameters
    ----------
    crs, within
        Of the study area: its CRS, and the area with its ring.
    own_gates
        Of the plan, as `find_surroundings` takes them.
    mark
        Numbers ways, see `follow_chains`.
    """
    whole = StreetFacts.from_arrays(facts)
    beyond, through = take_beyond(facts, here.manifest.tiles.index(here.tile))
    pieces = _take_pieces(here, crs, within, beyond)
    known = here.within(here.tile.reach, pieces.lonlat) | np.isin(pieces.node_id, through)
    around = _look_around(here, crs, within, whole, beyond, own_gates)
    access, compounds, enclosed = _find_owners(pieces, whole, beyond, around)
    apart = mark(pieces.ways)
    chains = follow_chains(
        pieces.segments, access, pieces.ways, pieces.node_id, around, known, apart=apart
    )
    network = merge_chains(
        chains, pieces.segments, access, pieces.ways, pieces.node_id, pieces.xy, crs,
        lambda u, _v, _length, ids, _shut: whole.on_islands(ids)[u],
    )  # fmt: skip
    gates = _place_gates(network, compounds, around, whole, enclosed)
    barriers = cut_barriers(around.barriers, compounds)
    none = np.empty(0, dtype=object)
    network = replace(network, walls=Walls(compounds, gates, barriers, none))
    at = np.searchsorted(pieces.node_id, network.node_id)
    core = pieces.core[at]
    return TileStreets(network, pieces.ways, pieces.lonlat[at], known[at], core, core[network.u])


def measure_owned(streets: TileStreets) -> Arrays:
    """Return the figures of the edges that are a tile's own, and what cannot be read of them."""
    network, gates = streets.network, streets.network.walls.gates
    own_gates = streets.core[gates.node]
    told = [
        (of_gate, int(network.node_id[gates.node[row] if of_gate else network.u[row]]), what)
        for of_gate, row, what in find_unreadable(network, gates)
        if (own_gates if of_gate else streets.owned)[row]
    ]
    figures = measure_streets(network, streets.owned)
    counts = (figures.island_parts, figures.n_edges, figures.n_flat, figures.flat_parts)
    return {
        "figures": np.array(counts, dtype=np.int64),
        "unreadable_of": np.array([row[:2] for row in told], dtype=np.int64).reshape(-1, 2),
        **pack_texts(np.array([row[2] for row in told], dtype=object), "unreadable"),
    }


def join_figures(parts: Sequence[Arrays], facts: Arrays) -> StreetFigures:
    """Return the figures of the whole from those of all tiles, see `measure_owned`, and facts."""
    order = pd.DataFrame(
        np.concatenate([part["unreadable_of"] for part in parts]), columns=["of_gate", "node"]
    )
    order["what"] = np.concatenate([unpack_texts(part, "unreadable") for part in parts])
    # Edges come in the order of the nodes they begin at, and so do gates.
    whats = order.sort_values(["of_gate", "node"], kind="stable")["what"]
    notes = [*StreetFacts.from_arrays(facts).notes, *note_unreadable(whats)]
    figures = np.array([part["figures"] for part in parts]).sum(axis=0).tolist()
    return StreetFigures(figures[0], figures[1], figures[2], figures[3], tuple(notes))


def _take_pieces(
    here: OpenTile, crs: CRS, within: BaseGeometry, beyond: StreetsBeyond
) -> TilePieces:
    """Take the segments that meet the reach, and those that are known from beyond."""
    keep = keep_met(here, here.tile.reach)
    pieces = take_pieces(here, crs, within, keep, beyond.ways)
    segments, n_own = pieces.segments, len(here.extract.ways)
    ends = pieces.node_id[np.column_stack([segments.a, segments.b])]
    way = segments.way
    keys = make_segment_keys(
        ends, pieces.ways.way_id[way], pieces.ways.shut[way], pieces.ways.residents[way]
    )
    added = way >= n_own
    # Of one that both know more is known from beyond: the zone it lies in may be there alone.
    return pieces.take(added | ~keys.isin(keys[added]))


def _look_around(
    here: OpenTile,
    crs: CRS,
    within: BaseGeometry,
    whole: StreetFacts,
    beyond: StreetsBeyond,
    own_gates: gpd.GeoDataFrame | None,
) -> Surroundings:
    """Return what stands beside the streets of a tile."""
    around = find_surroundings(here.extract, crs, own_gates)
    around = keep_near_all(around, within, whole.leaving)
    gates, crossings = (
        pd.concat([table, more], ignore_index=True) if len(more) else table
        for table, more in (
            (around.gates, beyond.gates), (around.crossings, beyond.crossings)
        )
    )  # fmt: skip
    return replace(around, gates=gates, crossings=crossings.drop_duplicates("node_id"))


def _find_owners(
    pieces: TilePieces, whole: StreetFacts, beyond: StreetsBeyond, around: Surroundings
) -> tuple[NDArray[np.object_], Compounds, Ints]:
    """Find the access of segments, the compounds, and the ids of nodes of enclosed segments."""
    a, b, way = pieces.segments.a, pieces.segments.b, pieces.segments.way
    closed, _ = find_closed_nodes(pieces.node_id, around.gates)
    way_id = pieces.ways.way_id[way]
    enclosed = whole.find_enclosed(a, b, way_id, pieces.public, closed, pieces.node_id)
    from_beyond = np.flatnonzero(way >= len(pieces.ways) - len(beyond.ways))
    row = way[from_beyond] - (len(pieces.ways) - len(beyond.ways))
    enclosed[from_beyond] = beyond.enclosed[row]
    zones = around.zones
    found = take_compounds(zones, zones["osm_id"].isin(whole.private_zone).to_numpy(dtype=bool))
    residents = pieces.ways.residents[way] | enclosed
    access, rest = give_to_zones(found, residents, pieces.ways.driveway[way], pieces.middles)
    access[rest] = whole.name_groups(pieces.node_id[a[rest]], way_id[rest])
    access[from_beyond] = beyond.access[row]
    compounds = _list_compounds(found, whole, beyond, access)
    return access, compounds, pieces.node_id[np.union1d(a[enclosed], b[enclosed])]


def _list_compounds(
    found: gpd.GeoDataFrame, whole: StreetFacts, beyond: StreetsBeyond, access: NDArray[np.object_]
) -> Compounds:
    """Return the compounds near a tile and those of streets beyond, in the order of the whole."""
    ids = found["osm_id"]
    far = beyond.compounds
    far = far[far["id"].isin(set(access)) & ~far["id"].isin(ids)]
    zones = gpd.GeoDataFrame(
        {"osm_id": far["id"], "kind": far["kind"], "name": far["name"], "walled": far["walled"]},
        geometry=shapely.from_wkb(far["shape"].to_numpy(dtype=object)), crs=found.crs,
    )  # fmt: skip
    zones = zones[~zones.geometry.is_empty]
    if len(zones):
        found = pd.concat([found, zones], ignore_index=True)
        found = found.sort_values("osm_id", key=lambda ids: ids.map(split_id), kind="stable")
        ids = found["osm_id"]
    along = ids.isin(whole.along_zone).to_numpy(dtype=bool)
    return make_compounds(found, along, sorted(set(access) - set(ids) - {PUBLIC}))


def _place_gates(
    network: WalkNetwork,
    compounds: Compounds,
    around: Surroundings,
    whole: StreetFacts,
    enclosed: Ints,
) -> Gates:
    """Return the gates at the nodes of a network."""
    rows = list_gates(
        network.u, network.v, network.access, network.node_id, compounds, around.gates,
        np.isin(network.node_id, enclosed),
    )  # fmt: skip
    if around.own_gates is not None:
        node = np.full(len(around.own_gates), -1)
        node[whole.own_row] = find_positions(whole.own_node, network.node_id)
        put_own(rows, around.own_gates, node)
    gated = np.flatnonzero(np.isin(compounds.id, whole.gated))
    return build_gates(rows, compounds, gated)


def _raise(streets: TileStreets, elevation: Elevation, lifted: LiftedNodes) -> TileStreets:
    """Give streets their heights; edges are cut where their grade changes."""
    raised = add_heights(streets.network, elevation, lifted)
    n, more = streets.network.n_nodes, raised.n_nodes - streets.network.n_nodes
    lonlat = np.vstack([streets.lonlat, np.full((more, 2), np.nan)])
    known = np.append(streets.known, np.ones(more, dtype=bool))
    # Parts of an edge follow one another; all but the first begin at a cut.
    edge = np.cumsum(raised.u < n) - 1
    node_id = raised.node_id.copy()
    node_id[n:] = name_cuts(streets.network, raised, edge)
    raised = replace(raised, node_id=node_id)
    core = np.append(streets.core, np.zeros(more, dtype=bool))
    return TileStreets(raised, streets.ways, lonlat, known, core, streets.owned[edge])


def name_cuts(level: WalkNetwork, raised: WalkNetwork, edge: Ints) -> Ints:
    """Return ids of the nodes at which edges are cut, the same in every tile, and in no map.

    level, raised : the streets before and after, whose nodes begin with those of before.
    edge (m,) : the edge of before that each edge is a part of.

    A hash of the edge's ends and of the place: in a city with a million cuts two of them are alike
    once in a million such cities.
    """
    later = raised.u >= level.n_nodes
    rows, nodes = edge[later], raised.u[later]
    facts = np.column_stack(
        [level.node_id[level.u[rows]], level.node_id[level.v[rows]],
         np.ascontiguousarray(raised.xy[nodes]).view(np.int64)]
    )  # fmt: skip
    ids = np.empty(raised.n_nodes - level.n_nodes, dtype=np.int64)
    digests = [hashlib.blake2b(row.tobytes(), digest_size=8).digest() for row in facts]
    hashes = np.frombuffer(b"".join(digests), dtype=np.uint64) >> np.uint64(2)
    ids[nodes - level.n_nodes] = -(2**60) - hashes.astype(np.int64)
    return ids
