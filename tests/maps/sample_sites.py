"""The sample with a proposal of three sites, and with two scenarios compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, Point

from planner.gaps.changed_gaps import change_gaps
from planner.maps import PagePart, draw_map
from tests.maps import sample
from tests.maps.sample import KINDS, TOWNS

if TYPE_CHECKING:
    import folium

METRIC = "EPSG:32651"
#: Where the three sites are: in the first, the second and the fourth gap.
PLACES = ((121.490, 31.311), (121.477, 31.3625), (121.409, 31.3625))
NAMES = ("临江文化活动中心", "共富路（联谊路西侧）", "友谊路菜场")
GAINS = (4120, 2200, 2210)
#: People in doubt today whom the second site reaches.
DOUBTFUL = 600
OTHER = "宝钢工人俱乐部"
ADDED, MIXED = "新增三站", "一站新增、一站关闭"


def demand() -> gpd.GeoDataFrame:
    """The sample's units, and those of the gaps: two of each, so that a site may reach one."""
    outlines = sample.gaps()
    rows, points = [], []
    for number in range(6):
        outline, name = outlines.geometry.iloc[number], outlines["gap_id"].iloc[number]
        west, south, east, north = outline.bounds
        for half, x in enumerate((west + 0.002, east - 0.002)):
            spot = outline.intersection(LineString([(x, south), (x, north)])).centroid
            rows.append({"demand_id": f"residential:{name}-{half}", "kind": "residential",
                         "people": 1000.0, "verdict": "gap", "minutes": 20.0, "gap_id": name,
                         "gap_join_m": 200.0})  # fmt: skip
            points.append(spot)
    rows.append({"demand_id": "residential:doubt", "kind": "residential", "people": DOUBTFUL,
                 "verdict": "unknown", "minutes": np.nan, "gap_id": "",
                 "gap_join_m": 200.0})  # fmt: skip
    points.append(Point(121.462, 31.318))
    more = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=points, crs="EPSG:4326")
    units = sample.demand()
    units = units[(units["verdict"] == "covered").to_numpy()]
    return gpd.GeoDataFrame(pd.concat([units, more], ignore_index=True), crs="EPSG:4326")


def changes() -> gpd.GeoDataFrame:
    """Who gains by the proposal: two gaps whole, one by half, one unit in doubt."""
    units = demand().set_index("demand_id")
    gained = [
        ("gap-1-0", 2060.0, "S1"), ("gap-1-1", 2060.0, "S1"), ("gap-2-0", 2200.0, "S2"),
        ("gap-4-0", 1105.0, "S3"), ("gap-4-1", 1105.0, "S3"), ("doubt", float(DOUBTFUL), "S2"),
    ]  # fmt: skip
    towns = {"gap-1": TOWNS[2], "gap-2": TOWNS[2], "gap-4": TOWNS[0], "doubt": TOWNS[1]}
    rows = [
        {"demand_id": f"residential:{unit}", "kind": "residential", "people": people,
         "town": towns[unit.rsplit("-", 1)[0] if unit != "doubt" else unit], "change": "gained",
         "minutes_before": 20.0, "minutes_after": 8.0, "nearest_before": "F03",
         "nearest_after": site, "geometry": units.geometry[f"residential:{unit}"]}
        for unit, people, site in gained
    ]  # fmt: skip
    return gpd.GeoDataFrame(rows, crs="EPSG:4326")


def spots(ids: list[str], places: Any, names: Any) -> gpd.GeoDataFrame:
    """Sites as points with their names."""
    points = [Point(place) for place in places]
    return gpd.GeoDataFrame({"site_id": ids, "name": names}, geometry=points, crs="EPSG:4326")


def with_after(layers: dict[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
    """Add what the changes leave of the gaps, by scenario where there are several."""
    gaps, units, changed = (layers[n].to_crs(METRIC) for n in ("gaps", "demand", "changes"))
    parts = []
    for name in dict.fromkeys(changed.get("scenario", [""])):
        own = changed[changed["scenario"] == name] if name else changed
        parts.append({n: part.assign(scenario=name) if name else part
                      for n, part in change_gaps(gaps, units, own).items()})  # fmt: skip
    return layers | {
        name: gpd.GeoDataFrame(pd.concat([part[name] for part in parts], ignore_index=True)).to_crs(
            "EPSG:4326"
        )
        for name in parts[0]
    }


def site_layers(**columns: Any) -> dict[str, gpd.GeoDataFrame]:
    """The layers of the result and of the proposal; `columns` of its changes in place of theirs."""
    ids = ["S1", "S2", "S3"]
    other = (121.412, 31.360)
    lines = [LineString([(x - 0.002, y), (x + 0.002, y)]) for x, y in PLACES]
    frontages = gpd.GeoDataFrame({"site_id": [*ids, "S1"]},
                                 geometry=[*lines, shapely.affinity.rotate(lines[0], 90)],
                                 crs="EPSG:4326")  # fmt: skip
    return with_after(sample.layers() | {
        "demand": demand(),
        "sites": spots(ids, PLACES, NAMES),
        "candidates": spots([*ids, "S9"], [*PLACES, other], [*NAMES, OTHER]),
        "alternatives": spots(["S1", "S2", "S9"], [*PLACES[:2], other], [*NAMES[:2], OTHER]),
        "frontages": frontages,
        "changes": changes().assign(**columns),
    })  # fmt: skip


def proposal() -> dict[str, Any]:
    """What site.json would say."""
    total = float(sum(GAINS))
    sites = []
    for number, (place, name, gain) in enumerate(zip(PLACES, NAMES, GAINS, strict=True)):
        people = {"residential": gain, "industrial": 310 if number == 0 else 0, "commercial": 0}
        sites.append({
            "order": number + 1, "site_id": f"S{number + 1}", "name": name,
            "town": TOWNS[2] if number < 2 else TOWNS[0],
            "action": ("new", "convert", "new")[number], "domain": "",
            "cost": (3.0, 1.0, 3.0)[number], "lon": place[0], "lat": place[1],
            "gain": people, "gain_unknown": DOUBTFUL if number == 1 else 0,
            "reasons": {"zh": [f"新增覆盖居民 {gain:,} 人", "临次干路"],
                        "en": [f"newly covers {gain:,} residents", "on a secondary street"]},
            "runs_share": (1.0, 0.9, 0.5)[number], "frontage_m": 400.0,
        })  # fmt: skip
    curve = [4120, 6330, 8530, 9800, 10400]
    return {
        "model": "mclp", "value": total, "bound": total * 1.0008, "gap": 0.0008,
        "status": "proved", "unit": "residents", "seconds": 6.4, "first_seconds": 0.05,
        "people_before": 1_560_870.0, "cost": 7.0, "cost_unit": "conversions", "sites": sites,
        "curve": [{"sites": n + 1, "value": float(v), "bound": float(v), "share_residential": 0.84,
                   "step": float(v - ([0, *curve])[n]),
                   "site_ids": [f"S{k + 1}" for k in range(n + 1)]}
                  for n, v in enumerate(curve)],
        "order": [{"step": n + 1, "site_id": f"S{n + 1}", "gain": float(gain),
                   "total": float(sum(GAINS[: n + 1])), "free_value": float(curve[n])}
                  for n, gain in enumerate(GAINS)],
        "alternatives": [
            {"rank": 1, "value": total - 85, "loss": 85.0, "site_ids": ["S1", "S2", "S9"]},
        ],
        "towns": [], "closed": [], "limits": [{"label": "友谊路街道：最多 1 处", "cost": 320.0}],
        "stays": [{"cause": "too far", "residents": 9000.0, "residents_in_reach": 4000.0,
                   "gaps": 3}],
        "why_not": {"lon": 121.43, "lat": 31.34, "site_id": "S3", "loss": 1200.0,
                    "gain": {"residential": 900}, "reasons": {
                        "zh": ["用此处替换所选点 S3，少覆盖 1,200 人"],
                        "en": ["in the place of S3 it would cover 1,200 people fewer"]}},
        "robustness": {"runs": 10, "stands": 9, "sites": {"S1": 1.0}},
        "reasons": {"zh": ["新增 3 处"], "en": ["3 new sites"]},
    }  # fmt: skip


def compared_layers() -> dict[str, gpd.GeoDataFrame]:
    """The layers of the result and of the comparison: the second scenario also closes a station."""
    gained = changes()
    lost = gained.iloc[:1].assign(
        demand_id="residential:lost", people=500.0, town=TOWNS[1], change="lost",
        minutes_before=9.0, minutes_after=18.0, nearest_before="F03", nearest_after="F05",
        geometry=[Point(121.437, 31.335)],
    )  # fmt: skip
    first = gained.iloc[:2]
    parts = [gained.assign(scenario=ADDED), pd.concat([first, lost]).assign(scenario=MIXED)]
    facility = sample.facilities().geometry.iloc[3]
    edits = [
        *((ADDED, n + 1, "add", f"S{n + 1}", Point(place)) for n, place in enumerate(PLACES)),
        (MIXED, 1, "add", "S1", Point(PLACES[0])),
        (MIXED, 2, "close", "F03", facility),
        (MIXED, 3, "add_path", "P1", LineString([(121.44, 31.34), (121.444, 31.342)])),
    ]
    columns = ["scenario", "edit", "op", "id"]
    table = pd.DataFrame([row[:4] for row in edits], columns=columns)
    return with_after(sample.layers() | {
        "demand": demand(),
        "changes": gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs="EPSG:4326"),
        "edits": gpd.GeoDataFrame(table, geometry=[row[4] for row in edits], crs="EPSG:4326"),
    })  # fmt: skip


def total_row(row: dict[str, Any], gained: float, lost: float) -> dict[str, Any]:
    """A row of compare.json's totals: nobody whom data lack gains or loses."""
    covered, gap = row["covered"] + gained - lost, row["gap"] - gained + lost
    return {
        "area": row["area"], "kind": row["kind"], "group": "", "people": row["people"],
        "covered_before": row["covered"], "covered_after": covered, "gap_after": gap,
        "unknown_after": row["unknown"], "share_before": row["share"],
        "share_after": round(covered / (covered + gap), 4),
        "share_low_after": covered / row["people"],
        "share_high_after": (covered + row["unknown"]) / row["people"],
        "gained": gained, "lost": lost,
    }  # fmt: skip


def totals(gained: dict[str, float], lost: dict[str, float]) -> list[dict[str, Any]]:
    """Rows of every area and kind, and one of a group."""
    rows = []
    for row in sample.summary()["coverage"]:
        if row["cutoff_minutes"] != 15 or row["kind"] not in KINDS:
            continue
        is_home = row["kind"] == "residential"
        rows.append(total_row(row, gained.get(row["area"], 0) if is_home else 0,
                              lost.get(row["area"], 0) if is_home else 0))  # fmt: skip
    elderly = {**rows[0], "kind": "residential", "group": "elderly", "area": "all",
               "share_before": 0.705, "share_after": 0.735, "gained": 1800, "lost": 90,
               "unknown_before": 0, "unknown_after": 0}  # fmt: skip
    return [*rows, elderly]


def comparison() -> dict[str, Any]:
    """What compare.json would say."""
    added = [
        {"edit": n + 1, "op": "add", "id": f"S{n + 1}", "name": name, "gained": float(gain),
         "lost": 0.0, "cost": 3.0, "gained_per_cost": gain / 3,
         "gained_by_kind": {"residential": gain, "industrial": 310}, "lost_by_kind": {}}
        for n, (name, gain) in enumerate(zip(NAMES, GAINS, strict=True))
    ]  # fmt: skip
    mixed = [
        added[0] | {"edit": 1},
        {"edit": 2, "op": "close", "id": "F03", "name": "第4居民区站", "gained": 0.0, "lost": 500.0,
         "cost": None, "gained_per_cost": None, "gained_by_kind": {},
         "lost_by_kind": {"residential": 500.0}},
        {"edit": 3, "op": "add_path", "id": "P1", "name": "P1", "gained": 0.0, "lost": 0.0,
         "cost": None, "gained_per_cost": None, "gained_by_kind": {}, "lost_by_kind": {},
         "moments": [{"moment": "night", "gained_by_kind": {"residential": 70.0},
                      "lost_by_kind": {}}]},
    ]  # fmt: skip
    losers = [{"town": TOWNS[1], "kind": "residential", "facility_id": "F03",
               "facility": "第4居民区站", "people": 500.0, "units": 1, "minutes_before": 9.0,
               "minutes_after": 18.0, "nearest_after_id": "F05"}]  # fmt: skip
    return {
        "plan": "sample", "synthetic": True, "kind": "residential", "cost_unit": "万元",
        "scenarios": [
            {"name": ADDED, "additions_only": True, "cost": 9.0, "ledger": added, "losers": [],
             "warnings": [],
             "totals": totals({"all": 8530, TOWNS[2]: 6320, TOWNS[0]: 2210}, {})},
            {"name": MIXED, "additions_only": False, "cost": 3.0, "ledger": mixed,
             "losers": losers, "warnings": ["a", "b"],
             "totals": totals({"all": 4120, TOWNS[2]: 4120}, {"all": 500, TOWNS[1]: 500})},
        ],
    }  # fmt: skip


def draw_three_views() -> folium.Map:
    """A page with today, the proposal and the scenarios."""
    return draw_map(
        sample.layers(),
        sample.summary(),
        proposal=PagePart(proposal(), site_layers()),
        comparison=PagePart(comparison(), compared_layers()),
        title="演示区",
        synthetic=True,
        date="2026-11",
    )
