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
RADICALS = str.maketrans("⺠⻅⻔⻓⻋⻚⻘⻛戶‒", "民见门长车页青风户–")


@dataclass(frozen=True)
class Paper:
    """A print: its text, the text of each sheet, and a picture (height, width, 3) of each."""

    text: str
    sheet_texts: list[str]
    sheets: list[NDArray[np.uint8]]

    def says(self, words: str, sheet: int | None = None) -> bool:
        """Tell whether the print, or one of its sheets, has these words, however put down."""
        text = self.text if sheet is None else self.sheet_texts[sheet]
        return _letters(words) in _letters(text)

    def inked(self, colour: tuple[int, int, int], *, slack: int = 12) -> int:
        """Count the dots of the first sheet that have a colour, give or take."""
        off = np.abs(self.sheets[0].astype(int) - np.array(colour)).max(axis=2)
        return int((off <= slack).sum())

    def grey(self, sheet: int = 0) -> NDArray[np.float64]:
        """Return a sheet as a printer without colours puts it down, 0 black to 255 white."""
        return self.sheets[sheet] @ np.array([0.299, 0.587, 0.114])

    def has_clear_edges(self, dots: int = 12) -> bool:
        """Tell whether nothing is printed along the edges of any sheet, where it would be cut."""
        edges = (np.s_[:dots], np.s_[-dots:], np.s_[:, :dots], np.s_[:, -dots:])
        return all(bool((sheet[edge] > 250).all()) for sheet in self.sheets for edge in edges)


def _letters(text: str) -> str:
    """Return text without blanks, and each sign as usually written: fonts of a print swap some."""
    return "".join(unicodedata.normalize("NFKC", text).translate(RADICALS).split())


def print_page(page: Page, paper: str = "A4", *, across: bool = False) -> Paper:
    """Print a page as its reader would, on a paper and a way round of the reader's choice."""
    return read_pdf(page.pdf(format=paper, landscape=across))


def read_pdf(content: bytes) -> Paper:
    """Read a print."""
    document = pypdfium2.PdfDocument(content)
    try:
        texts = [sheet.get_textpage().get_text_range() for sheet in document]
        sheets = [
            sheet.render(scale=DOTS, rev_byteorder=True).to_numpy()[:, :, :3].copy()
            for sheet in document
        ]
    finally:
        document.close()
    return Paper("\n".join(texts), texts, sheets)
