"""The command line: reads the words, makes one call of the library, prints."""

from planner.cli.commands import app, main

__all__ = ["app", "main"]
