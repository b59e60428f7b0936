"""Everything that is wrong or doubtful in a plan and its files, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from planner.case import build_case
from planner.errors import Doubt, PlannerError, Severity, quote, split_remedy
from planner.plan import Plan
from planner.run.check import Findings, find_in_case
from planner.run.doctor import Examination, examine_inputs, explain_unread
from planner.run.doctor.references import references_of
from planner.sources.cache import ArrayCache
from planner.sources.inputs import Attempt, Inputs, try_inputs
from planner.sources.plan_files import list_told_paths
from planner.sources.tables import EMPTY_PEOPLE

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")

_ROW: Final = re.compile(r"row (\d+)(?: \([^()]*\))?: ", re.ASCII)
_READ: Final = re.compile(r"['\"] -> .+ \(\d+ rows?\)|more texts of hours in words were read")
#: What to do about a row that lies nowhere, and about others that do not count.
_LOCATE: Final = "planner locate can look for it by name and address"
_MEND: Final = "the row does not count until it is mended"


@dataclass(frozen=True)
class PlanCheck:
    """All that is said of a plan and its files.

    name : of the plan, None where it cannot be read. doubts : the gravest first.
    understood : how the files were read, a line each.
    inputs : None where some file cannot be read. examination : None where the map cannot.
    found : None where a run would stop.
    """

    name: str | None
    doubts: tuple[Doubt, ...]
    understood: tuple[str, ...] = ()
    inputs: Inputs | None = None
    examination: Examination | None = None
    found: Findings | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many doubts there are of each severity."""
        return {
            severity: sum(doubt.severity == severity for doubt in self.doubts)
            for severity in SEVERITIES
        }


def check_plan(plan: Plan, *, cache: ArrayCache | None = None) -> PlanCheck:
    """Check all files of a plan; a fault of one hides no other.

    Where the map can be read, it is also told in which datum each table really is; where all can,
    also what a run would find. Not where a datum is surely wrong, as all rows may lie elsewhere.

    Parameters
    ----------
    plan
        From `load_plan`.
    cache
        As in `load_inputs`.
    """
    paths = list_told_paths(plan)
    attempt = try_inputs(plan, cache=cache)
    errors = list(attempt.errors)
    if attempt.readable is not None and errors:
        known = references_of(attempt.readable)
        errors = [explain_unread(error, known) for error in errors]
    doubts = [doubt for error in errors for doubt in list_doubts(error, paths)]
    understood = (*attempt.remarks, *filter(tells_reading, attempt.notes))
    if attempt.readable is None:
        doubts += _list_partial(attempt, paths)
        return PlanCheck(plan.name, _sort(doubts), understood)
    examination = examine_inputs(attempt.readable)
    doubts += examination.doubts
    found = None
    if attempt.inputs is not None and not any(one.wrong for one in examination.tables):
        found, faults = _put_together(attempt.inputs)
        doubts += [doubt for error in faults for doubt in list_doubts(error, paths)]
    if found is None:
        doubts += _list_partial(attempt, paths)
    else:
        doubts += _list_dropped(found.dropped)  # first: these people and stations are lost
        doubts += _list_warnings(found.warnings, paths)
    return PlanCheck(plan.name, _sort(doubts), understood, attempt.inputs, examination, found)


def _put_together(inputs: Inputs) -> tuple[Findings | None, list[PlannerError]]:
    """Return what a run would find; None where it would stop, and why: all reasons."""
    try:
        case = build_case(inputs)
    except PlannerError as error:
        return None, [error]
    errors: list[PlannerError] = []
    # Stations and people are placed each for itself.
    for part in ("facilities", "people"):
        try:
            getattr(case, part)
        except PlannerError as error:
            errors.append(error)
    if errors:
        return None, errors
    try:
        return find_in_case(case), []
    except PlannerError as error:
        return None, [error]


def list_doubts(error: PlannerError, paths: Iterable[Path] = ()) -> list[Doubt]:
    """Return what is wrong, one by one.

    Parameters
    ----------
    error
        What a reader or a check raised.
    paths
        Of the files that its message may begin with.
    """
    return [*error.doubts] or [to_doubt("error", str(error), paths)]


def to_doubt(severity: Severity, line: str, paths: Iterable[Path]) -> Doubt:
    """Take a line apart that says `FILE: row N: what; remedy`, the first two where it does."""
    file, rest = "", line
    # The longest first: a.csv may be how b.csv begins.
    for path in sorted(paths, key=lambda path: -len(str(path))):
        for called in (f"{path}: ", f"{path.name}: "):
            if not file and line.startswith(called):
                file, rest = path.name, line.removeprefix(called)
    row = _ROW.match(rest)
    rest = rest[row.end() :] if row else rest
    what, remedy = split_remedy(rest)
    return Doubt(severity, file, int(row[1]) if row else None, what, remedy)


def _list_partial(attempt: Attempt, paths: list[Path]) -> Iterator[Doubt]:
    """Yield what is doubtful of the files that could be read."""
    yield from _list_dropped(attempt.dropped)
    yield from _list_warnings(attempt.notes, paths)


def tells_reading(line: str) -> bool:
    """Tell whether a line says what was made of hours in words: nothing is wrong with those."""
    return _READ.search(line) is not None


def _list_warnings(lines: Iterable[str], paths: list[Path]) -> Iterator[Doubt]:
    """Yield what the data cannot tell."""
    yield from (to_doubt("warning", line, paths) for line in lines if not tells_reading(line))


def _list_dropped(rows: Iterable[dict[str, Any]]) -> Iterator[Doubt]:
    """Yield the rows that do not count, those that lie nowhere by their names."""
    for row in rows:
        name = f"{quote(row['name'])}: " if row.get("name") else ""
        counted = row["reason"].endswith(EMPTY_PEOPLE)
        remedy = "" if counted else _LOCATE if row.get("name") else _MEND
        yield Doubt("warning", row["file"], row["row"], f"{name}{row['reason']}", remedy)


def _sort(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Return doubts, each once, the gravest first and otherwise in their order."""
    return tuple(sorted(dict.fromkeys(doubts), key=lambda one: SEVERITIES.index(one.severity)))
