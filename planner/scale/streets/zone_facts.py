"""Private zones and groups of private streets, found from what each tile sees of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.crs import unproject
from planner.crs.array_types import Flags, Ints
from planner.network.build import list_wall_lines
from planner.network.compounds import (
    find_overlaps,
    find_private,
    give_to_zones,
    list_groups,
    make_compounds,
    measure_zones,
    name_groups,
    note_overlaps,
    runs_along,
    take_compounds,
)
from planner.network.enclosed import find_closed_nodes
from planner.network.facts import StreetFacts
from planner.network.surroundings import Surroundings
from planner.network.walk_network import PUBLIC
from planner.network.walls import Compounds
from planner.scale.streets.facts_ground import FactsGround, open_ground
from planner.scale.streets.fragments import NO_NODE, Fragments, join_fragments, list_fragments
from planner.scale.streets.tile_pieces import TilePieces
from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays, pack_texts, unpack_texts
from planner.sources.osm.area_reader import split_id


@dataclass(frozen=True, eq=False)
class TileOwners:
    """Whose the segments of a tile are, as far as facts are known.

    residents (s,) : whether only residents may pass, by tag or behind gates.
    """

    ground: FactsGround
    pieces: TilePieces
    facts: StreetFacts

    @cached_property
    def enclosed(self) -> Flags:
        """Which segments are enclosed, shape (s,)."""
        pieces = self.pieces
        closed, _ = find_closed_nodes(pieces.node_id, self.ground.around.gates)
        way_id = pieces.ways.way_id[pieces.segments.way]
        a, b = pieces.segments.a, pieces.segments.b
        return self.facts.find_enclosed(a, b, way_id, pieces.public, closed, pieces.node_id)

    @property
    def residents(self) -> Flags:
        """Which segments are for residents only, by their tags or behind gates, shape (s,)."""
        return self.pieces.ways.residents[self.pieces.segments.way] | self.enclosed

    @cached_property
    def near(self) -> Surroundings:
        """What is near the area."""
        return self.ground.keep_near(self.facts.leaving)

    @cached_property
    def found(self) -> gpd.GeoDataFrame:
        """Zones that are compounds."""
        zones = self.near.zones
        return take_compounds(zones, zones["osm_id"].isin(self.facts.private_zone).to_numpy())

    @cached_property
    def given(self) -> tuple[NDArray[np.object_], Ints]:
        """From `give_to_zones`: access, and the rest."""
        driveway = self.pieces.ways.driveway[self.pieces.segments.way]
        return give_to_zones(self.found, self.residents, driveway, self.pieces.middles)

    @cached_property
    def access(self) -> NDArray[np.object_]:
        """Access of each segment, once groups are known, shape (s,)."""
        access, rest = self.given
        access = access.copy()
        segments = self.pieces.segments.take(rest)
        access[rest] = self.facts.name_groups(
            self.pieces.node_id[segments.a], self.pieces.ways.way_id[segments.way]
        )
        return access

    def list_compounds(self, access: NDArray[np.object_]) -> Compounds:
        """Return the zones that are compounds, and the groups that streets (s,) belong to."""
        zones = self.found["osm_id"]
        along = zones.isin(self.facts.along_zone).to_numpy(dtype=bool)
        groups = sorted(set(access) - set(zones) - {PUBLIC})
        return make_compounds(self.found, along, groups)


def see_zones(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Step: how much street lies in zones, and how much of it is private.

    Settings: ground, facts (of islands and gates).
    """
    ground = open_ground(store, settings)
    facts = StreetFacts.from_arrays(store.load(settings["facts"]))
    pieces = ground.core_pieces.take(ground.core_pieces.owned)
    owners = TileOwners(ground, pieces, facts)
    segments, zones = pieces.segments, ground.around.zones
    private, total = measure_zones(
        segments.a, segments.b, owners.residents, pieces.ways.shut[segments.way], pieces.xy, zones,
        every=True,
    )  # fmt: skip
    used = total > 0
    ids = zones["osm_id"].to_numpy(dtype=object)[used]
    return {"private": private[used], "total": total[used], **pack_texts(ids, "zone")}


def join_zones(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Step: which zones are private. Settings: facts (of islands and gates), seen."""
    seen = [store.load(key) for key in settings["seen"]]
    zones = pd.concat(
        pd.DataFrame(
            {
                "zone": unpack_texts(arrays, "zone"),
                "private": arrays["private"],
                "total": arrays["total"],
            }
        )
        for arrays in seen
    )
    sums = zones.groupby("zone").sum()
    private = find_private(sums["private"].to_numpy(float), sums["total"].to_numpy(float))
    facts = StreetFacts.from_arrays(store.load(settings["facts"]))
    return replace(facts, private_zone=sums.index.to_numpy(dtype=object)[private]).to_arrays()


def see_groups(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Step: groups of private streets in no zone, and what the zones of a tile have round them.

    Settings: ground, facts (of islands, gates and zones).
    """
    ground = open_ground(store, settings)
    facts = StreetFacts.from_arrays(store.load(settings["facts"]))
    owners = TileOwners(ground, ground.core_pieces, facts)
    return {**_see_groups(owners), **_see_outlines(owners)}


def _see_groups(owners: TileOwners) -> Arrays:
    """List the groups, their length, their smallest way and the zones they meet."""
    pieces = owners.pieces
    access, rest = owners.given
    a, b = pieces.segments.a, pieces.segments.b
    way_id = pieces.ways.way_id[pieces.segments.way]
    component, sizes, touched = list_groups(
        rest, a, b, way_id, access, pieces.length, len(pieces.xy)
    )
    number = pd.Index(sizes.index)
    label = np.full(len(pieces.node_id), -1)
    ends = np.unique(np.concatenate([a[rest], b[rest]]))
    label[ends] = number.get_indexer(component[ends])
    every = np.ones(len(sizes), dtype=bool)
    fragments = list_fragments(label, len(sizes), pieces.node_id, pieces.core, pieces.border, every)
    met = touched[touched["group"].isin(sizes.index)]
    return {
        **fragments.to_arrays("group"),
        "group.length": sizes["length"].to_numpy(dtype=np.float64),
        "group.way": sizes["way"].to_numpy(dtype=np.int64),
        "group.zone_label": number.get_indexer(met["group"]).astype(np.int64),
        **pack_texts(met["zone"].to_numpy(dtype=object), "group.zone"),
    }


def _see_outlines(owners: TileOwners) -> Arrays:
    """Return the tile's own zones that walls run along, and pairs of zones that overlap."""
    found, near, here = owners.found, owners.near, owners.ground.here
    shapes = found.geometry.to_numpy()
    spots = shapely.get_coordinates(shapely.point_on_surface(shapes))
    own = here.in_core(unproject(spots, owners.ground.crs).reshape(-1, 2))
    along = runs_along(shapes[own], list_wall_lines(near.barriers))
    ids = found["osm_id"].to_numpy(dtype=object)
    compounds = make_compounds(found, np.zeros(len(found), dtype=bool), [])
    pairs = np.array(find_overlaps(compounds), dtype=np.int64).reshape(-1, 2)
    return {
        **pack_texts(ids[own][along], "along"),
        **pack_texts(ids[pairs[:, 0]], "overlap_first"),
        **pack_texts(ids[pairs[:, 1]], "overlap_second"),
    }


def join_groups(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Step: whose the groups are. Settings: facts (of islands, gates and zones), seen."""
    seen = [store.load(key) for key in settings["seen"]]
    parts = [Fragments.from_arrays(arrays, "group") for arrays in seen]
    joined = join_fragments(parts)
    n = len(joined.first)
    way = np.full(n, NO_NODE)
    np.minimum.at(way, joined.of, np.concatenate([arrays["group.way"] for arrays in seen]))
    length = joined.add([arrays["group.length"] for arrays in seen])
    touched = pd.concat(
        pd.DataFrame(
            {
                "group": joined.of_tile(tile)[arrays["group.zone_label"]],
                "zone": unpack_texts(arrays, "group.zone"),
            }
        )
        for tile, arrays in enumerate(seen)
    ).drop_duplicates()
    owner, _ = name_groups(pd.DataFrame({"length": length, "way": way}), touched)
    node = np.concatenate([part.node for part in parts])
    group = np.concatenate([joined.of_tile(tile)[part.label] for tile, part in enumerate(parts)])
    order = np.argsort(node, kind="stable")
    facts = StreetFacts.from_arrays(store.load(settings["facts"]))
    facts = replace(
        facts,
        group_node=node[order],
        group=owner.to_numpy(dtype=object)[group[order]],
        along_zone=np.concatenate([unpack_texts(arrays, "along") for arrays in seen]),
        notes=np.array(note_overlaps(_list_overlaps(seen)), dtype=object),
    )
    return facts.to_arrays()


def _list_overlaps(seen: Sequence[Arrays]) -> list[tuple[str, str]]:
    """Return the pairs of zones that overlap, each once, in the order of a whole extract."""
    pairs = {
        pair
        for arrays in seen
        for pair in zip(
            unpack_texts(arrays, "overlap_first"),
            unpack_texts(arrays, "overlap_second"),
            strict=True,
        )
    }
    return sorted(pairs, key=lambda pair: [split_id(osm_id) for osm_id in pair])
