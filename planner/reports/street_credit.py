"""Whose streets a result is drawn on, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_CREDIT: Final = "© OpenStreetMap contributors (ODbL)"


def say_credit(summary: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Return the credit of the streets, as the page tells it.

    Parameters
    ----------
    summary
        Content of summary.json: streets that are invented are nobody's work.
    words
        From `REPORT_TEXTS`, of the language wanted.
    """
    if summary.get("invented_streets", False):
        return words["credit_synthetic"]
    return words["credit"].format(credit=_CREDIT)
