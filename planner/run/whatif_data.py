"""Everything by which a page judges scenarios itself: streets, gates, stations and people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.case import Case
from planner.coverage.facilities import find_approximate, join_facilities
from planner.coverage.questions import Walk
from planner.crs.array_types import Flags, Floats, Ints
from planner.network.links import Links
from planner.network.walk_network import PUBLIC, WalkNetwork
from planner.network.walls import OPEN_TO_ALL
from planner.plan.moments import Moment, are_open_at
from planner.plan.profiles import WalkProfile
from planner.sources.whatif_file import FORMAT, WhatIfData
from planner.travel.hours import find_gate_changes, rules_at
from planner.travel.streets import find_barred_gates, find_passed_gates

#: Into how many steps a metre is cut, the first that will do. Whether a leg of 100 m, or one beside
#: a wall, is possible must not tip: with 1,000 steps seven of the 21,610 units of the demo walk up
#: to 0.09 minutes longer or shorter than in a run, with 10,000 none by more than 0.0001.
_STEPS_A_METRE: Final = (10_000, 1_000, 100)
#: By what people of a group are multiplied to be whole, the first that will do, else the last.
_SHARES: Final = (1, 10, 100, 1000, 10_000, 1_000_000)
#: Larger whole numbers do not fit into those that JavaScript counts fastest with.
_LARGEST: Final = 2**30 - 1
#: What hours say of a facility at a moment.
CLOSED, OPEN, MAYBE = range(3)

_Columns = dict[str, NDArray[Any]]


def find_whatif_data(case: Case, walk: Walk, paths: Links) -> WhatIfData:
    """Return streets, gates, facilities and people as the plain columns of docs/whatif.md.

    Parameters
    ----------
    case
        The plan put together.
    walk
        Of its units, in the plan's profile, whatever the hours.
    paths
        The new openings that the layer `gate_gains` lists.
    """
    network, plan = case.network, case.plan
    west, south, east, north = case.area.with_ring.bounds
    low = np.minimum(network.xy.min(axis=0), (west, south))
    high = np.maximum(network.xy.max(axis=0), (east, north))
    origin = np.floor(low)
    # Beyond what anybody reaches from the area it does not matter how far the land goes on.
    reach_m = max(p.speed_m_per_min for p in plan.judged_profiles) * case.cutoff_minutes
    steps = _Ruler(origin, float((high - low).max() + 2 * reach_m))
    near = shapely.box(*low - 2 * reach_m, *high + 2 * reach_m)
    land = None if case.area.data is None else shapely.intersection(case.area.data, near)
    people, scales = _list_people(case)
    facilities = pd.concat([case.facilities, _find_beyond(case)], ignore_index=True)
    head = _describe_plan(case, walk, steps, scales) | {
        "origin": origin.tolist(),
        "openings": {"id": _texts(paths.id)},
        "facilities": _name_facilities(facilities),
        "units": _name_units(case),
    }
    columns = {
        **_list_streets(network, steps),
        **_list_gates(network, plan.judged_profiles),
        **_list_barriers(network, steps),
        **_list_rings("compounds", network.walls.compounds.shape, steps),
        **_list_rings("land", _shapes(land), steps),
        **_list_rings("area", _shapes(case.area.with_ring), steps),
        **_list_rings("counted", _shapes(case.area.polygon), steps),
        **_list_rings("towns", _list_towns(case), steps),
        **_list_openings(network, paths, steps),
        **_list_facilities(case, facilities, walk, steps),
        **_list_units(case, walk, steps),
        **people,
    }
    for number, moment in enumerate(plan.asked_moments):
        columns |= _list_moment(f"moment{number}", network, facilities, moment)
    return WhatIfData(head, columns)


def _describe_plan(case: Case, walk: Walk, steps: _Ruler, scales: dict[str, int]) -> dict[str, Any]:
    """Return what the head says of the plan, of who walks when, and of walls and gates."""
    network, plan = case.network, case.plan
    return {
        "format": FORMAT,
        "plan": plan.name,
        "crs": describe_frame(network),
        "steps_a_metre": steps.a_metre,
        "scales": scales,
        "access": {"limit_m": walk.streets.access.limit_m, "detour": walk.streets.access.detour},
        "cutoffs": list(plan.service.cutoffs_minutes),
        "profile": plan.service.profile,
        "profiles": [_describe_profile(profile) for profile in plan.judged_profiles],
        "moments": [_describe_moment(moment) for moment in plan.asked_moments],
        "groups": [
            {"name": group.name, "kind": group.kind, "profile": group.profile}
            for group in plan.groups
        ],
        "levels": sorted({rule.level for rule in plan.rules}),
        "complete": case.area.complete,
        "ring_m": case.area.ring_m,
        "cost_unit": plan.candidates.cost_unit,
        "compounds": {"id": _texts(network.walls.compounds.id)},
        "gates": {"id": _texts(_name_gates(network)), "name": _texts(network.walls.gates.name)},
    }


class _Ruler:
    """Counts metres in whole steps from an origin, as short as the width of the data allows."""

    def __init__(self, origin: Floats, width_m: float) -> None:
        self._origin = origin
        fitting = (each for each in _STEPS_A_METRE if width_m * each <= _LARGEST)
        self.a_metre = next(fitting, _STEPS_A_METRE[-1])

    def places(self, xy: Floats) -> tuple[Ints, Ints]:
        """Return x and y of places (n, 2); what lies too far off stands at the end of the scale."""
        x, y = self.count(np.asarray(xy, dtype=np.float64).reshape(-1, 2) - self._origin).T
        return np.ascontiguousarray(x), np.ascontiguousarray(y)

    def count(self, metres: Floats) -> Ints:
        """Return lengths in whole steps."""
        steps = np.clip(np.rint(metres * self.a_metre), -_LARGEST, _LARGEST)
        return np.asarray(steps, dtype=np.int64)


def describe_frame(network: WalkNetwork) -> dict[str, float]:
    """Return the transverse Mercator that metres are counted in: degrees, metres."""
    operation, ellipsoid = network.crs.coordinate_operation, network.crs.ellipsoid
    assert operation is not None  # every frame is a transverse Mercator
    assert ellipsoid is not None
    of = {parameter.name: float(parameter.value) for parameter in operation.params}
    return {
        "lat0": of["Latitude of natural origin"],
        "lon0": of["Longitude of natural origin"],
        "k0": of["Scale factor at natural origin"],
        "x0": of["False easting"],
        "y0": of["False northing"],
        "a": ellipsoid.semi_major_metre,
        "inverse_flattening": ellipsoid.inverse_flattening,
    }


def _describe_profile(profile: WalkProfile) -> dict[str, Any]:
    """Return what decides the minutes of a profile."""
    keys = ("name", "speed_kmh", "push_kmh", "steps_factor", "signal_s", "crossing_s", "gate_s",
            "vehicle")  # fmt: skip
    return {key: getattr(profile, key) for key in keys}


def _describe_moment(moment: Moment) -> dict[str, Any]:
    """Return a moment: its local time, and whether the day before and its own are holidays."""
    days = [moment.at - timedelta(days=1), moment.at]
    holidays = [
        bool(
            are_open_at(
                ["PH 00:00-24:00"],
                Moment("", "", "", day.replace(hour=12), moment.timezone, moment.country),
            )[0]
        )
        for day in days
    ]
    return {
        "name": moment.name,
        "local_time": moment.at.strftime("%Y-%m-%dT%H:%M"),
        "holidays": holidays,
    }


def _list_streets(network: WalkNetwork, steps: _Ruler) -> _Columns:
    """Return nodes and edges; the vertices between are steps from the one before."""
    count = np.diff(network.offsets)
    last = network.offsets[1:] - 1
    inner = np.ones(len(network.coords), dtype=bool)
    inner[network.offsets[:-1]] = inner[last] = False
    x, y = steps.places(network.coords)
    node_x, node_y = steps.places(network.xy)
    names = pd.Index(network.walls.compounds.id)
    owner = (
        names.get_indexer(pd.Index(network.access)) if len(names) else np.full(network.n_edges, -1)
    )
    owner = np.where(network.access == PUBLIC, -1, owner)
    return {
        "nodes.x": node_x,
        "nodes.y": node_y,
        "edges.u": network.u,
        "edges.v": network.v - network.u,
        "edges.bends": count - 2,
        "edges.owner": owner,
        "edges.steps": network.steps,
        "edges.elevated": network.elevated,
        "edges.island": network.island,
        "edges.ride": network.ride,
        "edges.shut": network.shut,
        "edges.oneway": network.oneway.astype(np.int64),
        "edges.rolling": network.rolling.astype(np.int64),
        "edges.crossing": (3 * network.crossing[:, 0] + network.crossing[:, 1]).astype(np.int64),
        "bends.x": np.diff(x, prepend=0)[inner],
        "bends.y": np.diff(y, prepend=0)[inner],
    }


def _list_gates(network: WalkNetwork, profiles: tuple[WalkProfile, ...]) -> _Columns:
    """Return the gates, and for each profile which of them let it through, and which bar it."""
    gates = network.walls.gates
    columns: _Columns = {
        "gates.node": gates.node,
        "gates.compound": gates.compound,
        "gates.mapped": gates.mapped,
        "gates.inferred": gates.inferred,
        "gates.shut_as_tagged": gates.shut_as_tagged,
        "gates.to_all": np.asarray(gates.passes == OPEN_TO_ALL, dtype=bool),
    }
    for number, profile in enumerate(profiles):
        columns[f"gates.passed{number}"] = find_passed_gates(gates, profile)
        columns[f"gates.barred{number}"] = find_barred_gates(gates, profile)
    return columns


def _name_gates(network: WalkNetwork) -> NDArray[np.object_]:
    """Return how the layers call each gate: its id, else its compound and node."""
    gates, compounds = network.walls.gates, np.append(network.walls.compounds.id, "")
    nodes = network.node_id[gates.node]
    rows = zip(gates.gate_id, compounds[gates.compound], nodes, strict=True)
    return np.array([gate or f"{owner}@{node}" for gate, owner, node in rows], dtype=object)


def _list_barriers(network: WalkNetwork, steps: _Ruler) -> _Columns:
    """Return the straight parts of barriers, each from its start by so much, and of what kind."""
    barriers = network.walls.barriers
    x, y = steps.places(barriers.ends[:, :2])
    to_x, to_y = steps.places(barriers.ends[:, 2:])
    return {"barriers.x": x, "barriers.y": y, "barriers.dx": to_x - x, "barriers.dy": to_y - y}


def _shapes(shape: Any) -> NDArray[np.object_]:
    """Return one shape, or none, as a column."""
    return np.array([] if shape is None else [shape], dtype=object)


def _list_towns(case: Case) -> NDArray[np.object_]:
    """Return the outlines of the towns, in the order of their names."""
    towns = case.area.towns
    return np.array([], dtype=object) if towns is None else towns.geometry.to_numpy(dtype=object)


def _list_rings(name: str, shapes: NDArray[np.object_], steps: _Ruler) -> _Columns:
    """Return the rings of polygons, holes too, without the last point, which is the first."""
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    coords, of = shapely.get_coordinates(rings, return_index=True)
    last = np.append(np.diff(of) != 0, True)[: len(of)]
    x, y = steps.places(coords[~last])
    return {
        f"{name}.rings": np.bincount(part_of[ring_of], minlength=len(shapes)),
        f"{name}.corners": np.bincount(of[~last], minlength=len(rings)),
        f"{name}.x": x,
        f"{name}.y": y,
        # Of those that hold a place the smallest counts, of equals the first by its name.
        f"{name}.m2": np.asarray(shapely.area(shapes), dtype=np.float64),
    }


def _list_openings(network: WalkNetwork, paths: Links, steps: _Ruler) -> _Columns:
    """Return the new openings as paths from a compound's street to a public one."""
    names = pd.Index(network.walls.compounds.id)
    edge, along = paths.edge.reshape(-1, 2), paths.along_m.reshape(-1, 2)
    columns: _Columns = {"openings.compound": names.get_indexer(pd.Index(paths.access))}
    for end, called in enumerate(("within", "without")):
        columns[f"openings.{called}"] = np.ascontiguousarray(edge[:, end])
        columns[f"openings.{called}_along"] = steps.count(along[:, end])
    return columns


def _find_beyond(case: Case) -> gpd.GeoDataFrame:
    """Return the facilities that may cover people from beyond area and ring."""
    unsure = case.unsure
    if len(unsure) == 0:
        return unsure
    known = unsure["facility_id"].isin(case.facilities["facility_id"])
    return unsure[~known].assign(counts=True, in_ring=False)


def _name_facilities(facilities: gpd.GeoDataFrame) -> dict[str, list[str]]:
    """Return the texts of the facilities."""
    names = ("facility_id", "name", "level", "domain", "status", "opening_hours")
    return {
        name.removeprefix("facility_"): _texts(facilities[name])
        if name in facilities
        else [""] * len(facilities)
        for name in names
    }


def _list_facilities(
    case: Case, facilities: gpd.GeoDataFrame, walk: Walk, steps: _Ruler
) -> _Columns:
    """Return the facilities of area and ring, and behind them those beyond that are not sure."""
    x, y = steps.places(facilities.geometry.get_coordinates().to_numpy())
    beyond = np.arange(len(facilities)) >= len(case.facilities)
    compound = join_facilities(walk.streets, case.facilities).compound
    open_to = facilities.get("open_to_outsiders")
    radius = facilities.get("radius_m")
    vague = find_approximate(facilities.fillna({"approximate": False}))
    return {
        "facilities.x": x,
        "facilities.y": y,
        "facilities.counts": facilities["counts"].to_numpy(dtype=bool),
        "facilities.closed": _none(facilities)
        if open_to is None
        else ~open_to.fillna(value=True).to_numpy(dtype=bool),
        "facilities.in_ring": facilities["in_ring"].to_numpy(dtype=bool),
        "facilities.approximate": vague,
        "facilities.beyond": beyond,
        "facilities.spread": steps.count(
            np.zeros(len(facilities))
            if radius is None
            else np.where(vague, radius.fillna(0.0).to_numpy(dtype=np.float64), 0.0)
        ),
        "facilities.compound": np.append(compound, np.full(int(beyond.sum()), -1)),
    }


def _none(rows: pd.DataFrame) -> Flags:
    """Return a flag for each row, none of which is set."""
    return np.zeros(len(rows), dtype=bool)


def _name_units(case: Case) -> dict[str, list[str]]:
    """Return the ids of the units, and what the numbers of their kinds and towns stand for."""
    units = case.units
    return {
        "id": _texts(units["demand_id"]),
        "kinds": list(dict.fromkeys(units["kind"].astype(str))),
        "towns": case.area.town_names,
    }


def _list_units(case: Case, walk: Walk, steps: _Ruler) -> _Columns:
    """Return the units: place, kind, town, compound, and metres to the edge of the data."""
    units, named = case.units, _name_units(case)
    x, y = steps.places(walk.units.xy)
    edge_m = walk.yardstick.grounds.edge.metres
    # No walk that is asked for reaches farther: what lies beyond need not be told apart.
    fastest = max(profile.speed_m_per_min for profile in case.plan.judged_profiles)
    edge_m = np.minimum(edge_m, np.ceil(fastest * case.cutoff_minutes) + 1)
    return {
        "units.x": x,
        "units.y": y,
        "units.kind": pd.Index(named["kinds"]).get_indexer(units["kind"].astype(str)),
        "units.town": pd.Index(named["towns"], dtype=object).get_indexer(units["town"]),
        "units.compound": walk.units.compound,
        "units.edge": steps.count(edge_m),
    }


def _list_people(case: Case) -> tuple[_Columns, dict[str, int]]:
    """Return the people of each unit, all and by group, and by what they are multiplied."""
    columns: _Columns = {}
    scales: dict[str, int] = {}
    named = {"units.people": case.units["people"]} | {
        f"units.people_{group.name}": case.groups[f"people_{group.name}"]
        for group in case.plan.groups
    }
    for name, people in named.items():
        figures = people.fillna(0.0).to_numpy(dtype=np.float64)
        scale = next(
            (scale for scale in _SHARES if np.allclose(figures * scale % 1, 0, atol=1e-9)),
            _SHARES[-1],
        )
        if len(figures) and np.abs(figures).max() * scale > _LARGEST:
            columns[name], scales[name] = figures, 1
        else:
            columns[name], scales[name] = np.rint(figures * scale).astype(np.int64), scale
    return columns, scales


def _list_moment(
    name: str, network: WalkNetwork, facilities: gpd.GeoDataFrame, moment: Moment
) -> _Columns:
    """Return what is shut and what is open at a moment: rows of gates, edges, facilities' hours."""
    changes = find_gate_changes(network, moment)
    hours = facilities["opening_hours"].astype(str)
    surely, maybe = (are_open_at(hours, moment, maybe=may) for may in (False, True))
    return {
        f"{name}.shut": _rows(changes.shut),
        f"{name}.closed": _rows(changes.closed),
        f"{name}.opened": _rows(changes.opened),
        f"{name}.unlocked": _rows(changes.unlocked),
        f"{name}.switched": _rows(rules_at(network, moment).switched),
        f"{name}.open": np.where(surely, OPEN, np.where(maybe, MAYBE, CLOSED)).astype(np.int64),
    }


def _rows(numbers: tuple[int, ...]) -> Ints:
    return np.array(numbers, dtype=np.int64)


def _texts(values: Any) -> list[str]:
    return ["" if value is None or value != value else str(value) for value in values]
