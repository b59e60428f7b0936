"""Every map is read in a process of its own here, as the planner reads it."""

from collections.abc import Iterator

import pytest

from tests.cities.reading import reading_apart


@pytest.fixture(autouse=True, scope="module")
def _reading_apart() -> Iterator[None]:
    with reading_apart():
        yield
