"""Columns that several sheets share: counts of people, and their shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.reports.report_figures import Figures
from planner.reports.workbook._columns import Field

_COUNTS = ("people", "covered", "gap", "unknown")
_SHARES = ("share", "share_low", "share_high")


def build_area_counts(figures: Figures, areas: Sequence[str], kind: str) -> list[Field]:
    """Return the counts of a kind in each area, within the minutes that decide."""
    rows = [figures.covered(area, kind) or {} for area in areas]
    return build_counts(figures, rows, figures.words.term("people_of", kind))


def build_area_shares(figures: Figures, areas: Sequence[str], kind: str) -> list[Field]:
    """Return the share of a kind in each area, with its ends."""
    rows = [figures.covered(area, kind) or {} for area in areas]
    targets = [(figures.target(area, kind) or {}).get("target") for area in areas]
    return build_shares(figures, rows, figures.words.term("people_of", kind), targets)


def build_counts(
    figures: Figures, rows: Sequence[Mapping[str, Any]], of_kind: str = ""
) -> list[Field]:
    """Return the counts of people that stand in rows of summary.json.

    of_kind : word for the people of all rows; "" where each row has its own kind.
    """
    words = figures.words
    return [
        Field(
            words.say(f"wb_count_{key}", kind=of_kind or words.texts["people"]),
            [row.get(key) for row in rows], "people", words.texts.get(f"wb_note_{key}", ""),
        )
        for key in _COUNTS
    ]  # fmt: skip


def build_shares(
    figures: Figures, rows: Sequence[Mapping[str, Any]], of_kind: str = "",
    targets: Sequence[Any] = (),
) -> list[Field]:  # fmt: skip
    """Return the shares, 0 to 1, that stand in rows of summary.json.

    of_kind : as of `build_counts`; targets : of each row, None without one, or none at all.
    """
    words = figures.words
    return [
        Field(
            words.say(f"wb_{key}", kind=of_kind), [row.get(key) for row in rows], "share",
            words.texts[f"wb_note_{key}"], targets=list(targets),
        )
        for key in _SHARES
    ]  # fmt: skip
