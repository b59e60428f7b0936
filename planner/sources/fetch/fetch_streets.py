"""Fetches the streets of an area: from an Overpass server, or out of a larger extract."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import shapely

from planner.errors import SourceError, quote
from planner.plan import Fetch
from planner.sources.cache import ArrayCache
from planner.sources.fetch.failures import UnfinishedError
from planner.sources.fetch.kept_answers import KeptAnswers, make_question_key, open_kept
from planner.sources.fetch.overpass import MAX_ANSWER_BYTES, Overpass, fetch_tiles
from planner.sources.fetch.servers import choose_servers
from planner.sources.fetch.target import FetchedStreets, FetchTarget, check_target, write_streets
from planner.sources.fetch.web import (
    Patience,
    WebQuestion,
    ask,
    ask_once,
    is_web_address,
)
from planner.sources.osm.apart import ExtractError, MadeExtract, make_extract
from planner.sources.osm.extract import MAX_FILE_BYTES, SUFFIXES, USED_KEYS
from planner.stages import Progress

_STAGE: Final = "fetching"
_CUTTING: Final = "cutting"
_URL: Final = re.compile(r"[A-Za-z][\w+.-]*://")
_MD5: Final = re.compile(rb"\s*([0-9a-fA-F]{32})\b")
_FILE_ADVICE: Final = "try again later (it goes on where it broke off), or download it by hand"


class _SpoiltError(Exception):
    """The larger extract cannot be read, in words for the user."""


def fetch_streets(
    target: FetchTarget,
    *,
    fetch: Fetch | None = None,
    cache: ArrayCache | None = None,
    progress: Progress | None = None,
) -> FetchedStreets:
    """Fetch the streets of area and ring, and all else that is read of a map, from Overpass.

    The box of area and ring is asked for in squares. Each that has come is kept for a day, so that
    what broke off goes on; the new file takes its place when all is there and has been read.

    Parameters
    ----------
    target
        Where the streets go, and for which land.
    fetch
        Which server is asked, and how patiently; by default as a plan that says nothing.
    cache
        Beside it squares are kept, see `user_cache`; None keeps none.
    progress
        Told of the stage "fetching".

    Raises
    ------
    SourceError
        If the server does not answer, what it answers cannot be used, or the file may not be
        replaced: one line. What was there before is still there.

    Examples
    --------
    >>> import planner
    >>> from pathlib import Path
    >>> from shapely import box
    >>> area = box(121.48, 31.40, 121.50, 31.42)
    >>> target = planner.FetchTarget(Path("streets.osm.pbf"), Path(), area, area.bounds)
    >>> planner.fetch_streets(target).path  # doctest: +SKIP
    PosixPath('streets.osm.pbf')
    """
    check_target(target)
    fetch, told = choose_servers(fetch), _tell(progress, _STAGE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        patience = Patience(fetch.timeout, fetch.pause)
        overpass = Overpass(fetch.server, patience, _open_kept(cache, folder))
        parts = fetch_tiles(target.box, overpass, folder, told)

        def make(new: Path) -> MadeExtract:
            """Join the answers for the squares to one extract."""
            return make_extract(parts, most_bytes=MAX_ANSWER_BYTES, out=new, box=target.box)

        return write_streets(target, make, {"source": fetch.server, "squares": len(parts)})


def cut_streets(
    target: FetchTarget,
    source: str,
    *,
    fetch: Fetch | None = None,
    cache: ArrayCache | None = None,
    progress: Progress | None = None,
) -> FetchedStreets:
    """Cut the streets of area and ring out of a larger extract.

    Nodes in the box of area and ring are kept, ways that touch it with all their nodes, and areas
    made of such ways with all their members.

    Parameters
    ----------
    target
        Where the streets go, and for which land.
    source
        A file, or an address of the internet: it is downloaded first, and a download that broke off
        goes on. A checksum of its name and `.md5` is compared, if there is one.
    fetch
        How patiently the server is asked.
    cache, progress
        As of `fetch_streets`.

    Raises
    ------
    SourceError
        As `fetch_streets`, or if the extract does not hold the area.

    Examples
    --------
    >>> import planner
    >>> from pathlib import Path
    >>> from shapely import box
    >>> town = planner.load_example()
    >>> area = box(123.0, 31.2, 123.01, 31.21)
    >>> target = planner.FetchTarget(Path("west.osm.pbf"), Path(), area, area.bounds)
    >>> got = planner.cut_streets(target, str(town.folder / "streets.osm"))
    >>> planner.load_network(got.path)
    WalkNetwork(...)
    """
    check_target(target)
    with tempfile.TemporaryDirectory() as name:
        kept = _open_kept(cache, Path(name))
        if _URL.match(source):
            path = _download(source, choose_servers(fetch), kept, _tell(progress, _STAGE))
        else:
            path = _check_source(Path(source), target)
        told = _tell(progress, _CUTTING)
        told(0.0)
        try:
            done = _cut(target, path, source)
        except _SpoiltError as error:
            if _URL.match(source):  # else it would lie there for the rest of the day
                kept.forget(path)
            raise SourceError(
                f"{_show_source(source)}: {error}; it may be cut short or no extract, download it "
                "again"
            ) from None
        told(1.0)
        return done


def _tell(progress: Progress | None, stage: str) -> Callable[[float], None]:
    """Return what tells of one stage."""
    return lambda share: None if progress is None else progress(stage, share)


def _open_kept(cache: ArrayCache | None, beside: Path) -> KeptAnswers:
    # Not where others may write: what is kept is believed.
    return open_kept(cache.folder if cache is not None and cache.is_ours() else None, beside)


def _check_source(path: Path, target: FetchTarget) -> Path:
    if not path.is_file():
        raise SourceError(f"{path}: no such file; give an extract that holds the area")
    if not path.name.endswith(SUFFIXES):
        raise SourceError(f"{path}: not an OSM extract; expected {', '.join(SUFFIXES)}")
    if target.path.exists() and path.samefile(target.path):
        raise SourceError(
            f"{path}: is the file that would be replaced; name another one in [network] osm"
        )
    return path


def _cut(target: FetchTarget, path: Path, source: str) -> FetchedStreets:
    """Cut the box out of a file, and put it in place."""
    most_bytes = max(60 * path.stat().st_size, 100_000_000)
    notes: list[str] = []

    def make(new: Path) -> MadeExtract:
        """Cut the extract, and check that the larger one covers the area."""
        try:
            made = make_extract(
                [path], most_bytes=most_bytes, cut=target.box, keys=USED_KEYS, out=new
            )
        except ExtractError as error:
            raise _SpoiltError(str(error)) from None
        notes.extend(_check_covered(target, _show_source(source), made.boxes))
        if not made.counts[1]:
            raise SourceError(
                f"{_show_source(source)}: holds nothing of the area and its ring; give an extract "
                "that does"
            )
        return made

    done = write_streets(target, make, {"source": _name_source(source)})
    return replace(done, notes=tuple(notes))


def _name_source(source: str) -> str:
    """Name a source without telling where on this machine it lies, or a password."""
    return _clean(source) if _URL.match(source) else Path(source).name


def _show_source(source: str) -> str:
    """Return a source as the user gave it, without a password."""
    return quote(_clean(source)) if _URL.match(source) else source


def _check_covered(target: FetchTarget, shown: str, claimed: list[list[float]]) -> list[str]:
    """Refuse an extract that does not hold the area; note what else is not known of it."""
    if not claimed:
        return [f"{shown} does not say how far it reaches; check that it holds area and ring"]
    known = shapely.union_all([shapely.box(*box) for box in claimed])
    # Outlines that were made to match an extract end at its border to the last digit but one.
    if not shapely.covers(shapely.buffer(known, 1e-6), target.area):
        west, south, east, north = (f"{side:.4f}" for side in known.bounds)
        raise SourceError(
            f"{shown}: reaches from {west}, {south} to {east}, {north}, which is not all of the "
            "area; give a larger extract"
        )
    if shapely.covers(known, shapely.box(*target.box)):
        return []
    what = "ends within the ring round the area; people near its end may be of unknown cover"
    return [f"{shown} {what}"]


def _download(address: str, fetch: Fetch, kept: KeptAnswers, told: Callable[[float], None]) -> Path:
    """Download an extract; one of the last day is taken as it lies there."""
    ending = _find_ending(address)
    path = kept.folder / f"{make_question_key(address)}{ending}"
    part = path.with_name(f"{path.name}.part")
    if kept.vouches_for(path):
        return path
    patience = Patience(fetch.timeout, fetch.pause)
    question = WebQuestion(address, MAX_FILE_BYTES, _FILE_ADVICE)

    def check(new: Path) -> None:
        """Compare what came with the checksum that the server offers."""
        _check_sum(address, new, patience)

    ask(question, part, patience, check=check, resume=True, told=told)
    part.replace(path)
    kept.vouch_for(path, {"server": _clean(address)})
    return path


def _find_ending(address: str) -> str:
    if not is_web_address(address):
        raise SourceError(f"{quote(address)}: only http and https are asked; give such an address")
    path = urlsplit(address).path
    ending = next((ending for ending in SUFFIXES if path.endswith(ending)), None)
    if ending is None:
        raise SourceError(
            f"{quote(_clean(address))}: not the address of an OSM extract; it should end with "
            + ", ".join(SUFFIXES)
        )
    return ending


def _clean(address: str) -> str:
    """Return an address without a password in it."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _check_sum(address: str, new: Path, patience: Patience) -> None:
    """Compare a file with its checksum, if the server has one."""
    parts = urlsplit(address)
    beside = urlunsplit(parts._replace(path=f"{parts.path}.md5"))
    answer = new.with_name(f"{new.name}.md5")
    try:
        if not ask_once(WebQuestion(beside, 10_000, ""), answer, patience):
            return
        said = _MD5.match(answer.read_bytes())
    finally:
        answer.unlink(missing_ok=True)
    if said is None:
        return
    with new.open("rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if found != said[1].decode().lower():
        new.unlink()
        raise UnfinishedError("what came is not what its .md5 says")
