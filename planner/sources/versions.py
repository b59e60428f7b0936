"""Which version of the program this is."""

from importlib import metadata


def program_version() -> str:
    """Return the version of the installed planner, as pyproject.toml and its wheel have it."""
    try:
        return metadata.version("planner")
    except metadata.PackageNotFoundError:  # run from a folder that was never installed
        return "not installed"
