"""A route as GPX 1.1, for phones and map programs: stops as waypoints, and the way as a track."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import shapely

from planner.reports.route_words import RouteWords
from planner.reports.xml_text import xml_text, xml_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    Row = Mapping[str, Any]

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="planner" xmlns="http://www.topografix.com/GPX/1/1">\n'
)
#: Whose streets the track follows, and the licence of them.
_LICENCE: Final = (
    '<copyright author="OpenStreetMap contributors">'
    "<license>https://opendatacommons.org/licenses/odbl/1-0/</license></copyright>"
)
#: What may stand in a link: an address of the web without signs that no address holds.
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9][!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]*")


def write_route_gpx(path: Path, route: Row, stops: Sequence[Row], legs: Sequence[Row],
                    words: RouteWords) -> None:  # fmt: skip
    """Write one route.

    Parameters
    ----------
    path
        File, not there yet.
    route
        A row of `routes` of routes.json.
    stops, legs
        Rows of those layers of the route, in order, each with `geometry`, EPSG:4326.
    words
        In which language, and whether the data or the streets are invented.
    """
    about = [words.say_times(route)]
    about += [words.texts["synthetic"]] if words.synthetic else []
    about.append(words.credit)
    parts = [
        _HEAD,
        f"<metadata><name>{xml_text(words.name_route(route))}</name>",
        f"<desc>{xml_text(' · '.join(about))}</desc>",
        "" if words.invented_streets else _LICENCE,
        "</metadata>\n",
        *(_waypoint(stop, words) for stop in stops),
        *_track(route, legs, words),
        "</gpx>\n",
    ]
    path.write_text("".join(parts), encoding="utf-8", newline="\n")


def read_address(text: object) -> str:
    """Return a link of a table as it may stand in files: an address of the web, else ""."""
    found = str(text or "").strip()
    return found if _ADDRESS.fullmatch(found) else ""


def _waypoint(stop: Row, words: RouteWords) -> str:
    """Return a stop, with its times, its template and the link of that."""
    lon, lat = shapely.get_coordinates(stop["geometry"])[0]
    template = words.find_template(stop)
    told = [words.say_stop(stop), *words.say_template(stop), str(stop.get("note") or "")]
    link = "" if template is None else read_address(template.get("link"))
    return "".join(
        [
            f'<wpt lat="{lat:.7f}" lon="{lon:.7f}">',
            f"<name>{xml_text(words.name_stop(stop))}</name>",
            f"<desc>{xml_text(' · '.join(text for text in told if text))}</desc>",
            f"<link href={xml_value(link)}><text>{xml_text(template['name'])}</text></link>"
            if link and template is not None
            else "",
            "<type>stop</type></wpt>\n",
        ]
    )


def _track(route: Row, legs: Sequence[Row], words: RouteWords) -> Iterator[str]:
    """Yield the track of a route: a segment for each leg; nothing where nobody moves."""
    drawn = [leg for leg in legs if leg["geometry"] is not None and not leg["geometry"].is_empty]
    if not drawn:
        return
    number = "".join(sign for sign in str(route["route_id"]) if sign in "0123456789")
    by = "walking" if all(leg["by"] == "walk" for leg in drawn) else "walking and coach"
    yield (
        f"<trk><name>{xml_text(words.name_route(route))}</name>"
        f"<desc>{xml_text(words.say_walk(route))}</desc>"
        + (f"<number>{int(number)}</number>" if number else "")
        + f"<type>{by}</type>\n"
    )
    for leg in drawn:
        yield "<trkseg>\n"
        for lon, lat in shapely.get_coordinates(leg["geometry"]):
            yield f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"/>\n'
        yield "</trkseg>\n"
    yield "</trk>\n"
