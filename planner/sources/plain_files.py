"""Opens every file that a user names: a plain file of limited size, or an error of one line."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from planner.errors import PlannerError, SourceError

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

#: Opening a pipe must not wait for its other end.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_plain(
    path: Path,
    *,
    most_bytes: int,
    advice: str,
    missing: str = "",
    too_large: str = "",
    error: type[PlannerError] = SourceError,
) -> BinaryIO:
    """Open a plain file for reading.

    A pipe or a device is never waited for: it could keep the program busy for ever.

    Parameters
    ----------
    path
        Of the file; links are followed.
    most_bytes
        A larger file is refused.
    advice
        What to do about a file that will not do.
    missing, too_large
        What to do if there is none, or a larger one; `advice` if not given.
    error
        What is raised.

    Raises
    ------
    PlannerError
        Of the kind `error`: if the file is missing, no plain file, too large or cannot be opened.
    """
    try:
        number = os.open(path, _FLAGS)
    except FileNotFoundError:
        raise error(f"{path}: no such file; {missing or advice}") from None
    except (OSError, ValueError) as fault:  # ValueError: a path that no system can have
        raise error(f"{path}: cannot be read ({_reason(fault)}); {advice}") from None
    # Of the file that is open now: by its path another one could be met since.
    state = os.fstat(number)
    kind = next((name for is_kind, name in _KINDS if is_kind(state.st_mode)), "")
    wrong = f"is {kind}, not a file; {advice}" if kind else ""
    if not kind and state.st_size > most_bytes:
        wrong = f"larger than the {_size_text(most_bytes)} that are read; {too_large or advice}"
    if wrong:
        os.close(number)
        raise error(f"{path}: {wrong}")
    return os.fdopen(number, "rb")


def read_plain(
    path: Path,
    *,
    most_bytes: int,
    advice: str,
    missing: str = "",
    error: type[PlannerError] = SourceError,
) -> bytes:
    """Return what a plain file holds.

    Parameters
    ----------
    path, most_bytes, advice, missing, error
        As of `open_plain`.

    Raises
    ------
    PlannerError
        As `open_plain`, or if the file cannot be read to its end.
    """
    with open_plain(
        path, most_bytes=most_bytes, advice=advice, missing=missing, error=error
    ) as file:
        try:
            content = file.read(most_bytes + 1)  # some files of the system grow while they are read
        except OSError as fault:
            raise error(f"{path}: cannot be read ({_reason(fault)}); {advice}") from None
    if len(content) > most_bytes:
        raise error(f"{path}: larger than the {_size_text(most_bytes)} that are read; {advice}")
    return content


def _reason(fault: Exception) -> str:
    """Say in the system's words why a file cannot be read."""
    return (getattr(fault, "strerror", None) or "unreadable").lower()


def _size_text(size: int) -> str:
    """Say a size in the largest unit that gives a whole number."""
    return f"{size / 1e9:g} GB" if size >= 1e9 else f"{size / 1e6:g} MB"
