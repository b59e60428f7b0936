"""A small map of a coverage for a cell of a notebook: nothing in it is loaded from the internet."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.coverage.coverage_of_tables import Coverage
from planner.coverage.coverage_words import say_shares
from planner.crs import WGS84
from planner.errors import ArgumentError, quote
from planner.maps._inline_page import MOST_BYTES
from planner.maps._page_map import OfflineMap, leaflet_css, leaflet_js, stock_js
from planner.rounding import round_walks
from planner.texts import check_language
from planner.texts.report_texts import REPORT_TEXTS

#: More places than this, or than a cell may hold bytes, are too many; those with most people are
#: drawn.
MOST_PLACES: Final = 1_500
#: Outlines are drawn to some metres, places to about one.
_OUTLINE_DEG: Final = 5e-5
_DIGITS: Final = 5
_COLOURS: Final = {"covered": "#1f6f60", "gap": "#c2410c", "unknown": "#6b7280"}
#: Of the walk, the shortest first; as on the page.
_REACH: Final = ("#3fa08c", "#8fcdbd", "#cfe9e2")
#: Columns that are drawn of a layer, and what makes it.
_NEEDED: Final = {"gaps": ("name", "people_residential", "cause"), "reach": ("cutoff_minutes",)}
_MAKERS: Final = {"gaps": "find_gaps", "reach": "isochrones"}
_FACILITY, _SITE, _GAP = "#12355b", "#7b3fa0", "#fb923c"
#: The ground of the page; the scale stands on the right, as the key lies on the left.
_STYLES: Final = (
    ".leaflet-container{background:#f6f4ef}.leaflet-bottom.leaflet-left{left:auto;right:10px}"
)


class CoverageMap(OfflineMap):
    """A folium map that carries its own Leaflet; other layers of folium can be added to it."""

    def __init__(self, bounds: tuple[float, float, float, float], title: str) -> None:
        west, south, east, north = bounds
        super().__init__(tiles=None, attributionControl=False, zoom_snap=0.25, control_scale=True)
        self.shows = title
        figure: Any = self.get_root()
        figure.title = html.escape(title)
        head = (
            f'<link rel="icon" href="data:,"><style>{leaflet_css()}{_STYLES}</style>'
            f"<script>{leaflet_js()}</script><script>{stock_js()}</script>"
        )
        figure.header.add_child(folium.Element(head), name="leaflet", index=0)
        self.fit_bounds([[south, west], [north, east]])

    def __repr__(self) -> str:
        return f"CoverageMap({quote(self.shows)})"


def draw_coverage(
    found: Coverage,
    *,
    gaps: gpd.GeoDataFrame | None = None,
    reach: gpd.GeoDataFrame | None = None,
    sites: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    title: str | None = None,
    language: str = "en",
) -> folium.Map:
    """Draw who is covered and who is not, small enough for a cell of a notebook.

    Parameters
    ----------
    found
        From `planner.coverage`.
    gaps
        From `find_gaps`: outlines with name, people and cause.
    reach
        From `isochrones`: how far the facilities reach.
    sites
        Points of chosen sites, such as `candidates.loc[chosen.sites]`.
    title
        Of the document; "Coverage" in the language if not given.
    language
        `zh` or `en`, of key and tooltips.

    Returns
    -------
    folium.Map
        With its own Leaflet, so that it asks for nothing; `.save("map.html")` writes it. Of more
        than 1,500 places, or than 500 kB hold, those with most people are drawn, as the key says.

    Raises
    ------
    ArgumentError
        If `found` is no coverage, a layer has no CRS or lacks the columns of what it is to be, or
        the language is unknown.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> found = planner.coverage(town.network, town.facilities, town.people, known="everywhere")
    >>> shown = planner.draw_coverage(found, gaps=planner.find_gaps(found))
    >>> shown.save("map.html")
    """
    if not isinstance(found, Coverage):
        raise ArgumentError(f"found is a {type(found).__name__}; give what coverage() returned")
    given = {"gaps": gaps, "reach": reach, "sites": sites}
    layers = {name: _to_degrees(layer, name) for name, layer in given.items() if layer is not None}
    check_language(language)
    heading = REPORT_TEXTS[language]["shown_coverage"] if title is None else title
    count = min(len(found.units), MOST_PLACES)
    drawn = _draw(found, layers, heading, language, count)
    if (size := _count_bytes(drawn)) > MOST_BYTES:
        least = _count_bytes(_draw(found, layers, heading, language, 0))
        while size > MOST_BYTES and count > 0:
            # By what a place takes, and some less, as those with short names may be left.
            fits = (MOST_BYTES - least) / max(size - least, 1)
            count = max(int(count * min(fits, 1.0) * 0.98), 0)
            drawn = _draw(found, layers, heading, language, count)
            size = _count_bytes(drawn)
    return drawn


def _count_bytes(drawn: folium.Map) -> int:
    """Return how large a map is in a cell of a notebook."""
    return len(drawn._repr_html_().encode("utf-8"))


def _draw(
    found: Coverage, layers: dict[str, gpd.GeoDataFrame], title: str, language: str, count: int
) -> folium.Map:
    """Draw layers in EPSG:4326 and the places of so many rows, those with most people."""
    words = REPORT_TEXTS[language]
    units = found.units.to_crs(WGS84)
    shown = units.nlargest(count, "people") if len(units) > count else units
    facilities = found.facilities.to_crs(WGS84)
    drawn = CoverageMap(_bounds([units, facilities, *layers.values()]), title)
    if "reach" in layers:
        _add_reach(drawn, layers["reach"], words)
    if "gaps" in layers:
        _add_gaps(drawn, layers["gaps"], words)
    _add_places(drawn, shown, found.cutoffs_minutes, words)
    _add_points(drawn, facilities, _FACILITY, 6, "facility", words)
    if "sites" in layers:
        _add_points(drawn, layers["sites"], _SITE, 8, "site", words)
    key = _write_key(found, {*layers}, len(shown), language)
    figure: Any = drawn.get_root()
    figure.html.add_child(folium.Element(key))
    return drawn


def _to_degrees(layer: gpd.GeoDataFrame | gpd.GeoSeries, name: str) -> gpd.GeoDataFrame:
    """Return a layer in EPSG:4326."""
    if not isinstance(layer, gpd.GeoDataFrame | gpd.GeoSeries):
        raise ArgumentError(f"{name} is a {type(layer).__name__}; give a GeoDataFrame")
    if layer.crs is None:
        raise ArgumentError(f"{name} has no CRS; set the one its coordinates are in with set_crs()")
    table = layer.to_frame("geometry") if isinstance(layer, gpd.GeoSeries) else layer
    lacking = [column for column in _NEEDED.get(name, ()) if column not in table]
    if lacking:
        raise ArgumentError(
            f"{name} has no column {lacking[0]}; give what {_MAKERS[name]}() returns"
        )
    return gpd.GeoDataFrame(table.to_crs(WGS84))


def _bounds(layers: list[gpd.GeoDataFrame]) -> tuple[float, float, float, float]:
    """Return the bounds of all that is drawn, degrees."""
    boxes = np.array([layer.total_bounds for layer in layers if len(layer)])
    west, south = np.nanmin(boxes[:, :2], axis=0).tolist()
    east, north = np.nanmax(boxes[:, 2:], axis=0).tolist()
    return west, south, east, north


def _add_reach(drawn: folium.Map, reach: gpd.GeoDataFrame, words: Mapping[str, str]) -> None:
    """Draw how far all facilities reach together, the longest walk first."""
    cutoffs = sorted(reach["cutoff_minutes"].unique(), reverse=True)
    colours = [_REACH[min(k, len(_REACH) - 1)] for k in range(len(cutoffs))][::-1]
    for cutoff, colour in zip(cutoffs, colours, strict=True):
        band = shapely.union_all(reach.geometry[reach["cutoff_minutes"] == cutoff].to_numpy())
        style = {"color": colour, "weight": 1, "fillColor": colour, "fillOpacity": 0.45}
        shape = shapely.simplify(band, _OUTLINE_DEG)
        text = words["shown_within"].format(minutes=f"{cutoff:g}")
        _add(drawn, [({"text": text}, shape)], style)


def _add_gaps(drawn: folium.Map, gaps: gpd.GeoDataFrame, words: Mapping[str, str]) -> None:
    """Draw the outlines of gaps with name, people and cause."""
    rows = [
        (
            {
                "text": words["shown_outline"].format(
                    name=name, people=f"{people:,.0f}", cause=_word(words, "cause", cause)
                )
            },
            shapely.simplify(shape, 1e-5),
        )
        for name, people, cause, shape in zip(
            gaps["name"], gaps["people_residential"], gaps["cause"], gaps.geometry, strict=True
        )
    ]
    _add(drawn, rows, {"color": _COLOURS["gap"], "weight": 1.5, "fillColor": _GAP,
                       "fillOpacity": 0.35})  # fmt: skip


def _add_places(
    drawn: folium.Map,
    units: gpd.GeoDataFrame,
    cutoffs: tuple[float, ...],
    words: Mapping[str, str],
) -> None:
    """Draw people as dots whose area grows with their number."""
    walks = round_walks(units["minutes"].to_numpy(dtype=np.float64), 1, cutoffs)
    units = units.assign(minutes=walks)
    most = max(float(units["people"].max()), 1.0) if len(units) else 1.0
    for verdict, colour in _COLOURS.items():
        part = units[units["verdict"] == verdict]
        rows = [
            (
                {
                    "text": _tell_place(label, people, verdict, reason, minutes, words),
                    "radius": round(2.0 + 6.0 * float(np.sqrt(people / most)), 1),
                },
                point,
            )
            for label, people, reason, minutes, point in zip(
                part.index, part["people"], part["reason"], part["minutes"], part.geometry,
                strict=True,
            )
        ]  # fmt: skip
        _add(drawn, rows, {"color": colour, "weight": 1, "fillColor": colour, "fillOpacity": 0.7})


def _tell_place(
    label: object,
    people: float,
    verdict: str,
    reason: str,
    minutes: float,
    words: Mapping[str, str],
) -> str:
    """Say how many people live at a place, their verdict with its reason, and their walk."""
    text = words["shown_unit"].format(
        name=label, people=f"{people:,.0f}", verdict=_word(words, "verdict", verdict)
    )
    if reason:
        text += words["shown_because"].format(reason=_word(words, "reason", reason))
    if np.isfinite(minutes):
        text += words["shown_walk"].format(minutes=_write_minutes(minutes))
    return text


def _word(words: Mapping[str, str], column: str, value: object) -> str:
    """Return the word for a value of a column; one of the caller's own stands for itself."""
    return words.get(f"{column}_{value}", str(value))


def _write_minutes(minutes: float) -> str:
    """Write minutes with one decimal, or with those that tell them apart from a cutoff."""
    return f"{minutes:.1f}" if round(minutes, 1) == minutes else f"{minutes:.12g}"


def _add_points(
    drawn: folium.Map,
    layer: gpd.GeoDataFrame,
    colour: str,
    radius: int,
    sign: str,
    words: Mapping[str, str],
) -> None:
    """Draw facilities or sites by their names."""
    what = words[f"shown_sign_{sign}"]
    names = layer["name"] if "name" in layer else pd.Series("", index=layer.index)
    rows = [
        (
            {
                "text": words["shown_point_named" if name else "shown_point"].format(
                    what=what, id=label, name=name or label
                ),
                "radius": radius,
            },
            point,
        )
        for label, name, point in zip(
            layer.index, names.fillna("").astype(str), layer.geometry, strict=True
        )
    ]
    _add(drawn, rows, {"color": "#ffffff", "weight": 2, "fillColor": colour, "fillOpacity": 1.0})


def _add(drawn: folium.Map, rows: list[tuple[dict[str, Any], Any]], style: dict[str, Any]) -> None:
    """Add shapes of one style with a text each."""
    if not rows:
        return
    features = [
        {
            "type": "Feature",
            # Tooltips are markup: a name of the data is text all the same.
            "properties": properties | {"text": html.escape(properties["text"])},
            "geometry": shapely.geometry.mapping(shapely.set_precision(shape, 10.0**-_DIGITS)),
        }
        for properties, shape in rows
        if not shapely.is_empty(shape)
    ]
    points = any("radius" in properties for properties, _ in rows)
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda feature: (
            style | ({"radius": feature["properties"]["radius"]} if points else {})
        ),
        marker=folium.CircleMarker(fill=True) if points else None,
        tooltip=folium.GeoJsonTooltip(["text"], labels=False),
        embed=True,
    ).add_to(drawn)


def _write_key(found: Coverage, layers: set[str], shown: int, language: str) -> str:
    """Write what the colours mean, with the shares beside."""
    words = REPORT_TEXTS[language]
    lines = say_shares(found.shares, found.cutoffs_minutes[-1], language)
    entries = [(colour, words[f"verdict_{verdict}"]) for verdict, colour in _COLOURS.items()]
    signs = [(_FACILITY, "facility")] + [(_SITE, "site")] * ("sites" in layers)
    signs += [(_GAP, "gap")] * ("gaps" in layers) + [(_REACH[0], "reach")] * ("reach" in layers)
    entries += [(colour, words[f"shown_sign_{sign}"]) for colour, sign in signs]
    marks = "".join(
        f'<span style="white-space:nowrap;margin-right:10px"><span style="display:inline-block;'
        f'width:10px;height:10px;border-radius:5px;background:{colour}"></span> {name}</span>'
        for colour, name in entries
    )
    if shown < (places := len(found.units)):
        told = words["shown_most_drawn"].format(shown=f"{shown:,}", places=f"{places:,}")
        lines.append(told)
    lines.append(words["shown_streets"])
    tag = "zh-CN" if language == "zh" else language
    return (
        f'<div lang="{tag}" style="position:absolute;left:10px;bottom:10px;z-index:1000;'
        'background:#fffd;padding:6px 10px;font:13px sans-serif;max-width:60%;border-radius:4px">'
        f"{'<br>'.join(map(html.escape, lines))}<br>{marks}</div>"
    )
