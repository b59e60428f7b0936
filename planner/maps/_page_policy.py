"""What a page may do, told to the browser: its own scripts by their hash, and nothing else.

A script that came into the page by whatever way after it was written (markup in a name, an
attribute like `onerror`, a `javascript:` address) has no hash here, so no browser runs it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Elements of such a type hold data; no browser runs them.
_DATA_TYPES = ("text/plain", "application/json")


def build_policy(page: str, *, images: Iterable[str] = (), workers: bool = False) -> str:
    """Return the content of the page's Content-Security-Policy.

    Parameters
    ----------
    page
        The whole page, as it will be written but for the policy.
    images
        Where else pictures may come from than the page itself, such as the server of a basemap.
    workers
        Whether the page starts workers, which are scripts of its own handed over as blobs.
    """
    hashes = [f"'{hash_script(script)}'" for script in dict.fromkeys(find_scripts(page))]
    rules = [
        "default-src 'none'",
        " ".join(["script-src", *(hashes or ["'none'"])]),
        # Leaflet and folium place things by style attributes.
        "style-src 'unsafe-inline'",
        " ".join(["img-src data:", *images]),
        *(["worker-src blob:"] if workers else []),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(rules)


def find_scripts(page: str) -> list[str]:
    """Return the content of each script in a page that a browser would run, in their order."""
    reader = _ScriptReader()
    reader.feed(page)
    reader.close()
    return reader.scripts


class _ScriptReader(HTMLParser):
    """Gathers what stands inside script elements; those with an address have no content."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a script, if it has its content here and a browser would run it."""
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") not in _DATA_TYPES:
            self._within = True
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        """Take what stands inside a script."""
        if self._within:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        """End a script."""
        if tag == "script":
            self._within = False


def hash_script(script: str) -> str:
    """Return the hash by which a policy names a script, of the text that a browser makes of it."""
    read = re.sub(r"\r\n?", "\n", script).replace("\0", "\ufffd")
    digest = hashlib.sha256(read.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
