"""Shares of a run and of what rests on it, worked out from the counts that stand beside them.

Files have shares to four decimals: 87.449 % stands there as 0.8745, which would read as 87.5 %. The
page and the command line work shares out from the counts, so workbook, document and sheets do too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from planner.coverage.counting import ALL, to_exact_shares
from planner.rounding import SHARE_DIGITS
from planner.sources.result_parts import FinishedPart
from planner.sources.results import FinishedRun

_SHARES: Final = ("share", "share_low", "share_high")
#: Shares further apart than this are of other people or of another time, however alike the names.
_ROUNDED: Final = 0.6 * 10**-SHARE_DIGITS
Row = Mapping[str, Any]


def to_exact_run(run: FinishedRun) -> FinishedRun:
    """Return a run whose summary has exact shares, wherever a row has counts."""
    summary = {
        key: [to_exact_shares(row) for row in value] if _is_table(value) else value
        for key, value in run.summary.items()
    }
    uncertainty = summary.get("uncertainty")
    if isinstance(uncertainty, dict) and _is_table(uncertainty.get("areas")):
        counted = _find_counted(summary)
        areas = [
            _take(row, counted.get((row.get("area"), row.get("kind"))))
            for row in uncertainty["areas"]
        ]
        summary["uncertainty"] = {**uncertainty, "areas": areas}
    return replace(run, summary=summary)


def to_exact_comparison(comparison: FinishedPart) -> FinishedPart:
    """Return a comparison whose shares before and after are exact."""
    scenarios = [
        {**one, **{
            part: [to_exact_shares(to_exact_shares(row, "_before"), "_after") for row in one[part]]
            for part in ("totals", "conditions") if one.get(part)
        }}
        for one in comparison.content.get("scenarios") or []
    ]  # fmt: skip
    return replace(comparison, content={**comparison.content, "scenarios": scenarios})


def to_exact_proposal(proposal: FinishedPart, summary: Row) -> FinishedPart:
    """Return a proposal whose shares of residents are exact: today, and once the sites are built.

    summary : with exact shares, as those of today stand there.
    """
    counted, content = _find_counted(summary), dict(proposal.content)

    def refine(row: Row) -> dict[str, Any]:
        """Return the row of a town, or of the whole area."""
        today = counted.get((row.get("town"), "residential"))
        return _take(_take(row, today, "_today"), _count_after(row), "_after")

    if content.get("towns"):
        content["towns"] = [refine(row) for row in content["towns"]]
    if content.get("whole_area"):
        content["whole_area"] = refine({"town": ALL, **content["whole_area"]})
    return replace(proposal, content=content)


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _find_counted(summary: Row) -> dict[tuple[Any, Any], Row]:
    """Return the rows of coverage within the most minutes, by area and kind."""
    rows = summary.get("coverage") or []
    last = max((row["cutoff_minutes"] for row in rows), default=None)
    return {(row["area"], row["kind"]): row for row in rows if row["cutoff_minutes"] == last}


def _count_after(row: Row) -> Row | None:
    """Return the shares of residents once sites are built, from those who are left out then."""
    counts = [row.get(f"residents{name}") for name in ("", "_left", "_unknown")]
    if None in counts:
        return None
    people, left, unknown = (float(count) for count in counts if count is not None)
    covered = people - left - unknown
    return to_exact_shares({"share": 0.0, "covered": covered, "gap": left, "unknown": unknown})


def _take(row: Row, exact: Row | None, when: str = "") -> dict[str, Any]:
    """Return a row with the shares of another one, where they are the same but for rounding."""
    return {**row, **dict(_list_same(row, exact or {}, when))}


def _list_same(row: Row, exact: Row, when: str) -> Iterator[tuple[str, float]]:
    """Yield name and exact value of the shares that a row has rounded."""
    for name in _SHARES:
        held, found = row.get(f"{name}{when}"), exact.get(name)
        if held is not None and found is not None and abs(held - found) <= _ROUNDED:
            yield f"{name}{when}", found
