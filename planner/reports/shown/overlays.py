"""What is drawn on the map of a run: a scenario, proposed routes, sessions of courses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import shapely

from planner.courses import ChosenSessions
from planner.courses.chosen_sessions import COACH, FAR, WALK
from planner.errors import ArgumentError, quote
from planner.reports.printed import Overlay, paper_colours
from planner.reports.printed.map_results import paint_crossed, paint_lost, surround_units
from planner.reports.printed.route_map import choose_colours, paint_stops, paint_way, take_drawn
from planner.reports.printed.shape_drawing import draw_lines
from planner.reports.printed.signs import draw_disc, draw_mark, draw_number
from planner.reports.shown.shown_parts import Showable
from planner.routes import ProposedRoutes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.reports.handover import Handover
    from planner.reports.printed.fonts import Fonts
    from planner.reports.printed.view import View

#: How paths and moves of a scenario are drawn, the lower line first.
_LINES: Final[tuple[dict[str, Any], ...]] = (
    {"edgecolor": "white", "linewidth": 5.4}, {"edgecolor": paper_colours.SITE, "linewidth": 3.4},
)  # fmt: skip
#: How most people of a committee come -> colour and marker, told apart in grey print too. The
#: colours are those of the page.
_WAYS: Final = {WALK: ("#1f6f60", "o"), FAR: ("#a15c00", "D"), COACH: ("#8a1f6a", "^")}
_UNMET: Final = (paper_colours.GAP_EDGE, "X")
#: Radius of a station that holds sessions, points.
_HOST_POINTS: Final = 4.2


def build_overlay(shown: Showable, handover: Handover, scenario: str | None) -> Overlay | None:
    """Return what is drawn of something on the map of its run; None for what the map has itself.

    scenario : of a comparison, the name of the one that is drawn; None for the first.
    """
    if handover.comparison is not None:
        return _overlay_scenario(handover, scenario)
    if scenario is not None:
        raise ArgumentError("only a comparison has scenarios; leave scenario out")
    if isinstance(shown, ProposedRoutes):
        return _overlay_routes(shown, handover)
    if isinstance(shown, ChosenSessions):
        return _overlay_sessions(shown, handover)
    return None


def _overlay_scenario(handover: Handover, scenario: str | None) -> Overlay:
    """Return what a scenario changes: who gains and loses cover, and its edits."""
    part = handover.comparison
    assert part is not None
    names = [str(one["name"]) for one in part.content["scenarios"]]
    chosen = names[0] if scenario is None else scenario
    if chosen not in names:
        raise ArgumentError(
            f"scenario {quote(chosen)} is not compared; give one of {', '.join(names)}"
        )
    metric, words = handover.run.run["metric_crs"], handover.words

    def take(name: str) -> gpd.GeoDataFrame:
        """Return the rows of the scenario."""
        layer = part.layers[name]
        return layer[(layer["scenario"] == chosen).to_numpy()].to_crs(metric)

    changes, edits, lines = take("changes"), take("edits"), take("edit_lines")
    moved = {sign: changes[(changes["change"] == sign).to_numpy()] for sign in ("gained", "lost")}
    entries = [(sign, words[f"shown_{sign}_units"]) for sign, rows in moved.items() if len(rows)]
    entries += [("site", words["shown_edit"])] if len(edits) else []
    entries += [("frontage", words["shown_edit_path"])] if len(lines) else []

    def paint(axes: Axes, view: View, fonts: Fonts) -> None:
        """Draw the changes below the edits that bring them."""
        for sign, draw in (("gained", paint_crossed), ("lost", paint_lost)):
            if len(moved[sign]):
                draw(axes, surround_units(moved[sign]), view)
        for look in _LINES:
            draw_lines(axes, lines.geometry.to_numpy(), view, **look)
        for number, point in zip(edits["edit"], edits.geometry, strict=True):
            spot = shapely.point_on_surface(point)
            draw_number(axes, (spot.x, spot.y), f"{number}", fonts, kind="site", radius=4.2)

    return Overlay(entries, paint)


def _overlay_routes(proposed: ProposedRoutes, handover: Handover) -> Overlay:
    """Return routes in the colours of their themes, with the numbers of their stops."""
    words, rows = handover.words, proposed.content["routes"]
    colours = choose_colours(rows)
    entries = [(f"way:{colour}", theme) for theme, colour in colours.items()]
    if (proposed.layers["legs"]["by"] == "coach").any():
        entries.append((f"ride:{paper_colours.INK}", words["sheet_route_by_coach"].capitalize()))
    metric = handover.run.run["metric_crs"]
    drawn = [take_drawn(rows, proposed.layers, route, metric) for route in rows]

    def paint(axes: Axes, view: View, fonts: Fonts) -> None:
        """Draw all ways below all stops."""
        for route in drawn:
            paint_way(axes, route, view)
        for route in drawn:
            paint_stops(axes, route, fonts)

    return Overlay(entries, paint)


def _overlay_sessions(chosen: ChosenSessions, handover: Handover) -> Overlay:
    """Return committees by how most of their people come, stations by how many sessions they hold.

    A committee of which somebody has no session is marked as such.
    """
    words, metric = handover.words, handover.run.run["metric_crs"]
    homes = chosen.committees[(chosen.committees["people"] > 0).to_numpy()].to_crs(metric)
    hosts = chosen.hosts[(chosen.hosts["sessions"] > 0).to_numpy()].to_crs(metric)
    most = homes[[f"by_{way}" for way in _WAYS]].to_numpy().argmax(axis=1)
    unmet = (homes["unmet"] > 0).to_numpy()
    marks = [
        (look, words[f"ss_by_{way}"], homes[(most == number) & ~unmet])
        for number, (way, look) in enumerate(_WAYS.items())
    ]
    marks.append((_UNMET, words["shown_sessions_unmet"], homes[unmet]))
    entries = [
        (f"mark:{colour}:{marker}", text.capitalize())
        for (colour, marker), text, rows in marks
        if len(rows)
    ]
    if len(hosts):
        entries.append((f"stop:{paper_colours.FACILITY}", words["shown_sessions_held"]))

    def paint(axes: Axes, _view: View, fonts: Fonts) -> None:
        """Draw committees below stations, the fullest station on top."""
        for (colour, marker), _, rows in marks:
            draw_mark(axes, rows.geometry.x, rows.geometry.y, colour, marker)
        for row in hosts.sort_values("sessions", kind="stable").itertuples():
            draw_disc(axes, (row.geometry.x, row.geometry.y), f"{row.sessions}", fonts,
                      colour=paper_colours.FACILITY, radius=_HOST_POINTS)  # fmt: skip

    return Overlay(entries, paint)
