"""Collects the streets of an extract: walkable ways, squares, and who may use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from planner.rideability import RIDING_TAGS, is_ridden, riding_direction
from planner.sources._osm_lines import Place, Relation, Way, as_nodes, numbers_of
from planner.sources._osm_rings import outline_of
from planner.walkability import (
    USED_TAGS,
    crossing_of,
    is_driveway,
    is_elevated,
    is_walkable_area,
    street_class,
    walking_access,
)

#: Keys one of which every walkable way carries.
WAY_KEYS: Final = ("highway", "railway", "public_transport")
MISSING_NODES: Final = "way nodes missing from the extract"
BROKEN_SQUARES: Final = "walkable multipolygons whose outline is not complete"

_CLASS_TAGS: Final = tuple(
    dict.fromkeys(key for key in (*USED_TAGS, *RIDING_TAGS) if key != "name")
)


@dataclass(frozen=True)
class WalkWays:
    """Walkable ways as ragged arrays: way w has the nodes offsets[w] to offsets[w + 1].

    `area` is -1 for a street and else the number of the walkable area whose outline the way is;
    `residents` marks ways that only residents may use, `ride` those on which a bicycle is ridden,
    not pushed; `oneway` is the way it may go (0 both, 1 as the nodes come, -1 against them).
    `driveway` marks ways that lead to a house only; `crossing` is 1 for ways that cross a
    carriageway, 2 at traffic lights, else 0. Coordinates are lon, lat in WGS-84.
    """

    way_id: NDArray[np.int64]
    offsets: NDArray[np.int64]
    node_id: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    highway: NDArray[np.object_]
    name: NDArray[np.object_]
    steps: NDArray[np.bool_]
    elevated: NDArray[np.bool_]
    residents: NDArray[np.bool_]
    area: NDArray[np.int64]
    ride: NDArray[np.bool_]
    oneway: NDArray[np.int8]
    driveway: NDArray[np.bool_]
    crossing: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.way_id)


@dataclass(frozen=True)
class _Street:
    """What the tags of a walkable way say."""

    highway: str
    elevated: bool
    residents: bool
    crossed: bool
    ride: bool
    oneway: int
    driveway: bool
    crossing: int


class StreetReader:
    """Collects walkable ways while osmium streams through an extract."""

    def __init__(self) -> None:
        self.skipped: dict[str, int] = {}
        self.members: set[int] = set()
        self._squares: list[tuple[Relation, _Street]] = []
        self._way_id: list[int] = []
        self._sizes: list[int] = []
        self._nodes: list[bytes] = []
        self._street: list[_Street] = []
        self._name: list[str] = []
        self._area: list[int] = []
        self._n_areas = 0

    def __len__(self) -> int:
        return len(self._way_id)

    def take_way(self, way: Way) -> bool:
        """Take a way if it is walked, and tell whether it is."""
        tags = way.tags
        if not any(key in tags for key in WAY_KEYS):
            return False
        street = _street_with(tags)
        if street is None:
            return False
        n_nodes, name = way.n_nodes, tags.get("name", "")
        crossed = street.crossed and n_nodes > 3 and way.is_closed
        if n_nodes > 1 and way.is_whole:
            self._add(way.id, n_nodes, way.nodes, street, name, crossed=crossed)
        else:
            self._add_known(way.id, way.places(), street, name, crossed=crossed)
        return True

    def take_relation(self, relation: Relation) -> None:
        """Note a multipolygon that is crossed on foot, such as a square with a fountain."""
        tags = relation.tags
        street = _street_with(tags)
        if tags.get("type") == "multipolygon" and street is not None:
            self._squares.append((relation, replace(street, oneway=0)))  # it has no direction
            self.members.update(ref for kind, ref, _ in relation.members if kind == "w")

    def add_squares(self, ways: Mapping[int, list[Place]]) -> None:
        """Add the outlines of the walkable multipolygons; `ways` are their members by id.

        A broken outline is walked along as far as it is known, and not crossed.
        """
        for relation, street in sorted(self._squares, key=lambda square: square[0].id):
            outline = outline_of(relation, ways)
            if not outline.is_whole:
                self._skip(BROKEN_SQUARES)
            crossed = outline.crossed()
            number = self._next_area() if crossed else -1
            inside = [line for ring in crossed for line in ring.lines]
            beside = [line for ring in outline.rings if ring not in crossed for line in ring.lines]
            for line in inside + beside + outline.broken:
                area = number if line in inside else -1
                name = relation.tags.get("name", "")
                self._add_known(relation.id, line.places, street, name, area=area)

    def walk_ways(self) -> WalkWays:
        """Return what was collected."""
        node_id, lonlat = numbers_of(self._nodes)
        return WalkWays(
            way_id=np.array(self._way_id, dtype=np.int64),
            offsets=np.concatenate([[0], np.cumsum(self._sizes)]).astype(np.int64),
            node_id=node_id,
            lonlat=lonlat,
            highway=np.array([street.highway for street in self._street], dtype=object),
            name=np.array(self._name, dtype=object),
            steps=np.array([street.highway == "steps" for street in self._street], dtype=bool),
            elevated=np.array([street.elevated for street in self._street], dtype=bool),
            residents=np.array([street.residents for street in self._street], dtype=bool),
            area=np.array(self._area, dtype=np.int64),
            ride=np.array([street.ride for street in self._street], dtype=bool),
            oneway=np.array([street.oneway for street in self._street], dtype=np.int8),
            driveway=np.array([street.driveway for street in self._street], dtype=bool),
            crossing=np.array([street.crossing for street in self._street], dtype=np.int8),
        )

    def _add(
        self,
        way_id: int,
        n_nodes: int,
        nodes: bytes,
        street: _Street,
        name: str,
        *,
        crossed: bool = False,
        area: int = -1,
    ) -> None:
        """Add one line; a square that is crossed gets an area of its own."""
        self._way_id.append(way_id)
        self._sizes.append(n_nodes)
        self._nodes.append(nodes)
        self._street.append(street)
        self._name.append(name)
        self._area.append(self._next_area() if crossed else area)

    def _add_known(
        self,
        way_id: int,
        places: list[Place],
        street: _Street,
        name: str,
        *,
        crossed: bool = False,
        area: int = -1,
    ) -> None:
        """Add a line, cut where the extract lacks one of its nodes; a cut square is not crossed."""
        runs: list[list[tuple[int, tuple[float, float]]]] = [[]]
        for ref, lonlat in places:
            if lonlat is None:
                self._skip(MISSING_NODES)
                runs.append([])
            else:
                runs[-1].append((ref, lonlat))
        whole = len(runs) == 1
        for run in runs:
            if len(run) > 1:
                self._add(
                    way_id, len(run), as_nodes(run), street, name,
                    crossed=crossed and whole, area=area if whole else -1,
                )  # fmt: skip

    def _next_area(self) -> int:
        self._n_areas += 1
        return self._n_areas - 1

    def _skip(self, what: str) -> None:
        self.skipped[what] = self.skipped.get(what, 0) + 1


def _street_with(tags: Any) -> _Street | None:
    """Judge the tags of a way or a relation."""
    return _street_of(tuple(map(tags.get, _CLASS_TAGS)))


@lru_cache(maxsize=100_000)
def _street_of(values: tuple[str | None, ...]) -> _Street | None:
    """Judge the values of _CLASS_TAGS; few combinations exist."""
    given = zip(_CLASS_TAGS, values, strict=True)
    tags = {key: value for key, value in given if value is not None}
    access = walking_access(tags)
    if access == "no":
        return None
    return _Street(
        highway=street_class(tags) or "",
        elevated=is_elevated(tags),
        residents=access == "residents",
        crossed=is_walkable_area(tags),
        ride=is_ridden(tags),
        oneway=riding_direction(tags),
        driveway=is_driveway(tags),
        crossing=crossing_of(tags),
    )
