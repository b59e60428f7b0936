"""Cuts an extract into tiles: runs in a process of its own, which a bad file may crash.

The file is read once for where everything is, as lines. These are gone through once more for
every MOST_TILES tiles: whether a node belongs to a tile is known only when the ways and relations
after it are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.crs.array_types import Ints
from planner.sources.osm.apart.child_faults import FAULTS, describe_fault
from planner.sources.osm.apart.in_child import read_facts, unpack, write_xml
from planner.sources.osm.apart.run_child import REPORT
from planner.sources.osm.apart.tidy_xml import Facts, tidy_xml
from planner.sources.osm.tiles.deal_lines import TileHeader, write_all_tiles
from planner.sources.osm.tiles.raw_map import RawMap, read_raw_map
from planner.sources.osm.tiles.tile_cores import (
    Core,
    Units,
    clip,
    cut_by_number,
    cut_regularly,
    find_ground,
    find_whole,
    widen,
)
from planner.sources.osm.tiles.tile_members import MOST_TILES, Members, TileBits
from planner.sources.osm.tiles.way_table import MapFile, TileKeys, UntidyError


@dataclass(frozen=True)
class CutOrder:
    """What is asked, see `CuttingOrder`; path and format of the file, where to write.

    beside : whether a second process does a part of it.
    """

    path: str
    format: str
    folder: str
    out: str
    names: str
    areas: str
    keys: dict[str, Sequence[str]]
    halo_m: float
    tiles: int | None
    most_nodes: int
    cores: Sequence[Core]
    within: Core | None
    sheet: int | None
    most_bytes: int
    beside: bool


def main(arguments: Sequence[str]) -> None:
    """Cut a file as a CutOrder in JSON says; write a report."""
    order = CutOrder(**json.loads(arguments[0]))
    folder = Path(order.folder)
    try:
        report = _cut(order, folder)
    except FAULTS as fault:
        report = describe_fault(fault, order.most_bytes)
    (folder / REPORT).write_text(json.dumps(report), encoding="utf-8")


def _cut(order: CutOrder, folder: Path) -> dict[str, Any]:
    """Read a file, choose the tiles, write them; return the report.

    One that osmium does not read as it is, is tidied first, as for a plain run.
    """
    if order.format == "pbf":
        facts, is_history = read_facts(Path(order.path))
        if not is_history:
            try:
                return _cut_tidy(order, (order.path, "pbf"), facts, folder)
            except UntidyError:
                pass
        plain = write_xml(Path(order.path), folder)
        with plain.open("rb") as file:
            tidy, tidied = tidy_xml(file, folder, order.most_bytes)
        plain.unlink()
        facts.newest = tidied.newest
    else:
        with unpack(order.path, order.format) as file:
            tidy, facts = tidy_xml(file, folder, order.most_bytes)
    return _cut_tidy(order, (str(tidy), "opl"), facts, folder)


def _cut_tidy(order: CutOrder, source: MapFile, facts: Facts, folder: Path) -> dict[str, Any]:
    """Cut a file that osmium reads."""
    raw = read_raw_map(source, folder, TileKeys(**order.keys), order.sheet, beside=order.beside)
    facts.newest = facts.newest or raw.newest
    date = facts.date or facts.newest
    header = TileHeader(order.folder, order.out, facts.generator, date, facts.boxes)
    streets = _find_street_nodes(raw)
    cores = _choose_cores(order, raw, streets)
    ground = find_ground(raw.x[raw.list_located()], raw.y[raw.list_located()])
    reaches = [widen(core, ground, order.halo_m) for core in cores]
    members = Members(raw)
    rows: list[dict[str, Any]] = []
    for first in range(0, len(cores), MOST_TILES):
        some = range(first, min(first + MOST_TILES, len(cores)))
        with_areas = first == 0 and bool(order.areas)
        bits = members.find([reaches[tile] for tile in some], areas=with_areas)
        names = {tile - first: order.names.format(tile) for tile in some}
        if with_areas:
            names[MOST_TILES] = order.areas
        write_all_tiles(raw, bits, names, header, folder, beside=order.beside)
        for t, name in names.items():
            rows.append({"name": name, **_count(bits, streets, t)})
    areas = next((row for row in rows if row["name"] == order.areas), None)
    tiles = [row for row in rows if row is not areas]
    places = raw.x[streets], raw.y[streets]
    for row, core, reach in zip(tiles, cores, reaches, strict=True):
        inside = _count_inside(*places, core)
        row |= {
            "core": core, "box": clip(core, ground), "reach": reach, "n_street_nodes": inside,
            "split": inside > order.most_nodes,
        }  # fmt: skip
    return {
        "boxes": facts.boxes, "date": date, "generator": facts.generator, "skipped": facts.skipped,
        "sheet": raw.sheet, "tiles": tiles, "areas": areas, "n_nodes": len(raw.node_id),
        "n_ways": len(raw.way_id), "n_street_nodes": len(streets),
    }  # fmt: skip


def _find_street_nodes(raw: RawMap) -> Ints:
    """Return the positions of the nodes of streets that have a place."""
    of_streets = np.repeat(raw.street, np.diff(raw.offsets)) & (raw.nodes >= 0)
    found = np.zeros(len(raw.node_id), dtype=bool)
    found[raw.nodes[of_streets]] = True
    return np.flatnonzero(found & raw.list_located())


def _choose_cores(order: CutOrder, raw: RawMap, streets: Ints) -> list[Core]:
    """Return the cores of the tiles."""
    if order.cores:
        return [(w, s, e, n) for w, s, e, n in order.cores]
    whole = find_whole(raw.sheet)
    if order.within is not None:
        west, south, east, north = order.within
        whole = west, south, east, north
    x, y = raw.x[streets], raw.y[streets]
    inside = _lie_inside(x, y, whole)
    ground = find_ground(x[inside], y[inside])
    if not inside.any():
        located = raw.list_located()
        ground = clip(find_ground(raw.x[located], raw.y[located]), whole)
    if order.tiles is not None:
        return cut_regularly(ground, whole, order.tiles)
    return cut_by_number(
        x[inside], y[inside], ground, whole, most=order.most_nodes, halo_m=order.halo_m
    )


def _lie_inside(x: Units, y: Units, core: Core) -> Any:
    west, south, east, north = core
    return (x >= west) & (x < east) & (y >= south) & (y < north)


def _count_inside(x: Units, y: Units, core: Core) -> int:
    return int(_lie_inside(x, y, core).sum())


def _count(bits: TileBits, streets: Ints, t: int) -> dict[str, int]:
    """Count what a tile holds."""
    bit = np.uint64(1) << np.uint64(t)
    return {
        "n_nodes": int(((bits.nodes & bit) != 0).sum()),
        "n_ways": int(((bits.ways & bit) != 0).sum()),
        "n_relations": int(((bits.relations & bit) != 0).sum()),
        "n_held_street_nodes": int(((bits.nodes[streets] & bit) != 0).sum()),
    }
