"""Random small cities with walls: estates in the blocks of a grid of streets, gates, a river."""

from __future__ import annotations

import numpy as np

from tests.cities.estates_drawing import Estates

SIDE_M = 150.0


class _Sheet:
    """Collects nodes and ways, numbered from 1."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.ways, self.spots = {}, {}, {}

    def node(self, x, y):
        number = len(self.nodes) + 1
        self.nodes[number] = (round(float(x), 2), round(float(y), 2))
        return number

    def way(self, refs, tags):
        self.ways[len(self.ways) + 1] = (refs, tags)

    def chance(self, share):
        return self.rng.random() < share


def walled_city(seed: int) -> Estates:
    """Draw a city of 3 x 3 blocks in [0, 450] x [0, 450] metres; the same seed, the same city."""
    sheet = _Sheet(seed)
    rng = sheet.rng
    corners = {
        (i, j): sheet.node(*(np.array([i, j]) * SIDE_M + rng.uniform(-15, 15, 2)))
        for i in range(4)
        for j in range(4)
    }
    middles = {}  # (block corner, direction) -> a node amid that street
    for (i, j), start in corners.items():
        for step in ((1, 0), (0, 1)):
            end = corners.get((i + step[0], j + step[1]))
            if end is None or sheet.chance(0.12):
                continue
            a, b = np.array(sheet.nodes[start]), np.array(sheet.nodes[end])
            middle = middles[i, j, step] = sheet.node(*(a + (b - a) * rng.uniform(0.3, 0.7)))
            oneway = " oneway=yes" if sheet.chance(0.3) else ""
            sheet.way([start, middle, end], f"highway=residential{oneway}")
            if sheet.chance(0.1):
                sheet.spots[middle] = "barrier=gate access=no"
    for corner in corners.values():
        if sheet.chance(0.3):
            sheet.spots[corner] = "highway=crossing crossing=traffic_signals"
    for i in range(3):
        for j in range(3):
            if sheet.chance(0.8):
                _estate(sheet, i, j, middles)
    if sheet.chance(0.5):
        bend = sheet.node(*rng.uniform(0.3, 2.7, 2) * SIDE_M)
        y = sheet.nodes[bend][1]
        sheet.way([sheet.node(-50, y), bend, sheet.node(520, y + 60)], "waterway=river")
    return Estates(sheet.nodes, sheet.ways, sheet.spots)


def _estate(sheet, i, j, middles):
    """Draw one estate: its outline, its streets, and paths through the wall to the streets."""
    rng, inset = sheet.rng, sheet.rng.uniform(18, 30)
    low = np.array([i, j]) * SIDE_M + inset
    size = SIDE_M - 2 * inset
    middle = sheet.node(*rng.uniform(low + 25, low + size - 25))
    private = str(rng.choice(["highway=service access=private", "highway=footway access=private"]))
    sides = {
        (0.5, 0): (i, j, (1, 0)), (0.5, 1): (i, j + 1, (1, 0)),
        (0, 0.5): (i, j, (0, 1)), (1, 0.5): (i + 1, j, (0, 1)),
    }  # fmt: skip
    for share, street in sides.items():
        inner = sheet.node(*(low + 12 + (size - 24) * np.array(share)))
        sheet.way([middle, inner], private)
        if street not in middles or sheet.chance(0.5):
            continue
        door = sheet.node(*(low + size * np.array(share)))
        sheet.way([inner, door], private)
        sheet.way([door, middles[street]], "highway=footway")
        kind = rng.random()
        if kind < 0.3:
            sheet.spots[door] = "barrier=gate access=private"
        elif kind < 0.5:
            sheet.spots[door] = "barrier=gate locked=yes"
    if sheet.chance(0.9):  # else private streets without a polygon
        ring = [sheet.node(*(low + size * np.array(c))) for c in ((0, 0), (1, 0), (1, 1), (0, 1))]
        wall = " barrier=wall" if sheet.chance(0.7) else ""
        sheet.way([*ring, ring[0]], f"landuse=residential{wall}")
