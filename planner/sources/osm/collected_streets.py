"""Streets that come from no extract, judged by the same rules as those of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from planner.sources.osm.amenity_reader import AmenityReader
from planner.sources.osm.area_reader import AreaReader
from planner.sources.osm.barrier_reader import BarrierReader
from planner.sources.osm.extract import OsmExtract
from planner.sources.osm.opl import Node, Way, format_nodes
from planner.sources.osm.street_reader import StreetReader

#: A street: its id, its tags, and the ids and lon, lat (WGS-84) of its nodes in order.
Street = tuple[int, dict[str, str], list[tuple[int, tuple[float, float]]]]


def collect_streets(streets: Iterable[Street], nodes: Iterable[Node] = ()) -> OsmExtract:
    """Judge streets and the gates and crossings on them by their tags, as those of an extract.

    Parameters
    ----------
    streets
        They meet where they name the same node.
    nodes
        Those with tags.

    Returns
    -------
    OsmExtract
        With streets, gates, crossings and those streets that are a barrier, such as motorways;
        its other layers are empty, and it claims no extent.
    """
    reader, barriers = StreetReader(), BarrierReader()
    for number, tags, places in streets:
        way = Way(number, tags, format_nodes(places))
        barriers.take_way(way, walked=reader.take_way(way))
    for node in nodes:
        barriers.take_node(node)
    layers = AreaReader({}).layers()
    water = layers.pop("water")
    return OsmExtract(
        ways=reader.walk_ways(),
        **layers,
        gates=barriers.gates(),
        crossings=barriers.crossings(),
        barriers=barriers.barriers(water),
        amenities=AmenityReader().amenities(),
        bounds=None,
        timestamp=None,
    )


def put_streets(extract: OsmExtract, streets: OsmExtract) -> OsmExtract:
    """Return an extract with other streets, gates and crossings on them; all else stays.

    Gates of the extract stand at nodes that the other streets do not have, so they go too.
    """
    return replace(
        extract, ways=streets.ways, gates=streets.gates, crossings=streets.crossings,
        skipped=dict(_without_streets(extract.skipped)),
    )  # fmt: skip


def _without_streets(skipped: Mapping[str, int]) -> Mapping[str, int]:
    """Leave out what is told of the streets of an extract."""
    from planner.sources.osm.street_reader import BROKEN_SQUARES, MISSING_NODES

    return {what: n for what, n in skipped.items() if what not in (BROKEN_SQUARES, MISSING_NODES)}
