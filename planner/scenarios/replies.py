"""What comes back from the people who were asked: proposals, corrections and marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from planner.case import Case
from planner.coverage.demand import locate
from planner.coverage.exact import exact_sums
from planner.crs import WGS84
from planner.errors import SourceError
from planner.plan import KINDS
from planner.scenarios._alone import Proposed, Today, judge_today, sum_up
from planner.scenarios.compare import compare_case
from planner.scenarios.merge import Merged, check_merged, describe_places, merge_scenarios
from planner.sources.reply_files import ReplyFile
from planner.sources.scenario_file import Scenario
from planner.stages import Stages

_COUNTED: Final = ("newly_covered", "gained_unknown", "lost", "came", "came_covered", "went")


@dataclass(frozen=True)
class Gathered:
    """Tables of what came back, each a list of rows of plain values.

    language, notice, title, profile, cutoff_minutes : of the plan, for what is written.
    files : file, name, fault, again, and how many edits, corrections and marks it has.
    proposed : every edit of every file, with what it brings alone by kind, its number in `joined`
        and why it cannot be made, "" if it can.
    joined : as `Merged.add_together`; empty where nothing can be made.
    corrections : what somebody says is wrong, with station and town.
    marks : a row for each station that has one: how many, their mean and lowest, remarks, and its
        load: the people of each kind whose nearest it is within the cutoff, room and visits.
    notes : what the reader should know, a line each.
    """

    language: str
    notice: str
    title: str
    profile: str
    cutoff_minutes: float
    files: list[dict[str, Any]]
    proposed: list[dict[str, Any]]
    joined: list[dict[str, Any]]
    corrections: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    notes: list[str]


def gather_proposals(
    base: Case, files: Sequence[ReplyFile], notice: str, stages: Stages
) -> Gathered:
    """Put what came back side by side, and count what each proposal brings alone and together.

    Parameters
    ----------
    base
        The plan that it is about.
    files
        From `load_replies`.
    notice
        What a synthetic plan says of itself, "" for others.

    Raises
    ------
    SourceError
        If there are too many edits in all.
    """
    scenarios = [one.scenario for one in files if one.scenario is not None]
    notes: list[str] = []
    proposed: list[dict[str, Any]] = []
    joined: list[dict[str, Any]] = []
    if any(scenario.edits for scenario in scenarios):
        check_merged(base.plan, scenarios)
        merged = merge_scenarios(base, scenarios, stages, strict=False)
        proposed = _list_proposed(base, scenarios, merged)
        joined = _count_together(base, merged, stages, notes)
    return Gathered(
        base.plan.language,
        notice,
        base.plan.title,
        base.profile.name,
        base.cutoff_minutes,
        [_describe_file(one) for one in files],
        proposed,
        joined,
        _list_corrections(base, scenarios),
        _list_marks(base, scenarios, notes, stages),
        notes,
    )


def _describe_file(one: ReplyFile) -> dict[str, Any]:
    """Return the row of a file."""
    said = one.scenario
    return {
        "file": one.name, "name": "" if said is None else said.name, "again": one.again,
        "fault": one.fault,
        **{name: None if said is None else len(getattr(said, name))
           for name in ("edits", "corrections", "marks")},
    }  # fmt: skip


def _list_proposed(
    base: Case, scenarios: Sequence[Scenario], merged: Merged
) -> list[dict[str, Any]]:
    """Return every edit of every file with what it brings alone."""
    number_of = {
        id(one): number
        for number, group in enumerate(merged.joined, start=1)
        for one in group.members
    }
    kinds = [str(kind) for kind in KINDS if kind in set(base.units["kind"])]
    places = describe_places(base, merged.proposed)
    return [
        {
            "file": scenarios[one.file].file, "edit": one.edit.number, "op": one.edit.op,
            "id": one.edit.id, "name": one.name or str(one.edit.values.get("name", one.edit.id)),
            **_take_place(one, place),
            **{key: str(one.edit.values.get(key, "")) for key in ("proposer", "reason")},
            "votes": one.edit.values.get("votes"), "cost": one.edit.cost,
            **_count_kinds(one, kinds),
            "joined": number_of.get(id(one)), "after_others": one.after_others,
            "fault": one.fault,
        }
        for one, place in zip(merged.proposed, places, strict=True)
    ]  # fmt: skip


def _take_place(one: Proposed, place: dict[str, Any]) -> dict[str, Any]:
    """Return where a proposal is; of one that cannot be made what its file says."""
    if one.place is None and one.edit.lonlat is not None:
        return place | dict(zip(("lon", "lat"), one.edit.lonlat, strict=True))
    return place


def _count_kinds(one: Proposed, kinds: Sequence[str]) -> dict[str, float | None]:
    """Return what a proposal brings of each kind, None where it cannot be made."""
    return {
        f"{name}_{kind}": None if one.change is None else sum_up(one.change, kind)[name]
        for name in _COUNTED
        for kind in kinds
    }


def _count_together(
    base: Case, merged: Merged, stages: Stages, notes: list[str]
) -> list[dict[str, Any]]:
    """Return those that are one, alone and together."""
    if merged.content is None:
        return merged.rows
    try:
        return merged.add_together(compare_case(base, [merged.scenario], stages))
    except SourceError as error:
        notes.append(f"all proposals together cannot be made: {error}")
        return merged.rows


def _list_corrections(base: Case, scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Return what people say is wrong, with the station that it is about and its town."""
    table = base.facilities.set_index("facility_id")
    to_lonlat = dict(zip(table.index, table.geometry.to_crs(WGS84), strict=True))
    rows = []
    for scenario in scenarios:
        for one in scenario.corrections:
            point = to_lonlat.get(one.id)
            here = None if point is None else (round(point.x, 7), round(point.y, 7))
            lon, lat = one.lonlat or here or (np.nan, np.nan)
            rows.append({
                "file": scenario.file, "number": one.number, "about": one.about, "id": one.id,
                "name": str(table["name"].get(one.id, "")), "lon": lon, "lat": lat,
                "text": one.text, "proposer": one.proposer,
            })  # fmt: skip
    points = [
        shapely.Point() if np.isnan(row["lon"]) else shapely.Point(row["lon"], row["lat"])
        for row in rows
    ]
    layer = gpd.GeoDataFrame(geometry=points, crs=WGS84).to_crs(base.area.crs)
    towns = locate(layer, base.area.towns)
    return [row | {"town": str(town)} for row, town in zip(rows, towns, strict=True)]


def _list_marks(
    base: Case, scenarios: Sequence[Scenario], notes: list[str], stages: Stages
) -> list[dict[str, Any]]:
    """Return the marks of each facility beside its load, most marks first."""
    given: dict[str, list[tuple[int, str]]] = {}
    for scenario in scenarios:
        for one in scenario.marks:
            given.setdefault(one.id, []).append((one.mark, one.remark))
    if not given:
        return []
    facilities = base.facilities.set_index("facility_id")
    unknown = [one for one in given if one not in facilities.index]
    if unknown:
        more = ", ..." if len(unknown) > 5 else ""
        notes.append(
            f"marks of stations that the plan does not have: {', '.join(unknown[:5])}{more}"
        )
    loads, kinds = _count_loads(judge_today(base, stages))
    towns = dict(zip(facilities.index, locate(base.facilities, base.area.towns), strict=True))
    rows = []
    for facility, marks in given.items():
        here = facilities.loc[facility] if facility in facilities.index else {}
        values = [mark for mark, _ in marks]
        rows.append({
            "id": facility, "name": str(here.get("name", "")), "town": str(towns.get(facility, "")),
            "marks": len(marks), "mean": sum(values) / len(marks), "lowest": min(values),
            **{f"people_nearest_{kind}": loads.get(facility, {}).get(kind) for kind in kinds},
            **{name: _to_number(here.get(name)) for name in ("capacity", "visits_per_year")},
            "remarks": [remark for _, remark in marks if remark],
        })  # fmt: skip
    return sorted(rows, key=lambda row: (-row["marks"], row["id"]))


def _to_number(value: Any) -> float | None:
    """Return a number of the table, None where it has none."""
    return None if value is None or not np.isfinite(value) else float(value)


def _count_loads(today: Today) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Count the people of each kind whose nearest a facility is within the cutoff, by its id."""
    case, before = today.case, today.before
    ids = case.pool.table["facility_id"].astype(str)
    kinds = [str(kind) for kind in KINDS if kind in set(case.units["kind"])]
    loads: dict[str, dict[str, float]] = {
        name: {} for name, counts in zip(ids, case.pool.today, strict=True) if counts
    }
    for kind in kinds:
        rows = before.covered & (case.units["kind"] == kind).to_numpy() & (before.nearest >= 0)
        people = case.units["people"].to_numpy(dtype=np.float64)[rows]
        for name, count in zip(
            ids, exact_sums(before.nearest[rows], people, len(ids)), strict=True
        ):
            if name in loads:
                loads[name][kind] = float(count)
    return loads, kinds
