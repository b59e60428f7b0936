"""What a part says of its ground: streets, gates and compounds that are its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import pandas as pd
import shapely

from planner.case import Case
from planner.coverage.completeness import (
    GatesByPlace,
    StreetsByPlace,
    list_shapes,
    measure_streets,
)
from planner.coverage.compound_people import build_compound_layer
from planner.coverage.demand import PEOPLE_COLUMNS
from planner.crs.array_types import Flags, Floats, Ints
from planner.run.covered import Judgement
from planner.scale.parts.folding import PEOPLE, expand, fold


class OwnGround(Protocol):
    """The ground whose people a part answers for, amid the streets that it knows."""

    @property
    def rows(self) -> Ints:
        """The row of each of its units in the table of all units, shape (n,)."""
        ...

    @property
    def islands(self) -> Ints | None:
        """The number of each edge's island, the same in every part, -1 for none.

        None: as the network numbers them.
        """
        ...

    @property
    def join_m(self) -> Mapping[int, float]:
        """The join distance of the units of each [[demand]], from `find_table_distances`."""
        ...

    def holds(self, xy: Floats) -> Flags:
        """Tell which places (k, 2), metres, are its own; each place is that of one part alone."""
        ...

    def is_near_border(self, xy: Floats, within_m: Floats) -> Flags:
        """Tell which of its own places (k, 2) may have another part's within so many metres (k,).

        One that has none may be told of too, none that has may be left out.
        """
        ...


def measure_ground(case: Case, judgement: Judgement, ground: OwnGround) -> dict[str, pd.DataFrame]:
    """Measure the streets, gates and compounds that are the part's own.

    An edge is that of the part that its first node is in, a gate that of its node, a compound that
    of a point on its surface.

    Returns
    -------
    dict
        Of each polygon (`area`, its number among `list_shapes`) that any reach into: metres and
        island_metres (area, metres: numbers of the same true sum), islands (area, island),
        groups_of_streets (area, group), gates (area, mapped, inferred).
        compounds : the own rows of `build_compound_layer`, without people, and whether each is in
        the area; residents : compound_id and kind of units, with people.
    """
    network = case.network
    own = np.flatnonzero(ground.holds(network.xy[network.u]))
    streets = StreetsByPlace.of(network, own, ground.islands)
    gates = GatesByPlace.of(network)
    inside = ground.holds(gates.xy)
    gates = GatesByPlace(gates.xy[inside], gates.mapped[inside], gates.inferred[inside])
    found: dict[str, list[tuple[object, ...]]] = {
        name: [] for name in ("metres", "island_metres", "islands", "groups_of_streets", "gates")
    }
    for number, shape in enumerate(list_shapes(case.area)):
        sums = measure_streets(streets, gates, shape)
        found["metres"] += [(number, part) for part in expand(sums.metres.tolist())]
        found["island_metres"] += [(number, part) for part in expand(sums.island_metres.tolist())]
        found["islands"] += [(number, one) for one in sorted(sums.islands)]
        found["groups_of_streets"] += [(number, one) for one in sorted(sums.groups)]
        found["gates"].append((number, sums.gates_mapped, sums.gates_inferred))
    columns = {
        "metres": ["area", "metres"], "island_metres": ["area", "metres"],
        "islands": ["area", "island"], "groups_of_streets": ["area", "group"],
        "gates": ["area", "mapped", "inferred"],
    }  # fmt: skip
    tables = {name: pd.DataFrame(rows, columns=columns[name]) for name, rows in found.items()}
    return tables | _list_compounds(case, judgement, ground)


def _list_compounds(case: Case, judgement: Judgement, ground: OwnGround) -> dict[str, pd.DataFrame]:
    """List the own compounds, and the people in all of them."""
    demand, home = judgement.judged.demand, judgement.walk.units.compound
    layer = build_compound_layer(case.streets, demand, home, case.area)
    shapes = layer.geometry.to_numpy()
    middles = shapely.point_on_surface(shapes)
    own = ground.holds(shapely.get_coordinates(middles)) if len(layer) else np.zeros(0, dtype=bool)
    table = pd.DataFrame(layer.drop(columns=["geometry", *PEOPLE_COLUMNS]))
    table["in_area"] = np.asarray(shapely.intersects(case.area.polygon, middles), dtype=bool)
    table["shape"] = shapes
    living = np.flatnonzero(home >= 0)
    residents = pd.DataFrame(
        {
            "compound_id": case.network.walls.compounds.id[home[living]],
            "kind": demand["kind"].to_numpy()[living],
            PEOPLE: demand[PEOPLE].to_numpy()[living],
        }
    )
    return {"compounds": table[own].reset_index(drop=True), "residents": fold(residents)}
