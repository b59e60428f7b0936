"""Where to build next in a city whose parts are walked one by one: one matrix of all their walks.

Candidates are gathered over the whole; each part tells what is around those on its ground and whom
of its own people each would serve. Put together, in the order of a run of the whole, this is the
matrix that the models of siting are asked of: the choice, its value and its proof are those of
`site_plan`. Asked are models that count who is newly covered: mclp and capacitated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.coverage.exact import exact_sums
from planner.coverage.facilities import OPEN, PLANNED
from planner.crs import to_wgs84
from planner.crs.array_types import Floats, Ints
from planner.errors import SitingError
from planner.network.landmarks import PlaceNames
from planner.plan import KINDS
from planner.run.summary import with_notice
from planner.scale.cut.whole import Whole
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
from planner.siting.posed_question import AskedPeople, PosedQuestion, pose_of_matrix
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

    def measure_sites(self, sites: pd.DataFrame) -> Iterable[Mapping[str, pd.DataFrame]]:
        """Return `measure_sites` of each part."""
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
    people: pd.DataFrame,
    question: SiteQuestion,
    asker: SiteAsker,
    landmarks: PlaceNames,
) -> SitesInParts:
    """Choose sites for a city in parts, with a proof of how good the choice is.

    Parameters
    ----------
    whole
        What the parts share; its extract has the buildings of all.
    people
        The units that are left out: `gap_units` of all parts with their gap_id, from `join_parts`.
    question
        By `build_question`: mclp or capacitated, without closures.

    Raises
    ------
    SitingError
        If the question cannot be put to parts, or nothing can meet it.
    """
    check_asked_of_parts(question)
    people = people.sort_values("row", ignore_index=True)
    rows = _gather_rows(whole, people, asker, landmarks)
    measured = _Measured.of(asker.measure_sites(_to_asked(rows)), len(rows))
    sites, kept, notes = _keep_useful(whole, rows, measured)
    facilities = whole.facilities[whole.facilities["status"].isin([OPEN, PLANNED])]
    table = check_candidates(sites, facilities)
    posed = _pose(whole, people, table, kept, measured, question)
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
    whole: Whole, people: pd.DataFrame, asker: SiteAsker, landmarks: PlaceNames
) -> gpd.GeoDataFrame:
    """Return the candidates of all sources, in the order of `gather_candidates`."""
    tables: list[gpd.GeoDataFrame] = []
    if whole.inputs.candidates is not None:
        tables.append(rows_of_table(whole.inputs.candidates, whole.area)[0])
    if whole.plan.candidates.uses_osm:
        tables.append(rows_of_buildings(whole.inputs.osm.amenities, whole.area, landmarks))
    if whole.plan.candidates.uses_frontage:
        found = _find_frontage(whole, people, asker)
        tables.append(rows_of_frontage(found, whole.area, landmarks))
    if not tables:
        raise SitingError(
            "there are no candidate sites; name a table in [candidates], or set osm or frontage"
        )
    return put_rows_together(tables, whole.area)


def _find_frontage(whole: Whole, people: pd.DataFrame, asker: SiteAsker) -> pd.DataFrame:
    """Return the places of `place_on_frontage`, in its order."""
    parts = list(asker.list_frontage())
    edges = pd.concat(
        [table.assign(part=number) for number, table in enumerate(parts)], ignore_index=True
    )
    columns = ("osm_id", "number", "street", "highway", "x", "y")
    nothing = pd.DataFrame({name: [] for name in columns})
    if edges.empty or people.empty:
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
        people[["x", "y"]].to_numpy(dtype=np.float64),
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

    own : n rows, by candidate; people : n rows, sums over all parts; pairs : site, unit, minutes;
    planned : unit -> minutes to the nearest planned facility.
    """

    own: pd.DataFrame
    people: pd.DataFrame
    pairs: pd.DataFrame
    planned: pd.Series

    @classmethod
    def of(cls, told: Iterable[Mapping[str, pd.DataFrame]], n_sites: int) -> _Measured:
        """Put together what parts say, one after the other."""
        kept: dict[str, list[pd.DataFrame]] = {}
        for tables in told:
            for name, table in tables.items():
                kept.setdefault(name, []).append(table)
        whole = {name: pd.concat(tables, ignore_index=True) for name, tables in kept.items()}
        people = whole["people"].fillna(0.0)
        site = people.pop("site").to_numpy(dtype=np.int64)
        sums = {str(name): exact_sums(site, people[name], n_sites) for name in people}
        planned = whole["planned"].set_index("unit")["minutes"]
        own = whole["own"].set_index("site").reindex(range(n_sites))
        return cls(own, pd.DataFrame(sums, index=range(n_sites)), whole["pairs"], planned)


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


def _pose(
    whole: Whole,
    people: pd.DataFrame,
    table: gpd.GeoDataFrame,
    kept: Ints,
    measured: _Measured,
    question: SiteQuestion,
) -> PosedQuestion:
    """Put the question about the people who are left out."""
    planned = measured.planned.reindex(people["row"]).to_numpy(dtype=np.float64)
    kinds = people["kind"].to_numpy(dtype=object)
    each = [question.weights.get(kind, 0.0) for kind in KINDS]
    counts = people["people"].to_numpy(dtype=np.float64)
    weight: Floats = np.select([kinds == str(kind) for kind in KINDS], each) * counts
    asked = np.flatnonzero((weight > 0) & (planned > whole.cutoff_minutes))
    if len(asked) == 0:
        raise SitingError("nobody whom the weights count is left out; there is nothing to site for")
    some = people.iloc[asked]
    minutes = some["minutes"].fillna(np.inf).to_numpy(dtype=np.float64)
    return pose_of_matrix(
        _to_matrix(measured.pairs, some["row"].to_numpy(dtype=np.int64), kept),
        AskedPeople(
            rows=some["row"].to_numpy(dtype=np.int64),
            weight=weight[asked],
            people=counts[asked],
            towns=some["town"].astype(str).to_numpy(),
            ids=some["demand_id"].to_numpy(),
            gaps=some["gap_id"].to_numpy(dtype=object),
            gap_names={},
            everybody=float(counts.sum()),
            existing_minutes=minutes,
            planned_minutes=planned[asked],
            existing_count=np.zeros(len(asked), dtype=np.int64),
        ),
        table,
        xy_of(table),
        question,
        cutoff_minutes=whole.cutoff_minutes,
        closable=whole.counting.iloc[:0],
    )


def _to_matrix(pairs: pd.DataFrame, units: Ints, kept: Ints) -> csr_array:
    """Return minutes, units x sites, of the units and sites that are asked about."""
    row = _find_place(pairs["unit"].to_numpy(dtype=np.int64), units)
    column = _find_place(pairs["site"].to_numpy(dtype=np.int64), kept)
    there = (row >= 0) & (column >= 0)
    data = pairs["minutes"].to_numpy(dtype=np.float64)[there]
    return csr_array((data, (row[there], column[there])), shape=(len(units), len(kept)))


def _find_place(values: Ints, known: NDArray[np.int64]) -> Ints:
    """Return the position of each value among the known ones, -1 for none."""
    return np.asarray(pd.Index(known).get_indexer(pd.Index(values)), dtype=np.int64)


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
