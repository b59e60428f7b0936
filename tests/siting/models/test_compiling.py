"""What the search needs is compiled before its time is taken."""

import numpy as np
from numba.core import event
from scipy.sparse import csr_array

from planner.siting.models.compiling import compile_search
from planner.siting.models.location_models import site_mclp
from planner.siting.models.problem import Problem


def test_a_question_compiles_nothing_after_the_tiny_one():
    compile_search()
    problem = Problem(csr_array(np.eye(4) + np.eye(4, k=1)), np.ones(4), budget=2.0)
    with event.install_recorder("numba:compile") as compiled:
        assert site_mclp(problem).value == 4
    assert compiled.buffer == []
