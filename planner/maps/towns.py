"""One page a town, small enough to be handed on, and the page that lists them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Unpack

import numpy as np

from planner.coverage.counting import ALL, to_exact_shares
from planner.errors import PlannerError, quote
from planner.maps._drawn_once import ROADS
from planner.maps._gaps_payload import mark_scattered
from planner.maps._ground_payload import rank_streets
from planner.maps._layer_columns import find_layer
from planner.maps._town_cut import (
    cut_layers,
    cut_summary,
    cut_tables,
    find_outline,
    list_across,
    list_towns,
)
from planner.maps._town_index import build_town_index
from planner.maps._whatif_cut import RIDDEN, WhatIfCutter
from planner.maps._whatif_degrees import to_degrees
from planner.maps.draw import PageOptions, draw_map
from planner.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import folium
    import geopandas as gpd
    import pandas as pd

    from planner.sources.whatif_file import WhatIfData

INDEX_FILE: Final = "index.html"
#: Names of files that Windows keeps for devices, and that of the index.
_TAKEN: Final = {
    *("con", "prn", "aux", "nul", "index"),
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
#: A name of a file has at most 255 bytes, and a letter at most four.
_LONGEST: Final = 50


class TownPages:
    """Draws the pages of a result's towns.

    Parameters
    ----------
    layers, summary, tables, whatif
        As `draw_map` takes them.
    profiles
        Those of run.json: name, speed_kmh, vehicle. Who rides is left out of these pages.
    profile
        Name of the plan's own.

    Raises
    ------
    PlannerError
        If the result counts no towns.
    """

    def __init__(
        self,
        layers: Mapping[str, gpd.GeoDataFrame],
        summary: Mapping[str, Any],
        *,
        tables: Mapping[str, pd.DataFrame] | None = None,
        whatif: WhatIfData | None = None,
        profiles: Sequence[Mapping[str, Any]],
        profile: str,
    ) -> None:
        self._layers, self._summary, self._tables = layers, summary, tables or {}
        self._cutter = None if whatif is None else WhatIfCutter(_with_roads(whatif, layers))
        towns = list_towns(layers, summary)
        if not towns:
            raise PlannerError(
                "this run counts no towns, so there is no page a town; "
                "name their outlines under [area] towns and run the plan"
            )
        #: The file of each town.
        self.files = name_files(towns)
        walked = [one for one in profiles if one["name"] == profile or one["vehicle"] != RIDDEN]
        self._riders = [one["name"] for one in profiles if one not in walked]
        cutoffs = [float(row["cutoff_minutes"]) for row in summary["coverage"]]
        #: How far the longest walk asked leads in a straight line, metres.
        fastest = max(float(one.get("reach_kmh", one["speed_kmh"])) for one in walked)
        self.ring_m = fastest * max(cutoffs) * 1000 / 60

    def draw(self, town: str, **page: Unpack[PageOptions]) -> folium.Map:
        """Return the page of a town: see `draw_map`."""
        if town not in self.files:
            raise PlannerError(f"town {quote(town)} is unknown; choose one of the result's towns")
        layers = cut_layers(self._layers, town, self.ring_m)
        reach = layers.get("isochrones")
        if reach is not None and "profile" in reach.columns:
            layers["isochrones"] = reach[~reach["profile"].isin(self._riders).to_numpy()]
        page["title"] = f"{page['title']} · {town}"
        return draw_map(
            layers,
            cut_summary(self._summary, town, self._riders),
            tables=cut_tables(self._tables, layers, self._riders),
            whatif=self._cut_whatif(town),
            town_page={
                "name": town,
                "list": INDEX_FILE,
                "across": list_across(self._layers, layers, town),
                "riders": bool(self._riders),
            },
            **page,
        )

    def _cut_whatif(self, town: str) -> WhatIfData | None:
        """Return what a town's page judges scenarios by."""
        if self._cutter is None:
            return None
        return to_degrees(self._cutter.cut(town, find_outline(self._layers, town)))

    def build_index(self, **page: Unpack[PageOptions]) -> str:
        """Return the page that lists those of the towns, as markup: no script, no request."""
        return build_town_index(
            self.list_rows(),
            title=page["title"],
            language=page.get("language", LANGUAGES[0]),
            synthetic=page.get("synthetic", False),
            date=page.get("date") or "",
        )

    def list_rows(self) -> list[dict[str, Any]]:
        """Return people, share covered, its low and high, gaps and file: of all, then of each town.

        People and shares are of the first kind of people that is counted, at the last cutoff. The
        first row, of the whole area, has no file, and "" for its town.
        """
        rows = self._summary["coverage"]
        last = max(float(row["cutoff_minutes"]) for row in rows)
        of = {
            row["area"]: to_exact_shares(row)
            for row in reversed(rows)
            if float(row["cutoff_minutes"]) == last
        }
        return [
            {"town": "" if town == ALL else town, "file": file, "kind": of[town]["kind"],
             "minutes": last, "people": of[town]["people"], "share": of[town].get("share"),
             "low": of[town].get("share_low"), "high": of[town].get("share_high"),
             "gaps": self._count_gaps(town, of[town]["kind"])}
            for town, file in {ALL: "", **self.files}.items()
        ]  # fmt: skip

    def _count_gaps(self, town: str, kind: str) -> int:
        """Count the gaps of an area that leave out people of a kind, as its page counts them."""
        gaps = find_layer(self._layers, "gaps")
        people = f"people_{kind}"
        if gaps is None or "town" not in gaps.columns or people not in gaps.columns:
            return 0
        own = ((gaps["town"] == town) | (town == ALL)) & (gaps[people].fillna(0) > 0)
        return int((own & ~np.array(mark_scattered(gaps))).sum())


def _with_roads(whatif: WhatIfData, layers: Mapping[str, gpd.GeoDataFrame]) -> WhatIfData:
    """Return the data with the rank of each street that is drawn, where these are the same."""
    edges = find_layer(layers, "walk_edges")
    if edges is None or len(edges) != len(whatif.columns["edges.u"]):
        return whatif
    return replace(whatif, columns={**whatif.columns, ROADS: rank_streets(edges)})


def name_files(towns: Iterable[str]) -> dict[str, str]:
    """Return a name of a file for each town: readable, safe on every disk, none twice."""
    files: dict[str, str] = {}
    taken = set(_TAKEN)
    for town in towns:
        plain = unicodedata.normalize("NFKC", town)
        stem = re.sub(r"[\W_]+", "-", plain).strip("-")[:_LONGEST].strip("-") or "town"
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        files[town] = f"{name}.html"
    return files
