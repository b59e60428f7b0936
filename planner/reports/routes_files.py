"""Writes proposed routes as a folder of files: complete, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import shapely

from planner.reports._folder import vouch_with, write_folder
from planner.reports._geojson import write_features
from planner.reports._geopackage import write_layers
from planner.reports._route_gpx import write_route_gpx
from planner.reports.route_words import RouteWords, tell_by_clock
from planner.rounding import to_plain_rows
from planner.run.summary import NOTICES
from planner.texts import LANGUAGES

if TYPE_CHECKING:
    from planner.routes import ProposedRoutes

ROUTES_FILE: Final = "routes.json"
#: A plan may ask for so many routes.
_MOST_ROUTES: Final = 100
#: Every file; the last vouches for the others.
ROUTES_OUTPUTS: Final = (
    "routes.gpkg", "routes.geojson", *(f"R{number}.gpx" for number in range(1, _MOST_ROUTES + 1)),
    ROUTES_FILE,
)  # fmt: skip
#: Layers of routes.gpkg, and the type of geometry that each has.
_KINDS: Final = {
    "routes": "MultiLineString", "stops": "Point", "legs": "LineString", "sites": "Point",
    "on_the_way": "Point",
}  # fmt: skip


def write_routes(
    proposed: ProposedRoutes,
    out: str | Path,
    *,
    provenance: dict[str, Any] | None = None,
    language: str | None = None,
) -> dict[str, Path]:
    """Write the files of routes into a folder, routes.json last.

    Parameters
    ----------
    proposed
        From `propose_routes`.
    out
        Folder; made if it is not there.
    provenance
        What the routes rest on, kept in routes.json as `run`.
    language
        `zh` or `en`, of the texts in GPX; that of the plan if not given.

    Returns
    -------
    dict
        File name -> path: routes.gpkg (layers `routes`, `stops`, `legs`, `sites`, `on_the_way`),
        routes.geojson (lines of the routes and points of their stops), `R1.gpx` and so on (one a
        route: waypoints and a track), routes.json (proof, times, what was left out and why).

    Raises
    ------
    SourceError
        If the folder cannot be written, or holds a run.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> sites = town.facilities.assign(theme="halls", dwell_minutes=30)
    >>> asked = {"sites": sites, "begin": "Tu 09:00", "most_leg_minutes": 30}
    >>> plan = planner.Plan(**{**dict(town.plan), "routes": asked})
    >>> found = planner.propose_routes(planner.run_plan(planner.load_inputs(plan)))
    >>> sorted(planner.write_routes(found, "routes"))
    ['R1.gpx', 'routes.geojson', 'routes.gpkg', 'routes.json']
    """
    content = dict(proposed.content)
    found = language or content.get("language")
    words = RouteWords(content, found if found in LANGUAGES else LANGUAGES[0])
    return write_folder(
        Path(out),
        lambda folder: _write_files(proposed, words, folder),
        vouch_with(content, provenance),
        outputs=ROUTES_OUTPUTS,
    )


def _write_files(proposed: ProposedRoutes, words: RouteWords, folder: Path) -> list[str]:
    """Write what stands beside routes.json; return the names."""
    layers = {name: _to_kind(proposed.layers[name], kind) for name, kind in _KINDS.items()}
    notice = NOTICES[words.language] if words.synthetic else ""
    marked = {name: _add_notice(layer, notice) for name, layer in layers.items()}
    write_layers(folder / "routes.gpkg", marked, description=notice, kinds=_KINDS)
    _write_geojson(folder / "routes.geojson", marked)
    names = ["routes.gpkg", "routes.geojson"]
    stops, legs = (_list_rows(layers[name]) for name in ("stops", "legs"))
    for route in proposed.content["routes"]:
        key = route["route_id"]
        names.append(f"{key}.gpx")
        told = tell_by_clock(
            route,
            [row for row in stops if row["route_id"] == key],
            [row for row in legs if row["route_id"] == key],
        )
        write_route_gpx(folder / names[-1], *told, words)
    return names


def _list_rows(layer: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the rows of a layer in order of `order`, each with its geometry."""
    rows = layer.sort_values("order", kind="stable") if "order" in layer else layer
    found: list[dict[str, Any]] = rows.to_dict("records")
    return found


def _to_kind(layer: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """Return a layer whose lines are all of one type: a route may come in one part or several."""
    if kind != "MultiLineString":
        return layer
    shapes = [
        shapely.MultiLineString([part for part in shapely.get_parts(shape) if not part.is_empty])
        for shape in layer.geometry
    ]
    return layer.set_geometry(gpd.GeoSeries(shapes, index=layer.index, crs=layer.crs))


def _add_notice(layer: gpd.GeoDataFrame, notice: str) -> gpd.GeoDataFrame:
    """Return a layer with the notice of invented data in every row, before its geometry."""
    if not notice:
        return layer
    rest = layer.drop(columns=["notice", "geometry"], errors="ignore").assign(notice=notice)
    return gpd.GeoDataFrame(rest, geometry=layer.geometry, crs=layer.crs)


def _write_geojson(path: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Write the lines of routes, each followed by its stops; `what` tells one from the other."""
    features = []
    stops = _list_features(layers["stops"], "stop")
    for route in _list_features(layers["routes"], "route"):
        features.append(route)
        features += [stop for stop in stops if stop[0]["route_id"] == route[0]["route_id"]]
    write_features(path, features)


def _list_features(layer: gpd.GeoDataFrame, what: str) -> list[tuple[dict[str, Any], Any]]:
    """Return the rows of a layer with their geometry, to seven decimals: a centimetre."""
    rows = to_plain_rows(layer.drop(columns="geometry"))
    return [
        ({"what": what} | row, json.loads(shapely.to_geojson(_rounded(shape))))
        for row, shape in zip(rows, layer.geometry, strict=True)
    ]


def _rounded(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda places: places.round(7))
