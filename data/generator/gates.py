"""Gates that somebody wrote down beside the map: where it lacks them, or says too little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .district import District
from .places import Place

SEED = 41

_SIDES = ("东", "东北", "北", "西北", "西", "西南", "南", "东南")
_KINDS = (
    # what the list adds to the map, who may pass, when, and how many
    ("unmapped", "residents", "", 14),
    ("unmapped", "residents", "06:00-23:00", 5),
    ("unmapped", "everyone", "", 3),
    ("unmapped", "nobody", "", 2),
    ("side", "nobody", "", 5),
    ("side", "residents", "06:00-22:00", 3),
    ("side", "adult;elderly;child", "05:30-22:30", 3),
    ("works", "residents", "Mo-Sa 06:30-20:30", 3),
    ("works", "adult", "", 2),
)


@dataclass(frozen=True)
class ListedGate:
    """A row of gates.csv; x and y are metres of the drawing."""

    gate_id: str
    name: str
    x: float
    y: float
    hours: str
    who: str


def listed(drawn: District) -> list[ListedGate]:
    """Forty gates of as many places: unmapped ones, side gates of estates, gates of works."""
    rng = np.random.default_rng(SEED)
    estates = [p for p in drawn.places if p.kind == "estate" and p.joined]
    hosts = {
        "unmapped": [p for p in estates if not p.gates_drawn],
        "side": [p for p in estates if p.gates_drawn and len(p.gates) > 2],
        "works": [p for p in drawn.places if p.kind == "works" and p.gates],
    }
    order = {kind: [int(k) for k in rng.permutation(len(own))] for kind, own in hosts.items()}
    gates: list[ListedGate] = []
    for kind, who, hours, count in _KINDS:
        for _ in range(count):
            place = hosts[kind][order[kind].pop()]
            x, y = place.gates[-1 if kind == "side" else 0]
            name = f"{place.name}{_side(place, x, y)}门"
            gates.append(ListedGate(f"BS-G{len(gates) + 1:02d}", name, x, y, hours, who))
    return gates


def _side(place: Place, x: float, y: float) -> str:
    """Side of a place that a gate is on."""
    turn = np.arctan2(y - place.shape.centroid.y, x - place.shape.centroid.x) / (np.pi / 4)
    return _SIDES[round(float(turn)) % 8]
