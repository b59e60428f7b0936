"""Reads what rests on a run, such as a proposal, routes or courses, from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import geopandas as gpd

from planner.errors import SourceError
from planner.showing import Brief
from planner.sources.finished_files import load_json, load_layers, say_unfinished
from planner.sources.folders import finish_change
from planner.sources.hashes import hash_file
from planner.sources.results import MAP_FILE, FinishedRun


class PartFiles(NamedTuple):
    """Two files of a part, and the command that writes them.

    content : vouches for the others by their hashes.
    takes_run : whether the command has an option --run.
    """

    content: str
    layers: str
    command: str
    takes_run: bool = True


#: What rests on a run -> its files.
PARTS: Final = {
    "proposal": PartFiles("site.json", "sites.gpkg", "planner site"),
    "comparison": PartFiles("compare.json", "compare.gpkg", "planner compare"),
    "routes": PartFiles("routes.json", "routes.gpkg", "planner routes", takes_run=False),
    "courses": PartFiles("courses.json", "courses.gpkg", "planner courses", takes_run=False),
}


@dataclass(frozen=True)
class FinishedPart(Brief):
    """What `planner site`, `planner compare`, `planner routes` or `planner courses` wrote.

    what : one of `PARTS`.
    content : of site.json, compare.json, routes.json or courses.json.
    layers : of sites.gpkg, compare.gpkg, routes.gpkg or courses.gpkg, EPSG:4326.
    """

    what: str
    folder: Path
    content: dict[str, Any]
    layers: dict[str, gpd.GeoDataFrame]


def load_part(folder: str | Path, what: str, run: FinishedRun) -> FinishedPart:
    """Read what rests on a run, after comparing its layers with their hash.

    Its other files have to be there, but an office may have edited them.

    Parameters
    ----------
    folder
        The `--out` of the command that wrote it.
    what
        One of `PARTS`.
    run
        The run that it has to rest on: of the same plan and the same files.

    Returns
    -------
    FinishedPart
        As it stands in the files.

    Raises
    ------
    SourceError
        If the folder or a file is missing or spoilt, or it is of another plan or other files.
    """
    folder, content = check_part(folder, what, run.folder, run.run)
    name, layers, command, _ = PARTS[what]
    outputs = content.get("outputs")
    expected = outputs.get(layers) if isinstance(outputs, dict) else None
    _refuse_missing(folder, outputs, command)
    path = folder / layers
    if not path.is_file() or hash_file(path) != expected:
        raise SourceError(f"{path}: is not what {name} says; repeat {command}")
    return FinishedPart(what, folder, content, load_layers(path, command))


def check_part(
    folder: str | Path, what: str, run_folder: Path, run: dict[str, Any]
) -> tuple[Path, dict[str, Any]]:
    """Return the folder of what rests on a run, and the content of the file vouching for it.

    Parameters
    ----------
    folder, what
        As of `load_part`.
    run_folder, run
        Of the run that it has to rest on: its folder, and the content of its run.json.

    Raises
    ------
    SourceError
        If the folder or that file is missing or spoilt, or it is of another plan or other files.
    """
    folder = Path(folder).resolve()  # a name like http: means something else to GDAL
    name, _, command, takes_run = PARTS[what]
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder; give the --out of {command}")
    finish_change(folder)
    if not (folder / name).is_file():
        raise SourceError(f"{folder / name}: is missing; give the --out of {command}")
    content = load_json(folder / name, command)
    _refuse_other(content, folder / name, command if takes_run else "", run_folder, run)
    return folder, content


def _refuse_missing(folder: Path, outputs: object, command: str) -> None:
    """Refuse a folder that lacks a file that was written into it; a map is made anew anyway."""
    for name in sorted(map(str, outputs)) if isinstance(outputs, dict) else []:
        if name != MAP_FILE and not (folder / name).is_file():
            raise say_unfinished(folder / name, "is missing", command)


def _refuse_other(
    content: dict[str, Any], path: Path, command: str, run_folder: Path, run: dict[str, Any]
) -> None:
    """Refuse what was worked out for another plan, or from files that have changed since.

    command : which takes the run to work it out for; "" if it takes the plan alone.
    """
    within = content.get("run")
    inputs = within.get("inputs") if isinstance(within, dict) else content.get("inputs")
    known = run.get("inputs")
    # By content alone: files may lie elsewhere or have other names.
    same = (
        isinstance(inputs, dict)
        and isinstance(known, dict)
        and sorted(map(str, inputs.values())) == sorted(map(str, known.values()))
    )
    if not same or content.get("plan") != run.get("plan"):
        if not command:
            raise SourceError(
                f"{path}: is of another plan or other files than {run_folder}; "
                "repeat both commands with the same plan"
            )
        raise SourceError(
            f"{path}: is of another plan or other files than {run_folder}; "
            f"repeat {command} with --run {run_folder}"
        )
