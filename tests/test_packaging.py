"""What goes into the wheel, and how it finds its data."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from planner import __version__
from planner.sources.embedded import data_folder
from tests.cities.small_city import write_city

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCES = ["planner", "data", "pyproject.toml", "README.md", "LICENSE"]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the wheel, installed by pip without a download."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (REPOSITORY / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(REPOSITORY / name, source / name, ignore=ignored)
        else:
            shutil.copy(REPOSITORY / name, source / name)
    wheels = tmp_path_factory.mktemp("wheels")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index"]
    build = [*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", wheels, source]
    subprocess.run(build, check=True)
    site = tmp_path_factory.mktemp("site")
    wheel = next(wheels.glob("planner-*.whl"))
    subprocess.run([*pip, "install", *offline, "--target", site, wheel], check=True)
    return site


def test_every_package_is_declared():
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        declared = set(tomllib.load(file)["tool"]["setuptools"]["packages"])
    folders = {path.parent for path in (REPOSITORY / "planner").rglob("__init__.py")}
    found = {".".join(folder.relative_to(REPOSITORY).parts) for folder in folders}
    assert declared == found | {"planner.data"}


def test_a_checkout_uses_its_own_data():
    assert data_folder() == REPOSITORY / "data"


def test_a_wheel_brings_its_data_and_finds_it(installed: Path, tmp_path: Path):
    code = "from planner.sources.embedded import data_folder; print(data_folder())"
    found = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(installed)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert Path(found.stdout.strip()) == installed / "planner" / "data"
    assert (installed / "planner" / "py.typed").is_file()
    assert (installed / f"planner-{__version__}.dist-info").is_dir()
    for folder in map(
        Path, ("planner/maps/assets", "planner/texts", "data/baoshan-demo", "data/example")
    ):
        brought = installed / (folder if folder.parts[0] == "planner" else "planner" / folder)
        wanted = {path.name for path in (REPOSITORY / folder).glob("*") if path.is_file()}
        assert wanted <= {path.name for path in brought.glob("*")}
    assert not (installed / "planner" / "data" / "generator").exists()


def take_kernels(site: Path) -> None:
    """Take along what is compiled here: it is told by the times of the sources, set alike."""
    for path in (REPOSITORY / "planner").rglob("*"):
        there = site / path.relative_to(REPOSITORY)
        if path.suffix == ".py":
            os.utime(there, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        elif path.suffix in (".nbi", ".nbc"):
            there.parent.mkdir(exist_ok=True)
            shutil.copy(path, there)


def run_wheel(site: Path, folder: Path, *arguments: str | Path) -> str:
    """Run the planner of the wheel in a folder; return what it says."""
    take_kernels(site)
    run = subprocess.run(
        [site / "bin" / "planner", *arguments],
        env=os.environ | {"PYTHONPATH": str(site), "PLANNER_CACHE": ""},
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.nightly
def test_a_wheel_runs_a_small_city(installed: Path, tmp_path: Path):
    plan = write_city(tmp_path / "city")
    assert "map: result" in run_wheel(installed, tmp_path, "run", plan, "--out", "result")
    assert (tmp_path / "result" / "map.html").is_file()
    assert (tmp_path / "result" / "run.json").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["city", "result"]


@pytest.mark.nightly
def test_a_wheel_runs_the_demo_in_an_empty_folder(installed: Path, tmp_path: Path):
    assert "map: planner-demo" in run_wheel(installed, tmp_path, "demo")
    assert (tmp_path / "planner-demo" / "map.html").is_file()
    assert (tmp_path / "planner-demo" / "run.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["planner-demo"]
