"""The commands as one: in the user's language, and one line for whatever goes wrong."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from planner.cli.chinese_help import make_chinese, refusing_usage
from planner.cli.language import (
    VARIABLE,
    can_write_chinese,
    choose_language,
    find_unknown_language,
    speaking,
    spoken_language,
)
from planner.cli.terminal import complain
from planner.errors import PlannerError, quote

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells give it."""


class Commands(TyperGroup):
    """Turns what a command cannot do into one line and an exit code, in the user's language."""

    def main(self, *arguments: Any, **extra: Any) -> Any:
        """Run the command that the words of the command line name."""
        words = arguments[0] if arguments else extra.get("args")
        language = choose_language(sys.argv[1:] if words is None else words)
        # Question marks in place of each sign say nothing.
        shown = can_write_chinese((sys.stdout, sys.stderr))
        with speaking(language if shown else "en"):
            if (word := find_unknown_language()) is not None:
                complain(
                    f"{VARIABLE} is {quote(word)}, which is no language here, and is left aside; "
                    "give zh or en"
                )
            if spoken_language() == "zh":
                make_chinese(self)
            return super().main(*arguments, **extra)

    def make_context(self, *arguments: Any, **extra: Any) -> Any:
        """Read the words before the command."""
        with refusing_usage():
            return super().make_context(*arguments, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            with refusing_usage():
                return super().invoke(ctx)
        except PlannerError as error:
            complain(str(error))
            raise typer.Exit(1) from None
        except BrokenPipeError:  # whoever reads the output has gone; there is nobody to tell
            raise
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            reason = (error.strerror or type(error).__name__).lower()
            complain(f"{where}{reason}; check the path, its rights and the space on the disk")
            raise typer.Exit(1) from None
        except MemoryError:
            complain("not enough memory; cut the extract to the study area and its surroundings")
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            complain("interrupted; nothing was changed")
            raise typer.Exit(INTERRUPTED) from None
