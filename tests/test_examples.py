"""The examples of public docstrings: each public name has one, and it prints what it says.

All of them use the tiny example (`planner.load_example`, drawn in data/generator/example.py). It is
loaded and run once for all of them; a fault of one example leaves the others as they are.
"""

import doctest
import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import planner
from data.generator.example import build
from planner.sources.embedded import data_folder
from tests.cities.reading import drawn

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FOLDER = data_folder() / "example"
#: Packages that are used as `planner.NAME.function`.
PACKAGES = ("accessibility",)


def find_public() -> dict[str, Any]:
    """Return every public callable by its name."""
    found = {name: getattr(planner, name) for name in planner.__all__}
    for name in PACKAGES:
        if any(module.name == name for module in pkgutil.iter_modules(planner.__path__)):
            package = importlib.import_module(f"planner.{name}")
            found |= {f"{name}.{part}": getattr(package, part) for part in package.__all__}
    return {name: value for name, value in found.items() if callable(value)}


PUBLIC = find_public()


def find_examples(name: str) -> list[doctest.DocTest]:
    """Return the examples of a public name, and of the methods and properties of a class."""
    value = PUBLIC[name]
    members = vars(value) if inspect.isclass(value) else {}
    texts = {name: value.__doc__} | {
        f"{name}.{part}": getattr(value, part).__doc__
        for part, member in members.items()
        if not part.startswith("_") and isinstance(member, Callable | property | classmethod)
    }
    parser = doctest.DocTestParser()
    tests = [
        parser.get_doctest(inspect.cleandoc(text or ""), {}, part, None, None)
        for part, text in texts.items()
    ]
    return [test for test in tests if test.examples]


def has_section(name: str) -> bool:
    lines = inspect.cleandoc(PUBLIC[name].__doc__ or "").splitlines()
    return any(one == "Examples" and set(two) == {"-"} for one, two in pairwise(lines))


@pytest.fixture(scope="module")
def _once() -> Iterator[None]:
    """What examples ask again is worked out once, in the process of the test."""
    drawn(FOLDER / "streets.osm")
    load_inputs, run_plan = planner.load_inputs, planner.run_plan
    site_plan, compare_scenarios = planner.site_plan, planner.compare_scenarios
    known: dict[tuple[str, ...], Any] = {}

    def once(key: tuple[str, ...], make: Callable[[], Any]) -> Any:
        if key not in known:
            known[key] = make()
        return known[key]

    def inputs(plan: planner.Plan) -> planner.Inputs:
        if plan is not planner.load_example().plan:
            return load_inputs(plan)
        return once(("inputs",), lambda: load_inputs(plan))

    def run(of: planner.Inputs) -> planner.Result:
        return (
            once(("run",), lambda: run_plan(of)) if of is known.get(("inputs",)) else run_plan(of)
        )

    def site(result: planner.Result, question: planner.SiteQuestion) -> planner.Proposal:
        return once(("site", repr(question)), lambda: site_plan(result, question))

    def compare(of: planner.Inputs, scenarios: list[planner.Scenario]) -> planner.Comparison:
        return once(("compare", repr(scenarios)), lambda: compare_scenarios(of, scenarios))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planner, "load_example", cache(planner.load_example))
        patch.setattr(planner, "load_inputs", inputs)
        patch.setattr(planner, "run_plan", run)
        patch.setattr(planner, "site_plan", site)
        patch.setattr(planner, "compare_scenarios", compare)
        yield


@pytest.mark.usefixtures("_once")
@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_an_example_prints_what_it_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for test in find_examples(name):
        report = io.StringIO()
        doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.write)
        assert not report.getvalue(), report.getvalue()


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_name_has_an_example(name: str):
    own = [test for test in find_examples(name) if test.name == name]
    assert own, f"{name}: its docstring ends with Examples"
    assert has_section(name), f"{name}: examples stand in a section Examples"


def test_only_what_asks_a_server_is_not_run():
    left_out = {
        test.name
        for name in PUBLIC
        for test in find_examples(name)
        if any(doctest.SKIP in example.options for example in test.examples)
    }
    assert left_out == {"fetch_streets"}


# -- the tiny example ------------------------------------------------------------------------------


def test_making_the_example_again_gives_the_same_bytes(tmp_path: Path):
    build(tmp_path)
    names = sorted(path.name for path in FOLDER.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    for name in names:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 50_000


def test_every_file_of_the_example_says_that_it_is_not_real():
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".csv":
            assert all("not real" in line for line in text.splitlines()[1:]), path.name
        elif path.name != "scenario.json":  # a scenario has no place for it; its plan says so
            assert "not real" in text, path.name


@pytest.mark.usefixtures("_once")
def test_walks_on_the_example_are_those_of_its_drawing():
    """Metres of the drawing / (4,000 / 60) m a minute; H6 leaves by the gate in the west."""
    town = planner.load_example()
    found = planner.nearest_facility(
        town.network, town.facilities.to_crs(32651), town.people.to_crs(32651)
    )
    walks_m = {
        "H1": 400, "H2": 400, "H3": 400, "H4": 400, "H5": 800, "H6": 150 + 50 + 200 + 400,
        "H7": 1200, "H8": 2000, "H9": 1600,
    }  # fmt: skip
    expected = [walk / (4000 / 60) for walk in walks_m.values()]
    assert list(found["minutes"]) == pytest.approx(expected, abs=0.001)
    assert list(town.people.index) == list(walks_m)
