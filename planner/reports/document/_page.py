"""What every chapter of the document needs: the paper, the figures, the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from planner.reports.document._word_pages import Align, Cells, WordPages
from planner.reports.printed import PrintedLayers
from planner.reports.report_figures import Figures
from planner.reports.report_words import Words, break_heading, capitalise, to_line

#: Headings of tables with so many signs are not broken: columns on paper are narrow.
_SHORT: Final = 8
#: Headings of chapters are numbered as official papers do.
_NUMBERS: Final = "一二三四五六七八九十"


@dataclass
class Page:
    """A document while its chapters are written.

    paper : what is written on; figures : what is told; layers : what maps are drawn from, if at
    hand; chapters : how many there are so far.
    """

    paper: WordPages
    figures: Figures
    layers: PrintedLayers | None = None
    chapters: int = 0

    @property
    def words(self) -> Words:
        """Return the words of the document."""
        return self.figures.words

    def say(self, key: str, **values: Any) -> str:
        """Return a text with its values."""
        return self.words.say(key, **values)

    def begin(self, key: str, *, new_page: bool = False) -> None:
        """Write the heading of the next chapter, on a new page if asked to."""
        self.chapters += 1
        number = _NUMBERS[self.chapters - 1] if self.words.chinese else str(self.chapters)
        title = self.say("doc_chapter", number=number, title=self.words.texts[key])
        self.paper.add_heading(title, new_page=new_page)

    def table(self, key: str, columns: Sequence[Cells], **values: Any) -> None:
        """Write a table with its caption."""
        caption = capitalise(self.say(key, **values))
        self.paper.add_table(caption, self.words.texts["doc_table"], columns)

    def picture(self, png: bytes, key: str, *, wide_cm: float, **values: Any) -> None:
        """Write a picture with its caption."""
        caption = self.say(key, **values)
        self.paper.add_picture(png, caption, self.words.texts["doc_figure"], wide_cm=wide_cm)

    def people_of(self, kind: str | None = None) -> str:
        """Return the word for a kind of people; of the kind that is told first unless another."""
        return self.words.term("people_of", kind or self.figures.lead)


def cells(heading: str, values: Sequence[Any], wide: float, align: Align = "left") -> Cells:
    """Return a column of a table; texts from outside become one line each."""
    return Cells(break_heading(heading, _SHORT), [to_line(value) for value in values], wide, align)
