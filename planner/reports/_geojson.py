"""Writes points as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any


def write_points(
    path: Path, rows: Iterable[tuple[Mapping[str, Any], Sequence[float] | None]]
) -> None:
    """Write rows of plain values, each with its lon, lat; None: it has no place."""
    features = [
        {
            "type": "Feature",
            "properties": dict(values),
            "geometry": None if place is None else {"type": "Point", "coordinates": [*place]},
        }
        for values, place in rows
    ]
    content = {"type": "FeatureCollection", "features": features}
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
