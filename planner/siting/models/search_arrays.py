"""A problem as plain arrays, by site: what the compiled search and the compiled bound read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csc_array

from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.models.problem import Problem


class SiteGains(NamedTuple):
    """What rows gain, by site: those of site j stand at starts[j] to starts[j + 1].

    starts (sites + 1,), rows (pairs,) : positions. gains (pairs,) : what the row brings if this
    site serves it best.
    """

    starts: Ints
    rows: Ints
    gains: Floats


class SiteShares(NamedTuple):
    """What sites take of each limited thing, laid out as `SiteGains`.

    starts (sites + 1,), limits (pairs,) : positions. shares (pairs,) : what the site takes of the
    limit. most (limits,) : how much there is.
    """

    starts: Ints
    limits: Ints
    shares: Floats
    most: Floats


class TooNear(NamedTuple):
    """Sites too near to stand together: those of site j stand at starts[j] to starts[j + 1]."""

    starts: Ints
    sites: Ints


class SiteRows(NamedTuple):
    """The rows that sites reach: those of site j stand at starts[j] to starts[j + 1]."""

    starts: Ints
    rows: Ints


class RowSites(NamedTuple):
    """The sites that reach rows: those of row i stand at starts[i] to starts[i + 1]."""

    starts: Ints
    sites: Ints


@dataclass(frozen=True, eq=False)
class SearchArrays:
    """A problem as the compiled search takes it.

    gain : csc (rows, sites in play). wanted, fixed (sites,) : may be opened, are always open.
    price (sites,) : a gain counts per price. least (limits,) : must be used of each limit.
    n_open : most open sites, -1 for any number.
    """

    gain: csc_array
    wanted: Flags
    fixed: Flags
    price: Floats
    shares: SiteShares
    least: Floats
    near: TooNear
    n_open: int

    @property
    def by_site(self) -> SiteGains:
        """The gains by site."""
        return SiteGains(*_columns(self.gain))

    @property
    def n_rows(self) -> int:
        """Number of demand rows."""
        return int(self.gain.shape[0])


def to_arrays(problem: Problem, gain: csc_array, pool: Ints | None = None) -> SearchArrays:
    """Put a problem into arrays, with all sites or with a pool of them."""
    limits, near = problem.side_constraints(), problem.pairs_too_near()
    pool = np.arange(problem.shape[1]) if pool is None else pool
    near = csc_array(near[pool][:, pool])
    priced = problem.budget is not None or any(x.budget is not None for x in problem.limits)
    # A site that costs nothing would have a gain per cost without end.
    cheap = np.maximum(problem.money, 1e-9 + 1e-3 * problem.money.mean())
    return SearchArrays(
        csc_array(gain[:, pool]),
        problem.allowed[pool],
        problem.always_open[pool],
        (cheap if priced else np.ones(problem.shape[1]))[pool],
        SiteShares(*_columns(csc_array(limits.matrix[:, pool])), limits.most),
        limits.least,
        TooNear(near.indptr.astype(np.int64), near.indices.astype(np.int64)),
        -1 if problem.most_open is None else problem.most_open,
    )


def to_bounded_shares(problem: Problem) -> SiteShares:
    """Return the upper limits other than the number of sites, which the bound treats exactly."""
    limits = problem.side_constraints()
    use = np.isfinite(limits.most)
    use[0] = False  # the number of sites is the first one
    matrix = csc_array(limits.matrix[np.flatnonzero(use)])
    return SiteShares(*_columns(matrix), limits.most[use])


def _columns(matrix: csc_array) -> tuple[Ints, Ints, Floats]:
    """Return starts, rows and values of a matrix by columns."""
    # scipy's indices have 32 or 64 bits, by size; for other types than these the search would be
    # compiled a second time.
    return (
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int64),
        matrix.data.astype(np.float64),
    )
