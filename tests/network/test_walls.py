"""Walls as a value: taken apart and put together, kept between runs, and empty."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import shapely

from planner.network import load_network, stored
from planner.network.walls import make_no_walls, walls_from_arrays, walls_to_arrays
from planner.sources.cache import ArrayCache
from planner.sources.osm.extract import load_osm
from planner.travel.streets import AccessRules
from tests.cities.drawing import (
    FRAME,
    assert_same_network,
    estates_network,
    minutes_between,
    own_gates,
)
from tests.cities.estates_drawing import TWINS_WITH_A_HOLE

#: Walls of every kind: two estates, a group, gates, a hole, a river, and a gate out of place.
EVERYTHING = TWINS_WITH_A_HOLE.having(
    nodes={50: (-90, 0), 51: (-90, 90), 61: (-200, -50), 62: (600, -50), 63: (-200, -90)},
    ways={
        50: ([50, 51], "highway=service access=private"),
        51: ([50, 1], "highway=residential"),
        61: ([61, 62], "waterway=river name=Suzhou"),
        62: ([61, 63], "railway=rail"),
    },
    spots={2: "barrier=gate locked=yes"},
)
TABLE = own_gates(((100, 205), "adult;courier", "north"), ((900, 900), "nobody"))


def test_every_kind_of_row_is_there():
    walls = estates_network(EVERYTHING, own_gates=TABLE).walls
    assert walls.compounds.id.tolist() == ["way/901", "way/902", "way/50"]
    assert len(walls.gates) == 5
    assert set(walls.barriers.kind) == {"wall", "water", "railway"}
    assert len(walls.notes) == 1


def test_walls_saved_as_arrays_come_back_the_same():
    network = estates_network(EVERYTHING, own_gates=TABLE)
    arrays = walls_to_arrays(network.walls)
    assert all(isinstance(array, np.ndarray) for array in arrays.values())
    again = dataclasses.replace(network, walls=walls_from_arrays(arrays))
    assert_same_network(network, again)
    shapes = again.walls.compounds.shape
    assert shapely.is_empty(shapes).tolist() == [False, False, True]
    assert shapely.equals_exact(shapes, network.walls.compounds.shape).all()


def test_no_walls_are_walls_too():
    none = make_no_walls()
    assert len(none.compounds) == len(none.gates) == len(none.barriers.ends) == 0
    again = walls_from_arrays(walls_to_arrays(none))
    for mine, theirs in zip(
        walls_to_arrays(none).values(), walls_to_arrays(again).values(), strict=True
    ):
        assert mine.dtype == theirs.dtype
        assert mine.shape == theirs.shape


def test_walls_are_kept_between_runs(tmp_path, monkeypatch):
    path = EVERYTHING.write(tmp_path / "estates.osm")
    cache = ArrayCache(tmp_path / "cache")
    first = load_network(path, crs=FRAME, cache=cache)
    assert len(first.walls.compounds) == 3
    monkeypatch.setattr(stored, "build_network", None)  # it is not built again
    again = load_network(path, crs=FRAME, cache=cache)
    assert_same_network(first, again)
    trip = (150, 100), (250, 100)
    access = AccessRules(30.0, 1.4)
    assert minutes_between(again, *trip, access=access) == minutes_between(
        first, *trip, access=access
    )


def test_another_table_of_gates_is_another_network(tmp_path):
    """A plan's table is part of the key: a gate more is met at once."""

    class Read:
        """What a plan has read, as far as the network is concerned."""

        def __init__(self, rows):
            self.osm = load_osm(path)
            self.osm_hash = "one extract"
            self.gates = rows
            self.elevation = None
            self.plan, self.closed = SimpleNamespace(asked_conditions=()), {}

    class Table:
        def __init__(self, rows):
            self.rows = rows.to_crs(4326)

    path = EVERYTHING.write(tmp_path / "estates.osm")
    cache = ArrayCache(tmp_path / "cache")
    land = shapely.box(-1000, -1000, 1000, 1000)
    tables = [None, Table(TABLE), Table(own_gates(((100, 205), "nobody", "north")))]
    for _ in range(2):  # from nothing, then kept
        found = [stored.load_plan_network(Read(rows), FRAME, land, cache) for rows in tables]
        passes = [
            {
                str(name): str(who)
                for name, who in zip(
                    network.walls.gates.gate_id, network.walls.gates.passes, strict=True
                )
            }.get("north")
            for network in found
        ]
        assert passes == [None, "adult;courier", "nobody"]
