"""Edits of streets: a gate is opened to everybody, a footpath is added."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from planner.crs import WGS84
from planner.crs.array_types import Floats, Ints
from planner.errors import NetworkError, SourceError, quote
from planner.network.gates import SNAP_M
from planner.network.links import Links, add_links
from planner.network.walk_network import PUBLIC, WalkNetwork
from planner.network.walls import OPEN_TO_ALL, Gates
from planner.sources.scenario_edits import Edit
from planner.travel.streets import Streets, gates_open_to_all, prepare_like
from planner.travel.wall_places import find_wall_places

#: The ends of a path are drawn onto a street this near.
ENDS_M: Final = 10.0
#: Any other corner this near to a street lies on it, and the path meets it there.
CORNER_M: Final = 1.0
#: A longer path is taken for a slip of the pen.
LONGEST_M: Final = 5_000.0


@dataclass(frozen=True, eq=False)
class EditedStreets:
    """The streets after an edit, what it is called, where it is, and what the reader should know.

    place : a Point, or the LineString of a path, metric CRS.
    """

    network: WalkNetwork
    name: str
    place: shapely.Geometry
    notes: list[str]


def open_gate(streets: Streets, edit: Edit, where: str, today: Streets) -> EditedStreets:
    """Open a gate, a passage or a wall to everybody at any hour; nothing else changes.

    By its id it may be a gate of the layers `gates` and `gate_gains`, or a new opening of the
    latter, whatever was edited since: then its path through the wall is built. By lon and lat it is
    the nearest gate or passage within 30 m.

    Parameters
    ----------
    streets
        In the plan's profile.
    edit
        With op `open_gate`.
    where
        What it is called in messages.
    today
        The streets before any edit, on which the layers were found.

    Raises
    ------
    SourceError
        If there is no such gate, or none near.
    """
    network = streets.network
    gates = network.walls.gates
    ids = gate_ids(network)
    if edit.lonlat is not None:
        rows = _gates_at(network, ids, edit.lonlat, where)
    else:
        rows = np.flatnonzero(ids == edit.id)
        if len(rows) == 0:
            network, rows = _through_wall(network, today, edit, ids, where)
            gates = network.walls.gates
    # Two compounds may share the node: the gate is the door of both.
    rows = np.flatnonzero(np.isin(gates.node, gates.node[rows]))
    name = str(edit.values.get("name") or gates.name[rows[0]] or edit.id)
    place = shapely.Point(network.xy[gates.node[rows[0]]])
    notes = []
    # A new opening is none of the gates that the streets had, which are the ones told about.
    if network is streets.network and gates_open_to_all(streets)[rows].all():
        notes.append(f"{where}: is open to everybody already")
    opened = replace(network, walls=replace(network.walls, gates=_opened(gates, rows)))
    return EditedStreets(opened, name, place, notes)


def gate_ids(network: WalkNetwork) -> NDArray[np.object_]:
    """Return how the layers call each gate: its id, else its compound and node."""
    gates, compounds = network.walls.gates, network.walls.compounds
    return np.array(
        [
            gate or f"{compounds.id[owner] if owner >= 0 else ''}@{network.node_id[node]}"
            for gate, owner, node in zip(gates.gate_id, gates.compound, gates.node, strict=True)
        ],
        dtype=object,
    )


def _gates_at(
    network: WalkNetwork, ids: NDArray[np.object_], lonlat: tuple[float, float], where: str
) -> Ints:
    """Return the nearest gate to a place, as a list of one."""
    gates = network.walls.gates
    if len(gates) == 0:
        raise SourceError(f"{where}: the map has no gate and no wall; draw a path with add_path")
    at = _metric([lonlat], network)[0]
    away_m = np.hypot(*(network.xy[gates.node] - at).T)
    nearest = int(away_m.argmin())
    if away_m[nearest] > SNAP_M:
        raise SourceError(
            f"{where}: no gate or passage lies within {SNAP_M:.0f} m; the nearest, "
            f"{ids[nearest]}, is {away_m[nearest]:.0f} m away: name it by its id, or draw a path "
            "with add_path"
        )
    return np.array([nearest], dtype=np.int64)


def _through_wall(
    network: WalkNetwork, today: Streets, edit: Edit, ids: NDArray[np.object_], where: str
) -> tuple[WalkNetwork, Ints]:
    """Build the path of a new opening; return the streets with it, and the rows of its gate."""
    links = find_wall_places(today).links
    row = np.flatnonzero(links.id == edit.id)
    if len(row) == 0:
        near = get_close_matches(edit.id, [*ids, *links.id], 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "take one of the layer gates or gate_gains"
        raise SourceError(f"{where}: no gate or opening has this id; {hint}")
    network = add_links(network, _follow_cuts(links.take(row), today.network, network))
    rows = np.flatnonzero(network.walls.gates.gate_id == edit.id)
    return network, rows


def _follow_cuts(links: Links, today: WalkNetwork, network: WalkNetwork) -> Links:
    """Return links of today's edges on a network whose edges may have been cut since."""
    edge, along_m = links.edge.copy(), links.along_m.copy()
    for at in np.ndindex(edge.shape):
        street = edge[at]
        place = shapely.line_interpolate_point(today.lines[street], along_m[at])
        same = (network.osm_id == today.osm_id[street]) & (network.access == today.access[street])
        parts = np.flatnonzero(same)
        edge[at] = parts[shapely.distance(network.lines[parts], place).argmin()]
        along_m[at] = shapely.line_locate_point(network.lines[edge[at]], place)
    return Links(links.id, links.access, edge, along_m)


def _opened(gates: Gates, rows: Ints) -> Gates:
    """Let everybody through some gates at any hour.

    What was only taken for a gate is one now, and takes as long to pass as before: a passage with
    no gate gets none.
    """
    # Copied, for the streets of today share these arrays and are asked about again.
    columns = {
        name: getattr(gates, name).copy()
        for name in ("passes", "hours", "conditions", "mapped", "inferred", "shut_as_tagged")
    }
    columns["passes"][rows] = OPEN_TO_ALL
    columns["hours"][rows] = columns["conditions"][rows] = ""
    columns["mapped"][rows] |= gates.inferred[rows] | gates.shut_as_tagged[rows]
    columns["inferred"][rows] = columns["shut_as_tagged"][rows] = False
    return replace(gates, **columns)


def add_path(streets: Streets, edit: Edit, where: str) -> EditedStreets:
    """Add a footpath that those beside it may step onto, as onto any street.

    Its ends are drawn onto the nearest street on the ground within 10 m; its other corners meet a
    street where they lie on one (within 1 m), and pass over it elsewhere.

    Parameters
    ----------
    streets
        In the plan's profile.
    edit
        With op `add_path`.
    where
        What it is called in messages.

    Raises
    ------
    SourceError
        If an end touches no street, it is too long, or belongs to no compound that is known.
    """
    network = streets.network
    access = _access_of(network, edit, where)
    corners = _metric(list(edit.path), network)
    length_m = float(np.hypot(*np.diff(corners, axis=0).T).sum())
    if length_m > LONGEST_M:
        raise SourceError(
            f"{where}: is {length_m / 1000:,.1f} km long; a path has at most "
            f"{LONGEST_M / 1000:.0f} km, check lon and lat"
        )
    edge, along_m = _find_met_edges(network, corners)
    for end, called in ((0, "first"), (len(corners) - 1, "last")):
        if edge[end] < 0:
            lon, lat = edit.path[end]
            raise SourceError(
                f"{where}: touches no street: none lies within {ENDS_M:.0f} m of its {called} "
                f"corner {lon:.6f}, {lat:.6f}; draw it up to one"
            )
    stops = np.flatnonzero(edge >= 0)
    pairs = np.column_stack([stops[:-1], stops[1:]])
    # Links run straight from stop to stop; `_bend_edges` leads them round the corners between.
    links = Links(
        np.array([edit.id] * len(pairs), dtype=object),
        np.array([access] * len(pairs), dtype=object),
        edge[pairs],
        along_m[pairs],
    )
    try:
        joined = add_links(network, links, met_along=True)
    except NetworkError as error:
        raise SourceError(f"{where}: {error}; draw its corners apart") from None
    name = str(edit.values.get("name", edit.id))
    # Links come after all other edges, one for each pair: `_bend_edges` relies on it.
    bent = _bend_edges(joined, corners, pairs, name)
    if (bent.length_m[-len(pairs) :] < CORNER_M).any():
        raise SourceError(f"{where}: joins a place with itself; draw its corners apart")
    line = shapely.union_all(bent.lines[-len(pairs) :])
    return EditedStreets(bent, name, shapely.line_merge(line), [])


def _access_of(network: WalkNetwork, edit: Edit, where: str) -> str:
    """Return to whom a path belongs: everybody, or a compound."""
    access = str(edit.values.get("access", PUBLIC))
    known = [PUBLIC, *network.walls.compounds.id]
    if access not in known:
        # With a cutoff of 0 there is always one to name: `public` at least.
        near = get_close_matches(access, known, 1, 0.0)[0]
        raise SourceError(
            f"{where}: access {quote(access)} is no compound; give public or the id of one, "
            f"did you mean {near}?"
        )
    return access


def _metric(lonlat: list[tuple[float, float]], network: WalkNetwork) -> Floats:
    """Bring places into the network's CRS, shape (n, 2)."""
    points = gpd.GeoSeries(gpd.points_from_xy(*np.array(lonlat).T), crs=WGS84).to_crs(network.crs)
    return np.column_stack([points.x, points.y])


def _find_met_edges(network: WalkNetwork, corners: Floats) -> tuple[Ints, Floats]:
    """Return the edge that each corner meets (-1 for none), and the metres along it."""
    edge, along_m = np.full(len(corners), -1, dtype=np.int64), np.zeros(len(corners))
    ground = np.flatnonzero(~network.elevated)
    if len(ground) == 0:
        return edge, along_m
    points = shapely.points(corners)
    tree = shapely.STRtree(network.lines[ground])
    corner, row = tree.query_nearest(points, max_distance=ENDS_M, all_matches=True)
    near = ground[row]
    away_m = shapely.distance(points[corner], network.lines[near])
    inner = (corner > 0) & (corner < len(corners) - 1)
    kept = ~inner | (away_m <= CORNER_M)
    corner, near = corner[kept], near[kept]
    order = np.lexsort((-near, corner))  # of edges equally near the first one counts
    edge[corner[order]] = near[order]
    met = edge >= 0
    along_m[met] = shapely.line_locate_point(network.lines[edge[met]], points[met])
    return edge, along_m


def _bend_edges(network: WalkNetwork, corners: Floats, pairs: Ints, name: str) -> WalkNetwork:
    """Lead the last edges, which are straight, round the corners between the stops of a path."""
    first = network.n_edges - len(pairs)
    lines = [
        np.vstack(
            [network.xy[network.u[first + k]], corners[a + 1 : b], network.xy[network.v[first + k]]]
        )
        for k, (a, b) in enumerate(pairs.tolist())
    ]
    start = network.offsets[first]
    sizes = np.cumsum([len(line) for line in lines])
    length_m = network.length_m.copy()
    length_m[first:] = [np.hypot(*np.diff(line, axis=0).T).sum() for line in lines]
    # Copied, for the streets before the edit share it.
    names = network.name.copy()
    names[first:] = name
    return replace(
        network,
        coords=np.vstack([network.coords[:start], *lines]),
        offsets=np.concatenate([network.offsets[: first + 1], start + sizes]).astype(np.int64),
        length_m=length_m,
        name=names,
    )


def streets_with(streets: Streets, network: WalkNetwork) -> Streets:
    """Prepare other streets for the same walker and rules."""
    return prepare_like(streets, network=network)
