"""Figures of summary.json that the page shows: by who walks, when, and how sure they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROWS = ("coverage", "checks", "profiles", "moments", "services", "groups", "openings")
_OF_GAPS = {"gaps", "runs"}


def build_summary_payload(summary: Mapping[str, Any], profile: str | None) -> dict[str, Any]:
    """Return the figures; a key that an older summary lacks is empty.

    Parameters
    ----------
    summary
        The contents of summary.json.
    profile
        The plan's, as the isochrones name it; without any, as the checks do.

    Returns
    -------
    dict
        Rows as they stand in summary.json, `profile` of the plan, `completeness`, `uncertainty`.
    """
    found: dict[str, Any] = {key: list(summary.get(key) or []) for key in _ROWS}
    uncertainty = summary.get("uncertainty") or {}
    # Pages of plans without conditions say nothing of them.
    under = {key: list(summary[key]) for key in ("conditions",) if summary.get(key)}
    return {
        **found,
        **under,
        "by_class": list(summary.get("classes") or []),
        "profile": profile or _profile(found["checks"]),
        "titles": summary.get("titles") or {},
        "only_sometimes": summary.get("only_sometimes") or [],
        "completeness": _completeness(summary.get("completeness") or {}),
        # What is known of each gap stands in the layer of gaps.
        "uncertainty": {key: part for key, part in uncertainty.items() if key not in _OF_GAPS},
    }


def _completeness(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows, and what the plan states; the page has the notes in words of its own."""
    rows = {key: list(found.get(key) or []) for key in ("towns", "unknown")}
    return rows | {key: found[key] for key in ("stated",) if found.get(key)}


def _profile(checks: list[dict[str, Any]]) -> str | None:
    """Return the profile of the plan's own targets."""
    names = [row.get("profile") for row in checks if str(row.get("rule_id")).startswith("target")]
    return names[0] if names else None
