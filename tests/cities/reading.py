"""Where maps that tests drew are read: in this process, as a process for each takes 0.1 s and more.

The tests of reading itself (tests/sources/osm) start a process for each map, as the planner does;
so does every test of a map that was not drawn here. One test sees that both ways give the same.
Drawings import this module, and nothing of the planner: the judge reads them too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from planner.sources.processes import Ended

_DRAWN: set[str] = set()


def drawn(path: Path) -> Path:
    """Note that a test drew this file, so that it may be read in this process."""
    _DRAWN.add(str(path.resolve()))
    return path


@contextmanager
def reading_here() -> Iterator[None]:
    """Read drawn maps in this process meanwhile."""
    from planner.sources.osm.apart import in_child, run_child
    from planner.sources.processes import Ended, run_limited

    def run_here(module: str, *arguments: str, **options: object) -> Ended:
        if module == in_child.__name__ and json.loads(arguments[0])["path"] in _DRAWN:
            in_child.main(arguments)
            return Ended(0, "")
        return run_limited(module, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_child, "run_limited", run_here)
        yield


@contextmanager
def reading_apart() -> Iterator[None]:
    """Read every map in a process of its own meanwhile, as the planner does."""
    from planner.sources.osm.apart import run_child
    from planner.sources.processes import run_limited

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_child, "run_limited", run_limited)
        yield
