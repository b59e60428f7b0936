"""Fixtures shared by tests of a run in tiles."""

import pytest

from planner.sources.osm.apart import in_child, run_child
from planner.sources.osm.tiles import cut_tiles, run_cutting
from planner.sources.processes import Ended, run_limited


@pytest.fixture
def read_and_cut_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read and cut in the process of the test, as one for each of the many tiles takes 0.2 s.

    Tests of cutting (tests/scale/cut) and of the commands (test_city_commands.py, and
    tests/cli/test_site_in_tiles.py) start the processes that a run in tiles starts.
    """

    def read_here(module: str, *arguments: str, **limits: object) -> Ended:
        if module != in_child.__name__:
            return run_limited(module, *arguments, **limits)
        in_child.main(arguments)
        return Ended(0, "")

    def cut_here(_module: str, *arguments: str, **_limits: object) -> Ended:
        cut_tiles.main(arguments)
        return Ended(0, "")

    monkeypatch.setattr(run_child, "run_limited", read_here)
    monkeypatch.setattr(run_cutting, "run_limited", cut_here)
