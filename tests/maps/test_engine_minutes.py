"""The page's engine finds the planner's minutes: of every unit, whoever walks, after any edit."""

from dataclasses import replace

import numpy as np
import pytest
from shapely.geometry import box

from planner.case import build_case
from tests.cities.estates_drawing import random_estates
from tests.cities.hills import hills
from tests.cities.small_plan import inputs_of
from tests.cities.walled_city import walled_city
from tests.maps.random_edits import NEAR, OPS, EditDrawer, engine_minutes, planner_minutes
from tests.samples import at_night

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
SERVICE = (
    'cutoffs_minutes = [5, 10]\nmoments = ["weekday_morning", "night"]\n'
    'profiles = ["elderly", "wheelchair", "ebike"]\n'
)
ASKED = [
    ("adult", None), ("adult", "night"), ("elderly", None), ("wheelchair", None),
    ("wheelchair", "night"), ("ebike", None),
]  # fmt: skip
HEADING = "facility_id,name,opening_hours,status,open_to_outsiders"
#: Of these, odd ones are estates in blocks with gates, even ones bent grids with steps and bridges.
BY_DAY, BY_NIGHT = (3,), range(4, 60)


def with_hours(drawing, rng):
    """Return a drawing in which some gates and streets are open, or for others, at hours."""
    gate_hours = [
        "opening_hours=Mo-Fr~09:00-17:00", "access=no access:conditional=yes~@~(06:00-20:00)",
        "access=yes access:conditional=no~@~(20:00-06:00)",
        "access=private access:conditional=yes~@~(Mo-Fr~09:00-17:00)", "bicycle=no wheelchair=no",
    ]  # fmt: skip
    street_hours = [
        "opening_hours=Mo-Su~06:00-20:00", "foot:conditional=no~@~(20:00-06:00)",
        "access=no access:conditional=yes~@~(20:00-06:00)",
    ]  # fmt: skip
    streets = [way for way, (_, tags) in drawing.ways.items() if "highway=" in tags]
    nodes = sorted({node for way in streets for node in drawing.ways[way][0]})
    spots = {
        int(node): f"barrier=gate {rng.choice(gate_hours)}"
        for node in rng.choice(nodes, len(nodes) // 6, replace=False)
    }
    ways = {
        int(way): (drawing.ways[way][0], f"{drawing.ways[way][1]} {rng.choice(street_hours)}")
        for way in rng.choice(streets, len(streets) // 8, replace=False)
    }
    return drawing.having(spots=spots, ways=ways)


def small_city(folder, seed):
    """Put together a city of some blocks with walls, private streets, gates and a river."""
    rng = np.random.default_rng(seed)
    drawing = walled_city(seed) if seed % 2 else random_estates(seed)[0]
    if seed % 3 != 1:
        drawing = with_hours(drawing, rng)
    size = 450.0 if seed % 2 else max(max(xy) for xy in drawing.nodes.values())
    homes = rng.uniform(-30, size + 30, (60, 2))
    near = np.array([drawing.nodes[n] for n in rng.choice(list(drawing.nodes), 30)])
    homes[:30] = near + rng.normal(0, 12, near.shape)
    # One is shut at night, one closed to outsiders, one not yet open.
    stations = [
        (f"F{k}", f"F{k}", "Mo-Fr 09:00-17:00" if k % 2 else "", "planned" if k == 4 else "open",
         "false" if k == 3 else "true", *xy)
        for k, xy in enumerate(rng.uniform(0, size, (6, 2)).tolist())
    ]  # fmt: skip
    rows = [(f"h{k}", 10 + k, *xy) for k, xy in enumerate(homes.tolist())]
    inputs = inputs_of(
        folder, HOMES, drawing=drawing, tables={"homes.csv": rows}, facilities=stations,
        heading=HEADING, service=SERVICE, bounds=box(-9000, -9000, 9000, 9000),
    )  # fmt: skip
    return build_case(inputs)


def assert_same_minutes(case, rng, scenarios):
    drawer = EditDrawer(case, rng)
    drawn = [drawer.scenario(f"s{k}", ops) for k, ops in enumerate(scenarios)]
    made, expected, within = planner_minutes(case, drawn, ASKED)
    _, [today], [within_today] = planner_minutes(case, [drawer.scenario("today", [])], ASKED)
    found = engine_minutes(case, made, ASKED)
    for scenario, planner, page in zip([*made, "today"], [*expected, today], found, strict=True):
        np.testing.assert_allclose(page[0], planner, rtol=0, atol=NEAR, err_msg=str(scenario))
    for scenario, planner, page in zip(
        [*made, "today"], [*within, within_today], found, strict=True
    ):
        for asked, (least, most), counts in zip(ASKED, planner, page[1], strict=True):
            assert (least <= counts).all(), (asked, scenario)
            assert (counts <= most).all(), (asked, scenario)


@pytest.mark.parametrize(
    "seed", [*BY_DAY, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in BY_NIGHT)]
)
def test_minutes_are_those_of_the_planner(tmp_path, seed):
    rng = np.random.default_rng(seed)
    alone = [[op] for op in OPS]
    several = [rng.choice(OPS, rng.integers(2, 7)).tolist() for _ in range(3)]
    assert_same_minutes(small_city(tmp_path, seed), rng, [*alone, *several])


def slopes_of(case_inputs, seed, direction):
    """Return inputs with hills of up to 30 m, some land without heights, and a direction."""
    tallest = 30.0 if seed % 2 else 8.0
    heights = hills(
        lambda x, y: tallest * np.sin(x / 90) * np.cos(y / 70) + 0.03 * x,
        low=(-400, -400), high=(1500, 700),
    )  # fmt: skip
    plan = case_inputs.plan
    network = plan.network.model_copy(update={"direction": direction})
    return replace(
        case_inputs, elevation=heights, plan=plan.model_copy(update={"network": network})
    )


@pytest.mark.parametrize(
    ("seed", "direction"),
    [(3, "to"), *(at_night(s, d) for s in range(3, 12) for d in ("to", "from"))],
)
def test_minutes_on_slopes_are_those_of_the_planner(tmp_path, seed, direction):
    case = build_case(slopes_of(small_city(tmp_path, seed).inputs, seed, direction))
    assert case.network.has_heights
    rng = np.random.default_rng(seed)
    alone = [[op] for op in OPS]
    several = [rng.choice(OPS, rng.integers(2, 7)).tolist() for _ in range(3)]
    assert_same_minutes(case, rng, [*alone, *several])
