"""A place with a purpose: what stations, people and names later refer to."""

from __future__ import annotations

from dataclasses import dataclass

from shapely import Polygon


@dataclass(frozen=True)
class Place:
    """An estate, hamlet, works, mall, office quarter, park or school."""

    kind: str
    name: str
    shape: Polygon
    town: str
    gate: tuple[float, float]
    """Where one enters: a gate or a point on a public street."""
    floor_m2: float
    """Floor area of its homes, 0 where nobody lives."""
    joined: bool = True
    """False where the streets inside are missing or lead nowhere on purpose."""
    gates: tuple[tuple[float, float], ...] = ()
    """Where streets pass its wall, the first one at `gate`."""
    gates_drawn: bool = True
    """False where streets pass the wall but no gate is in the data."""
