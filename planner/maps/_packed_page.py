"""A page whose scripts, styles and data are one compressed text, for files that are handed on."""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Final

from planner.maps._dense_text import write_signs
from planner.maps._page_policy import hash_script

_ELEMENT: Final = re.compile(r"[ \t]*<(script|style)\b([^>]*)>(.*?)</\1>[ \t]*\n?", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r'([\w-]+)="([^"]*)"')
#: What holds data: base64 of what zlib compressed.
_DATA_TYPE: Final = "text/plain"
#: So much of the styles is needed before the others are there.
_FIRST_STYLE: Final = "<style>.starting .poster{display:none}</style>"
#: As `opening/lzma.js` unpacks; a window of 4 MiB holds a whole page.
_LZMA: Final = {"lc": 3, "lp": 0, "pb": 0, "dict_size": 1 << 22, "nice_len": 273}


def pack_page(page: str, first: str, opener: str) -> str:
    """Return the page with all its scripts and styles but the first script compressed.

    Compressed is, by LZMA: the length of a list in JSON (4 bytes, the highest first), the list of
    elements as [tag, attributes, length, whether it holds data], and their contents. Data stand
    there as they are, in zlib's frame without its compression.

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
    parts: list[tuple[str, dict[str, str], int, bool]] = []
    contents: list[bytes] = []

    def take(match: re.Match[str]) -> str:
        """Take an element out of the page."""
        tag, attributes, content = match[1], dict(_ATTRIBUTE.findall(match[2])), match[3]
        if content == first:
            return match[0]
        is_data = attributes.get("type") == _DATA_TYPE
        contents.append(_unpack(content) if is_data else content.encode("utf-8"))
        parts.append((tag, attributes, len(contents[-1]), is_data))
        return ""

    bare = _ELEMENT.sub(take, page)
    listed = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    whole = b"".join([len(listed).to_bytes(4, "big"), listed, *contents])
    packed = (
        f'<script type="{_DATA_TYPE}" id="planner-packed" data-size="{len(whole)}">'
        f"{write_signs(_compress(whole))}</script>\n"
        f"<script>{opener}</script>\n"
    )
    bare = bare.replace("script-src ", f"script-src '{hash_script(opener)}' ", 1)
    bare = bare.replace("</head>", f"{_FIRST_STYLE}\n</head>", 1)
    # Last in the page: whatever a script looks for is there by then.
    before, _, after = bare.rpartition("</body>")
    return f"{before}{packed}</body>{after}"


def _unpack(text: str) -> bytes:
    """Return data without their compression, which that of the page does better."""
    return zlib.compress(zlib.decompress(base64.b64decode(text)), 0)


def _compress(content: bytes) -> bytes:
    # Some Pythons are built without it; only pages that are packed need it.
    import lzma

    filters = [{"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, **_LZMA}]
    return lzma.compress(content, format=lzma.FORMAT_RAW, filters=filters)
