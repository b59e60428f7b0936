"""Whose streets a result is drawn on and of which day, in words."""

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


def say_sources(
    summary: Mapping[str, Any], run: Mapping[str, Any], words: Mapping[str, str]
) -> str:
    """Return the credit of the streets with the dates of the map data and of the run.

    Parameters
    ----------
    summary, run
        Content of summary.json and run.json.
    words
        From `REPORT_TEXTS`, of the language wanted.
    """
    parts = [say_credit(summary, words)]
    if run.get("osm_date"):
        parts.append(words["sheet_osm_date"].format(date=str(run["osm_date"])[:10]))
    parts.append(words["sheet_run_date"].format(date=run["date"]))
    return words["sheet_between"].join(parts)
