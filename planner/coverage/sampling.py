"""Draws of uncertain figures (speeds, legs, delays, gates) from their ranges, for repeats."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.plan import GateMode, Plan
from planner.plan.profiles import WalkProfile


@dataclass(frozen=True)
class Draw:
    """One set of figures to judge with.

    speed_factor : on every speed of a profile; delay_factor : on its delays at crossings.
    access_limit_m, access_detour : in place of those of the plan.
    gates : what is taken of gates that nobody mapped.
    """

    speed_factor: float
    access_limit_m: float
    access_detour: float
    delay_factor: float
    gates: GateMode

    def walker(self, profile: WalkProfile) -> WalkProfile:
        """Return a profile with the speeds and delays of this draw; its name stays."""
        return replace(
            profile,
            speed_kmh=profile.speed_kmh * self.speed_factor,
            push_kmh=profile.push_kmh * self.speed_factor,
            signal_s=profile.signal_s * self.delay_factor,
            crossing_s=profile.crossing_s * self.delay_factor,
        )


def sample_ranges(plan: Plan) -> list[Draw]:
    """Draw the figures of every repeat; the same seed and ranges give the same draws.

    Each range is cut into as many equal parts as there are repeats, and every part is drawn from
    once, in an order of its own (a Latin hypercube): even few repeats reach both ends of each
    range. The modes of gates occur equally often, give or take one.

    Parameters
    ----------
    plan
        With `[uncertainty]`; none of its repeats is the plan as it stands.

    Returns
    -------
    list of Draw
        As many as `repeats`.

    References
    ----------
    McKay, Beckman & Conover (1979).
    """
    ranges = plan.uncertainty
    count = ranges.repeats
    generator = np.random.default_rng(ranges.seed)
    # One generator, so the order of these lines counts: another one changes what a seed draws.
    speed = _drawn(generator, count, ranges.speed)
    limit_m = _drawn(generator, count, limit_range(plan))
    detour = _drawn(generator, count, detour_range(plan))
    delay = _drawn(generator, count, ranges.crossing_delay)
    mode = _order(generator, count) % len(ranges.gates)
    return [
        Draw(
            speed_factor=float(speed[number]),
            access_limit_m=float(limit_m[number]),
            access_detour=float(detour[number]),
            delay_factor=float(delay[number]),
            gates=ranges.gates[mode[number]],
        )
        for number in range(count)
    ]


def limit_range(plan: Plan) -> tuple[float, float]:
    """Return the range of the access limit, metres: the plan's, else 0.8 to 1.2 times its limit."""
    if plan.uncertainty.access_limit_m is not None:
        low, high = plan.uncertainty.access_limit_m
        return low, high
    limit_m = plan.network.access_limit_m
    # The range stands in summary.json: without the tail of a binary fraction.
    return round(max(0.8 * limit_m, 1.0), 6), round(1.2 * limit_m, 6)


def detour_range(plan: Plan) -> tuple[float, float]:
    """Return the range of the access detour: the plan's, else 0.2 round its own, at least 1."""
    if plan.uncertainty.access_detour is not None:
        low, high = plan.uncertainty.access_detour
        return low, high
    detour = plan.network.access_detour
    return round(max(detour - 0.2, 1.0), 6), round(detour + 0.2, 6)


def _drawn(
    generator: np.random.Generator, count: int, ends: tuple[float, ...]
) -> NDArray[np.float64]:
    """Draw once from each of `count` equal parts of a range, in random order."""
    low, high = ends
    # Without repeats the count is 0, and the empty arrays must not be divided by it.
    place = (_order(generator, count) + generator.random(count)) / max(count, 1)
    # Rounding may carry a place near the upper end a last bit beyond it.
    return np.asarray(np.clip(low + (high - low) * place, low, high), dtype=np.float64)


def _order(generator: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Return 0 to count - 1 in random order, from nothing but uniform numbers."""
    return np.asarray(np.argsort(generator.random(count), kind="stable"), dtype=np.int64)
