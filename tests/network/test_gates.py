"""Gates: where compounds open to public streets, by the map and by the table of the plan."""

import pytest

from planner.network.walls import EVERYONE, NOBODY, OPEN_TO_ALL, RESIDENTS
from tests.cities.drawing import estates_network, own_gates
from tests.cities.estates_drawing import ESTATE, GROUP, PRIVATE, STREET, TWINS, TWINS_WITH_A_HOLE

MAPPED, INFERRED, SHUT, PLAIN = "mapped", "inferred", "shut as tagged", "not a gate"


def gates_of(network):
    """Return {(node id, compound or ""): (what it is, who passes)}."""
    gates, ids = network.walls.gates, [*network.walls.compounds.id, ""]
    found = {}
    for k in range(len(gates)):
        kinds = [
            kind
            for kind, flag in (
                (MAPPED, gates.mapped), (INFERRED, gates.inferred), (SHUT, gates.shut_as_tagged),
            )
            if flag[k]
        ] or [PLAIN]  # fmt: skip
        assert len(kinds) == 1  # never two of them
        key = (int(network.node_id[gates.node[k]]), str(ids[gates.compound[k]]))
        assert key not in found
        found[key] = (kinds[0], gates.passes[k])
    return found


WEST_GATE, EAST_GATE, HOLE = (5, "way/901"), (8, "way/902"), (31, "way/901")


def test_mapped_gates_are_the_passages_of_their_compounds():
    network = estates_network(TWINS)
    # not node 7, where private streets of both meet and nothing public
    assert gates_of(network) == {WEST_GATE: (MAPPED, EVERYONE), EAST_GATE: (MAPPED, EVERYONE)}
    assert network.walls.gates.gate_id.tolist() == ["node/5", "node/8"]
    assert network.walls.notes.tolist() == []


def test_a_hole_beside_a_mapped_gate_is_shut_as_tagged():
    found = gates_of(estates_network(TWINS_WITH_A_HOLE))
    assert found[HOLE] == (SHUT, RESIDENTS)
    assert found[WEST_GATE] == (MAPPED, EVERYONE)


def test_a_wall_without_a_mapped_gate_has_inferred_ones():
    found = gates_of(estates_network(TWINS_WITH_A_HOLE.having(spots={5: None})))
    assert found == {
        WEST_GATE: (INFERRED, RESIDENTS),
        HOLE: (INFERRED, RESIDENTS),
        EAST_GATE: (MAPPED, EVERYONE),  # the gate of the other estate stays as it is mapped
    }


def test_a_mapped_gate_that_is_locked_is_a_mapped_gate():
    locked = TWINS_WITH_A_HOLE.having(spots={5: "barrier=gate locked=yes"})
    found = gates_of(estates_network(locked))
    assert found[WEST_GATE] == (MAPPED, NOBODY)
    assert found[HOLE] == (SHUT, RESIDENTS)


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        ("barrier=lift_gate access=private", RESIDENTS),
        ("barrier=gate access=private foot=yes", EVERYONE),
        ("barrier=gate foot=no", NOBODY),
        ("barrier=gate access=no", NOBODY),
        ("barrier=wicket_gate", EVERYONE),
    ],
)
def test_who_passes_a_gate_of_the_map(tags, passes):
    found = gates_of(estates_network(TWINS.having(spots={5: tags})))
    assert found[WEST_GATE] == (MAPPED, passes)


def test_a_compound_without_a_wall_has_passages_and_no_inferred_gates():
    assert gates_of(estates_network(GROUP)) == {
        (2, "way/11"): (PLAIN, RESIDENTS),
        (4, "way/11"): (PLAIN, RESIDENTS),
    }
    gated = GROUP.having(spots={2: "barrier=gate"})
    assert gates_of(estates_network(gated)) == {
        (2, "way/11"): (MAPPED, EVERYONE),
        (4, "way/11"): (PLAIN, RESIDENTS),
    }


def test_a_stub_outside_the_wall_moves_the_gate_to_its_end():
    """2 - 5 is private too: the street is passed at 2, and the gate at 5 is amid the compound."""
    stub = TWINS.having(ways={11: ([2, 5], PRIVATE)})
    assert gates_of(estates_network(stub)) == {
        (2, "way/901"): (INFERRED, RESIDENTS),
        (5, ""): (MAPPED, EVERYONE),
        EAST_GATE: (MAPPED, EVERYONE),
    }


def test_a_gate_elsewhere_is_listed_without_a_compound():
    """On a public street, inside a compound, and on no street at all."""
    more = TWINS.having(
        nodes={40: (50, 0), 41: (100, 50), 42: (0, 500)},
        ways={10: ([1, 40, 2, 3, 4], STREET), 13: ([5, 41, 6, 7], PRIVATE)},
        spots={40: "barrier=gate locked=yes", 41: "barrier=gate", 42: "barrier=gate"},
    )
    found = gates_of(estates_network(more))
    assert found[40, ""] == (MAPPED, NOBODY)
    assert found[41, ""] == (MAPPED, EVERYONE)
    assert len(found) == 4  # 42 is on no street


def test_one_node_may_be_the_passage_of_two_compounds():
    """A public street comes up to 7, in the wall between the twins."""
    shared = TWINS.having(nodes={40: (200, 300)}, ways={18: ([7, 40], STREET)})
    found = gates_of(estates_network(shared))
    assert found[7, "way/901"] == found[7, "way/902"] == (SHUT, RESIDENTS)
    gate = estates_network(shared, own_gates=own_gates(((205, 100), "everyone", "g7")))
    found = gates_of(gate)
    assert found[7, "way/901"] == found[7, "way/902"] == (MAPPED, OPEN_TO_ALL)


# -- the plan's own table -------------------------------------------------------------------------


@pytest.mark.parametrize(("metres", "reaches"), [(0, True), (29, True), (31, False)])
def test_a_gate_of_the_table_belongs_to_the_passage_within_30_metres(metres, reaches):
    network = estates_network(
        TWINS_WITH_A_HOLE, own_gates=own_gates(((100, 210 + metres), "residents", "north"))
    )
    found = gates_of(network)
    assert found[HOLE] == ((MAPPED if reaches else SHUT), RESIDENTS)
    assert ("north" in network.walls.gates.gate_id) == reaches
    notes = network.walls.notes.tolist()
    assert len(notes) == (not reaches)
    assert all("gates: row 2: no street passes a wall within 30 m" in note for note in notes)


def test_the_table_beats_the_map():
    table = own_gates(((100, 12), "nobody", "g1"), ((300, 12), "adult;courier"))
    network = estates_network(TWINS, own_gates=table)
    found = gates_of(network)
    assert found == {WEST_GATE: (MAPPED, NOBODY), EAST_GATE: (MAPPED, "adult;courier")}
    assert network.walls.gates.gate_id.tolist() == ["g1", "row 3"]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_gates_at_one_passage_the_nearer_counts(turn):
    rows = [((100, 20), "nobody", "far"), ((100, 12), "everyone", "near")]
    network = estates_network(TWINS, own_gates=own_gates(*rows[::turn]))
    assert gates_of(network)[WEST_GATE] == (MAPPED, OPEN_TO_ALL)
    assert network.walls.gates.gate_id.tolist() == ["near", "node/8"]
    far, near = (2, 3)[::turn]
    [note] = network.walls.notes
    assert note.startswith(f"gates: row {far}: the gate of row {near} is nearer")


@pytest.mark.parametrize(("x", "used"), [(204, False), (201.5, False), (200.5, True), (198, True)])
def test_a_gate_in_or_on_an_estate_is_no_gate_of_its_neighbour(x, used):
    """The west gate is 10 m from the wall between the twins, the east gate 100 m."""
    near = TWINS.having(nodes={2: (190, 0), 5: (190, 10), 6: (190, 100)})
    network = estates_network(near, own_gates=own_gates(((x, 12), "nobody", "own")))
    assert gates_of(network)[WEST_GATE] == (MAPPED, NOBODY if used else EVERYONE)
    assert gates_of(network)[EAST_GATE] == (MAPPED, EVERYONE)
    assert len(network.walls.notes) == (not used)


def test_a_gate_outside_every_estate_belongs_to_the_nearest_passage():
    near = TWINS.having(nodes={2: (190, 0), 5: (190, 10), 6: (190, 100)})
    network = estates_network(near, own_gates=own_gates(((212, 5), "nobody", "own")))
    assert gates_of(network)[WEST_GATE] == (MAPPED, NOBODY)


def test_the_table_shuts_the_other_passages_of_a_wall():
    """No gate is mapped; the table's one turns the inferred one at the hole into a hole."""
    bare = TWINS_WITH_A_HOLE.having(spots={5: None, 8: None})
    found = gates_of(estates_network(bare, own_gates=own_gates(((95, 10), "residents"))))
    assert found[WEST_GATE] == (MAPPED, RESIDENTS)
    assert found[HOLE] == (SHUT, RESIDENTS)
    assert found[EAST_GATE] == (INFERRED, RESIDENTS)


def test_a_table_without_any_passage_to_serve_is_noted_row_by_row():
    bare = GROUP.having(ways={11: None, 12: None})  # no private street is left
    table = own_gates(((0, 0), "everyone"), ((100, 0), "everyone"))
    network = estates_network(bare, own_gates=table)
    assert len(network.walls.gates) == 0
    assert [note.split(":")[1] for note in network.walls.notes] == [" row 2", " row 3"]


def test_a_zone_that_only_its_streets_make_a_compound_is_not_walled():
    plain = {way: (TWINS.ways[way][0], ESTATE.replace(" barrier=wall", "")) for way in (901, 902)}
    found = gates_of(estates_network(TWINS_WITH_A_HOLE.having(ways=plain)))
    assert found[WEST_GATE] == (MAPPED, EVERYONE)
    assert found[HOLE] == (PLAIN, RESIDENTS)  # not shut, as the zone has no wall
