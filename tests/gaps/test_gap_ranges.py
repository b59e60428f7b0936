"""How sure a gap is: whether it stands when the verdicts are drawn again."""

import numpy as np
import pandas as pd
import pytest

from planner.coverage.counting import COVERED, GAP
from planner.gaps.definition import find_gap_members
from planner.gaps.gap_ranges import find_gap_ranges
from tests.coverage.test_uncertainty import no_repeats, repeats_of, table


def test_a_gap_stands_while_half_of_its_people_are_left():
    demand = table([60, 40, 500], [GAP, GAP, COVERED], x=[0, 100, 5000])
    gap_id = find_gap_members(demand, np.full(3, 150.0))["gap_id"]
    assert gap_id.tolist() == ["gap:u0", "gap:u0", ""]
    found = find_gap_ranges(demand, gap_id, repeats_of("ggc", "cgc", "gcg", "?cc", "ccc"))
    assert found.index.tolist() == ["gap:u0"]
    # Left: 100, 40, 60, 60 (unknown is not covered), 0.
    assert found.loc["gap:u0"].tolist() == [0, 100, pytest.approx(3 / 5)]


def test_a_gap_is_counted_by_its_residents_or_its_largest_kind():
    demand = table([60, 400, 70, 80], GAP, x=[0, 0, 9000, 9000],
                   kind=["residential", "industrial", "industrial", "commercial"])  # fmt: skip
    gap_id = find_gap_members(demand, np.full(4, 150.0))["gap_id"]
    found = find_gap_ranges(demand, gap_id, repeats_of("cggc", "gggg"))
    assert found["people_high"].tolist() == [60, 80]
    assert found["people_low"].tolist() == [0, 0]


def test_gaps_without_repeats_have_no_range():
    demand = table([60], [GAP])
    found = find_gap_ranges(
        demand, find_gap_members(demand, np.full(1, 150.0))["gap_id"], no_repeats(1)
    )
    assert found.isna().all(axis=None)
    nobody = find_gap_ranges(table([60], [COVERED]), pd.Series([""]), repeats_of("c"))
    assert nobody.empty
    assert nobody.columns.tolist() == ["people_low", "people_high", "runs_share"]
