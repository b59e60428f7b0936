"""Reads the data out of a page."""

from __future__ import annotations

import re
from typing import Any

from planner.maps._packed_payload import unpack_payload

_HELD = re.compile(r'<script type="text/plain" id="planner-data">([^<]*)</script>')


def data_in(page: str) -> dict[str, Any]:
    """Return the data that a page carries."""
    found = _HELD.search(page)
    assert found is not None
    return unpack_payload(found[1])
