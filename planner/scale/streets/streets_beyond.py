"""Streets beyond the reach of a tile that its own edges go on in, and what meets their ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.crs.array_types import Flags, Ints
from planner.network.walls import Compounds
from planner.scale.streets.tile_pieces import TilePieces, take_ways, to_two_node_ways
from planner.sources.cache import Arrays, pack_texts, unpack_texts
from planner.sources.osm.extract import WalkWays
from planner.sources.osm.extract_arrays import (
    pack_columns,
    unpack_columns,
    ways_from_arrays,
    ways_to_arrays,
)


@dataclass(frozen=True, eq=False)
class StreetsBeyond:
    """Segments of any tile, as ways of two nodes each, w of them, and what is known of them.

    access, enclosed (w,) : "public" or the id of a compound; whether gates alone make it private.
    compounds : id, name, kind, walled, wall_mapped, shape (hexadecimal WKB) of those compounds.
    gates, crossings : of the map, at the ends of chains; as in `Surroundings`.
    """

    ways: WalkWays
    access: NDArray[np.object_]
    enclosed: Flags
    compounds: pd.DataFrame
    gates: pd.DataFrame
    crossings: pd.DataFrame

    @property
    def keys(self) -> pd.MultiIndex:
        """What tells segments apart: both nodes, the way, and for whom it stands here."""
        return make_segment_keys(
            self.ways.node_id.reshape(-1, 2), self.ways.way_id, self.ways.shut, self.ways.residents
        )

    def take(self, rows: Ints) -> StreetsBeyond:
        """Return some of the segments; compounds, gates and crossings stay."""
        return StreetsBeyond(
            take_ways(self.ways, rows), self.access[rows], self.enclosed[rows], self.compounds,
            self.gates, self.crossings,
        )  # fmt: skip

    def to_arrays(self) -> Arrays:
        """Take them apart."""
        ways = {f"beyond.{name}": value for name, value in ways_to_arrays(self.ways).items()}
        return {
            **ways,
            **pack_texts(self.access, "beyond_access"),
            "beyond_enclosed": self.enclosed,
            **pack_columns(self.compounds, "beyond_compounds"),
            **pack_columns(self.gates, "beyond_gates"),
            **pack_columns(self.crossings, "beyond_crossings"),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> StreetsBeyond:
        """Put together what `to_arrays` took apart."""
        ways = {
            name.removeprefix("beyond."): value
            for name, value in arrays.items()
            if name.startswith("beyond.")
        }
        return cls(
            ways_from_arrays(ways),
            unpack_texts(arrays, "beyond_access"),
            arrays["beyond_enclosed"],
            *(
                pd.DataFrame(unpack_columns(arrays, f"beyond_{name}"))
                for name in ("compounds", "gates", "crossings")
            ),
        )


def take_streets(
    pieces: TilePieces,
    rows: Ints,
    access: NDArray[np.object_],
    enclosed: Flags,
    compounds: Compounds,
    stubs: NDArray[np.object_],
    gates: pd.DataFrame,
    crossings: pd.DataFrame,
) -> StreetsBeyond:
    """Take segments of a tile with all that others must know of them.

    Parameters
    ----------
    stubs
        Ids of compounds that streets beyond their zone belong to.
    access, enclosed : shape (s,)
        Of all segments of the pieces.
    gates, crossings
        Those at the ends of chains.
    """
    whose = np.isin(compounds.id, list({*access[rows], *stubs}))
    table = pd.DataFrame(
        {
            "id": compounds.id[whose],
            "name": compounds.name[whose],
            "kind": compounds.kind[whose],
            "walled": compounds.walled[whose],
            "wall_mapped": compounds.wall_mapped[whose],
            "shape": shapely.to_wkb(compounds.shape[whose], hex=True),
        }
    )
    ways = to_two_node_ways(pieces, rows)
    return StreetsBeyond(ways, access[rows], enclosed[rows], table, gates, crossings)


def join_streets(parts: Sequence[StreetsBeyond]) -> StreetsBeyond:
    """Join those of several tiles, one after the other; compounds, gates, crossings each once."""
    columns: dict[str, Any] = {}
    for name in ("compounds", "gates", "crossings"):
        key = "id" if name == "compounds" else "node_id"
        tables = [getattr(part, name) for part in parts]
        # Empty tables have columns of no type.
        kept = [table for table in tables if len(table)] or tables[:1]
        merged = pd.concat(kept, ignore_index=True)
        if name == "compounds":
            # A tile that lacks a zone takes its streets for a group without a polygon.
            merged = merged.sort_values("shape", key=lambda shape: -shape.str.len(), kind="stable")
        columns[name] = merged.drop_duplicates(key)
    return StreetsBeyond(
        stack_ways([part.ways for part in parts]),
        np.concatenate([part.access for part in parts]),
        np.concatenate([part.enclosed for part in parts]),
        **columns,
    )


def stack_ways(parts: Sequence[WalkWays]) -> WalkWays:
    """Return ways of two nodes each one after the other."""
    names = [name for name in WalkWays.__dataclass_fields__ if name != "offsets"]
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return WalkWays(offsets=2 * np.arange(len(columns["way_id"]) + 1), **columns)


def make_segment_keys(ends: Ints, way_id: Ints, shut: Flags, residents: Flags) -> pd.MultiIndex:
    """Return keys of segments: ids of both nodes (s, 2), the way, and for whom it stands here."""
    return pd.MultiIndex.from_arrays([ends.min(axis=1), ends.max(axis=1), way_id, shut, residents])
