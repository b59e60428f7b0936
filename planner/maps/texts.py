"""Every text of the page, one table per language, in assets/zh.toml and assets/en.toml."""

from __future__ import annotations

import tomllib
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("zh", "en")


def _load(language: str) -> Mapping[str, str]:
    """Return the texts of one language; `{name}` in them stands for a number or a name."""
    file = resources.files("planner.maps") / "assets" / f"{language}.toml"
    return MappingProxyType(tomllib.loads(file.read_text(encoding="utf-8")))


TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {language: _load(language) for language in LANGUAGES}
)
