"""Gates of walls, and edges longer than a halo, found from what each tile sees of them.

An edge goes on where only two streets meet, however far. Tiles list the chains of segments that
leave their core, and the long ones inside it; joined, those that leave the reach of a tile that
asks about them are handed to it, with all the streets that meet their ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.crs.array_types import Ints
from planner.crs.frame import move_to_sheet
from planner.network.edge_merging import follow_chains
from planner.network.enclosed import number_components
from planner.network.facts import StreetFacts
from planner.network.gates import choose_own, list_gates
from planner.scale.cut.manifest import Manifest, read_manifest
from planner.scale.cut.tile_reading import ASKED_ROUND_CORE, widen_core
from planner.scale.streets.facts_ground import open_ground
from planner.scale.streets.streets_beyond import StreetsBeyond, join_streets, take_streets
from planner.scale.streets.zone_facts import TileOwners
from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays, pack_texts, unpack_texts

#: A chain that reaches from where a tile asks to beyond its reach is at least this share of the
#: halo long; a little less than it, since halos are boxes of degrees.
_LONG: Final = 0.9 * (1 - ASKED_ROUND_CORE)


def see_ends(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Step: which walls have a gate, where the plan's gates stand, and long chains.

    Settings: ground, facts (of islands, gates, zones and groups).
    """
    ground = open_ground(store, settings)
    facts = StreetFacts.from_arrays(store.load(settings["facts"]))
    owners = TileOwners(ground, ground.pieces, facts)
    return {**_see_gates(owners), **_see_chains(owners)}


def _see_gates(owners: TileOwners) -> Arrays:
    """Find the compounds with a mapped gate in the core, and the passages of the core's own gates.

    Gates of the plan count where they stand, for the compounds at their passage.
    """
    pieces, ground = owners.pieces, owners.ground
    compounds = owners.list_compounds(owners.access)
    a, b = pieces.segments.a, pieces.segments.b
    rows = list_gates(a, b, owners.access, pieces.node_id, compounds, ground.around.gates)
    at = rows["node"].to_numpy(dtype=np.int64)
    mapped = rows["mapped"].to_numpy(dtype=bool) & pieces.core[at]
    whose = rows["compound"].to_numpy(dtype=np.int64)
    row, node = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    lost: dict[int, str] = {}
    own = ground.own_gates
    if own is not None:
        placed, why = choose_own(rows, own, pieces.xy, compounds)
        mine = ground.here.in_core(own[["lon", "lat"]].to_numpy(dtype=np.float64))
        row = np.flatnonzero(mine & (placed >= 0))
        node = pieces.node_id[placed[row]]
        lost = {k: text for k, text in why.items() if mine[k]}
        mapped |= np.isin(at, placed[row])
    return {
        **pack_texts(compounds.id[np.unique(whose[mapped & (whose >= 0)])], "gated"),
        "own_row": row,
        "own_node": node,
        "lost_row": np.array(list(lost), dtype=np.int64),
        **pack_texts(np.array(list(lost.values()), dtype=object), "lost"),
    }


def _see_chains(owners: TileOwners) -> Arrays:
    """List the chains that leave the core, and long ones in it; with what meets their ends."""
    ground, pieces = owners.ground, owners.pieces
    a, b = pieces.segments.a, pieces.segments.b
    at_core = np.flatnonzero(pieces.core[a] | pieces.core[b])
    segments = pieces.segments.take(at_core)
    chains = follow_chains(
        segments, owners.access[at_core], pieces.ways, pieces.node_id, ground.around, pieces.core
    )
    n = len(chains.offsets) - 1
    of = np.repeat(np.arange(n), np.diff(chains.offsets))
    metres = np.hypot(*(pieces.xy[segments.b] - pieces.xy[segments.a]).T)[chains.rows]
    start, end = chains.nodes(segments)
    ends = np.column_stack([start[chains.offsets[:-1]], end[chains.offsets[1:] - 1]])
    goes_on = ~pieces.core[ends].all(axis=1)
    length_m = np.bincount(of, weights=metres, minlength=n)
    told = goes_on | (length_m >= _LONG * ground.here.manifest.halo_m)
    number = np.cumsum(told) - 1
    kept = np.flatnonzero(told[of])
    # Where a chain ends in the core, all streets that meet there.
    whose = np.repeat(number[told], 2)
    last = ends[told].ravel()
    inside = pieces.core[last]
    pairs = pd.DataFrame({"chain": whose[inside], "node": last[inside]}).drop_duplicates()
    met = pd.DataFrame({"node": np.concatenate([a, b]), "segment": np.tile(np.arange(len(a)), 2)})
    stars = pairs.merge(met[np.isin(met["node"], pairs["node"])], on="node")
    rows, at = np.unique(
        np.concatenate([at_core[chains.rows[kept]], stars["segment"].to_numpy(dtype=np.int64)]),
        return_inverse=True,
    )
    ids = pieces.node_id[pairs["node"].to_numpy(dtype=np.int64)]
    gates, crossings = (
        table[table["node_id"].isin(ids)]
        for table in (ground.around.gates, ground.around.crossings)
    )
    streets = take_streets(
        pieces, rows, owners.access, owners.enclosed, owners.list_compounds(owners.access),
        owners.facts.group, gates, crossings,
    )  # fmt: skip
    return {
        **streets.to_arrays(),
        "segment_owned": pieces.owned[rows],
        "segment_across": pieces.core[a[rows]] != pieces.core[b[rows]],
        "segment_m": np.hypot(*(pieces.xy[b[rows]] - pieces.xy[a[rows]]).T),
        "chain": number[of[kept]],
        "chain_segment": at[: len(kept)],
        "star": stars["chain"].to_numpy(dtype=np.int64),
        "star_segment": at[len(kept) :],
        "n_chains": np.array([told.sum()]),
    }


def join_ends(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Step: the facts of the whole, with streets beyond the reach of tiles.

    Settings: cut, facts (of islands, gates, zones and groups), seen.
    """
    seen = [store.load(key) for key in settings["seen"]]
    facts = StreetFacts.from_arrays(store.load(settings["facts"]))
    lost = pd.DataFrame(
        {
            "row": np.concatenate([arrays["lost_row"] for arrays in seen]),
            "why": np.concatenate([unpack_texts(arrays, "lost") for arrays in seen]),
        }
    ).sort_values("row")
    facts = replace(
        facts,
        gated=np.unique(np.concatenate([unpack_texts(arrays, "gated") for arrays in seen])),
        own_row=np.concatenate([arrays["own_row"] for arrays in seen]),
        own_node=np.concatenate([arrays["own_node"] for arrays in seen]),
        notes=np.array([*facts.notes, *lost["why"]], dtype=object),
    )
    manifest = read_manifest(Path(settings["cut"]))
    return {**facts.to_arrays(), **_join_chains(manifest, seen)}


def _join_chains(manifest: Manifest, seen: Sequence[Arrays]) -> Arrays:
    """Join the chains of all tiles, and hand long ones to the tiles that ask about them."""
    parts = [StreetsBeyond.from_arrays(arrays) for arrays in seen]
    segment_begin = np.cumsum([0, *(len(part.access) for part in parts)])
    chain_begin = np.cumsum([0, *(int(arrays["n_chains"][0]) for arrays in seen)])

    def column(name: str, begins: Ints | None = None) -> Any:
        """Return a column of all tiles; numbers in it count on from tile to tile."""
        moves = [0] * len(seen) if begins is None else begins
        return np.concatenate(
            [arrays[name] + move if begins is not None else arrays[name]
             for arrays, move in zip(seen, moves, strict=False)]
        )  # fmt: skip

    streets = join_streets(parts)
    chain, segment = column("chain", chain_begin), column("chain_segment", segment_begin)
    # Two tiles tell of a segment between their cores: their chains are one.
    across = column("segment_across")[segment]
    met, _ = streets.keys.take(segment[across]).factorize()
    n = int(chain_begin[-1])
    whole = number_components(chain[across], n + met, n + int(met.max(initial=-1)) + 1)[:n]
    owned = column("segment_owned")[segment]
    rows = pd.DataFrame({"whole": whole[chain[owned]], "segment": segment[owned]})
    metres = column("segment_m")[rows["segment"]]
    length_m = np.bincount(rows["whole"], weights=metres, minlength=int(whole.max(initial=-1)) + 1)
    long = length_m >= _LONG * manifest.halo_m
    rows = rows[long[rows["whole"]]]
    stars = pd.DataFrame(
        {
            "whole": whole[column("star", chain_begin)],
            "segment": column("star_segment", segment_begin),
        }
    )
    asked = _find_asked(manifest, streets, rows)
    given = pd.concat([rows, stars[long[stars["whole"]]]]).merge(asked, on="whole")
    known = rows.merge(asked, on="whole")[["tile", "segment"]]
    used, at = np.unique(given["segment"].to_numpy(dtype=np.int64), return_inverse=True)
    nodes = streets.ways.node_id.reshape(-1, 2)[known["segment"].to_numpy(dtype=np.int64)]
    known_nodes = pd.DataFrame(
        {"tile": np.repeat(known["tile"].to_numpy(), 2), "node": nodes.ravel()}
    ).drop_duplicates()
    return {
        **streets.take(used).to_arrays(),
        "given_tile": given["tile"].to_numpy(dtype=np.int64),
        "given_segment": at,
        "known_tile": known_nodes["tile"].to_numpy(dtype=np.int64),
        "known_node": known_nodes["node"].to_numpy(dtype=np.int64),
    }


def _find_asked(manifest: Manifest, streets: StreetsBeyond, rows: pd.DataFrame) -> pd.DataFrame:
    """Find which tiles ask about which chains beyond their reach: whole, tile.

    Parameters
    ----------
    rows
        whole, segment.
    """
    lonlat = streets.ways.lonlat.reshape(-1, 2, 2)[rows["segment"].to_numpy(dtype=np.int64)]
    lon = move_to_sheet(lonlat[:, :, 0], manifest.sheet_west)
    boxes = np.column_stack(
        [lon.min(axis=1), lonlat[:, :, 1].min(axis=1), lon.max(axis=1), lonlat[:, :, 1].max(axis=1)]
    )
    whole = rows["whole"].to_numpy(dtype=np.int64)
    found = []
    for number, tile in enumerate(manifest.tiles):
        west, south, east, north = widen_core(tile, ASKED_ROUND_CORE)
        meets = (boxes[:, 0] <= east) & (boxes[:, 1] <= north)
        meets &= (boxes[:, 2] >= west) & (boxes[:, 3] >= south)
        west, south, east, north = tile.reach
        leaves = (boxes[:, 0] < west) | (boxes[:, 1] < south)
        leaves |= (boxes[:, 2] > east) | (boxes[:, 3] > north)
        chosen = np.intersect1d(whole[meets], whole[leaves])
        found.append(pd.DataFrame({"whole": chosen, "tile": number}))
    return pd.concat(found, ignore_index=True)


def take_beyond(arrays: Arrays, number: int) -> tuple[StreetsBeyond, Ints]:
    """Return what a tile knows of streets beyond its reach, and the nodes it knows all streets of.

    Parameters
    ----------
    arrays
        Of `join_ends`.
    number
        Of the tile in the manifest.
    """
    streets = StreetsBeyond.from_arrays(arrays)
    rows = np.unique(arrays["given_segment"][arrays["given_tile"] == number])
    rows = rows[np.flatnonzero(~streets.keys.take(rows).duplicated())]
    return streets.take(rows), np.sort(arrays["known_node"][arrays["known_tile"] == number])
