"""What site.json says of a proposal: its sites, figures and sentences."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.exact import exact_sum
from planner.coverage.weighted import weighted_median
from planner.siting._choice_sentences import say_choice
from planner.siting._evidence import Evidence, find_town_shares, list_full_sites
from planner.siting._matrix_notes import say_far
from planner.siting._proposal_layers import CRITERIA
from planner.siting._site_sentences import say_site
from planner.siting._why_not_sentences import say_why_not
from planner.siting.alternatives import APART_M
from planner.siting.outcome import find_outcome, find_reach
from planner.siting.outcome_counts import (
    count_by_kind,
    count_by_town,
    count_class_changes,
    count_groups,
    count_left_out,
    count_resident_shares,
    count_whole_area,
    whole_people,
)
from planner.siting.question import list_asked, name_unit
from planner.siting.siting_case import SitingCase, list_room_notes
from planner.texts import LANGUAGES

#: Towns, gaps and groups named in a reason.
_MOST_NAMED: Final = 3


def build_site_rows(evidence: Evidence) -> list[dict[str, Any]]:
    """Return the chosen sites as site.json has them, in build order."""
    case = evidence.case
    # Candidates are the first columns of the question, so columns are rows of their table.
    chosen = case.candidates.iloc[evidence.solution.sites]
    lonlat = chosen.geometry.to_crs("EPSG:4326")
    frontage_m = evidence.frontages.groupby("site_id")["length_m"].sum()
    loss = {row["without"]: row["loss"] for row in evidence.alternatives}
    gap_names = _gap_names(case)
    rows = []
    for step, row in enumerate(chosen.to_dict("records")):
        site_id, units = str(row["site_id"]), evidence.outcome.by_step(step)
        facts: dict[str, Any] = {
            "model": evidence.question.model,
            **_tell_whom(evidence, step, units, gap_names),
            **{name: _number(row.get(name)) for name in ("cost", "capacity", *CRITERIA)},
            "action": str(row["action"]),
            "highway": str(row["highway"]),
            "cost_unit": _cost_unit(case),
            "loss": loss.get(site_id),
            "unit": evidence.solution.unit,
            "apart_m": APART_M,
            "frontage_m": float(frontage_m.get(site_id, 0.0)),
            "runs": evidence.robust.runs,
            "runs_kept": round(evidence.robust.sites.get(site_id, 0.0) * evidence.robust.runs),
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
            # Times also count what stays, so that 1 means this site and nothing else.
            "only_here": count_by_kind(case, units * (evidence.times == 1) * case.left_out),
            "loss_without": facts["loss"], "minutes_before": facts["minutes_before"],
            "minutes_after": facts["minutes_after"],
            **{name: facts[name] for name in CRITERIA},
            "reasons": {language: say_site(facts, language) for language in LANGUAGES},
            "runs_share": evidence.robust.sites.get(site_id), "frontage_m": facts["frontage_m"],
        })  # fmt: skip
    return rows


def _tell_whom(
    evidence: Evidence, step: int, units: NDArray[np.float64], gap_names: pd.Series
) -> dict[str, Any]:
    """Say whom the site of a step covers or serves, and who finds no room there."""
    case, outcome = evidence.case, evidence.outcome
    certain = units * case.left_out
    near = np.zeros(len(case.demand), dtype=bool)
    near[outcome.walks[:, [step]].tocoo().row] = True
    served = float(outcome.by_site(step) @ case.people)
    return {
        "gain": count_by_kind(case, certain),
        "gain_unknown": count_by_kind(case, units * case.doubtful),
        "served": None if evidence.room is None else whole_people(served),
        "no_room": count_by_kind(case, outcome.no_room * near),
        "towns": _largest(case, certain, case.demand["town"]),
        "gaps": _largest(case, certain, gap_names),
        "groups": _groups(case, certain),
        **_walks(evidence, certain),
    }


def _largest(
    case: SitingCase, part: NDArray[np.float64], labels: pd.Series
) -> list[tuple[str, float]]:
    """Return the labels with most residents among some shares of units."""
    residents = part * np.where(case.of_kind("residential"), case.people, 0.0)
    some = np.flatnonzero(residents > 0)
    count = pd.Series(residents[some]).groupby(labels.to_numpy(dtype=object)[some]).agg(exact_sum)
    # People of no town or no gap have nothing to be named by.
    most = count.drop("", errors="ignore")
    most = most.sort_values(ascending=False, kind="stable")[:_MOST_NAMED]
    return [(str(name), float(people)) for name, people in most.items()]


def _gap_names(case: SitingCase) -> pd.Series:
    """Return the name of each unit's gap, "" for none and for scattered people."""
    ranked = case.gaps[~case.gaps["gap_id"].str.startswith("scattered:")]
    names = ranked.set_index("gap_id")["name"]
    named = case.demand["gap_id"].map(dict(names)).fillna("")
    return pd.Series(named.to_numpy(dtype=object))


def _groups(case: SitingCase, part: NDArray[np.float64]) -> list[tuple[str, float]]:
    """Return the groups among some shares of units by their titles, most people first."""
    titles = {group.name: group.title or group.name for group in case.plan.groups}
    count = count_groups(case, part)
    rows = [(titles[name], people) for name, people in count.items() if people >= 0.5]
    return sorted(rows, key=lambda row: -row[1])


def _walks(evidence: Evidence, part: NDArray[np.float64]) -> dict[str, float | None]:
    """Return the median walk of those who gain, before and after; None for no way."""
    case, units = evidence.case, part > 0
    people = (part * evidence.weight)[units]
    if people.sum() <= 0:
        return {"minutes_before": None, "minutes_after": None}
    # With planned stations: they are there whatever is built.
    before = weighted_median(case.minutes[units], people)
    after = weighted_median(evidence.outcome.minutes[units], people)
    return {"minutes_before": before if np.isfinite(before) else None, "minutes_after": after}


def _number(value: Any) -> float | None:
    """Return a number, None for one that is not there."""
    return None if value is None or pd.isna(value) or not np.isfinite(value) else float(value)


def _cost_unit(case: SitingCase) -> str:
    """Return the unit of the costs, "" where the plan names none."""
    return case.plan.candidates.cost_unit


def build_content(
    evidence: Evidence, sites: list[dict[str, Any]], asked: dict[str, Any] | None
) -> dict[str, Any]:
    """Return the content of site.json."""
    case, question, solution = evidence.case, evidence.question, evidence.solution
    facts = _gather_facts(evidence)
    if asked is not None:
        limit_m, served = case.streets.access.limit_m, evidence.room is not None
        asked["reasons"] = {
            language: say_why_not(asked, limit_m, language, served=served) for language in LANGUAGES
        }
    costs = [site["cost"] for site in sites]
    # Only where there are any: the files of other plans stay as they are.
    of_classes = count_class_changes(case, evidence.outcome)
    same = ("gain", "gain_unknown", "planned", "lost", "no_room", "no_room_towns", "full", "judged",
            "cannot_be_judged", "closed", "stays", "limits")  # fmt: skip
    return {
        "plan": case.plan.name, "synthetic": case.plan.synthetic, "model": question.model,
        "question": list_asked(question), "value": solution.value, "bound": solution.bound,
        "gap": solution.gap, "status": solution.status, "unit": name_unit(solution.unit, question),
        "seconds": solution.seconds, "first_seconds": solution.first_seconds,
        "first_value": solution.first_value, **_before(evidence),
        **count_resident_shares(case, evidence.outcome),
        "cutoff_minutes": case.cutoff_minutes, "candidates": len(case.candidates),
        "candidates_needless": int(evidence.posed.needless.sum()),
        "cost": sum(cost for cost in costs if cost is not None), "cost_unit": _cost_unit(case),
        "scenario": _name_scenario(case), "sites": sites, **{name: facts[name] for name in same},
        "curve": _build_curve(evidence), "order": evidence.order,
        "alternatives": _alternatives(evidence), "towns": count_by_town(case, evidence.outcome),
        "whole_area": count_whole_area(case, evidence.outcome),
        **({"classes": of_classes} if of_classes else {}),
        "free_value": solution.free_value, **find_town_shares(evidence),
        "why_not": asked, "robustness": evidence.robust.to_dict(), "notes": _notes(evidence),
        "reasons": {language: say_choice(facts, language) for language in LANGUAGES},
    }  # fmt: skip


def _gather_facts(evidence: Evidence) -> dict[str, Any]:
    """Return what the sentences of the whole choice rest on."""
    case, outcome, solution = evidence.case, evidence.outcome, evidence.solution
    usable = evidence.posed.unpruned.allowed[: evidence.posed.n_candidates].copy()
    usable[solution.sites] = False  # whom these do not serve another one may
    limits = [{"label": label, "cost": cost} for label, cost in solution.limit_costs.items()]
    counts = np.isin(
        case.demand["kind"], [k for k, v in evidence.question.weights.items() if v > 0]
    )
    return {
        "model": evidence.question.model, "value": solution.value, "status": solution.status,
        "unit": solution.unit, "gap": solution.gap, "sites": len(solution.sites),
        "residents_only": evidence.question.residents_only,
        "gain": count_by_kind(case, outcome.gained),
        "gain_unknown": count_by_kind(case, outcome.gained_doubtful),
        "planned": count_by_kind(case, case.covered_by_planned & ~case.covered),
        "lost": count_by_kind(case, outcome.lost),
        "judged": count_by_kind(case, counts & ~case.doubtful),
        "cannot_be_judged": count_by_kind(case, counts & case.doubtful),
        "no_room": count_by_kind(case, outcome.no_room),
        "no_room_towns": _largest(case, outcome.no_room, case.demand["town"]),
        "full": list_full_sites(evidence), **count_resident_shares(case, outcome),
        **find_town_shares(evidence),
        "closed": evidence.closed, "limits": limits, "stays": count_left_out(case, outcome, usable),
        "runs": evidence.robust.runs, "stands": evidence.robust.stands,
        "asked": evidence.question.n_sites, "share": evidence.question.share,
    }  # fmt: skip


def _notes(evidence: Evidence) -> list[str]:
    """Return what the model says, and which candidates it could not use."""
    scenario = evidence.case.base.scenario
    notes = [] if scenario is None else [*scenario.notes, *evidence.case.base.moved]
    if scenario is not None and (others := len(scenario.edits) - len(scenario.of_people)):
        notes.append(
            f"{others} edits that are not about people are not made here; planner compare makes "
            "them"
        )
    notes += evidence.solution.notes
    if evidence.question.model == "p-median":
        problem, solution = evidence.posed.unpruned, evidence.solution
        stay = np.setdiff1d(np.flatnonzero(problem.mask("closable")), solution.closed)
        notes += say_far(problem, np.concatenate([solution.sites, stay]), asked=True)
    if evidence.room is None:
        return notes
    case = evidence.case
    return [*notes, *list_room_notes(case.candidates, rooms_given=case.rooms_given)]


def _name_scenario(case: SitingCase) -> dict[str, Any] | None:
    """Say whose edits of people hold, None for the people of today."""
    scenario = case.base.scenario
    if scenario is None:
        return None
    # The name alone: its folder is another one on the next machine.
    file = scenario.file.replace("\\", "/").rpartition("/")[2]
    return {
        "name": scenario.name, "file": file, "sha256": scenario.sha256, "year": scenario.year,
        "edits": len(scenario.of_people),
    }  # fmt: skip


def _before(evidence: Evidence) -> dict[str, float]:
    """Count, as the objective does, whom today's facilities cover, and whom only planned ones."""
    case, weight = evidence.case, evidence.weight
    return {
        "people_before": exact_sum(weight[case.covered]),
        "people_planned": exact_sum(weight[case.covered_by_planned & ~case.covered]),
    }


def _build_curve(evidence: Evidence) -> list[dict[str, Any]]:
    """Return the marginal curve with the share of residents covered at each number of sites."""
    case, reach = evidence.case, find_reach(evidence.case)
    rows: list[dict[str, Any]] = []
    for point in evidence.curve:
        shares = count_resident_shares(
            case, find_outcome(case, reach, point.columns, room=evidence.room)
        )
        last = rows[-1]["value"] if rows else 0.0
        rows.append({
            "sites": point.sites, "value": point.value, "bound": point.bound,
            "share_residential": shares["share_after"],
            "share_low_residential": shares["share_low_after"],
            "share_high_residential": shares["share_high_after"],
            "step": point.value - last,
            "site_ids": [str(evidence.posed.ids[column]) for column in point.columns],
        })  # fmt: skip
    return rows


def _alternatives(evidence: Evidence) -> list[dict[str, Any]]:
    """Return the best of the alternatives."""
    keys = ("rank", "value", "bound", "loss", "without", "site_ids")
    best = evidence.alternatives[: evidence.question.alternatives]
    return [{key: row[key] for key in keys} for row in best]
