"""Mixed-integer programmes, for HiGHS: those of the models that `proof` does not solve.

The first columns of each are the sites: 1 where a site is open.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, coo_array, csr_array

from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.models.highs import Mip, MipSolution, maximise
from planner.siting.models.problem import Problem


@dataclass
class Programme:
    """A mixed-integer programme under construction; its first columns are the sites."""

    problem: Problem
    gain: list[Floats] = field(default_factory=list)
    floor: list[Floats] = field(default_factory=list)
    ceiling: list[Floats] = field(default_factory=list)
    whole: list[Flags] = field(default_factory=list)
    entries: list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]] = field(default_factory=list)
    low: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with the sites and their limits."""
        n = self.problem.shape[1]
        self.add_columns(n, np.zeros(n), self.problem.always_open, self.problem.allowed, whole=True)
        matrix, low, high = build_limit_rows(self.problem, np.arange(n))
        self.add_rows(matrix, 0, low, high)

    @property
    def columns(self) -> int:
        """Number of columns so far."""
        return sum(len(part) for part in self.gain)

    @property
    def rows(self) -> int:
        """Number of rows so far."""
        return sum(len(part) for part in self.low)

    def add_columns(
        self, n: int, gain: Floats, floor: Floats | Flags, ceiling: Floats | Flags, *, whole: bool
    ) -> int:
        """Add columns; return the first."""
        first = self.columns
        self.gain.append(np.asarray(gain, float) * np.ones(n))
        self.floor.append(np.asarray(floor, float) * np.ones(n))
        self.ceiling.append(np.asarray(ceiling, float) * np.ones(n))
        self.whole.append(np.full(n, whole))
        return first

    def add_rows(self, matrix: csr_array, column: int, low: Floats, high: Floats) -> int:
        """Add rows over the columns from `column` on; return the first."""
        first = self.rows
        self.low.append(np.asarray(low, float))
        self.high.append(np.asarray(high, float))
        self.add_to(first, matrix, column)
        return first

    def add_to(self, row: int, matrix: csr_array, column: int) -> None:
        """Add entries to rows that are there."""
        pairs = matrix.tocoo()
        self.entries.append((pairs.row + row, pairs.col + column, pairs.data.astype(float)))

    def solve(self, seconds: float, gap: float) -> MipSolution:
        """Let HiGHS solve it."""
        row, col, data = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        shape = (self.rows, self.columns)
        matrix = csr_array(coo_array((data, (row, col)), shape=shape))
        parts = (self.low, self.high, self.floor, self.ceiling)
        low, high, floor, ceiling = (np.concatenate(part) for part in parts)
        return maximise(
            Mip(np.concatenate(self.gain), matrix, low, high, floor, ceiling,
                np.concatenate(self.whole)),
            seconds, gap,
        )  # fmt: skip


def open_fewest(
    problem: Problem, reach: csr_array, rows: Ints, seconds: float, gap: float,
    *, without: Flags | None = None,
) -> MipSolution:  # fmt: skip
    """Open the fewest new sites that reach each of `rows`; the value is minus their number.

    Sites marked in `without` stay shut.
    """
    programme = Programme(problem)
    programme.gain[0] = -(~problem.mask("closable")).astype(float)
    if without is not None:
        programme.ceiling[0] = programme.ceiling[0] * ~without
    part = csr_array(reach[rows])
    # Rows that the same sites reach ask for the same.
    part = csr_array(part[merge_equal_rows(part)[1]])
    m = part.shape[0]
    programme.add_rows(part, 0, np.ones(m), np.full(m, np.inf))
    return programme.solve(seconds, gap)


def open_fewest_for_share(
    problem: Problem, reach: csr_array, weights: Floats, need: float, seconds: float, gap: float
) -> MipSolution:
    """Open the fewest new sites so that `need` people of the rows are reached."""
    programme = Programme(problem)
    programme.gain[0] = -(~problem.mask("closable")).astype(float)
    first = add_cover_columns(programme, reach, np.zeros(len(weights)), 1)
    programme.add_rows(csr_array(weights[None]), first, np.array([need]), np.array([np.inf]))
    return programme.solve(seconds, gap)


def add_cover_columns(programme: Programme, reach: csr_array, gain: Floats, times: int) -> int:
    """Add a column for each row: 1 only if `times` sites reach it; return the first column."""
    n = reach.shape[0]
    # Once the sites are whole, so is being reached once; half of being reached twice could be
    # had from one site.
    first = programme.add_columns(n, gain, np.zeros(n), np.ones(n), whole=times > 1)
    row = programme.add_rows(-reach, 0, np.full(n, -np.inf), np.zeros(n))
    programme.add_to(row, _to_diagonal(np.full(n, float(times))), first)
    return first


def cover_twice(
    problem: Problem, reach: csr_array, weights: Floats, seconds: float, gap: float
) -> MipSolution:
    """Bring most people within reach of two facilities, who are not so today."""
    until = time.perf_counter() + seconds
    count, near = problem.cover_count, np.diff(reach.indptr)
    programme, most = Programme(problem), 0.0
    for missing in (1, 2):
        rows = np.flatnonzero((count == 2 - missing) & (weights > 0) & (near >= missing))
        if len(rows):
            group, first = merge_equal_rows(csr_array(reach[rows]))
            people = np.bincount(group, weights=weights[rows]).astype(float)
            add_cover_columns(programme, csr_array(reach[rows[first]]), people, missing)
            most += float(people.sum())
    answer = programme.solve(until - time.perf_counter(), gap)
    # HiGHS has no bound if it stops before its first relaxation; people out of reach of every
    # candidate are never covered, so the others are one.
    return answer if answer.infeasible else replace(answer, bound=min(answer.bound, most))


def serve_most(
    problem: Problem, reach: csr_array, people: Floats, worth: Floats, seconds: float, gap: float
) -> MipSolution:
    """Serve people of most worth, each site at most its capacity; a row may be divided."""
    assert problem.capacity is not None  # checked by the caller
    n, sites = problem.shape
    programme = Programme(problem)
    pairs = reach.tocoo()
    k = len(pairs.data)
    first = programme.add_columns(k, worth[pairs.row], np.zeros(k), people[pairs.row], whole=False)
    each = np.arange(k)
    of_row = csr_array((np.ones(k), (pairs.row, each)), shape=(n, k))
    of_site = csr_array((np.ones(k), (pairs.col, each)), shape=(sites, k))
    programme.add_rows(of_row, first, np.full(n, -np.inf), people)
    row = programme.add_rows(of_site, first, np.full(sites, -np.inf), np.zeros(sites))
    # Room beyond the people in reach is never used; without it the relaxation is tighter.
    room = np.minimum(problem.capacity, reach.T @ people)
    programme.add_to(row, _to_diagonal(-room), 0)
    # No person of a row is served by a site that is shut. The rows above say so for the site as a
    # whole; saying it for each row too tightens the relaxation.
    row = programme.add_rows(_to_diagonal(np.ones(k)), first, np.full(k, -np.inf), np.zeros(k))
    programme.add_to(row, csr_array((-people[pairs.row], (each, pairs.col)), shape=(k, sites)), 0)
    return programme.solve(seconds, gap)


@dataclass(frozen=True, eq=False)
class RaisableTowns:
    """The t towns whose share some candidate can raise.

    of_row (rows,) : the town of each row, -1 for none of them. people, covered (t,) : who lives
    there, and who of them is covered today.
    """

    names: tuple[str, ...]
    of_row: Ints
    people: Floats
    covered: Floats


def raise_worst_town(
    problem: Problem, reach: csr_array, open_weights: Floats, towns: RaisableTowns,
    least_share: float | None, seconds: float, gap: float,
) -> MipSolution:  # fmt: skip
    """Raise the least share of the towns; with `least_share`, cover most people and keep that."""
    n, m = problem.shape[0], len(towns.names)
    programme = Programme(problem)
    gain = open_weights if least_share is not None else np.zeros(n)
    first = add_cover_columns(programme, reach, gain, 1)
    inside = np.flatnonzero(towns.of_row >= 0)
    entries = (open_weights[inside] / towns.people[towns.of_row[inside]],
               (towns.of_row[inside], inside))  # fmt: skip
    low = np.full(m, least_share or 0.0) - towns.covered / towns.people
    row = programme.add_rows(csr_array(entries, shape=(m, n)), first, low, np.full(m, np.inf))
    if least_share is None:
        share = programme.add_columns(1, np.ones(1), np.zeros(1), np.ones(1), whole=False)
        programme.add_to(row, csr_array(-np.ones((m, 1))), share)
    return programme.solve(seconds, gap)


def merge_equal_rows(sites: csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Group rows with the same columns: return each row's group, and each group's first row."""
    ordered = csr_array(sites)
    ordered.sort_indices()
    starts, columns = ordered.indptr, ordered.indices
    known: dict[bytes, int] = {}
    group = np.array(
        [known.setdefault(columns[a:b].tobytes(), len(known)) for a, b in pairwise(starts)],
        dtype=np.int64,
    )
    _, first = np.unique(group, return_index=True)
    return group, first.astype(np.int64)


def build_limit_rows(
    problem: Problem, columns: NDArray[np.int64]
) -> tuple[csr_array, Floats, Floats]:
    """Return limits and spacing as rows low <= matrix @ open <= high over some sites."""
    limits, near = problem.side_constraints(), problem.pairs_too_near()
    # Numbers of open sites and costs are never below 0, so the other rows hold anyway.
    use = np.isfinite(limits.most) | (np.isfinite(limits.least) & (limits.least > 0))
    matrix = csr_array(limits.matrix[np.flatnonzero(use)][:, columns])
    low, high = limits.least[use], limits.most[use]
    pairs = csr_array(near[columns][:, columns]).tocoo()
    # Each pair stands in the matrix in both directions.
    first = pairs.row < pairs.col
    n = int(first.sum())
    if n:
        rows = np.tile(np.arange(n), 2)
        ends = np.concatenate([pairs.row[first], pairs.col[first]])
        apart = csr_array((np.ones(2 * n), (rows, ends)), shape=(n, len(columns)))
        matrix = csr_array(block_array([[matrix], [apart]]))
        low, high = np.r_[low, np.full(n, -np.inf)], np.r_[high, np.ones(n)]
    return matrix, low, high


def _to_diagonal(values: Floats) -> csr_array:
    """Return a square matrix with these values on its diagonal."""
    places = np.arange(len(values))
    return csr_array((values, (places, places)), shape=(len(values), len(values)))
