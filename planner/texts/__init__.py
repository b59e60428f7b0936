"""Every text of the page, in Chinese and English: one table per language, in the files beside."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from planner.errors import ArgumentError, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    TEXTS: Mapping[str, Mapping[str, str]]

__all__ = ["LANGUAGES", "TEXTS", "check_language"]

LANGUAGES = ("zh", "en")
#: One file for each part of the page, in this order; `sites`: proposals and comparisons.
_PARTS = ("page", "cards", "places", "figures", "gates", "hours", "data", "sites", "poster",
          "print", "whatif", "towns", "routes", "courses")  # fmt: skip


def check_language(language: object) -> None:
    """Refuse a language that there are no texts in."""
    if language not in LANGUAGES:
        raise ArgumentError(
            f"language {quote(language)} is unknown; choose one of {', '.join(LANGUAGES)}"
        )


def _load(language: str) -> Mapping[str, str]:
    """Return the texts of one language; `{name}` in them stands for a number or a name."""
    texts: dict[str, str] = {}
    for part in _PARTS:
        file = resources.files("planner.texts") / f"{language}_{part}.toml"
        texts |= tomllib.loads(file.read_text(encoding="utf-8"))
    return MappingProxyType(texts)


@cache
def _load_all() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of every language."""
    return MappingProxyType({language: _load(language) for language in LANGUAGES})


def __getattr__(name: str) -> Any:
    """Load the texts when they are first asked for: help of the command line needs none."""
    if name == "TEXTS":
        return _load_all()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
