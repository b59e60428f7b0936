"""What a choice from a matrix rests on besides: how long no path counts, and what looks wrong."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array

from planner.crs.array_types import Floats
from planner.siting.models.problem import Problem
from planner.siting.models.solution import Solution

#: Models whose people have one site whatever the cutoff.
HOWEVER_FAR: Final = ("p-median", "p-center")


def choose_far(minutes: csr_array, stays: Floats | None, cutoff_minutes: float) -> float:
    """Return the minutes of those who reach no site, where the caller names none.

    Twice the longest walk there is, so that no site is ever chosen over a walk because it has no
    path. It is taken from all sites of the matrix, whichever of them may be chosen.

    Parameters
    ----------
    minutes : shape (people, sites)
        Of all sites, what is not stored is no path.
    stays : shape (people,)
        To the nearest facility that stays; inf for none.
    cutoff_minutes
        The least that counts as the longest walk.
    """
    walks = [cutoff_minutes, float(minutes.data.max(initial=0.0))]
    if stays is not None:
        walks.append(float(stays[np.isfinite(stays)].max(initial=0.0)))
    return 2.0 * max(walks)


def say_far(problem: Problem, sites: Any, *, asked: bool) -> list[str]:
    """Say how many people count as out of reach under p-median, and how long that counts.

    Parameters
    ----------
    problem
        With `far_minutes`; no walk of it is longer.
    sites
        The columns that are open then.
    asked
        Whether the minutes follow from what was asked, so that the reader knows them.
    """
    far = problem.far_minutes
    assert far is not None  # the caller has settled it
    counted = problem.weights > 0
    # A walk of just as long is one all the same: it is stored.
    chosen = np.zeros(problem.shape[0], dtype=bool)
    chosen[csr_array(problem.minutes[:, sites]).tocoo().row] = True
    some = np.zeros(problem.shape[0], dtype=bool)
    some[problem.minutes.tocoo().row] = True
    out = counted & ~chosen & (problem.staying_minutes > far)
    if not out.any():
        return []
    people, nobody = problem.headcount[out].sum(), problem.headcount[out & ~some].sum()
    within = f" within {far:g} minutes" if asked else ""
    beside = f" ({nobody:,.0f} of them no candidate either)" if nobody else ""
    why = "" if asked else ", twice the longest walk there is; name another with far_minutes"
    return [
        f"{people:,.0f} people still reach nothing that serves them{within}{beside} and count as "
        f"{far:g} minutes each{why}"
    ]


def say_nothing_near(minutes: csr_array, weights: Floats, cutoff_minutes: float) -> list[str]:
    """Say that no site is within the cutoff of anybody, as with minutes that are seconds.

    Parameters
    ----------
    minutes : shape (people, sites)
        What is not stored is no path.
    weights : shape (people,)
        Who counts.
    cutoff_minutes
        Within it people are covered.
    """
    pairs = minutes.tocoo()
    walks = pairs.data[weights[pairs.row] > 0]
    if len(walks) == 0:
        return ["nobody who counts has a path to any site; check minutes"]
    least = float(walks.min())
    if least <= cutoff_minutes:
        return []
    ask = ": are these seconds?" if least / 60.0 <= cutoff_minutes else ""
    return [f"nothing lies within {cutoff_minutes:g} minutes; the least value is {least:g}{ask}"]


def list_notes(
    problem: Problem, found: Solution, walks: csr_array, *, far_asked: bool
) -> tuple[str, ...]:
    """Return what the reader of a choice should know besides, a line each.

    Parameters
    ----------
    problem, found
        As asked and as answered.
    walks : shape (people, sites)
        Of the problem's sites, before those beyond `far_minutes` were left out.
    far_asked
        Whether the caller named `far_minutes`.
    """
    notes = list(found.notes)
    if found.model == "p-median":
        notes += say_far(problem, found.sites, asked=far_asked)
    if found.model not in HOWEVER_FAR:
        notes += say_nothing_near(walks, problem.weights, problem.cutoff_minutes)
    return tuple(notes)
