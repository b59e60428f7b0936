"""The judge's reading of squares that several ways go round: segment by segment."""

from itertools import pairwise

import networkx as nx
import shapely

OUTLINE = {"outer", "inner", ""}


def square_parts(members, ways, places):
    """Return what is walked and what is crossed of a relation, as lists of steps (a, b).

    `members` are (kind, id, role), `ways` {id: nodes}, `places` {node: (lon, lat)}. Broken outlines
    are walked along; whole rings are crossed if all are whole, else outer ones in which no hole of
    unknown form may lie, without the whole holes in them.
    """
    roles, lost = {}, []
    for kind, ref, role in members:
        if kind == "w" and ways.get(ref):
            roles.setdefault(ref, role)
        elif kind != "n" and ref not in roles:
            lost.append(role)
    graph = nx.Graph()
    for ref, role in roles.items():
        for step in pairwise(ways[ref]):
            if step[0] != step[1] and not graph.has_edge(*step):
                graph.add_edge(*step, role=role)
    whole, broken = _rings_and_rest(graph, places)
    broken = [edge for edge in broken if edge[2] in OUTLINE]
    lost = [role for role in lost if role in OUTLINE]
    crossed = whole if not (broken or lost) else _surely_known(whole, broken, lost, places)
    inside = [edge[:2] for ring in crossed for edge in ring]
    beside = [edge[:2] for ring in whole if ring not in crossed for edge in ring]
    return beside + [edge[:2] for edge in broken], inside


def _rings_and_rest(graph, places):
    """Part edges (a, b, role) into rings, each a list, and the others."""
    known = graph.subgraph(n for n in graph if n in places).copy()
    while loose := [n for n in known if known.degree(n) < 2]:
        known.remove_nodes_from(loose)
    rings = []
    for nodes in nx.connected_components(known):
        part = known.subgraph(nodes)
        if all(degree % 2 == 0 for _, degree in part.degree):
            rings.append(list(part.edges(data="role")))
    used = {frozenset(edge[:2]) for ring in rings for edge in ring}
    rest = [edge for edge in graph.edges(data="role") if frozenset(edge[:2]) not in used]
    return rings, rest


def _surely_known(rings, broken, lost, places):
    """Return the outer rings whose ground is known, and the holes in them."""
    if "inner" in lost:
        return []
    unknown = [n for a, b, role in broken if role == "inner" for n in (a, b) if n in places]
    if any(role == "inner" for *_, role in broken) and not unknown:
        return []
    outer = [
        ring
        for ring in rings
        if {role for *_, role in ring} == {"outer"}
        and not any(_area(ring, places).intersects(shapely.Point(places[n])) for n in unknown)
    ]
    holes = [
        ring
        for ring in rings
        if "inner" in {role for *_, role in ring}
        and any(_area(around, places).contains(_area(ring, places)) for around in outer)
    ]
    return outer + holes


def _area(ring, places):
    """Return the polygon of a ring."""
    return shapely.build_area(shapely.MultiLineString([[places[a], places[b]] for a, b, _ in ring]))
