"""Writes a first plan.toml, with a comment at each key."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from planner.errors import PlanError
from planner.sources.folders import cannot_write, change_files, check_folder
from planner.sources.plan_file import load_plan
from planner.sources.plan_start import GivenFiles, check_given
from planner.sources.template_text import PlanStart, build_template

PLAN_FILE: Final = "plan.toml"


def write_template(folder: Path, start: PlanStart) -> Path:
    """Write a commented plan.toml that runs once the facilities table is there.

    Parameters
    ----------
    folder
        Where plan.toml goes; made if it does not exist.
    start
        What it starts from, see `load_start`.

    Returns
    -------
    Path
        Of the file written.

    Raises
    ------
    PlanError
        If there is a plan.toml already, or the name will not do.
    SourceError
        If the folder cannot be written.
    """
    target = folder / PLAN_FILE
    _refuse_overwriting(target)
    check_folder(folder, [PLAN_FILE])
    text = build_template(start)

    def fill(new: Path) -> list[str]:
        """Write the plan, if it is one."""
        (new / PLAN_FILE).write_text(text, encoding="utf-8", newline="\n")
        try:
            # Read before it counts, so that a name that no plan may have leaves no plan.toml
            # behind.
            load_plan(new / PLAN_FILE)
        except PlanError as error:
            # The path in the message is that of a hidden folder, which is gone when it is read.
            raise PlanError(str(error).replace(str(new / PLAN_FILE), str(target))) from None
        return [PLAN_FILE]

    try:
        change_files(folder, fill, outputs=[PLAN_FILE])
    except OSError as error:
        raise cannot_write(folder, error) from error
    return target


def check_start(folder: Path, given: GivenFiles | None = None) -> None:
    """Refuse a folder that a plan cannot be written into, and files that are not there.

    Raises
    ------
    PlanError
        If there is a plan.toml already, or a file is missing.
    SourceError
        If the folder cannot be written.
    """
    _refuse_overwriting(folder / PLAN_FILE)
    if given is not None:
        check_given(given)
    # Before the extract, which takes much longer to read.
    check_folder(folder, [PLAN_FILE])


def _refuse_overwriting(target: Path) -> None:
    """Refuse to replace a plan.toml."""
    # A link that leads nowhere is the user's too, and would be replaced.
    if os.path.lexists(target):
        raise PlanError(
            f"{target}: is already there and stays as it is; name another folder or remove it first"
        )
