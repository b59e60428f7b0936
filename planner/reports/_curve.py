"""The marginal curve as a picture: what the first site buys, the second, the third."""

from __future__ import annotations

import math
from contextlib import chdir
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

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

    parts = _draw_heading(content, words, language)
    for tick in ticks:
        parts.append(_draw_line(_LEFT, y(tick), _WIDTH - _RIGHT, y(tick), _RULE))
        parts.append(_draw_text(_LEFT - 8, y(tick) + 4, f"{tick:,.0f}", anchor="end"))
    # More than some twenty numbers would run into each other.
    every = max(1, math.ceil(len(curve) / 20))
    for row in curve:
        number, step = row["sites"], max(row["step"], 0.0)
        parts.append(
            f'<rect x="{x(number) - 0.36 * slot:.1f}" y="{y(step):.1f}" width="{0.72 * slot:.1f}" '
            f'height="{y(0) - y(step):.1f}" fill="{_BAR}"/>'
        )
        if number % every == 0 or number == 1:
            parts.append(_draw_text(x(number), y(0) + 20, f"{number}", anchor="middle"))
    if curve:
        points = " ".join(f"{x(row['sites']):.1f},{y(row['value']):.1f}" for row in curve)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{_COLOUR}" stroke-width="2.5"/>'
        )
    for row in curve:
        parts.append(
            f'<circle cx="{x(row["sites"]):.1f}" cy="{y(row["value"]):.1f}" r="4" '
            f'fill="{_COLOUR}"/>'
        )
    if (own := _find_chosen(content)) is not None:
        parts += _draw_choice(words["chosen"].format(own[0]), x(own[0]), y(own[1]), y(0))
    parts.append(_draw_text(_LEFT + wide / 2, _HEIGHT - 16, words["sites"], anchor="middle"))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" font-family="system-ui, sans-serif" '
        f'role="img" aria-label="{escape(words[_find_unit(content)])}">'
    )
    paper = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
    return "\n".join([head, paper, *parts, "</svg>\n"])


def _draw_heading(content: dict[str, Any], words: dict[str, str], language: str) -> list[str]:
    """Draw the title, the key of the line and the bars, and whether the plan is invented."""
    parts = [_draw_text(_LEFT, 26, words[_find_unit(content)], size=17, bold=True)]
    parts.append(f'<rect x="{_LEFT}" y="38" width="12" height="12" fill="{_BAR}"/>')
    parts.append(_draw_text(_LEFT + 18, 49, words["each"]))
    parts.append(f'<circle cx="{_LEFT + 176}" cy="44" r="4.5" fill="{_COLOUR}"/>')
    parts.append(_draw_text(_LEFT + 188, 49, words["all"]))
    if content["synthetic"]:
        parts.append(_draw_text(_WIDTH - _RIGHT, 26, NOTICES[language], anchor="end"))
    return parts


def _draw_choice(label: str, at: float, top: float, base: float) -> list[str]:
    """Draw what the choice itself covers: a line from the axis, and its label."""
    return [
        _draw_line(at, top, at, base, _COLOUR, dashed=True),
        _draw_line(at - 7, top, at + 7, top, _COLOUR),
        _draw_text(at - 6, top - 10, label, anchor="end"),
    ]


def _draw_text(
    x: float, y: float, text: str, *, size: int = 13, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{_INK}"{weight}>{escape(text)}</text>'
    )


def _draw_line(
    x1: float, y1: float, x2: float, y2: float, colour: str, *, dashed: bool = False
) -> str:
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dash}/>'
    )


def save_curve_png(content: dict[str, Any], path: Path, language: str) -> bool:
    """Draw the curve as PNG; return False where matplotlib is not installed."""
    try:
        with chdir(Path(__file__).parent):  # matplotlib takes settings from the current folder
            from matplotlib.backends.backend_agg import FigureCanvasAgg
            from matplotlib.figure import Figure
            from matplotlib.ticker import MaxNLocator, StrMethodFormatter
    except ImportError:
        return False
    family = _find_font() if language == "zh" else "DejaVu Sans"
    # Without a font for them Chinese letters would be empty boxes, so the words are English.
    words = _WORDS["zh" if family and language == "zh" else "en"]
    curve = content["curve"]
    figure = Figure(figsize=(7.6, 4.4), dpi=150, layout="constrained")
    # Not by pyplot, which may look for a screen and keeps every figure.
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    font = {"family": family or "DejaVu Sans"}
    sites = [row["sites"] for row in curve]
    axes.bar(sites, [max(row["step"], 0.0) for row in curve], color=_BAR, label=words["each"])
    axes.plot(sites, [row["value"] for row in curve], "o-", color=_COLOUR, label=words["all"])
    chosen = len(content["sites"])
    axes.axvline(chosen, color=_COLOUR, linestyle="--", linewidth=1,
                 label=words["chosen"].format(chosen))  # fmt: skip
    title = words[_find_unit(content)]
    if content["synthetic"]:
        title += f" · {NOTICES['zh' if words is _WORDS['zh'] else 'en']}"
    axes.set_title(title, loc="left", fontdict=font)
    axes.set_xlabel(words["sites"], fontdict=font)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, prop=font, loc="center right")
    # Else the version of matplotlib would stand in the file, and change its hash.
    figure.savefig(path, format="png", metadata={"Software": None})
    return True


def _find_font() -> str:
    """Return a font of this computer that has Chinese letters, "" if there is none."""
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    wanted = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei",
              "PingFang SC", "SimHei", "WenQuanYi Micro Hei", "Noto Sans CJK JP",
              "Noto Serif CJK SC", "Noto Serif CJK JP")  # fmt: skip
    return next((name for name in wanted if name in known), "")
