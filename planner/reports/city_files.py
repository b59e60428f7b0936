"""Writes the answer of a city as a folder: figures, gaps, layers by town, pages; all or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

import geopandas as gpd

from planner.network.study_area import StudyArea
from planner.reports._csv import write_csv
from planner.reports._folder import check_out, list_versions, write_json
from planner.reports._geopackage import write_layers
from planner.reports.town_dataset import (
    DATASET_FOLDER,
    finish_dataset,
    read_town_rows,
    write_town_rows,
)
from planner.reports.town_files import TOWNS_FOLDER
from planner.rounding import AskedCutoffs
from planner.run.summary import with_lonlat
from planner.sources.finished_files import load_json
from planner.sources.folders import change_files
from planner.sources.hashes import hash_file
from planner.sources.own_files import TOWNS_FILE, find_own_files, refuse_other_files
from planner.sources.results import GPKG_FILE, RUN_FILE, SUMMARY_FILE

#: Layers and tables that are written as CSV too.
TABLES: Final = ("gaps", "facilities", "committees", "classes", "gap_classes")
#: Everything that the folder may hold; what is not written this time is taken away.
CITY_OUTPUTS: Final = (
    DATASET_FOLDER, TOWNS_FOLDER, GPKG_FILE, SUMMARY_FILE, *(f"{name}.csv" for name in TABLES),
    RUN_FILE,
)  # fmt: skip


#: A table of the dataset that has no geometry.
VERDICTS: Final = "verdicts"


def check_city_out(out: Path, inputs: Iterable[Path]) -> None:
    """Refuse a folder that the answer of a city cannot go into; see `check_out`.

    Raises
    ------
    SourceError
        Also if its folders of layers and pages hold what the planner did not write.
    """
    folders = (DATASET_FOLDER, TOWNS_FOLDER)
    check_out(out, inputs, outputs=[name for name in CITY_OUTPUTS if name not in folders])
    own = {f"{TOWNS_FOLDER}/{name}" for name in find_own_files(out / TOWNS_FOLDER, TOWNS_FILE)}
    if (out / RUN_FILE).is_file():
        run = load_json(out / RUN_FILE)
        own |= set(run["outputs"]) if isinstance(run.get("outputs"), dict) else set()
    for folder in folders:
        # They are replaced as a whole: what somebody else has in them would be gone.
        found = [path for path in (out / folder).rglob("*") if not path.is_dir()]
        names = sorted(path.relative_to(out).as_posix() for path in found)
        refuse_other_files(out, names, own)


class LayerInPieces(Protocol):
    """A layer whose shapes are looked up some at a time."""

    def list_by_town(self) -> Iterator[gpd.GeoDataFrame]:
        """Yield its rows, EPSG:4326, those of one town (`town`) after those of another."""
        ...


@dataclass(frozen=True, eq=False)
class CityAnswer:
    """The answer of a city.

    area : with the towns; summary, provenance : contents of summary.json and run.json.
    layers : those that the join makes, each with `town`, EPSG:4326; areas among them.
    tables : those without geometry; of a layer in `pieces` that is written as CSV its rows, with
    lon, lat.
    files : of the dataset, made by tiles: for each tile, path in it -> content.
    cutoffs : on whose sides minutes stay; notice : of invented data, "" for none.
    pieces : layers whose shapes nobody holds all at once, by name.
    """

    area: StudyArea
    summary: Mapping[str, Any]
    provenance: Mapping[str, Any]
    layers: Mapping[str, gpd.GeoDataFrame]
    tables: Mapping[str, Any]
    files: Iterable[Mapping[str, bytes]]
    cutoffs: AskedCutoffs
    notice: str
    pieces: Mapping[str, LayerInPieces] = field(default_factory=dict)


def assemble_dataset(answer: CityAnswer, folder: Path) -> None:
    """Put the layers of a city together as a dataset: files of the tiles, layers of the join.

    Parameters
    ----------
    answer
        What was found.
    folder
        Of the dataset; what is in it is taken away.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for files in answer.files:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    for name, layer in answer.layers.items():
        write_town_rows(folder, name, layer, "joined", answer.cutoffs)
    for name, pieces in answer.pieces.items():
        for number, piece in enumerate(pieces.list_by_town()):
            # Files of one town are read in the order of their names.
            write_town_rows(folder, name, piece, f"joined-{number:06}", answer.cutoffs)
    finish_dataset(folder)


def write_city(
    answer: CityAnswer,
    dataset: Path,
    pages: Mapping[str, bytes],
    out: Path,
    *,
    towns: Iterable[str] = (),
) -> dict[str, Path]:
    """Write the files of a city into a folder, run.json last.

    Parameters
    ----------
    answer
        What was found.
    dataset
        Folder of its layers, from `assemble_dataset`.
    pages
        Those of its towns and their list, by name.
    out
        Folder; made if it does not exist. Files of an earlier run are replaced.
    towns
        Whose layers are written as result.gpkg, too; none: there is no such file.

    Returns
    -------
    dict
        Name in the folder -> path.
    """
    chosen = list(towns)

    def fill(new: Path) -> list[str]:
        """Write everything."""
        names = [SUMMARY_FILE, DATASET_FOLDER]
        write_json(new / SUMMARY_FILE, dict(answer.summary), answer.cutoffs)
        for name in TABLES:
            if name in answer.layers:
                table = with_lonlat(answer.layers[name].drop(columns=_added(name)))
                write_csv(new / f"{name}.csv", table, answer.cutoffs)
            elif name in answer.pieces:
                write_csv(new / f"{name}.csv", answer.tables[name], answer.cutoffs)
            elif name in answer.tables:
                write_csv(new / f"{name}.csv", answer.tables[name])
            else:
                continue
            names.append(f"{name}.csv")
        for path in sorted(dataset.rglob("*")):
            if path.is_file():
                _link(path, new / DATASET_FOLDER / path.relative_to(dataset))
        if chosen:
            layers = _take_towns(dataset, chosen)
            write_layers(new / GPKG_FILE, layers, description=answer.notice, cutoffs=answer.cutoffs)
            names.append(GPKG_FILE)
        if pages:
            (new / TOWNS_FOLDER).mkdir()
            for name, content in pages.items():
                (new / TOWNS_FOLDER / name).write_bytes(content)
            names.append(TOWNS_FOLDER)
        run = list_versions() | dict(answer.provenance) | {"outputs": _hash_all(new, names)}
        write_json(new / RUN_FILE, run)
        return [*names, RUN_FILE]

    return change_files(out, fill, outputs=CITY_OUTPUTS)


def _added(name: str) -> list[str]:
    """Return the columns that a layer has in the dataset alone."""
    return ["town"] if name == "facilities" else []


def _link(path: Path, place: Path) -> None:
    """Put a file into another place as well: they are replaced, never changed, so one copy will do.

    Where the disk has no links, or the place is on another one, it is copied.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, place)
    except OSError:
        shutil.copyfile(path, place)


def _take_towns(folder: Path, towns: list[str]) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of some towns; tables without geometry stay in the dataset alone."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    found = {name: read_town_rows(folder, name, towns) for name in names if name != VERDICTS}
    return {name: layer for name, layer in found.items() if len(layer)}


def _hash_all(folder: Path, names: list[str]) -> dict[str, str]:
    """Return the hash of every file, by its path in the folder."""
    hashes = {}
    for name in names:
        place = folder / name
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in files:
            if path.is_file():
                hashes[path.relative_to(folder).as_posix()] = hash_file(path)
    return hashes
