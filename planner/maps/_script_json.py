"""JSON that can stand inside an HTML script element, and a template, whatever the data says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from planner.sources.cells import isolate_text

_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}

_AS_THEY_STAND = {int, bool, type(None)}

# folium runs what it is given through its template engine; outside strings, JSON has no such pair.
_TEMPLATE_OPENS = re.compile(r"\{(?=[{%#])")


def to_script_json(value: object) -> str:
    """JSON text without any character that could end the script element around it."""
    text = json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return _TEMPLATE_OPENS.sub(r"\\u007b", text)


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
