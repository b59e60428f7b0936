"""Where to build next in a city whose parts are walked one by one: one matrix of all their walks.

Candidates are gathered over the whole; each part tells what is around those on its ground and whom
of its own people each would serve. Put together, in the order of a run of the whole, this is the
matrix that the models of siting are asked of: the choice, its value and its proof are those of
`site_plan`. Asked are models that count who is newly covered: mclp and capacitated. Of the people
of all parts nothing is held but what these are asked of (`asked_units.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.exact import exact_sums
from planner.coverage.facilities import OPEN, PLANNED
from planner.crs import to_wgs84
from planner.crs.array_types import Ints
from planner.errors import SitingError
from planner.network.landmarks import PlaceNames
from planner.plan import KINDS
from planner.run.summary import with_notice
from planner.scale.cut.whole import Whole
from planner.scale.sites.asked_units import ask_of_parts
from planner.siting.candidates.candidate_rows import (
    add_details,
    mark_own_buildings,
    note_faults,
    put_rows_together,
    refuse_a_useless_table,
    rows_of_buildings,
    rows_of_frontage,
    rows_of_table,
    xy_of,
)
from planner.siting.candidates.criteria import left_out_column, score_sites
from planner.siting.candidates.street_frontage import find_useful, spread_along
from planner.siting.marginal_curve import find_marginal_curve, list_build_steps
from planner.siting.models.compiling import compile_search
from planner.siting.posed_question import pose_of_matrix
from planner.siting.proved_choice import ProvedChoice, list_proof
from planner.siting.question import SiteQuestion
from planner.siting.siting_case import SITE_COLUMNS, check_candidates
from planner.siting.solve import solve_question

#: Models whose question is about the people who are left out alone.
MODELS_IN_PARTS: Final = ("mclp", "capacitated")
#: What each part measures around the sites on its ground.
_SURROUNDINGS: Final = ("metro_minutes", "bus_minutes", "services_in_reach", "facility_minutes")


class SiteAsker(Protocol):
    """Asks the parts of a city, all in one order, what `part_sites` tells."""

    def list_frontage(self) -> Sequence[pd.DataFrame]:
        """Return `list_own_frontage` of each part."""
        ...

    def place_frontage(self, asked: Sequence[pd.DataFrame]) -> Sequence[pd.DataFrame]:
        """Return `place_own_frontage` of each part: edge, along_m, number."""
        ...

    def measure_sites(self, sites: pd.DataFrame) -> Sequence[Mapping[str, pd.DataFrame]]:
        """Return `measure_sites` of each part; it is gone through more than once."""
        ...


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SitesInParts(ProvedChoice):
    """Sites for a city in parts.

    sites : site_id, step, name, source, action, domain, cost, capacity, town, highway, gain (people
        newly covered by each in its turn, as weighted), Points, EPSG:4326.
    candidates : as `find_candidates` returns them, with `score`; notes on them in
    `candidate_notes`.
    curve : sites, value, bound of each number of sites.
    order : the build steps of `list_build_steps`.
    """

    sites: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    candidate_notes: list[str]
    curve: pd.DataFrame
    order: list[dict[str, Any]]

    def __repr__(self) -> str:
        """Say which sites, what they bring and how far it is proved."""
        return self._describe(self.model, self.sites["site_id"].tolist())


def site_in_parts(
    whole: Whole,
    units: Iterable[pd.DataFrame],
    question: SiteQuestion,
    asker: SiteAsker,
    landmarks: PlaceNames,
) -> SitesInParts:
    """Choose sites for a city in parts, with a proof of how good the choice is.

    Parameters
    ----------
    whole
        What the parts share; its extract has the buildings of all.
    units
        Those who are left out: `gap_units` of each part, gone through some times, one part at a
        time.
    question
        By `build_question`: mclp or capacitated, without closures.

    Raises
    ------
    SitingError
        If the question cannot be put to parts, or nothing can meet it.
    """
    check_asked_of_parts(question)
    rows = _gather_rows(whole, units, asker, landmarks)
    told = asker.measure_sites(_to_asked(rows))
    measured = _Measured.of(told, len(rows))
    sites, kept, notes = _keep_useful(whole, rows, measured)
    facilities = whole.facilities[whole.facilities["status"].isin([OPEN, PLANNED])]
    table = check_candidates(sites, facilities)
    asked = ask_of_parts(whole, zip(units, told, strict=True), kept, len(rows), question)
    posed = pose_of_matrix(
        asked.matrix, asked.people, table, xy_of(table), question,
        cutoff_minutes=whole.cutoff_minutes, closable=whole.counting.iloc[:0],
    )  # fmt: skip
    del asked, told
    compile_search()
    found = solve_question(posed, question)
    curve = find_marginal_curve(posed, question, len(found.sites))
    order = list_build_steps(posed, found, curve)
    steps = pd.DataFrame(order, columns=["step", "site_id", "gain"])
    chosen = table.iloc[found.sites].reset_index(drop=True)
    own = [*SITE_COLUMNS, "geometry"]
    layer = gpd.GeoDataFrame(chosen[own].merge(steps, on="site_id"), crs=table.crs)
    return SitesInParts(
        sites=with_notice(to_wgs84(layer), whole.plan),
        candidates=with_notice(to_wgs84(table), whole.plan),
        candidate_notes=notes,
        curve=pd.DataFrame(
            [(point.sites, point.value, point.bound) for point in curve],
            columns=["sites", "value", "bound"],
        ),
        order=order,
        **list_proof(found),
    )


def check_asked_of_parts(question: SiteQuestion) -> None:
    """Refuse a question that cannot be put to parts."""
    if question.model not in MODELS_IN_PARTS or question.closures:
        raise SitingError(
            f"in tiles only {' and '.join(MODELS_IN_PARTS)} without closures can be asked; ask the "
            "others of a plan for a part of the city"
        )


def _gather_rows(
    whole: Whole, units: Iterable[pd.DataFrame], asker: SiteAsker, landmarks: PlaceNames
) -> gpd.GeoDataFrame:
    """Return the candidates of all sources, in the order of `gather_candidates`."""
    tables: list[gpd.GeoDataFrame] = []
    if whole.inputs.candidates is not None:
        tables.append(rows_of_table(whole.inputs.candidates, whole.area)[0])
    if whole.plan.candidates.uses_osm:
        tables.append(rows_of_buildings(whole.inputs.osm.amenities, whole.area, landmarks))
    if whole.plan.candidates.uses_frontage:
        found = _find_frontage(whole, units, asker)
        tables.append(rows_of_frontage(found, whole.area, landmarks))
    if not tables:
        raise SitingError(
            "there are no candidate sites; name a table in [candidates], or set osm or frontage"
        )
    return put_rows_together(tables, whole.area)


def _find_frontage(whole: Whole, units: Iterable[pd.DataFrame], asker: SiteAsker) -> pd.DataFrame:
    """Return the places of `place_on_frontage`, in its order."""
    parts = list(asker.list_frontage())
    edges = pd.concat(
        [table.assign(part=number) for number, table in enumerate(parts)], ignore_index=True
    )
    columns = ("osm_id", "number", "street", "highway", "x", "y")
    nothing = pd.DataFrame({name: [] for name in columns})
    homes = [part[["x", "y"]].to_numpy(dtype=np.float64).reshape(-1, 2) for part in units]
    if edges.empty or sum(map(len, homes)) == 0:
        return nothing
    # Edges of one first node are all of one part, and stand there in their order.
    edges = edges.sort_values(["way", "node"], kind="stable", ignore_index=True)
    step_m = whole.plan.candidates.frontage_step_m
    edge, along_m, number = spread_along(
        edges["way"].to_numpy(), edges["length_m"].to_numpy(dtype=np.float64), step_m
    )
    places = edges.iloc[edge].assign(along_m=along_m, number=number, order=np.arange(len(edge)))
    asked = [places[(places["part"] == part).to_numpy()] for part in range(len(parts))]
    told = [
        table.assign(order=of["order"].to_numpy())
        for table, of in zip(asker.place_frontage(asked), asked, strict=True)
    ]
    found = pd.concat(told, ignore_index=True).sort_values("order", ignore_index=True)
    near = find_useful(
        found[["x", "y"]].to_numpy(dtype=np.float64),
        whole.area.polygon,
        np.concatenate(homes),
        whole.reach_m_per_min * whole.cutoff_minutes,
    )
    return found[near].reset_index(drop=True)


def _to_asked(rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return what parts are told of candidates."""
    xy = xy_of(rows)
    own = rows["row"].where(rows["source"] == "osm", "").to_numpy(dtype=object)
    return pd.DataFrame({"site": np.arange(len(rows)), "x": xy[:, 0], "y": xy[:, 1], "own": own})


@dataclass(frozen=True, eq=False)
class _Measured:
    """What all parts say of n candidates.

    own : n rows, by candidate; people : n rows, sums over all parts.
    """

    own: pd.DataFrame
    people: pd.DataFrame

    @classmethod
    def of(cls, told: Iterable[Mapping[str, pd.DataFrame]], n_sites: int) -> _Measured:
        """Put together what parts say, one after the other."""
        kept: dict[str, list[pd.DataFrame]] = {"own": [], "people": []}
        for tables in told:
            for name, of_name in kept.items():
                of_name.append(tables[name])
        whole = {name: pd.concat(tables, ignore_index=True) for name, tables in kept.items()}
        people = whole["people"].fillna(0.0)
        site = people.pop("site").to_numpy(dtype=np.int64)
        sums = {str(name): exact_sums(site, people[name], n_sites) for name in people}
        own = whole["own"].set_index("site").reindex(range(n_sites))
        return cls(own, pd.DataFrame(sums, index=range(n_sites)))


def _keep_useful(
    whole: Whole, rows: gpd.GeoDataFrame, measured: _Measured
) -> tuple[gpd.GeoDataFrame, Ints, list[str]]:
    """Return the candidates that stay, with criteria and score, which rows they are, and notes."""
    staying = whole.facilities[whole.facilities["status"].isin([OPEN, PLANNED])]
    reason = mark_own_buildings(rows, measured.own["fault"].to_numpy(dtype=object), staying)
    if whole.inputs.candidates is not None:
        refuse_a_useless_table(str(whole.inputs.candidates.file), rows, reason)
    notes = note_faults(rows, reason)
    left_out = [name for name in map(left_out_column, KINDS) if name in measured.people]
    helps = (measured.people[left_out].sum(axis=1) > 0).to_numpy()
    kept = np.flatnonzero((reason == "") & ((rows["source"] != "frontage").to_numpy() | helps))
    plan = whole.plan
    faced = measured.own["faced"].to_numpy(dtype=object)[kept]
    sites = add_details(plan, whole.area.towns, rows.iloc[kept].reset_index(drop=True), faced)
    criteria = pd.concat([measured.people, measured.own[list(_SURROUNDINGS)]], axis=1).iloc[kept]
    sites = sites.join(criteria.reset_index(drop=True))
    score, idle = score_sites(sites, plan.candidates.weights, plan.service.cutoffs_minutes)
    notes += [f"candidates: no site has any {name} to be scored by" for name in idle]
    return sites.assign(score=score), kept, notes


def describe(found: SitesInParts) -> dict[str, Any]:
    """Return a choice as plain values, for JSON."""
    return {
        **{name: getattr(found, name) for name in ("model", "value", "unit", "bound", "gap")},
        "status": found.status,
        "proof": found.proof,
        "sites": pd.DataFrame(found.sites.drop(columns="geometry")).to_dict("records"),
        "curve": found.curve.to_dict("records"),
        "candidates": len(found.candidates),
        "candidate_notes": found.candidate_notes,
    }
