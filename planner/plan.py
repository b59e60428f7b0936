"""plan.toml -> Plan: read, checked once and for all at the door, its faults put into our words."""

import re
import tomllib
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planner._plan_candidates import ACTIONS, Action, Candidates, Costs, SiteLimit, Weights
from planner._plan_keys import PlanKey, keys_of, sections_in
from planner._plan_moments import MomentKeys
from planner._plan_people import GATE_MODES, WHO_WORDS, GateMode, Group, Profile, Uncertainty
from planner._plan_sections import Demand, Plan, Rule, RuleFile
from planner._plan_types import KINDS, RESERVED
from planner.errors import MOST_SHOWN, PlanError, shown
from planner.plain_files import read_plain

__all__ = [
    "ACTIONS",
    "GATE_MODES",
    "KINDS",
    "RESERVED",
    "WHO_WORDS",
    "Action",
    "Candidates",
    "Costs",
    "Demand",
    "GateMode",
    "Group",
    "MomentKeys",
    "Plan",
    "PlanKey",
    "Profile",
    "Rule",
    "SiteLimit",
    "Uncertainty",
    "Weights",
    "load_plan",
    "load_rules",
    "plan_keys",
]

_MAX_BYTES = 1_000_000
_MOST_FAULTS = 5
"""So many faults are told in full; of the others only the number."""

_DEEP_KEY = re.compile(rb"""(?<![\w"'.-])(?:[\w"'-]+[ \t]*\.[ \t]*){40}""")

_WORDS = {
    "bool_type": "write true or false",
    "float_type": "write a number",
    "is_instance_of": "write a path in quotes",
    "model_type": "write a table of keys",
    "string_type": "write text in quotes",
    "tuple_type": "write a list in brackets",
}
"""What to do about a wrong type, in the words of TOML."""


def load_plan(path: str | Path) -> Plan:
    """Read and check a plan.

    Parameters
    ----------
    path
        A plan.toml in UTF-8. Its relative paths start at its folder; whether their files exist is
        seen when they are read.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        If the file is missing, is not TOML, or a key or value is wrong: one line with file, key
        and what to do.
    """
    path = Path(path)
    content = _read_toml(path)
    try:
        return Plan.model_validate(content, context={"folder": path.parent})
    except ValidationError as error:
        raise PlanError(f"{path}: {_told(error)}") from None


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Read a file of `[[rules]]`, as in a plan.

    Raises
    ------
    PlanError
        As `load_plan`.
    """
    try:
        return RuleFile.model_validate(_read_toml(path)).rules
    except ValidationError as error:
        raise PlanError(f"{path}: {_told(error)}") from None


def plan_keys() -> list[PlanKey]:
    """List every key of plan.toml with type, default and meaning, in the order of the sections."""
    return list(keys_of(Plan))


def _read_toml(path: Path) -> dict[str, Any]:
    """Parse the file, or say in one line why not."""
    content = read_plain(
        path,
        most_bytes=_MAX_BYTES,
        advice="give a plan.toml",
        missing="give a plan.toml or make one with planner init",
        error=PlanError,
    )
    _refuse_deep_keys(path, content)
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PlanError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        fault = str(error).splitlines()[0]
        raise PlanError(f"{path}: not valid TOML: {fault}; mend that line") from None
    except RecursionError:
        raise PlanError(f"{path}: brackets are nested too deeply; give a plan.toml") from None
    except ValueError:  # Python reads no whole number of thousands of digits
        raise PlanError(f"{path}: a number is too long; write it shorter") from None


def _refuse_deep_keys(path: Path, content: bytes) -> None:
    """Refuse keys of many parts: time and memory of the library grow with their square."""
    if _DEEP_KEY.search(content):
        raise PlanError(f"{path}: a key has very many parts; write keys as docs/plan.md does")


def _told(error: ValidationError) -> str:
    """Tell all faults in one line, unknown keys first: another one may be missing for them."""
    faults = [f for f in error.errors() if f["type"] != "default_factory_not_called"]
    faults.sort(key=lambda fault: fault["type"] != "extra_forbidden")
    text = " | ".join(_fault_text(fault) for fault in faults[:_MOST_FAULTS])
    if len(faults) > _MOST_FAULTS:
        text += f" | and {len(faults) - _MOST_FAULTS:,} more faults"
    return f"{len(faults):,} faults: {text}" if len(faults) > 1 else text


def _fault_text(fault: ErrorDetails) -> str:
    """Put one fault that pydantic found into our words: key, what, what to do."""
    key = _dotted(fault["loc"])
    message = _WORDS.get(fault["type"], fault["msg"]).removeprefix("Value error, ")
    message = message.replace("Input should", "it should")
    if fault["type"] == "extra_forbidden":
        return f"{key}: unknown key; did you mean {_nearest_key(fault['loc'])}?"
    if fault["type"] == "missing":
        return f"{key}: missing; add it, see docs/plan.md"
    if isinstance(fault["input"], dict | list | BaseModel) and fault["type"] == "value_error":
        return f"{key}: {message}" if key else message
    return f"{key}: {shown(fault['input'])} will not do; {message}"


def _dotted(location: tuple[int | str, ...]) -> str:
    """`("demand", 1, "kind")` -> `demand[2].kind`, counted from 1 as people do."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif part != "[key]":
            key = part if part.isprintable() and len(part) <= MOST_SHOWN else shown(part)
            text += f".{key}" if text else key
    return text


def _nearest_key(location: tuple[int | str, ...]) -> str:
    """Find the valid key most like an unknown one, its own section first."""
    *above, last = (part[:MOST_SHOWN] for part in location if isinstance(part, str))
    section = ".".join(above)

    def likeness(key: str) -> float:
        """Tell how much a valid key is like the unknown one; more is likelier meant."""
        parent, _, name = key.rpartition(".")
        alike = SequenceMatcher(None, last.lower(), name.lower()).ratio()
        begun = name.lower().startswith(last.lower())
        return alike + (0.2 if parent == section else 0.0) + (0.2 if begun else 0.0)

    sections = [name for name in Plan.model_fields if sections_in(Plan.model_fields[name])]
    return max([key.key for key in plan_keys()] + sections, key=likeness)
