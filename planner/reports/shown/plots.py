"""Maps of results drawn by matplotlib for notebooks: those of printed sheets, and of scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.courses import ChosenSessions
from planner.errors import ArgumentError, quote
from planner.reports.printed import choose_fonts, draw_into, draw_map, prepare_layers
from planner.reports.printed.map_names import list_texts
from planner.reports.printed.matplotlib_parts import import_matplotlib
from planner.reports.printed.route_map import make_quiet
from planner.reports.shown.overlays import build_overlay
from planner.reports.shown.shown_parts import Showable, hand_over
from planner.routes import ProposedRoutes
from planner.siting.propose import Proposal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planner.reports.handover import Handover

#: How wide and high a map may be.
_LEAST_CM: Final = 6.0
_MOST_CM: Final = 100.0


def draw_plot(
    shown: Showable,
    *,
    town: str | None,
    site: str | None,
    scenario: str | None,
    gaps: int,
    size_cm: tuple[float, float | None],
    legend: bool,
    language: str | None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the map of what shows itself, see `planner.showing.Shown.plot`.

    The figure is one of pyplot, so that a notebook shows it.
    """
    check_size(size_cm)
    _check_axes(ax)
    handover = hand_over(shown, language)
    _check_parts(shown, handover, town, site)
    layers = prepare_layers(handover)
    overlay = build_overlay(shown, handover, scenario)
    if isinstance(shown, ProposedRoutes | ChosenSessions):
        layers, gaps = make_quiet(layers), 0
    texts = list_texts(layers)
    texts += [] if overlay is None else [text for _, text in overlay.entries]
    fonts = choose_fonts(handover.language, texts)
    if ax is not None:
        draw_into(
            ax, handover, town=town, site=site, gaps=gaps, legend=legend, layers=layers,
            fonts=fonts, overlay=overlay,
        )  # fmt: skip
        return ax
    figure = draw_map(
        handover, town=town, site=site, gaps=gaps, size_cm=size_cm, legend=legend,
        layers=layers, fonts=fonts, overlay=overlay, start=start_shown,
    )  # fmt: skip
    return figure.axes[0]


def check_size(size_cm: object) -> None:
    """Refuse what is no size of a map."""
    given = size_cm if isinstance(size_cm, tuple | list) and len(size_cm) == 2 else (None, None)
    wide, high = given
    fits = [
        isinstance(one, int | float) and _LEAST_CM <= one <= _MOST_CM
        for one in ((wide,) if high is None else (wide, high))
    ]
    if not all(fits):
        raise ArgumentError(
            f"size_cm is {quote(size_cm)}; give width and height in centimetres, each from "
            f"{_LEAST_CM:g} to {_MOST_CM:g}, or None as the height: size_cm=(20, None)"
        )


def _check_axes(ax: object) -> None:
    """Refuse what is no Axes of matplotlib, as the array that subplots() returns."""
    if ax is None:
        return
    import_matplotlib()
    from matplotlib.axes import Axes

    if not isinstance(ax, Axes):
        raise ArgumentError(f"ax is a {type(ax).__name__}; give one Axes, as of pyplot.subplots()")


def _check_parts(shown: Showable, handover: Handover, town: str | None, site: str | None) -> None:
    """Refuse a town or a site that is not there."""
    areas = handover.run.layers.get("areas")
    towns = [] if areas is None else [str(name) for name in areas["name"].dropna()]
    if town is not None and town not in towns:
        raise ArgumentError(f"town {quote(town)} is unknown; give one of {', '.join(towns)}")
    if site is None:
        return
    sites = []
    if isinstance(shown, Proposal):
        sites = [str(one) for one in shown.layers["sites"]["site_id"]]
    if site not in sites:
        raise ArgumentError(
            f"site {quote(site)} is not proposed; give one of {', '.join(sites) or 'no site'}"
        )


def start_shown(size_cm: tuple[float, float]) -> Figure:
    """Return an empty white figure that a notebook shows at the end of its cell."""
    import_matplotlib()
    from matplotlib import pyplot

    return pyplot.figure(figsize=(size_cm[0] / 2.54, size_cm[1] / 2.54), facecolor="white")
