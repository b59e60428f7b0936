"""The pages for those who carry the project on: what they name is there."""

import re
import shlex
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name

import pytest
from shapely.geometry import box

import planner
from planner.run import Result, run_plan
from tests.cities.small_plan import inputs_of
from tests.documents import PAGES, REPOSITORY, blocks, code_words, phony_targets, text_of

PACKAGE = Path(planner.__file__).parent
FOLDERS = ("planner", "tests", "docs", "tools", "benchmarks", "data", "notebooks")
ARCHITECTURE = "docs/architecture.md"
COMMANDS = [
    line for block in blocks("CONTRIBUTING.md", "sh") for line in block.splitlines() if line
]
PYTEST = [".venv/bin/python", "-m", "pytest"]


# -- paths, links and names ------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_a_path_that_a_page_names_is_there(page: str):
    words = [*code_words(page), *(word for line in COMMANDS for word in line.split())]
    paths = [
        word.partition("::")[0]
        for word in words
        if re.fullmatch(rf"({'|'.join(FOLDERS)})/[\w./-]+(::\w+)?", word) and "NAME" not in word
    ]
    assert [path for path in paths if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_a_heading_finds_it(page: str):
    for target, anchor in re.findall(r"\]\(([^)\s:#]*)#([^)\s]+)\)", text_of(page)):
        path = (REPOSITORY / page).parent / target if target else REPOSITORY / page
        headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert anchor in {as_anchor(heading) for heading in headings}, f"{target}#{anchor}"


def as_anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_a_name_of_the_program_is_there():
    rooms = {path.stem for path in PACKAGE.iterdir()}
    names = [
        word
        for word in code_words(ARCHITECTURE)
        if re.fullmatch(r"\w+(\.\w+)+(?<!\.json)(?<!\.csv)", word)
        and word.partition(".")[0] in rooms
    ]
    assert len(names) > 40
    for name in names:
        assert resolve_name(f"planner.{name}"), name


def test_every_room_has_its_paragraph():
    text = text_of(ARCHITECTURE)
    rooms = [
        f"planner/{path.name}{'/' if path.is_dir() else ''}"
        for path in sorted(PACKAGE.iterdir())
        if (path.suffix == ".py" and path.name != "__init__.py") or (path / "__init__.py").exists()
    ]
    assert [room for room in rooms if f"`{room}`" not in text] == []


# -- commands --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def collected() -> list[str]:
    """The ids of all tests in the files and folders that CONTRIBUTING.md runs."""
    named = {path.partition("::")[0] for line in COMMANDS for path in asked_of(line)[0]}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *sorted(named)], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def asked_of(line: str) -> tuple[list[str], list[str]]:
    """Return the paths that a command gives pytest, and the words of -k; none if it is another."""
    words = shlex.split(line)
    if words[:3] != PYTEST:
        return [], []
    paths, _, chosen = " ".join(words[3:]).partition(" -k ")
    return paths.split(), chosen.split(" or ") if chosen else []


@pytest.mark.nightly
@pytest.mark.parametrize("line", [line for line in COMMANDS if asked_of(line)[0]])
def test_a_command_of_pytest_finds_tests(line: str, collected: list[str]):
    paths, words = asked_of(line)
    for path in paths:
        found = [name for name in collected if name.startswith(path)]
        assert found, path
        assert not words or any(word in name.lower() for name in found for word in words)


@pytest.mark.parametrize("line", [line for line in COMMANDS if not asked_of(line)[0]])
def test_another_command_exists(line: str):
    match shlex.split(line):
        case ["make", target, *settings]:
            assert target in phony_targets()
            for setting in settings:
                assert re.search(rf"^{setting.partition('=')[0]} \?=", text_of("Makefile"), re.M)
        case ["find", "planner", "-name", pattern, "-delete"]:
            assert fnmatch("openings.newly_reached-290.py311.1.nbc", pattern)
            assert not fnmatch("openings.py", pattern)
        case [".venv/bin/python", "-m", "benchmarks", *options]:
            parts = text_of("benchmarks/__main__.py")
            assert all(f'"{part}"' in parts for part in options)
        case [".venv/bin/python", "-m", "pip", "install", "pre-commit"]:
            pass
        case [".venv/bin/python", "-m", module]:
            assert find_spec(module) is not None
        case [".venv/bin/pre-commit", *_]:
            entries = re.findall(r"\.venv/bin/python -m (\w+)", text_of(".pre-commit-config.yaml"))
            assert {"ruff", "mypy"} == set(entries)
        case _:
            pytest.fail(f"{line!r} stands in CONTRIBUTING.md and no test knows it")


def test_make_help_names_every_target():
    shown = subprocess.run(
        ["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    named = re.findall(r"^make ([\w-]+) ", shown, flags=re.MULTILINE)
    assert sorted(named) == sorted(phony_targets())
    rules = re.findall(r"^([a-z][\w-]*):", text_of("Makefile"), flags=re.MULTILINE)
    assert set(phony_targets()) <= set(rules)


@pytest.mark.parametrize("page", PAGES)
def test_a_target_that_a_page_names_is_there(page: str):
    targets = [word.split()[1] for word in code_words(page) if re.match(r"make [\w-]+$", word)]
    assert set(targets) <= set(phony_targets())


# -- where numbers come from -----------------------------------------------------------------------


HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A run of a crossroads with a home near its station and one too far from it, on ice too."""
    homes = [("near", 100, 200, 0), ("far", 60, 1100, 0)]
    folder = tmp_path_factory.mktemp("numbers")
    ice = '[[conditions]]\nname = "ice"\n[[conditions.speeds]]\nfactor = 0.9\n'
    land = box(-9000, -9000, 9000, 9000)
    return run_plan(inputs_of(folder, HOMES, tables={"homes.csv": homes}, bounds=land, more=ice))


def named_in(section: str) -> set[str]:
    """Return the names in the first column of a table of docs/architecture.md."""
    text = text_of(ARCHITECTURE).partition(f"### {section}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (`.*?) \|", text, flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_number_has_its_origin(result: Result):
    assert named_in("summary.json") == set(result.summary)
    columns = set(result.layers["gaps"].columns) - {"geometry"}
    assert named_in("gaps.csv") == columns | {"lon", "lat", "notice"}
    assert named_in("result.gpkg") == {
        *result.layers, *result.tables, "committees", "layer_styles", "classes", "gap_classes",
    }  # fmt: skip


# -- what is measured ------------------------------------------------------------------------------


def test_every_compiled_function_is_left_out_of_what_is_measured():
    settings = tomllib.loads(text_of("pyproject.toml"))["tool"]["coverage"]["report"]
    [left_out] = settings["exclude_also"]
    folder = PACKAGE / "travel" / "compiled"
    for path in sorted({*folder.glob("*.py")} - {folder / "decorators.py"}):
        text = path.read_text(encoding="utf-8")
        decorators = re.findall(r"^(@\w+).*\ndef ", text, flags=re.MULTILINE)
        assert all(re.match(left_out, line) for line in decorators), path


# -- the change log --------------------------------------------------------------------------------


def test_the_change_log_knows_this_version():
    headings = re.findall(r"^## (\S+)", text_of("CHANGELOG.md"), flags=re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert planner.__version__ in headings
