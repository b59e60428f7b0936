"""Reads what an extract calls by a name or an address: homes, places of use, houses, streets."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Floats
from planner.errors import SourceError
from planner.sources.osm.apart import explain_failure, take_apart
from planner.sources.osm.area_reader import PLACE_VALUES
from planner.sources.osm.opl import Node, read_areas, read_elements, read_relations

_NAME_KEYS: Final = ("name", "name:zh", "alt_name", "short_name", "official_name", "old_name")
_KEYS: Final = (*_NAME_KEYS, "addr:housenumber", "addr:full")
_AREA_KEYS: Final = ("landuse", "building", "amenity", "leisure", "place")
#: Keys one of which makes a named thing a place of use; a relation of bus lines has none.
_USED: Final = (
    "amenity", "shop", "office", "tourism", "leisure", "building", "healthcare", "craft",
    "historic", "man_made", "club",
)  # fmt: skip
_STOPS: Final = ("public_transport", "railway")
#: Metres in a degree of latitude, for radii only.
_M_PER_DEGREE: Final = 111_320.0
COLUMNS: Final = ["name", "address", "kind", "lon", "lat", "radius_m"]


def load_named_places(path: Path) -> pd.DataFrame:
    """Read everything with a name or an address, streets included.

    Parameters
    ----------
    path
        OSM extract, one that `load_osm` takes.

    Returns
    -------
    DataFrame
        `name`, `address` (texts, "" where not mapped), `kind` (compound, place, stop, amenity,
        building, address, street, crossing of two streets), `lon`, `lat` (degrees, WGS-84) and
        `radius_m`: how far an area or a street reaches, NaN for points.

    Raises
    ------
    SourceError
        If the extract cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        parts = take_apart(path, Path(folder), keys=_KEYS, area_keys=_AREA_KEYS)
        try:
            areas = read_areas(parts.areas)
            rows = [*_read_relations(parts.relations, areas), *_read_elements(parts.lines)]
        except ValueError as error:
            raise SourceError(
                f"{path}: {explain_failure(path, Path(folder), str(error))}"
            ) from error
    return pd.DataFrame(rows, columns=COLUMNS)


def _read_relations(
    path: Path, areas: Mapping[tuple[str, int], BaseGeometry | None]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows of areas that several ways make up."""
    for relation in read_relations(path):
        shape = areas.get(("r", relation.id))
        if shape is not None and not shape.is_empty:
            yield from _list_rows(relation.tags, *_measure(shape))


def _read_elements(path: Path) -> Iterator[tuple[Any, ...]]:
    """Yield rows of points and areas, then one for each street."""
    streets: dict[str, list[Floats]] = defaultdict(list)
    same: set[tuple[str, ...]] = set()
    for element in read_elements(path):
        tags = element.tags
        if isinstance(element, Node):
            yield from _list_rows(tags, element.lon, element.lat, np.nan)
            continue
        if not any(key in tags for key in _KEYS):
            continue
        known = element.lonlat()
        if "highway" in tags and tags.get("area") != "yes":
            names = _list_names(tags) if len(known) else []
            same.update(combinations(sorted(names), 2))
            for name in names:
                streets[name].append(known)
        elif element.is_closed and len(np.unique(known, axis=0)) >= 3:
            shape = shapely.make_valid(shapely.Polygon(known))
            yield from _list_rows(tags, *_measure(shape))
    yield from _list_streets(streets)
    yield from _list_crossings(streets, same)


def _list_streets(streets: Mapping[str, list[Floats]]) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each street: a point in its middle, and how far it reaches from there."""
    for name, pieces in streets.items():
        lonlat = np.vstack(pieces)
        middle = lonlat[np.argmin(_away_m(lonlat, np.median(lonlat, axis=0)))]
        yield name, "", "street", *middle, float(_away_m(lonlat, middle).max())


def _list_crossings(
    streets: Mapping[str, list[Floats]], same: Collection[tuple[str, ...]]
) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each point that two streets share; its name is theirs with / between.

    Two names of one street cross nowhere: those are in `same`, in their order.
    """
    names: dict[tuple[float, float], set[str]] = defaultdict(set)
    for name, pieces in streets.items():
        for lon, lat in np.vstack(pieces).tolist():
            names[lon, lat].add(name)
    for (lon, lat), both in names.items():
        for one, other in combinations(sorted(both), 2):
            if (one, other) in same:
                continue
            yield f"{one}/{other}", "", "crossing", lon, lat, np.nan


def _list_rows(
    tags: Mapping[str, str], lon: float, lat: float, radius_m: float
) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each name of a thing, or one for its address."""
    address, kind = _read_address(tags), _find_kind(tags)
    names = _list_names(tags) if kind else []
    # What stands in a large area need not be in its middle; a door of a building is near.
    for name in names:
        yield name, address, kind, lon, lat, radius_m
    if not names and address:
        yield "", address, "address", lon, lat, radius_m


def _find_kind(tags: Mapping[str, str]) -> str:
    """Return what a named thing is, "" for what nobody asks the way to by its name."""
    if tags.get("place") in PLACE_VALUES:
        return "place"
    if tags.get("landuse") == "residential" or tags.get("building") == "apartments":
        return "compound"
    if tags.get("highway") == "bus_stop" or any(key in tags for key in _STOPS):
        return "stop"
    used = [key for key in _USED if tags.get(key, "no") != "no"]
    if used:
        return "building" if used == ["building"] else "amenity"
    return "amenity" if "landuse" in tags else ""


def _list_names(tags: Mapping[str, str]) -> list[str]:
    """List the names of a thing, each once."""
    texts = (text.strip() for key in _NAME_KEYS for text in tags.get(key, "").split(";"))
    return list(dict.fromkeys(text for text in texts if text))


def _read_address(tags: Mapping[str, str]) -> str:
    """Return an address as people write it, from its tags."""
    number = tags.get("addr:housenumber", "").split(";")[0].strip()
    street = tags.get("addr:street") or tags.get("addr:place") or ""
    if not (number and street):
        return tags.get("addr:full", "")
    if street.isascii() or not number.isdigit():
        return f"{street}, {number}" if street.isascii() else f"{street}{number}"
    return f"{street}{number}号"


def _measure(shape: BaseGeometry) -> tuple[float, float, float]:
    """Return a point inside an area, and how far the area reaches from it, metres."""
    inside = shapely.point_on_surface(shape)
    here = np.array([inside.x, inside.y])
    return inside.x, inside.y, float(_away_m(shapely.get_coordinates(shape), here).max())


def _away_m(lonlat: Floats, here: Floats) -> Floats:
    """Return roughly how far places are from one of them, metres."""
    scale = np.array([np.cos(np.radians(here[1])), 1.0]) * _M_PER_DEGREE
    away: Floats = np.hypot(*((lonlat - here) * scale).T)
    return away
