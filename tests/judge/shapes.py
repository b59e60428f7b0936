"""Isochrones by definition: which sample points are within the cutoff of a facility.

The set is the union of discs round every reached street point, of the lesser of the access limit
and what the minutes left allow, and of the disc round the facility. Along a straight piece the
minutes are ramps (from its two ends, from the legs of the facility) and, opposite the facility,
one straight leg; the best street point for a sample is known in closed form for each of them.
Where there are walls or slopes every sample is asked on its own, as a point from door to door.
"""

from __future__ import annotations

import numpy as np
import shapely

from tests.judge.walks import TOUCH_M, slant_m
from tests.judge.walls import PUBLIC

CELL_M = 50.0
#: Samples asked at a time.
CHUNK = 20_000


class _Samples:
    """Sample points sorted into square cells, to find those in a box quickly."""

    def __init__(self, xs, ys):
        self.xy = np.stack([np.ravel(xs), np.ravel(ys)], axis=1).astype(float)
        self.minutes = np.full(len(self.xy), np.inf)
        self.corner = self.xy.min(axis=0)
        column, row = self._cell(self.xy).T
        self.columns = int(column.max()) + 1
        self.rows = int(row.max()) + 1
        cell = row * self.columns + column
        self.order = np.argsort(cell, kind="stable")
        self.first = np.searchsorted(cell[self.order], np.arange(self.columns * self.rows + 1))

    def _cell(self, xy):
        """Return the cells of points: column, row."""
        return np.floor((xy - self.corner) / CELL_M).astype(int)

    def in_box(self, low, high):
        """Return the samples whose cells touch a box."""
        (left, bottom), (right, top) = self._cell(np.stack([low, high]))
        left, right = max(left, 0), min(right, self.columns - 1)
        rows = range(max(bottom, 0), min(top, self.rows - 1) + 1)
        if left > right or not rows:
            return np.zeros(0, int)
        starts = self.first[[row * self.columns + left for row in rows]]
        ends = self.first[[row * self.columns + right + 1 for row in rows]]
        return np.concatenate([self.order[s:e] for s, e in zip(starts, ends, strict=True)])

    def disc(self, centre, radius, start, pace):
        """Walk straight from a centre that is reached at `start`."""
        if radius >= 0:
            which = self.in_box(centre - radius, centre + radius)
            metres = np.hypot(*(self.xy[which] - centre).T)
            near = metres <= radius + TOUCH_M
            self.lower(which[near], start + pace * metres[near])

    def lower(self, which, minutes):
        """Keep the lesser minutes."""
        self.minutes[which] = np.minimum(self.minutes[which], minutes)


def minutes_at(reference, facility, xs, ys, cutoff_minutes):
    """Return minutes from a facility to sample points; inf beyond the cutoff."""
    walls = len(reference.barriers) or (reference.pieces.access != PUBLIC).any()
    if walls or not np.array_equal(reference.ahead, reference.back):
        return _minutes_behind_walls(reference, facility, xs, ys, cutoff_minutes)
    samples = _Samples(xs, ys)
    facility = np.asarray(facility, float)
    own = reference.meets(facility)
    reached, _ = reference._spread(reference._arcs(facility, own), cutoff_minutes)
    limit, pace = reference.limit, reference.leg_pace

    def radius(start):
        return min(limit, (cutoff_minutes - start) / pace)

    samples.disc(facility, radius(0.0), 0.0, pace)
    for (_, _, copy, _), place in zip(reference.posts, reference.post_xy, strict=True):
        samples.disc(place, radius(reached[copy]), reached[copy], pace)
    legs = {piece: k for k, piece in enumerate(own.piece)}
    at_end = reached[reference.leaving] + reference.wait
    near = np.isfinite(at_end.min(axis=0))
    near[own.piece] = True
    for piece in reference.open[near[reference.open]]:
        length = reference.length[piece]
        ramps = [(0.0, at_end[0, piece], 1), (length, at_end[1, piece], -1)]
        k = legs.get(piece)
        if k is not None:
            ramps += [(own.tries[0, k], own.leg[0, k], -1), (own.tries[2, k], own.leg[2, k], 1)]
        ramps = [ramp for ramp in ramps if ramp[1] <= cutoff_minutes]
        if ramps:
            one = None if k is None else (own.foot[k], own.away[k], own.low[k], own.high[k])
            _walk_piece(reference, samples, piece, ramps, one, radius(min(r[1] for r in ramps)))
    return np.where(samples.minutes <= cutoff_minutes, samples.minutes, np.inf)


def _minutes_behind_walls(reference, facility, xs, ys, cutoff_minutes):
    """Return minutes from a facility to sample points, each of which meets streets on its own."""
    xy = np.stack([np.ravel(xs), np.ravel(ys)], axis=1).astype(float)
    chunks = np.array_split(xy, max(len(xy) // CHUNK, 1))
    parts = [reference.minutes_matrix([facility], chunk)[0] for chunk in chunks]
    minutes = np.concatenate(parts)
    return np.where(minutes <= cutoff_minutes, minutes, np.inf)


def _walk_piece(reference, samples, piece, ramps, one, radius):
    """Lower the minutes of the samples round a piece that is walked along its ramps."""
    p, length = reference.pieces, reference.length[piece]
    ends = np.array([[p.ax[piece], p.ay[piece]], [p.bx[piece], p.by[piece]]])
    margin = reference.limit if one is not None else radius
    which = samples.in_box(ends.min(axis=0) - margin, ends.max(axis=0) + margin)
    foot, away = reference._along(*samples.xy[which].T, piece)
    near = (away <= margin + TOUCH_M) & (foot >= -margin - TOUCH_M)
    near &= foot <= length + margin + TOUCH_M
    which, foot, away = which[near], foot[near], away[near]
    half = np.sqrt(np.maximum(0.0, reference.limit**2 - away**2))
    slant = slant_m(reference.slant[piece], away)
    best = np.full(len(which), np.inf)
    for start, minutes, way in ramps:
        low = np.maximum(foot - half, start if way > 0 else 0.0)
        high = np.minimum(foot + half, length if way > 0 else start)
        place = np.clip(foot - way * slant, low, np.maximum(low, high))
        time = minutes + reference.pace[piece] * np.abs(place - start)
        time = time + reference._leg(place - foot, away)
        best = np.minimum(best, np.where(low <= high + TOUCH_M, time, np.inf))
    if one is not None:
        bounds = np.stack([np.maximum(foot - half, 0.0), np.minimum(foot + half, length)])
        best = np.minimum(best, reference._common(one, foot, away, bounds)[0])
    samples.lower(which, best)


def inside(reference, facility, cutoff_minutes, xs, ys):
    """Return for each sample point whether it belongs to the isochrone of a facility."""
    reached = minutes_at(reference, facility, xs, ys, cutoff_minutes) <= cutoff_minutes
    return reached.reshape(np.shape(xs))


def agreement(polygon, reference, facility, cutoff_minutes, step_m=5.0):
    """Compare a polygon with the exact isochrone on samples every `step_m` metres.

    Returns
    -------
    dict
        `iou` intersection over union, `wrongly_inside` the share of the polygon that is not
        reached, `missed` the share of the exact set that the polygon lacks, `samples` compared.
    """
    # Downhill nobody is faster than that.
    fastest = max(reference.speed, 1 / reference.pace.min(initial=np.inf))
    reach = fastest * cutoff_minutes + step_m
    bounds = np.array([*(facility - np.float64(reach)), *(facility + np.float64(reach))])
    if not polygon.is_empty:
        bounds[:2] = np.minimum(bounds[:2], polygon.bounds[:2])
        bounds[2:] = np.maximum(bounds[2:], polygon.bounds[2:])
    corner = facility + (np.floor((bounds[:2] - facility) / step_m) + 0.5) * step_m
    xs, ys = np.meshgrid(
        np.arange(corner[0], bounds[2] + step_m, step_m),
        np.arange(corner[1], bounds[3] + step_m, step_m),
    )
    exact = inside(reference, facility, cutoff_minutes, xs, ys)
    shapely.prepare(polygon)
    drawn = shapely.contains_xy(polygon, xs, ys)
    both, either = int((exact & drawn).sum()), int((exact | drawn).sum())
    return {
        "iou": both / either if either else 1.0,
        "wrongly_inside": float((drawn & ~exact).sum() / max(drawn.sum(), 1)),
        "missed": float((exact & ~drawn).sum() / max(exact.sum(), 1)),
        "samples": either,
    }
