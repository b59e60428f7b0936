"""Modules of the planner, parsed once for all tests of a process."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def parse(path: Path) -> ast.Module:
    """Return the parsed text of a module, which tests only read."""
    return ast.parse(path.read_text(encoding="utf-8"))
