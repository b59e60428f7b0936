"""Compiled: follows chains of street segments through nodes where nothing changes."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.crs.array_types import Flags, Ints


def trace_chains(
    a: Ints,
    b: Ints,
    kind: Ints,
    stop: Flags,
) -> tuple[Ints, Ints]:
    """Join segments into chains.

    A chain also ends at the nodes marked in `stop`, shape (n,).

    Returns the segments in walking order, each as 2 * row + (1 if walked from b to a), and the
    offsets of the chains, shape (n_chains + 1,). A closed ring of one kind that touches nothing
    starts at its smallest node.
    """
    n_nodes = len(stop)
    # Stable: the order and direction of chains follow from the order of the segments alone.
    order = np.argsort(np.concatenate([a, b]), kind="stable")
    degree = np.bincount(a, minlength=n_nodes) + np.bincount(b, minlength=n_nodes)
    starts = np.concatenate([[0], np.cumsum(degree)])
    incident = order % len(a)
    ends_chain = (degree != 2) | stop
    two = np.flatnonzero(degree == 2)
    left, right = incident[starts[two]], incident[starts[two] + 1]
    ends_chain[two] |= (kind[left] != kind[right]) | (left == right)
    chains, offsets = _trace(
        a.astype(np.int64), b.astype(np.int64), incident.astype(np.int64),
        starts.astype(np.int64), ends_chain,
    )  # fmt: skip
    return chains, offsets


@njit(cache=True)
def _trace(a: Ints, b: Ints, incident: Ints, starts: Ints, ends_chain: Flags) -> tuple[Ints, Ints]:
    """Follow the chains of segments.

    a, b (s,) : nodes of each segment.
    starts (n + 1,), incident (2 s,) : the segments at each node, ragged over the n nodes.
    ends_chain (n,) : whether a chain ends there.
    Returns the segments in walking order, as 2 * row + (1 if walked from b to a), and where each
    chain begins in them, with their total.
    """
    n_segments = len(a)
    done = np.zeros(n_segments, dtype=np.bool_)
    chains = np.empty(n_segments, dtype=np.int64)
    offsets = np.empty(n_segments + 1, dtype=np.int64)
    offsets[0] = 0
    n_done = 0
    n_chains = 0
    # First the chains between real nodes, then the rings that have none.
    for rings in (False, True):
        for origin in range(len(starts) - 1):
            if not rings and not ends_chain[origin]:
                continue
            for k in range(starts[origin], starts[origin + 1]):
                segment = incident[k]
                if done[segment]:
                    continue
                node = origin
                while True:
                    done[segment] = True
                    if a[segment] == node:
                        chains[n_done] = 2 * segment
                        node = b[segment]
                    else:
                        chains[n_done] = 2 * segment + 1
                        node = a[segment]
                    n_done += 1
                    # A ring comes back to where it began without meeting an end.
                    if ends_chain[node] or node == origin:
                        break
                    first = incident[starts[node]]
                    segment = incident[starts[node] + 1] if first == segment else first
                n_chains += 1
                offsets[n_chains] = n_done
    return chains[:n_done], offsets[: n_chains + 1]
