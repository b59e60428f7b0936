"""Addresses: a street with the number of a house or a lane."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from planner.sources.locating.names import normalise, squeeze, strip_regions
from planner.sources.locating.street_words import is_only_a_word, shorten_words

#: No name of a street has more signs.
_LONGEST: Final = 40
_NUMBERED: Final = re.compile(
    r"([\u4e00-\u9fff\d]{1,12}?(?:路|街|大道|公路|巷|道))(?:近)?(\d{1,5})[甲乙丙丁戊a-z]?"
    r"(?:[-~至到和及]\d+)*(号|弄|支弄|$)"
)
#: 西大名路 is another street than 大名路, and so is 大华1路 than 1路.
_MAKES_ANOTHER: Final = frozenset("东南西北中新老上下前后大小")
_SHORTEST_TAIL: Final = 3
_SIGNS: Final = re.compile(r"[\u4e00-\u9fff]")
_WORDS: Final = re.compile(r"\w+")
_LATIN: Final = re.compile(r"[^\W\d_]")
#: The number of a house in Latin letters: nº 630, 12b, 12-14; no postcode, no 630th.
_HOUSE: Final = (
    r"(?:n(?:[o°º.]+|um(?:ero)?)?\s*)?(\d{1,4})[a-z]?(?![\w])(?:\s*[-/]\s*\d+[a-z]?(?!\w))?"
)
#: Rua Bom Jesus 123; 123 Main Street. Of Rua 7 de Setembro the number is part of the name.
_TRAILING: Final = re.compile(rf"(\S.*?\D)\s+{_HOUSE}(?=\s*$|\s+\W|\s+[a-z]$)")
_LOOSE: Final = re.compile(rf"(\S.*?\D)\s+{_HOUSE}(?=\s)")
_LEADING: Final = re.compile(rf"{_HOUSE}\s+(\D.*)")
_ALONE: Final = re.compile(rf"{_HOUSE}(?=\s|$)")
_MOST_SIGNS: Final = 200


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
    return _find_latin(plain, streets)


def name_street(text: str) -> str:
    """Return the name of a street as it is compared."""
    return squeeze(shorten_words(normalise(text)))


def name_crossing(text: str) -> str:
    """Return the names of two streets with / between as they are compared, in either order."""
    return "/".join(sorted(name_street(part) for part in text.split("/")))


def find_streets(text: str, streets: Collection[str], towns: Collection[str] = ()) -> list[str]:
    """Return the known streets that a text names, in its order, the longest at each place."""
    plain = shorten_words(normalise(text))
    words = _WORDS.findall(plain)
    if _SIGNS.search(plain):  # there no blank parts words
        words = list(strip_regions(squeeze(plain), towns)[0])
    found, start = [], 0
    while start < len(words):
        ends = range(min(len(words), start + _LONGEST), start, -1)
        names = ((end, squeeze(" ".join(words[start:end]))) for end in ends)
        end, name = next(((end, name) for end, name in names if name in streets), (0, ""))
        if end:
            found.append(name)
        start = end or start + 1
    return found


def _choose_street(run: str, streets: Collection[str], towns: Collection[str]) -> str:
    """Return which of the signs before a number are the street."""
    run, _ = strip_regions(run, towns)
    if run in streets:
        return run
    starts = range(1, len(run) - _SHORTEST_TAIL + 1)
    tails = (run[start:] for start in starts if _may_begin(run, start))
    return next((tail for tail in tails if tail in streets), run)


def _may_begin(run: str, start: int) -> bool:
    """Tell whether the name of a street may begin inside other signs."""
    return run[start - 1] not in _MAKES_ANOTHER and not run[start].isdigit()


def _find_latin(plain: str, streets: Collection[str]) -> Address | None:
    """Read an address in Latin letters: that of a known street, else the first that is plain."""
    if not _LATIN.search(plain) or len(plain) > _MOST_SIGNS:
        return None
    parts = [part.strip() for part in shorten_words(plain).split(",")]
    plainly = [*_list_pairs(parts, _TRAILING)]
    loosely = [*_list_pairs(parts, _LOOSE)]
    for address in (*plainly, *loosely):
        if address.street in streets:
            return address
    return next(iter(plainly), None)


def _list_pairs(parts: list[str], trailing: re.Pattern[str]) -> Iterator[Address]:
    """Yield what may be a street and a number: in one part of an address or in two."""
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        pairs = [(part, found[1]) for found in [_ALONE.match(following)] if found] + [
            (found[1], found[2]) for found in [trailing.match(part)] if found
        ]
        pairs += [(found[2], found[1]) for found in [_LEADING.match(part)] if found]
        for text, number in pairs:
            street = squeeze(text)
            if len(street) >= _SHORTEST_TAIL and not is_only_a_word(street):
                yield Address(street, int(number), lane=False)
