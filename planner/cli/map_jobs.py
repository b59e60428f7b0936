"""What is drawn of a result that was just worked out, or of a finished run, and by which page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.maps import PagePart
    from planner.maps.exploring import ForMap
    from planner.run import Result
    from planner.sources.results import FinishedRun


def take_result(result: Result) -> ForMap:
    """Return what is drawn of a result, rounded so that `planner map` draws the same map again."""
    from planner.maps.exploring import take_for_map

    return take_for_map(result)


def take_run(run: FinishedRun) -> ForMap:
    """Return what is drawn of a finished run."""
    from planner.maps.exploring import take_for_map

    return take_for_map(run)


def make_map_saver(
    shown: ForMap,
    *,
    proposal: PagePart | None = None,
    comparison: PagePart | None = None,
    routes: PagePart | None = None,
    courses: PagePart | None = None,
    view: str = "today",
) -> Callable[[Path], None]:
    """Return what draws the map of a result, and of what rests on it, into the file it is given.

    `view` is what the page shows first.
    """

    def save(path: Path) -> None:
        """Draw the map into a file."""
        from planner.maps import draw_map, write_map
        from planner.maps.exploring import list_page_options

        layers, summary, run, tables, whatif = shown
        page = draw_map(
            layers,
            summary,
            tables=tables,
            whatif=whatif,
            proposal=proposal,
            comparison=comparison,
            routes=routes,
            courses=courses,
            view=view,
            **list_page_options(run),
        )
        write_map(page, path)

    return save


def map_into(
    folder: Path,
    sites: Path | None,
    compared: Path | None,
    routes: Path | None = None,
    courses: Path | None = None,
) -> Path:
    """Draw the map of a finished run again, with what rests on it.

    Parameters
    ----------
    folder
        Of the run: its map is replaced.
    sites, compared
        Folders of `planner site` and `planner compare`; None for no such view.
    routes, courses
        Folders of `planner routes` and `planner courses`; None for no such tab.

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
    run = load_result(folder, spare=(MAP_FILE,))
    return draw_map_again(run, sites, compared, routes, courses)


def draw_map_again(
    run: FinishedRun,
    sites: Path | None,
    compared: Path | None,
    routes: Path | None = None,
    courses: Path | None = None,
) -> Path:
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
        # Views of the run change its gaps; tabs beside it have layers of their own alone.
        is_view = what in ("proposal", "comparison")
        return PagePart(part.content, find_drawn(part, run) if is_view else part.layers)

    save = make_map_saver(
        take_run(run),
        proposal=take(sites, "proposal"),
        comparison=take(compared, "comparison"),
        routes=take(routes, "routes"),
        courses=take(courses, "courses"),
    )
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
    from planner.maps.exploring import list_page_options
    from planner.reports import write_town_pages
    from planner.sources.results import MAP_FILE, load_result

    # The map may be missing or changed: it is not read.
    layers, summary, run, tables, whatif = take_run(load_result(folder, spare=(MAP_FILE,)))
    pages = TownPages(
        layers, summary, tables=tables, whatif=whatif, profiles=run["profiles"],
        profile=run["profile"]["name"],
    )  # fmt: skip
    options = list_page_options(run)
    town_of = {file: town for town, file in pages.files.items()}

    def save(name: str, path: Path) -> None:
        """Write a page."""
        if name == INDEX_FILE:
            path.write_text(pages.build_index(**options), encoding="utf-8", newline="\n")
        else:
            write_map(pages.draw(town_of[name], **options), path, packed=True)

    files = write_town_pages(folder, [*town_of, INDEX_FILE], save)
    return files[INDEX_FILE], len(town_of)
