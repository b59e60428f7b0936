"""Verdicts, checks and tables: who is served, who is not, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.exact import exact_sum, exact_sums, reaches
from planner.travel.minutes import ReachedPairs

COVERED: Final = "covered"
GAP: Final = "gap"
UNKNOWN: Final = "unknown"
#: Why a unit's verdict is unknown; the first that applies is given.
REASONS: Final = (
    "no street near", "no gate known", "island", "facility not joined", "place not confirmed",
    "hours not known", "edge of data",
)  # fmt: skip

ALL: Final = "all"


def judge(minutes: NDArray[np.float64], doubt: pd.Series, cutoff_minutes: float) -> pd.DataFrame:
    """Return verdict and reason of each unit: covered, else unknown with a reason, else gap.

    Parameters
    ----------
    minutes : shape (n,)
        To the nearest facility that counts, in the unit of the cutoff; inf where no path.
    doubt
        From `doubts`, n rows.
    cutoff_minutes
        Covered when minutes <= cutoff_minutes.
    """
    # Covered comes first: whoever reaches a facility is served, whatever else is in doubt.
    covered = minutes <= cutoff_minutes
    unknown = ~covered & (doubt != "").to_numpy()
    # Objects from the start: a table would make columns of texts of them, and back.
    names = np.array([GAP, UNKNOWN, COVERED], dtype=object)
    verdict = names[np.where(covered, 2, unknown.astype(np.int64))]
    reason = np.where(unknown, doubt.to_numpy(dtype=object), "").astype(object)
    return pd.DataFrame({"verdict": verdict, "reason": reason}, dtype=object)


def count_coverage(
    demand: pd.DataFrame, verdicts: Mapping[float, pd.Series], areas: Sequence[str]
) -> pd.DataFrame:
    """Count people by verdict for each area, kind and cutoff.

    Parameters
    ----------
    demand
        kind, people, town.
    verdicts
        Cutoff in minutes -> verdict of each unit, aligned with `demand`.
    areas
        Names of the towns, in the order wanted; the row `all` comes first.

    Returns
    -------
    DataFrame
        area, kind, cutoff_minutes, people, covered, gap, unknown, share, share_low, share_high;
        one row for each area, kind that has units (and `all`, in person-places) and cutoff.
    """
    people, kind_of, town_of = (demand[name].to_numpy() for name in ("people", "kind", "town"))
    people = people.astype(np.float64)
    aligned = {
        cutoff: verdict.reindex(demand.index).to_numpy(dtype=object)
        for cutoff, verdict in verdicts.items()
    }
    kinds = demand["kind"].unique().tolist()
    of_kind = {ALL: np.ones(len(demand), dtype=bool)} | {kind: kind_of == kind for kind in kinds}
    rows = []
    for area in (ALL, *areas):
        # "all" is a reserved word: no town and no kind of a plan is called so.
        here = of_kind[ALL] if area == ALL else town_of == area
        for kind in (*kinds, ALL):
            part = np.flatnonzero(here & of_kind[kind])
            for cutoff, verdict in aligned.items():
                key = {"area": area, "kind": kind, "cutoff_minutes": cutoff}
                rows.append(key | _counts(people[part], verdict[part]))
    return pd.DataFrame(rows)


def count_by_verdict(demand: pd.DataFrame, verdict: pd.Series) -> dict[str, float | None]:
    """Count the people of some units by verdict: people, covered, gap, unknown and the shares.

    Parameters
    ----------
    demand
        people.
    verdict
        Of at least these units, by their index.
    """
    verdicts = verdict.reindex(demand.index).to_numpy(dtype=object)
    return _counts(demand["people"].to_numpy(dtype=np.float64), verdicts)


def _counts(people: NDArray[np.float64], verdicts: NDArray[np.object_]) -> dict[str, float | None]:
    """Count people (n,) by the verdict (n,) of their units."""
    counts = {name: exact_sum(people[verdicts == name]) for name in (COVERED, GAP, UNKNOWN)}
    return {"people": exact_sum(people), **counts, **shares(**counts)}


def shares(covered: float, gap: float, unknown: float) -> dict[str, float | None]:
    """Return share, share_low and share_high; None where there is nobody to count."""
    judged, people = covered + gap, covered + gap + unknown
    return {
        "share": covered / judged if judged > 0 else None,
        "share_low": covered / people if people > 0 else None,
        "share_high": (covered + unknown) / people if people > 0 else None,
    }


def to_exact_shares(row: Mapping[str, Any], when: str = "") -> dict[str, Any]:
    """Return a row of a file with its shares worked out from its counts, as the page does.

    Shares of files have four decimals: 87.449 % stands there as 0.8745 and would read as 87.5 %.

    Parameters
    ----------
    row
        Of summary.json or compare.json; one without the counts, or without a share, stays as it is.
    when
        Ends the names of counts and shares: "", `_before` or `_after`.
    """
    counts = [row.get(f"{name}{when}") for name in (COVERED, GAP, UNKNOWN)]
    if row.get(f"share{when}") is None or None in counts:
        return dict(row)
    exact = shares(*(float(count) for count in counts if count is not None))
    return {**row, **{f"{name}{when}": share for name, share in exact.items()}}


def judge_target(covered: float, unknown: float, people: float, target: float) -> str:
    """Return met, missed or undecided: missing data never helps and never harms.

    Parameters
    ----------
    covered, unknown, people
        Of these people so many are covered, and so many cannot be judged.
    target
        The share to be covered. A share that is exactly the target, in decimals, meets it.
    """
    if not people > 0:
        return "undecided"
    if reaches(covered, people, target):
        return "met"
    # Added as decimals: a float sum could miss a target that is met exactly by its last bit.
    return "undecided" if reaches(exact_sum([covered, unknown]), people, target) else "missed"


def judge_targets(
    coverage: pd.DataFrame, targets: Mapping[str, float], *, cutoff_minutes: float, profile: str
) -> list[dict[str, Any]]:
    """Compare the plan's targets with the shares of every area; rows of `checks`.

    Parameters
    ----------
    coverage
        From `count_coverage`.
    targets
        Kind -> share to be covered, 0 to 1.
    cutoff_minutes
        The cutoff whose shares count.
    profile
        Name of the plan's profile, for the rows.
    """
    rows = []
    last = coverage[coverage["cutoff_minutes"] == cutoff_minutes]
    for kind, target in targets.items():
        for row in last[last["kind"] == kind].to_dict("records"):
            covered, unknown, people = (float(row[n]) for n in (COVERED, UNKNOWN, "people"))
            rows.append(
                {
                    "rule_id": f"target:{kind}",
                    "tier": None,
                    "level": "any",
                    "profile": profile,
                    "moment": None,
                    "domains": "",
                    "cutoff_m": None,
                    **{str(name): value for name, value in row.items()},
                    "target": target,
                    "target_year": None,
                    "result": judge_target(covered, unknown, people, target),
                    "source": "the plan's own target",
                    "status": "assumption",
                    "analogy": False,
                }
            )
    return rows


def count_facility_loads(
    demand: pd.DataFrame,
    nearest: NDArray[np.int64],
    verdict: pd.Series,
    pairs: ReachedPairs,
    n_facilities: int,
) -> pd.DataFrame:
    """Count what each facility carries at the last cutoff, for every kind that has units.

    Parameters
    ----------
    demand
        kind, people.
    nearest : shape (n,)
        Position of each unit's nearest facility, -1 for none.
    verdict
        Aligned with `demand`.
    pairs
        Facilities (origin) and units (target) within the cutoff.

    Returns
    -------
    DataFrame, one row per facility
        people_nearest_*: covered people whose nearest facility this is; people_in_reach_*: all
        within the cutoff; people_only_here_*: those with no other facility within it.
    """
    columns = {
        f"people_{name}_{kind}": exact_sums(facility, people, n_facilities)
        for kind, name, facility, people in list_facility_loads(demand, nearest, verdict, pairs)
    }
    return pd.DataFrame(columns, index=range(n_facilities))


def list_facility_loads(
    demand: pd.DataFrame, nearest: NDArray[np.int64], verdict: pd.Series, pairs: ReachedPairs
) -> Iterator[tuple[str, str, NDArray[np.int64], NDArray[np.float64]]]:
    """List what `count_facility_loads` adds up: kind, what is counted, facilities and people."""
    people = demand["people"].to_numpy()
    in_reach = np.bincount(pairs.target, minlength=len(demand))
    for kind in demand["kind"].unique():
        weight = np.where(demand["kind"] == kind, people, 0.0)
        served = (verdict == COVERED).to_numpy() & (nearest >= 0)
        alone = in_reach[pairs.target] == 1
        per_pair = weight[pairs.target]
        yield kind, "nearest", nearest[served], weight[served]
        yield kind, "in_reach", pairs.origin, per_pair
        # These people lose cover if this facility closes.
        yield kind, "only_here", pairs.origin[alone], per_pair[alone]
