"""What is wrong or doubtful in the files of a plan, as small records."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
"""An error stops a run, a warning may change its figures, a note is for the reader."""


@dataclass(frozen=True)
class Doubt:
    """One thing that is wrong or doubtful.

    Parameters
    ----------
    severity
        How much it matters.
    file
        Name of the file.
    row
        Of the file, numbered as in `Table`; None for all of it.
    what
        What is wrong, in words with figures.
    remedy
        What to do about it, "" for nothing.
    """

    severity: Severity
    file: str
    row: int | None
    what: str
    remedy: str = ""
