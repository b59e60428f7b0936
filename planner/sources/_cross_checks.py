"""Checks what the files of a plan say of each other, and of the plan."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import geopandas as gpd

from planner.errors import DemandError, PlanError
from planner.plan import WHO_WORDS, Plan
from planner.plan.given_table import TableSource
from planner.sources._checks import Faults, FileRows
from planner.sources._geo_table import Table
from planner.sources._town_names import describe_unknown_town


def check_demand(plan: Plan) -> None:
    """Refuse a plan that names no people."""
    if not plan.demand:
        raise DemandError("the plan names no [[demand]], so there is nobody to count; add one")


def check_gate_profiles(plan: Plan, path: Path, gates: Table) -> None:
    """Refuse gates for profiles that the plan does not have.

    Not where the table is read: only the plan knows which profiles there are.
    """
    faults, words = Faults(FileRows(path, gates.rows["row"])), ", ".join(WHO_WORDS)
    for row, who in zip(gates.rows["row"], gates.rows["who"], strict=True):
        for name in who.split(";") if who not in WHO_WORDS else ():
            try:
                plan.profile_named(name)
            except PlanError as error:
                faults.add_rows([row], f"who: {error}; or give {words}")
    faults.stop()


def check_site_towns(path: TableSource, table: Table, known: Collection[str]) -> None:
    """Refuse candidate sites in towns that the plan does not have."""
    faults, towns = Faults(FileRows(Path(str(path)), table.rows["row"])), table.rows["town"]
    if known:
        faults.add_each(
            ~towns.isin({*known, ""}), towns, lambda town: describe_unknown_town(town, [*known])
        )
    faults.stop()


def check_limits(plan: Plan, known: Collection[str]) -> None:
    """Refuse limits of candidate sites in towns that the plan does not have.

    Not with the table, as limits are of sites of the map as well.
    """
    for number, limit in enumerate(plan.candidates.limits, start=1):
        if limit.town is not None and limit.town not in known:
            raise PlanError(
                f"candidates.limits[{number}].town: {describe_unknown_town(limit.town, [*known])}"
            )


def check_rules(plan: Plan, towns: gpd.GeoDataFrame | None, tiers: gpd.GeoDataFrame | None) -> None:
    """Refuse a rule of the plan for a tier that no town and no tier polygon has."""
    known = {tier for layer in (towns, tiers) if layer is not None for tier in layer["tier"]} - {""}
    # The default rules are not asked: their tiers need not occur in a plan.
    for rule in plan.rules:
        if rule.tier not in known:
            allowed = ", ".join(sorted(known))
            raise PlanError(
                f"rules: {rule.id}: no town has the tier {rule.tier!r}; "
                + (f"give {allowed}" if known else "give towns a column 'tier' in area.towns")
            )
