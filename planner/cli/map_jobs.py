"""What is drawn of a result that was just worked out, or of a finished run, and by which page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.cli.work_ahead import WorkAhead, work_ahead

if TYPE_CHECKING:
    import geopandas as gpd

    from planner.maps import PagePart
    from planner.maps.for_map import ForMap
    from planner.maps.prepared_page import PreparedPage
    from planner.run import Result
    from planner.scenarios import Comparison
    from planner.siting.propose import Proposal
    from planner.sources.results import FinishedRun

#: Units of a run whose page takes long enough for a process of its own.
_WORTH_A_COPY: Final = 5_000


def take_result(result: Result) -> ForMap:
    """Return what is drawn of a result, rounded so that `planner map` draws the same map again."""
    from planner.maps.for_map import take_for_map

    return take_for_map(result)


def take_run(run: FinishedRun) -> ForMap:
    """Return what is drawn of a finished run."""
    from planner.maps.for_map import take_for_map

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
        from planner.maps.for_map import list_page_options

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


#: Of a run, what siting and comparing read, and the page of what they find.
READ_AGAIN: Final = ("demand", "facilities", "gaps")
#: Of a run, by name.
Layers = Mapping[str, "gpd.GeoDataFrame"]
#: A page being drawn, to which what was found for its run is added.
Drawing = WorkAhead[Any, bytes]


def drawing_proposal(run: FinishedRun) -> AbstractContextManager[Drawing]:
    """Begin to draw the map of a finished run that will show a proposal."""
    return _drawing(run, "proposal", lambda found, _layers: _to_proposal_part(found))


def drawing_comparison(run: FinishedRun) -> AbstractContextManager[Drawing]:
    """Begin to draw the map of a finished run that will show a comparison."""
    return _drawing(run, "comparison", _to_comparison_part)


def save_proposal_map(proposal: Proposal, of: Result | Drawing) -> Callable[[Path], None]:
    """Return what writes the map of a proposal: of its result, or one that was begun."""
    if isinstance(of, WorkAhead):
        return _save_once_drawn(of.finish(replace(proposal, result=None)))
    part = _to_proposal_part(proposal)
    return make_map_saver(take_result(of), view="proposal", proposal=part)


def save_comparison_map(comparison: Comparison, of: Result | Drawing) -> Callable[[Path], None]:
    """Return what writes the map of a comparison: of a run of today, or one that was begun."""
    if isinstance(of, WorkAhead):
        # Its case and what no page shows stay here: they are large.
        return _save_once_drawn(of.finish(replace(comparison, case=None, tables={}, units={})))
    shown = take_result(of)
    part = _to_comparison_part(comparison, shown.layers)
    return make_map_saver(shown, view="comparison", comparison=part)


def _to_proposal_part(proposal: Proposal) -> PagePart:
    """Return what a page shows of a proposal."""
    from planner.maps import PagePart
    from planner.reports import round_layers

    return PagePart(proposal.content, round_layers(proposal.layers, proposal.cutoffs))


def _to_comparison_part(comparison: Comparison, layers: Layers) -> PagePart:
    """Return what a page of a run shows of a comparison."""
    from planner.maps import PagePart
    from planner.reports import round_layers

    drawn = comparison.drawn_on(layers)
    return PagePart(comparison.content, round_layers(drawn, comparison.cutoffs))


def _save_once_drawn(wait: Callable[[], bytes]) -> Callable[[Path], None]:
    """Return what writes a page into a file once it is there."""

    def save(path: Path) -> None:
        """Write the map."""
        from planner.maps.draw import save_page

        save_page(wait(), path)

    return save


def drawing_result(result: Result) -> AbstractContextManager[Drawing]:
    """Begin to draw the map of a result; nothing is to be added to it."""
    units = len(result.layers["demand"])
    return work_ahead(
        lambda: _finishing(_prepare(take_result(result), "today")), worth=_is_worth(units)
    )


def save_result_map(page: Drawing) -> Callable[[Path], None]:
    """Return what writes the map of a result that was begun."""
    return _save_once_drawn(page.finish(None))


def _drawing(
    run: FinishedRun, view: str, to_part: Callable[[Any, Layers], PagePart]
) -> AbstractContextManager[Drawing]:
    """Begin to draw the map of a run; `to_part` makes its part of what is found later."""

    def begin() -> Callable[[Any], bytes]:
        """Take the data of the map that stands in the run's folder, or put them together anew."""
        prepared = _reopen(run, view) or _prepare(take_run(run.with_all_layers()), view)
        return _finishing(prepared, lambda found: {view: to_part(found, run.layers)})

    return work_ahead(begin, worth=_is_worth(len(run.layers.get("demand", ()))))


def _is_worth(units: int) -> bool:
    """Tell whether the page of a run of so many units takes long enough for a copy."""
    return units >= _WORTH_A_COPY


def _prepare(shown: ForMap, view: str) -> PreparedPage:
    """Do all of a page that rests on the run alone."""
    from planner.maps.for_map import list_page_options
    from planner.maps.prepared_page import prepare_page

    layers, summary, content, tables, whatif = shown
    return prepare_page(
        layers, summary, tables=tables, whatif=whatif, view=view, **list_page_options(content)
    )


def _reopen(run: FinishedRun, view: str) -> PreparedPage | None:
    """Do the same by the map in the run's folder, if it is as this program wrote it."""
    from planner.maps.for_map import list_page_options
    from planner.maps.prepared_page import reopen_page

    drawn = run.drawn_map()
    if drawn is None:
        return None
    return reopen_page(drawn, run.layers, view=view, **list_page_options(run.run))


def _finishing(
    prepared: PreparedPage, to_parts: Callable[[Any], dict[str, PagePart]] = lambda _: {}
) -> Callable[[Any], bytes]:
    """Return what adds the parts of what is found, if any, and draws the page."""

    def finish(found: Any) -> bytes:
        """Add what was found, and draw the page."""
        from planner.maps.draw import render_page

        return render_page(prepared.finish(to_parts(found)))

    return finish


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
    from planner.maps.for_map import list_page_options
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
