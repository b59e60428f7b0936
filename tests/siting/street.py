"""A street of four kilometres with one station in its middle, and candidates along it."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from planner.run import Result, run_plan
from tests.cities.drawing import FRAME, Drawing
from tests.cities.small_plan import CROSS, inputs_of

DEMAND = """
[[demand]]
kind = "residential"
table = "people.csv"
people = "people"
[[demand]]
kind = "industrial"
table = "workers.csv"
people = "people"
"""
# An adult walks a thousand metres in fifteen minutes. The station at 0 serves from -1000 to 1000.
#
#     a    b              c   F   c          d    e
#   -1900 -1500         -500  0  500       1500  1900
PEOPLE = [
    ("a", 100, -1900, 0),
    ("b", 200, -1500, 0),
    ("c", 1000, 500, 0),
    ("d", 300, 1500, 0),
    ("e", 60, 1900, 0),
]
WORKERS = [("w", 40, -1600, 0)]
# Paths far off say how far the data reach: nobody here is near their edge.
FAR = {10 + k: place for k, place in enumerate([
    (-6000, -6000), (-6000, -5900), (6000, -6000), (6000, -5900),
    (-6000, 6000), (-6000, 5900), (6000, 6000), (6000, 5900),
])}  # fmt: skip
STREETS = Drawing(
    CROSS.nodes | FAR, [*CROSS.ways, *([[k, k + 1], "highway=footway"] for k in range(10, 18, 2))]
)
WEST, EAST = shapely.box(-2100, -1100, 0, 1100), shapely.box(0, -1100, 2100, 1100)
# site_id -> x, cost, score: A and W reach the same people, and so do B and C.
SITES = {"A": (-1700, 3, 0.5), "B": (1700, 3, 0.4), "C": (1300, 3, 0.9), "W": (-1950, 1, 0.1)}


def candidates(sites=None, crs=FRAME, **columns) -> gpd.GeoDataFrame:
    """Candidates on the street, in the columns of find_candidates."""
    sites = SITES if sites is None else sites
    x, cost, score = np.array(list(sites.values()), dtype=float).reshape(-1, 3).T
    table = {
        "site_id": list(sites), "name": [f"corner {name}" for name in sites], "source": "table",
        "action": "new", "cost": cost, "capacity": np.nan, "domain": "community",
        "town": np.where(x < 0, "West", "East"), "highway": "footway", "score": score,
    } | columns  # fmt: skip
    points = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, 0 * x), crs=FRAME)
    return points.to_crs(crs)


def street_inputs(folder: Path, **options):
    """Write the plan of the street and read it."""
    options = {
        "drawing": STREETS,
        "tables": {"people.csv": PEOPLE, "workers.csv": WORKERS},
        "area": shapely.union(WEST, EAST),
        "towns": {"West": WEST, "East": EAST},
    } | options
    return inputs_of(folder, DEMAND, **options)


def street_run(folder: Path, **options) -> Result:
    """Run the plan of the street."""
    folder.mkdir(parents=True, exist_ok=True)
    return run_plan(street_inputs(folder, **options))
