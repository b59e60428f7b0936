"""Writes GeoJSON: points of a table, or features of any shape."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any


def write_points(
    path: Path, rows: Iterable[tuple[Mapping[str, Any], Sequence[float] | None]]
) -> None:
    """Write rows of plain values, each with its lon, lat; None: it has no place."""
    write_features(
        path,
        (
            (values, None if place is None else {"type": "Point", "coordinates": [*place]})
            for values, place in rows
        ),
    )


def write_features(
    path: Path, rows: Iterable[tuple[Mapping[str, Any], Mapping[str, Any] | None]]
) -> None:
    """Write rows of plain values, each with its geometry as GeoJSON has it; None: no place."""
    features = [
        {"type": "Feature", "properties": dict(values), "geometry": geometry}
        for values, geometry in rows
    ]
    content = {"type": "FeatureCollection", "features": features}
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
