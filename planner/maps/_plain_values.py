"""Values of a page's data in JSON's own types, whatever type they had."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from planner.sources.cells import isolate_text

_AS_THEY_STAND = {int, bool, type(None)}


def to_plain(value: Any) -> Any:
    """Return the value in JSON's own types; NaN, infinity, NaT and NA become None.

    Every text, keys too, comes as it may stand among others: what turns it round ends with it.
    """
    if isinstance(value, Mapping):
        return {isolate_text(str(key)): to_plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        # Long columns of whole numbers are JSON as they stand.
        return value if _AS_THEY_STAND.issuperset(map(type, value)) else list(map(to_plain, value))
    if type(value) is float:  # most of what is left
        return _short(value) if math.isfinite(value) else None
    if isinstance(value, str):
        return isolate_text(value)
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return _short(value) if math.isfinite(value) else None
    return None if str(value) in {"NaT", "<NA>"} else isolate_text(str(value))


def _short(value: float) -> float | int:
    """Return the number without a tail that nobody sees."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
