"""Takes lines of OPL apart: ids, and whether tags are there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence


def read_id(line: bytes) -> int:
    """Return the id with which a line begins: "w5 v1 ..."."""
    return int(line[1 : line.index(b" ")])


def list_tags(field: bytes) -> bytes:
    """Return the tags of a line, "Ta=b,c=d", with a comma before each: ",a=b,c=d"."""
    # A search that begins with a plain sign is five times faster than one that may begin a text.
    return b"," + field[1:]


def search_keys(keys: Sequence[str]) -> Callable[[bytes], object]:
    """Return what finds one of some keys in the tags of a line."""
    # OPL escapes "," and "=" wherever they stand in a key or a value.
    names = "|".join(re.escape(key) for key in keys)
    return re.compile(f",(?:{names})=".encode()).search


def search_values(key: str, values: Sequence[str]) -> Callable[[bytes], object]:
    """Return what finds a key with one of some values in the tags of a line."""
    names = "|".join(re.escape(value) for value in values)
    return re.compile(f",{re.escape(key)}=(?:{names})(?:,|$)".encode()).search
