"""The best choices that do without one of the chosen sites."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Final

import numpy as np

from planner.errors import InfeasibleError
from planner.siting.models.solution import Solution
from planner.siting.posed_question import PosedQuestion
from planner.siting.question import SiteQuestion
from planner.siting.solve import MINIMISING, solve_question

#: An alternative has no site within this distance of the one it does without: moving round the
#: corner is no other choice.
APART_M: Final = 300.0


def find_alternatives(
    posed: PosedQuestion, question: SiteQuestion, solution: Solution
) -> list[dict[str, Any]]:
    """Find the best choices that do without one of the sites and all within APART_M of it.

    The best choice that differs at one place at least is among them, and each says what it costs if
    nothing can be found round a site. Forced sites stay.

    Returns
    -------
    list
        rank, value, bound, loss (of the value, against the answer), without (site_id), site_ids,
        columns; best first. Sites without which no choice keeps the limits have no row.
    """
    problem = posed.unpruned  # what the answer makes needless may be the next best
    assert problem.xy is not None  # `pose` gives it
    free = [column for column in solution.sites if not problem.mask("forced")[column]]
    until = time.perf_counter() + question.options.time_limit_s
    sign = -1.0 if question.model in MINIMISING else 1.0
    rows: list[dict[str, Any]] = []
    for number, column in enumerate(free):
        apart_m = np.hypot(*(problem.xy - problem.xy[column]).T)
        near = (apart_m <= APART_M) & ~problem.mask("closable") & ~problem.mask("forced")
        share = max((until - time.perf_counter()) / (len(free) - number), 0.1)
        options = replace(question.options, time_limit_s=share, price_limits=False)
        left = int((problem.allowed & ~near & ~problem.mask("closable")).sum())
        if left == 0:
            continue
        fewer = None if problem.n_sites is None else min(problem.n_sites, left)
        try:
            without = replace(problem, excluded=problem.mask("excluded") | near, n_sites=fewer)
            pruned = replace(posed, problem=posed.prune(question.model, without))
            found = solve_question(pruned, replace(question, options=options))
        except InfeasibleError:
            continue
        rows.append({
            "value": found.value,
            "bound": found.bound,
            "loss": max(0.0, sign * (solution.value - found.value)),
            "without": str(posed.ids[column]),
            "site_ids": [str(posed.ids[site]) for site in found.sites],
            "columns": found.sites,
        })  # fmt: skip
    rows.sort(key=lambda row: (row["loss"], row["without"]))
    return [{"rank": rank, **row} for rank, row in enumerate(rows, start=1)]
