"""The sheet of gaps: where people are left out, why, and what can be done."""

from __future__ import annotations

from planner.reports.workbook._book import Book, Sheet
from planner.reports.workbook._columns import Field, keep_filled
from planner.reports.workbook._places import place_columns

#: So many of the largest are set off.
_LARGEST = 10


def list_gap_rows(book: Book) -> dict[str, int]:
    """Return the row of each gap on its sheet: title and headings stand above the first."""
    return {gap["gap_id"]: at for at, gap in enumerate(book.figures.gaps, start=2)}


def write_gaps(book: Book) -> Sheet | None:
    """Write a row for each gap, largest first; None without people."""
    figures, words, texts = book.figures, book.words, book.words.texts
    gaps = list(figures.gaps)
    if not figures.kinds:
        return None
    minutes = words.cutoff(figures.cutoff)
    sheet = book.add_sheet("wb_gaps", words.say("wb_within", minutes=minutes))
    measures = [figures.measure(gap) for gap in gaps]
    names = [figures.facility_names.get(str(gap.get("nearest_facility_id"))) for gap in gaps]
    columns = [
        Field(texts["col_rank"], [gap["rank"] for gap in gaps], "number", texts["wb_note_rank"]),
        Field(texts["gap"], [words.gap_name(gap) for gap in gaps], wide=24),
        Field(texts["town"], [gap.get("town") or "" for gap in gaps]),
    ]
    for kind in figures.kinds:
        columns.append(
            Field(words.say("col_people_of_unit", kind=words.term("people_of", kind)),
                   [gap.get(f"people_{kind}") for gap in gaps], "people")
        )  # fmt: skip
    columns += [
        Field(texts["cause"],
               [words.cause(gap.get("cause"), gap.get("cause_detail")) for gap in gaps],
               note=texts["wb_note_cause"], wide=22),
        Field(texts["wb_measure"], [one.text for one in measures], note=texts["wb_note_measure"],
               wide=50),
        Field(texts["nearest"], [name or "" for name in names], wide=26),
        Field(texts["wb_walk"], [gap.get("minutes") for gap in gaps], "minutes",
               texts["wb_note_walk"]),
        Field(texts["wb_walk_most"], [gap.get("minutes_max") for gap in gaps], "minutes",
               texts["wb_note_walk_most"]),
        Field(texts["wb_straight"], [gap.get("straight_m") for gap in gaps], "metres",
               texts["wb_note_straight"], printed=False),
        *_repeat_columns(book),
        Field(texts["wb_units"], [gap.get("units") for gap in gaps], "people", printed=False),
        *place_columns(book, [gap.get("lon") for gap in gaps], [gap.get("lat") for gap in gaps]),
    ]  # fmt: skip
    if not gaps:
        sheet.write_line(words.say("gaps_none", kind=words.term("people_of", figures.lead)))
        return sheet
    at = sheet.write_table(keep_filled(columns), frozen=2)
    people = words.say("col_people_of_unit", kind=words.term("people_of", figures.lead))
    sheet.mark_largest(at[people], 2, len(gaps), _LARGEST)
    return sheet


def _repeat_columns(book: Book) -> list[Field]:
    """Return how sure each gap is; none without repeats."""
    figures, texts = book.figures, book.words.texts
    gaps = figures.gaps
    if not any("runs_share" in gap for gap in gaps):
        return []
    note = texts["wb_note_repeats"]
    return [
        Field(texts["wb_people_low"], [gap.get("people_low") for gap in gaps], "people", note,
               printed=False),
        Field(texts["wb_people_high"], [gap.get("people_high") for gap in gaps], "people", note,
               printed=False),
        Field(texts["wb_runs_share"], [gap.get("runs_share") for gap in gaps], "share",
               texts["wb_note_runs_share"], printed=False),
    ]  # fmt: skip
