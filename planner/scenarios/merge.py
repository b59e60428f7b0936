"""Several scenarios as one: proposals that are one joined, each counted alone, conflicts named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import shapely

from planner.case import Case
from planner.coverage.demand import locate
from planner.crs import unproject
from planner.errors import SourceError
from planner.plan import KINDS, Plan
from planner.scenarios._alone import Proposed, judge_alone, sum_up
from planner.scenarios._joining import Joined, find_conflicts, join_proposals
from planner.scenarios.compare import Comparison, check_plan_of
from planner.sources.scenario_file import (
    MAX_EDITS,
    MAX_REMARK,
    MAX_TEXT,
    Scenario,
    build_scenario,
    to_content,
)
from planner.stages import Stages

#: More files, or more edits in all, nobody would gather in one table.
MAX_FILES: Final = 500
MAX_PROPOSALS: Final = 2_000
_ENDS: Final = ("", "_low", "_high")
_NAMES: Final = {"zh": "合并方案", "en": "all proposals"}
#: What a table says of one kind of people, alone and together.
_COUNTED: Final = (
    "gained", "newly_covered", "gained_unknown", "lost", "came", "came_covered", "went"
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Merged:
    """Proposals of several files together.

    proposed : every edit of every file, with what it brings alone.
    joined : those that are one together; rows : one for each, plain values: number, op, id (in
        `content`), name, town, lon, lat, files, proposers, reasons, votes, kind, <count>_alone,
        merged (whether it is made), conflicts (list of {with, why}).
    content : of a scenario file that makes them all; None where nothing is left to make.
    """

    proposed: list[Proposed]
    joined: list[Joined]
    rows: list[dict[str, Any]]
    content: dict[str, Any] | None

    @property
    def scenario(self) -> Scenario:
        """All of them as a scenario."""
        return build_scenario(self.content, file="merged.json")

    def add_together(self, comparison: Comparison) -> list[dict[str, Any]]:
        """Return the rows with what each adds in the comparison of `scenario`, and one of all.

        The last row, `all`, counts everybody against today, with shares before and after.
        """
        content = comparison.content
        [scenario], kind = content["scenarios"], content["kind"]
        ledger = iter(scenario["ledger"])
        rows = []
        for row in self.rows:
            found = next(ledger) if row["merged"] else {}
            rows.append(row | {f"{name}_together": found.get(name) for name in _COUNTED})
        [total] = [
            row for row in scenario["totals"]
            if (row["area"], row["kind"], row["group"]) == ("all", kind, "")
        ]  # fmt: skip
        whole = {
            "number": None, "op": "all", "name": scenario["name"], "kind": kind, "merged": True,
            "conflicts": [], "votes": sum(row["votes"] for row in rows),
        }  # fmt: skip
        whole |= {f"{name}_together": total[name] for name in _COUNTED}
        shares = [f"share{end}_{when}" for when in ("before", "after") for end in _ENDS]
        whole |= {name: total[name] for name in shares}
        return [*rows, whole]


def check_merged(plan: Plan, scenarios: Sequence[Scenario]) -> None:
    """Refuse a file twice, too many scenarios or edits, none at all, and those of another plan."""
    read: dict[str, str] = {}
    for scenario in scenarios:
        check_plan_of(scenario, plan)
        if not scenario.sha256:  # of no file
            continue
        if scenario.sha256 in read:
            first = read[scenario.sha256]
            raise SourceError(f"{scenario.file}: is a copy of {first}; name it once")
        read[scenario.sha256] = scenario.file
    if len(scenarios) > MAX_FILES:
        raise SourceError(f"{len(scenarios)} scenarios are too many; give at most {MAX_FILES}")
    edits = sum(len(scenario.edits) for scenario in scenarios)
    if edits > MAX_PROPOSALS:
        raise SourceError(f"{edits:,} edits in all are too many; give at most {MAX_PROPOSALS:,}")
    if not edits:
        raise SourceError("the scenarios have no edits to merge; name one with edits at least")


def merge_scenarios(
    base: Case, scenarios: Sequence[Scenario], stages: Stages, *, strict: bool = True
) -> Merged:
    """Put the proposals of several scenarios together.

    Those of one op within 100 m are one: the one with most votes stands for it, of equals the
    first. What does not go together is named, and of two such proposals the one with more votes is
    made, of equals the first.

    Parameters
    ----------
    base
        The plan that they are about.
    scenarios
        From `load_scenario`, in the order that decides between equals.
    strict
        Whether an edit that cannot be made is an error; else it is told in `proposed`.

    Raises
    ------
    SourceError
        If an edit cannot be made, or they make more edits than one scenario may have.
    """
    levels = {rule.level for rule in base.plan.rules}
    scenarios = [scenario.with_levels(levels) for scenario in scenarios]
    proposed = judge_alone(base, scenarios, stages, strict=strict)
    joined = join_proposals([one for one in proposed if not one.fault])
    find_conflicts(joined)
    edits = _merge_edits(base, joined)
    if len(made := [edit for edit in edits if edit is not None]) > MAX_EDITS:
        raise SourceError(
            f"the scenarios make {len(made):,} edits together; a scenario has at most "
            f"{MAX_EDITS:,}, so merge fewer of them"
        )
    rows = _list_rows(base, scenarios, joined, edits)
    content = to_content(base.plan.name, _NAMES[base.plan.language], made) if made else None
    return Merged(proposed, joined, rows, content)


def find_kind(base: Case) -> str:
    """Return the kind whose people are counted first: residents, if there are any."""
    present = set(base.units["kind"])
    return next(str(kind) for kind in KINDS if kind in present)


def _merge_edits(base: Case, joined: Sequence[Joined]) -> list[dict[str, Any] | None]:
    """Return the edit of each group as a scenario file has it, None for those left out.

    Where an id of its own stands for two places the later one is called otherwise, and whatever its
    file says of it as well.
    """
    today = {str(one) for one in base.facilities["facility_id"]}
    every = today | {one.edit.id for group in joined for one in group.members}
    used: set[tuple[str, str]] = set()
    ids: list[str] = []
    for group in joined:
        edit = group.best.edit
        name, number = edit.id, 1
        if edit.lonlat is not None or edit.path:
            while (edit.op, name) in used or (number > 1 and name in every):
                number += 1
                # The end may make it too long for a scenario file.
                name = f"{edit.id[: MAX_TEXT - 6]}-{number}"
            used.add((edit.op, name))
        ids.append(name)
    renamed = _find_new_ids(joined, ids)
    return [
        _write_group(group, name, renamed) if group.kept else None
        for group, name in zip(joined, ids, strict=True)
    ]


def _find_new_ids(joined: Sequence[Joined], ids: Sequence[str]) -> dict[tuple[int, str], str]:
    """Return what each file calls a unit or a facility of its own -> how it is called together."""
    found = {}
    for group, name in zip(joined, ids, strict=True):
        for one in group.members:
            if one.edit.op == "add_people":
                kind = one.edit.values["kind"]
                found[one.file, f"{kind}:{one.edit.id}"] = f"{kind}:{name}"
            elif one.edit.op == "add" and one.edit.lonlat is not None:
                found[one.file, one.edit.id] = name
    return found


def _write_group(group: Joined, name: str, renamed: dict[tuple[int, str], str]) -> dict[str, Any]:
    """Return the edit that stands for a group."""
    one = group.best
    if group.target[0] == "new":
        name = renamed[one.file, one.edit.id]
    values = dict(one.edit.values)
    if "demand_ids" in values:
        values["demand_ids"] = tuple(renamed.get((one.file, u), u) for u in values["demand_ids"])
    for key, most in (("proposer", MAX_TEXT), ("reason", MAX_REMARK)):
        if said := _list_said(group, key):
            values[key] = "; ".join(said)[:most].strip()
    if any("votes" in member.edit.values for member in group.members):
        values["votes"] = group.votes
    return replace(one.edit, id=name, values=values).to_dict()


def _list_said(group: Joined, key: str) -> list[str]:
    """Return what the members of a group say, each once."""
    said = (str(one.edit.values.get(key, "")) for one in group.members)
    return [text for text in dict.fromkeys(said) if text]


def _list_rows(
    base: Case,
    scenarios: Sequence[Scenario],
    joined: Sequence[Joined],
    edits: Sequence[dict[str, Any] | None],
) -> list[dict[str, Any]]:
    """Return the rows of the table, without what each adds together."""
    kind = find_kind(base)
    places = describe_places(base, [group.best for group in joined])
    rows = []
    for number, (group, edit, place) in enumerate(zip(joined, edits, places, strict=True), 1):
        best = group.best
        assert best.change is not None  # those with a fault are in no group
        alone = sum_up(best.change, kind)
        files = [_name_file(scenarios[one.file]) for one in group.members]
        rows.append({
            "number": number, "op": best.edit.op,
            "id": best.edit.id if edit is None else edit["id"], "name": best.name, **place,
            "proposed": len(group.members), "files": "; ".join(files),
            "proposers": "; ".join(_list_said(group, "proposer")),
            "reasons": "; ".join(_list_said(group, "reason")), "votes": group.votes,
            "kind": kind, **{f"{name}_alone": alone[name] for name in _COUNTED},
            "cost": best.edit.cost, "merged": group.kept,
            "conflicts": [
                {"with": other + 1, "why": why} for other, why in sorted(group.conflicts.items())
            ],
        })  # fmt: skip
    return rows


def describe_places(base: Case, proposed: Sequence[Proposed]) -> list[dict[str, Any]]:
    """Return town, lon and lat of proposals; "" and None where one cannot be made."""
    points = [one.place if one.place is not None else shapely.Point() for one in proposed]
    layer = gpd.GeoDataFrame(geometry=points, crs=base.area.crs)
    towns = locate(layer, base.area.towns)
    rows = []
    for point, town in zip(points, towns, strict=True):
        lon = lat = None
        if not point.is_empty:
            # Seven decimals are a centimetre, as fine as OSM keeps places.
            lon, lat = unproject([(point.x, point.y)], base.area.crs)[0].round(7).tolist()
        rows.append({"town": str(town), "lon": lon, "lat": lat})
    return rows


def _name_file(scenario: Scenario) -> str:
    """Return the name of a file without its folder, which is another one on the next machine."""
    return scenario.file.replace("\\", "/").rpartition("/")[2]
