"""Runs the page's own functions without a browser: under Node, as the files stand."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM_FOLDER = Path(__file__).resolve().parents[2] / "planner" / "maps" / "assets" / "program"
#: Modules of pure functions: what they need of a browser is made in functions not called here.
PURE = (
    "data/words.js", "data/summary.js", "data/values.js", "data/names.js", "data/hours.js",
    "data/my_place.js", "data/decode.js", "data/lines.js", "data/plane.js", "data/discs.js",
    "data/choices.js", "drawing/viewport.js", "drawing/trace.js", "labels/collisions.js",
    "labels/along.js", "map/tiles.js", "search/match.js",
    "drawing/furniture.js", "drawing/ranks.js", "print/listed.js",
    "data/csv.js", "state/link.js", "data/clusters.js", "data/tried.js", "state/edits.js",
    "state/remarks.js", "drawing/reach.js", "data/load.js", "data/routes.js", "data/courses.js",
)  # fmt: skip


#: Where what the page takes from npm is found, as `make page` puts it in.
MODULES = Path(__file__).resolve().parents[2] / "tools" / "page" / "node_modules"


def require_npm(package: str) -> Path:
    """Return the folder of a package of npm; a missing one is a failure in CI, elsewhere a skip."""
    if not (MODULES / package).is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{package} is missing, and CI may not skip this: make browser")
        pytest.skip(f"{package} is missing, which npm brings: make browser")
    return MODULES / package


def unpack_in_node(text: str, *, own: bool) -> Any:
    """Return the data of a packed text as the page reads it; None where it refuses.

    own : whether by the browser's decompression, or by the page's.
    """
    require_npm("fflate")
    unpack = (PROGRAM_FOLDER / "data" / "unpack.js").read_text(encoding="utf-8")
    fflate = (MODULES / "fflate" / "esm" / "browser.js").as_uri()
    program = (
        unpack.replace("from 'fflate'", f"from '{fflate}'")
        + ("" if own else "globalThis.DecompressionStream = undefined;")
        + f"unpack({json.dumps(text)}).catch(() => null)"
        + ".then((data) => process.stdout.write(JSON.stringify(data)));"
    )
    return run_in_node(program)


def in_node(expression: str, **given: object) -> Any:
    """Return the value of an expression of JavaScript, in which the given names stand for values.

    What is undefined is None.
    """
    program = "\n".join([
        *(
            f"import * as module{at} from '{(PROGRAM_FOLDER / name).as_uri()}';"
            for at, name in enumerate(PURE)
        ),
        f"Object.assign(globalThis, {', '.join(f'module{at}' for at in range(len(PURE)))});",
    ])  # fmt: skip
    return answer_in_node(program, expression, given)


_ANSWERING = """
import { createInterface } from 'node:readline';
const answer = (body) => {
    try { return { value: new Function(body)() }; } catch (error) { return { error: error.stack }; }
};
createInterface({ input: process.stdin }).on('line', (line) => {
    process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\\n`); });
"""


def answer_in_node(program: str, expression: str, given: Mapping[str, object]) -> Any:
    """Return the value of an expression in which what a module makes global is known too."""
    names = [f"const {name} = {json.dumps(value)};" for name, value in given.items()]
    body = "\n".join(["'use strict';", *names, f"return ({expression}) ?? null;"])
    node = _started_once(program)
    assert node.stdin is not None
    assert node.stdout is not None
    node.stdin.write(json.dumps(body) + "\n")
    node.stdin.flush()
    told = json.loads(node.stdout.readline())
    assert "error" not in told, told["error"]
    return told["value"]


@cache
def _started_once(program: str) -> subprocess.Popen[str]:
    """Start the one Node that has read a module, for all tests of this process.

    For each line, the body of a function in JSON, it writes one: what the function returns.
    """
    command = [require_node(), "--input-type=module", "--eval", program + _ANSWERING]
    node = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    # Told that there is nothing more, it ends.
    atexit.register(node.communicate)
    return node


def require_node() -> str:
    """Return the program of Node; a missing one is a failure in CI, elsewhere a skip."""
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail(
                "node is missing, and CI may not skip the page's tests: apt-get install npm"
            )
        pytest.skip("node is missing: apt-get install npm")
    return node


def run_in_node(program: str) -> Any:
    """Return the JSON that a module writes; a missing Node is a failure in CI, elsewhere a skip."""
    done = subprocess.run(
        [require_node(), "--input-type=module", "-"],
        input=program,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
