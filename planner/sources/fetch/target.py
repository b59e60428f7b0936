"""The file that fetched streets go into: whose it is, what is checked, and what is noted of it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from shapely.geometry.base import BaseGeometry

from planner.crs.frame import holds
from planner.errors import SourceError
from planner.showing import Brief
from planner.sources.fetch.kept_answers import CREDIT
from planner.sources.folders import cannot_write, change_files, check_folder
from planner.sources.hashes import hash_file
from planner.sources.osm.apart import Box, ExtractError, MadeExtract
from planner.sources.osm.extract import SUFFIXES, load_osm
from planner.sources.plain_files import read_plain

#: Beside a file of fetched streets lies one of its name and this, which says where it is from.
ABOUT: Final = ".json"
_FILE_NAME: Final = re.compile(r"\w[\w.-]*")
_MAX_ABOUT_BYTES: Final = 1_000_000


@dataclass(frozen=True)
class FetchTarget(Brief):
    """Where streets go, and for which land.

    path : of the file, as a plan names it; folder : of the plan, in which it has to lie.
    area : Polygon or MultiPolygon, EPSG:4326, in which there have to be streets.
    box : area and ring, degrees.
    replace : whatever lies there may be replaced.

    Examples
    --------
    >>> import planner
    >>> from pathlib import Path
    >>> from shapely import box
    >>> target = planner.FetchTarget(
    ...     path=Path("streets.osm.pbf"),
    ...     folder=Path(),
    ...     area=box(123.0, 31.19, 123.03, 31.22),
    ...     box=(122.98, 31.17, 123.05, 31.24),
    ... )
    >>> round(target.area.area, 6)
    0.0009
    """

    path: Path
    folder: Path
    area: BaseGeometry
    box: Box
    replace: bool = False


@dataclass(frozen=True)
class FetchedStreets(Brief):
    """What was written.

    path : of the file; date : of its data, empty where nothing says so.
    counts : nodes, ways and relations in it.
    notes : what the reader should know, a line each.

    Examples
    --------
    >>> import planner
    >>> from pathlib import Path
    >>> got = planner.FetchedStreets(Path("streets.osm.pbf"), "2026-11-01", (28, 11, 0))
    >>> nodes, ways, relations = got.counts
    """

    path: Path
    date: str
    counts: tuple[int, int, int]
    notes: tuple[str, ...] = ()


def check_target(target: FetchTarget) -> None:
    """Refuse a place where streets cannot go, or would take the place of what others put there.

    Raises
    ------
    SourceError
        One line that says what to do.
    """
    path, key = target.path, "[network] osm"
    if not path.name.endswith(SUFFIXES) or not _FILE_NAME.fullmatch(path.name):
        raise SourceError(
            f"{path}: no name for fetched streets; name one of letters, digits, - and _ that ends "
            f"with {', '.join(SUFFIXES)} in {key}"
        )
    if not path.resolve().parent.is_relative_to(target.folder.resolve()):
        raise SourceError(
            f"{path}: lies outside the folder of the plan, where nothing is written; name a file "
            f"in that folder in {key}"
        )
    names = [path.name, path.name + ABOUT]
    if not target.replace:
        _check_ours(path)
    check_folder(path.parent, names)


def _check_ours(path: Path) -> None:
    """Refuse to replace a file that was not fetched, or was changed since."""
    there = [one for one in (path, _about(path)) if os.path.lexists(one)]
    if not there or _is_ours(path):
        return
    raise SourceError(
        f"{there[0]}: was not written by planner fetch, or has changed since; name another file in "
        "[network] osm, or give --replace"
    )


def _about(path: Path) -> Path:
    return path.with_name(path.name + ABOUT)


def _is_ours(path: Path) -> bool:
    """Tell whether the file is as it was fetched; one that was removed since may come back."""
    try:
        said = json.loads(read_plain(_about(path), most_bytes=_MAX_ABOUT_BYTES, advice=""))
        noted = said["sha256"]
    except (SourceError, ValueError, KeyError, TypeError, RecursionError):
        return False
    if not os.path.lexists(path):
        return True
    return path.is_file() and not path.is_symlink() and bool(noted == hash_file(path))


def write_streets(
    target: FetchTarget, make: Callable[[Path], MadeExtract], about: dict[str, Any]
) -> FetchedStreets:
    """Write streets and where they are from into the folder, once they are found to be good.

    Parameters
    ----------
    target
        Checked by `check_target`.
    make
        Writes the file it is given.
    about
        Where the streets are from.

    Raises
    ------
    SourceError
        If what was made cannot be used; nothing has changed then.
    """
    made: list[tuple[MadeExtract, str]] = []
    folder, name = target.path.parent, target.path.name

    def fill(new: Path) -> list[str]:
        """Make the file, read it as a run will, and note where it is from."""
        new_file = make(new / name)
        date = _check_streets(new / name, target)
        made.append((new_file, date))
        said = about | {
            "box": list(target.box),
            "credit": CREDIT,
            "date": date,
            "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": hash_file(new / name),
        }
        text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        _about(new / name).write_text(text, encoding="utf-8")
        return [name, name + ABOUT]

    try:
        change_files(folder, fill, outputs=[])
    except ExtractError as error:
        raise SourceError(f"{target.path}: not written, as what came {error}") from None
    except OSError as error:
        raise cannot_write(folder, error) from error
    (new_file, date), *_ = made
    return FetchedStreets(target.path, date, new_file.counts)


def _check_streets(new: Path, target: FetchTarget) -> str:
    """Refuse streets that a run could not use; return the date of those it can."""
    try:
        extract = load_osm(new)
    except SourceError as error:
        # The path in the message is that of a hidden folder, which is gone when it is read.
        fault = str(error).replace(str(new), "what came").replace("what came: ", "")
        raise SourceError(f"{target.path}: not written, as what came {fault}") from None
    if not holds(target.area, extract.ways.lonlat, 0.0).any():
        raise SourceError(
            f"{target.path}: not written, as what came has no street inside the area; check that "
            "boundary and source are of the same city"
        )
    return extract.timestamp or ""
