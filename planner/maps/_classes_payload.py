"""Classes of housing: of which one each unit is, and who of it is left out in each gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.coverage.exact import exact_sums
from planner.maps._gaps_payload import sort_by_rank
from planner.maps._layer_columns import column, find_layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from planner.crs.array_types import Ints


def build_classes_payload(
    layers: Mapping[str, gpd.GeoDataFrame],
    summary: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    demand: gpd.GeoDataFrame | None,
    profile: str | None,
) -> dict[str, Any]:
    """Return the classes that a page offers; none where the plan, or an older result, names none.

    Parameters
    ----------
    layers, summary, tables
        Of a result.
    demand
        The units in the order of the page: class, kind, people, gap_id, demand_id.
    profile
        The plan's.

    Returns
    -------
    dict
        `names`: in the order of the summary, those that have people. `of`: for each unit the place
        of its class, -1 where its kind has none. `own`: for each class {kind: people by gap}, in
        the order of the page's gaps. `choices`: the same for the plan's people at a shorter cutoff,
        by the place of the choice.
    """
    rows = [row for row in summary.get("classes") or [] if row.get("area") == "all"]
    names = list(dict.fromkeys(str(row["class"]) for row in rows if row.get("people")))
    payload: dict[str, Any] = {"names": names, "of": [], "own": [], "choices": {}}
    if not names or demand is None or "class" not in demand.columns:
        return payload | {"names": []}
    kinds = list(dict.fromkeys(str(row["kind"]) for row in rows))
    # "" is a class too: of those of whom none is told.
    place = {name: number for number, name in enumerate(names)}
    of = np.array(
        [
            place.get(name or "", -1) if kind in kinds else -1
            for name, kind in zip(column(demand, "class"), demand["kind"], strict=True)
        ],
        dtype=np.int64,
    )
    payload["of"] = of.tolist()
    gaps = find_layer(layers, "gaps")
    ids = [] if gaps is None else column(sort_by_rank(gaps), "gap_id")
    known = {identifier: number for number, identifier in enumerate(ids)}
    inside = [known.get(identifier, -1) for identifier in column(demand, "gap_id")]
    payload["own"] = _count(demand, of, np.array(inside, dtype=np.int64), names, kinds, len(ids))
    choices, members = tables.get("choices"), tables.get("choice_members")
    if choices is None or members is None:
        return payload
    ranks = members.set_index("demand_id").reindex(demand["demand_id"])
    names_of = ("group", "moment", "condition", "profile")
    labels = zip(*(column(choices, name) for name in names_of), strict=True)
    for number, (*others, walker) in enumerate(labels):
        if not any(others) and profile in {None, walker}:
            rank = ranks[f"choice_{choices['choice'].iloc[number]}"].fillna(0)
            at = rank.to_numpy(dtype=np.int64) - 1
            most = int(at.max(initial=-1)) + 1
            payload["choices"][str(number)] = _count(demand, of, at, names, kinds, most)
    return payload


def _count(
    demand: pd.DataFrame, of: Ints, gap: Ints, names: Sequence[str], kinds: Sequence[str], size: int
) -> list[dict[str, list[float]]]:
    """Count the people of each class and kind in each of so many gaps; below 0: in none."""
    found = []
    people = demand["people"].to_numpy(dtype=np.float64)
    kind_of = demand["kind"].to_numpy(dtype=object)
    for number in range(len(names)):
        counts = {}
        for kind in kinds:
            part = (of == number) & (gap >= 0) & (kind_of == kind)
            sums = exact_sums(gap[part], people[part], size)
            counts[kind] = [round(float(count), 2) for count in sums]
        found.append(counts)
    return found
