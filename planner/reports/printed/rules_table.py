"""Targets and rules of an area on a sheet: what is asked, whether it is reached, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.reports.printed import paper_colours
from planner.reports.printed.printed_page import PrintedPage, TextColumn, line_high
from planner.reports.report_words import is_missing, say_share, say_target
from planner.reports.rule_words import say_level, say_status, say_within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.reports.report_figures import Figures

    Row = Mapping[str, Any]

_SIZE = 6.8
_SMALL = 6.3


def write_rules(
    paper: PrintedPage, figures: Figures, area: str, x: float, y: float, wide: float, bottom: float
) -> float:
    """Write the checks of an area, as many as there is room for; return the lower edge."""
    words = figures.words
    rows = [row for row in figures.summary.get("checks") or [] if row["area"] == area]
    if not rows:
        return y
    # Those with a target first: that is what is asked for.
    rows.sort(key=lambda row: is_missing(row.get("target")))
    y = paper.heading(words.texts["sheet_rules"], x, y, wide)
    columns = [
        TextColumn(words.texts["col_check"], wide - 37),
        TextColumn(words.texts["col_share"], 12, "right"),
        TextColumn(words.texts["col_target"], 10, "right"), TextColumn("", 15, "right"),
    ]  # fmt: skip
    y = paper.table(columns, [], x, y, size=_SIZE)
    for number, row in enumerate(rows):
        source = words.texts["sheet_rule_source"].format(
            status=say_status(words, row, term="rule"), source=words.source(row.get("source"))
        )
        lines = paper.wrap(source, wide, _SMALL, most=2)
        rest = 0.0 if number == len(rows) - 1 else line_high(_SMALL)
        if y + line_high(_SIZE) + len(lines) * line_high(_SMALL) + 1 + rest > bottom:
            more = words.say("sheet_more_rules", count=str(len(rows) - number))
            return paper.paragraph(more, x, y + 0.2, wide, size=_SMALL, colour=paper_colours.SECOND)
        if number:
            paper.rule(x, y, wide)
        plain = [TextColumn("", column.wide, column.align) for column in columns]
        y = paper.table(plain, [_cells(figures, row)], x, y, size=_SIZE) - 0.6
        for line in lines:
            middle = y + line_high(_SMALL) / 2
            paper.write(line, x, middle, size=_SMALL, colour=paper_colours.SECOND)
            y += line_high(_SMALL)
        y += 0.6
    return y


def _cells(figures: Figures, row: Row) -> tuple[str, str, str, str]:
    words = figures.words
    target = "" if is_missing(row.get("target")) else say_target(row["target"])
    share = say_share(row.get("share"), row.get("target"))
    result = words.texts[row["result"]] if row.get("result") else ""
    return _say_rule(figures, row), share, target, result


def _say_rule(figures: Figures, row: Row) -> str:
    """Return whom a rule asks for, how near, and to which facilities."""
    words = figures.words
    return words.say(
        "sheet_rule",
        people=words.term("people_of", row["kind"]),
        within=say_within(
            words, row, with_profile="sheet_by", known=figures.run["profile"]["name"]
        ),
        level=say_level(words, row, of_any="sheet_rule_any"),
    )
