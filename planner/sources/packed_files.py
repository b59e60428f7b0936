"""Which files belong to a run and to what rests on it, each with its hash: for handing them on."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from planner.errors import SourceError
from planner.plan import Plan
from planner.sources.folders import finish_change
from planner.sources.hashes import hash_file
from planner.sources.own_files import REPORT_FILE, TOWNS_FILE, find_own_files
from planner.sources.plan_files import name_files
from planner.sources.result_parts import check_part
from planner.sources.results import RUN_FILE, SUMMARY_FILE, load_json

#: What rests on a run -> the file that vouches for it.
PARTS: Final = {"proposal": "site.json", "comparison": "compare.json"}
#: Names that a command gives its files; in the folder of a report some lie in one more folder.
_NAME: Final = re.compile(r"[^/\\.][^/\\]*(/[^/\\.][^/\\]*)?")


@dataclass(frozen=True)
class PackedFile:
    """A file that is handed on.

    entry : its name among the others, with / between folders.
    path : where it lies. sha256 : what it holds.
    """

    entry: str
    path: Path
    sha256: str


def list_run(folder: Path, run: dict[str, Any]) -> list[PackedFile]:
    """List the files of a run that `check_result` has looked at."""
    return _list_vouched(folder, RUN_FILE, run, "", "planner run")


def list_part(
    place: Path, what: str, entry: str, folder: Path, run: dict[str, Any]
) -> list[PackedFile]:
    """List the files of a proposal or a comparison.

    Parameters
    ----------
    place
        Its folder.
    what
        `proposal` or `comparison`.
    entry
        Folder among what is handed on.
    folder, run
        The run that it has to rest on: its folder, and the content of run.json.

    Raises
    ------
    SourceError
        If it is of another run, or a file is not as it was written.
    """
    place, content = check_part(place, what, folder, run)
    command = {"proposal": "planner site", "comparison": "planner compare"}[what]
    return _list_vouched(place, PARTS[what], content, entry, command)


def list_report(place: Path, entry: str, folder: Path, run: dict[str, Any]) -> list[PackedFile]:
    """List the files of a report; parameters and errors as of `list_part`."""
    place = place.resolve()
    finish_change(place)
    path = place / REPORT_FILE
    if not path.is_file():
        raise SourceError(f"{path}: is missing; give the --out of planner report")
    content = load_json(path)
    if content.get("run") != run["outputs"].get(SUMMARY_FILE):
        raise SourceError(f"{path}: is of another run than {folder}; repeat planner report")
    return _list_vouched(place, REPORT_FILE, content, entry, "planner report")


def list_towns(place: Path, entry: str) -> list[PackedFile]:
    """List the pages of towns that are as they were written; none without."""
    return [
        PackedFile(f"{entry}/{name}", place / name, hash_file(place / name))
        for name in sorted(find_own_files(place, TOWNS_FILE))
    ]


def has_towns(place: Path) -> bool:
    """Tell whether pages of towns lie in a folder."""
    return (place / TOWNS_FILE).is_file()


def list_inputs(plan: Plan, path: Path, entry: str, run: dict[str, Any]) -> list[PackedFile]:
    """List a plan and the files that it names, so that the plan finds them where they will lie.

    Parameters
    ----------
    plan, path
        The plan of the run, and its file.
    entry
        Folder among what is handed on.
    run
        Content of run.json.

    Raises
    ------
    SourceError
        If a file is missing or not what it was when the plan was run.
    """
    expected = run.get("inputs")
    names = {file: name for file, name in name_files(plan).items() if "#" not in name}
    if not isinstance(expected, dict) or set(names.values()) != set(expected):
        raise SourceError(
            f"{path}: does not name the files that the run rests on; repeat planner run, or pack "
            "with --without-inputs"
        )
    # As many folders up as the plan goes: `../data` is beside the folder of the plan.
    places = {file: _place(plan.folder, file) for file in names}
    up = max((place.parts.count("..") for place in places.values() if place), default=0)
    above = PurePosixPath(*plan.folder.resolve().parts[-up:]) if up else PurePosixPath()
    found = [PackedFile(str(PurePosixPath(entry, above, "plan.toml")), path, hash_file(path))]
    for file, name in sorted(names.items(), key=lambda pair: pair[1]):
        if not file.is_file():
            raise SourceError(
                f"{file}: is missing, but the run rests on it; put it back, or pack with "
                "--without-inputs"
            )
        if hash_file(file) != expected[name]:
            raise SourceError(
                f"{file}: has changed since the run; repeat planner run, or pack with "
                "--without-inputs"
            )
        place = places[file]
        inside = above / place if place else PurePosixPath("elsewhere", PurePosixPath(name).name)
        target = posixpath.normpath(str(PurePosixPath(entry, inside)))
        if any(target == other.entry for other in found):
            target = f"{target} ({len(found)})"
        found.append(PackedFile(target, file, expected[name]))
    return found


def _place(folder: Path, file: Path) -> PurePosixPath | None:
    """Return where a file lies as seen from the plan, None if the plan names it in full."""
    if file.is_relative_to(folder):
        return PurePosixPath(file.relative_to(folder).as_posix())
    inside, whole = file.absolute(), folder.absolute()
    return (
        PurePosixPath(inside.relative_to(whole).as_posix())
        if inside.is_relative_to(whole)
        else None
    )


def _list_vouched(
    folder: Path, name: str, content: dict[str, Any], entry: str, command: str
) -> list[PackedFile]:
    """List the files that one vouches for, and last that one."""
    outputs = content.get("outputs")
    if not isinstance(outputs, dict):
        raise SourceError(f"{folder / name}: lists no outputs; repeat {command}")
    found = []
    for output, expected in sorted(outputs.items()):
        path = folder / output
        # Such as ../x: a list of somebody else should have no file of this machine handed on.
        if not _NAME.fullmatch(output) or not path.is_file() or _is_linked(folder, path):
            raise SourceError(f"{path}: is not what {name} says; repeat {command}")
        found.append(PackedFile(_join(entry, output), path, str(expected)))
    found.append(PackedFile(_join(entry, name), folder / name, hash_file(folder / name)))
    return found


def _is_linked(folder: Path, path: Path) -> bool:
    """Tell whether a file in a folder is or lies behind a link."""
    return path.resolve() != folder.resolve() / path.relative_to(folder)


def _join(entry: str, name: str) -> str:
    return f"{entry}/{name}" if entry else name
