"""Ids that stand twice are found by their hashes, a share of them at a time."""

import numpy as np
import pandas as pd
import pytest

from planner.scale.people.twice import find_equal, find_first_twice, hash_ids


@pytest.mark.parametrize("most", [1, 2, 5, 100])
def test_equal_hashes_are_found_however_few_are_held(most):
    runs = [[0, 7, 2**63], [5, 7, 2**64 - 1], [2**64 - 1]]
    arrays = [np.array(run, dtype=np.uint64) for run in runs]
    equal = find_equal(7, lambda: arrays, most=most)
    assert equal.tolist() == [7, 2**64 - 1]
    assert find_equal(3, lambda: arrays[:1], most=most).tolist() == []
    assert find_equal(0, lambda: [], most=most).tolist() == []


def test_a_hash_that_two_ids_share_refuses_nobody():
    first = pd.DataFrame({"demand_id": ["a", "b"], "row": [1, 0]})
    second = pd.DataFrame({"demand_id": ["c", "b", "a"], "row": [2, 4, 3]})
    every = hash_ids(pd.Series(["a", "b", "c"]))
    # In the order of rows a comes before b.
    assert find_first_twice([first, second], every) == "a"
    assert find_first_twice([first, second], hash_ids(pd.Series(["b"]))) == "b"
    assert find_first_twice([first], every) is None


def test_hashes_depend_on_the_text_alone():
    ids = pd.Series(["residential:é", "residential:居", "x"])
    assert hash_ids(ids).tolist() == hash_ids(ids.iloc[::-1].astype(object)).tolist()
