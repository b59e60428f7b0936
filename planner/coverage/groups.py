"""Groups among the people of a kind: how many live at each unit, and how well they are served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.counting import ALL, count_by_verdict
from planner.coverage.exact import exact_sums
from planner.coverage.unknown_towns import refuse_unknown_towns
from planner.errors import DemandError
from planner.plan import Group, Plan
from planner.sources.group_tables import GroupInput

#: A figure may exceed the people of its town by this share, which rounding of sums explains.
_ROUNDING = 1e-9

#: Position of a [[demand]] -> name of a town, "" for none -> share of its people, 0 to 1.
TownShares = dict[int, dict[str, float]]


@dataclass(frozen=True)
class GroupPeople:
    """How many of each group live at each unit.

    people : DataFrame, aligned with the units: a column people_<group> for each group of the plan,
        0 at units of other kinds.
    notes : what the files do not tell, a line each.
    """

    people: pd.DataFrame
    notes: list[str]


@dataclass(frozen=True)
class GroupShares:
    """Which share of the people of a town is of a group.

    shares : name of each group with figures of towns -> position of a [[demand]] -> shares.
    notes : what the files do not tell, a line each.
    """

    shares: dict[str, TownShares]
    notes: list[str]


def group_people(
    units: pd.DataFrame, table: pd.Series, groups: Sequence[GroupInput], towns: Sequence[str] = ()
) -> GroupPeople:
    """Work out how many people of each group live at each unit, never more than its people.

    A share holds at every unit of the kind; the figure of a town is spread over its units of the
    kind in proportion to their people; a column of a table of points counts where it stands.

    Parameters
    ----------
    units
        demand_id, kind, people, town.
    table : Series, aligned with `units`
        Position of the [[demand]] that each unit comes from.
    groups
        From `load_inputs`.
    towns
        Names of the towns.

    Raises
    ------
    DemandError
        If a file names an unknown town, or more of a group than there are people; with its row.
    """
    shares = find_group_shares(units, table, groups, towns)
    at_points = count_at_points(units, table, groups)
    counts = count_groups(units, table, [one.plan for one in groups], shares.shares, at_points)
    return GroupPeople(counts, shares.notes)


def find_group_shares(
    units: pd.DataFrame, table: pd.Series, groups: Sequence[GroupInput], towns: Sequence[str] = ()
) -> GroupShares:
    """Find the share of each town's people that is of a group, where figures are of towns.

    Parameters
    ----------
    units
        kind, people, town; or rows with the same sums of people for each [[demand]] and town.
    table, groups, towns
        As of `group_people`.

    Raises
    ------
    DemandError
        As `group_people`.
    """
    notes: list[str] = []
    shares: dict[str, TownShares] = {}
    position = table.to_numpy()
    for group in groups:
        of_kind = (units["kind"] == group.plan.kind).to_numpy()
        if group.towns is not None:
            file = group.plan.table.name if group.plan.table is not None else ""
            refuse_unknown_towns(group.towns, towns, file)
            share = _find_shares(units[of_kind], group.towns, group.plan, file, notes)
            shares[group.plan.name] = dict.fromkeys(np.unique(position[of_kind]).tolist(), share)
        for number, figures in group.figures.items():
            if "town" in figures:
                here, file = units[of_kind & (position == number)], group.files[number]
                share = _find_shares(here, figures, group.plan, file, notes)
                shares.setdefault(group.plan.name, {})[number] = share
    return GroupShares(shares, notes)


def count_at_points(
    units: pd.DataFrame, table: pd.Series, groups: Sequence[GroupInput]
) -> pd.DataFrame:
    """Count the people of groups whose figures stand beside points: a column each, 0 elsewhere.

    Parameters
    ----------
    units
        demand_id, kind.
    table, groups
        As of `group_people`.
    """
    columns = {}
    for group in groups:
        counts = np.zeros(len(units))
        for number, figures in group.figures.items():
            if "id" in figures:
                here = ((units["kind"] == group.plan.kind) & (table == number)).to_numpy()
                counts[here] = _at_points(units["demand_id"][here], figures, group.plan, number)
        columns[group_column(group.plan)] = counts
    return pd.DataFrame(columns, index=units.index)


def count_groups(
    units: pd.DataFrame,
    table: pd.Series,
    groups: Sequence[Group],
    shares: Mapping[str, TownShares],
    at_points: pd.DataFrame,
) -> pd.DataFrame:
    """Return how many people of each group live at each unit, as of `GroupPeople`.

    Parameters
    ----------
    units
        kind, people, town: all units of a plan, or some.
    table
        As of `group_people`.
    groups
        Those of the plan.
    shares
        From `find_group_shares`.
    at_points : DataFrame, aligned with `units`
        From `count_at_points`; may lack groups whose figures are not of points.
    """
    people, position = units["people"].to_numpy(dtype=float), table.to_numpy()
    columns = {}
    for group in groups:
        name = group_column(group)
        if group.share is not None:
            of_kind = (units["kind"] == group.kind).to_numpy()
            counts = np.where(of_kind, people * group.share, 0.0)
        else:
            counts = np.zeros(len(units))
            if name in at_points:
                counts += at_points[name].to_numpy(dtype=float)
            for number, of_towns in shares.get(group.name, {}).items():
                here = position == number
                counts[here] = people[here] * units["town"][here].map(of_towns).to_numpy(float)
        # A figure may exceed its people by rounding (see _ROUNDING); a group at a unit never does.
        columns[name] = np.minimum(counts, people)
    return pd.DataFrame(columns, index=units.index)


def group_column(group: Group) -> str:
    """Return the name of the column with the people of a group."""
    return f"people_{group.name}"


def count_group_coverage(
    units: pd.DataFrame,
    people: pd.DataFrame,
    verdicts: Mapping[str, pd.Series],
    plan: Plan,
    areas: Sequence[str],
) -> list[dict[str, Any]]:
    """Count the people of each group by the verdict for the profile they walk as.

    Groups overlap each other and are part of the people: they are never added to anything.

    Parameters
    ----------
    units
        kind, town.
    people
        From `group_people`, aligned with `units`.
    verdicts
        Name of a profile -> verdict of each unit, aligned with `units`.
    plan
        With the groups, and the profile of those that name none.
    areas
        Names of the towns, in the order wanted; the row `all` comes first.

    Returns
    -------
    list of dict
        group, profile, area, people, covered, gap, unknown, share, share_low, share_high.
    """
    rows = []
    for group in plan.groups:
        profile = group.profile or plan.service.profile
        own = pd.DataFrame({"people": people[group_column(group)], "town": units["town"]})
        # People of other kinds do not belong to the group, covered or not.
        own = own[units["kind"] == group.kind]
        rows += count_one_group(group.name, profile, own, verdicts[profile], areas)
    return rows


def count_one_group(
    name: str, profile: str, own: pd.DataFrame, verdict: pd.Series, areas: Sequence[str]
) -> list[dict[str, Any]]:
    """Count one group, as `count_group_coverage` does.

    own : its people, and town, by unit; verdict : of at least these units, by their index.
    """
    rows = []
    for area in (ALL, *areas):
        # The whole area also holds units in none of the towns.
        part = own if area == ALL else own[own["town"] == area]
        counts = count_by_verdict(part, verdict)
        rows.append({"group": name, "profile": profile, "area": area, **counts})
    return rows


def _find_shares(
    units: pd.DataFrame, figures: pd.DataFrame, group: Group, file: str, notes: list[str]
) -> dict[str, float]:
    """Return the share of the people of each town of some units that figures of towns say."""
    codes, names = pd.factorize(units["town"].to_numpy(dtype=object))
    people = units["people"].to_numpy(dtype=float)
    totals = pd.Series(exact_sums(codes, people, len(names)), index=names).sort_index()
    # A town that the file does not name counts none of the group; a note tells which.
    share = dict.fromkeys(totals.index.tolist(), 0.0)
    for name, row in zip(figures["town"], figures.to_dict("records"), strict=True):
        total = float(totals.get(name, 0.0))
        part = row.get("share", np.nan)
        if np.isnan(part):
            if row["people"] > total * (1 + _ROUNDING):
                raise DemandError(
                    f"{file}: row {row['row']}: {row['people']:.10g} people of group {group.name} "
                    f"in {name}, which has {total:.10g} of kind {group.kind}; correct one of them"
                )
            # A town without people of the kind: its figure is 0, as more was refused above.
            part = row["people"] / total if total > 0 else 0.0
        if total > 0:
            share[name] = float(part)
    silent = sorted({*totals.index[totals > 0]} - {*figures["town"]})
    if silent:
        named = ", ".join(name or "people in no town" for name in silent)
        notes.append(f"{file}: no figure of group {group.name} for {named}; none of it counted")
    return share


def _at_points(
    demand_id: pd.Series, figures: pd.DataFrame, group: Group, number: int
) -> NDArray[np.float64]:
    """Look up the figures of points by their ids."""
    by_id = figures.set_index("id")["people"]
    ids = demand_id.str.removeprefix(f"{group.kind}:")
    # Rows of a second table without ids carry its number, to tell them from those of the first.
    ids = ids.where(ids.isin(by_id.index), ids.str.removeprefix(f"{number + 1}@"))
    return by_id.reindex(ids).to_numpy(dtype=float)
