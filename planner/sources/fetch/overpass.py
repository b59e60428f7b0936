"""Asks an Overpass server for what the planner reads of a map, square by square."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from time import sleep
from typing import Final

from planner.errors import SourceError
from planner.sources.fetch.failures import RefusedError, UnfinishedError
from planner.sources.fetch.kept_answers import KeptAnswers, make_question_key
from planner.sources.fetch.web import Patience, WebQuestion, ask
from planner.sources.folders import cannot_write
from planner.sources.osm.amenity_reader import AMENITY_KEYS, AMENITY_TAGS
from planner.sources.osm.apart import Box, ExtractError, MadeExtract, make_extract
from planner.sources.osm.area_reader import AREA_KEYS, BACKDROP_KINDS, ZONE_KINDS
from planner.sources.osm.barrier_reader import BARRIER_KEYS
from planner.sources.osm.barrier_tags import WATER_AREAS
from planner.sources.osm.street_reader import WAY_KEYS

#: Squares of the map that are asked for at a time are at most so wide, metres.
TILE_M: Final = 10_000.0
#: What one answer may take: the densest square of a city has some 60 MB.
MAX_ANSWER_BYTES: Final = 600_000_000
#: More squares than these are a region, which nobody should ask a public server for.
MAX_TILES: Final = 400
_DEGREE_M: Final = 111_320.0
#: A square that is too much for the server is cut into four, so many times.
_MAX_CUTS: Final = 3
_TOO_MUCH: Final = "the server ended early"
#: Words of a server that ended early because others are asking, not because of the question.
_BUSY_WORDS: Final = ("Dispatcher_Client", "too busy", "rate_limited")
_ADVICE: Final = (
    "try again later (what has come is kept), or name another server in [fetch] server, or cut "
    "the streets out of an extract: planner fetch PLAN --pbf FILE"
)


@dataclass(frozen=True)
class Overpass:
    """A server, how patiently it is asked, where its answers are kept; what it was asked so far."""

    server: str
    patience: Patience
    kept: KeptAnswers
    asked: list[str] = field(default_factory=list)


class _TooMuchError(Exception):
    """A square that the server cannot answer in time or memory."""


def list_tiles(box: Box) -> list[Box]:
    """Cut a box into parts that are at most TILE_M wide, from the south-west on.

    Raises
    ------
    SourceError
        If there are more than MAX_TILES.
    """
    west, south, east, north = box
    middle = math.radians((south + north) / 2)
    columns = _count_parts((east - west) * _DEGREE_M * math.cos(middle))
    rows = _count_parts((north - south) * _DEGREE_M)
    if columns * rows > MAX_TILES:
        raise SourceError(
            f"the area with its ring takes {columns * rows:,} squares of {TILE_M / 1000:g} km; at "
            f"most {MAX_TILES} are asked of a server: cut the streets out of an extract, "
            "planner fetch PLAN --pbf FILE"
        )
    return list(_cut(box, columns, rows))


def _count_parts(length_m: float) -> int:
    return max(1, math.ceil(length_m / TILE_M))


def _cut(box: Box, columns: int, rows: int) -> Iterator[Box]:
    """Yield the parts of a box."""
    west, south, east, north = box
    lon = [west + (east - west) * n / columns for n in range(columns)] + [east]
    lat = [south + (north - south) * n / rows for n in range(rows)] + [north]
    for below, above in pairwise(lat):
        for left, right in pairwise(lon):
            yield left, below, right, above


def write_question(tile: Box, timeout_s: float) -> str:
    """Write in Overpass's language what is asked: all of a square that our reader reads.

    Ways and areas come with all their nodes and members, each with its version and time.
    """
    west, south, east, north = tile
    sides = ",".join(f"{side:.7f}" for side in (south, west, north, east))
    lines = [
        f"[out:xml][timeout:{timeout_s:.0f}][maxsize:{MAX_ANSWER_BYTES}][bbox:{sides}];",
        "(",
        *(f'node["{key}"];' for key in _list_node_keys()),
        *(f'way["{key}"];' for key in _list_way_keys()),
        *_list_area_questions(),
        ");",
        "(._;>;);",
        "out meta;",
    ]
    return "\n".join(lines)


def _list_node_keys() -> list[str]:
    return sorted({*BARRIER_KEYS, *AMENITY_KEYS, "place"})


def _list_way_keys() -> list[str]:
    return sorted({*WAY_KEYS, *AREA_KEYS, *BARRIER_KEYS, *AMENITY_KEYS})


def _list_area_questions() -> Iterator[str]:
    """Ask for areas of several ways by those values that are used.

    By their keys alone whole nature reserves would come, and seas.
    """
    values: dict[str, set[str]] = {"landuse": set(ZONE_KINDS)}
    for key, value in BACKDROP_KINDS:
        values.setdefault(key, set()).add(value)
    for key, some in (*WATER_AREAS.items(), ("leisure", AMENITY_TAGS["leisure"])):
        values.setdefault(key, set()).update(some)
    whole = {*WAY_KEYS, *AMENITY_KEYS, "building"} - values.keys()
    types = '["type"~"^(multipolygon|boundary)$"]'
    for key in sorted(whole):
        yield f'relation{types}["{key}"];'
    for key in sorted(values):
        yield f'relation{types}["{key}"~"^({"|".join(sorted(values[key]))})$"];'


def fetch_tiles(
    box: Box, overpass: Overpass, folder: Path, told: Callable[[float], None]
) -> list[Path]:
    """Fetch what lies in a box; squares that came before are not asked for again.

    Parameters
    ----------
    box
        In degrees.
    overpass
        Whom to ask.
    folder
        An empty folder for what is in between.
    told
        Called with the share that is there, 0 to 1.

    Returns
    -------
    Files of OSM XML, packed, which overlap at their borders.

    Raises
    ------
    SourceError
        If the server does not answer or answers nonsense: one line; squares that came are kept.
    """
    tiles, found = list_tiles(box), []
    for number, tile in enumerate(tiles):
        told(number / len(tiles))
        found += _fetch_tile(tile, overpass, folder, _MAX_CUTS)
    told(1.0)
    return found


def _fetch_tile(tile: Box, overpass: Overpass, folder: Path, cuts_left: int) -> list[Path]:
    """Fetch a square; one that is too much for the server in four parts."""
    asked = write_question(tile, overpass.patience.timeout_s)
    # However patient the user is, the answer is the same.
    key = make_question_key(overpass.server, write_question(tile, 0.0))
    there = overpass.kept.find(key)
    if there is not None:
        return [there]
    try:
        return [_ask_for(tile, asked, key, overpass, folder)]
    except _TooMuchError as fault:
        if not cuts_left:
            raise SourceError(f"{overpass.server}: {fault}; {_ADVICE}") from None
    parts = [_fetch_tile(part, overpass, folder, cuts_left - 1) for part in _cut(tile, 2, 2)]
    return [path for part in parts for path in part]


def _ask_for(tile: Box, asked: str, key: str, overpass: Overpass, folder: Path) -> Path:
    """Ask for a square, check what comes, and keep it."""
    if overpass.asked:  # a public server is for many
        sleep(overpass.patience.pause_s)
    overpass.asked.append(key)
    answer = folder / "answer.osm"
    dates: list[str] = []

    def check(path: Path) -> None:
        """Refuse an answer that is none, and note the date of its data."""
        dates.append(_check_answer(path, tile).date)

    question = WebQuestion(
        f"{overpass.server}/interpreter", MAX_ANSWER_BYTES, _ADVICE, form={"data": asked}
    )
    ask(question, answer, overpass.patience, check=check)
    about = {"server": overpass.server, "question": asked, "osm_base": dates[-1]}
    try:
        kept = overpass.kept.keep(key, answer, about)
    except OSError as error:
        raise cannot_write(overpass.kept.folder, error) from None
    answer.unlink()
    return kept


def _check_answer(path: Path, tile: Box) -> MadeExtract:
    """Refuse what is no OSM XML, is cut short, or is about another place."""
    try:
        found = make_extract([path], most_bytes=MAX_ANSWER_BYTES, inside=tile)
    except ExtractError as error:
        # What to do is said below: here it is the planner that fetches again.
        fault = str(error).removesuffix(": fetch it again")
        if any(words in fault for words in _BUSY_WORDS):
            raise UnfinishedError(f"is busy ({fault})") from None
        if fault.startswith(_TOO_MUCH):
            raise _TooMuchError(fault) from None
        raise UnfinishedError(f"answers nonsense ({fault})") from None
    if found.strays:
        raise RefusedError("what it sends lies elsewhere than what was asked for")
    return found
