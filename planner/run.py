"""The main job: from what a plan names to layers, figures and their provenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.area import StudyArea, study_area
from planner.committees import committee_table, domain_table
from planner.coverage import (
    check_targets,
    coverage_table,
    doubts,
    facility_loads,
    judge,
    straight_metres,
)
from planner.crs import to_wgs84
from planner.facilities import place_facilities
from planner.gap_routes import route_gaps
from planner.gaps import find_gaps, find_unknown_areas, join_distances
from planner.landmarks import find_landmarks
from planner.network import WalkNetwork
from planner.network.stored import network_of_plan
from planner.people import place_people
from planner.profiles import profile_named
from planner.provenance import Progress, Stages, dropped_rows, provenance_of, warnings_of
from planner.rules import check_rules
from planner.sources.cache import ArrayCache
from planner.sources.inputs import Inputs
from planner.summary import build_summary, with_notice
from planner.travel.access import join
from planner.travel.isochrones import isochrones
from planner.travel.minutes import (
    ReachedPairs,
    nearest_minutes,
    points_of,
    reached_pairs,
    second_minutes,
)
from planner.travel.streets import AccessRules, Streets, prepare_streets


@dataclass(frozen=True)
class Result:
    """What a run found.

    layers : the layers of result.gpkg, EPSG:4326.
    summary : the content of summary.json.
    provenance : the content of run.json but for versions and the hashes of the outputs.
    network : the streets, for further questions.
    """

    inputs: Inputs
    layers: dict[str, gpd.GeoDataFrame]
    summary: dict[str, Any]
    provenance: dict[str, Any]
    network: WalkNetwork


def run_plan(
    inputs: Inputs, progress: Progress | None = None, *, cache: ArrayCache | None = None
) -> Result:
    """Find who can walk to a facility within the cutoff, who cannot, and why.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    progress
        Told about every stage as it goes.
    cache
        Where built networks are kept, see `user_cache`; None builds anew.

    Raises
    ------
    PlannerError
        If there are no streets, facilities or people to work with.
    """
    plan, service = inputs.plan, inputs.plan.service
    stages = Stages(progress)
    profile = profile_named(service.profile)
    rules = AccessRules(plan.network.access_limit_m, plan.network.access_detour)
    with stages("streets"):
        area = study_area(inputs, profile)
        zones = inputs.osm.zones.to_crs(area.crs)
        network = network_of_plan(inputs, area.crs, area.with_ring, cache)
        streets = prepare_streets(network, profile, rules)
    with stages("people"):
        table, facilities = place_facilities(inputs, streets, area)
        people = place_people(inputs, area, zones)
    with stages("minutes"):
        counting = facilities[facilities["counts"]]
        judged = _judge_all(streets, counting, people.units, area, service.cutoffs_minutes)
    with stages("isochrones"):
        bands = _bands(streets, counting, service.cutoffs_minutes, stages)
    with stages("coverage"):
        coverage = coverage_table(judged.demand, judged.verdicts, area.town_names)
        checks = check_targets(
            coverage,
            {str(kind): target for kind, target in service.targets.items()},
            cutoff_minutes=service.cutoffs_minutes[-1],
            profile=profile.name,
        )
        facilities = _with_loads(facilities, judged, coverage)
    with stages("rules"):
        ruled = check_rules(inputs, network, counting, judged.demand, area, rules)
        domains = domain_table(judged.demand, counting, judged.pairs)
        committees = _committees(inputs, streets, judged, counting)
    with stages("gaps"):
        gaps, unknown = _gaps(inputs, streets, judged, counting, area, people.table, zones)
    with stages("gap routes"):
        routes = route_gaps(gaps, judged.demand, counting, streets)
    layers = {
        "areas": _areas(area, plan.title),
        "facilities": facilities.drop(columns=["counts", "row"]),
        "isochrones": bands,
        "demand": judged.demand.drop(columns=["weight", "cell"]).join(ruled.minutes),
        "gaps": gaps,
        "unknown_areas": unknown,
        "gap_routes": routes,
        "walk_edges": network.to_edges(profile),
        "zones": people.zones,
        "backdrop": _backdrop(inputs, area),
    }
    if committees is not None:
        layers["committees"] = committees
    layers = {name: with_notice(to_wgs84(layer), plan) for name, layer in layers.items()}
    warnings = [
        *inputs.notes,
        *warnings_of(inputs, network, facilities, area),
        *people.notes,
        *ruled.notes,
    ]
    summary = build_summary(
        plan,
        layers,
        coverage,
        checks=checks + ruled.checks,
        domains=domains,
        warnings=warnings,
        invented_streets=inputs.osm.invented,
    )
    dropped = dropped_rows(table) + people.dropped
    provenance = provenance_of(inputs, area, profile, dropped, warnings, stages)
    return Result(inputs, layers, summary, provenance, network)


@dataclass(frozen=True)
class _Judged:
    """What is known of the units once their walks are measured.

    demand : the units with minutes, second nearest, facilities in reach, verdict and reason at the
        last cutoff.
    verdicts : cutoff in minutes -> verdict of each unit.
    nearest (n,) : position of each unit's nearest facility among those that count, -1 for none.
    pairs : facilities (origin) and units (target) within the last cutoff.
    """

    demand: gpd.GeoDataFrame
    verdicts: dict[float, pd.Series]
    nearest: NDArray[np.int64]
    pairs: ReachedPairs


def _judge_all(
    streets: Streets,
    counting: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    area: StudyArea,
    cutoffs: Sequence[float],
) -> _Judged:
    """Work out minutes and, for every cutoff, the verdict of each unit."""
    origins = join(streets, points_of(counting, streets.network, "facilities"))
    targets = join(streets, points_of(units, streets.network, "demand"), reached=True)
    minutes, nearest = nearest_minutes(streets, origins, targets)
    to_second, second = second_minutes(streets, origins, targets, nearest)
    pairs = reached_pairs(streets, origins, targets, cutoffs[-1])
    judged: dict[float, pd.DataFrame] = {}
    for cutoff in cutoffs:
        reach_m = streets.profile.speed_m_per_min * cutoff
        doubt = doubts(streets, targets, origins.xy[~origins.joined], area.data, reach_m)
        judged[cutoff] = judge(minutes, doubt, cutoff).set_index(units.index)
    decisive = judged[cutoffs[-1]]
    labels = np.array([*counting["facility_id"], None], dtype=object)
    demand = units.assign(
        nearest_facility_id=labels[nearest],
        minutes=minutes,
        facilities_in_reach=np.bincount(pairs.target, minlength=len(units)),
        **{
            f"facilities_in_reach_{cutoff:g}": np.bincount(
                pairs.target[pairs.minutes <= cutoff], minlength=len(units)
            )
            for cutoff in cutoffs[:-1]
        },
        second_facility_id=labels[second],
        minutes_second=to_second,
        verdict=decisive["verdict"],
        reason=decisive["reason"],
    )
    verdicts = {cutoff: table["verdict"] for cutoff, table in judged.items()}
    return _Judged(demand, verdicts, nearest, pairs)


def _bands(
    streets: Streets, counting: gpd.GeoDataFrame, cutoffs: Sequence[float], stages: Stages
) -> gpd.GeoDataFrame:
    """Draw the union of all facilities, then each of them."""
    named = counting.set_index("facility_id")
    parts = [
        isochrones(
            streets.network,
            named,
            cutoffs_minutes=cutoffs,
            profile=streets.profile,
            access=streets.access,
            together=together,
            progress=lambda done: stages.report("isochrones", done / (len(named) + 1)),
        )
        for together in (True, False)
    ]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True))


def _with_loads(
    facilities: gpd.GeoDataFrame, judged: _Judged, coverage: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Add what each facility carries; 0 for those that do not count."""
    counts = facilities["counts"].to_numpy()
    verdict = judged.demand["verdict"]
    loads = facility_loads(judged.demand, judged.nearest, verdict, judged.pairs, int(counts.sum()))
    last = coverage[coverage["cutoff_minutes"] == coverage["cutoff_minutes"].max()]
    covered = last[last["area"] == "all"].set_index("kind")["covered"]
    for kind in judged.demand["kind"].unique():  # everyone covered has one nearest facility
        nearest = loads[f"people_nearest_{kind}"].sum()
        assert np.isclose(nearest, covered[kind], rtol=1e-9), (kind, nearest, covered[kind])
    table = facilities.assign(**dict.fromkeys(loads.columns, 0.0))
    table.loc[counts, loads.columns] = loads.to_numpy()
    return table


def _gaps(
    inputs: Inputs,
    streets: Streets,
    judged: _Judged,
    counting: gpd.GeoDataFrame,
    area: StudyArea,
    table: pd.Series,
    zones: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Find and name the gaps, and the areas that cannot be judged."""
    service = inputs.plan.service
    landmarks = find_landmarks(
        streets.network,
        inputs.osm.ways,
        zones,
        inputs.osm.places.to_crs(area.crs),
        language=inputs.plan.language,
    )
    join_m = join_distances(judged.demand, table, service.gap_join_m)
    gaps = find_gaps(
        judged.demand,
        join_m,
        straight_metres(judged.demand, points_of(counting, streets.network, "facilities")),
        landmarks,
        reach_m=streets.profile.speed_m_per_min * service.cutoffs_minutes[-1],
        towns=area.town_names,
    )
    return gaps, find_unknown_areas(judged.demand, join_m, landmarks)


def _committees(
    inputs: Inputs, streets: Streets, judged: _Judged, counting: gpd.GeoDataFrame
) -> gpd.GeoDataFrame | None:
    """Return the table of committees, None where the plan names none."""
    if inputs.committees is None:
        return None
    committees = inputs.committees.to_crs(streets.network.crs)
    cutoff = inputs.plan.service.cutoffs_minutes[-1]
    return committee_table(committees, judged.demand, counting, streets, cutoff)


def _areas(area: StudyArea, title: str) -> gpd.GeoDataFrame:
    if area.towns is not None:
        return area.towns[["name", "tier", "geometry"]]
    return gpd.GeoDataFrame({"name": [title], "tier": [""]}, geometry=[area.polygon], crs=area.crs)


def _backdrop(inputs: Inputs, area: StudyArea) -> gpd.GeoDataFrame:
    """Return water and green in and around the area."""
    layer = inputs.osm.backdrop.to_crs(area.crs)
    near = shapely.intersects(area.with_ring, layer.geometry.to_numpy())
    return layer[np.asarray(near, dtype=bool)][["kind", "geometry"]].reset_index(drop=True)
