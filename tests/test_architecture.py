"""The shape of the package: who may import whom, and what is public."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest

import planner

PACKAGE = Path(planner.__file__).parent

# Data flows down this list: each entry imports only from those above it (and from itself).
ORDER = [
    "errors",
    "crs",
    "profiles",
    "walkability",
    "_plan_keys",
    "plan",
    "sources",
    "network",
    "travel",
    "area",
    "provenance",
    "demand",
    "people",
    "coverage",
    "landmarks",
    "gaps",
    "committees",
    "rules",
    "summary",
    "run",
    "check",
    "siting",
    "scenarios",
    "maps",
    "reports",
    "scale",
    "cli",
]


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
MODULES = {name: path for name, path in MODULES.items() if not name.startswith("planner.data")}


def imports(name: str, *, lazy: bool = True) -> Iterator[tuple[str, str]]:
    """Yield (module, name taken from it) of every import of planner; lazy ones too, if asked."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    for node in ast.walk(tree) if lazy else tree.body:
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if is_ours(alias.name))
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import; write it in full"
            if is_ours(node.module or ""):
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    yield (full, "") if full in MODULES else (node.module or "", alias.name)


def is_ours(module: str) -> bool:
    return module.split(".")[0] == "planner"


def parent(module: str) -> str:
    """The package a module stands in; a package stands in itself."""
    is_package = MODULES[module].name == "__init__.py"
    return module if is_package else module.rpartition(".")[0]


def entry(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_every_module_has_its_place_in_the_order():
    entries = {entry(name) for name in MODULES} - {"", "__main__"}
    assert entries <= set(ORDER)


@pytest.mark.parametrize("name", [name for name in MODULES if entry(name) in ORDER])
def test_a_module_imports_only_from_those_above_it(name: str):
    rank = ORDER.index(entry(name))
    for module, taken in imports(name):
        assert module in MODULES, f"{name} imports {module}, which is not there"
        if module == "planner":
            assert taken == "__version__", f"{name} imports {taken} from planner, which is below it"
        else:
            assert ORDER.index(entry(module)) <= rank, f"{name} imports {module}, which is below it"


def test_no_modules_import_each_other_in_a_circle():
    graph = {name: {module for module, _ in imports(name, lazy=False)} for name in MODULES}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("name", MODULES)
def test_what_has_a_leading_underscore_is_nobody_elses(name: str):
    for module, taken in imports(name):
        private = module.rpartition(".")[2].startswith("_")
        assert not private or parent(module) == parent(name), f"{name} imports {module}"
        assert taken.startswith("__") or not taken.startswith("_"), f"{name} imports {taken}"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_in_its_first_line_what_it_is(name: str):
    docstring = ast.get_docstring(ast.parse(MODULES[name].read_text(encoding="utf-8")))
    assert docstring
    assert docstring.splitlines()[0].endswith(".")


def test_the_public_names_are_listed_once_in_order():
    public = {
        name
        for name, value in vars(planner).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert set(planner.__all__) - {"__version__"} == public
    assert len(planner.__all__) == len(set(planner.__all__))
