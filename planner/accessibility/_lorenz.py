"""Scores in order with the people who have them, and what those without a score may change.

Gini and Palma are ratios whose numerator bends upwards with the scores of single people, and whose
denominator does not. So they are least where all whose score is unknown have the same one, and
greatest where each of them has either nothing or the highest. Along the one score, or along the
number of those who have the highest, only few places can be best: these are tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from planner.coverage.exact import exact_sum
from planner.coverage.weighted import weighted_median
from planner.crs.array_types import Floats

#: Palma: the worst served share of the people, and where the best served begin.
WORST: Final = 0.4
BEST_FROM: Final = 0.9


@dataclass(frozen=True, eq=False)
class ScoreSpread:
    """Scores in ascending order, with the people of each.

    scores, counts (n,) : the scores that there are, and the people of each, above 0.
    unknown : people without a score, each of whom may have 0 to `highest`.
    """

    scores: Floats
    counts: Floats
    unknown: float
    highest: float

    @classmethod
    def of(cls, scores: Floats, people: Floats, highest: float) -> ScoreSpread:
        """Put scores (n,), NaN where not known, in order; equal ones become one."""
        known = ~np.isnan(scores) & (people > 0)
        distinct, place = np.unique(scores[known], return_inverse=True)
        counted = np.bincount(place, weights=people[known], minlength=len(distinct))
        counts = np.asarray(counted, dtype=np.float64)
        return cls(distinct, counts, exact_sum(people[np.isnan(scores)]), highest)

    @property
    def known(self) -> float:
        """People who have a score."""
        return exact_sum(self.counts)

    @property
    def people(self) -> float:
        """All people."""
        return exact_sum([*self.counts.tolist(), self.unknown])

    @property
    def total(self) -> float:
        """The scores of all who have one, added up."""
        return float(self.scores @ self.counts)

    @property
    def median(self) -> float:
        """The least score that half of those who have one do not exceed."""
        return weighted_median(self.scores, self.counts) if len(self.scores) else np.nan

    @property
    def apart(self) -> float:
        """The sum over all pairs of people, each twice, of how far apart their scores are."""
        below = np.cumsum(self.counts) - self.counts
        above = self.known - below - self.counts
        # The score of each counts for all below it, and against it for all above.
        return float(2 * np.sum(self.scores * self.counts * (below - above)))

    @property
    def ends(self) -> Floats:
        """How many people have less than each score, and at the end all who have one (n + 1,)."""
        return np.concatenate([[0.0], np.cumsum(self.counts)])

    def lowest(self, people: Floats) -> Floats:
        """Return the sum of the scores of the worst served so many (any shape) of the known."""
        sums = np.concatenate([[0.0], np.cumsum(self.counts * self.scores)])
        return np.asarray(np.interp(people, self.ends, sums), dtype=np.float64)


def gini_of(spread: ScoreSpread) -> float:
    """Return the Gini coefficient of those who have a score; NaN where nobody has anything."""
    if not spread.total > 0:
        return float("nan")
    return max(spread.apart / (2 * spread.known * spread.total), 0.0)


def palma_of(spread: ScoreSpread) -> float:
    """Return the Palma ratio of those who have a score."""
    worst, best = spread.lowest(np.array([WORST, BEST_FROM]) * spread.known)
    return float(_ratio(np.array([spread.total - best]), np.array([worst]))[0])


def find_ranges(spread: ScoreSpread) -> dict[str, tuple[float, float, float]]:
    """Return mean, share_none, gini and palma: each its value, low and high."""
    known, people, total = spread.known, spread.people, spread.total
    none = float(spread.counts[spread.scores == 0].sum())
    nothing = (np.nan, np.nan, np.nan)
    mean = share_none = nothing
    if people > 0:
        most = total + spread.unknown * spread.highest
        mean = (total / known if known > 0 else np.nan, total / people, most / people)
        # Where the highest known is 0, all others have 0 too.
        least = none if spread.highest > 0 else people
        share_none = (
            none / known if known > 0 else np.nan,
            least / people,
            (none + spread.unknown) / people,
        )
    return {
        "mean": mean,
        "share_none": share_none,
        "gini": (gini_of(spread), *_gini_range(spread)),
        "palma": (palma_of(spread), *_palma_range(spread)),
    }


def _gini_range(spread: ScoreSpread) -> tuple[float, float]:
    """Return the least and the greatest Gini coefficient that there may be."""
    if spread.unknown == 0:
        return gini_of(spread), gini_of(spread)
    if spread.highest == 0:
        return np.nan, np.nan
    w, unknown, highest, total = spread.people, spread.unknown, spread.highest, spread.total
    # All at one score: the ratio rises or falls all the way between two known ones.
    tried = np.unique(np.append(spread.scores, [0.0, highest]))
    below = spread.ends[np.searchsorted(spread.scores, tried)]
    beneath = spread.lowest(below)
    gaps = tried * below - beneath + (total - beneath) - tried * (spread.known - below)
    low = _gini(spread.apart + 2 * unknown * gaps, w, total + unknown * tried)
    # So many at the highest, all others at nothing.
    at_top = _most_uneven(spread)
    against = (unknown - at_top) * total + at_top * (highest * spread.known - total)
    apart = spread.apart + 2 * (against + (unknown - at_top) * at_top * highest)
    high = _gini(apart, w, total + at_top * highest)
    return float(np.nanmin(low)), float(np.nanmax(high))


def _gini(apart: Floats, people: float, total: Floats) -> Floats:
    """Return Gini coefficients; NaN where nobody has anything."""
    found = np.full(len(total), np.nan)
    np.divide(apart, 2 * people * total, out=found, where=total > 0)
    return found


def _most_uneven(spread: ScoreSpread) -> Floats:
    """Return how many of the unknown are tried at the highest score.

    apart / total as a function of their number q is (a + b q - c q^2) / (t + h q), which has one
    peak, where c h q^2 + 2 c t q + a h - b t = 0.
    """
    unknown, h, t = spread.unknown, spread.highest, spread.total
    c = 2 * h
    b = 2 * (h * spread.known - 2 * t + unknown * h)
    a = spread.apart + 2 * unknown * t
    peak = -t / h + np.sqrt(max((t / h) ** 2 + (b * t - a * h) / (c * h), 0.0))
    # With nothing known above 0 fewer are always more uneven, down to a single person.
    least = min(1.0, unknown) if t == 0 else 0.0
    return np.asarray(np.clip([least, peak, unknown], least, unknown), dtype=np.float64)


def _palma_range(spread: ScoreSpread) -> tuple[float, float]:
    """Return the least and the greatest Palma ratio that there may be."""
    if spread.unknown == 0:
        return palma_of(spread), palma_of(spread)
    if spread.highest == 0:
        return np.nan, np.nan
    marks = np.array([WORST, BEST_FROM]) * spread.people
    tried = np.unique(np.append(spread.scores, [0.0, spread.highest]))
    low = _palma_at_one_score(spread, tried, marks)
    # Where a mark meets the end of a score, the ratio may turn; and at both ends.
    turns = np.concatenate([spread.unknown + spread.ends - mark for mark in marks])
    at_top = np.unique(np.clip(np.append(turns, [0.0, spread.unknown]), 0.0, spread.unknown))
    high = _palma_at_both_ends(spread, at_top, marks)
    return float(np.nanmin(low)), float(np.nanmax(high))


def _palma_at_one_score(spread: ScoreSpread, tried: Floats, marks: Floats) -> Floats:
    """Return the ratio where all unknown have one score, for each that is tried."""
    below = spread.ends[np.searchsorted(spread.scores, tried)]
    sums = []
    for mark in marks:
        theirs = np.clip(mark - below, 0.0, spread.unknown)
        sums.append(spread.lowest(mark - theirs) + theirs * tried)
    return _ratio(spread.total + spread.unknown * tried - sums[1], sums[0])


def _palma_at_both_ends(spread: ScoreSpread, at_top: Floats, marks: Floats) -> Floats:
    """Return the ratio where so many of the unknown have the highest score, and all others 0."""
    at_zero = spread.unknown - at_top
    sums = []
    for mark in marks:
        among = np.clip(mark - at_zero, 0.0, spread.known)
        beyond = np.maximum(mark - at_zero - spread.known, 0.0)
        sums.append(spread.lowest(among) + beyond * spread.highest)
    return _ratio(spread.total + at_top * spread.highest - sums[1], sums[0])


def _ratio(best: Floats, worst: Floats) -> Floats:
    """Return best / worst; inf where the worst have nothing, NaN where nobody has anything."""
    found = np.where(best > 0, np.inf, np.nan)
    np.divide(best, worst, out=found, where=worst > 0)
    return found
