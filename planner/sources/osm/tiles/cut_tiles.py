"""Cuts an extract into tiles: runs in a process of its own, which a bad file may crash.

The file is read once for where everything is, and once more for every MOST_TILES tiles to write
them: whether a node belongs to a tile is known only when the ways and relations after it are.
"""

from __future__ import annotations

import errno
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium

from planner.crs.array_types import Ints
from planner.sources.osm.apart.in_child import read_facts, unpack, write_xml
from planner.sources.osm.apart.run_child import REPORT
from planner.sources.osm.apart.tidy_xml import STAMP, ExtractError, Facts, tidy_xml
from planner.sources.osm.tiles.raw_map import RawMap, TileKeys, UntidyError, read_raw_map
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
from planner.sources.osm.tiles.tile_members import MOST_TILES, Bits, Members, TileBits

#: What stands where marks are used up.
_MORE: Final = (None,)
#: Marks become numbers of Python so many at a time.
_BLOCK: Final = 50_000
#: What tiles are written with; who changed an element is nobody's business here.
_FORMAT: Final = "pbf,add_metadata=version+timestamp"
#: A writer keeps so many bytes until it writes them.
_KEPT_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class CutOrder:
    """What is asked, see `CuttingOrder`; path and format of the file, where to write."""

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


def main(arguments: Sequence[str]) -> None:
    """Cut a file as a CutOrder in JSON says; write a report."""
    order = CutOrder(**json.loads(arguments[0]))
    folder = Path(order.folder)
    try:
        report = _cut(order, folder)
    except ExtractError as error:
        report = {"refused": str(error)}
    except (RuntimeError, ValueError, IndexError, OSError, EOFError) as error:
        if getattr(error, "errno", None) == errno.EFBIG:
            report = {"refused": f"unpacks to more than {order.most_bytes / 1e6:.0f} MB: not a map"}
        else:
            report = {"error": " ".join(str(error).split())[:300]}
    (folder / REPORT).write_text(json.dumps(report), encoding="utf-8")


def _cut(order: CutOrder, folder: Path) -> dict[str, Any]:
    """Read a file, choose the tiles, write them; return the report.

    One that osmium does not read as it is, is tidied first, as for a plain run.
    """
    if order.format == "pbf":
        facts, is_history = read_facts(Path(order.path))
        if not is_history:
            try:
                return _cut_tidy(order, osmium.io.File(order.path, "pbf"), facts, folder)
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
    return _cut_tidy(order, osmium.io.File(str(tidy), "opl"), facts, folder)


def _cut_tidy(
    order: CutOrder, source: osmium.io.File, facts: Facts, folder: Path
) -> dict[str, Any]:
    """Cut a file that osmium reads."""
    raw = read_raw_map(source, folder, TileKeys(**order.keys), order.sheet)
    facts.newest = facts.newest or raw.newest
    date = facts.date or facts.newest
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
        _write(source, raw, bits, _open_writers(order, names, facts, date))
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


def _open_writers(
    order: CutOrder, names: dict[int, str], facts: Facts, date: str
) -> Callable[[ExitStack], dict[int, Any]]:
    """Return what opens a writer for the bit of each tile."""
    header = osmium.io.Header()
    # It says whether the streets are invented.
    header.set("generator", facts.generator)
    if STAMP.fullmatch(date):
        header.set("osmosis_replication_timestamp", date)
    for west, south, east, north in facts.boxes:
        corners = osmium.osm.Location(west, south), osmium.osm.Location(east, north)
        header.add_box(osmium.osm.Box(*corners))

    # Else each has threads of its own.
    pool = osmium.io.ThreadPool(2)

    def open_one(name: str) -> Any:
        file = osmium.io.File(str(Path(order.out) / name), _FORMAT)
        return osmium.SimpleWriter(
            file, bufsz=_KEPT_BYTES, header=header, overwrite=True, thread_pool=pool
        )

    def open_all(stack: ExitStack) -> dict[int, Any]:
        return {t: stack.enter_context(open_one(name)) for t, name in names.items()}

    return open_all


def _write(
    source: osmium.io.File,
    raw: RawMap,
    bits: TileBits,
    open_all: Callable[[ExitStack], dict[int, Any]],
) -> None:
    """Go through a file and give each element to the writers of its tiles."""
    with ExitStack() as stack:
        writers = open_all(stack)
        targets = _Targets(writers)
        for entity, marks in ((osmium.osm.NODE, bits.nodes), (osmium.osm.WAY, bits.ways)):
            found, listed = osmium.FileProcessor(source, entity), _list_marks(marks)
            for element, mark in zip(found, itertools.chain(listed, _MORE), strict=False):
                if mark is None:  # osmium kept no place of nodes with negative ids
                    raise UntidyError
                for add in targets[mark]:
                    add(element)
        wanted = dict(zip(raw.relation_id.tolist(), bits.relations.tolist(), strict=True))
        for element in osmium.FileProcessor(source, osmium.osm.RELATION):
            for add in targets[wanted.get(element.id, 0)]:
                add(element)


class _Targets(dict[int, list[Callable[[Any], None]]]):
    """What writes an element, by the bits of its tiles."""

    def __init__(self, writers: dict[int, Any]) -> None:
        super().__init__()
        self._writers = writers

    def __missing__(self, mark: int) -> list[Callable[[Any], None]]:
        found = [writer.add for t, writer in self._writers.items() if mark >> t & 1]
        self[mark] = found
        return found


def _list_marks(marks: Bits) -> Iterator[int]:
    for first in range(0, len(marks), _BLOCK):
        yield from marks[first : first + _BLOCK].tolist()
