"""What a terminal is told: lines that no name from the data can steer, and bars of progress."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from planner.cli.language import tell
from planner.errors import PlannerError, on_one_line

if TYPE_CHECKING:
    from rich.table import Table

    from planner.stages import Progress


def parse_folder(name: str) -> Path:
    """Return the folder that a word of the command line names.

    Raises
    ------
    PlannerError
        If the word is empty: it is often a variable that was never set, not the current folder.
    """
    if not str(name).strip():
        raise PlannerError("the name of a folder is empty; give one, or . for the current folder")
    return Path(name)


def say(line: str) -> None:
    """Print one line as it is: names from the data are no markup and no control codes."""
    typer.echo(on_one_line(tell(line.strip()), None))


def print_list(word: str, lines: list[str], most: int = 10) -> None:
    """Print a few of many lines, and say how many there are."""
    for line in lines[:most]:
        say(f"{word}: {line}")
    if len(lines) > most:
        say(f"{word}: ... and {len(lines) - most} more")


def print_rows(
    headings: Sequence[str], rows: Sequence[Sequence[str]], lines: Sequence[str]
) -> None:
    """Print rows, whose words are of the language that is spoken, as a table on a terminal.

    Elsewhere the lines that say the same are printed, one for each.
    """
    if not sys.stdout.isatty():
        for line in lines:
            say(line)
        return
    from rich.console import Console
    from rich.text import Text

    table = make_table()
    for heading in headings:
        table.add_column(tell(heading), overflow="fold")
    for row in rows:
        # As Text: names from the data are no markup.
        table.add_row(*(Text(on_one_line(cell, None)) for cell in row))
    Console().print(table)


def make_table(title: str | None = None) -> Table:
    """Return an empty table for the output, without lines where it is no terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    return Table(
        # As Text: in a plain string rich would take [words] of a title for its markup.
        title=None if title is None else Text(title),
        box=SIMPLE_HEAD if sys.stdout.isatty() else None,
        show_edge=False,
        pad_edge=False,
    )


def use_plain_streams() -> None:
    """Print what a console cannot show as something else, and each line of a pipe at once."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", line_buffering=True)


def complain(message: str) -> None:
    """Say what went wrong, where errors go."""
    write_error(f"planner: {on_one_line(tell(message.strip()), None)}")


def write_error(line: str) -> None:
    """Write one line where errors go."""
    typer.echo(line, err=True)


class _LogLines(logging.Formatter):
    """Writes what the library logs as `complain` does."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        return f"planner: {tell(super().format(record))}"


def log_handler() -> logging.Handler:
    """Return what prints the log where errors go."""
    handler = logging.StreamHandler()
    handler.setFormatter(_LogLines())
    return handler


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[Progress]:
    """Show a bar for each stage on a terminal; elsewhere nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda _stage, _share: None
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description:<11}"),
        progress.BarColumn(),
        progress.TimeElapsedColumn(),
    )
    # To stderr, as what is printed may go into a file or another program.
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, progress.TaskID] = {}

        def told(stage: str, share: float) -> None:
            """Move the bar of a stage; a stage that is new gets one."""
            if stage not in tasks:
                tasks[stage] = bars.add_task(tell(stage), total=1.0)
            bars.update(tasks[stage], completed=share)
            # Else the clock beside a finished stage would go on.
            if share >= 1.0:
                bars.stop_task(tasks[stage])

        yield told
