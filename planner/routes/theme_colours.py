"""A colour for each theme of routes: the same on the page, on paper and in other programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: Words in the name of a theme -> its colour: what people expect where a name says a colour.
_BY_WORD: Final = (
    (("红", "red"), "#b3202c"),
    (("低碳", "绿", "生态", "green", "low-carbon", "low carbon"), "#2c7a3f"),
    (("水", "江", "河", "蓝", "blue", "water", "river"), "#1d6fb8"),
)
#: Of other themes, in the order in which they come: told apart by colour-blind eyes too, and none
#: of them a colour of the map (gaps are orange, proposed sites purple).
_OTHERS: Final = (
    "#8a5a00", "#1d6fb8", "#b0257f", "#0a6b74", "#b3202c", "#2c7a3f", "#4a4f58", "#5b3fc4",
    "#6d1a36",
)  # fmt: skip


def choose_theme_colours(themes: Iterable[str]) -> dict[str, str]:
    """Return a colour (such as #b3202c) for each theme, in their order.

    No two themes share one as long as there are colours; after that they come again.
    """
    names = list(dict.fromkeys(map(str, themes)))
    chosen: dict[str, str] = {}
    for name in names:
        fitting = next((tone for words, tone in _BY_WORD if _has(name, words)), None)
        if fitting is not None and fitting not in chosen.values():
            chosen[name] = fitting
    for name in names:
        if name not in chosen:
            free = [tone for tone in _OTHERS if tone not in chosen.values()]
            chosen[name] = free[0] if free else _OTHERS[len(chosen) % len(_OTHERS)]
    return {name: chosen[name] for name in names}


def _has(name: str, words: Iterable[str]) -> bool:
    """Tell whether a name holds one of these words."""
    return any(word in name.lower() for word in words)
