"""Fixtures shared by all tests."""

import gc
import os
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.cities.demo import Demo, demo_of_session
from tests.cities.reading import reading_here
from tests.samples import WHOLE, is_whole

# The same examples on every machine, and no failure because a machine is busy.
settings.register_profile("planner", deadline=None, derandomize=True, max_examples=25)
settings.register_profile(WHOLE, settings.get_profile("planner"), max_examples=100)
settings.load_profile("planner")

# What the command line says is read in English, whatever the locale and the plan say.
os.environ["PLANNER_LANGUAGE"] = "en"

REPOSITORY = Path(__file__).resolve().parents[1]

# With Python's own thresholds its garbage collector takes up to a tenth of the tests' time.
gc.set_threshold(20_000, 10, 10)


def pytest_collection_finish() -> None:
    """Tell the garbage collector to leave out what was imported: it lives until the last test."""
    gc.collect()  # what an import left open is still told
    gc.freeze()


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
        patch.setattr(processes, "build_command", with_start_up_files)
        yield


#: Files whose tests share what takes long to make, beyond what those of one file do.
GROUPS = {
    "tests/gaps/test_gate_gains.py": "demo",
    "tests/maps/test_whatif_cities.py": "demo",
    "tests/network/test_from_networkx.py": "osmnx",
    "tests/network/test_osmnx_graphs.py": "osmnx",
    "tests/network/test_own_graph.py": "osmnx",
    "tests/run/test_demo_run.py": "demo",
    "tests/test_readme.py": "demo",
    "tests/judge/test_city.py": "judge",
    "tests/judge/test_engine.py": "judge",
    "tests/judge/test_engine_with_walls.py": "judge",
    "tests/sources/test_graph_file.py": "osmnx",
    "tests/test_architecture.py": "parsed",
    "tests/test_benchmarks.py": "osmnx",
    "tests/test_messages.py": "parsed",
    "tests/test_vocabulary.py": "parsed",
}
#: Groups and files that take longest, begun in this order: so no process has a long one left when
#: the others are done.
LONGEST = (
    "demo",
    "maps",
    "notebooks/explore_baoshan.ipynb",
    "tests/hostile/test_hostile.py",
    "judge",
    # At night.
    "tests/scale/test_run_in_tiles.py",
    "tests/scale/test_random_plans.py",
    "tests/scale/streets/test_tile_streets_of_cities.py",
    # Always.
    "tests/scale/test_city_commands.py",
    "notebooks/real_city.ipynb",
    "tests/hostile/test_kill.py",
    "tests/travel/test_wall_properties.py",
    "tests/scenarios/test_as_full_runs.py",
    "tests/reports/test_result_files.py",
    "tests/sources/test_processes.py",
    "osmnx",
)
#: What a test of the night is taken to last, when a test of the day lasts 1.
NIGHT_WEIGHT = 20
#: A notebook cannot be marked where it stands.
NIGHTLY = (
    "notebooks/explore_baoshan.ipynb",
    "notebooks/place_stations.ipynb",
    "notebooks/real_city.ipynb",
)


def group_of(file: str) -> str:
    """Return the group of a file, as a path from the top of the project: its own by default.

    The page's files share browsers.
    """
    return GROUPS.get(file) or ("maps" if file.startswith("tests/maps/") else file)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let each process of xdist read the files of a folder from another one on.

    In a fresh clone pytest compiles every test file once, which takes 11 s of processor time.
    Processes that read in the same order would all compile the same file at the same moment; now
    each finds most files compiled by another. `pytest_collection_modifyitems` puts the tests in
    order again.
    """
    report = yield
    if isinstance(collector, pytest.Directory) and report.passed:
        number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        of = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
        first = number * len(report.result) // of
        report.result = [*report.result[first:], *report.result[:first]]
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest groups first, then those of most tests; leave a notebook to the night.

    The order is the same in each process of xdist, whichever file it began with.
    """
    place = {name: number for number, name in enumerate(LONGEST)}
    files = {item: item.path.relative_to(REPOSITORY).as_posix() for item in items}
    groups = {item: group_of(file) for item, file in files.items()}
    weights: Counter[str] = Counter()
    for item, file in files.items():
        if file in NIGHTLY:
            item.add_marker(pytest.mark.nightly)
        if item.get_closest_marker("nightly") is None:
            weights[groups[item]] += 1
        elif is_whole():
            weights[groups[item]] += NIGHT_WEIGHT
    last = len(place)
    items.sort(
        key=lambda item: (place.get(groups[item], last), -weights[groups[item]], files[item])
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start one process more than there are cores: each waits now and then, as for a browser."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each process of xdist whole groups; its own `loadgroup` groups nothing in pytest 9.2."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid.partition("::")[0])

    return ByGroup(config, log)


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
