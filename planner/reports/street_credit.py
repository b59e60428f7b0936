"""Whose streets a result is drawn on, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planner.texts.report_texts import REPORT_TEXTS

_CREDIT: Final = "© OpenStreetMap contributors (ODbL)"


def say_credit(summary: Mapping[str, Any], language: str) -> str:
    """Return the credit of the streets, as the page tells it.

    Parameters
    ----------
    summary
        Content of summary.json: streets that are invented are nobody's work.
    language
        zh or en.
    """
    words = REPORT_TEXTS[language]
    if summary.get("invented_streets", False):
        return words["credit_synthetic"]
    return words["credit"].format(credit=_CREDIT)
