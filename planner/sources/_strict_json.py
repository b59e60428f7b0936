"""JSON read strictly: each key once, nothing beyond the standard, numbers as they are written."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from planner.errors import SourceError, quote
from planner.sources.plain_files import read_plain


class Written(str):
    """A number of a JSON file as it is written there."""

    __slots__ = ()


def read_json(path: Path, *, most_bytes: int, advice: str, missing: str = "") -> Any:
    """Read a file of JSON whose numbers become int and float.

    Parameters
    ----------
    path
        Of the file, in UTF-8.
    most_bytes, missing
        As of `open_plain`.
    advice
        What to do about a file that will not do.

    Raises
    ------
    SourceError
        If it cannot be read or is no strict JSON.
    """
    content = read_plain(path, most_bytes=most_bytes, advice=advice, missing=missing)
    try:
        return json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_each_once, parse_constant=_no_number
        )
    # The kinds of ValueError that can say where the fault is come before it.
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise SourceError(
            f"{path}: not valid JSON: {error.msg} in line {error.lineno}; mend that line"
        ) from None
    except RecursionError:
        raise SourceError(f"{path}: brackets are nested too deeply; {advice}") from None
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from None
    except ValueError:  # Python reads no whole number of thousands of digits
        raise SourceError(f"{path}: a number is too long; write it shorter") from None


def make_decoder() -> json.JSONDecoder:
    """Return a decoder whose numbers stay as they are written; its faults are SourceErrors."""
    return json.JSONDecoder(
        object_pairs_hook=_each_once,
        parse_constant=_no_number,
        parse_float=Written,
        parse_int=Written,
    )


def to_json_text(value: Any) -> str:
    """Return a value of `make_decoder` as JSON again, its numbers as they were written."""
    if isinstance(value, Written):
        return value
    if isinstance(value, dict):
        pairs = (f"{to_json_text(key)}: {to_json_text(part)}" for key, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dict and refuse a key that stands twice: JSON would keep the last."""
    row = dict(pairs)
    if len(row) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise SourceError(f"the key {quote(twice)} stands twice; keep one")
    return row


def _no_number(text: str) -> NoReturn:
    """Refuse NaN and Infinity."""
    raise SourceError(f"{text} is no number of JSON; write a number or leave it out")
