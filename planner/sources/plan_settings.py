"""What a plan says, as plain values: to recognise it again, wherever it and its files lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.plan import Plan
from planner.plan.given_table import GivenTable
from planner.sources.plan_files import name_files


def list_settings(plan: Plan) -> dict[str, Any]:
    """Return every key of a plan as plain values, its files by their names.

    Wherever the plan lies, and however it was named, they are the same.
    """
    names = name_files(plan)

    def plain(value: Any, written: Any) -> Any:
        """Name the files of one value; `written` is what JSON makes of it."""
        if isinstance(value, Path):
            return names[value]
        if isinstance(value, GivenTable):
            return value.name
        if isinstance(value, dict):
            pairs = zip(value.values(), written.items(), strict=True)
            return {key: plain(part, other) for part, (key, other) in pairs}
        if isinstance(value, list | tuple):
            return [plain(part, other) for part, other in zip(value, written, strict=True)]
        return written

    settings: dict[str, Any] = plain(
        plan.model_dump(by_alias=True), plan.model_dump(mode="json", by_alias=True)
    )
    return settings
