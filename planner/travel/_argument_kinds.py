"""Arguments that are something else than they should be, in words that say what to give."""

from __future__ import annotations

from planner.errors import ArgumentError


def check_kind(value: object, kind: type, name: str, example: str) -> None:
    """Refuse a value of another kind, as a text or a dict of its figures; None is left to others.

    Raises
    ------
    ArgumentError
        Saying what to give.
    """
    if value is not None and not isinstance(value, kind):
        raise ArgumentError(f"{name} is a {type(value).__name__}; give {example}")


def say_no_streets(given: object, known: str, own: str = "streets") -> str:
    """Say what to give in place of something that is no network; `own`: what a run has of it."""
    kind = type(given)
    # Looked for in the class: a run read from its files would build its streets when asked.
    if hasattr(kind, "streets") or "streets" in getattr(kind, "__dataclass_fields__", {}):
        return f"network is a {kind.__name__}; give its {own}: result.{own}"
    return f"network is a {kind.__name__}; give {known}"
