"""Scenario files: what is added, moved, closed or opened, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from planner.crs import MAX_LATITUDE, WGS84
from planner.errors import SourceError, quote
from planner.plan import RESERVED
from planner.plan.moments import find_hours_fault
from planner.plan.services import parse_services, write_services
from planner.sources._hours_checks import GOOD_EXAMPLE, to_osm
from planner.sources._strict_json import read_json
from planner.sources.hashes import hash_file
from planner.sources.usual_words import translate_level

VERSION: Final = 1
#: What an edit may do.
OPS: Final = ("add", "move", "close", "hours", "level", "open_gate", "add_path")
#: Edits that take nothing away from anybody.
ADDITIONS: Final = frozenset({"add", "open_gate", "add_path"})
MAX_BYTES: Final = 5_000_000
MAX_EDITS: Final = 1_000
MAX_POINTS: Final = 200
_MAX_TEXT: Final = 200
_MAX_COST: Final = 1e12


@dataclass(frozen=True)
class Edit:
    """One change of a scenario, checked as far as it can be without the plan.

    number : from 1, in the order of the file. op : one of OPS.
    id : of the facility, gate or path. lonlat : where it is or goes, None where nothing is said.
    path : lon, lat of each corner of a path. cost : None where it is not given.
    values : what else is set: name, level, domain, opening_hours, services, open_to_outsiders,
        capacity, action, access.
    """

    number: int
    op: str
    id: str
    lonlat: tuple[float, float] | None
    path: tuple[tuple[float, float], ...]
    cost: float | None
    values: Mapping[str, Any]

    @property
    def called(self) -> str:
        """What the edit is called in messages."""
        return f"edit {self.number}: {self.op} {self.id}"


@dataclass(frozen=True)
class Scenario:
    """A scenario file: its name, the plan it is about, and its edits in their order."""

    name: str
    plan: str
    edits: tuple[Edit, ...]
    file: str = "scenario"
    sha256: str = ""

    @property
    def additions_only(self) -> bool:
        """Whether nothing is taken away from anybody."""
        return all(edit.op in ADDITIONS for edit in self.edits)

    def with_levels(self, keep: Collection[str]) -> Scenario:
        """Return it with levels as tables have them: 区级 is district, unless `keep` has it."""
        edits = [
            replace(edit, values={**edit.values, "level": translate_level(level, keep)})
            if (level := edit.values.get("level"))
            else edit
            for edit in self.edits
        ]
        return replace(self, edits=tuple(edits))


def load_scenario(path: str | Path) -> Scenario:
    """Read and check a scenario file.

    Raises
    ------
    SourceError
        If it is missing, too large, no JSON, of another version, or an edit cannot be understood:
        one line with file, edit and what to do.
    """
    path = Path(path)
    advice = "give a scenario.json"
    content = read_json(
        path, most_bytes=MAX_BYTES, advice=advice, missing="check the path of the scenario"
    )
    return scenario_of(content, file=str(path), sha256=hash_file(path))


def scenario_of(content: Any, *, file: str = "scenario", sha256: str = "") -> Scenario:
    """Check the content of a scenario file, as JSON gives it.

    Parameters
    ----------
    content
        `{"version": 1, "plan": name, "name": ..., "edits": [{"op": ..., "id": ..., ...}]}`.
    file
        Its name in messages; sha256 : of its bytes.

    Raises
    ------
    SourceError
        As `load_scenario`.
    """
    if not isinstance(content, dict):
        raise SourceError(f"{file}: not a scenario; it starts with {{ and has version, plan, edits")
    _check_keys(content, ("version", "plan", "name", "edits"), file)
    for key in ("version", "plan", "edits"):
        if key not in content:
            raise SourceError(f"{file}: {key} is missing; add it, see docs/scenarios.md")
    version = content["version"]
    # To Python true is equal to 1.
    if isinstance(version, bool) or version != VERSION:
        raise SourceError(
            f"{file}: version {quote(version)} is not read; write version {VERSION}, "
            "or take a newer planner"
        )
    plan = _read_text(content["plan"], f"{file}: plan")
    name = _read_text(content.get("name", Path(file).stem), f"{file}: name")
    if name in RESERVED:
        raise SourceError(f"{file}: the name {name!r} is reserved for the whole; rename it")
    rows = content["edits"]
    if not isinstance(rows, list) or not rows:
        raise SourceError(f"{file}: edits is no list of edits, or an empty one; name one at least")
    if len(rows) > MAX_EDITS:
        raise SourceError(f"{file}: has {len(rows)} edits; give at most {MAX_EDITS:,}")
    edits = tuple(_read_edit(row, number, file) for number, row in enumerate(rows, start=1))
    return Scenario(name, plan, edits, file, sha256)


def scenario_of_sites(
    sites: pd.DataFrame, plan_name: str, name: str, *, closed: Sequence[str] = ()
) -> dict[str, Any]:
    """Put proposed sites into the form of a scenario file, for `planner compare`.

    Parameters
    ----------
    sites
        site_id and Points in any CRS, or lon, lat; optional name, level, domain, action, cost,
        capacity, opening_hours, services. In the order in which they are to be built.
    plan_name
        Name of the plan they are proposed for.
    name
        Of the scenario.
    closed
        facility_ids that are closed for them, after all are built.

    Returns
    -------
    dict
        Ready for JSON: additions in the order of the rows, then closures.
    """
    points = None
    if isinstance(sites, gpd.GeoDataFrame) and sites.crs is not None:
        points = sites.geometry.to_crs(WGS84)
    edits: list[dict[str, Any]] = []
    for position, row in enumerate(sites.to_dict("records")):
        if points is None:
            lon, lat = float(row["lon"]), float(row["lat"])
        else:
            lon, lat = points.iloc[position].x, points.iloc[position].y
        edit: dict[str, Any] = {"op": "add", "id": str(row["site_id"])}
        # Seven decimals are a centimetre, as fine as OSM keeps places.
        edit |= {"lon": round(lon, 7), "lat": round(lat, 7)}
        for key in ("name", "level", "domain", "action", "opening_hours", "services"):
            value = row.get(key)
            if isinstance(value, str) and value:
                # Names of the map may be longer than a scenario file may have them.
                edit[key] = value[:_MAX_TEXT]
        for key in ("cost", "capacity"):
            value = row.get(key)
            if value is not None and not pd.isna(value):
                edit[key] = float(value)
        edits.append(edit)
    edits += [{"op": "close", "id": str(facility)} for facility in closed]
    return {"version": VERSION, "plan": plan_name, "name": name[:_MAX_TEXT], "edits": edits}


def _check_keys(row: Mapping[str, Any], allowed: Sequence[str], where: str) -> None:
    """Refuse a key that means nothing, and name the nearest valid one."""
    for key in row:
        if key not in allowed:
            # However unlike: there are few keys, and the message always names one.
            near = get_close_matches(key, allowed, 1, 0.0)
            raise SourceError(f"{where}: unknown key {quote(key)}; did you mean {near[0]}?")


def _read_edit(row: Any, number: int, file: str) -> Edit:
    """Check one edit."""
    where = f"{file}: edit {number}"
    if not isinstance(row, dict):
        raise SourceError(f'{where}: {quote(row)} is no edit; write {{"op": ..., "id": ...}}')
    op = row.get("op")
    if op not in OPS:
        said = "has no op" if op is None else f"unknown op {quote(op)}"
        raise SourceError(f"{where}: {said}; give one of {', '.join(OPS)}")
    keys = _KEYS[op]
    _check_keys(row, ("op", *keys), f"{where}: {op}")
    if "id" not in row:
        raise SourceError(f"{where}: {op}: id is missing; add it")
    values = {key: keys[key](row[key], f"{where}: {op}: {key}") for key in keys if key in row}
    name = values.pop("id")
    lonlat = _take_lonlat(values, f"{where}: {op} {name}")
    path, cost = values.pop("path", ()), values.pop("cost", None)
    needed = _NEEDED.get(op, ())
    if needed and not any(key in row for key in needed):
        raise SourceError(f"{where}: {op} {name}: {' or '.join(needed)} is missing; add it")
    return Edit(number, str(op), name, lonlat, path, cost, values)


def _take_lonlat(values: dict[str, Any], where: str) -> tuple[float, float] | None:
    """Take lon and lat out of the values of an edit; one needs the other."""
    if ("lon" in values) != ("lat" in values):
        missing = "lat" if "lon" in values else "lon"
        raise SourceError(f"{where}: {missing} is missing; give lon and lat, in WGS-84")
    return (values.pop("lon"), values.pop("lat")) if "lon" in values else None


def _read_text(value: Any, where: str) -> str:
    """Return a text that stands on one line."""
    if not isinstance(value, str) or not value.strip():
        raise SourceError(f"{where}: {quote(value)} will not do; write a text in quotes")
    if len(value) > _MAX_TEXT or not value.isprintable():
        raise SourceError(f"{where}: write one line of at most {_MAX_TEXT} characters")
    return value.strip()


def _read_optional_text(value: Any, where: str) -> str:
    """Return a text, or "" for nothing."""
    return "" if value in ("", None) else _read_text(value, where)


def _read_id(value: Any, where: str) -> str:
    text = _read_text(value, where)
    if text in RESERVED:
        raise SourceError(f"{where}: {text!r} is reserved for the whole; rename it")
    return text


def _read_hours(value: Any, where: str) -> str:
    """Return opening hours in the syntax of OSM that open some time; "" for none."""
    text = _read_optional_text(value, where)
    text = (to_osm(text) or text) if text else ""
    fault = find_hours_fault(text) if text else ""
    if fault:
        raise SourceError(f"{where} {text!r} {fault}; write it like {GOOD_EXAMPLE!r}")
    return text


def _read_services(value: Any, where: str) -> str:
    """Return services, each with hours that can be read."""
    text = _read_optional_text(value, where)
    try:
        services = parse_services(text)
    except ValueError as error:
        raise SourceError(f"{where} {text!r}: {error}") from None
    read = {
        name: _read_hours(hours, f"{where}: hours of {name}") for name, hours in services.items()
    }
    return text if read == services else write_services(read)


def _read_flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise SourceError(f"{where}: {quote(value)} will not do; write true or false")
    return value


def _make_number_reader(low: float, high: float, what: str) -> Callable[[Any, str], float]:
    """Make a reader that refuses anything but a number within bounds."""

    def check(value: Any, where: str) -> float:
        """Return the value as a number, or say where it stands and what to write."""
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not (good and low <= value <= high):  # nor is it NaN
            raise SourceError(f"{where}: {quote(value)} will not do; write {what}")
        return float(value)

    return check


_read_lon, _read_lat = (
    _make_number_reader(-180, 180, "a longitude in degrees, from -180 to 180"),
    _make_number_reader(
        -MAX_LATITUDE,
        MAX_LATITUDE,
        f"a latitude in degrees, from {-MAX_LATITUDE:g} to {MAX_LATITUDE:g}",
    ),
)
_read_amount = _make_number_reader(0, _MAX_COST, "a number, 0 or more")


def _read_path(value: Any, where: str) -> tuple[tuple[float, float], ...]:
    """Return the corners of a path."""
    if not isinstance(value, list) or len(value) < 2:
        raise SourceError(f"{where}: needs two corners at least; write [[lon, lat], [lon, lat]]")
    if len(value) > MAX_POINTS:
        raise SourceError(f"{where}: has {len(value)} corners; give at most {MAX_POINTS}")
    corners = []
    for number, place in enumerate(value, start=1):
        if not isinstance(place, list) or len(place) != 2:
            raise SourceError(f"{where}: corner {number}: {quote(place)}; write [lon, lat]")
        at = f"{where}: corner {number}"
        corners.append((_read_lon(place[0], at), _read_lat(place[1], at)))
    return tuple(corners)


_Check = Callable[[Any, str], Any]
_AT: Final[dict[str, _Check]] = {"lon": _read_lon, "lat": _read_lat}
_OFFER: Final[dict[str, _Check]] = {"opening_hours": _read_hours, "services": _read_services}
_ALWAYS: Final[dict[str, _Check]] = {"id": _read_id, "cost": _read_amount}
#: Keys of each op, and what checks them.
_KEYS: Final[dict[str, dict[str, _Check]]] = {
    "add": _ALWAYS | _AT | _OFFER | {
        "name": _read_text, "level": _read_optional_text, "domain": _read_optional_text,
        "action": _read_optional_text, "capacity": _read_amount, "open_to_outsiders": _read_flag,
    },
    "move": _ALWAYS | _AT,
    "close": _ALWAYS,
    "hours": _ALWAYS | _OFFER,
    "level": _ALWAYS | {"level": _read_optional_text},
    "open_gate": _ALWAYS | _AT | {"name": _read_text},
    "add_path": _ALWAYS | {"name": _read_text, "path": _read_path, "access": _read_text},
}  # fmt: skip
#: Of these keys an op needs one.
_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "move": ("lon",), "hours": ("opening_hours", "services"), "level": ("level",),
    "add_path": ("path",),
}  # fmt: skip
