"""Reads OpenStreetMap extracts (.osm.pbf, .osm, .osm.gz): streets, zones, gates, barriers."""

from __future__ import annotations

import logging
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner import rideability, walkability
from planner.crs.array_types import Floats
from planner.errors import SourceError
from planner.showing import Brief, join_facts
from planner.sources import cache as cache_module
from planner.sources import processes
from planner.sources.cache import ArrayCache, make_key, source_of
from planner.sources.hashes import hash_file
from planner.sources.osm import (
    amenity_reader,
    area_reader,
    barrier_reader,
    barrier_tags,
    conditions,
    cut_areas,
    opl,
    rings,
    street_reader,
)
from planner.sources.osm.amenity_reader import AMENITY_KEYS, AmenityReader
from planner.sources.osm.apart import (
    FORMATS,
    ExtractParts,
    explain_failure,
    reading_source,
    take_apart,
)
from planner.sources.osm.area_reader import AREA_KEYS, AreaReader
from planner.sources.osm.barrier_reader import BARRIER_KEYS, BarrierReader
from planner.sources.osm.opl import Place, Way, read_areas, read_elements, read_relations
from planner.sources.osm.street_reader import WAY_KEYS, StreetReader, WalkWays

__all__ = [
    "MAX_FILE_BYTES",
    "SUFFIXES",
    "USED_KEYS",
    "OsmExtract",
    "WalkWays",
    "load_osm",
    "reading_rules",
]

log = logging.getLogger(__name__)

SUFFIXES: Final = tuple(FORMATS)
MAX_FILE_BYTES: Final = 4_000_000_000
#: One of these keys is on every element that is used.
USED_KEYS: Final = tuple({*WAY_KEYS, *AREA_KEYS, *BARRIER_KEYS, *AMENITY_KEYS, "place"})


@dataclass(frozen=True)
class OsmExtract(Brief):
    """What the planner uses of one extract; every layer is in EPSG:4326.

    zones : osm_id, kind, name, walled, geometry
    buildings : osm_id, levels (NaN where not mapped), name, geometry
    places : osm_id, place, name, geometry (points)
    backdrop : osm_id, kind (water, green), name, geometry
    gates : osm_id, node_id, barrier (the tag), in_wall (a gate; else another barrier on a street),
        passes (all, residents, nobody), barred (wheels that do not pass, with ";" between),
        opening_hours, conditions (the tags, see conditions.py), name (texts, empty where not
        mapped), geometry (points)
    crossings : node_id, crossing (tagged as one), signals (traffic lights); no geometry
    barriers : osm_id, kind (water, railway, motorway, wall), name, geometry: lines, and areas of
        water; a line that the extract cuts is several rows
    amenities : osm_id, use (see AMENITY_TAGS), outline (mapped by one, not as a point), name,
        geometry (points)
    bounds : the extent the file claims, None if it claims none
    invented : the file says of itself that it is synthetic, so its streets are nobody's work

    Examples
    --------
    >>> import planner
    >>> extract = planner.load_osm(planner.load_example().folder / "streets.osm")
    >>> extract.zones[["kind", "name"]].values.tolist()
    [['residential', 'Willow Court']]
    """

    ways: WalkWays
    zones: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    backdrop: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    crossings: pd.DataFrame
    barriers: gpd.GeoDataFrame
    amenities: gpd.GeoDataFrame
    bounds: BaseGeometry | None
    timestamp: str | None
    invented: bool = False
    skipped: dict[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        parts = ("zones", "buildings", "places", "gates", "barriers", "amenities")
        counts = [f"{len(self.ways)} ways", *(f"{len(getattr(self, one))} {one}" for one in parts)]
        return join_facts(self, *counts, f"of {self.timestamp or 'no date'}")


def load_osm(path: str | Path, *, cache: ArrayCache | None = None) -> OsmExtract:
    """Read an OSM extract.

    Parameters
    ----------
    path
        .osm.pbf, .osm or .osm.gz.
    cache
        Where extracts once read are kept; None reads anew.

    Raises
    ------
    SourceError
        If the file is missing, is cut short, is not OSM or holds no street to walk on.

    Examples
    --------
    >>> import planner
    >>> extract = planner.load_osm(planner.load_example().folder / "streets.osm")
    >>> len(extract.ways.way_id), len(extract.gates)
    (13, 1)
    """
    path = Path(path)
    check_extract_file(path)
    extract = load_part(path, cache=cache)
    if len(extract.ways) == 0:
        raise refuse_without_streets(path)
    return extract


def load_part(
    path: Path, *, cache: ArrayCache | None = None, streets: Floats | None = None
) -> OsmExtract:
    """Read an extract that may hold no street: a part of a larger one.

    Parameters
    ----------
    path, cache
        As in `load_osm`.
    streets
        Places of the streets of the whole, shape (n, 2), degrees: they tell land from water. None:
        those of the part.

    Raises
    ------
    SourceError
        If the file is cut short or is not OSM.
    """
    if cache is None:
        return _read(path, streets)
    # Not at the top: that module imports this one.
    from planner.sources.osm.extract_arrays import from_arrays, to_arrays

    given = () if streets is None else (streets.tobytes(),)
    key = make_key("extract", reading_rules(), hash_file(path), *given)
    found = cache.load(key)
    if found is not None:
        try:
            return from_arrays(found)
        # What is kept is only a copy: whatever is wrong with it, the extract itself can be read.
        except (LookupError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
            log.warning("%s: what was kept of it does not fit (%r), read again", path, error)
    extract = _read(path, streets)
    # One without streets is mostly a mistake, which is not kept.
    if len(extract.ways):
        cache.save(key, to_arrays(extract))
    return extract


def reading_rules() -> str:
    """Return the source of what decides how an extract is read and kept; part of the keys."""
    from planner.sources.osm import extract_arrays

    own = sys.modules[__name__]
    rules = (walkability, rideability, conditions, barrier_tags, processes)
    readers = (
        own, amenity_reader, area_reader, barrier_reader, cut_areas, opl, rings, street_reader,
    )  # fmt: skip
    return reading_source() + source_of(*rules, *readers, extract_arrays, cache_module)


def _read(path: Path, streets: Floats | None) -> OsmExtract:
    """Take an extract apart, and read the parts."""
    with tempfile.TemporaryDirectory() as folder:
        parts = take_apart(path, Path(folder), keys=USED_KEYS, area_keys=AREA_KEYS)
        try:
            return _collect(parts, streets)
        except ValueError as error:
            raise SourceError(
                f"{path}: {explain_failure(path, Path(folder), str(error))}"
            ) from error


def _collect(parts: ExtractParts, given: Floats | None) -> OsmExtract:
    """Read the parts of an extract: relations, then nodes and ways, then what these make up."""
    streets, areas, barriers = StreetReader(), AreaReader(read_areas(parts.areas)), BarrierReader()
    amenities = AmenityReader()
    # Relations first, as they tell which ways are kept as their members.
    for relation in read_relations(parts.relations):
        streets.take_relation(relation)
        shape = areas.take_relation(relation)
        if shape is not None:
            amenities.take_relation(relation, shape)
    members: dict[int, list[Place]] = {}
    wanted = streets.members | areas.members
    for element in read_elements(parts.lines):
        if isinstance(element, Way):
            # Places are objects of Python, so only those of members are held.
            if element.id in wanted:
                members[element.id] = element.places()
            walked = streets.take_way(element)
            areas.take_way(element)
            barriers.take_way(element, walked=walked)
            if not walked:
                amenities.take_way(element)
        else:
            areas.take_place(element)
            barriers.take_node(element)
            amenities.take_node(element)
    streets.add_squares(members)
    walk_ways, bounds = streets.walk_ways(), join_boxes(parts.boxes)
    lonlat = walk_ways.lonlat if given is None else given
    areas.add_broken(members, _find_extent(bounds, lonlat), lonlat)
    layers = areas.layers()
    water = layers.pop("water")
    return OsmExtract(
        ways=walk_ways,
        **layers,
        gates=barriers.gates(),
        crossings=barriers.crossings(),
        barriers=barriers.barriers(water),
        amenities=amenities.amenities(),
        bounds=bounds,
        timestamp=parts.date or None,
        invented="synthetic" in parts.generator.lower(),
        skipped=parts.skipped | streets.skipped | areas.skipped | barriers.skipped,
    )


def join_boxes(boxes: list[list[float]]) -> BaseGeometry | None:
    """Return what all the boxes cover; files of JOSM hold one for each download."""
    return shapely.union_all([shapely.box(*box) for box in boxes]) if boxes else None


def _find_extent(bounds: BaseGeometry | None, streets: Floats) -> BaseGeometry:
    """Return the box round what an extract claims to hold, else round its streets."""
    if bounds is not None and not bounds.is_empty:
        return shapely.box(*bounds.bounds)
    if len(streets) == 0:
        return shapely.Polygon()
    return shapely.box(*streets.min(axis=0), *streets.max(axis=0))


def refuse_without_streets(path: Path) -> SourceError:
    """Return the fault of an extract in which nobody walks."""
    return SourceError(
        f"{path}: holds no street that may be walked; check that it is the extract of a city"
    )


def check_extract_file(path: Path) -> None:
    """Refuse a file that is missing, too large or no extract by its name."""
    if not path.is_file():
        raise SourceError(f"{path}: no such file; name an OSM extract in [network] osm")
    if not path.name.endswith(SUFFIXES):
        raise SourceError(f"{path}: not an OSM extract; expected {', '.join(SUFFIXES)}")
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise SourceError(
            f"{path}: {size / 1e9:.1f} GB is more than {MAX_FILE_BYTES / 1e9:.0f} GB; "
            "cut out the city first (osmium extract)"
        )
