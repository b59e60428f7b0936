"""What pydantic finds wrong in a plan, in our words: the key, what is wrong, what to do."""

from difflib import SequenceMatcher

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planner.errors import MOST_SHOWN, Doubt, PlanError, quote, split_remedy
from planner.plan._keys import find_sections, list_plan_keys
from planner.plan._sections import Plan

_MOST_FAULTS = 5
"""At most so many faults are written out; the others are only counted."""

_WORDS = {
    "bool_type": "write true or false",
    "float_type": "write a number",
    "is_instance_of": "write a path in quotes",
    "model_type": "write a table of keys",
    "string_type": "write text in quotes",
    "tuple_type": "write a list in brackets",
}
"""What to do about a wrong type, in the words of TOML."""


def to_plan_error(error: ValidationError, name: str, file: str = "") -> PlanError:
    """Return a refused plan as our error, with all its faults; `name` stands before them.

    Parameters
    ----------
    error
        From pydantic.
    name
        What the message calls the plan.
    file
        Name of its file, "" where there is none.
    """
    faults = [split_remedy(fault) for fault in list_faults(error)]
    return PlanError(
        f"{name}: {describe_faults(error)}",
        [Doubt("error", file, None, what, remedy) for what, remedy in faults],
    )


def describe_faults(error: ValidationError) -> str:
    """Tell all faults in one line, unknown keys first: a misspelt key is also a missing one."""
    faults = list_faults(error)
    text = " | ".join(faults[:_MOST_FAULTS])
    if len(faults) > _MOST_FAULTS:
        text += f" | and {len(faults) - _MOST_FAULTS:,} more faults"
    return f"{len(faults):,} faults: {text}" if len(faults) > 1 else text


def list_faults(error: ValidationError) -> list[str]:
    """Tell all faults, a text each, unknown keys first."""
    # Where the name is at fault pydantic adds that it made no title of it, which helps nobody.
    faults = [f for f in error.errors() if f["type"] != "default_factory_not_called"]
    faults.sort(key=lambda fault: fault["type"] != "extra_forbidden")
    return [_describe_fault(fault) for fault in faults]


def _describe_fault(fault: ErrorDetails) -> str:
    """Put one fault that pydantic found into our words: key, what, what to do."""
    key = _join_key(fault["loc"])
    message = _WORDS.get(fault["type"], fault["msg"]).removeprefix("Value error, ")
    message = message.replace("Input should", "it should")
    if fault["type"] == "extra_forbidden":
        return f"{key}: unknown key; did you mean {_find_nearest_key(fault['loc'])}?"
    if fault["type"] == "missing":
        return f"{key}: missing; add it, see docs/plan.md"
    # Where several keys contradict each other the input is the whole section: too long to show.
    if isinstance(fault["input"], dict | list | BaseModel) and fault["type"] == "value_error":
        return f"{key}: {message}" if key else message
    return f"{key}: {quote(fault['input'])} will not do; {message}"


def _join_key(location: tuple[int | str, ...]) -> str:
    """`("demand", 1, "kind")` -> `demand[2].kind`, counted from 1 as people do."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        # With this pydantic marks a wrong key of a table; the key itself stands before it.
        elif part != "[key]":
            key = part if part.isprintable() and len(part) <= MOST_SHOWN else quote(part)
            text += f".{key}" if text else key
    return text


def _find_nearest_key(location: tuple[int | str, ...]) -> str:
    """Find the valid key most like an unknown one, its own section first."""
    # Cut, because comparing two texts takes time with the product of their lengths.
    *above, last = (part[:MOST_SHOWN] for part in location if isinstance(part, str))
    section = ".".join(above)

    def likeness(key: str) -> float:
        """Tell how much a valid key is like the unknown one; more is likelier meant."""
        parent, _, name = key.rpartition(".")
        alike = SequenceMatcher(None, last.lower(), name.lower()).ratio()
        begun = name.lower().startswith(last.lower())
        # A key of the same section, or one written only in part, is likelier meant than an alike
        # one.
        return alike + (0.2 if parent == section else 0.0) + (0.2 if begun else 0.0)

    sections = [name for name in Plan.model_fields if find_sections(Plan.model_fields[name])]
    return max([key.key for key in list_plan_keys()] + sections, key=likeness)
