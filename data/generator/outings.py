"""Sites of an organisation's day out, by theme, and templates of such days; all invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point

from .barriers import big_water
from .district import District
from .geometry import FloatArray
from .names import shuffled
from .outline import district
from .places import Place
from .services import STREETS, find_beside, taken_ground

SEED = 94
LOW_CARBON = "低碳"
NEAR_M, FAR_M = 170.0, 850.0
"""So far apart are neighbouring sites of a cluster, in a straight line."""
BANK_M = 1_300.0
"""Sites of the riverside stand at most so far from the large water."""


@dataclass(frozen=True)
class Theme:
    """A theme: its clusters of sites, where they may stand, and how they are called.

    clusters : sites of each cluster; those of one are near one another.
    hosts : kinds of places whose surroundings suit it.
    second : theme that the first sites have as well, and how many of them.
    templates : numbers of the templates that fit.
    """

    name: str
    clusters: tuple[int, ...]
    hosts: tuple[str, ...]
    endings: tuple[str, ...]
    templates: tuple[int, ...]
    second: tuple[str, int] = ("", 0)
    by_water: bool = False


THEMES = (
    Theme("红色记忆", (5, 4, 3, 1, 1), ("estate", "school", "park"),
          ("革命史料陈列馆", "战斗旧址", "烈士纪念园", "地下交通站旧址", "红色书屋", "英烈故事墙",
           "宣誓广场"), (1, 2, 3, 4), ("滨江长卷", 3)),
    Theme("红色先锋", (4, 4, 1, 1), ("estate", "works"),
          ("先锋工作室", "劳模创新站", "老兵之家", "党员示范街", "初心讲堂"), (5, 6, 7)),
    Theme("滨江长卷", (5, 4, 1, 1), ("estate", "park", "works", "mall", "offices"),
          ("观江平台", "水文展示馆", "码头记忆馆", "航运陈列室", "滨江党建驿"), (8, 9),
          (LOW_CARBON, 1), by_water=True),
    Theme("工业遗存", (5, 3, 1, 1), ("works",),
          ("老厂房展厅", "高炉记忆馆", "铁路货场旧址", "工人新村陈列室", "机床博物馆"), (10, 11),
          ("文化艺术", 2)),
    Theme("科创园区", (5, 4, 1), ("offices", "works"),
          ("创新展示中心", "机器人体验馆", "新材料展厅", "孵化器党群之家", "中试基地"), (12, 13)),
    Theme("乡村振兴", (4, 4, 2, 1), ("hamlet",),
          ("村史馆", "农耕体验园", "乡贤议事堂", "蔬菜合作社", "民宿客堂"), (14, 15),
          (LOW_CARBON, 1)),
    Theme("基层治理", (4, 4, 1), ("estate",),
          ("睦邻客厅", "议事亭", "网格工作站", "社区微更新展示点", "楼组会客厅"), (16, 17),
          ("红色先锋", 2)),
    Theme("文化艺术", (4, 4, 1), ("mall", "park", "offices"),
          ("非遗工坊", "美术馆", "民间剪纸馆", "社区剧场", "灯彩艺术馆"), (18, 19)),
    Theme(LOW_CARBON, (5, 4, 1), ("park", "works", "estate"),
          ("垃圾分类科普馆", "光伏示范屋", "雨水花园", "零碳驿站", "旧物改造工坊"), (20, 21, 22)),
)  # fmt: skip
"""94 sites by their first theme; with second ones 12 are of the low-carbon theme."""

TEMPLATES = (
    ("重温誓词主题党日", 15, "列队；宣誓；合影"),
    ("红色寻访", 30, "分组寻访；现场讲解；分享一个故事"),
    ("英烈祭扫活动", 25, "列队；敬献花束；默哀；听事迹"),
    ("红色书屋共读", 30, "领读；轮流朗读；讨论；写一句心得"),
    ("先锋面对面", 20, "听先锋讲经历；提问"),
    ("劳模工作室跟学", 30, "参观；跟做一道工序；交流"),
    ("老兵讲堂", 15, "听老兵讲述；看旧物"),
    ("滨江健步走", 40, "热身；沿江步行；观江讲解；休息"),
    ("守护水岸志愿行", 20, "捡拾垃圾；测水质"),
    ("工业遗存研学", 30, "看旧机器；听工人讲述；画一张速写"),
    ("老厂房新故事", 15, "参观改造；听运营介绍"),
    ("科创参访", 20, "参观展厅；听技术介绍"),
    ("园区结对共建", 40, "参观；支部介绍；商定一件共建小事"),
    ("田间劳动", 30, "分组下田；劳动；听村史"),
    ("村史馆微党课", 15, "参观；微党课"),
    ("社区治理观摩", 30, "看点位；听居民讲；议一件事"),
    ("议事会旁听", 20, "旁听议事；点评"),
    ("非遗手作", 30, "听讲解；动手做；展示"),
    ("艺术党课", 20, "看展；听讲解"),
    ("低碳寻访", 30, "看垃圾分类；看光伏；算一次碳账本"),
    ("零碳小课堂", 15, "听课；问答"),
    ("旧物改造工坊", 40, "带来旧物；动手改造；义卖"),
)
"""Name, minutes and course of 22 templates of a visit; a theme names them by number from 1.

Each theme has one that its shortest visit is long enough for.
"""

_HOURS = (
    ("Tu-Su 09:00-16:30", 0.34),
    ("Mo-Su 09:00-17:00", 0.22),
    ("", 0.16),
    ("Mo-Su 08:30-11:30,13:00-17:00", 0.10),
    ("Tu-Su 10:00-16:00", 0.09),
    ("Mo-Fr 09:00-17:00", 0.06),
    ("We,Sa 13:00-16:30", 0.03),
)
"""Opening hours and their shares; some sites are open to everybody at any hour."""
_CAPACITY = ((15, 0.06), (25, 0.24), (30, 0.30), (40, 0.24), (60, 0.16))
_DWELL = ((15, 0.14), (20, 0.22), (25, 0.16), (30, 0.24), (40, 0.12), (45, 0.06), (60, 0.06))
_VALUE = ((1, 0.12), (2, 0.22), (3, 0.32), (4, 0.22), (5, 0.12))
_DEAR = ("红色记忆", LOW_CARBON)
"""Themes whose sites are worth a point more, as a district would have it."""
_NOTES = ("需提前一天预约", "周六上午有讲解", "可提供轮椅", "室外，雨天改期", "有会议室可座谈")


@dataclass(frozen=True)
class Site:
    """A row of the table of sites; x and y are metres of the drawing."""

    site_id: str
    name: str
    x: float
    y: float
    theme: str
    dwell_minutes: int
    opening_hours: str
    group_capacity: int
    value: int
    volunteers: int
    template: str
    note: str


def sites(drawn: District) -> list[Site]:
    """Sites of all themes, cluster by cluster, each at the side of a street."""
    ground = _Ground(drawn)
    found: list[Site] = []
    for number, theme in enumerate(THEMES):
        rng = np.random.default_rng((SEED, number))
        names = _names(theme, number)
        own = 0
        for spots in ground.clusters(theme, rng):
            for x, y in spots:
                second, most = theme.second
                themes = f"{theme.name} | {second}" if own < most else theme.name
                found.append(_site(len(found) + 1, next(names), (x, y), themes, theme, rng))
                own += 1
    return found


def _site(
    number: int,
    name: str,
    at: tuple[float, float],
    themes: str,
    theme: Theme,
    rng: np.random.Generator,
) -> Site:
    """Make up what a site is like."""
    dwell = int(_drawn(_DWELL, rng))
    return Site(
        f"L-{number:02d}",
        name,
        *at,
        themes,
        dwell,
        str(_drawn(_HOURS, rng)),
        int(_drawn(_CAPACITY, rng)),
        min(5, int(_drawn(_VALUE, rng)) + (theme.name in _DEAR)),
        1 + int(rng.random() < 0.3),
        f"M-{_fitting(theme, int(rng.integers(len(theme.templates))), dwell):02d}",
        _NOTES[int(rng.integers(len(_NOTES)))] if rng.random() < 0.4 else "",
    )


def _fitting(theme: Theme, drawn: int, dwell: int) -> int:
    """Return the template that was drawn; the shortest of the theme where a visit is shorter."""
    number = theme.templates[drawn]
    if TEMPLATES[number - 1][1] <= dwell:
        return number
    return min(theme.templates, key=lambda other: TEMPLATES[other - 1][1])


def _drawn(shares: tuple[tuple[object, float], ...], rng: np.random.Generator) -> object:
    """Draw one of some values by their shares."""
    return shares[int(rng.choice(len(shares), p=[share for _, share in shares]))][0]


def _names(theme: Theme, number: int) -> Iterator[str]:
    """Names of a theme's sites: two invented syllables and what it is."""
    for k, pair in enumerate(shuffled(SEED + number)):
        yield pair + theme.endings[k % len(theme.endings)]


class _Ground:
    """Where a site may stand: beside a street that the public walks, one by one."""

    def __init__(self, drawn: District) -> None:
        streets = [line for line, tags in drawn.canvas.streets
                   if tags["highway"] in STREETS and "access" not in tags]  # fmt: skip
        self._streets = shapely.STRtree(streets)
        self._taken = taken_ground(drawn.canvas)
        self._hosts = [p for p in drawn.places if p.joined and district().contains(Point(p.gate))]
        self._used: set[str] = set()

    def clusters(self, theme: Theme, rng: np.random.Generator) -> Iterator[list[FloatArray]]:
        """Yield the spots of each cluster; the first ones of a theme lie in one part of the map."""
        hosts = [p for p in self._hosts if p.kind in theme.hosts]
        if theme.by_water:
            hosts = [p for p in hosts if big_water().distance(Point(p.gate)) < BANK_M]
        gates = np.array([p.gate for p in hosts])
        order = [int(k) for k in rng.permutation(len(hosts))]
        first: FloatArray | None = None
        for number, count in enumerate(theme.clusters):
            for k in order:
                away = 0.0 if first is None else float(np.hypot(*(gates[k] - first)))
                near = first is None or (1_500.0 < away < 5_500.0)
                apart = first is None or away > 6_000.0
                if (near if count > 1 else apart) and hosts[k].name not in self._used:
                    spots = self._cluster(hosts, gates, k, count, rng)
                    if spots:
                        break
            else:
                raise ValueError(f"no room for cluster {number + 1} of {theme.name}")
            first = gates[k] if first is None else first
            yield spots

    def _cluster(
        self,
        hosts: list[Place],
        gates: FloatArray,
        start: int,
        count: int,
        rng: np.random.Generator,
    ) -> list[FloatArray]:
        """Go from place to place until there are so many spots; none where they do not fit."""
        spots: list[FloatArray] = []
        names: list[str] = []
        for k in np.argsort(np.hypot(*(gates - gates[start]).T), kind="stable").tolist():
            if hosts[k].name in self._used:
                continue
            if spots:
                away = np.hypot(*(np.array(spots) - gates[k]).T)
                if away.min() < NEAR_M or away.min() > FAR_M:
                    continue
            gate = Point(gates[k])
            street = self._streets.geometries[int(self._streets.nearest(gate))]
            spot = find_beside(street, gate, self._taken, rng)
            if spot is None:
                continue
            spots.append(spot)
            names.append(hosts[k].name)
            if len(spots) == count:
                self._used.update(names)
                return spots
        return []
