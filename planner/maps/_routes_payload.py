"""What the page shows of routes: their lines, stops with times, and what was left out and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from planner.maps._layer_columns import column, index_rows, lonlat, round_known
from planner.routes.theme_colours import choose_theme_colours
from planner.texts.messages import translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from planner.maps._map_grid import MapGrid

    Layers = Mapping[str, gpd.GeoDataFrame]

_FACTS: Final = ("value", "bound", "gap", "status", "volunteers")
_QUESTION: Final = (
    "begin", "minutes", "group", "most_leg_minutes", "most_walk_minutes", "profile", "volunteers",
    "long_crossing_m", "starts", "ends",
)  # fmt: skip
_ROUTE_TEXTS: Final = ("theme", "begin", "end", "start", "finish")
_ROUTE_NUMBERS: Final = (
    "value", "sites", "minutes", "walk_minutes", "ride_minutes", "wait_minutes", "dwell_minutes",
    "volunteers",
)  # fmt: skip
_STOP_TEXTS: Final = ("name", "theme", "arrive", "begin", "leave", "note")
_STOP_NUMBERS: Final = ("order", "wait_minutes", "dwell_minutes", "value", "volunteers")
_LEG_TEXTS: Final = ("from_name", "to_name", "by")
_LEG_NUMBERS: Final = ("order", "minutes", "metres", "steps", "longest_crossing_m")
_LEFT: Final = ("name", "theme", "reason", "detail")
#: The page opens nothing but addresses of the web, and those only when the reader clicks.
_ADDRESS: Final = re.compile(r"https?://[^\s\"'<>\\^`{|}]+")


def build_routes_payload(
    content: Mapping[str, Any], layers: Layers, grid: MapGrid
) -> dict[str, Any]:
    """Everything the page shows of routes, as JSON types; no id of the data is among it.

    Parameters
    ----------
    content
        Contents of routes.json.
    layers
        Of routes.gpkg, EPSG:4326.
    grid
        On which shapes are laid.

    Returns
    -------
    dict
        What routes.json says of the whole (`value` ... `volunteers`, `question`); `themes` with
        their colours; `routes`, `stops`, `legs`, `beside` (toilets and rest), `left` (sites left
        out) by column, those of a route with its place in `routes`; `templates` as rows, to which
        stops lead by place.
    """
    routes = [dict(row) for row in content.get("routes") or []]
    place = {str(row["route_id"]): at for at, row in enumerate(routes)}
    templates = [dict(row) for row in content.get("templates") or []]
    left = [dict(row) for row in content.get("left_out") or []]
    themes = choose_theme_colours(str(row["theme"]) for row in routes if row.get("theme"))
    return {
        **{key: content.get(key) for key in _FACTS},
        "question": {key: (content.get("question") or {}).get(key) for key in _QUESTION},
        "notes": [
            {"en": str(note), "zh": translate(str(note))} for note in content.get("notes") or []
        ],
        "themes": [{"name": name, "colour": colour} for name, colour in themes.items()],
        "routes": {
            "count": len(routes),
            **{name: [row.get(name) or None for row in routes] for name in _ROUTE_TEXTS},
            **{name: [_number(row.get(name)) for row in routes] for name in _ROUTE_NUMBERS},
        },
        "stops": _list_stops(layers, place, templates, grid),
        "legs": _list_legs(layers, place, grid),
        "beside": _list_beside(layers, place, grid),
        "left": _list_left(left, layers, grid),
        "templates": [_show_template(row) for row in templates],
    }


def _list_stops(
    layers: Layers, place: Mapping[str, int], templates: Sequence[Mapping[str, Any]], grid: MapGrid
) -> dict[str, Any]:
    """Return the stops of all routes, in their order."""
    stops = _take(layers, "stops", place)
    template = {str(row.get("template_id")): at for at, row in enumerate(templates)}
    return {
        **_columns(stops, _STOP_TEXTS, _STOP_NUMBERS, place),
        "template": [
            None if key is None else template.get(str(key)) for key in column(stops, "template")
        ],
        "xy": grid.points(lonlat(stops.geometry.to_numpy())),
    }


def _list_legs(layers: Layers, place: Mapping[str, int], grid: MapGrid) -> dict[str, Any]:
    """Return the ways between stops, as they are drawn."""
    legs = _take(layers, "legs", place)
    lines = np.full(len(legs), None, dtype=object)
    for at, line in enumerate(legs.geometry):
        lines[at] = line
    return {
        **_columns(legs, _LEG_TEXTS, _LEG_NUMBERS, place),
        "line": grid.aligned_lines(lines),
    }


def _list_beside(layers: Layers, place: Mapping[str, int], grid: MapGrid) -> dict[str, Any]:
    """Return toilets and places to rest on the way."""
    found = _take(layers, "on_the_way", place)
    return {
        **_columns(found, ("kind", "name"), ("metres",), place),
        "xy": grid.points(lonlat(found.geometry.to_numpy())),
    }


def _list_left(left: Sequence[Mapping[str, Any]], layers: Layers, grid: MapGrid) -> dict[str, Any]:
    """Return the sites in no route with the reason of each, where they are known to be."""
    sites = layers.get("sites")
    known = index_rows(sites, "site_id")
    spots = np.full((len(left), 2), np.nan)
    if sites is not None and len(sites):
        where = lonlat(sites.geometry.to_numpy())
        for at, row in enumerate(left):
            if str(row.get("site_id")) in known:
                spots[at] = where[known[str(row.get("site_id"))]]
    return {
        "count": len(left),
        **{name: [row.get(name) or None for row in left] for name in _LEFT},
        "detail_zh": [_to_chinese(row.get("detail")) for row in left],
        "xy": grid.points(spots),
    }


def _to_chinese(detail: Any) -> str | None:
    """Return a detail in Chinese; None where it has no other words than its English ones."""
    said = translate(str(detail)) if detail else ""
    return said if said and said != detail else None


def _take(layers: Layers, name: str, place: Mapping[str, int]) -> gpd.GeoDataFrame:
    """Return the rows of a layer that are of a route, route by route in their order."""
    layer = layers[name]
    rows = layer.assign(_place=[place.get(str(key), -1) for key in layer["route_id"]])
    rows = rows[rows["_place"] >= 0]
    by = ["_place", "order"] if "order" in rows.columns else ["_place", "metres"]
    return rows.sort_values(by, kind="stable")


def _columns(
    rows: pd.DataFrame, texts: Sequence[str], numbers: Sequence[str], place: Mapping[str, int]
) -> dict[str, Any]:
    """Return columns of rows, with the place of the route of each."""
    return {
        "count": len(rows),
        "route": [place[str(key)] for key in rows["route_id"]],
        **{name: column(rows, name) for name in texts},
        **{name: [_number(value) for value in column(rows, name)] for name in numbers},
    }


def _show_template(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template; a link that is none of the web is left out."""
    link = str(row.get("link") or "").strip()
    return {
        "name": row.get("name") or None,
        "minutes": _number(row.get("minutes")),
        "text": row.get("text") or None,
        "link": link if _ADDRESS.fullmatch(link) else None,
    }


def _number(value: Any) -> float | None:
    """Return a number to a tenth, None for none."""
    if value is None or pd.isna(value):
        return None
    return round_known(float(value), 1)
