"""Where people are once some come and others go: the units of a plan, and those that edits add."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.coverage.classes import CLASS
from planner.coverage.demand import locate, units_from_points
from planner.coverage.exact import exact_sum
from planner.coverage.groups import GroupPeople, group_column
from planner.coverage.people import People
from planner.crs import WGS84
from planner.crs.array_types import Flags, Floats, Ints
from planner.errors import SourceError, quote
from planner.network.study_area import StudyArea
from planner.plan import Plan
from planner.sources.scenario_edits import PEOPLE_OPS, Edit
from planner.sources.scenario_file import Scenario
from planner.sources.unit_classes import NO_CLASS


@dataclass(frozen=True, eq=False)
class PeoplePool:
    """Every demand unit that is there today or after any edit, n rows; those of the plan first.

    units : as `People.units`, with the people of each when all of them are there.
    groups : people of each group at each unit, likewise, aligned with `units`.
    scenarios : whose edits of people are followed.
    owner (n,) : which of them adds a unit, -1 for those of the plan.
    """

    units: gpd.GeoDataFrame
    groups: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    owner: Ints

    @property
    def today(self) -> Floats:
        """Which share of each unit's people is there before any edit, shape (n,): 1 or 0."""
        return np.where(self.owner < 0, 1.0, 0.0)

    def follow(self, number: int) -> Iterator[Floats]:
        """Yield which share of each unit's people is there after each edit of a scenario, (n,).

        Edits that are not about people yield the same array as the one before.

        Raises
        ------
        SourceError
            If an edit takes people away where there are none, or names a unit that is not there.
        """
        scenario, here = self.scenarios[number], self.today
        own = (self.owner < 0) | (self.owner == number)
        for edit in scenario.edits:
            if edit.op in PEOPLE_OPS:
                here = here.copy()
            if edit.op == "add_people":
                here[own & (self.units["demand_id"] == demand_id_of(edit)).to_numpy()] = 1.0
            elif edit.op == "remove_people":
                rows = self._find_leaving(edit, own, here, f"{scenario.file}: {edit.called}")
                here[rows] *= 1.0 - edit.values.get("share", 1.0)
            yield here

    def place_of(self, edit: Edit, number: int) -> shapely.Point:
        """Return where an edit of people is: a Point in the metric CRS."""
        if edit.lonlat is not None:
            return _to_points([edit], self.units.crs)[0]
        own = (self.owner < 0) | (self.owner == number)
        named = own & self.units["demand_id"].isin(edit.values["demand_ids"]).to_numpy()
        return shapely.centroid(shapely.multipoints(self.units.geometry.to_numpy()[named]))

    def _find_leaving(self, edit: Edit, own: Flags, here: Floats, where: str) -> Flags:
        """Mark the units that an edit takes people away from."""
        there = own & (here > 0) & (self.units["people"] > 0).to_numpy()
        ids = edit.values.get("demand_ids")
        if ids is not None:
            known = pd.Index(self.units["demand_id"][own])
            for one in ids:
                if one not in known:
                    near = get_close_matches(one, known, 1, 0.5)
                    hint = f"did you mean {near[0]}?" if near else "look at the layer demand"
                    raise SourceError(f"{where}: no demand unit has the id {quote(one)}; {hint}")
            chosen = there & self.units["demand_id"].isin(ids).to_numpy()
        else:
            away_m = self.units.geometry.distance(_to_points([edit], self.units.crs)[0])
            chosen = there & (away_m <= edit.values["radius_m"]).to_numpy()
        if "kind" in edit.values:
            chosen &= (self.units["kind"] == edit.values["kind"]).to_numpy()
        if not chosen.any():
            raise SourceError(
                f"{where}: there is nobody to take away; correct the place or the ids"
            )
        return np.asarray(chosen, dtype=bool)


def build_people_pool(
    units: gpd.GeoDataFrame,
    groups: pd.DataFrame,
    scenarios: Sequence[Scenario],
    plan: Plan,
    area: StudyArea,
) -> PeoplePool:
    """Put the units that edits add beside those of a plan.

    Parameters
    ----------
    units, groups
        Of the plan, aligned: from `place_people` and `group_people`.
    scenarios
        Their edits of people are followed, the others leave people as they are.
    plan
        With its groups.
    area
        Where people are counted, with its towns.

    Raises
    ------
    SourceError
        If an edit adds a unit that is there already, or outside the area, or people of a group that
        the plan does not have; or takes people away where there are none.
    """
    parts, people, owner = [units], [groups], [-1] * len(units)
    taken = set(units["demand_id"])
    for number, scenario in enumerate(scenarios):
        added = [edit for edit in scenario.edits if edit.op == "add_people"]
        if added:
            parts.append(_make_units(added, scenario.file, taken, area))
            people.append(_make_groups(added, scenario.file, plan, list(groups.columns)))
            owner += [number] * len(added)
    # Without people who come the tables stay the plan's own.
    if len(parts) > 1:
        units = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=area.crs)
        if CLASS in units:  # an edit does not say in what its people live
            units[CLASS] = units[CLASS].fillna(NO_CLASS)
        groups = pd.concat(people, ignore_index=True)
    pool = PeoplePool(units, groups, tuple(scenarios), np.array(owner, dtype=np.int64))
    # What is wrong with an edit is told before anything that takes long.
    for number, scenario in enumerate(scenarios):
        if scenario.of_people:
            for _ in pool.follow(number):
                pass
    return pool


def settle_people(
    people: People, groups: GroupPeople, scenario: Scenario, plan: Plan, area: StudyArea
) -> tuple[People, GroupPeople]:
    """Return the people of a plan, and those of its groups, as a scenario's edits leave them.

    Its other edits are not made. A unit whose people have all gone stays, with nobody.
    """
    pool = build_people_pool(people.units, groups.people, [scenario], plan, area)
    here = pool.today
    for here in pool.follow(0):  # noqa: B007
        pass
    units = pool.units.assign(people=pool.units["people"] * here)
    # A unit that is added is spaced like those of its kind.
    kinds = dict(zip(people.units["kind"][::-1], people.table[::-1], strict=True))
    new = units["kind"].iloc[len(people.units) :].map(lambda kind: kinds.get(kind, 0))
    settled = replace(
        people,
        units=units,
        table=pd.concat([people.table, new], ignore_index=True).astype(np.int64),
        notes=[*people.notes, *_tell_changes(pool, here, scenario.name)],
    )
    return settled, replace(groups, people=pool.groups.mul(here, axis=0))


def _tell_changes(pool: PeoplePool, here: Floats, name: str) -> list[str]:
    """Say how many people come and go, by kind: kinds are never added up."""
    notes, people = [], pool.units["people"].to_numpy(dtype=np.float64)
    change = people * (here - pool.today)
    for kind in pool.units["kind"].unique():
        own = change[(pool.units["kind"] == kind).to_numpy()]
        came, went = exact_sum(own[own > 0]), exact_sum(-own[own < 0])
        if came or went:
            notes.append(f"{name}: {kind}: {came:,.0f} people come and {went:,.0f} go by its edits")
    return notes


def demand_id_of(edit: Edit) -> str:
    """Return what the unit that an edit adds is called: its kind, a colon and its id."""
    return f"{edit.values['kind']}:{edit.id}"


def _make_units(
    added: Sequence[Edit], file: str, taken: set[str], area: StudyArea
) -> gpd.GeoDataFrame:
    """Return the units that the edits of one scenario add."""
    points = gpd.GeoSeries(_to_points(added, area.crs), crs=area.crs)
    inside, ids = area.holds(points), set(taken)
    for edit, holds in zip(added, inside, strict=True):
        where, name = f"{file}: {edit.called}", demand_id_of(edit)
        if name in ids:
            raise SourceError(
                f"{where}: {name} is there already; give the new one an id of its own"
            )
        ids.add(name)
        if not holds:
            assert edit.lonlat is not None  # checked when the edit was read
            lon, lat = edit.lonlat
            raise SourceError(
                f"{where}: {lon:.6f}, {lat:.6f} lies outside the area, where nobody is counted; "
                "give lon and lat in WGS-84 within"
            )
    rows = [{"id": edit.id, "people": edit.values["people"]} for edit in added]
    units = pd.concat([
        units_from_points(gpd.GeoDataFrame([row], geometry=[point], crs=area.crs), kind)
        for row, point, kind in zip(
            rows, points, [edit.values["kind"] for edit in added], strict=True
        )
    ], ignore_index=True)  # fmt: skip
    return units.assign(town=locate(units, area.towns))


def _make_groups(
    added: Sequence[Edit], file: str, plan: Plan, columns: Sequence[str]
) -> pd.DataFrame:
    """Return the people of each group among those that edits add; none where an edit says none."""
    rows = []
    known = {group.name: group for group in plan.groups}
    for edit in added:
        row: dict[str, Any] = dict.fromkeys(columns, 0.0)
        for name, people in edit.values.get("groups", {}).items():
            where = f"{file}: {edit.called}: groups"
            if name not in known:
                one_of = ", ".join(known) or "none"
                raise SourceError(
                    f"{where}: the plan has no group {quote(name)}; its groups are: {one_of}"
                )
            if known[name].kind != edit.values["kind"] or people > edit.values["people"]:
                raise SourceError(
                    f"{where}: {people:g} people of group {quote(name)}, which is of kind "
                    f"{known[name].kind}, among {edit.values['people']:g} of kind "
                    f"{edit.values['kind']}; correct one of them"
                )
            row[group_column(known[name])] = people
        rows.append(row)
    return pd.DataFrame(rows, columns=list(columns), index=range(len(rows)))


def _to_points(edits: Sequence[Edit], crs: Any) -> list[shapely.Point]:
    """Return where edits are, in a metric CRS."""
    lonlat = np.array([edit.lonlat for edit in edits], dtype=np.float64)
    return list(gpd.GeoSeries(gpd.points_from_xy(*lonlat.T), crs=WGS84).to_crs(crs))
