"""What the commands of reports do: read a finished run and what rests on it, write files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.terminal import complain, say, show_progress
from planner.errors import PlannerError

if TYPE_CHECKING:
    from planner.reports import Handover
    from planner.stages import Progress

# Anything that takes long to import is imported where it is used: `planner --help` answers at once.


def report_into(
    folder: Path,
    out: Path,
    sites: Path | None,
    compared: Path | None,
    language: str | None,
    *,
    routes: Path | None = None,
    quiet: bool,
) -> dict[str, list[str]]:
    """Write the report of a finished run into a folder; return what it holds."""
    from planner.reports import check_report_tools, load_handover

    with show_progress(quiet=quiet) as told:
        if language is not None:  # else that of the run, which takes a while to read
            check_report_tools(language)
        told("reading", 0.0)
        handover = load_handover(
            folder, sites=sites, compared=compared, routes=routes, language=language
        )
        told("reading", 1.0)
        return _write(handover, out, told)


def demo_report_into(out: Path, *, quiet: bool) -> tuple[Path, dict[str, list[str]]] | None:
    """Write the report of the demo beside its results; without what that needs say so.

    Returns
    -------
    Path and what the report holds, or None.
    """
    from planner.reports import check_report_tools, load_handover

    try:
        check_report_tools("zh")
    except PlannerError as error:
        complain(f"no report was written: {error}")
        return None
    with show_progress(quiet=quiet) as told:
        handover = load_handover(
            out, sites=out / "sites", compared=out / "compare", routes=out / "routes"
        )
        return out / "report", _write(handover, out / "report", told)


def _write(handover: Handover, out: Path, told: Progress) -> dict[str, list[str]]:
    from planner.reports import write_report

    return write_report(handover, out, progress=told)


def print_report(out: Path, written: dict[str, list[str]]) -> None:
    """Print where the files of a report lie."""
    say(f"workbook: {out / 'report.xlsx'}")
    say(f"document: {out / 'report.docx'}")
    pages = sum(name.endswith(".pdf") for name in written["sheets"])
    say(f"sheets: {out / 'sheets'}, with {pages} pages, each as .pdf and .png")
