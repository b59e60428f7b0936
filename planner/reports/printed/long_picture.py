"""The long picture for a phone: title, sentence, cards, map, gaps, measures, sources.

Chat apps show pictures and not pages. All of it is in one column, in signs large enough to be read
without zooming.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.reports.printed import ink
from planner.reports.printed.furniture import say_sources, write_key
from planner.reports.printed.key import arrange, list_entries
from planner.reports.printed.map import add_axes, find_bounds, paint_map
from planner.reports.printed.matplotlib_parts import start_figure
from planner.reports.printed.plain_text import to_plain
from planner.reports.printed.printed_page import PrintedPage, line_high
from planner.reports.printed.signs import draw_number
from planner.reports.printed.view import fit_view
from planner.reports.report_words import is_missing, say_minutes, say_people, say_share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from planner.reports.printed.sheet_frame import Desk
    from planner.reports.report_figures import Figures

    Row = Mapping[str, Any]

WIDE_PX: Final = 1080
#: So that the smallest signs of a map, 7 points, are 28 pixels high.
LONG_DPI: Final = 288.0
WIDE_MM: Final = WIDE_PX / LONG_DPI * 25.4
#: Points; the smallest is 28 pixels.
_TITLE: Final = 13.0
_HEADING: Final = 10.0
_STRONG: Final = 8.4
_TEXT: Final = 7.6
_SMALL: Final = 7.0
_EDGE: Final = 4.0
_INNER: Final = WIDE_MM - 2 * _EDGE
_GAPS: Final = 10
_SITES: Final = 10
_OPENINGS: Final = 5
_REASONS: Final = 5


def draw_long_picture(desk: Desk, town: str | None = None) -> Figure:
    """Draw the long picture of the whole area, or of a town; save it with LONG_DPI."""
    # How long it becomes is known once it is written: first without the map, then as it is.
    high = _LongPicture(desk, town, 4000.0).compose(with_map=False)
    picture = _LongPicture(desk, town, high)
    picture.compose(with_map=True)
    return picture.paper.figure


class _LongPicture:
    """Writes one part below the other; `y` is where the next begins."""

    def __init__(self, desk: Desk, town: str | None, high: float) -> None:
        # A whole number of pixels.
        pixels = round(high / 25.4 * LONG_DPI)
        self.paper = PrintedPage(start_figure((WIDE_MM / 10, pixels / LONG_DPI * 2.54)), desk.fonts)
        self.desk, self.town = desk, town
        self.figures: Figures = desk.figures
        self.area = "all" if town is None else town
        self.y = 0.0

    def compose(self, *, with_map: bool) -> float:
        """Write all parts; return how high the picture has to be."""
        self._write_head()
        self._write_cards()
        self._draw_map(with_map)
        self._write_gaps()
        self._write_measures()
        self._write_doubts()
        self._write_sources()
        return self.y

    def _say(self, text: str, *, size: float = _TEXT, colour: str = ink.INK,
             bold: bool = False, left: float = 0.0) -> None:  # fmt: skip
        self.y = self.paper.paragraph(
            text, _EDGE + left, self.y, _INNER - left, size=size, colour=colour, bold=bold
        )

    def _head(self, text: str) -> None:
        self.y += 4.5
        self.paper.box(
            _EDGE, self.y + 0.6, 1.2, line_high(_HEADING) - 1.2, facecolor=ink.FACILITY,
            linewidth=0,
        )  # fmt: skip
        self._say(text, size=_HEADING, bold=True, left=2.6)
        self.y += 1.0

    def _write_head(self) -> None:
        words, run = self.figures.words, self.figures.run
        name = to_plain(run.get("title") or run["plan"]) if self.town is None else self.town
        title = words.texts["sheet_title_area"].format(
            area=to_plain(name), minutes=words.cutoff(self.figures.cutoff)
        )
        lines = self.paper.wrap(title, _INNER, _TITLE, bold=True, most=2)
        high = len(lines) * line_high(_TITLE) + line_high(_SMALL) + 6.0
        self.paper.box(0, 0, WIDE_MM, high, facecolor=ink.FACILITY, linewidth=0)
        self.y = 2.4
        for line in lines:
            self._say(line, size=_TITLE, colour="white", bold=True)
        under = words.texts["sheet_between"].join(
            (words.texts["sheet_run_date"].format(date=run["date"]), words.texts["notice"])
        )
        self.y += 0.6
        self._say(under, size=_SMALL, colour="#dbe3ee")
        self.y = high
        if notice := words.notice():
            self.paper.box(
                0, high, WIDE_MM, line_high(_STRONG) + 1.6, facecolor="#fbe9e2", linewidth=0
            )
            self.y = high + 0.8
            self._say(notice, size=_STRONG, colour=ink.MISSED, bold=True)
            self.y += 0.8
        self.y += 2.0
        self._say(self.figures.sentence(self.area), size=_STRONG)
        self.y += 2.0

    def _write_cards(self) -> None:
        """Write a card for each kind: its share, the target, the ends of the share."""
        figures, words = self.figures, self.figures.words
        rows = [
            (kind, row) for kind in figures.kinds
            if (row := figures.covered(self.area, kind)) is not None and row["people"] > 0
        ]  # fmt: skip
        if not rows:
            return
        gap = 1.8
        wide = (_INNER - gap * (len(rows) - 1)) / len(rows)
        high = 17.2
        for number, (kind, row) in enumerate(rows):
            left = _EDGE + number * (wide + gap)
            check = figures.target(self.area, kind)
            self._write_card(left, wide, high, words.term("kind", kind), row, check)
        self.y += high + 2.0
        self._say(words.texts["sheet_cards_how"], size=_SMALL, colour=ink.SECOND)

    def _write_card(
        self, left: float, wide: float, high: float, name: str, row: Row, check: Row | None
    ) -> None:
        texts, paper = self.figures.words.texts, self.paper
        target = None if check is None else check.get("target")
        paper.box(left, self.y, wide, high, facecolor="#f6f4ef", edgecolor=ink.RULE, linewidth=0.6)
        ends = texts["sheet_range_value"].format(
            low=say_share(row["share_low"]), high=say_share(row["share_high"])
        )
        asked = texts["no_target"]
        tone = ink.SECOND
        if check is not None and target is not None:
            result = texts.get(str(check.get("result")), "")
            asked = texts["sheet_card_target"].format(
                target=texts["at_least"].format(target=f"{100 * target:g}%"), result=result
            )
            tone = ink.MET if check.get("result") == "met" else ink.MISSED
        share = say_share(row.get("share"), target) if row.get("share") is not None else "—"
        lines = (
            (name, _SMALL, False, ink.SECOND), (share, 12.5, True, ink.INK),
            (ends, _SMALL, False, ink.SECOND), (asked, _SMALL, True, tone),
        )  # fmt: skip
        y = self.y + 0.8
        for text, size, bold, colour in lines:
            y += line_high(size) / 2
            paper.write(text, left + 1.5, y, size=size, bold=bold, colour=colour, wide=wide - 2.4)
            y += line_high(size) / 2

    def _draw_map(self, with_map: bool) -> None:
        desk, paper = self.desk, self.paper
        self._head(self.figures.words.texts["sheet_long_map"])
        west, south, east, north = bounds = find_bounds(desk.layers, self.town, None)
        high = _INNER * min(1.45, max(0.7, (north - south) / max(east - west, 1.0)))
        view = fit_view(bounds, (_INNER, high))
        handover = self.figures.handover
        entries = list_entries(desk.layers, handover, view, site=None, gaps=_GAPS)
        key_high = arrange(entries, _INNER, desk.fonts, _SMALL)[1]
        if with_map:
            axes = add_axes(paper.figure, (_EDGE, paper.high - self.y - high, _INNER, high))
            paint_map(axes, desk.layers, view, handover, desk.fonts, town=self.town, gaps=_GAPS)
            low = paper.high - self.y - high - key_high - 1.5
            key = add_axes(paper.figure, (_EDGE, low, _INNER, key_high + 1.0), frame=False)
            write_key(key, entries, desk.fonts, key_high + 0.5, size=_SMALL)
        self.y += high + key_high + 1.5

    def _write_gaps(self) -> None:
        figures, words = self.figures, self.figures.words
        gaps = figures.largest_gaps(_GAPS, self.town)
        if not gaps:
            return
        self._head(words.say("sheet_long_gaps", count=str(len(gaps))))
        for number, gap in enumerate(gaps, start=1):
            people = say_people(gap[f"people_{figures.lead}"])
            walk = (
                words.texts["gap_no_path"]
                if is_missing(gap.get("minutes"))
                else words.say(
                    "sheet_long_walk", minutes=say_minutes(gap["minutes"], figures.cutoff)
                )
            )
            cause = words.cause(gap.get("cause"), gap.get("cause_detail"))
            self._write_item(
                str(number), words.gap_name(gap), words.say("unit_people", people=people),
                [words.texts["sheet_between"].join((to_plain(gap["town"]), walk, cause))
                 if gap.get("town") else words.texts["sheet_between"].join((walk, cause)),
                 figures.measure(gap).text],
            )  # fmt: skip

    def _write_item(
        self, sign: str, name: str, right: str, lines: Sequence[str], kind: str = "gap"
    ) -> None:
        """Write a numbered item: its name, people at the right, then what is said of it."""
        paper = self.paper
        beside = paper.measure(right, _STRONG, bold=True) + 2.0
        y = self.y + line_high(_STRONG) / 2
        if sign:
            draw_number(paper.axes, (_EDGE + 2.2, y), sign, self.desk.fonts, kind=kind, radius=5.2)
        paper.write(
            to_plain(name), _EDGE + 5.6, y, size=_STRONG, bold=True, wide=_INNER - 5.6 - beside
        )
        paper.write(right, _EDGE + _INNER, y, size=_STRONG, bold=True, align="right")
        self.y += line_high(_STRONG)
        for number, line in enumerate(lines):
            tone = ink.SECOND if number == 0 else ink.INK
            self._say(line, left=5.6, colour=tone)
        self.y += 1.0
        paper.rule(_EDGE, self.y, _INNER)
        self.y += 1.0

    def _write_measures(self) -> None:
        """Write new sites, gates and hours, those first that bring most people to a station."""
        words = self.figures.words
        sites, openings = self._list_sites(), self._list_openings()
        late = self._say_hours()
        if not (sites or openings or late):
            return
        self._head(words.texts["sheet_long_measures"])
        whom = words.term("people_of", self.figures.lead)
        self._say(words.say("sheet_long_todo", people_of=whom), size=_SMALL, colour=ink.SECOND)
        self.y += 1.0
        for heading, rows, kind in (
            ("sheet_long_sites", sites, "site"), ("sheet_openings", openings, ""),
        ):  # fmt: skip
            if rows:
                self._say(words.texts[heading], size=_STRONG, bold=True, colour=ink.SITE_TEXT)
                self.y += 0.8
            for sign, name, people, line in rows:
                self._write_item(sign, name, people, [line], kind=kind or "gap")
        if late:
            self._say(words.texts["todo_longer"], size=_STRONG, bold=True, colour=ink.SITE_TEXT)
            self._say(late)

    def _list_sites(self) -> list[tuple[str, str, str, str]]:
        proposal, words, lead = (
            self.figures.handover.proposal,
            self.figures.words,
            self.figures.lead,
        )
        if proposal is None:
            return []
        rows = [
            site for site in proposal.content["sites"]
            if self.town in (None, site.get("town"))
        ]  # fmt: skip
        rows.sort(key=lambda site: -(site["gain"].get(lead) or 0))
        unit = to_plain(proposal.content.get("cost_unit") or "")
        found = []
        for site in rows[:_SITES]:
            parts = [to_plain(site.get("town") or ""), words.term("action", site.get("action"))]
            if not is_missing(site.get("cost")):
                cost = words.say("sheet_site_cost", cost=f"{site['cost']:,g}", unit=unit)
                parts.append(cost.strip())
            gain = words.say("unit_people", people=say_people(site["gain"].get(lead)))
            line = words.texts["sheet_between"].join(part for part in parts if part)
            name = to_plain(site["name"] or words.texts["site_unnamed"])
            found.append((str(site["order"]), name, f"+{gain}", line))
        return found

    def _list_openings(self) -> list[tuple[str, str, str, str]]:
        words, people = self.figures.words, f"people_{self.figures.lead}"
        rows = [
            row for row in self.figures.summary.get("gate_gains") or []
            if self.town in (None, row.get("town")) and (row.get(people) or 0) > 0
        ]  # fmt: skip
        rows.sort(key=lambda row: -row[people])
        return [
            ("", to_plain(row.get("compound") or words.texts["compound_unnamed"]),
             "+" + words.say("unit_people", people=say_people(row[people])),
             words.texts["sheet_between"].join(
                 part for part in (
                     to_plain(row.get("town") or ""), words.term("gain", row["kind"])) if part))
            for row in rows[:_OPENINGS]
        ]  # fmt: skip

    def _say_hours(self) -> str:
        """Return who has a station in office hours only; figures are of the whole area."""
        if self.town is not None:
            return ""
        words, lead = self.figures.words, self.figures.lead
        for row in self.figures.summary.get("only_sometimes") or []:
            if row["kind"] == lead and (row.get("office_hours_only") or 0) >= 0.5:
                people = words.say("unit_people", people=say_people(row["office_hours_only"]))
                return words.say(
                    "office_only", people_of=words.term("people_of", lead), people=people
                )
        return ""

    def _write_doubts(self) -> None:
        figures, words = self.figures, self.figures.words
        lead = figures.lead
        lines = []
        row = figures.covered(self.area, lead)
        if row is not None and not is_missing(row.get("share_low")):
            ends = words.say(
                "sure_ends", low=say_share(row["share_low"]), high=say_share(row["share_high"])
            )
            lines.append(
                words.say("sheet_long_share", kind=words.term("people_of", lead), what=ends)
            )
        for one in (figures.summary.get("uncertainty") or {}).get("areas") or []:
            if (
                one["area"] == self.area
                and one["kind"] == lead
                and one.get("share_min") is not None
            ):
                repeats = figures.summary["uncertainty"].get("repeats")
                again = words.say(
                    "sure_repeats", repeats=str(repeats), low=say_share(one["share_min"]),
                    high=say_share(one["share_max"]),
                )  # fmt: skip
                lines.append(
                    words.say("sheet_long_share", kind=words.term("people_of", lead), what=again)
                )
        unknown = [
            one for one in (figures.summary.get("completeness") or {}).get("unknown") or []
            if one["area"] == self.area and one["kind"] == lead and one["people"] > 0
        ]  # fmt: skip
        for one in sorted(unknown, key=lambda one: -one["people"])[:_REASONS]:
            people = words.say("unit_people", people=say_people(one["people"]))
            reason = words.term("reason", one["reason"])
            lines.append(words.say("sheet_long_unknown", reason=reason, people=people))
        if lines:
            self._head(words.texts["sheet_site_sure"])
        for line in lines:
            self._say(line)
            self.y += 0.5

    def _write_sources(self) -> None:
        figures, words = self.figures, self.figures.words
        self._head(words.texts["sheet_long_sources"])
        pace = words.term("pace", figures.run["profile"]["name"])
        lines = [words.texts["sheet_way"].format(pace=pace)]
        for check in figures.summary.get("checks") or []:
            if check["area"] == self.area and check.get("target") is not None:
                told = words.texts["sheet_rule_source"].format(
                    status=words.term("rule", check.get("status")),
                    source=words.source(check.get("source")),
                )
                target = f"{100 * check['target']:g}%"
                line = words.say("sheet_long_target", target=target, source=told)
                if line not in lines:
                    lines.append(line)
        lines.append(say_sources(figures.handover.run, words.texts))
        for line in lines:
            self._say(line, size=_SMALL, colour=ink.SECOND)
            self.y += 0.5
        if notice := words.notice():
            self._say(notice, size=_STRONG, colour=ink.MISSED, bold=True)
        self.y += 3.0
