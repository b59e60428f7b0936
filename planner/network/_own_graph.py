"""A graph that `WalkNetwork.to_networkx` made becomes that network again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from planner.crs import WGS84
from planner.crs.array_types import Floats, Ints
from planner.crs.frame import choose_frame
from planner.crs.metric import transform
from planner.errors import NetworkError, quote
from planner.network._to_networkx import ELEVATION, FLAT, METRIC_CRS, WALLS
from planner.network.gates import find_gates
from planner.network.islands import mark_islands
from planner.network.segments import to_whole_parts
from planner.network.surroundings import make_no_gates
from planner.network.walk_network import PUBLIC, WalkNetwork
from planner.network.walls import Compounds, Walls, make_no_walls
from planner.network.walls_text import move_walls, walls_from_text
from planner.sources.elevation import HIGHEST_M
from planner.sources.graph_streets import OUR_MARK

if TYPE_CHECKING:
    import networkx as nx

#: No graph but ours has this column of edges.
_OUR_COLUMN: Final = "cycle_oneway"
#: Columns of edges without which it is not known who may walk there, and how fast. Empty texts are
#: no values in some formats, so texts may be missing.
_NEEDED: Final = (
    "edge_id", "geometry", "access", "steps", "elevated", "ride", _OUR_COLUMN, "crossing_u",
    "crossing_v", "rolling", "shut",
)  # fmt: skip
_TRUTHS: Final = {"true": True, "false": False, "1": True, "0": False}
_WHOLE: Final = re.compile(r"-?\d{1,18}(\.0)?", re.ASCII)
_AGAIN: Final = "make the graph anew with to_networkx()"


@dataclass(frozen=True)
class _Row:
    """A street as an edge names it, along the direction of the network."""

    start: int
    end: int
    line: shapely.LineString
    against: bool
    values: dict[str, Any]


def is_own(graph: nx.Graph[Any]) -> bool:
    """Tell whether a graph, or a part of it, was made by `to_networkx`."""
    if OUR_MARK in graph.graph:
        return True
    return any(_OUR_COLUMN in row for _, _, row in graph.edges(data=True))


def restore_network(
    graph: nx.Graph[Any], source: CRS, metric: CRS | None
) -> tuple[WalkNetwork, list[str]]:
    """Put the network together again.

    Parameters
    ----------
    source
        CRS of the coordinates of the graph.
    metric
        CRS of the network; None: the one that the graph notes.

    Returns
    -------
    WalkNetwork, list of str
        And what was lost on the way, a line each; the notes of its walls tell it, too.
    """
    names = _read_node_ids(graph)
    rows = _list_rows(graph, names)
    node_id = np.unique([node for row in rows for node in (row.start, row.end)]).astype(np.int64)
    noted = _read_noted_crs(graph)
    places = _read_places(graph, names, node_id)
    metric = metric or noted or choose_frame(transform(source, WGS84, *places.T))
    xy = places if source == metric else transform(source, metric, *places.T)
    u, v = (
        np.searchsorted(node_id, [getattr(row, end) for row in rows]) for end in ("start", "end")
    )
    coords, offsets, turned = _read_lines(rows, u, v, xy, source, metric)
    u, v = np.where(turned, v, u), np.where(turned, u, v)
    length_m = _measure(coords, offsets)
    _check_length(rows, length_m)
    columns = _read_columns([row.values for row in rows])
    walls, lost = _read_walls(graph, node_id, noted, metric)
    if walls is None:
        walls = _find_compounds(u, v, columns["access"], node_id, xy)
    _check_access(columns["access"], walls.compounds)
    lost = [*_compare_facts(graph, len(rows), columns["conditions"]), *lost]
    notes = np.array([*walls.notes, *lost], dtype=object)
    network = WalkNetwork(
        crs=metric,
        node_id=node_id,
        xy=xy,
        u=u,
        v=v,
        length_m=length_m,
        island=mark_islands(u, v, to_whole_parts(length_m), len(node_id), columns["shut"]),
        coords=coords,
        offsets=offsets,
        walls=replace(walls, notes=notes),
        **columns,
    )
    if all(FLAT in row.values for row in rows):
        known = {names[name]: row.get(ELEVATION) for name, row in graph.nodes(data=True)}
        flat = np.array([_read_flag(row.values, FLAT) for row in rows], dtype=bool)
        network = give_heights(network, known, flat)
    return network, lost


def give_heights(
    network: WalkNetwork, known: Mapping[int, Any], flat: NDArray[np.bool_] | None = None
) -> WalkNetwork:
    """Give a network the heights of its nodes, by their ids; None where a node has none.

    Raises
    ------
    NetworkError
        If a height is no number of metres.
    """
    try:
        heights = [
            np.nan if (h := known.get(k)) is None else float(h) for k in network.node_id.tolist()
        ]
    except (TypeError, ValueError):
        raise NetworkError(f"a node of the graph has an {ELEVATION} that is no number") from None
    height_m = np.array(heights, dtype=np.float64)
    if (np.abs(height_m) > HIGHEST_M).any():
        worst = float(height_m[np.nanargmax(np.abs(height_m))])
        raise NetworkError(f"a node of the graph has {ELEVATION}={worst:g}; give metres")
    missing = np.isnan(height_m[network.u]) | np.isnan(height_m[network.v])
    flat = missing if flat is None else flat | missing
    return replace(network, height_m=height_m, flat=flat)


def _read_node_ids(graph: nx.Graph[Any]) -> dict[Any, int]:
    """Return the id of each node; a graph whose nodes got other names still knows it."""
    ids = {
        name: _read_whole({"node_id": name} | row, "node_id") for name, row in graph.nodes.items()
    }
    if len(set(ids.values())) < len(ids):
        raise NetworkError(f"two nodes of the graph have the same node_id; {_AGAIN}")
    return ids


def _list_rows(graph: nx.Graph[Any], names: dict[Any, int]) -> list[_Row]:
    """List every street once, by its number: of two directions the one not marked as reversed."""
    edges = list(graph.edges(data=True))
    for key in _NEEDED:
        missing = sum(row.get(key) is None for _, _, row in edges)
        if missing:
            raise NetworkError(
                f"{missing:,} edges of the graph have no {key}, which the streets of to_networkx() "
                "have; give it to them, or leave them out"
            )
    kept: dict[int, _Row] = {}
    for start, end, values in edges:
        number = _read_whole(values, "edge_id")
        against = "reversed" in values and _read_flag(values, "reversed")
        row = _Row(names[start], names[end], _read_line(values["geometry"]), against, values)
        other = kept.get(number)
        if other is not None and {other.start, other.end} != {row.start, row.end}:
            raise NetworkError(
                f"two streets of the graph have the edge_id {number}; give each network a graph of "
                "its own"
            )
        if other is None or (other.against and not against):
            kept[number] = row
    # Sorted, the streets stand as in the network they came from.
    return [kept[number] for number in sorted(kept)]


def _read_line(value: object) -> shapely.LineString:
    if isinstance(value, str):
        try:
            value = shapely.from_wkt(value)
        except shapely.errors.GEOSException:
            value = None
    if not isinstance(value, shapely.LineString) or value.is_empty:
        raise NetworkError(f"an edge of the graph has no line as its geometry; {_AGAIN}")
    return value


def _read_noted_crs(graph: nx.Graph[Any]) -> CRS | None:
    noted = graph.graph.get(METRIC_CRS)
    if noted is None:
        return None
    try:
        return CRS.from_user_input(noted)
    except CRSError:
        raise NetworkError(
            f"{METRIC_CRS} of the graph is {quote(noted)}, which is not known; {_AGAIN}"
        ) from None


def _read_places(graph: nx.Graph[Any], names: dict[Any, int], node_id: Ints) -> Floats:
    """Return x, y of the nodes in the CRS of the graph, shape (n, 2)."""
    named = {names[name]: row for name, row in graph.nodes(data=True)}
    try:
        places = np.array([(float(named[k]["x"]), float(named[k]["y"])) for k in node_id.tolist()])
    except (KeyError, TypeError, ValueError):
        raise NetworkError(f"a node of the graph has no numbers x and y; {_AGAIN}") from None
    if not np.isfinite(places).all():
        raise NetworkError(f"a node of the graph has no numbers x and y; {_AGAIN}")
    return places


def _read_lines(
    rows: list[_Row], u: Ints, v: Ints, xy: Floats, source: CRS, metric: CRS
) -> tuple[Floats, Ints, NDArray[np.bool_]]:
    """Return vertices and offsets, and which streets run from their second node to their first.

    A graph without directions names the nodes either way round; the line knows. Every line starts
    and ends at its nodes to the last bit.
    """
    lines = [shapely.reverse(row.line) if row.against else row.line for row in rows]
    sizes = shapely.get_num_coordinates(lines)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    coords = shapely.get_coordinates(lines)
    if source != metric:
        coords = transform(source, metric, *coords.T)
    first, last = offsets[:-1], offsets[1:] - 1

    def gap_m(start: Ints, end: Ints) -> Floats:
        """Return how far the ends of the lines are from some nodes, together."""
        at_start, at_end = coords[first] - xy[start], coords[last] - xy[end]
        return np.asarray(np.hypot(*at_start.T) + np.hypot(*at_end.T))

    turned = gap_m(v, u) < gap_m(u, v)
    coords[first] = xy[np.where(turned, v, u)]
    coords[last] = xy[np.where(turned, u, v)]
    return coords, offsets, turned


def _measure(coords: Floats, offsets: Ints) -> Floats:
    """Return the length of each street, metres."""
    edge = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets) - 1)
    steps_m = np.hypot(*np.diff(coords, axis=0).T)
    # From the last vertex of a street to the first of the next one nobody walks.
    within = np.delete(steps_m, offsets[1:-1] - 1)
    return np.bincount(edge, weights=within, minlength=len(offsets) - 1).astype(np.float64)


def _check_length(rows: list[_Row], length_m: Floats) -> None:
    """Refuse coordinates that are in another CRS than the graph says."""
    noted = [row.values["length"] for row in rows if "length" in row.values]
    if len(noted) < len(rows):
        return
    try:
        noted_m = float(np.sum([float(value) for value in noted]))
    except (TypeError, ValueError):
        raise NetworkError(f"an edge of the graph has no number as its length; {_AGAIN}") from None
    total_m = float(length_m.sum())
    if not 0.9 * noted_m <= total_m <= 1.1 * noted_m:
        raise NetworkError(
            f"the streets of the graph are {total_m:,.0f} m long by their coordinates, but "
            f'{noted_m:,.0f} m by their column length; correct graph.graph["crs"]'
        )


def _read_columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what is known of each street, as fields of a WalkNetwork, shape (m,) or (m, 2)."""

    def flags(key: str) -> NDArray[np.bool_]:
        """Return truths."""
        return np.array([_read_flag(row, key) for row in rows], dtype=bool)

    def small(key: str, least: int, most: int) -> NDArray[np.int8]:
        """Return whole numbers within bounds."""
        return np.array([_read_whole(row, key, least, most) for row in rows], dtype=np.int8)

    def texts(key: str) -> NDArray[np.object_]:
        """Return texts, "" where there is none."""
        return np.array([_read_text(row, key) for row in rows], dtype=object)

    return {
        **{key: texts(key) for key in ("access", "highway", "name", "conditions")},
        **{key: flags(key) for key in ("steps", "elevated", "ride", "shut")},
        "osm_id": np.array([_read_whole(row, "osmid") for row in rows], dtype=np.int64),
        "oneway": small(_OUR_COLUMN, -1, 1),
        "crossing": np.column_stack([small(f"crossing_{end}", 0, 2) for end in ("u", "v")]),
        "rolling": small("rolling", -1, 1),
    }


def _read_flag(row: dict[str, Any], key: str) -> bool:
    flag = _TRUTHS.get(str(row[key]).lower())
    if flag is None:
        raise NetworkError(f"an edge of the graph has {key}={quote(row[key])}; give True or False")
    return flag


def _read_whole(row: dict[str, Any], key: str, least: int = -(2**62), most: int = 2**62) -> int:
    text = str(row.get(key, 0))
    number = int(float(text)) if _WHOLE.fullmatch(text) and "." in text else None
    if number is None and _WHOLE.fullmatch(text):
        number = int(text)
    if number is None or not least <= number <= most:
        raise NetworkError(f"the graph has {key}={quote(row.get(key))} somewhere; {_AGAIN}")
    return number


def _read_text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    missing = value is None or (isinstance(value, float) and np.isnan(value))
    return "" if missing else str(value)


def _read_walls(
    graph: nx.Graph[Any], node_id: Ints, noted: CRS | None, metric: CRS
) -> tuple[Walls | None, list[str]]:
    """Return the walls that the graph notes, None where it notes none; and what was lost."""
    text = graph.graph.get(WALLS)
    if text is None or noted is None:
        return None, [
            f"the graph has lost its attributes {METRIC_CRS} and {WALLS}, and with them barriers, "
            "gates and outlines of compounds; keep graph.graph, as with "
            "osmnx.convert.graph_from_gdfs(nodes, edges, graph_attrs=graph.graph)"
        ]
    walls, n_lost = walls_from_text(text, node_id)
    lost = [f"{n_lost:,} gates of the network stand at nodes that are not in the graph"]
    return move_walls(walls, noted, metric), lost if n_lost else []


def _check_access(access: NDArray[np.object_], compounds: Compounds) -> None:
    strange = set(access.tolist()) - {PUBLIC, *compounds.id.tolist()}
    if strange:
        raise NetworkError(
            f"an edge of the graph has access={quote(min(strange))}, which is no compound of the "
            f"network; give {PUBLIC} or the id of a compound"
        )


def _compare_facts(
    graph: nx.Graph[Any], n_edges: int, conditions: NDArray[np.object_]
) -> list[str]:
    """Say how many streets, or hours of streets, are not there any more."""
    if OUR_MARK not in graph.graph:
        return []
    try:
        facts = json.loads(graph.graph[OUR_MARK])
        version, edges, timed = (int(facts[key]) for key in ("version", "edges", "conditions"))
    except (KeyError, TypeError, ValueError, RecursionError):
        version = 0
    if version != 1:
        raise NetworkError(f"{OUR_MARK} of the graph cannot be read; {_AGAIN}")
    lost = []
    if n_edges < edges:
        lost.append(f"{edges - n_edges:,} of {edges:,} streets of the network are not in the graph")
    missing = timed - int(np.count_nonzero(conditions != ""))
    if n_edges == edges and missing > 0:
        lost.append(f"{missing:,} streets of the graph have lost the hours when they are open")
    return lost


def _find_compounds(u: Ints, v: Ints, access: NDArray[Any], node_id: Ints, xy: Floats) -> Walls:
    """Return the compounds that streets name; their outlines and barriers are not known."""
    ids = np.array(sorted(set(access) - {PUBLIC}), dtype=object)
    nothing, no = np.full(len(ids), "", dtype=object), np.zeros(len(ids), dtype=bool)
    shapes = np.array([shapely.Polygon()] * len(ids), dtype=object)
    compounds = Compounds(ids, nothing, nothing, no, no, shapes)
    gates, _ = find_gates(u, v, access, node_id, xy, compounds, make_no_gates(), None)
    return replace(make_no_walls(), compounds=compounds, gates=gates)
