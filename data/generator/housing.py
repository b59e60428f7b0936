"""What people live in: bought homes, resettlement estates, village houses, by committee."""

from __future__ import annotations

import numpy as np

from .committees import Committee
from .outline import TOWNS

BOUGHT, RESETTLED, VILLAGE = "商品房", "动迁房", "村宅"
SHARE_RESETTLED = {
    "罗店镇": 0.34,
    "大场镇": 0.28,
    "杨行镇": 0.30,
    "月浦镇": 0.30,
    "罗泾镇": 0.36,
    "顾村镇": 0.38,
    "高境镇": 0.12,
    "庙行镇": 0.20,
    "淞南镇": 0.16,
}
"""Invented share of a town's residents' committees that are resettlement estates; else none."""


def classes(committees: list[Committee]) -> list[str]:
    """Class of housing of each committee, invented.

    Villages' committees have village houses. Of the others in a town those on its outskirts, with
    most ground beside their floor area, are resettlement estates, with some chance in it.
    """
    found = [VILLAGE if c.kind == "village" else BOUGHT for c in committees]
    for town in TOWNS:
        rows = [
            k for k, c in enumerate(committees) if c.town == town.name and c.kind == "residents"
        ]
        rng = np.random.default_rng((617, int(town.code)))
        ground = np.array([committees[k].shape.area / committees[k].floor_m2 for k in rows])
        score = np.log(ground) + rng.normal(0.0, 0.6, len(rows))
        count = round(SHARE_RESETTLED.get(town.name, 0.0) * len(rows))
        for k in np.argsort(-score, kind="stable")[:count]:
            found[rows[k]] = RESETTLED
    return found
