"""Names of the files of sheets: readable, safe on every disk, none twice."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A name of a file has at most 255 bytes, and a letter at most four.
_LONGEST: Final = 50


def name_sheets(towns: Sequence[str], sites: Sequence[str]) -> list[str]:
    """Return a name without an ending for each sheet: of towns, or of the whole area, then sites.

    The number in it makes it one of its own, and no name that Windows keeps for devices.
    """
    of_towns = [f"town-{number:02d}{_clean(town)}" for number, town in enumerate(towns, start=1)]
    of_sites = [f"site-{number:02d}{_clean(name)}" for number, name in enumerate(sites, start=1)]
    return [*(of_towns or ["area"]), *of_sites]


def _clean(name: str) -> str:
    """Return what may stand in the name of a file, with a dash before it; "" if nothing may."""
    plain = unicodedata.normalize("NFKC", name)
    stem = re.sub(r"[\W_]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    return f"-{stem}" if stem else ""
