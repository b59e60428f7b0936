"""Minutes between people and sites in any form that analysts have, as one sparse matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, issparse

from planner.accessibility.given_trips import check_columns, read_trips
from planner.crs.array_types import Flags, Floats, Ints
from planner.errors import ArgumentError, quote, quote_label
from planner.travel.given_numbers import check_labels, read_dense_minutes, read_numbers
from planner.travel.matrix import PAIR_COLUMNS

#: What choose_sites takes as minutes: see there.
AnyMinutes: TypeAlias = Any


@dataclass(frozen=True, eq=False)
class GivenMatrix:
    """Minutes of n people and m sites, people x sites; what is not stored is no path.

    sites : labels of the columns.
    """

    minutes: csr_array
    sites: pd.Index


def read_people(people: Any, people_column: str) -> pd.Series:
    """Return how many people stand for each row of the matrix, by label.

    Parameters
    ----------
    people
        A Series by label, a table with a column of people, or plain numbers in the order of rows.
    people_column
        Of the table.

    Raises
    ------
    ArgumentError
        If one is no number of at least 0, a label stands twice, or nobody is there.
    """
    if isinstance(people, pd.DataFrame):
        if people_column not in people:
            has = ", ".join(map(str, people.columns))
            raise ArgumentError(
                f"people has no column {quote(people_column)}; it has {has}; name one of them with "
                "people_column"
            )
        people = people[people_column]
    found = people if isinstance(people, pd.Series) else pd.Series(np.asarray(people).ravel())
    check_labels(found.index, "people")
    numbers = read_numbers(found, "people")
    if not numbers.sum() > 0:
        raise ArgumentError("people: nobody is there, as all numbers are 0; check the column")
    return numbers


def read_minutes(minutes: AnyMinutes, people: pd.Index, name: str = "minutes") -> GivenMatrix:
    """Return minutes as a matrix of people x sites, in the order of the people.

    Parameters
    ----------
    minutes
        A long table (origin, destination, minutes), a table people x sites, or an array or sparse
        matrix people x sites; inf, or not stored, for no path.
    people
        Their labels.
    name
        Of the argument, for messages.

    Raises
    ------
    ArgumentError
        If labels or shape do not fit, it looks transposed, or minutes are no numbers of 0 or more.
    """
    if isinstance(minutes, pd.DataFrame) and {*PAIR_COLUMNS} <= {*minutes.columns}:
        return _read_long(minutes, people, name)
    if isinstance(minutes, pd.DataFrame):
        return _read_wide(minutes, people, name)
    if isinstance(minutes, pd.Series):
        raise ArgumentError(f"{name} is a Series; give a table of minutes, people x sites")
    if issparse(minutes):
        table = coo_array(minutes)
        _check_shape(table.shape, len(people), name)
        return _to_matrix(table.row, table.col, table.data, len(people),
                          pd.RangeIndex(table.shape[1]), people, name)  # fmt: skip
    dense = read_dense_minutes(minutes, name)
    if dense.ndim != 2:
        raise ArgumentError(f"{name} has {dense.ndim} dimensions; give people x sites")
    _check_shape(dense.shape, len(people), name)
    return _from_dense(dense, people, pd.RangeIndex(dense.shape[1]), name)


def _check_shape(shape: Sequence[int], n: int, name: str) -> None:
    """Refuse a matrix without labels that is no matrix of these people."""
    if shape[0] == n:
        return
    if shape[1] == n:
        raise ArgumentError(
            f"{name} looks transposed: it has {shape[0]} rows and {shape[1]} columns for {n} rows "
            f"of people; give {name}.T"
        )
    raise ArgumentError(f"{name} has {shape[0]} rows for {n} rows of people; give one for each")


def _read_wide(table: pd.DataFrame, people: pd.Index, name: str) -> GivenMatrix:
    """Read a table of people x sites by its labels."""
    if not (table.index.is_unique and table.columns.is_unique):
        raise ArgumentError(f"{name}: a label of its rows or columns stands twice; name them apart")
    if not people.isin(table.index).all() or len(table.index) != len(people):
        if len(table.columns) == len(people) and people.isin(table.columns).all():
            raise ArgumentError(
                f"{name} looks transposed: its columns are the labels of people; give {name}.T"
            )
        lacking = people[~people.isin(table.index)]
        if len(lacking):
            raise ArgumentError(
                f"{name} has no row for {quote_label(lacking[0])} of people "
                f"({len(lacking)} in all); give one for each, with inf where there is no path"
            )
        extra = table.index[~table.index.isin(people)]
        raise ArgumentError(
            f"{name}: people has no row {quote_label(extra[0])} ({len(extra)} in all); leave out "
            "such rows, or add their people"
        )
    dense = read_dense_minutes(table.reindex(people), name)
    return _from_dense(dense, people, table.columns, name)


def _read_long(table: pd.DataFrame, people: pd.Index, name: str) -> GivenMatrix:
    """Read a long table; the side whose labels are those of people is theirs."""
    check_columns(table, name)
    of = {side: _labels(table, side) for side in ("origin", "destination")}
    fits = {side: bool(labels.isin(people).all()) for side, labels in of.items()}
    same = {side: fits[side] and len(of[side]) == len(people) for side in of}
    if not any(fits.values()):
        lost = of["origin"][~of["origin"].isin(people)][0]
        raise ArgumentError(
            f"{name}: neither origins nor destinations are all in the index of people (the origin "
            f"{quote_label(lost)} is not); give people with the labels of the matrix"
        )
    # Where both sides fit, people are the side with as many labels as rows of people; if that does
    # not decide, the origins.
    ours = "origin" if fits["origin"] else "destination"
    if all(fits.values()) and same["destination"] and not same["origin"]:
        ours = "destination"
    theirs = "destination" if ours == "origin" else "origin"
    labels = {ours: people, theirs: of[theirs]}
    trips = read_trips(table, labels["origin"], labels["destination"], name)
    ends = {"origin": trips.origin, "destination": trips.destination}
    return _to_matrix(
        ends[ours], ends[theirs], trips.minutes, len(people), of[theirs], people, name
    )


def _labels(table: pd.DataFrame, side: str) -> pd.Index:
    """Return all labels of a side, also of what reaches nothing where the table knows them."""
    known = getattr(table, f"{side}_labels", None)
    labels: pd.Index = pd.Index(table[side].unique()) if known is None else known
    return labels


def _from_dense(dense: Floats, people: pd.Index, sites: pd.Index, name: str) -> GivenMatrix:
    """Keep the pairs that have a path."""
    row, column = np.nonzero(~np.isposinf(dense))
    return _to_matrix(row, column, dense[row, column], len(people), sites, people, name)


def _to_matrix(
    row: Ints, column: Ints, walks: Floats, n: int, sites: pd.Index, people: pd.Index, name: str
) -> GivenMatrix:
    """Refuse walks that are no times, and put the others into a matrix."""
    wrong: Flags = ~np.isfinite(walks) | (walks < 0)
    wrong &= ~np.isposinf(walks)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        value = walks[first]
        why = "is negative" if value < 0 else "is no number"
        raise ArgumentError(
            f"{name}, {quote_label(people[row[first]])} to {quote_label(sites[column[first]])}: "
            f"{value:g} {why}; give 0 or more, inf for no path"
        )
    if len(sites) == 0:
        raise ArgumentError(f"{name} has no sites; give at least one")
    there = np.isfinite(walks)
    index: NDArray[Any] = np.asarray(row)[there], np.asarray(column)[there]  # type: ignore[assignment]
    matrix = csr_array((np.asarray(walks, dtype=np.float64)[there], index), shape=(n, len(sites)))
    return GivenMatrix(matrix, sites)
