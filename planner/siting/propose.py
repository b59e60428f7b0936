"""A proposal: the sites that a model chose, their proof, their reasons, and what else would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.exact import exact_sum
from planner.coverage.facilities import join_facilities
from planner.coverage.weighted import weighted_median
from planner.crs import to_wgs84
from planner.rounding import to_plain_tree
from planner.run.summary import with_notice
from planner.siting._proof_words import proof_reasons
from planner.siting._robust import robustness
from planner.siting._stretches import frontages
from planner.siting._why_not import why_not
from planner.siting._why_not_words import why_not_reasons
from planner.siting._worked_out import CRITERIA, Found, full_sites, proposal_layers, town_shares
from planner.siting.explain import (
    APART_M,
    build_order,
    marginal_curve,
    near_best,
    solve,
)
from planner.siting.gains import (
    count_by_kind,
    count_groups,
    outcome_of,
    reach_of,
    resident_shares,
    room_of,
    town_table,
    what_stays,
    whole_area,
    whole_people,
)
from planner.siting.question import SiteQuestion, pose, weights_by_unit
from planner.siting.reasons import LANGUAGES, site_reasons
from planner.siting.siting_case import SitingCase
from planner.sources.scenario_file import scenario_of_sites
from planner.stages import Stages
from planner.travel.access import take

#: Towns, gaps and groups named in a reason.
_MOST_NAMED: Final = 3


@dataclass(frozen=True, eq=False)
class Proposal:
    """What `planner site` writes.

    content : of site.json. layers : sites, candidates, frontages, alternatives, changes, and for
    the map gaps_after and change_areas; EPSG:4326.
    scenario : the sites as a scenario file.
    """

    content: dict[str, Any]
    layers: dict[str, gpd.GeoDataFrame]
    scenario: dict[str, Any]


def propose(case: SitingCase, question: SiteQuestion, stages: Stages | None = None) -> Proposal:
    """Choose sites, prove how good the choice is, and say why.

    Parameters
    ----------
    case
        From `build_siting_case`.
    question
        What is asked.
    stages
        Told of every stage.

    Raises
    ------
    SitingError
        If the question cannot be put, or nothing can meet it: one line that says why.
    """
    stages = stages or Stages()
    weight = weights_by_unit(case, question)
    with stages("matrix"):
        posed = pose(case, question)
    with stages("siting"):
        solution = solve(posed, question)
    with stages("gains"):
        reach, room = reach_of(case), room_of(case, question.model, weight)
        closed = [str(posed.ids[column]) for column in solution.closed]
        outcome = outcome_of(case, reach, solution.sites, closed, room)
        times = _times_covered(case, solution.sites, closed)
        asked = None if question.why_not is None else why_not(
            case, question.why_not, weight, outcome, times, room
        )  # fmt: skip
    if question.model in ("mclp", "capacitated"):  # what was optimised is what is counted
        change = weight @ outcome.gained - weight @ outcome.lost
        assert np.isclose(change, solution.value, rtol=1e-6, atol=1e-3), (change, solution.value)
    with stages("curve"):
        curve = marginal_curve(posed, question, len(solution.sites))
    with stages("alternatives"):
        alternatives = near_best(posed, question, solution) if question.alternatives else []
    with stages("frontage"):
        ids = [str(posed.ids[column]) for column in solution.sites]
        streets = frontages(case, weight, solution.sites, times, ids)
    with stages("robustness"):
        robust = robustness(
            case, posed, question, solution, lambda share: stages.report("robustness", share)
        )
    order = build_order(posed, solution, curve)
    found = Found(
        case, question, posed, solution, outcome, curve, order, alternatives, streets, robust,
        weight, times, room,
    )  # fmt: skip
    sites = _site_rows(found)
    content = _content(found, sites, asked) | {"seconds_by_stage": dict(stages.seconds)}
    layers = {
        name: with_notice(to_wgs84(layer), case.plan)
        for name, layer in proposal_layers(found, sites).items()
    }
    name = f"{question.model}, {len(sites)} sites"
    scenario = scenario_of_sites(layers["sites"], case.plan.name, name, closed=found.closed)
    return Proposal(to_plain_tree(content), layers, scenario)


def _times_covered(
    case: SitingCase, sites: NDArray[np.int64], closed: Sequence[str]
) -> NDArray[np.int64]:
    """Count what stays and the chosen sites within the cutoff of each unit, shape (n,)."""
    count = case.demand["facilities_in_reach"].to_numpy(dtype=np.int64) + case.covered_by_planned
    if closed:
        gone = case.facilities[case.facilities["facility_id"].isin(list(closed))]
        pairs = case.pairs_to(join_facilities(case.streets, gone), case.cutoff_minutes)
        count = count - np.bincount(pairs.target, minlength=len(count))
    new = case.pairs_to(take(case.sites, sites), case.cutoff_minutes)
    return np.asarray(count + np.bincount(new.target, minlength=len(count)), dtype=np.int64)


def _site_rows(found: Found) -> list[dict[str, Any]]:
    """Return the chosen sites as site.json has them, in build order."""
    case = found.case
    chosen = case.candidates.iloc[found.solution.sites]
    lonlat = chosen.geometry.to_crs("EPSG:4326")
    frontage_m = found.frontages.groupby("site_id")["length_m"].sum()
    loss = {row["without"]: row["loss"] for row in found.alternatives}
    rows = []
    for step, row in enumerate(chosen.to_dict("records")):
        site_id, units = str(row["site_id"]), found.outcome.by_step(step)
        facts: dict[str, Any] = {
            "model": found.question.model,
            **_whom(found, step, units),
            **{name: _number(row.get(name)) for name in ("cost", "capacity", *CRITERIA)},
            "action": str(row["action"]),
            "highway": str(row["highway"]),
            "cost_unit": _cost_unit(case),
            "loss": loss.get(site_id),
            "unit": found.solution.unit,
            "apart_m": APART_M,
            "frontage_m": float(frontage_m.get(site_id, 0.0)),
            "runs": found.robust.runs,
            "runs_kept": round(found.robust.sites.get(site_id, 0.0) * found.robust.runs),
        }
        point = lonlat.iloc[step]
        rows.append({
            "order": step + 1, "site_id": site_id, "name": str(row["name"]),
            "town": str(row["town"]), "source": str(row["source"]), "action": facts["action"],
            "domain": str(row["domain"]), "cost": facts["cost"],
            "capacity": facts["capacity"], "highway": facts["highway"],
            "lon": float(point.x), "lat": float(point.y),
            "gain": facts["gain"], "gain_unknown": facts["gain_unknown"]["residential"],
            "gain_unknown_by_kind": facts["gain_unknown"], "gain_groups": dict(facts["groups"]),
            "served": facts["served"], "no_room": facts["no_room"]["residential"],
            "only_here": count_by_kind(case, units * (found.times == 1) * case.left_out),
            "loss_without": facts["loss"], "minutes_before": facts["minutes_before"],
            "minutes_after": facts["minutes_after"],
            **{name: facts[name] for name in CRITERIA},
            "reasons": {language: site_reasons(facts, language) for language in LANGUAGES},
            "runs_share": found.robust.sites.get(site_id), "frontage_m": facts["frontage_m"],
        })  # fmt: skip
    return rows


def _whom(found: Found, step: int, units: NDArray[np.float64]) -> dict[str, Any]:
    """Say whom the site of a step covers or serves, and who finds no room there."""
    case, outcome = found.case, found.outcome
    certain = units * case.left_out
    near = np.zeros(len(case.demand), dtype=bool)
    near[outcome.walks[:, [step]].tocoo().row] = True
    served = float(outcome.by_site(step) @ case.people)
    return {
        "gain": count_by_kind(case, certain),
        "gain_unknown": count_by_kind(case, units * case.doubtful),
        "served": None if found.room is None else whole_people(served),
        "no_room": count_by_kind(case, outcome.no_room * near),
        "towns": _largest(case, certain, case.demand["town"]),
        "gaps": _largest(case, certain, _gap_names(case)),
        "groups": _groups(case, certain),
        **_walks(found, certain),
    }


def _largest(
    case: SitingCase, part: NDArray[np.float64], labels: pd.Series
) -> list[tuple[str, float]]:
    """Return the labels with most residents among some shares of units."""
    residents = part * np.where(case.of_kind("residential"), case.people, 0.0)
    count = pd.Series(residents).groupby(labels.to_numpy(dtype=object)).agg(exact_sum)
    most = count.drop("", errors="ignore")
    most = most[most > 0].sort_values(ascending=False, kind="stable")[:_MOST_NAMED]
    return [(str(name), float(people)) for name, people in most.items()]


def _gap_names(case: SitingCase) -> pd.Series:
    """Return the name of each unit's gap, "" for none and for scattered people."""
    ranked = case.gaps[~case.gaps["gap_id"].str.startswith("scattered:")]
    names = ranked.set_index("gap_id")["name"]
    found = case.demand["gap_id"].map(dict(names)).fillna("")
    return pd.Series(found.to_numpy(dtype=object))


def _groups(case: SitingCase, part: NDArray[np.float64]) -> list[tuple[str, float]]:
    """Return the groups among some shares of units by their titles, most people first."""
    titles = {group.name: group.title or group.name for group in case.plan.groups}
    count = count_groups(case, part)
    rows = [(titles[name], people) for name, people in count.items() if people >= 0.5]
    return sorted(rows, key=lambda row: -row[1])


def _walks(found: Found, part: NDArray[np.float64]) -> dict[str, float | None]:
    """Return the median walk of those who gain, before and after; None for no way."""
    case, units = found.case, part > 0
    people = (part * found.weight)[units]
    if people.sum() <= 0:
        return {"minutes_before": None, "minutes_after": None}
    before = weighted_median(case.minutes[units], people)
    after = weighted_median(found.outcome.minutes[units], people)
    return {"minutes_before": before if np.isfinite(before) else None, "minutes_after": after}


def _number(value: Any) -> float | None:
    """Return a number, None for one that is not there."""
    return None if value is None or pd.isna(value) or not np.isfinite(value) else float(value)


def _cost_unit(case: SitingCase) -> str:
    """Return the unit of the costs, "" where the plan names none."""
    return case.plan.candidates.cost_unit


def _content(
    found: Found, sites: list[dict[str, Any]], asked: dict[str, Any] | None
) -> dict[str, Any]:
    """Return the content of site.json."""
    case, question, solution = found.case, found.question, found.solution
    facts = _facts(found)
    if asked is not None:
        limit_m, served = case.streets.access.limit_m, found.room is not None
        asked["reasons"] = {
            language: why_not_reasons(asked, limit_m, language, served=served)
            for language in LANGUAGES
        }
    costs = [site["cost"] for site in sites]
    same = ("gain", "gain_unknown", "planned", "lost", "no_room", "no_room_towns", "full", "judged",
            "cannot_be_judged", "closed", "stays", "limits")  # fmt: skip
    return {
        "plan": case.plan.name, "synthetic": case.plan.synthetic, "model": question.model,
        "question": _asked(question), "value": solution.value, "bound": solution.bound,
        "gap": solution.gap, "status": solution.status, "unit": _unit(found),
        "seconds": solution.seconds, "first_seconds": solution.first_seconds,
        "first_value": solution.first_value, **_before(found),
        **resident_shares(case, found.outcome),
        "cutoff_minutes": case.cutoff_minutes, "candidates": len(case.candidates),
        "candidates_needless": int(found.posed.dropped.sum()),
        "cost": sum(cost for cost in costs if cost is not None), "cost_unit": _cost_unit(case),
        "sites": sites, **{name: facts[name] for name in same},
        "curve": _curve(found), "order": found.order,
        "alternatives": _alternatives(found), "towns": town_table(case, found.outcome),
        "whole_area": whole_area(case, found.outcome),
        "free_value": solution.free_value, **town_shares(found),
        "why_not": asked, "robustness": found.robust.to_dict(), "notes": _notes(found),
        "reasons": {language: proof_reasons(facts, language) for language in LANGUAGES},
    }  # fmt: skip


def _facts(found: Found) -> dict[str, Any]:
    """Return what the sentences of the whole choice rest on."""
    case, outcome, solution = found.case, found.outcome, found.solution
    usable = found.posed.full.allowed[: found.posed.n_candidates].copy()
    usable[solution.sites] = False  # whom these do not serve another one may
    limits = [{"label": label, "cost": cost} for label, cost in solution.limit_costs.items()]
    counts = np.isin(case.demand["kind"], [k for k, v in found.question.weights.items() if v > 0])
    return {
        "model": found.question.model, "value": solution.value, "status": solution.status,
        "unit": solution.unit, "gap": solution.gap, "sites": len(solution.sites),
        "residents_only": found.question.residents_only,
        "gain": count_by_kind(case, outcome.gained),
        "gain_unknown": count_by_kind(case, outcome.gained_doubtful),
        "planned": count_by_kind(case, case.covered_by_planned & ~case.covered),
        "lost": count_by_kind(case, outcome.lost),
        "judged": count_by_kind(case, counts & ~case.doubtful),
        "cannot_be_judged": count_by_kind(case, counts & case.doubtful),
        "no_room": count_by_kind(case, outcome.no_room),
        "no_room_towns": _largest(case, outcome.no_room, case.demand["town"]),
        "full": full_sites(found), **resident_shares(case, outcome), **town_shares(found),
        "closed": found.closed, "limits": limits, "stays": what_stays(case, outcome, usable),
        "runs": found.robust.runs, "stands": found.robust.stands,
        "asked": found.question.n_sites, "share": found.question.share,
    }  # fmt: skip


def _notes(found: Found) -> list[str]:
    """Return what the model says, and which candidates it could not use."""
    notes = list(found.solution.notes)
    if found.room is None:
        return notes
    if lacking := int(found.case.candidates["capacity"].isna().sum()):
        notes.append(f"{lacking:,} candidates have no capacity and were left out")
    if found.case.rooms_given:
        notes.append(
            "only new sites have limited room: whoever is within the walk of a station of today, "
            "or a planned one, counts as covered whatever its capacity"
        )
    return notes


def _before(found: Found) -> dict[str, float]:
    """Count, as the objective does, whom today's facilities cover, and whom only planned ones."""
    case, weight = found.case, found.weight
    return {
        "people_before": exact_sum(weight[case.covered]),
        "people_planned": exact_sum(weight[case.covered_by_planned & ~case.covered]),
    }


def _asked(question: SiteQuestion) -> dict[str, Any]:
    """Return what was asked, as plain values."""
    limits = [vars(limit) for limit in question.limits]
    names = ("n_sites", "budget", "share", "closures", "spacing_m", "forced", "excluded")
    return {
        **{name: getattr(question, name) for name in names},
        "weights": dict(question.weights), "limits": limits,
        "time_limit_s": question.options.time_limit_s, "gap": question.options.gap,
    }  # fmt: skip


def _unit(found: Found) -> str:
    """Name what value and bound count."""
    unit = found.solution.unit
    if unit != "people":
        return unit
    return "residents" if found.question.residents_only else "weighted people"


def _curve(found: Found) -> list[dict[str, Any]]:
    """Return the marginal curve with the share of residents covered at each number of sites."""
    case, reach = found.case, reach_of(found.case)
    rows: list[dict[str, Any]] = []
    for point in found.curve:
        shares = resident_shares(case, outcome_of(case, reach, point.columns, room=found.room))
        last = rows[-1]["value"] if rows else 0.0
        rows.append({
            "sites": point.sites, "value": point.value, "bound": point.bound,
            "share_residential": shares["share_after"],
            "share_low_residential": shares["share_low_after"],
            "share_high_residential": shares["share_high_after"],
            "step": point.value - last,
            "site_ids": [str(found.posed.ids[column]) for column in point.columns],
        })  # fmt: skip
    return rows


def _alternatives(found: Found) -> list[dict[str, Any]]:
    """Return the best of the alternatives."""
    keys = ("rank", "value", "bound", "loss", "without", "site_ids")
    best = found.alternatives[: found.question.alternatives]
    return [{key: row[key] for key in keys} for row in best]
