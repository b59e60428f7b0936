"""HiGHS: a mixed-integer programme in, the best answer and its bound out."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.crs.array_types import Floats


@dataclass(frozen=True, eq=False)
class Mip:
    """A mixed-integer programme: maximise gain @ v.

    With low <= matrix @ v <= high, floor <= v <= ceiling, and v whole where `whole` says so.
    """

    gain: Floats
    matrix: csr_array
    low: Floats
    high: Floats
    floor: Floats
    ceiling: Floats
    whole: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class MipSolution:
    """What the solver found.

    values (columns,) : None where none was found. bound : no solution is better. proved : the value
    is within the gap asked. infeasible : there is no solution. out_of_time : the clock ended the
    search, so that another run may find something else.
    """

    values: Floats | None
    value: float
    bound: float
    proved: bool
    infeasible: bool
    out_of_time: bool = False


def maximise(
    mip: Mip,
    seconds: float,
    gap: float,
    start: Floats | None = None,
    *,
    enough: float | None = None,
    nodes: int | None = None,
) -> MipSolution:
    """Solve; stop when within the relative gap, after so many nodes of the search, or out of time.

    start : may give whole columns. enough : a value that is known to be the best there can be.
    nodes : as this limit does not look at the clock, it gives the same answer every time.
    """
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    # HiGHS refuses a time below 0 and would then search without a limit. With one thread and
    # a fixed seed a search that ends in time gives the same answer every time.
    for option, setting in (
        ("output_flag", False), ("time_limit", max(seconds, 0.01)), ("mip_rel_gap", gap),
        ("mip_abs_gap", 1e-7), ("random_seed", 1), ("threads", 1),
        ("mip_feasibility_tolerance", 1e-7),
    ):  # fmt: skip
        solver.setOptionValue(option, setting)
    if enough is not None:
        solver.setOptionValue("objective_target", -enough)
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", nodes)
    solver.passModel(_to_highs(mip, highspy))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.run()
    status, kinds = solver.getModelStatus(), highspy.HighsModelStatus
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    whole = bool(mip.whole.any())
    optimal = status == kinds.kOptimal
    # HiGHS minimises, so signs turn. A linear programme has no bound of its own: what it found is
    # one once it is the best. Nothing here is unbounded, for every column has a ceiling.
    return MipSolution(
        np.array(solver.getSolution().col_value) if found else None,
        -info.objective_function_value if found else -np.inf,
        -(info.mip_dual_bound if whole else info.objective_function_value)
        if (whole or optimal)
        else np.inf,
        optimal,
        status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible),
        status == kinds.kTimeLimit,
    )


def _to_highs(mip: Mip, highspy: ModuleType) -> Any:
    """Write the programme (a HighsLp, which has no types) as HiGHS wants it; it minimises."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(mip.gain), len(mip.low)
    lp.col_cost_ = -mip.gain
    lp.col_lower_, lp.col_upper_ = mip.floor, mip.ceiling
    lp.row_lower_, lp.row_upper_ = mip.low, mip.high
    matrix = csr_array(mip.matrix)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(flag)] for flag in mip.whole]
    return lp
