"""What rests on a result and stands on its page: a proposal, a comparison, routes, courses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import CrsError
from planner.maps._map_grid import MapGrid
from planner.showing import Brief

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd


@dataclass(frozen=True)
class PagePart(Brief):
    """What rests on a result and has a view or a tab of its own on its page.

    content : contents of `site.json`, `compare.json`, `routes.json` or `courses.json`.
    layers : of `sites.gpkg`, of `compare.gpkg` with `gaps_after` and `change_areas`, of
    `routes.gpkg` or of `courses.gpkg`, EPSG:4326.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> proposal = planner.site_plan(result, planner.build_question(town.plan, n_sites=1))
    >>> part = planner.PagePart(proposal.content, proposal.layers)
    >>> page = planner.draw_map(result.layers, result.summary, title="Town", proposal=part)
    """

    content: Mapping[str, Any]
    layers: Mapping[str, gpd.GeoDataFrame]


def build_parts(
    payload: Mapping[str, Any],
    layers: Mapping[str, gpd.GeoDataFrame],
    parts: Mapping[str, PagePart],
) -> dict[str, Any]:
    """Return what the page shows of each part: keys that its payload gets beside its own.

    Parameters
    ----------
    payload
        From `build_page_payload`.
    layers
        Of the result, EPSG:4326.
    parts
        By `proposal`, `comparison`, `routes` and `courses`; the others have none.

    Raises
    ------
    CrsError
        If a layer of a part is not in EPSG:4326.
    """
    added: dict[str, Any] = {}
    rows, grid = _last_rows(payload), grid_of(payload)
    if (proposal := parts.get("proposal")) is not None:
        from planner.maps._proposal_payload import build_proposal_payload

        shown = _layers_with(layers, proposal)
        added["proposal"] = build_proposal_payload(proposal.content, shown, rows, grid)
    if (comparison := parts.get("comparison")) is not None:
        from planner.maps._comparison_payload import build_comparison_payload

        shown = _layers_with(layers, comparison)
        added["comparison"] = build_comparison_payload(comparison.content, shown, rows, grid)
    if (routes := parts.get("routes")) is not None:
        from planner.maps._routes_payload import build_routes_payload

        added["routes"] = build_routes_payload(routes.content, _layers_with({}, routes), grid)
    if (courses := parts.get("courses")) is not None:
        from planner.maps._courses_payload import build_courses_payload

        added["courses"] = build_courses_payload(
            courses.content, _layers_with({}, courses), layers.get("facilities"), grid
        )
    return added


def grid_of(payload: Mapping[str, Any]) -> MapGrid:
    """Return the grid that the payload's shapes are laid on."""
    lon, lat = payload["origin"]
    return MapGrid(lon=lon, lat=lat)


def require_wgs84(layer: gpd.GeoDataFrame, name: str) -> None:
    """Refuse a layer in other coordinates than longitude and latitude."""
    crs = getattr(layer, "crs", None)
    # Without rows there are no coordinates to be wrong.
    if crs is None and (len(layer) == 0 or not hasattr(layer, "geometry")):
        return
    if crs is None or crs.to_epsg() != 4326:
        found = "no CRS" if crs is None else crs.to_string()
        raise CrsError(f"layer {name} is in {found}, not in EPSG:4326; use to_wgs84()")


def _layers_with(
    layers: Mapping[str, gpd.GeoDataFrame], part: PagePart
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a result with those of a part, whose coordinates are checked too."""
    for name, layer in part.layers.items():
        require_wgs84(layer, name)
    return {**layers, **part.layers}


def _last_rows(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of coverage at the last cutoff, by which gaps are drawn."""
    last = payload["cutoffs"][-1] if payload["cutoffs"] else None
    return [row for row in payload["coverage"] if row["cutoff_minutes"] == last]
