"""What steps hand on to each other, kept under keys of its content."""

from __future__ import annotations

import hashlib

from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays, make_key


def keep(store: StepStore, arrays: Arrays) -> str:
    """Keep arrays under a key of their content; return the key.

    Whoever takes them depends on what they hold, not on which other tiles there are.
    """
    digest = hashlib.sha256()
    for name in sorted(arrays):
        values = arrays[name]
        digest.update(f"{name}\0{values.dtype.str}\0{values.shape}\0".encode())
        digest.update(values.tobytes())
    key = make_key("content", digest.hexdigest())
    if not store.holds(key):
        store.save(key, arrays)
    return key
