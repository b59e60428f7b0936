"""Toilets, benches, water and shelters beside streets near the sites of routes; all invented."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import Point

from .canvas import Tags
from .district import District
from .outings import Site
from .services import STREETS, find_beside, taken_ground

SEED = 61
KINDS: tuple[tuple[str, Tags, float], ...] = (
    ("公共厕所", {"amenity": "toilets", "access": "yes"}, 0.55),
    ("", {"amenity": "bench"}, 0.60),
    ("饮水点", {"amenity": "drinking_water"}, 0.20),
    ("", {"amenity": "shelter"}, 0.25),
)
"""Ending of the name, tags, and how many of the sites have one near."""


def draw_comfort(drawn: District, sites: list[Site]) -> None:
    """Draw what helps a group on its way; nothing drawn before is moved by it."""
    streets = [line for line, tags in drawn.canvas.streets
               if tags["highway"] in STREETS and "access" not in tags]  # fmt: skip
    tree, taken = shapely.STRtree(streets), taken_ground(drawn.canvas)
    used = {(x, y) for x, y, _ in drawn.canvas.points}
    for number, site in enumerate(sites):
        rng = np.random.default_rng((SEED, number))
        for ending, tags, share in KINDS:
            near = Point(site.x, site.y)
            if rng.random() > share:
                continue
            spot = find_beside(streets[int(tree.nearest(near))], near, taken, rng)
            if spot is not None and (float(spot[0]), float(spot[1])) not in used:
                used.add((float(spot[0]), float(spot[1])))
                named = {**tags, "name": site.name + ending} if ending else tags
                drawn.canvas.points.append((float(spot[0]), float(spot[1]), named))
