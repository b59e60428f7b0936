"""Finds what a smaller extract has to hold: what lies in a box, and all that this is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import osmium

from planner.sources.osm.apart.run_making import Box

#: Relations of these types are areas: they are of use only with all their members.
_AREA_TYPES: Final = ("multipolygon", "boundary")


@dataclass
class Wanted:
    """Ids of the elements that a smaller extract holds, by kind."""

    nodes: set[int] = field(default_factory=set)
    ways: set[int] = field(default_factory=set)
    relations: set[int] = field(default_factory=set)

    def holds(self, kind: str, number: int) -> bool:
        """Tell whether an element of a kind (n, w, r) is wanted."""
        return number in {"n": self.nodes, "w": self.ways, "r": self.relations}[kind]


def find_wanted(source: osmium.io.File, box: Box, keys: Sequence[str]) -> Wanted:
    """Find the nodes in a box, the ways that touch it with all their nodes, and areas of these.

    Parameters
    ----------
    source
        An extract; it is gone through four times, so that its elements may come in any order.
    box
        Its border belongs to it.
    keys
        Relations without any of these tags are of no use and left out.
    """
    areas = _list_areas(source, keys)
    wanted = Wanted(nodes=_find_nodes(source, box))
    refs: set[int] = set()
    for way in _list_elements(source, osmium.osm.WAY):
        nodes = [node.ref for node in way.nodes]
        if not wanted.nodes.isdisjoint(nodes):
            wanted.ways.add(way.id)
            refs.update(nodes)
    missing: set[int] = set()
    for number, members in areas.items():
        if not wanted.ways.isdisjoint(members):
            wanted.relations.add(number)
            missing.update(members)
    missing -= wanted.ways
    if missing:
        for way in _list_elements(source, osmium.osm.WAY):
            if way.id in missing:
                wanted.ways.add(way.id)
                refs.update(node.ref for node in way.nodes)
    wanted.nodes |= refs
    return wanted


def _list_elements(source: osmium.io.File, kind: Any, *keys: str) -> Iterator[Any]:
    """Yield the elements of one kind, of these the ones that have one of some keys."""
    found = osmium.FileProcessor(source, kind)
    yield from found.with_filter(osmium.filter.KeyFilter(*keys)) if keys else found


def _list_areas(source: osmium.io.File, keys: Sequence[str]) -> dict[int, list[int]]:
    """List the ways that areas are made of, by the id of their relation."""
    relations = _list_elements(source, osmium.osm.RELATION, *keys)
    return {
        relation.id: [member.ref for member in relation.members if member.type == "w"]
        for relation in relations
        if relation.tags.get("type") in _AREA_TYPES
    }


def _find_nodes(source: osmium.io.File, box: Box) -> set[int]:
    """Return the ids of the nodes in a box."""
    west, south, east, north = box
    found = set()
    for node in _list_elements(source, osmium.osm.NODE):
        place = node.location
        # Deleted nodes of a history have no place, and their numbers are far outside.
        if place.valid() and west <= place.lon <= east and south <= place.lat <= north:
            found.add(node.id)
    return found
