"""How well places fit what they are compared with, in logarithms of likelihoods.

Each kind of evidence gives every row and every way to read the table a logarithm of how likely the
row would be where that reading were true. Bounds on what a row can say keep single slips small, and
rows near each other count as one, since they err together. What a kind assumes of a right table
stands at its constants.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Floats, Ints
from planner.run.doctor.references import (
    SHORTEST_NAME,
    Parts,
    References,
    Roads,
    normalise_name,
)

#: Rows in one square of this width count as one.
_SQUARE_M: Final = 200.0
#: Of right rows that name a town so many lie elsewhere, and outlines are off by so much.
_WRONG_TOWN: Final = 0.02
_OUTLINE_M: Final = 40.0
#: Fewer rows than this share that name one, and the column is about something else.
_NAMING: Final = 0.3
#: Of right rows called exactly as a thing on the map, so many are it, and lie so near (one standard
#: deviation); of those whose name holds its name fewer, and less near.
_SAME, _SAME_M = 0.7, 80.0
_HELD, _HELD_M = 0.3, 400.0
#: A thing that is another one lies anywhere within this distance.
_ANYWHERE_M: Final = 3_000.0
#: Of right rows with a street in the address, so many lie along it, so near.
_ALONG, _ALONG_M = 0.6, 40.0
_ANYWHERE_ACROSS_M: Final = 1_500.0
#: What is outside the study area may well be so: at most so much less likely, and no less than the
#: table itself has rows out there, as a look at both sides of the border tells.
_OUTSIDE: Final = 0.4
_BESIDE_BORDER_M: Final = 1_000.0
_BOUNDARY_MOST: Final = 6.0
#: But farther than this from all data hardly anything is.
_FAR_M: Final = 5_000.0
_FAR: Final = 0.02
_LONGEST_NAME: Final = 16


@dataclass(frozen=True, eq=False)
class Likelihoods:
    """What one kind of evidence says.

    kind : streets, addresses, names, towns, committees, boundary or data.
    rows : array of k
        The rows it can say something of.
    log : shape (readings, k)
        Logarithms of likelihoods, natural.
    weights : array of k
        What each row counts in the total, at most 1.
    told : shape (readings, k)
        Metres: what is told of the rows in words.
    most
        At most so much may this kind add for one reading over another.
    """

    kind: str
    rows: Ints
    log: Floats
    told: Floats
    weights: Floats
    most: float = np.inf

    @property
    def total(self) -> Floats:
        """What the kind says of each reading, at most `most` below its best."""
        total: Floats = (self.log * self.weights).sum(axis=1)
        bounded: Floats = np.maximum(total, total.max() - self.most)
        return bounded


def gather_evidence(
    rows: pd.DataFrame, places: list[Floats], known: References
) -> list[Likelihoods]:
    """Compare the rows of a table, read in several ways, with what is known; without streets.

    Parameters
    ----------
    rows
        The columns of the table; those with text are looked through for names.
    places : list of arrays (n, 2)
        Where the rows lie by each reading, metric CRS of `known`.
    """
    texts = _list_texts(rows)
    found = [_compare_extent(places, known), _compare_boundary(places, known)]
    found += [_compare_parts(texts, places, parts) for parts in known.parts]
    found += [_compare_names(texts, places, known), _compare_roads(texts, places, known)]
    return [evidence for evidence in found if evidence is not None]


def weigh(xy: Floats) -> Floats:
    """Return the weight of each row, so that rows in one square count as one."""
    squares = np.floor(xy / _SQUARE_M)
    _, which, number = np.unique(squares, axis=0, return_inverse=True, return_counts=True)
    weights: Floats = 1.0 / number[which.reshape(-1)]
    return weights


def _list_texts(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Return the columns of text, ready to be compared."""
    return {
        str(column): [normalise_name(text) for text in rows[column]]
        for column in rows
        if column not in {"row", "geometry"} and len(rows) and isinstance(rows[column].iloc[0], str)
    }


def _make(
    kind: str, rows: Ints, log: list[Floats], told: list[Floats], at: Floats, most: float = np.inf
) -> Likelihoods:
    """Weigh what each row says; `at` (k, 2) is where the rows lie by the first reading."""
    return Likelihoods(kind, rows, np.array(log), np.array(told), weigh(at), most)


def _compare_extent(places: list[Floats], known: References) -> Likelihoods | None:
    """Rows lie where there are data."""
    if known.extent is None:
        return None
    away = [_measure(known.extent, xy) for xy in places]
    log = [np.where(far > _FAR_M, np.log(_FAR), 0.0) for far in away]
    return _make("data", np.arange(len(places[0])), log, away, places[0])


def _compare_boundary(places: list[Floats], known: References) -> Likelihoods | None:
    """More rows than not lie in the study area."""
    if known.boundary is None:
        return None
    away = [_measure(known.boundary, xy) for xy in places]
    outside = np.log(max(_OUTSIDE, min(_compare_sides(xy, known.boundary) for xy in places)))
    log = [np.maximum(-far / _OUTLINE_M, outside) for far in away]
    return _make("boundary", np.arange(len(places[0])), log, away, places[0], _BOUNDARY_MOST)


def _compare_sides(xy: Floats, boundary: BaseGeometry) -> float:
    """Return how many rows lie just outside a border for one just inside, at most 1."""
    fine = xy[np.isfinite(xy).all(axis=1)]
    beside = shapely.distance(boundary.boundary, shapely.points(fine)) <= _BESIDE_BORDER_M
    inside = shapely.intersects_xy(boundary, fine[:, 0], fine[:, 1])
    counts = (beside & ~inside).sum(), (beside & inside).sum()
    return float(min(1.0, (counts[0] + 0.5) / (counts[1] + 0.5)))


def _compare_parts(
    texts: dict[str, list[str]], places: list[Floats], parts: Parts
) -> Likelihoods | None:
    """Rows that name a town lie in it."""
    best: list[tuple[int, str]] = []
    for heading, column in texts.items():
        if heading == "name":  # whoever is called after a town need not lie in it
            continue
        named = [
            (row, part) for row, text in enumerate(column) if (part := _find_part(text, parts))
        ]
        best = max(best, named, key=len)
    if len(best) < max(1.0, _NAMING * len(places[0])):
        return None
    rows = np.array([row for row, _ in best])
    shapes = np.array([parts.outlines[name] for _, name in best], dtype=object)
    away = []
    for outline in set(parts.outlines.values()):
        shapely.prepare(outline)
    for xy in places:
        points = shapely.points(xy[rows])
        far = np.zeros(len(rows))
        out = ~shapely.intersects(shapes, points)
        far[out] = shapely.distance(shapes[out], points[out])
        away.append(far)
    log = [np.log(_WRONG_TOWN + (1 - _WRONG_TOWN) * np.exp(-far / _OUTLINE_M)) for far in away]
    return _make(parts.label, rows, log, away, places[0][rows])


def _find_part(text: str, parts: Parts) -> str:
    """Return the town that a text names, alone or in an address, "" for none."""
    if text in parts.outlines:
        return text
    held = [part for part in _cut_parts(text) if part in parts.outlines]
    place = text.find(held[0]) if held else 0
    # "...区大场镇", "大场镇...路": elsewhere in a text it may be part of another name.
    named = held and (place == 0 or text[place - 1] in "区市县")
    return held[0] if named else ""


def _compare_names(
    texts: dict[str, list[str]], places: list[Floats], known: References
) -> Likelihoods | None:
    """Rows lie at the things of their name."""
    if not known.places:
        return None
    pairs = _pair_names(texts.get("name", []), known.places)
    if not pairs:
        return None
    rows = np.array([row for row, _, _ in pairs])
    same = np.array([exact for _, _, exact in pairs])
    log, told = [], []
    for xy in places:
        far = np.array(
            [_nearest(known.places[name], xy[row]) for row, name, _ in pairs], dtype=np.float64
        )
        told.append(far)
        log.append(np.where(same, _log_near(far, _SAME, _SAME_M), _log_near(far, _HELD, _HELD_M)))
    # All rows that name one thing count as one.
    names = pd.Series([name for _, name, _ in pairs])
    weights = 1.0 / names.map(names.value_counts()).to_numpy(dtype=np.float64)
    return Likelihoods("names", rows, np.array(log), np.array(told), weights)


def _pair_names(names: list[str], places: dict[str, Floats]) -> list[tuple[int, str, bool]]:
    """Return row, name of the thing, and whether the row is called just so."""
    pairs = []
    for row, text in enumerate(names):
        if text in places:
            pairs.append((row, text, True))
            continue
        held = [part for part in _cut_parts(text) if part in places]
        if held:
            pairs.append((row, max(held, key=len), False))
    return pairs


@lru_cache(maxsize=20_000)  # a text is looked through for towns, committees and streets
def _cut_parts(text: str) -> list[str]:
    """Return the parts of a text that may be a name: of Chinese all, of others whole words."""
    if text.isascii():
        return []
    return [
        text[start : start + length]
        for length in range(min(len(text), _LONGEST_NAME), SHORTEST_NAME - 1, -1)
        for start in range(len(text) - length + 1)
    ]


def _compare_roads(
    texts: dict[str, list[str]], places: list[Floats], known: References
) -> Likelihoods | None:
    """Rows lie along the street of their address."""
    if known.roads is None:
        return None
    best: list[tuple[int, str]] = []
    for column in texts.values():
        named = [
            (row, road)
            for row, text in enumerate(column)
            if (road := _find_road(text, known.roads))
        ]
        best = max(best, named, key=len)
    if len(best) < max(1.0, _NAMING * len(places[0])):
        return None
    rows = np.array([row for row, _ in best])
    drawn = {road: known.roads.draw(road) for road in {road for _, road in best}}
    lines = np.array([drawn[road] for _, road in best], dtype=object)
    away = [shapely.distance(lines, shapely.points(xy[rows])) for xy in places]
    log = [_log_along(far) for far in away]
    return _make("addresses", rows, log, away, places[0][rows])


def _find_road(text: str, roads: Roads) -> str:
    """Return the street that an address begins with or holds, "" for none."""
    if text.isascii():
        beginning = text.split(",")[0].rstrip("0123456789 ")
        return beginning if beginning in roads else ""
    held = [part for part in _cut_parts(text) if part in roads]
    # The first one: "A 路 12 号, near B 路".
    return min(held, key=lambda part: (text.index(part), -len(part))) if held else ""


def _measure(shape: BaseGeometry, xy: Floats) -> Floats:
    """Return how far places lie outside a shape."""
    shapely.prepare(shape)
    far = np.zeros(len(xy))
    out = ~shapely.intersects_xy(shape, xy[:, 0], xy[:, 1])
    far[out] = shapely.distance(shape, shapely.points(xy[out]))
    return far


def _nearest(points: Floats, xy: Floats) -> float:
    return float(np.hypot(*(points - xy).T).min())


def _log_near(far: Floats, share: float, spread_m: float) -> Floats:
    """Logarithm of how likely a distance is: a normal spread round the thing, or anywhere."""
    near = np.exp(-0.5 * (far / spread_m) ** 2) / (2 * spread_m**2)
    log: Floats = np.log(share * near * _ANYWHERE_M**2 + (1 - share))
    return log


def _log_along(far: Floats) -> Floats:
    near = np.exp(-0.5 * (far / _ALONG_M) ** 2) / (_ALONG_M * np.sqrt(np.pi / 2))
    log: Floats = np.log(_ALONG * near * _ANYWHERE_ACROSS_M + (1 - _ALONG))
    return log
