"""Values in one line: a short text of what each field is, figures as a table of HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import fields, is_dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.errors import on_one_line
from planner.rounding import format_share

if TYPE_CHECKING:
    import pandas as pd

#: Most characters of one text from outside, and of one value.
_LONGEST: Final = 40
#: Most characters of the whole.
_WHOLE: Final = 300


class Brief:
    """Gives a dataclass a `repr` of one line, however much it holds.

    A class that says it better has a `__repr__` of its own, which stays.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # Here, not by inheritance: a dataclass writes its own where the class itself has none.
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = _describe_fields  # type: ignore[method-assign]


def _describe_fields(value: Any) -> str:
    """Return the name of a class with its fields."""
    named = [
        f"{one.name}={describe_value(getattr(value, one.name))}"
        for one in (fields(value) if is_dataclass(value) else ())
        if one.repr
    ]
    return join_facts(value, *named)


def join_facts(value: object, *facts: str) -> str:
    """Return the name of a value's class with what is said of it, in one line."""
    text = f"{type(value).__name__}({', '.join(facts)})"
    return text if len(text) <= _WHOLE else f"{text[: _WHOLE - 5]} ...)"


def to_html(lines: Sequence[str], table: pd.DataFrame) -> str:
    """Return lines above a table, for notebooks: texts are escaped, shares are percentages."""
    shares: Any = {name: format_share for name in table.columns if str(name).startswith("share")}
    told = "<br>".join(escape(line.strip()) for line in lines)
    shown = table.to_html(index=False, border=0, na_rep="–", formatters=shares)
    return f"<p>{told}</p>{shown}"


def describe_value(value: Any) -> str:
    """Return a number or short text as it is, of all else its kind and how much it holds."""
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, str | Path):
        return shorten(str(value))
    kind = type(value).__name__
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):  # an array or a table
        return f"{kind} {' x '.join(map(str, shape))}"
    if isinstance(value, Sized) and isinstance(value, tuple | list | set | frozenset | Mapping):
        return f"{kind} of {len(value)}"
    if isinstance(value, Brief):
        return f"{kind}(...)"
    return shorten(str(value), quoted=False)


def shorten(text: str, *, quoted: bool = True) -> str:
    """Return a text from outside on one line, not longer than a few words."""
    line = on_one_line(text, None)
    line = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
    return repr(line) if quoted else line
