"""The picture that every page carries, for browsers that cannot run it: map, shares, notices.

It is part of the file as markup, so that it shows without scripts and in browsers of any age; the
page's program takes it away once it has started.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from planner.coverage.counting import to_exact_shares
from planner.maps._poster_map import draw_poster_map
from planner.rounding import format_percent
from planner.sources.cells import isolate_text
from planner.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SIGNS = ("reach", "gap", "unknown", "facility")


def build_poster(payload: Mapping[str, Any], heading: str) -> str:
    """Return the picture and its words as markup.

    Parameters
    ----------
    payload
        The data of the page, with its title, language, date and credit.
    heading
        What the page is about, plain text.
    """
    language = payload["language"]
    words = TEXTS[language]
    place = (payload["title"], payload["date"], words["notice"])
    credit = words["credit_synthetic" if payload["invented_streets"] else "credit"]
    return "\n".join(
        [
            f'<section id="poster" class="poster" lang="{_tag(language)}">',
            '<div class="poster-words">',
            f"<h1>{escape_text(heading)}</h1>",
            f"<p>{escape_text(' · '.join(str(part) for part in place if part))}</p>",
            *([f"<p><b>{escape_text(words['synthetic'])}</b></p>"] if payload["synthetic"] else []),
            *_explain(language),
            *_list_shares(payload, words),
            *_explain_signs(words),
            f"<p>{escape_text(credit.format(credit=payload['credit']))}</p>",
            "</div>",
            draw_poster_map(payload, escape_text),
            "</section>",
        ]
    )


def escape_text(text: str) -> str:
    """Return a text as it may stand in markup that folium runs through its templates."""
    return html.escape(isolate_text(text)).replace("{", "&#123;")


def _tag(language: str) -> str:
    """Return the language as HTML names it."""
    return "zh-CN" if language == "zh" else language


def _explain(language: str) -> Iterator[str]:
    """Say in every language why there is but a picture; the second text where data are broken."""
    order = [language, *(other for other in TEXTS if other != language)]
    for key, attributes in (("poster_why", ""), ("poster_broken", ' id="poster-broken" hidden')):
        texts = [f'<span lang="{_tag(one)}">{escape_text(TEXTS[one][key])}</span>' for one in order]
        yield f'<p class="poster-why"{attributes}>{"<br>".join(texts)}</p>'


def _list_shares(payload: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    """Yield the share of each kind of people at the last cutoff, with its target."""
    if not payload["cutoffs"] or not payload["kinds"]:
        return
    last = payload["cutoffs"][-1]
    yield f"<p>{escape_text(words['poster_shares'].format(minutes=f'{last:g}'))}</p>"
    yield "<ul>"
    for row in payload["coverage"]:
        # Exact: a cutoff is the number that stands in the plan, not a result.
        if (
            row["area"] == "all"
            and row["kind"] in payload["kinds"]
            and row["cutoff_minutes"] == last
        ):
            said = _say_share(to_exact_shares(row), payload["checks"], words)
            yield f"<li>{escape_text(said)}</li>"
    yield "</ul>"


def _say_share(
    row: Mapping[str, Any], checks: list[Mapping[str, Any]], words: Mapping[str, str]
) -> str:
    """Return what is said of one kind of people."""
    kind = words["kind_" + row["kind"]]
    if row.get("share") is None:
        return words["poster_kind"].format(kind=kind, share=words["no_share"])
    keys = ("area", "kind", "cutoff_minutes")
    judged = [
        check
        for check in checks
        if str(check.get("rule_id")).startswith("target")
        and check.get("result")
        and not check.get("moment")
        and all(check.get(key) == row[key] for key in keys)
    ]
    asked = judged[0]["target"] if judged else None
    said = words["poster_kind"].format(kind=kind, share=format_percent(row["share"], asked))
    if row.get("unknown"):
        low, high = format_percent(row["share_low"]), format_percent(row["share_high"])
        said += words["poster_range"].format(low=low, high=high)
    if asked is None:
        return said
    target = f"{100 * asked:g}%"
    result = words[judged[0]["result"]]
    return said + words["poster_target"].format(target=target, result=result)


def _explain_signs(words: Mapping[str, str]) -> Iterator[str]:
    """Yield what the colours of the picture mean."""
    yield '<ul class="poster-signs">'
    for sign in _SIGNS:
        yield f'<li><i class="poster-{sign}"></i>{escape_text(words["poster_sign_" + sign])}</li>'
    yield "</ul>"
