"""Tells whether a file is a picture, so that a new one may take its place."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_BEGINNINGS: Final = (b"\x89PNG\r\n\x1a\n", b"%PDF-", b"<svg", b"<?xml")
_MOST_READ: Final = 1_000


def is_picture(path: Path) -> bool:
    """Tell whether a plain file is a PNG, SVG or PDF, or holds nothing at all."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(_MOST_READ)
    if start.startswith(b"<?xml"):
        return b"<svg" in start
    return not start or start.startswith(_BEGINNINGS)
