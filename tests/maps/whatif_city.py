"""A drawn city whose page works out scenarios: two walled estates, a river and a bridge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from shapely.geometry import box

from planner.case import build_case
from planner.cli.map_jobs import make_map_saver, take_result
from planner.run import run_plan
from tests.cities.estates_drawing import TWINS_WITH_A_HOLE
from tests.cities.small_plan import inputs_of

if TYPE_CHECKING:
    from pathlib import Path

    from planner.case import Case

#: The two walled estates, of which one has a hole in the north; east of them a river, which only a
#: footbridge crosses, and a street behind it.
#
#   33 -- 32 ------ 34          ~                      y = 220
#   24 -- 31 ------ 23 - 26     ~
#    |  West  |  East  |        ~
#   21 -- 5 - 22 - 8 - 25       ~
#   1 --- 2 ------ 3 --- 4 --- 41 ==== 42 --- 43       y = 0     bridge 41 - 42
#                               ~  440  460   700
CITY = TWINS_WITH_A_HOLE.having(
    nodes={
        41: (440, 0),
        42: (480, 0),
        43: (700, 0),
        44: (700, 220),
        45: (460, -300),
        46: (460, 500),
        47: (520, 120),
    },
    ways={
        30: ([4, 41], "highway=residential"),
        31: ([41, 42], "highway=footway bridge=yes"),
        32: ([42, 43, 44], "highway=residential"),
        33: ([42, 47], "highway=steps"),
        34: ([45, 46], "waterway=river name=Suzhou"),
    },
)
PLAN = """
[[demand]]
kind = "residential"
table = "homes.csv"
people = "people"
[[demand]]
kind = "commercial"
table = "shops.csv"
people = "people"
"""
GROUPS = """
[[groups]]
name = "couriers"
kind = "commercial"
profile = "ebike"
share = 0.03
[[groups]]
name = "children"
profile = "wheelchair"
share = 0.11
"""
SERVICE = (
    'cutoffs_minutes = [3, 6]\nmoments = ["weekday_morning", "night"]\n'
    'profiles = ["wheelchair", "ebike"]\n'
)


def city_inputs(folder: Path) -> Any:
    """Read the plan of the drawn city: 90 homes and shops, six stations, two towns."""
    rng = np.random.default_rng(7)
    tables = {
        name: [(f"{name[0]}{n}", n + 0.5, *rng.uniform((-30, -40), (730, 250))) for n in range(45)]
        for name in ("homes.csv", "shops.csv")
    }
    stations = [
        ("A", "A", "Mo-Fr 09:00-17:00", "open", "true", 60, -5),
        ("B", "B", "", "open", "false", 120, 100),
        ("C", "C", "Mo-Su 08:00-23:30", "open", "true", 250, 225),
        ("D", "D", '"by appointment"', "open", "true", 650, 8),
        ("E", "E", "", "planned", "true", 300, 100),
        ("G", "G", "24/7", "open", "true", 600, 400),
    ]
    towns = {"West town": box(-200, -200, 230, 450), "East town": box(230, -200, 900, 450)}
    return inputs_of(
        folder,
        PLAN,
        drawing=CITY,
        tables=tables,
        facilities=stations,
        heading="facility_id,name,opening_hours,status,open_to_outsiders",
        more=GROUPS,
        service=SERVICE,
        bounds=box(-9000, -9000, 9000, 9000),
        area=box(-200, -200, 900, 450),
        towns=towns,
    )


def draw_city(folder: Path) -> tuple[Case, Path, list[str]]:
    """Return the city put together, its page, and the new openings that its layer lists."""
    inputs = city_inputs(folder)
    result = run_plan(inputs)
    make_map_saver(take_result(result))(folder / "map.html")
    gains = result.layers["gate_gains"]
    openings = gains.loc[gains["kind"] == "new opening", "gate_id"].tolist()
    return build_case(inputs), folder / "map.html", openings
