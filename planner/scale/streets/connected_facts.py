"""Islands, and public streets behind gates, found from what each tile sees of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from planner.crs.array_types import Flags, Floats, Ints
from planner.network.enclosed import (
    choose_enclosed,
    find_closed_nodes,
    number_components,
    number_parts,
)
from planner.network.islands import ISLAND_MAX_M, choose_islands
from planner.network.segments import PARTS_OF_METRE, to_lines
from planner.scale.streets.facts_ground import FactsGround, open_ground
from planner.scale.streets.fragments import (
    NO_NODE,
    Fragments,
    JoinedFragments,
    join_fragments,
    list_fragments,
)
from planner.scale.streets.tile_pieces import TilePieces
from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays, pack_texts, unpack_texts


def see_connections(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Step: what hangs together in a tile. Settings: ground."""
    ground = open_ground(store, settings)
    pieces = ground.core_pieces
    return {
        "leaving": _find_leaving(ground, pieces),
        **_see_islands(pieces),
        **_see_parts(ground, pieces),
    }


def join_connections(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Step: islands and enclosed streets of the whole. Settings: seen, keys of the tiles' steps."""
    keys = settings["seen"]
    seen = [_without_nodes(store.load(key)) for key in keys]
    islands, is_island = _choose_islands(seen)
    linked = join_fragments([Fragments.from_arrays(arrays, "linked") for arrays in seen])
    parts, enclosed = _choose_enclosed(seen)
    found: dict[str, list[Any]] = {"island_node": [], "island": [], "enclosed_node": []}
    # Nodes tile by tile: they are the most of what tiles say.
    for number, key in enumerate(keys):
        arrays = store.load(key)
        nodes = Fragments.from_arrays(arrays, "island")
        here = is_island[islands.of_tile(number)[nodes.label]]
        found["island_node"].append(nodes.node[here])
        found["island"].append(linked.of_tile(number)[arrays["island.linked"][here]])
        nodes = Fragments.from_arrays(arrays, "part")
        part = parts.of_tile(number)[nodes.label]
        found["enclosed_node"].append(nodes.node[enclosed[part]])
    merged = {name: np.concatenate(columns) for name, columns in found.items()}
    order = np.argsort(merged["island_node"], kind="stable")
    pieces = [
        arrays["part.piece"][enclosed[parts.of_tile(number)[arrays["part.piece_label"]]]]
        for number, arrays in enumerate(seen)
    ]
    return {
        "island_node": merged["island_node"][order],
        "island": merged["island"][order],
        "enclosed_node": np.sort(merged["enclosed_node"]),
        "enclosed_piece": np.concatenate(pieces),
        "leaving": np.concatenate([arrays["leaving"] for arrays in seen]),
    }


def _without_nodes(arrays: Arrays) -> Arrays:
    """Leave out the nodes, which are many."""
    empty = np.empty(0, dtype=np.int64)
    left = {f"{name}.{key}" for name in ("island", "part") for key in ("node", "label")}
    left.add("island.linked")
    return {name: empty if name in left else value for name, value in arrays.items()}


def _find_leaving(ground: FactsGround, pieces: TilePieces) -> Floats:
    """Return the ends of the tile's own segments that the area does not cover, shape (l, 4)."""
    own = pieces.segments.take(pieces.owned)
    covered = shapely.covers(ground.within, to_lines(own, pieces.xy))
    out = own.take(~np.asarray(covered, dtype=bool))
    return np.hstack([pieces.xy[out.a], pieces.xy[out.b]])


def _see_islands(pieces: TilePieces) -> Arrays:
    """List what hangs together by streets that are open whatever the hour, and how long it is."""
    a, b, way = pieces.segments.a, pieces.segments.b, pieces.segments.way
    open_always = ~pieces.ways.shut[way]
    n = len(pieces.node_id)
    component = number_components(a[open_always], b[open_always], n)
    used = np.unique(np.concatenate([a, b]))
    # Numbers of those that have a street at all.
    labels, at = np.unique(component[used], return_inverse=True)
    label = np.full(n, -1)
    label[used] = at
    length = np.bincount(
        label[a[open_always]], weights=pieces.length[open_always], minlength=len(labels)
    )
    # What is as long in one tile is no island, whatever others say.
    small = length < ISLAND_MAX_M * PARTS_OF_METRE
    fragments = list_fragments(
        label, len(labels), pieces.node_id, pieces.core, pieces.border, small
    )
    # Islands that such a street joins count as one where they are counted.
    _, joined = np.unique(number_components(a, b, n)[used], return_inverse=True)
    linked = np.full(n, -1)
    linked[used] = joined
    n_linked = int(joined.max(initial=-1)) + 1
    none = np.zeros(n_linked, dtype=bool)
    links = list_fragments(linked, n_linked, pieces.node_id, pieces.core, pieces.border, none)
    at = np.searchsorted(pieces.node_id, fragments.node)
    return {
        "island.length": length,
        **fragments.to_arrays("island"),
        "island.linked": linked[at],
        **links.to_arrays("linked"),
    }


def _choose_islands(seen: Sequence[Arrays]) -> tuple[JoinedFragments, Flags]:
    """Join the components of all tiles, and tell which are islands."""
    joined = join_fragments([Fragments.from_arrays(arrays, "island") for arrays in seen])
    total = joined.add([arrays["island.length"] for arrays in seen])
    real = int((joined.first < NO_NODE).sum())
    is_island = np.zeros(len(total), dtype=bool)
    if real:
        is_island[:real] = choose_islands(total[:real])
    return joined, is_island


def _see_parts(ground: FactsGround, pieces: TilePieces) -> Arrays:
    """List the parts into which gates cut the public streets, with all that judges them."""
    closed, for_residents = find_closed_nodes(pieces.node_id, ground.around.gates)
    a, b = pieces.segments.a, pieces.segments.b
    # A segment between two gates is a part by itself: its own tile tells of it alone.
    rows = np.flatnonzero(pieces.public & (pieces.owned | ~(closed[a] & closed[b])))
    a, b, owned, length = a[rows], b[rows], pieces.owned[rows], pieces.length[rows]
    part, n_parts = number_parts(a, b, closed) if len(rows) else (np.empty(0, dtype=np.int64), 0)
    label = np.full(len(pieces.node_id), -1)
    for nodes in (a, b):
        free = ~closed[nodes]
        label[nodes[free]] = part[free]
    gates = [(nodes[closed[nodes]], part[closed[nodes]]) for nodes in (a, b)]
    gate = np.concatenate([pieces.node_id[nodes] for nodes, _ in gates])
    gate_label = np.concatenate([labels for _, labels in gates])
    asked = np.zeros(n_parts, dtype=bool)
    asked[gate_label] = True
    met = pieces.border & (label >= 0)
    asked[label[met]] = True
    fragments = list_fragments(label, n_parts, pieces.node_id, pieces.core, pieces.border, asked)
    both = np.flatnonzero(closed[a] & closed[b])
    way_id = pieces.ways.way_id[pieces.segments.way[rows]]
    count = np.bincount(part[owned], minlength=n_parts)
    zones = _find_zones_round(ground, part[owned], pieces.middles[rows][owned], count)
    return {
        **fragments.to_arrays("part"),
        "part.length": np.bincount(part, weights=length, minlength=n_parts),
        "part.count": count,
        "part.residents": np.isin(np.arange(n_parts), part[for_residents[a] | for_residents[b]]),
        "part.gate": gate,
        "part.gate_label": gate_label,
        "part.piece": np.column_stack(
            [pieces.node_id[a[both]], pieces.node_id[b[both]], way_id[both]]
        ),
        "part.piece_label": part[both],
        **zones,
    }


def _find_zones_round(ground: FactsGround, part: Ints, middles: Floats, count: Ints) -> Arrays:
    """Return which walled zones hold all own segments of a part in the tile: its number, the id."""
    zones = ground.around.zones
    walled = zones[zones["walled"].to_numpy(dtype=bool)]
    tree = shapely.STRtree(walled.geometry.to_numpy())
    at, zone = tree.query(shapely.points(middles), predicate="intersects")
    held = pd.DataFrame({"part": part[at], "zone": zone}).groupby(["part", "zone"]).size()
    whole = held.reset_index(name="held")
    whole = whole[whole["held"].to_numpy() == count[whole["part"].to_numpy()]]
    ids = walled["osm_id"].to_numpy(dtype=object)[whole["zone"].to_numpy()]
    return {
        "part.zone_label": whole["part"].to_numpy(dtype=np.int64),
        **pack_texts(ids, "part.zone"),
    }


def _choose_enclosed(seen: Sequence[Arrays]) -> tuple[JoinedFragments, Flags]:
    """Join the parts of all tiles, and tell which are enclosed."""
    joined = join_fragments([Fragments.from_arrays(arrays, "part") for arrays in seen])
    n = len(joined.first)
    is_enclosed = np.zeros(n, dtype=bool)

    def labels(name: str) -> Ints:
        """Return the parts of the whole that a column of all tiles means."""
        return np.concatenate(
            [joined.of_tile(tile)[arrays[name]] for tile, arrays in enumerate(seen)]
        )

    def column(name: str) -> Any:
        """Return a column of all tiles."""
        return np.concatenate([arrays[name] for arrays in seen])

    at_gate, gate = labels("part.gate_label"), column("part.gate")
    gated = np.unique(at_gate)
    if len(gated) == 0:
        return joined, is_enclosed
    gates, gate_at = np.unique(gate, return_inverse=True)
    wholes = number_components(at_gate, n + gate_at, n + len(gates))
    residents = joined.add([arrays["part.residents"].astype(np.float64) for arrays in seen]) > 0
    parts = pd.DataFrame(
        {
            "whole": wholes[gated],
            "length": joined.add([arrays["part.length"] for arrays in seen])[gated],
            "residents": residents[gated],
            "inside": _lie_inside(seen, joined)[gated],
            "first": joined.first[gated],
        },
        index=gated,
    )
    # Segments between two gates have no node of their own: they follow in their order.
    pieces = pd.DataFrame(column("part.piece"), columns=["a", "b", "way"])
    pieces = pieces.assign(part=labels("part.piece_label")).drop_duplicates("part")
    parts = parts.join(pieces.set_index("part")).sort_values(["first", "a", "b", "way"])
    is_enclosed[choose_enclosed(parts)] = True
    return joined, is_enclosed


def _lie_inside(seen: Sequence[Arrays], joined: JoinedFragments) -> Flags:
    """Tell which parts have all their segments in one walled zone: in one in every tile."""
    rows, asked = [], np.zeros(len(joined.first), dtype=np.int64)
    for tile, arrays in enumerate(seen):
        # Fragments of one part in one tile each say it for their own segments.
        own = np.flatnonzero(arrays["part.count"] > 0)
        np.add.at(asked, joined.of_tile(tile)[own], 1)
        label = joined.of_tile(tile)[arrays["part.zone_label"]]
        rows.append(pd.DataFrame({"part": label, "zone": unpack_texts(arrays, "part.zone")}))
    said = pd.concat(rows).groupby(["part", "zone"]).size().groupby("part").max()
    inside = np.zeros(len(asked), dtype=bool)
    at = said.index.to_numpy(dtype=np.int64)
    inside[at] = said.to_numpy() == asked[at]
    return inside
