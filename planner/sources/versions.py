"""Which version of the program this is, and of what it hands over."""

from functools import cache
from importlib import metadata
from typing import Final

#: Of pages, workbooks, documents and sheets: raised when one of them is made in another way, so
#: that the examples in `maps/` are made again.
HANDOVER_FORMAT: Final = 1


@cache
def program_version() -> str:
    """Return the version of the installed planner, as pyproject.toml and its wheel have it."""
    try:
        return metadata.version("planner")
    except metadata.PackageNotFoundError:  # run from a folder that was never installed
        return "not installed"


def name_writer() -> str:
    """Return what a page or a document says of the program that made it."""
    return f"service-circle planner {program_version()}, format {HANDOVER_FORMAT}"
