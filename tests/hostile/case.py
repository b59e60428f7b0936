"""What a hostile input is: how to make it, and what the one line about it has to name."""

from __future__ import annotations

from dataclasses import dataclass

from tests.hostile.city import Break

RUN = ("run", "plan.toml", "--out", "out", "--quiet")
#: Reads all that a run reads, and computes nothing: enough where the fault is met while reading.
CHECK = ("check", "plan.toml")


@dataclass(frozen=True)
class Case:
    """One hostile input.

    says : texts that the line has to hold: the place, and what to look at.
    command : what is run; `out` holds the result of an earlier run.
    works : the input is odd but can be used, so the run may also end well.
    """

    spoil: Break
    says: tuple[str, ...]
    command: tuple[str, ...] = RUN
    works: bool = False


def nothing(_folder: object) -> None:
    """Leave the files as they are: the fault is in the command."""
