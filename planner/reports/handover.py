"""What workbook, document and sheets tell: a finished run, and what rests on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.reports.exact_shares import to_exact_comparison, to_exact_proposal, to_exact_run
from planner.showing import Brief
from planner.sources.result_parts import FinishedPart, load_part
from planner.sources.results import MAP_FILE, FinishedRun, load_result
from planner.texts import LANGUAGES
from planner.texts.report_texts import REPORT_TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Handover(Brief):
    """A finished run with what rests on it, and the language to tell it in.

    run : from `load_result`, with shares that are not rounded.
    proposal, comparison : from `load_part`, likewise; None where there is none.
    language : `zh` or `en`.
    routes : from `load_part`; None where there are none.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> files = planner.write_result(result, "out")
    >>> handover = planner.load_handover("out")
    >>> handover.language, handover.proposal is None
    ('en', True)
    """

    run: FinishedRun
    proposal: FinishedPart | None
    comparison: FinishedPart | None
    language: str
    routes: FinishedPart | None = None

    @property
    def words(self) -> Mapping[str, str]:
        """Return the texts in the language of the report, by key."""
        return REPORT_TEXTS[self.language]


def load_handover(
    folder: str | Path,
    *,
    sites: str | Path | None = None,
    compared: str | Path | None = None,
    routes: str | Path | None = None,
    language: str | None = None,
) -> Handover:
    """Read a finished run and what rests on it.

    Parameters
    ----------
    folder
        The --out of `planner run`; its map may be missing, for it is not read.
    sites, compared, routes
        The --out of `planner site`, `planner compare` and `planner routes`.
    language
        `zh` or `en`; that of the plan if not given.

    Raises
    ------
    SourceError
        If a folder holds no finished result, or one that rests on another run.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> files = planner.write_result(result, "out")
    >>> handover = planner.load_handover("out", language="en")
    >>> handover.run.summary["plan"]
    'example'
    """
    read = load_result(folder, spare=(MAP_FILE,))
    run = to_exact_run(read)
    proposal = None if sites is None else load_part(sites, "proposal", read)
    comparison = None if compared is None else load_part(compared, "comparison", read)
    if proposal is not None:
        proposal = to_exact_proposal(proposal, run.summary)
    if comparison is not None:
        comparison = to_exact_comparison(comparison)
    walks = None if routes is None else load_part(routes, "routes", read)
    chosen = language or run.run["language"]
    spoken = chosen if chosen in LANGUAGES else LANGUAGES[0]
    return Handover(run, proposal, comparison, spoken, walks)
