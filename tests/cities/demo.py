"""The finished demo, run once for all tests of a session, whichever process asks first.

That is at night. By day one town of it is run, in a fourth of the time, to see that commands work.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import shapely
from typer.testing import CliRunner

from planner.cli import app
from planner.sources.cache import ArrayCache
from planner.sources.embedded import data_folder
from planner.sources.results import FinishedRun, load_result

#: As it stands in the READMEs.
COMMAND = "planner demo --out out/demo"
MOST_SECONDS = 600.0
#: The READMEs draw this town.
TOWN = "高境镇"


@dataclass(frozen=True)
class Demo:
    """A folder in which a user typed COMMAND, with the cache of that user.

    ended : what the command said and how it ended.
    """

    folder: Path
    ended: subprocess.CompletedProcess[str]

    @property
    def out(self) -> Path:
        return self.folder / "out" / "demo"

    @property
    def cache(self) -> ArrayCache:
        return ArrayCache(self.folder / "cache")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Let the user type another command of the planner."""
        return _run(self.folder, *arguments)

    def run_here(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command in this process: one of its own loads all libraries, for 1.5 s."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            patch.setenv("PLANNER_CACHE", str(self.folder / "cache"))
            ended = CliRunner().invoke(app, arguments)
        return subprocess.CompletedProcess(arguments, ended.exit_code, ended.stdout, ended.stderr)

    def result(self) -> FinishedRun:
        """Read what the command wrote; it must have ended well."""
        assert self.ended.returncode == 0, self.ended.stderr
        return load_result(self.out)


def demo_of_session(folder: Path) -> Demo:
    """Run the demo below a folder that all processes of a session share, or wait for who does."""
    user, report = folder / "user", folder / "demo.json"
    try:
        user.mkdir()
    except FileExistsError:
        _wait_for(report)
    else:
        ended = _run(user, *COMMAND.split()[1:])
        said = {"code": ended.returncode, "stdout": ended.stdout, "stderr": ended.stderr}
        unfinished = report.with_suffix(".part")
        unfinished.write_text(json.dumps(said), encoding="utf-8")
        unfinished.replace(report)
    said = json.loads(report.read_text(encoding="utf-8"))
    return Demo(
        user, subprocess.CompletedProcess(COMMAND, said["code"], said["stdout"], said["stderr"])
    )


def demo_of_one_town(folder: Path) -> Demo:
    """Run the demo of one of its towns, by the same command and from data cut to that town."""
    given = folder / "data" / "baoshan-demo"
    shutil.copytree(data_folder() / "baoshan-demo", given)
    towns = json.loads((given / "towns.geojson").read_text(encoding="utf-8"))
    towns["features"] = [one for one in towns["features"] if one["properties"]["name"] == TOWN]
    for name in ("towns.geojson", "district.geojson"):
        (given / name).write_text(json.dumps(towns, ensure_ascii=False), encoding="utf-8")
    [ground] = (shapely.geometry.shape(one["geometry"]) for one in towns["features"])
    for name, belongs in {
        "population.csv": lambda row: row["town"] == TOWN,
        "groups.csv": lambda row: row["town"] == TOWN,
        "orders.csv": lambda row: row["town"] == TOWN,
        "teachers.csv": lambda row: row["from"] in ("", TOWN),
        "route_sites.csv": lambda row: ground.contains(
            shapely.Point(float(row["lon"]), float(row["lat"]))
        ),
    }.items():
        _keep_rows(given / name, belongs)
    user = Demo(folder, subprocess.CompletedProcess("", 0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("planner.sources.embedded.data_folder", lambda: folder / "data")
        return replace(user, ended=user.run_here(*COMMAND.split()[1:]))


def _keep_rows(path: Path, belongs: Callable[[dict[str, str]], bool]) -> None:
    """Write a table again with some of its rows."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        rows = [row for row in table if belongs(row)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table.fieldnames or ())
        writer.writeheader()
        writer.writerows(rows)


def _wait_for(report: Path) -> None:
    """Wait until another process has run the demo."""
    until = time.monotonic() + MOST_SECONDS
    while not report.exists():
        assert time.monotonic() < until, "another test process began the demo and did not end it"
        time.sleep(0.1)


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sysconfig.get_path("scripts")) / "planner", *arguments],
        cwd=folder,
        env=os.environ | {"PLANNER_CACHE": str(folder / "cache")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
