"""How Chinese characters are read: what a name is found by when its pinyin is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def list_readings(names: Iterable[str | None]) -> dict[str, str]:
    """Return every reading of each Chinese character of the names, without tones, by a space.

    The usual reading comes first; `ü` is written v. Characters without a reading are left out.
    """
    from pypinyin import Style, pinyin

    characters = sorted({sign for name in names if name for sign in name if _is_chinese(sign)})
    readings: dict[str, str] = {}
    for sign in characters:
        found = pinyin(sign, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
        if found:
            readings[sign] = " ".join(dict.fromkeys(found[0]))
    return readings


def _is_chinese(sign: str) -> bool:
    """Tell whether a character is one of those that pinyin is for."""
    return "\u3400" <= sign <= "\u9fff" or "\U00020000" <= sign <= "\U0003ffff"
