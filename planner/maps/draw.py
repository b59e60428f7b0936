"""From a result to one HTML file that explains itself, with no internet."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Required, TypedDict, Unpack

from planner.maps.page_parts import PagePart
from planner.maps.prepared_page import prepare_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    import folium
    import geopandas as gpd
    import pandas as pd

    from planner.sources.whatif_file import WhatIfData


class PageOptions(TypedDict, total=False):
    """What a page says of itself; only the title has to be given.

    title : name of the place, plain text.
    language : first language of the page, `zh` or `en`; a switch on the page shows the other.
    synthetic : whether the data are made up; then the map, every table and the title say so.
    date : date of the result, `YYYY-MM` or `YYYY-MM-DD`.
    credit : whose streets are drawn; always visible.
    basemap : a map from the internet, as the plan's `[map]` has it: basemap, key; by default none,
        and the page makes no request.
    """

    title: Required[str]
    language: str
    synthetic: bool
    date: str | None
    credit: str
    basemap: Mapping[str, Any] | None


def draw_map(
    layers: Mapping[str, gpd.GeoDataFrame],
    summary: Mapping[str, Any],
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    proposal: PagePart | None = None,
    comparison: PagePart | None = None,
    routes: PagePart | None = None,
    courses: PagePart | None = None,
    whatif: WhatIfData | None = None,
    view: str = "today",
    town_page: Mapping[str, Any] | None = None,
    **page: Unpack[PageOptions],
) -> folium.Map:
    """Draw a result as an interactive map with its figures, ranked gaps and legend.

    Streets are drawn from `walk_edges`; nothing is loaded from anywhere. Outlines are simplified by
    at most 3 m and laid on a grid of 1e-5 degree, for drawing only: every number comes from
    `summary` and from the columns. A proposal and a comparison each get a view beside today's;
    `draw_proposal` and `draw_comparison` draw a page with one of them in front.

    Parameters
    ----------
    layers
        Layers of `result.gpkg`, EPSG:4326; any may be missing or empty.
    summary
        Contents of `summary.json`.
    tables
        Tables of `result.gpkg` without geometry: `choices`, `choice_gaps`, `choice_members` and
        `facility_hours` let the gaps follow whose, when and how far is chosen. Without them a page
        offers no such choice on the map.
    proposal, comparison
        What `planner site` and `planner compare` found for the same run.
    routes, courses
        What `planner routes` and `planner courses` found for the same plan: a tab each beside the
        others.
    whatif
        By which the page judges scenarios itself, see docs/whatif.md; None: it judges none.
    view
        The one shown first: `today`, `proposal` or `comparison`; with `routes` or `courses` it is
        today's, with the tab of these in front.
    town_page
        What the page of one town shows first, see `draw_town`; None: it is not of one town.
    **page
        title, and optional language (`zh`), synthetic (False), date, credit: see `PageOptions`.

    Returns
    -------
    folium.Map
        Shows itself in Jupyter in at most half a megabyte: a large page as a picture, none with
        what-if. `write_map` writes the whole page.

    Raises
    ------
    CrsError
        If a layer is not in EPSG:4326.
    PlannerError
        If the page has no texts in the language.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> page = planner.draw_map(result.layers, result.summary, title="Town", language="en")
    >>> planner.write_map(page, "map.html")
    PosixPath('map.html')
    """
    prepared = prepare_page(
        layers, summary, tables=tables, whatif=whatif, view=view, town_page=town_page, **page
    )
    parts = {"proposal": proposal, "comparison": comparison, "routes": routes, "courses": courses}
    return prepared.finish({what: part for what, part in parts.items() if part is not None})


def draw_proposal(
    layers: Mapping[str, gpd.GeoDataFrame],
    summary: Mapping[str, Any],
    proposal: Mapping[str, Any],
    **page: Unpack[PageOptions],
) -> folium.Map:
    """Draw where to build next: the result's map with proposed sites, their proof and reasons.

    Options, what is returned and errors are those of `draw_map`.

    Parameters
    ----------
    layers
        Layers of `result.gpkg` and of `sites.gpkg` (`frontages`, `alternatives`, `candidates`,
        `changes`: the units newly covered).
    summary
        Contents of `summary.json`.
    proposal
        Contents of `site.json`.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> proposal = planner.site_plan(result, planner.build_question(town.plan, n_sites=1))
    >>> layers = {**result.layers, **proposal.layers}
    >>> page = planner.draw_proposal(layers, result.summary, proposal.content, title="Town")
    """
    part = PagePart(proposal, layers)
    return draw_map(layers, summary, proposal=part, view="proposal", **page)


def draw_comparison(
    layers: Mapping[str, gpd.GeoDataFrame],
    summary: Mapping[str, Any],
    comparison: Mapping[str, Any],
    **page: Unpack[PageOptions],
) -> folium.Map:
    """Draw before and after: the result's map with who gains and who loses by each scenario.

    Options, what is returned and errors are those of `draw_map`.

    Parameters
    ----------
    layers
        Layers of `result.gpkg` and of `compare.gpkg` (`changes`, `edits`).
    summary
        Contents of `summary.json`: how it is before.
    comparison
        Contents of `compare.json`.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> inputs = planner.load_inputs(town.plan)
    >>> result = planner.run_plan(inputs)
    >>> scenario = planner.load_scenario(town.folder / "scenario.json")
    >>> comparison = planner.compare_scenarios(inputs, [scenario])
    >>> layers = {**result.layers, **comparison.layers}
    >>> page = planner.draw_comparison(layers, result.summary, comparison.content, title="Town")
    """
    part = PagePart(comparison, layers)
    return draw_map(layers, summary, comparison=part, view="comparison", **page)


def write_map(page: folium.Map, path: str | os.PathLike[str], *, packed: bool = False) -> Path:
    """Write the map as one HTML file, whole or not at all.

    Parameters
    ----------
    page
        What `draw_map` returned.
    path
        The file; one that is there already is replaced in one step.
    packed
        Whether the page's program is compressed too: such a file is smaller by half a megabyte, and
        starts a moment later.

    Returns
    -------
    Path
        The file written.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> page = planner.draw_map(result.layers, result.summary, title="Town", synthetic=True)
    >>> planner.write_map(page, "map.html").stat().st_size < 600_000
    True
    """
    return save_page(render_page(page, packed=packed), path)


def render_page(page: folium.Map, *, packed: bool = False) -> bytes:
    """Return the page as the content of its file; `packed` as of `write_map`."""
    figure: Any = page.get_root()
    rendered = figure.render()
    if packed:
        from planner.maps._packed_page import pack_page
        from planner.maps._page_map import STARTING, asset

        rendered = pack_page(rendered, STARTING, asset("opener.js"))
    content: bytes = rendered.encode("utf-8")
    return content


def save_page(content: bytes, path: str | os.PathLike[str]) -> Path:
    """Write a page that was rendered, whole or not at all; return its file."""
    target = Path(path)
    # Made like the folders of other commands, so that a new path works at once.
    target.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder: only within one file system is a file replaced in one step.
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp makes a file for its owner alone, and this one is handed on to others.
        beside.chmod(0o644)
        beside.replace(target)
    finally:
        # Gone once it has replaced the target; left over where writing failed.
        beside.unlink(missing_ok=True)
    return target
