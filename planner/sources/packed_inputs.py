"""Which plan and input files are packed with a run, and where the plan will find them."""

from __future__ import annotations

import posixpath
from pathlib import Path, PurePosixPath
from typing import Any, Final

from planner.errors import PlanError, SourceError
from planner.plan import Plan
from planner.rounding import to_plain_tree
from planner.sources.hashes import hash_file
from planner.sources.packed_results import PackedFile
from planner.sources.plan_file import load_plan
from planner.sources.plan_files import list_files, name_files, shorten_path
from planner.sources.plan_settings import list_settings

PLAN_FILE: Final = "plan.toml"
#: Folder of the plan and its files, in the pack and in a run.
INPUT_FOLDER: Final = "input"
#: Folder in it for files that the plan names in full: the plan will not find them there.
ELSEWHERE: Final = "elsewhere"


def list_inputs(folder: Path, run: dict[str, Any], plan: Path | None = None) -> list[PackedFile]:
    """List the plan of a run and the files that it names, placed so that the plan finds them.

    Parameters
    ----------
    folder, run
        Of a finished run, and the content of its run.json.
    plan
        Its plan.toml; looked for in and beside the folder if not given.

    Raises
    ------
    SourceError
        If the plan is not found, or a file is missing or not what it was when the plan was run.
    """
    path, found = _find_plan(folder, run, plan)
    return _list_files_of(path, found, run)


def _find_plan(folder: Path, run: dict[str, Any], given: Path | None) -> tuple[Path, Plan]:
    """Find the plan of a run: the one given, or in its folder, in `input` there, or beside it."""
    if given is not None:
        plan = load_plan(given)
        if not _is_plan_of(plan, run):
            raise SourceError(
                f"{given}: is not the plan of this run as it was; repeat planner run, or pack with "
                "--without-inputs"
            )
        return given, plan
    for place in (folder / INPUT_FOLDER, folder, folder.parent):
        path = place / PLAN_FILE
        if path.is_file():
            try:
                plan = load_plan(path)
            except PlanError:
                continue
            if _is_plan_of(plan, run):
                return path, plan
    raise SourceError(
        f"{folder}: its plan.toml as it was run is neither in it nor beside it; name it with "
        "--plan, or pack with --without-inputs"
    )


def _is_plan_of(plan: Plan, run: dict[str, Any]) -> bool:
    """Tell whether a plan says what that of a run said."""
    return bool(to_plain_tree(list_settings(plan)) == run.get("settings"))


def _list_files_of(path: Path, plan: Plan, run: dict[str, Any]) -> list[PackedFile]:
    """List a plan, which lies at `path`, and the files that it names."""
    expected, names = run.get("inputs"), name_files(plan)
    files = sorted(list_files(plan), key=lambda file: names[file])
    if not isinstance(expected, dict) or {names[file] for file in files} != set(expected):
        raise SourceError(
            f"{path}: does not name the files that the run rests on; repeat planner run, or pack "
            "with --without-inputs"
        )
    # Seen from the plan; None for those that it names in full.
    places = {file: shorten_path(plan.folder, file) for file in files}
    # As many folders up as the plan goes: `../data` is beside the folder of the plan.
    up = max((PurePosixPath(place).parts.count("..") for place in places.values() if place),
             default=0)  # fmt: skip
    above = PurePosixPath(*plan.folder.resolve().parts[-up:]) if up else PurePosixPath()
    found = [PackedFile(str(PurePosixPath(INPUT_FOLDER, above, PLAN_FILE)), path, hash_file(path))]
    for file in files:
        name, place = names[file], places[file]
        _check_input(file, expected[name])
        inside = above / place if place else PurePosixPath(ELSEWHERE, PurePosixPath(name).name)
        target = posixpath.normpath(str(PurePosixPath(INPUT_FOLDER, inside)))
        if any(target == other.entry for other in found):
            target = f"{target} ({len(found)})"
        found.append(PackedFile(target, file, expected[name]))
    return found


def _check_input(file: Path, expected: str) -> None:
    """Refuse a file that is not what it was when the plan was run; `expected` is its hash then."""
    if not file.is_file():
        raise SourceError(
            f"{file}: is missing, but the run rests on it; put it back, or pack with "
            "--without-inputs"
        )
    if hash_file(file) != expected:
        raise SourceError(
            f"{file}: has changed since the run; repeat planner run, or pack with --without-inputs"
        )
