"""Classes of housing or settlement: which one each unit is of, and how well each is served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.coverage.counting import ALL, count_by_verdict
from planner.coverage.demand import PEOPLE_COLUMNS, first_polygon
from planner.coverage.exact import exact_sum, exact_sums
from planner.plan import KINDS, Plan
from planner.sources.unit_classes import NO_CLASS

#: Column of the units, where a plan names classes.
CLASS: Final = "class"
#: Columns of `count_class_coverage`, so that they are the same where there is nobody.
_COUNTED: Final = (
    "class", "area", "kind", "cutoff_minutes", "people", "covered", "gap", "unknown", "share",
    "share_low", "share_high",
)  # fmt: skip


def class_by_polygon(
    units: gpd.GeoDataFrame, zones: gpd.GeoDataFrame
) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Return the class of the polygon that each unit is in, "" where it is in none.

    In two of them, or on a border, it has that of the smaller one; of two of one size that whose
    class comes first by its letters. A unit within a metre of a polygon counts as on its border.

    Parameters
    ----------
    units, zones
        Points, and polygons with `class`, in the same metric CRS.

    Returns
    -------
    Series, array of shape (n,)
        Aligned with `units`, called `class`; and whether each unit is in any polygon: that may have
        no class.
    """
    # Not in the order of the file, which says nothing: shuffled polygons give the same classes.
    area_m2 = shapely.area(zones.geometry.to_numpy())
    order = np.lexsort((zones[CLASS].astype(str).to_numpy(), area_m2))
    ordered = zones.iloc[order].reset_index(drop=True)
    found = first_polygon(units, ordered)
    names = np.append(ordered[CLASS].to_numpy(dtype=object), NO_CLASS)
    classes = pd.Series(names[found], index=units.index, name=CLASS, dtype=object)
    return classes, found >= 0


def list_classes(units: pd.DataFrame) -> list[str]:
    """Return the classes of some units, that with most people first; "" comes last.

    Without a column of classes there are none; of as many people the first by its letters.
    """
    if CLASS not in units:
        return []
    names, people = units[CLASS].to_numpy(dtype=object), units["people"].to_numpy(dtype=float)
    totals = {str(name): exact_sum(people[names == name]) for name in set(names)}
    return sorted(totals, key=lambda name: (name == NO_CLASS, -totals[name], name))


def count_class_coverage(
    demand: pd.DataFrame,
    verdicts: Mapping[float, pd.Series],
    plan: Plan,
    areas: Sequence[str],
) -> pd.DataFrame:
    """Count the people of each class by verdict, for each area and cutoff.

    Parameters
    ----------
    demand
        kind, people, town, and `class` where the plan names classes.
    verdicts
        Cutoff in minutes -> verdict of each unit in the plan's profile, aligned with `demand`.
    plan
        Whose [[demand]] tell which kinds have classes: people of another kind are in no row.
    areas
        Names of the towns, in the order wanted; the row `all` comes first.

    Returns
    -------
    DataFrame
        class ("" for people of whom none is told), area, kind, cutoff_minutes, people, covered,
        gap, unknown, share, share_low, share_high. Kinds are never added up. The classes of a kind
        add up to its row of `count_coverage`.
    """
    rows: list[dict[str, Any]] = []
    kinds = kinds_with_classes(demand, plan)
    for name in list_classes(demand[demand["kind"].isin(kinds)]):
        own = demand[(demand[CLASS] == name).to_numpy()]
        for area in (ALL, *areas):
            here = own if area == ALL else own[(own["town"] == area).to_numpy()]
            for kind in (kind for kind in kinds if (own["kind"] == kind).any()):
                part = here[(here["kind"] == kind).to_numpy()]
                for cutoff, verdict in verdicts.items():
                    key = {"class": name, "area": area, "kind": kind, "cutoff_minutes": cutoff}
                    rows.append(key | count_by_verdict(part, verdict))
    return pd.DataFrame(rows, columns=list(_COUNTED))


def count_gap_classes(
    demand: pd.DataFrame, gap_id: pd.Series, plan: Plan, classes: Sequence[str] | None = None
) -> pd.DataFrame:
    """Count the people of each class in each gap.

    Parameters
    ----------
    demand
        kind, people, and `class` where the plan names classes.
    gap_id
        Gap of each unit, "" for none, aligned with `demand`.
    plan
        As in `count_class_coverage`.
    classes
        In the order wanted, where `demand` has not all units; None: that of `list_classes`.

    Returns
    -------
    DataFrame
        gap_id, class, people_residential, people_industrial, people_commercial: a row for each
        class that has people there, in the order of the gaps' ids and of `list_classes`.
    """
    columns = ["gap_id", CLASS, *PEOPLE_COLUMNS]
    kinds = kinds_with_classes(demand, plan)
    inside = ((gap_id != "") & demand["kind"].isin(kinds)).to_numpy()
    if not kinds or not inside.any():
        return pd.DataFrame(columns=columns)
    part, gap = demand[inside], gap_id[inside].to_numpy(dtype=object)
    if classes is None:
        classes = list_classes(demand[demand["kind"].isin(kinds)])
    gaps = sorted(set(gap))
    place = pd.Index(gaps).get_indexer(gap) * len(classes)
    place += pd.Index([*classes], dtype=object).get_indexer(pd.Index(part[CLASS], dtype=object))
    people = part["people"].to_numpy(dtype=np.float64)
    counts = {
        column: exact_sums(
            place, np.where(part["kind"] == kind, people, 0.0), len(gaps) * len(classes)
        )
        for column, kind in zip(PEOPLE_COLUMNS, KINDS, strict=True)
    }
    table = pd.DataFrame({
        "gap_id": np.repeat(np.array(gaps, dtype=object), len(classes)),
        CLASS: np.tile(np.array(classes, dtype=object), len(gaps)),
        **counts,
    })  # fmt: skip
    some = (table[list(PEOPLE_COLUMNS)] > 0).any(axis=1)
    return table[some].reset_index(drop=True)


def kinds_with_classes(demand: pd.DataFrame, plan: Plan) -> list[str]:
    """Return the kinds of the units of which a plan tells classes, in the order of the units.

    None where the units have no column of classes, as those of an older run.
    """
    if CLASS not in demand:
        return []
    told = {str(part.kind) for part in plan.demand if part.has_classes}
    return [kind for kind in dict.fromkeys(demand["kind"].tolist()) if kind in told]
