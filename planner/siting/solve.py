"""A question answered by its model, on the sites that may be open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.siting.models.location_models import MODELS
from planner.siting.models.problem import Problem
from planner.siting.models.solution import Solution
from planner.siting.question import PosedQuestion, SiteQuestion

#: Models whose value is the better the smaller it is.
MINIMISING: Final = ("lscp", "p-median", "p-center")


def solve_question(posed: PosedQuestion, question: SiteQuestion) -> Solution:
    """Answer a question with its model; sites and closed are columns of the question."""
    options: dict[str, Any] = {"options": question.options}
    if question.model == "lscp" and question.share is not None:
        options["share"] = question.share
    problem, columns = narrow_problem(posed.problem)
    found = MODELS[question.model](problem, **options)
    return replace(found, sites=columns[found.sites], closed=columns[found.closed])


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
