"""People counted in an outcome: by kind, group and town, their shares, and who stays left out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from planner.coverage.classes import CLASS, kinds_with_classes, list_classes
from planner.coverage.counting import ALL, UNKNOWN
from planner.coverage.exact import exact_sum
from planner.crs.array_types import Flags, Floats
from planner.gaps.definition import SCATTERED
from planner.plan import KINDS
from planner.siting.outcome import Outcome
from planner.siting.siting_case import SitingCase
from planner.sources.unit_classes import NO_CLASS

#: Why people stay left out though a station is within reach: it has no room for them.
NO_ROOM: Final = "no room"


def count_by_kind(case: SitingCase, part: Flags | Floats) -> dict[str, float]:
    """Count the people of some units, or of shares of them, by kind."""
    people = case.people * part
    return {kind: whole_people(exact_sum(people[case.of_kind(kind)])) for kind in KINDS}


def whole_people(count: float) -> float:
    """Return a count without the tail that adding up shares of people leaves."""
    return round(float(count), 6)


def count_groups(case: SitingCase, part: Flags | Floats) -> dict[str, float]:
    """Count the people of some units, or of shares of them, by the plan's groups."""
    names = [group.name for group in case.plan.groups]
    columns = {name: f"people_{name}" for name in names if f"people_{name}" in case.demand}
    return {
        name: whole_people(exact_sum(part * case.demand[column].fillna(0.0)))
        for name, column in columns.items()
    }


def count_class_changes(case: SitingCase, outcome: Outcome) -> list[dict[str, Any]]:
    """Count who is newly covered or lost of each class of housing; [] where a plan names none.

    Rows have class ("" for people of whom none is told), kind, newly_covered, gained_unknown (of
    those whose verdict was unknown) and lost.
    """
    demand = case.demand
    kinds = kinds_with_classes(demand, case.plan)
    if not kinds:
        return []
    # A GeoPackage has no empty text: there it is NULL.
    classes = demand[CLASS].fillna(NO_CLASS).to_numpy(dtype=object)
    units = pd.DataFrame({CLASS: classes, "kind": demand["kind"], "people": case.people})
    rows = []
    for name in list_classes(units[units["kind"].isin(kinds)]):
        for kind in kinds:
            own = case.people * (case.of_kind(kind) & (classes == name))
            if own.any():
                changes = {
                    "newly_covered": outcome.gained, "gained_unknown": outcome.gained_doubtful,
                    "lost": outcome.lost,
                }  # fmt: skip
                counts = {key: whole_people(exact_sum(own * part)) for key, part in changes.items()}
                rows.append({"class": name, "kind": kind, **counts})
    return rows


def count_by_town(case: SitingCase, outcome: Outcome) -> list[dict[str, Any]]:
    """Count residents by town: gained, lost, and their share covered before and after."""
    towns = case.demand["town"].to_numpy(dtype=object)
    counts = _count_residents(case, outcome).groupby(towns).agg(exact_sum)
    return [
        _build_resident_row(town, counts.loc[town].to_dict())
        for town in case.towns
        if town in counts.index
    ]


def count_whole_area(case: SitingCase, outcome: Outcome) -> dict[str, Any]:
    """Count the residents of the whole area as `count_by_town` does those of a town."""
    return _build_resident_row(ALL, _count_residents(case, outcome).agg(exact_sum).to_dict())


def _count_residents(case: SitingCase, outcome: Outcome) -> pd.DataFrame:
    """Return the residents of each unit by what becomes of them."""
    residents = np.where(case.of_kind("residential"), case.people, 0.0)
    shares = {
        "people": np.ones(len(residents)),
        "covered": case.covered,
        "judged_today": ~case.of_verdict(UNKNOWN),
        "judged": ~case.doubtful,
        "planned": case.covered_by_planned & ~case.covered,
        "gained": outcome.gained,
        "doubt": outcome.gained_doubtful,
        "lost": outcome.lost,
        "no_room": outcome.no_room,
        "left": outcome.left,
        "unknown": outcome.unknown,
    }
    return pd.DataFrame({name: residents * share for name, share in shares.items()})


def _build_resident_row(town: str, count: dict[Any, float]) -> dict[str, Any]:
    """Return the row of a town, or of all; shares beside their low and high ends."""
    before = count["covered"] + count["planned"]
    after = before + count["gained"] + count["doubt"] - count["lost"]
    judged = count["people"] - count["unknown"]
    people = {
        "": count["people"],
        "_gained": count["gained"],
        "_gained_unknown": count["doubt"],
        "_lost": count["lost"],
        "_left": count["left"],
        "_no_room": count["no_room"],
        "_unknown_before": count["people"] - count["judged"],
        "_unknown": count["unknown"],
    }
    return {
        "town": town,
        **{f"residents{name}": whole_people(number) for name, number in people.items()},
        **_shares("today", count["covered"], count["judged_today"], count["people"]),
        **_shares("before", before, count["judged"], count["people"]),
        **_shares("after", after, judged, count["people"]),
    }


def count_resident_shares(case: SitingCase, outcome: Outcome) -> dict[str, float | None]:
    """Return the share of residents covered today, with what is planned, and with the sites.

    Beside each its low end, as if all who cannot be judged were left out, and its high end. Whom a
    new site covers can be judged then, whatever the verdict is today: as in a run with the sites.
    """
    row = count_whole_area(case, outcome)
    return {
        f"share{end}_{when}": row[f"share{end}_{of_row}"]
        for when, of_row in (("today", "today"), ("planned", "before"), ("after", "after"))
        for end in ("", "_low", "_high")
    }


def _shares(when: str, covered: float, judged: float, people: float) -> dict[str, float | None]:
    """Return share_, share_low_ and share_high_ of some time."""
    return {
        f"share_{when}": _share(covered, judged),
        f"share_low_{when}": _share(covered, people),
        f"share_high_{when}": _share(covered + people - judged, people),
    }


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def count_left_out(case: SitingCase, outcome: Outcome, usable: Flags) -> list[dict[str, Any]]:
    """Say which residents stay left out and why: out of every candidate's reach, or not chosen.

    Parameters
    ----------
    usable : shape (m,)
        Candidates that may be opened.

    Returns
    -------
    list
        cause (of the gap, or NO_ROOM), residents, residents_in_reach (of a candidate, so that more
        sites would help), gaps (how many have such residents), names (of the largest three); most
        first.
    """
    pairs = case.reached
    near = np.zeros(len(case.demand), dtype=bool)
    near[pairs.target[usable[pairs.origin]]] = True
    residents = np.where(case.left_out & case.of_kind("residential"), case.people, 0.0)
    left = residents * (1.0 - outcome.gained)
    some = left > 0
    table = pd.DataFrame({
        "gap_id": case.demand["gap_id"].to_numpy(dtype=object)[some],
        "residents": left[some],
        "in_reach": (left * near)[some],
    }).merge(case.gaps[["gap_id", "name", "cause"]], on="gap_id", how="left")  # fmt: skip
    # A site reaches them, so what made their gap is no longer what leaves them out.
    table["cause"] = table["cause"].mask(outcome.no_room[some] > 0, NO_ROOM)
    rows = []
    for cause, part in table.groupby(table["cause"].fillna(""), sort=True):
        of_gap = (
            part.groupby("name")["residents"]
            .agg(exact_sum)
            .sort_values(ascending=False, kind="stable")
        )
        rows.append({
            "cause": str(cause),
            "residents": exact_sum(part["residents"]),
            "residents_in_reach": exact_sum(part["in_reach"]),
            "gaps": int(part["gap_id"].nunique()),
            # Scattered people are no place that could be named.
            "names": [str(name) for name in of_gap.index if name != SCATTERED][:3],
        })  # fmt: skip
    return sorted(rows, key=lambda row: (-float(row["residents"]), str(row["cause"])))
