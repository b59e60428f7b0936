"""Figures before and after: people covered, gained and lost, by town, kind and group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.coverage.asked_question import Question
from planner.coverage.classes import CLASS, kinds_with_classes, list_classes
from planner.coverage.counting import ALL, COVERED, GAP, UNKNOWN, judge_target, shares
from planner.coverage.exact import exact_sum, exact_sums
from planner.coverage.groups import group_column
from planner.coverage.weighted import value_of_most, weighted_median
from planner.crs.array_types import Flags, Floats, Ints
from planner.plan import Plan, Rule
from planner.scenarios._state_verdicts import StateVerdict

GAINED, LOST = "gained", "lost"
#: Before and after.
Change = tuple[StateVerdict, StateVerdict]


@dataclass(frozen=True, eq=False)
class Presence:
    """Which share of the people of each of n units is there before and after, shapes (n,)."""

    before: Floats
    after: Floats

    @property
    def stay(self) -> Floats:
        """The share that is there at both times."""
        return np.minimum(self.before, self.after)

    @property
    def come(self) -> Floats:
        """The share that is there only after."""
        return np.maximum(self.after - self.before, 0.0)

    @property
    def go(self) -> Floats:
        """The share that is there only before."""
        return np.maximum(self.before - self.after, 0.0)

    @property
    def known(self) -> Flags:
        """Units of the plan or of the scenario; the others belong to another scenario."""
        return np.asarray((self.before > 0) | (self.after > 0), dtype=bool)


def count_totals(
    units: pd.DataFrame,
    groups: pd.DataFrame,
    plan: Plan,
    towns: Sequence[str],
    verdicts: Mapping[str, tuple[StateVerdict, StateVerdict]],
    there: Presence,
) -> list[dict[str, Any]]:
    """Count each kind in the plan's profile and each group in its own, by area.

    Parameters
    ----------
    units : n rows
        kind, people, town.
    groups
        People of each group at each unit, from `group_people`.
    plan
        With the groups and profiles.
    towns
        In the order wanted; the row `all` comes first.
    verdicts
        Name of a profile -> before and after, at any hour.
    there
        Who is there before and after.

    Returns
    -------
    list of dict
        area, kind, group ("" for all of the kind), profile, then as `count_by_area`.
    """
    rows = []
    own = plan.service.profile
    # In the order of the table: that of a set would change from run to run.
    for kind in units["kind"].unique():
        people = units["people"].where(units["kind"] == kind, 0.0)
        label = {"kind": kind, "group": "", "profile": own}
        rows += count_by_area(units, people, towns, verdicts[own], there, **label)
    for group in plan.groups:
        profile = group.profile or own
        people = groups[group_column(group)].where(units["kind"] == group.kind, 0.0)
        label = {"kind": str(group.kind), "group": group.name, "profile": profile}
        rows += count_by_area(units, people, towns, verdicts[profile], there, **label)
    return rows


def count_classes(
    units: pd.DataFrame,
    plan: Plan,
    towns: Sequence[str],
    change: tuple[StateVerdict, StateVerdict],
    there: Presence,
) -> list[dict[str, Any]]:
    """Count each class of housing in the plan's profile, by area; [] where a plan names none.

    Parameters
    ----------
    units : n rows
        kind, people, town, and `class` where the plan names classes.
    plan
        Whose [[demand]] tell which kinds have classes.
    towns
        In the order wanted; the row `all` comes first.
    change
        Before and after, in the plan's profile at any hour.
    there
        Who is there before and after.

    Returns
    -------
    list of dict
        area, class, kind, then as `count_by_area`.
    """
    rows = []
    kinds = kinds_with_classes(units, plan)
    for name in list_classes(units[units["kind"].isin(kinds)]):
        for kind in kinds:
            own = (units["kind"] == kind) & (units[CLASS] == name)
            if own.any():
                people = units["people"].where(own, 0.0)
                label: dict[str, Any] = {"class": name, "kind": kind}
                rows += count_by_area(units, people, towns, change, there, **label)
    return rows


def count_by_area(
    units: pd.DataFrame,
    people: pd.Series,
    towns: Sequence[str],
    change: tuple[StateVerdict, StateVerdict],
    there: Presence,
    *,
    also: Mapping[str, tuple[Floats, Flags]] | None = None,
    **labels: Any,
) -> list[dict[str, Any]]:
    """Count some people by verdict before and after, and who is gained and lost, by area.

    Gained is who is covered then and was not, whatever the verdict was: newly_covered are those of
    them whose verdict was gap, gained_unknown those whose verdict was unknown. Lost is the other
    way round. Both are of people who are there at both times. Who comes, and who goes, is counted
    apart: of those who come came_covered are covered after, came_gained of them not without the
    edits; of those who go went_covered were covered. So
    covered_after - covered_before = gained - lost + came_covered - went_covered.

    Parameters
    ----------
    units : n rows
        town.
    people : shape (n,)
        Those that are counted.
    towns
        In the order wanted; the row `all` comes first.
    change
        Before and after.
    there
        Who is there before and after.
    also
        More sums: name -> people (n,), and which units count (n,).
    **labels
        Columns of every row.
    """
    counts = people.to_numpy(dtype=np.float64)
    rows = np.flatnonzero(counts)  # whoever counts nothing adds nothing
    named = pd.Index(units["town"].to_numpy(dtype=object)[rows], dtype=object)
    town = pd.Index(list(towns), dtype=object).get_indexer(named)
    sums = {
        name: _sum_by_area(values[rows], chosen[rows], town, len(towns))
        for name, (values, chosen) in (
            _list_counted(counts, *change, there) | dict(also or {})
        ).items()
    }
    return [
        {"area": area, **labels, **_write_row({name: column[at] for name, column in sums.items()})}
        for at, area in enumerate((ALL, *towns))
    ]


def count_under_conditions(
    units: pd.DataFrame,
    towns: Sequence[str],
    answers: Sequence[tuple[Question, Change, Change]],
    there: Presence,
) -> list[dict[str, Any]]:
    """Count each kind under each condition, before and after, by area.

    Parameters
    ----------
    units : n rows
        kind, people, town.
    towns
        In the order wanted; the row `all` comes first.
    answers
        A question with a condition, before and after under it, and before and after usually.
    there
        Who is there before and after.

    Returns
    -------
    list of dict
        area, kind, profile, condition, cutoff_minutes, then as `count_by_area`; last
        lost_then_before and lost_then_after: people who are covered usually and not then.
    """
    rows, times = [], (("before", there.before), ("after", there.after))
    for question, then, usual in answers:
        assert question.condition is not None  # these alone are asked about
        gone = [u.covered & ~t.covered for u, t in zip(usual, then, strict=True)]
        for kind in units["kind"].unique():
            people = units["people"].where(units["kind"] == kind, 0.0)
            counts = people.to_numpy(dtype=np.float64)
            rows += count_by_area(
                units, people, towns, then, there,
                also={
                    f"lost_then_{when}": (counts * here, lost)
                    for (when, here), lost in zip(times, gone, strict=True)
                },
                kind=kind, profile=question.profile.name, condition=question.condition.name,
                cutoff_minutes=question.cutoff,
            )  # fmt: skip
    return rows


def _list_counted(
    people: Floats, before: StateVerdict, after: StateVerdict, there: Presence
) -> dict[str, tuple[Floats, Flags]]:
    """List what is added up, shapes (n,): name of the sum -> people, and which units count."""
    everybody = np.ones(len(people), dtype=bool)
    counted: dict[str, tuple[Floats, Flags]] = {}
    for when, answer, then in (("before", before, there.before), ("after", after, there.after)):
        counted["people" if when == "before" else "people_after"] = people * then, everybody
        counted |= {f"{name}_{when}": (people * then, own) for name, own in answer.masks.items()}
    stay, come, go = people * there.stay, people * there.come, people * there.go
    newly, doubt = after.covered & ~before.covered, before.masks[UNKNOWN]
    return counted | {
        GAINED: (stay, newly),
        # Told apart, for missing data must not make an edit look better than it is.
        "newly_covered": (stay, newly & ~doubt), "gained_unknown": (stay, newly & doubt),
        LOST: (stay, before.covered & ~after.covered),
        "came": (come, everybody), "came_covered": (come, after.covered),
        "came_gained": (come, newly),
        "went": (go, everybody), "went_covered": (go, before.covered),
    }  # fmt: skip


def _sum_by_area(values: Floats, chosen: Flags, town: Ints, n_towns: int) -> list[float]:
    """Add up the chosen values: of all, then of each town; `town` is -1 in none."""
    values, town = values[chosen], town[chosen]
    within = town >= 0
    return [exact_sum(values), *exact_sums(town[within], values[within], n_towns).tolist()]


def _write_row(sums: Mapping[str, float]) -> dict[str, Any]:
    """Return the sums of one area with their shares, in the order of the files."""
    row: dict[str, Any] = {}
    for when, people in (("before", "people"), ("after", "people_after")):
        row[people] = sums[people]
        found = {name: sums[f"{name}_{when}"] for name in (COVERED, GAP, UNKNOWN)}
        row |= {f"{name}_{when}": value for name, value in found.items()}
        row |= {f"{name}_{when}": value for name, value in shares(**found).items()}
    return row | {name: value for name, value in sums.items() if name not in row}


def count_changes_by_kind(
    units: pd.DataFrame, before: StateVerdict, after: StateVerdict, there: Presence
) -> dict[str, Any]:
    """Return by kind, as `gained_by_kind`, who gains, those of them in doubt, who loses or moves.

    The names before `_by_kind` are those of `count_before_after`.
    """
    kinds, people = units["kind"].to_numpy(dtype=object), units["people"].to_numpy(dtype=np.float64)
    newly, everybody = after.covered & ~before.covered, np.ones(len(people), dtype=bool)
    of_kind = {kind: kinds == kind for kind in dict.fromkeys(kinds)}
    return {
        f"{name}_by_kind": {
            str(kind): exact_sum((people * share)[change & own]) for kind, own in of_kind.items()
        }
        for name, change, share in (
            (GAINED, newly, there.stay),
            ("gained_unknown", newly & before.masks[UNKNOWN], there.stay),
            (LOST, before.covered & ~after.covered, there.stay),
            ("came", everybody, there.come), ("came_covered", after.covered, there.come),
            ("went", everybody, there.go), ("went_covered", before.covered, there.go),
        )
    }  # fmt: skip


def compare_rules(
    units: pd.DataFrame,
    rules: Sequence[tuple[Rule, Flags]],
    towns: Sequence[str],
    verdicts: Sequence[tuple[StateVerdict, StateVerdict]],
    there: Presence,
) -> list[dict[str, Any]]:
    """Count each rule as its row of `checks` does, before and after, with the result of both.

    Parameters
    ----------
    rules
        And the units that each is about.
    verdicts
        Before and after, in their order.
    there
        Who is there before and after.
    """
    rows = []
    for (rule, about), change in zip(rules, verdicts, strict=True):
        people = units["people"].where(about, 0.0)
        # A town without units that the rule is about has no row in `checks` either.
        present = {ALL, *units.loc[about & there.known, "town"]}
        for row in count_by_area(
            units, people, [name for name in towns if name in present], change, there,
            rule_id=rule.id, tier=rule.tier, level=rule.level, kind=str(rule.kind),
            # A limit in metres is the same for every walker.
            profile=rule.profile if rule.cutoff_m is None else None, moment=rule.moment,
            cutoff_minutes=rule.cutoff_minutes, cutoff_m=rule.cutoff_m,
        ):  # fmt: skip
            rows.append(row | _results(row, rule.target))
    return rows


def compare_targets(rows: Sequence[Mapping[str, Any]], plan: Plan) -> list[dict[str, Any]]:
    """Compare the plan's targets with the rows of `count_totals` that they are about."""
    targets = {str(kind): target for kind, target in plan.service.targets.items()}
    return [
        {
            "rule_id": f"target:{row['kind']}", "tier": None, "level": "any", "moment": None,
            "cutoff_minutes": plan.service.cutoffs_minutes[-1], "cutoff_m": None,
            **{name: value for name, value in row.items() if name != "group"},
            **_results(row, targets[row["kind"]]),
        }
        for row in rows
        if row["group"] == "" and row["kind"] in targets
    ]  # fmt: skip


def _results(row: Mapping[str, Any], target: float | None) -> dict[str, Any]:
    """Say whether a target is met before and after; None where there is none."""
    found: dict[str, Any] = {"target": target}
    for when, people in (("before", "people"), ("after", "people_after")):
        counts = row[f"covered_{when}"], row[f"unknown_{when}"], row[people]
        found[f"result_{when}"] = None if target is None else judge_target(*counts, target)
    return found


def find_losers(changes: pd.DataFrame, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Sum up who is no longer covered, by town, kind and the facility that they had; most first.

    Parameters
    ----------
    changes
        kind, people, town, change, minutes_before, minutes_after, nearest_before, nearest_after.
    names
        facility_id -> name.

    Returns
    -------
    list of dict
        town, kind, facility_id and facility (of before), people, units, minutes_before,
        minutes_after (of the middle person; None: no way at all), nearest_after_id, nearest_after
        (of most of them).
    """
    lost = changes[changes["change"] == LOST]
    rows = []
    for (town, kind, facility), part in lost.groupby(["town", "kind", "nearest_before"], sort=True):
        people = part["people"].to_numpy(dtype=np.float64)
        # A median needs some weight: where nobody lives each unit counts alike.
        people = people if people.sum() > 0 else np.ones(len(part))
        next_best = value_of_most(part["nearest_after"], people)
        rows.append(
            {
                "town": town,
                "kind": kind,
                "facility_id": facility,
                "facility": names[str(facility)],
                "people": exact_sum(part["people"]),
                "units": len(part),
                "minutes_before": weighted_median(part["minutes_before"].to_numpy(), people),
                "minutes_after": weighted_median(part["minutes_after"].to_numpy(), people),
                "nearest_after_id": next_best,
                "nearest_after": names.get(next_best),
            }
        )
    return sorted(rows, key=lambda row: (-row["people"], row["town"], row["kind"]))
