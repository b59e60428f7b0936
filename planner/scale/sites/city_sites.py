"""Where to build next in a city in tiles: from its plan to what `planner site` writes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from planner.rounding import to_plain_tree
from planner.scale.city_run import tell_provenance
from planner.scale.cut.plan_cut import cut_further
from planner.scale.cut.whole import Whole
from planner.scale.driver import FIRST_MOST, run_in_tiles
from planner.scale.sites.joined_sites import SitesInParts, check_asked_of_parts
from planner.scale.sites.tile_sites import site_in_tiles
from planner.scale.work.steps import Runner, StepDiedError, StepStore
from planner.siting import say_proof
from planner.siting.propose import Proposal, call_proposal
from planner.siting.question import SiteQuestion, list_asked, name_unit
from planner.siting.siting_case import list_room_notes
from planner.sources.scenario_file import build_sites_scenario
from planner.stages import Stages
from planner.texts import LANGUAGES
from planner.travel.several_nearest import TooFewKnownError

#: Keys and layers of `planner site` that are not worked out in tiles.
NOT_IN_TILES: Final = (
    "alternatives", "robustness", "frontages", "changes", "reasons of each site", "map",
)  # fmt: skip


def propose_city(
    plan_path: Path,
    question: SiteQuestion,
    runner: Runner,
    store: StepStore,
    *,
    tiles: int | None = None,
    stages: Stages | None = None,
    check_datums: bool = False,
    first_most: int = FIRST_MOST,
) -> tuple[Proposal, dict[str, Any]]:
    """Choose sites for a plan in tiles; what an earlier run in them has done is not done again.

    Parameters
    ----------
    plan_path
        plan.toml, where every worker finds it.
    question
        From `build_question` of this plan: mclp or capacitated, without closures.
    runner, store
        Do the steps, and keep what comes of them.
    tiles
        So many tiles; None: as many as their streets ask for.
    stages
        Told of the stages `tiles` and `siting`.
    check_datums, first_most
        As of `run_in_tiles`.

    Returns
    -------
    Proposal, dict
        Sites, value, bound and curve of a proposal without tiles, but with the layers `sites` and
        `candidates` alone, and without the keys in NOT_IN_TILES; and what it rests on.

    Raises
    ------
    PlannerError
        As `run_in_tiles` and `site_in_tiles`.
    """
    check_asked_of_parts(question)
    stages = stages or Stages()
    most = first_most
    while True:
        with stages("tiles"):
            answer = run_in_tiles(
                plan_path, runner, store, tiles=tiles, check_datums=check_datums, first_most=most
            )
        try:
            with stages("siting"), suppress(TooFewKnownError):
                found = site_in_tiles(answer, question, runner, store)
                break
        except StepDiedError as died:  # a tile needs more memory for its candidates than before
            cut_further(answer.manifest, died)
            continue
        # A candidate may lie where nobody lives, far from all stations.
        most = 4 * (answer.most or most)
    provenance = tell_provenance(answer, stages)
    return _to_proposal(answer.whole, question, found, len(answer.answers)), provenance


def _to_proposal(whole: Whole, question: SiteQuestion, found: SitesInParts, tiles: int) -> Proposal:
    """Put chosen sites into the form of a proposal."""
    plan, cutoffs = whole.plan, whole.inputs.cutoffs
    sites = found.sites.rename(columns={"step": "order"})
    sites = sites[["order", *sites.columns.drop("order")]]
    candidates = found.candidates.assign(
        order=found.candidates["site_id"]
        .map(dict(zip(sites["site_id"], sites["order"], strict=True)))
        .fillna(0)
        .astype(int)
    )
    points = sites.geometry
    rows = pd.DataFrame(sites.drop(columns="geometry")).assign(
        lon=points.x.to_numpy(), lat=points.y.to_numpy()
    )
    content = {
        "plan": plan.name, "synthetic": plan.synthetic, "model": question.model,
        "question": list_asked(question), "value": found.value, "bound": found.bound,
        "gap": found.gap, "status": found.status, "unit": name_unit(found.unit, question),
        "seconds": found.seconds, "cutoff_minutes": whole.cutoff_minutes,
        "candidates": len(candidates), "cost": float(sites["cost"].sum()),
        "cost_unit": plan.candidates.cost_unit,
        "sites": [_without_nan(row) for row in rows.to_dict("records")],
        "curve": _list_curve(found.curve), "order": found.order,
        "notes": [*found.notes, *_list_room_notes(whole, question, candidates)],
        "candidate_notes": found.candidate_notes,
        "reasons": {lang: [say_proof(found.status, found.gap, lang)] for lang in LANGUAGES},
        "tiles": tiles, "not_in_tiles": list(NOT_IN_TILES),
    }  # fmt: skip
    scenario = build_sites_scenario(sites, plan.name, call_proposal(len(sites), plan.language))
    layers = {"sites": sites, "candidates": candidates}
    return Proposal(to_plain_tree(content, cutoffs=cutoffs), layers, scenario, cutoffs)


def _list_room_notes(
    whole: Whole, question: SiteQuestion, candidates: gpd.GeoDataFrame
) -> list[str]:
    """Return what is said of limited room, where the question is about it."""
    if question.model != "capacitated":
        return []
    given = bool(whole.inputs.facilities.rows["capacity"].notna().any())
    return list_room_notes(candidates, rooms_given=given)


def _list_curve(curve: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the curve as site.json has it, without shares."""
    steps = curve["value"].diff().fillna(curve["value"])
    return [_without_nan(row) for row in curve.assign(step=steps).to_dict("records")]


def _without_nan(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row as JSON has it: what is not known is null."""
    return {str(name): None if pd.isna(value) else value for name, value in row.items()}
