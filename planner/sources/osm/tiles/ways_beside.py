"""Reads the ways of an extract in a process beside the one that reads its nodes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from planner.sources.osm.tiles.way_table import TileKeys, save_ways, write_ways


def main(arguments: Sequence[str]) -> None:
    """Write the ways as lines and keep their table, as JSON says; a fault ends the process."""
    asked = json.loads(arguments[0])
    path, form = asked["source"]
    write_ways((path, form), Path(asked["lines"]))
    save_ways(Path(asked["lines"]), TileKeys(**asked["keys"]))
