"""Runs the page's own functions without a browser: under Node, as the files stand."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PROGRAM_FOLDER = Path(__file__).resolve().parents[2] / "planner" / "maps" / "assets" / "program"
#: Modules of pure functions: what they need of a browser is made in functions not called here.
PURE = ("data/words.js", "data/summary.js", "data/values.js", "data/csv.js", "state/link.js")


def in_node(expression: str, **given: object) -> Any:
    """Return the value of an expression of JavaScript, in which the given names stand for values.

    What is undefined is None.

    A missing Node is a failure in CI, elsewhere a skip.
    """
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail(
                "node is missing, and CI may not skip the page's tests: apt-get install npm"
            )
        pytest.skip("node is missing: apt-get install npm")
    files = [
        f"import * as module{at} from '{(PROGRAM_FOLDER / name).as_uri()}';"
        for at, name in enumerate(PURE)
    ]
    files.append(
        f"Object.assign(globalThis, {', '.join(f'module{at}' for at in range(len(PURE)))});"
    )
    names = [f"const {name} = {json.dumps(value)};" for name, value in given.items()]
    told = f"process.stdout.write(JSON.stringify(({expression}) ?? null));"
    program = "\n".join([*files, *names, told])
    done = subprocess.run(
        [node, "--input-type=module", "-"],
        input=program,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
