"""Cuts an extract into tiles: runs in a process of its own, which a bad file may crash.

The file is read once for where everything is, as lines. These are gone through once more for
every MOST_TILES tiles: whether a node belongs to a tile is known only when the ways and relations
after it are.
"""

from __future__ import annotations

import errno
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import osmium

from planner.crs.array_types import Ints
from planner.sources.osm.apart.in_child import read_facts, unpack, write_xml
from planner.sources.osm.apart.run_child import REPORT
from planner.sources.osm.apart.tidy_xml import STAMP, ExtractError, Facts, tidy_xml
from planner.sources.osm.tiles.raw_map import RawMap, TileKeys, UntidyError, read_id, read_raw_map
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

#: Marks become numbers of Python so many at a time.
_BLOCK: Final = 50_000
#: What tiles are written with. Unpacked they are twice as large and written in half the time.
_FORMAT: Final = "pbf,add_metadata=version+timestamp,pbf_compression=none"
#: So many bytes of lines are dealt out at a time.
_CHUNK_BYTES: Final = 8_000_000


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
        _write(raw, bits, names, order, _make_header(facts, date))
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


def _make_header(facts: Facts, date: str) -> osmium.io.Header:
    """Return what a tile says of itself: what the whole does."""
    header = osmium.io.Header()
    # It tells whether the streets are invented.
    header.set("generator", facts.generator)
    if STAMP.fullmatch(date):
        header.set("osmosis_replication_timestamp", date)
    for west, south, east, north in facts.boxes:
        corners = osmium.osm.Location(west, south), osmium.osm.Location(east, north)
        header.add_box(osmium.osm.Box(*corners))
    return header


def _write(
    raw: RawMap, bits: TileBits, names: Mapping[int, str], order: CutOrder, header: Any
) -> None:
    """Give each line to the files of its tiles, and let osmium write these.

    Raises
    ------
    UntidyError
        If there are nodes of which osmium kept no place: they have negative ids.
    """
    paths = {t: Path(order.folder) / f"{name}.opl" for t, name in names.items()}
    with ExitStack() as stack:
        dealer = _Dealer({t: stack.enter_context(path.open("wb")) for t, path in paths.items()})
        for kind, marks in (("nodes", bits.nodes), ("ways", bits.ways)):
            dealer.deal(raw.lines[kind], _list_marks(marks))
        areas = dict(zip(raw.relation_id.tolist(), bits.relations.tolist(), strict=True))
        with raw.lines["relations"].open("rb") as lines:
            found = [areas.get(read_id(line), 0) for line in lines]
        dealer.deal(raw.lines["relations"], iter(found))
    for t, path in paths.items():
        file = osmium.io.File(str(Path(order.out) / names[t]), _FORMAT)
        with (
            osmium.io.Reader(osmium.io.File(str(path), "opl")) as reader,
            osmium.SimpleWriter(file, header=header, overwrite=True) as writer,
        ):
            osmium.apply(reader, writer)
        path.unlink()


class _Dealer:
    """Gives lines to files, many at a time."""

    def __init__(self, files: Mapping[int, IO[bytes]]) -> None:
        self._files = files
        self._kept: dict[int, list[bytes]] = {t: [] for t in files}
        self._takers: dict[int, list[Callable[[bytes], None]]] = {}

    def deal(self, path: Path, marks: Iterator[int]) -> None:
        """Give each line of a file to the tiles whose bits are in its mark."""
        with path.open("rb") as lines:
            while batch := lines.readlines(_CHUNK_BYTES):
                some = list(itertools.islice(marks, len(batch)))
                if len(some) < len(batch):
                    raise UntidyError
                for mark in set(some).difference(self._takers):
                    self._takers[mark] = [k.append for t, k in self._kept.items() if mark >> t & 1]
                for line, mark in zip(batch, some, strict=True):
                    for take in self._takers[mark]:
                        take(line)
                for t, kept in self._kept.items():
                    self._files[t].write(b"".join(kept))
                    kept.clear()


def _list_marks(marks: Bits) -> Iterator[int]:
    for first in range(0, len(marks), _BLOCK):
        yield from marks[first : first + _BLOCK].tolist()
