"""What a sheet holds beside the values that calamine reads: errors, zeros, merged cells.

It gives an empty cell for an error and for a formula without a result, and a number without the
leading zeros that its format shows. The formats tell them in ways of their own.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

_CHUNK: Final = 1 << 20
Start = Callable[[str, dict[str, str]], None]
#: A cell: row and column from 0.
Place = tuple[int, int]


@dataclass
class SheetMarks:
    """What is said of cells, by row and column from 0.

    errors : text of an error such as #REF!. zeros : digits that the format of a number shows.
    unstored : formulas without a result. hidden_rows : rows that the program does not show.
    merged : first and last cell of those that are one; None where others have to tell it.
    """

    errors: dict[Place, str] = field(default_factory=dict)
    zeros: dict[Place, int] = field(default_factory=dict)
    unstored: list[Place] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    merged: list[tuple[Place, Place]] | None = None


def parse_part(
    book: zipfile.ZipFile,
    part: str,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Go through one part; names of elements and attributes come without their prefix."""
    parser = expat.ParserCreate()

    def without_prefix(name: str, attributes: dict[str, str]) -> None:
        """Hand on an element."""
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        start(name.rpartition(":")[2], plain)

    parser.StartElementHandler = without_prefix
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    with book.open(part) as file:
        while piece := file.read(_CHUNK):
            parser.Parse(piece, False)
