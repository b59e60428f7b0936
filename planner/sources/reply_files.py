"""Scenario files that come back from the people who were asked, gathered from a folder."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Final

from planner.errors import SourceError, on_one_line, quote
from planner.sources.scenario_file import Scenario, load_scenario

SUFFIX: Final = ".json"
MAX_FILES: Final = 500
#: Bytes of all files.
MAX_TOTAL: Final = 100_000_000
#: Of corrections, and of marks, in all files.
MAX_REMARKS: Final = 20_000


@dataclass(frozen=True)
class ReplyFile:
    """One file that came back.

    scenario : what it says; None where it does not count, for the reason in `fault`.
    again : name of the file that it is a copy of, "" for none; it does not count then either.
    """

    name: str
    scenario: Scenario | None
    fault: str = ""
    again: str = ""


def load_replies(folder: Path, plan_name: str) -> list[ReplyFile]:
    """Read every .json of a folder, in the order of their names; folders within are left aside.

    A file that cannot be read, or is about another plan, is told in `fault`; a copy of another one,
    which says the same however it is written, counts once.

    Parameters
    ----------
    folder
        With the files.
    plan_name
        Of the plan that they are about.

    Raises
    ------
    SourceError
        If the folder is missing or has no such file, if there are too many or they are too large in
        all, or if not one of them can be read.
    """
    paths = _list_files(folder)
    found: list[ReplyFile] = []
    seen: dict[str, str] = {}
    for path in paths:
        one = _load_one(path, plan_name)
        if one.scenario is not None:
            first = seen.setdefault(_content_of(one.scenario), one.name)
            if first != one.name:
                one = replace(one, scenario=None, again=first)
        found.append(one)
    read = [one.scenario for one in found if one.scenario is not None]
    if not read:
        raise SourceError(
            f"{folder}: not one of its {len(found)} files can be read: {found[0].fault}"
        )
    for what, number in (
        ("corrections", sum(len(scenario.corrections) for scenario in read)),
        ("marks", sum(len(scenario.marks) for scenario in read)),
    ):
        if number > MAX_REMARKS:
            raise SourceError(
                f"{folder}: {number:,} {what} in all are too many; gather at most {MAX_REMARKS:,}"
            )
    return found


def _content_of(scenario: Scenario) -> str:
    """Return what a file says, however it is written: some programs write it anew.

    A name that the file does not give counts for nothing.
    """
    given = "" if scenario.name == Path(scenario.file).stem else scenario.name
    edits = [edit.to_dict() for edit in scenario.edits]
    remarks = [list(map(astuple, rows)) for rows in (scenario.corrections, scenario.marks)]
    return json.dumps([given, edits, remarks], sort_keys=True)


def _list_files(folder: Path) -> list[Path]:
    """List the files to read, sorted by name."""
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder; give the one with the files that came back")
    paths = sorted(
        path for path in folder.iterdir() if path.suffix.lower() == SUFFIX and not path.is_dir()
    )
    if not paths:
        raise SourceError(
            f"{folder}: has no {SUFFIX} files; give the folder with those that came back"
        )
    if len(paths) > MAX_FILES:
        raise SourceError(
            f"{folder}: has {len(paths):,} {SUFFIX} files; gather at most {MAX_FILES} at a time"
        )
    total = sum(path.lstat().st_size for path in paths)
    if total > MAX_TOTAL:
        raise SourceError(
            f"{folder}: its files are larger than {MAX_TOTAL // 10**6} MB in all; gather fewer"
        )
    return paths


def _load_one(path: Path, plan_name: str) -> ReplyFile:
    """Read one file, or say why it does not count."""
    name = on_one_line(path.name)
    # What a link leads to is not what came back.
    if path.is_symlink():
        return ReplyFile(name, None, f"{name}: is a link; put the file itself there")
    try:
        scenario = replace(load_scenario(path), file=name)
    except SourceError as error:
        return ReplyFile(name, None, on_one_line(str(error).replace(str(path), name), 500))
    if scenario.plan != plan_name:
        fault = f"{name}: is about the plan {quote(scenario.plan)}, not {quote(plan_name)}"
        return ReplyFile(name, None, fault)
    return ReplyFile(name, scenario)
