"""Premises that the towns could offer: idle shopfronts, land, and stations with room to grow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point

from .district import SEED, District
from .facilities import Station
from .services import STREETS, find_beside, taken_ground

OFFERED = 54
"""Idle premises and pieces of land, all of them invented."""
FAR_M = 650.0
"""More than half of them are offered where the next station is farther than this."""
GROWING = 6
"""Stations of committees that could be enlarged or upgraded."""
_KINDS = (
    ("沿街闲置用房", "convert", 90, 260),
    ("沿街闲置用房", "convert", 120, 320),
    ("待建地块", "new", 320, 480),
)


@dataclass(frozen=True)
class Premises:
    """A row of the table of candidate sites; x and y are metres of the drawing."""

    site_id: str
    name: str
    x: float
    y: float
    action: str
    cost: int
    capacity: int


def offered(drawn: District, stations: list[Station]) -> list[Premises]:
    """Premises at the side of streets near homes anywhere, and stations that could grow."""
    streets = [line for line, tags in drawn.canvas.streets if tags["highway"] in STREETS]
    tree, taken = shapely.STRtree(streets), taken_ground(drawn.canvas)
    homes = [place for place in drawn.places if place.floor_m2 > 0]
    rng = np.random.default_rng((SEED, 22))
    near = shapely.MultiPoint([(s.x, s.y) for s in stations if s.status == "open"])
    far = np.array([near.distance(Point(place.gate)) > FAR_M for place in homes])
    order = rng.permutation(len(homes))
    some, most = order[~far[order]][: OFFERED // 2], order[far[order]]
    found: list[Premises] = []
    for k in [*some.tolist(), *most.tolist()]:
        gate = Point(homes[k].gate)
        spot = find_beside(streets[int(tree.nearest(gate))], gate, taken, rng)
        if spot is None:
            continue
        if len(found) == OFFERED:
            break
        title, action, cost, capacity = _KINDS[len(found) % len(_KINDS)]
        found.append(
            Premises(
                f"BX-{len(found) + 1:03d}",
                homes[k].name + title,
                float(spot[0]),
                float(spot[1]),
                action,
                round(cost * float(rng.uniform(0.8, 1.25))),
                round(capacity * float(rng.uniform(0.7, 1.3)) / 10) * 10,
            )
        )
    own = [s for s in stations if s.level == "neighbourhood" and s.status == "open"]
    for number, k in enumerate(rng.choice(len(own), GROWING, replace=False).tolist(), start=1):
        action, title, cost = ("enlarge", "扩建", 60) if number % 2 else ("upgrade", "提升改造", 25)
        station = own[k]
        found.append(
            Premises(
                f"BX-G{number:02d}", station.name + title, station.x, station.y, action, cost, 120
            )
        )
    return found
