"""Random small cities whose people come from every kind of source that a plan may name."""

from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry import box

from planner.sources.inputs import Inputs
from tests.cities.drawing import FRAME, Drawing
from tests.cities.rasters import write_raster
from tests.cities.small_plan import CROSS, inputs_of, lonlat

#: Outside it lies the ring of 1.5 km, where nobody is counted.
AREA = box(-500, -500, 500, 500)
#: The south of the area is in no town.
TOWNS = {"West": box(-500, -400, 0, 500), "East": box(0, -400, 500, 500)}
_DEMAND = """
[[demand]]
kind = "residential"
table = "homes.csv"
people = "people"
class = "housing"
[[demand]]
kind = "residential"
osm = true
town_totals = "totals.csv"
class_zones = "classes.geojson"
[[demand]]
kind = "industrial"
osm = true
people_per_hectare = 33.3
[[demand]]
kind = "commercial"
table = "shops.csv"
people = "people"
[[demand]]
kind = "residential"
polygons = "committees.geojson"
people = "residents"
[[demand]]
kind = "residential"
raster = "people.tif"
[[demand]]
kind = "industrial"
raster = "people.tif"
raster_unit = "people_per_km2"
osm = true
"""


def random_people(folder: Path, seed: int) -> Inputs:
    """Write a random city round the crossroads, and read it."""
    random = np.random.default_rng(seed)
    _write_tables(folder, random)
    shapes = [box(x, y, x + 240, y + 240) for x in (-600, -350, 0, 260) for y in (-550, -100, 200)]
    rows = {
        "name": [f"C{n}" for n in range(len(shapes))],
        # Whole people, and fractions of them.
        "residents": [int(n) if n % 3 else n / 7 for n in random.integers(0, 900, len(shapes))],
    }
    gpd.GeoDataFrame(rows, geometry=shapes, crs=FRAME).to_crs(4326).to_file(
        folder / "committees.geojson"
    )
    halves = {"class": ["old", "new"]}
    sides = [box(-500, -500, -100, 500), box(-150, -300, 400, 500)]
    gpd.GeoDataFrame(halves, geometry=sides, crs=FRAME).to_crs(4326).to_file(
        folder / "classes.geojson"
    )
    values = random.integers(0, 40, (7, 8)) / 2
    place = {"west": -610, "north": 580, "cell": 150, "crs": FRAME.to_wkt()}
    write_raster(folder / "people.tif", values.tolist(), **place)
    totals = [("West", "residential", int(random.integers(1, 5000))), ("East", "industrial", 5)]
    return inputs_of(folder, _DEMAND, drawing=_draw(random), area=AREA, towns=TOWNS, totals=totals)


def _write_tables(folder: Path, random: np.random.Generator) -> None:
    """Write people at points: some empty, some in the ring, some outside, some without a place."""
    for name, rows in (("homes.csv", 23), ("shops.csv", 9)):
        lines = ["id,people,housing,lon,lat"]
        for row in range(rows):
            x, y = random.uniform(-700, 700, 2) if row % 5 else random.uniform(-4000, 4000, 2)
            lon, lat = lonlat(x, y)
            people = "" if row % 7 == 3 else f"{random.uniform(0, 30):.2f}"
            place = f"{lon},{lat}" if row % 11 != 4 else "?,"
            lines.append(f"{row},{people},{random.choice(['old', 'new', ''])},{place}")
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _draw(random: np.random.Generator) -> Drawing:
    """Draw zones that overlap, some with buildings, some of which stand on a border."""
    nodes, ways = dict(CROSS.nodes), list(CROSS.ways)

    def add(x: float, y: float, wide: float, high: float, tags: str) -> None:
        """Add a rectangle."""
        first = 100 + 4 * len(ways)
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
        nodes.update({first + n: corner for n, corner in enumerate(corners)})
        ways.append(([*range(first, first + 4), first], tags, 1000 - 7 * len(ways)))

    for x in range(-600, 500, 240):
        for y in range(-600, 500, 300):
            use = random.choice(["residential", "residential", "industrial", "retail"])
            wide, high = random.uniform(60, 290, 2)
            add(x, y, wide, high, f"landuse={use}")
            for _ in range(int(random.choice([0, 1, 5]))):
                at_x, at_y = x + random.uniform(-10, wide), y + random.uniform(-10, high)
                levels = random.choice(["", " building:levels=5"])
                add(at_x, at_y, *random.uniform(5, 40, 2), f"building=yes{levels}")
    return Drawing(nodes, ways)
