"""The table of results: rows, verdicts on their bars, plain text and Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("part", "what", "measured", "bar", "met")


@dataclass(frozen=True)
class Row:
    """One measured figure, and the bar it is held against if there is one."""

    part: str
    what: str
    measured: str
    bar: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """What the table shows."""
        verdict = "" if self.met is None else ("met" if self.met else "NOT MET")
        return self.part, self.what, self.measured, self.bar, verdict


def at_most(part: str, what: str, value: float, bar: float, show: str) -> Row:
    """Make a row whose value must not exceed a bar; `show` is a format such as "{:.1f} s"."""
    return Row(part, what, show.format(value), f"<= {show.format(bar)}", bool(value <= bar))


def at_least(part: str, what: str, value: float, bar: float, show: str) -> Row:
    """Make a row whose value must reach a bar."""
    return Row(part, what, show.format(value), f">= {show.format(bar)}", bool(value >= bar))


def skipped(part: str, reason: str) -> Row:
    """Make a row for what could not be measured, with the reason."""
    return Row(part, "skipped", reason)


def duration(seconds: float) -> str:
    """Write a duration in the unit that suits it."""
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"


def to_text(rows: Sequence[Row]) -> str:
    """Return the table in columns for a terminal."""
    table = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(_width(line[k]) for line in table) for k in range(len(HEADINGS))]
    lines = ["  ".join(_padded(c, w) for c, w in zip(line, widths, strict=True)) for line in table]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def to_markdown(rows: Sequence[Row]) -> str:
    """Return the table in Markdown."""
    table = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells for row in rows)]
    return "\n".join(
        "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in table
    )


def verdict(rows: Sequence[Row]) -> str:
    """Say how many bars are met, and which are not."""
    held = [row for row in rows if row.met is not None]
    missed = [f"\n- not met: {row.part}, {row.what}" for row in held if not row.met]
    return f"{len(held) - len(missed)} of {len(held)} bars met{''.join(missed)}"


def _width(text: str) -> int:
    """Count terminal columns; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
