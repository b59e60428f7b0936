"""`planner demo --all`: sites, a comparison, routes, sessions and the report beside the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cities.demo import Demo


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.nightly
def test_everything_lies_beside_the_run(demo: Demo):
    ended = demo.run("demo", "--all", "--out", "out/all")
    assert ended.returncode == 0, ended.stderr
    out = demo.folder / "out" / "all"
    assert read(out / "sites" / "site.json")["synthetic"] is True
    assert read(out / "compare" / "compare.json")["synthetic"] is True
    routes = read(out / "routes" / "routes.json")
    assert (len(routes["routes"]), routes["status"], routes["synthetic"]) == (6, "proved", True)
    assert "低碳" in {route["theme"] for route in routes["routes"]}
    sites = {stop["site_id"] for route in routes["routes"] for stop in route["stops"]}
    assert len(sites) + len(routes["left_out"]) == 94
    assert {f"R{number}.gpx" for number in range(1, 7)} <= {
        path.name for path in (out / "routes").iterdir()
    }
    courses = read(out / "courses" / "courses.json")
    assert courses["people"]["ordered"] == 39_000
    assert courses["people"]["met"] > 38_900
    assert courses["gap"] <= 0.1, "within seconds: a busy machine proves less"
    assert courses["synthetic"] is True
    sheets = {path.name for path in (out / "report" / "sheets").iterdir()}
    assert sum(name.startswith("route-") and name.endswith(".pdf") for name in sheets) == 6
