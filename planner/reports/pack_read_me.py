"""README.txt of a pack: what each file is and how to open it, in two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planner.errors import on_one_line
from planner.reports.street_credit import say_credit
from planner.sources.packed_inputs import INPUT_FOLDER, PLAN_FILE
from planner.texts import LANGUAGES
from planner.texts.report_texts import REPORT_TEXTS

READ_ME_FILE: Final = "README.txt"
#: The hash of each file, as `sha256sum` reads them.
SUMS_FILE: Final = "SHA256SUMS"
#: File or folder -> key of the text that says what it is; in this order.
_ABOUT: Final[Mapping[str, str]] = {
    "map.html": "pack_page", "towns/": "pack_towns", "report/report.docx": "pack_document",
    "report/report.xlsx": "pack_workbook", "report/sheets/": "pack_sheets",
    "sites/": "pack_sites", "compare/": "pack_compare", "routes/": "pack_route_files",
    "courses/": "pack_course_files", "project.qgs": "pack_project",
    "result.gpkg": "pack_layers", "gaps.csv": "pack_gaps", "facilities.csv": "pack_facilities",
    "committees.csv": "pack_committees", "classes.csv": "pack_classes",
    "gap_classes.csv": "pack_gap_classes", "gap_routes.gpx": "pack_routes",
    "verdicts.parquet": "pack_verdicts", "choice_members.parquet": "pack_choices",
    "summary.json": "pack_summary", "run.json": "pack_run", "whatif.npz": "pack_whatif",
    f"{INPUT_FOLDER}/": "pack_input", SUMS_FILE: "pack_sums",
}  # fmt: skip


def build_read_me(
    entries: Sequence[str], run: Mapping[str, Any], summary: Mapping[str, Any]
) -> bytes:
    """Return the text as the bytes of a file, for editors of any system.

    Parameters
    ----------
    entries
        Names of the files beside it, with / between folders.
    run, summary
        Contents of run.json and summary.json.
    """
    parts = [_tell(language, [*entries, SUMS_FILE], run, summary) for language in LANGUAGES]
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
    plan = _find_plan(entries)
    for name, key in _ABOUT.items():
        if any(entry == name or _is_inside(entry, name) for entry in entries):
            lines += [name, f"    {words[key].format(plan=plan)}"]
    lines += ["", say_credit(summary, words)]
    return "\n".join(lines)


def _is_inside(entry: str, folder: str) -> bool:
    """Tell whether a file lies in a folder, whose name ends with /."""
    return folder.endswith("/") and entry.startswith(folder)


def _find_plan(entries: Sequence[str]) -> str:
    """Return which of the files is the plan, "" if none: it may lie in a folder of its own."""
    ours = (entry for entry in entries if entry.startswith(f"{INPUT_FOLDER}/"))
    return next((entry for entry in ours if entry.endswith(f"/{PLAN_FILE}")), "")
