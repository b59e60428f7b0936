"""Facilities that may be one and the same."""

import geopandas as gpd
import pytest

from planner.sources.twins import find_twins


def facilities(*rows: tuple[str, str, float, float]) -> gpd.GeoDataFrame:
    """(id, name, metres east, metres north) of 121.4, 31.3, where a degree is 95.2 by 110.9 km."""
    lon = [121.4 + x / 95_196 for _, _, x, _ in rows]
    lat = [31.3 + y / 110_871 for _, _, _, y in rows]
    return gpd.GeoDataFrame(
        {
            "facility_id": [r[0] for r in rows], "name": [r[1] for r in rows],
            "row": range(2, len(rows) + 2),
        },
        geometry=gpd.points_from_xy(lon, lat), crs=4326,
    )  # fmt: skip


def test_those_at_one_place_or_of_one_name_are_named_in_any_order():
    table = facilities(
        ("a", "x", 0, 0), ("c", "y", 0, 4.9), ("b", "x", 900, 0), ("d", "z", 0, 10.2)
    )
    expected = [
        "f.csv: row 2: 2 facilities are called x: a, b (rows 2, 4); if they are one, keep one row",
        "f.csv: row 2: facilities a and c lie at one place, 5 m apart (rows 2 and 3); if they are "
        "one, keep one row",
    ]
    assert find_twins(table, "f.csv") == expected
    assert find_twins(table.iloc[::-1], "f.csv") == expected
    assert find_twins(facilities(("a", "x", 0, 0), ("b", "y", 0, 0)), "f.csv") == [
        "f.csv: row 2: facilities a and b lie at one place (rows 2 and 3); if they are one, keep "
        "one row"
    ]


@pytest.mark.parametrize("count", [0, 1])
def test_one_alone_has_no_twin(count: int):
    assert find_twins(facilities(*[("a", "x", 0, 0)] * count), "f.csv") == []


def test_many_are_counted():
    table = facilities(*((f"a{n:03}", f"x{n // 2}", n * 100, 0) for n in range(610)))
    assert find_twins(table, "f.csv")[-1] == "... and 5 more shared names"


def test_many_at_one_place_are_counted():
    """25 facilities are 25 * 24 / 2 = 300 pairs, 26 are 325."""
    table = facilities(*((f"a{n:03}", f"x{n}", 0, 0) for n in range(26)))
    assert find_twins(table, "f.csv")[-1] == "... and 25 more such pairs"
