"""Compares what this code and that of an earlier revision make of the same plans: `make same`.

The code of the revision is taken from git; each of the two runs in a process of its own, with no
cache of networks. Every file that run, site and compare write, and what the commands print, must
be the same to the byte, but for times, memory and hashes of outputs. What may differ stands in
tools/same_allowed.txt. Results of the old code are kept in out/same, or where SAME_CACHE says, by
revision and inputs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tools import same_plans
from tools.same_files import Allowed, Difference, compare_folders, load_allowed, which_allow
from tools.same_plans import Plan

REPOSITORY = Path(__file__).resolve().parents[1]
ALLOWED = Path(__file__).with_name("same_allowed.txt")
RUNNER = Path(__file__).with_name("same_run.py")
SHARED = REPOSITORY.parent / "shared"
WORK = REPOSITORY / "out" / "same"
#: Differences of one kind that are shown.
SHOWN, SHOWN_CHARACTERS = 3, 160


@dataclass(frozen=True)
class Code:
    """A code to run: the folder that `planner` lies in, and the one for its results."""

    folder: Path
    results: Path

    def run(self, plans: Iterable[Plan]) -> list[Path]:
        """Run plans whose results are not there, in one process; return the folder of each."""
        targets = {self.results / f"{plan.name}-{_key_of(plan)}": plan for plan in plans}
        missing = {target: plan for target, plan in targets.items() if not target.exists()}
        if missing:
            self.results.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.results) as work:
                outs = {Path(work) / target.name: target for target in missing}
                self._start([_job_of(missing[target], out) for out, target in outs.items()])
                for out, target in outs.items():
                    if not target.exists():  # else somebody else has just run it
                        out.rename(target)
        return list(targets)

    def _start(self, jobs: list[dict[str, object]]) -> None:
        """Run jobs in a process that finds this code first, and wait."""
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(jobs, file)
            file.flush()
            chosen = {"PYTHONPATH": str(self.folder), "PYTHONSAFEPATH": "1", "PLANNER_CACHE": "",
                      "COLUMNS": "120", "PYTHONWARNINGS": "ignore"}  # fmt: skip
            command = [sys.executable, str(RUNNER), str(self.folder), file.name]
            done = subprocess.run(command, env=os.environ | chosen, check=False,
                                  capture_output=True, text=True)  # fmt: skip
        if done.returncode:
            last = done.stdout.splitlines()[-1:]
            sys.exit(f"{self.folder} stopped at {last}:\n{done.stderr}")


def main() -> int:
    """Run and compare all plans; return 1 if something differs that is not allowed."""
    asked = _read_arguments()
    start, revision = time.perf_counter(), _git("rev-parse", f"{asked.base}^{{commit}}")
    kept = Path(os.environ.get("SAME_CACHE") or WORK).resolve() / revision[:12]
    old = Code(_check_out(revision, kept / "code"), kept)
    new = Code(REPOSITORY, WORK / "new")
    print(f"old code: {revision[:12]}, its results in {kept}; new code: {REPOSITORY}")
    allowed, used, bad, number = load_allowed(asked.allowed), set(), 0, 0
    shutil.rmtree(new.results, ignore_errors=True)
    for plans in _plans(asked):
        for plan, *folders in zip(plans, old.run(plans), new.run(plans), strict=True):
            differences = compare_folders(*folders, plan.name)
            left, lines = judge(differences, allowed)
            number, bad, used = number + 1, bad + len(left), used | lines
            _report(plan.name, left, len(differences) - len(left))
    for line in allowed:
        if line not in used:
            print(f"{asked.allowed.name}:{line.number}: allowed, but not seen: {line.reason}")
    seconds = time.perf_counter() - start
    print(f"{number} plans, {bad} differences that are not allowed, {seconds:.0f} s")
    return 1 if bad else 0


def judge(
    differences: Iterable[Difference], allowed: list[Allowed]
) -> tuple[list[Difference], set[Allowed]]:
    """Return the differences that no line allows, and the lines that allow the others."""
    left, used = [], set()
    for one in differences:
        lines = which_allow(one, allowed)
        used.update(lines)
        if not lines:
            left.append(one)
    return left, used


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make same", description=__doc__)
    parser.add_argument("--base", default="HEAD", help="revision to compare with")
    parser.add_argument("--small", action="store_true", help="without the demo and Porto Alegre")
    parser.add_argument("--plans", type=Path, help="instead, a folder of folders with a plan.toml")
    parser.add_argument("--allowed", type=Path, default=ALLOWED, help="list of what may differ")
    return parser.parse_args()


def _plans(asked: argparse.Namespace) -> Iterable[list[Plan]]:
    """Yield the plans that run in one process together, the small ones first."""
    if asked.plans is not None:
        yield same_plans.folder_plans(asked.plans)
        return
    yield same_plans.write_small_plans(WORK / "plans")
    for name in ("cases", "data"):
        if not (SHARED / name).is_dir():
            print(f"skipped: there is no {SHARED / name}")
    yield same_plans.folder_plans(SHARED / "cases")
    if not asked.small:
        yield [same_plans.demo_plan()]
        porto = SHARED / "data" / "porto_alegre"
        yield [same_plans.city_plan(porto)] if porto.is_dir() else []


def _git(*arguments: str) -> str:
    """Return what git answers."""
    done = subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True,
                          check=False)  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr.strip())
    return done.stdout.strip()


def _check_out(revision: str, folder: Path) -> Path:
    """Take the files of a revision from git into a folder, unless they are there."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            archive, files = Path(work) / "code.tar", Path(work) / "code"
            _git("archive", f"--output={archive}", revision)
            with tarfile.open(archive) as packed:
                packed.extractall(files, filter="data")
            files.rename(folder)
    return folder


def _job_of(plan: Plan, out: Path) -> dict[str, object]:
    """Make the folder that a plan is run in; return what the runner is told."""
    if plan.folder is None:
        out.mkdir()
    else:
        shutil.copytree(plan.folder, out / "input")
    return {"out": str(out), "steps": plan.steps}


def _key_of(plan: Plan) -> str:
    """Return a hash of all that decides a result but the code; maps show the month."""
    digest = hashlib.sha256(json.dumps([plan.steps, f"{date.today():%Y-%m}"]).encode())
    digest.update(RUNNER.read_bytes())
    paths = [] if plan.folder is None else sorted(plan.folder.rglob("*"))
    for path in paths:
        if path.is_file():
            digest.update(f"{path.relative_to(plan.folder)}\n{path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _report(plan: str, left: list[Difference], allowed: int) -> None:
    """Print the first differences of each kind: of one file, and one place but for its numbers."""
    kinds = defaultdict(list)
    for one in left:
        kinds[one.file, re.sub(r"(?<![^.])\d+(?![^.])", "*", one.place)].append(one)
    beside = f", {allowed} allowed differences" if allowed else ""
    print(f"{plan}: {f'{len(left)} DIFFERENCES' if left else 'same'}{beside}", flush=True)
    for (file, place), found in kinds.items():
        print(f"  {file}  {place}: {len(found)}")
        for one in found[:SHOWN]:
            print(f"    {one.place}: {_cut(one.old)} -> {_cut(one.new)}")


def _cut(text: str) -> str:
    """Return the beginning of a text, on one line."""
    line = text.replace("\n", "⏎")
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[:SHOWN_CHARACTERS]}…"


if __name__ == "__main__":
    sys.exit(main())
