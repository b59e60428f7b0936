"""Compiling the search before its time is taken: compiling is no solving."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from planner.siting.models.location_models import site_mclp
from planner.siting.models.needless import find_needless
from planner.siting.models.problem import Problem


def compile_search() -> None:
    """Put a tiny question, so that whatever the search needs is compiled, or loaded from disk.

    Five people stand in a row, and sites between each and the next, three of which may open.
    """
    minutes = csr_array(np.eye(5, 4) + np.eye(5, 4, k=-1))
    forced = np.array([True, False, False, False])
    problem = Problem(minutes, np.ones(5), n_sites=2, forced=forced)
    find_needless(problem, "mclp", np.zeros(4))
    site_mclp(problem)
