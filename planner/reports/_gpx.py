"""The way from each gap to its nearest station as GPX 1.1: for phones and map programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from planner.gaps.definition import SCATTERED
from planner.reports.report_words import say_minutes
from planner.reports.street_credit import say_credit
from planner.reports.xml_text import xml_text
from planner.texts.report_texts import REPORT_TEXTS

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="planner" xmlns="http://www.topografix.com/GPX/1/1">\n'
)
#: Whose streets the ways follow, and the licence of them.
_LICENCE: Final = (
    '<copyright author="OpenStreetMap contributors">'
    "<license>https://opendatacommons.org/licenses/odbl/1-0/</license></copyright>"
)


def write_routes_gpx(
    path: Path, layers: dict[str, gpd.GeoDataFrame], summary: dict[str, Any], language: str
) -> None:
    """Write a track for each gap that a way leads out of, by their ranks.

    Parameters
    ----------
    path
        File, not there yet.
    layers
        Of result.gpkg, EPSG:4326: gap_routes, gaps, facilities.
    summary
        Content of summary.json.
    language
        zh or en.
    """
    words = REPORT_TEXTS[language]
    gaps = layers["gaps"].set_index("gap_id")
    facilities = layers["facilities"].set_index("facility_id")["name"]
    routes = layers["gap_routes"]
    ranks = gaps["rank"].reindex(routes["gap_id"]).to_numpy()
    about = [words["synthetic"]] if summary["synthetic"] else []
    invented = summary.get("invented_streets", False)
    about.append(say_credit(summary, words))
    parts = [
        _HEAD,
        f"<metadata><name>{xml_text(words['gpx_title'])}</name>",
        f"<desc>{xml_text(' · '.join(about))}</desc>",
        "" if invented else _LICENCE,
        "</metadata>\n",
    ]
    order = pd.Series(ranks).argsort(kind="stable")
    rows = routes.to_dict("records")
    # Edges of the way meet in one point, which stands at the end of one and the start of the next.
    shapes = shapely.remove_repeated_points(routes.geometry.to_numpy())
    last = max((float(row["cutoff_minutes"]) for row in summary["coverage"]), default=None)
    for k in order:
        gap = gaps.loc[rows[k]["gap_id"]]
        parts.append(
            _track(rows[k], gap, str(facilities.get(rows[k]["facility_id"], "")), words, last)
        )
        parts += [
            f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"/>\n'
            for lon, lat in shapely.get_coordinates(shapes[k])
        ]
        parts.append("</trkseg></trk>\n")
    path.write_text("".join([*parts, "</gpx>\n"]), encoding="utf-8", newline="\n")


def _track(
    route: dict[str, Any], gap: pd.Series, station: str, words: Any, cutoff: float | None
) -> str:
    """Return the beginning of a track: its name, what it tells, its number."""
    rank = int(gap["rank"])
    name = f"{rank} {_say_name(gap, words)}"
    told = words["gpx_way"].format(
        station=station or words["facility_unnamed"],
        minutes=say_minutes(route["minutes"], cutoff),
        metres=f"{route['length_m']:,.0f}",
    )
    return (
        f"<trk><name>{xml_text(name)}</name><desc>{xml_text(told)}</desc>"
        f"<number>{rank}</number><type>walking</type><trkseg>\n"
    )


def _say_name(gap: pd.Series, words: Any) -> str:
    """Return the name of a gap: small ones are one row a town."""
    if gap["name"] == SCATTERED:
        return str(words["scattered_in"].format(town=gap["town"] or ""))
    return str(gap["name"] or words["gap_unnamed"])
