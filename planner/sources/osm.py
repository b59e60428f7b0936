"""Reads OpenStreetMap extracts (.osm.pbf, .osm, .osm.gz): streets, zones, gates, barriers."""

from __future__ import annotations

import inspect
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache as remember
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import osmium
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner import conditions, rideability, tagging, walkability
from planner.errors import SourceError
from planner.sources import (
    _osm_amenities,
    _osm_areas,
    _osm_barriers,
    _osm_lines,
    _osm_streets,
    _osm_tags,
)
from planner.sources import cache as cache_module
from planner.sources._osm_amenities import AMENITY_KEYS, AmenityReader
from planner.sources._osm_areas import AREA_KEYS, AreaReader
from planner.sources._osm_barriers import BARRIER_KEYS, BarrierReader
from planner.sources._osm_lines import Way, elements_of, lines_writer
from planner.sources._osm_streets import MISSING_NODES, WAY_KEYS, StreetReader, WalkWays
from planner.sources.cache import ArrayCache, key_of
from planner.sources.hashes import sha256_of

__all__ = ["MAX_FILE_BYTES", "SUFFIXES", "OsmExtract", "WalkWays", "load_osm", "reading_rules"]

log = logging.getLogger(__name__)

SUFFIXES: Final = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
MAX_FILE_BYTES: Final = 4_000_000_000
#: Lines of text take this many times the room of the file they come from: 5 to 9, measured.
_TEXT_TIMES: Final = 10
#: What osmium says of ways or relations that do not come by their ids.
_OUT_OF_ORDER: Final = "out of order"
_NODES_AND_WAYS: Final = osmium.osm.NODE | osmium.osm.WAY


@dataclass(frozen=True)
class OsmExtract:
    """What the planner uses of one extract; every layer is in EPSG:4326.

    zones : osm_id, kind, name, walled, geometry
    buildings : osm_id, levels (NaN where not mapped), name, geometry
    places : osm_id, place, name, geometry (points)
    backdrop : kind (water, green), geometry
    gates : osm_id, node_id, barrier (the tag), in_wall (a gate; else another barrier on a street),
        passes (all, residents, nobody), barred (wheels that do not pass, with ";" between),
        opening_hours, conditions (the tags, see `planner.conditions`), name (texts, empty where not
        mapped), geometry (points)
    crossings : node_id, crossing (tagged as one), signals (traffic lights); no geometry
    barriers : osm_id, kind (water, railway, motorway, wall), name, geometry: lines, and areas of
        water; a line that the extract cuts is several rows
    amenities : osm_id, use (see AMENITY_TAGS), outline (mapped by one, not as a point), name,
        geometry (points)
    bounds : the extent the file claims, None if it claims none
    invented : the file says of itself that it is synthetic, so its streets are nobody's work
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
    """
    path = Path(path)
    _check_file(path)
    if cache is None:
        return _read(path)
    from planner.sources._osm_arrays import from_arrays, to_arrays

    key = key_of("extract", reading_rules(), sha256_of(path))
    found = cache.load(key)
    if found is not None:
        try:
            return from_arrays(found)
        except (KeyError, ValueError, shapely.errors.ShapelyError) as error:
            log.warning("%s: what was kept of it does not fit (%r), read again", path, error)
    extract = _read(path)
    cache.save(key, to_arrays(extract))
    return extract


@remember
def reading_rules() -> str:
    """Return the source of what decides how an extract is read and kept; part of the keys."""
    from planner.sources import _osm_arrays

    own = sys.modules[__name__]
    rules = (tagging, walkability, rideability, conditions, _osm_tags)
    readers = (own, _osm_amenities, _osm_areas, _osm_barriers, _osm_lines, _osm_streets)
    modules = (*rules, *readers, _osm_arrays, cache_module)
    return "".join(inspect.getsource(module) for module in modules)


def _read(path: Path) -> OsmExtract:
    """Read an extract; one whose elements are in no order is sorted first."""
    _check_room(path, Path(tempfile.gettempdir()))
    try:
        extract = _read_in_order(path)
    except (RuntimeError, ValueError) as error:
        raise SourceError(
            f"{path}: not a readable OSM file ({error}); it may be cut short, download it again"
        ) from error
    if len(extract.ways) == 0:
        raise SourceError(
            f"{path}: holds no street that may be walked; check that it is the extract of a city"
        )
    return extract


def _read_in_order(path: Path) -> OsmExtract:
    """Read an extract, or a sorted copy of it where its order hides places or areas."""
    try:
        extract = _collect(path)
        if not (extract.skipped.get(MISSING_NODES) and _nodes_after_ways(path)):
            return extract
    except RuntimeError as error:
        if _OUT_OF_ORDER not in str(error):
            raise
    with tempfile.TemporaryDirectory() as folder:
        return _collect(_sorted_copy(path, Path(folder)))


def _check_room(path: Path, folder: Path) -> None:
    """Refuse a file whose lines may not fit: osmium ends the whole program when a disk is full."""
    needed, free = _TEXT_TIMES * path.stat().st_size, shutil.disk_usage(folder).free
    if free < needed:
        raise SourceError(
            f"{path}: reading it takes up to {needed / 1e6:.0f} MB in {folder}, where "
            f"{free / 1e6:.0f} MB are free; make room, or set TMPDIR to another folder"
        )


def _nodes_after_ways(path: Path) -> bool:
    """Tell whether a file gives ways before their nodes, as answers of Overpass do."""
    if path.name.endswith(".pbf"):
        return False
    elements: Iterator[Any] = iter(osmium.FileProcessor(str(path), _NODES_AND_WAYS))
    are_nodes = (element.is_node() for element in elements)
    return any(is_node and not before for before, is_node in pairwise(are_nodes))


def _sorted_copy(path: Path, folder: Path) -> Path:
    """Write the elements of a file in the order of type and id."""
    copy = folder / "sorted.osm.pbf"
    elements = osmium.MergeInputReader()
    elements.add_file(str(path))
    header = osmium.io.Reader(str(path)).header()
    with osmium.SimpleWriter(str(copy), header=header) as writer:
        elements.apply(writer)
    return copy


def _collect(path: Path) -> OsmExtract:
    """Read a sorted extract: areas as osmium puts them together, nodes and ways as lines."""
    streets, areas, barriers = StreetReader(), AreaReader(), BarrierReader()
    amenities = AmenityReader()
    header = osmium.io.Reader(str(path)).header()
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "elements.opl"
        _take_apart(path, lines, streets, _Areas(areas, amenities))
        for element in elements_of(lines):
            if isinstance(element, Way):
                if element.id in streets.members:
                    streets.take_member(element)
                walked = streets.take_way(element)
                areas.take_cut_outline(element)
                barriers.take_way(element, walked=walked)
                if not walked:
                    amenities.take_way(element)
            else:
                areas.take_place(element)
                barriers.take_node(element)
                amenities.take_node(element)
    streets.add_squares()
    layers = areas.layers()
    water = layers.pop("water")
    return OsmExtract(
        ways=streets.walk_ways(),
        **layers,
        gates=barriers.gates(),
        crossings=barriers.crossings(),
        barriers=barriers.barriers(water),
        amenities=amenities.amenities(),
        bounds=_header_bounds(header),
        timestamp=header.get("osmosis_replication_timestamp") or header.get("timestamp") or None,
        invented="synthetic" in header.get("generator", "").lower(),
        skipped=streets.skipped | areas.skipped | barriers.skipped,
    )


@dataclass(frozen=True)
class _Areas:
    """Hands areas on while osmium puts them together."""

    areas: AreaReader
    amenities: AmenityReader

    def area(self, area: Any) -> None:
        """Take one area; osmium calls this."""
        outline = self.areas.take_area(area)
        if outline is not None and not area.from_way():
            self.amenities.take_area(area, outline)


@dataclass(frozen=True)
class _Relations:
    """Hands relations on while osmium reads them."""

    streets: StreetReader

    def relation(self, relation: Any) -> None:
        """Take one relation; osmium calls this."""
        self.streets.take_relation(relation)


def _take_apart(path: Path, lines: Path, streets: StreetReader, taken: _Areas) -> None:
    """Go through a file twice: for its relations, then for areas and, as lines, nodes and ways."""
    keys = {*WAY_KEYS, *AREA_KEYS, *BARRIER_KEYS, *AMENITY_KEYS, "place"}
    manager, of_areas = osmium.area.AreaManager(), osmium.filter.KeyFilter(*AREA_KEYS)
    with osmium.io.Reader(str(path), osmium.osm.RELATION) as reader:
        osmium.apply(reader, _Relations(streets), of_areas, manager.first_pass_handler())
    locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    locations.ignore_errors()
    used = osmium.filter.KeyFilter(*keys)
    used.enable_for(osmium.osm.NODE)  # ways of squares carry no tag of their own: all are written
    with osmium.io.Reader(str(path)) as reader, lines_writer(lines) as writer:
        osmium.apply(
            reader,
            locations,
            manager.second_pass_handler(of_areas, taken),
            osmium.filter.EntityFilter(_NODES_AND_WAYS),
            used,
            writer,
        )


def _check_file(path: Path) -> None:
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


def _header_bounds(header: Any) -> BaseGeometry | None:
    box = header.box()
    if not box.valid():
        return None
    low, high = box.bottom_left, box.top_right
    return shapely.box(low.lon, low.lat, high.lon, high.lat)
