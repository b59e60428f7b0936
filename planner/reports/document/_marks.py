"""What python-docx has no words for: fonts of Chinese signs, fields, rows that stay whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

#: Style -> points, Latin font, Chinese font, bold; those of official papers.
_FONTS: Final = {
    "Normal": (12, "Times New Roman", "仿宋", False),
    "Title": (20, "Times New Roman", "黑体", False),
    "Subtitle": (12, "Times New Roman", "楷体", False),
    "Heading 1": (15, "Times New Roman", "黑体", False),
    "Heading 2": (13, "Times New Roman", "楷体", True),
    "Body Text": (12, "Times New Roman", "仿宋", False),
    "List Bullet": (12, "Times New Roman", "仿宋", False),
    "Caption": (10.5, "Times New Roman", "黑体", False),
    "Header": (9, "Times New Roman", "宋体", False),
    "Footer": (9, "Times New Roman", "宋体", False),
    "Table Heading": (9.5, "Times New Roman", "黑体", False),
    "Table Text": (9.5, "Times New Roman", "宋体", False),
    "Large Number": (24, "Times New Roman", "黑体", True),
    "Below Number": (10.5, "Times New Roman", "仿宋", False),
    "Picture": (9, "Times New Roman", "宋体", False),
    "Small Gap": (6, "Times New Roman", "宋体", False),
}  # fmt: skip
#: Points before and after, and the height of lines: a multiple.
_SPACES: Final = {
    "Title": (6, 4, 1.2), "Subtitle": (0, 2, 1.2), "Heading 1": (12, 5, 1.2),
    "Heading 2": (6, 3, 1.2), "Body Text": (0, 4, 1.4), "List Bullet": (0, 2, 1.25),
    "Caption": (4, 3, 1.1), "Table Heading": (1.5, 1.5, 1.0), "Table Text": (1, 1, 1.05),
    "Large Number": (6, 0, 1.0), "Below Number": (0, 6, 1.1), "Picture": (4, 0, 1.0),
    "Small Gap": (0, 0, 1.0), "Header": (0, 0, 1.0), "Footer": (0, 0, 1.0),
    "Normal": (0, 0, 1.2),
}  # fmt: skip
_CENTRED: Final = ("Title", "Subtitle", "Caption", "Table Heading", "Large Number", "Below Number",
                   "Picture")  # fmt: skip
#: Other names of the same fonts, for computers that have those.
_OTHER_NAMES: Final = {
    "仿宋": "FangSong;STFangsong;仿宋_GB2312", "宋体": "SimSun;STSong;Songti SC",
    "黑体": "SimHei;STHeiti;Heiti SC", "楷体": "KaiTi;STKaiti;楷体_GB2312",
}  # fmt: skip
#: Tables of so many rows, headings among them, stand on one page.
_KEPT_ROWS: Final = 8
_SHADE: Final = "E6ECF2"


def _oxml() -> Any:
    import docx.oxml

    return docx.oxml


def _qn(name: str) -> str:
    import docx.oxml.ns

    return str(docx.oxml.ns.qn(name))


def _element(name: str, **attributes: object) -> Any:
    """Return an element of Word's own language."""
    made = _oxml().OxmlElement(name)
    for key, value in attributes.items():
        made.set(_qn(f"w:{key}"), str(value))
    return made


def set_styles(document: Any, *, chinese: bool) -> None:
    """Give Word's styles the fonts and spaces of official papers."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    styles = document.styles
    known = {style.name for style in styles}
    for name, (points, latin, han, bold) in _FONTS.items():
        if name not in known:
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        style = styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(points), bold, False
        style.font.color.rgb = RGBColor(0x1C, 0x24, 0x30)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            del fonts.attrib[key]
        for key, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", han)):
            fonts.set(_qn(f"w:{key}"), font)
        before, after, line = _SPACES[name]
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line
        if name in _CENTRED:
            form.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("Heading 1", "Heading 2", "Picture"):
        styles[name].paragraph_format.keep_with_next = True
    # The template draws a line below the title.
    borders = styles["Title"].element.pPr.find(_qn("w:pBdr"))
    if borders is not None:
        styles["Title"].element.pPr.remove(borders)
    body = styles["Body Text"].element.get_or_add_pPr()
    if chinese:
        body.append(_element("w:ind", firstLineChars="200", firstLine="480"))
    body.append(_element("w:jc", val="both"))
    _set_language(styles, chinese=chinese)
    _name_other_fonts(document)


def _set_language(styles: Any, *, chinese: bool) -> None:
    """Say in which language the document is written: spelling is checked by it."""
    properties = styles.element.find(f"{_qn('w:docDefaults')}/{_qn('w:rPrDefault')}/{_qn('w:rPr')}")
    for old in properties.findall(_qn("w:lang")):
        properties.remove(old)
    western = "en-US" if chinese else "en-GB"
    properties.append(_element("w:lang", val=western, eastAsia="zh-CN", bidi="ar-SA"))


def _name_other_fonts(document: Any) -> None:
    """List for each Chinese font its other names, so that the nearest one is taken."""
    part = next(
        (part for part in document.part.package.iter_parts()
         if str(part.partname) == "/word/fontTable.xml"), None,
    )  # fmt: skip
    if part is None:
        return
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in _OTHER_NAMES.items()
    )
    # python-docx keeps this part as it is in its template.
    part._blob = part.blob.replace(b"</w:fonts>", f"{entries}</w:fonts>".encode())


def align(paragraph: Any, where: str) -> None:
    """Align a paragraph."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
        "middle": WD_ALIGN_PARAGRAPH.CENTER,
    }[where]


def add_field(paragraph: Any, code: str, shown: str) -> None:
    """Add a field that Word works out; until then it shows a text."""
    for kind, text in (("begin", ""), ("code", code), ("separate", ""), ("shown", shown),
                       ("end", "")):  # fmt: skip
        run = paragraph.add_run()
        if kind == "shown":
            run.text = text
        elif kind == "code":
            instruction = _element("w:instrText")
            instruction.set(_qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)
        else:
            run._r.append(_element("w:fldChar", fldCharType=kind))


def set_widths(table: Any, widths_cm: Sequence[float]) -> None:
    """Fix the widths of the columns."""
    from docx.shared import Cm

    table.autofit = False
    grid = table._tbl.tblGrid.findall(_qn("w:gridCol"))
    for column, width in zip(grid, widths_cm, strict=True):
        column.set(_qn("w:w"), str(int(width * 567)))
    for row in table.rows:
        for cell, width in zip(row.cells, widths_cm, strict=True):
            cell.width = Cm(width)


def set_headings(table: Any) -> None:
    """Let the first row stand on each page, and no row break over two."""
    for at, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(_element("w:cantSplit"))
        if at == 0:
            properties.append(_element("w:tblHeader"))
            for cell in row.cells:
                cell._tc.get_or_add_tcPr().append(
                    _element("w:shd", val="clear", color="auto", fill=_SHADE)
                )
        for cell in row.cells:
            cell._tc.get_or_add_tcPr().append(_element("w:vAlign", val="center"))


def set_frame(table: Any) -> None:
    """Draw a thin frame round a table, and lines between its columns."""
    borders = _element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideV"):
        borders.append(_element(f"w:{side}", val="single", sz="6", space="0", color="9AA5B1"))
    table._tbl.tblPr.append(borders)


def set_rows_whole(table: Any) -> None:
    """Let no row break over two pages."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))


def keep_rows_together(table: Any) -> None:
    """Keep a small table on one page, and of a larger one no single row apart."""
    rows = list(table.rows)
    kept = rows[:-1] if len(rows) <= _KEPT_ROWS else [*rows[:3], rows[-2]]
    for row in kept:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def underline_paragraph(paragraph: Any) -> None:
    """Draw a thin line below a paragraph."""
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="4", space="1", color="9AA5B1"))
    paragraph._p.get_or_add_pPr().append(borders)


def describe(shape: Any, text: str) -> None:
    """Say what a picture shows, for those who cannot see it."""
    shape._inline.docPr.set("descr", text)
