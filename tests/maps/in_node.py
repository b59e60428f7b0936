"""Runs the page's own functions without a browser: under Node, as the files stand."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib import resources
from typing import Any

import pytest

#: The files of pure functions: what they need of a browser is made in functions not called here.
PURE = ("data.js", "summary.js")


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
    assets = resources.files("planner.maps") / "assets"
    files = [(assets / name).read_text(encoding="utf-8") for name in PURE]
    names = [f"const {name} = {json.dumps(value)};" for name, value in given.items()]
    told = f"process.stdout.write(JSON.stringify(({expression}) ?? null));"
    program = "\n".join(["'use strict';", *files, *names, told])
    done = subprocess.run(
        [node, "-"], input=program, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
