"""Every text of what is handed over: workbook, document, sheets and pictures, in two languages."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from planner.texts import LANGUAGES, TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    REPORT_TEXTS: Mapping[str, Mapping[str, str]]

#: One file for each part; the page's texts have the words for causes, reasons and verdicts.
_PARTS = ("report", "sheet", "layers", "shown", "route_sheet", "sessions")


@cache
def _load_all() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of every language, the page's among them."""
    return MappingProxyType({language: _load(language) for language in LANGUAGES})


def _load(language: str) -> Mapping[str, str]:
    texts = dict(TEXTS[language])
    for part in _PARTS:
        file = resources.files("planner.texts") / f"{language}_{part}.toml"
        texts |= tomllib.loads(file.read_text(encoding="utf-8"))
    return MappingProxyType(texts)


def __getattr__(name: str) -> Any:
    """Load the texts when they are first asked for."""
    if name == "REPORT_TEXTS":
        return _load_all()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
