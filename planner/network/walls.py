"""What stands between people and streets: compounds, their gates, and barriers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.showing import Brief

#: What a barrier is made of.
BARRIER_KINDS: Final = ("water", "railway", "motorway", "wall")
#: Who may pass a gate, as mappers say it; a gate of the plan may name profiles instead. `all` is
#: the default of the map: the gate forbids nothing, but the streets behind it stay residents' own.
EVERYONE: Final = "all"
RESIDENTS: Final = "residents"
NOBODY: Final = "nobody"
#: In the plan's table alone: the compound may be walked through by this gate.
OPEN_TO_ALL: Final = "everyone"


@dataclass(frozen=True, eq=False)
class Compounds(Brief):
    """Walled estates and parks, and groups of private streets; c of them.

    id, name, kind (c,) : kind of the zone, "" for a group of streets without a polygon.
    walled (c,) : its outline is a wall, by its own tags.
    wall_mapped (c,) : that wall is in the data as a line of its own.
    shape (c,) : polygon in the network's CRS, empty for a group.
    """

    id: NDArray[np.object_]
    name: NDArray[np.object_]
    kind: NDArray[np.object_]
    walled: NDArray[np.bool_]
    wall_mapped: NDArray[np.bool_]
    shape: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.id)

    @cached_property
    def smallest_first(self) -> tuple[NDArray[np.int64], shapely.STRtree]:
        """The order of the polygons by area, then id, and a tree of them in this order."""
        return order_by_size(self.shape, self.id)


def order_by_size(
    shapes: NDArray[np.object_], ids: NDArray[np.object_]
) -> tuple[NDArray[np.int64], shapely.STRtree]:
    """Return the order of polygons by area, then id, and a tree of them in this order."""
    order = np.lexsort((ids.astype(str), shapely.area(shapes)))
    return order, shapely.STRtree(shapes[order])


@dataclass(frozen=True, eq=False)
class Gates(Brief):
    """Nodes at which streets may be shut; g rows.

    node (g,) : index of the street node.
    compound (g,) : index of the compound whose streets meet public ones there; -1 for a gate on a
        public street or amid the streets of one compound, where it only says who is let through.
    mapped (g,) : a gate (or, off the borders of compounds, any barrier) is in the data; else a
        street goes through; nothing else is known of it.
    inferred (g,) : taken for the gate of a wall that has none in the data.
    shut_as_tagged (g,) : a street through a wall that has its gates elsewhere.
    passes (g,) : all, residents, nobody, everyone, or names of profiles with ";" between.
    gate_id, name, hours (g,) : "" where there are none.
    barred (g,) : vehicles of profiles that do not pass, with ";" between.
    conditions (g,) : the tags by which others may pass at some hours, see
        conditions.write_tags; meant for `public` where the streets behind the gate are
        for residents because of gates alone, so that whoever passes may walk on.
    """

    node: NDArray[np.int64]
    compound: NDArray[np.int64]
    mapped: NDArray[np.bool_]
    inferred: NDArray[np.bool_]
    shut_as_tagged: NDArray[np.bool_]
    passes: NDArray[np.object_]
    gate_id: NDArray[np.object_]
    name: NDArray[np.object_]
    hours: NDArray[np.object_]
    barred: NDArray[np.object_]
    conditions: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.node)


@dataclass(frozen=True, eq=False)
class Barriers(Brief):
    """Straight parts of what can be crossed along a street only; b parts of f features.

    ends (b, 4) : x, y of both ends, metres; feature (b,) : index of the feature.
    kind, name, osm_id (f,) : of each feature.
    """

    ends: NDArray[np.float64]
    feature: NDArray[np.int64]
    kind: NDArray[np.object_]
    name: NDArray[np.object_]
    osm_id: NDArray[np.object_]

    def of_kinds(self, kinds: frozenset[str]) -> NDArray[np.int64]:
        """Return the parts whose feature is of one of these kinds."""
        wanted = np.isin(self.kind.astype(str), sorted(kinds))
        return np.flatnonzero(wanted[self.feature]) if len(self.feature) else self.feature


@dataclass(frozen=True, eq=False)
class Walls(Brief):
    """Compounds, gates and barriers of one network, and what of the data could not be used."""

    compounds: Compounds
    gates: Gates
    barriers: Barriers
    notes: NDArray[np.object_]


def make_no_walls() -> Walls:
    """Return walls without any row."""
    return Walls(
        _make_empty(Compounds), _make_empty(Gates), _make_empty(Barriers), np.empty(0, dtype=object)
    )


def _make_empty(table: type[Any]) -> Any:
    """Return a table of no rows with the types its fields are declared with."""
    columns: dict[str, NDArray[Any]] = {}
    for entry in fields(table):
        declared = str(entry.type)
        kind = next(kind for kind in ("object_", "bool_", "int64", "float64") if kind in declared)
        columns[entry.name] = np.empty(0, dtype=getattr(np, kind))
    if table is Barriers:
        columns["ends"] = np.empty((0, 4))
    return table(**columns)


def walls_to_arrays(walls: Walls) -> dict[str, NDArray[Any]]:
    """Take walls apart into named arrays; polygons as text."""
    arrays: dict[str, NDArray[Any]] = {"notes": walls.notes}
    for part in (walls.compounds, walls.gates, walls.barriers):
        for entry in fields(part):
            value = getattr(part, entry.name)
            if entry.name == "shape":
                value = np.asarray(shapely.to_wkb(value, hex=True), dtype=object)
            arrays[f"{type(part).__name__}.{entry.name}"] = value
    return arrays


def walls_from_arrays(arrays: dict[str, NDArray[Any]]) -> Walls:
    """Put together what `walls_to_arrays` took apart."""

    def table(kind: type[Any]) -> Any:
        """Return one of the tables."""
        columns = {entry.name: arrays[f"{kind.__name__}.{entry.name}"] for entry in fields(kind)}
        if "shape" in columns:
            columns["shape"] = np.asarray(shapely.from_wkb(columns["shape"]), dtype=object)
        return kind(**columns)

    return Walls(table(Compounds), table(Gates), table(Barriers), arrays["notes"])
