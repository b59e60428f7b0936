"""The text beside files that are handed on: what each is, and how to open it, in two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planner.errors import on_one_line
from planner.reports.street_credit import say_credit
from planner.texts import LANGUAGES
from planner.texts.report_texts import REPORT_TEXTS

#: File or folder -> key of the text that says what it is; in this order.
_ABOUT: Final[Mapping[str, str]] = {
    "map.html": "pack_page", "towns/": "pack_towns", "report/report.docx": "pack_document",
    "report/report.xlsx": "pack_workbook", "report/sheets/": "pack_sheets",
    "sites/": "pack_sites", "compare/": "pack_compare", "project.qgs": "pack_project",
    "result.gpkg": "pack_layers", "gaps.csv": "pack_gaps", "facilities.csv": "pack_facilities",
    "committees.csv": "pack_committees", "gap_routes.gpx": "pack_routes",
    "verdicts.parquet": "pack_verdicts", "choice_members.parquet": "pack_choices",
    "summary.json": "pack_summary", "run.json": "pack_run", "whatif.npz": "pack_whatif",
    "input/": "pack_input", "SHA256SUMS": "pack_sums",
}  # fmt: skip


def write_read_me(
    entries: Sequence[str], run: Mapping[str, Any], summary: Mapping[str, Any]
) -> bytes:
    """Return the text, for editors of any system.

    Parameters
    ----------
    entries
        Names of the files beside it, with / between folders.
    run, summary
        Contents of run.json and summary.json.
    """
    parts = [_tell(language, [*entries, "SHA256SUMS"], run, summary) for language in LANGUAGES]
    text = f"\n\n{'-' * 60}\n\n".join(parts) + "\n"
    # An old editor of Windows needs the mark at the start to read Chinese, and its own line ends.
    return text.replace("\n", "\r\n").encode("utf-8-sig")


def _tell(
    language: str, entries: Sequence[str], run: Mapping[str, Any], summary: Mapping[str, Any]
) -> str:
    """Return the text in one language."""
    words = REPORT_TEXTS[language]
    lines = [on_one_line(words["pack_title"].format(title=run["title"]), None)]
    if summary.get("synthetic"):
        lines.append(words["synthetic"])
    lines += [words["pack_made"].format(date=run["date"]), ""]
    there = {
        name: key
        for name, key in _ABOUT.items()
        if any(
            entry == name or (name.endswith("/") and entry.startswith(name)) for entry in entries
        )
    }
    lines += [f"{name}\n    {words[key]}" for name, key in there.items()]
    lines += ["", say_credit(summary, words)]
    return "\n".join(lines)
