"""Streets of tiles are those of the plain run, wherever the map is cut."""

import numpy as np
import pytest
import shapely

from planner.network.facts import StreetFacts
from planner.scale.cut import cutting, tile_reading
from planner.scale.streets.tile_streets import join_figures, measure_owned
from planner.sources.inputs import load_inputs
from planner.sources.osm.tiles import cut_tiles, run_cutting
from planner.sources.processes import Ended
from tests.cities.estates_drawing import ESTATE, PATH, PRIVATE, STREET, Estates, random_estates
from tests.cities.hills import write_hills
from tests.cities.small_plan import inputs_of
from tests.cities.walled_city import walled_city
from tests.samples import first
from tests.scale.streets.same_streets import check_tiles

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
TABLES = {"homes.csv": [("A", 10, 100, 30)]}


@pytest.fixture(autouse=True)
def cut_here(monkeypatch):
    """Cut in this process, as a process for each drawing takes 0.5 s."""

    def run_here(_module, *arguments, **_limits):
        cut_tiles.main(arguments)
        return Ended(0, "")

    monkeypatch.setattr(run_cutting, "run_limited", run_here)


@pytest.fixture(autouse=True)
def read_once(monkeypatch):
    """Read each tile once, not in each of its steps: from the store it would take 0.05 s."""
    kept = {}

    def load_once(manifest, tile, **options):
        key = manifest.folder, tile.name
        if key not in kept:
            kept[key] = cutting.load_tile(manifest, tile, **options)
        return kept[key]

    monkeypatch.setattr(tile_reading, "load_tile", load_once)


def check(drawing, folder, *, tiles=2, halo_m=120.0, **options):
    """Check a drawing, cut into tiles, beside the plain run; return streets of tiles and facts."""
    inputs = inputs_of(folder, HOMES, drawing=drawing, tables=TABLES, **options)
    streets, facts = check_tiles(inputs, folder, tiles=tiles, halo_m=halo_m)
    return streets, StreetFacts.from_arrays(facts)


def line(*places, start=1, y=0.0):
    """Return nodes on a line from west to east, numbered from `start`."""
    return {start + k: (x, y) for k, x in enumerate(places)}


@pytest.mark.parametrize(("east_end", "ids"), first(1, [(8_200, [11, 12, 13]), (8_600, [])]))
def test_an_island_over_the_border_is_as_long_as_both_its_halves(tmp_path, east_end, ids):
    # The town goes from 0 to 12 km, the border is at 6 km. North of it lies a street that joins
    # nothing: of 5,200 m it is no island though each of its halves is shorter, of 4,800 m it is.
    #     11 ------ 12 ------ 13        from 3,400 m, 500 m north
    #  1 --------------------------- 3
    nodes = line(0, 5_900, 12_000) | line(3_400, 6_000, east_end, start=11, y=500.0)
    # A stub of each node: no edge goes on from tile to tile.
    nodes |= line(0, 5_900, 12_000, start=21, y=30.0)
    ways = {1: ([1, 2, 3], STREET), 2: ([11, 12], STREET), 3: ([12, 13], STREET)}
    ways |= {k: ([k - 20, k], STREET) for k in (21, 22, 23)}
    streets, facts = check(Estates(nodes, ways), tmp_path)
    assert facts.island_node.tolist() == ids
    assert len(set(facts.island)) == int(bool(ids))
    assert [int(one.network.island.sum()) for one in streets] == [int(bool(ids))] * 2


@pytest.mark.nightly
def test_the_largest_component_may_lie_in_another_tile(tmp_path):
    # Two towns of 900 m and 700 m, 2 km apart: both are short, but the larger one is no island.
    nodes = line(0, 450, 900) | line(2_300, 2_600, 3_000, start=11)
    drawing = Estates(nodes, {1: ([1, 2, 3], STREET), 2: ([11, 12, 13], STREET)})
    (west, east), facts = check(drawing, tmp_path)
    assert facts.island_node.tolist() == [11, 12, 13]
    assert not west.network.island.any()
    assert east.network.island.all()


# An estate from 300 to 1,700 m, its wall drawn 100 m round its street from 400 to 1,600 m; streets
# lead through the wall at both ends. The tiles meet at 1,000 m.
#
#   31 ------------------------- 34     y = 100
#   |                             |
#  2-5 -- 6 ------ 7 ------ 8 -- 9-3    y = 0        gate: 9
#   |                             |
#   32 ------------------------- 33     y = -100
LONG_ESTATE = Estates(
    nodes=line(0, 200) | {3: (1_800, 0), 4: (2_000, 0), 5: (300, 0), 6: (400, 0), 7: (1_000, 0),
           8: (1_600, 0), 9: (1_700, 0), 31: (300, 100), 32: (300, -100), 33: (1_700, -100),
           34: (1_700, 100), 41: (200, 200), 42: (1_800, 200)},
    ways={
        1: ([1, 2], STREET), 2: ([2, 5], STREET), 3: ([9, 3], STREET), 4: ([3, 4], STREET),
        5: ([5, 6, 7], PRIVATE), 6: ([7, 8, 9], PRIVATE), 7: ([2, 41, 42, 3], STREET),
        901: ([31, 5, 32, 33, 9, 34, 31], f"{ESTATE} name=Long"),
    },
    spots={9: "barrier=gate"},
)  # fmt: skip


def test_an_estate_is_entered_by_its_only_gate_beyond_the_border(tmp_path):
    (west, east), facts = check(LONG_ESTATE, tmp_path)
    assert facts.gated.tolist() == ["way/901"]
    # Though no gate is in the west, its passage there is none: the wall has one in the east.
    gates = west.network.walls.gates
    at = west.network.node_id[gates.node] == 5
    assert gates.shut_as_tagged[at].tolist() == [True]
    assert east.network.walls.gates.mapped.any()


@pytest.mark.parametrize(("middle", "zones"), first(1, [(990, ["way/901"]), (1_000, [])]))
def test_a_zone_is_private_by_all_its_streets(tmp_path, middle, zones):
    # The estate has no wall. Its streets are public from 300 m to node 7, in the west, and private
    # from there to 1,700 m: an estate by more than half of them, not by just half.
    drawing = LONG_ESTATE.having(
        nodes={7: (middle, 0)},
        ways={5: ([5, 6, 7], STREET), 901: ([31, 5, 32, 33, 9, 34, 31], "landuse=residential")},
        spots={9: None},
    )
    _, facts = check(drawing, tmp_path)
    assert facts.private_zone.tolist() == zones


def test_a_gate_of_the_plan_stands_beside_the_border(tmp_path):
    # A passage 5 m east of the border; of the gates at 1 m west and 3 m east of it the latter is
    # nearer. The one in the west is of no use, as the plain run says.
    drawing = Estates(
        LONG_ESTATE.nodes | {50: (1_005, 100), 51: (1_005, 200)},
        LONG_ESTATE.ways | {8: ([7, 50], PRIVATE), 9: ([50, 51], STREET),
                            7: ([2, 41, 51, 42, 3], STREET),
                            901: ([31, 5, 32, 33, 9, 34, 50, 31], f"{ESTATE} name=Long")},
    )  # fmt: skip
    gates = [("far", "", "everyone", 999, 100), ("near", "08:00-20:00", "everyone", 1_003, 100),
             ("nowhere", "", "everyone", 100, 30)]  # fmt: skip
    streets, facts = check(drawing, tmp_path, gates=gates)
    assert facts.own_row.tolist() == [1]
    assert facts.own_node.tolist() == [50]
    assert [note[:13] for note in facts.notes] == ["gates: row 2:", "gates: row 4:"]
    for one in streets:
        gates = one.network.walls.gates
        assert gates.gate_id[one.network.node_id[gates.node] == 50].tolist() == ["near"]


def test_a_group_of_private_streets_over_three_tiles_is_one(tmp_path):
    # Private streets 30 -> 10 -> 20 from 500 to 5,500 m, in thirds of 6 km; a zone at their west
    # end: together they are longer than a stub of it, and named after the smallest way.
    nodes = line(0, 500, 2_100, 3_900, 5_500, 6_000)
    nodes |= {11: (0, 50), 12: (6_000, 50), 13: (600, 50), 14: (600, 150)}
    nodes |= {21: (550, 20), 22: (650, 20), 23: (650, 200), 24: (550, 200)}
    drawing = Estates(
        nodes,
        {1: ([1, 2], STREET), 30: ([2, 3], PRIVATE), 10: ([3, 4], PRIVATE), 20: ([4, 5], PRIVATE),
         2: ([5, 6], STREET), 3: ([1, 11, 12, 6], STREET), 40: ([2, 13], PRIVATE),
         41: ([13, 14], PRIVATE), 901: ([21, 22, 23, 24, 21], ESTATE)},
    )  # fmt: skip
    streets, facts = check(drawing, tmp_path, tiles=3)
    assert set(facts.group) == {"way/10"}
    ids = [one.network.walls.compounds.id.tolist() for one in streets]
    assert ids == [["way/901", "way/10"], ["way/10"], ["way/10"]]


@pytest.mark.nightly
def test_a_stub_over_the_border_belongs_to_its_zone(tmp_path):
    # A private path of 100 m leads out of the wall, over the border at 1,000 m.
    #      21 ------- 22
    #       |  4 ---- 5 ---(1,000)--- 6 --- 2        4: 900, 5: 940, 6: 1,040 m
    #      24 ------- 23
    nodes = {1: (0, 0), 2: (1_100, 0), 3: (2_000, 0), 4: (900, 50), 5: (940, 50), 6: (1_040, 50),
             7: (1_100, 50), 21: (850, 100), 22: (940, 100), 23: (940, 20),
             24: (850, 20)}  # fmt: skip
    drawing = Estates(
        nodes,
        {1: ([1, 2, 3], STREET), 2: ([4, 5], PRIVATE), 3: ([5, 6], PRIVATE), 4: ([6, 7, 2], STREET),
         901: ([21, 22, 5, 23, 24, 21], ESTATE)},
    )  # fmt: skip
    _, facts = check(drawing, tmp_path)
    assert facts.group_node.tolist() == [5, 6]
    assert facts.group.tolist() == ["way/901", "way/901"]


def test_streets_behind_a_gate_in_another_tile_are_for_residents(tmp_path):
    # Public streets of 1,000 m behind a gate for residents at 800 m; west of it are 800 m. The
    # longer part is the outside, although no tile sees all of it: west with its loop of 3,000 m.
    nodes = line(0, 400, 800, 1_000, 1_800) | line(0, 1_500, start=11, y=300.0)
    drawing = Estates(
        nodes,
        {1: ([1, 2, 3], STREET), 2: ([3, 4, 5], STREET), 3: ([1, 11, 12], STREET)},
        {3: "barrier=gate access=private"},
    )
    streets, facts = check(drawing, tmp_path)
    assert facts.enclosed_node.tolist() == [4, 5]
    # Two edges meet at the gate, both of the west: the street with its loop, and what lies behind.
    assert [sorted(one.network.access[one.owned]) for one in streets] == [["public", "way/2"], []]


def test_an_edge_may_be_longer_than_the_halo(tmp_path):
    # A path of six ways from 600 to 5,400 m without a crossing: one edge of 4,800 m over both
    # tiles, whose halo is 120 m. At its ends lie a gate and a crossing that the other tile lacks.
    xs = [0, 600, 1_400, 2_200, 2_990, 3_800, 4_600, 5_400, 6_000]
    nodes = line(*xs) | {21: (600, 60), 22: (5_400, 60), 23: (5_400, -60)}
    ways = {k: ([k, k + 1], PATH) for k in range(2, 8)}
    ways |= {1: ([1, 2], STREET), 8: ([8, 9], STREET), 11: ([2, 21], STREET),
             12: ([22, 8, 23], STREET)}  # fmt: skip
    spots = {2: "barrier=gate access=private", 8: "highway=crossing crossing=traffic_signals"}
    (west, east), _ = check(Estates(nodes, ways, spots), tmp_path)
    for one in (west, east):
        # UTM draws it 0.12 per mille too short here.
        assert one.network.length_m.max() == pytest.approx(4_800, rel=0.0002)
    assert west.owned.sum() == 3  # ways 1, 11 and the path, which begins at node 2
    assert east.owned.sum() == 3


def test_a_bridge_over_the_border_rises_evenly_between_its_ends(tmp_path):
    # A bridge of 2,000 m forks at 1,400 m: where it does, all its streets are aloft. The tiles meet
    # there, and the halo of 120 m ends far from all three ends of the bridge.
    #                               31 (1,400, 600)
    #   1 --- 2 ===================== 30 ======= 3 --- 4        0, 400, 1,400, 2,400, 2,800 m
    nodes = {1: (0, 0), 2: (400, 0), 30: (1_400, 0), 3: (2_400, 0), 4: (2_800, 0), 31: (1_400, 600)}
    nodes |= {5: (400, 60), 6: (2_400, 60)}
    bridge = "highway=residential bridge=yes"
    ways = {1: ([1, 2], STREET), 2: ([2, 30], bridge), 3: ([30, 3], bridge), 4: ([3, 4], STREET),
            5: ([30, 31], bridge), 6: ([2, 5], STREET), 7: ([3, 6], STREET)}  # fmt: skip
    inputs = inputs_of(tmp_path, HOMES, drawing=Estates(nodes, ways), tables=TABLES)
    write_hills(
        tmp_path / "dem.tif", lambda x, _y: 2 + x / 50, low=(-500, -500), high=(3_500, 1_500)
    )
    plan = inputs.plan
    network = plan.network.model_copy(update={"elevation": tmp_path / "dem.tif"})
    inputs = load_inputs(plan.model_copy(update={"network": network}))
    (west, _), _ = check_tiles(inputs, tmp_path, tiles=2, halo_m=120.0)
    # Nodes 2, 3 and 31 stand on the ground at 10, 50 and 30 m; each neighbour counts the more the
    # nearer: (10/1000 + 50/1000 + 30/600) / (1/1000 + 1/1000 + 1/600) = 30 m.
    at = west.network.node_id == 30
    assert west.network.height_m[at] == pytest.approx(30, abs=0.05)


@pytest.mark.nightly
def test_what_cannot_be_read_is_noted_in_the_order_of_the_whole(tmp_path):
    # Two streets with hours that nobody can read, the eastern one with the smaller node; a gate.
    nodes = line(0, 1_000, 3_000, start=5) | {1: (2_500, 0)} | line(0, 1_000, start=11, y=60.0)
    ways = {1: ([5, 6], f"{STREET} opening_hours=whenever"),
            2: ([1, 7], f"{PATH} foot:conditional=perhaps"), 3: ([6, 1], STREET),
            4: ([5, 11], STREET), 5: ([6, 12], STREET)}  # fmt: skip
    spots = {7: "barrier=gate opening_hours=sometimes"}
    streets, facts = check(Estates(nodes, ways, spots), tmp_path)
    noted = [note.split(":")[0] for note in plain_notes(streets, facts)]
    assert noted == ["'way/2", "'way/1", "'node/7"]


def plain_notes(streets, facts):
    """Return what is noted of the streets of all tiles."""
    return join_figures([measure_owned(one) for one in streets], facts.to_arrays()).notes


@pytest.mark.nightly
def test_an_estate_beside_a_street_that_leaves_the_area_is_known(tmp_path):
    # The area ends at 1,000 m, its ring at 2,500 m; a street without a bend goes on to 6,000 m, and
    # beside its end lies an estate. Its tile knows that the street leaves the area.
    nodes = line(0, 900, 6_000) | {11: (0, 900), 21: (5_900, 50), 22: (5_990, 50),
             23: (5_990, 150), 24: (5_900, 150), 31: (5_950, 30), 32: (5_960, 40)}  # fmt: skip
    ways = {1: ([1, 2, 3], STREET), 2: ([1, 11], STREET), 3: ([31, 32], STREET),
            901: ([21, 22, 23, 24, 21], ESTATE)}  # fmt: skip
    area = shapely.box(0, 0, 1_000, 1_000)
    (_, east), facts = check(Estates(nodes, ways), tmp_path, area=area)
    assert len(facts.leaving) == 1
    assert east.network.walls.compounds.id.tolist() == ["way/901"]


def test_a_tile_may_hold_no_street(tmp_path):
    # Two towns 6 km apart: nothing lies in the middle third.
    nodes = line(0, 300) | line(8_700, 9_000, start=11)
    drawing = Estates(nodes, {1: ([1, 2], STREET), 2: ([11, 12], STREET)})
    streets, _ = check(drawing, tmp_path, tiles=3)
    assert [one.network.n_edges for one in streets] == [1, 0, 1]


@pytest.mark.parametrize(("seed", "tiles"), first(1, [(k, 4 + k % 6) for k in range(40)]))
def test_random_estates_are_those_of_the_plain_run(tmp_path, seed, tiles):
    drawing, _ = random_estates(seed)
    check(drawing, tmp_path, tiles=tiles, halo_m=60.0)


@pytest.mark.parametrize(("seed", "tiles"), first(1, [(k, 4 + k % 6) for k in range(30)]))
def test_random_walled_cities_are_those_of_the_plain_run(tmp_path, seed, tiles):
    drawing = walled_city(seed)
    rng = np.random.default_rng(seed)
    gates = [(f"G{k}", "", "everyone", *rng.uniform(0, 450, 2)) for k in range(8)]
    check(drawing, tmp_path, tiles=tiles, halo_m=150.0, gates=gates)
