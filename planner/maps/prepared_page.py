"""The page of a run before anything rests on it: what takes long is done, and parts are added."""

from __future__ import annotations

import re
import zlib
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
from planner.sources.versions import name_writer
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
#: Keys of a page's data that parts add, and those that come behind them.
_OF_PARTS: Final = ("proposal", "comparison", "routes", "courses")
_LAST: Final = ("view", "basemap", "title", "language", "synthetic", "date", "credit", "texts")
#: Keys of the data of a run that parts and the picture are made by.
_READ_AGAIN: Final = (
    "bounds", "origin", "step", "profile", "cutoffs", "kinds", "coverage", "checks",
    "invented_streets", "areas", "bands", "unknown", "gaps", "facilities",
)  # fmt: skip
#: How broken data show themselves.
_BROKEN: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, zlib.error)


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
    check_language(page.get("language", LANGUAGES[0]))
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
    packing = Packing()
    packing.add(payload)
    last: dict[str, Any] = {"view": view}
    if town_page is not None:
        last["town_page"] = dict(town_page)
    return _complete(layers, payload, packing, last, columns, page)


def reopen_page(
    drawn: str, layers: Mapping[str, gpd.GeoDataFrame], *, view: str, **page: Unpack[PageOptions]
) -> PreparedPage | None:
    """Do the same as `prepare_page` by the data of the page that was drawn of a run.

    Nothing of that page is taken but its data, which were put together of the run's files.

    Parameters
    ----------
    drawn
        The run's map.html as it was written.
    layers
        Of the run, EPSG:4326; those that the parts to be added need.
    view, page
        As of `draw_map`.

    Returns
    -------
    PreparedPage | None
        None where the page is broken or another version of the program drew it, whose data may
        differ from ours.
    """
    from planner.maps._page_map import asset

    for name, layer in layers.items():
        require_wgs84(layer, name)
    own = f'content="{name_writer()}"', asset("page.js").strip()
    texts = [_find_data(drawn, name) for name in ("planner-data", "planner-whatif")]
    if texts[0] is None or not all(text in drawn for text in own):
        return None
    try:
        packing = Packing.reopen(texts[0])
        packing.leave_out([*_OF_PARTS, *_LAST])
        payload = packing.read(_READ_AGAIN)
        return _complete(layers, payload, packing, {"view": view}, texts[1], page)
    except _BROKEN:
        return None


def _find_data(drawn: str, name: str) -> str | None:
    """Return packed data that stand in a page once, else None; they have signs of base64 only."""
    found = re.findall(rf'<script type="text/plain" id="{name}">([\w+/=]+)</script>', drawn)
    return found[0] if len(found) == 1 else None


def _complete(
    layers: Mapping[str, gpd.GeoDataFrame],
    payload: Mapping[str, Any],
    packing: Packing,
    last: dict[str, Any],
    whatif: str | None,
    page: PageOptions,
) -> PreparedPage:
    """Add what a page says of itself, and all that is drawn of its data by Python."""
    # Loaded where it is used: folium takes long.
    from planner.maps._page_map import PageMap

    language = page.get("language", LANGUAGES[0])
    tiles = find_basemap(page.get("basemap"))
    last |= {
        "basemap": None if tiles is None else tiles.to_payload(),
        "title": page["title"],
        "language": language,
        "synthetic": bool(page.get("synthetic")),
        "date": page.get("date"),
        "credit": page.get("credit", CREDIT),
        "texts": TEXTS,
    }
    about = _say_heading(payload["cutoffs"], last["view"], language)
    # The title of the window; the page sets it anew when the reader changes the language. One that
    # is written from right to left must not turn round the words beside it.
    said = [about, isolate_text(page["title"])]
    said += [TEXTS[language]["synthetic"]] if page.get("synthetic") else []
    draw = partial(
        PageMap,
        title=" · ".join(text for text in said if text),
        bounds=payload["bounds"],
        poster=build_poster({**payload, **last}, about),
        inline_note=TEXTS[language]["poster_inline"],
        policy=None if tiles is None else {"images": tiles.hosts},
        whatif=whatif,
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
