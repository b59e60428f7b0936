"""Invented names: syllables put together so that they name no real place of the district."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

_FIRST = (
    "澄霁岚汀芷蘅澜棠筠霖沅岫苓芃棣葭荻芸栩曦昀澍泓滢潋漪玥珞琅璟"
    "棹舫鹭鸥鹤雁鹂隼鲤棉穗稷粟麦禾桑榆楸楮樟桦椴梓柘棕杉"
)
_SECOND = "川岸浦塘泾渚洲滩汀湾桥堤林苑坪岭坡田野台亭阁廊舍庭轩园圃畦溪泉涧池沼原"
_STREET_ENDS = ("路", "路", "路", "路", "街", "支路")
_ESTATE_ENDS = ("苑", "雅苑", "花园", "新村", "家园", "名邸", "公寓", "华庭", "景苑", "佳园")
_VILLAGE_ENDS = ("村", "村", "浜村", "宅村", "桥村", "泾村")


def _shuffled(first: str, second: str, seed: int) -> list[str]:
    """All pairs of syllables in a fixed shuffled order."""
    pairs = [a + b for a in first for b in second if a != b]
    order = np.random.default_rng(seed).permutation(len(pairs))
    return [pairs[k] for k in order]


def shuffled(seed: int) -> list[str]:
    """All pairs of syllables, in an order of one's own."""
    return _shuffled(_FIRST, _SECOND, seed)


_STREETS = _shuffled(_FIRST, _SECOND, 11)


def street_namer(salt: int = 0) -> Callable[[bool, int], str]:
    """Names of streets: one for each line of the lattice, others by salt."""

    def name_of(across: bool, index: int) -> str:
        """Name of a line of the lattice."""
        if salt:
            rng = np.random.default_rng((salt, index))
            return _STREETS[200 + int(rng.integers(len(_STREETS) - 200))] + str(
                rng.choice(_STREET_ENDS)
            )
        return _STREETS[2 * index + int(across)] + ("大道" if index % 4 == 1 else "路")

    return name_of


def unique_names(kind: str) -> Iterator[str]:
    """Distinct names of one kind, the keys of `ends` below, in a fixed order."""
    ends = {
        "estate": _ESTATE_ENDS,
        "village": _VILLAGE_ENDS,
        "park": ("公园", "绿地"),
        "works": ("工业园", "产业园", "科技园", "物流园"),
        "mall": ("广场", "天地", "购物中心"),
        "tower": ("大厦", "商务中心", "中心"),
        "apartments": ("人才公寓",),
        "school": ("学校",),
        "scenic": ("湿地公园", "森林公园", "古镇景区", "湖景区"),
        "station": ("站",),
    }[kind]
    pairs = _shuffled(_FIRST, _SECOND, sum(ord(c) for c in kind))
    rng = np.random.default_rng((12, sum(ord(c) for c in kind)))
    for turn in range(20):
        for pair in pairs:
            yield (
                pair + str(ends[int(rng.integers(len(ends)))]) + ("" if turn == 0 else f"{turn}区")
            )
