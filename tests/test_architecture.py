"""The shape of the package: who may import whom, and what is public."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import planner
from tests.parsed import parse

PACKAGE = Path(planner.__file__).parent

# Data flows down: a room imports only from those in the lines above it, and from its own line.
ORDER = [
    ("__main__", "errors", "rounding", "stages"),
    ("showing",),
    ("texts",),
    ("crs",),
    ("walkability",),
    ("rideability",),
    ("plan",),
    ("sources",),
    ("network",),
    ("example",),
    ("travel",),
    ("coverage",),
    ("accessibility",),
    ("case",),
    ("gaps",),
    ("run",),
    ("siting",),
    ("scenarios",),
    ("routes", "courses"),
    ("maps", "reports"),
    ("scale",),
    ("cli",),
]
#: The folders of planner/scale, "" for what stands beside them; each imports from those before it.
SCALE = ("work", "cut", "streets", "parts", "people", "joined", "walks", "", "sites")
#: Public packages, whose names are called through them: planner.accessibility.gravity(...).
PACKAGES = {"accessibility", "coverage"}
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
MODULES = {name: path for name, path in MODULES.items() if not name.startswith("planner.data")}


@cache
def list_imports(name: str) -> list[ast.Import | ast.ImportFrom]:
    """List every import of a module, lazy ones too."""
    return [
        node
        for node in ast.walk(parse(MODULES[name]))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def imports(name: str, *, lazy: bool = True) -> Iterator[tuple[str, str]]:
    """Yield (module, name taken from it) of every import of planner; lazy ones too, if asked."""
    for node in list_imports(name) if lazy else parse(MODULES[name]).body:
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if is_ours(alias.name))
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import; write it in full"
            if is_ours(node.module or ""):
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    yield (full, "") if full in MODULES else (node.module or "", alias.name)


def is_package(path: Path) -> bool:
    return path.name == "__init__.py"


def as_ruff_sorts(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def is_ours(module: str) -> bool:
    return module.split(".")[0] == "planner"


def parent(module: str) -> str:
    """The package a module belongs to; of a package, itself."""
    return module if is_package(MODULES[module]) else module.rpartition(".")[0]


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_every_room_has_its_place_in_the_order():
    rooms = {room(name) for name in MODULES} - {""}
    assert rooms <= set(RANK)
    assert len(rooms - {"__main__"}) <= 26


def test_a_module_imports_only_from_those_above_it():
    wrong = [
        f"{name} imports {module}"
        for name in MODULES
        if name not in {"planner", "planner.__main__"}
        for module, _ in imports(name)
        if not stands_above(module, name)
    ]
    assert wrong == []


def stands_above(module: str, name: str) -> bool:
    """Tell whether one module may be imported by another; nobody needs the package itself."""
    if module not in MODULES or module == "planner":
        return False
    return room(module) == room(name) or RANK[room(module)] < RANK[room(name)]


def test_a_folder_of_scale_imports_only_from_those_before_it():
    rank = {folder: number for number, folder in enumerate(SCALE)}
    inside = [name for name in MODULES if room(name) == "scale" and name != "planner.scale"]
    wrong = [
        f"{name} imports {module}"
        for name in inside
        for module, _ in imports(name)
        if module in inside and rank[folder_of_scale(module)] > rank[folder_of_scale(name)]
    ]
    assert wrong == []


def folder_of_scale(module: str) -> str:
    """The folder of planner/scale that a module lies in, "" for none."""
    path = MODULES[module].relative_to(PACKAGE / "scale")
    return path.parts[0] if len(path.parts) > 1 else ""


def test_no_modules_import_each_other_in_a_circle():
    graph = {name: {module for module, _ in imports(name, lazy=False)} for name in MODULES}
    assert list(TopologicalSorter(graph).static_order())


def test_what_has_a_leading_underscore_is_nobody_elses():
    wrong = [
        f"{name} imports {taken} from {module}"
        for name in MODULES
        for module, taken in imports(name)
        if (is_private(module.rpartition(".")[2]) and parent(module) != parent(name))
        or is_private(taken)
    ]
    assert wrong == []


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_every_module_says_in_its_first_line_what_it_is():
    docstrings = {name: ast.get_docstring(parse(MODULES[name])) or "" for name in MODULES}
    assert [n for n, text in docstrings.items() if not text.partition("\n")[0].endswith(".")] == []


def test_all_lists_the_public_names_once_and_in_order():
    tree = parse(MODULES["planner"])
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and is_ours(node.module or "")
        for alias in node.names
    }
    assert set(planner.__all__) == imported
    assert len(planner.__all__) == len(set(planner.__all__))
    loaded = {
        name
        for name, value in vars(planner).items()
        if is_ours(getattr(value, "__module__", "")) and not name.startswith("_")
    }
    assert loaded <= set(planner.__all__)


def test_type_checkers_and_the_running_program_see_the_same_names():
    tree = parse(MODULES["planner"])
    block = next(node for node in tree.body if isinstance(node, ast.If))
    homes = {
        node.module: tuple(alias.name for alias in node.names)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
    }
    assert homes == planner._HOMES


def test_a_public_name_is_there_and_explained():
    for name in planner.__all__:
        value = getattr(planner, name)
        assert name in dir(planner)
        assert isinstance(value, ModuleType) == (name in PACKAGES)
        assert name == "PROFILES" or value.__doc__, name


@pytest.mark.parametrize("name", ["planner", "planner.travel", "planner.accessibility"])
def test_tab_completion_offers_the_public_names_alone(name):
    package = import_module(name)
    assert getattr(package, package.__all__[-1])  # what was used once is offered no more often
    offered = set(dir(package)) - {"__version__"}
    assert offered == set(package.__all__)


def test_every_error_is_public():
    """Whoever catches one by its class need not know where it lives."""
    errors = import_module("planner.errors")
    found = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.PlannerError)
    }
    assert found <= set(planner.__all__)
    for name in found - {"PlannerError"}:
        assert issubclass(getattr(planner, name), ValueError), name


def test_a_name_that_is_not_public_is_not_there():
    with pytest.raises(AttributeError, match="'planner' has no attribute 'no_such_name'"):
        _ = planner.no_such_name


#: What may stand by position although it has a default: it is what the function is about.
NOUNS = {
    "from_networkx": {"crs"},
    "prepare_streets": {"profile", "access", "rules"},
    "site_plan": {"question"},
    "find_gaps": {"facilities", "people"},
    "choose_services": {"service"},
    "coverage": {"cutoffs_minutes"},
    "serve": {"cutoffs_minutes"},
}


def test_options_of_public_functions_are_given_by_keyword():
    for name in planner.__all__:
        value = getattr(planner, name)
        if inspect.isclass(value) or not callable(value):
            continue
        options = {
            option.name
            for option in inspect.signature(value).parameters.values()
            if option.default is not option.empty and option.kind is not option.KEYWORD_ONLY
        }
        assert options <= NOUNS.get(name, set()), name


VERBS = (
    "build_", "check_", "choose_", "count_", "draw_", "fetch_", "find_", "from_", "judge_", "load_",
    "to_", "write_",
)  # fmt: skip
#: Public functions that begin with none of these verbs -> why.
NO_SUCH_VERB = {
    "compare": "asked for by this name",
    "coverage": "asked for by this name",
    "isochrones": "the word for what it returns",
    "nearest": "asked for by this name",
    "nearest_facility": "the name of an earlier release",
    "facilities_in_reach": "the name of an earlier release",
    "route": "the word for what it returns",
    "service_areas": "the word for what it returns",
    "travel_time_matrix": "the word for what it returns",
    "run_plan": "the word of the command `planner run`",
    "site_plan": "the word of the command `planner site`",
    "compare_scenarios": "the word of the command `planner compare`",
    "locate_table": "the word of the command `planner locate`",
    "cut_streets": "cuts them out of a larger extract",
    "propose_routes": "what the command `planner routes` does",
    "prepare_canvas": "makes ready what is asked often",
    "prepare_streets": "makes ready what is asked often",
    "serve": "what facilities do",
    "finished_result": "a finished run, taken up again",
    "data_folder": "a lookup",
    "metric_crs_at": "a lookup",
    "user_cache": "a lookup",
}


def test_public_functions_begin_with_a_verb_of_the_list():
    functions = {
        name
        for name in planner.__all__
        if callable(value := getattr(planner, name)) and not inspect.isclass(value)
    }
    assert {name for name in functions if not name.startswith(VERBS)} == set(NO_SUCH_VERB)


@pytest.mark.parametrize(("old", "now"), planner._RENAMED.items())
def test_a_name_of_an_earlier_release_works_and_says_what_it_is_called_now(old: str, now: str):
    with pytest.warns(DeprecationWarning, match=f"planner.{old} is called planner.{now} now"):
        assert getattr(planner, old) is getattr(planner, now)
    assert old not in planner.__all__
    assert old not in dir(planner)


def test_a_package_shows_its_names_in_all():
    for name in (name for name, path in MODULES.items() if is_package(path)):
        package = import_module(name)
        assert package.__all__ == sorted(package.__all__, key=as_ruff_sorts), name
        assert all(hasattr(package, shown) for shown in package.__all__), name


def test_importing_planner_loads_no_large_library():
    code = "import sys, planner, planner.cli; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=PACKAGE.parent
    )
    large = {"numpy", "pandas", "geopandas", "numba", "folium", "osmium", "shapely", "pydantic"}
    assert not large & set(run.stdout.split())
