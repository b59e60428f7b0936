"""Looks up the outline of a place by its name at a Nominatim server, once, and saves it."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import SourceError, on_one_line, quote
from planner.plan import Fetch
from planner.sources._strict_json import read_json
from planner.sources.cache import ArrayCache
from planner.sources.fetch.failures import FEW_ATTEMPTS, RefusedError, UnfinishedError
from planner.sources.fetch.kept_answers import CREDIT, make_question_key
from planner.sources.fetch.servers import choose_servers
from planner.sources.fetch.web import Patience, WebQuestion, ask
from planner.sources.folders import cannot_write, change_files

#: What `planner init --place` calls the outline that it saves.
BOUNDARY_FILE: Final = "boundary.geojson"
#: The outline of a province has some megabytes.
_MAX_BYTES: Final = 100_000_000
#: What was looked up lies in this folder of the cache.
_KEPT: Final = "places"
#: Nominatim's words for what is a district rather than, say, a building of that name.
_OF_DISTRICTS: Final = ("boundary", "place")
#: Nominatim answers at once, or not at all.
_MAX_TIMEOUT_S: Final = 60.0
_ADVICE: Final = "name a polygon file instead: [area] boundary"
_MOST_ANSWERS: Final = 50


@dataclass(frozen=True)
class NamedArea:
    """A place that has an outline.

    name : as the server calls it, in full.
    outline : Polygon or MultiPolygon, EPSG:4326.
    server : that was asked; fetched : when, UTC.
    """

    name: str
    outline: BaseGeometry
    server: str = ""
    fetched: str = ""


def find_place(
    place: str, fetch: Fetch | None = None, *, cache: ArrayCache | None = None, anew: bool = False
) -> NamedArea:
    """Return the outline of a place: as it was looked up once, else by asking the server.

    Parameters
    ----------
    place, fetch
        As of `fetch_place`.
    cache
        Beside it what was looked up is kept for good, so that runs of a plan have one area and
        need no internet; None asks each time.
    anew
        Ask, whatever was kept.

    Raises
    ------
    SourceError
        As `fetch_place`.
    """
    path = None
    if cache is not None and cache.is_ours():  # what is kept is believed
        server = choose_servers(fetch).nominatim
        path = cache.folder / _KEPT / f"{make_question_key(server, place)}.json"
    kept = None if path is None or anew else _read_kept(path)
    if kept is not None:
        return kept
    found = fetch_place(place, fetch)
    if path is not None:
        with suppress(OSError):  # the next time the server is asked again
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = path.with_name(f".{os.getpid()}-{path.name}")
            new.write_text(_write_outline(found), encoding="utf-8")
            new.replace(path)
    return found


def _read_kept(path: Path) -> NamedArea | None:
    """Read what was looked up, None if there is nothing whole."""
    try:
        (feature,) = json.loads(path.read_bytes())["features"]
        said, outline = feature["properties"], _read_outline({"geojson": feature["geometry"]})
        words = [str(said[key]) for key in ("name", "server", "fetched")]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return None if outline is None else NamedArea(words[0], outline, words[1], words[2])


def fetch_place(place: str, fetch: Fetch | None = None) -> NamedArea:
    """Look up the outline of a place by its name.

    Parameters
    ----------
    place
        For example "Porto Alegre, Brazil".
    fetch
        Which server is asked, and how patiently.

    Returns
    -------
    NamedArea
        Of those found that are areas the first district, else the first one.

    Raises
    ------
    SourceError
        If the server does not answer, or knows no such place with an outline.
    """
    fetch = choose_servers(fetch)
    where = f"[area] place {quote(place)}"
    parameters = {"q": place, "format": "jsonv2", "polygon_geojson": "1"}
    question = WebQuestion(
        f"{fetch.nominatim}/search",
        _MAX_BYTES,
        _ADVICE,
        parameters=parameters | {"limit": str(_MOST_ANSWERS), "dedupe": "0"},
    )
    patience = Patience(min(fetch.timeout, _MAX_TIMEOUT_S), fetch.pause)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "places.json"
        try:
            ask(question, path, patience, check=_check_list)
        except SourceError as error:
            raise SourceError(f"{where}: {error}") from None
        found = _read_list(path)
    areas = [(one, outline) for one in found if (outline := _read_outline(one)) is not None]
    if not areas:
        raise SourceError(f"{where}: no such place with an outline; {_ADVICE}")
    districts = [area for area in areas if area[0].get("category") in _OF_DISTRICTS]
    one, outline = (districts or areas)[0]
    name = one.get("display_name")
    name = on_one_line(name if isinstance(name, str) and name else place)
    return NamedArea(
        name, outline, fetch.nominatim, datetime.now(UTC).isoformat(timespec="seconds")
    )


def _check_list(path: Path) -> None:
    """Refuse what is no list of places."""
    _read_list(path)


def _read_list(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise UnfinishedError("answers nonsense (no JSON)", attempts=FEW_ATTEMPTS) from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise RefusedError("answers nonsense (no list of places); is it a Nominatim server?")
    return found


def _read_outline(found: dict[str, Any]) -> BaseGeometry | None:
    """Return the polygon of a place, None if it has none that can be used."""
    given = found.get("geojson")
    # Other types too could be read, and one of them, nested deeply, ends the process.
    if not isinstance(given, dict) or given.get("type") not in ("Polygon", "MultiPolygon"):
        return None
    try:
        shape = shapely.from_geojson(json.dumps(given))
        shape = shape if shape.is_valid else shapely.make_valid(shape, method="structure")
    except (shapely.errors.GEOSException, ValueError):
        return None
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        return None
    west, south, east, north = shape.bounds
    return shape if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else None


def _write_outline(place: NamedArea) -> str:
    """Return a place as GeoJSON, with its name, whose work it is, from where and when."""
    said = {"name": place.name, "credit": CREDIT, "fetched": place.fetched, "server": place.server}
    feature = {
        "type": "Feature",
        "properties": said,
        "geometry": json.loads(shapely.to_geojson(place.outline)),
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)


def check_boundary_file(folder: Path) -> None:
    """Refuse a folder that holds a boundary already, unless it was written here.

    Raises
    ------
    SourceError
        If there is a file of the name that `write_boundary` writes, which is not a place's.
    """
    path = folder / BOUNDARY_FILE
    if not os.path.lexists(path):
        return
    try:
        said = read_json(path, most_bytes=_MAX_BYTES, advice="")
        ours = said["features"][0]["properties"]["credit"] == CREDIT and not path.is_symlink()
    except (SourceError, LookupError, TypeError):
        ours = False
    if not ours:
        raise SourceError(f"{path}: is already there and stays as it is; name another folder")


def write_boundary(folder: Path, place: NamedArea) -> Path:
    """Write the outline of a place into a folder, as GeoJSON with its name and whose work it is.

    Raises
    ------
    SourceError
        If the folder cannot be written.
    """
    text = _write_outline(place)

    def fill(new: Path) -> list[str]:
        """Write the file."""
        (new / BOUNDARY_FILE).write_text(text + "\n", encoding="utf-8", newline="\n")
        return [BOUNDARY_FILE]

    try:
        change_files(folder, fill, outputs=[])
    except OSError as error:
        raise cannot_write(folder, error) from error
    return folder / BOUNDARY_FILE
