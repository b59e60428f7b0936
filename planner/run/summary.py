"""The content of summary.json, and the notice of invented data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from planner.coverage.breakdowns import Breakdowns
from planner.coverage.sampling import detour_range, limit_range, sample_ranges
from planner.coverage.uncertainty import RepeatCounts, find_share_ranges, list_repeats
from planner.plan import Plan
from planner.rounding import NO_CUTOFFS, AskedCutoffs, to_plain_rows, to_plain_tree

#: What every table of a synthetic plan says of itself, by the plan's language.
#: The page says it in the same words, so that readers find one notice everywhere.
NOTICES: Final = {"zh": "演示数据，非真实", "en": "Demo data, not real"}
#: Openings in the summary; the layer has them all.
MOST_GAINS: Final = 50


def notice_of(plan: Plan) -> str:
    """Return the notice of a synthetic plan, "" for a real one."""
    return NOTICES[plan.language] if plan.synthetic else ""


def table_with_notice(table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Let every row of a table without geometry carry the notice of a synthetic plan."""
    notice = notice_of(plan)
    return table.assign(notice=notice) if notice else table


def with_notice(layer: gpd.GeoDataFrame, plan: Plan) -> gpd.GeoDataFrame:
    """Let every row of a synthetic plan carry the notice: rows are copied without their file."""
    notice = notice_of(plan)
    if not notice:
        return layer
    marked = layer.drop(columns="geometry").assign(notice=notice, geometry=layer.geometry)
    return gpd.GeoDataFrame(marked, geometry="geometry", crs=layer.crs)


def build_summary(
    plan: Plan,
    layers: Mapping[str, pd.DataFrame],
    coverage: pd.DataFrame,
    *,
    checks: list[dict[str, Any]],
    domains: pd.DataFrame,
    figures: Breakdowns,
    completeness: dict[str, Any],
    competition: dict[str, Any] | None,
    uncertainty: dict[str, Any] | None,
    openings: pd.DataFrame,
    warnings: list[str],
    invented_streets: bool = False,
    cutoffs: AskedCutoffs = NO_CUTOFFS,
) -> dict[str, Any]:
    """Return the content of summary.json.

    `openings` counts the openings behind the layer `gate_gains`; listed are those of the layer,
    in_summary those of the first 50 that the summary has of it. `invented_streets` says that the
    extract calls itself synthetic: its streets are not credited to OpenStreetMap. Other invented
    data may well lie on real streets. Minutes stay on their side of the `cutoffs`.
    """
    facilities, gains = layers["facilities"], layers["gate_gains"].head(MOST_GAINS)
    joined = facilities["joined"].to_numpy(dtype=bool)
    of_conditions = {"conditions": to_plain_rows(figures.conditions)} if plan.conditions else {}
    return {
        "plan": plan.name,
        "synthetic": plan.synthetic,
        "invented_streets": invented_streets,
        "facilities": {
            "total": len(facilities),
            "joined": int(joined.sum()),
            # In order: the same input gives the same bytes.
            "not_joined": sorted(facilities["facility_id"][~joined].tolist()),
        },
        "coverage": to_plain_rows(coverage),
        "checks": to_plain_rows(pd.DataFrame(checks)),
        "domains": to_plain_rows(domains),
        "profiles": to_plain_rows(figures.profiles),
        "moments": to_plain_rows(figures.moments),
        **of_conditions,
        "only_sometimes": to_plain_rows(figures.only_sometimes),
        "services": to_plain_rows(figures.services),
        "groups": to_plain_rows(pd.DataFrame(figures.groups)),
        "classes": to_plain_rows(figures.classes),
        "completeness": completeness,
        "access_2sfca": to_plain_tree(competition),
        "uncertainty": uncertainty,
        "titles": _titles(plan),
        "notes": _notes(plan),
        "gaps": to_plain_rows(with_lonlat(layers["gaps"]), cutoffs),
        "gate_gains": to_plain_rows(with_lonlat(gains), cutoffs),
        "openings": to_plain_rows(openings_shown(openings, gains)),
        "warnings": warnings,
    }


def openings_shown(openings: pd.DataFrame, gains: pd.DataFrame) -> pd.DataFrame:
    """Add to the counts of openings how many of each kind stand in a summary: in_summary.

    `gains` are the rows of `gate_gains` that the summary has.
    """
    shown = gains["kind"].value_counts()
    return openings.assign(in_summary=openings["kind"].map(shown).fillna(0).astype(int))


def _titles(plan: Plan) -> dict[str, dict[str, str]]:
    """Return what the plan calls its groups and moments, for pages."""
    titles = {
        "groups": {group.name: group.title for group in plan.groups if group.title},
        "moments": {moment.name: moment.title for moment in plan.moments if moment.title},
    }
    if plan.conditions:
        titles["conditions"] = {keys.name: keys.title for keys in plan.conditions if keys.title}
    return titles


def _notes(plan: Plan) -> list[str]:
    """Say how figures are to be read that could be misread."""
    if not plan.asked_moments:
        return []
    return [
        "coverage, gaps and the verdicts of demand leave opening hours aside: a facility counts "
        "whenever it opens; who is covered when stands in moments, services and the table verdicts"
    ]


def summarise_repeats(
    plan: Plan,
    counts: Sequence[RepeatCounts] | None,
    gaps: pd.DataFrame,
) -> dict[str, Any] | None:
    """Return how sure the shares and gaps are; None without repeats.

    Parameters
    ----------
    plan
        With its ranges.
    counts
        From `count_repeats`; None without repeats.
    gaps
        gap_id, rank, people_low, people_high, runs_share.
    """
    if counts is None:
        return None
    ranges = plan.uncertainty
    targets = {str(kind): target for kind, target in plan.service.targets.items()}
    return {
        "repeats": ranges.repeats,
        "seed": ranges.seed,
        "ranges": {
            "speed": list(ranges.speed),
            "access_limit_m": list(limit_range(plan)),
            "access_detour": list(detour_range(plan)),
            "crossing_delay": list(ranges.crossing_delay),
            "gates": list(ranges.gates),
        },
        "areas": to_plain_rows(find_share_ranges(counts, targets)),
        "gaps": to_plain_rows(gaps[["gap_id", "rank", "people_low", "people_high", "runs_share"]]),
        "runs": to_plain_rows(list_repeats(counts, sample_ranges(plan))),
    }


def with_lonlat(layer: pd.DataFrame) -> pd.DataFrame:
    """Replace the geometry (EPSG:4326) by lon, lat of a point inside it.

    A table without geometry, which has them already, stays as it is.
    """
    if not isinstance(layer, gpd.GeoDataFrame):
        return layer
    points = layer.geometry.representative_point()
    table = pd.DataFrame(layer.drop(columns="geometry"))
    lon = points.x.where(~(points.x > 180), points.x - 360)  # of a shape that crosses 180 degrees
    # The seventh decimal of a degree is a centimetre.
    return table.assign(lon=lon.round(7), lat=points.y.round(7))
