"""What goes into the wheel, and how it finds its data."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from planner.sources.embedded import data_folder

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCES = ["planner", "data", "pyproject.toml", "README.md", "LICENSE"]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the contents of the wheel, as pip would unpack it."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (REPOSITORY / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(REPOSITORY / name, source / name, ignore=ignored)
        else:
            shutil.copy(REPOSITORY / name, source / name)
    wheels = tmp_path_factory.mktemp("wheels")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--quiet", "--wheel-dir", wheels, source], check=True)
    site = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(next(wheels.glob("planner-*.whl"))) as wheel:
        wheel.extractall(site)
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
    for folder in (Path("planner/maps/assets"), Path("data/baoshan-demo")):
        brought = installed / (folder if folder.parts[0] == "planner" else "planner" / folder)
        wanted = {path.name for path in (REPOSITORY / folder).glob("*") if path.is_file()}
        assert wanted <= {path.name for path in brought.glob("*")}
    assert not (installed / "planner" / "data" / "generator").exists()
