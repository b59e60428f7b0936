"""Which room of a map is still free, so that no name lies on another."""

from __future__ import annotations

import numpy as np


class FreeRoom:
    """The boxes taken so far, millimetres: left, low, right, high."""

    def __init__(self, wide: float, high: float) -> None:
        self._wide, self._high = wide, high
        self._taken = np.empty((0, 4))

    def take(self, boxes: np.ndarray, *, inside: bool = True, gap: float = 0.0) -> bool:
        """Take all of these boxes if they are free, and tell whether they were.

        inside : they have to lie on the paper.
        gap : so much has to stay free round them.
        """
        boxes = np.atleast_2d(boxes)
        if inside and (
            (boxes[:, :2] < 0.6).any()
            or (boxes[:, 2] > self._wide - 0.6).any()
            or (boxes[:, 3] > self._high - 0.6).any()
        ):
            return False
        for left, low, right, high in boxes:
            taken = self._taken
            if (
                (taken[:, 0] < right + gap) & (taken[:, 2] > left - gap)
                & (taken[:, 1] < high + gap) & (taken[:, 3] > low - gap)
            ).any():  # fmt: skip
                return False
        self._taken = np.vstack([self._taken, boxes])
        return True

    def reserve(self, left: float, low: float, right: float, high: float) -> None:
        """Keep names off a box, whatever stands in it."""
        self._taken = np.vstack([self._taken, [[left, low, right, high]]])

    def block(self, middles: np.ndarray, half: float) -> None:
        """Keep names off squares round these places."""
        middles = np.asarray(middles, dtype=np.float64).reshape(-1, 2)
        self._taken = np.vstack([self._taken, np.hstack([middles - half, middles + half])])


def box_around(x: float, y: float, wide: float, high: float) -> np.ndarray:
    """Return the box of this size round a place."""
    return np.array([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2])


def boxes_along(x: float, y: float, angle: float, wide: float, high: float) -> np.ndarray:
    """Return small boxes that cover a turned text, angle in radians."""
    count = max(1, int(np.ceil(wide / high)))
    steps = (np.arange(count) + 0.5) / count * wide - wide / 2
    xs, ys = x + steps * np.cos(angle), y + steps * np.sin(angle)
    half = high / 2 * 1.05
    return np.column_stack([xs - half, ys - half, xs + half, ys + half])
