"""Reads the project's own pages: their text, their blocks of code, the names they mention."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
#: Every page, as a path from the top of the project.
PAGES = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for folder in (".", "docs", "data", "benchmarks")
    for path in (REPOSITORY / folder).glob("*.md")
)


def text_of(page: str) -> str:
    return (REPOSITORY / page).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> list[str]:
    """Return the blocks of code of some languages, without the indent of a list they stand in."""
    pattern = r"^( *)```(\w*)\n(.*?)^ *```$"
    fenced = re.findall(pattern, text_of(page), flags=re.MULTILINE | re.DOTALL)
    return [
        re.sub(rf"^{indent}", "", content, flags=re.MULTILINE)
        for indent, language, content in fenced
        if language in languages
    ]


def code_words(page: str) -> list[str]:
    """Return what stands between single backticks, outside blocks."""
    prose = re.sub(r"^ *```.*?^ *```$", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose)


def phony_targets() -> list[str]:
    """Return the targets of the Makefile that are no files."""
    match = re.search(r"^\.PHONY: (.+)$", text_of("Makefile"), flags=re.MULTILINE)
    assert match is not None
    return match[1].split()
