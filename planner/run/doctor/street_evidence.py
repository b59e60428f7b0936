"""Whether places lie along the streets more than they would anywhere else nearby."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.run.doctor.likelihoods import weigh
from planner.run.doctor.street_grid import StreetGrid

#: Distances are sorted into these bins, metres; of rows along streets so many fall in each, where
#: they stand on them, at their side, and at their side or farther back. These are assumptions, and
#: kept only where the table bears them out, see `StreetFit.support`.
_BINS_M: Final = np.array([4, 8, 12, 16, 24, 32, 48, 64, 96, 128], dtype=np.float64)
_MODELS: Final = np.array([
    [0.70, 0.16, 0.06, 0.03, 0.02, 0.01, 0.005, 0.005, 0.005, 0.003, 0.002],
    [0.04, 0.20, 0.25, 0.24, 0.20, 0.04, 0.01, 0.006, 0.006, 0.005, 0.003],
    [0.04, 0.17, 0.19, 0.18, 0.26, 0.12, 0.02, 0.01, 0.005, 0.003, 0.002],
    [0.05, 0.10, 0.14, 0.13, 0.20, 0.14, 0.13, 0.06, 0.03, 0.01, 0.01],
])  # fmt: skip
_CHOICE: Final = float(np.log(len(_MODELS)))  # the best of some is good by chance
BESIDE_M: Final = 32.0
#: Of right rows so many may be anywhere.
_ANYWHERE: Final = 0.1
#: To how many places the table is moved to see how it fits where it does not belong.
_MOVES: Final = 72
_NEAREST_MOVE_M, _FARTHEST_MOVE_M = 200.0, 1_500.0
_GOLDEN_ANGLE: Final = np.pi * (3 - np.sqrt(5))
#: So many rows of a table are looked at, spread over the file.
_MOST_ROWS: Final = 250
#: The table is also moved over all of the lattice of streets about it, in search of where it fits
#: best; a place so near to that of a reading is that reading.
_SAME_M: Final = 50.0
_MOST_INSIDE: Final = 0.8
#: So much better must the best of that many places fit, as the best of many is good by chance.
_SEARCH_NOISE: Final = float(np.log((2 * _FARTHEST_MOVE_M / 40.0) ** 2))


@dataclass(frozen=True, eq=False)
class StreetFit:
    """How well the readings of a table fit the streets.

    support : array, one per reading
        Logarithm of how much likelier the rows are than if they lay anywhere, 0 for no support.
        It is the smaller of two: what the bins say, and how far the fit stands out among those of
        the same table moved about, so that a table that has nothing to do with streets has none.
    median_m : array, one per reading
        Median distance to a street.
    share, elsewhere_share
        Share of rows within `BESIDE_M` of a street: an array, one per reading; of the table moved
        about.
    row_log : shape (readings, n)
        What each row says.
    moved : east, north in metres by which the table fits best, if that is no reading and stands
        out; else None. moved_support : its support.
    """

    support: Floats
    median_m: Floats
    elsewhere_share: float
    share: Floats
    row_log: Floats
    moved: tuple[float, float] | None
    moved_support: float


def fit_streets(places: list[Floats], streets: StreetGrid) -> StreetFit:
    """Compare the readings of a table with the streets, and with itself moved about.

    Parameters
    ----------
    places : list of arrays (n, 2)
        Where the rows lie by each reading, metric.
    """
    chosen = np.linspace(0, len(places[0]) - 1, min(len(places[0]), _MOST_ROWS)).astype(int)
    first = places[0][chosen]
    weights = weigh(first)
    middles = np.array([np.median(xy[chosen] - first, axis=0) for xy in places])
    moves = _list_moves()
    apart = np.hypot(*(moves[:, None] - middles[None]).transpose(2, 0, 1)).min(axis=1)
    moves = moves[apart > _NEAREST_MOVE_M]
    elsewhere = _sort_in(streets.measure(first[None] + moves[:, None], _BINS_M[-1]))
    distance = np.array([streets.measure(xy, _FARTHEST_MOVE_M) for xy in places])
    bins = _sort_in(distance)
    ratios = _learn_ratios(elsewhere)
    fits = [_fit(ratio, bins[:, chosen], elsewhere, weights) for ratio in ratios]
    best = max(fits, key=lambda fit: float(fit.support.max()))
    moved, moved_support = _search(first, weights, streets, best, middles)
    return StreetFit(
        np.maximum(best.support - _CHOICE, 0.0),
        np.median(distance, axis=1),
        float(_share_within(elsewhere).mean()),
        _share_within(bins),
        best.ratio[bins],
        moved,
        moved_support,
    )


@dataclass(frozen=True, eq=False)
class _Fit:
    """How the readings fit one model: its ratios by bin, and those of the table moved about."""

    ratio: Floats
    mean: float
    spread: float
    support: Floats


def _list_moves() -> Floats:
    """Return moves in all directions, spread evenly, shape (n, 2)."""
    number = np.arange(_MOVES)
    share = (number + 0.5) / _MOVES
    radius = np.sqrt(_NEAREST_MOVE_M**2 + share * (_FARTHEST_MOVE_M**2 - _NEAREST_MOVE_M**2))
    angle = number * _GOLDEN_ANGLE
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _sort_in(distance: Floats) -> Ints:
    """Return the bin of each distance."""
    return np.searchsorted(_BINS_M, distance)


def _learn_ratios(elsewhere: Ints) -> Floats:
    """Return by model and bin how much likelier it is at a right row than anywhere, a logarithm."""
    counts = np.bincount(elsewhere.ravel(), minlength=_MODELS.shape[1]) + 0.5
    anywhere = counts / counts.sum()
    # Another street may be nearer than the row's own: farther than both of them is what is left.
    beyond = (1.0 - np.cumsum(_MODELS, axis=1)) * (1.0 - np.cumsum(anywhere))
    right = -np.diff(beyond, axis=1, prepend=1.0)
    ratios: Floats = np.log(((1 - _ANYWHERE) * right + _ANYWHERE * anywhere) / anywhere)
    return ratios


def _fit(ratio: Floats, bins: Ints, elsewhere: Ints, weights: Floats) -> _Fit:
    """Return how readings fit a model, beside the table moved about."""
    usual = (ratio[elsewhere] * weights).sum(axis=1)
    mean, spread = float(usual.mean()), max(float(usual.std()), 0.5)
    total = (ratio[bins] * weights).sum(axis=1)
    return _Fit(ratio, mean, spread, _support(total, mean, spread))


def _support(total: Floats, mean: float, spread: float) -> Floats:
    """Return the support of fits, given the usual fits of the table moved about.

    No more than minus the logarithm of how often a table moved at random fits as well.
    """
    from scipy.special import log_ndtr

    chance = -log_ndtr(-(total - mean) / spread)
    support: Floats = np.minimum(np.maximum(total, 0.0), chance)
    return support


def _share_within(bins: Ints) -> Floats:
    """Return the share of rows beside a street; all of the last axis."""
    share: Floats = (bins <= np.searchsorted(_BINS_M, BESIDE_M)).mean(axis=-1)
    return share


def _search(
    first: Floats,
    weights: Floats,
    streets: StreetGrid,
    fit: _Fit,
    middles: Floats,
) -> tuple[tuple[float, float] | None, float]:
    """Move the table over the lattice about it; return the best move and its support."""
    margin = int(_FARTHEST_MOVE_M // streets.cell_m)
    cells, rows = streets.find_cells(first, margin)
    if len(rows) < _MOST_INSIDE * len(first):  # as it stands it does not belong here at all
        return None, 0.0
    first, weights = first[rows], weights[rows]
    log = fit.ratio[_sort_in(streets.distance_m)]
    total = np.zeros((2 * margin + 1, 2 * margin + 1))
    for (at, across), weight in zip(cells.tolist(), weights.tolist(), strict=True):
        window = log[at - margin : at + margin + 1, across - margin : across + margin + 1]
        total += weight * window
    best = np.unravel_index(int(total.argmax()), total.shape)
    east, north = ((float(best[axis]) - margin) * streets.cell_m for axis in (1, 0))
    there = streets.measure(first + np.array([east, north]), _BINS_M[-1])
    exact = (fit.ratio[_sort_in(there)] * weights).sum()
    support = float(_support(np.array([exact]), fit.mean, fit.spread)[0]) - _SEARCH_NOISE
    is_reading = np.hypot(*(middles - (east, north)).T).min() <= _SAME_M
    return (None if is_reading else (east, north)), max(support, 0.0)
