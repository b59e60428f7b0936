"""The page's program: what is shipped is what its sources make; types fit; data flow one way."""

from __future__ import annotations

import re
import subprocess
from graphlib import TopologicalSorter
from pathlib import Path

from tests.maps.in_node import PROGRAM_FOLDER, require_npm

REPOSITORY = Path(__file__).resolve().parents[2]
#: Each folder imports from itself and those before it; "" is what stands beside the folders. What
#: works scenarios out needs nothing but data.
FOLDERS = (
    "opening", "data", "engine", "state", "labels", "search", "drawing", "panel", "map", "cards",
    "print", "trial", "",
)  # fmt: skip
#: What only a browser has; the first folders run under Node as they stand.
BROWSER = re.compile(r"\b(?:document|window|navigator|location|L)\.")
FILES = sorted(PROGRAM_FOLDER.rglob("*.js"))


def folder_of(file: Path) -> str:
    return "/".join(file.relative_to(PROGRAM_FOLDER).parent.parts)


def imported_by(file: Path) -> list[Path]:
    text = file.read_text(encoding="utf-8")
    found = re.findall(r"""^import [^;]*?from '(\.[^']+)';""", text, re.MULTILINE)
    return [(file.parent / name).resolve() for name in found]


def test_the_shipped_page_is_what_its_sources_make_and_its_types_fit():
    require_npm("esbuild")
    command = ["sh", "tools/page/build.sh", "--check"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_module_imports_only_from_those_before_it():
    later = [
        f"{file.relative_to(PROGRAM_FOLDER)} imports {other.relative_to(PROGRAM_FOLDER)}"
        for file in FILES
        for other in imported_by(file)
        if FOLDERS.index(folder_of(other)) > FOLDERS.index(folder_of(file))
    ]
    assert later == []


def test_no_module_imports_itself_by_way_of_others():
    order = TopologicalSorter({file: imported_by(file) for file in FILES})
    assert len(list(order.static_order())) == len(FILES)


def test_what_is_known_and_chosen_needs_no_browser():
    files = [
        file
        for file in FILES
        if folder_of(file) in {"opening", "data", "engine", "state", "labels", "search"}
    ]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if BROWSER.search(line.split("// ")[0])] == []
