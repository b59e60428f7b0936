"""Pages of a city: one for each town, drawn from its rows and its neighbours', and their list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from planner.maps import INDEX_FILE, PageOptions, TownPages, write_map
from planner.network.study_area import StudyArea
from planner.reports.town_dataset import METADATA_FILE, read_town_rows

#: Layers that a page draws, of those in the dataset.
DRAWN: Final = (
    "areas", "facilities", "isochrones", "demand", "gaps", "unknown_areas", "compounds", "gates",
    "barriers", "gate_gains", "walk_edges", "zones", "backdrop", "landmarks", "committees",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class CityPages:
    """Draws the pages of a city from its dataset; no more than a few towns are in memory.

    dataset : folder of the layers; areas, gaps : these layers of the whole, EPSG:4326.
    summary : content of summary.json; run : content of run.json.
    """

    dataset: Path
    area: StudyArea
    areas: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    summary: Mapping[str, Any]
    run: Mapping[str, Any]

    def names(self) -> dict[str, str]:
        """Return the file of each town's page; the list of them is `INDEX_FILE`."""
        return self._pages({}).files

    def write(self, folder: Path, options: PageOptions) -> list[str]:
        """Write the page of each town and the list of them; return their names.

        The pages try no scenarios and choose no groups or hours: who wants that runs one town by
        itself.
        """
        written = []
        ring_m = self._pages({}).ring_m
        for town, file in self.names().items():
            layers = self._layers_around(town, ring_m)
            write_map(self._pages(layers).draw(town, **options), folder / file, packed=True)
            written.append(file)
        index = self._pages({}).build_index(**options)
        (folder / INDEX_FILE).write_text(index, encoding="utf-8", newline="\n")
        return [*written, INDEX_FILE]

    def _pages(self, layers: Mapping[str, gpd.GeoDataFrame]) -> TownPages:
        """Return what draws pages of some layers."""
        return TownPages(
            {"areas": self.areas, "gaps": self.gaps, **layers},
            self.summary,
            profiles=self.run["profiles"],
            profile=self.run["profile"]["name"],
        )

    def _layers_around(self, town: str, ring_m: float) -> dict[str, gpd.GeoDataFrame]:
        """Return the layers of a town, of those within its ring, and of what lies in no town."""
        towns = self.area.towns
        assert towns is not None  # else there is no page a town
        own = shapely.union_all(towns.geometry[(towns["name"] == town).to_numpy()].to_numpy())
        near = np.asarray(shapely.dwithin(towns.geometry.to_numpy(), own, ring_m), dtype=bool)
        around = [*towns["name"][near], ""]
        return {
            name: read_town_rows(self.dataset, name, around)
            for name in DRAWN
            if name != "areas" and (self.dataset / name / METADATA_FILE).is_file()
        }
