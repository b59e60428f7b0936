"""Straight pieces of street, as they are drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import shapely

from tests.judge.walls import PUBLIC


@dataclass(frozen=True)
class Pieces:
    """Straight pieces of street, one row each, in metres of one CRS.

    `access` is "public" or the id of a compound; `foot` marks ways made for feet, which wait at
    crossings where they end.
    """

    ax: np.ndarray
    ay: np.ndarray
    bx: np.ndarray
    by: np.ndarray
    a: np.ndarray
    b: np.ndarray
    way: np.ndarray
    factor: np.ndarray
    elevated: np.ndarray
    access: np.ndarray
    foot: np.ndarray

    @classmethod
    def of(cls, nodes, edges):
        """Make pieces from nodes {id: (x, y)} and edges.

        An edge is (a, b[, way, factor, elevated, access, foot]).
        """
        default = (0, 1.0, False, PUBLIC, False)
        full = [(*edge, *default[len(edge) - 2 :]) for edge in edges]
        columns = list(zip(*full, strict=True)) if full else [()] * 7
        a, b, way, factor, elevated, access, foot = columns
        start = np.array([nodes[n] for n in a], float).reshape(-1, 2)
        end = np.array([nodes[n] for n in b], float).reshape(-1, 2)
        return cls(
            *start.T,
            *end.T,
            np.array(a, np.int64),
            np.array(b, np.int64),
            np.array(way, np.int64),
            np.array(factor, float),
            np.array(elevated, bool),
            np.array(access, object),
            np.array(foot, bool),
        )

    def __len__(self):
        """Count the pieces."""
        return len(self.ax)

    def where(self, kept):
        """Return some of the pieces."""
        return replace(self, **{key: column[kept] for key, column in vars(self).items()})

    def length(self):
        """Return the metres of each piece."""
        return np.hypot(self.bx - self.ax, self.by - self.ay)

    def lines(self, which):
        """Return pieces as shapely lines."""
        ends = [self.ax[which], self.ay[which], self.bx[which], self.by[which]]
        return shapely.linestrings(np.stack(ends, axis=1).reshape(-1, 2, 2))


class Meets(NamedTuple):
    """Where points meet pieces: `foot` and `away` are a point along and off the piece's line."""

    point: np.ndarray
    piece: np.ndarray
    foot: np.ndarray
    away: np.ndarray
    low: np.ndarray
    high: np.ndarray
    tries: np.ndarray  # (3 or 5, n) places along the piece: angle towards a, nearest, towards b
    leg: np.ndarray  # (3, n) minutes of the leg to each of them, inf where a barrier stands


def slant_m(slant, away):
    """Return slant x away, where an infinite slant stays infinite even on the street itself."""
    finite = np.isfinite(slant)
    return np.where(finite, np.where(finite, slant, 0.0) * away, np.inf)
