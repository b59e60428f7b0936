"""Chooses the sessions of a term for a plan: the question, the answer, and what is said of it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.case import Case
from planner.courses._session_tables import (
    build_attendance,
    build_committees,
    build_hosts,
    build_sessions,
    build_unmet,
    find_catchments,
    sort_sessions,
)
from planner.courses.arrange import arrange_sessions
from planner.courses.chosen_sessions import COACH, FAR, WALK, ChosenSessions
from planner.courses.held_sessions import Arrangement
from planner.courses.merging import list_merges
from planner.courses.session_question import SessionQuestion, build_session_question
from planner.courses.smallest_change import find_change, find_reason
from planner.errors import ArgumentError
from planner.plan.moments import list_open_spans
from planner.rounding import to_plain_tree
from planner.run import Result
from planner.sources.results import FinishedRun
from planner.stages import Progress, Stages

#: For so many orders the smallest change is looked for; of more only the reason is told.
_MOST_CHANGES: Final = 100
#: Hours of public holidays alone, in the syntax of OSM.
_HOLIDAYS: Final = "PH"
_CUT_SHORT: Final = (
    "the time limit ended the search before its work was done, so another run may find other "
    "sessions; give a longer --time-limit"
)


def choose_sessions(
    of: Any,
    *,
    time_limit_s: float = 600.0,
    gap: float = 0.02,
    progress: Progress | None = None,
) -> ChosenSessions:
    """Choose which courses are held where, when and by whom, so that every order is met.

    First most people are met, then with fewest sessions, then with the least walking. How it is
    done stands in docs/courses.md.

    Parameters
    ----------
    of
        The result of `run_plan` or `load_result`, or a `Case`; its plan has `[courses]`.
    time_limit_s
        Seconds for the search, which usually ends by its work long before, so that the same input
        gives the same answer. Where they cut it, the best so far is kept with its bound, and a note
        says that another run may differ.
    gap
        The search of a class stops when it is within this share of the fewest sessions.
    progress
        Told about every stage as it goes.

    Raises
    ------
    ArgumentError
        If it is no run, or a limit is none.
    PlanError
        If the plan has no `[courses]`, or neither committees nor towns.
    SourceError
        If no station has a room.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> planner.choose_sessions(result)
    Traceback (most recent call last):
        ...
    planner.errors.PlanError: the plan has no [courses], so there is nothing to choose sessions from; add it, see docs/courses.md
    """  # noqa: E501 - a line of the example is as long as what is printed
    case = _find_case(of)
    for name, value, most in (("time_limit_s", time_limit_s, 86_400.0), ("gap", gap, 1.0)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise ArgumentError(f"{name} is {value!r}; give a number from 0 to {most:g}")
    start, stages = time.perf_counter(), Stages(progress)
    with stages("walks"):
        question = build_session_question(case)
    with stages("sessions"):
        found = arrange_sessions(
            question,
            seconds=time_limit_s,
            gap=gap,
            told=lambda share: stages.report("sessions", share),
        )
    with stages("tables"):
        answer = _build_answer(case, question, found, start)
    return replace(answer, result=of) if isinstance(of, Result | FinishedRun) else answer


def _find_case(of: Any) -> Case:
    """Return the plan as it was put together."""
    if isinstance(of, FinishedRun):
        of = of.result
    case = getattr(of, "case", of)
    if not isinstance(case, Case):
        raise ArgumentError(
            f"sessions are chosen for the result of run_plan or load_result, not a "
            f"{type(of).__name__}; give one"
        )
    return case


def _build_answer(
    case: Case, question: SessionQuestion, found: Arrangement, start: float
) -> ChosenSessions:
    """Put what was found into tables, and say how good it is."""
    held = sort_sessions(found)
    sessions = build_sessions(question, held)
    attendance = build_attendance(question, held, sessions["session_id"].tolist())
    unmet = np.flatnonzero(found.unmet > 0).tolist()
    told = {
        order: find_change(question, found, order)
        if number < _MOST_CHANGES
        else (find_reason(question, order), "not looked for")
        for number, order in enumerate(unmet)
    }
    scores, loads = find_catchments(question)
    merges = list_merges(question.classes, question.orders)
    content = {
        **_tell_question(case, question),
        **_tell_proof(found),
        "seconds": time.perf_counter() - start,
        "people": _count_people(question, found, attendance),
        "walk_minutes_mean": _average_walk(attendance),
        "hosts": {"with_room": len(question.hosts), "used": int(sessions["host_id"].nunique())},
        "merged": {
            "classes": len(merges),
            "orders": int(merges["orders"].sum()),
            "people_spared": int(merges["people_spared"].sum()),
        },
        "notes": [*question.notes, *_note_sessions(question, found)],
    }
    return ChosenSessions(
        to_plain_tree(content),
        sessions,
        attendance,
        build_unmet(question, found, told),
        merges,
        build_hosts(question, sessions, loads),
        build_committees(question, attendance, scores),
        question.dropped.reset_index(drop=True),
    )


def _tell_question(case: Case, question: SessionQuestion) -> dict[str, Any]:
    """Return what courses.json says of the plan and its tables."""
    plan, asked = case.plan, question.plan
    # The usual zone is nobody's word: a calendar then takes that of the place.
    given = "timezone" in plan.service.model_fields_set
    ordered, departments = {*question.orders["course_id"]}, question.orders["department"]
    names = zip(question.courses["course_id"], question.courses["name"], strict=True)
    return {
        "plan": plan.name,
        "title": plan.title,
        "language": plan.language,
        "synthetic": plan.synthetic,
        "invented_streets": case.inputs.osm.invented,
        "begin": asked.begin.isoformat(),
        "end": asked.end.isoformat(),
        "slots": list(asked.slots),
        "timezone": plan.service.timezone if given else "",
        "walk_minutes": asked.walk_minutes,
        "far_minutes": asked.far_minutes,
        "coach": asked.coach,
        "split_orders": asked.split_orders,
        "profile": asked.profile,
        "orders": len(question.orders),
        "courses": {id_: name for id_, name in names if id_ in ordered},
        "classes": len(question.classes),
        "departments": int(departments[departments != ""].nunique()),
        "dropped": len(question.dropped),
    }


def _tell_proof(found: Arrangement) -> dict[str, Any]:
    """Return how many sessions there are, and how few there could be."""
    value = len(found.sessions)
    gap = (value - found.sessions_bound) / value if value else 0.0
    proved = gap == 0 and found.unmet_bound >= int(found.unmet.sum())
    return {
        "value": value,
        "unit": "sessions",
        "bound": found.sessions_bound,
        "gap": gap,
        "status": "proved" if proved else "bounded",
    }


def _count_people(
    question: SessionQuestion, found: Arrangement, attendance: pd.DataFrame
) -> dict[str, int]:
    """Count the people ordered for, those met by how they come, and the others."""
    ways = attendance.groupby("by")["people"].sum()
    ordered, met = int(question.people.sum()), int(attendance["people"].sum())
    return {
        "ordered": ordered,
        "met": met,
        **{f"by_{way}": int(ways.get(way, 0)) for way in (WALK, FAR, COACH)},
        "unmet": ordered - met,
        "met_bound": ordered - found.unmet_bound,
    }


def _average_walk(attendance: pd.DataFrame) -> float:
    """Return the mean minutes of those who walk, 0 where nobody does."""
    walked = attendance[attendance["by"] != COACH]
    total = (walked["minutes"] * walked["people"]).sum()
    return float(total / max(walked["people"].sum(), 1))


def _note_sessions(question: SessionQuestion, found: Arrangement) -> list[str]:
    """Return what the reader should know of the sessions that were chosen."""
    notes = [_CUT_SHORT] if found.cut_short else []
    days = [question.days[one.day] for one in found.sessions]
    if count := sum(bool(list_open_spans(_HOLIDAYS, day, question.country)) for day in days):
        notes.append(
            f"{count} sessions lie on public holidays; write 'PH off' into the opening hours of "
            "stations that close then"
        )
    return notes
