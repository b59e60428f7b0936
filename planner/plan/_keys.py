"""The keys of a plan, read off its sections, for documentation and messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from planner.plan._sections import Plan
from planner.plan.given_table import GivenTable


@dataclass(frozen=True)
class PlanKey:
    """A key of plan.toml, as its documentation shows it."""

    key: str
    type: str
    default: str
    description: str


def find_sections(field: FieldInfo) -> list[type[BaseModel]]:
    """Return the section that a field holds, if it holds one."""
    candidates = [field.annotation, *get_args(field.annotation)]
    return [c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)]


def list_plan_keys() -> list[PlanKey]:
    """List every key of plan.toml with type, default and meaning, in the order of the sections."""
    return list(list_keys(Plan))


def list_keys(model: type[BaseModel], prefix: str = "") -> Iterator[PlanKey]:
    """Walk through the fields of a section and of the sections in it."""
    for own_name, field in model.model_fields.items():
        # A key that is a word of Python has another name there.
        name = field.alias or own_name
        for section in find_sections(field):
            yield from list_keys(section, f"{prefix}{name}.")
        if not find_sections(field):
            default = _default_text(field)
            text = _type_text(field.annotation)
            yield PlanKey(f"{prefix}{name}", text, default, field.description or "")


def _default_text(field: FieldInfo) -> str:
    """Write the default as TOML does."""
    if field.is_required():
        return "required"
    value = field.default
    # A default that is made of other keys, as that of the title, is told in the description.
    if value is None or value is PydanticUndefined or value == {}:
        return ""
    # Before numbers, which it is to Python: it would be written as 1.
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(_value_text(item) for item in value)}]"
    return _value_text(value)


def _value_text(value: Any) -> str:
    """Write text or a number as TOML does."""
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"


def _type_text(annotation: Any) -> str:
    """Name the type of a field in the words of TOML."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_text(arguments[0])
    if origin in (Union, UnionType):
        return " or ".join(_type_text(a) for a in arguments if a not in (type(None), GivenTable))
    if origin is Literal:
        return " or ".join(f'"{value}"' for value in arguments)
    if origin is tuple:
        text = _type_text(arguments[0])
        return f"list of {text}" if text == "text" or '"' in text else f"list of {text}s"
    if origin is dict:
        # Of kinds where its keys are those of a fixed list, else of names of columns.
        by = "name" if _type_text(arguments[0]) == "text" else "kind"
        text = _type_text(arguments[1])
        return f"table of {text}{'' if text == 'text' else 's'} by {by}"
    words: dict[Any, str] = {
        str: "text", int: "whole number", bool: "true or false", float: "number", Path: "path",
        date: "date",
    }  # fmt: skip
    return words[annotation]
