"""Folded tables: few rows in the place of many units, with the same sums of people.

Counting asks of a unit only its labels (town, kind, verdict ...) and its people, and adds these up
by `exact_sum`. So all units of one combination of labels may stand as one row, or a few, whose
people have the same sum: the functions that count units count these rows, and tables of several
parts of a city are put one below the other and folded again.

Sums of whole people, and of people with up to six decimals, are the same to the last bit. Longer
fractions, as densities make them, are added as binary fractions: their sums are the same wherever
one such number takes part, and elsewhere differ by less than what files round away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from planner.coverage.classes import CLASS
from planner.coverage.exact import exact_sums
from planner.crs.array_types import Floats, Ints

#: Column of the people, and of how many units a row stands for.
PEOPLE: Final = "people"
UNITS: Final = "units"
#: Column of the score of residents, see `fold_scores`.
SCORE: Final = "score"
#: People with so many decimals, and fewer than so many of them, are added as decimals.
_DECIMALS: Final = 6
_SHORT_BELOW: Final = 1e9


def fold(table: pd.DataFrame) -> pd.DataFrame:
    """Put rows with the same labels together.

    Parameters
    ----------
    table
        `people`, labels in all other columns (texts, truth values, whole numbers or None), and
        maybe `units`: how many units a row stands for, 1 where there is no such column.

    Returns
    -------
    DataFrame
        The same columns and `units`; rows in the order of their labels' first rows.
    """
    labels = [str(name) for name in table.columns if name not in (PEOPLE, UNITS)]
    group, first = number_rows(table, labels)
    people = table[PEOPLE].to_numpy(dtype=np.float64)
    units = table[UNITS].to_numpy(dtype=np.int64) if UNITS in table else np.ones(len(table), int)
    number, amounts = add_up(group, people, len(first))
    folded = table[labels].iloc[first[number]].reset_index(drop=True)
    counted = np.bincount(group, weights=units, minlength=len(first)).astype(np.int64)
    # Of several rows of one combination the first stands for its units.
    leads = np.diff(number, prepend=-1) > 0
    return folded.assign(**{PEOPLE: amounts, UNITS: np.where(leads, counted[number], 0)})


def fold_all(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the folded tables of several parts together."""
    some = [table for table in tables if len(table)]
    if not some:
        return tables[0] if tables else pd.DataFrame()
    return fold(pd.concat(some, ignore_index=True))


def fold_scores(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put residents of one class with the same score together, to the last bit.

    Parameters
    ----------
    tables
        score (NaN where not known), maybe `class`, and people in all other columns.

    Returns
    -------
    DataFrame
        The same columns: how evenly a score is spread asks of people with one score how many they
        are, and no more.
    """
    some = [table for table in tables if len(table)] or list(tables[-1:])
    stacked = pd.concat(some, ignore_index=True)
    labels = [name for name in (SCORE, CLASS) if name in stacked]
    group, first = number_rows(stacked, labels)
    sums = {
        str(name): exact_sums(group, stacked[name], len(first))
        for name in stacked
        if name not in labels
    }
    return stacked[labels].iloc[first].reset_index(drop=True).assign(**sums)


def number_rows(table: pd.DataFrame, labels: Sequence[str]) -> tuple[Ints, Ints]:
    """Return the number of each row's combination of labels, and the first row of each number."""
    group = np.zeros(len(table), dtype=np.int64)
    for name in labels:
        codes, known = pd.factorize(table[name].to_numpy(), use_na_sentinel=False)
        # Numbered anew after each column, so that the product never overflows.
        group = pd.factorize(group * max(len(known), 1) + codes)[0].astype(np.int64)
    first = np.flatnonzero(~pd.Series(group).duplicated().to_numpy())
    return group, first.astype(np.int64)


def add_up(group: Ints, people: Floats, n_groups: int) -> tuple[Ints, Floats]:
    """Add people up by group: the group of each number, ascending, and the numbers.

    Parameters
    ----------
    group : shape (n,)
        0 to n_groups - 1; each has a number, 0 if it has nobody.
    people : shape (n,)
    """
    unit = 10.0**_DECIMALS
    # Kept small enough for the product: what is larger is not short.
    near = np.where(np.abs(people) < _SHORT_BELOW, people, 0.5 / unit)
    whole = np.rint(near * unit)
    short = (whole / unit == people) & (np.abs(people) < _SHORT_BELOW)
    sums = np.zeros(n_groups, dtype=np.int64)
    np.add.at(sums, group[short], whole[short].astype(np.int64))
    full, rest = np.divmod(sums, int(unit))
    found = [
        (np.arange(n_groups), full.astype(np.float64)),
        (np.flatnonzero(rest), (rest / unit)[rest != 0]),
    ]
    if not short.all():
        found.append(_add_long(group[~short], people[~short]))
    number, amount = (np.concatenate(column) for column in zip(*found, strict=True))
    # Without a whole number of its own a group is told by its fractions alone.
    needless = (amount == 0) & (np.bincount(number, minlength=n_groups)[number] > 1)
    number, amount = number[~needless], amount[~needless]
    order = np.argsort(number, kind="stable")
    return number[order].astype(np.int64), amount[order]


def _add_long(group: Ints, numbers: Floats) -> tuple[Ints, Floats]:
    """Add long fractions up without rounding: as few floats as have the same true sum."""
    order = np.argsort(group, kind="stable")
    values = numbers[order]
    present, first = np.unique(group[order], return_index=True)
    ends = np.append(first[1:], len(values))
    whose: list[int] = []
    parts: list[float] = []
    for number, start, end in zip(present.tolist(), first.tolist(), ends.tolist(), strict=True):
        for part in expand(values[start:end].tolist()):
            whose.append(number)
            parts.append(part)
    return np.array(whose, dtype=np.int64), np.array(parts, dtype=np.float64)


def expand(numbers: list[float]) -> list[float]:
    """Return floats, the largest first, whose true sum is that of some numbers."""
    parts: list[float] = []
    while (part := math.fsum([*numbers, *(-known for known in parts)])) != 0:
        parts.append(part)
    return parts
