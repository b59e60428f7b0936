"""The rings that the ways of a relation make up: which are whole, and what is left over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from planner.sources.osm.opl import Place, Relation

#: Fewer places than these, the first one twice, hold no area.
_LEAST_PLACES: Final = 4
#: Members with these roles are the outline; others may be, where they close it.
_OUTLINE_ROLES: Final = frozenset({"outer", "inner", ""})


@dataclass(frozen=True)
class Line:
    """A way of an outline; a place is None where the extract lacks the node."""

    places: list[Place]
    role: str

    @property
    def ends(self) -> tuple[int, int]:
        """The ids of its first and its last node."""
        return self.places[0][0], self.places[-1][0]

    def known(self) -> list[tuple[float, float]]:
        """Return the places that the extract holds."""
        return [lonlat for _, lonlat in self.places if lonlat is not None]


@dataclass(frozen=True)
class Ring:
    """Ways that close, every place known."""

    lines: list[Line]
    polygon: BaseGeometry

    @property
    def is_outer(self) -> bool:
        """Whether its ways are said to go round the outside."""
        return all(line.role == "outer" for line in self.lines)

    @property
    def is_inner(self) -> bool:
        """Whether a way of it is said to go round a hole."""
        # Any, where is_outer asks all: in doubt it is a hole, so that no hole becomes ground.
        return any(line.role == "inner" for line in self.lines)


@dataclass(frozen=True)
class RelationOutline:
    """The outline of a relation.

    rings : whole ones
    broken : ways of rings that are not, or that lack a place
    lost : roles of members that are not in the extract, or are relations themselves
    """

    rings: list[Ring]
    broken: list[Line]
    lost: list[str]

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it is missing."""
        return bool(self.rings) and not self.broken and not self.lost

    def crossed(self) -> list[Ring]:
        """Return the rings between which the ground is known: all, or outer ones and their holes.

        If a ring is broken, only rings marked as outer or inner count: an unmarked one may be a
        hole. An outer ring is left out where a broken hole may lie in it.
        """
        if self.is_whole:
            return self.rings
        if "inner" in self.lost:
            return []
        holes = [shapely.MultiPoint(line.known()) for line in self.broken if line.role == "inner"]
        outer = [
            ring
            for ring in self.rings
            if ring.is_outer
            # A hole of which no place is known may lie in any of them.
            and not any(hole.is_empty or hole.intersects(ring.polygon) for hole in holes)
        ]
        inner = [
            ring
            for ring in self.rings
            if ring.is_inner and any(_lies_in(ring, around) for around in outer)
        ]
        return outer + inner

    def known_area(self) -> BaseGeometry:
        """Return the area inside whole outer rings, without whole holes; empty if there is none."""
        area = shapely.union_all([ring.polygon for ring in self.rings if ring.is_outer])
        holes = shapely.union_all([ring.polygon for ring in self.rings if ring.is_inner])
        return shapely.difference(area, holes)


def build_outline(relation: Relation, ways: Mapping[int, list[Place]]) -> RelationOutline:
    """Put the ways of a relation together.

    Parameters
    ----------
    ways
        The places of its ways by id; a way that is not there is not in the extract.
    """
    roles: dict[int, str] = {}
    lost = []
    for kind, ref, role in relation.members:
        if kind == "w" and ways.get(ref):
            roles.setdefault(ref, role)
        elif kind == "r" or (kind == "w" and ref not in roles):
            lost.append(role)
    lines = _drop_copies(Line(ways[ref], role) for ref, role in roles.items())
    said = [line for line in lines if line.role in _OUTLINE_ROLES]
    rings, rest = _find_rings(said)
    others = [line for line in lines if line.role not in _OUTLINE_ROLES]
    more, rest = _find_rings(rest + others)
    whole, broken = [], [line for line in rest if line.role in _OUTLINE_ROLES]
    for ring in rings + more:
        polygon = _build_polygon(ring)
        if polygon is None:
            broken += ring
        else:
            whole.append(Ring(ring, polygon))
    return RelationOutline(whole, broken, [role for role in lost if role in _OUTLINE_ROLES])


def _drop_copies(lines: Iterator[Line]) -> list[Line]:
    """Keep one of several ways along the same nodes."""
    found: dict[tuple[int, ...], Line] = {}
    for line in lines:
        nodes = tuple(ref for ref, _ in line.places)
        # The same line may be drawn in either direction.
        found.setdefault(min(nodes, nodes[::-1]), line)
    return list(found.values())


def _find_rings(lines: Sequence[Line]) -> tuple[list[list[Line]], list[Line]]:
    """Return the groups of lines that close, each in order, and the lines that do not."""
    rings, rest, web = [], [], _Web()
    for line in lines:
        first, last = line.ends
        if first != last:
            web.add(line)
        elif len(line.places) >= _LEAST_PLACES:
            rings.append([line])
        else:
            rest.append(line)
    rest += web.take_loose()
    for node in web.nodes():
        rings += web.take_rings(node)
    return rings, rest


class _Web:
    """Lines by the nodes where they end; each is taken out once."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._taken: set[int] = set()
        self._at: dict[int, list[int]] = defaultdict(list)
        self._n_at: dict[int, int] = defaultdict(int)

    def add(self, line: Line) -> None:
        """Add a line whose ends differ."""
        for node in line.ends:
            self._at[node].append(len(self._lines))
            self._n_at[node] += 1
        self._lines.append(line)

    def nodes(self) -> list[int]:
        """Return the nodes where lines end."""
        return list(self._at)

    def take_loose(self) -> Iterator[Line]:
        """Take out lines with a loose end, and lines of which three or more meet at a node."""
        ends = [node for node in self._at if self._n_at[node] == 1]
        while ends:
            for line, other in self._take_at(ends.pop(), at_most=1):
                yield line
                if self._n_at[other] == 1:
                    ends.append(other)
        # Of three lines at a node nobody can tell which two are of one ring.
        odd = [node for node in self._at if self._n_at[node] % 2]
        while odd:
            for line, other in self._take_at(odd.pop()):
                yield line
                # What hangs on a line that was taken out closes no ring for sure.
                odd.append(other)

    def take_rings(self, node: int) -> Iterator[list[Line]]:
        """Walk from a node until no line is left there; where the walk meets itself is a ring."""
        walked: list[Line] = []
        path, place_in_path = [node], {node: 0}
        while step := next(self._take_at(path[-1], at_most=1), None):
            line, node = step
            walked.append(line)
            met = place_in_path.get(node)
            if met is None:
                place_in_path[node] = len(path)
                path.append(node)
                continue
            yield walked[met:]
            for left in path[met + 1 :]:
                del place_in_path[left]
            del walked[met:], path[met + 1 :]

    def _take_at(self, node: int, *, at_most: int | None = None) -> Iterator[tuple[Line, int]]:
        """Take out lines that end at a node, each with the node at its other end."""
        while self._at[node] and at_most != 0:
            index = self._at[node].pop()
            if index in self._taken:
                continue
            self._taken.add(index)
            line = self._lines[index]
            first, last = line.ends
            for end in (first, last):
                self._n_at[end] -= 1
            at_most = None if at_most is None else at_most - 1
            yield line, last if node == first else first


def _build_polygon(ring: list[Line]) -> BaseGeometry | None:
    """Return the area in a ring, None where a place is missing or it holds no area."""
    if any(lonlat is None for line in ring for _, lonlat in line.places):
        return None
    polygons = shapely.get_parts(
        shapely.polygonize([shapely.LineString(line.known()) for line in ring])
    )
    if len(polygons) == 0:
        return None
    area: BaseGeometry = shapely.union_all(polygons)
    return area


def _lies_in(ring: Ring, around: Ring) -> bool:
    return bool(around.polygon.intersects(shapely.point_on_surface(ring.polygon)))
