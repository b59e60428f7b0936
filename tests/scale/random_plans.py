"""Random small plans that ask a bit of everything, on random cities with nasty borders."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry import box

from planner.coverage.facilities import OPEN, PLANNED
from tests.cities.drawing import FRAME
from tests.cities.estates_drawing import Estates
from tests.cities.hills import write_hills
from tests.cities.small_plan import write_table
from tests.cities.walled_city import walled_city

#: From one walled city of 450 m to the next, metres.
STEP_M = 500.0
HOURS = (
    "", "Mo-Fr 09:00-17:00", "24/7", "Sa-Su 10:00-16:00", "perhaps", '"by appointment"',
    "Mo-Su 20:00-02:00",
)  # fmt: skip
SERVICES = ("", "政务=Mo-Fr 09:00-12:00 | 文体", "为老", "文体 | 为老=24/7")
#: Where a row of facilities has its status.
_STATUS = 9
#: Ways of a kind of their own: who walks there, what is aloft, what has hours.
PATHS = (
    "highway=footway", "highway=steps", "highway=primary bridge=yes layer=1",
    "highway=footway tunnel=yes layer=-1", "highway=footway bridge=yes layer=1",
    "highway=cycleway oneway=yes", "highway=service access=private",
    "highway=path wheelchair=no", "highway=footway opening_hours=Mo-Fr~06:00-20:00",
    "highway=residential oneway=yes name=Long~Street", "highway=footway access=no",
)  # fmt: skip
PLACES = (
    "highway=bus_stop name=Stop", "amenity=school name=School", "place=neighbourhood name=Quarter",
    "shop=supermarket name=Market", "barrier=gate", "barrier=stile",
)  # fmt: skip
LAND = (
    "landuse=residential name=Garden", "landuse=industrial", "landuse=commercial",
    "landuse=retail barrier=fence", "building=apartments building:levels=6", "natural=water",
    "highway=pedestrian area=yes", "amenity=school barrier=wall", "leisure=park",
)  # fmt: skip


@dataclass
class RandomPlan:
    """A plan on a random city, written into a folder; `text` is what its plan.toml says."""

    folder: Path
    rng: np.random.Generator
    size: tuple[float, float] = (0.0, 0.0)
    nodes: dict = field(default_factory=dict)
    ways: dict = field(default_factory=dict)
    spots: dict = field(default_factory=dict)

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def places(self, count: int, *, beyond_m: float = 30.0) -> np.ndarray:
        """Return places anywhere, of which some stand exactly where tiles will meet."""
        high = np.array(self.size)
        xy = self.rng.uniform(-beyond_m, high + beyond_m, (count, 2))
        for axis in (0, 1):
            on_line = self.rng.random(count) < 0.15
            xy[on_line, axis] = high[axis] * self.rng.choice([1 / 3, 0.5, 2 / 3], on_line.sum())
        return xy.round(2)


def write_random_plan(folder: Path, seed: int) -> Path:
    """Write a plan and all it names into a folder; return the path of plan.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = RandomPlan(folder, np.random.default_rng(seed))
    _draw_city(plan, seed)
    text = ['name = "random"', 'language = "en"', "[area]", *_write_area(plan)]
    text += ["[network]", 'osm = "streets.osm"', f"access_limit_m = {plan.rng.choice([30, 60])}"]
    if plan.chance(0.4):
        gates = [
            (f"G{k}", hours, who, *xy)
            for k, (hours, who, xy) in enumerate(
                zip(
                    plan.rng.choice(["", "06:00-22:00"], 4),
                    plan.rng.choice(["everyone", "residents", "nobody", "elderly"], 4),
                    plan.places(4).tolist(),
                    strict=True,
                )
            )
        ]
        write_table(folder / "gates.csv", "gate_id,hours,who", gates)
        text.append('gates = "gates.csv"')
    if plan.chance(0.4):
        _write_hills(plan)
        text += [
            'elevation = "dem.tif"',
            f'direction = "{plan.rng.choice(["to", "from", "both"])}"',
        ]
    text += _write_facilities(plan)
    text += _write_people(plan)
    text += _ask(plan, ruled='towns = "towns.geojson"' in text)
    path = folder / "plan.toml"
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def _draw_city(plan: RandomPlan, seed: int) -> None:
    """Draw walled cities side by side, streets between them, and ways and areas across all."""
    rng = plan.rng
    columns, rows = rng.integers(1, 4), rng.integers(1, 3)
    plan.size = (columns * STEP_M - 50, rows * STEP_M - 50)
    corners = {}
    for i in range(columns):
        for j in range(rows):
            number = i * int(rows) + j
            city, first = walled_city(seed * 10 + number), 1000 * number
            shift = np.array([i, j]) * STEP_M
            for node, xy in city.nodes.items():
                plan.nodes[first + node] = tuple((np.array(xy) + shift).round(2).tolist())
            for way, (refs, tags) in city.ways.items():
                plan.ways[first + way] = ([first + ref for ref in refs], tags)
            plan.spots |= {first + node: tags for node, tags in city.spots.items()}
            # The corners of its grid are its first nodes, column by column.
            corners[i, j] = [[first + 1 + 4 * a + b for b in range(4)] for a in range(4)]
    for (i, j), own in corners.items():
        for other, pairs in (
            ((i + 1, j), [(own[3][b], 0, b) for b in range(4)]),
            ((i, j + 1), [(own[a][3], a, 0) for a in range(4)]),
        ):
            if other in corners:
                for node, a, b in pairs:
                    if plan.chance(0.6):
                        _add_way(plan, [node, corners[other][a][b]], "highway=residential")
    known = [node for of_city in corners.values() for column in of_city for node in column]
    # The corners of the extract, so that borders of tiles lie where `places` expects them.
    ends = [_add_node(plan, xy) for xy in ((0.0, 0.0), plan.size)]
    for end in ends:
        _add_way(plan, [end, int(rng.choice(known))], "highway=footway")
    for _ in range(rng.integers(2, 9)):
        through = [int(rng.choice(known)), *(_add_node(plan, xy) for xy in plan.places(2)),
                   int(rng.choice(known))]  # fmt: skip
        _add_way(plan, through[: rng.integers(2, 5)], str(rng.choice(PATHS)))
    for _ in range(rng.integers(0, 4)):  # islands
        a, b = plan.places(2)
        end = _add_node(plan, a + (b - a) * rng.choice([0.05, 1.0]))
        _add_way(plan, [_add_node(plan, a), end], "highway=footway")
    middle = np.array(plan.size) / 2
    ring = [_add_node(plan, middle + 40 * np.array(c)) for c in ((0, 0), (1, 0), (1, 1), (0, 1))]
    _add_way(plan, [*ring, ring[0]], "landuse=commercial")
    for _ in range(rng.integers(1, 7)):
        xy, size = plan.places(1)[0], rng.uniform(10, 250, 2)
        ring = [_add_node(plan, xy + size * c) for c in ((0, 0), (1, 0), (1, 1), (0, 1))]
        tags = str(rng.choice(LAND))
        _add_way(plan, [*ring, ring[0]], tags)
        if plan.chance(0.5) and "pedestrian" in tags:
            _add_way(plan, [ring[0], int(rng.choice(known))], "highway=footway")
    for _ in range(rng.integers(0, 3)):  # rivers and walls
        line = [_add_node(plan, xy) for xy in plan.places(3, beyond_m=100)]
        _add_way(plan, line, str(rng.choice(["waterway=river", "barrier=wall", "barrier=fence"])))
    for _ in range(rng.integers(0, 8)):
        if plan.chance(0.5):
            plan.spots[_add_node(plan, plan.places(1)[0])] = str(rng.choice(PLACES))
        else:
            plan.spots[int(rng.choice(list(plan.nodes)))] = str(rng.choice(PLACES))
    Estates(plan.nodes, plan.ways, plan.spots).write(plan.folder / "streets.osm")


def _add_node(plan: RandomPlan, xy) -> int:
    node = max(plan.nodes) + 1
    plan.nodes[node] = tuple(np.round(np.asarray(xy, float), 2).tolist())
    return node


def _add_way(plan: RandomPlan, refs: list[int], tags: str) -> None:
    # Numbered by chance: the order of ways says nothing of where they lie.
    way = int(plan.rng.integers(10_000, 1_000_000))
    plan.ways[way] = (refs, tags)


def _write_layer(path: Path, rows: dict) -> None:
    gpd.GeoDataFrame(rows, crs=FRAME).to_crs(4326).to_file(path)


def _write_area(plan: RandomPlan) -> list[str]:
    """Write area, towns and committees; return their keys."""
    width, height = plan.size
    lines = []
    area = box(-60, -60, width + 60, height + 60)
    bounded = plan.chance(0.8)
    if bounded:
        if plan.chance(0.5):
            cut_m = plan.rng.uniform(0, 150, 4)
            area = box(cut_m[0], cut_m[1], width - cut_m[2], height - cut_m[3])
        _write_layer(plan.folder / "area.geojson", {"name": ["A"], "geometry": [area]})
        lines.append('boundary = "area.geojson"')
    if not bounded or plan.chance(0.7):
        lines.append('known = "everywhere"')
    if bounded and plan.chance(0.8):
        x, y = width * plan.rng.choice([0.5, 0.41]), height * plan.rng.choice([0.5, 0.6])
        shapes = {
            "West": ("town", box(-60, -60, x, height + 60)),
            "East & <b>": ("village", box(x, -60, width + 60, y)),
            "东北": ("street", box(x, y, width - 40, height + 60)),
        }
        names = list(shapes)[: plan.rng.integers(1, 4)]
        _write_layer(
            plan.folder / "towns.geojson",
            {"name": names, "tier": [shapes[n][0] for n in names],
             "geometry": [shapes[n][1].intersection(area) for n in names]},
        )  # fmt: skip
        lines.append('towns = "towns.geojson"')
    if plan.chance(0.4):
        edges = np.linspace(-60, width + 60, 5)
        _write_layer(
            plan.folder / "committees.geojson",
            {"name": list("ABCD"), "facility_id": ["F0", "", "", "F0"],
             "geometry": [box(a, -60, b, height + 60)
                          for a, b in pairwise(edges)]},
        )  # fmt: skip
        lines.append('committees = "committees.geojson"')
    return lines


def _write_hills(plan: RandomPlan) -> None:
    a, b = plan.rng.uniform(60, 400, 2)
    high = plan.rng.uniform(2, 30)
    covered = (plan.size[0] + 400) * plan.rng.choice([1.0, 1.0, 0.6])
    write_hills(
        plan.folder / "dem.tif", lambda x, y: high * (2 + np.sin(x / a) + np.cos(y / b)),
        low=(-400, -400), high=(covered, plan.size[1] + 400),
        cell=float(plan.rng.choice([10, 30])),
    )  # fmt: skip


def _write_facilities(plan: RandomPlan) -> list[str]:
    count, rng = int(plan.rng.integers(1, 10)), plan.rng
    yes_or_not = ("", "", "yes", "no")
    places = plan.places(count, beyond_m=150)
    places[0] = np.clip(places[0], 160, np.array(plan.size) - 160)
    rows = [
        (f"F{k}", f"Station {k}", rng.choice(["main", "branch", "odd", ""]),
         rng.choice(["a", "b"]), f'"{hours}"' if '"' not in hours else "",
         rng.choice(SERVICES), rng.choice(["", "30", "60"]), rng.choice(yes_or_not),
         rng.choice(["", "", "", "yes"]), rng.choice(["", "open", "planned"], p=[0.4, 0.5, 0.1]),
         *xy)
        for k, (hours, xy) in enumerate(
            zip(rng.choice(HOURS, count), places.tolist(), strict=True)
        )
    ]  # fmt: skip
    if all(row[_STATUS] == PLANNED for row in rows):  # a plan without a station in use is refused
        rows[0] = (*rows[0][:_STATUS], OPEN, *rows[0][_STATUS + 1 :])
    heading = (
        "facility_id,name,level,domain,opening_hours,services,capacity,open_to_outsiders,"
        "approximate,status"
    )
    write_table(plan.folder / "facilities.csv", heading, rows)
    complete = ["complete = true"] if plan.chance(0.6) else []
    return ["[facilities]", 'table = "facilities.csv"', *complete]


def _write_people(plan: RandomPlan) -> list[str]:
    rng, lines = plan.rng, []
    kinds = [("residential", 150), ("industrial", 30)]
    for kind, count in kinds[: rng.integers(1, 3)]:
        numbers = np.where(
            rng.random(count) < 0.8, rng.integers(0, 90, count), rng.uniform(0, 9, count).round(2)
        )
        rows = [
            (f"{kind[0]}{k}", f"{n:g}", *xy)
            for k, (n, xy) in enumerate(zip(numbers, plan.places(count).tolist(), strict=True))
        ]
        write_table(plan.folder / f"{kind}.csv", "id,people", rows)
        lines += ["[[demand]]", f'kind = "{kind}"', f'table = "{kind}.csv"', 'people = "people"']
    if plan.chance(0.4):
        lines += ["[[demand]]", 'kind = "commercial"', "osm = true", "people_per_hectare = 123.4"]
    return lines


def _ask(plan: RandomPlan, *, ruled: bool) -> list[str]:
    """Return the questions; ruled: there are towns, of whose tier a rule may be."""
    rng = plan.rng
    slow = float(rng.choice([1.5, 3.0, 5.0]))
    lines = ["[service]", "cutoffs_minutes = [2, 4.5]", 'profile = "slow"']
    profiles = ["elderly", "wheelchair", "bicycle", "stroller"]
    chosen = [name for name in profiles if plan.chance(0.25)]
    lines.append(f"profiles = {chosen}".replace("'", '"'))
    moments = [name for name in ("weekday_morning", "saturday", "night") if plan.chance(0.3)]
    lines.append(f"moments = {moments}".replace("'", '"'))
    if plan.chance(0.4):
        lines.append("targets = { residential = 0.5 }")
    if plan.chance(0.3):
        lines.append(f"gap_join_m = {rng.choice([60, 150])}")
    vehicle = 'vehicle = "bicycle"\n' if plan.chance(0.15) else ""
    lines += ["[[profiles]]", 'name = "slow"', f"{vehicle}speed_kmh = {slow}", "gate_s = 5"]
    if plan.chance(0.4):
        lines += ["[[groups]]", 'name = "old"', "share = 0.17", 'profile = "elderly"']
    if plan.chance(0.3):
        lines += ["[uncertainty]", f"repeats = {rng.integers(1, 4)}"]
    lines += _name_conditions(plan)
    if ruled and plan.chance(0.5):
        lines += [
            "[[rules]]", 'id = "near"', 'tier = "town"', 'level = "main"', 'profile = "slow"',
            "cutoff_minutes = 3", "target = 0.6", 'source = "a test"', 'status = "assumption"',
            "[[rules]]", 'id = "metres"', 'tier = "town"', 'level = "any"', "cutoff_m = 120",
            'moment = "night"', 'source = "a test"', 'status = "assumption"',
        ]  # fmt: skip
    return lines


def _name_conditions(plan: RandomPlan) -> list[str]:
    """Write what conditions name; return their sections."""
    lines = []
    if plan.chance(0.4):
        lines += ["[[conditions]]", 'name = "ice"', 'closed_highways = ["steps"]',
                  "crossing_delay = 1.5", "[[conditions.speeds]]", "factor = 0.7"]  # fmt: skip
        if plan.chance(0.5):
            lines += ["[[conditions.speeds]]", 'profiles = ["slow"]',
                      'highways = ["residential"]', "factor = 0.8"]  # fmt: skip
    if plan.chance(0.4):
        low = plan.places(1)[0]
        wet = box(*low, *(low + plan.rng.uniform(60, 400, 2)))
        _write_layer(plan.folder / "wet.geojson", {"name": ["wet"], "geometry": [wet]})
        lines += ["[[conditions]]", 'name = "flood"', 'closed_area = "wet.geojson"']
        lines.append(f"close_facilities = {plan.rng.choice(['true', 'false'])}")
        if plan.chance(0.3):
            lines.append("close_elevated = false")
    return lines
