"""Which language the command line speaks: decided once, before anything is printed."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from planner.errors import MARKS, PlannerError

#: The variable of the environment that decides before all else: zh or en.
VARIABLE: Final = "PLANNER_LANGUAGE"
#: Variables that hold the locale, the first that is set decides.
_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
#: How a language begins in the variables: zh, zh_CN.UTF-8, zh-Hans, en:zh ...
_NAME: Final = re.compile(r"\s*(zh|en)(?![a-z])", re.IGNORECASE)
#: Commands that make something of a finished run, whose folder is among their words.
_OF_RUN: Final = ("map", "report", "picture", "pack")
_UNMARKED: Final = str.maketrans(dict.fromkeys(MARKS, ""))
_WINDOWS_CHINESE: Final = 0x04  # primary language of GetUserDefaultUILanguage

_spoken: ContextVar[str] = ContextVar("language of the terminal", default="en")


def spoken_language() -> str:
    """Return the language that is spoken now: zh or en."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a while."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def keep(name: object) -> str:
    """Mark a name from the data in a line for `tell`: whatever it says, it stays as it is."""
    return f"{MARKS[0]}{str(name).translate(_UNMARKED)}{MARKS[1]}"


def tell(line: str) -> str:
    """Write an English line in the language that is spoken, without the marks of names."""
    if spoken_language() == "zh":
        from planner.texts.messages import translate  # reads the catalogue

        line = translate(line)
    return line.translate(_UNMARKED)


def can_write_chinese(streams: Iterable[object]) -> bool:
    """Tell whether each stream has an encoding for Chinese; a pipe of Windows often has none."""
    encodings = [getattr(stream, "encoding", None) or "utf-8" for stream in streams]
    try:
        return all("中文".encode(encoding) for encoding in encodings)
    except (UnicodeEncodeError, LookupError):
        return False


def choose_language(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """Decide which language to speak: the variable's, that of plan or run, else the locale's.

    Parameters
    ----------
    arguments
        Words of the command line after the program's name; a plan may be among them, or the folder
        of a finished run. The default of a plan does not count, only a `language` that is written
        in it.
    environ
        Variables of the environment.
    """
    if asked := _name_language(environ.get(VARIABLE, "")):
        return asked
    words = [word for word in arguments if not word.startswith("-")]
    named = _language_of_run(words) if words[:1] and words[0] in _OF_RUN else None
    return named or _language_of_plan(words) or find_locale_language(environ)


def find_unknown_language(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the word of the variable that names no language; None if there is none."""
    word = environ.get(VARIABLE, "").strip()
    return word if word and _name_language(word) is None else None


def _name_language(word: str) -> str | None:
    """Return zh for zh, zh_CN, zh-Hans ..., en for English; None for other words."""
    name = _NAME.match(word)
    return name[1].lower() if name else None


def _language_of_run(words: Sequence[str]) -> str | None:
    """Return the language of the run whose folder is among the words, if there is one.

    Of any fault other code tells.
    """
    folder = next((Path(word) for word in words[1:] if (Path(word) / "run.json").is_file()), None)
    if folder is None:
        return None
    from planner.sources.results import load_run_language

    try:
        return load_run_language(folder)
    except PlannerError:
        return None


def _language_of_plan(words: Sequence[str]) -> str | None:
    """Return the language that a plan among the words names; of any fault other code tells."""
    # A plan stands right after its command, whatever it is called.
    named = [word for word in words if word.lower().endswith(".toml")] or words[1:2]
    if not named or not Path(named[0]).is_file():
        return None
    from planner.sources.plan_file import load_plan_language

    try:
        return load_plan_language(Path(named[0]))
    except PlannerError:
        return None


def find_locale_language(environ: Mapping[str, str] = os.environ) -> str:
    """Return zh where the locale of the system is Chinese, else en.

    As everywhere, the list LANGUAGE stands above a locale, but not above C.
    """
    locale = next((environ[name] for name in _LOCALE if environ.get(name)), "")
    if locale not in ("", "C", "POSIX"):
        locale = environ.get("LANGUAGE") or locale
    if not locale and sys.platform == "win32":
        import ctypes

        chosen = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return "zh" if chosen & 0x3FF == _WINDOWS_CHINESE else "en"
    return "zh" if _name_language(locale) == "zh" else "en"
