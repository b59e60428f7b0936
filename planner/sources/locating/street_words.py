"""Words for streets in Latin letters, brought to one spelling, as people shorten them."""

from __future__ import annotations

import re
from typing import Final

#: Spelling that is compared -> how people write it, without accents and capitals.
_SPELLINGS: Final = {
    "r": "rua rue",
    "av": "avenida avenue ave avda",
    "st": "street",
    "rd": "road",
    "dr": "drive",
    "ln": "lane",
    "sq": "square",
    "blvd": "boulevard bulevar bd",
    "tv": "travessa trav",
    "pca": "praca",
    "estr": "estrada",
    "rod": "rodovia",
    "c": "calle",
    "pl": "plaza platz place",
    "str": "strasse",
}
_SHORT: Final = {word: short for short, words in _SPELLINGS.items() for word in words.split()}
_WORD: Final = re.compile(r"[a-z]+")
#: Hauptstraße and Hauptstr. are one street; so is what stands behind a word with a dot.
_ENDING: Final = re.compile(r"(?<=[a-z])strasse$")


def shorten_words(plain: str) -> str:
    """Return a normalised text with words for streets in one spelling, as Rua and R. are one."""
    return _WORD.sub(lambda found: _ENDING.sub("str", _SHORT.get(found[0], found[0])), plain)


def is_only_a_word(street: str) -> bool:
    """Tell whether a street as it is compared is no more than a word for one, as `r` is."""
    return street in _SPELLINGS
