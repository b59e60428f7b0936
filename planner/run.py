"""The main job: from what a plan names to layers, figures and their provenance."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.area import StudyArea, study_area
from planner.coverage import (
    check_targets,
    coverage_table,
    doubts,
    facility_loads,
    judge,
    straight_metres,
)
from planner.crs import WGS84, to_wgs84
from planner.demand import KINDS
from planner.errors import SourceError
from planner.gaps import find_gaps, find_unknown_areas, grouping
from planner.landmarks import find_landmarks
from planner.network import WalkNetwork, build_network
from planner.people import place_people
from planner.profiles import WalkProfile, profile_named
from planner.sources.inputs import Inputs
from planner.sources.tables import Table, keep_inside
from planner.summary import build_summary
from planner.travel.access import join
from planner.travel.isochrones import isochrones
from planner.travel.minutes import nearest_minutes, reached_pairs
from planner.travel.streets import AccessRules, prepare_streets

OPEN: Final = "open"

#: Called with the name of the stage and how much of it is done, 0 to 1.
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Result:
    """What a run found.

    layers : the layers of result.gpkg, EPSG:4326.
    summary : the content of summary.json.
    provenance : the content of run.json but for the hashes of the outputs.
    network : the streets, for further questions.
    """

    inputs: Inputs
    layers: dict[str, gpd.GeoDataFrame]
    summary: dict[str, Any]
    provenance: dict[str, Any]
    network: WalkNetwork


def run_plan(inputs: Inputs, progress: Progress | None = None) -> Result:
    """Find who can walk to a facility within the cutoff, who cannot, and why.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    progress
        Told about every stage as it goes.

    Raises
    ------
    PlannerError
        If there are no streets, facilities or people to work with.
    """
    plan = inputs.plan
    stages = _Stages(progress)
    profile = profile_named(plan.service.profile)
    rules = AccessRules(plan.network.access_limit_m, plan.network.access_detour)
    with stages("streets"):
        area = study_area(inputs, profile)
        zones = inputs.osm.zones.to_crs(area.crs)
        network = build_network(
            inputs.osm.ways, area.crs, within=area.with_ring, walled=_walled(zones)
        )
        streets = prepare_streets(network, profile, rules)
    with stages("people"):
        facilities, dropped = _facilities(inputs, area)
        people = place_people(inputs, area, zones)
        dropped += people.dropped
    with stages("minutes"):
        demand, nearest, pairs, verdicts, access = _minutes(
            streets, facilities, people.units, area, plan.service.cutoffs_minutes
        )
        facilities["joined"] = access
        facilities["reason"] = np.where(access, "", "no street near")
    counts = facilities["counts"].to_numpy()
    with stages("isochrones"):
        bands = _isochrones(network, facilities[counts], plan, profile, rules, stages)
    with stages("coverage"):
        towns = [] if area.towns is None else area.towns["name"].tolist()
        cutoff = plan.service.cutoffs_minutes[-1]
        coverage = coverage_table(demand, verdicts, towns)
        checks = check_targets(
            coverage, plan.service.targets, cutoff_minutes=cutoff, profile=profile.name
        )
        loads = facility_loads(demand, nearest, demand["verdict"], pairs, int(counts.sum()))
        _check_loads(loads, coverage, cutoff)
        facilities = _with_loads(facilities, loads)
    with stages("gaps"):
        counting = facilities[counts]
        xy = np.column_stack([counting.geometry.x, counting.geometry.y])
        grouped = grouping(demand, people.table, plan.service.gap_join_m)
        landmarks = find_landmarks(
            network, zones, inputs.osm.places.to_crs(area.crs), language=plan.language
        )
        reach_m = profile.speed_m_per_min * cutoff
        gaps = find_gaps(
            demand, grouped, straight_metres(demand, xy), landmarks, reach_m=reach_m, towns=towns
        )
        unknown = find_unknown_areas(demand, grouped, landmarks)
    layers = {
        "areas": _areas(area, plan.title),
        "facilities": facilities.drop(columns=["counts", "row"], errors="ignore"),
        "isochrones": bands,
        "demand": demand.drop(columns=["weight", "cell"]),
        "gaps": gaps,
        "unknown_areas": unknown,
        "walk_edges": network.to_edges(profile),
        "zones": people.zones,
        "backdrop": _backdrop(inputs, area),
    }
    layers = {name: to_wgs84(layer) for name, layer in layers.items()}
    warnings = [*inputs.notes, *_warnings(inputs, network, facilities, area), *people.notes]
    summary = build_summary(plan, layers, coverage, checks, warnings)
    provenance = _provenance(inputs, area, profile, dropped, warnings, stages)
    return Result(inputs, layers, summary, provenance, network)


@dataclass
class _Stages:
    """Times the stages of a run and passes their progress on."""

    progress: Progress | None
    seconds: dict[str, float] = field(default_factory=dict)
    peak_mb: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        self.report(name, 0.0)
        yield
        self.seconds[name] = time.perf_counter() - start
        self.peak_mb[name] = peak_memory_mb()
        self.report(name, 1.0)

    def report(self, name: str, share: float) -> None:
        if self.progress is not None:
            self.progress(name, share)


def peak_memory_mb() -> float:
    """Return the most memory this process has used so far, MB; NaN where the system cannot say."""
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _walled(zones: gpd.GeoDataFrame) -> dict[str, BaseGeometry]:
    walled = zones[zones["walled"].astype(bool)]
    return dict(zip(walled["osm_id"], walled.geometry, strict=True))


def _facilities(
    inputs: Inputs, area: StudyArea
) -> tuple[gpd.GeoDataFrame, list[dict[str, Any]]]:
    """Return the facilities of area and ring in the metric CRS, and the rows dropped."""
    table = keep_inside(inputs.facilities, area.with_ring_wgs84, name=area.called)
    rows = table.rows.to_crs(area.crs)
    rows["counts"] = (rows["status"] == OPEN).to_numpy()
    if not rows["counts"].any():
        raise SourceError(
            f"{table.file}: none of its {len(rows)} facilities is open; "
            f"give at least one the status {OPEN!r}"
        )
    rows["in_ring"] = ~shapely.intersects(area.polygon, rows.geometry.to_numpy())
    return rows, dropped_rows(table)


def dropped_rows(table: Table) -> list[dict[str, Any]]:
    """List the dropped rows of a table for run.json."""
    return [
        {"file": str(file), "row": int(row), "reason": str(reason)}
        for file, row, reason in table.dropped[["file", "row", "reason"]].itertuples(index=False)
    ]


def _minutes(
    streets: Any,
    facilities: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    area: StudyArea,
    cutoffs: tuple[float, ...],
) -> tuple[gpd.GeoDataFrame, Any, Any, dict[float, pd.Series], Any]:
    """Return demand with minutes and verdict, nearest positions, pairs in reach, verdicts by cutoff."""
    everywhere = join(streets, np.column_stack([facilities.geometry.x, facilities.geometry.y]))
    counting = facilities[facilities["counts"]]
    origins = join(streets, np.column_stack([counting.geometry.x, counting.geometry.y]))
    targets = join(streets, np.column_stack([units.geometry.x, units.geometry.y]))
    minutes, nearest = nearest_minutes(streets, origins, targets)
    pairs = reached_pairs(streets, origins, targets, cutoffs[-1])
    unjoined_xy = origins.xy[~origins.joined]
    verdicts: dict[float, pd.Series] = {}
    judged = pd.DataFrame()
    for cutoff in cutoffs:
        reach_m = streets.profile.speed_m_per_min * cutoff
        doubt = doubts(streets.network, targets, unjoined_xy, area.data, reach_m)
        judged = judge(minutes, doubt, cutoff).set_index(units.index)
        verdicts[cutoff] = judged["verdict"]
    labels = np.append(counting["facility_id"].to_numpy(dtype=object), None)
    demand = units.assign(
        nearest_facility_id=labels[nearest],
        minutes=minutes,
        facilities_in_reach=np.bincount(pairs.target, minlength=len(units)),
        verdict=judged["verdict"],
        reason=judged["reason"],
    )
    return demand, nearest, pairs, verdicts, everywhere.joined


def _isochrones(
    network: WalkNetwork,
    facilities: gpd.GeoDataFrame,
    plan: Any,
    profile: WalkProfile,
    rules: AccessRules,
    stages: _Stages,
) -> gpd.GeoDataFrame:
    """Draw the union of all facilities, then each of them."""
    cutoffs = plan.service.cutoffs_minutes
    named = facilities.set_index("facility_id")
    union = isochrones(
        network, named, cutoffs_minutes=cutoffs, profile=profile, access=rules, together=True
    )
    single = isochrones(
        network,
        named,
        cutoffs_minutes=cutoffs,
        profile=profile,
        access=rules,
        progress=lambda done: stages.report("isochrones", done / len(named)),
    )
    return pd.concat([union, single], ignore_index=True)


def _with_loads(facilities: gpd.GeoDataFrame, loads: pd.DataFrame) -> gpd.GeoDataFrame:
    """Add what each facility carries; 0 for those that do not count."""
    table = facilities.copy()
    counts = table["counts"].to_numpy()
    for name in loads.columns:
        table[name] = 0.0
        table.loc[counts, name] = loads[name].to_numpy()
    return table


def _check_loads(loads: pd.DataFrame, coverage: pd.DataFrame, cutoff: float) -> None:
    """Assert that the people nearest to the facilities are the people covered."""
    last = coverage[(coverage["area"] == "all") & (coverage["cutoff_minutes"] == cutoff)]
    covered = last.set_index("kind")["covered"]
    for kind in KINDS:
        if f"people_nearest_{kind}" in loads:
            nearest = loads[f"people_nearest_{kind}"].sum()
            assert np.isclose(nearest, covered[kind], rtol=1e-9, atol=1e-6), (kind, nearest)


def _areas(area: StudyArea, title: str) -> gpd.GeoDataFrame:
    if area.towns is not None:
        return area.towns[["name", "tier", "geometry"]]
    return gpd.GeoDataFrame({"name": [title], "tier": [""]}, geometry=[area.polygon], crs=area.crs)


def _backdrop(inputs: Inputs, area: StudyArea) -> gpd.GeoDataFrame:
    """Return water and green in and around the area."""
    layer = inputs.osm.backdrop.to_crs(area.crs)
    near = shapely.intersects(area.with_ring, layer.geometry.to_numpy())
    return layer[np.asarray(near, dtype=bool)][["kind", "geometry"]].reset_index(drop=True)


def _warnings(
    inputs: Inputs, network: WalkNetwork, facilities: gpd.GeoDataFrame, area: StudyArea
) -> list[str]:
    """Say what the data cannot tell, in one line each."""
    found = []
    residents = int((network.access != "public").sum())
    if residents:
        found.append(
            f"{residents} residents-only street edges are walked like public ones; "
            "the rule that only residents pass is not applied yet"
        )
    unjoined = facilities.loc[~facilities["joined"], "facility_id"].tolist()
    if unjoined:
        found.append(f"{len(unjoined)} facilities join no street: {', '.join(unjoined[:10])}")
    idle = int((~facilities["counts"]).sum())
    if idle:
        found.append(f"{idle} facilities are planned or closed and serve nobody")
    islands = float(network.length_m[network.island].sum())
    if islands:
        found.append(f"{islands / 1000:.1f} km of street hang together with nothing else (islands)")
    for what, number in sorted(inputs.osm.skipped.items()):
        found.append(f"{inputs.plan.network.osm.name}: {number} {what}")
    if area.hull_as_extent:
        found.append(
            "the extract does not say how far it reaches; the convex hull of its streets is "
            "taken as the edge of the data"
        )
    return found


def _provenance(
    inputs: Inputs,
    area: StudyArea,
    profile: WalkProfile,
    dropped: list[dict[str, Any]],
    warnings: list[str],
    stages: _Stages,
) -> dict[str, Any]:
    plan = inputs.plan
    crs: CRS = area.crs
    return {
        "plan": plan.name,
        "inputs": inputs.hashes,
        "metric_crs": crs.to_string(),
        "output_crs": WGS84.to_string(),
        "access_limit_m": plan.network.access_limit_m,
        "access_detour": plan.network.access_detour,
        "profile": {
            "name": profile.name,
            "speed_kmh": profile.speed_kmh,
            "steps_factor": profile.steps_factor,
            "source": profile.source,
            "status": profile.status,
        },
        "osm_date": inputs.osm.timestamp,
        "residents_only_streets": "walked like public ones",
        "seconds": stages.seconds,
        "peak_memory_mb": stages.peak_mb,
        "dropped_rows": dropped,
        "warnings": warnings,
    }
