"""Waits for what a page comes to, however busy the machine is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

TRIES = 500


def wait_for(page: Page | Frame, expression: str) -> None:
    """Wait until an expression is true, 10 s at most.

    The driver's own way to wait makes code out of text, which the page's policy refuses.
    """
    for _ in range(TRIES):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"{expression} did not come true")
