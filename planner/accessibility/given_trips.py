"""The tables that measures are given, checked at the door: walks by label, supply and people.

Messages name the argument, the row and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.crs.array_types import Flags, Floats, Ints
from planner.errors import ArgumentError, quote, quote_label
from planner.travel.given_numbers import check_labels, read_minutes_column, read_numbers
from planner.travel.matrix import PAIR_COLUMNS

#: What to do where a label of supply or people stands twice.
_ADD_UP: Final = "add its rows up with groupby(level=0).sum(), or name them apart"


@dataclass(frozen=True, eq=False)
class Trips:
    """Walks of a long table, by position of their ends.

    origins, destinations : labels, each once.
    origin, destination, minutes (n,) : positions among these, and finite minutes.
    """

    origins: pd.Index
    destinations: pd.Index
    origin: Ints
    destination: Ints
    minutes: Floats

    def where(self, kept: Flags) -> Trips:
        """Return some of the walks, in their order."""
        return Trips(
            self.origins,
            self.destinations,
            self.origin[kept],
            self.destination[kept],
            self.minutes[kept],
        )


def read_trips(
    minutes: pd.DataFrame, origins: Any, destinations: Any, name: str = "minutes"
) -> Trips:
    """Return the walks of a long table; those without a path (minutes inf) are left out.

    Parameters
    ----------
    minutes
        Columns origin, destination, minutes; one row for each pair at most.
    origins, destinations
        Labels that there are, as Index or Series; None for those of the table.
    name
        Of the argument, for messages.

    Raises
    ------
    ArgumentError
        If a column is missing, a label is missing or unknown, minutes are missing or negative, or
        a pair stands twice.
    """
    if not isinstance(minutes, pd.DataFrame) or not {*PAIR_COLUMNS} <= {*minutes.columns}:
        raise ArgumentError(
            f"{name} is {_describe(minutes)}; give a long table with the columns "
            f"{', '.join(PAIR_COLUMNS)}, as travel_time_matrix() returns it"
        )
    check_columns(minutes, name)
    walked = read_minutes_column(minutes, name)
    ends = {}
    for column, given in (("origin", origins), ("destination", destinations)):
        known = _known_labels(minutes, column, given, name)
        place = known.get_indexer(pd.Index(minutes[column]))
        if (place < 0).any():
            _refuse_unknown(minutes, column, place < 0, known)
        ends[column] = (known, place.astype(np.int64))
    (known_origins, origin), (known_destinations, destination) = ends.values()
    pair = origin * max(len(known_destinations), 1) + destination
    twice = pd.Series(pair).duplicated().to_numpy()
    if twice.any():
        at = int(np.argmax(twice))
        raise ArgumentError(
            f"{name}, row {quote_label(minutes.index[at])}: the pair "
            f"{quote_label(minutes['origin'].iloc[at])}, "
            f"{quote_label(minutes['destination'].iloc[at])} "
            "stands twice; keep one, for example with drop_duplicates()"
        )
    trips = Trips(known_origins, known_destinations, origin, destination, walked)
    finite = np.isfinite(walked)
    return trips if finite.all() else trips.where(finite)


def read_amounts(
    amounts: pd.Series, name: str, *, negative: bool = False, missing: bool = False
) -> pd.Series:
    """Return numbers by label as floats.

    Parameters
    ----------
    amounts
        Supply or people: one number for each label of the index.
    name
        Of the argument, for messages.
    negative, missing
        Whether numbers below 0, or none, may stand there.

    Raises
    ------
    ArgumentError
        If it is no Series, a label stands twice or is missing, or a value will not do.
    """
    if not isinstance(amounts, pd.Series):
        raise ArgumentError(
            f"{name} is {_describe(amounts)}; give a Series of numbers by label, such as a column"
        )
    check_labels(amounts.index, name, mend=_ADD_UP)
    return read_numbers(amounts, name, negative=negative, missing=missing)


def read_case(
    minutes: pd.DataFrame, supply: pd.Series, people: pd.Series
) -> tuple[Trips, Floats, Floats]:
    """Return the walks, the supply of each destination and the people of each origin."""
    there, living = read_amounts(supply, "supply"), read_amounts(people, "people")
    _check_fit(minutes, there, living)
    return read_trips(minutes, living, there), there.to_numpy(), living.to_numpy()


def _check_fit(minutes: pd.DataFrame, supply: pd.Series, people: pd.Series) -> None:
    """Refuse supply and people in each other's place, which would find no label else."""
    if not (isinstance(minutes, pd.DataFrame) and {*PAIR_COLUMNS} <= {*minutes.columns}):
        return
    start, end = (pd.Index(minutes[name]) for name in ("origin", "destination"))
    swapped = len(minutes) and start.isin(supply.index).all() and end.isin(people.index).all()
    if swapped and not (start.isin(people.index).all() and end.isin(supply.index).all()):
        raise ArgumentError(
            "supply has the labels of the origins, and people those of the destinations; "
            "swap the two, or the columns of minutes"
        )


def check_columns(table: pd.DataFrame, name: str) -> None:
    """Refuse a long table in which one of its columns stands twice."""
    for column in PAIR_COLUMNS:
        if list(table.columns).count(column) > 1:
            raise ArgumentError(f"{name} has two columns {column}; keep one")


def _known_labels(table: pd.DataFrame, column: str, given: Any, name: str) -> pd.Index:
    """Return the labels of one end: those given, those that a matrix carries, or the table's."""
    missing = table[column].isna().to_numpy()
    if missing.any():
        row = quote_label(table.index[int(np.argmax(missing))])
        raise ArgumentError(f"{name}, row {row}: no {column}; give its label or drop the row")
    if given is None:
        # A matrix of ours knows also the places that reach nothing, which have no row.
        given = getattr(table, f"{column}_labels", None)
        if not isinstance(given, pd.Index):
            given = table[column].unique()
    labels = given.index if isinstance(given, pd.Series | pd.DataFrame) else given
    known: pd.Index = pd.Index(labels)
    check_labels(known, f"{column}s", mend=_ADD_UP)
    return known


def _refuse_unknown(table: pd.DataFrame, column: str, unknown: Flags, known: pd.Index) -> None:
    """Say which label of the long table is not among those that are known."""
    at = int(np.argmax(unknown))
    label = table[column].iloc[at]
    whose = {"origin": "people or origins", "destination": "supply"}[column]
    remedy = "give it a row there (0 if it has none), or leave its rows out of minutes"
    if len(known) and str(label) in {*map(str, known)}:
        remedy = f"labels there are {type(known[0]).__name__}; convert one of the two"
    raise ArgumentError(
        f"minutes, row {quote_label(table.index[at])}: the {column} {quote_label(label)} is "
        f"not among the labels of {whose}; {remedy}"
    )


def _describe(value: Any) -> str:
    if isinstance(value, pd.DataFrame):
        named = ", ".join(map(str, value.columns[:6]))
        return f"a table with the columns {quote(named)}"
    return f"a {type(value).__name__}"
