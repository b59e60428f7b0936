"""Invented people: committees and residents by town, workers, party members."""

from __future__ import annotations

from functools import cache

import numpy as np

from .outline import TOWNS

RESIDENTS = 2_270_000
COMMITTEES = 593
PARTY_MEMBERS = 100_000
WORKERS_INDUSTRIAL = 410_000
WORKERS_COMMERCIAL = 260_000
VILLAGES = {
    "罗店镇": 22,
    "罗泾镇": 22,
    "顾村镇": 17,
    "月浦镇": 16,
    "杨行镇": 15,
    "大场镇": 8,
    "庙行镇": 2,
    "淞南镇": 1,
}
"""Villages by town, 103 in all, mostly in the north."""


ELDERLY = {
    "友谊路街道": 0.34,
    "吴淞街道": 0.37,
    "张庙街道": 0.39,
    "罗店镇": 0.19,
    "大场镇": 0.26,
    "杨行镇": 0.23,
    "月浦镇": 0.27,
    "罗泾镇": 0.31,
    "顾村镇": 0.20,
    "高境镇": 0.33,
    "庙行镇": 0.29,
    "淞南镇": 0.35,
}
"""Invented share of the elderly among each town's residents."""


def largest_remainder(weights: list[float], total: int) -> list[int]:
    """Whole numbers in proportion to weights that sum to the total; ties to the earlier."""
    exact = np.array(weights, dtype=float) / sum(weights) * total
    whole = np.floor(exact).astype(int)
    rest = np.lexsort((np.arange(len(weights)), -(exact - whole)))
    whole[rest[: total - int(whole.sum())]] += 1
    return [int(n) for n in whole]


@cache
def committees_by_town() -> dict[str, int]:
    """Committees of each town, scaled from those listed to 593."""
    counts = largest_remainder([t.committees for t in TOWNS], COMMITTEES)
    return {t.name: n for t, n in zip(TOWNS, counts, strict=True)}


@cache
def residents_by_town() -> dict[str, int]:
    """Residents of each town in proportion to its committees."""
    counts = largest_remainder([float(n) for n in committees_by_town().values()], RESIDENTS)
    return {t.name: n for t, n in zip(TOWNS, counts, strict=True)}


def party_members_by_town() -> dict[str, int]:
    """Party members of each town in proportion to its residents."""
    counts = largest_remainder([float(n) for n in residents_by_town().values()], PARTY_MEMBERS)
    return {t.name: n for t, n in zip(TOWNS, counts, strict=True)}


_WORK = {
    "友谊路街道": (14, 30),
    "吴淞街道": (22, 22),
    "张庙街道": (6, 16),
    "罗店镇": (42, 16),
    "大场镇": (62, 46),
    "杨行镇": (70, 30),
    "月浦镇": (78, 14),
    "罗泾镇": (34, 6),
    "顾村镇": (48, 34),
    "高境镇": (10, 20),
    "庙行镇": (8, 12),
    "淞南镇": (26, 14),
}
"""Invented weights of each town's industrial and commercial workers."""


def workers_by_town() -> dict[str, dict[str, int]]:
    """Workers of each town by kind, invented."""
    names = [t.name for t in TOWNS]
    totals = {"industrial": WORKERS_INDUSTRIAL, "commercial": WORKERS_COMMERCIAL}
    return {
        kind: dict(
            zip(names, largest_remainder([float(_WORK[n][k]) for n in names], total), strict=True)
        )
        for k, (kind, total) in enumerate(totals.items())
    }
