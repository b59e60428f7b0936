"""Fixtures shared by all tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.cities.demo import Demo, demo_of_session
from tests.cities.reading import reading_here

# The same examples on every machine, and no failure because a machine is busy.
settings.register_profile("planner", deadline=None, derandomize=True)
settings.load_profile("planner")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def _measured_children() -> Iterator[None]:
    """While coverage measures, the processes that take files apart run its start-up file."""
    if "COVERAGE_PROCESS_CONFIG" not in os.environ:
        yield
        return
    from planner.sources import processes

    def with_start_up_files(*arguments: str, **options: Any) -> list[str]:
        return [word for word in command_of(*arguments, **options) if word != "-S"]

    command_of = processes.build_command
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "command_of", with_start_up_files)
        yield


@pytest.fixture(autouse=True, scope="session")
def _drawn_maps_are_read_here() -> Iterator[None]:
    with reading_here():
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The finished demo: a worker of xdist has its folder beside those of the others."""
    folder = tmp_path_factory.getbasetemp()
    return demo_of_session(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the checkout, read and never copied."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real data is not there: {folder}")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's browser; in CI a missing one is a failure, elsewhere a skip."""
    path = shutil.which("chromium")
    if path is None:
        message = "no chromium: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path
