"""A server on this machine, and a town to fetch from it."""

from collections.abc import Iterator
from pathlib import Path

import pyrosm
import pytest

from planner.sources.fetch.web import Patience
from planner.sources.osm.apart import in_child, making, run_child, run_making
from planner.sources.processes import Ended, run_limited
from tests.cities.map_server import Map, MapServer, serving

#: No test waits for long; nothing here is so slow.
SOON = Patience(timeout_s=5.0, pause_s=0.0)
HASTY = Patience(timeout_s=0.3, pause_s=0.0)


@pytest.fixture(autouse=True)
def _made_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read and make maps in this process, as one for each takes half a second; but see `apart`."""
    if "apart" in request.fixturenames:
        return
    mains = {module.__name__: module.main for module in (in_child, making)}

    def run_here(module: str, *arguments: str, **options: object) -> Ended:
        if module not in mains:
            return run_limited(module, *arguments, **options)
        mains[module](arguments)
        return Ended(0, "")

    monkeypatch.setattr(run_child, "run_limited", run_here)
    monkeypatch.setattr(run_making, "run_limited", run_here)


@pytest.fixture
def apart() -> None:
    """Read and make maps in processes of their own, as the planner does."""


@pytest.fixture(scope="session")
def town_file() -> Path:
    """A real extract, 2 by 2 km."""
    return Path(pyrosm.get_data("test_pbf"))


@pytest.fixture(scope="session")
def town(town_file: Path) -> Map:
    return Map(town_file)


@pytest.fixture
def server(town: Map) -> Iterator[MapServer]:
    with serving(MapServer(map=town)) as state:
        yield state
