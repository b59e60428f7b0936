"""Points gathered into groups of neighbours, the same on each run."""

from __future__ import annotations

import numpy as np

from .geometry import FloatArray


def group_points(points: FloatArray, weights: FloatArray, count: int) -> np.ndarray:
    """Group number of each point: k-means with fixed starts, farthest point first.

    Every group has a member as long as there are at least `count` points.
    """
    count = min(count, len(points))
    starts = [int(np.argmax(weights))]
    away = np.linalg.norm(points - points[starts[0]], axis=1)
    while len(starts) < count:
        starts.append(int(np.argmax(away * weights**0.25)))
        away = np.minimum(away, np.linalg.norm(points - points[starts[-1]], axis=1))
    centres = points[starts].copy()
    groups = np.zeros(len(points), dtype=int)
    for _ in range(12):
        groups = np.linalg.norm(points[:, None] - centres[None], axis=2).argmin(axis=1)
        for k, start in enumerate(starts):
            groups[start] = k
        for k in range(count):
            own = groups == k
            centres[k] = np.average(points[own], axis=0, weights=weights[own])
    return groups
