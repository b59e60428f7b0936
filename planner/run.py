"""The main job: from what a plan names to layers, figures and their provenance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.area import StudyArea, study_area
from planner.causes import find_causes
from planner.committees import committee_table, domain_table
from planner.coverage import GAP, check_targets, coverage_table, facility_loads, straight_metres
from planner.crs import to_wgs84
from planner.facilities import place_facilities
from planner.gap_routes import route_gaps
from planner.gaps import find_gaps, find_unknown_areas, join_distances
from planner.judging import Judged, Walk, Walks, judge_units
from planner.landmarks import find_landmarks
from planner.layers import area_layer, backdrop_layer, isochrone_layer
from planner.network import WalkNetwork
from planner.network.stored import network_of_plan
from planner.people import place_people
from planner.profiles import fastest
from planner.provenance import Progress, Stages, dropped_rows, provenance_of, warnings_of
from planner.rules import check_rules
from planner.sources.cache import ArrayCache
from planner.sources.inputs import Inputs
from planner.summary import build_summary, with_notice
from planner.travel.streets import AccessRules, prepare_streets


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
    profile = plan.profile_named(service.profile)
    rules = AccessRules(plan.network.access_limit_m, plan.network.access_detour)
    with stages("streets"):
        area = study_area(inputs, fastest(plan.judged_profiles))
        zones = inputs.osm.zones.to_crs(area.crs)
        network = network_of_plan(inputs, area.crs, area.with_ring, cache)
        streets = prepare_streets(network, profile, rules)
    with stages("people"):
        table, facilities = place_facilities(inputs, streets, area)
        people = place_people(inputs, area, zones)
    with stages("minutes"):
        counting = facilities[facilities["counts"]]
        walks = Walks(network, rules, counting, people.units, area.data)
        judged = judge_units(walks, profile, counting, people.units, service.cutoffs_minutes)
        walk = walks.of(profile)
    with stages("isochrones"):
        bands = isochrone_layer(streets, counting, service.cutoffs_minutes, stages)
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
        committees = _committees(inputs, walk, judged, counting)
    with stages("gaps"):
        gaps, unknown = _gaps(inputs, walk, judged, area, people.table, zones)
    with stages("gap routes"):
        routes = route_gaps(gaps, judged.demand, counting, streets)
    layers = {
        "areas": area_layer(area, plan.title),
        "facilities": facilities.drop(columns=["counts", "row"]),
        "isochrones": bands,
        "demand": judged.demand.drop(columns=["weight", "cell"]).join(ruled.minutes),
        "gaps": gaps,
        "unknown_areas": unknown,
        "gap_routes": routes,
        "walk_edges": network.to_edges(profile),
        "zones": people.zones,
        "backdrop": backdrop_layer(inputs, area),
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
    dropped = [*dropped_rows(table), *people.dropped, *dropped_rows(inputs.gates)]
    provenance = provenance_of(inputs, area, profile, dropped, warnings, stages)
    return Result(inputs, layers, summary, provenance, network)


def _with_loads(
    facilities: gpd.GeoDataFrame, judged: Judged, coverage: pd.DataFrame
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
    walk: Walk,
    judged: Judged,
    area: StudyArea,
    table: pd.Series,
    zones: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Find and name the gaps, and the areas that cannot be judged."""
    service = inputs.plan.service
    landmarks = find_landmarks(
        walk.streets.network,
        inputs.osm.ways,
        zones,
        inputs.osm.places.to_crs(area.crs),
        language=inputs.plan.language,
    )
    join_m = join_distances(judged.demand, table, service.gap_join_m)
    rows = np.flatnonzero((judged.demand["verdict"] == GAP).to_numpy())
    causes = find_causes(
        walk.streets,
        walk.units.xy[rows],
        walk.places,
        cutoff_minutes=service.cutoffs_minutes[-1],
        served_at_other_hours=np.zeros(len(rows), dtype=bool),
    ).set_index(rows)
    gaps = find_gaps(
        judged.demand,
        join_m,
        straight_metres(judged.demand, walk.places.xy),
        causes,
        landmarks,
        towns=area.town_names,
    )
    return gaps, find_unknown_areas(judged.demand, join_m, landmarks)


def _committees(
    inputs: Inputs, walk: Walk, judged: Judged, counting: gpd.GeoDataFrame
) -> gpd.GeoDataFrame | None:
    """Return the table of committees, None where the plan names none."""
    if inputs.committees is None:
        return None
    committees = inputs.committees.to_crs(walk.streets.network.crs)
    cutoff = inputs.plan.service.cutoffs_minutes[-1]
    return committee_table(committees, judged.demand, counting, walk, cutoff)
