"""Makes small fonts of the signs that sheets need, so that a PDF holds its text at little cost.

A font for Chinese has some 65,000 signs and takes half a second to be cut for each file of PDF. Cut
once, to what all sheets need, it costs nothing; and its outlines become those of TrueType, which
every program that shows or prints PDF knows.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from planner.reports.printed.fonts import LATIN, Fonts, choose_fonts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Outlines may be off by so many units of a thousand to the size of a letter.
_TOLERANCE: Final = 1.0
_EM: Final = 1000
#: Name of the glyph of a sign that no font has.
_UNKNOWN: Final = "unknown"
#: 2026-01-01 in the seconds of fonts, which begin in 1904.
_WRITTEN: Final = 3_850_156_800
_ALWAYS: Final = "".join(map(chr, range(32, 127))) + "·•–—…×≥≤©、。，：；（）“”％°"


@contextmanager
def cut_fonts(language: str, texts: Iterable[str]) -> Iterator[Fonts]:
    """Give fonts that have every sign of these texts, as files that last as long as the block.

    Raises
    ------
    PlannerError
        If Chinese is to be written and no font has its letters.
    """
    given = list(texts)
    whole = choose_fonts(language, given)
    signs = sorted(set(_ALWAYS).union(*given)) if given else sorted(_ALWAYS)
    with TemporaryDirectory(prefix="planner-", ignore_cleanup_errors=True) as folder:
        files = [Path(folder) / f"{name}.ttf" for name in ("regular", "bold")]
        for path, bold in zip(files, (False, True), strict=True):
            _cut(whole, bold, signs, path)
        yield Fonts(whole.families, (str(files[0]), str(files[1])))


def _cut(fonts: Fonts, bold: bool, signs: list[str], path: Path) -> None:
    """Write a font with these signs, each from the first family that has it."""
    from fontTools.fontBuilder import FontBuilder

    with ExitStack() as opened:
        families = dict.fromkeys((*fonts.families, LATIN))
        sources = [opened.enter_context(_Source.open(family, bold)) for family in families]
        glyphs, widths, names = _draw_all(sources, signs)
        up, down = sources[0].lines
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(names)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(
        {name: (wide, getattr(glyphs[name], "xMin", 0)) for name, wide in widths.items()}
    )
    builder.setupHorizontalHeader(ascent=up, descent=down)
    style = "Bold" if bold else "Regular"
    builder.setupNameTable(
        {"familyName": "Sheet Sans", "styleName": style, "psName": f"SheetSans-{style}"}
    )
    builder.setupOS2(sTypoAscender=up, sTypoDescender=down, usWinAscent=up, usWinDescent=-down)
    builder.setupPost()
    # Without the time of writing: the same signs, the same bytes.
    builder.updateHead(created=_WRITTEN, modified=_WRITTEN)
    builder.font.recalcTimestamp = False
    builder.save(path)


def _draw_all(
    sources: Sequence[_Source], signs: Sequence[str]
) -> tuple[dict[str, Any], dict[str, int], dict[int, str]]:
    """Return outlines and widths by the name of a glyph, and the names by sign."""
    glyphs, widths, names = {}, {}, {}
    for empty in (".notdef", _UNKNOWN):
        glyphs[empty], widths[empty] = _draw_box()
    for sign in signs:
        source = next((one for one in sources if ord(sign) in one.names), None)
        # A sign that no font has is a box, like everywhere else.
        names[ord(sign)] = _UNKNOWN if source is None else f"u{ord(sign):05x}"
        if source is not None:
            glyphs[names[ord(sign)]], widths[names[ord(sign)]] = source.draw(ord(sign))
    return glyphs, widths, names


class _Source:
    """A font of this computer whose outlines are taken."""

    @classmethod
    @contextmanager
    def open(cls, family: str, bold: bool) -> Iterator[_Source]:
        """Open the font of a family for as long as the block lasts."""
        from matplotlib import font_manager

        found = font_manager.findfont(
            font_manager.FontProperties(family=family, weight="bold" if bold else "normal")
        )
        font = _open_face(str(found), family)
        try:
            yield cls(font, bold)
        finally:
            font.close()

    def __init__(self, font: Any, bold: bool) -> None:
        self._font = font
        self.names: dict[int, str] = self._font.getBestCmap() or {}
        self._scale = _EM / self._font["head"].unitsPerEm
        location = {"wght": 700 if bold else 400} if "fvar" in self._font else None
        self._glyphs = self._font.getGlyphSet(location=location)
        # Outlines of PostScript run the other way round.
        self._turned = "glyf" not in self._font

    @property
    def lines(self) -> tuple[int, int]:
        """Return how far letters reach above and below the line."""
        head = self._font["hhea"]
        return round(head.ascent * self._scale), round(head.descent * self._scale)

    def draw(self, sign: int) -> tuple[Any, int]:
        """Return the outline of a sign and its width."""
        from fontTools.pens.cu2quPen import Cu2QuPen
        from fontTools.pens.recordingPen import DecomposingRecordingPen
        from fontTools.pens.transformPen import TransformPen
        from fontTools.pens.ttGlyphPen import TTGlyphPen

        glyph = self._glyphs[self.names[sign]]
        pen = TTGlyphPen(None)
        curves = Cu2QuPen(pen, _TOLERANCE, reverse_direction=self._turned)
        if self._turned and self._scale == 1:
            glyph.draw(curves)
        else:
            plain = DecomposingRecordingPen(self._glyphs)
            glyph.draw(plain)
            plain.replay(TransformPen(curves, (self._scale, 0, 0, self._scale, 0, 0)))
        return pen.glyph(), round(glyph.width * self._scale)


def _open_face(path: str, family: str) -> Any:
    """Open a font file; of a collection the face of this family."""
    from fontTools.ttLib import TTCollection, TTFont

    if not path.lower().endswith((".ttc", ".otc")):
        return TTFont(path, lazy=True)
    with TTCollection(path, lazy=True) as faces:
        names = [{face["name"].getDebugName(key) for key in (1, 16)} for face in faces]
    number = next((at for at, known in enumerate(names) if family in known), 0)
    return TTFont(path, fontNumber=number, lazy=True)


def _draw_box() -> tuple[Any, int]:
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    for left, low, right, high in ((80, 0, 520, 700), (130, 50, 470, 650)):
        corners = [(left, low), (left, high), (right, high), (right, low)]
        if left == 130:
            corners.reverse()
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph(), 600
