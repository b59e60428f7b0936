"""The people whom a question about a city in parts counts, taken from one part at a time.

What is held of each is its row, its people and what they count, 24 bytes, and of each pair of unit
and candidate a number of 4 bytes beside the minutes, which only a model with capacities is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, vstack

from planner.crs.array_types import Floats, Ints
from planner.errors import SitingError
from planner.plan import KINDS
from planner.scale.cut.whole import Whole
from planner.siting.posed_question import AskedPeople
from planner.siting.question import SiteQuestion


@dataclass(frozen=True, eq=False)
class AskedUnits:
    """The people whom a question counts, and the walks of these to candidates.

    matrix : minutes, units x candidates, the units in the order of all; 0 stands for any walk
    within the cutoff where the model asks for no more.
    """

    people: AskedPeople
    matrix: csr_array


def ask_of_parts(
    whole: Whole,
    parts: Iterable[tuple[pd.DataFrame, Mapping[str, pd.DataFrame]]],
    kept: Ints,
    n_sites: int,
    question: SiteQuestion,
) -> AskedUnits:
    """Take those whom a question counts from all parts.

    Parameters
    ----------
    parts
        Of each `gap_units`, and what `measure_sites` tells.
    kept
        Which of the n_sites candidates stay.

    Raises
    ------
    SitingError
        If nobody is left out whom the weights count.
    """
    place = np.full(n_sites, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    taken = [_take(units, told, place, len(kept), whole, question) for units, told in parts]
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *(one.rows for one in taken)])
    if len(rows) == 0:
        raise SitingError("nobody whom the weights count is left out; there is nothing to site for")
    order = np.argsort(rows)
    weight, people = (
        np.concatenate([getattr(one, name) for one in taken])[order]
        for name in ("weight", "people")
    )
    matrix = csr_array(vstack([one.matrix for one in taken], format="csr")[order])
    beyond = np.full(len(rows), np.inf)
    asked = AskedPeople(
        rows=rows[order],
        weight=weight,
        people=people,
        towns=None,
        ids=None,
        gaps=None,
        gap_names={},
        everybody=float(sum(one.everybody for one in taken)),
        # No facility covers any of them; how far they walk today is not asked.
        existing_minutes=beyond,
        planned_minutes=beyond,
        existing_count=np.zeros(len(rows), dtype=np.int64),
    )
    return AskedUnits(asked, matrix)


@dataclass(frozen=True, eq=False)
class _Taken:
    """What is held of one part: n units that count, and their walks (n, candidates that stay)."""

    rows: Ints
    weight: Floats
    people: Floats
    everybody: float
    matrix: csr_array


def _take(
    units: pd.DataFrame,
    told: Mapping[str, pd.DataFrame],
    place: Ints,
    n_kept: int,
    whole: Whole,
    question: SiteQuestion,
) -> _Taken:
    """Take from one part those who count and whom no planned facility covers.

    place : of each candidate among the n_kept that stay, -1 for none.
    """
    if units.empty:
        empty = np.zeros(0)
        return _Taken(empty.astype(np.int64), empty, empty, 0.0, csr_array((0, n_kept)))
    row = units["row"].to_numpy(dtype=np.int64)
    planned = told["planned"].set_index("unit")["minutes"].reindex(row).to_numpy(dtype=np.float64)
    kinds = units["kind"].to_numpy(dtype=object)
    each = [question.weights.get(kind, 0.0) for kind in KINDS]
    people = units["people"].to_numpy(dtype=np.float64)
    weight: Floats = np.select([kinds == str(kind) for kind in KINDS], each) * people
    asked = np.flatnonzero((weight > 0) & (planned > whole.cutoff_minutes))
    pairs = told["pairs"]
    unit = pd.Index(row[asked]).get_indexer(pd.Index(pairs["unit"]))
    site = place[pairs["site"].to_numpy(dtype=np.int64)]
    there = (unit >= 0) & (site >= 0)
    if question.model == "capacitated":
        minutes = pairs["minutes"].to_numpy(dtype=np.float64)[there]
    else:
        minutes = np.zeros(int(there.sum()), dtype=np.int8)
    matrix = csr_array((minutes, (unit[there], site[there])), shape=(len(asked), n_kept))
    return _Taken(row[asked], weight[asked], people[asked], float(people.sum()), matrix)
