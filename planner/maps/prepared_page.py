"""The page of a run before anything rests on it: what takes long is done, and parts are added."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from planner.maps._basemap import find_basemap
from planner.maps._drawn_once import leave_out_drawn
from planner.maps._map_grid import STEP_DEG
from planner.maps._packed_payload import Packing
from planner.maps._page_payload import build_page_payload
from planner.maps._poster import build_poster
from planner.maps._whatif_payload import find_page_rows, order_units, pack_whatif
from planner.maps.page_parts import PagePart, build_parts, grid_of, require_wgs84
from planner.showing import Brief
from planner.sources.cells import isolate_text
from planner.texts import LANGUAGES, TEXTS, check_language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Unpack

    import folium
    import geopandas as gpd
    import pandas as pd

    from planner.maps.draw import PageOptions
    from planner.sources.whatif_file import WhatIfData

CREDIT: Final = "© OpenStreetMap contributors (ODbL)"
#: Keys of the texts that say what a page is about, by the view shown first.
_HEADINGS: Final = {"proposal": "heading_sites", "comparison": "heading_compare"}


@dataclass(frozen=True, eq=False)
class PreparedPage(Brief):
    """A page to which only what rests on the run is lacking.

    layers : of the run. payload : its data; packing : the same, packed. last : keys of the payload
    that come behind those of the parts. draw : makes the page of the packed data.
    """

    layers: Mapping[str, gpd.GeoDataFrame]
    payload: Mapping[str, Any]
    packing: Packing
    last: Mapping[str, Any]
    draw: Callable[[str], folium.Map]

    def finish(self, parts: Mapping[str, PagePart]) -> folium.Map:
        """Add the parts, by `proposal`, `comparison`, `routes` and `courses`; to be called once.

        Raises
        ------
        CrsError
            If a layer of a part is not in EPSG:4326.
        """
        for more in (build_parts(self.payload, self.layers, parts), self.last):
            self.packing.add(more)
        return self.draw(self.packing.finish())


def prepare_page(
    layers: Mapping[str, gpd.GeoDataFrame],
    summary: Mapping[str, Any],
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    whatif: WhatIfData | None = None,
    view: str = "today",
    town_page: Mapping[str, Any] | None = None,
    **page: Unpack[PageOptions],
) -> PreparedPage:
    """Do what a page needs of its run alone.

    Parameters, errors
        As of `draw_map`.
    """
    # Loaded where it is used: folium takes long.
    from planner.maps._page_map import PageMap

    language = page.get("language", LANGUAGES[0])
    check_language(language)
    for name, layer in layers.items():
        require_wgs84(layer, name)
    payload = build_page_payload(layers, summary, tables) | {
        "invented_streets": bool(summary.get("invented_streets")),
        "step": STEP_DEG,
    }
    columns = None
    if whatif is not None:
        order = order_units(whatif, layers, grid_of(payload))
        more = {} if order is None else leave_out_drawn(payload, whatif, layers)
        columns = pack_whatif(whatif, order, find_page_rows(whatif, layers) | more)
    tiles = find_basemap(page.get("basemap"))
    last: dict[str, Any] = {"view": view}
    if town_page is not None:
        last["town_page"] = dict(town_page)
    last |= {
        "basemap": None if tiles is None else tiles.to_payload(),
        "title": page["title"],
        "language": language,
        "synthetic": bool(page.get("synthetic")),
        "date": page.get("date"),
        "credit": page.get("credit", CREDIT),
        "texts": TEXTS,
    }
    packing = Packing()
    packing.add(payload)
    about = _say_heading(payload["cutoffs"], view, language)
    # The title of the window; the page sets it anew when the reader changes the language. One that
    # is written from right to left must not turn round the words beside it.
    said = [about, isolate_text(page["title"])]
    said += [TEXTS[language]["synthetic"]] if page.get("synthetic") else []
    draw = partial(
        PageMap,
        title=" · ".join(text for text in said if text),
        bounds=payload["bounds"],
        poster=build_poster(payload | last, about),
        inline_note=TEXTS[language]["poster_inline"],
        policy=None if tiles is None else {"images": tiles.hosts},
        whatif=columns,
    )
    return PreparedPage(layers, payload, packing, last, draw)


def _say_heading(cutoffs_minutes: list[float], view: str, language: str) -> str:
    """Return what the page is about; the page itself says the same in the language chosen."""
    words = TEXTS[language]
    if view in _HEADINGS:
        return words[_HEADINGS[view]]
    longest = cutoffs_minutes[-1] if cutoffs_minutes else 15.0
    # Exact: a cutoff is the number that stands in the plan, not a result.
    if longest == 15:
        return words["heading_15"]
    return words["heading"].format(minutes=f"{longest:g}")
