"""Code in a Python of its own, which has imported nothing yet."""

import subprocess
import sys


def last_line_of(code: str) -> str:
    """Run code, which must end well; return the last line that it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def last_line_of_command(argument: str, code: str) -> str:
    """Run the command `planner ARGUMENT` and then code; return the last line that it prints."""
    return last_line_of(
        f"import gc, sys; sys.argv = ['planner', {argument!r}]\n"
        "from planner.cli import main\n"
        f"try: main()\nexcept SystemExit: pass\n{code}"
    )
