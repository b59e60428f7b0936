"""Slope by definition: heights read cell by cell, streets cut at every sample, each with its grade.

Nothing of the package is imported here. The engine keeps an edge where its heights stay within a
metre of the straight grade; here no sample is left out.
"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pyproj
import rasterio

from tests.judge.pieces import Pieces


def slower(name, grade):
    """Return how many times as long a metre takes on a grade (rise over run) as on level ground."""
    if name == "tobler":
        return math.exp(-3.5 * 0.05) / math.exp(-3.5 * abs(grade + 0.05))
    if name == "irmischer-clarke":
        level, here = (0.11 + math.exp(-((100 * g + 5) ** 2) / (2 * 30**2)) for g in (0.0, grade))
        return level / here
    assert name == "none"
    return 1.0


def read_heights(path: Path, crs):
    """Return a function from x, y in a metric CRS to the height there, NaN where there is none."""
    with rasterio.open(path) as file:
        cells, transform, own = file.read(1, masked=True), file.transform, file.crs
    cells = np.where(np.ma.getmaskarray(cells), np.nan, np.ma.getdata(cells).astype(float))
    move = pyproj.Transformer.from_crs(crs, own.to_wkt(), always_xy=True).transform
    inverse = (~transform)[:6]

    def height(x, y):
        """Weigh the four cells whose middles lie round the place."""
        x, y = move(x, y)
        column, row = (
            of_x * x + of_y * y + more for of_x, of_y, more in (inverse[:3], inverse[3:])
        )
        if not (0 <= column <= cells.shape[1] and 0 <= row <= cells.shape[0]):
            return math.nan
        total = 0.0
        column, row = column - 0.5, row - 0.5
        for r in (math.floor(row), math.floor(row) + 1):
            for c in (math.floor(column), math.floor(column) + 1):
                weight = (1 - abs(row - r)) * (1 - abs(column - c))
                if weight > 0:  # beyond the rim the outermost cells go on
                    inside = min(max(r, 0), len(cells) - 1), min(max(c, 0), cells.shape[1] - 1)
                    total += weight * float(cells[inside])
        return total

    return height


def cut_at_samples(pieces: Pieces, height, step_m: float):
    """Return the pieces cut every so many metres, and the grade of each part from a to b.

    What is elevated is not cut, nor are steps that lead up to it: their ends lie between their
    neighbours, those on the ground where the ground is.
    """
    up_there = {int(n) for end in (pieces.a, pieces.b) for n in end[pieces.elevated]}
    ends = list(zip(pieces.a.tolist(), pieces.b.tolist(), strict=True))
    aloft = pieces.elevated | np.array(
        [f > 1 and bool({a, b} & up_there) for f, (a, b) in zip(pieces.factor, ends, strict=True)]
    )
    at = {}
    for a, b, ax, ay, bx, by in zip(
        pieces.a.tolist(), pieces.b.tolist(), pieces.ax, pieces.ay, pieces.bx, pieces.by,
        strict=True,
    ):  # fmt: skip
        at[a], at[b] = (ax, ay), (bx, by)
    level = _lift(ends, pieces.length(), aloft, {node: height(*xy) for node, xy in at.items()})
    rows, grades = [], []
    new_node = min(at, default=0) - 1
    for k, (a, b) in enumerate(ends):
        length = float(pieces.length()[k])
        parts = 1 if aloft[k] or length == 0 else math.ceil(length / step_m)
        start, end = np.array(at[a]), np.array(at[b])
        nodes, places = [a], [start]
        for part in range(1, parts):
            nodes.append(new_node)
            places.append(start + (end - start) * part / parts)
            new_node -= 1
        nodes.append(b)
        places.append(end)
        heights = [level[a], *(height(*place) for place in places[1:-1]), level[b]]
        for part in range(parts):
            rows.append((k, nodes[part], nodes[part + 1], *places[part], *places[part + 1]))
            rise = heights[part + 1] - heights[part]
            grades.append(rise / (length / parts) if length > 0 else 0.0)
    whole, a, b, ax, ay, bx, by = (np.array(column) for column in zip(*rows, strict=True))
    cut = pieces.where(whole)
    assert {field.name for field in fields(cut)} >= {"ax", "ay", "bx", "by", "a", "b"}
    return replace(cut, ax=ax, ay=ay, bx=bx, by=by, a=a, b=b), np.array(grades), whole


def _lift(ends, lengths, aloft, level):
    """Return the heights of nodes; of those between pieces aloft by going on until all agree."""
    touching = {}
    for (a, b), length, up in zip(ends, lengths.tolist(), aloft, strict=True):
        for node, other in ((a, b), (b, a)):
            touching.setdefault(node, []).append((other, length, bool(up)))
    free = [
        node for node, near in touching.items() if len(near) > 1 and all(up for _, _, up in near)
    ]
    level = dict(level)
    for _ in range(3000 if free else 0):
        for node in free:
            weights = [(1 / max(length, 0.01), other) for other, length, _ in touching[node]]
            total = sum(weight for weight, _ in weights)
            level[node] = sum(weight * level[other] for weight, other in weights) / total
    return level


def slope_of(name, grades, *, steepest=math.inf):
    """Return how much slower each piece is walked towards its b and its a, as Reference takes it.

    Pieces that rise or fall by more than `steepest` are not walked at all.
    """
    there, home = (np.array([slower(name, g) for g in sign * grades]) for sign in (1, -1))
    too_steep = np.abs(grades) > steepest
    return {"b": np.where(too_steep, np.inf, there), "a": np.where(too_steep, np.inf, home)}


def turned(slope):
    """Return the same slopes for who walks all streets the other way."""
    return {"b": slope["a"], "a": slope["b"]}
