"""Values of cells as text: whole numbers without a point, dates as ISO has them."""

import json
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

#: Beyond this a whole number may have lost digits where it is kept as a floating one.
_EXACT: Final = 2.0**53


def to_text(value: Any) -> str:
    """Turn the value of a cell into text, "" for nothing.

    A date is 2026-03-01, a time 09:30 (seconds where there are any), a length of time 30:00 (hours
    and minutes), yes and no true and false, bytes their hexadecimal digits, a list JSON.
    """
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, date | time | timedelta):
        return _time_text(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=to_text)
    return str(value)


def _float_text(value: float) -> str:
    """Write a number; in a column with gaps whole ones are often kept as floats."""
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) <= _EXACT else str(value)


def _time_text(value: date | time | timedelta) -> str:
    """Write a date, a time of the day, both, or a length of time."""
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        text = f"{minutes // 60}:{minutes % 60:02}"
        return f"{text}:{seconds:02}" if seconds else text
    if isinstance(value, datetime):
        if value.time() == time() and value.tzinfo is None:
            return value.date().isoformat()
        return f"{value.date().isoformat()} {_time_text(value.timetz())}"
    if isinstance(value, time):
        whole = value.second == 0 and value.microsecond == 0
        return value.isoformat(timespec="minutes" if whole else "auto")
    return value.isoformat()
