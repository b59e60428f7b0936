"""The page's program: what is shipped is what its sources make, and its types fit."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.maps.in_node import require_npm

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_shipped_page_is_what_its_sources_make_and_its_types_fit():
    require_npm("esbuild")
    command = ["sh", "tools/page/build.sh", "--check"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
