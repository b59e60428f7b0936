"""One word, one idea: identifiers, columns, keys and options use the words of the glossary."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import planner
from planner.sources.osm.amenity_reader import AMENITY_TAGS
from tests.parsed import parse

PACKAGE = Path(planner.__file__).parent

#: Words that stand for one of the glossary -> the word of the glossary. A word in two parts is
#: found where its parts stand side by side in a name.
INSTEAD = {
    "blind": "gap",
    "blindspot": "gap",
    "hole_in_cover": "gap",
    "unserved": "gap",
    "underserved": "gap",
    "centre": "facility",
    "center": "facility",
    "station": "facility",
    "outlet": "facility",
    "catchment_area": "isochrone",
    "coverage_area": "isochrone",
    "shed": "isochrone",
    "walkshed": "isochrone",
    "buffer": "isochrone",
    "isoline": "isochrone",
    "hinterland": "catchment",
    "estate": "compound",
    "gated_community": "compound",
    "courtyard": "compound",
    "edge_weight": "impedance, here minutes",
    "edge_cost": "impedance, here minutes",
    "travel_cost": "impedance, here minutes",
    "threshold": "cutoff",
    "last_mile": "access leg",
    "feeder": "access leg",
    "demand_point": "demand unit",
    "candidate_location": "candidate site",
    "candidate_place": "candidate site",
    "township": "town",
    "subdistrict": "town",
    "borough": "town",
}

#: Names that may use such a word: name -> why.
ALLOWED = {
    "about_station": "the word of scenario files, which residents fill in",
    "MALLOC_TRIM_THRESHOLD_": "a variable of glibc, which hands out memory",
    "METRO_STATION": "a station of the metro is no facility",
    "p-center": "the name of the model in the literature",
    "site_p_center": "the name of the model in the literature",
}
#: Values of tags are OpenStreetMap's own words.
OSM_VALUES = {value for uses in AMENITY_TAGS.values() for value in uses}

#: Stems that two modules share, because they are two sides of one idea.
TWO_SIDES = {
    "compiling": "each search compiles its own kernels ahead of its time limit",
    "openings": "the compiled kernel beside the module that calls it",
    "updates": "the compiled kernel beside the module that calls it",
    "wall_places": "the compiled kernel beside the module that calls it",
}


class Word(NamedTuple):
    """A name as somebody chose it, and where."""

    name: str
    place: str


@cache
def modules() -> list[tuple[Path, ast.Module]]:
    """Every module with its parsed text, which the tests only read."""
    return [(path, parse(path)) for path in sorted(PACKAGE.rglob("*.py"))]


def chosen_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield every name that the code chooses: what it defines, and its columns, keys and options.

    Names of other libraries, such as `shapely.buffer`, are only used, not chosen.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node.lineno
        elif isinstance(node, ast.Subscript):
            yield from texts_in(node.slice)
        elif isinstance(node, ast.Dict):
            for key in filter(None, node.keys):
                yield from texts_in(key)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "assign":
            yield from ((keyword.arg or "", keyword.lineno) for keyword in node.keywords)
        elif isinstance(node, ast.Constant) and str(node.value).startswith("--"):
            yield str(node.value), node.lineno


def texts_in(node: ast.expr) -> Iterator[tuple[str, int]]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and re.fullmatch(r"[\w:-]+", str(part.value)):
            yield str(part.value), part.lineno


def words_of(name: str) -> list[str]:
    """Return the words of a name, in the singular: `WalkSheds` -> walk, shed."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return [re.sub(r"(?<=[^s])s$", "", word) for word in re.split(r"[^a-z]+", spaced) if word]


@cache
def wrong_word(name: str) -> str | None:
    """Return the word in a name that should be another one, None if there is none."""
    words = words_of(name)
    for wrong in INSTEAD:
        parts = wrong.split("_")
        n = len(parts)
        if any(words[k : k + n] == parts for k in range(len(words) - n + 1)):
            return wrong
    return None


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("WalkSheds", "shed"),
        ("catchment_areas", "catchment_area"),
        ("catchment", None),
        ("nearest_centre_id", "centre"),
        ("centred", None),
        ("edge_weights", "edge_weight"),
        ("weights", None),
    ],
)
def test_a_wrong_word_is_found_in_a_name(name, wrong):
    assert wrong_word(name) == wrong


def test_names_use_the_words_of_the_glossary():
    known = {*ALLOWED, *OSM_VALUES}
    found = [
        f"{path.relative_to(PACKAGE.parent)}:{line}: {name}: say {INSTEAD[wrong]}, not {wrong}"
        for path, tree in modules()
        for name, line in chosen_names(tree)
        if name not in known and (wrong := wrong_word(name))
    ]
    assert found == []


def test_what_is_allowed_is_used():
    used = {name for _, tree in modules() for name, _ in chosen_names(tree)}
    assert set(ALLOWED) <= used


def test_no_two_classes_share_a_name():
    homes = defaultdict(list)
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes[node.name.lstrip("_")].append(str(path.relative_to(PACKAGE)))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_no_two_modules_share_a_stem_unless_they_are_two_sides_of_one_idea():
    homes = defaultdict(list)
    for path, _ in modules():
        if path.stem != "__init__":
            homes[path.stem.strip("_")].append(str(path.relative_to(PACKAGE)))
    shared = {stem: paths for stem, paths in homes.items() if len(paths) > 1}
    assert {stem: paths for stem, paths in shared.items() if stem not in TWO_SIDES} == {}
    assert set(TWO_SIDES) <= set(shared)
