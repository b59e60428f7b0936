"""A made-up result of two towns, drawn by hand in metres: what printed maps have to show.

West of x = 0 lies Westtown, east of it Easttown, each 2 km by 2 km. Station F1 stands at
(-600, 0) and reaches a disc of 400 m; a gap of 400 m by 400 m lies round (700, 0) in Easttown,
a second one of 200 m by 200 m round (-200, 700) in Westtown; round (700, -700) nobody can tell.
The proposed site stands at (700, 100).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point, box

from planner.reports import Handover
from planner.sources.result_parts import FinishedPart
from planner.sources.results import FinishedRun

CRS = "EPSG:32651"
X, Y = 350_000.0, 3_465_000.0
GAP = box(500, -200, 900, 200)
SECOND = box(-300, 600, -100, 800)
UNKNOWN = box(600, -800, 800, -600)
STATION, SITE = Point(-600, 0), Point(700, 100)


def layer(shapes: list[Any], **columns: list[Any]) -> gpd.GeoDataFrame:
    """Return a layer as a result has it, from shapes in metres round the middle."""
    moved = gpd.GeoSeries(shapes, crs=CRS).translate(X, Y)
    return gpd.GeoDataFrame(columns, geometry=moved).to_crs("EPSG:4326")


def row(area: str, people: float, covered: float, gap: float, **more: Any) -> dict[str, Any]:
    """Return counts and shares of an area."""
    unknown = people - covered - gap
    known = covered + gap
    return {
        "area": area, "kind": "residential", "cutoff_minutes": 15, "people": people,
        "covered": covered, "gap": gap, "unknown": unknown,
        "share": covered / known if known else None, "share_low": covered / people,
        "share_high": (covered + unknown) / people, **more,
    }  # fmt: skip


def gap_row(number: int, name: str, town: str, people: int, cause: str) -> dict[str, Any]:
    """Return a row of gaps.csv."""
    return {
        "gap_id": f"gap:{number}", "rank": number, "name": name, "people_residential": people,
        "people_industrial": 0, "people_commercial": 0, "people_kind": "residential",
        "town": town, "nearest_facility_id": "F1", "minutes": 18.25, "minutes_max": 21.0,
        "straight_m": 900.0, "cause": cause, "cause_detail": "", "lon": 121.4, "lat": 31.3,
    }  # fmt: skip


def build_layers(west: str, east: str, gap: str) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the run."""
    gaps = pd.DataFrame(
        [gap_row(1, gap, east, 3200, "too far"), gap_row(2, "Mill Lane", west, 450, "wall")]
    )
    return {
        "areas": layer(
            [box(-2000, -1000, 0, 1000), box(0, -1000, 2000, 1000)],
            name=[west, east],
            tier=["", ""],
        ),
        "facilities": layer(
            [STATION], facility_id=["F1"], name=["North Station"], level=["town"],
            status=["open"], in_ring=[False], joined=[True],
        ),
        "isochrones": layer(
            [STATION.buffer(400), STATION.buffer(200)], facility_id=["all", "all"],
            profile=["adult", "adult"], cutoff_minutes=[15.0, 5.0],
        ),
        "gaps": layer([GAP, SECOND], **gaps.to_dict("list")),
        "demand": layer([Point(700, 0)], demand_id=["d1"], gap_id=["gap:1"], compound_id=[""]),
        "unknown_areas": layer([UNKNOWN], name=["Hill"], town=[east], reason=["no street near"]),
        "walk_edges": layer(
            [LineString([(-2000, 0), (2000, 0)]), LineString([(0, -1000), (0, 1000)])],
            name=["Long Road", None], highway=["primary", "residential"],
        ),
        "backdrop": layer([box(-2000, -1000, -1500, -600)], kind=["water"]),
        "barriers": layer([LineString([(300, -1000), (300, 1000)])], kind=["railway"], name=[""]),
        "landmarks": layer([Point(-200, 0)], name=["Old Market"], kind=["metro"], size_m=[0.0]),
        "zones": layer([SECOND], zone_id=["z1"], kind=["residential"], name=["Mill Estate"]),
    }  # fmt: skip


def build_summary(west: str, east: str, gap: str) -> dict[str, Any]:
    """Return what summary.json holds."""
    check = {
        "rule_id": "target:residential", "level": "any", "profile": "adult", "moment": None,
        "cutoff_m": None, "domains": "", "target": 0.85, "target_year": None,
        "source": "the plan's own target", "status": "assumption", "analogy": False,
    }  # fmt: skip
    rows = [row("all", 12345, 8000, 3650), row(west, 6000, 5550, 450), row(east, 6345, 2450, 3200)]
    return {
        "plan": "drawn", "synthetic": True, "invented_streets": False, "coverage": rows,
        "checks": [{**one, **check, "result": "missed"} for one in rows],
        "gaps": [
            gap_row(1, gap, east, 3200, "too far"), gap_row(2, "Mill Lane", west, 450, "wall")
        ],
        "groups": [], "gate_gains": [], "titles": {"groups": {}, "moments": {}},
        "completeness": {
            "towns": [],
            "unknown": [
                {"area": east, "kind": "residential", "people": 695, "reason": "no street near",
                 "share": 0.1095},
            ],
        },
    }  # fmt: skip


def build_proposal(folder: Path, east: str, name: str) -> FinishedPart:
    """Return a proposal of one site that covers the larger gap."""
    site = {
        "site_id": "s1", "order": 1, "name": name, "town": east, "action": "new", "cost": 300,
        "lon": 121.4321, "lat": 31.3123, "gain": {"residential": 3100}, "gain_groups": {},
        "gain_unknown_by_kind": {"residential": 0}, "only_here": {"residential": 2900},
        "frontage_m": 420.0, "metro_minutes": 12.4, "bus_minutes": 1.2, "facility_minutes": 19.0,
        "services_in_reach": 2,
        "reasons": {"zh": ["新增覆盖居民 3,100 人"], "en": ["newly covers 3,100 residents"]},
    }  # fmt: skip
    content = {
        "model": "mclp", "unit": "residents", "cost_unit": "万元", "sites": [site],
        "synthetic": True,
        "alternatives": [
            {"rank": 1, "loss": 120, "without": "s1", "site_ids": ["s2"], "value": 2980}
        ],
        "towns": [], "cannot_be_judged": {"residential": 695},
        "question": {"weights": {"residential": 1}}, "order": [{"total": 3100}],
        "curve": [{"sites": 1, "value": 3100, "step": 3100}],
    }  # fmt: skip
    layers = {
        "sites": layer([SITE], site_id=["s1"], name=[name], order=[1], town=[east]),
        "frontages": layer(
            [LineString([(600, 100), (800, 100)])], site_id=["s1"], order=[1]
        ),
        "alternatives": layer([Point(500, 0)], site_id=["s2"], name=["Ferry Street"]),
        "changes": layer(
            [Point(700, 0)], demand_id=["d1"], kind=["residential"], people=[3100.0],
            change=["gained"], verdict_before=["gap"], nearest_after=["s1"],
        ),
    }  # fmt: skip
    return FinishedPart("proposal", folder, content, layers)


def draw_city(
    folder: Path, language: str = "en", *, west: str = "Westtown", east: str = "Easttown",
    gap: str = "Quay Side", site: str = "Harbour Street",
) -> Handover:  # fmt: skip
    """Return the made-up result with these names."""
    run = FinishedRun(
        folder, build_layers(west, east, gap), build_summary(west, east, gap),
        {
            "plan": "drawn", "title": "Drawn City", "date": "2026-03-01", "metric_crs": CRS,
            "osm_date": "2026-01-31T00:00:00Z", "cutoffs_minutes": [5, 15],
            "profile": {"name": "adult"}, "language": language,
        },
    )  # fmt: skip
    return Handover(run, build_proposal(folder, east, site), None, language)
