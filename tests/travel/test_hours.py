"""What is shut and what is open at a moment, as rules for preparing streets."""

from datetime import datetime

import pytest

from planner.plan.moments import Moment
from planner.travel.hours import rules_at
from planner.travel.wall_rules import AS_TAGGED, WallRules
from tests.cities.drawing import estates_network, own_gates
from tests.cities.estates_drawing import STREET, TWINS

DAY = Moment("day", "", "", datetime(2026, 3, 10, 10))
NIGHT = Moment("night", "", "", datetime(2026, 3, 10, 23))


def test_gates_are_shut_by_their_hours():
    gates = own_gates(((100, 10), "residents", "W")).assign(hours="Mo-Su 06:00-22:00")
    network = estates_network(TWINS, own_gates=gates)
    assert rules_at(network, None) == rules_at(network, DAY) == AS_TAGGED
    [row] = rules_at(network, NIGHT).shut
    assert network.walls.gates.gate_id[row] == "W"


def test_hours_that_cannot_be_read_change_nothing_and_are_listed():
    odd = TWINS.having(
        ways={10: ([1, 2, 3, 4], f"{STREET} foot:conditional=no@snow;no@(22:00-06:00)")},
        spots={
            5: "barrier=gate opening_hours=daylight?",
            2: "barrier=gate foot:conditional=no@wet",
        },
    )
    network = estates_network(odd)
    assert "daylight?" in network.walls.gates.hours
    rules = rules_at(network, NIGHT)
    assert rules.shut == rules.opened == rules.unlocked == ()
    assert {network.osm_id[edge] for edge in rules.switched} == {10}
    assert network.walls.notes.tolist() == [
        "'way/10: foot:conditional=no@snow' cannot be read, so it changes nothing",
        "'node/2: foot:conditional=no@wet' cannot be read, so it changes nothing",
        "'node/5: opening_hours=daylight?' cannot be read, so it changes nothing",
    ]


@pytest.mark.parametrize(
    ("tags", "rules"),
    [
        ("barrier=gate foot:conditional=no@(22:00-06:00)", WallRules(shut=(0,))),
        # in front of streets that are for residents by their own tags
        ("barrier=gate foot=no foot:conditional=yes@(22:00-06:00)", WallRules(unlocked=(0,))),
        ("barrier=gate foot=no foot:conditional=private@(22:00-06:00)", WallRules(unlocked=(0,))),
        ("barrier=gate foot=private foot:conditional=no@(22:00-06:00)", WallRules(shut=(0,))),
        ("barrier=gate locked=yes foot:conditional=yes@(22:00-06:00)", WallRules()),
        ("barrier=gate foot:conditional=yes@(22:00-06:00) opening_hours=06:00-22:00",
         WallRules(shut=(0,))),
    ],
)  # fmt: skip
def test_conditions_of_a_gate(tags, rules):
    network = estates_network(TWINS.having(spots={5: tags, 8: None}))
    assert network.walls.gates.gate_id[0] == "node/5"
    assert rules_at(network, NIGHT) == rules
    assert rules_at(network, DAY).shut == ()
