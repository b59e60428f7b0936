"""What is drawn of a result that was just worked out, or of a finished run, and by which page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from planner.maps import PageOptions, PagePart
    from planner.run import Result
    from planner.sources.results import FinishedRun
    from planner.sources.whatif_file import WhatIfData


class ForMap(NamedTuple):
    """What a page of a result is drawn from: as its files hold it.

    layers, tables : of result.gpkg, EPSG:4326; summary, run : contents of summary.json, run.json.
    whatif : by which the page judges scenarios itself; None without it.
    """

    layers: dict[str, gpd.GeoDataFrame]
    summary: dict[str, Any]
    run: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    whatif: WhatIfData | None


def take_result(result: Result) -> ForMap:
    """Return what is drawn of a result, rounded so that `planner map` draws the same map again."""
    from planner.reports import round_layers, round_tables

    cutoffs = result.inputs.cutoffs
    layers, tables = round_layers(result.layers, cutoffs), round_tables(result.tables, cutoffs)
    return ForMap(layers, result.summary, result.provenance, tables, result.whatif)


def take_run(run: FinishedRun) -> ForMap:
    """Return what is drawn of a finished run."""
    return ForMap(run.layers, run.summary, run.run, run.page_tables(), run.whatif())


def make_map_saver(
    shown: ForMap,
    *,
    proposal: PagePart | None = None,
    comparison: PagePart | None = None,
    view: str = "today",
) -> Callable[[Path], None]:
    """Return what draws the map of a result, and of what rests on it, into the file it is given.

    `view` is what the page shows first.
    """

    def save(path: Path) -> None:
        """Draw the map into a file."""
        from planner.maps import draw_map, write_map

        layers, summary, run, tables, whatif = shown
        page = draw_map(
            layers,
            summary,
            tables=tables,
            whatif=whatif,
            proposal=proposal,
            comparison=comparison,
            view=view,
            **_page_options(run),
        )
        write_map(page, path)

    return save


def _page_options(run: dict[str, Any]) -> PageOptions:
    """Return what a page says of itself, from the content of run.json."""
    return {
        "title": run["title"],
        "language": run["language"],
        "synthetic": run["synthetic"],
        "date": run["date"][: len("2026-11")],
        # A run of an older version knows of no maps from the internet.
        "basemap": (run.get("settings") or {}).get("map"),
    }


def map_into(folder: Path, sites: Path | None, compared: Path | None) -> Path:
    """Draw the map of a finished run again, with the views of a proposal and a comparison.

    Parameters
    ----------
    folder
        Of the run: its map is replaced.
    sites, compared
        Folders of `planner site` and `planner compare`; None for no such view.

    Returns
    -------
    Path
        The map.

    Raises
    ------
    SourceError
        If a folder is no finished one, or a part rests on another run.
    """
    from planner.sources.results import MAP_FILE, load_result

    # The map may be missing or changed: it is what will be made anew.
    return draw_map_again(load_result(folder, spare=(MAP_FILE,)), sites, compared)


def draw_map_again(run: FinishedRun, sites: Path | None, compared: Path | None) -> Path:
    """Draw the map of a run that was read, see `map_into`."""
    from planner.maps import PagePart
    from planner.reports import replace_map
    from planner.scenarios import find_drawn
    from planner.sources.result_parts import load_part

    def take(place: Path | None, what: str) -> PagePart | None:
        """Read a part, if its folder is given."""
        if place is None:
            return None
        part = load_part(place, what, run)
        return PagePart(part.content, find_drawn(part, run))

    proposal, comparison = take(sites, "proposal"), take(compared, "comparison")
    save = make_map_saver(take_run(run), proposal=proposal, comparison=comparison)
    return replace_map(run, save)


def town_pages_into(folder: Path) -> tuple[Path, int]:
    """Draw a page for each town of a finished run, and one that lists them, into its `towns`.

    Returns
    -------
    Path, int
        The page that lists them, and how many there are.

    Raises
    ------
    SourceError
        If the folder is no finished run, or somebody else's file has the name of a page.
    PlannerError
        If the run counts no towns.
    """
    from planner.maps import INDEX_FILE, TownPages, write_map
    from planner.reports import write_town_pages
    from planner.sources.results import MAP_FILE, load_result

    # The map may be missing or changed: it is not read.
    layers, summary, run, tables, whatif = take_run(load_result(folder, spare=(MAP_FILE,)))
    pages = TownPages(
        layers, summary, tables=tables, whatif=whatif, profiles=run["profiles"],
        profile=run["profile"]["name"],
    )  # fmt: skip
    options = _page_options(run)
    town_of = {file: town for town, file in pages.files.items()}

    def save(name: str, path: Path) -> None:
        """Write a page."""
        if name == INDEX_FILE:
            path.write_text(pages.build_index(**options), encoding="utf-8", newline="\n")
        else:
            write_map(pages.draw(town_of[name], **options), path, packed=True)

    files = write_town_pages(folder, [*town_of, INDEX_FILE], save)
    return files[INDEX_FILE], len(town_of)
