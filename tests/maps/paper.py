"""What a browser puts on paper: a real print, its text, and a picture of each of its pages."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from playwright.sync_api import Page

#: Dots of a picture for each point of the paper, of which an inch has 72.
DOTS = 1.5
#: The page's own colours (drawing/colours.js); fills that let the ground through are mixed.
GAP = (251, 146, 60)
REACH = (63, 160, 140)
FACILITY = (18, 53, 91)

#: Fonts of a print give some signs the number of the radical that they are.
RADICALS = str.maketrans("⺠⻅⻔⻓⻋⻚⻘⻛", "民见门长车页青风")


@dataclass(frozen=True)
class Paper:
    """A print: the text of all sheets, and a picture (height, width, 3) of each."""

    text: str
    sheets: list[NDArray[np.uint8]]

    def says(self, words: str) -> bool:
        """Tell whether the print has these words, however its lines and signs are put down."""
        return _letters(words) in _letters(self.text)

    def inked(self, colour: tuple[int, int, int], *, slack: int = 12) -> int:
        """Count the dots of the first sheet that have a colour, give or take."""
        off = np.abs(self.sheets[0].astype(int) - np.array(colour)).max(axis=2)
        return int((off <= slack).sum())


def _letters(text: str) -> str:
    """Return text without blanks, and each sign as usually written: fonts of a print swap some."""
    return "".join(unicodedata.normalize("NFKC", text).translate(RADICALS).split())


def print_page(page: Page) -> Paper:
    """Print a page as its reader would, on the paper it asks for."""
    return read_pdf(page.pdf(prefer_css_page_size=True))


def read_pdf(content: bytes) -> Paper:
    """Read a print."""
    document = pypdfium2.PdfDocument(content)
    try:
        text = "\n".join(sheet.get_textpage().get_text_range() for sheet in document)
        sheets = [
            sheet.render(scale=DOTS, rev_byteorder=True).to_numpy()[:, :, :3].copy()
            for sheet in document
        ]
    finally:
        document.close()
    return Paper(text, sheets)
