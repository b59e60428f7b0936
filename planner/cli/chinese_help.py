"""Help and complaints about usage in Chinese; signs of two columns are counted as two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import typer

from planner.cli.language import spoken_language, tell
from planner.cli.terminal import write_error
from planner.errors import on_one_line

#: Exit code of wrong usage.
USAGE: Final = 2

#: What any command refuses about the words it is given.
UsageError: Any = typer.BadParameter.__base__

_FORMATTER: Any = typer.Context.formatter_class

#: Remarks after the help of an option, like [default: 60.0].
_REMARKS: Final = re.compile(r"  (\[[^\[\]]*\])$")
#: Signs that must not begin a line.
_CLOSING: Final = "，。；：、！？）」》”"
#: Signs that must not end one, within brackets of a pattern.
_OPENING: Final = r"（「《“\["


class ChineseFormatter(_FORMATTER):  # type: ignore[misc]  # which class it is depends on typer
    """Writes help as typer does, with the Chinese texts."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        super().write_usage(prog, args, tell("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write the heading of a list."""
        self.write(f"{'':>{self.current_indent}}{tell(heading)}：\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs, each in lines of the terminal's width."""
        indent = " " * self.current_indent
        paragraphs = [
            "\n".join(indent + line for line in wrap(tell(_join(paragraph)), self.width - 2))
            for paragraph in text.split("\n\n")
        ]
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a list of words, each with what it means beside it."""
        indent = " " * self.current_indent
        wide = min(max((count_columns(word) for word, _ in rows), default=0), col_max) + col_spacing
        for word, text in rows:
            first, *rest = wrap(_tell_with_remark(text), max(self.width - wide - 2, 10)) or [""]
            fits = count_columns(word) <= wide - col_spacing
            gap = " " * (wide - count_columns(word)) if fits else f"\n{indent}{' ' * wide}"
            self.write(f"{indent}{word}{gap}{first}".rstrip() + "\n")
            for line in rest:
                self.write(f"{indent}{' ' * wide}{line}\n")


class ChineseContext(typer.Context):
    """The context of a command whose help is Chinese."""

    formatter_class = ChineseFormatter


def make_chinese(group: Any) -> None:
    """Give a group and its commands, which are of this call alone, their Chinese help."""
    for command in (group, *group.commands.values()):
        command.context_class = ChineseContext
        # The first paragraph alone stands in the list of the commands.
        paragraphs = (command.help or "").split("\n\n")
        command.short_help = tell(_join(paragraphs[0]))


@contextmanager
def refusing_usage() -> Iterator[None]:
    """Let typer complain about usage in English, and do it here in Chinese."""
    try:
        yield
    except UsageError as error:
        # No words at all are answered with the help, which is no complaint.
        if spoken_language() != "zh" or type(error).__name__ == "NoArgsIsHelpError":
            raise
        _refuse_usage(error)
        raise typer.Exit(USAGE) from None


def _refuse_usage(error: Any) -> None:
    """Say in Chinese what is wrong with the words of a command line."""
    if error.ctx is not None:
        for line in error.ctx.get_usage().splitlines():
            write_error(line)
        hint = f"Try '{error.ctx.command_path} {error.ctx.help_option_names[0]}' for help."
        write_error(tell(hint))
        write_error("")
    message = on_one_line(error.format_message(), None).strip()
    write_error(tell(f"Error: {message}"))


def wrap(text: str, width: int) -> list[str]:
    """Cut a text into lines of at most so many columns, at spaces and between Chinese signs."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and count_columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """Yield what is not cut: words with the space after them, wide signs with their brackets."""
    yield from re.findall(
        rf"[{_OPENING}]*(?:[^\s\u2e80-\uffef]+|[\u2e80-\uffef])[{_CLOSING}]*\s*|\s+", text
    )


def count_columns(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _join(paragraph: str) -> str:
    return " ".join(paragraph.split())


def _tell_with_remark(text: str) -> str:
    """Write the help of an option, and in brackets whether it is needed and its default."""
    remark = _REMARKS.search(text)
    if remark is None:
        return tell(_join(text))
    return f"{tell(_join(text[: remark.start()]))}  {tell(remark[1])}"
