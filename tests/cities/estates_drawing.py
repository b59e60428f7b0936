"""Hand drawings of walls, gates, rivers and crossings: metres in, OSM XML out.

Nothing of the package is imported here, so that the judge and the engine can read the same file.
Walk them at 6 km/h, a hundred metres a minute, and with legs of at most 30 m (RULES), so that no
leg cuts a corner; the file keeps seven decimals of a degree, which moves a node by up to 0.8 cm.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pyproj

from tests.cities.reading import drawn
from tests.judge.city import City, load_city

#: Metres round a point of Baoshan, so that drawings start at (0, 0); as in tests/cities/drawing.py.
FRAME = "+proj=tmerc +lat_0=31.4 +lon_0=121.4 +datum=WGS84 +units=m +no_defs"
RULES = {"speed_kmh": 6.0, "access_limit_m": 30.0, "access_detour": 1.4}
#: Minutes by which a node that the file has moved may change a walk of these drawings.
FILE_MINUTES = 0.002

STREET = "highway=residential"
PATH = "highway=footway"
PRIVATE = "highway=service access=private"
ESTATE = "landuse=residential barrier=wall"


@dataclass(frozen=True)
class Estates:
    """Nodes {id: (x, y)} in metres, ways {id: (nodes, tags)}, {id: "barrier=gate"} of nodes."""

    nodes: dict
    ways: dict
    spots: dict = field(default_factory=dict)

    def having(self, *, nodes=None, ways=None, spots=None):
        """Return the drawing with more, or other, nodes, ways and tags of nodes; None drops one."""
        changes = {"nodes": nodes or {}, "ways": ways or {}, "spots": spots or {}}
        merged = {key: getattr(self, key) | change for key, change in changes.items()}
        return replace(
            self, **{k: {i: v for i, v in d.items() if v is not None} for k, d in merged.items()}
        )

    def xml(self):
        """Return the drawing as the text of an .osm file."""
        project = pyproj.Transformer.from_crs(FRAME, "EPSG:4326", always_xy=True).transform
        lines = ['<osm version="0.6" generator="drawn by hand">']
        for node, (x, y) in sorted(self.nodes.items()):
            lon, lat = project(x, y)
            lines.append(f'<node id="{node}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">')
            lines += [*_tags(self.spots.get(node, "")), "</node>"]
        for way, (refs, tags) in sorted(self.ways.items()):
            lines.append(f'<way id="{way}" version="1">')
            lines += [f'<nd ref="{ref}"/>' for ref in refs]
            lines += [*_tags(tags), "</way>"]
        return "\n".join([*lines, "</osm>\n"])

    def write(self, path: Path) -> Path:
        """Write the drawing as an .osm file."""
        path.write_text(self.xml(), encoding="utf-8")
        return drawn(path)

    def city(self, folder: Path) -> City:
        """Return what the judge reads in the file, in metres of FRAME."""
        return load_city(self.write(folder / "drawn.osm"), FRAME)

    def lon_lat(self, places):
        """Return longitudes and latitudes (n, 2) of places (n, 2) in metres."""
        project = pyproj.Transformer.from_crs(FRAME, "EPSG:4326", always_xy=True).transform
        return np.stack(project(*np.asarray(places, float).reshape(-1, 2).T), axis=1)


def _tags(text):
    """Return tags written as "highway=service name=East~Road" as XML; ~ is a space."""
    for tag in text.split():
        key, value = tag.split("=", 1)
        yield f"<tag k={quoteattr(key)} v={quoteattr(value.replace('~', ' '))}/>"


# Two walled estates share a wall, x = 200. Each has one gate to the street in the south; their
# streets touch in the wall, at 7, where nobody passes.
#
#   24 ---------------- 23 ---------------- 26      y = 210
#    |                   |                   |
#    |      6 ---------- 7 ---------- 9      |      y = 100
#    |      |            |            |      |
#   21 ---- 5 --------- 22 ---------- 8 --- 25      y = 10     gates 5 and 8
#           |                         |
#   1 ----- 2 ----------------------- 3 ---- 4      y = 0
#   0      100          200          300    400
TWINS = Estates(
    nodes={
        1: (0, 0), 2: (100, 0), 3: (300, 0), 4: (400, 0), 5: (100, 10), 6: (100, 100),
        7: (200, 100), 8: (300, 10), 9: (300, 100), 21: (10, 10), 22: (200, 10), 23: (200, 210),
        24: (10, 210), 25: (390, 10), 26: (390, 210),
    },
    ways={
        10: ([1, 2, 3, 4], STREET),
        11: ([2, 5], STREET),
        12: ([3, 8], STREET),
        13: ([5, 6, 7], PRIVATE),
        14: ([8, 9, 7], PRIVATE),
        901: ([21, 22, 23, 24, 21], f"{ESTATE} name=West"),
        902: ([22, 25, 26, 23, 22], f"{ESTATE} name=East"),
    },
    spots={5: "barrier=gate", 8: "barrier=gate"},
)  # fmt: skip

# The same, and the western street goes on to a street in the north: at 31, in the wall, no gate
# is mapped.
#
#   33 -- 32 ------ 34      y = 220
#         |
#   24 -- 31 ------ 23      y = 210
#         6                 y = 100
TWINS_WITH_A_HOLE = TWINS.having(
    nodes={31: (100, 210), 32: (100, 220), 33: (0, 220), 34: (400, 220)},
    ways={15: ([6, 31], PRIVATE), 16: ([31, 32], STREET), 17: ([33, 32, 34], STREET)},
)

# Private streets 2 - 3 - 4 without a polygon or a wall. Public streets meet them at their two ends,
# 2 and 4.
#
#         4 ------- 5       y = 100
#         |         |
#         3         |       y = 50
#         |         |
#   1 --- 2 ------- 6 -- 7  y = 0
GROUP = Estates(
    nodes={
        1: (0, 0), 2: (100, 0), 3: (100, 50), 4: (100, 100), 5: (300, 100), 6: (300, 0),
        7: (400, 0),
    },
    ways={
        10: ([1, 2, 6, 7], STREET),
        12: ([2, 3], PRIVATE),
        11: ([3, 4], PRIVATE),
        13: ([6, 5, 4], STREET),
    },
)  # fmt: skip

# Two streets 40 m apart with a river between them.
#
#   3 --------------- 4     y = 40
#   ~ ~ 11 ~ ~ ~ 12 ~ ~     y = 20
#   1 --------------- 2     y = 0
RIVER = Estates(
    nodes={1: (0, 0), 2: (600, 0), 3: (0, 40), 4: (600, 40), 11: (-200, 20), 12: (800, 20)},
    ways={
        1: ([1, 2], STREET),
        2: ([3, 4], STREET),
        3: ([11, 12], "waterway=river name=Suzhou"),
    },
)
BRIDGE = RIVER.having(ways={4: ([2, 4], "highway=footway bridge=yes")})

# A path crosses a street with a signal at 2.
#
#          5                y = 50
#          |
#   1 ---- 2 ---- 3         y = 0
#          |
#          4                y = -50
CROSSING = Estates(
    nodes={1: (-200, 0), 2: (0, 0), 3: (200, 0), 4: (0, -50), 5: (0, 50)},
    ways={1: ([1, 2, 3], STREET), 2: ([4, 2, 5], PATH)},
    spots={2: "highway=crossing crossing=traffic_signals"},
)


def random_estates(seed):
    """Draw a bent grid of streets of all kinds with random walls, and points on and off them.

    Returns
    -------
    drawing : Estates
    places : array (60, 2), metres
    """
    rng = np.random.default_rng(seed)
    side, step = int(rng.integers(4, 8)), float(rng.choice([40.0, 70.0, 120.0]))
    number = np.arange(side * side).reshape(side, side) + 1
    nodes = {
        int(number[r, c]): tuple((np.array([c, r]) * step + rng.normal(0, step / 8, 2)).round(2))
        for r in range(side)
        for c in range(side)
    }
    kinds = [STREET, PATH, PRIVATE, f"{PATH} foot=private", "highway=steps", f"{PATH} bridge=yes",
             "highway=service service=driveway", "highway=footway footway=crossing",
             "highway=service access=private layer=1"]  # fmt: skip
    chance = [0.24, 0.18, 0.22, 0.1, 0.05, 0.05, 0.08, 0.06, 0.02]
    lines = [
        line[start:stop]
        for line in [*number, *number.T]
        for start, stop in [(0, side // 2 + 1), (side // 2, side)]
    ]
    ways = {
        k: ([int(n) for n in line], str(rng.choice(kinds, p=chance)))
        for k, line in enumerate(lines, start=1)
        if rng.random() < 0.9
    }
    tags = ["barrier=gate", "barrier=gate locked=yes", "barrier=lift_gate access=private",
            "highway=crossing", "highway=crossing crossing=traffic_signals"]  # fmt: skip
    spots = {int(n): str(rng.choice(tags)) for n in rng.choice(number.ravel(), side, replace=False)}
    size, extra = step * (side - 1), side * side + 1
    areas = [ESTATE, "landuse=industrial", "landuse=residential", "natural=water name=Pond"]
    rims = ["waterway=canal", "barrier=fence", "railway=rail", "highway=motorway"]
    for k in range(int(rng.integers(2, 7))):
        low, wide = rng.uniform(-step, size, 2), rng.uniform(step / 2, size / 2, 2)
        box = low + np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * wide
        refs = list(range(extra, extra + 4))
        nodes |= dict(zip(refs, (tuple(corner.round(2)) for corner in box), strict=True))
        extra += 4
        area = rng.random() < 0.7
        tag = str(rng.choice(areas, p=[0.4, 0.25, 0.25, 0.1]) if area else rng.choice(rims))
        ways[900 + k] = ([*refs, refs[0]] if area else refs[:3], tag)
    places = rng.uniform(-0.5 * step, size + 0.5 * step, (60, 2))
    near = np.array([nodes[int(n)] for n in rng.choice(number.ravel(), 30)])
    places[:30] = near + rng.normal(0, 15, near.shape)
    return Estates(nodes, ways, spots), places
