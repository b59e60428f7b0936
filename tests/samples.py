"""How much of a large sample `make test` takes; `make test-all` takes the whole."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings

#: The profile of `make test-all`, which the option `--hypothesis-profile` names.
WHOLE = "whole"


def first(count: int, values: Iterable[Any]) -> list[Any]:
    """Return values to parametrise a test with; those after the first few run at night only.

    A tuple holds a value for each name.
    """
    values = list(values)
    rows = (value if isinstance(value, tuple) else (value,) for value in values[count:])
    return [*values[:count], *(at_night(*row) for row in rows)]


def every(step: int, values: Iterable[Any]) -> list[Any]:
    """Return values to parametrise a test with: one of so many by day, the others at night."""
    return [at_night(value) if place % step else value for place, value in enumerate(values)]


def at_night(*values: Any) -> Any:
    """Return values to parametrise a test with, which run at night only."""
    return pytest.param(*values, marks=pytest.mark.nightly)


def is_whole() -> bool:
    """Tell whether whole samples are taken, as at night."""
    return settings.get_current_profile_name() == WHOLE


def examples(few: int, *, whole: int) -> settings:
    """Let Hypothesis try a few examples, and at night as many as make the whole."""
    return settings(max_examples=whole if is_whole() else few)
