"""Residents' and village committees: neighbouring places gathered, with a territory each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from .groups import group_points
from .outline import TOWNS, Town, town_polygons
from .people import VILLAGES, committees_by_town
from .places import Place


@dataclass(frozen=True)
class Committee:
    """A committee, its ground and its places, the largest that streets reach first."""

    name: str
    town: str
    kind: str
    shape: BaseGeometry
    places: tuple[Place, ...]

    @property
    def floor_m2(self) -> float:
        """Floor area of its homes."""
        return sum(p.floor_m2 for p in self.places)


def form(places: list[Place]) -> list[Committee]:
    """Committees of all towns in the order of codes: residents' first, then villages."""
    return [committee for town in TOWNS for committee in _of_town(town, places)]


def _of_town(town: Town, places: list[Place]) -> list[Committee]:
    """Committees of one town."""
    villages = VILLAGES.get(town.name, 0)
    wanted = committees_by_town()[town.name] - villages
    estates = [p for p in places if p.town == town.name and p.kind == "estate"]
    hamlets = [p for p in places if p.town == town.name and p.kind == "hamlet"]
    if len(estates) < wanted:
        raise ValueError(f"{town.name} has {len(estates)} estates for {wanted} committees")
    groups: list[tuple[str, list[Place]]] = []
    number = group_points(
        np.array([_middle(p) for p in estates]), np.array([p.floor_m2 for p in estates]), wanted
    )
    for k in range(wanted):
        groups.append(("residents", [p for p, g in zip(estates, number, strict=True) if g == k]))
    titles = sorted({_title(p) for p in hamlets})
    if len(titles) != villages:
        raise ValueError(f"{town.name} has hamlets of {len(titles)} villages, not {villages}")
    groups += [("village", [p for p in hamlets if _title(p) == title]) for title in titles]
    shapes = _territories(town_polygons()[town.name], [own for _, own in groups])
    committees = []
    for (kind, own), shape in zip(groups, shapes, strict=True):
        own.sort(key=lambda p: (not p.joined, -p.floor_m2, p.name))
        name = f"{_title(own[0])}委会" if kind == "village" else f"{own[0].name}居委会"
        committees.append(Committee(name, town.name, kind, shape, tuple(own)))
    return committees


def _title(hamlet: Place) -> str:
    """Village a hamlet belongs to: its name without the group's number."""
    return hamlet.name.rstrip("0123456789组")


def _middle(place: Place) -> tuple[float, float]:
    """Centre of a place."""
    return place.shape.centroid.x, place.shape.centroid.y


def _territories(town: Polygon, groups: list[list[Place]]) -> list[BaseGeometry]:
    """Ground of each group: the parts of the town nearest to one of its places."""
    points, owner = [], []
    for k, group in enumerate(groups):
        for place in group:
            points.append(_middle(place))
            owner.append(k)
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(points), extend_to=town))
    tree = shapely.STRtree(cells)
    grounds: list[list[BaseGeometry]] = [[] for _ in groups]
    for point, k in zip(points, owner, strict=True):
        cell = cells[int(tree.query(Point(point), predicate="within")[0])]
        grounds[k].append(cell.intersection(town))
    return [shapely.set_precision(shapely.unary_union(parts), 0.01) for parts in grounds]
