"""What a coverage says of itself, in either language: its repr, its maps."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planner.coverage.counting import ALL
from planner.rounding import format_share
from planner.texts.report_texts import REPORT_TEXTS


def say_shares(shares: pd.DataFrame, cutoff_minutes: float, language: str = "en") -> list[str]:
    """Say the shares of the whole area at a cutoff, a line for each kind of people.

    Parameters
    ----------
    shares
        Of a `Coverage`.
    cutoff_minutes
        One of its cutoffs.
    language
        `zh` or `en`.
    """
    rows = shares[(shares["area"] == ALL) & (shares["cutoff_minutes"] == cutoff_minutes)]
    words = REPORT_TEXTS[language]
    return [_say_row(row, words) for _, row in rows[rows["kind"] != ALL].iterrows()]


def _say_row(row: pd.Series, words: Mapping[str, str]) -> str:
    """Say the share of one kind of people."""
    judged = not pd.isna(row["share"])
    return words["shown_share" if judged else "shown_no_share"].format(
        kind=words[f"shown_kind_{row['kind']}"],
        share=format_share(row["share"]),
        people=f"{row['people']:,.0f}",
        low=format_share(row["share_low"]),
        high=format_share(row["share_high"]),
    )
