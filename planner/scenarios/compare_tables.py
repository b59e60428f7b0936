"""Before and after from tables: who gains and who loses between two coverages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.coverage.counting import ALL, COVERED
from planner.coverage.coverage_of_tables import Coverage, coverage
from planner.coverage.known_streets import KnownStreets
from planner.crs.array_types import Floats
from planner.errors import ArgumentError, quote_label
from planner.plan import EVERYWHERE
from planner.rounding import format_share
from planner.scenarios._change_counts import GAINED, LOST, Presence, count_by_area
from planner.scenarios._state_verdicts import StateVerdict
from planner.showing import to_html

#: A place that is farther from where it was is another one.
_MOVED_M: Final = 10.0
#: What is told of a place at both times.
_TOLD: Final = ("verdict", "reason", "minutes", "nearest")


@dataclass(frozen=True, eq=False, repr=False)
class CoverageChange:
    """What changes between two coverages; a frozen value of tables.

    Parameters
    ----------
    units : GeoDataFrame, EPSG:4326, index of the people
        kind, town, people_before, people_after, change (gained, lost or ""), and verdict, reason,
        minutes and nearest of both times, ending in _before and _after.
    shares : DataFrame
        area, kind and the counts of compare.json: people, people_after, covered, gap and unknown
        with share, share_low and share_high of both times; gained and lost (of people there at both
        times), newly_covered and gained_unknown (whose verdict was gap, was unknown), came, went.
    before, after
        The two coverages.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> change = planner.compare(
    ...     town.facilities.loc[["F1"]], town.facilities, network=town.network, people=town.people,
    ...     known="everywhere",
    ... )
    >>> change.units.loc["H5", ["verdict_before", "verdict_after", "change"]].tolist()
    ['gap', 'covered', 'gained']
    """

    units: gpd.GeoDataFrame
    shares: pd.DataFrame
    before: Coverage
    after: Coverage

    def __repr__(self) -> str:
        """Say who gains and who loses, a line for each kind of people."""
        cutoff = self.before.cutoffs_minutes[-1]
        lines = [f"CoverageChange({len(self.units):,} places, {cutoff:g} minutes)"]
        whole = self.shares[self.shares["area"] == ALL]
        for _, row in whole.iterrows():
            shares = [_say_ends(row, when) for when in ("before", "after")]
            doubt = row["gained_unknown"]
            beside = f" ({doubt:,.0f} of them could not be judged before)" if doubt else ""
            lines.append(
                f"  {row['kind']}: {row[GAINED]:,.0f} gain{beside}, {row[LOST]:,.0f} lose; "
                f"{shares[0]} -> {shares[1]} covered"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Show who gains and loses by area and kind as a table."""
        ends = [f"{name}_{when}" for when in ("before", "after")
                for name in ("share", "share_low", "share_high")]  # fmt: skip
        columns = ["area", "kind", "people", GAINED, LOST, *ends]
        return to_html(repr(self).splitlines()[:1], self.shares[columns])


def _say_ends(row: pd.Series, when: str) -> str:
    """Say a share with its low and high."""
    share, low, high = (
        format_share(row[f"{name}_{when}"]) for name in ("share", "share_low", "share_high")
    )
    return f"{share} ({low}-{high})"


def compare(
    before: Coverage | gpd.GeoDataFrame | gpd.GeoSeries,
    after: Coverage | gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    network: Any = None,
    people: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    **options: Any,
) -> CoverageChange:
    """Say who gains and who loses cover, with what cannot be told counted apart.

    The counts are those of `planner compare`: it calls the same functions.

    Parameters
    ----------
    before, after
        Two coverages, of people known by one index; or two tables of facilities, judged by
        `coverage` for the same people.
    network, people, options
        As `coverage` takes them, with tables of facilities.

    Raises
    ------
    ArgumentError
        If one is a coverage and the other a table; if the two are judged within different minutes,
        as different walkers, or by another access, area, known or complete; or if a label names a
        place of another kind or elsewhere then (over 10 m away). People of a label may change.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> planner.compare(
    ...     town.facilities.loc[["F1"]], town.facilities, network=town.network, people=town.people,
    ...     known="everywhere",
    ... )
    CoverageChange(9 places, 15 minutes)
      residential: 240 gain, 0 lose; 55.0% (55.0%-55.0%) -> 75.0% (75.0%-75.0%) covered
    """
    first, then = _judge_both(before, after, network, people, options)
    _check_alike(first, then)
    units, there = _align(first, then)
    verdicts = [
        StateVerdict(
            units[f"minutes_{when}"].to_numpy(dtype=np.float64),
            np.full(len(units), -1),
            units[f"verdict_{when}"].to_numpy(dtype=object),
        )
        for when in ("before", "after")
    ]
    towns = [name for name in units["town"].unique() if name]
    rows: list[dict[str, Any]] = []
    everybody = units[["people_before", "people_after"]].max(axis=1)
    for kind in units["kind"].unique():
        counted = everybody.where(units["kind"] == kind, 0.0)
        pair = (verdicts[0], verdicts[1])
        rows += count_by_area(units, counted, towns, pair, there, kind=kind)
    covered = [verdict.covered for verdict in verdicts]
    both = (there.stay > 0) | (everybody == 0).to_numpy()
    change = np.select(
        [both & ~covered[0] & covered[1], both & covered[0] & ~covered[1]], [GAINED, LOST], ""
    )
    return CoverageChange(units.assign(change=change), pd.DataFrame(rows), first, then)


def _judge_both(
    before: Any, after: Any, network: Any, people: Any, options: dict[str, Any]
) -> tuple[Coverage, Coverage]:
    """Return two coverages; tables of facilities are judged first."""
    if isinstance(before, Coverage) != isinstance(after, Coverage):
        raise ArgumentError(
            "before and after are a Coverage and a table; give two of the one or of the other"
        )
    if isinstance(before, Coverage):
        given = [name for name, value in (("network", network), ("people", people))
                 if value is not None]  # fmt: skip
        if given or options:
            raise ArgumentError(
                f"a Coverage has its own {', '.join([*given, *options])}; leave them out"
            )
        return before, after
    if network is None or people is None:
        raise ArgumentError(
            "two tables of facilities are judged with network= and people=; give both"
        )
    return coverage(network, before, people, **options), coverage(network, after, people, **options)


def _check_alike(before: Coverage, after: Coverage) -> None:
    """Refuse coverages that ask different questions, or go by other rules."""
    for what, one, other in (
        ("within other minutes", before.cutoffs_minutes[-1], after.cutoffs_minutes[-1]),
        ("as other walkers", before.profile.name, after.profile.name),
    ):
        if one != other:
            raise ArgumentError(
                f"before and after are judged {what} ({one} and {other}); give both the same"
            )
    first, then = before.asked.ground, after.asked.ground
    rules: tuple[tuple[str, object, object], ...] = (
        ("profile", before.profile, after.profile),
        ("access", first.streets.access, then.streets.access),
        ("complete", first.area.complete, then.area.complete),
    )
    for name, rule, its in rules:
        if rule != its:
            raise ArgumentError(
                f"before and after are judged by another {name} ({rule} and {its}); give both "
                "the same"
            )
    for name, asked, their in (
        ("known", _known_of(first), _known_of(then)),
        ("area", first.counted_in, then.counted_in),
    ):
        if not _same_land(asked, their):
            raise ArgumentError(
                f"before and after are judged by another {name}; give both coverages the same "
                f"{name}="
            )


def _known_of(ground: KnownStreets) -> Any:
    """Return the land whose streets are known; a hull goes with the streets, whatever it is."""
    if ground.area.hull_as_extent:
        return "hull"
    return EVERYWHERE if ground.area.data is None else ground.area.data


def _same_land(one: Any, other: Any) -> bool:
    """Tell whether two lands are the same; None is all land."""
    if one is None or other is None or isinstance(one, str) or isinstance(other, str):
        return one is other or one == other
    return bool(shapely.equals(shapely.normalize(one), shapely.normalize(other)))


def _refuse_moved(first: gpd.GeoDataFrame, then: gpd.GeoDataFrame) -> None:
    """Refuse places of one label that stand elsewhere; new people stand at new labels."""
    labels = first.index.intersection(then.index)
    one, other = first.geometry.loc[labels], then.geometry.loc[labels]
    crs = one.estimate_utm_crs() if len(labels) else None
    away_m = one.to_crs(crs).distance(other.to_crs(crs), align=False) if crs is not None else []
    moved = np.flatnonzero(np.asarray(away_m) > _MOVED_M)
    if len(moved):
        label, count = labels[moved[0]], len(moved)
        total = f" ({count} places in all)" if count > 1 else ""
        raise ArgumentError(
            f"the place {quote_label(label)} stands {np.asarray(away_m)[moved[0]]:,.0f} m from "
            f"where it stood before{total}; give places an index that names them, and new places "
            "new labels"
        )


def _align(before: Coverage, after: Coverage) -> tuple[gpd.GeoDataFrame, Presence]:
    """Put what is told of every place at both times into one row, and say who is there when."""
    one, other = before.units, after.units
    _refuse_moved(one, other)
    labels = one.index.append(other.index.difference(one.index, sort=False))
    # Who is there at one time alone has no verdict at the other: none can be judged then.
    first, then = one.reindex(labels), other.reindex(labels)
    for name in ("kind", "town"):
        differ = first[name].notna() & then[name].notna() & (first[name] != then[name])
        if differ.any():
            label = labels[differ.to_numpy()][0]
            raise ArgumentError(
                f"the place {quote_label(label)} is of another {name} before and after; give "
                "places an index that names them"
            )
    people = [part["people"].fillna(0.0).to_numpy(dtype=np.float64) for part in (first, then)]
    table = {
        "kind": first["kind"].fillna(then["kind"]),
        "town": first["town"].fillna(then["town"]),
        "people_before": people[0],
        "people_after": people[1],
    }
    for when, part, else_ in (("before", first, then), ("after", then, first)):
        absent = part["verdict"].isna()
        for name in _TOLD:
            # Who is absent at one time gets what is told of the other, so that no column has holes;
            # `Presence` keeps it out of every count.
            table[f"{name}_{when}"] = part[name].where(~absent, else_[name])
    most = np.maximum(*people)
    share: list[Floats] = [
        np.divide(part, most, out=np.ones(len(most)), where=most > 0) for part in people
    ]
    shapes = first.geometry.where(first.geometry.notna(), then.geometry)
    units = gpd.GeoDataFrame(table, geometry=shapes, crs=one.crs)
    assert set(units["verdict_before"]) <= {COVERED, "gap", "unknown"}
    return units, Presence(share[0], share[1])
