"""The page of a result in one call: of a run, a proposal, a comparison, routes or sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.courses import ChosenSessions
from planner.errors import PlannerError
from planner.maps.draw import draw_map
from planner.maps.for_map import list_page_options, round_for_map, take_for_map
from planner.maps.page_parts import PagePart
from planner.rounding import to_plain_rows
from planner.routes import ProposedRoutes
from planner.run import Result
from planner.scenarios import Comparison
from planner.siting.propose import Proposal
from planner.sources.results import FinishedRun

if TYPE_CHECKING:
    import folium

#: What has a page on the map of a run.
Explored = Result | FinishedRun | Proposal | Comparison | ProposedRoutes | ChosenSessions


def explore(
    shown: Explored,
    *,
    run: Result | FinishedRun | None = None,
    **page: Any,
) -> folium.Map:
    """Draw the page of a result, see `planner.showing.Shown.explore`.

    Parameters
    ----------
    shown
        What is in front.
    run
        Of a comparison: the run of today, whose map it stands on; of all else, if it does not know
        its run itself.
    **page
        Of `draw_map`.

    Raises
    ------
    PlannerError
        If nobody knows which run it is of.
    """
    of = _find_run(shown, run)
    layers, summary, content, tables, whatif = take_for_map(of)
    options: Any = list_page_options(content) | page
    parts: dict[str, Any] = {}
    if isinstance(shown, Proposal):
        proposal = PagePart(shown.content, round_for_map(shown.layers, shown.cutoffs))
        parts = {"proposal": proposal, "view": "proposal"}
    elif isinstance(shown, Comparison):
        drawn = round_for_map(shown.drawn_on(layers), shown.cutoffs)
        parts = {"comparison": PagePart(shown.content, drawn), "view": "comparison"}
    elif isinstance(shown, ProposedRoutes):
        parts = {"routes": PagePart(shown.content, shown.layers), "view": "routes"}
    elif isinstance(shown, ChosenSessions):
        parts = {"courses": _take_sessions(shown), "view": "courses"}
    return draw_map(layers, summary, tables=tables, whatif=whatif, **parts, **options)


def _take_sessions(chosen: ChosenSessions) -> PagePart:
    """Return sessions as their files hold them: the page draws its lines from committee to host."""
    rows = {name: to_plain_rows(getattr(chosen, name)) for name in ("unmet", "merges", "dropped")}
    layers: dict[str, Any] = {
        "sessions": chosen.sessions, "committees": chosen.committees, "hosts": chosen.hosts,
        "lines": chosen.attendance,
    }  # fmt: skip
    return PagePart(chosen.content | rows, layers)


def _find_run(shown: Explored, run: Result | FinishedRun | None) -> Result | FinishedRun:
    """Return the run that something rests on."""
    if isinstance(shown, Result | FinishedRun):
        return shown
    found = run or (None if isinstance(shown, Comparison) else shown.result)
    if found is None:
        raise PlannerError(
            f"a page of this {type(shown).__name__} stands on the map of a run; "
            "give it: explore(run=result)"
        )
    return found
