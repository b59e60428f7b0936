"""Outlines are looked up where they were found, some rows of one town at a time."""

import numpy as np
import pandas as pd
from shapely.geometry import Point

from planner.scale.joined.gap_outlines import OutlinedRows


class Sources(list):
    """Tells which of its tables were asked for."""

    def __init__(self, *tables):
        super().__init__(tables)
        self.asked = []

    def __getitem__(self, number):
        self.asked.append(number)
        return super().__getitem__(number)


def table_of(*x):
    return {"shapes": pd.DataFrame({"geometry": [Point(one, 0) for one in x]})}


def rows_of(bundles, scattered):
    """Five rows: x 0, 1, 2 of two bundles, 3 and 4 of towns whose small gaps are one."""
    table = pd.DataFrame(
        {"gap_id": list("abcde"), "town": ["West", "East", "West", "East", None],
         "lon": 1.0, "lat": 2.0}
    )  # fmt: skip
    place = np.array([1, 0, 1, 2, 2]), np.array([1, 0, 0, 1, 0])
    return OutlinedRows(table, (bundles, scattered), "shapes", *place)


def test_rows_of_one_town_at_a_time():
    bundles, scattered = Sources(table_of(1.0), table_of(2.0, 0.0)), Sources(table_of(4.0, 3.0))
    pieces = list(rows_of(bundles, scattered).list_by_town(most_rows=1))
    assert [piece["gap_id"].tolist() for piece in pieces] == [["e"], ["b"], ["d"], ["a"], ["c"]]
    assert [piece.geometry.x.tolist() for piece in pieces] == [[4], [1], [3], [0], [2]]
    assert list(pieces[0]) == ["gap_id", "town", "geometry"]
    assert pieces[0].crs == 4326


def test_a_source_is_read_once_for_the_rows_that_it_has():
    bundles, scattered = Sources(table_of(1.0), table_of(2.0, 0.0)), Sources(table_of(4.0, 3.0))
    found = rows_of(bundles, scattered).take(np.array([2, 0, 3]))
    assert found.geometry.x.tolist() == [2, 0, 3]
    assert (bundles.asked, scattered.asked) == ([1], [0])


def test_further_columns_stand_before_the_place():
    rows = rows_of([], [])
    table = rows.having(rows.table.assign(notice="invented")).table
    assert list(table) == ["gap_id", "town", "notice", "lon", "lat"]
