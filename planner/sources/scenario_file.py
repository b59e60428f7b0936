"""Scenario files: what is added, moved, closed or opened, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from planner.crs import WGS84
from planner.errors import SourceError, quote
from planner.plan import RESERVED
from planner.showing import Brief
from planner.sources import _scenario_values as values_of
from planner.sources._scenario_values import Check
from planner.sources._strict_json import read_json
from planner.sources.hashes import hash_file
from planner.sources.scenario_edits import (
    ADDITIONS,
    PEOPLE_OPS,
    Edit,
    check_keys,
    read_edit,
    read_values,
    take_lonlat,
)
from planner.sources.usual_words import translate_level

VERSION: Final = 1
MAX_BYTES: Final = 5_000_000
MAX_TEXT: Final = values_of.MAX_TEXT
MAX_REMARK: Final = values_of.MAX_REMARK
#: Of edits, of corrections and of marks.
MAX_EDITS: Final = 1_000
_KEYS: Final = ("version", "plan", "name", "edits", "corrections", "marks")


@dataclass(frozen=True)
class Correction:
    """What somebody says is wrong on the map or in the tables; nothing changes by it.

    number : from 1, in the order of the file. about : station, gate, street or hours.
    id : of what it is about, "" where only a place is given. lonlat : where, None where only an id
        is given. text : what is wrong; proposer : who says so, "" for nobody.
    """

    number: int
    about: str
    id: str
    lonlat: tuple[float, float] | None
    text: str
    proposer: str


@dataclass(frozen=True)
class Mark:
    """How well somebody likes a facility of today: 1 to 5, and a remark, "" for none."""

    number: int
    id: str
    mark: int
    remark: str


@dataclass(frozen=True)
class Scenario(Brief):
    """A scenario file: its name, the plan it is about, and its edits in their order.

    corrections, marks : what else its writer has to say of today; they change nothing.
    year, later : up to which its edits count, None for all; how many come after it, left out.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> scenario = planner.load_scenario(town.folder / "scenario.json")
    >>> scenario.name, scenario.edits[0].op, scenario.edits[0].id
    ('Open the old school', 'add', 'C1')
    """

    name: str
    plan: str
    edits: tuple[Edit, ...]
    file: str = "scenario"
    sha256: str = ""
    corrections: tuple[Correction, ...] = ()
    marks: tuple[Mark, ...] = ()
    year: int | None = None
    later: int = 0

    @property
    def additions_only(self) -> bool:
        """Whether nothing is taken away from anybody."""
        return all(edit.op in ADDITIONS for edit in self.edits)

    @property
    def of_people(self) -> tuple[Edit, ...]:
        """The edits that are about people."""
        return tuple(edit for edit in self.edits if edit.op in PEOPLE_OPS)

    def until(self, year: int | None) -> Scenario:
        """Return it without the edits that come after a year; None: with all of them.

        An edit that names no year counts in any.
        """
        if year is None:
            return self
        edits = tuple(edit for edit in self.edits if edit.values.get("year", year) <= year)
        return replace(self, edits=edits, year=year, later=len(self.edits) - len(edits))

    @property
    def notes(self) -> list[str]:
        """What is left out of it, a line each."""
        if not self.later:
            return []
        return [f"{self.later} edits of people come after {self.year} and are left out"]

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

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> len(planner.load_scenario(town.folder / "scenario.json").edits)
    1
    """
    path = Path(path)
    advice = "give a scenario.json"
    content = read_json(
        path, most_bytes=MAX_BYTES, advice=advice, missing="check the path of the scenario"
    )
    return build_scenario(content, file=str(path), sha256=hash_file(path))


def build_scenario(content: Any, *, file: str = "scenario", sha256: str = "") -> Scenario:
    """Check the content of a scenario file, as JSON gives it.

    Parameters
    ----------
    content
        `{"version": 1, "plan": name, "name": ..., "edits": [{"op": ..., "id": ..., ...}]}`;
        optional `corrections` and `marks`, beside which edits may be an empty list.
    file
        Its name in messages; sha256 : of its bytes.

    Raises
    ------
    SourceError
        As `load_scenario`.

    Examples
    --------
    >>> import planner
    >>> edit = {"op": "close", "id": "F2"}
    >>> content = {"version": 1, "plan": "example", "name": "Without F2", "edits": [edit]}
    >>> planner.build_scenario(content).edits[0].op
    'close'
    """
    if not isinstance(content, dict):
        raise SourceError(f"{file}: not a scenario; it starts with {{ and has version, plan, edits")
    check_keys(content, _KEYS, file)
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
    plan = values_of.read_text(content["plan"], f"{file}: plan")
    name = values_of.read_text(content.get("name", Path(file).stem), f"{file}: name")
    if name in RESERVED:
        raise SourceError(f"{file}: the name {name!r} is reserved for the whole; rename it")
    rows = content["edits"]
    says_more = bool(content.get("corrections") or content.get("marks"))
    if not isinstance(rows, list) or not (rows or says_more):
        raise SourceError(f"{file}: edits is no list of edits, or an empty one; name one at least")
    if len(rows) > MAX_EDITS:
        raise SourceError(f"{file}: has {len(rows)} edits; give at most {MAX_EDITS:,}")
    edits = tuple(read_edit(row, number, file) for number, row in enumerate(rows, start=1))
    corrections = tuple(
        _read_correction(row, number, f"{file}: correction {number}")
        for number, row in enumerate(_take_list(content, "corrections", file), start=1)
    )
    marks = tuple(
        _read_mark(row, number, f"{file}: mark {number}")
        for number, row in enumerate(_take_list(content, "marks", file), start=1)
    )
    return Scenario(name, plan, edits, file, sha256, corrections, marks)


def build_sites_scenario(
    sites: pd.DataFrame,
    plan_name: str,
    name: str,
    *,
    closed: Sequence[str] = (),
    people: Sequence[Edit] = (),
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
    people
        Edits of people that they were chosen for; these come first.

    Returns
    -------
    dict
        Ready for JSON: people, additions in the order of the rows, then closures.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> proposal = planner.site_plan(result, planner.build_question(town.plan, n_sites=1))
    >>> content = planner.build_sites_scenario(proposal.layers["sites"], "example", "One more")
    >>> content["edits"][0]["id"]
    'C2'
    """
    points = None
    if isinstance(sites, gpd.GeoDataFrame) and sites.crs is not None:
        points = sites.geometry.to_crs(WGS84)
    edits = [edit.to_dict() for edit in people]
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
                edit[key] = value[:MAX_TEXT]
        for key in ("cost", "capacity"):
            value = row.get(key)
            if value is not None and not pd.isna(value):
                edit[key] = float(value)
        edits.append(edit)
    edits += [{"op": "close", "id": str(facility)} for facility in closed]
    return to_content(plan_name, name, edits)


def to_content(plan_name: str, name: str, edits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the content of a scenario file with some edits, ready for JSON."""
    # Names that are made of others may be longer than a scenario file may have them.
    short = name[:MAX_TEXT].strip()
    return {"version": VERSION, "plan": plan_name, "name": short, "edits": [*edits]}


def _take_list(content: Mapping[str, Any], key: str, file: str) -> list[Any]:
    """Return what stands in a list that may be missing."""
    rows = content.get(key, [])
    if not isinstance(rows, list) or len(rows) > MAX_EDITS:
        raise SourceError(f"{file}: {key}: write a list of at most {MAX_EDITS:,}")
    return rows


def _read_correction(row: Any, number: int, where: str) -> Correction:
    """Check what somebody says is wrong."""
    values = _read_row(row, _CORRECTION, ("about", "text"), where)
    lonlat = take_lonlat(values, where)
    if lonlat is None and "id" not in values:
        raise SourceError(f"{where}: lon or id is missing; add it")
    return Correction(
        number, values["about"], values.get("id", ""), lonlat, values["text"],
        values.get("proposer", ""),
    )  # fmt: skip


def _read_mark(row: Any, number: int, where: str) -> Mark:
    """Check a mark that somebody gives."""
    values = _read_row(row, _MARK, ("id", "mark"), where)
    return Mark(number, values["id"], values["mark"], values.get("remark", ""))


def _read_row(
    row: Any, checks: Mapping[str, Check], needed: Sequence[str], where: str
) -> dict[str, Any]:
    """Return the checked values of a row that is no edit."""
    if not isinstance(row, dict):
        raise SourceError(
            f"{where}: {quote(row)} will not do; write {{...}}, see docs/scenarios.md"
        )
    check_keys(row, list(checks), where)
    for key in needed:
        if key not in row:
            raise SourceError(f"{where}: {key} is missing; add it")
    return read_values(row, checks, where)


_CORRECTION: Final[dict[str, Check]] = {
    "about": values_of.read_about, "id": values_of.read_id, "lon": values_of.read_lon,
    "lat": values_of.read_lat, "text": values_of.read_remark, "proposer": values_of.read_text,
}  # fmt: skip
_MARK: Final[dict[str, Check]] = {
    "id": values_of.read_id, "mark": values_of.read_mark, "remark": values_of.read_remark,
}  # fmt: skip
