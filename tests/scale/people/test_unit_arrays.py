"""Units that are dealt out are packed as if nobody else had been there."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from planner.scale.people.unit_arrays import people_from_arrays, people_to_arrays, take_people


def placed(rows):
    """Return some of four units, of two towns, the last with a cell, and their groups."""
    cell = shapely.box(0, 0, 50, 50)
    units = gpd.GeoDataFrame(
        {
            "demand_id": ["residential:é", "residential:2", "industrial:ж", "residential:居"],
            "kind": ["residential", "residential", "industrial", "residential"],
            "people": [1.0, 2, 4, 8],
            "town": ["", "西", "西", ""],
            "cell": np.array([None, None, None, cell], dtype=object),
        },
        geometry=gpd.points_from_xy([0, 1, 2, 3], [5, 6, 7, 8]),
        crs=32632,
    )
    chosen = units.iloc[rows].reset_index(drop=True)
    groups = pd.DataFrame({"people_old": [0.1, 0.2, 0.4, 0.8]}).iloc[rows].reset_index(drop=True)
    return people_to_arrays(chosen, groups, np.array(rows))


@pytest.mark.parametrize("rows", [[0, 1, 2, 3], [3, 1], [2], []])
def test_some_units_are_packed_as_if_they_were_all(rows):
    taken = take_people(placed([0, 1, 2, 3]), np.array(rows, dtype=np.int64))
    alone = placed(rows)
    assert set(taken) == set(alone)
    for name, values in alone.items():
        np.testing.assert_array_equal(taken[name], values, err_msg=name)
    if rows:
        units, groups, row = people_from_arrays(taken, 32632)
        assert units["people"].tolist() == [2.0**k for k in rows]
        assert row.tolist() == rows
        assert len(groups) == len(rows)
