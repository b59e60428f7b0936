"""The long picture for a phone: title, sentence, cards, map, gaps, measures, sources.

Chat apps show pictures and not pages. All of it is in one column, in signs large enough to be read
without zooming.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.reports.printed import paper_colours
from planner.reports.printed.key_drawing import arrange_key, write_key
from planner.reports.printed.key_entries import list_entries
from planner.reports.printed.long_page import (
    EDGE,
    INNER,
    SMALL,
    STRONG,
    TITLE,
    WIDE_MM,
    CardLine,
    LongPage,
)
from planner.reports.printed.map import paint_map
from planner.reports.printed.matplotlib_parts import add_axes
from planner.reports.printed.plain_text import to_plain
from planner.reports.printed.printed_page import line_high
from planner.reports.printed.view import find_bounds, fit_view
from planner.reports.report_words import is_missing, say_minutes, say_people, say_share, say_target
from planner.reports.rule_words import say_status
from planner.reports.street_credit import say_sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from planner.reports.printed.sheet_frame import Materials
    from planner.reports.report_figures import Figures

    Row = Mapping[str, Any]

#: So many gaps, proposed sites, openings and reasons are told.
_GAPS: Final = 10
_SITES: Final = 10
_OPENINGS: Final = 5
_REASONS: Final = 5


def draw_long_picture(materials: Materials, town: str | None = None) -> Figure:
    """Draw the long picture of the whole area, or of a town; save it with LONG_DPI.

    Raises
    ------
    PlannerError
        If the town is unknown.
    """
    # How long it becomes is known once it is written: first without the map, then as it is.
    draft = LongPage(materials.fonts, 4000.0)
    _write_all(draft, materials, town, with_map=False)
    page = LongPage(materials.fonts, draft.y)
    _write_all(page, materials, town, with_map=True)
    return page.paper.figure


def _write_all(page: LongPage, materials: Materials, town: str | None, *, with_map: bool) -> None:
    figures = materials.figures
    area = "all" if town is None else town
    _write_head(page, figures, town)
    _write_cards(page, figures, area)
    _draw_map(page, materials, town, with_map=with_map)
    _write_gaps(page, figures, town)
    _write_measures(page, figures, town)
    _write_doubts(page, figures, area)
    _write_sources(page, figures, area)


def _write_head(page: LongPage, figures: Figures, town: str | None) -> None:
    """Write the title, the notice of invented data, and the sentence."""
    words, run, paper = figures.words, figures.run, page.paper
    name = to_plain(run.get("title") or run["plan"]) if town is None else town
    title = words.texts["sheet_title_area"].format(
        area=to_plain(name), minutes=words.cutoff(figures.cutoff)
    )
    lines = paper.wrap(title, INNER, TITLE, bold=True, most=2)
    high = len(lines) * line_high(TITLE) + line_high(SMALL) + 6.0
    paper.box(0, 0, WIDE_MM, high, facecolor=paper_colours.FACILITY, linewidth=0)
    page.y = 2.4
    for line in lines:
        page.say(line, size=TITLE, colour="white", bold=True)
    under = words.texts["sheet_between"].join(
        (words.texts["sheet_run_date"].format(date=run["date"]), words.texts["notice"])
    )
    page.y += 0.6
    page.say(under, size=SMALL, colour="#dbe3ee")
    page.y = high
    if notice := words.notice():
        paper.box(0, high, WIDE_MM, line_high(STRONG) + 1.6, facecolor="#fbe9e2", linewidth=0)
        page.y = high + 0.8
        page.say(notice, size=STRONG, colour=paper_colours.MISSED, bold=True)
        page.y += 0.8
    page.y += 2.0
    page.say(figures.sentence("all" if town is None else town), size=STRONG)
    page.y += 2.0


def _write_cards(page: LongPage, figures: Figures, area: str) -> None:
    """Write a card for each kind of people."""
    cards = [
        _list_card_lines(figures, area, kind, row)
        for kind in figures.kinds
        if (row := figures.covered(area, kind)) is not None and row["people"] > 0
    ]
    if cards:
        page.write_cards(cards)
        how = figures.words.texts["sheet_cards_how"]
        page.say(how, size=SMALL, colour=paper_colours.SECOND)


def _list_card_lines(figures: Figures, area: str, kind: str, row: Row) -> tuple[CardLine, ...]:
    """Return what a card says: the kind, its share, the ends of the share, the target."""
    words, texts = figures.words, figures.words.texts
    ends = texts["range"].format(low=say_share(row["share_low"]), high=say_share(row["share_high"]))
    check = figures.target(area, kind)
    target, asked, tone = None, texts["no_target"], paper_colours.SECOND
    if check is not None:
        target = check["target"]
        asked = texts["sheet_card_target"].format(
            target=texts["at_least"].format(target=say_target(target)),
            result=texts.get(str(check.get("result")), ""),
        )
        tone = paper_colours.MET if check.get("result") == "met" else paper_colours.MISSED
    return (
        (words.term("kind", kind), SMALL, False, paper_colours.SECOND),
        (say_share(row.get("share"), target), 12.5, True, paper_colours.INK),
        (ends, SMALL, False, paper_colours.SECOND),
        (asked, SMALL, True, tone),
    )


def _draw_map(page: LongPage, materials: Materials, town: str | None, *, with_map: bool) -> None:
    """Draw the map with its key, or leave the room for them."""
    paper, layers, fonts = page.paper, materials.layers, materials.fonts
    handover = materials.figures.handover
    page.begin(handover.words["sheet_long_map"])
    west, south, east, north = bounds = find_bounds(layers, town, None)
    high = INNER * min(1.45, max(0.7, (north - south) / max(east - west, 1.0)))
    view = fit_view(bounds, (INNER, high))
    entries = list_entries(layers, handover, view, site=None, gaps=_GAPS)
    key_high = arrange_key(entries, INNER, fonts, SMALL)[1]
    if with_map:
        axes = add_axes(paper.figure, (EDGE, paper.high - page.y - high, INNER, high))
        paint_map(axes, layers, view, handover, fonts, town=town, gaps=_GAPS)
        low = paper.high - page.y - high - key_high - 1.5
        key = add_axes(paper.figure, (EDGE, low, INNER, key_high + 1.0), frame=False)
        write_key(key, entries, fonts, key_high + 0.5, size=SMALL)
    page.y += high + key_high + 1.5


def _write_gaps(page: LongPage, figures: Figures, town: str | None) -> None:
    """Write the largest gaps: where, how far, why, and what can be done."""
    words = figures.words
    gaps = figures.largest_gaps(_GAPS, town)
    if not gaps:
        return
    page.begin(words.say("sheet_long_gaps", count=str(len(gaps))))
    for number, gap in enumerate(gaps, start=1):
        minutes = gap.get("minutes")
        parts = (
            to_plain(gap.get("town")),
            words.texts["gap_no_path"]
            if is_missing(minutes)
            else words.say("sheet_long_walk", minutes=say_minutes(minutes, figures.cutoff)),
            words.cause(gap.get("cause"), gap.get("cause_detail")),
        )
        first = parts if gap.get("town") else parts[1:]
        page.write_item(
            str(number), words.gap_name(gap), _say_persons(figures, gap[f"people_{figures.lead}"]),
            [words.texts["sheet_between"].join(first), figures.measure(gap).text],
        )  # fmt: skip


def _write_measures(page: LongPage, figures: Figures, town: str | None) -> None:
    """Write new sites, openings and hours, those first that bring most people to a station."""
    words = figures.words
    sites, openings = _list_sites(figures, town), _list_openings(figures, town)
    late = _say_hours(figures) if town is None else ""
    if not (sites or openings or late):
        return
    page.begin(words.texts["sheet_long_measures"])
    whom = words.term("people_of", figures.lead)
    how = words.say("sheet_long_todo", people_of=whom)
    page.say(how, size=SMALL, colour=paper_colours.SECOND)
    page.y += 1.0
    for heading, rows in (("sheet_long_sites", sites), ("sheet_openings", openings)):
        if rows:
            _say_what(page, words.texts[heading])
            page.y += 0.8
        for sign, name, people, line in rows:
            page.write_item(sign, name, people, [line], kind="site")
    if late:
        _say_what(page, words.texts["todo_longer"])
        page.say(late)


def _say_what(page: LongPage, text: str) -> None:
    page.say(text, size=STRONG, bold=True, colour=paper_colours.SITE_TEXT)


def _say_persons(figures: Figures, people: Any) -> str:
    return figures.words.say("unit_people", people=say_people(people))


def _list_sites(figures: Figures, town: str | None) -> list[tuple[str, str, str, str]]:
    """Return number, name, people gained and what is said of the proposed sites, best first."""
    proposal, words, lead = figures.handover.proposal, figures.words, figures.lead
    if proposal is None:
        return []
    rows = [site for site in proposal.content["sites"] if town in (None, site.get("town"))]
    rows.sort(key=lambda site: -(site["gain"].get(lead) or 0))
    unit = to_plain(proposal.content.get("cost_unit") or "")
    found = []
    for site in rows[:_SITES]:
        parts = [to_plain(site.get("town") or ""), words.term("action", site.get("action"))]
        if not is_missing(site.get("cost")):
            cost = words.say("sheet_site_cost", cost=f"{site['cost']:,g}", unit=unit)
            parts.append(cost.strip())
        line = words.texts["sheet_between"].join(part for part in parts if part)
        name = to_plain(site["name"] or words.texts["site_unnamed"])
        gain = _say_persons(figures, site["gain"].get(lead))
        found.append((str(site["order"]), name, f"+{gain}", line))
    return found


def _list_openings(figures: Figures, town: str | None) -> list[tuple[str, str, str, str]]:
    """Return the openings that bring most people to a station, as `_list_sites` does."""
    words = figures.words
    found = []
    for row in figures.openings("all" if town is None else town, _OPENINGS):
        parts = (to_plain(row.get("town") or ""), words.term("gain", row["kind"]))
        line = words.texts["sheet_between"].join(part for part in parts if part)
        name = to_plain(row.get("compound") or words.texts["compound_unnamed"])
        gain = _say_persons(figures, row[f"people_{figures.lead}"])
        found.append(("", name, f"+{gain}", line))
    return found


def _say_hours(figures: Figures) -> str:
    """Return who of the whole area has a station in office hours only."""
    words, lead = figures.words, figures.lead
    for row in figures.summary.get("only_sometimes") or []:
        if row["kind"] == lead and (row.get("office_hours_only") or 0) >= 0.5:
            people = _say_persons(figures, row["office_hours_only"])
            return words.say("office_only", people_of=words.term("people_of", lead), people=people)
    return ""


def _write_doubts(page: LongPage, figures: Figures, area: str) -> None:
    """Write between which ends the share lies, and who cannot be judged."""
    words, lead = figures.words, figures.lead
    row, unsure = figures.covered(area, lead), figures.summary.get("uncertainty") or {}
    ends = []
    if row is not None and not is_missing(row.get("share_low")):
        ends.append(
            words.say(
                "sure_ends", low=say_share(row["share_low"]), high=say_share(row["share_high"])
            )
        )
    ends += [
        words.say(
            "sure_repeats", repeats=str(unsure.get("repeats")), low=say_share(one["share_min"]),
            high=say_share(one["share_max"]),
        )
        for one in unsure.get("areas") or []
        if one["area"] == area and one["kind"] == lead and one.get("share_min") is not None
    ]  # fmt: skip
    whom = words.term("people_of", lead)
    lines = [words.say("sheet_long_share", kind=whom, what=what) for what in ends]
    lines += [
        words.say(
            "sheet_long_unknown", reason=words.term("reason", one.reason),
            people=_say_persons(figures, one.people),
        )
        for one in figures.main_reasons(_REASONS, area, lead)
    ]  # fmt: skip
    if lines:
        page.begin(words.texts["sheet_site_sure"])
        page.say_all(lines)


def _write_sources(page: LongPage, figures: Figures, area: str) -> None:
    """Write how minutes are counted, who set the targets, and whose streets these are."""
    words, run = figures.words, figures.run
    page.begin(words.texts["sheet_long_sources"])
    lines = [words.texts["sheet_way"].format(pace=words.term("pace", run["profile"]["name"]))]
    for check in figures.summary.get("checks") or []:
        if check["area"] == area and check.get("target") is not None:
            told = words.texts["sheet_rule_source"].format(
                status=say_status(words, check, term="rule"),
                source=words.source(check.get("source")),
            )
            target = say_target(check["target"])
            lines.append(words.say("sheet_long_target", target=target, source=told))
    lines.append(say_sources(figures.summary, run, words.texts))
    page.say_all(dict.fromkeys(lines), size=SMALL, colour=paper_colours.SECOND)
    if notice := words.notice():
        page.say(notice, size=STRONG, colour=paper_colours.MISSED, bold=True)
    page.y += 3.0
