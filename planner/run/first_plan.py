"""A first plan from the files at hand: in which datums they are, by the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from planner.run.doctor import Examined, examine_inputs, find_unread_crs
from planner.run.doctor.references import references_of
from planner.run.doctor.words import say_heading
from planner.sources.cache import ArrayCache
from planner.sources.inputs import try_inputs
from planner.sources.plan_file import parse_plan
from planner.sources.template import PLAN_FILE
from planner.sources.template_text import FoundDatum, PlanStart, build_template

#: Role of a table -> key of the plan that says its datum.
_KEYS: Final = {"facilities": "facilities.crs", "boundary": "area.crs", "towns": "area.towns_crs"}


def examine_start(folder: Path, start: PlanStart, *, cache: ArrayCache | None = None) -> PlanStart:
    """Find in which datums the tables of a new plan are, as far as they can be read.

    Parameters
    ----------
    folder
        Of the plan.
    start
        From `load_start`.
    cache
        As in `load_inputs`.
    """
    if not start.facilities:
        return start
    text = build_template(_in_full(folder, start))
    plan = parse_plan(text.encode(), folder / PLAN_FILE)
    attempt = try_inputs(plan, cache=cache)
    if attempt.readable is None:
        return start
    known = references_of(attempt.readable)
    unread = [find_unread_crs(error, known) for error in attempt.errors]
    if attempt.inputs is None and not any(unread):
        return start
    found = dict(_list_datums(examine_inputs(attempt.readable).tables))
    return replace(start, datums=found | {one[0]: one[1] for one in unread if one is not None})


def _in_full(folder: Path, start: PlanStart) -> PlanStart:
    """Return the same with its paths in full: the folder of the plan may not be there yet."""
    whole = folder.resolve()

    def find(path: str) -> str:
        """Return a path in full; none stays none."""
        return (whole / path).resolve().as_posix() if path else ""

    people = start.people
    return replace(
        start,
        osm=find(start.osm),
        facilities=find(start.facilities),
        boundary=find(start.boundary),
        towns=find(start.towns),
        people=None if people is None else replace(people, path=find(people.path)),
    )


def _list_datums(tables: tuple[Examined, ...]) -> Iterator[tuple[str, FoundDatum]]:
    """Yield the datums of those tables that a new plan names."""
    for one in tables:
        key = "demand.crs" if one.role.startswith("demand") else _KEYS.get(one.role)
        if key is not None:
            crs, found, sureness = one.crs if one.differs else "", one.found, one.sureness
            reasons = one.reasons
            if one.disputed and sureness == "undecided":  # nothing else tells: the headings do
                crs, found, sureness = one.stated, one.stated, "weak"
                reasons = (say_heading(one.said, one.stated),)
            swapped = found.endswith("swapped")
            yield key, FoundDatum(crs, found, sureness, one.remedy, reasons, swapped=swapped)
