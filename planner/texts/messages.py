"""What the command line says, in Chinese: whole sentences matched against English ones."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from string import Formatter
from typing import Final

from planner.errors import MARKS, MOST_SHOWN

#: Sentences nest: a file's name, then a row, then what is wrong with it. Deeper ones stay English.
_MOST_NESTED: Final = 8
#: Between the faults of one file.
_BETWEEN_FAULTS: Final = " | "
#: Messages hold fewer faults than this.
_MOST_FAULTS: Final = 30
#: Between a file or a row and what is wrong there.
_AFTER_PLACE: Final = ": "
#: Between what is wrong and what to do.
_BEFORE_REMEDY: Final = "; "
#: What is no word of ours: a name between marks, and a value in quotes, as messages show what comes
#: from outside: cut to `MOST_SHOWN` characters, or whole. No apostrophe within a word.
_QUOTED: Final = re.compile(
    rf"""{MARKS[0]}[^{MARKS}]*{MARKS[1]}"""
    rf"""|(?<!\w)(?:['"].{{{MOST_SHOWN - 4}}}\.\.\."""
    r"""|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?!\w)"""
)
#: How a word of a table and what it means ends, `区级 -> district (3 rows)`, often one of many.
_UNDERSTOOD: Final = re.compile(r" -> [^>]* \(\d+ rows?\)$")
_BETWEEN_UNDERSTOOD: Final = "), "
_FIRST_WIDE: Final = "\u2e80"
_BEFORE_CHINESE: Final = re.compile(r"(?<=[\u2e80-\uffef]) $")
#: A word alone: a sentence has it only where the catalogue says so, else it is a name.
_WORD: Final = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True)
class Template:
    """An English sentence with places for values, and the Chinese one with the same places.

    english : what stands before, between and after the places, one more than there are places
    chinese : pairs of words and of the place after them; the last pair has no place
    nested : places whose value is a part of a sentence, which is written in Chinese in its turn
    worded : those of them whose value may be one word
    """

    english: tuple[str, ...]
    chinese: tuple[tuple[str, int | None], ...]
    nested: frozenset[int]
    worded: frozenset[int] = frozenset()

    @cached_property
    def has_quotes(self) -> bool:
        """Whether the sentence itself holds quotes."""
        return any(sign in part for part in self.english for sign in "'\"")

    @cached_property
    def has_words(self) -> bool:
        """Whether the sentence itself says something, beyond signs between its values."""
        return any(sign.isalpha() for part in self.english for sign in part)

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Where the sentence stands among all that may fit a line: the most certain comes first.

        A sentence that begins with words of its own is surer than one that begins with a value.
        """
        own = sum(not sign.isspace() for part in self.english for sign in part)
        return not self.english[0], -own, len(self.english)

    def find_values(self, line: str, hidden: str) -> list[str] | None:
        """Return the values that stand in the places of a line; None if it is another sentence.

        Each piece is taken as far left as it goes, so the time grows with the line alone.
        `hidden` is the line with nothing in quotes, which holds no words of a sentence.
        """
        first, *middle, last = self.english
        searched = line if self.has_quotes else hidden
        end = len(line) - len(last)
        if not searched.startswith(first) or not searched.endswith(last):
            return None
        spans, at = [], len(first)
        for piece in middle:
            found = searched.find(piece, at, end)
            if found < 0:
                return None
            spans.append((at, found))
            at = found + len(piece)
        spans.append((at, end))
        # A file and a row stand before a sentence that begins with a value, not in that value.
        if at > end or (not first and _AFTER_PLACE in hidden[: spans[0][1] + 1]):
            return None
        # Nor is a remedy a part of the value before it.
        ends_plain = not last and len(spans) - 1 not in self.nested
        if ends_plain and _BEFORE_REMEDY in hidden[spans[-1][0] :]:
            return None
        return [line[start:stop] for start, stop in spans]


def parse_template(english: str, chinese: str) -> Template:
    """Read an entry: `{0}` is a value that stays as it is, `{0!t}` a part that is translated.

    A part of one word alone is translated only where `{0!w}` says that it is a word of ours: else
    it may be a name.

    Raises
    ------
    ValueError
        If the places of the English sentence are not {0}, {1} ... in this order, two of them have
        nothing between them, or the Chinese sentence has others.
    """
    parts = [(text, field) for text, field, _, _ in Formatter().parse(english)]
    fields = [field for _, field in parts if field is not None]
    texts = [text for text, _ in parts]
    if not parts or parts[-1][1] is not None:
        texts.append("")
    if fields != [str(number) for number in range(len(fields))] or "" in texts[1:-1]:
        raise ValueError(f"places of {english!r}")
    pieces: list[tuple[str, int | None]] = []
    nested, worded = set(), set()
    for text, field, _, conversion in Formatter().parse(chinese):
        place = None if field is None else int(field)
        pieces.append((text, place))
        if conversion is not None and place is not None:
            nested.add(place)
            worded |= {place} if conversion == "w" else set()
    if {str(place) for _, place in pieces if place is not None} != set(fields):
        raise ValueError(f"places of {chinese!r}")
    return Template(tuple(texts), tuple(pieces), frozenset(nested), frozenset(worded))


def load_catalogue() -> dict[str, str]:
    """Return the English sentences with the Chinese one of each, from the files beside.

    Raises
    ------
    ValueError
        If a sentence stands in two files.
    """
    entries: dict[str, str] = {}
    for file in sorted(resources.files("planner.texts").iterdir(), key=lambda file: file.name):
        if file.name.startswith("zh_messages") and file.name.endswith(".toml"):
            more = tomllib.loads(file.read_text(encoding="utf-8"))
            if twice := entries.keys() & more.keys():
                raise ValueError(f"stand twice: {sorted(twice)}")
            entries |= more
    return entries


@cache
def _sorted_templates() -> tuple[dict[str, str], tuple[Template, ...]]:
    """Return sentences without places, and those with some, the most certain first."""
    entries = load_catalogue()
    parsed = [parse_template(*entry) for entry in entries.items()]
    fixed = {
        template.english[0]: "".join(text for text, _ in template.chinese)
        for template in parsed
        if len(template.english) == 1
    }
    open_ones = [template for template in parsed if len(template.english) > 1]
    open_ones.sort(key=lambda template: template.rank)
    return fixed, tuple(open_ones)


def translate(line: str) -> str:
    """Write a line in Chinese; what has no entry stays as it is, and values always do.

    Parameters
    ----------
    line
        What the command line would say in English.
    """
    return _translate(line, _MOST_NESTED, word=True)


def _translate(line: str, depth: int, *, word: bool = False) -> str:
    fixed, open_ones = _sorted_templates()
    if line in fixed and (word or not _WORD.fullmatch(line)):
        return fixed[line]
    if depth == 0:
        return line
    hidden = _QUOTED.sub(lambda value: "\0" * len(value[0]), line)
    if 0 < hidden.count(_BETWEEN_FAULTS) < _MOST_FAULTS:
        faults = _split_at(line, hidden, _BETWEEN_FAULTS)
        told = [_translate(fault, depth - 1) for fault in faults]
        if all(new != old for new, old in zip(told, faults, strict=True)):
            return _BETWEEN_FAULTS.join(told)
        # A name that is not in quotes may hold the sign: then the faults are taken one by one.
        end = hidden.index(_BETWEEN_FAULTS)
        parts = [line[:end], line[end + len(_BETWEEN_FAULTS) :]]
        told = [_translate(part, depth - 1) for part in parts]
        # A name may hold the sign as well: then what stands beside it is no sentence.
        if all(new != old for new, old in zip(told, parts, strict=True)):
            return _BETWEEN_FAULTS.join(told)
    listed = line.replace(_BETWEEN_UNDERSTOOD, ")\0").split("\0")
    if len(listed) > 1 and all(_UNDERSTOOD.search(one) for one in listed):
        return ", ".join(_translate(one, depth - 1) for one in listed)
    for template in open_ones:
        values = template.find_values(line, hidden)
        if values is None:
            continue
        told = [
            _translate(value, depth - 1, word=place in template.worded)
            if place in template.nested
            else value
            for place, value in enumerate(values)
        ]
        if template.has_words or told != values:
            return _fill_in(template, told, values)
    return line


def _split_at(line: str, hidden: str, sign: str) -> list[str]:
    """Split a line where a sign stands in it, but for those in quotes."""
    parts, at = [], 0
    for part in hidden.split(sign):
        parts.append(line[at : at + len(part)])
        at += len(part) + len(sign)
    return parts


def _fill_in(template: Template, told: list[str], values: list[str]) -> str:
    """Write the Chinese sentence with its values; before a part in Chinese stands no space."""
    pieces = []
    for text, place in template.chinese:
        value = "" if place is None else told[place]
        translated = place is not None and value != values[place]
        if translated and value[:1] >= _FIRST_WIDE:
            text = _BEFORE_CHINESE.sub("", text)
        pieces += [text, value]
    return "".join(pieces)
