"""Reads OpenStreetMap extracts (.osm.pbf, .osm, .osm.gz): streets, zones, buildings, places."""

from __future__ import annotations

import inspect
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache as remember
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner import walkability
from planner.crs import WGS84
from planner.errors import SourceError
from planner.sources.cache import ArrayCache, key_of
from planner.sources.results import sha256_of
from planner.walkability import (
    USED_TAGS,
    is_elevated,
    is_walkable_area,
    street_class,
    walking_access,
)

log = logging.getLogger(__name__)

SUFFIXES: Final = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
MAX_FILE_BYTES: Final = 4_000_000_000
MAX_LEVELS: Final = 200.0

#: OSM `landuse` -> kind of zone.
ZONE_KINDS: Final[Mapping[str, str]] = {
    "residential": "residential",
    "industrial": "industrial",
    "commercial": "commercial",
    "retail": "commercial",
}
#: What the map shows behind the streets: (key, value) -> kind.
BACKDROP_KINDS: Final[Mapping[tuple[str, str], str]] = {
    ("natural", "water"): "water",
    ("waterway", "riverbank"): "water",
    ("leisure", "park"): "green",
    ("leisure", "garden"): "green",
    ("landuse", "grass"): "green",
    ("landuse", "forest"): "green",
    ("natural", "wood"): "green",
}
#: Places whose names residents know.
PLACE_VALUES: Final = frozenset(
    {"suburb", "quarter", "neighbourhood", "village", "hamlet", "locality", "city_block"}
)
WALL_TAGS: Final[Mapping[str, frozenset[str]]] = {
    "barrier": frozenset({"wall", "fence", "gate", "city_wall", "retaining_wall", "hedge"}),
    "access": frozenset({"private", "permit", "residents"}),
    "gated": frozenset({"yes"}),
}

#: A node of a way: its id and its lon, lat.
Place = tuple[int, tuple[float, float] | None]

_WAY_KEYS = ("highway", "railway", "public_transport")
_AREA_KEYS = ("highway", "railway", "public_transport", "landuse", "building", "natural",
              "waterway", "leisure")  # fmt: skip


@dataclass(frozen=True)
class WalkWays:
    """Walkable ways as ragged arrays: way w has the nodes offsets[w] to offsets[w + 1].

    `area` is -1 for a street and else the number of the walkable area whose outline the way is;
    `residents` marks ways that only residents may use. Coordinates are lon, lat in WGS-84.
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

    def __len__(self) -> int:
        return len(self.way_id)


@dataclass(frozen=True)
class OsmExtract:
    """What the planner uses of one extract; every layer is in EPSG:4326.

    zones : osm_id, kind, name, walled, geometry
    buildings : osm_id, levels (NaN where not mapped), name, geometry
    places : osm_id, place, name, geometry (points)
    backdrop : kind (water, green), geometry
    bounds : the extent the file claims, None if it claims none
    """

    ways: WalkWays
    zones: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    backdrop: gpd.GeoDataFrame
    bounds: BaseGeometry | None
    timestamp: str | None
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
        return from_arrays(found)
    extract = _read(path)
    cache.save(key, to_arrays(extract))
    return extract


@remember
def reading_rules() -> str:
    """Return the source of what decides how an extract is read; part of the cache's keys."""
    return inspect.getsource(sys.modules[__name__]) + inspect.getsource(walkability)


def _read(path: Path) -> OsmExtract:
    """Stream through an extract and collect what is used of it."""
    reading = _Reading()
    try:
        header = osmium.io.Reader(str(path)).header()
        for relation in osmium.FileProcessor(str(path), osmium.osm.RELATION):
            reading.take_relation(relation)
        for way in _ways_named(path, reading.members):
            reading.take_member(way)
        for element in _elements(path):
            reading.take(element)
        reading.add_squares()
    except (RuntimeError, ValueError) as error:
        raise SourceError(
            f"{path}: not a readable OSM file ({error}); it may be cut short, download it again"
        ) from error
    if not reading.way_id:
        raise SourceError(
            f"{path}: holds no street that may be walked; check that it is the extract of a city"
        )
    return OsmExtract(
        ways=reading.walk_ways(),
        zones=_layer(reading.zones, ["osm_id", "kind", "name", "walled"]),
        buildings=_layer(reading.buildings, ["osm_id", "levels", "name"]),
        places=_layer(reading.places, ["osm_id", "place", "name"]),
        backdrop=_layer(reading.backdrop, ["osm_id", "kind"]),
        bounds=_header_bounds(header),
        timestamp=header.get("osmosis_replication_timestamp") or header.get("timestamp") or None,
        skipped=reading.skipped,
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


def _elements(path: Path) -> Iterator[Any]:
    """Go through the nodes, ways and areas of a file that carry a key we use."""
    return iter(
        osmium.FileProcessor(str(path))
        .with_areas(osmium.filter.KeyFilter(*_AREA_KEYS))
        .with_filter(osmium.filter.KeyFilter(*_AREA_KEYS, "place"))
    )


def _ways_named(path: Path, ids: set[int]) -> Iterator[Any]:
    """Go through the ways with these ids, with the places of their nodes."""
    if ids:
        yield from (
            osmium.FileProcessor(str(path))
            .with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.IdFilter(ids))
        )


class _Reading:
    """Collects the rows of an extract while osmium streams through it."""

    def __init__(self) -> None:
        self.squares: dict[int, tuple[dict[str, str], list[int]]] = {}
        self.members: set[int] = set()
        self.member_nodes: dict[int, list[Place]] = {}
        self.way_id: list[int] = []
        self.sizes: list[int] = []
        self.node_id: list[int] = []
        self.lonlat: list[tuple[float, float]] = []
        self.tags: list[tuple[str, str, bool, bool, bool]] = []
        self.area: list[int] = []
        self.n_areas = 0
        self.zones: list[tuple[Any, ...]] = []
        self.buildings: list[tuple[Any, ...]] = []
        self.places: list[tuple[Any, ...]] = []
        self.backdrop: list[tuple[Any, ...]] = []
        self.skipped: dict[str, int] = {}
        self._wkb = osmium.geom.WKBFactory()

    def take(self, element: Any) -> None:
        if element.is_way():
            self._take_way(element)
            self._take_cut_outline(element)
        elif element.is_area():
            self._take_area(element)
        elif element.is_node():
            self._take_place(element)

    def take_relation(self, relation: Any) -> None:
        """Note a multipolygon that is crossed on foot, such as a square with a fountain."""
        tags = _used_tags(relation.tags)
        if relation.tags.get("type") == "multipolygon" and walking_access(tags) != "no":
            ways = [member.ref for member in relation.members if member.type == "w"]
            self.squares[relation.id] = (tags, ways)
            self.members.update(ways)

    def take_member(self, way: Any) -> None:
        """Keep the nodes of a way that is part of such a multipolygon."""
        self.member_nodes[way.id] = _places_of(way.nodes)

    def _take_way(self, way: Any) -> None:
        if not any(key in way.tags for key in _WAY_KEYS):
            return
        tags = _used_tags(way.tags)
        if walking_access(tags) != "no":
            closed = len(way.nodes) > 3 and way.is_closed()
            area = self._next_area() if closed and is_walkable_area(tags) else -1
            self._add_line(way.id, _places_of(way.nodes), tags, area)

    def _take_area(self, area: Any) -> None:
        """Take a zone, a building or a piece of the backdrop whose outline is complete."""
        osm_id = f"{'way' if area.from_way() else 'relation'}/{area.orig_id()}"
        for rows, row in self._area_rows(area.tags, osm_id):
            try:
                polygon = shapely.from_wkb(self._wkb.create_multipolygon(area))
            except RuntimeError:  # osmium's word for an outline that closes nowhere
                self._skip("areas without a valid outline")
                continue
            rows.append((*row, polygon.geoms[0] if len(polygon.geoms) == 1 else polygon))

    def _take_cut_outline(self, way: Any) -> None:
        """Take an area that the edge of the extract cuts: its outline without the missing nodes."""
        if len(way.nodes) < 4 or not way.is_closed() or way.tags.get("area") == "no":
            return
        known = [lonlat for _, lonlat in _places_of(way.nodes) if lonlat is not None]
        if len(known) == len(way.nodes):
            return  # comes again as an area
        for rows, row in self._area_rows(way.tags, f"way/{way.id}"):
            polygon = _polygon_through(known)
            if polygon.is_empty:
                self._skip("areas beyond the edge of the extract")
            else:
                self._skip("areas cut by the edge of the extract")
                rows.append((*row, polygon))

    def _area_rows(self, tags: Any, osm_id: str) -> Iterator[tuple[list[Any], tuple[Any, ...]]]:
        """Tell of which layers an area is part, and with which values."""
        name = tags.get("name", "")
        kind = ZONE_KINDS.get(tags.get("landuse", ""))
        if kind is not None:
            walled = any(tags.get(key) in values for key, values in WALL_TAGS.items())
            yield self.zones, (osm_id, kind, name, walled)
        if tags.get("building", "no") != "no":
            yield self.buildings, (osm_id, _levels(tags.get("building:levels")), name)
        elif kind is None:
            for (key, value), shown in BACKDROP_KINDS.items():
                if tags.get(key) == value:
                    yield self.backdrop, (osm_id, shown)
                    return

    def add_squares(self) -> None:
        """Add the outlines of the walkable multipolygons whose ways are all in the extract.

        One that lacks the place of a node is walked round but not crossed.
        """
        for relation_id, (tags, ways) in sorted(self.squares.items()):
            lines = [self.member_nodes.get(way, []) for way in ways]
            ends = [ref for line in lines for ref, _ in (line[:1] + line[-1:])]
            closed = all(ends.count(ref) % 2 == 0 for ref in ends)
            if not (lines and all(lines) and closed):
                self._skip("walkable multipolygons whose outline is not complete")
                continue
            known = all(lonlat for line in lines for _, lonlat in line)
            area = self._next_area() if known else -1
            for line in lines:
                self._add_line(relation_id, line, tags, area)

    def _take_place(self, node: Any) -> None:
        place, name = node.tags.get("place"), node.tags.get("name")
        if place in PLACE_VALUES and name:
            point = shapely.Point(node.lon, node.lat)
            self.places.append((f"node/{node.id}", place, name, point))

    def _next_area(self) -> int:
        self.n_areas += 1
        return self.n_areas - 1

    def _add_line(self, way_id: int, places: list[Place], tags: dict[str, str], area: int) -> None:
        """Add a way, cut where the extract lacks one of its nodes."""
        runs: list[list[tuple[int, tuple[float, float]]]] = [[]]
        for ref, lonlat in places:
            if lonlat is None:
                self._skip("way nodes missing from the extract")
                runs.append([])
            else:
                runs[-1].append((ref, lonlat))
        complete = len(runs) == 1
        for run in runs:
            if len(run) < 2:
                continue
            self.way_id.append(way_id)
            self.sizes.append(len(run))
            self.node_id.extend(ref for ref, _ in run)
            self.lonlat.extend(lonlat for _, lonlat in run)
            self.area.append(area if complete else -1)
            self.tags.append(_street_tags(tags))

    def _skip(self, what: str) -> None:
        self.skipped[what] = self.skipped.get(what, 0) + 1

    def walk_ways(self) -> WalkWays:
        highway, name, steps, elevated, residents = zip(*self.tags, strict=True)
        return WalkWays(
            way_id=np.array(self.way_id, dtype=np.int64),
            offsets=np.concatenate([[0], np.cumsum(self.sizes)]).astype(np.int64),
            node_id=np.array(self.node_id, dtype=np.int64),
            lonlat=np.array(self.lonlat, dtype=np.float64).reshape(-1, 2),
            highway=np.array(highway, dtype=object),
            name=np.array(name, dtype=object),
            steps=np.array(steps, dtype=bool),
            elevated=np.array(elevated, dtype=bool),
            residents=np.array(residents, dtype=bool),
            area=np.array(self.area, dtype=np.int64),
        )


def _places_of(nodes: Iterable[Any]) -> list[Place]:
    """Return id and lon, lat of nodes; None for the place of a node missing from the extract."""
    return [
        (node.ref, (at.lon, at.lat) if (at := node.location).valid() else None) for node in nodes
    ]


def _polygon_through(places: list[tuple[float, float]]) -> BaseGeometry:
    """Return the polygon through some places in order, empty where they hold no area."""
    if len(set(places)) < 3:
        return shapely.Polygon()
    outline = shapely.Polygon(places)
    return shapely.make_valid(outline, method="structure", keep_collapsed=False)


def _used_tags(tags: Any) -> dict[str, str]:
    return {key: tags[key] for key in USED_TAGS if key in tags}


def _street_tags(tags: dict[str, str]) -> tuple[str, str, bool, bool, bool]:
    highway = street_class(tags) or ""
    residents = walking_access(tags) == "residents"
    return highway, tags.get("name", ""), highway == "steps", is_elevated(tags), residents


def _levels(text: str | None) -> float:
    """Read building:levels; NaN where it is absent or no plausible number."""
    try:
        levels = float((text or "nan").split(";")[0])
    except ValueError:
        return float("nan")
    return levels if 0 < levels <= MAX_LEVELS else float("nan")


def _layer(rows: list[tuple[Any, ...]], columns: list[str]) -> gpd.GeoDataFrame:
    """Turn rows that end in a geometry into a layer sorted by OSM id."""
    table = pd.DataFrame(rows, columns=[*columns, "geometry"])
    table = table.sort_values("osm_id", kind="stable", key=_by_id).reset_index(drop=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=WGS84)


def _by_id(osm_ids: pd.Series) -> pd.Series:
    """Sort way/9 before way/10."""
    return osm_ids.map(_type_and_number)


def _type_and_number(osm_id: str) -> tuple[str, int]:
    kind, number = osm_id.split("/")
    return kind, int(number)


def _header_bounds(header: Any) -> BaseGeometry | None:
    box = header.box()
    if not box.valid():
        return None
    low, high = box.bottom_left, box.top_right
    return shapely.box(low.lon, low.lat, high.lon, high.lat)
