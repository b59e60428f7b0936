"""What the page is made of is known to Chrome 86, Firefox 91 and Safari 14.0, by MDN's tables."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from planner.maps._page_map import asset, leaflet_css, leaflet_js, stock_js
from tests.maps.in_node import require_npm

TOOLS = Path(__file__).resolve().parents[2] / "tools" / "page"
_LOOKS = "without it the page looks a little plainer"
_NAME = "a name of the page's own objects or data"
#: What one of these browsers lacks and the page uses all the same, and why nothing is lost.
ALLOWED = {
    "DecompressionStream": "asked for before it is used; fflate is there for the others",
    ".readable": "only where there is a DecompressionStream",
    ".writable": "only where there is a DecompressionStream",
    ".requestIdleCallback": "a short wait stands in for it",
    ".captureStackTrace": "fflate asks for it before it uses it",
    ".TouchEvent": "Leaflet asks for it before it uses it",
    "orientation": "a word in a text of Leaflet's that is compared with a name of its own",
    ".sourceCapabilities": "Leaflet asks for it before it uses it",
    ".getSize": _NAME, ".mobile": _NAME, ".move": _NAME, ".cause": _NAME,
    "font-family: system-ui": "sans-serif stands after it",
    ":focus-visible": "Safari 14 draws its own frame round what has the focus",
    "overscroll-behavior": _LOOKS, "overscroll-behavior: contain": _LOOKS,
    "scrollbar-width": _LOOKS, "scrollbar-width: thin": _LOOKS,
    "overflow-wrap: anywhere": _LOOKS,
    "print-color-adjust": "its older name stands beside it",
    "print-color-adjust: exact": "its older name stands beside it",
    "accent-color": _LOOKS, "text-underline-offset": _LOOKS,
    "@page": "Safari takes the paper from the print dialog",
    "user-select": "its older names stand beside it",
}  # fmt: skip


def find_missing(*files: Path) -> dict[str, list[str]]:
    """Return what these files use and which browsers lack it."""
    require_npm("css-tree")
    command = ["node", "compat.mjs", *map(str, files)]
    done = subprocess.run(command, cwd=TOOLS, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return {row["feature"]: row["missing"] for row in json.loads(done.stdout)}


def written(folder: Path, **texts: str) -> list[Path]:
    files = [folder / name.replace("_", ".") for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def test_the_page_uses_nothing_younger_than_its_oldest_browsers(tmp_path):
    files = written(
        tmp_path, page_js=asset("page.js"), engine_js=asset("engine.js"),
        leaflet_js=leaflet_js(), stock_js=stock_js(), page_css=asset("page.css"),
        leaflet_css=leaflet_css(), opener_js=asset("opener.js"),
    )  # fmt: skip
    found = find_missing(*files)
    assert {name: found[name] for name in found if name not in ALLOWED} == {}
    assert set(ALLOWED) - set(found) == set()  # what is no longer used needs no excuse


SINS = {
    "Object.hasOwn(o, 'a')": ".hasOwn", "pen.roundRect(0, 0, 1, 1, 1)": ".roundRect",
    "list.at(-1)": ".at", "text.replaceAll('a', 'b')": ".replaceAll",
    "structuredClone(o)": "structuredClone", "list.findLast(o)": ".findLast",
    "const { findLastIndex } = list": ".findLastIndex",
    "/(?<=a)b/.test(o)": "lookbehind", "Object.groupBy(o, o)": ".groupBy",
    "list.toSorted()": ".toSorted", "crypto.randomUUID()": ".randomUUID",
    "requestIdleCallback(o)": "requestIdleCallback",
}  # fmt: skip


def test_grammar_that_is_too_young_is_an_error(tmp_path):
    require_npm("css-tree")
    for line in ("a ||= 1", "class A { b = 1 }", "class A { #b() {} }"):
        (file,) = written(tmp_path, a_js=line)
        done = subprocess.run(["node", "compat.mjs", str(file)], cwd=TOOLS, capture_output=True,
                              encoding="utf-8", check=False)  # fmt: skip
        assert done.returncode == 1
        assert "SyntaxError" in done.stderr


STYLE_SINS = {
    ".a { inset: 0 }": "inset", ".a { aspect-ratio: 1 }": "aspect-ratio",
    ".a:has(.b) { top: 0 }": ":has",
    ".a { display: flex } .a { gap: 3px }": "gap in the flex box .a", ".a:is(.b) { top: 0 }": ":is",
    ".a { color: color-mix(in srgb, red, blue) }": "color-mix()",
    "@container (width > 1px) { .a { top: 0 } }": "@container",
    ".a { height: 100dvh }": "dvh",
}  # fmt: skip


def test_each_word_that_is_too_young_is_found(tmp_path):
    files = written(tmp_path, a_js=";\n".join(SINS), a_css="\n".join(STYLE_SINS))
    assert set(find_missing(*files)) == {*SINS.values(), *STYLE_SINS.values()}


def test_what_all_three_know_passes(tmp_path):
    files = written(
        tmp_path,
        a_js="const a = list?.length ?? Object.entries(o).flat(); document.body.append(a)",
        a_css=".a { display: grid; gap: 3px } .b { columns: 2; gap: 3px } .c { width: min(1px, 1%)}"
        "@supports (inset: 0) { .d { top: 0 } }",
    )
    assert find_missing(*files) == {}


def test_gaps_of_flex_boxes_are_margins_in_safari_14(tmp_path):
    """One after the other, in a column, and in several lines; a grid has its gaps anyway."""
    styles = (
        ".a{display:flex;gap:4px}.b{display:flex;flex-direction:column;gap:6px 2px}"
        ".c{display:flex;flex-wrap:wrap;gap:8px}.d{display:grid;gap:9px}@media print{.a{gap:1px}}"
    )
    script = (
        "import { addFlexGaps } from './flex_gaps.mjs';"
        f"process.stdout.write(addFlexGaps({json.dumps(styles)}))"
    )
    require_npm("css-tree")
    done = subprocess.run(["node", "--input-type=module", "-e", script], cwd=TOOLS,
                          capture_output=True, encoding="utf-8", check=True)  # fmt: skip
    only = "@supports (-webkit-hyphens:none) and (not (inset:0))"
    assert done.stdout == (
        ".a{display:flex;gap:4px}" + only + "{.a>*+*{margin-left:4px}}"
        ".b{display:flex;flex-direction:column;gap:6px 2px}" + only + "{.b>*+*{margin-top:6px}}"
        ".c{display:flex;flex-wrap:wrap;gap:8px}" + only + "{.c>*{margin:0 8px 8px 0}}"
        ".d{display:grid;gap:9px}@media print{.a{gap:1px}" + only + "{.a>*+*{margin-left:1px}}}"
    )
    (file,) = written(tmp_path, a_css=done.stdout)
    assert find_missing(file) == {}
