"""A page whose scripts, styles and data are one compressed text, for files that are handed on."""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Final

from planner.maps._page_policy import hash_script

_ELEMENT: Final = re.compile(r"[ \t]*<(script|style)\b([^>]*)>(.*?)</\1>[ \t]*\n?", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r'([\w-]+)="([^"]*)"')
#: So much of the styles is needed before the others are there.
_FIRST_STYLE: Final = "<style>.starting .poster{display:none}</style>"


def pack_page(page: str, first: str, opener: str) -> str:
    """Return the page with all its scripts and styles but the first script compressed.

    Parameters
    ----------
    page
        Markup with a policy that names its scripts.
    first
        The script that stays as it is, as it decides what shows where the others cannot run.
    opener
        Script that puts the others in again, in their order. Each still has to be named by the
        policy.

    Returns
    -------
    str
        The same for a reader; the same page gives the same text.
    """
    parts: list[tuple[str, dict[str, str], str]] = []

    def take(match: re.Match[str]) -> str:
        """Take an element out of the page."""
        tag, attributes, content = match.groups()
        if content == first:
            return match[0]
        parts.append((tag, dict(_ATTRIBUTE.findall(attributes)), content))
        return ""

    bare = _ELEMENT.sub(take, page)
    written = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    text = base64.b64encode(zlib.compress(written, 9)).decode("ascii")
    packed = (
        f'<script type="text/plain" id="planner-packed">{text}</script>\n'
        f"<script>{opener}</script>\n"
    )
    bare = bare.replace("script-src ", f"script-src '{hash_script(opener)}' ", 1)
    bare = bare.replace("</head>", f"{_FIRST_STYLE}\n</head>", 1)
    # Last in the page: whatever a script looks for is there by then.
    before, _, after = bare.rpartition("</body>")
    return f"{before}{packed}</body>{after}"
