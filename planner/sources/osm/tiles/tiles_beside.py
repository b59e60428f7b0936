"""Writes some of the tiles of a cut in a process beside the one that writes the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from planner.sources.osm.tiles.deal_lines import TileHeader, load_marks, write_tiles


def main(arguments: Sequence[str]) -> None:
    """Write the tiles that JSON names; a fault ends the process."""
    asked = json.loads(arguments[0])
    lines = {kind: Path(path) for kind, path in asked["lines"].items()}
    bits, relation_id = load_marks(asked["marks"])
    names = {int(tile): str(name) for tile, name in asked["names"]}
    write_tiles(lines, bits, relation_id, names, TileHeader(**asked["header"]))
