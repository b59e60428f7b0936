"""Writes what came back from the people who were asked as a workbook to work through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from planner.reports._proposals_words import PROPOSALS_WORDS
from planner.reports._sheets import write_lines, write_sheet
from planner.reports._whole_file import check_new_file, write_whole
from planner.reports.cell_limits import LONGEST_TEXT, PLAIN_TEXTS
from planner.rounding import to_plain_tree
from planner.scenarios.merge_words import say_conflicts
from planner.scenarios.replies import Gathered
from planner.texts.messages import translate

SUFFIXES: Final = (".xlsx",)
_KINDS: Final = ("residential", "industrial", "commercial")
_COUNTED: Final = ("newly_covered", "gained_unknown", "lost", "came", "came_covered", "went")
_PLACE: Final = ("town", "lon", "lat")
#: Columns of each sheet: key of a row -> key of its heading.
_PROPOSED: Final = {
    "file": "file", "edit": "edit", "op": "op", "name": "name", "id": "id",
    **{name: name for name in _PLACE},
    "proposer": "proposer", "reason": "reason", "votes": "votes", "cost": "cost",
    **{f"{name}_{kind}": name for name in _COUNTED for kind in _KINDS},
    "joined": "joined_as", "after_others": "after_others", "fault": "fault",
}  # fmt: skip
_JOINED: Final = {
    "number": "number", "op": "op", "name": "name", "id": "id",
    **{name: name for name in _PLACE},
    "proposed": "proposed_by", "votes": "votes", "proposers": "proposers", "reasons": "reasons",
    "files": "files", "cost": "cost",
    **{
        f"{name}_{when}": f"{name}_{when}"
        for when in ("alone", "together")
        for name in ("newly_covered", "gained_unknown", "lost")
    },
    "merged": "merged",
    "conflict": "conflict",
}  # fmt: skip
_CORRECTIONS: Final = {
    "file": "file", "number": "number", "about": "about_what", "id": "id", "name": "name",
    **{name: name for name in _PLACE},
    "text": "text", "proposer": "proposer", "checked": "checked", "answer": "answer",
}  # fmt: skip
_MARKS: Final = {
    "id": "id", "name": "name", "town": "town", "marks": "marks_given", "mean": "mean",
    "lowest": "lowest", **{f"people_nearest_{kind}": "people_nearest" for kind in _KINDS},
    "capacity": "capacity", "visits_per_year": "visits_per_year", "remarks": "remarks",
}  # fmt: skip
_FILES: Final = {
    "file": "file", "name": "name", "edits": "edits", "corrections": "corrections",
    "marks": "marks", "again": "again", "fault": "file_fault",
}  # fmt: skip
_Row = Mapping[str, Any]


def check_proposals_out(out: Path, inputs: Sequence[Path]) -> None:
    """Refuse a workbook that cannot be written, before anything is computed.

    Raises
    ------
    SourceError
        As `check_new_file` says: what was checked by hand is never overwritten.
    """
    check_new_file(out, inputs, SUFFIXES)


def write_proposals(gathered: Gathered, out: Path, *, cost_unit: str) -> None:
    """Write a sheet for the proposals, those that are one, corrections, marks and files.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left then.
    """
    write_whole(out, lambda path: _write_book(gathered, path, cost_unit))


def _write_book(gathered: Gathered, path: Path, cost_unit: str) -> None:
    """Write the workbook."""
    import xlsxwriter

    words = PROPOSALS_WORDS[gathered.language]
    language = gathered.language
    joined = [row | {"conflict": say_conflicts(row, language)} for row in gathered.joined]
    proposed, files = (
        [row | {"fault": _in_language(row["fault"], language)} for row in rows]
        for rows in (gathered.proposed, gathered.files)
    )
    with xlsxwriter.Workbook(str(path), PLAIN_TEXTS) as book:
        for name, rows, columns in (
            ("proposed", proposed, _PROPOSED), ("joined", joined, _JOINED),
            ("corrections", gathered.corrections, _CORRECTIONS), ("marks", gathered.marks, _MARKS),
            ("files", files, _FILES),
        ):  # fmt: skip
            table = _build_table(rows, columns, words, cost_unit)
            sheet = write_sheet(book, words[name], table, filters=True)
            if name == "corrections":
                column = list(columns).index("checked")
                choices = {"validate": "list", "source": [words["yes"], words["no"]]}
                sheet.data_validation(1, column, max(len(rows), 1), column, choices)
        lines = words["lines"].format(
            title=gathered.title, minutes=gathered.cutoff_minutes, profile=gathered.profile
        )
        notice = [gathered.notice] if gathered.notice else []
        notes = [_in_language(note, language) for note in gathered.notes]
        write_lines(book, words["about"], [*notice, *lines.split("\n"), *notes])


def _in_language(text: str, language: str) -> str:
    """Return a message in the language of the workbook."""
    return translate(text) if language == "zh" else text


def _build_table(
    rows: Sequence[_Row], columns: Mapping[str, str], words: Mapping[str, str], cost_unit: str
) -> pd.DataFrame:
    """Return rows as a table with headings in words; figures of a kind that are all 0 are left out.

    Whom proposals newly cover is never left out.
    """
    table = {}
    for key, heading in columns.items():
        kind = key.rpartition("_")[2]
        shown = key == f"newly_covered_{_KINDS[0]}" or any(row.get(key) for row in rows)
        if kind in _KINDS and not shown:
            continue
        # Of a table of one kind each row says which.
        kind = kind if kind in _KINDS else str(rows[0].get("kind", "")) if rows else ""
        text = words[heading].format(kind=words.get(kind, ""), unit=cost_unit)
        table[text] = pd.Series([_to_value(key, row.get(key), words) for row in rows], dtype=object)
    return pd.DataFrame(table)


def _to_value(key: str, value: Any, words: Mapping[str, str]) -> Any:
    """Return what stands in a cell: a text, a number, or None for nothing."""
    if isinstance(value, bool):
        return words["yes"] if value else words["no"]
    if key in ("op", "about"):
        return words[f"{key}_{value}"]
    if isinstance(value, list):
        value = words["then"].join(value)
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 4] + " ..."
    return None if value is None else to_plain_tree({key: value})[key]
