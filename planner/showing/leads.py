"""What a result does by rooms below it: show itself, be drawn, go on from its files.

A result stands above the rooms that draw it, and imports none of them. Its methods find what they
lead to in one table here, when they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from planner.rounding import format_percent
from planner.showing.brief import join_facts, shorten

if TYPE_CHECKING:
    import folium
    from matplotlib.axes import Axes

#: What a method does -> the module and the function that do it.
LEADS: Final = {
    "html": ("planner.reports.shown", "write_html"),
    "plot": ("planner.reports.shown", "draw_plot"),
    "explore": ("planner.maps.exploring", "explore"),
    "explore coverage": ("planner.maps.coverage_map", "draw_coverage"),
    "plot coverage": ("planner.reports.shown.coverage_plot", "draw_coverage_plot"),
    "go on": ("planner.run.going_on", "go_on"),
}


def lead_to(what: str) -> Callable[..., Any]:
    """Return the function that does what `LEADS` says."""
    module, name = LEADS[what]
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


class Shown:
    """Shows itself in a notebook: figures as a table, a map on paper, a map to look into."""

    def _repr_html_(self) -> str:
        """Return the figures as a small table, for notebooks."""
        return str(lead_to("html")(self))

    def plot(
        self,
        *,
        town: str | None = None,
        site: str | None = None,
        scenario: str | None = None,
        gaps: int = 10,
        size_cm: tuple[float, float | None] = (20.0, None),
        legend: bool = True,
        language: str | None = None,
        ax: Axes | None = None,
    ) -> Axes:
        """Draw the map with matplotlib: key, scale bar, credit, and the notice of invented data.

        Parameters
        ----------
        town
            Draw this town alone; all of the area if not given.
        site
            Of a proposal: draw the surroundings of this site (its `site_id`).
        scenario
            Of a comparison: draw this one (its name); the first if not given.
        gaps
            How many gaps are hatched and numbered; the others are pale.
        size_cm
            Width and height; without a height that of what is drawn.
        legend
            Whether key, credit and notice stand below the map.
        language
            `zh` or `en`; that of the plan if not given.
        ax
            Axes of a figure of your own, to draw into: they keep their size, whatever `size_cm`
            says. Credit and notice stand below them as their label; the key is left out.

        Returns
        -------
        Axes
            Those of the map, in the metres of the plan's CRS; `.figure` has the key as well.

        Raises
        ------
        PlannerError
            If matplotlib or a font for Chinese is missing; as an `ArgumentError` if a town or a
            site is unknown, or `ax` is no Axes.
        """
        axes: Axes = lead_to("plot")(
            self, town=town, site=site, scenario=scenario, gaps=gaps, size_cm=size_cm,
            legend=legend, language=language, ax=ax,
        )  # fmt: skip
        return axes

    def explore(self, **page: Any) -> folium.Map:
        """Draw the page to look into: people, gaps, facilities, figures; nothing is loaded for it.

        Parameters
        ----------
        **page
            Of `draw_map`: title, language, synthetic, date, credit, basemap; those of the plan if
            not given.

        Returns
        -------
        folium.Map
            Shows itself in a notebook, small; `write_map` writes the whole page.
        """
        shown: folium.Map = lead_to("explore")(self, **page)
        return shown


def say_run(value: object, summary: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """Return a result in one line: its plan, who is covered within the last cutoff, its gaps.

    Parameters
    ----------
    value
        The result.
    summary, run
        Contents of summary.json and run.json; what they lack is left out.
    """
    facts = [shorten(str(run.get("plan") or summary.get("plan") or ""))]
    if summary.get("synthetic"):
        facts.append("invented data")
    rows = [row for row in summary.get("coverage") or [] if row["area"] == "all"]
    last = max((row["cutoff_minutes"] for row in rows), default=None)
    for row in rows:
        if row["cutoff_minutes"] == last and row["kind"] != "all" and row["people"]:
            ends = f"{format_percent(row['share_low'])}-{format_percent(row['share_high'])}"
            share = "not judged" if row["share"] is None else format_percent(row["share"])
            facts.append(f"{row['kind']} {share} ({ends}) within {last:g} min")
    if "gaps" in summary:
        facts.append(f"{len(summary['gaps'])} gaps")
    if "facilities" in summary:
        facts.append(f"{summary['facilities']['total']} facilities")
    return join_facts(value, *facts)
