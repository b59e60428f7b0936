"""A small district built by code, with every column of a result and figures that add up."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.affinity import scale
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

WEST, SOUTH, EAST, NORTH = 121.40, 31.30, 121.50, 31.37
TOWNS = ("友谊路街道", "大场镇", "顾村镇")
DESKTOP, LAPTOP, PHONE = (1440, 900), (1366, 768), (390, 844)
KINDS = ("residential", "industrial", "commercial")
HOSTILE = '</script><img src=x onerror="window.harmed=1">\'&quot;\u2028{{7*7}}{%x%}{#y'


def disc(lon: float, lat: float, radius_deg: float) -> Polygon:
    """A round outline on the ground, in degrees."""
    return scale(Point(lon, lat).buffer(radius_deg, 12), 1.0, 0.86)


def facilities() -> gpd.GeoDataFrame:
    """Fourteen stations: one district, two town centres, one of each odd kind."""
    rng = np.random.default_rng(7)
    lon = np.linspace(WEST + 0.006, EAST - 0.03, 14) + rng.uniform(-0.002, 0.002, 14)
    lat = SOUTH + 0.008 + (np.arange(14) * 0.37 % 1.0) * (NORTH - SOUTH - 0.02)
    table = pd.DataFrame({"facility_id": [f"F{number:02d}" for number in range(14)]})
    table["name"] = [f"第{number + 1}居民区站" for number in range(14)]
    table["level"] = ["district", "town", "town"] + ["neighbourhood"] * 11
    table["domain"] = "居民区"
    table["status"] = ["open"] * 12 + ["planned", "closed"]
    table["in_ring"] = [False] * 11 + [True] + [False] * 2
    table["joined"] = [True] * 10 + [False] + [True] * 3
    table["reason"] = [None] * 10 + ["no street near"] + [None] * 3
    for kind, people in zip(KINDS, (9200, 2100, 800), strict=True):
        table[f"people_nearest_{kind}"] = people
        table[f"people_in_reach_{kind}"] = people * 2
        table[f"people_only_here_{kind}"] = people // 3
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


def areas() -> gpd.GeoDataFrame:
    """Three towns side by side, in the order of their codes."""
    edges = np.linspace(WEST, EAST, 4)
    shapes = [box(a, SOUTH, b, NORTH) for a, b in pairwise(edges)]
    rows = {"name": list(TOWNS), "tier": ["main_city", "main_city", "rural"]}
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")


def isochrones(stations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The reach of all stations together, one row for each cutoff."""
    points = stations.geometry[stations["joined"] & (stations["status"] == "open")]
    rows = []
    for minutes in (5, 10, 15):
        reach = shapely.union_all([disc(p.x, p.y, 0.0006 * minutes) for p in points])
        rows.append({"facility_id": "all", "profile": "adult", "cutoff_minutes": minutes,
                     "geometry": reach})  # fmt: skip
    return gpd.GeoDataFrame(rows, crs="EPSG:4326")


def streets(columns: int = 60, rows: int = 45) -> gpd.GeoDataFrame:
    """A grid of streets, one edge between every two crossings."""
    lon, lat = np.linspace(WEST, EAST, columns), np.linspace(SOUTH, NORTH, rows)
    edges: list[dict[str, Any]] = []

    def add(a: tuple[int, int], b: tuple[int, int], highway: str) -> None:
        ends = [(lon[x], lat[y]) for x, y in (a, b)]
        edges.append({"edge_id": len(edges), "u": a[0] * rows + a[1], "v": b[0] * rows + b[1],
                      "highway": highway, "geometry": LineString(ends)})  # fmt: skip

    def rank(index: int) -> str:
        return "primary" if index % 10 == 0 else "residential" if index % 2 == 0 else "footway"

    for x in range(columns):
        for y in range(rows):
            if x + 1 < columns:
                add((x, y), (x + 1, y), rank(y))
            if y + 1 < rows:
                add((x, y), (x, y + 1), rank(x))
    return gpd.GeoDataFrame(edges, crs="EPSG:4326")


def gaps() -> gpd.GeoDataFrame:
    """Six gaps, one without a name, and a scattered row without an outline."""
    places = [(121.492, 31.31), (121.478, 31.362), (121.488, 31.34), (121.41, 31.362),
              (121.44, 31.306), (121.455, 31.365)]  # fmt: skip
    outlines: list[Any] = [
        shapely.union_all([disc(x + 0.0022 * i, y + 0.0016 * (i % 2), 0.002) for i in range(-2, 2)])
        for x, y in places
    ]
    outlines[1] = MultiPolygon([outlines[1], disc(121.470, 31.366, 0.0015)])
    ids = [*(f"gap-{rank}" for rank in range(1, 7)), "scattered:大场镇"]
    table = pd.DataFrame({"gap_id": ids})
    table["rank"] = range(1, 8)
    names = ["临江新村西", "共富路—联谊路路口", "美安路菜场周边", None, "罗溪公园北"]
    table["name"] = [*names, "gap-6", "scattered"]
    table["people_residential"] = [4120, 3873, 2950, 2210, 1980, 940, 312]
    table["people_industrial"] = [310, 0, 45, 880, 0, 0, 0]
    table["people_commercial"] = [0, 0, 20, 0, 15, 0, 0]
    table["town"] = [TOWNS[2], TOWNS[2], TOWNS[2], TOWNS[0], TOWNS[1], TOWNS[1], TOWNS[1]]
    table["nearest_facility_id"] = ["F13", "F13", "F11", "F00", "F05", None, None]
    table["minutes"] = [22.4, 19.2, 24.0, 15.2, 21.1, np.nan, np.nan]
    table["minutes_max"] = [27.9, 19.4, 30.2, 18.0, 25.0, np.nan, np.nan]
    table["cause"] = ["barrier", "too far", "detour", "wall", "too far", "too far", None]
    table["cause_detail"] = ["沪太铁路", None, None, None, None, None, None]
    table["straight_m"] = [540, 1180, 760, 300, np.nan, np.nan, np.nan]
    return gpd.GeoDataFrame(table, geometry=[*outlines, None], crs="EPSG:4326")


def gap_routes() -> gpd.GeoDataFrame:
    """The way out of the first gap, to the east; the others have none."""
    outlines = gaps()
    start = outlines.geometry.iloc[0].representative_point()
    table = pd.DataFrame({"gap_id": outlines["gap_id"].iloc[:1].tolist()})
    table["minutes"], table["length_m"], table["straight_m"] = 21.9, 1463.0, 541.0
    line = LineString(
        [(start.x, start.y), (start.x + 0.012, start.y), (start.x + 0.012, start.y + 0.003)]
    )
    return gpd.GeoDataFrame(table, geometry=[line], crs="EPSG:4326")


def demand(count: int = 900) -> gpd.GeoDataFrame:
    """Demand units of every kind and verdict, spread over the district."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"demand_id": [f"residential:{row}" for row in range(count)]})
    table["kind"] = np.array(KINDS)[np.arange(count) % 3]
    table["people"] = rng.integers(5, 400, count)
    table["minutes"] = np.where(np.arange(count) % 11, rng.uniform(1, 25, count), np.nan)
    table["verdict"] = np.select(
        [table["minutes"] <= 15, table["minutes"] > 15], ["covered", "gap"], "unknown"
    )
    lon, lat = rng.uniform(WEST, EAST, count), rng.uniform(SOUTH, NORTH, count)
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


def unknown_areas() -> gpd.GeoDataFrame:
    """Two places that nobody can judge."""
    shapes = [disc(121.432, 31.333, 0.003), disc(121.462, 31.318, 0.0022)]
    table = {"name": ["甲", "乙"], "town": [TOWNS[0], TOWNS[1]],
             "reason": ["no street near", "island"], "people_residential": [1200, 800],
             "people_industrial": [0, 0], "people_commercial": [0, 60]}  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def backdrop() -> gpd.GeoDataFrame:
    """A river across the district and a park."""
    river = LineString([(121.39, 31.325), (121.43, 31.322), (121.46, 31.329), (121.51, 31.318)])
    shapes = [river.buffer(0.0012), disc(121.445, 31.349, 0.004)]
    return gpd.GeoDataFrame({"kind": ["water", "green"]}, geometry=shapes, crs="EPSG:4326")


def committees() -> gpd.GeoDataFrame:
    """Four committees: near its station, without one, out of reach of it, without people."""
    table = pd.DataFrame({"name": ["甲居委会", "乙村委会", "丙居委会", "丁居委会"]})
    table["kind"] = ["residents", "village", "residents", "residents"]
    table["town"] = [TOWNS[1], TOWNS[1], TOWNS[1], TOWNS[0]]
    table["facility_id"] = ["F03", "", "F12", "F04"]
    table["people"] = [9720.0, 640.0, 3120.0, 0.0]
    table["minutes_own"] = [15.2, np.inf, np.inf, np.nan]
    table["minutes_nearest"] = [4.4, 22.0, 9.0, np.nan]
    shapes = [disc(lon, 31.335, 0.004) for lon in (121.44, 121.45, 121.46, 121.41)]
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def layers() -> dict[str, gpd.GeoDataFrame]:
    """Every layer of a result that the page knows."""
    stations = facilities()
    return {
        "areas": areas(), "facilities": stations, "isochrones": isochrones(stations),
        "demand": demand(), "gaps": gaps(), "walk_edges": streets(),
        "gap_routes": gap_routes(), "unknown_areas": unknown_areas(), "backdrop": backdrop(),
        "committees": committees(),
    }  # fmt: skip


def coverage_row(
    area: str, kind: str, minutes: float, counts: tuple[int, int, int]
) -> dict[str, Any]:
    """A row of the coverage table, its shares worked out from the three counts."""
    covered, gap, unknown = counts
    people = covered + gap + unknown
    known = covered + gap
    return {
        "area": area, "kind": kind, "cutoff_minutes": minutes, "people": people,
        "covered": covered, "gap": gap, "unknown": unknown,
        "share": round(covered / known, 4) if known else None,
        "share_low": round(covered / people, 4) if people else None,
        "share_high": round((covered + unknown) / people, 4) if people else None,
    }  # fmt: skip


def rule_row(area: str, counts: tuple[int, int, int], **keys: Any) -> dict[str, Any]:
    """A row of the checks by a default rule; without a target unless the keys give one."""
    row = coverage_row(area, "residential", 15, counts) | {
        "tier": "main_city", "level": "neighbourhood", "profile": "adult", "cutoff_m": None,
        "target": None, "target_year": None, "result": None, "analogy": False,
    }  # fmt: skip
    return row | {"rule_id": "r"} | keys


def rule_rows(area: str) -> list[dict[str, Any]]:
    """A standard that judges nothing, a draft, and a share by analogy that is missed."""
    gb = "GB 50180-2018, living circle of 15,000-25,000 people: 500 m on foot"
    draft = "Shanghai, draft standard for community service circles, main city: 800-1,000 m"
    share = "Shanghai, 99 % of community facilities' circles by 2035, by analogy"
    metres = {"cutoff_minutes": None}
    return [
        rule_row(area, (700, 300, 0), **metres, cutoff_m=500, source=gb, status="standard"),
        rule_row(area, (800, 200, 0), **metres, cutoff_m=800, source=draft, status="draft"),
        rule_row(area, (889, 111, 0), tier="rural", source=share, status="assumption",
                 analogy=True, target=0.99, target_year=2035, result="missed"),
    ]  # fmt: skip


def domains() -> list[dict[str, Any]]:
    """Malls before the stations of communities, as the alphabet has it not."""
    reach = (("mall", 3, (83, 39, 384)), ("community", 11, (853, 359, 937)))
    return [
        {"domain": domain, "facilities": count, "kind": kind, "people": 1000, "covered": covered,
         "share_low": covered / 1000}
        for domain, count, reached in reach
        for kind, covered in zip(KINDS, reached, strict=True)
    ]  # fmt: skip


def summary() -> dict[str, Any]:
    """What summary.json would say of the sample."""
    whole = {"residential": 1_927_000, "industrial": 240_000, "commercial": 90_000}
    parts = {"all": 1.0, TOWNS[0]: 0.5, TOWNS[1]: 0.3, TOWNS[2]: 0.2}
    shares = {"residential": 0.81, "industrial": 0.58, "commercial": 0.92}
    coverage, checks = [], []
    for area, part in parts.items():
        for minutes, reached in ((5, 0.3), (10, 0.7), (15, 1.0)):
            sums = np.zeros(3, dtype=int)
            for kind in KINDS:
                people = int(whole[kind] * part)
                unknown = int(people * 0.031)
                covered = int(people * shares[kind] * reached)
                counts = (covered, people - covered - unknown, unknown)
                sums += counts
                coverage.append(coverage_row(area, kind, minutes, counts))
            total = (int(sums[0]), int(sums[1]), int(sums[2]))
            coverage.append(coverage_row(area, "all", minutes, total))
        for kind, target, result in (("residential", 0.83, "undecided"),
                                     ("industrial", 0.85, "missed"),
                                     ("commercial", 0.85, "met")):  # fmt: skip
            row = next(r for r in coverage if (r["area"], r["kind"], r["cutoff_minutes"]) ==
                       (area, kind, 15))  # fmt: skip
            checks.append({**row, "rule_id": f"target-{kind}", "level": None, "profile": "adult",
                           "cutoff_m": None, "target": target, "target_year": None,
                           "result": result})  # fmt: skip
        checks += rule_rows(area)
    return {
        "plan": "sample", "synthetic": True, "invented_streets": True,
        "coverage": coverage, "checks": checks, "domains": domains(), "gaps": [],
        "warnings": ["a"], "facilities": {"total": 14, "joined": 13},
    }  # fmt: skip
