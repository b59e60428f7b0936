"""Recognises the run of a plan by what it was made from, wherever folder and plan lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from planner.errors import SourceError
from planner.rounding import to_plain_tree
from planner.sources.inputs import Inputs
from planner.sources.plan_settings import list_settings
from planner.sources.results import FinishedRun


def check_run_of(finished: FinishedRun, inputs: Inputs) -> None:
    """Refuse a finished run that is not of these inputs.

    Files count by their content alone: they may lie elsewhere, or have other names.

    Parameters
    ----------
    finished
        From `load_result`.
    inputs
        From `load_inputs`.

    Raises
    ------
    SourceError
        If the plan says something else now, a file has changed (it is named), or the run is old.
    """
    # Which courses are held where changes nothing of a run.
    now = {**to_plain_tree(list_settings(inputs.plan)), "courses": None}
    then, hashes = finished.run.get("settings"), finished.run.get("inputs")
    if not isinstance(then, dict) or not isinstance(hashes, dict):
        raise SourceError(
            f"{finished.folder}: has no settings or inputs in run.json; run the plan again"
        )
    then = {**then, "courses": None}
    keys = list(_differing(_by_content(then, hashes), _by_content(now, inputs.hashes)))
    if keys:
        new = [key for key in keys if _is_new(then, key)]
        if new:
            raise SourceError(
                f"{finished.folder}: was made by an earlier version, which did not know {new[0]}; "
                "run the plan again"
            )
        # A file that the run did not have is told by the setting that names it.
        files = [name for name, value in inputs.hashes.items() if hashes.get(name, value) != value]
        what = f"{files[0]} has changed since" if files else f"{keys[0]} had another value"
        more = len(files or keys) - 1
        raise SourceError(
            f"{finished.folder}: is not a run of this plan as it stands: {what}"
            f"{f' ({more} more after this)' if more else ''}; run the plan again"
        )
    if "gap_id" not in finished.layers.get("demand", ()):
        raise SourceError(
            f"{finished.folder}: was made by an earlier version, which did not say who belongs to "
            "which gap; run the plan again"
        )


def _by_content(value: Any, hashes: dict[str, str]) -> Any:
    """Return settings with the hash of each file in place of its name."""
    if isinstance(value, dict):
        return {key: _by_content(part, hashes) for key, part in value.items()}
    if isinstance(value, list):
        return [_by_content(part, hashes) for part in value]
    return hashes.get(value, value) if isinstance(value, str) else value


def _is_new(settings: dict[str, Any], key: str) -> bool:
    """Tell whether no plan had a key, as `network.osm`, when these settings were written.

    What stands deeper may be a name that the plan itself gives.
    """
    match = re.fullmatch(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?", key)
    if match is None:
        return False
    section, number, name = match.groups()
    if section not in settings:
        return True
    part = settings[section] if number is None else settings[section][int(number) - 1]
    return name is not None and isinstance(part, dict) and name not in part


def _differing(then: Any, now: Any, key: str = "") -> Iterator[str]:
    """List the keys of settings whose values differ, as `service.cutoffs_minutes`."""
    if isinstance(then, dict) and isinstance(now, dict):
        # Both, for a key may have come or gone.
        for name in {**then, **now}:
            yield from _differing(then.get(name), now.get(name), f"{key}.{name}" if key else name)
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for number, (before, after) in enumerate(zip(then, now, strict=True), start=1):
            yield from _differing(before, after, f"{key}[{number}]")
    elif then != now:
        yield key
