"""Collects the streets of an extract: walkable ways, squares, and who may use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planner.rideability import RIDING_TAGS, is_ridden, riding_direction
from planner.sources.osm.conditions import has_hours, list_permissions, write_tags
from planner.sources.osm.opl import Place, Relation, Way, format_nodes, parse_nodes
from planner.sources.osm.rings import build_outline
from planner.walkability import (
    ACCESS_TAGS,
    OPENNESS,
    USED_TAGS,
    Permission,
    is_driveway,
    is_elevated,
    is_walkable_area,
    judge_crossing,
    judge_rolling,
    street_class,
    walking_access,
)

#: Keys one of which every walkable way carries.
WAY_KEYS: Final = frozenset({"highway", "railway", "public_transport", "man_made"})
MISSING_NODES: Final = "way nodes missing from the extract"
BROKEN_SQUARES: Final = "walkable multipolygons whose outline is not complete"

#: Without the name, which decides nothing: with it nearly every way would be judged anew.
_CLASS_TAGS: Final = frozenset((*USED_TAGS, *RIDING_TAGS)) - {"name"}


@dataclass(frozen=True)
class WalkWays:
    """Walkable ways as ragged arrays: way w has the nodes offsets[w] to offsets[w + 1].

    `area` is -1 for a street and else the number of the walkable area whose outline the way is;
    `residents` marks ways that only residents may use, `ride` those on which a bicycle is ridden,
    not pushed; `oneway` is the way it may go (0 both, 1 as the nodes come, -1 against them).
    `driveway` marks ways that lead to a house only; `crossing` is 1 for ways that cross a
    carriageway, 2 at traffic lights, else 0. `rolling` is -1 for ways that are shut to
    wheelchairs, 1 for steps with a ramp for them, else 0. Coordinates are lon, lat in WGS-84.
    `surface` is what is mapped of it, empty for nothing: conditions of a plan may name it.

    `conditions` is empty, or says for whom the way stands here and by which tags others may walk
    there when, see conditions.write_tags. A way that is for everyone at some hours and
    for residents at others stands here twice; `shut` marks those open at certain hours alone.
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
    rolling: NDArray[np.int8]
    shut: NDArray[np.bool_]
    conditions: NDArray[np.object_]
    surface: NDArray[np.object_]

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
    rolling: int
    shut: bool
    conditions: str


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
        self._surface: list[str] = []
        self._area: list[int] = []
        self._n_areas = 0

    def __len__(self) -> int:
        return len(self._way_id)

    def take_way(self, way: Way) -> bool:
        """Take a way if it is walked, and tell whether it is."""
        tags = way.tags
        if WAY_KEYS.isdisjoint(tags):
            return False
        streets = _judge_tags(tags)
        n_nodes, said = way.n_nodes, _said_of(tags)
        for street in streets:
            # A closed way of three nodes goes there and back, and holds no area.
            crossed = street.crossed and n_nodes > 3 and way.is_closed
            # Nearly all ways are whole: their nodes stay the bytes they were read as.
            if n_nodes > 1 and way.is_whole:
                self._add(way.id, n_nodes, way.nodes, street, said, crossed=crossed)
            else:
                self._add_known(way.id, way.places(), street, said, crossed=crossed)
        return bool(streets)

    def take_relation(self, relation: Relation) -> None:
        """Note a multipolygon that is crossed on foot, such as a square with a fountain."""
        tags = relation.tags
        streets = _judge_tags(dict(tags))
        if tags.get("type") == "multipolygon" and streets:
            # An outline has no direction. Where hours change who may walk, the usual rule counts.
            self._squares.append((relation, replace(streets[0], oneway=0)))
            self.members.update(ref for kind, ref, _ in relation.members if kind == "w")

    def add_squares(self, ways: Mapping[int, list[Place]]) -> None:
        """Add the outlines of the walkable multipolygons; `ways` are their members by id.

        A broken outline is walked along as far as it is known, and not crossed.
        """
        # By id, so that the order in the file changes no number of an area.
        for relation, street in sorted(self._squares, key=lambda square: square[0].id):
            outline = build_outline(relation, ways)
            if not outline.is_whole:
                self._skip(BROKEN_SQUARES)
            # Where an outline is broken, only rings whose ground is known are crossed.
            crossed = outline.crossed()
            number = self._next_area() if crossed else -1
            inside = [line for ring in crossed for line in ring.lines]
            beside = [line for ring in outline.rings if ring not in crossed for line in ring.lines]
            for line in inside + beside + outline.broken:
                area = number if line in inside else -1
                said = _said_of(relation.tags)
                self._add_known(relation.id, line.places, street, said, area=area)

    def walk_ways(self) -> WalkWays:
        """Return what was collected."""
        node_id, lonlat = parse_nodes(self._nodes)
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
            rolling=np.array([street.rolling for street in self._street], dtype=np.int8),
            shut=np.array([street.shut for street in self._street], dtype=bool),
            conditions=np.array([street.conditions for street in self._street], dtype=object),
            surface=np.array(self._surface, dtype=object),
        )

    def _add(
        self,
        way_id: int,
        n_nodes: int,
        nodes: bytes,
        street: _Street,
        said: tuple[str, str],
        *,
        crossed: bool = False,
        area: int = -1,
    ) -> None:
        """Add one line with its name and surface; a square that is crossed has its own area."""
        self._way_id.append(way_id)
        self._sizes.append(n_nodes)
        self._nodes.append(nodes)
        self._street.append(street)
        self._name.append(said[0])
        self._surface.append(said[1])
        self._area.append(self._next_area() if crossed else area)

    def _add_known(
        self,
        way_id: int,
        places: list[Place],
        street: _Street,
        said: tuple[str, str],
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
        # Part of an outline encloses nothing: a square that lacks nodes is not crossed.
        whole = len(runs) == 1
        for run in runs:
            # A single node is no street.
            if len(run) > 1:
                self._add(
                    way_id, len(run), format_nodes(run), street, said,
                    crossed=crossed and whole, area=area if whole else -1,
                )  # fmt: skip

    def _next_area(self) -> int:
        self._n_areas += 1
        return self._n_areas - 1

    def _skip(self, what: str) -> None:
        self.skipped[what] = self.skipped.get(what, 0) + 1


def _said_of(tags: Mapping[str, str]) -> tuple[str, str]:
    """Return name and surface: what is kept of a way and decides nothing."""
    return tags.get("name", ""), tags.get("surface", "")


def _judge_tags(tags: dict[str, str]) -> tuple[_Street, ...]:
    """Judge the tags of a way or a relation: none if nobody ever walks there, see WalkWays."""
    return _judge_used_tags(tuple([tag for tag in tags.items() if tag[0] in _CLASS_TAGS]))


@lru_cache(maxsize=100_000)
def _judge_used_tags(given: tuple[tuple[str, str], ...]) -> tuple[_Street, ...]:
    """Judge those tags that are in _CLASS_TAGS; few combinations exist."""
    tags = dict(given)
    usual = walking_access(tags)
    if not has_hours(tags):
        return () if usual == "no" else (_make_street(usual, tags, "", shut=False),)
    found = {usual} | list_permissions(tags)
    # The usual permission first.
    chosen = sorted(found - {"no"}, key=lambda who: (who != usual, OPENNESS.index(who)))
    return tuple(
        _make_street(who, tags, write_tags(who, tags, ACCESS_TAGS), shut=who != usual)
        for who in chosen
    )


def _make_street(who: Permission, tags: dict[str, str], conditions: str, *, shut: bool) -> _Street:
    """Return what the tags of a way say where it is open to everyone, or to residents."""
    return _Street(
        highway=street_class(tags) or tags.get("highway", ""),
        elevated=is_elevated(tags),
        residents=who == "residents",
        crossed=is_walkable_area(tags),
        ride=is_ridden(tags),
        oneway=riding_direction(tags),
        driveway=is_driveway(tags) and not shut,
        crossing=judge_crossing(tags),
        rolling=judge_rolling(tags),
        shut=shut,
        conditions=conditions,
    )
