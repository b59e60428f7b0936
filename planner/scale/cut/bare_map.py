"""A map that holds nothing but what the whole extract says of itself."""

from __future__ import annotations

from shapely.geometry.base import BaseGeometry

from planner.sources.osm.amenity_reader import AmenityReader
from planner.sources.osm.area_reader import AreaReader
from planner.sources.osm.barrier_reader import BarrierReader
from planner.sources.osm.extract import OsmExtract
from planner.sources.osm.street_reader import StreetReader


def make_bare_map(
    bounds: BaseGeometry | None,
    timestamp: str | None,
    *,
    invented: bool,
    skipped: dict[str, int] | None = None,
) -> OsmExtract:
    """Return an extract without streets and areas, for what looks at the words of a map alone.

    Parameters
    ----------
    bounds, timestamp, invented, skipped
        See `OsmExtract`.
    """
    barriers, layers = BarrierReader(), AreaReader({}).layers()
    water = layers.pop("water")
    return OsmExtract(
        ways=StreetReader().walk_ways(),
        **layers,
        gates=barriers.gates(),
        crossings=barriers.crossings(),
        barriers=barriers.barriers(water),
        amenities=AmenityReader().amenities(),
        bounds=bounds,
        timestamp=timestamp,
        invented=invented,
        skipped=skipped or {},
    )
