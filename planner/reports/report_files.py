"""Writes a report: workbook, document and sheets; all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from planner.reports._folder import write_json
from planner.reports.document import check_document, write_document
from planner.reports.printed import find_font, prepare_layers, write_sheets
from planner.reports.workbook import write_workbook
from planner.sources.folders import cannot_write, change_files, check_folder
from planner.sources.hashes import hash_file
from planner.sources.own_files import REPORT_FILE, SHEETS_FOLDER, check_report_folder
from planner.sources.results import SUMMARY_FILE
from planner.stages import Progress, Stages

if TYPE_CHECKING:
    from planner.reports.handover import Handover

WORKBOOK_FILE: Final = "report.xlsx"
DOCUMENT_FILE: Final = "report.docx"


def check_report(out: Path, language: str) -> None:
    """Refuse what a report cannot be written with or into, before anything is read.

    Parameters
    ----------
    out
        Folder; it need not exist.
    language
        `zh` or `en`.

    Raises
    ------
    PlannerError
        If python-docx, matplotlib or a font for Chinese is missing.
    SourceError
        If the folder cannot be written, or holds a file of a report that somebody else wrote or
        changed: an office may have edited the document.
    """
    check_report_tools(language)
    files = (WORKBOOK_FILE, DOCUMENT_FILE, REPORT_FILE)
    check_report_folder(out, files)
    check_folder(out, files)


def check_report_tools(language: str) -> None:
    """Refuse to begin without what a report is written with.

    Raises
    ------
    PlannerError
        If python-docx, matplotlib or a font for Chinese is missing.
    """
    check_document()
    find_font(language)


def write_report(
    handover: Handover, out: str | Path, *, progress: Progress | None = None
) -> dict[str, list[str]]:
    """Write workbook, document and sheets into a folder.

    What an earlier report left there is replaced, files of others stay.

    Parameters
    ----------
    handover
        The finished run and what rests on it.
    out
        Folder; made if it does not exist.
    progress
        Told what is written, and whether it is done.

    Returns
    -------
    dict
        report.xlsx and report.docx, each with none; `sheets` with the names of its files.

    Raises
    ------
    PlannerError
        As `check_report` says, or if the disk is full; nothing has changed then.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> files = planner.write_result(result, "out")
    >>> sorted(planner.write_report(planner.load_handover("out"), "report"))
    ['report.docx', 'report.xlsx', 'sheets']
    """
    out = Path(out)
    check_report(out, handover.language)
    sheets: list[str] = []
    stages = Stages(progress)

    def fill(folder: Path) -> list[str]:
        """Write all files; the one that vouches for the others last."""
        with stages("workbook"):
            write_workbook(handover, folder / WORKBOOK_FILE)
        with stages("document"):
            layers = prepare_layers(handover)
            write_document(handover, folder / DOCUMENT_FILE, layers=layers)
        with stages("sheets"):
            sheets.extend(write_sheets(handover, folder / SHEETS_FOLDER, layers=layers))
        names = [WORKBOOK_FILE, DOCUMENT_FILE, *(f"{SHEETS_FOLDER}/{name}" for name in sheets)]
        run = handover.run.run
        write_json(
            folder / REPORT_FILE,
            {
                "plan": run.get("plan"), "language": handover.language,
                "run": (run.get("outputs") or {}).get(SUMMARY_FILE),
                "outputs": {name: hash_file(folder / name) for name in names},
            },
        )  # fmt: skip
        return [WORKBOOK_FILE, DOCUMENT_FILE, SHEETS_FOLDER, REPORT_FILE]

    try:
        change_files(out, fill, outputs=[])
    except OSError as error:
        raise cannot_write(out, error) from error
    return {WORKBOOK_FILE: [], DOCUMENT_FILE: [], SHEETS_FOLDER: sheets}
