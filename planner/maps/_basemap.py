"""Maps from the internet that a page may load: where from, and how they are named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from planner.errors import PlannerError, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY: Final = re.compile(r"[0-9A-Za-z_-]{8,64}")


@dataclass(frozen=True)
class Basemap:
    """A map of tiles in Web Mercator over WGS-84.

    hosts : what the page's policy allows; urls : templates of its layers, the lowest first.
    """

    name: str
    hosts: tuple[str, ...]
    urls: tuple[str, ...]
    most_zoom: int

    def to_payload(self) -> dict[str, Any]:
        """Return what the page needs to know."""
        return {"name": self.name, "urls": list(self.urls), "zoom": self.most_zoom}


def find_basemap(asked: Mapping[str, Any] | None) -> Basemap | None:
    """Return the map that `[map]` names, None for none.

    Raises
    ------
    PlannerError
        If the name or the key is none.
    """
    name = (asked or {}).get("basemap")
    if name is None:
        return None
    if name == "osm":
        host = "https://tile.openstreetmap.org"
        return Basemap("osm", (host,), (host + "/{z}/{x}/{y}.png",), 19)
    key = (asked or {}).get("key")
    if name != "tianditu":
        raise PlannerError(f"basemap {quote(str(name))} is unknown; choose osm or tianditu")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise PlannerError("basemap tianditu needs its key: 8 to 64 letters and digits")
    host = "https://t0.tianditu.gov.cn"
    query = (
        "?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    )
    urls = tuple(f"{host}/{kind}_w/wmts{query}&LAYER={kind}&tk={key}" for kind in ("vec", "cva"))
    return Basemap("tianditu", (host,), urls, 18)
