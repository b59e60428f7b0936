"""Looks at the files that a new plan starts from: headings, kinds of people, zones, language."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import PlanError, PlannerError, SourceError, on_one_line
from planner.plan import KINDS
from planner.sources._read_table import read_raw
from planner.sources.cache import ArrayCache
from planner.sources.heading_words import TABLES
from planner.sources.headings import find_headings, imply_kind
from planner.sources.osm.extract import OsmExtract, load_osm
from planner.sources.polygon_table import load_polygons
from planner.sources.table_paths import split_sheet
from planner.sources.tables import load_town_totals
from planner.sources.template_text import PeopleStart, PlanStart

_RASTERS: Final = (".tif", ".tiff")
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class GivenFiles:
    """What a user gives for a new plan; None where nothing is given.

    osm : extract. facilities, people : tables, layers, or for people a raster. boundary, towns :
    layers of polygons. name : of the plan, else that of its folder. language : of its comments and
    pages, else that of the headings, else `otherwise`.
    """

    osm: Path
    facilities: Path | None = None
    people: Path | None = None
    boundary: Path | None = None
    towns: Path | None = None
    name: str | None = None
    language: str | None = None
    otherwise: str = "en"


def check_given(given: GivenFiles) -> None:
    """Refuse files that are not there, before any is read.

    Raises
    ------
    PlanError
        Naming the option.
    """
    for option in ("facilities", "people", "boundary", "towns"):
        path = getattr(given, option)
        if path is None:
            continue
        file = split_sheet(path)[0]
        if file.is_dir():
            raise PlanError(f"{path}: is a folder, not a file; name the file in it")
        if not file.is_file():
            raise PlanError(f"{path}: no such file; leave --{option} out and name it later")


def load_start(folder: Path, given: GivenFiles, *, cache: ArrayCache | None = None) -> PlanStart:
    """Look at the files for a new plan.

    Headings of facilities that cannot be understood stop nothing: they are listed in the plan.

    Parameters
    ----------
    folder
        Of the plan: paths are as seen from it.
    given
        The files.
    cache
        As in `load_inputs`.

    Raises
    ------
    PlannerError
        If extract, boundary or people cannot be used.
    """
    headings, theirs, misread = _look_at_facilities(given.facilities)
    outline = None if given.boundary is None else _read_outline(given.boundary)
    zones = count_zones(load_osm(given.osm, cache=cache), outline)
    chinese = any(map(_CHINESE.search, headings))

    def seen(path: Path | None) -> str:
        """Return a path as the plan names it, "" for none."""
        return "" if path is None else _shorten_path(folder, path)

    return PlanStart(
        name=(folder.resolve().name or "plan") if given.name is None else given.name,
        osm=seen(given.osm),
        language=given.language or ("zh" if chinese else given.otherwise),
        facilities=seen(given.facilities),
        boundary=seen(given.boundary),
        towns=seen(given.towns),
        zones=zones,
        people=None if given.people is None else _look_at_people(given, seen(given.people), zones),
        headings=theirs,
        unread=tuple(
            name for name in headings if name not in {*theirs.values(), *TABLES["facilities"]}
        ),
        misread=misread,
    )


def count_zones(extract: OsmExtract, area: BaseGeometry | None = None) -> dict[str, int]:
    """Count the zones of each kind in an extract, or of those the ones with any land in an area."""
    zones = extract.zones
    if area is not None:
        # Land, not only a border: a run refuses a kind of which the area has none.
        zones = zones[shapely.area(shapely.intersection(zones.geometry.to_numpy(), area)) > 0]
    found = zones["kind"].value_counts()
    return {kind: int(found.get(kind, 0)) for kind in KINDS}


def _read_outline(boundary: Path) -> BaseGeometry:
    return shapely.union_all(load_polygons(boundary, name=None).rows.geometry.to_numpy())


def _look_at_facilities(path: Path | None) -> tuple[list[str], dict[str, str], bool]:
    """Return the headings of a table of facilities, those understood, and whether one was not."""
    if path is None:
        return [], {}, False
    try:
        raw = read_raw(path)
        headings = list(map(str, raw.rows))
    except PlannerError:  # what is wrong with it is told by the check of the new plan
        return [], {}, False
    try:
        found = find_headings(path.name, headings, "facilities", places=raw.geometry is None)
    except SourceError:
        return headings, {}, True
    return headings, dict(found.theirs), "name" not in {*found.theirs, *headings}


def _look_at_people(given: GivenFiles, path: str, zones: dict[str, int]) -> PeopleStart:
    """Tell what a file with people is: a raster, polygons, points, or totals of towns."""
    assert given.people is not None
    if given.people.suffix.lower() in _RASTERS:
        return PeopleStart(("residential",), "raster", path)
    raw = read_raw(given.people)
    headings = list(map(str, raw.rows))
    places = find_headings(given.people.name, headings, "people").theirs
    placed = {"lon", "lat"} <= {*headings, *places} or "coordinates" in {*headings, *places}
    if raw.geometry is None and not placed:
        return _look_at_totals(given, given.people, path, zones)
    theirs = find_headings(given.people.name, headings, "town totals").theirs
    column = "people" if "people" in headings else theirs.get("people", "")
    if not column:
        raise SourceError(
            f"{given.people}: no heading tells which numbers are people; call one people or 人口; "
            f"it has {on_one_line(', '.join(headings))}"
        )
    kind = imply_kind(column) or "residential"
    areas = raw.geometry is not None and _holds_areas(raw.geometry)
    return PeopleStart((kind,), "polygons" if areas else "table", path, column)


def _holds_areas(geometry: gpd.GeoSeries) -> bool:
    """Tell whether a layer holds polygons."""
    return bool(shapely.get_dimensions(geometry.to_numpy()).max(initial=-1) == 2)


def _look_at_totals(
    given: GivenFiles, people: Path, path: str, zones: dict[str, int]
) -> PeopleStart:
    """Return the totals of towns of those kinds that the extract has zones of."""
    if given.towns is None:
        raise SourceError(
            f"{people}: has no coordinates; add lon and lat, or give the polygons of the towns "
            "that it has totals of by --towns"
        )
    told = {*load_town_totals(people)["kind"]}
    kinds = tuple(kind for kind in KINDS if kind in told and zones.get(kind))
    if not kinds:
        raise SourceError(
            f"{people}: the extract has no zones for people of kind {', '.join(sorted(told))}; "
            f"give people at points or in polygons"
        )
    return PeopleStart(kinds, "town_totals", path)


def _shorten_path(folder: Path, path: Path) -> str:
    """Return a path as seen from a folder; in full where there is no way, as between drives."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()
