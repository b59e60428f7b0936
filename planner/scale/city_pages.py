"""Pages of a city: one for each town, drawn from its rows and its neighbours', and their list."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.maps import INDEX_FILE, TownPages, write_map
from planner.maps.for_map import list_page_options
from planner.network.study_area import StudyArea
from planner.reports.town_dataset import METADATA_FILE, name_town_folder, read_town_rows
from planner.scale.cut.area_arrays import array_to_json, json_to_array
from planner.scale.work.content import keep
from planner.scale.work.steps import Runner, StepStore, WorkStep
from planner.sources.cache import Arrays
from planner.sources.hashes import hash_file

#: Layers that a page draws, of those in the dataset.
DRAWN: Final = (
    "areas", "facilities", "isochrones", "demand", "gaps", "gap_routes", "unknown_areas",
    "compounds", "gates", "barriers", "gate_gains", "walk_edges", "zones", "backdrop", "landmarks",
    "committees",
)  # fmt: skip
#: Of run.json, what a page says.
_TOLD: Final = ("title", "language", "synthetic", "date", "settings", "profile", "profiles")


@dataclass(frozen=True, eq=False)
class CityPages:
    """What the pages of a city are drawn from.

    dataset : folder of the layers, which all workers see.
    area : with the towns. areas : this layer of the whole, EPSG:4326; gaps : without outlines.
    summary, run : contents of summary.json and run.json.
    """

    dataset: Path
    area: StudyArea
    areas: gpd.GeoDataFrame
    gaps: pd.DataFrame
    summary: Mapping[str, Any]
    run: Mapping[str, Any]

    def draw(self, runner: Runner, store: StepStore) -> dict[str, bytes]:
        """Draw the page of each town on some workers, and the list of them; name -> content.

        The pages try no scenarios and choose no groups or hours: who wants that runs one town by
        itself.
        """
        gaps = gpd.GeoDataFrame(self.gaps)  # they are counted, not drawn
        listed = TownPages({"areas": self.areas, "gaps": gaps}, self.summary, **_walkers(self.run))
        told = keep(store, {"told": json_to_array(
            {"summary": dict(self.summary), "run": {name: self.run[name] for name in _TOLD}}
        )})  # fmt: skip
        steps = [self._step(town, told, listed.ring_m) for town in listed.files]
        keys = runner.run(steps)
        pages = {
            file: store.load(key)["page"].tobytes()
            for file, key in zip(listed.files.values(), keys, strict=True)
        }
        index = listed.build_index(**list_page_options(self.run))
        return pages | {INDEX_FILE: index.encode()}

    def _step(self, town: str, told: str, ring_m: float) -> WorkStep:
        """Return the step that draws one page, from what lies within the ring of its town."""
        towns = self.area.towns
        assert towns is not None  # else there is no page a town
        own = shapely.union_all(towns.geometry[(towns["name"] == town).to_numpy()].to_numpy())
        near = np.asarray(shapely.dwithin(towns.geometry.to_numpy(), own, ring_m), dtype=bool)
        around = [*towns["name"][near], ""]
        files = {
            str(path.relative_to(self.dataset)): hash_file(path)
            for path in self._list_files(around)
        }
        settings = {
            "town": town, "around": around, "told": told, "dataset": str(self.dataset),
            "files": files,
        }  # fmt: skip
        return WorkStep("pages", town, draw_town_page, settings)

    def _list_files(self, towns: list[str]) -> Iterator[Path]:
        """Yield the files of the layers that a page draws."""
        for name in DRAWN:
            for town in towns:
                yield from sorted((self.dataset / name / name_town_folder(town)).glob("*.parquet"))


def draw_town_page(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Draw the page of a town: a step of the work on a city."""
    told = array_to_json(store.load(settings["told"])["told"])
    dataset = Path(settings["dataset"])
    layers = {
        name: read_town_rows(dataset, name, settings["around"])
        for name in DRAWN
        if (dataset / name / METADATA_FILE).is_file()
    }
    pages = TownPages(layers, told["summary"], **_walkers(told["run"]))
    page = pages.draw(settings["town"], **list_page_options(told["run"]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        write_map(page, path, packed=True)
        return {"page": np.frombuffer(path.read_bytes(), dtype=np.uint8)}


def _walkers(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return who walks, as `TownPages` takes them."""
    return {"profiles": run["profiles"], "profile": run["profile"]["name"]}
