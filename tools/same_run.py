"""Runs commands of the planner that stands first on the path: `python same_run.py CODE JOBS`.

CODE is the folder that the planner must come from. JOBS is a JSON file, a list of {"out": folder to
stand in, "steps": {name: arguments of the command line}}. What a step prints, and how it ends, goes
into `<name>.txt` beside its files; times in it are blanked, and so is the folder.

`tools.same` starts it with the old code and with the new one, so it imports nothing else.
"""

import contextlib
import io
import json
import os
import re
import sys
from pathlib import Path

_TIMES = re.compile(r"[\d.,]+(?= (s|seconds|MB)\b)")


def main(code: Path, jobs: Path) -> None:
    """Do every step of every job."""
    from planner import cli

    found = Path(cli.__file__).resolve()
    if code.resolve() not in found.parents:
        sys.exit(f"the planner of {found} would run, not that of {code}")
    for job in json.loads(jobs.read_text(encoding="utf-8")):
        os.chdir(job["out"])
        print(job["out"], flush=True)
        for name, arguments in job["steps"].items():
            told = run_step(cli.main, arguments).replace(job["out"], "OUT")
            Path(f"{name}.txt").write_text(_TIMES.sub("*", told), encoding="utf-8")


def run_step(command, arguments) -> str:
    """Run one command; return its exit code, what it printed, and what it complained of."""
    sys.argv = ["planner", *arguments]
    printed, complained, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
        try:
            command()
        except SystemExit as end:
            code = end.code or 0
    told = f"exit {code}\n{printed.getvalue()}"
    return told + complained.getvalue() if code else told


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
