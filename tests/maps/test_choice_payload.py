"""What the page is told of other people, moments and cutoffs, by hand; and outlines under Node."""

import math
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from planner.maps._choice_payload import build_choice_payload
from tests.maps.in_node import in_node


@pytest.fixture
def demand() -> gpd.GeoDataFrame:
    """Five units in the order of the page, joined within 150 m but for the last."""
    table = {"demand_id": list("badce"), "gap_join_m": [150.0, 150.0, 150.0, 150.0, 400.0]}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(range(5), range(5)), crs=4326)


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    gap = {
        "choice": 2, "name": "Elm", "people_residential": 80.123, "people_industrial": 0.0,
        "people_commercial": 0.0, "people_kind": "residential", "town": "North",
        "nearest_facility_id": "F2", "minutes": 21.26, "minutes_max": float("inf"),
        "straight_m": 1234.5, "cause": "", "cause_detail": "", "units": 2,
    }  # fmt: skip
    return {
        "choices": pd.DataFrame(
            {"choice": [1, 2], "group": ["old", None], "kind": ["residential", ""],
             "profile": ["elderly", "adult"], "moment": ["", "night"], "cutoff_minutes": [15.0, 15]}
        ),
        "choice_gaps": pd.DataFrame([gap | {"rank": 2, "name": "Oak"}, gap | {"rank": 1}]),
        "choice_members": pd.DataFrame(
            {"demand_id": list("abcd"), "choice_1": [0, 0, 0, 0], "choice_2": [1, 1, 2, -1]}
        ),
        "facility_hours": pd.DataFrame(
            {"facility_id": ["F1", "F2", "gone"], "moment": ["night"] * 3,
             "open": ["closed", "unknown", "open"]}
        ),
    }  # fmt: skip


def test_gaps_of_a_choice_stand_in_the_order_of_rank(tables, demand):
    found = build_choice_payload(tables, demand, {"F1": 0, "F2": 1})
    old, night = found["list"]
    assert (old["group"], old["kind"], old["moment"]) == ("old", "residential", None)
    assert old["gaps"]["count"] == 0
    assert (night["group"], night["profile"], night["moment"]) == (None, "adult", "night")
    gaps, texts = night["gaps"], found["texts"]
    assert [texts[place] for place in gaps["name"]] == ["Elm", "Oak"]
    assert [texts[place] for place in gaps["cause"]] == [None, None]
    assert gaps["nearest"] == [1, 1]
    assert (gaps["minutes"], gaps["minutes_max"]) == ([21.3, 21.3], [None, None])
    assert (gaps["straight_m"], gaps["people_residential"]) == ([1230, 1230], [80.12, 80.12])


def test_units_are_told_in_runs_in_the_order_of_the_page(tables, demand):
    found = build_choice_payload(tables, demand, {})
    # b, a: gap 1; d: not judged; c: gap 2; e: not in the table
    assert (found["list"][1]["rank"], found["list"][1]["run"]) == ([1, -1, 2, 0], [2, 1, 1, 1])
    assert (found["join_m"], found["join_run"]) == ([150, 400], [4, 1])


def test_hours_are_told_by_facility(tables, demand):
    found = build_choice_payload(tables, demand, {"F1": 0, "F2": 1, "F3": 2})
    assert found["open"] == {"night": [0, 2, 1]}


def test_an_older_result_has_no_choices(demand):
    empty = {"texts": [], "list": [], "join_m": [], "join_run": [], "open": {}}
    assert build_choice_payload({}, demand, {}) == empty


# -- outlines of discs ----------------------------------------------------------------------------


def outlined(discs: list[tuple[float, float, float]]) -> list[list[float]]:
    x, y, r = map(list, zip(*discs, strict=True))
    rings = in_node("outlineDiscs(discs, members)", discs={"x": x, "y": y, "r": r},
                    members=list(range(len(discs))))  # fmt: skip
    return list(rings)


def area(ring: list[float]) -> float:
    """The area of a ring, below 0 for a hole."""
    points = list(zip(ring[::2], ring[1::2], strict=True))
    crosses = (x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*points, points[0]]))
    return sum(crosses) / 2


def test_a_lone_disc_is_a_ring_of_sixteen_points():
    [ring] = outlined([(10, 20, 75)])
    assert len(ring) == 32
    assert area(ring) == pytest.approx(16 * 75**2 * math.sin(math.tau / 16) / 2)


@pytest.mark.parametrize(
    ("discs", "rings", "holes"),
    [
        ([(0, 0, 75), (500, 0, 75)], 2, 0),
        ([(0, 0, 75), (100, 0, 75)], 1, 0),
        ([(0, 0, 75), (0, 0, 75), (100, 0, 75), (100, 0, 75)], 1, 0),  # homes at one place
        ([(0, 0, 75), (10, 0, 20)], 1, 0),  # inside another
        ([(0, 0, 75), (100, 0, 200)], 1, 0),
        # eight round an empty middle
        ([(150 * math.cos(k * math.tau / 8), 150 * math.sin(k * math.tau / 8), 75)
          for k in range(8)], 2, 1),
    ],
)  # fmt: skip
def test_discs_that_overlap_have_one_outline(discs, rings, holes):
    found = outlined(discs)
    assert len(found) == rings
    assert sum(area(ring) < 0 for ring in found) == holes
    united = shapely.union_all([shapely.Point(x, y).buffer(r) for x, y, r in discs])
    assert sum(map(area, found)) == pytest.approx(united.area, rel=0.03)
