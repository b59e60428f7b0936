"""Service rules: for each level of facility and tier of town, who should be how near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.area import StudyArea
from planner.coverage import ALL, counts_by_verdict, doubts, judge, verdict_on_target
from planner.demand import first_polygon
from planner.network.model import WalkNetwork
from planner.plan import Rule
from planner.profiles import WalkProfile, profile_named
from planner.sources.inputs import Inputs
from planner.travel.access import Access, join
from planner.travel.minutes import nearest_minutes, points_of
from planner.travel.streets import AccessRules, Streets, prepare_streets

ANY_LEVEL: Final = "any"
#: Walks one metre a minute everywhere, so that its minutes are metres along the way.
METRES: Final = WalkProfile(
    "metres", 0.06, steps_factor=1.0, signal_s=0, crossing_s=0, source="unit", status="derived"
)


@dataclass(frozen=True)
class RuleChecks:
    """Rows of `checks`, minutes to each level, and what could not be checked.

    minutes : DataFrame, aligned with the demand: minutes_<level> of the plan's profile.
    """

    checks: list[dict[str, Any]]
    minutes: pd.DataFrame
    notes: list[str]


def check_rules(
    inputs: Inputs,
    network: WalkNetwork,
    facilities: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
    area: StudyArea,
    access: AccessRules,
) -> RuleChecks:
    """Check every rule, each level on its own.

    Parameters
    ----------
    inputs
        From `load_inputs`; its default rules apply where a town has their tier.
    network
        Streets.
    facilities
        Those that count, with `level`, metric CRS.
    demand
        kind, people, town and Points, metric CRS; minutes to the nearest of the facilities in the
        plan's profile, which are not worked out again.
    area
        With the towns and tiers.
    access
        Limit and detour of the access leg.
    """
    tier = tiers_of(demand, area, inputs)
    has_levels = bool((facilities["level"] != "").any())
    profile = profile_named(inputs.plan.service.profile)
    measure = _Measure(network, facilities, demand, area, access, profile)
    rules = (*inputs.default_rules, *inputs.rules)
    rows: list[dict[str, Any]] = []
    notes = _unruled_tiers(tier, rules)
    for rule in rules:
        chosen = ((tier == rule.tier) & (demand["kind"] == rule.kind)).to_numpy()
        if not chosen.any():
            if rule in inputs.rules:
                nobody = f"no demand of kind {rule.kind} in tier {rule.tier}"
                notes.append(f"rule {rule.id}: {nobody}; not checked")
            continue
        if not has_levels and rule.level != ANY_LEVEL:
            notes.append(f"rule {rule.id}: the facilities carry no level; not checked")
            continue
        if rule.level != ANY_LEVEL and not (facilities["level"] == rule.level).any():
            notes.append(
                f"rule {rule.id}: no facility that counts is of level {rule.level}; "
                "everybody counts as not served"
            )
        rows += _rows(rule, measure.verdict(rule)[chosen], demand[chosen], area.town_names)
    levels = [level for level in dict.fromkeys(facilities["level"]) if level]
    minutes = {f"minutes_{level}": measure.minutes(profile, level) for level in sorted(levels)}
    return RuleChecks(rows, pd.DataFrame(minutes, index=demand.index), notes)


def _unruled_tiers(tier: pd.Series, rules: Sequence[Rule]) -> list[str]:
    """Say which tiers no rule names: most likely one is misspelt."""
    known = {rule.tier for rule in rules}
    unruled = sorted(set(tier) - known - {""}) if rules else []
    return [
        f"tier {name}: no rule names it, so its towns are not checked; rules know "
        f"{', '.join(sorted(known))}"
        for name in unruled
    ]


def tiers_of(demand: gpd.GeoDataFrame, area: StudyArea, inputs: Inputs) -> pd.Series:
    """Return the tier of each unit: of its tier polygon, else of its town; "" for none.

    Parameters
    ----------
    demand
        town and Points, metric CRS.
    area
        With the tiers of towns.
    inputs
        With the tier polygons, if the plan names any.
    """
    tier = pd.Series("", index=demand.index, dtype=object)
    if area.towns is not None:
        of_town = dict(zip(area.towns["name"], area.towns["tier"], strict=True))
        tier = demand["town"].map(of_town).fillna("").astype(object)
    if inputs.tiers is not None:
        polygon = first_polygon(demand, inputs.tiers.to_crs(area.crs))
        tier[polygon >= 0] = inputs.tiers["tier"].to_numpy()[polygon[polygon >= 0]]
    return tier


class _Measure:
    """Minutes from every unit to the nearest facility of a level, each worked out once."""

    def __init__(
        self,
        network: WalkNetwork,
        facilities: gpd.GeoDataFrame,
        demand: gpd.GeoDataFrame,
        area: StudyArea,
        access: AccessRules,
        profile: WalkProfile,
    ) -> None:
        self._network, self._area, self._access = network, area, access
        self._facilities = facilities
        self._xy = points_of(demand, network, "demand")
        # The demand knows the nearest of all: of any level, and of one that all are of.
        levels = set(facilities["level"])
        of_all = [ANY_LEVEL, *levels] if len(levels) == 1 else [ANY_LEVEL]
        known = demand["minutes"].to_numpy(dtype=np.float64)
        self._minutes: dict[tuple[str, str], NDArray[np.float64]] = {
            (profile.name, level): known for level in of_all
        }
        self._units: dict[str, tuple[Streets, Access]] = {}
        self._places: dict[tuple[str, str], Access] = {}

    def minutes(self, profile: WalkProfile, level: str) -> NDArray[np.float64]:
        """Return true nearest minutes, shape (n,)."""
        key = (profile.name, level)
        if key not in self._minutes:
            streets, units = self._units_of(profile)
            origins = self._places_of(profile, level)
            self._minutes[key] = nearest_minutes(streets, origins, units)[0]
        return self._minutes[key]

    def verdict(self, rule: Rule) -> pd.Series:
        """Return the verdict of each unit under a rule."""
        profile = METRES if rule.cutoff_m is not None else profile_named(rule.profile)
        cutoff = rule.cutoff_m if rule.cutoff_m is not None else rule.cutoff_minutes
        assert cutoff is not None  # a rule has one or the other
        streets, units = self._units_of(profile)
        places = self._places_of(profile, rule.level)
        doubt = doubts(
            streets,
            units,
            places.xy[~places.joined],
            self._area.data,
            profile.speed_m_per_min * cutoff,
        )
        return judge(self.minutes(profile, rule.level), doubt, cutoff)["verdict"]

    def _units_of(self, profile: WalkProfile) -> tuple[Streets, Access]:
        """Return the streets of a profile and the units joined to them."""
        if profile.name not in self._units:
            streets = prepare_streets(self._network, profile, self._access)
            self._units[profile.name] = streets, join(streets, self._xy)
        return self._units[profile.name]

    def _places_of(self, profile: WalkProfile, level: str) -> Access:
        """Return the facilities of a level joined to the streets of a profile."""
        key = (profile.name, level)
        if key not in self._places:
            table = self._facilities
            if level != ANY_LEVEL:
                table = table[table["level"] == level]
            streets, _ = self._units_of(profile)
            xy = points_of(table, self._network, "facilities")
            self._places[key] = join(streets, xy)
        return self._places[key]


def _rows(
    rule: Rule, verdict: pd.Series, demand: gpd.GeoDataFrame, towns: Sequence[str]
) -> list[dict[str, Any]]:
    """Count one rule for the whole area and for each town that has its tier."""
    verdict = verdict.set_axis(demand.index)
    rows = []
    for name in (ALL, *towns):
        part = demand if name == ALL else demand[demand["town"] == name]
        if len(part) == 0:
            continue
        counts = counts_by_verdict(part, verdict)
        result = None
        if rule.target is not None:
            result = verdict_on_target(counts["share_low"], counts["share_high"], rule.target)
        rows.append(
            {
                "rule_id": rule.id,
                "area": name,
                "tier": rule.tier,
                "level": rule.level,
                "kind": rule.kind,
                "profile": rule.profile if rule.cutoff_m is None else None,
                "moment": None,
                "cutoff_minutes": rule.cutoff_minutes,
                "cutoff_m": rule.cutoff_m,
                **counts,
                "target": rule.target,
                "target_year": rule.target_year,
                "result": result,
                "source": rule.source,
                "status": rule.status,
                "analogy": rule.analogy,
            }
        )
    return rows
