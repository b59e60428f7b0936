"""Draws how the numbers are defined: `python -m tools.docs_drawings` writes docs/drawings/*.svg."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "drawings"

GREEN, ORANGE, GREY, INK, PALE = "#2c8c6b", "#d9690f", "#7a8288", "#22303a", "#cfe8dd"
STREET = "#9aa5ad"
DETOUR = 1.4
M_A_MINUTE = 4000 / 60
LIMIT_M = 100

#: Every text of a drawing: English, Chinese.
TEXTS = {
    "home": ("home", "家"),
    "street": ("street", "道路"),
    "station": ("to the station", "去站点"),
    "limit": ("100 m: the farthest leg", "100 米：接入段的上限"),
    "nearest": ("nearest point", "最近点"),
    "slant": ("best point on the way", "顺路的最佳点"),
    "other": ("best point the other way", "反方向的最佳点"),
    "leg": ("leg x 1.4", "接入段 × 1.4"),
    "saved": (
        "By the best point the walk is 25 m shorter than by the nearest.",
        "走顺路的最佳点，比走最近点少 25 米。",
    ),
    "facility": ("station", "站点"),
    "left": ("2 min left: 95 m", "剩 2 分钟：95 米"),
    "less": ("1 min left: 48 m", "剩 1 分钟：48 米"),
    "none": ("0 min left: the end", "剩 0 分钟：到此为止"),
    "cutoff": ("5 minutes, 4 km/h", "5 分钟，每小时 4 公里"),
    "unit": ("homes, workplaces", "住宅、单位"),
    "q1": ("A station that counts\nwithin the cutoff?", "时限内有\n可用的站点？"),
    "q2": ("Do the data tell?", "数据够判断吗？"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "covered": ("covered", "已覆盖"),
    "gap": ("gap", "服务盲区"),
    "unknown": ("unknown", "数据不足"),
    "reasons": (
        "no street near · no gate known · island ·\nstation not joined · place not confirmed · "
        "edge of data",
        "附近没有道路 · 不知道出入口 · 孤立路网 ·\n站点没接入道路 · 站点位置待核 · 数据边缘",
    ),
    "people": ("100 people", "100 人"),
    "n_covered": ("70 covered", "覆盖 70"),
    "n_unknown": ("10 unknown", "不明 10"),
    "n_gap": ("20 gap", "盲区 20"),
    "low": ("share_low = 70 / 100 = 70 %", "share_low = 70 / 100 = 70%"),
    "share": ("share = 70 / (70 + 20) = 77.8 %", "share = 70 / (70 + 20) = 77.8%"),
    "high": ("share_high = (70 + 10) / 100 = 80 %", "share_high = (70 + 10) / 100 = 80%"),
    "target": ("target 75 %: undecided", "目标 75%：无法判定"),
    "own": ("own compound", "自己的小区"),
    "next": ("neighbour's compound", "隔壁小区"),
    "gate": ("gate", "大门"),
    "through": ("never through a neighbour's", "不穿行别人的小区"),
    "over": ("never over the wall", "不翻墙"),
    "way": ("out by the own gate, then public streets", "从自己的大门出来，再走公共道路"),
}


class Sheet:
    """One drawing in one language; lengths are pixels."""

    def __init__(self, width: int, height: int, language: str) -> None:
        self.size = width, height
        self.language = language
        self.parts: list[str] = []

    def say(self, key: str) -> str:
        """Return a text in the language of the drawing."""
        return TEXTS[key][self.language == "zh"]

    def line(
        self, points: list[tuple[float, float]], colour: str = INK, width: float = 2, dash: str = ""
    ) -> None:
        """Draw a line through points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}"{dashes} '
            'stroke-linecap="round" stroke-linejoin="round"/>'
        )

    def arrow(
        self, start: tuple[float, float], end: tuple[float, float], colour: str = INK
    ) -> None:
        """Draw a line with a head at its end."""
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        wings = [
            (end[0] - 10 * math.cos(angle + turn), end[1] - 10 * math.sin(angle + turn))
            for turn in (0.45, -0.45)
        ]
        self.line([start, end], colour, 2.5)
        self.line([wings[0], end, wings[1]], colour, 2.5)

    def disc(
        self, x: float, y: float, radius: float, fill: str = "none", edge: str = "none",
        dash: str = "",
    ) -> None:  # fmt: skip
        """Draw a circle."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" stroke="{edge}" '
            f'stroke-width="1.5"{dashes}/>'
        )

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, edge: str = "none",
        round_: float = 6,
    ) -> None:  # fmt: skip
        """Draw a rectangle."""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'rx="{round_}" fill="{fill}" stroke="{edge}" stroke-width="2"/>'
        )

    def write(
        self, x: float, y: float, text: str, colour: str = INK, anchor: str = "start",
        size: int = 15, bold: bool = False,
    ) -> None:  # fmt: skip
        """Write lines of text; y is the middle of the first."""
        weight = ' font-weight="bold"' if bold else ""
        for k, line in enumerate(text.split("\n")):
            self.parts.append(
                f'<text x="{x:.1f}" y="{y + 5 + k * (size + 5):.1f}" fill="{colour}" '
                f'font-size="{size}" text-anchor="{anchor}"{weight}>{escape(line)}</text>'
            )

    def cross(self, x: float, y: float) -> None:
        """Draw a red cross: this is not walked."""
        for sign in (1, -1):
            self.line([(x - 9, y - 9 * sign), (x + 9, y + 9 * sign)], "#b3261e", 4)

    def svg(self) -> str:
        """Return the whole file."""
        width, height = self.size
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="system-ui, \'Noto Sans CJK SC\', '
            "'Microsoft YaHei', sans-serif\">"
        )
        back = f'<rect width="{width}" height="{height}" fill="#fff"/>'
        return "\n".join([head, back, *self.parts, "</svg>", ""])


def draw_leg(sheet: Sheet) -> None:
    """Draw the three points where a leg of 60 m may meet a street best; 2 pixels a metre."""
    scale, off_m = 2.0, 60.0
    x, y, street_y = 330.0, 130.0, 130.0 + 60 * 2.0
    side_m = off_m / math.tan(math.acos(1 / DETOUR))
    sheet.disc(x, y, LIMIT_M * scale, "#f4f7f6", GREY, "5 5")
    sheet.line([(20, street_y), (760, street_y)], STREET, 9)
    sheet.write(28, street_y - 18, sheet.say("street"), GREY)
    sheet.write(x, 16, sheet.say("limit"), GREY, "middle")
    for metres, colour, key in (
        (-side_m, GREY, "other"), (0.0, ORANGE, "nearest"), (side_m, GREEN, "slant"),
    ):  # fmt: skip
        meets = x + metres * scale
        sheet.line([(x, y), (meets, street_y)], colour, 3, "" if metres > 0 else "7 5")
        sheet.disc(meets, street_y, 7, colour, "#fff")
        below = street_y + (44 if metres == 0 else 22)
        anchor = "middle" if metres == 0 else "start" if metres > 0 else "end"
        place = meets - 40 * (metres > 0) + 40 * (metres < 0)
        sheet.write(place, below, sheet.say(key), colour, anchor, bold=metres > 0)
    sheet.write(x + 84, y + 50, sheet.say("leg"), GREEN, bold=True)
    sheet.arrow((x + side_m * scale + 14, street_y), (740, street_y), GREEN)
    sheet.write(740, street_y - 22, sheet.say("station"), GREEN, "end")
    sheet.disc(x, y, 9, INK, "#fff")
    sheet.write(x - 16, y, sheet.say("home"), INK, "end", bold=True)
    sheet.write(20, 344, sheet.say("saved"))


def draw_isochrone(sheet: Sheet) -> None:
    """Draw the discs round the streets reached in 5 minutes; 0.9 pixels a metre."""
    scale, x, y = 0.9, 390.0, 245.0
    reach_m = 5 * M_A_MINUTE
    steps = 60
    arms = [(1.0, 0.0), (-1.0, 0.0), (0.0, 0.45)]
    for dx, dy in arms:
        for k in range(steps + 1):
            gone_m = reach_m * math.hypot(dx, dy) * k / steps
            radius_m = min(LIMIT_M, (reach_m - gone_m) / DETOUR)
            way = math.hypot(dx, dy)
            cx, cy = x + dx / way * gone_m * scale, y - dy / way * gone_m * scale
            sheet.disc(cx, cy, radius_m * scale, PALE)
    sheet.line([(20, y), (760, y)], STREET, 6)
    sheet.line([(x, y), (x, y - 0.45 * reach_m * scale)], STREET, 6)
    sheet.line([(x - reach_m * scale, y), (x + reach_m * scale, y)], GREEN, 6)
    sheet.line([(x, y), (x, y - 0.45 * reach_m * scale)], GREEN, 6)
    for minutes, key, up in ((2, "left", -112), (1, "less", 66), (0, "none", 34)):
        gone = (reach_m - minutes * M_A_MINUTE) * scale
        radius_m = min(LIMIT_M, minutes * M_A_MINUTE / DETOUR)
        sheet.disc(x + gone, y, radius_m * scale, "none", GREEN, "4 4")
        sheet.disc(x + gone, y, 4, INK)
        sheet.write(x + gone, y + up, sheet.say(key), INK, "middle")
    sheet.disc(x, y, 10, ORANGE, "#fff")
    sheet.write(x, y + 26, sheet.say("facility"), ORANGE, "middle", bold=True)
    sheet.write(20, 24, sheet.say("cutoff"), GREEN, bold=True)


def draw_verdicts(sheet: Sheet) -> None:
    """Draw how a verdict is found."""
    sheet.box(10, 30, 164, 60, "#fff", INK)
    sheet.write(92, 60, sheet.say("unit"), INK, "middle")
    sheet.arrow((176, 60), (222, 60))
    for left, key in ((226, "q1"), (470, "q2")):
        sheet.box(left, 20, 190, 80, "#f4f7f6", INK)
        lines = sheet.say(key)
        sheet.write(left + 95, 60 - 10 * lines.count("\n"), lines, INK, "middle")
    sheet.arrow((416, 60), (466, 60))
    sheet.write(441, 44, sheet.say("no"), INK, "middle")
    for left, fill, key, answer in (
        (321, GREEN, "covered", "yes"), (500, GREY, "unknown", "no"), (640, ORANGE, "gap", "yes"),
    ):  # fmt: skip
        sheet.arrow((left, 100), (left, 156))
        sheet.write(left + 8, 126, sheet.say(answer))
        sheet.box(left - 62, 160, 124, 46, fill)
        sheet.write(left, 183, sheet.say(key), "#fff", "middle", 17, bold=True)
    sheet.write(500, 228, sheet.say("reasons"), GREY, "middle", 14)


def draw_shares(sheet: Sheet) -> None:
    """Draw shares of 70 covered, 10 unknown and 20 in a gap; 6.4 pixels a person."""
    left, scale, top = 60.0, 6.4, 44.0
    sheet.write(left, 22, sheet.say("people"), INK, bold=True)
    place = left
    for people, colour, key in (
        (70, GREEN, "n_covered"), (10, GREY, "n_unknown"), (20, ORANGE, "n_gap"),
    ):  # fmt: skip
        sheet.box(place, top, people * scale, 52, colour, "#fff", 2)
        size = 12 if people == 10 else 15
        text = sheet.say(key).replace(" ", "\n") if people == 10 else sheet.say(key)
        lines = text.count("\n")
        sheet.write(place + people * scale / 2, top + 26 - 9 * lines, text, "#fff", "middle", size)
        place += people * scale
    for k, (key, share, colour) in enumerate(
        (("low", 70.0, INK), ("share", 700 / 9, GREEN), ("high", 80.0, INK))
    ):
        y = 128 + 44 * k
        sheet.box(left, y, share * scale, 26, PALE, colour, 2)
        sheet.write(left + 12, y + 13, sheet.say(key), colour, bold=key == "share")
    at = left + 75 * scale
    sheet.line([(at, 106), (at, 252)], "#b3261e", 2.5, "6 5")
    sheet.write(at, 270, sheet.say("target"), "#b3261e", "middle", bold=True)


def draw_compounds(sheet: Sheet) -> None:
    """Draw who leaves a walled compound by which way."""
    sheet.line([(20, 300), (760, 300)], STREET, 9)
    sheet.line([(730, 300), (730, 70)], STREET, 9)
    for left, width, key in ((60, 270, "own"), (400, 250, "next")):
        sheet.box(left, 50, width, 190, "#fbf6ee", "#8a6d3b", 2)
        sheet.write(left + 12, 72, sheet.say(key), "#8a6d3b", bold=True)
    gates = [(150.0, 240.0), (480.0, 240.0), (650.0, 150.0)]
    sheet.line([(150, 150), (150, 300)], STREET, 5)
    sheet.line([(480, 300), (480, 150), (730, 150)], STREET, 5)
    sheet.line([(230, 150), (150, 150), (150, 300), (730, 300), (730, 90)], GREEN, 4)
    sheet.line([(230, 150), (430, 150), (480, 150)], "#b3261e", 2.5, "7 6")
    sheet.cross(330, 150)
    sheet.cross(575, 150)
    sheet.write(365, 118, sheet.say("over"), "#b3261e", "middle", 14)
    sheet.write(490, 196, sheet.say("through"), "#b3261e", "start", 14)
    for x, y in gates:
        sheet.disc(x, y, 8, "#fff", "#8a6d3b")
    sheet.write(164, 224, sheet.say("gate"), "#8a6d3b", size=14)
    sheet.disc(230, 150, 9, INK, "#fff")
    sheet.write(230, 128, sheet.say("home"), INK, "middle", bold=True)
    sheet.disc(730, 78, 10, ORANGE, "#fff")
    sheet.write(730, 44, sheet.say("facility"), ORANGE, "middle", bold=True)
    sheet.write(390, 326, sheet.say("way"), GREEN, "middle", bold=True)


DRAWINGS: dict[str, tuple[int, int, Callable[[Sheet], None]]] = {
    "access-leg": (780, 365, draw_leg),
    "isochrone": (780, 355, draw_isochrone),
    "verdicts": (780, 270, draw_verdicts),
    "shares": (780, 290, draw_shares),
    "compounds": (780, 345, draw_compounds),
}


def drawings() -> dict[str, str]:
    """Return every drawing: name of its file -> content."""
    made = {}
    for name, (width, height, draw) in DRAWINGS.items():
        for language in ("en", "zh"):
            sheet = Sheet(width, height, language)
            draw(sheet)
            made[f"{name}.{language}.svg"] = sheet.svg()
    return made


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in drawings().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
