"""Units that headings and titles tell: numbers below them that are not single persons, or no m²."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from planner.errors import SourceError, on_one_line, quote

BRACKETS: Final = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>"
)
#: 人口（千人）, (000s) or (1,000): but 2000年 is a year.
_MULTIPLES: Final = re.compile(r"[十百千万亿]|(?<![0-9])1?[,']?000|thousand|million")
#: What titles say of all numbers below them: 单位：万人, 人口（万人）.
_UNIT_OF_ALL: Final = re.compile(
    r"单\s*位\s*[:：]?\s*[(（]?\s*[十百千万亿]+\s*([人户口个名位]|$|[^元\w])"
    r"|[(（]\s*[十百千万亿]+\s*(人|人次|名|口)\s*[)）]"
)
#: Units of areas that are none of m².
_AREAS: Final = re.compile(
    "亩|公顷|顷|万|km|平方公里|平方千米|ha|hectare|acre|ft|feet", re.IGNORECASE
)


def refuse_multiples(file: str, heading: str, titles: Sequence[str] = ()) -> None:
    """Refuse numbers of people that are ten thousands, or the like.

    Parameters
    ----------
    file
        Name of the file, for messages.
    heading
        Of the numbers.
    titles
        Texts above the headings.

    Raises
    ------
    SourceError
        If the heading or a title says so.
    """
    if counts_multiples(heading):
        raise SourceError(
            f"{file}: the heading {quote(heading)} does not count single persons; write plain "
            "numbers of people below it, and the heading without the unit"
        )
    said = next((text for text in titles if _UNIT_OF_ALL.search(text)), None)
    if said is not None:
        raise SourceError(
            f"{file}: {quote(said)} above the headings says that {on_one_line(heading)} does not "
            "count single persons; write it as plain numbers of people, and leave that line out"
        )


def counts_multiples(heading: str) -> bool:
    """Tell whether a heading says that its numbers are ten thousands, or the like."""
    return _MULTIPLES.search(_read_brackets(heading)) is not None


def is_other_area(heading: str) -> bool:
    """Tell whether a heading says that its areas are in another unit than m²."""
    return _AREAS.search(_read_brackets(heading)) is not None


def _read_brackets(heading: str) -> str:
    """Return what stands in the brackets of a heading."""
    return "".join(BRACKETS.findall(unicodedata.normalize("NFKC", heading).casefold()))
