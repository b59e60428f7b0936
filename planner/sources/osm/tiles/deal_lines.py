"""Deals the lines of an extract out to the files of its tiles, which osmium packs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import osmium

from planner.crs.array_types import Ints
from planner.sources.osm.apart.tidy_xml import STAMP
from planner.sources.osm.tiles.beside import helping
from planner.sources.osm.tiles.opl_fields import read_id
from planner.sources.osm.tiles.raw_map import RawMap
from planner.sources.osm.tiles.tile_members import Bits, TileBits
from planner.sources.osm.tiles.way_table import UntidyError

#: Marks become numbers of Python so many at a time.
_BLOCK: Final = 50_000
#: What tiles are written with. Unpacked they are twice as large and written in half the time.
_FORMAT: Final = "pbf,add_metadata=version+timestamp,pbf_compression=none"
#: So many bytes of lines are dealt out at a time.
_CHUNK_BYTES: Final = 8_000_000
_TILES_BESIDE: Final = "planner.sources.osm.tiles.tiles_beside"
_MARKS: Final = ("nodes", "ways", "relations")


@dataclass(frozen=True)
class TileHeader:
    """Where tiles are written, and what each says of itself: what the whole does.

    folder : for lines; out : for tiles; generator, date, boxes : see `Facts`.
    """

    folder: str
    out: str
    generator: str
    date: str
    boxes: list[list[float]]

    def make(self) -> osmium.io.Header:
        """Return the header of a tile."""
        header = osmium.io.Header()
        # It tells whether the streets are invented.
        header.set("generator", self.generator)
        if STAMP.fullmatch(self.date):
            header.set("osmosis_replication_timestamp", self.date)
        for west, south, east, north in self.boxes:
            corners = osmium.osm.Location(west, south), osmium.osm.Location(east, north)
            header.add_box(osmium.osm.Box(*corners))
        return header


def write_all_tiles(
    raw: RawMap,
    bits: TileBits,
    names: Mapping[int, str],
    header: TileHeader,
    folder: Path,
    *,
    beside: bool,
) -> None:
    """Give each line to the files of its tiles, and let osmium pack these.

    Parameters
    ----------
    names
        Number of a tile's bit -> name of its file.
    beside
        Whether a second process writes half of them.

    Raises
    ------
    UntidyError
        If there are nodes of which osmium kept no place: they have negative ids.
    """
    if not beside or len(names) < 2:
        write_tiles(raw.lines, bits, raw.relation_id, names, header)
        return
    some, others = _halve(bits, names)
    marks = _save_marks(bits, raw.relation_id, folder)
    asked = {
        "lines": {kind: str(path) for kind, path in raw.lines.items()},
        "marks": {kind: str(path) for kind, path in marks.items()},
        "names": list(others.items()),
        "header": asdict(header),
    }
    with helping(_TILES_BESIDE, asked) as helper:
        write_tiles(raw.lines, bits, raw.relation_id, some, header)
        if not helper.succeeded():
            write_tiles(raw.lines, bits, raw.relation_id, others, header)
    for path in marks.values():
        path.unlink()


def load_marks(paths: Mapping[str, str]) -> tuple[TileBits, Ints]:
    """Return the marks of nodes, ways and relations that `write_all_tiles` keeps, and the ids."""
    kept = {kind: np.load(path, mmap_mode="r", allow_pickle=False) for kind, path in paths.items()}
    return TileBits(*(kept[kind] for kind in _MARKS)), kept["relation_id"]


def write_tiles(
    lines: Mapping[str, Path],
    bits: TileBits,
    relation_id: Ints,
    names: Mapping[int, str],
    header: TileHeader,
) -> None:
    """Write some tiles; see `write_all_tiles`."""
    paths = {t: Path(header.folder) / f"{name}.opl" for t, name in names.items()}
    own = np.uint64(sum(1 << t for t in names))
    with ExitStack() as stack:
        dealer = _Dealer({t: stack.enter_context(path.open("wb")) for t, path in paths.items()})
        for kind, marks in (("nodes", bits.nodes), ("ways", bits.ways)):
            dealer.deal(lines[kind], _list_marks(marks, own))
        marked = (bits.relations & own).tolist()
        areas = dict(zip(relation_id.tolist(), marked, strict=True))
        with lines["relations"].open("rb") as plain:
            found = [areas.get(read_id(line), 0) for line in plain]
        dealer.deal(lines["relations"], iter(found))
    for t, path in paths.items():
        file = osmium.io.File(str(Path(header.out) / names[t]), _FORMAT)
        with (
            osmium.io.Reader(osmium.io.File(str(path), "opl")) as reader,
            osmium.SimpleWriter(file, header=header.make(), overwrite=True) as writer,
        ):
            osmium.apply(reader, writer)
        path.unlink()


def _halve(bits: TileBits, names: Mapping[int, str]) -> tuple[dict[int, str], dict[int, str]]:
    """Share tiles out to two, so that both have about as many nodes to write."""
    sizes = {t: int(((bits.nodes >> np.uint64(t)) & np.uint64(1)).sum()) for t in names}
    halves: tuple[dict[int, str], dict[int, str]] = ({}, {})
    held = [0, 0]
    for t in sorted(names, key=lambda t: -sizes[t]):
        least = held.index(min(held))
        halves[least][t] = names[t]
        held[least] += sizes[t]
    return halves


def _save_marks(bits: TileBits, relation_id: Ints, folder: Path) -> dict[str, Path]:
    """Keep marks for the second process."""
    kept: dict[str, Any] = {kind: getattr(bits, kind) for kind in _MARKS}
    paths = {}
    for kind, values in {**kept, "relation_id": relation_id}.items():
        paths[kind] = folder / f"marks.{kind}.npy"
        np.save(paths[kind], values)
    return paths


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


def _list_marks(marks: Bits, own: np.uint64) -> Iterator[int]:
    """Yield marks with the bits of some tiles alone."""
    for first in range(0, len(marks), _BLOCK):
        yield from (marks[first : first + _BLOCK] & own).tolist()
