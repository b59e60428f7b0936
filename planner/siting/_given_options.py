"""What a caller of `choose_sites` gives beside minutes and people, checked at the door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from planner.coverage.counting import GAP, UNKNOWN
from planner.coverage.coverage_of_tables import Coverage
from planner.coverage.facilities import PLANNED, find_approximate, join_facilities
from planner.crs.array_types import Flags, Floats
from planner.errors import ArgumentError, quote, quote_label
from planner.siting.given_matrix import GivenMatrix, read_minutes
from planner.siting.models.location_models import MODELS
from planner.siting.models.solution import SolveOptions
from planner.travel.checked_numbers import check_number, check_whole
from planner.travel.given_numbers import read_dense_minutes
from planner.travel.minutes import nearest_minutes


@dataclass(frozen=True, eq=False)
class Existing:
    """What stays: minutes (n,) to its nearest, how many are within the cutoff, who is unknown.

    columns (m,) : sites of the matrix that are open already.
    """

    minutes: Floats | None
    count: Any
    unknown: Flags
    columns: Flags


def read_existing(existing: Any, matrix: GivenMatrix, people: pd.Index, cutoff: float) -> Existing:
    """Return what stays: `existing` of `choose_sites`, in any of its forms."""
    n, none = len(people), np.zeros(len(matrix.sites), dtype=bool)
    nobody = np.zeros(n, dtype=bool)
    if existing is None:
        return Existing(None, None, nobody, none)
    if isinstance(existing, Coverage):
        return _of_coverage(existing, people, cutoff, none)
    if isinstance(existing, pd.DataFrame) or np.ndim(existing) == 2:
        walks = read_minutes(existing, people, "existing").minutes
        return Existing(*_nearest(walks, cutoff), nobody, none)
    if isinstance(existing, pd.Series) or _are_minutes(existing, n):
        nearest = _minutes_by_label(existing, people)
        return Existing(nearest, (nearest <= cutoff).astype(np.int64), nobody, none)
    if not isinstance(existing, Iterable) or isinstance(existing, str):
        raise ArgumentError(
            f"existing is {quote(existing)}; give a Coverage, minutes, or a list of labels"
        )
    chosen = mark_sites(list(existing), matrix.sites, "existing")
    if chosen.all():
        raise ArgumentError("existing names every site; none is left to choose")
    return Existing(*_nearest(csr_array(matrix.minutes[:, chosen]), cutoff), nobody, chosen)


def _are_minutes(existing: Any, n: int) -> bool:
    """Tell whether plain numbers are minutes, one for each person, and no labels of columns."""
    return isinstance(existing, np.ndarray) and len(existing) == n and existing.dtype.kind == "f"


def _of_coverage(found: Coverage, people: pd.Index, cutoff: float, none: Flags) -> Existing:
    """Take facilities that are open or planned, and who cannot be judged, from a coverage."""
    lacking = people[~people.isin(found.units.index)]
    if len(lacking):
        raise ArgumentError(
            f"existing: the coverage says nothing of {quote_label(lacking[0])} of people "
            f"({len(lacking)} in all); give the same people to both"
        )
    if found.cutoffs_minutes[-1] != cutoff:
        raise ArgumentError(
            f"existing: the coverage is judged at {found.cutoffs_minutes[-1]:g} minutes, not at "
            f"{cutoff:g}; give cutoff_minutes={found.cutoffs_minutes[-1]:g}"
        )
    asked = found.asked
    placed = asked.placed[~find_approximate(asked.placed)]
    planned = placed[placed["status"] == PLANNED]
    walk = asked.walk
    later, _ = nearest_minutes(walk.streets, join_facilities(walk.streets, planned), walk.units)
    rows = found.units.index.get_indexer(people)
    units = found.units.iloc[rows]
    nearest = units["minutes"].to_numpy(dtype=np.float64)
    count = units["facilities_in_reach"].to_numpy(dtype=np.int64) + (later[rows] <= cutoff)
    unknown = (units["verdict"] == UNKNOWN).to_numpy()
    assert not (nearest[(units["verdict"] == GAP).to_numpy()] <= cutoff).any()
    return Existing(np.minimum(nearest, later[rows]), count, unknown, none)


def _nearest(walks: csr_array, cutoff: float) -> tuple[Floats, Any]:
    """Return minutes to the nearest column, and how many lie within the cutoff."""
    pairs = walks.tocoo()
    least = np.full(walks.shape[0], np.inf)
    np.minimum.at(least, pairs.row, pairs.data)
    near = pairs.row[pairs.data <= cutoff]
    return least, np.bincount(near, minlength=walks.shape[0])


def _minutes_by_label(existing: Any, people: pd.Index) -> Floats:
    """Return minutes to the nearest facility that stays, in the order of the people."""
    given = existing if isinstance(existing, pd.Series) else pd.Series(existing, index=people)
    lacking = people[~people.isin(given.index)]
    if len(lacking) or not given.index.is_unique:
        raise ArgumentError(
            "existing: minutes go by the labels of people, each once; reindex() them to the index "
            "of people, with inf where there is no path"
        )
    found = read_dense_minutes(given.reindex(people), "existing")
    if np.isnan(found).any() or (found < 0).any():
        raise ArgumentError("existing: give minutes of 0 or more, inf where there is no path")
    return found


def check_model(model: Any, *, towns: Any, capacity: Any) -> None:
    """Refuse what is no model, and a model without what it needs."""
    if not isinstance(model, str) or model not in MODELS:
        raise ArgumentError(f"model is {quote(model)}; give one of {', '.join(MODELS)}")
    if model == "fairness" and towns is None:
        raise ArgumentError("fairness needs the town of each row of people; give towns")
    if model == "capacitated" and capacity is None:
        raise ArgumentError("capacitated needs how many people each site serves; give capacity")


def check_choice(p: Any, budget: Any, share: Any, forced: Any, excluded: Any, options: Any) -> None:
    """Refuse limits that are no numbers, lists that are none, and what is forced and excluded."""
    if p is not None:
        check_whole(p, "p", at_least=1)
    if budget is not None:
        check_number(budget, "budget")
    check_number(share, "share")
    if not isinstance(options, SolveOptions | None):
        raise ArgumentError(f"options is a {type(options).__name__}; give SolveOptions")
    for name, labels in (("forced", forced), ("excluded", excluded)):
        if isinstance(labels, str) or not isinstance(labels, Iterable):
            raise ArgumentError(
                f"{name} is {quote(labels)}; give a list of labels: [{quote(labels)}]"
            )
    for label in forced:
        if label in list(excluded):
            raise ArgumentError(f"{quote_label(label)} is both forced and excluded; drop one")


def read_per_site(values: Any, sites: pd.Index, columns: Any, name: str) -> Floats | None:
    """Return numbers of the sites that may be chosen, in their order."""
    if values is None:
        return None
    if isinstance(values, Mapping):
        values = pd.Series(values)
    if isinstance(values, pd.Series):
        lacking = sites[~sites.isin(values.index)]
        if len(lacking) or not values.index.is_unique:
            lacks = f"lacks the site {quote_label(lacking[0])}" if len(lacking) else "has one twice"
            raise ArgumentError(f"{name} {lacks}; give each site one value")
        values = values.reindex(sites)
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{name} holds what is no number; give each site one") from error
    if found.shape != (len(sites),):
        raise ArgumentError(f"{name} has {found.size} values for {len(sites)} sites; give each one")
    if not (np.isfinite(found) & (found >= 0)).all():
        raise ArgumentError(f"{name}: give each site a number of 0 or more")
    return np.asarray(found[columns], dtype=np.float64)


def read_towns(towns: Any, people: pd.Index) -> Any:
    """Return the town of each row of people."""
    if towns is None:
        return None
    if isinstance(towns, pd.Series) and not towns.index.equals(people):
        if not people.isin(towns.index).all() or not towns.index.is_unique:
            raise ArgumentError("towns go by the labels of people, each once; reindex() them")
        towns = towns.reindex(people)
    found = np.asarray(towns, dtype=object)
    if found.shape != (len(people),):
        raise ArgumentError(f"towns has {found.size} values for {len(people)} rows of people")
    return found


def mark_sites(labels: Sequence[Any], sites: pd.Index, name: str) -> Flags:
    """Mark the sites of some labels."""
    for label in labels:
        if label not in sites:
            raise ArgumentError(f"{name}: there is no site {quote_label(label)} in minutes")
    return np.asarray(sites.isin(list(labels)), dtype=bool)


def cut_far(walks: csr_array, far: float) -> csr_array:
    """Leave out walks beyond what counts as far."""
    pairs = walks.tocoo()
    near = pairs.data <= far
    return csr_array((pairs.data[near], (pairs.row[near], pairs.col[near])), shape=walks.shape)
