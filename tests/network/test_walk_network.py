"""WalkNetwork: a value that keeps its rules."""

import dataclasses

import numpy as np
import pytest

from planner.errors import NetworkError
from planner.network import WalkNetwork
from planner.plan.profiles import PROFILES, WalkProfile
from tests.cities.drawing import FRAME, WALKER, Drawing


@pytest.fixture
def network():
    """1 --100-- 2 ==60 steps== 3, with 2 --80-- 4 for residents."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (160, 0), 4: (100, 80)}
    ways = [
        ([1, 2], "highway=residential name=Lane"),
        ([2, 3], "highway=steps"),
        ([2, 4], "highway=service access=private", 44),
    ]
    return Drawing(nodes, ways).network()


def test_every_array_is_read_only(network):
    for column in dataclasses.fields(network):
        value = getattr(network, column.name)
        if isinstance(value, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                value[:] = value
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.u = network.v


def test_a_network_can_be_the_key_of_a_dict(network):
    assert {network: 1}[network] == 1
    assert network != dataclasses.replace(network)


def test_minutes_of_edges(network):
    # 100 m a minute; steps at half speed
    assert network.minutes(WALKER).tolist() == pytest.approx([1.0, 1.2, 0.8], abs=1e-12)
    # 4 km/h: 100 m in 1.5 minutes
    assert network.minutes(PROFILES["adult"])[0] == pytest.approx(1.5, abs=1e-12)
    slow = WalkProfile("slow on steps", 6.0, steps_factor=0.25)
    assert network.minutes(slow).tolist() == pytest.approx([1.0, 2.4, 0.8], abs=1e-12)


def test_the_edges_as_a_layer(network):
    layer = network.to_edges(WALKER)
    assert list(layer.columns) == [
        "edge_id", "u", "v", "length_m", "minutes", "access", "island", "elevated", "highway",
        "name", "osm_id", "geometry",
    ]  # fmt: skip
    assert layer.crs == FRAME
    assert layer[["u", "v"]].values.tolist() == [[1, 2], [2, 3], [2, 4]]
    assert layer["access"].tolist() == ["public", "public", "way/44"]
    assert layer["name"].tolist() == ["Lane", "", ""]
    assert layer.length.tolist() == pytest.approx(layer["length_m"].tolist(), abs=1e-9)


def test_the_hull_and_the_summary(network):
    assert network.hull.area == 160 * 80 / 2
    assert repr(network).startswith("WalkNetwork(4 nodes, 3 edges, 0.2 km")
    assert (network.n_nodes, network.n_edges) == (4, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"xy": lambda n: n.xy[:-1]}, "xy has shape"),
        ({"v": lambda n: n.v[:-1]}, "v has 2 rows, expected 3"),
        ({"access": lambda n: n.access[:-1]}, "access has 2 rows"),
        ({"v": lambda n: n.v + 5}, "ends at a node that does not exist"),
        ({"u": lambda n: n.u - 9}, "ends at a node that does not exist"),
        ({"offsets": lambda n: n.offsets[:-1]}, "offsets do not match"),
        (
            {"offsets": lambda n: np.clip(n.offsets, 0, None) - [0, 1, 0, 0]},
            "fewer than two vertices",
        ),
        ({"coords": lambda n: n.coords + 1}, "does not run from its node u to its node v"),
        ({"u": lambda n: n.v, "v": lambda n: n.u}, "does not run from its node u to its node v"),
        ({"xy": lambda n: n.xy * np.nan}, "not a number"),
        ({"coords": lambda n: n.coords * np.inf}, "not a number"),
    ],
)
def test_arrays_that_contradict_each_other_are_refused(network, change, message):
    with (
        np.errstate(invalid="ignore"),
        pytest.raises(NetworkError, match=message),
    ):
        dataclasses.replace(network, **{key: value(network) for key, value in change.items()})


def test_no_streets_are_a_network_too():
    empty = np.empty(0)
    none = WalkNetwork(
        FRAME, empty.astype(int), empty.reshape(0, 2), empty.astype(int), empty.astype(int), empty,
        empty.astype(bool), empty.astype(bool), empty.astype(bool), empty.astype(object),
        empty.astype(object), empty.astype(object), empty.astype(int), empty.reshape(0, 2),
        np.zeros(1, int), empty.astype(bool), empty.astype(np.int8),
        empty.reshape(0, 2).astype(np.int8), empty.astype(np.int8), empty.astype(bool),
        empty.astype(object),
    )  # fmt: skip
    assert none.to_edges(WALKER).shape == (0, 12)
    assert none.minutes(WALKER).shape == (0,)
    assert len(none.walls.compounds) == len(none.walls.gates) == 0
