"""The sample with walls and gates, and the figures of a run with profiles, moments and repeats."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point, box

from tests.maps import sample
from tests.maps.sample import KINDS, TOWNS

MOMENTS = ("weekday_morning", "weekday_evening", "saturday", "night")
REPEATS = 30
#: What the repeats make of each target: one that few agree with, two that stand.
JUDGED = {
    "residential": {"target": 0.83, "result": "undecided", "met": 3, "missed": 12,
                    "undecided": 15, "result_stands": 0.5},
    "industrial": {"target": 0.85, "result": "missed", "met": 0, "missed": 27, "undecided": 3,
                   "result_stands": 0.9},
    "commercial": {"target": 0.85, "result": "met", "met": 24, "missed": 0, "undecided": 6,
                   "result_stands": 0.8},
}  # fmt: skip


def estate(lon: float, lat: float) -> Any:
    """An estate of some 300 by 330 m."""
    return box(lon, lat, lon + 0.0032, lat + 0.003)


def compounds() -> gpd.GeoDataFrame:
    """Four estates: with gates of the map, with inferred ones, with none known, without a wall."""
    table = pd.DataFrame({"compound_id": ["way/11", "way/12", "way/13", "way/14"]})
    table["name"] = ["锦绣新村", "way/12", "无门花园", None]
    table["kind"] = "residential"
    table["walled"] = [True, True, True, False]
    table["state"] = ["gates mapped", "gates inferred", "no gate known", "not walled"]
    table["gates_mapped"] = [2, 0, 0, 0]
    table["gates_inferred"] = [0, 1, 0, 0]
    table["gates_open"] = [1, 1, 0, 0]
    table["people_residential"] = [1800.0, 950.0, 640.0, 90.0]
    table["people_industrial"] = 0.0
    table["people_commercial"] = 0.0
    table["town"] = [TOWNS[1], TOWNS[1], TOWNS[2], TOWNS[0]]
    shapes = [estate(lon, 31.34) for lon in (121.440, 121.446, 121.480, 121.41)]
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def gates() -> gpd.GeoDataFrame:
    """Two mapped gates, one of them shut, an inferred one, and one on a public path."""
    table = pd.DataFrame({"gate_id": ["node/1", "node/2", "way/12@77", "node/4"]})
    table["compound_id"] = ["way/11", "way/11", "way/12", ""]
    table["compound"] = ["锦绣新村", "锦绣新村", "", ""]
    table["name"] = ["东门", "", "", ""]
    table["mapped"] = [True, True, False, True]
    table["inferred"] = [False, False, True, False]
    table["passes"] = ["residents;elderly", "nobody", "residents", "nobody"]
    table["hours"] = ["06:00-22:00", "", "", ""]
    table["state"] = ["open at hours", "shut", "open", "shut"]
    table["town"] = TOWNS[1]
    places = [(121.4432, 31.3415), (121.440, 31.3415), (121.446, 31.3415), (121.45, 31.345)]
    return gpd.GeoDataFrame(table, geometry=[Point(at) for at in places], crs="EPSG:4326")


def barriers() -> gpd.GeoDataFrame:
    """A river, a railway, a motorway and a wall."""
    table = {"osm_id": [f"way/2{n}" for n in range(4)],
             "kind": ["water", "railway", "motorway", "wall"],
             "name": ["蕰藻浜", "", "", ""]}  # fmt: skip
    lines = [LineString([(121.40, lat), (121.50, lat + 0.002)])
             for lat in (31.336, 31.339, 31.345, 31.348)]  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=lines, crs="EPSG:4326")


def gate_gains() -> gpd.GeoDataFrame:
    """A shut gate, one for residents only, and a wall that a path could cross."""
    table = pd.DataFrame({"rank": [1, 2, 3]})
    table["gate_id"] = ["node/2", "node/1", "way/13@9"]
    table["kind"] = ["closed gate", "residents-only gate", "new opening"]
    table["compound_id"] = ["way/11", "way/11", "way/13"]
    table["compound"] = ["锦绣新村", "锦绣新村", "无门花园"]
    table["town"] = [TOWNS[1], TOWNS[1], TOWNS[2]]
    table["people_residential"] = [2360.0, 410.0, 0.0]
    table["people_industrial"] = [120.0, 0.0, 75.0]
    table["people_commercial"] = 0.0
    table["units"] = [12, 4, 1]
    table["path_m"] = [np.nan, np.nan, 23.4]
    table["alternatives"] = [0, 0, 2]
    table["facility_id"] = ["F05", "F05", None]
    places = [(121.440, 31.3415), (121.4432, 31.3415), (121.480, 31.3415)]
    return gpd.GeoDataFrame(table, geometry=[Point(at) for at in places], crs="EPSG:4326")


def gaps() -> gpd.GeoDataFrame:
    """The sample's gaps, each with its range; the second is far from sure."""
    table = sample.gaps()
    table["cause"] = ["barrier", "wall", "closed", "barrier", "detour", "too far", None]
    table["cause_detail"] = ["蕰藻浜", "way/13", None, "railway", None, None, None]
    table["people_low"] = [3100.0, 0.0, 2950.0, np.nan, 0.0, 0.0, np.nan]
    table["people_high"] = [4500.0, 3873.0, 2950.0, np.nan, 1980.0, 940.0, np.nan]
    table["runs_share"] = [27 / 30, 11 / 30, 1.0, np.nan, 0.8, 1.0, np.nan]
    return table


def unknown_areas() -> gpd.GeoDataFrame:
    """One more place that nobody can judge: an estate without a gate."""
    table = sample.unknown_areas()
    more = table.iloc[:1].assign(name="丙", town=TOWNS[2], reason="no gate known")
    more = more.set_geometry([estate(121.480, 31.34)], crs="EPSG:4326")
    return gpd.GeoDataFrame(pd.concat([table, more], ignore_index=True))


def layers() -> dict[str, gpd.GeoDataFrame]:
    """Every layer of a run that asks for everything."""
    demand = sample.demand()
    patterns = np.array(["", "weekday_morning;saturday", ";".join(MOMENTS)], dtype=object)
    return sample.layers() | {
        "compounds": compounds(), "gates": gates(), "barriers": barriers(),
        "gate_gains": gate_gains(), "gaps": gaps(), "unknown_areas": unknown_areas(),
        "demand": demand.assign(
            only_at=patterns[np.arange(len(demand)) % 3], covered_share=0.9
        ),
    }  # fmt: skip


def changed(row: dict[str, Any], factor: float, **keys: Any) -> dict[str, Any]:
    """A row of the coverage with more or fewer people covered, and more keys."""
    covered = round(row["covered"] * factor)
    counts = (covered, row["people"] - covered - row["unknown"], row["unknown"])
    return keys | sample.coverage_row(row["area"], row["kind"], row["cutoff_minutes"], counts)


def group_row(row: dict[str, Any]) -> dict[str, Any]:
    """A tenth of the residents, who walk as the elderly do."""
    counts = (row["covered"] // 20, row["people"] // 10 - row["covered"] // 20, 0)
    found = sample.coverage_row(row["area"], "", 15, counts)
    of_rows = {key: found[key] for key in found if key not in {"kind", "cutoff_minutes"}}
    return {"group": "old", "profile": "elderly"} | of_rows


def completeness() -> dict[str, Any]:
    """What planner.completeness would say."""
    whole = {
        "area": "all", "km2": 60.0, "street_km": 660.0, "street_km_per_km2": 11.0,
        "against_area": 1.0, "units": 900, "units_no_street": 40, "islands": 3, "islands_km": 4.2,
        "compounds": 4, "compounds_no_gate": 1, "gates_mapped": 2, "gates_inferred": 1,
        "private_groups": 2, "facilities": 12, "facilities_no_hours": 5,
        "facilities_no_services": 0,
    }  # fmt: skip
    ratios, counts = (1.4, 1.0, 0.41), (0, 4, 36)
    towns = [whole | {"area": town, "against_area": ratio, "units_no_street": count}
             for town, ratio, count in zip(TOWNS, ratios, counts, strict=True)]  # fmt: skip
    unknown = [{"area": "all", "kind": kind, "reason": reason, "people": 9.0, "share": share}
               for kind, reason, share in (("residential", "no street near", 0.021),
                                           ("residential", "no gate known", 0.0101),
                                           ("industrial", "no street near", 0.0002))]  # fmt: skip
    stated = {"known": "polygons", "complete": True}
    return {"towns": [whole, *towns], "unknown": unknown, "notes": ["in English"], "stated": stated}


def uncertainty(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Ranges round the shares of the last cutoff."""
    areas = [
        {"area": row["area"], "kind": row["kind"], "people": row["people"], "share": row["share"],
         "share_min": row["share"] - 0.035, "share_median": row["share"],
         "share_max": row["share"] + 0.02} | JUDGED.get(row["kind"], {})
        for row in rows
    ]  # fmt: skip
    ranges = {"speed": [0.9, 1.1], "access_limit_m": [80, 120], "access_detour": [1.2, 1.6],
              "crossing_delay": [0.5, 1.5], "gates": ["as_tagged", "inferred_closed"]}  # fmt: skip
    return {"repeats": REPEATS, "seed": 1, "ranges": ranges, "areas": areas, "gaps": []}


def summary() -> dict[str, Any]:
    """What summary.json would say of a run that asks for everything."""
    found = sample.summary()
    coverage = found["coverage"]
    last = [row for row in coverage if row["cutoff_minutes"] == 15]
    whole = [row for row in last if row["area"] == "all"]
    factors = dict(zip(MOMENTS, (0.97, 0.4, 0.6, 0.0), strict=True))
    works = sample.rule_row(
        "all", (300, 700, 0), tier=None, level="any", domains="industrial_park;mall", target=0.5,
        result="missed", moment="night", profile="wheelchair", status="assumption",
    ) | {"kind": "commercial", "people": whole[2]["people"]}  # fmt: skip
    return found | {
        "checks": [works, *found["checks"]],
        "profiles": [
            changed(row, factor, profile=name)
            for name, factor in (("adult", 1.0), ("wheelchair", 0.5))
            for row in coverage
        ],
        "moments": [
            changed(row, factor, moment=name) for name, factor in factors.items() for row in last
        ],
        "only_sometimes": [
            {
                "kind": kind,
                "people": 20_000,
                "at_every_moment": 3000,
                "at_some_moments": 12_000,
                "office_hours_only": 4120.0,
                "at_no_moment": 2.0,
            }
            for kind in KINDS
        ],
        "services": [
            changed(row, 0.5 * factor, service=service, moment=moment)
            for service in ("政务", "讲座")
            for moment, factor in ((None, 1.0), *factors.items())
            for row in whole
        ],
        "groups": [group_row(row) for row in last if row["kind"] == "residential"],
        "openings": [
            {"kind": "closed gate", "considered": 12, "with_gain": 2, "listed": 1},
            {"kind": "new opening", "considered": 24_323, "with_gain": 9, "listed": 1},
        ],
        "titles": {"groups": {"old": "高龄老人"}, "moments": {}},
        "completeness": completeness(),
        "uncertainty": uncertainty(last),
    }
