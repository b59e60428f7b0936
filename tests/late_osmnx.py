"""OSMnx, loaded when a test first uses it: every process of xdist reads the files of all tests."""

from functools import cache
from typing import Any


@cache
def tags_at_first() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tags of ways and of nodes that OSMnx keeps, as it is when it is loaded."""
    import osmnx

    settings = osmnx.settings
    return tuple(settings.useful_tags_way), tuple(settings.useful_tags_node)


def __getattr__(name: str) -> Any:
    # Pytest asks every name in a test file for attributes such as `__test__`: that loads nothing.
    if name.startswith("_"):
        raise AttributeError(name)
    import osmnx

    tags_at_first()
    return getattr(osmnx, name)
