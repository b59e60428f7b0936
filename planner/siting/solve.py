"""A question answered by its model, on the sites that may be open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.crs.array_types import Floats
from planner.siting.models.location_models import MODELS
from planner.siting.models.needless import find_needless
from planner.siting.models.problem import Problem
from planner.siting.models.solution import Solution, SolveOptions

if TYPE_CHECKING:
    from planner.siting.posed_question import PosedQuestion
    from planner.siting.question import SiteQuestion

#: Models whose value is the better the smaller it is.
MINIMISING: Final = ("lscp", "p-median", "p-center")


def solve_question(posed: PosedQuestion, question: SiteQuestion) -> Solution:
    """Answer a question with its model; sites and closed are columns of the question."""
    return solve_problem(posed.problem, question.model, question.options, question.share)


def solve_problem(
    problem: Problem, model: str, options: SolveOptions, share: float | None = None
) -> Solution:
    """Answer a problem with a model; sites and closed are columns of the problem.

    Parameters
    ----------
    problem
        As `prune_problem` leaves it.
    model
        One of MODELS.
    options
        How long and how exactly to search.
    share
        Of the people, that lscp covers; None for all.

    Raises
    ------
    InfeasibleError
        If no choice keeps the limits.
    """
    more: dict[str, Any] = {} if model != "lscp" or share is None else {"share": share}
    narrow, columns = narrow_problem(problem)
    found = MODELS[model](narrow, options=options, **more)
    return replace(found, sites=columns[found.sites], closed=columns[found.closed])


def solve_whole(
    problem: Problem, model: str, options: SolveOptions | None, share: float
) -> Solution:
    """Answer a problem whose candidates have no score: needless ones are left out first."""
    pruned = prune_problem(problem, model, np.zeros(problem.shape[1]))
    return solve_problem(pruned, model, options or SolveOptions(), share)


def prune_problem(problem: Problem, model: str, score: Floats) -> Problem:
    """Return a problem about the same columns without needless candidates.

    Parameters
    ----------
    problem
        With all of them.
    model
        One of MODELS.
    score : shape (sites,)
        Of candidates that serve the same people, the one with the highest score stays.
    """
    gone = find_needless(problem, model, score)
    left = int((problem.allowed & ~problem.mask("closable") & ~gone).sum())
    # A problem refuses more sites than there are candidates; those gone bring nothing more.
    fewer = None if problem.n_sites is None else min(problem.n_sites, left)
    return replace(problem, excluded=problem.mask("excluded") | gone, n_sites=fewer)


def narrow_problem(problem: Problem) -> tuple[Problem, NDArray[np.int64]]:
    """Return a question without the sites that may not be open, and which columns are left."""
    left = np.flatnonzero(problem.allowed)
    per_site = ("costs", "capacity", "towns", "domains", "xy", "excluded", "forced", "closable")
    parts: dict[str, Any] = {
        name: np.asarray(getattr(problem, name))[left]
        for name in per_site
        if getattr(problem, name) is not None
    }
    return replace(problem, minutes=csr_array(problem.minutes[:, left]), **parts), left
