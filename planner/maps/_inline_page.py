"""A page in a cell of a notebook: the running page where it is small, else its picture."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from planner.maps._packed_page import pack_page

if TYPE_CHECKING:
    from planner.maps._page_map import PageMap

#: A cell of a notebook holds at most so many bytes of a page.
MOST_BYTES: Final = 500_000
#: Data longer than this make a larger page, however well they are packed: it is not tried.
_MOST_DATA: Final = 340_000
_WIDTH_TO_HEIGHT: Final = "62%"
#: Why a page shows but its picture: in a notebook for another reason.
_WHY: Final = re.compile(r'<p class="poster-why".*?</p>\n?', re.DOTALL)
#: A picture asks for nothing and runs nothing.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def show_inline(page: PageMap, first: str, opener: str, styles: str) -> str:
    """Return markup that shows a page in at most `MOST_BYTES`.

    What scenarios are worked out from is left out. A page that is small enough then runs, packed;
    of a larger one its picture is shown, with figures and notices, and how to write the whole.

    Parameters
    ----------
    page
        Without layers of others: those are in no picture.
    first, opener
        As `pack_page` takes them.
    styles
        Of the picture.
    """
    note = f'<p style="font-size:90%">{html.escape(page.inline_note)}</p>'
    if len(page.data) <= _MOST_DATA:
        running = _frame(pack_page(_render_bare(page), first, opener)) + note
        if len(running.encode("utf-8")) <= MOST_BYTES:
            return running
    # The picture's own words say why there is no page, which is not so here.
    picture = _WHY.sub("", page.poster)
    return (
        _frame(
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv='
            f'"Content-Security-Policy" content="{_POLICY}"><style>{styles}</style></head>'
            f"<body>{picture}</body></html>"
        )
        + note
    )


def _render_bare(page: PageMap) -> str:
    """Return the page without what scenarios are worked out from."""
    whatif, page.whatif = page.whatif, None
    try:
        rendered: str = page.get_root().render()
    finally:
        page.whatif = whatif
    return rendered


def _frame(document: str) -> str:
    """Return a document in a frame of its own, so that nothing of it reaches the notebook."""
    return (
        f'<div style="position:relative;width:100%;height:0;padding-bottom:{_WIDTH_TO_HEIGHT}">'
        f'<iframe srcdoc="{html.escape(document)}" style="position:absolute;width:100%;'
        'height:100%;left:0;top:0;border:none" allowfullscreen></iframe></div>'
    )
