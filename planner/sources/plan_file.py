"""Reads plan.toml: a file of limited size, in UTF-8 and TOML, checked by the plan's own rules."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.errors import PlanError
from planner.plan import Plan, Rule, RuleFile
from planner.plan.faults import describe_faults, to_plan_error
from planner.sources.plain_files import read_plain
from planner.texts import LANGUAGES

_MAX_BYTES = 1_000_000

_DEEP_KEY = re.compile(rb"""(?<![\w"'.-])(?:[\w"'-]+[ \t]*\.[ \t]*){40}""")


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

    Examples
    --------
    >>> import planner
    >>> plan = planner.load_plan(planner.load_example().folder / "plan.toml")
    >>> plan.name, plan.service.cutoffs_minutes
    ('example', (5.0, 10.0, 15.0))
    """
    path = Path(path)
    return parse_plan(_read_bytes(path), path)


def parse_plan(text: bytes, path: Path) -> Plan:
    """Check the text of a plan; `path` is that of its file, whether it is there or not.

    Raises
    ------
    PlanError
        As `load_plan`.
    """
    content = _parse_toml(text, path)
    try:
        return Plan.model_validate(content, context={"folder": path.parent})
    except ValidationError as error:
        raise to_plan_error(error, str(path), path.name) from None


def load_plan_language(path: Path) -> str | None:
    """Return the language that a plan names; None if it names none that there is.

    Raises
    ------
    PlanError
        As `load_plan`, for the file alone: what else the plan says is not checked.
    """
    language = _parse_toml(_read_bytes(path), path).get("language")
    return language if isinstance(language, str) and language in LANGUAGES else None


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Read a file of `[[rules]]`, as in a plan.

    Raises
    ------
    PlanError
        As `load_plan`.
    """
    try:
        return RuleFile.model_validate(_parse_toml(_read_bytes(path), path)).rules
    except ValidationError as error:
        raise PlanError(f"{path}: {describe_faults(error)}") from None


def _read_bytes(path: Path) -> bytes:
    """Read the file, or say in one line why not."""
    return read_plain(
        path,
        most_bytes=_MAX_BYTES,
        advice="give a plan.toml",
        missing="give a plan.toml or make one with planner init",
        error=PlanError,
    )


def _parse_toml(content: bytes, path: Path) -> dict[str, Any]:
    """Parse the content of a file, or say in one line why not."""
    _refuse_deep_keys(path, content)
    try:
        # Editors may put a byte order mark first, which is no TOML.
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
    """Refuse keys of very many parts: reading them takes time and memory with their square."""
    if _DEEP_KEY.search(content):
        raise PlanError(f"{path}: a key has very many parts; write keys as docs/plan.md does")
