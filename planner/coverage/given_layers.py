"""Facilities and people that a caller hands in, checked at the door and read as those of a plan."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.demand import locate
from planner.coverage.placed_points import take_points
from planner.crs.array_types import Flags
from planner.errors import ArgumentError, SourceError, quote, quote_label
from planner.network import WalkNetwork
from planner.network.study_area import StudyArea
from planner.plan import KINDS, RESERVED, Demand
from planner.plan.given_table import GivenTable
from planner.sources.demand_input import DemandInput
from planner.sources.heading_words import TABLES
from planner.sources.headings import list_words, normalise
from planner.sources.tables import Table, load_demand_units, load_facilities
from planner.travel.given_numbers import read_numbers
from planner.travel.points import points_of

Layer: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries

PEOPLE: Final = "people"
#: What only tables of facilities have.
_FACILITIES_ONLY: Final = ("facility_id", "level", "opening_hours", "services")
#: Columns that a table of people may have beside their number: they hold none.
_BESIDE: Final = ("id", "kind", "town", "class", "name")
#: Columns of people by which shares are told apart.
_TEXTS: Final = ("town", "class")

_Read = TypeVar("_Read")


@dataclass(frozen=True, eq=False)
class GivenPeople:
    """People of a layer as demand units.

    units : as `units_from_points`, with town, and class where the layer has one; metric CRS.
    labels : of each unit in the index of the layer. table : Series, aligned: number of its kind.
    dropped : how many rows lie outside the area, so that nobody is counted there.
    counted : whether a number of people was given, or asked not to be; else each row is one person.
    away : how many rows are so far from all streets that nobody walks from there.
    """

    units: gpd.GeoDataFrame
    labels: pd.Index
    table: pd.Series
    dropped: int
    counted: bool = True
    away: int = 0


@dataclass(frozen=True, eq=False)
class GivenFacilities:
    """Facilities of a layer as a plan's are read: `Table`, and the label of each of its rows."""

    table: Table
    index: pd.Index

    def labels_of(self, rows: pd.DataFrame) -> pd.Index:
        """Return the labels of some of the rows, by their column `row`."""
        return self.index[rows["row"].to_numpy(dtype=np.int64) - 1]


def find_people_column(people: Layer, named: str | None) -> str | None:
    """Return the column that holds the number of people, None where every row is one person.

    Parameters
    ----------
    people
        The layer.
    named
        By the caller; `people` may also be called by a usual heading.

    Raises
    ------
    ArgumentError
        If another column is named and not there, or none of several columns may hold people.
    """
    columns = [] if isinstance(people, gpd.GeoSeries) else [str(name) for name in people.columns]
    if named is None or named in columns:
        return named
    if named != PEOPLE:
        has = ", ".join(columns) or "none"
        raise ArgumentError(f"people has no column {quote(named)}; it has {has}; name one of them")
    usual = {*list_words("town totals", PEOPLE)}
    meant = [name for name in columns if normalise(name) in usual]
    if len(meant) > 1:
        raise ArgumentError(
            f"people: {' and '.join(map(quote, meant))} may both be meant; "
            f"say people_column={quote(meant[0])}"
        )
    if not meant:
        _refuse_uncounted(people, columns, sorted(usual))
    return meant[0] if meant else None


def _refuse_uncounted(people: Layer, columns: list[str], usual: list[str]) -> None:
    """Refuse a table with columns of which none tells how many people there are."""
    shapes = str(people.active_geometry_name) if isinstance(people, gpd.GeoDataFrame) else ""
    others = [name for name in columns if name not in (shapes, *_BESIDE)]
    if not others:
        return
    near = [
        name
        for name in others
        if difflib.get_close_matches(normalise(name), usual, n=1, cutoff=0.6)
    ]
    ask = f"do you mean {quote(near[0])}? Say" if near else f"it has {', '.join(others[:10])}; say"
    raise ArgumentError(
        f"people has no column {quote(PEOPLE)}; {ask} people_column={quote((near or others)[0])}, "
        "or people_column=None to count each row as one person"
    )


def refuse_swapped(facilities: Layer, people: Layer, named: str | None) -> None:
    """Refuse facilities and people that stand in each other's place, where their columns tell.

    Raises
    ------
    ArgumentError
        Saying which columns tell.
    """
    counted = PEOPLE if named is None else named
    counts = _find_column(facilities, "town totals", PEOPLE) or (
        counted if counted in _columns(facilities) else None
    )
    if counts is None or _find_column(people, "town totals", PEOPLE) or counted in _columns(people):
        return
    telling = [name for name in _FACILITIES_ONLY if _find_column(people, "facilities", name)]
    if telling or not _find_column(facilities, "facilities", "name"):
        why = f", and people a column of {telling[0]}" if telling else " and no names"
        raise ArgumentError(
            f"facilities has a column {quote(counts)}{why}: facilities and people look swapped; "
            "give the facilities first, then the people"
        )


def _columns(layer: Layer) -> list[str]:
    return [] if isinstance(layer, gpd.GeoSeries) else [str(name) for name in layer.columns]


def _find_column(layer: Layer, kind: str, name: str) -> str | None:
    """Return the column of a layer that means one of our names, None for none."""
    meant = {normalise(name), *(list_words(kind, name) if name in TABLES[kind] else ())}
    return next((column for column in _columns(layer) if normalise(column) in meant), None)


def take_facilities(facilities: Layer, network: WalkNetwork) -> GivenFacilities:
    """Read facilities as the table of facilities of a plan is read.

    Parameters
    ----------
    facilities
        Points in any CRS; the columns of a plan's table (docs/tables.md) mean what they mean there,
        and none is needed. Facilities without `facility_id` go by their index.
    network
        The streets.

    Raises
    ------
    ArgumentError
        If a row has no point or a value that cannot be used, a label stands twice, or there is no
        row.
    """
    _, layer = _checked(facilities, network, "facilities")
    given = GivenTable("facilities", layer, "facility_id")
    table = _read_rows(lambda: load_facilities(given), "facilities", layer.index)
    return GivenFacilities(table, layer.index)


def take_people(
    people: Layer,
    network: WalkNetwork,
    area: StudyArea,
    people_column: str | None = PEOPLE,
    *,
    reach_m: float = np.inf,
) -> GivenPeople:
    """Read people as the points of a plan are read.

    Parameters
    ----------
    people
        Points in any CRS; optional columns `kind`, `town`, `class`. Those without `id` go by their
        index.
    network
        The streets.
    area
        Where people are counted, and its towns where the layer names none.
    people_column
        With the number of people; None: one each.
    reach_m
        The longest walk: nobody farther than this from all streets can be meant.

    Raises
    ------
    ArgumentError
        If all rows are farther away than that, a row has no point, its people are no number of at
        least 0, its kind is unknown, a label stands twice, or nobody is there.
    """
    _, layer = _checked(people, network, "people")
    away = _find_away(people, network, reach_m)
    column = find_people_column(people, people_column)
    counts = pd.Series(1.0, layer.index)
    if column is not None:
        counts = read_numbers(layer[column], "people", column=column)
    kinds = _read_kinds(layer)
    layer = layer.assign(**{PEOPLE: counts.to_numpy()})
    parts, rows = [], []
    dropped: list[dict[str, Any]] = []
    for kind in dict.fromkeys(kinds):
        chosen = np.flatnonzero(kinds == kind)
        units, numbers = _take_kind(layer.iloc[chosen], kind, area, dropped)
        parts.append(units)
        rows.append(chosen[numbers.to_numpy(dtype=np.int64) - 1])
    places = np.concatenate(rows)
    order = np.argsort(places, kind="stable")
    units = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=area.crs)
    units, places = units.iloc[order].reset_index(drop=True), places[order]
    if not units["people"].sum() > 0:
        raise ArgumentError(
            "people: nobody is there, as all numbers are 0 or all rows lie outside the area; "
            "check people_column and area"
        )
    named = layer.iloc[places]
    units["town"] = locate(units, area.towns)
    for name in _TEXTS:
        if name in named:
            units[name] = _read_texts(named, name)
    # As in a plan, where each [[demand]] is of one kind: gaps are joined by the spacing of each.
    table = pd.Series(pd.factorize(units["kind"])[0], index=units.index)
    counted = people_column is None or column is not None
    return GivenPeople(
        units, layer.index[places], table, len(layer) - len(units), counted, int(away.sum())
    )


def _find_away(people: Layer, network: WalkNetwork, reach_m: float) -> Flags:
    """Mark the rows farther than a walk from the box round all streets, refusing that all are."""
    xy = points_of(people, network, "people")
    if network.n_nodes == 0:
        return np.zeros(len(xy), dtype=bool)
    low, high = network.bounds[:2], network.bounds[2:]
    away_m = np.hypot(*np.maximum(np.maximum(low - xy, xy - high), 0.0).T)
    away: Flags = away_m > reach_m
    if away.all():
        raise ArgumentError(
            f"people: all {len(xy):,} rows are more than {reach_m / 1000:.1f} km from the streets, "
            f"the nearest {away_m.min() / 1000:,.1f} km; check their CRS, or load the streets there"
        )
    return away


def _checked(
    layer: Layer, network: WalkNetwork, name: str
) -> tuple[gpd.GeoSeries, gpd.GeoDataFrame]:
    """Refuse what is no layer of labelled points near the streets; return it as a table."""
    points_of(layer, network, name, labelled=True)
    if len(layer) == 0:
        raise ArgumentError(f"{name} has no rows; give at least one")
    places = layer if isinstance(layer, gpd.GeoSeries) else layer.geometry
    table = {} if isinstance(layer, gpd.GeoSeries) else layer.drop(columns=places.name)
    found = gpd.GeoDataFrame(pd.DataFrame(table, index=layer.index), geometry=places.to_numpy())
    return places, found.set_crs(places.crs)


def _read_rows(read: Callable[[], _Read], name: str, index: pd.Index) -> _Read:
    """Read a table; what its reader refuses is a wrong argument, its rows named by their labels."""
    try:
        return read()
    except SourceError as error:
        row = next((doubt.row for doubt in error.doubts if doubt.row is not None), None)
        text = str(error)
        if row is not None:
            label = index[row - 1]
            text = text.replace(f"{name}: row {row}:", f"{name}, row {quote_label(label)}:", 1)
        raise ArgumentError(text) from error


def _read_kinds(layer: gpd.GeoDataFrame) -> Any:
    """Return the kind of each row; residents where none is named."""
    if "kind" not in layer:
        return np.full(len(layer), KINDS[0], dtype=object)
    kinds = layer["kind"].fillna(KINDS[0]).astype(str).to_numpy(dtype=object)
    unknown = [kind for kind in dict.fromkeys(kinds) if kind not in KINDS]
    if unknown:
        raise ArgumentError(f"people: kind {quote(unknown[0])}; give one of {', '.join(KINDS)}")
    return kinds


def _read_texts(named: gpd.GeoDataFrame, name: str) -> Any:
    """Return names of towns or classes; empty where none is given."""
    texts = named[name].fillna("").astype(str).to_numpy(dtype=object)
    for word in RESERVED:
        if word in texts:
            raise ArgumentError(
                f"people: the {name} {quote(word)} is reserved for the whole; rename it"
            )
    return texts


def _take_kind(
    layer: gpd.GeoDataFrame, kind: str, area: StudyArea, dropped: list[dict[str, Any]]
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Read the rows of one kind; return their units and which of the rows these are, from 1."""
    # Only what a plan's table has: a column called row or id_2 of the caller must mean nothing.
    own = layer[[name for name in ("id", PEOPLE) if name in layer] + ["geometry"]]
    given = GivenTable("people", own)
    read = _read_rows(lambda: load_demand_units(given, people=PEOPLE), "people", layer.index)
    section = Demand(kind=kind, table=given, people=PEOPLE)
    return _read_rows(
        lambda: take_points(DemandInput(section, points=read), area, dropped, []),
        "people",
        layer.index,
    )
