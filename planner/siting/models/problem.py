"""The question that the models answer: who is how far from which site, and under what limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array
from scipy.spatial import KDTree

from planner.crs.array_types import Flags, Floats, Ints
from planner.errors import InfeasibleError, SitingError, quote


@dataclass(frozen=True)
class GroupLimit:
    """How many sites, and for how much money, may be opened in one town or of one domain.

    by : "town" or "domain"; name : which; least, most : new sites; budget : sum of their costs.
    """

    name: str
    by: str = "town"
    least: int = 0
    most: int | None = None
    budget: float | None = None

    @property
    def label(self) -> str:
        """How the limit is called in answers."""
        return f"{self.by} {self.name}"


@dataclass(frozen=True, eq=False)
class Problem:
    """Demand rows, sites, the minutes between them, and what is allowed; checked once, when made.

    minutes : csr (rows, sites), door to door; what is not stored is out of reach, 0 is no walk.
    weights (rows,) : people, or what they count. cutoff_minutes : covered when minutes <= this.
    people (rows,) : how many take up the room of a site, where weights say something else.
    existing_minutes, planned_minutes (rows,) : to the nearest facility that stays, inf for none.
    existing_count (rows,) : facilities in reach that stay, planned ones too (default: 0 or 1 each).
    closable (sites,) : columns that are today's facilities; all stay but `closures` of them, and
    each that closes allows one site more and frees its cost.
    n_sites, budget : the most new sites and money. costs, capacity, towns, domains, xy (sites,).
    spacing_m : no two chosen sites stand nearer, unless both are there today.
    demand_towns (rows,) : for the fairness model. far_minutes : p-median's time for who is out of
    reach (default: the cutoff or the longest stored time, whichever is more).
    """

    minutes: csr_array
    weights: Floats
    cutoff_minutes: float = 15.0
    existing_minutes: Floats | None = None
    planned_minutes: Floats | None = None
    existing_count: Ints | None = None
    n_sites: int | None = None
    budget: float | None = None
    costs: Floats | None = None
    capacity: Floats | None = None
    people: Floats | None = None
    towns: NDArray[Any] | None = None
    domains: NDArray[Any] | None = None
    demand_towns: NDArray[Any] | None = None
    demand_ids: NDArray[Any] | None = None
    xy: Floats | None = None
    spacing_m: float = 0.0
    excluded: Flags | None = None
    forced: Flags | None = None
    closable: Flags | None = None
    closures: int = 0
    limits: tuple[GroupLimit, ...] = field(default=())
    far_minutes: float | None = None

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        _check_shapes(self)
        _check_limits(self)

    @property
    def shape(self) -> tuple[int, int]:
        """Demand rows and sites."""
        rows, sites = self.minutes.shape
        return int(rows), int(sites)

    def mask(self, name: str) -> Flags:
        """Return `excluded`, `forced` or `closable` as an array, all False by default."""
        given = getattr(self, name)
        return np.zeros(self.shape[1], bool) if given is None else np.asarray(given, bool)

    @property
    def staying_minutes(self) -> Floats:
        """Minutes to the nearest facility that stays, existing or planned (rows,)."""
        nearest = np.full(self.shape[0], np.inf)
        for given in (self.existing_minutes, self.planned_minutes):
            if given is not None:
                nearest = np.minimum(nearest, given)
        return nearest

    @property
    def cover_count(self) -> Ints:
        """How many facilities that stay are within the cutoff (rows,)."""
        # More than one of today's facilities may be in reach; minutes tell only of the nearest.
        if self.existing_count is not None:
            return np.asarray(self.existing_count, np.int64)
        count = np.zeros(self.shape[0], np.int64)
        for given in (self.existing_minutes, self.planned_minutes):
            if given is not None:
                count += np.asarray(given) <= self.cutoff_minutes
        return count

    @property
    def money(self) -> Floats:
        """Costs of the sites; 1 each where none are given."""
        return np.ones(self.shape[1]) if self.costs is None else np.asarray(self.costs, float)

    @property
    def headcount(self) -> Floats:
        """People of each row, who take up room whatever they count."""
        return np.asarray(self.weights if self.people is None else self.people, float)

    @property
    def always_open(self) -> Flags:
        """Sites that are open in every answer."""
        # Where nothing may close, all of today's facilities are open.
        stays = self.mask("closable") & (self.closures == 0)
        return np.asarray(self.mask("forced") | stays, bool)

    @property
    def allowed(self) -> Flags:
        """Sites that may be open."""
        return ~self.mask("excluded") | self.always_open

    @property
    def most_open(self) -> int | None:
        """The most open sites, today's facilities among them; None for any number."""
        return None if self.n_sites is None else self.n_sites + int(self.mask("closable").sum())

    def members(self, limit: GroupLimit) -> Flags:
        """Mark the new sites that a limit is about."""
        labels = self.towns if limit.by == "town" else self.domains
        return np.asarray((np.asarray(labels) == limit.name) & ~self.mask("closable"), bool)

    def within(self, minutes: float) -> csr_array:
        """Return who reaches whom: csr (rows, sites), 1 where a walk takes no longer."""
        # Comparing the matrix as a whole would take what is not stored, out of reach, for 0.
        near = self.minutes.data <= minutes
        if near.all() and self.minutes.has_canonical_format:
            # All pairs are near: their places are taken over as they are, in half the memory.
            starts, columns = self.minutes.indptr.copy(), self.minutes.indices.copy()
            return csr_array((np.ones(len(near)), columns, starts), shape=self.shape)
        pairs = self.minutes.tocoo()
        ones = (np.ones(int(near.sum())), (pairs.row[near], pairs.col[near]))
        return csr_array(ones, shape=self.shape)

    def side_constraints(self) -> SideConstraints:
        """Return all limits but the spacing; the first one is the number of sites."""
        rows, least, most = [np.ones(self.shape[1])], [0.0], [np.inf]
        if self.most_open is not None:
            most[0] = float(self.most_open)
        old = self.mask("closable")
        # The row also holds today's facilities, and so does the money: closing one frees its cost.
        if self.budget is not None:
            rows.append(self.money)
            least.append(-np.inf)
            most.append(self.budget + float(self.money[old].sum()))
        if self.closures:
            rows.append(old.astype(float))
            least.append(float(old.sum() - self.closures))
            most.append(np.inf)
        for limit in self.limits:
            inside = self.members(limit)
            rows.append(inside.astype(float))
            least.append(float(limit.least))
            most.append(np.inf if limit.most is None else float(limit.most))
            if limit.budget is not None:
                rows.append(inside * self.money)
                least.append(-np.inf)
                most.append(limit.budget)
        return SideConstraints(csr_array(np.array(rows)), np.array(least), np.array(most))

    def pairs_too_near(self) -> csc_array:
        """Return csc (sites, sites), 1 for two sites that may not both be chosen."""
        n = self.shape[1]
        if not self.spacing_m or self.xy is None or n < 2:
            return csc_array((n, n))
        pairs = KDTree(self.xy).query_pairs(self.spacing_m, output_type="ndarray")
        # The tree also finds sites at the very distance, which may stand together.
        apart = np.hypot(*(self.xy[pairs[:, 0]] - self.xy[pairs[:, 1]]).T)
        old = self.mask("closable")
        pairs = pairs[(apart < self.spacing_m) & ~old[pairs].all(axis=1)]
        # The tree names each pair once; whoever asks for one site needs its row.
        both = np.concatenate([pairs, pairs[:, ::-1]])
        return csc_array((np.ones(len(both)), both.T), shape=(n, n))

    def with_limits(self, limits: Sequence[GroupLimit]) -> Problem:
        """Return the same question with other limits of towns and domains."""
        return replace(self, limits=tuple(limits))

    def demand_names(self, rows: Ints, most: int = 5) -> str:
        """Name the first few of some demand rows, for a message."""
        ids = rows if self.demand_ids is None else np.asarray(self.demand_ids)[rows]
        more = f" and {len(ids) - most} more" if len(ids) > most else ""
        return ", ".join(map(str, ids[:most])) + more


@dataclass(frozen=True, eq=False)
class SideConstraints:
    """Limits of a choice: least <= matrix @ open <= most; matrix csr (limits, sites)."""

    matrix: csr_array
    least: Floats
    most: Floats

    def allow(self, chosen: Flags) -> bool:
        """Tell whether a choice, open sites marked, keeps all of them."""
        used = self.matrix @ chosen.astype(float)
        # Sums of costs are off in the last bits: a budget spent to the end is kept.
        return bool(np.all(used <= self.most + 1e-6) and np.all(used >= self.least - 1e-6))


def _check_shapes(problem: Problem) -> None:
    """Refuse tables not as long as the matrix has rows or columns, and unsound numbers."""
    rows, sites = problem.shape
    per_row = ("weights", "people", "existing_minutes", "planned_minutes", "existing_count",
               "demand_towns", "demand_ids")  # fmt: skip
    per_site = ("costs", "capacity", "towns", "domains", "xy", "excluded", "forced", "closable")
    for names, length, what in ((per_row, rows, "demand rows"), (per_site, sites, "sites")):
        for name in names:
            given = getattr(problem, name)
            if given is not None and len(given) != length:
                raise SitingError(
                    f"{name} has {len(given)} values for {length} {what}; give one for each"
                )
    for name in ("weights", "people", "costs", "capacity"):
        given = getattr(problem, name)
        if given is not None and not np.all(np.isfinite(given) & (np.asarray(given) >= 0)):
            raise SitingError(f"{name} must be numbers of 0 or more; mend the table")
    if problem.spacing_m and problem.xy is None:
        raise SitingError("spacing_m needs the sites' coordinates; give xy")
    for name in ("n_sites", "budget", "closures", "spacing_m"):
        if (getattr(problem, name) or 0) < 0:
            raise SitingError(f"{name} is {getattr(problem, name)}; give 0 or more")


def _check_limits(problem: Problem) -> None:
    """Refuse limits that no choice can meet, before any search."""
    # Today's facilities are sites of the problem too, but n_sites and the budget are for new ones.
    new = problem.allowed & ~problem.mask("closable")
    forced = problem.mask("forced") & ~problem.mask("closable")
    n, p, budget = int(new.sum()), problem.n_sites, problem.budget
    if n == 0:
        raise SitingError("there are no candidate sites; widen the search or drop exclusions")
    if p is not None and p > n:
        raise InfeasibleError(f"{p} sites are asked for but there are {n} candidates; ask for {n}")
    if np.any(problem.mask("forced") & problem.mask("excluded")):
        row = int(np.flatnonzero(problem.mask("forced") & problem.mask("excluded"))[0])
        raise InfeasibleError(f"site {row} is both forced and excluded; drop one of the two")
    if p is not None and forced.sum() > p:
        raise InfeasibleError(f"{forced.sum()} sites are forced but {p} allowed; raise n_sites")
    money = problem.money
    # A facility that closes frees its cost, so with closures no budget is surely too low.
    if budget is not None and not problem.closures:
        if budget < money[new].min():
            raise InfeasibleError(
                f"the budget of {budget:g} is below the cheapest site, {money[new].min():g}"
            )
        if budget < money[forced].sum():
            raise InfeasibleError(
                f"the forced sites cost {money[forced].sum():g}, the budget is {budget:g}"
            )
    for limit in problem.limits:
        _check_group(problem, limit, new, forced)
    freed = problem.closures
    for by in ("town", "domain"):
        least = sum(limit.least for limit in problem.limits if limit.by == by)
        # A facility that closes frees its place, so a group may get as many sites more.
        if p is not None and least > p + freed:
            raise InfeasibleError(
                f"the {by}s ask for at least {least} sites, n_sites is {p}; raise it"
            )
    if problem.spacing_m:
        near = problem.pairs_too_near()[forced][:, forced] if forced.any() else None
        if near is not None and near.nnz:
            raise InfeasibleError(
                f"two forced sites stand nearer than spacing_m {problem.spacing_m:g}; free one"
            )


def _check_group(problem: Problem, limit: GroupLimit, new: Flags, forced: Flags) -> None:
    """Refuse a limit of no group, or one that leaves nothing possible."""
    if limit.by not in ("town", "domain"):
        raise SitingError(f"a limit goes by town or domain, not by {quote(limit.by)}")
    if (problem.towns if limit.by == "town" else problem.domains) is None:
        raise SitingError(f"the limit of {limit.label} needs the sites' {limit.by}s; give them")
    inside = problem.members(limit)
    most = len(inside) if limit.most is None else limit.most
    if limit.least > most:
        raise InfeasibleError(f"{limit.label}: at least {limit.least} but at most {limit.most}")
    if limit.least > (inside & new).sum():
        raise InfeasibleError(
            f"{limit.label}: at least {limit.least} sites, it has {(inside & new).sum()} candidates"
        )
    if (inside & forced).sum() > most:
        raise InfeasibleError(
            f"{limit.label}: {(inside & forced).sum()} sites are forced, at most {most} allowed"
        )
    # Only what is surely too little is refused; the solver decides the rest.
    cheapest = np.sort(problem.money[inside & new])[: limit.least].sum()
    if limit.budget is not None and limit.budget < cheapest:
        raise InfeasibleError(
            f"{limit.label}: its {limit.least} cheapest sites cost {cheapest:g}, "
            f"its budget is {limit.budget:g}"
        )
