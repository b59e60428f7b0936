"""The last sheet: what the figures mean, what they rest on, and which sheets there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from planner.reports.report_words import say_door_rules, to_line
from planner.reports.rule_words import say_level, say_status, say_within
from planner.reports.workbook._assumed import list_assumed
from planner.reports.workbook._book import Book, Sheet
from planner.reports.workbook._columns import Field

#: What the figures mean: keys of texts, each with its meaning in KEY_means.
_DEFINITIONS: Final = (
    "wb_def_covered", "wb_def_gap", "wb_def_unknown", "wb_def_share", "wb_def_ends",
    "wb_def_target", "wb_def_minutes", "wb_def_persons", "wb_def_named", "wb_def_cause",
    "wb_def_datum", "wb_def_colours", "wb_def_headings",
)  # fmt: skip
_Line = tuple[str, str, str, str]


def write_about(book: Book, sheets: Mapping[str, bool]) -> Sheet:
    """Write definitions, figures of walkers and conditions, standards, files and sheets.

    sheets : key of each sheet -> whether the workbook has it.
    """
    texts = book.words.texts
    sheet = book.add_sheet("wb_about")
    lines = [*_list_definitions(book), *_list_walkers(book), *list_assumed(book),
             *_list_rules(book), *_list_files(book), *_list_sheets(book, sheets)]  # fmt: skip
    sheet.write_table(
        [
            Field(texts["wb_about_part"], [line[0] for line in lines]),
            Field(texts["wb_about_item"], [line[1] for line in lines], wide=34),
            Field(texts["wb_about_text"], [line[2] for line in lines], wide=80),
            Field(texts["wb_about_source"], [line[3] for line in lines], wide=34),
        ],
        frozen=1,
    )
    return sheet


def _list_definitions(book: Book) -> Iterator[_Line]:
    """Yield what the figures mean."""
    words, part = book.words, book.words.texts["wb_part_definitions"]
    minutes = words.cutoff(book.figures.cutoff)
    values = {"minutes": minutes, **say_door_rules(book.figures.run)}
    for key in _DEFINITIONS:
        yield part, words.texts[key], words.texts[f"{key}_means"].format(**values), ""


def _list_walkers(book: Book) -> Iterator[_Line]:
    """Yield the figures of each walker with what they are."""
    words, texts = book.words, book.words.texts
    for profile in book.figures.run.get("profiles") or []:
        name = words.term("profile", profile["name"])
        for figure in profile.get("figures") or []:
            unit = words.term("wb_unit", figure["unit"])
            value = f"{figure['value']:g}{unit}"
            status = say_status(words, figure)
            item = words.say("wb_walker", profile=name, what=words.term("wb_figure", figure["key"]))
            source = words.source(figure["source"])
            # Sources of assumptions say themselves that they are assumed.
            told = source if source.startswith(status) else f"{status}{texts['wb_colon']}{source}"
            yield texts["wb_part_walkers"], item, value, told


def _list_rules(book: Book) -> Iterator[_Line]:
    """Yield each rule once, with what it is."""
    words, texts = book.words, book.words.texts
    seen = set()
    for row in book.figures.summary.get("checks") or []:
        asked = words.texts["rp_list"].join(
            part
            for part in (words.term("tier", row.get("tier")), say_level(words, row),
                         say_within(words, row), words.term("people_of", row["kind"]))
            if part
        )  # fmt: skip
        line = (texts["wb_part_rules"], words.source(row.get("source")), asked,
                say_status(words, row))  # fmt: skip
        if line not in seen:
            seen.add(line)
            yield line


def _list_files(book: Book) -> Iterator[_Line]:
    """Yield what the run was made from."""
    words, texts, run = book.words, book.words.texts, book.figures.run
    part = texts["wb_part_files"]
    yield part, texts["wb_run_date"], book.date, ""
    if run.get("osm_date"):
        yield part, texts["wb_osm_date"], str(run["osm_date"])[:10], words.credit()
    version = (run.get("versions") or {}).get("planner")
    if version:
        yield part, texts["wb_version"], f"planner {version}", ""
    for name, value in sorted((run.get("inputs") or {}).items()):
        yield part, to_line(name), words.say("wb_hash", hash=str(value)), ""


def _list_sheets(book: Book, sheets: Mapping[str, bool]) -> Iterator[_Line]:
    """Yield what each sheet holds; of one that is not there how to get it."""
    texts = book.words.texts
    for key, there in sheets.items():
        text = texts[f"{key}_holds"] if there else texts[f"{key}_how"]
        yield texts["wb_part_sheets"], texts[key], text, "" if there else texts["wb_left_out"]
