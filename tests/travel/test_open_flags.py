"""Who may enter a facility is read alike by every question, as in a table of facilities."""

import numpy as np
import pandas as pd
import pytest

import planner
from planner.errors import ArgumentError
from planner.travel.open_flags import find_closed


@pytest.fixture(scope="module")
def town():
    return planner.load_example()


ASKED = {
    "nearest_facility": lambda net, at, who: planner.nearest_facility(net, at, who)["nearest"],
    "travel_time_matrix": lambda net, at, who: planner.travel_time_matrix(net, who, at).destination,
    "nearest": lambda net, at, who: planner.nearest(net, who, at)["destination"],
    "coverage": lambda net, at, who: planner.coverage(net, at, who, known="everywhere").units[
        "nearest"
    ],
}


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize(
    "said",
    [
        [False, True],
        ["no", None],
        ["不对外开放", "YES"],
        [0.0, np.nan],
        pd.array([False, pd.NA], dtype="boolean"),
    ],
)
def test_a_no_is_a_no_and_nothing_said_is_open(town, question, said):
    """F1 serves its own compound only, and nobody lives in one: all walk to F2."""
    stations = town.facilities.assign(open_to_outsiders=said)
    assert set(ASKED[question](town.network, stations, town.people)) == {"F2"}


@pytest.mark.parametrize("question", ASKED)
def test_what_is_neither_is_named_with_its_row(town, question):
    stations = town.facilities.assign(open_to_outsiders=[True, "perhaps"])
    with pytest.raises(ArgumentError, match=r"row 'F2': open_to_outsiders 'perhaps'.*; give .*yes"):
        ASKED[question](town.network, stations, town.people)


def test_no_column_says_nothing(town):
    assert find_closed(town.facilities) is None
    assert find_closed(town.facilities.geometry) is None
    assert find_closed(town.facilities.assign(open_to_outsiders="")).tolist() == [False, False]
