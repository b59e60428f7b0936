"""All that was worked out for a proposal, and its layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.exact import exact_sums
from planner.plan import KINDS
from planner.siting._robust import Robustness
from planner.siting.case import SitingCase
from planner.siting.explain import CurvePoint
from planner.siting.gains import Outcome
from planner.siting.question import Posed, SiteQuestion
from planner.siting.solution import Solution

#: Criteria of a candidate that its reasons mention.
CRITERIA: Final = (
    "metro_minutes",
    "bus_minutes",
    "services_in_reach",
    "facility_minutes",
    "score",
)


@dataclass(frozen=True, eq=False)
class Found:
    """All that was worked out for a proposal."""

    case: SitingCase
    question: SiteQuestion
    posed: Posed
    solution: Solution
    outcome: Outcome
    curve: list[CurvePoint]
    order: list[dict[str, Any]]
    alternatives: list[dict[str, Any]]
    frontages: gpd.GeoDataFrame
    robust: Robustness
    weight: NDArray[np.float64]
    times: NDArray[np.int64]

    @property
    def site_ids(self) -> list[str]:
        """The chosen sites in build order."""
        return [str(self.posed.ids[column]) for column in self.solution.sites]

    @property
    def closed(self) -> list[str]:
        """The facilities that close."""
        return [str(self.posed.ids[column]) for column in self.solution.closed]


def proposal_layers(found: Found, sites: list[dict[str, Any]]) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers in the metric CRS."""
    case = found.case
    order = np.zeros(len(case.candidates), dtype=np.int64)
    order[found.solution.sites] = np.arange(1, len(sites) + 1)
    return {
        "sites": _site_layer(found, sites),
        "candidates": case.candidates.assign(
            order=order,
            needless=found.posed.dropped[: len(order)],
            **{f"gain_{kind}": _alone(case, kind) for kind in KINDS},
        ),
        "frontages": found.frontages.assign(
            order=found.frontages["site_id"].map({s["site_id"]: s["order"] for s in sites})
        ),
        "alternatives": _alternative_layer(found),
        "changes": _change_layer(found),
    }


def _alone(case: SitingCase, kind: str) -> NDArray[np.float64]:
    """Return whom each candidate would newly cover if it were the only one, shape (m,)."""
    people = np.where(case.left_out & case.of_kind(kind), case.people, 0.0)
    pairs = case.reached
    return exact_sums(pairs.origin, people[pairs.target], len(case.candidates))


def _site_layer(found: Found, sites: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Return the chosen sites as a layer: the rows of site.json, flat."""
    flat = []
    for site in sites:
        row = {k: v for k, v in site.items() if not isinstance(v, dict) and k not in ("lon", "lat")}
        row |= {f"gain_{kind}": people for kind, people in site["gain"].items()}
        row |= {f"only_here_{kind}": people for kind, people in site["only_here"].items()}
        row |= {f"reasons_{name}": "\n".join(lines) for name, lines in site["reasons"].items()}
        flat.append(row)
    points = found.case.candidates.geometry.iloc[found.solution.sites].to_numpy()
    columns = ["order", "site_id", "name"] if not flat else None
    table = pd.DataFrame(flat, columns=columns)
    numbers = ["cost", "capacity", "loss_without", "minutes_before", "minutes_after", "runs_share",
               *CRITERIA]  # fmt: skip
    for name in numbers:
        if name in table:
            table[name] = pd.to_numeric(table[name]).astype(np.float64)
    return gpd.GeoDataFrame(table, geometry=points, crs=found.case.candidates.crs)


def _alternative_layer(found: Found) -> gpd.GeoDataFrame:
    """Return the sites of the alternatives, a point for each: rank, value, loss, chosen."""
    case = found.case
    rows, points = [], []
    for row in found.alternatives[: found.question.alternatives]:
        for column in row["columns"]:
            site = case.candidates.iloc[int(column)]
            rows.append({
                "rank": row["rank"], "value": row["value"], "loss": row["loss"],
                "without": row["without"], "site_id": str(site["site_id"]),
                "name": str(site["name"]), "town": str(site["town"]),
                "chosen": bool(np.isin(column, found.solution.sites)),
            })  # fmt: skip
            points.append(site.geometry)
    names = ["rank", "value", "loss", "without", "site_id", "name", "town", "chosen"]
    table = pd.DataFrame(rows, columns=names)
    return gpd.GeoDataFrame(table, geometry=points, crs=case.candidates.crs)


def _change_layer(found: Found) -> gpd.GeoDataFrame:
    """Return the units whose cover changes: who gains, and where facilities close, who loses."""
    case, outcome = found.case, found.outcome
    gained = outcome.gained | outcome.gained_doubtful
    rows = np.flatnonzero((gained | outcome.lost) & (case.people > 0))
    part = case.demand.iloc[rows]
    return gpd.GeoDataFrame(
        {
            "demand_id": part["demand_id"].to_numpy(),
            "kind": part["kind"].to_numpy(),
            "people": part["people"].to_numpy(),
            "town": part["town"].to_numpy(),
            "scenario": "proposal",
            "change": np.where(outcome.lost[rows], "lost", "gained"),
            "verdict_before": part["verdict"].to_numpy(),
            "minutes_before": case.minutes[rows],
            "minutes_after": outcome.minutes[rows],
            "nearest_before": part["nearest_facility_id"].to_numpy(),
            "nearest_after": outcome.nearest[rows],
        },
        geometry=part.geometry.to_numpy(),
        crs=case.demand.crs,
    )
