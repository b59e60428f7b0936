"""Addresses: a street with the number of a house or a lane."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from planner.sources.locating.names import normalise, squeeze, strip_regions

#: No name of a street has more signs.
_LONGEST: Final = 40
_NUMBERED: Final = re.compile(
    r"([\u4e00-\u9fff\d]{1,12}?(?:路|街|大道|公路|巷|道))(?:近)?(\d{1,5})(?:[-~]\d+)*(号|弄|支弄|$)"
)
#: Rua Bom Jesus, 123 and 123 Main Street: the number at either end of a part of an address.
_LATIN: Final = re.compile(r"[^\W\d_]")
_TRAILING: Final = re.compile(r"^(.*?\D)[\s,]+(?:n[o°º.]*\s*)?(\d{1,5})[a-z]?\b")
_LEADING: Final = re.compile(r"^(\d{1,5})[a-z]?[\s,]+(\D.*?)(?:,|$)")


class Address(NamedTuple):
    """A house at a street, or a lane that begins there.

    street : as it is compared; number; lane : a lane of this number, not a house.
    """

    street: str
    number: int
    lane: bool


def find_address(
    text: str, streets: Collection[str] = (), towns: Collection[str] = ()
) -> Address | None:
    """Find the first street with a number in a text.

    Parameters
    ----------
    text
        As it is written.
    streets
        Known ones, as they are compared: of what stands before the number the longest is taken.
    towns
        Known ones, as they are compared.
    """
    plain = normalise(text)
    found = _NUMBERED.search(squeeze(plain))
    if found:
        street = _choose_street(found[1], streets, towns)
        return Address(street, int(found[2]), found[3].endswith("弄"))
    return _find_latin(plain)


def name_street(text: str) -> str:
    """Return the name of a street as it is compared."""
    return squeeze(normalise(text))


def name_crossing(text: str) -> str:
    """Return the names of two streets with / between as they are compared, in either order."""
    return "/".join(sorted(name_street(part) for part in text.split("/")))


def find_streets(text: str, streets: Collection[str], towns: Collection[str] = ()) -> list[str]:
    """Return the known streets that a text names, in its order, the longest at each place."""
    squeezed, _ = strip_regions(squeeze(normalise(text)), towns)
    found, start = [], 0
    while start < len(squeezed):
        ends = range(min(len(squeezed), start + _LONGEST), start + 1, -1)
        end = next((end for end in ends if squeezed[start:end] in streets), 0)
        if end:
            found.append(squeezed[start:end])
        start = end or start + 1
    return found


def _choose_street(run: str, streets: Collection[str], towns: Collection[str]) -> str:
    """Return which of the signs before a number are the street."""
    run, _ = strip_regions(run, towns)
    tails = (run[start:] for start in range(len(run) - 1))
    return next((tail for tail in tails if tail in streets), run)


def _find_latin(plain: str) -> Address | None:
    """Read an address in Latin letters."""
    if not _LATIN.search(plain) or len(plain) > 200:
        return None
    for pattern, street, number in ((_TRAILING, 1, 2), (_LEADING, 2, 1)):
        found = pattern.match(plain.strip())
        if found and len(name := squeeze(found[street])) >= 3:
            return Address(name, int(found[number]), lane=False)
    return None
