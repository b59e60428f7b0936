"""Finds which headings of a table stand for which of our names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from planner.errors import PlanError, SourceError, on_one_line, quote
from planner.sources._coordinate_columns import leave_out_datum
from planner.sources._heading_units import BRACKETS, counts_multiples, is_other_area
from planner.sources.heading_words import (
    COUNTED,
    KIND_OF_PEOPLE,
    NEEDED,
    PLACES,
    RUNNING,
    TABLES,
    UNNEEDED,
)

_NO_LETTERS: Final = re.compile(r"[\s_\-.:*'\"`\u200b-\u200f\u2060\ufeff]+")


@dataclass(frozen=True)
class Headings:
    """Which heading of a table is meant by which of our names.

    theirs : our name -> heading, of those that are called otherwise, in the order of `TABLES`.
    notes : what was understood or could not be, a line each.
    """

    theirs: Mapping[str, str]
    notes: list[str]


def normalise(heading: str) -> str:
    """Return what counts of a heading: no capitals, blanks, brackets, full-width letters."""
    text = unicodedata.normalize("NFKC", heading)
    bare = _NO_LETTERS.sub("", BRACKETS.sub("", text).casefold())
    # "(序号)" is all brackets: what stands in them is better than nothing.
    return bare or _NO_LETTERS.sub("", text.casefold())


def find_headings(
    file: str,
    given: Sequence[str],
    kind: str,
    *,
    columns: Mapping[str, str] | None = None,
    key: str = "",
    places: bool = True,
) -> Headings:
    """Find which headings stand for our names.

    What the plan says goes first, then a heading that is exactly our name, then `TABLES`.

    Parameters
    ----------
    file
        Name of the file, for messages.
    given
        Its headings.
    kind
        Of the table, a key of `TABLES`.
    columns
        Our name -> heading, as the plan says.
    key
        Key of the plan that says it, for messages; empty where no key does.
    places
        Whether columns tell where rows lie.

    Raises
    ------
    PlanError
        If the plan names a column that we do not have.
    SourceError
        If the plan names a heading that the file does not have, two headings mean one name, or a
        heading says that its numbers are not single persons.
    """
    table = {name: w for name, w in TABLES[kind].items() if places or name not in PLACES}
    meant = _read_plan(file, given, columns or {}, TABLES[kind], key)
    ours_alone = all(name in given for name in NEEDED[kind] if name in table)
    # Our own names are never looked up as words for another one.
    free = [heading for heading in given if heading not in table and heading not in meant.values()]
    if ours_alone:
        free = [heading for heading in free if not heading.isascii()]
    notes: list[str] = []
    bare = {heading: normalise(heading) for heading in free}
    for name, words in table.items():
        if name in meant or name in given or (name == "coordinates" and _has_both(meant, given)):
            continue
        found = _find_alike(bare, name, words)
        if len(found) == 1:
            meant[name] = found[0]
            del bare[found[0]]
        elif found and name not in UNNEEDED:
            text = _describe_choice(name, found, key)
            if not ours_alone:
                raise SourceError(f"{file}: {text}")
            notes.append(text)
    # The results say m²; other areas stay under their own heading.
    if is_other_area(meant.get("area_m2", "")):
        del meant["area_m2"]
    for name in sorted(name for name in COUNTED & meant.keys() if counts_multiples(meant[name])):
        text = (
            f"the heading {quote(meant.pop(name))} does not count single persons; write "
            f"{name} as plain numbers of people, and the heading without the unit"
        )
        if not ours_alone and name not in UNNEEDED:
            raise SourceError(f"{file}: {text}")
        notes.append(text)
    theirs = {name: meant[name] for name in TABLES[kind] if name in meant}
    pairs = [f"{on_one_line(heading)} -> {name}" for name, heading in theirs.items()]
    return Headings(theirs, [f"headings: {', '.join(pairs)}"] * bool(pairs) + notes)


def lengthen(cut: str) -> str:
    """Return the shortest heading that begins so, "" where it could mean several of our names."""
    begins, words = normalise(cut), dict[str, str]()
    meant: dict[str, set[tuple[str, str]]] = {}
    for kind, table in TABLES.items():
        for name, line in table.items():
            for word in (name, *line.replace(";", ",").split(",")):
                bare = normalise(word)
                if bare.startswith(begins):
                    words.setdefault(bare, word.strip())
                    meant.setdefault(bare, set()).add((kind, name))
    if len({frozenset(names) for names in meant.values()}) != 1:
        return ""
    return min(words.values(), key=len)


def find_exact(given: Sequence[str], name: str) -> str:
    """Return the heading that a plan names: as it stands, else the only one alike to it."""
    alike = [heading for heading in given if normalise(heading) == normalise(name)]
    return alike[0] if name not in given and len(alike) == 1 else name


def is_running_number(heading: str) -> bool:
    """Tell whether a heading is that of a number that only counts the rows."""
    return normalise(heading) in _split(RUNNING)


def imply_kind(heading: str) -> str | None:
    """Return of which kind the people below a heading are, None where it does not say."""
    bare = normalise(heading)
    return next((kind for kind, words in KIND_OF_PEOPLE.items() if bare in _split(words)), None)


def list_words(kind: str, name: str) -> list[str]:
    """Return all headings that mean one of our names in a table, as `normalise` leaves them."""
    return _split(TABLES[kind][name].replace(";", ","))


def _split(words: str) -> list[str]:
    """Return the single headings of a line of the table."""
    return [normalise(word) for word in words.split(",") if word.strip()]


def _has_both(meant: Mapping[str, str], given: Sequence[str]) -> bool:
    """Tell whether longitude and latitude have columns of their own."""
    return {"lon", "lat"} <= {*meant, *given}


def _read_plan(
    file: str,
    given: Sequence[str],
    columns: Mapping[str, str],
    table: Mapping[str, str],
    key: str,
) -> dict[str, str]:
    """Check what the plan says of a table's columns."""
    told = {}
    for name, heading in columns.items():
        if name not in table:
            near = get_close_matches(name.lower(), table, n=1, cutoff=0.5)
            meant = f"did you mean {near[0]}?" if near else f"give {', '.join(table)}"
            raise PlanError(f"{key}: no column of ours is called {quote(name)}; {meant}")
        told[name] = find_exact(given, heading)
        if told[name] not in given:
            has = on_one_line(", ".join(given)) or "none"
            raise SourceError(
                f"{file}: no column {quote(heading)}, which {key}.{name} names; it has {has}"
            )
    return told


def _find_alike(bare: Mapping[str, str], name: str, words: str) -> list[str]:
    """Return the headings that stand for one of our names; `bare`: what counts of each."""
    first, _, second = words.partition(";")
    # Our own name in other letters goes before all others.
    for known in ([normalise(name)], _split(first), _split(second)):
        found = [heading for heading, text in bare.items() if text in known]
        if found:
            return found
    if name not in PLACES:
        return []
    # 百度经度, lng_gcj02: only where no heading means it without such words.
    known = _split(words.replace(";", ","))
    return [
        heading
        for heading in bare
        if any(normalise(text) in (*known, normalise(name)) for text in leave_out_datum(heading))
    ]


def _describe_choice(name: str, found: Sequence[str], key: str) -> str:
    """Say that several headings mean one name, and how to choose."""
    both = " and ".join(quote(heading) for heading in sorted(found)[:3])
    way = f"say which in [{key}], or " if key else ""
    return f"the headings {both} can both mean {name}; {way}call the right one {name!r}"
