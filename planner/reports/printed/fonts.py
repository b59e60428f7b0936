"""Finds the fonts of this computer that printed maps and pictures are written in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planner.errors import PlannerError
from planner.reports.printed.matplotlib_parts import import_matplotlib

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.font_manager import FontProperties

#: Ships with matplotlib; has no Chinese letters.
LATIN: Final = "DejaVu Sans"
#: Fonts with Chinese letters, those first that draw them as on the mainland: a Japanese or Korean
#: face of the same family draws some signs otherwise.
CHINESE: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "思源黑体",
    "PingFang SC", "Microsoft YaHei", "Hiragino Sans GB", "Heiti SC", "STHeiti", "SimHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "Noto Serif CJK SC",
    "Source Han Serif SC", "Songti SC", "SimSun", "KaiTi", "FangSong", "AR PL UMing CN",
    "Noto Sans CJK JP", "Noto Sans CJK TC", "Noto Sans CJK KR", "Noto Serif CJK JP",
)  # fmt: skip
#: What the files of such fonts are called.
_FILES: Final = re.compile(
    r"noto.*(cjk|sc)|sourcehan|pingfang|msyh|simhei|simsun|wqy|stheiti|songti|hiragino|simkai"
    r"|simfang|uming|droidsansfallback",
    re.IGNORECASE,
)
#: Chinese signs, and the punctuation and wide forms that stand among them.
_HAN: Final = re.compile(
    "[\u2e80-\u2fdf\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]"
)


@dataclass(frozen=True)
class Fonts:
    """What texts are written in.

    families : signs that the first lacks are taken from the next.
    files : a regular and a bold font that have every sign; instead of the families.
    """

    families: tuple[str, ...]
    files: tuple[str, str] | None = None
    _widths: dict[tuple[str, bool], float] = field(default_factory=dict, repr=False, compare=False)

    def of(self, size: float, *, bold: bool = False) -> FontProperties:
        """Return the font of a size, points."""
        from matplotlib.font_manager import FontProperties

        if self.files is not None:
            return FontProperties(fname=self.files[bold], size=size)
        return FontProperties(
            family=list(self.families), size=size, weight="bold" if bold else "normal"
        )

    def measure(self, text: str, *, bold: bool = False) -> float:
        """Return how wide a text is, in times its size."""
        known = self._widths
        total = 0.0
        for sign in text:
            wide = known.get((sign, bold))
            if wide is None:
                wide = known[sign, bold] = self._measure_sign(sign, bold)
            total += wide
        return total

    def _measure_sign(self, sign: str, bold: bool) -> float:
        from matplotlib import font_manager, ft2font

        paths = (
            list(self.files[bold : bold + 1])
            if self.files
            else [font_manager.findfont(self._only(family, bold)) for family in self.families]
        )
        for path in paths:
            font = font_manager.get_font(path)
            if font.get_char_index(ord(sign)):
                glyph = font.load_char(ord(sign), flags=ft2font.LoadFlags.NO_SCALE)
                return float(glyph.horiAdvance / font.units_per_EM)
        return 1.0

    def _only(self, family: str, bold: bool) -> FontProperties:
        from matplotlib.font_manager import FontProperties

        return FontProperties(family=family, weight="bold" if bold else "normal")


def find_font(language: str, texts: Iterable[str] = ()) -> str:
    """Return the family of a font of this computer for texts of a language.

    Parameters
    ----------
    language
        `zh` or `en`.
    texts
        What else will be written, such as names of the data: English pages may have Chinese ones.

    Raises
    ------
    PlannerError
        If Chinese is to be written and no font has its letters, or matplotlib is missing.
    """
    import_matplotlib()
    if language != "zh" and not any(_HAN.search(text) for text in texts):
        return LATIN
    found = find_chinese_font()
    if not found:
        raise PlannerError(
            "no font with Chinese letters is installed, so pictures cannot be written; "
            "on Debian: apt-get install fonts-noto-cjk; on Windows: add SimSun or Microsoft YaHei "
            "under Settings, Fonts; then repeat the command"
        )
    return found


def find_chinese_font() -> str:
    """Return the family of a font of this computer with Chinese letters, "" if there is none.

    Raises
    ------
    PlannerError
        If matplotlib is missing.
    """
    import_matplotlib()
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    # Fonts installed after matplotlib made its list are not in it.
    return _choose(known) or _choose(_look_again(known))


def choose_fonts(language: str, texts: Iterable[str] = ()) -> Fonts:
    """Return the fonts for texts of a language: see `find_font`."""
    found = find_font(language, texts)
    return Fonts(tuple(dict.fromkeys((found, LATIN))))


def _choose(known: set[str]) -> str:
    return next((name for name in CHINESE if name in known), "")


def _look_again(known: set[str]) -> set[str]:
    """Add the computer's fonts that look Chinese to matplotlib's list, and return all names."""
    from matplotlib import font_manager

    listed = {font.fname for font in font_manager.fontManager.ttflist}
    for path in sorted(font_manager.findSystemFonts()):
        if path not in listed and _FILES.search(Path(path).name):
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError):  # a spoilt file
                continue
    return known | {font.name for font in font_manager.fontManager.ttflist}
