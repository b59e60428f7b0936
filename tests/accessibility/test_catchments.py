import numpy as np
import pandas as pd
import pytest
from access import fca
from access import weights as peer_weights
from hypothesis import given
from hypothesis import strategies as st

from planner.accessibility import (
    Bands,
    Gaussian,
    WithinCutoff,
    agents,
    enhanced_two_stage_fca,
    inverted_two_stage_fca,
    raam,
    three_stage_fca,
    two_stage_fca,
)
from planner.errors import ArgumentError
from tests.accessibility.tables import random_case, walks
from tests.samples import examples

#: a --4-- x, a --12-- y, b --9-- y, c --16-- y; nobody reaches z
TABLE = walks(("a", "x", 4.0), ("a", "y", 12.0), ("b", "y", 9.0), ("c", "y", 16.0))
SEATS = pd.Series({"x": 30, "y": 60, "z": 9})
PEOPLE = pd.Series({"a": 100, "b": 200, "c": 300})
BANDS = Bands({10: 1, 15: 0.5})
EVERY = [
    lambda *tables: two_stage_fca(*tables),
    lambda *tables: enhanced_two_stage_fca(*tables, decay=Gaussian(6), cutoff_minutes=15),
    lambda *tables: three_stage_fca(*tables, decay=Gaussian(6), cutoff_minutes=15),
    lambda *tables: inverted_two_stage_fca(*tables),
    lambda *tables: raam(*tables),
]


def test_2sfca_by_hand():
    # x: 30 / 100 = 0.3; y: 60 / (100 + 200) = 0.2; c is beyond the cutoff.
    found = two_stage_fca(TABLE, SEATS, PEOPLE)
    assert found.to_dict() == pytest.approx({"a": 0.5, "b": 0.2, "c": 0})
    # On the cutoff is within: c counts at y, 60 / 600 = 0.1.
    found = two_stage_fca(TABLE, SEATS, PEOPLE, cutoff_minutes=16)
    assert found.to_dict() == pytest.approx({"a": 0.4, "b": 0.1, "c": 0.1})


def test_e2sfca_by_hand():
    # y: 60 / (0.5 100 + 200) = 0.24, of which a gets half.
    found = enhanced_two_stage_fca(TABLE, SEATS, PEOPLE, decay=BANDS)
    assert found.to_dict() == pytest.approx({"a": 0.3 + 0.12, "b": 0.24, "c": 0})


def test_3sfca_by_hand():
    # Of a, G is 1 / 1.5 for x and 0.5 / 1.5 for y.
    # x: 30 / (2/3 100) = 0.45; y: 60 / (1/3 100 0.5 + 200) = 60 / 216.67
    at_y = 60 / (100 / 6 + 200)
    found = three_stage_fca(TABLE, SEATS, PEOPLE, decay=BANDS)
    assert found.to_dict() == pytest.approx({"a": 2 / 3 * 0.45 + at_y / 6, "b": at_y, "c": 0})


def test_the_load_of_a_station_by_hand():
    # a reaches 90 seats: 100 / 90 of its people to each; b reaches 60: 200 / 60.
    found = inverted_two_stage_fca(TABLE, SEATS, PEOPLE)
    assert found.name == "load_2sfca"
    assert found.to_dict() == pytest.approx({"x": 10 / 9, "y": 10 / 9 + 10 / 3, "z": 0})
    # a: 100 / (30 + 0.5 60) to x, half of that to y.
    found = inverted_two_stage_fca(TABLE, SEATS, PEOPLE, decay=BANDS)
    assert found.to_dict() == pytest.approx({"x": 5 / 3, "y": 5 / 6 + 10 / 3, "z": 0})


def test_a_station_without_room_has_no_load():
    seats = SEATS.where(SEATS != 60, 0)
    found = inverted_two_stage_fca(TABLE, seats, PEOPLE)
    assert found.to_dict() == pytest.approx({"x": 100 / 30, "y": np.nan, "z": 0}, nan_ok=True)


def test_raam_by_hand():
    # One place between two stations, 10 and 20 minutes away; rho = 60 people by 6 seats = 10.
    # d go to x: 1 + d / 30 = 2 + (60 - d) / 30, so d = 45 and all pay 2.5.
    table = walks(("a", "x", 10.0), ("a", "y", 20.0))
    seats, people = pd.Series({"x": 3, "y": 3}), pd.Series({"a": 60})
    found = raam(table, seats, people, tau_minutes=10)
    assert found.name == "access_raam"
    assert found["a"] == pytest.approx(2.5, abs=0.02)
    # With rho = 20 a crowd weighs half: d = 60, x alone costs 1 + 1.
    assert raam(table, seats, people, tau_minutes=10, rho=20)["a"] == pytest.approx(2, abs=0.02)


def test_raam_moves_people_of_small_units_too():
    # The same 60 people in 60 units of one: `access` alone lets none of them move.
    table = pd.concat(
        [walks((f"a{i}", "x", 10.0), (f"a{i}", "y", 20.0)) for i in range(60)], ignore_index=True
    )
    seats, people = pd.Series({"x": 3, "y": 3}), pd.Series({f"a{i}": 1.0 for i in range(60)})
    found = raam(table, seats, people, tau_minutes=10)
    assert found.to_numpy() == pytest.approx(2.5, abs=0.03)


def test_raam_of_nobody_and_of_those_who_reach_nothing():
    people = pd.Series({"a": 100, "b": 0, "c": 300, "d": 5})
    found = raam(TABLE[:3], SEATS, people)
    assert np.isfinite(found["a"])
    assert np.isnan(found["b"])
    assert found[["c", "d"]].tolist() == [np.inf, np.inf]


def naive_scores(table, supply, people, weigh, chosen=False):
    """E2SFCA and 3SFCA once more, pair by pair in plain Python."""
    weight = {
        (row.origin, row.destination): weigh(row.minutes) for row in table.itertuples(index=False)
    }
    if chosen:
        total = {i: sum(w for (o, _), w in weight.items() if o == i) for i in people.index}
        weight = {(i, j): w * w / total[i] if w else 0 for (i, j), w in weight.items()}
    asking = {j: sum(w * people[i] for (i, d), w in weight.items() if d == j) for j in supply.index}
    return {
        i: sum(w * supply[j] / asking[j] for (o, j), w in weight.items() if o == i and w)
        for i in people.index
    }


@pytest.mark.parametrize("seed", range(4))
def test_scores_are_those_of_plain_loops(seed):
    table, supply, people = random_case(seed)
    bell = Gaussian(6)

    def within(minutes):
        return 1.0 if minutes <= 15 else 0.0

    def near(minutes):
        return float(bell([minutes])[0]) if minutes <= 15 else 0.0

    for found, expected in (
        (two_stage_fca(table, supply, people), naive_scores(table, supply, people, within)),
        (
            enhanced_two_stage_fca(table, supply, people, decay=bell, cutoff_minutes=15),
            naive_scores(table, supply, people, near),
        ),
        (
            three_stage_fca(table, supply, people, decay=bell, cutoff_minutes=15),
            naive_scores(table, supply, people, near, chosen=True),
        ),
    ):
        assert found.to_dict() == pytest.approx(expected)
        # All supply that anybody reaches is shared out, no more and no less.
        reached = supply[supply.index.isin(table["destination"][table["minutes"] <= 15])].sum()
        assert (found * people).sum() == pytest.approx(reached)
    loads = inverted_two_stage_fca(table, supply, people)
    served = people[people.index.isin(table["origin"][table["minutes"] <= 15])].sum()
    assert (loads * supply).sum() == pytest.approx(served)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_scores_are_those_of_access(seed):
    table, supply, people = random_case(seed)
    asked = (people.rename("demand").to_frame(), supply.rename("supply").to_frame())
    names = {"demand_index": True, "cost_dest": "destination", "cost_name": "minutes"}
    theirs = fca.two_stage_fca(*asked, table.copy(), 15, **names)
    ours = two_stage_fca(table, supply, people)
    assert ours[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy())
    bell = peer_weights.gaussian(6)
    theirs = fca.two_stage_fca(*asked, table.copy(), 15, weight_fn=bell, **names)
    ours = enhanced_two_stage_fca(table, supply, people, decay=Gaussian(6), cutoff_minutes=15)
    assert ours[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy())
    # Without a cutoff: `access` counts stations beyond it where people choose.
    theirs = fca.three_stage_fca(*asked, table.copy(), None, weight_fn=bell, **names)
    ours = three_stage_fca(table, supply, people, decay=Gaussian(6))
    assert ours[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy())


def test_the_way_to_the_station_counts_and_not_the_way_back():
    # Up the hill to x takes a 20 minutes, down from it 10: only b, who lives above, is within 15.
    up = walks(("a", "x", 20.0), ("b", "x", 10.0))
    seats, people = pd.Series({"x": 30}), pd.Series({"a": 100, "b": 50})
    assert two_stage_fca(up, seats, people).to_dict() == pytest.approx({"a": 0, "b": 0.6})


def test_origins_that_are_the_destinations_too():
    # a and b are both homes and stations; from a to b is longer than from b to a.
    table = walks(("a", "a", 0.0), ("a", "b", 20.0), ("b", "a", 10.0), ("b", "b", 0.0))
    seats, people = pd.Series({"a": 30, "b": 20}), pd.Series({"a": 100, "b": 50})
    # a: 30 / 150, b: 20 / 50
    assert two_stage_fca(table, seats, people).to_dict() == pytest.approx({"a": 0.2, "b": 0.6})


def test_a_place_without_people_gets_what_others_share():
    people = PEOPLE.where(PEOPLE != 100, 0)  # nobody lives at a, so nobody reaches x
    found = two_stage_fca(TABLE, SEATS, people)
    assert found.to_dict() == pytest.approx({"a": 0.3, "b": 0.3, "c": 0})
    assert np.isfinite(found).all()


@examples(15, whole=60)
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_more_supply_lowers_no_score_and_more_people_raise_none(seed, at):
    table, supply, people = random_case(seed, n=12)
    more = supply.copy()
    more.iloc[at] += 10
    crowd = people.copy()
    crowd.iloc[at] += 50
    for measure in EVERY[:3]:
        before = measure(table, supply, people)
        assert (measure(table, more, people) >= before - 1e-12).all()
        assert (measure(table, supply, crowd) <= before + 1e-12).all()
    loads = inverted_two_stage_fca(table, supply, people)
    assert (inverted_two_stage_fca(table, supply, crowd) >= loads - 1e-12).all()
    assert (inverted_two_stage_fca(table, more, people) <= loads + 1e-12).all()


@examples(15, whole=60)
@given(st.integers(0, 10**6))
def test_twice_the_people_have_half_each(seed):
    table, supply, people = random_case(seed, n=12)
    for measure in EVERY[:3]:
        once, twice = measure(table, supply, people), measure(table, supply, 2 * people)
        assert (2 * twice).to_numpy() == pytest.approx(once.to_numpy())


@pytest.mark.parametrize("measure", EVERY)
def test_rows_in_another_order_and_other_labels_change_nothing(measure):
    table, supply, people = random_case(3)
    mixed = table.sample(frac=1, random_state=1)
    one = measure(table, supply, people)
    other = measure(mixed, supply[::-1], people[::-1])[one.index]
    assert other.to_numpy() == pytest.approx(one.to_numpy(), rel=0.02, nan_ok=True)
    # Numbers as labels, a name of the index, and columns that `access` has names for.
    number = {label: k for k, label in enumerate([*people.index, *supply.index])}
    named = table.replace({"origin": number, "destination": number}).assign(demand=1, geoid="g")
    third = measure(
        named,
        supply.rename(number).rename_axis("geoid"),
        people.rename(number).rename_axis("demand"),
    )
    assert third.to_numpy() == pytest.approx(one.to_numpy(), nan_ok=True)


@pytest.mark.parametrize("measure", EVERY)
def test_nobody_nothing_and_no_walks(measure):
    nobody, nothing = PEOPLE.iloc[:0], SEATS.iloc[:0]
    found = measure(TABLE[:0], nothing, nobody)
    assert len(found) == 0
    assert found.dtype == np.float64
    found = measure(TABLE[:0], SEATS, PEOPLE)
    assert len(found) == 3
    found = measure(TABLE, SEATS * 0, PEOPLE * 0)
    assert not np.isinf(found).any()


@pytest.mark.parametrize("measure", EVERY)
@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ((TABLE, PEOPLE, SEATS), "swap the two, or the columns of minutes"),
        ((TABLE, SEATS, PEOPLE - 150), "people, row 'a': -50 is negative"),
        ((TABLE, SEATS, PEOPLE.where(PEOPLE < 300)), "people, row 'c': nan is no number"),
        ((TABLE, SEATS, pd.concat([PEOPLE, PEOPLE])), "people: the label 'a' stands twice"),
        ((TABLE, SEATS, PEOPLE.drop("c")), "minutes, row 3: the origin 'c' is not among"),
        ((TABLE, SEATS.drop("y"), PEOPLE), "minutes, row 1: the destination 'y' is not among"),
        ((pd.concat([TABLE, TABLE]), SEATS, PEOPLE), "the pair 'a', 'x' stands twice"),
        (
            (TABLE.drop(columns="minutes"), SEATS, PEOPLE),
            "give a long table with the columns origin",
        ),
        ((TABLE, None, PEOPLE), "supply is a NoneType; give a Series of numbers by label"),
    ],
)
def test_tables_that_do_not_fit_are_refused(measure, tables, message):
    with pytest.raises(ArgumentError) as told:
        measure(*tables)
    assert message in str(told.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tau_minutes": 0}, "tau_minutes is 0; give a number above 0"),
        ({"rho": -1}, "rho is -1; give a number above 0"),
        ({"cycles": "many"}, "cycles is 'many'; give a number above 0"),
    ],
)
def test_options_of_raam_that_cannot_be_meant(options, message):
    with pytest.raises(ArgumentError) as told:
        raam(TABLE, SEATS, PEOPLE, **options)
    assert message in str(told.value)


def test_raam_refuses_more_pairs_than_it_can_hold(monkeypatch):
    monkeypatch.setattr(agents, "MOST_CELLS", 5)
    with pytest.raises(ArgumentError, match="3 origins x 2 destinations are 6 pairs"):
        raam(TABLE, SEATS, PEOPLE)


def test_cutoffs_are_checked():
    for call in (
        lambda: two_stage_fca(TABLE, SEATS, PEOPLE, cutoff_minutes=-5),
        lambda: inverted_two_stage_fca(TABLE, SEATS, PEOPLE, cutoff_minutes=-5),
        lambda: three_stage_fca(TABLE, SEATS, PEOPLE, decay=WithinCutoff(9), cutoff_minutes=-5),
    ):
        with pytest.raises(ArgumentError, match="cutoff_minutes: -5 will not do"):
            call()
