"""The types that the sections of plan.toml are made of, and what all of them refuse."""

import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from planner.crs import check_datum

Kind = Literal["residential", "industrial", "commercial"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RESERVED = ("all",)
"""Words that stand for the whole in the results; no town and no kind may be called so."""

# Beyond these a number is a slip of the pen, and would only fill the memory.
MAX_MINUTES = 600.0
MIN_MINUTES = 0.001
"""Minutes are written to a thousandth."""
MAX_CUTOFFS = 60
"""Every cutoff is counted for everybody and drawn for every station."""
MAX_ACCESS_M = 5_000.0
MAX_DETOUR = 100.0


def _one_line(text: str) -> str:
    """Refuse text that is empty or has control characters."""
    if not text.strip():
        raise ValueError("it should not be empty")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("it should be one line without control characters")
    return text


def _from_folder(path: Path, info: ValidationInfo) -> Path:
    """Read a relative path from the folder of the plan."""
    _one_line(str(path))
    return Path((info.context or {}).get("folder", "")) / path


def _path(value: object) -> object:
    """Turn text into a path; leave what is not text to be refused."""
    return Path(_one_line(value)) if isinstance(value, str) else value


def to_tuple(value: object) -> object:
    """Turn a list of TOML into a tuple."""
    return tuple(value) if isinstance(value, list) else value


def _increasing(minutes: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse cutoffs that are not positive and strictly increasing."""
    if not minutes or minutes[0] <= 0 or any(a >= b for a, b in pairwise(minutes)):
        raise ValueError("it should be a list of positive, increasing minutes like [5, 10, 15]")
    if minutes[0] < MIN_MINUTES:
        raise ValueError(f"{minutes[0]:g} is less than {MIN_MINUTES:g}, to which minutes are told")
    if len(minutes) > MAX_CUTOFFS:
        raise ValueError(
            f"{len(minutes)} of them are more than the {MAX_CUTOFFS} that are drawn and counted; "
            "give fewer"
        )
    if minutes[-1] > MAX_MINUTES:
        raise ValueError(f"no walk longer than {MAX_MINUTES:g} minutes is asked for; give less")
    return minutes


Text = Annotated[str, Field(strict=True), AfterValidator(_one_line)]
Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[Number, Field(gt=0)]
Share = Annotated[Number, Field(ge=0, le=1)]
Year = Annotated[int, Field(strict=True, ge=1900, le=2200)]
InputPath = Annotated[
    Path, BeforeValidator(_path), Field(strict=True), AfterValidator(_from_folder)
]
Datum = Annotated[Text, AfterValidator(check_datum)]
Cutoffs = Annotated[tuple[Number, ...], BeforeValidator(to_tuple), AfterValidator(_increasing)]


class Section(BaseModel):
    """A table of plan.toml: a frozen value that knows no other keys than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def exactly_one(section: Section, first: str, second: str) -> None:
    """Refuse a section with both of two keys, or neither."""
    if (getattr(section, first) is None) == (getattr(section, second) is None):
        raise ValueError(f"give exactly one of {first} and {second}")


def only_with(section: Section, partner: str, keys: tuple[str, ...]) -> None:
    """Refuse keys that mean nothing without their partner."""
    idle = [key for key in keys if key in section.model_fields_set]
    if idle:
        raise ValueError(f"{', '.join(idle)} can only stand with {partner}; remove it")
