"""Two made-up routes through the sample district of the page's tests, with what was left out.

R1 goes from a facility to three red sites on foot, over a flight of steps and a long crossing; R2
rides a coach between two low-carbon sites and ends free. Times are those of the legs, so that they
can be added up by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, MultiLineString, Point

HOSTILE = '</script><img src=x onerror="window.harmed=1">&\u202ex'

#: site_id, name, theme, lon, lat.
SITES = (
    ("S1", "解放纪念馆", "红色", 121.440, 31.330),
    ("S2", "老码头旧址", "红色", 121.446, 31.330),
    ("S3", "烈士陵园", "红色", 121.446, 31.337),
    ("S4", "湿地公园", "低碳", 121.470, 31.340),
    ("S5", "绿色工厂", "低碳", 121.485, 31.350),
    ("S6", "夜校旧址", "红色", 121.420, 31.320),
    ("S7", "太阳能示范楼", "低碳", 121.460, 31.310),
    ("S8", "纺织博物馆", "工业", 121.410, 31.360),
)


@dataclass(frozen=True)
class SampleRoutes:
    """What `propose_routes` returns, as far as writing and drawing ask it."""

    content: dict[str, Any]
    layers: dict[str, gpd.GeoDataFrame]


def _stop(order: int, site: int, times: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    site_id, name, theme, lon, lat = SITES[site - 1]
    arrive, begin, leave = times
    row = {
        "order": order, "site_id": site_id, "name": name, "theme": theme, "arrive": arrive,
        "begin": begin, "leave": leave, "wait_minutes": 0.0, "dwell_minutes": 30.0,
        "volunteers": 2, "template": None, "value": 1.0, "note": "", "lon": lon, "lat": lat,
    }  # fmt: skip
    return row | more


#: Walks of 10, 8 and 12 minutes, a wait of 20: 09:00 + 10 + 30 + 8 + 20 + 30 + 12 + 40 = 11:30.
RED = [
    _stop(1, 1, ("09:10", "09:10", "09:40"), template="M1", note="讲解员提前预约"),
    _stop(2, 2, ("09:48", "10:08", "10:38"), wait_minutes=20.0),
    _stop(3, 3, ("10:50", "10:50", "11:30"), dwell_minutes=40.0, value=2.0, volunteers=4),
]
#: 09:00 + 60 + a ride of 11 + 45 = 10:56.
GREEN = [
    _stop(1, 4, ("09:00", "09:00", "10:00"), dwell_minutes=60.0, template="M2"),
    _stop(2, 5, ("10:11", "10:11", "10:56"), dwell_minutes=45.0),
]
_LEGS = (
    ("R1", 1, "第1居民区站", "解放纪念馆", "walk", 10.0, 620.0, 0, 0.0),
    ("R1", 2, "解放纪念馆", "老码头旧址", "walk", 8.0, 571.0, 1, 0.0),
    ("R1", 3, "老码头旧址", "烈士陵园", "walk", 12.0, 776.0, 0, 32.0),
    ("R2", 2, "湿地公园", "绿色工厂", "coach", 11.0, 2100.0, 0, 0.0),
)
_WAYS = (
    [(121.4336, 31.330), (121.440, 31.330)],
    [(121.440, 31.330), (121.443, 31.3302), (121.446, 31.330)],
    [(121.446, 31.330), (121.446, 31.337)],
    [(121.470, 31.340), (121.470, 31.350), (121.485, 31.350)],
)
LEFT_OUT = [
    {"site_id": "S6", "name": "夜校旧址", "theme": "红色", "reason": "closed then",
     "detail": "is not open between 09:00 and 13:00"},
    {"site_id": "S7", "name": "太阳能示范楼", "theme": "低碳", "reason": "group too large",
     "detail": "takes 12 people at once"},
    {"site_id": "S8", "name": "纺织博物馆", "theme": "工业", "reason": "not chosen", "detail": ""},
]  # fmt: skip
_TEMPLATES = [
    {"template_id": "M1", "name": "重温入党誓词", "minutes": 20, "text": "列队、领誓、合影",
     "link": "https://example.org/oath"},
    {"template_id": "M2", "name": "生态课堂", "minutes": None, "text": "", "link": ""},
]  # fmt: skip


def _route(route_id: str, theme: str, stops: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "route_id": route_id, "theme": theme, "value": sum(stop["value"] for stop in stops),
        "sites": len(stops), "begin": "09:00", "end": stops[-1]["leave"],
        "dwell_minutes": sum(stop["dwell_minutes"] for stop in stops),
        "wait_minutes": sum(stop["wait_minutes"] for stop in stops),
        "volunteers": sum(stop["volunteers"] for stop in stops), "stops": stops,
        "warnings": [],
    } | more  # fmt: skip


def content(language: str = "zh", *, synthetic: bool = True) -> dict[str, Any]:
    """Return what routes.json says of the sample."""
    routes = [
        _route("R1", "红色", RED, minutes=150.0, walk_minutes=30.0, ride_minutes=0.0,
               start="第1居民区站", finish=""),
        _route("R2", "低碳", GREEN, minutes=116.0, walk_minutes=0.0, ride_minutes=11.0,
               start="", finish=""),
    ]  # fmt: skip
    for route in routes:
        kept = ("order", "site_id", "name", "arrive", "begin", "leave", "wait_minutes",
                "dwell_minutes", "template")  # fmt: skip
        route["stops"] = [{key: stop[key] for key in kept} for stop in route["stops"]]
    return {
        "plan": "sample", "title": "演示区", "language": language, "synthetic": synthetic,
        "invented_streets": False,
        "question": {
            "routes": 2, "begin": "Sa 09:00", "minutes": 240.0, "group": 20,
            "most_leg_minutes": 20.0, "most_walk_minutes": 90.0, "profile": "elderly",
            "volunteers": 100, "long_crossing_m": 25.0, "starts": "stations", "ends": "free",
        },
        "value": 6.0, "bound": 6.3, "gap": 0.05, "status": "bounded", "unit": "value",
        "routes": routes, "left_out": [dict(row) for row in LEFT_OUT],
        "templates": [dict(row) for row in _TEMPLATES],
        "volunteers": {"used": 12, "most": 100}, "notes": [],
    }  # fmt: skip


def layers() -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the sample, EPSG:4326."""
    known = content()
    rows = [
        {key: value for key, value in route.items() if key not in {"stops", "warnings"}}
        for route in known["routes"]
    ]
    ways = [MultiLineString(_WAYS[:3]), MultiLineString(_WAYS[3:])]
    stops = [{"route_id": "R1", **stop} for stop in RED]
    stops += [{"route_id": "R2", **stop} for stop in GREEN]
    columns = ["route_id", "order", "from_name", "to_name", "by", "minutes", "metres", "steps",
               "longest_crossing_m"]  # fmt: skip
    legs = pd.DataFrame(_LEGS, columns=columns)
    legs["warning"] = ["", "steps", "crossing of 32 m", ""]
    reason = {row["site_id"]: row["reason"] for row in LEFT_OUT}
    of = {stop["site_id"]: stop["route_id"] for stop in stops}
    sites = [
        {"site_id": key, "name": name, "theme": theme, "value": 1.0, "route_id": of.get(key, ""),
         "reason": reason.get(key, "")}
        for key, name, theme, _, _ in SITES
    ]  # fmt: skip
    spots = [Point(lon, lat) for *_, lon, lat in SITES]
    beside = pd.DataFrame(
        {"route_id": ["R1", "R1", "R2"], "kind": ["toilets", "bench", "toilets"],
         "name": ["", "", "公园公厕"], "metres": [40.0, 12.0, 90.0]}
    )  # fmt: skip
    at = [Point(121.441, 31.3302), Point(121.4462, 31.333), Point(121.471, 31.341)]

    def layer(table: Any, shapes: list[Any]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(pd.DataFrame(table), geometry=shapes, crs="EPSG:4326")

    places = [Point(stop.pop("lon"), stop.pop("lat")) for stop in stops]
    return {
        "routes": layer(rows, ways),
        "stops": layer(stops, places),
        "legs": layer(legs, [LineString(way) for way in _WAYS]),
        "sites": layer(sites, spots),
        "on_the_way": layer(beside, at),
    }


def proposed(language: str = "zh", *, synthetic: bool = True) -> SampleRoutes:
    """Return content and layers together."""
    return SampleRoutes(content(language, synthetic=synthetic), layers())
