"""The page's program: what is shipped is what its sources make, and its types fit."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def require_npm() -> None:
    """Skip where npm is missing, which brings what builds the page; CI may not be without."""
    if shutil.which("npm") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("npm is missing, and CI may not skip this: apt-get install npm")
        pytest.skip("npm is missing: apt-get install npm")


def test_the_shipped_page_is_what_its_sources_make_and_its_types_fit():
    require_npm()
    command = ["sh", "tools/page/build.sh", "--check"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
