"""Part: the demo's page in a browser: until it can be used, zooming, panning, switching, memory.

`python -m benchmarks.page A.html B.html` measures given pages by turns, to compare them; the
environment variable BENCH_TURNS says how often, 7 times unless given.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.demo import run_planner
from benchmarks.table import Row, at_most, skipped, to_text, verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

PART = "page"
WINDOW = {"width": 1440, "height": 900}
#: How many times slower than this machine an old office PC is taken to be.
SLOWER = 4
#: What is measured: its text, its unit, and at most how much of it plainly and throttled.
BARS: dict[str, tuple[str, str, float | None, float | None]] = {
    "usable": ("from address to use, with the first frame", "{:.0f} ms", 1000, 3000),
    "drawn": ("from address to the whole map", "{:.0f} ms", None, None),
    "wheel": ("wheel zoom at 14: 95th percentile of frames", "{:.0f} ms", 33, 100),
    "drag": ("panning at 14: 95th percentile of frames", "{:.0f} ms", None, None),
    "town": ("another town: next frame", "{:.0f} ms", 50, 200),
    "minutes": ("other minutes: next frame", "{:.0f} ms", 50, 200),
    "who": ("other people: next frame", "{:.0f} ms", 50, 200),
    "tab": ("another tab: next frame", "{:.0f} ms", 50, 200),
    "longest": ("longest task after loading", "{:.0f} ms", 50, None),
    "long": ("tasks of more than 50 ms after loading", "{:.0f}", 0, None),
    "heap": ("JavaScript heap after all this", "{:.0f} MB", 100, 100),
}
FILE_MB = 3.5
#: When the page said what, every long task, and the time between two frames while asked for.
WATCH = """(() => {
  const said = window.said = { tasks: [], gaps: [] };
  new PerformanceObserver((list) => { for (const one of list.getEntries())
    said.tasks.push([one.startTime, one.duration]); }).observe({ entryTypes: ['longtask'] });
  const soon = new MessageChannel();
  said.painted = () => new Promise((done) => requestAnimationFrame(() => {
    soon.port1.onmessage = () => done(performance.now()); soon.port2.postMessage(0); }));
  new MutationObserver(() => {
    const { body } = document;
    if (!body) return;
    if (body.dataset.ready && !said.ready) {
      said.ready = performance.now(); said.painted().then((now) => { said.usable = now; }); }
    if (body.dataset.drawn === 'true' && !said.drawn) said.drawn = performance.now();
  }).observe(document, { attributes: true, subtree: true, childList: true,
                         attributeFilter: ['data-ready', 'data-drawn'] });
  said.watchFrames = () => { said.gaps = []; let last = 0; said.watching = true;
    const frame = (now) => { if (last) said.gaps.push(now - last); last = now;
      if (said.watching) requestAnimationFrame(frame); };
    requestAnimationFrame(frame); };
  said.endFrames = () => { said.watching = false; return said.gaps; };
})()"""
#: Choose by the page's own controls; the milliseconds until the frame that shows it.
CHOOSE = """async ([id, value]) => { const list = document.getElementById(id);
  list.value = value; const start = performance.now();
  list.dispatchEvent(new Event('change', { bubbles: true }));
  return await said.painted() - start; }"""
OPEN_TAB = """async (name) => { const start = performance.now();
  document.getElementById('to-' + name).click(); return await said.painted() - start; }"""
VALUES = "(id) => [...document.querySelectorAll('#' + id + ' option')].map((one) => one.value)"
TABS = "[...document.querySelectorAll('#tabs button')].map((one) => one.id.slice('to-'.length))"
PAPER = "planner.printing.ready"
SETTLED = "document.body.dataset.drawn !== 'false'"


def measure(turns: int, pages: Mapping[str, Path] | None = None) -> list[Row]:
    """Open and use pages by turns, plainly and throttled; without any given, that of the demo."""
    browser = shutil.which("chromium")
    if browser is None:
        return [skipped(PART, "no chromium to open the page with")]
    if pages is None:
        with tempfile.TemporaryDirectory() as folder:
            run_planner("demo", "--out", Path(folder) / "out")
            return measure(turns, {"": Path(folder) / "out" / "map.html"})
    from playwright.sync_api import sync_playwright

    taken: dict[tuple[str, int], list[dict[str, float]]] = {}
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for _ in range(turns):
            for slower in (1, SLOWER):
                for name, path in pages.items():
                    taken.setdefault((name, slower), []).append(_use(started, path, slower))
        started.close()
    return [row for name, path in pages.items() for row in _rows(name, path, taken)]


def _rows(
    name: str, path: Path, taken: Mapping[tuple[str, int], list[dict[str, float]]]
) -> list[Row]:
    """Make the rows of a page: medians of its turns, held against the bars."""
    part = f"{PART} {name}".strip()
    rows = [at_most(part, "size of the file", path.stat().st_size / 1e6, FILE_MB, "{:.2f} MB")]
    for slower in (1, SLOWER):
        turns = taken[name, slower]
        for key, (text, show, *bars) in BARS.items():
            values = [turn[key] for turn in turns if key in turn]
            if not values:
                continue
            value, bar = statistics.median(values), bars[slower > 1]
            what = text if slower == 1 else f"{text}, {slower} x slower"
            rows.append(
                Row(part, what, show.format(value))
                if bar is None
                else at_most(part, what, value, bar, show)
            )
    return rows


def _use(browser: Browser, path: Path, slower: int) -> dict[str, float]:
    """Open a page once in a fresh window and use it: every figure of one turn."""
    context = browser.new_context(viewport=WINDOW)
    context.set_offline(True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.add_init_script(WATCH)
    page.goto(path.as_uri())
    _wait_until(page, "said.usable > 0")
    _settle(page)
    found = page.evaluate("({ usable: said.usable, drawn: said.drawn || said.usable })")
    loaded = page.evaluate("performance.now()")
    found |= {"wheel": _zoom(page), "drag": _drag(page)} | _switch(page)
    _wait_until(page, PAPER)  # made while the page is at rest: that is work after loading as well
    tasks = [length for start, length in page.evaluate("said.tasks") if start > loaded]
    found |= {"longest": max(tasks, default=0.0), "long": len(tasks), "heap": _heap_mb(session)}
    context.close()
    return dict(found)


def _settle(page: Page) -> None:
    """Wait until nothing is left to draw."""
    page.wait_for_timeout(300)
    _wait_until(page, SETTLED)
    page.wait_for_timeout(700)


def _wait_until(page: Page, condition: str) -> None:
    """Ask until it is so: the page's policy forbids the driver to ask from inside."""
    for _ in range(3000):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    raise TimeoutError(condition)


def _percentile_95(values: list[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return sorted(values)[int(0.95 * (len(values) - 1))] if values else 0.0


def _go_to_14(page: Page) -> None:
    """Show the middle of the area at zoom 14."""
    # `void`: the driver would spend 200 ms of the page's time on writing down the map it gets back.
    page.evaluate("void planner.map.setView(planner.map.getCenter(), 14, { animate: false })")
    _settle(page)
    page.mouse.move(900, 450)


def _zoom(page: Page) -> float:
    """Turn the wheel in, out and in again; the frames meanwhile."""
    _go_to_14(page)
    page.evaluate("said.watchFrames()")
    for way in (-1, 1, -1):
        for _ in range(5):
            page.mouse.wheel(0, 120 * way)
            page.wait_for_timeout(120)
    page.wait_for_timeout(400)
    return _percentile_95(page.evaluate("said.endFrames()"))


def _drag(page: Page) -> float:
    """Drag the map to and fro; the frames meanwhile."""
    _go_to_14(page)
    page.evaluate("said.watchFrames()")
    for way in (-1, 1, -1):
        page.mouse.move(900 - way * 250, 450)
        page.mouse.down()
        for step in range(1, 16):
            page.mouse.move(900 - way * 250 + way * step * 32, 450 + step * 8)
            page.wait_for_timeout(16)
        page.mouse.up()
        page.wait_for_timeout(150)
    return _percentile_95(page.evaluate("said.endFrames()"))


def _switch(page: Page) -> dict[str, float]:
    """Choose other towns, minutes, people and tabs; the slowest of each."""
    found = {}
    for name in ("town", "minutes", "who"):
        values = page.evaluate(VALUES, name)
        if len(values) > 1:
            chosen = [values[1], values[-1], values[0]]
            found[name] = max(_timed(page, CHOOSE, [name, value]) for value in chosen)
    tabs = page.evaluate(TABS)
    if len(tabs) > 1:
        found["tab"] = max(_timed(page, OPEN_TAB, name) for name in [*tabs[1:], tabs[0]])
    return found


def _timed(page: Page, script: str, argument: object) -> float:
    """Return what a script measures, once all before it has come to rest."""
    _settle(page)
    return float(page.evaluate(script, argument))


def _heap_mb(session: CDPSession) -> float:
    """Return the heap in use, MB."""
    session.send("Performance.enable")
    metrics: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    return next(float(row["value"]) for row in metrics if row["name"] == "JSHeapUsedSize") / 1e6


if __name__ == "__main__":
    given = {place.parent.name + "/" + place.name: place for place in map(Path, sys.argv[1:])}
    asked = int(os.environ.get("BENCH_TURNS", "7"))
    found_rows = measure(asked, {name: place.resolve() for name, place in given.items()} or None)
    print(f"{to_text(found_rows)}\n\n{verdict(found_rows)}")
