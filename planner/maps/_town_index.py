"""The page that lists the pages of towns: markup alone, in both languages."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from planner.maps._page_policy import build_policy
from planner.rounding import format_percent
from planner.sources.cells import isolate_text
from planner.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STYLES = (
    "body{margin:0;background:#f6f4ef;color:#1c2430;font:16px/1.6 'Noto Sans SC','PingFang SC',"
    "'Microsoft YaHei',system-ui,sans-serif}main{max-width:760px;margin:0 auto;padding:20px 16px}"
    "h1{font-size:22px;margin:0}p{color:#5b6472;margin:4px 0 14px}a{color:#12355b}"
    "table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "th{text-align:left;font-weight:600;color:#5b6472}td,th{padding:8px 6px;word-break:keep-all;"
    "overflow-wrap:break-word;border-bottom:1px solid #d9d4c8}.n{text-align:right}"
    "td.n{white-space:nowrap}td a{overflow-wrap:anywhere}"
    "small{display:block;color:#5b6472;font-weight:400;font-size:13px}"
    ".all td{font-weight:600}.other{display:none}"
    # Without scripts: the address says which language is shown.
    ".other:target{display:block}.other:target~main{display:none}"
)


def build_town_index(
    rows: Sequence[Mapping[str, Any]], *, title: str, language: str, synthetic: bool, date: str
) -> str:
    """Return the page as markup.

    Parameters
    ----------
    rows
        From `TownPages.list_rows`.
    title, language, synthetic, date
        As `PageOptions` has them; the other language is one click away.
    """
    other = next(one for one in TEXTS if one != language)
    said = {"title": title, "synthetic": synthetic, "date": date}
    # What is shown where the address names it stands before what it hides.
    body = "".join(
        f'<main id="{one}"{look} lang="{_tag(one)}">{_write(rows, one, back, said)}</main>\n'
        for one, back, look in ((other, language, ' class="other"'), (language, other, ""))
    )
    head = f"<title>{_escape(title)}</title><style>{_STYLES}</style>"
    policy = build_policy(head + body)
    return (
        f'<!DOCTYPE html>\n<html lang="{_tag(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n{head}\n</head>\n<body>\n{body}</body>\n</html>\n'
    )


def _write(
    rows: Sequence[Mapping[str, Any]], language: str, other: str, said: Mapping[str, Any]
) -> str:
    """Return the list in one language."""
    words = TEXTS[language]
    notes = [said["date"], words["notice"], words["synthetic"] if said["synthetic"] else ""]
    kind, minutes = rows[0]["kind"], f"{rows[0]['minutes']:g}"
    people = words.get("kind_" + kind, kind)
    headings = (
        (words["towns_town"], ""), (people, ' class="n"'),
        (words["towns_share"].format(minutes=minutes), ' class="n"'),
        (words["towns_gaps"], ' class="n"'),
    )  # fmt: skip
    heads = "".join(f"<th{look}>{_escape(text)}</th>" for text, look in headings)
    whole = words["towns_all"].format(count=len(rows) - 1)
    lines = "".join(_write_row(row, words, whole) for row in rows)
    return (
        f"<h1>{_escape(words['towns_heading'].format(place=said['title']))}</h1>"
        f"<p>{_escape(' · '.join(note for note in notes if note))} "
        f'<a href="#{other}" lang="{_tag(other)}">{_escape(words["lang_other"])}</a></p>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
    )


def _write_row(row: Mapping[str, Any], words: Mapping[str, str], whole: str) -> str:
    shares = [row["low"], row["high"]]
    between = words["no_share"] if None in shares else "–".join(map(format_percent, shares))
    share = "" if row["share"] is None else format_percent(row["share"])
    figures = (f"{row['people']:,.0f}", share, f"{row['gaps']:,}")
    cells = "".join(
        f'<td class="n">{_escape(text)}{more}</td>'
        for text, more in zip(figures, ("", f"<small>{_escape(between)}</small>", ""), strict=True)
    )
    if not row["file"]:
        return f'<tr class="all"><td>{_escape(whole)}</td>{cells}</tr>\n'
    link = f'<a href="{quote(row["file"])}">{_escape(row["town"])}</a>'
    return f"<tr><td>{link}</td>{cells}</tr>\n"


def _escape(text: str) -> str:
    return html.escape(isolate_text(text))


def _tag(language: str) -> str:
    """Return the language as HTML names it."""
    return "zh-CN" if language == "zh" else language
