"""OSMnx, loaded when a test first uses it: every process of xdist reads the files of all tests."""

from typing import Any


def __getattr__(name: str) -> Any:
    # Pytest asks whatever it finds in a file for names like these.
    if name.startswith("_"):
        raise AttributeError(name)
    import osmnx

    return getattr(osmnx, name)
