"""How evenly a score is spread among people: averages, Gini and Palma, with low and high.

People whose score is not known (NaN) count: each figure then has a range, from what it would be in
the most favourable case to the least. A score is 0 or more, and more is better.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from planner.accessibility._lorenz import ScoreSpread, find_ranges, gini_of, palma_of
from planner.accessibility.given_trips import read_amounts
from planner.crs.array_types import Floats, Ints
from planner.errors import ArgumentError, quote, quote_label
from planner.travel.given_numbers import check_labels

#: The row of everybody; no group or class may be called so.
ALL: Final = "all"
#: The class of people of whom it is not known.
NOT_KNOWN: Final = "unknown"


def find_gini(scores: pd.Series, people: pd.Series) -> float:
    """Return the Gini coefficient of a score, each person counting once: 0 if all have the same.

    G = sum over all pairs of P_i P_j abs(x_i - x_j) / (2 P^2 mean), P being all people.

    Parameters
    ----------
    scores
        By label, 0 or more; people without a score (NaN) are left aside, see `summarise_scores`.
    people
        By label, 0 or more; at least those of `scores`.

    Returns
    -------
    float
        0 to 1; NaN where nobody has a score above 0.

    Raises
    ------
    ArgumentError
        If the two do not fit each other, or numbers are missing, infinite or negative.

    References
    ----------
    Gini (1912); by weights: Lerman & Yitzhaki (1989), Journal of Econometrics 42(1), 43-47.

    Examples
    --------
    Half of the people have all:

    >>> import pandas as pd, planner
    >>> scores, people = pd.Series({"a": 0.0, "b": 2.0}), pd.Series({"a": 50, "b": 50})
    >>> planner.accessibility.find_gini(scores, people)
    0.5
    """
    return gini_of(_known(*_aligned(scores, people)))


def find_palma(scores: pd.Series, people: pd.Series) -> float:
    """Return what the best served tenth of the people have, by what the worst served 40 % have.

    1 would be a tenth with as much as those 40 % together; where all have the same it is 0.25.

    Parameters
    ----------
    scores, people
        As for `find_gini`. People of one label are divided where the 40 or 90 % lie among them.

    Returns
    -------
    float
        inf where the 40 % have nothing and the tenth has something; NaN where nobody has anything.

    Raises
    ------
    ArgumentError
        As `find_gini`.

    References
    ----------
    Palma (2011), Development and Change 42(1), 87-153; Cobham & Sumner (2013), CGD Working Paper
    343.

    Examples
    --------
    >>> import pandas as pd, planner
    >>> scores, people = pd.Series({"a": 1.0, "b": 4.0}), pd.Series({"a": 90, "b": 10})
    >>> planner.accessibility.find_palma(scores, people)
    1.0
    """
    return palma_of(_known(*_aligned(scores, people)))


def summarise_scores(
    scores: pd.Series, people: pd.Series | pd.DataFrame, *, by: pd.Series | None = None
) -> pd.DataFrame:
    """Return how well people are served, and how evenly, by group and by class.

    Parameters
    ----------
    scores
        By label, 0 or more, more being better; NaN where it is not known.
    people
        By label: of one kind, or a column for each group (which may overlap).
    by
        The class of each label, of housing or settlement; empty (NaN, "") where it is not known.

    Returns
    -------
    DataFrame, index (group, class)
        group : name of the column or Series of `people`; class : `all`, then each class in order,
        then `unknown`. Columns: people; people_unknown (without a score); mean, share_none (people
        with a score of 0), gini, palma, each of those with a score, and with `_low` and `_high`
        what it may be with the others; median. NaN where there is nobody.

    Raises
    ------
    ArgumentError
        As `find_gini`; if a class is called `all` or `unknown`, or `by` lacks a label.

    Notes
    -----
    For low and high each person without a score may have any from 0 to the highest that is known
    here. No split of them gives less than low or more than high, and both are reached.

    Examples
    --------
    >>> import pandas as pd, planner
    >>> scores = pd.Series({"a": 1.0, "b": 3.0, "c": None})
    >>> people = pd.Series({"a": 40, "b": 40, "c": 20}, name="residents")
    >>> table = planner.accessibility.summarise_scores(scores, people)
    >>> table[["people", "people_unknown", "mean", "mean_low", "mean_high"]]
                     people  people_unknown  mean  mean_low  mean_high
    group     class
    residents all     100.0            20.0   2.0       1.6        2.2
    """
    columns = people if isinstance(people, pd.DataFrame) else _as_table(people)
    if columns.columns.has_duplicates:
        raise ArgumentError("people has two columns of one name; name groups apart")
    classes = _read_classes(by, columns)
    rows, labels = [], []
    for group in columns.columns:
        values, counts = _aligned(scores, columns[group], f"people[{quote(group)}]")
        highest = float(np.nanmax(values, initial=0.0))
        for name, chosen in classes.items():
            spread = ScoreSpread.of(values[chosen], counts[chosen], highest)
            rows.append(_describe(spread))
            labels.append((group, name))
    index = pd.MultiIndex.from_tuples(labels, names=["group", "class"])
    return pd.DataFrame(rows, index=index)


def _describe(spread: ScoreSpread) -> dict[str, float]:
    """Return a row of the summary."""
    row = {"people": spread.people, "people_unknown": spread.unknown, "median": spread.median}
    for name, (value, low, high) in find_ranges(spread).items():
        row |= {name: value, f"{name}_low": low, f"{name}_high": high}
    return row


def _as_table(people: pd.Series) -> pd.DataFrame:
    """Return a table of one group."""
    if not isinstance(people, pd.Series):
        raise ArgumentError(
            f"people is a {type(people).__name__}; give a Series, or a table with a column for "
            "each group"
        )
    return people.to_frame("people" if people.name is None else people.name)


def _read_classes(by: pd.Series | None, people: pd.DataFrame) -> dict[Any, Ints]:
    """Return the rows of each class as positions in `people`, that of everybody first."""
    every = np.arange(len(people))
    if by is None:
        return {ALL: every}
    if not isinstance(by, pd.Series):
        raise ArgumentError(f"by is a {type(by).__name__}; give a Series of classes by label")
    check_labels(by.index, "by", mend="keep one row of it")
    lacking = by.index.get_indexer(people.index) < 0
    if lacking.any():
        label = quote_label(people.index[int(np.argmax(lacking))])
        raise ArgumentError(f"by has no row for {label} of people; give one, empty if not known")
    found = by.reindex(people.index).astype(object)
    found = found.where(found.notna() & (found != ""), None)
    names = sorted({name for name in found if name is not None}, key=str)
    for name in {ALL, NOT_KNOWN} & {*names}:
        raise ArgumentError(
            f"by: a class is called {quote_label(name)}, which is a word of ours; rename it"
        )
    rows = {name: np.flatnonzero((found == name).to_numpy()) for name in names}
    nameless = np.flatnonzero(found.isna().to_numpy())
    return {ALL: every, **rows, **({NOT_KNOWN: nameless} if len(nameless) else {})}


def _aligned(scores: pd.Series, people: pd.Series, name: str = "people") -> tuple[Floats, Floats]:
    """Return scores and people of the labels of `people`, refusing labels that do not fit."""
    counts = read_amounts(people, name)
    values = read_amounts(scores, "scores", missing=True)
    # `isin` of a column of texts takes 20 times as long.
    row = values.index.get_indexer(counts.index)
    lacking = row < 0
    if lacking.any():
        label = quote_label(counts.index[int(np.argmax(lacking))])
        raise ArgumentError(
            f"scores has no row for {label} of {name}; give one, NaN if it is not known"
        )
    return values.to_numpy()[row], counts.to_numpy()


def _known(values: Floats, counts: Floats) -> ScoreSpread:
    """Return the spread of those who have a score."""
    known = ~np.isnan(values)
    return ScoreSpread.of(values[known], counts[known], float(values[known].max(initial=0.0)))
