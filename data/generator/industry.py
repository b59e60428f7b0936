"""Industrial parks with one gate, open works, and the large steelworks on the shore."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely
from shapely import Polygon

from .barriers import corridor_ground
from .canvas import Canvas
from .estates import HALLS, SHEDS, draw_compound, find_gates
from .geometry import largest, on_grid, smooth
from .outline import district
from .places import Place

STEELWORKS = "澄江钢铁厂"


def park(
    canvas: Canvas,
    parcel: Polygon,
    public: shapely.STRtree,
    rng: np.random.Generator,
    *,
    name: str,
    town: str,
) -> Place | None:
    """Draw a walled industrial park with one gate; None where nothing faces a street."""
    compound = find_gates(parcel, public, rng, 1)
    if not compound.gates:
        return None
    draw_compound(
        canvas, compound, SHEDS, rng, gate_tags={"barrier": "lift_gate", "access": "private"}
    )
    canvas.areas.append((parcel, {"landuse": "industrial", "name": name}))
    return Place("works", name, parcel, town, compound.gates[0], 0.0, gates=compound.gates)


@cache
def steelworks_ground() -> Polygon:
    """Ground of the steelworks between the shore and the railways, metres of the drawing."""
    drawn = smooth(
        np.array(
            [
                [12_900, 21_000],
                [12_300, 19_950],
                [13_000, 19_150],
                [14_000, 18_750],
                [14_900, 17_900],
                [15_900, 17_250],
                [16_700, 17_350],
                [16_950, 17_300],
                [16_600, 18_350],
                [14_850, 19_800],
                [13_500, 20_900],
                [12_900, 21_000],
            ],
            dtype=float,
        ),
        1,
    )
    inside = Polygon(drawn).intersection(district().buffer(-25.0))
    return largest(shapely.difference(inside, corridor_ground().buffer(12.0)).simplify(3.0))


def draw_steelworks(
    canvas: Canvas, public: shapely.STRtree, rng: np.random.Generator, town: str
) -> Place:
    """Draw the steelworks: one wall, three gates, a coarse lattice of its own streets, halls."""
    ground = Polygon(on_grid(shapely.get_coordinates(steelworks_ground().exterior)))
    compound = find_gates(ground, public, rng, 3)
    draw_compound(
        canvas, compound, HALLS, rng, gate_tags={"barrier": "lift_gate", "access": "private"}
    )
    canvas.areas.append((ground, {"landuse": "industrial", "name": STEELWORKS}))
    middle = ground.centroid
    gate = compound.gates[0] if compound.gates else (middle.x, middle.y)
    return Place("works", STEELWORKS, ground, town, gate, 0.0)
