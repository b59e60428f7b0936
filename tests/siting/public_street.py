"""A street of four kilometres with people left out in the east, and what stands along it."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import shapely

from planner.run import Result, run_plan
from tests.cities.estates_drawing import Estates
from tests.cities.small_plan import inputs_of, write_table

DEMAND = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
# An adult walks a thousand metres in fifteen minutes: the station F serves 0 from -1000 to 1000.
#
#                         30 ~ 31  pond
#                           ~ ~
#   1 ------------ 2 F ------------- 3 --- rails --- 4       y = 0     "Long", tertiary
#  -2000           |0               1300   1700     2000
#                  5
#   ==================================================       y = -600  motorway
STREET = Estates(
    nodes={
        1: (-2000, 0), 2: (0, 0), 3: (1300, 0), 4: (2000, 0), 5: (0, -500),
        20: (1700, -900), 21: (1700, 900), 22: (-3000, -600), 23: (3000, -600),
        30: (1200, 20), 31: (1260, 20), 32: (1260, 60), 33: (1200, 60),
        40: (-6000, -6000), 41: (-6000, -5900), 42: (6000, 6000), 43: (6000, 5900),
        44: (-6000, 6000), 45: (-6000, 5900), 46: (6000, -6000), 47: (6000, -5900),
    },
    ways={
        1: ([1, 2, 3, 4], "highway=tertiary name=Long"),
        2: ([2, 5], "highway=footway name=Short"),
        4: ([20, 21], "railway=rail name=Rails"),
        5: ([22, 23], "highway=motorway"),
        6: ([30, 31, 32, 33, 30], "natural=water name=Pond"),
        # paths far off say how far the data reach
        91: ([40, 41], "highway=footway"), 92: ([42, 43], "highway=footway"),
        93: ([44, 45], "highway=footway"), 94: ([46, 47], "highway=footway"),
    },
)  # fmt: skip
AREA = shapely.box(-2100, -1000, 2100, 1000)
WEST, EAST = shapely.box(-2100, -1000, 0, 1000), shapely.box(0, -1000, 2100, 1000)
HOMES = [("w", 50, -400, 0), ("e", 100, 1500, 0)]


def street_inputs(folder: Path, *, sites=None, columns="site_id,name", **options):
    """Write the plan of the street and read it; sites are the rows of candidates.csv."""
    options = {
        "drawing": STREET,
        "tables": {"homes.csv": HOMES},
        "area": AREA,
        "towns": {"West": WEST, "East": EAST},
        "more": "",
    } | options
    if sites is not None:
        write_table(folder / "candidates.csv", columns, sites)
        if "[candidates]" not in options["more"]:
            options["more"] += '\n[candidates]\ntable = "candidates.csv"\n'
    return inputs_of(folder, options.pop("demand", DEMAND), **options)


def street_run(folder: Path, **options) -> Result:
    """Run the plan of the street."""
    return run_plan(street_inputs(folder, **options))


@cache
def _as_it_is() -> Result:
    return street_run(Path(mkdtemp()))


def at_street(folder: Path, **options) -> Result:
    """Run the plan of the street, with other candidates or places, which a run does not know."""
    known = _as_it_is()
    return replace(known, case=replace(known.case, inputs=street_inputs(folder, **options)))
