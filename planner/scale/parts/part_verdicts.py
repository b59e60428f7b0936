"""What a part says of its people: by town and kind, who is covered, in every way that is asked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.case import Case
from planner.coverage.by_hour import judge_by_hour
from planner.coverage.classes import CLASS
from planner.coverage.committees import find_in_doubt
from planner.coverage.condition_counts import judge_conditions
from planner.coverage.counting import UNKNOWN, list_facility_loads
from planner.coverage.groups import group_column
from planner.coverage.rules import find_tiers, to_question
from planner.coverage.uncertainty import Repeats
from planner.crs.array_types import Ints
from planner.plan.moments import Moment
from planner.run.covered import Judgement
from planner.scale.parts.folding import PEOPLE, fold, fold_all, number_rows

#: The columns of the verdicts at the first, second ... cutoff, and at the moments.
CUTOFF = "at_{0}"


def fold_verdicts(case: Case, judgement: Judgement) -> dict[str, pd.DataFrame]:
    """Fold the verdicts of all units by what they are counted by.

    Returns
    -------
    dict
        kinds : kind, first (row of its first unit in the whole order comes from the caller).
        coverage : kind, town, class (where the plan names classes), reason, `at_0` ... (verdict at
            each cutoff); profiles : profile, kind, town, `at_0` ...; groups : group, town, verdict,
            with the people of the group; hours : service and moment (None), kind, town ("" of
            services), verdict; sometimes : kind, reached, `at_0` ... (verdict at each moment).
        All with people and units, see `fold`.
    """
    return (
        _fold_profiles(case, judgement)
        | _fold_hours(case, judgement)
        | {
            "conditions": _fold_conditions(case, judgement),
            "rules": _fold_rules(case, judgement),
            "tiers": _list_tiers(case, judgement),
            "domains": _fold_domains(case, judgement),
            "loads": _fold_loads(judgement),
        }
    )


def _fold_profiles(case: Case, judgement: Judgement) -> dict[str, pd.DataFrame]:
    """Fold verdicts by profile, class and group."""
    plan, walks, demand = case.plan, judgement.walks, judgement.judged.demand
    every = np.ones(len(walks.asked), dtype=bool)
    cutoffs = plan.service.cutoffs_minutes
    walks.prepare([(one, None, every) for one in plan.judged_profiles])
    verdicts = {
        one.name: {
            CUTOFF.format(number): walks.judge(one, None, every, cutoff)["verdict"].to_numpy()
            for number, cutoff in enumerate(cutoffs)
        }
        for one in plan.judged_profiles
    }
    places = _labels(demand, "kind", "town")
    own = places.assign(reason=demand["reason"].to_numpy(), **verdicts[case.profile.name])
    if CLASS in demand:
        own[CLASS] = demand[CLASS].to_numpy()
    profiles = [
        fold(places.assign(profile=name, **by_cutoff)) for name, by_cutoff in verdicts.items()
    ]
    last = CUTOFF.format(len(cutoffs) - 1)
    groups = []
    for group in plan.groups:
        its = (demand["kind"] == group.kind).to_numpy()
        told = pd.DataFrame(
            {
                "group": group.name,
                "town": demand["town"].to_numpy()[its],
                "verdict": verdicts[group.profile or plan.service.profile][last][its],
                PEOPLE: case.groups[group_column(group)].to_numpy()[its],
            }
        )
        groups.append(fold(told))
    return {"coverage": fold(own), "profiles": fold_all(profiles), "groups": fold_all(groups)}


def _fold_hours(case: Case, judgement: Judgement) -> dict[str, pd.DataFrame]:
    """Fold verdicts by moment and service, and by the moments at which units are covered."""
    plan, walks, demand = case.plan, judgement.walks, judgement.judged.demand
    last = case.cutoff_minutes

    def ask(moment: Moment | None, chosen: np.ndarray, maybe: np.ndarray) -> pd.DataFrame:
        """Ask in the plan's profile, at its last cutoff."""
        return walks.judge(case.profile, moment, chosen, last, maybe=maybe)

    judged = judge_by_hour(demand.index, walks.asked, plan.asked_moments, ask)
    kinds, places = _labels(demand, "kind"), _labels(demand, "kind", "town")
    hours = [
        fold(places.assign(service=None, moment=name, verdict=verdict.to_numpy()))
        for name, verdict in judged.moments.items()
    ] + [
        fold(kinds.assign(town="", service=service, moment=moment, verdict=verdict.to_numpy()))
        for (service, moment), verdict in judged.services
    ]
    at = {
        CUTOFF.format(number): verdict.to_numpy()
        for number, verdict in enumerate(judged.moments.values())
    }
    sometimes = fold(kinds.assign(reached=judged.reached, **at))
    return {"hours": fold_all(hours), "sometimes": sometimes}


def _fold_conditions(case: Case, judgement: Judgement) -> pd.DataFrame:
    """Fold the verdicts under conditions: condition, profile, kind, town, verdict, usual."""
    places = _labels(judgement.judged.demand, "kind", "town")
    return fold_all(
        [
            fold(places.assign(condition=condition, profile=profile, verdict=then, usual=usual))
            for (condition, profile), then, usual in judge_conditions(case.plan, judgement.walks)
        ]
    )


def _fold_rules(case: Case, judgement: Judgement) -> pd.DataFrame:
    """Fold the verdicts of each rule, by its number among all rules: town, verdict."""
    demand, rules = judgement.judged.demand, list_rules(case)
    places = _labels(demand, "town")
    found = []
    for rule, about in judgement.rules.rules:
        verdict = judgement.walks.answer(to_question(rule, case.plan))["verdict"].to_numpy()
        told = places.assign(rule=rules.index(rule), verdict=verdict)
        found.append(fold(told[about]))
    return fold_all(found)


def list_rules(case: Case) -> list[object]:
    """List all rules, those of the program first, by which parts number them."""
    return [*case.inputs.default_rules, *case.inputs.rules]


def _list_tiers(case: Case, judgement: Judgement) -> pd.DataFrame:
    """List the pairs of tier and kind that there are: who the rules may be about."""
    demand = judgement.judged.demand
    tier = find_tiers(demand, case.area, case.inputs).to_numpy()
    pairs = pd.DataFrame({"tier": tier, "kind": demand["kind"].to_numpy()})
    return pairs.drop_duplicates(ignore_index=True)


def _fold_domains(case: Case, judgement: Judgement) -> pd.DataFrame:
    """Fold by domain: kind, covered, open_to and doubted (covered by one that is not sure)."""
    judged, counting = judgement.judged, case.counting
    reach_m = case.streets.reach_m_per_min * case.cutoff_minutes
    maybe = find_in_doubt(case.unsure, "domain", judgement.walk.units, reach_m)
    unknown = (judged.demand["verdict"] == UNKNOWN).to_numpy()
    domains = counting["domain"].to_numpy(dtype=object)
    kinds, nobody = _labels(judged.demand, "kind"), np.zeros(len(unknown), dtype=bool)
    found = []
    for domain in sorted({*domains, *maybe}):
        covered = nobody.copy()
        covered[judged.pairs.target[(domains == domain)[judged.pairs.origin]]] = True
        doubted = maybe.get(domain, nobody)
        told = kinds.assign(
            domain=domain, covered=covered, open_to=unknown | doubted, doubted=doubted
        )
        found.append(fold(told))
    return fold_all(found)


def _fold_loads(judgement: Judgement) -> pd.DataFrame:
    """Fold the people that facilities carry: kind, load (what is counted), facility (position)."""
    judged = judgement.judged
    listed = list_facility_loads(
        judged.demand, judged.nearest, judged.demand["verdict"], judged.pairs
    )
    found = []
    for kind, load, facility, people in listed:
        some = people != 0
        told = pd.DataFrame({"facility": facility[some], PEOPLE: people[some]})
        found.append(fold(told.assign(kind=kind, load=load)))
    return fold_all(found)


def fold_repeats(demand: pd.DataFrame, repeats: Repeats | None) -> pd.DataFrame:
    """Fold the verdicts of each repeat: repeat (its number from 0), kind, town, verdict (code)."""
    if repeats is None:
        return pd.DataFrame()
    return fold_all([*_fold_each_repeat(demand, repeats)])


def _fold_each_repeat(demand: pd.DataFrame, repeats: Repeats) -> Iterator[pd.DataFrame]:
    """Fold one repeat after the other."""
    places = _labels(demand, "kind", "town")
    place, first = number_rows(places, ["kind", "town"])
    people = pd.DataFrame({"place": place, PEOPLE: places[PEOPLE].to_numpy()})
    named = places[["kind", "town"]].iloc[first].reset_index(drop=True)
    for number, verdict in enumerate(repeats.verdict):
        folded = fold(people.assign(verdict=verdict, repeat=number))
        whose: Ints = folded.pop("place").to_numpy()
        yield folded.assign(**{str(name): named[name].to_numpy()[whose] for name in named})


def _labels(demand: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return people and some labels of the units, as a table without places."""
    return pd.DataFrame(
        {name: demand[name].to_numpy() for name in (*names, PEOPLE)}, index=range(len(demand))
    )
