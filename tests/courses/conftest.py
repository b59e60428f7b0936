"""A drawn street with two committees, two rooms and orders for a term of one week."""

from pathlib import Path

import pytest
import shapely

from planner.case import Case, build_case
from planner.courses import ChosenSessions, choose_sessions
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.small_plan import inputs_of, write_polygons

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
#: An adult walks 1,000 m in 15 minutes. West lives 0, 300 and 900 m from N, East 2,100 m.
PEOPLE = [("w1", 30, -1000, 0), ("w2", 40, -700, 0), ("w3", 30, -100, 0), ("e1", 50, 1100, 0)]
COMMITTEES = {"West": shapely.box(-1500, -500, 0, 500), "East": shapely.box(0, -500, 1500, 500)}
SECTION = """
[courses]
orders = "orders.csv"
courses = "courses.csv"
begin = 2026-09-07
end = 2026-09-11
"""
ORDERS = ["order_id,committee,town,department,course,people", "1,West,,Sports,K,12",
          "2,East,,Health,L,9", "3,,Town,,K,14", "4,North,,,K,8", "5,East,,,X,70"]  # fmt: skip
COURSES = [
    "course_id,name,minutes,same_as",
    "K,Tai chi,90,",
    "L,Tai chi for all,60,K",
    "X,Choir,60,",
]


def write_street(folder: Path) -> Path:
    """Write the plan: N lies at 1,000 m west with 40 seats, F at 1,000 m east with 9."""
    write_polygons(folder / "committees.geojson", COMMITTEES)
    (folder / "orders.csv").write_text("\n".join(ORDERS) + "\n", encoding="utf-8")
    (folder / "courses.csv").write_text("\n".join(COURSES) + "\n", encoding="utf-8")
    inputs_of(
        folder, HOMES, tables={"homes.csv": PEOPLE},
        facilities=[("N", "North", 40, -1000, 0), ("F", "Far", 9, 1000, 0), ("O", "No", "", 0, 0)],
        heading="facility_id,name,room_capacity", area=shapely.box(-1600, -600, 1600, 600),
        towns={"Town": shapely.box(-1500, -500, 1500, 500)},
    )  # fmt: skip
    path = folder / "plan.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("[network]", 'committees = "committees.geojson"\n[network]')
    path.write_text(text + SECTION, encoding="utf-8")
    return path


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Return the plan in a folder of its own, to change its files."""
    return write_street(tmp_path)


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return the plan put together once, for who changes nothing of it."""
    return build_case(load_inputs(load_plan(write_street(tmp_path_factory.mktemp("street")))))


@pytest.fixture(scope="session")
def street_sessions(street: Case) -> ChosenSessions:
    """Return the sessions chosen for the plan."""
    return choose_sessions(street)
