"""The chart of towns: shares today, and once the proposed sites are built; pictures as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from planner.reports.printed.fonts import choose_fonts
from planner.reports.printed.matplotlib_parts import start_figure
from planner.reports.report_figures import Figures
from planner.reports.report_words import is_missing, say_target, to_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Dots to an inch: sharp on paper, and small enough to send.
_DPI: Final = 180
_DASHED: Final = (0, (4, 3))
_WIDE_CM: Final = 15.0
_ROW_CM: Final = 0.52
#: As on the page; they differ in grey too, and by their shape.
_TODAY, _BUILT, _LINE, _INK, _GRID = "#12355b", "#7b3fa0", "#9aa5b1", "#1c2430", "#dddddd"


def draw_towns(figures: Figures, towns: Sequence[str]) -> tuple[bytes, bool]:
    """Draw the share of each town, with its target; return it as PNG.

    Returns
    -------
    bytes, bool
        The picture, and whether it shows the proposal too.
    """
    proposal = figures.handover.proposal
    rows = [] if proposal is None else proposal.content.get("towns") or []
    built = {row["town"]: row.get("share_after") for row in rows}
    built = built if figures.lead == "residential" else {}
    both = any(not is_missing(built.get(town)) for town in towns)
    high = _ROW_CM * len(towns) + 2.0
    figure = start_figure((_WIDE_CM, high))
    axes = figure.add_axes((0.2, 1.0 / high, 0.75, 1 - 1.9 / high))
    shares = [(figures.covered(town, figures.lead) or {}).get("share") for town in towns]
    fonts = choose_fonts(figures.handover.language, [to_line(town) for town in towns])
    _paint(axes, shares, [built.get(town) for town in towns], both=both)
    target = _paint_target(axes, figures)
    axes.set_yticks(range(len(towns)), [to_line(town) for town in towns])
    axes.set_ylim(len(towns) - 0.5, -0.5)
    _style(axes, fonts)
    _write_legend(axes, figures, fonts, target, both=both)
    return paint_png(figure), both


def paint_png(figure: Figure) -> bytes:
    """Return a figure of matplotlib as PNG: the same figure, the same bytes."""
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=_DPI, metadata={"Software": None})
    return written.getvalue()


def _paint(axes: Any, shares: Sequence[Any], after: Sequence[Any], *, both: bool) -> None:
    """Paint a line from today to what is built, a dot and a ring."""
    for at, (share, then) in enumerate(zip(shares, after, strict=True)):
        if is_missing(share):
            continue
        if both and not is_missing(then):
            axes.plot([share, then], [at, at], color=_LINE, linewidth=2.4, zorder=2)
            axes.plot([then], [at], marker="D", color="white", markeredgecolor=_BUILT,
                      markeredgewidth=1.6, markersize=6, linestyle="", zorder=3)  # fmt: skip
        axes.plot([share], [at], marker="o", color=_TODAY, markersize=6.5, linestyle="", zorder=4)
    known = [value for value in (*shares, *after) if not is_missing(value)]
    low = min(known, default=0.0)
    axes.set_xlim(max(0.0, int(low * 10) / 10 - 0.05), 1.02)


def _paint_target(axes: Any, figures: Figures) -> str:
    """Paint the target as a dashed line, if all towns have the same; return what it is called."""
    targets = {
        check["target"]
        for town in figures.towns
        if (check := figures.target(town, figures.lead)) is not None
    }
    if len(targets) != 1:
        return ""
    target = targets.pop()
    axes.axvline(target, color=_INK, linewidth=1.0, linestyle=_DASHED, zorder=1)
    return figures.words.say("doc_chart_target", target=say_target(target))


def _style(axes: Any, fonts: Any) -> None:
    """Leave what is needed of the frame."""
    from matplotlib.ticker import PercentFormatter

    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(axis="x", color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, colors=_INK)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(fonts.of(9))
        label.set_parse_math(False)


def _write_legend(axes: Any, figures: Figures, fonts: Any, target: str, *, both: bool) -> None:
    """Say above what dot, ring and dashed line are."""
    from matplotlib.lines import Line2D

    texts = figures.words.texts
    marks = [Line2D([], [], marker="o", color=_TODAY, linestyle="", label=texts["now_built"])]
    if both:
        marks.append(
            Line2D([], [], marker="D", color="white", markeredgecolor=_BUILT, linestyle="",
                   markeredgewidth=1.6, label=texts["after_built"])
        )  # fmt: skip
    if target:
        marks.append(Line2D([], [], color=_INK, linewidth=1.0, linestyle=_DASHED, label=target))
    axes.legend(handles=marks, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False,
                prop=fonts.of(9), handletextpad=0.3)  # fmt: skip
