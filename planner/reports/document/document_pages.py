"""Writes the document: one chapter after the other."""

from __future__ import annotations

from pathlib import Path

from planner.reports.document._basis import write_doubts, write_method, write_sources
from planner.reports.document._page import Page
from planner.reports.document._plans import write_comparison, write_proposal
from planner.reports.document._today import write_gaps, write_map, write_summary, write_towns
from planner.reports.document._word_pages import WordPages, import_docx
from planner.reports.handover import Handover
from planner.reports.printed import PrintedLayers
from planner.reports.report_figures import figures_of
from planner.reports.report_words import to_line


def check_document() -> None:
    """Refuse to begin without what a document is written with.

    Raises
    ------
    PlannerError
        If python-docx is missing.
    """
    import_docx()


def write_document(handover: Handover, path: Path, *, layers: PrintedLayers | None = None) -> None:
    """Write what a run, its proposal and its comparison say, for leaders, as a Word document.

    The same handover gives the same bytes. Without proposal or comparison their chapters say how to
    get them.

    Parameters
    ----------
    handover
        The finished run and what rests on it.
    path
        The .docx; an older one is replaced.
    layers
        What the map is drawn from, if it is at hand.

    Raises
    ------
    PlannerError
        If python-docx, matplotlib or a font for Chinese is missing.
    OSError
        If the file cannot be written.
    """
    figures = figures_of(handover)
    words, run = figures.words, handover.run.run
    title = words.say("report_title", title=to_line(run["title"]),
                      minutes=words.cutoff(figures.cutoff))  # fmt: skip
    notice = words.notice()
    between = words.texts["rp_between"]
    texts = words.texts
    paper = WordPages(
        chinese=words.chinese,
        header=between.join(part for part in (title, notice) if part),
        footer=between.join(
            part for part in (texts["doc_internal"], notice, words.credit()) if part
        ),
        title=title, subject=notice, run_date=str(run["date"]),
        page_words=texts["doc_page"].split("|"),
    )  # fmt: skip
    paper.add_title(title, words.say("doc_below_title", date=words.day(run["date"])), notice)
    page = Page(paper, figures, layers)
    for write in (
        write_summary, write_map, write_towns, write_gaps, write_proposal, write_comparison,
        write_doubts, write_method, write_sources,
    ):  # fmt: skip
        write(page)
    paper.save(path)
