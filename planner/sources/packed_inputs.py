"""Which plan and input files are packed with a run, and where the plan will find them."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from planner.errors import PlanError, SourceError
from planner.plan import Plan
from planner.rounding import to_plain_tree
from planner.sources.hashes import hash_file
from planner.sources.packed_results import PackedFile
from planner.sources.plan_file import load_plan
from planner.sources.plan_files import list_files, name_files
from planner.sources.plan_settings import list_settings

PLAN_FILE: Final = "plan.toml"
#: Folder of the plan and its files, in the pack and in a run.
INPUT_FOLDER: Final = "input"
#: A string in TOML, or a comment, in which quotes mean nothing.
_TOML_STRING: Final = re.compile(
    r"""#[^\n]*|\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""",
    re.DOTALL,
)


def list_inputs(folder: Path, run: dict[str, Any], plan: Path | None = None) -> list[PackedFile]:
    """List the plan of a run and the files that it names, placed so that the plan finds them.

    What the plan names in full lies beside it in the pack, and the plan there says so.

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
    found = look_for_plan(folder, run)
    if found is None:
        raise SourceError(
            f"{folder}: its plan.toml as it was run is neither in it nor beside it; name it with "
            "--plan, or pack with --without-inputs"
        )
    return found


def look_for_plan(folder: Path, run: dict[str, Any]) -> tuple[Path, Plan] | None:
    """Return the plan of a run as it was run, and its file; None where it is nowhere near.

    Parameters
    ----------
    folder, run
        Of a finished run, and the content of its run.json. It is looked for in `input` there, in
        the folder, and beside it.
    """
    near = list_plans_near(folder)
    return next(((path, plan) for path, plan in near if _is_plan_of(plan, run)), None)


def list_plans_near(folder: Path) -> list[tuple[Path, Plan]]:
    """List the plans in `input` of a folder, in it, and beside it, that can be read."""
    found = []
    for place in (folder / INPUT_FOLDER, folder, folder.parent):
        path = place / PLAN_FILE
        if path.is_file():
            try:
                found.append((path, load_plan(path)))
            except PlanError:
                continue
    return found


def _is_plan_of(plan: Plan, run: dict[str, Any]) -> bool:
    """Tell whether a plan says what that of a run said."""
    return bool(to_plain_tree(list_settings(plan)) == run.get("settings"))


def _list_files_of(path: Path, plan: Plan, run: dict[str, Any]) -> list[PackedFile]:
    """List a plan, which lies at `path`, and the files that it names, by their names in the run."""
    expected, names = run.get("inputs"), name_files(plan)
    files = sorted(list_files(plan), key=lambda file: names[file])
    if not isinstance(expected, dict) or {names[file] for file in files} != set(expected):
        raise SourceError(
            f"{path}: does not name the files that the run rests on; repeat planner run, or pack "
            "with --without-inputs"
        )
    # As many folders up as the plan goes: `../data` is beside the folder of the plan.
    up = max((PurePosixPath(names[file]).parts.count("..") for file in files), default=0)
    above = PurePosixPath(INPUT_FOLDER, *plan.folder.resolve().parts[1:][-up:] if up else ())
    found = [_pack_plan(str(above / PLAN_FILE), path, plan, names)]
    taken = {one.entry: one.sha256 for one in found}
    for file in files:
        digest = expected[names[file]]
        _check_input(file, digest)
        entry = posixpath.normpath(str(above / names[file]))
        if not entry.startswith(f"{INPUT_FOLDER}/") or taken.get(entry, digest) != digest:
            raise SourceError(f"{file}: cannot be packed under this name; rename it")
        if entry not in taken:  # a plan may name one file in two ways
            found.append(PackedFile(entry, file, digest))
            taken[entry] = digest
    return found


def _pack_plan(entry: str, path: Path, plan: Plan, names: Mapping[Path, str]) -> PackedFile:
    """Return a plan that names its files as seen from it: in full they are of this machine only.

    names : of its files, from `name_files`. The plan says the same as before (`list_settings`), and
    is packed as it stands if it names no file in full.
    """

    def shorten(match: re.Match[str]) -> str:
        """Return a string of TOML as it is to stand in the plan; a comment as it is."""
        if match[0].startswith("#"):
            return match[0]
        said = tomllib.loads(f"said = {match[0]}")["said"]
        name = names.get(plan.folder / said) if Path(said).anchor else None
        return match[0] if name is None else json.dumps(name, ensure_ascii=False)

    text = path.read_bytes().decode("utf-8-sig")
    shortened = _TOML_STRING.sub(shorten, text)
    if shortened == text:
        return PackedFile(entry, path, hash_file(path))
    content = shortened.encode()
    return PackedFile(entry, path, hashlib.sha256(content).hexdigest(), content)


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
