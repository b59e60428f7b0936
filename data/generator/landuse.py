"""What each block is used for: estates, works, commerce, parks, villages and fields."""

from __future__ import annotations

import numpy as np
from shapely import Point

from .outline import TOWNS, Town, town_polygons
from .people import VILLAGES, committees_by_town, residents_by_town
from .roads import Block

_PEOPLE_PER_KM2 = {"main_city": 42_000.0, "market_town": 31_000.0, "rural": 26_000.0}
"""Residents per km² of estate blocks, streets included; sets how much ground estates take."""
_INDUSTRY = {
    "友谊路街道": 0.064,
    "吴淞街道": 0.128,
    "张庙街道": 0.019,
    "罗店镇": 0.077,
    "大场镇": 0.128,
    "杨行镇": 0.166,
    "月浦镇": 0.077,
    "罗泾镇": 0.083,
    "顾村镇": 0.083,
    "高境镇": 0.064,
    "庙行镇": 0.077,
    "淞南镇": 0.192,
}
_COMMERCE = {"main_city": 0.036, "market_town": 0.020, "rural": 0.012}
_PARKS = {"main_city": 0.052, "market_town": 0.035, "rural": 0.02}


def _wave(x: float, y: float) -> float:
    """Smooth field from -1 to 1 that gathers works in a few parts of each town."""
    return float(np.sin(x / 1_350 + 1.7) * np.sin(y / 1_150 + 0.6))


def assign(blocks: list[Block], stations: list[tuple[str, Point]]) -> dict[int, str]:
    """Use of each block by number: estate, works, commerce, park, field, vacant or ring."""
    use = {b.number: "ring" for b in blocks if not b.town}
    use |= {b.number: "scrap" for b in blocks if b.town and b.shape.area < 9_000}
    for town in TOWNS:
        own = [b for b in blocks if b.town == town.name and b.number not in use]
        use |= _assign_town(town, own, stations)
    return use


def _assign_town(
    town: Town, blocks: list[Block], stations: list[tuple[str, Point]]
) -> dict[int, str]:
    """Give uses to one town's blocks, each up to its share of the town's ground."""
    rng = np.random.default_rng((77, int(town.code)))
    noise = {b.number: float(rng.normal(0.0, 1.0)) for b in blocks}
    near = {b.number: min(b.shape.distance(p) for _, p in stations) for b in blocks}
    ground = town_polygons()[town.name].area
    villages = VILLAGES.get(town.name, 0)
    committees = committees_by_town()[town.name]
    in_estates = residents_by_town()[town.name] * (1.0 - 0.75 * villages / committees)
    estates_m2 = min(in_estates / _PEOPLE_PER_KM2[town.tier] * 1e6, 0.72 * ground)
    plan = (
        (
            "commerce",
            _COMMERCE[town.tier] * ground,
            lambda b: near[b.number] / 500 + 0.5 * noise[b.number] - b.urbanity,
        ),
        (
            "works",
            _INDUSTRY[town.name] * ground,
            lambda b: (
                -_wave(b.shape.centroid.x, b.shape.centroid.y)
                + 0.25 * noise[b.number]
                - 0.7 * min(b.urbanity, 0.5)
            ),
        ),
        (
            "estate",
            estates_m2,
            lambda b: -b.urbanity + 0.13 * noise[b.number] + 0.05 * near[b.number] / 1_000,
        ),
        ("park", _PARKS[town.tier] * ground, lambda b: noise[b.number] - b.urbanity),
    )
    outer = sorted(
        (b for b in blocks if b.shape.area > 90_000),
        key=lambda b: (b.urbanity + 0.03 * noise[b.number], b.number),
    )
    use = dict.fromkeys([b.number for b in outer[: villages + (villages > 0)]], "field")
    for kind, quota, score in plan:
        for block in sorted(blocks, key=lambda b, s=score: (s(b), b.number)):
            if quota <= 0.0:
                break
            small = kind == "commerce" and block.shape.area > 260_000
            if block.number in use or small:
                continue
            use[block.number] = kind
            quota -= block.shape.area
    for block in blocks:
        rural = block.urbanity < 0.55 or (villages >= 8 and noise[block.number] > 0.2)
        use.setdefault(block.number, "field" if rural and villages else "vacant")
    return use
