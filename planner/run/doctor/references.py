"""What places are compared with, to tell in which datum a table is: streets, names, outlines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from planner.crs import metric_crs_at, project
from planner.crs.array_types import Floats
from planner.run.doctor.street_grid import StreetGrid, build_street_grid
from planner.sources.inputs import Inputs
from planner.sources.osm.street_reader import WalkWays

#: Shorter names occur everywhere.
SHORTEST_NAME: Final = 3


@dataclass(frozen=True)
class Parts:
    """Polygons with names that tables may name: towns or committees.

    label : what they are called in words.
    outlines : name -> polygon, metric.
    """

    label: str
    outlines: dict[str, BaseGeometry]


@dataclass(frozen=True, eq=False)
class Roads:
    """The streets that have names; their lines are made when they are asked for.

    ways_of : name -> numbers of its ways.
    """

    ways_of: dict[str, list[int]]
    ways: WalkWays
    frame: pyproj.CRS

    def __contains__(self, name: str) -> bool:
        return name in self.ways_of

    def draw(self, name: str) -> BaseGeometry:
        """Return the lines of a street, metric."""
        offsets, lonlat = self.ways.offsets, self.ways.lonlat
        parts = [lonlat[offsets[way] : offsets[way + 1]] for way in self.ways_of[name]]
        lines = [project(part[:, 0], part[:, 1], self.frame) for part in parts if len(part) > 1]
        return shapely.multilinestrings(lines)


@dataclass(frozen=True, eq=False)
class References:
    """What places are compared with, all in one metric CRS.

    streets : how far it is to the nearest street, None without streets.
    roads : the streets with names; places : name -> points (n, 2), of amenities, estates, villages.
    boundary : of the study area, None where the plan has none.
    """

    frame: pyproj.CRS
    near: tuple[float, float]
    streets: StreetGrid | None = None
    roads: Roads | None = None
    places: dict[str, Floats] | None = None
    parts: tuple[Parts, ...] = ()
    boundary: BaseGeometry | None = None

    @cached_property
    def extent(self) -> BaseGeometry | None:
        """Where the data lie: the streets, and the boundary."""
        boxes = [] if self.streets is None else [self.streets.extent]
        boxes += [] if self.boundary is None else [shapely.box(*self.boundary.bounds)]
        return shapely.union_all(boxes) if boxes else None


def build_references(
    *,
    ways: WalkWays | None = None,
    named: Iterable[gpd.GeoDataFrame] = (),
    parts: dict[str, gpd.GeoDataFrame] | None = None,
    boundary: BaseGeometry | None = None,
) -> References:
    """Put together what places are compared with.

    Parameters
    ----------
    ways
        The streets of the extract.
    named
        Layers with `name` and geometry, EPSG:4326.
    parts
        Word -> layer of polygons with `name`, EPSG:4326.
    boundary
        Of the study area, WGS-84 degrees.
    """
    named, parts = list(named), parts or {}
    near = _find_middle(ways, [*parts.values(), *named], boundary)
    frame = metric_crs_at(*near)
    return References(
        frame,
        near,
        None if ways is None else build_street_grid(ways, frame),
        None if ways is None else _gather_roads(ways, frame),
        _gather_places(named, frame),
        tuple(Parts(word, _gather_outlines(layer, frame)) for word, layer in parts.items()),
        None if boundary is None else gpd.GeoSeries([boundary], crs=4326).to_crs(frame).iloc[0],
    )


def references_of(inputs: Inputs) -> References:
    """Return what the tables of a plan are compared with."""
    osm = inputs.osm
    layers = {"towns": inputs.towns, "committees": inputs.committees}
    return build_references(
        ways=osm.ways,
        named=[osm.amenities, osm.zones, osm.places],
        parts={word: layer for word, layer in layers.items() if layer is not None},
        boundary=inputs.boundary,
    )


def normalise_name(name: str) -> str:
    """Return a name without blanks, in small letters, to be compared."""
    return "".join(name.split()).casefold()


def _find_middle(
    ways: WalkWays | None, layers: list[gpd.GeoDataFrame], boundary: BaseGeometry | None
) -> tuple[float, float]:
    """Return longitude and latitude about which the references lie."""
    if ways is not None:
        lon, lat = np.median(ways.lonlat, axis=0)
        return float(lon), float(lat)
    shapes = [boundary] if boundary is not None else []
    shapes += [shape for layer in layers for shape in layer.geometry]
    corners = shapely.get_coordinates(shapely.centroid(np.array(shapes, dtype=object)))
    lon, lat = np.median(corners, axis=0)
    return float(lon), float(lat)


def _gather_roads(ways: WalkWays, frame: pyproj.CRS) -> Roads:
    """Note which ways each street with a name is made of."""
    names: dict[str, list[int]] = {}
    for way, name in enumerate(ways.name):
        if name and len(key := normalise_name(str(name))) >= SHORTEST_NAME:
            names.setdefault(key, []).append(way)
    return Roads(names, ways, frame)


def _gather_places(layers: list[gpd.GeoDataFrame], frame: pyproj.CRS) -> dict[str, Floats]:
    """Return where the things of a name are; a name of many places tells nothing."""
    found: dict[str, list[Floats]] = {}
    for layer in layers:
        if layer.empty:
            continue
        points = shapely.get_coordinates(shapely.centroid(layer.geometry.to_crs(frame).to_numpy()))
        for name, point in zip(layer["name"], points, strict=True):
            key = normalise_name(str(name))
            if len(key) >= SHORTEST_NAME:
                found.setdefault(key, []).append(point)
    return {name: np.array(points) for name, points in found.items() if len(points) <= 3}


def _gather_outlines(layer: gpd.GeoDataFrame, frame: pyproj.CRS) -> dict[str, BaseGeometry]:
    shapes = layer.geometry.to_crs(frame)
    return {
        normalise_name(str(name)): shape for name, shape in zip(layer["name"], shapes, strict=True)
    }
