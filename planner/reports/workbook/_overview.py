"""The first sheet: the sentence, the shares, the largest gaps, and what else there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.reports.map_links import link_place
from planner.reports.workbook._book import Book, Sheet
from planner.reports.workbook._columns import Field, count_lines
from planner.reports.workbook._shares import build_counts, build_shares

_LARGEST = 10
_WIDTHS = (16.0, 18.0, 14.0, 14.0, 14.0, 12.0, 12.0, 12.0, 12.0, 12.0)


def fill_overview(
    sheet: Sheet, book: Book, gap_rows: Mapping[str, int], others: Sequence[str]
) -> None:
    """Fill the first sheet, when it is known which `others` there are."""
    figures, texts = book.figures, book.words.texts
    sheet.widen(_WIDTHS)
    proposed = [book.words.say("wb_proposal_line", text=text) for text in figures.reasons[:2]]
    lines = [figures.sentence(), *proposed]
    for line in lines:
        high = count_lines(line, sheet.width(len(_WIDTHS)))
        sheet.write_line(line, bold=line == lines[0], across=len(_WIDTHS), lines=high)
    sheet.skip()
    if figures.kinds:
        _write_kinds(sheet, book)
        _write_largest(sheet, book, gap_rows)
    sheet.write_line(texts["wb_contents"], bold=True)
    for key in others:
        sheet.write_link(texts[key], book.link(key), texts[f"{key}_holds"], across=len(_WIDTHS))


def _write_kinds(sheet: Sheet, book: Book) -> None:
    """Write the shares of each kind."""
    figures, words, texts = book.figures, book.words, book.words.texts
    rows = [figures.covered("all", kind) or {} for kind in figures.kinds]
    checks = [figures.target("all", kind) or {} for kind in figures.kinds]
    minutes = words.cutoff(figures.cutoff)
    sheet.write_line(words.say("wb_kinds", minutes=minutes), bold=True)
    sheet.write_table(
        [
            Field(texts["col_kind"], [words.term("people_of", kind) for kind in figures.kinds]),
            *build_counts(figures, rows),
            *build_shares(figures, rows, targets=[row.get("target") for row in checks]),
            Field(texts["col_target"], [row.get("target") for row in checks], "target"),
            Field(texts["wb_result"],
                   [texts.get(str(row.get("result")), texts["no_target"]) for row in checks],
                   note=texts["wb_note_result"]),
        ]
    )  # fmt: skip
    sheet.skip()


def _write_largest(sheet: Sheet, book: Book, gap_rows: Mapping[str, int]) -> None:
    """Write the largest gaps, each a link to its row and to a map."""
    figures, words, texts = book.figures, book.words, book.words.texts
    gaps = figures.largest_gaps(_LARGEST)
    if not gaps:
        return
    people_of = words.term("people_of", figures.lead)
    sheet.write_line(words.say("paper_largest", count=len(gaps), kind=people_of), bold=True)
    sheet.write_table(
        [
            Field(texts["gap"], [words.gap_name(gap) for gap in gaps], wide=60,
                   links=[book.link("wb_gaps", gap_rows[gap["gap_id"]]) for gap in gaps]),
            *([Field(texts["town"], [gap.get("town") or "" for gap in gaps])]
              if figures.towns else []),
            Field(words.say("col_people_of_unit", kind=people_of),
                   [gap.get(f"people_{figures.lead}") for gap in gaps], "people"),
            Field(texts["wb_walk"], [gap.get("minutes") for gap in gaps], "minutes",
                   texts["wb_note_walk"]),
            Field(texts["cause"],
                   [words.cause(gap.get("cause"), gap.get("cause_detail")) for gap in gaps],
                   note=texts["wb_note_cause"], wide=20),
            Field(texts["wb_map"], [texts["wb_look"] for _ in gaps], note=texts["wb_note_map"],
                   links=[link_place(gap.get("lon"), gap.get("lat")) for gap in gaps]),
        ]
    )  # fmt: skip
    sheet.skip()
