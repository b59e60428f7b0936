"""Which time zone a place lies in, by its coordinates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

#: Any moment serves: only the zone of the answer is looked at.
_ANY_MOMENT = datetime(2026, 1, 5, 3, 0)


def find_zones(places: Iterable[tuple[float, float]]) -> list[str | None]:
    """Return the IANA name of the zone of each longitude and latitude; None at sea or nowhere.

    The outlines of zones come with opening-hours-py, so nothing is asked of the internet.
    """
    # To 0.01 degree, about a kilometre: hosts of one town are asked for once.
    return [_find_zone(round(lon, 2), round(lat, 2)) for lon, lat in places]


@lru_cache(maxsize=4096)
def _find_zone(lon: float, lat: float) -> str | None:
    """Return the zone of one place."""
    from opening_hours import OpeningHours

    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    then = OpeningHours("Mo-Fr 10:00-18:00", coords=(lat, lon)).next_change(_ANY_MOMENT)
    zone = None if then is None else then.tzinfo
    name = zone.key if isinstance(zone, ZoneInfo) else None
    # Zones of the open sea are whole hours from Greenwich; nobody teaches there.
    return None if name is None or name.startswith("Etc/") else name
