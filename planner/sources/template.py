"""Writes a first plan.toml for an extract, with a comment at each key."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import PlanError
from planner.plan import KINDS, list_plan_keys
from planner.sources.folders import cannot_write, change_files, check_folder
from planner.sources.osm.extract import OsmExtract, load_osm
from planner.sources.plan_file import load_plan
from planner.sources.tables import load_polygons

PLAN_FILE: Final = "plan.toml"

#: People per hectare put into a zone until somebody knows better.
_DENSITIES: Final = {"residential": 100, "industrial": 60, "commercial": 80}
_HEADINGS: Final = {
    "area": "What is analysed. Without it: the hull of all streets of the extract, and no ring\n"
    "# around it, so that people near its border are often of unknown cover. Better: name one.",
    "network": "The streets.",
    "facilities": "The service centres that exist.",
    "demand": "The people, one [[demand]] for each kind and source.",
    "service": "What counts as served.",
    "profiles": "Kinds of walkers of your own, or in place of a default one.",
    "moments": "Points in time at which coverage is asked for, besides the usual ones.",
    "groups": "Parts of the people, counted beside them, one [[groups]] for each.",
    "uncertainty": "How sure the verdicts are: repeats over ranges, which are assumptions.",
    "candidates": "Where new sites may be. Without it: public buildings of the map, and frontage.",
    "candidates.costs": "What a site costs whose table does not say; all of it assumed.",
    "candidates.weights": "What counts how much in the score of a site; all of it assumed.",
    "candidates.limits": "How many new sites, one [[candidates.limits]] for each town or domain.",
    "fetch": "Whom planner fetch asks for streets, and how patiently.",
    "rules": "What is asked for by the tier of a town, one [[rules]] for each rule.",
}
_PROFILE: Final = {
    "name": '"slow"',
    "like": '"elderly"',
    "speed_kmh": "2.5",
    "steps_factor": "0.3",
    "signal_s": "20",
    "crossing_s": "5",
    "gate_s": "0",
    "vehicle": '"foot"',
    "push_kmh": "4",
    "source": '"our own"',
    "status": '"assumption"',
}
_MOMENT: Final = {
    "name": '"fair"',
    "title": '"Saturday of the fair"',
    "at": '"2026-10-10T14:00"',
    "day": '"sunday"',
    "time": '"10:00"',
}
_GROUP: Final = {
    "name": '"seniors"',
    "title": '"people of 60 and more"',
    "kind": '"residential"',
    "profile": '"elderly"',
    "share": "0.25",
    "table": '"groups.csv"',
    "column": '"people_60"',
}
_UNCERTAINTY: Final = {
    "repeats": "30",
    "seed": "1",
    "speed": "[0.9, 1.1]",
    "access_limit_m": "[80, 120]",
    "access_detour": "[1.2, 1.6]",
    "crossing_delay": "[0.5, 1.5]",
    "gates": '["as_tagged", "inferred_open", "inferred_closed"]',
}
_CANDIDATES: Final = {
    "table": '"candidates.csv"',
    "crs": '"EPSG:4326"',
    "columns": '{ name = "全称" }',
    "osm": "true",
    "frontage": "true",
    "frontage_step_m": "100",
    "spacing_m": "300",
    "cost_unit": '"10,000 yuan"',
}
_COSTS: Final = {"new": "300", "convert": "90", "enlarge": "60", "upgrade": "25"}
_WEIGHTS: Final = {
    "residents": "3",
    "workers": "0",
    "visitors": "0",
    "street": "2",
    "metro": "1",
    "bus": "1",
    "services": "1",
    "distance": "1",
    "cost": "0",
}
_LIMIT: Final = {"town": '"Old Town"', "domain": '"mall"', "least": "0", "most": "2", "budget": "5"}
_FETCH: Final = {
    "server": '"https://overpass-api.de/api"',
    "nominatim": '"https://nominatim.openstreetmap.org"',
    "timeout": "180",
    "pause": "5",
}
_RULE: Final = {
    "id": '"my-rule"',
    "tier": '"main_city"',
    "level": '"neighbourhood"',
    "kind": '"residential"',
    "profile": '"adult"',
    "cutoff_minutes": "15",
    "cutoff_m": "1000",
    "moment": '"weekday_evening"',
    "domains": '["community"]',
    "target": "0.85",
    "target_year": "2030",
    "analogy": "false",
    "source": '"our own"',
    "status": '"assumption"',
}


def write_template(
    folder: Path,
    *,
    osm: Path,
    facilities: Path | None = None,
    name: str | None = None,
    boundary: Path | None = None,
) -> tuple[Path, dict[str, int]]:
    """Write a commented plan.toml that runs once the facilities table is there.

    Parameters
    ----------
    folder
        Where plan.toml goes; made if it does not exist.
    osm
        OpenStreetMap extract; read, to offer the zones that it has.
    facilities
        Table of facilities; without it the plan names `facilities.csv` beside it.
    name
        Of the plan; the folder's name unless given.
    boundary
        Polygon file of the study area; None leaves the area to the user.

    Returns
    -------
    Path, dict
        The file written, and how many zones of each kind the extract has.

    Raises
    ------
    PlanError
        If there is a plan.toml already, or the name will not do.
    SourceError
        If the folder cannot be written, or the extract cannot be read.
    """
    target = folder / PLAN_FILE
    check_start(folder, facilities)
    # Before the extract, which takes much longer to read.
    check_folder(folder, [PLAN_FILE])
    zones = count_zones(load_osm(osm), None if boundary is None else _read_outline(boundary))
    text = build_template(
        name=(folder.resolve().name or "plan") if name is None else name,
        osm=_shorten_path(folder, osm),
        facilities=None if facilities is None else _shorten_path(folder, facilities),
        zones=zones,
        boundary=None if boundary is None else _shorten_path(folder, boundary),
    )

    def fill(new: Path) -> list[str]:
        """Write the plan, if it is one."""
        (new / PLAN_FILE).write_text(text, encoding="utf-8", newline="\n")
        try:
            # Read before it counts, so that a name that no plan may have leaves no plan.toml
            # behind.
            load_plan(new / PLAN_FILE)
        except PlanError as error:
            # The path in the message is that of a hidden folder, which is gone when it is read.
            raise PlanError(str(error).replace(str(new / PLAN_FILE), str(target))) from None
        return [PLAN_FILE]

    try:
        change_files(folder, fill, outputs=[PLAN_FILE])
    except OSError as error:
        raise cannot_write(folder, error) from error
    return target, zones


def check_start(folder: Path, facilities: Path | None) -> None:
    """Refuse a folder that holds a plan.toml, and a table of facilities that is not there.

    Raises
    ------
    PlanError
        If so.
    """
    target = folder / PLAN_FILE
    advice = "name another folder or remove it first"
    # A link that leads nowhere is the user's too, and would be replaced.
    if os.path.lexists(target):
        raise PlanError(f"{target}: is already there and stays as it is; {advice}")
    if facilities is not None and not facilities.is_file():
        raise PlanError(f"{facilities}: no such file; leave --facilities out and name it later")


def _read_outline(boundary: Path) -> BaseGeometry:
    return shapely.union_all(load_polygons(boundary, name=None).rows.geometry.to_numpy())


def count_zones(extract: OsmExtract, area: BaseGeometry | None = None) -> dict[str, int]:
    """Count the zones of each kind in an extract, or of those the ones with any land in an area."""
    zones = extract.zones
    if area is not None:
        # Land, not only a border: a run refuses a kind of which the area has none.
        zones = zones[shapely.area(shapely.intersection(zones.geometry.to_numpy(), area)) > 0]
    found = zones["kind"].value_counts()
    return {kind: int(found.get(kind, 0)) for kind in KINDS}


def build_template(
    *,
    name: str,
    osm: str,
    facilities: str | None,
    zones: dict[str, int],
    boundary: str | None = None,
) -> str:
    """Return the text of a plan.toml; every key of a plan stands in it, set or as a comment.

    Parameters
    ----------
    name
        Of the plan.
    osm, facilities
        Paths as they stand in the file; None where the facilities are not named yet.
    zones
        Kind -> number of zones in the extract.
    boundary
        Path of the area's outline as it stands in the file; None leaves it as an example.
    """
    parts = [
        "# A plan of the service-circle planner. Paths are relative to this file.\n"
        "# A line that starts with # is a comment; remove the # to set its key.\n",
        _write_key("name", _quote_text(name)),
        _write_key("title", _quote_text(name), active=False),
        _write_key("language", '"zh"', also='"zh" or "en"'),
        _write_key("synthetic", "false", active=False),
        _write_key("control_points", '"control_points.csv"', active=False),
        _write_heading("[area]", active=boundary is not None),
        _write_key(
            "area.boundary",
            _quote_text(boundary or "district.geojson"),
            active=boundary is not None,
        ),
        _write_key("area.crs", '"EPSG:4326"', active=False),
        _write_key("area.place", '"Porto Alegre, Brazil"', active=False),
        _write_key("area.towns", '"towns.geojson"', active=False),
        _write_key("area.towns_crs", '"EPSG:4326"', active=False),
        _write_key("area.tiers", '"tiers.geojson"', active=False),
        _write_key("area.committees", '"committees.geojson"', active=False),
        "# Does the extract hold all streets that people of the area may walk to a station?\n",
        _write_key("area.known", '"everywhere"', active=False),
        _write_heading("[network]"),
        _write_key("network.osm", _quote_text(osm)),
        _write_key("network.streets", '"streets.shp"', active=False),
        _write_key("network.streets_crs", '"GCJ-02"', active=False),
        _write_key("network.columns", '{ highway = "道路等级", name = "名称" }', active=False),
        _write_key("network.values", '{ "主干路" = "primary", "便道" = "footway" }', active=False),
        _write_key("network.access_limit_m", "100", active=False),
        _write_key("network.access_detour", "1.4", active=False),
        _write_key("network.gates", '"gates.csv"', active=False),
        _write_key("network.gates_crs", '"EPSG:4326"', active=False),
        _write_key("network.gates_columns", '{ name = "大门" }', active=False),
        _write_heading("[facilities]"),
        "" if facilities else "# TO BE NAMED BY YOU: the file below is only an example.\n",
        _write_key("facilities.table", _quote_text(facilities or "facilities.csv")),
        _write_key("facilities.crs", '"EPSG:4326"', active=False),
        _write_key("facilities.columns", '{ name = "全称", lon = "X" }', active=False),
        "# Does the table hold every station, those beyond the border too?\n",
        _write_key("facilities.complete", "true", active=False),
        *_offer_demand(zones),
        _write_heading("[service]"),
        _write_key("service.cutoffs_minutes", "[5, 10, 15]"),
        _write_key("service.profile", '"adult"'),
        _write_key("service.profiles", '["elderly", "wheelchair"]', active=False),
        _write_key("service.targets", "{ residential = 0.85 }", active=False),
        _write_key("service.gap_join_m", "150", active=False),
        _write_key("service.default_rules", "true", active=False),
        _write_key("service.moments", '["weekday_morning", "night"]', active=False),
        _write_key("service.timezone", '"Asia/Shanghai"', active=False),
        _write_key("service.country", '"CN"', active=False),
        *_offer_section("[[profiles]]", _PROFILE),
        *_offer_section("[[moments]]", _MOMENT),
        *_offer_section("[[groups]]", _GROUP),
        *_offer_section("[uncertainty]", _UNCERTAINTY),
        *_offer_section("[candidates]", _CANDIDATES),
        *_offer_section("[candidates.costs]", _COSTS),
        *_offer_section("[candidates.weights]", _WEIGHTS),
        *_offer_section("[[candidates.limits]]", _LIMIT),
        *_offer_section("[fetch]", _FETCH),
        *_offer_section("[[rules]]", _RULE),
    ]
    return "".join(parts)


def _offer_demand(zones: dict[str, int]) -> list[str]:
    """Offer the zones that the extract has, and a table of points."""
    found = [kind for kind in KINDS if zones.get(kind)]
    parts = [f"\n# {_HEADINGS['demand']}\n"]
    if not found:
        parts.append(
            "# The extract has no zones (landuse = residential, industrial, commercial, retail),\n"
            "# so people must come from a table of points: name one below, without the #.\n"
        )
    for number, kind in enumerate(found):
        parts.append(f"\n[[demand]]  # {zones[kind]} zones of this kind in the extract\n")
        # Said once: every further [[demand]] would only repeat what its keys mean.
        parts.append(_write_key("demand.kind", _quote_text(kind), said=number == 0))
        parts.append(_write_key("demand.osm", "true", said=number == 0))
        parts.append("# An assumption: put in what you know of this place.\n")
        density = str(_DENSITIES[kind])
        parts.append(_write_key("demand.people_per_hectare", density, said=number == 0))
    if found:
        parts.append(_write_key("demand.town_totals", '"population.csv"', active=False))
        parts.append(_write_key("demand.levels_default", "2", active=False))
    parts += [
        "\n#[[demand]]  # people at points of a table\n",
        _write_key("demand.kind", '"residential"', active=False, said=not found),
        _write_key("demand.table", '"population_points.csv"', active=False),
        _write_key("demand.people", '"people"', active=False),
        _write_key("demand.id", '"id"', active=False),
        _write_key("demand.crs", '"EPSG:4326"', active=False),
        _write_key("demand.columns", '{ lon = "X", lat = "Y" }', active=False),
        "\n#[[demand]]  # people in the cells of a raster\n",
        _write_key("demand.raster", '"worldpop.tif"', active=False),
        _write_key("demand.raster_unit", '"people"', active=False),
        _write_key("demand.raster_band", "1", active=False),
        "\n#[[demand]]  # people of polygons, such as committees\n",
        _write_key("demand.polygons", '"committees.geojson"', active=False),
    ]
    if not found:
        parts += [
            "\n#[[demand]]  # people in zones of the extract\n",
            _write_key("demand.osm", "true", active=False),
            _write_key("demand.people_per_hectare", "100", active=False),
            _write_key("demand.town_totals", '"population.csv"', active=False),
            _write_key("demand.levels_default", "2", active=False),
        ]
    return parts


def _offer_section(heading: str, values: dict[str, str]) -> list[str]:
    """Write the keys of an optional section, all as comments."""
    section = heading.strip("[]")
    keys = [_write_key(f"{section}.{key}", value, active=False) for key, value in values.items()]
    return [_write_heading(heading, active=False), *keys]


def _write_heading(heading: str, *, active: bool = True) -> str:
    """Write the heading of a section below what it is about."""
    return f"\n# {_HEADINGS[heading.strip('[]')]}\n{'' if active else '#'}{heading}\n"


def _write_key(
    key: str, value: str, *, active: bool = True, also: str = "", said: bool = True
) -> str:
    """Write a key with its meaning above it, as a comment where it is not set."""
    about = {known.key: known.description for known in list_plan_keys()}[key]
    meaning = f"# {about}{': ' + also if also else ''}\n" if said else ""
    return f"{meaning}{'' if active else '#'}{key.rpartition('.')[2]} = {value}\n"


def _quote_text(value: str) -> str:
    """Write text as TOML does; its escapes are those of JSON."""
    # JSON writes the control code DEL as it is, which TOML forbids.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _shorten_path(folder: Path, path: Path) -> str:
    """Return a path as seen from a folder; in full where there is no way, as between drives."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()
