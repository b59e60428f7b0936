"""The layers of a proposal: sites, candidates, frontages, alternatives, changes."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.coverage.exact import exact_sums
from planner.coverage.facilities import PLANNED
from planner.gaps.changed_gaps import change_gaps
from planner.plan import KINDS
from planner.siting._evidence import Evidence
from planner.siting.siting_case import SitingCase

#: Criteria of a candidate that its reasons mention.
CRITERIA: Final = (
    "metro_minutes",
    "bus_minutes",
    "services_in_reach",
    "facility_minutes",
    "score",
)


def build_layers(evidence: Evidence, sites: list[dict[str, Any]]) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers in the metric CRS; the last two are of `change_gaps`, for the map."""
    case = evidence.case
    order = np.zeros(len(case.candidates), dtype=np.int64)
    order[evidence.solution.sites] = np.arange(1, len(sites) + 1)
    changes = _change_layer(evidence)
    return {
        "sites": _build_site_layer(evidence, sites),
        "candidates": case.candidates.assign(
            order=order,
            needless=evidence.posed.needless[: len(order)],
            **_alone(evidence),
        ),
        "frontages": evidence.frontages.assign(
            order=evidence.frontages["site_id"].map({s["site_id"]: s["order"] for s in sites})
        ),
        "alternatives": _alternative_layer(evidence),
        "changes": changes,
        **change_gaps(case.gaps, case.demand, changes),
    }


def _alone(evidence: Evidence) -> dict[str, NDArray[np.float64]]:
    """Return by kind whom each candidate would newly cover if it were the only one, shape (m,).

    With room for so many, those who count most come first.
    """
    case, pairs = evidence.case, evidence.case.reached
    count = {}
    for kind in KINDS:
        people = np.where(case.left_out & case.of_kind(kind), case.people, 0.0)[pairs.target]
        count[kind] = exact_sums(pairs.origin, people, len(case.candidates))
    if evidence.room is not None:
        left = np.where(case.candidates["capacity"].isna(), np.inf, evidence.room.capacity)
        for kind in sorted(KINDS, key=lambda kind: -evidence.question.weights.get(kind, 0.0)):
            count[kind] = np.minimum(count[kind], left)
            left = left - count[kind]
    return {f"gain_{kind}": count[kind].astype(np.float64) for kind in KINDS}


def _build_site_layer(evidence: Evidence, sites: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Return the chosen sites as a layer: the rows of site.json, flat."""
    flat = []
    for site in sites:
        # A layer's columns are not nested, and its points say where a site is.
        row = {k: v for k, v in site.items() if not isinstance(v, dict) and k not in ("lon", "lat")}
        row |= {f"gain_{kind}": people for kind, people in site["gain"].items()}
        row |= {f"only_here_{kind}": people for kind, people in site["only_here"].items()}
        row |= {f"reasons_{name}": "\n".join(lines) for name, lines in site["reasons"].items()}
        flat.append(row)
    points = evidence.case.candidates.geometry.iloc[evidence.solution.sites].to_numpy()
    columns = ["order", "site_id", "name"] if not flat else None
    table = pd.DataFrame(flat, columns=columns)
    numbers = ["cost", "capacity", "served", "loss_without", "minutes_before", "minutes_after",
               "runs_share", *CRITERIA]  # fmt: skip
    # A column of None alone would have another type than in the next proposal.
    for name in numbers:
        if name in table:
            table[name] = pd.to_numeric(table[name]).astype(np.float64)
    return gpd.GeoDataFrame(table, geometry=points, crs=evidence.case.candidates.crs)


def _alternative_layer(evidence: Evidence) -> gpd.GeoDataFrame:
    """Return the sites of the alternatives, a point for each: rank, value, loss, chosen."""
    case = evidence.case
    rows, points = [], []
    for row in evidence.alternatives[: evidence.question.alternatives]:
        for column in row["columns"]:
            site = case.candidates.iloc[int(column)]
            rows.append({
                "rank": row["rank"], "value": row["value"], "loss": row["loss"],
                "without": row["without"], "site_id": str(site["site_id"]),
                "name": str(site["name"]), "town": str(site["town"]),
                "chosen": bool(np.isin(column, evidence.solution.sites)),
            })  # fmt: skip
            points.append(site.geometry)
    names = ["rank", "value", "loss", "without", "site_id", "name", "town", "chosen"]
    table = pd.DataFrame(rows, columns=names)
    return gpd.GeoDataFrame(table, geometry=points, crs=case.candidates.crs)


def _change_layer(evidence: Evidence) -> gpd.GeoDataFrame:
    """Return the units whose cover changes: who gains, who has a planned station, who loses.

    Where sites have room for only so many, a row for each site that serves people of a unit, with
    those it serves; people_left are people of the unit whom nothing covers.
    """
    case, outcome = evidence.case, evidence.outcome
    parts = [_list_gained(evidence), _planned_rows(case), *_lost_rows(evidence)]
    # An empty part would change the types of columns; if all are, one gives the columns.
    rows = pd.concat([part for part in parts if len(part)] or parts[:1])
    rows = rows.sort_values("unit", kind="stable")
    unit = rows["unit"].to_numpy(dtype=np.int64)
    part = case.demand.iloc[unit]
    # Rounded as the counts of site.json are, so that both tell the same people.
    left = np.round(case.people * (outcome.left + outcome.unknown), 6)
    return gpd.GeoDataFrame(
        {
            "demand_id": part["demand_id"].to_numpy(),
            "kind": part["kind"].to_numpy(),
            "people": rows["people"].to_numpy(dtype=np.float64),
            "people_left": left[unit],
            "town": part["town"].to_numpy(),
            "scenario": "proposal",
            "change": rows["change"].to_numpy(),
            "verdict_before": part["verdict"].to_numpy(),
            "verdict_after": rows["verdict_after"].to_numpy(),
            "minutes_before": case.minutes_today[unit],
            "minutes_after": rows["minutes_after"].to_numpy(dtype=np.float64),
            "nearest_before": part["nearest_facility_id"].to_numpy(),
            "nearest_after": rows["nearest_after"].to_numpy(),
        },
        geometry=part.geometry.to_numpy(),
        crs=case.demand.crs,
    )


def _list_gained(evidence: Evidence) -> pd.DataFrame:
    """Return who gains: unit, people, and the station that covers them then with its minutes."""
    case, outcome = evidence.case, evidence.outcome
    share = (outcome.gained + outcome.gained_doubtful) * (case.people > 0)
    if evidence.room is None:
        unit = np.flatnonzero(share > 0)
        minutes, nearest = outcome.minutes[unit], outcome.nearest[unit]
        people = case.people[unit]
    else:
        pairs = outcome.parts.tocoo()
        use = share[pairs.row] > 0
        unit, site = pairs.row[use], pairs.col[use]
        people = np.round(pairs.data[use] * case.people[unit], 6)
        walks = outcome.walks.toarray()[unit, site] if len(unit) else np.empty(0)
        minutes, nearest = walks, np.array(evidence.site_ids, dtype=object)[site]
    return pd.DataFrame({
        "unit": unit, "people": people, "change": "gained", "verdict_after": COVERED,
        "minutes_after": minutes, "nearest_after": nearest,
    })  # fmt: skip


def _planned_rows(case: SitingCase) -> pd.DataFrame:
    """Return whom planned stations alone will cover, whatever is built, as `_list_gained` does."""
    unit = np.flatnonzero(case.covered_by_planned & ~case.covered & (case.people > 0))
    return _rows(unit, case.people, PLANNED, COVERED, (case.minutes, case.nearest))


def _lost_rows(evidence: Evidence) -> list[pd.DataFrame]:
    """Return who loses, as `_list_gained` does; apart who cannot be judged then."""
    outcome, people = evidence.outcome, evidence.case.people * evidence.outcome.lost
    after = outcome.minutes, outcome.nearest
    doubt = outcome.unknown > 0
    return [
        _rows(np.flatnonzero((people > 0) & (doubt == unsure)), people, "lost", verdict, after)
        for verdict, unsure in ((GAP, False), (UNKNOWN, True))
    ]


def _rows(
    unit: NDArray[np.int64],
    people: NDArray[np.float64],
    change: str,
    verdict: str,
    after: tuple[NDArray[np.float64], NDArray[np.object_]],
) -> pd.DataFrame:
    """Return some units with their people, and minutes and nearest station after."""
    return pd.DataFrame({
        "unit": unit, "people": people[unit], "change": change, "verdict_after": verdict,
        "minutes_after": after[0][unit], "nearest_after": after[1][unit],
    })  # fmt: skip
