"""The streets of a cut map beside those of the plain run: one check for all maps."""

from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely

from planner.crs import unproject
from planner.crs.frame import move_to_sheet
from planner.network.build import build_network
from planner.network.facts import StreetFacts
from planner.network.figures import measure_streets
from planner.network.heights import add_heights
from planner.network.study_area import find_study_area
from planner.network.surroundings import find_surroundings
from planner.network.under_condition import mark_ways
from planner.network.walls import Compounds, Gates
from planner.plan.profiles import find_fastest
from planner.scale.cut.cutting import cut_extract
from planner.scale.cut.survey import survey_area
from planner.scale.cut.tile_reading import ASKED_ROUND_CORE, name_tile, open_tile, widen_core
from planner.scale.streets.street_facts import find_facts
from planner.scale.streets.tile_streets import build_tile_streets, join_figures, measure_owned
from planner.scale.work.steps import OneProcess, StepStore
from tests.cities.reading import drawn

#: Columns of edges; those of the geometry are compared by themselves.
COLUMNS = (
    "length_m", "steps", "elevated", "island", "access", "highway", "name", "osm_id", "ride",
    "oneway", "rolling", "shut", "conditions",
)  # fmt: skip


def plain_streets(inputs):
    """Return the study area and the streets of a plan as the plain run finds them."""
    area = find_study_area(inputs, find_fastest(inputs.plan.judged_profiles))
    gates = None if inputs.gates is None else inputs.gates.rows
    around = find_surroundings(inputs.osm, area.crs, gates)
    apart = mark_ways(inputs.plan.asked_conditions, inputs.closed, inputs.osm.ways)
    ways = inputs.osm.ways
    network = build_network(ways, area.crs, within=area.with_ring, around=around, apart=apart)
    if inputs.elevation is not None:
        network = add_heights(network, inputs.elevation)
    return area, network


def check_tiles(inputs, folder: Path, *, tiles: int, halo_m: float):
    """Cut the map of a plan; all that is found of its streets must be what the plain run finds.

    Returns the streets of the tiles and the facts of the whole.
    """
    area, plain = plain_streets(inputs)
    manifest = cut_extract(inputs.plan.network.osm, folder / "cut", halo_m=halo_m, tiles=tiles)
    for tile in manifest.tiles:
        drawn(manifest.folder / tile.name)
    (folder / "store").mkdir(mode=0o700)
    store = StepStore(folder / "store")
    runner = OneProcess(store)
    beside = replace(inputs, osm=replace(inputs.osm, ways=None))
    profile = find_fastest(inputs.plan.judged_profiles)
    found = survey_area(manifest, runner, store, beside, profile)
    assert_same_area(found, area)
    facts = store.load(find_facts(manifest, runner, store, found, beside))
    streets = []
    for tile in manifest.tiles:
        here = open_tile(store, name_tile(manifest, tile))
        streets.append(build_tile_streets(here, found, facts, beside))
        assert_same_round_core(here, streets[-1], plain)
    assert sum(int(one.owned.sum()) for one in streets) == plain.n_edges
    assert_same_islands(streets, StreetFacts.from_arrays(facts), plain)
    figures = join_figures([measure_owned(one) for one in streets], facts)
    assert figures == measure_streets(plain)
    return streets, facts


def assert_same_islands(streets, facts, plain):
    """Compare what islands edges are part of, whatever their numbers."""
    known = {}
    for edge, (first, last) in enumerate(pairwise(plain.offsets.tolist())):
        known[plain.coords[first:last].tobytes()] = int(plain.island_number[edge])
    pairs = set()
    for one in streets:
        number = facts.number_islands(one.network)
        starts = one.network.offsets
        for edge in np.flatnonzero(one.owned).tolist():
            line = one.network.coords[starts[edge] : starts[edge + 1]].tobytes()
            pairs.add((known[line], int(number[edge])))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def assert_same_area(found, area):
    """Compare two study areas to the last bit."""
    assert found.crs.srs == area.crs.srs
    for entry in fields(area):
        one, other = getattr(found, entry.name), getattr(area, entry.name)
        if isinstance(other, shapely.Geometry):
            assert shapely.to_wkb(one) == shapely.to_wkb(other), entry.name
        elif entry.name == "towns" and other is not None:
            assert one.equals(other)
        else:
            assert one == other, entry.name


def assert_same_round_core(here, streets, plain):
    """Compare the edges near a core, in their order, the gates at their ends, and the compounds."""
    box = widen_core(here.tile, ASKED_ROUND_CORE)
    ours = list_edges(streets.network, box, here.manifest.sheet_west)
    assert ours == list_edges(plain, box, here.manifest.sheet_west)
    assert [row[0] for row in ours] == sorted(row[0] for row in ours) or _has_rings(plain)
    nodes = {node for row in ours for node in row[:2]}
    assert list_gates_at(streets.network, nodes) == list_gates_at(plain, nodes)
    known = list_compounds(plain)
    wrong = {
        name: row
        for name, row in list_compounds(streets.network).items()
        if name in {row[3] for row in ours} and known[name] != row
    }
    assert wrong == {}
    own = np.flatnonzero(streets.owned)
    assert here.in_core(streets.lonlat[streets.network.u[own]]).all() or plain.has_heights


def list_edges(network, box, sheet_west):
    """Return all that is known of the edges of which any piece meets a box of degrees."""
    lonlat = unproject(network.coords, network.crs)
    lon, lat = move_to_sheet(lonlat[:, 0], sheet_west), lonlat[:, 1]
    west, south, east, north = box
    rows = []
    for edge, (first, last) in enumerate(pairwise(network.offsets.tolist())):
        x, y = lon[first:last], lat[first:last]
        meets = (np.maximum(x[:-1], x[1:]) >= west) & (np.minimum(x[:-1], x[1:]) <= east)
        meets &= (np.maximum(y[:-1], y[1:]) >= south) & (np.minimum(y[:-1], y[1:]) <= north)
        if meets.any():
            ends = [int(network.node_id[node[edge]]) for node in (network.u, network.v)]
            # Nodes where heights cut an edge are numbered by the network.
            ends = [max(end, -1) if network.has_heights else end for end in ends]
            values = [getattr(network, name)[edge] for name in COLUMNS]
            coords = network.coords[first:last].tobytes()
            more = [float(network.rise_m[edge])] if network.has_heights else []
            rows.append((*ends, coords, network.access[edge], values,
                         network.crossing[edge].tolist(), more))  # fmt: skip
    return rows


def _has_rings(network):
    """Tell whether there are edges that end where they begin: alone they come last."""
    return bool((network.u == network.v).any())


def list_gates_at(network, nodes):
    """Return all that is known of gates at some nodes."""
    gates, compounds = network.walls.gates, network.walls.compounds
    names = [entry.name for entry in fields(Gates) if entry.name not in ("node", "compound")]
    rows = []
    for k in range(len(gates)):
        node, compound = int(network.node_id[gates.node[k]]), int(gates.compound[k])
        if node in nodes:
            whose = compounds.id[compound] if compound >= 0 else ""
            rows.append((node, whose, *(getattr(gates, name)[k] for name in names)))
    return rows


def list_compounds(network):
    """Return all that is known of the compounds, by their id."""
    table = network.walls.compounds
    names = [entry.name for entry in fields(Compounds) if entry.name != "shape"]
    return {
        table.id[k]: [*(getattr(table, name)[k] for name in names), shapely.to_wkb(table.shape[k])]
        for k in range(len(table))
    }
