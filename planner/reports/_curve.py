"""The marginal curve as a picture, SVG and PNG: what the first site buys, the second, the third."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from planner.errors import PlannerError
from planner.reports.printed.fonts import LATIN, find_chinese_font
from planner.reports.printed.matplotlib_parts import import_matplotlib, start_figure
from planner.run.summary import NOTICES

_WIDTH, _HEIGHT = 760, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 28, 64, 62
#: Purple as the proposed sites of the map; grey beside it.
_COLOUR, _BAR, _INK, _RULE = "#7b3fa0", "#cdb5dc", "#222222", "#dddddd"
_WORDS: Final = {
    "zh": {"residents": "新增覆盖居民", "weighted people": "新增覆盖人数（加权）",
           "served": "服务的居民", "weighted served": "服务人数（加权）",
           "sites": "新增站点数", "each": "每多一处新增", "all": "累计",
           "chosen": "所选方案：{0} 处"},
    "en": {"residents": "residents newly covered", "weighted people": "people newly covered, "
           "weighted", "served": "residents served",
           "weighted served": "people served, weighted", "sites": "new sites",
           "each": "what each more site adds", "all": "in all", "chosen": "the choice: {0}"},
}  # fmt: skip


@dataclass(frozen=True)
class _Bar:
    x: float
    y: float
    wide: float
    high: float


@dataclass(frozen=True)
class _Stroke:
    """A line through two places or more: x and y by turns."""

    places: tuple[float, ...]
    colour: str = _COLOUR
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class _Dot:
    x: float
    y: float
    radius: float = 4.0


@dataclass(frozen=True)
class _Text:
    x: float
    y: float
    text: str
    size: int = 13
    anchor: str = "start"
    bold: bool = False


_Mark = _Bar | _Stroke | _Dot | _Text


def _find_unit(content: dict[str, Any]) -> str:
    """Return whom the curve counts: people newly covered, or served where room is limited."""
    weights = {kind: value for kind, value in content["question"]["weights"].items() if value}
    alike = weights == {"residential": 1}
    if content["model"] == "capacitated":
        return "served" if alike else "weighted served"
    return "residents" if alike else "weighted people"


def _find_chosen(content: dict[str, Any]) -> tuple[int, float] | None:
    """Return how many sites are chosen and what they cover, which may be less than the best."""
    order = content["order"]
    if not order or len(order) > len(content["curve"]):
        return None
    return len(order), float(order[-1]["total"])


def _choose_ticks(most: float) -> list[float]:
    """Return about five round numbers from 0 to beyond the largest value."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / 5
    power = 10 ** math.floor(math.log10(rough))
    # Steps of 1, 2, 2.5 or 5 times a power of ten are easy to read.
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    return [step * k for k in range(math.ceil(most / step) + 1)]


def draw_curve_svg(content: dict[str, Any], language: str) -> str:
    """Draw the curve of site.json as SVG: a line for the whole, bars for each site.

    Parameters
    ----------
    content
        Of site.json: model, curve, order, synthetic.
    language
        zh or en.
    """
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" font-family="system-ui, sans-serif" '
        f'role="img" aria-label="{escape(_WORDS[language][_find_unit(content)])}">'
    )
    paper = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
    marks = [_to_svg(mark) for mark in _build_marks(content, language)]
    return "\n".join([head, paper, *marks, "</svg>\n"])


def save_curve_png(content: dict[str, Any], path: Path, language: str) -> bool:
    """Draw the same picture as PNG; return False where matplotlib is not installed."""
    try:
        import_matplotlib()
    except PlannerError:
        return False
    chinese = find_chinese_font() if language == "zh" else ""
    # Without a font for them Chinese words would be boxes.
    spoken = "zh" if chinese else "en"
    figure = start_figure((_WIDTH / 100 * 2.54, _HEIGHT / 100 * 2.54))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, _WIDTH), ylim=(_HEIGHT, 0))
    axes.set_axis_off()
    for mark in _build_marks(content, spoken):
        _put_on(axes, mark, chinese or LATIN)
    # Without the name of the software, which has a version: same content, same bytes.
    figure.savefig(path, format="png", dpi=150, metadata={"Software": None})
    return True


def _build_marks(content: dict[str, Any], language: str) -> list[_Mark]:
    """Lay the picture out, in pixels from its upper left corner."""
    words, curve = _WORDS[language], content["curve"]
    ticks = _choose_ticks(max((row["value"] for row in curve), default=0.0))
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    slot = wide / max(len(curve), 1)

    def x(number: float) -> float:
        """Return where a number of sites stands."""
        return _LEFT + slot * (number - 0.5)

    def y(value: float) -> float:
        """Return where a value stands."""
        return _TOP + high * (1 - value / ticks[-1])

    marks = _build_heading(content, words, language)
    for tick in ticks:
        marks.append(_Stroke((_LEFT, y(tick), _WIDTH - _RIGHT, y(tick)), _RULE))
        marks.append(_Text(_LEFT - 8, y(tick) + 4, f"{tick:,.0f}", anchor="end"))
    # More than some twenty numbers would run into each other along the axis.
    every = max(1, math.ceil(len(curve) / 20))
    for row in curve:
        number, step = row["sites"], max(row["step"], 0.0)
        marks.append(_Bar(x(number) - 0.36 * slot, y(step), 0.72 * slot, y(0) - y(step)))
        if number % every == 0 or number == 1:
            marks.append(_Text(x(number), y(0) + 20, f"{number}", anchor="middle"))
    points = [(x(row["sites"]), y(row["value"])) for row in curve]
    if curve:
        marks.append(_Stroke(tuple(part for point in points for part in point), width=2.5))
    marks += [_Dot(*point) for point in points]
    if (own := _find_chosen(content)) is not None:
        marks += _build_choice(words["chosen"].format(own[0]), x(own[0]), y(own[1]), y(0))
    marks.append(_Text(_LEFT + wide / 2, _HEIGHT - 16, words["sites"], anchor="middle"))
    return marks


def _build_heading(content: dict[str, Any], words: dict[str, str], language: str) -> list[_Mark]:
    """Lay out the title, the key of the line and the bars, and whether the plan is invented."""
    marks: list[_Mark] = [
        _Text(_LEFT, 26, words[_find_unit(content)], size=17, bold=True),
        _Bar(_LEFT, 38, 12, 12),
        _Text(_LEFT + 18, 49, words["each"]),
        _Dot(_LEFT + 176, 44, 4.5),
        _Text(_LEFT + 188, 49, words["all"]),
    ]
    if content["synthetic"]:
        marks.append(_Text(_WIDTH - _RIGHT, 26, NOTICES[language], anchor="end"))
    return marks


def _build_choice(label: str, at: float, top: float, base: float) -> list[_Mark]:
    """Lay out what the choice itself covers: a line from the axis, and its label."""
    return [
        _Stroke((at, top, at, base), dashed=True),
        _Stroke((at - 7, top, at + 7, top)),
        _Text(at - 6, top - 10, label, anchor="end"),
    ]


def _to_svg(mark: _Mark) -> str:
    """Write a mark as an element of SVG."""
    match mark:
        case _Bar(x, y, wide, high):
            return (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" '
                f'fill="{_BAR}"/>'
            )
        case _Stroke(places, colour, width, dashed):
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in _pair_up(places))
            dash = ' stroke-dasharray="4 4"' if dashed else ""
            return (
                f'<polyline points="{points}" fill="none" stroke="{colour}" '
                f'stroke-width="{width:g}"{dash}/>'
            )
        case _Dot(x, y, radius):
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{_COLOUR}"/>'
        case _Text(x, y, text, size, anchor, bold):
            weight = ' font-weight="600"' if bold else ""
            return (
                f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
                f'fill="{_INK}"{weight}>{escape(text)}</text>'
            )


def _put_on(axes: Any, mark: _Mark, font: str) -> None:
    """Draw a mark on axes of matplotlib whose units are pixels; lines there are in points."""
    points = 0.72
    match mark:
        case _Bar(x, y, wide, high):
            axes.bar(x, high, wide, bottom=y, align="edge", color=_BAR)
        case _Stroke(places, colour, width, dashed):
            across, down = zip(*_pair_up(places), strict=True)
            style = (0, (4, 4)) if dashed else "solid"
            axes.plot(across, down, color=colour, linewidth=width * points, linestyle=style)
        case _Dot(x, y, radius):
            size = 2 * radius * points
            axes.plot([x], [y], "o", color=_COLOUR, markersize=size, markeredgewidth=0)
        case _Text(x, y, text, size, anchor, bold):
            side = {"start": "left", "middle": "center", "end": "right"}[anchor]
            weight = "bold" if bold else "normal"
            axes.text(
                x, y, text, ha=side, va="baseline", color=_INK, fontsize=size * points,
                fontfamily=font, fontweight=weight,
            )  # fmt: skip


def _pair_up(numbers: tuple[float, ...]) -> list[tuple[float, float]]:
    """Return x and y by turns as places."""
    return list(zip(numbers[::2], numbers[1::2], strict=True))
