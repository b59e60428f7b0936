"""The types that the sections of plan.toml are made of, and what all of them refuse."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
)

from planner.crs import check_datum
from planner.plan.given_table import GivenTable, TableSource

Kind = Literal["residential", "industrial", "commercial"]
KINDS: tuple[Kind, ...] = get_args(Kind)
USUAL_LEVELS = ("district", "town", "neighbourhood")
"""Levels of facilities that are known whether or not a rule names them."""
RESERVED = ("all",)
"""Words that stand for the whole in the results; no town and no kind may be called so."""

EVERYWHERE: Final = "everywhere"
"""In place of a file: all land is meant."""

# A number beyond these is a typing error, and a run with it would fill the memory.
MIN_MINUTES, MAX_MINUTES = 0.01, 600.0
MAX_ACCESS_M = 5_000.0
MAX_DETOUR = 100.0
MAX_COST = 1e12
FIRST_YEAR, LAST_YEAR = 1900, 2200
_MAX_CUTOFFS = 20
_MAX_ENTRIES = 100
_MAX_CHARACTERS = 500

#: Marks that turn the direction of writing: a text with them shows other words than it has.
_TURNING: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
#: Control codes, halves of characters (surrogates), separators of lines and of paragraphs.
_NO_SIGNS: Final = ("Cc", "Cs", "Zl", "Zp")


@dataclass(frozen=True)
class Between:
    """Refuses all but the numbers of a range; its ends belong to it."""

    low: float
    high: float
    whole: bool = False

    def __call__(self, value: object) -> object:
        """Return the value, -0 as 0."""
        kinds = int if self.whole else (int, float)
        # To Python true is the number 1; TOML tells them apart.
        if isinstance(value, kinds) and not isinstance(value, bool):
            number: float = value
            if self.low <= number <= self.high:  # nan is not
                return number + 0
        what = "a whole number" if self.whole else "a number"
        raise ValueError(
            f"it should be {what} from {_format_number(self.low)} to {_format_number(self.high)}"
        )


@dataclass(frozen=True)
class Listed:
    """Turns a list of TOML into a tuple, unless it has more entries than `most`."""

    most: int = _MAX_ENTRIES

    def __call__(self, value: object) -> object:
        """Return the tuple; what is no list is left to be refused."""
        # Counted before any entry is checked: a list of millions would give millions of faults.
        if isinstance(value, list) and len(value) > self.most:
            raise ValueError(f"it has {len(value):,} entries; give at most {self.most}")
        return tuple(value) if isinstance(value, list) else value


def _format_number(number: float) -> str:
    """Write an end of a range, such as 0.5, 1900 or 10,000."""
    return f"{number:,.15g}" if number >= 10_000 else f"{number:.15g}"


def _check_line(text: str) -> str:
    """Refuse text that is empty or too long, breaks its line or turns the direction of writing."""
    if not text.strip():
        raise ValueError("it should not be empty")
    if len(text) > _MAX_CHARACTERS:
        raise ValueError(f"it has {len(text):,} characters; write it in at most {_MAX_CHARACTERS}")
    if any(unicodedata.category(sign) in _NO_SIGNS or sign in _TURNING for sign in text):
        raise ValueError("it should be one line without control characters and marks of direction")
    return text


def _join_to_folder(path: Path, info: ValidationInfo) -> Path:
    """Read a relative path from the folder of the plan."""
    # A plan that is made in Python may give a Path, which nobody has looked at yet.
    _check_line(str(path))
    return Path((info.context or {}).get("folder", "")) / path


def _to_path(value: object) -> object:
    """Turn text into a path; leave what is not text to be refused."""
    return Path(_check_line(value)) if isinstance(value, str) else value


def _read_known(value: object, info: ValidationInfo) -> object:
    """Keep the word for all land; read anything else as the path of a file."""
    if value == EVERYWHERE:
        return value
    path = _to_path(value)
    if not isinstance(path, Path):
        raise ValueError(f'write "{EVERYWHERE}" or a path in quotes')
    return _join_to_folder(path, info)


def _read_source(value: object, info: ValidationInfo) -> TableSource:
    """Take a table of Python as it is; read anything else as the path of a file."""
    if isinstance(value, GivenTable):
        return value
    path = _to_path(value)
    if not isinstance(path, Path):
        raise ValueError("write a path in quotes")
    return _join_to_folder(path, info)


def _check_address(text: str) -> str:
    """Refuse what is no address of a server on the internet."""
    parts = urlsplit(text)
    # Names that are no letters of ASCII come as xn--; whoever is asked for a password in an
    # address would send it to whomever the server names.
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username is not None
        or " " in text
    ):
        raise ValueError("it should be an address that begins with http:// or https://")
    return text.rstrip("/")


def _check_increasing(minutes: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse cutoffs that are not strictly increasing."""
    if not minutes or any(a >= b for a, b in pairwise(minutes)):
        raise ValueError("it should be a list of positive, increasing minutes like [5, 10, 15]")
    return minutes


def _check_size(value: object) -> object:
    """Refuse a table of TOML with so many keys that checking them would take long."""
    if isinstance(value, dict) and len(value) > _MAX_ENTRIES:
        raise ValueError(f"it has {len(value):,} entries; give at most {_MAX_ENTRIES}")
    return value


Text = Annotated[str, Field(strict=True), AfterValidator(_check_line)]
Flag = Annotated[bool, Field(strict=True)]
#: Checked before pydantic converts: it would take true and the text "5" for numbers.
Minutes = Annotated[float, BeforeValidator(Between(MIN_MINUTES, MAX_MINUTES))]
Share = Annotated[float, BeforeValidator(Between(0, 1))]
Cost = Annotated[float, BeforeValidator(Between(0, MAX_COST))]
AccessLimit = Annotated[float, BeforeValidator(Between(1, MAX_ACCESS_M))]
Detour = Annotated[float, BeforeValidator(Between(1, MAX_DETOUR))]
Year = Annotated[int, BeforeValidator(Between(FIRST_YEAR, LAST_YEAR, whole=True))]
InputPath = Annotated[
    Path, BeforeValidator(_to_path), Field(strict=True), AfterValidator(_join_to_folder)
]
#: A file of rows, or the rows themselves where the plan is made in Python.
InputTable = Annotated[TableSource, BeforeValidator(_read_source)]
#: Our name of a column -> its heading in a file; which names there are, the readers know.
Columns = Annotated[dict[Text, Text], BeforeValidator(_check_size)]
#: Where something is known: on all land, or in the polygons of a file.
KnownLand = Annotated[Literal["everywhere"] | Path, PlainValidator(_read_known)]
Address = Annotated[Text, AfterValidator(_check_address)]
Datum = Annotated[Text, AfterValidator(check_datum)]
Cutoffs = Annotated[
    tuple[Minutes, ...], BeforeValidator(Listed(_MAX_CUTOFFS)), AfterValidator(_check_increasing)
]


class Section(BaseModel):
    """A table of plan.toml: a frozen value that knows no other keys than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def read_local_time(text: str) -> datetime | None:
    """Return a local date and time like 2026-03-10T10:00, None for any other text."""
    # fromisoformat alone would also take weeks, seconds, time zones and digits of other scripts.
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text, re.ASCII):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # of that form, but there is no such day or hour
        return None


def check_year(year: int) -> None:
    """Refuse a year that is a typing error."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"it should be a year from {FIRST_YEAR} to {LAST_YEAR}")


def find_twice(names: Iterable[str | None]) -> str | None:
    """Return the first name that stands twice; None where all differ. None is nobody's name."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        if name is not None:
            seen.add(name)
    return None


def check_exactly_one(section: Section, first: str, second: str) -> None:
    """Refuse a section with both of two keys, or neither."""
    if (getattr(section, first) is None) == (getattr(section, second) is None):
        raise ValueError(f"give exactly one of {first} and {second}")


def check_only_with(section: Section, partner: str, keys: tuple[str, ...]) -> None:
    """Refuse keys that mean nothing without their partner."""
    fields = type(section).model_fields
    idle = [fields[key].alias or key for key in keys if key in section.model_fields_set]
    if idle:
        raise ValueError(f"{', '.join(idle)} can only stand with {partner}; remove it")
