"""Towns as people write them, matched to those of the plan: 上海市宝山区大场镇 is 大场镇."""

import re
import unicodedata
from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

import pandas as pd

from planner.errors import on_one_line, quote

#: What may stand before the name of a town: province, city, district, any of them.
_BEFORE: Final = re.compile(
    "(中国)?([^省市区县州]{2,6}(省|自治区))?([^省市区县州]{1,8}(市|州|地区|盟))?"
    "([^省市区县]{1,8}(区|县|市|旗))?"
)


def match_towns(texts: pd.Series, towns: Collection[str]) -> tuple[pd.Series, list[str]]:
    """Return the towns of the plan that texts mean; those that mean none, or several, stay.

    Parameters
    ----------
    texts
        Names of towns in a table.
    towns
        Those of the plan; either side may have province, city and district before the name.

    Returns
    -------
    Series, list of str
        The names, and what was understood: `上海市宝山区大场镇 -> 大场镇`.
    """
    bare, meant = {town: _to_bare(town) for town in towns}, {}
    for text in sorted({*texts} - {*towns, ""}) if bare else ():
        mine = _to_bare(text)
        found = [town for town, its in bare.items() if _is_same(mine, its)]
        if len(found) == 1:
            meant[text] = found[0]
    said = [f"{on_one_line(text)} -> {town}" for text, town in meant.items()]
    return texts.map(lambda text: meant.get(text, text)) if meant else texts, said


def describe_unknown_town(town: str, known: list[str]) -> str:
    """Say that there is no such town, and which ones there are."""
    if not known:
        return (
            f"the plan has no towns, so none is called {quote(town)}; name their file in area.towns"
        )
    close = get_close_matches(town, known, n=1, cutoff=0.4)
    meant = f"did you mean {close[0]}?" if close else f"give one of {', '.join(known)}"
    return f"there is no town {quote(town)}; {meant}"


def _is_same(one: str, other: str) -> bool:
    """Tell whether two bare names are the same but for what stands before one of them."""
    long, short = (one, other) if len(one) >= len(other) else (other, one)
    if not short or not long.endswith(short):
        return False
    return _BEFORE.fullmatch(long.removesuffix(short)) is not None


def _to_bare(name: str) -> str:
    """Return a name without blanks and full-width letters."""
    return "".join(unicodedata.normalize("NFKC", name).split())
