"""The sheet of a town: map, figures with targets, gaps with cause and measure, what is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.reports.printed import paper_colours
from planner.reports.printed.plain_text import to_plain
from planner.reports.printed.printed_page import PrintedPage, TextColumn, line_high
from planner.reports.printed.rules_table import write_rules
from planner.reports.printed.sheet_frame import (
    BOTTOM,
    FIRST_WIDE,
    GAPS_SHOWN,
    LEFT,
    SECOND_LEFT,
    SECOND_WIDE,
    Materials,
    SheetPlace,
    start_sheet,
    write_notes,
)
from planner.reports.report_figures import KINDS
from planner.reports.report_words import is_missing, say_minutes, say_people, say_share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from planner.reports.report_figures import Figures

    Row = Mapping[str, Any]

_SIZE: Final = 7.2
_OPENINGS: Final = 3
_REASONS: Final = 5


def draw_town_sheet(materials: Materials, place: SheetPlace) -> Figure:
    """Draw the sheet of a town, or of the whole area where a plan has no towns."""
    figures = materials.figures
    area = "all" if place.town is None else place.town
    name = figures.words.area(area) if place.town else figures.run.get("title") or ""
    title = figures.words.texts["sheet_title_area"].format(
        area=to_plain(name), minutes=figures.words.cutoff(figures.cutoff)
    )
    paper, top = start_sheet(materials, place, title, figures.sentence(area))
    left = _write_figures(paper, figures, area, top)
    left = _write_gaps(paper, figures, place.town, left + 2.5)
    lines = _gather_lines(figures, area)
    # Where few gaps leave room below them, what is told in lines stands there.
    while lines and left + _measure_lines(paper, lines[0][1], FIRST_WIDE) < BOTTOM - 12:
        heading, some = lines.pop(0)
        left = paper.lines(heading, some, LEFT, left + 2.0, FIRST_WIDE, size=_SIZE)
    # The rest stands below the rules: they leave it room.
    need = sum(_measure_lines(paper, some, SECOND_WIDE) for _, some in lines)
    right = write_rules(paper, figures, area, SECOND_LEFT, top, SECOND_WIDE, BOTTOM - need)
    for heading, some in lines:
        right = paper.lines(heading, some, SECOND_LEFT, right + 2.0, SECOND_WIDE, size=_SIZE)
    write_notes(materials, paper, max(left, right))
    return paper.figure


def _write_figures(paper: PrintedPage, figures: Figures, area: str, y: float) -> float:
    """Write people and shares of each kind, then of each group."""
    words, texts = figures.words, figures.words.texts
    heading = texts["sheet_figures"].format(minutes=words.cutoff(figures.cutoff))
    y = paper.heading(heading, LEFT, y, FIRST_WIDE)
    columns = [
        TextColumn(texts["col_kind"], 18.5), TextColumn(texts["people"], 14.5, "right"),
        TextColumn(texts["col_covered"], 14.5, "right"),
        TextColumn(texts["col_gap"], 12.5, "right"),
        TextColumn(texts["col_unknown"], 12.5, "right"),
        TextColumn(texts["col_share"], 12, "right"),
        TextColumn(texts["sheet_range"], 21.5, "right"),
    ]  # fmt: skip
    rows = [
        (words.term("people_of", kind), row)
        for kind in KINDS
        if (row := figures.covered(area, kind)) is not None and row["people"] > 0
    ]
    rows += [
        (texts["sheet_group"].format(group=words.group(row["group"])), row)
        for row in figures.summary.get("groups") or []
        if row["area"] == area and row.get("cutoff_minutes", figures.cutoff) == figures.cutoff
    ]
    return paper.table(
        columns,
        [_say_counts(texts, name, row) for name, row in rows],
        LEFT,
        y,
        size=_SIZE,
        most_lines=3,
    )


def _say_counts(texts: Mapping[str, str], name: str, row: Row) -> tuple[str, ...]:
    ends = (
        texts["range"].format(low=say_share(row["share_low"]), high=say_share(row["share_high"]))
        if not is_missing(row.get("share_low"))
        else ""
    )
    counts = (say_people(row[key]) for key in ("people", "covered", "gap", "unknown"))
    return (name, *counts, say_share(row.get("share")), ends)


def _write_gaps(paper: PrintedPage, figures: Figures, town: str | None, y: float) -> float:
    """Write the largest gaps, with cause and measure, as many as there is room for."""
    words, texts = figures.words, figures.words.texts
    everyone = figures.largest_gaps(town=town)
    y = paper.heading(texts["sheet_gaps"], LEFT, y, FIRST_WIDE)
    if not everyone:
        none = texts["gaps_none"].format(kind=words.term("people_of", figures.lead))
        return paper.paragraph(none, LEFT, y, FIRST_WIDE, size=_SIZE)
    columns = [
        TextColumn(texts["col_rank"], 6), TextColumn(texts["col_name"], 20.5),
        TextColumn(words.term("people_of", figures.lead), 13.5, "right"),
        TextColumn(texts["sheet_gap_walk"], 10, "right"), TextColumn("", 2),
        TextColumn(texts["sheet_gap_why"], 16.5), TextColumn(texts["sheet_gap_what"], 37.5),
    ]  # fmt: skip
    bottom = BOTTOM - line_high(_SIZE)
    shown = 0
    y = paper.table(columns, [], LEFT, y, size=6.8)
    plain = [TextColumn("", column.wide, column.align) for column in columns]
    for number, gap in enumerate(everyone[:GAPS_SHOWN], start=1):
        row = (
            str(number), to_plain(words.gap_name(gap)), say_people(gap[f"people_{figures.lead}"]),
            say_minutes(gap.get("minutes"), figures.cutoff), "",
            words.cause(gap.get("cause"), gap.get("cause_detail")), figures.measure(gap).text,
        )  # fmt: skip
        high = max(
            len(paper.wrap(cell, column.wide - 1, 6.8, most=2))
            for cell, column in zip(row, columns, strict=True)
        )
        if y + high * line_high(6.8) + 0.9 > bottom:
            break
        if shown:
            paper.rule(LEFT, y, FIRST_WIDE)
        y = paper.table(plain, [row], LEFT, y, size=6.8, most_lines=2)
        shown = number
    if len(everyone) > shown:
        more = words.say("sheet_more_gaps", count=f"{len(everyone) - shown:,}")
        y = paper.paragraph(more, LEFT, y + 0.3, FIRST_WIDE, size=6.8, colour=paper_colours.SECOND)
    return y


def _gather_lines(figures: Figures, area: str) -> list[tuple[str, list[str]]]:
    """Return what is told in lines, each part with its heading."""
    texts = figures.words.texts
    found = [
        (texts["sheet_openings"], _list_openings(figures, area)),
        (texts["sheet_facilities"], _list_facilities(figures, area)),
        (texts["sheet_unknown"], _list_unknown(figures, area)),
    ]
    return [(heading, lines) for heading, lines in found if lines]


def _measure_lines(paper: PrintedPage, lines: Sequence[str], wide: float) -> float:
    count = sum(len(paper.wrap(line, wide, _SIZE, most=2)) for line in lines)
    return count * line_high(_SIZE) + 7.5


def _list_openings(figures: Figures, area: str) -> list[str]:
    """Return the passages that bring most people within the walk."""
    words = figures.words
    return [
        words.say(
            "sheet_opening",
            name=to_plain(row.get("compound") or words.texts["compound_unnamed"]),
            kind=words.term("rp_opening", row["kind"]),
            people=_say_whom(figures, figures.lead, row[f"people_{figures.lead}"]),
        )
        for row in figures.openings(area, _OPENINGS)
    ]


def _list_facilities(figures: Figures, area: str) -> list[str]:
    """Return how many stations stand here, by level and state."""
    words, layer = figures.words, figures.layer("facilities")
    if layer is None:
        return []
    here = layer[~layer["in_ring"].eq(True).to_numpy()]
    if area != "all":
        here = here[_is_inside(figures, here, area)]
    status = here["status"].astype("string").fillna("open")
    open_now = here[(status == "open").to_numpy()]
    levels = open_now["level"].astype("string").fillna("").value_counts()
    order = ("district", "town", "neighbourhood")
    named = sorted(levels.index, key=lambda one: (order.index(one) if one in order else 9, one))
    parts = [
        words.say(
            "sheet_facility_count", level=words.term("level", level), count=int(levels[level])
        )
        for level in named
    ]
    if len(open_now):
        told = words.texts["rp_list"].join(parts)
        lines = [words.say("sheet_facilities_open", count=f"{len(open_now):,}", parts=told)]
    else:
        lines = [words.texts["sheet_facilities_none"]]
    counts = {
        "not_joined": int((open_now["joined"].eq(False)).sum()),
        "planned": int((status == "planned").sum()), "closed": int((status == "closed").sum()),
    }  # fmt: skip
    extra = [
        words.say(f"sheet_facilities_{key}", count=str(count))
        for key, count in counts.items()
        if count
    ]
    return [*lines, words.texts["rp_list"].join(extra)] if extra else lines


def _is_inside(figures: Figures, here: Any, area: str) -> Any:
    areas = figures.layer("areas")
    if areas is None:
        return here["facility_id"].isna().to_numpy()
    outline = areas[(areas["name"] == area).to_numpy()].geometry.make_valid().union_all()
    return here.geometry.intersects(outline).to_numpy()


def _list_unknown(figures: Figures, area: str) -> list[str]:
    """Return who cannot be judged, and why."""
    words = figures.words
    lines = [
        words.say(
            "sheet_unknown_line", reason=words.term("reason", one.reason),
            people=_say_whom(figures, one.kind, one.people),
        )
        for one in figures.main_reasons(_REASONS, area)
    ]  # fmt: skip
    return lines or [words.texts["sheet_unknown_none"]]


def _say_whom(figures: Figures, kind: str, people: float) -> str:
    words = figures.words
    return words.say(
        "sheet_people", people_of=words.term("people_of", kind), people=say_people(people)
    )
