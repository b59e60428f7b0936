"""Part: what if the station were here, in the demo's page: drops, dragging, choices, memory.

`python -m benchmarks.whatif A.html` measures a given page; the environment variable BENCH_DROPS
says how many edits are made, 200 unless given.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.demo import run_planner
from benchmarks.page import SLOWER, WATCH, WINDOW, _settle, _wait_until
from benchmarks.table import Row, at_most, skipped, to_text, verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

PART = "what if"
#: What is measured: its text, its unit, and at most how much of it plainly and throttled.
BARS: dict[str, tuple[str, str, float | None, float | None]] = {
    "ready": ("from use to the engine ready", "{:.0f} ms", 500, None),
    "drop": ("a station added or moved to new figures: median", "{:.1f} ms", 30, 120),
    "drop_worst": ("a station added or moved to new figures: worst", "{:.1f} ms", 60, 240),
    "close": ("a station closed to new figures: median", "{:.1f} ms", None, None),
    "streets": ("a gate or path to new figures: median", "{:.1f} ms", None, None),
    "streets_worst": ("a gate or path to new figures: worst", "{:.1f} ms", None, None),
    "undo": ("undo to new figures: median", "{:.1f} ms", None, None),
    "who": ("other people or another moment: worst", "{:.1f} ms", 60, None),
    "dragged": ("longest frame while dragging", "{:.0f} ms", 50, None),
    "previews": ("figures a second while dragging", "{:.0f}", None, None),
    "memory": ("memory of page and engine after all this", "{:.0f} MB", 200, None),
    "engine": ("of it the engine's", "{:.0f} MB", None, None),
}
PAGE_MB = 5.5
#: How long workers are waited for.
WAIT_MS, MOST_WAITS = 50, 400
HERE = """globalThis.hereAt = (k) => { const { demand, plane } = planner.scene;
  const i = (k * 7919) % demand.count, x = demand.xy[2 * i], y = demand.xy[2 * i + 1];
  const at = plane.latLng(x + (k % 7) * 8, y + (k % 5) * 8);
  return { lon: at.lng, lat: at.lat }; };
globalThis.timed = async (edits, way) => {
  const { whatIf } = planner, start = performance.now();
  try { await (way === 'undo' ? whatIf.undo() : whatIf.apply(edits)); } catch (error) {
    if (error.key) return null;
    throw error; }
  await whatIf.figures(); return performance.now() - start; };"""
READY = """async () => { await planner.whatIf.ready; return performance.now() - said.usable; }"""
#: Add a station, move it, close one of today's, and so on; each until the figures are there.
DROPS = """async (count) => { const found = { drop: [], close: [], streets: [], undo: [] };
  const { stations: ids } = await planner.whatIf.ready;
  for (let k = 0, n = 0; n < count && k < 4 * count; k++) {
    const turn = k % 5, own = 'bench ' + (k - turn);
    const edit = turn === 1 ? { op: 'move', id: own, ...hereAt(k) }
      : turn === 2 ? { op: 'close', id: ids[(k * 31) % ids.length] }
      : { op: 'add', id: turn ? 'bench ' + k : own, ...hereAt(k) };
    const took = await timed([edit]);
    if (took === null) continue;
    found[edit.op === 'close' ? 'close' : 'drop'].push(took); n++;
    if (turn === 4) found.undo.push(await timed(null, 'undo'));
  }
  await planner.whatIf.reset(); await planner.whatIf.figures();
  return found; }"""
STREETS = """async (count) => { const found = [], { gates } = await planner.whatIf.ready;
  for (let k = 0; k < count; k++) {
    const a = hereAt(3 * k), path = [[a.lon, a.lat], [a.lon + 0.001, a.lat + 0.0005]];
    const edit = k % 2 ? { op: 'open_gate', id: gates[(k * 37) % gates.length] }
      : { op: 'add_path', id: 'bench ' + k, path };
    const took = await timed([edit]);
    if (took !== null) found.push(took);
    if (k % 10 === 9) { await planner.whatIf.reset(); await planner.whatIf.figures(); }
  }
  return found; }"""
WHO = """async () => { const { whatIf } = planner, about = await whatIf.ready, found = [];
  await whatIf.apply([{ op: 'add', id: 'bench', ...hereAt(1) }]).catch(() => null);
  const profiles = about.profiles.map((profile) => ({ profile }));
  for (const asked of [...profiles, ...about.moments.map((moment) => ({ moment }))]) {
    const start = performance.now();
    await whatIf.figures(asked);
    found.push(performance.now() - start); }
  return found; }"""
#: Three seconds of a station that follows the pointer; a preview is asked for with each frame.
DRAG = """async () => { const { whatIf } = planner; let shown = 0, k = 0;
  said.watchFrames(); const end = performance.now() + 3000, { lon, lat } = hereAt(1);
  await new Promise((done) => { const frame = () => {
    if (performance.now() > end) { done(); return; }
    k++;
    whatIf.preview({ op: 'add', id: 'dragged', lon: lon + k * 0.00005, lat })
      .then((one) => { if (one) shown++; }, () => null);
    requestAnimationFrame(frame); }; requestAnimationFrame(frame); });
  return { gaps: said.endFrames(), shown: shown / 3 }; }"""


def measure(drops: int = 200, page: Path | None = None) -> list[Row]:
    """Use what-if in a page, plainly and throttled; without any given, in that of the demo."""
    browser = shutil.which("chromium")
    if browser is None:
        return [skipped(PART, "no chromium to open the page with")]
    if page is None:
        with tempfile.TemporaryDirectory() as folder:
            run_planner("demo", "--out", Path(folder) / "out")
            return measure(drops, Path(folder) / "out" / "map.html")
    from playwright.sync_api import sync_playwright

    rows = [at_most(PART, "size of the file", page.stat().st_size / 1e6, PAGE_MB, "{:.2f} MB")]
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for slower, worker in ((1, True), (SLOWER, True), (SLOWER, False)):
            found = _use(started, page, slower, drops=drops, worker=worker)
            rows += _rows(found, slower, worker=worker)
        started.close()
    return rows


def _rows(found: Mapping[str, float], slower: int, *, worker: bool) -> list[Row]:
    """Hold what was measured against the bars."""
    rows = []
    for key, (text, show, *bars) in BARS.items():
        if key not in found:
            continue
        what = text if slower == 1 else f"{text}, {slower} x slower"
        what += "" if worker else ", without a worker"
        bar = bars[slower > 1] if worker else None
        value = found[key]
        rows.append(
            Row(PART, what, show.format(value))
            if bar is None
            else at_most(PART, what, value, bar, show)
        )
    return rows


def _use(
    browser: Browser, path: Path, slower: int, *, drops: int, worker: bool
) -> dict[str, float]:
    """Open a page in a fresh window and try edits: every figure."""
    context = browser.new_context(viewport=WINDOW)
    context.set_offline(True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    workers = _attach(session)
    page.add_init_script(WATCH + ("" if worker else "; delete window.Worker"))
    page.goto(path.as_uri())
    _wait_until(page, "said.usable > 0")
    found: dict[str, float] = {"ready": page.evaluate(READY)}
    page.evaluate(HERE)
    _settle(page)
    # What is likely to be asked is made ready in between: answers in their turn say when it is.
    page.evaluate(WHO)
    page.evaluate("planner.whatIf.reset()")
    found["who"] = max(page.evaluate(WHO))
    page.evaluate("planner.whatIf.reset()")
    taken = page.evaluate(DROPS, drops)
    taken["streets"] = page.evaluate(STREETS, max(drops // 5, 10))
    for key, values in taken.items():
        found |= {key: statistics.median(values), f"{key}_worst": max(values)} if values else {}
    dragged = page.evaluate(DRAG)
    found |= {"dragged": max(dragged["gaps"], default=0.0), "previews": dragged["shown"]}
    # Else what the engine holds is part of what the page does.
    assert bool(workers) == worker, "the engine is not where it is measured"
    found |= _memory(page, session, workers)
    context.close()
    return found


def _attach(session: CDPSession) -> list[str]:
    """Follow the workers of a page; return the list that their sessions are put into."""
    workers: list[str] = []
    session.on("Target.attachedToTarget", lambda event: workers.append(event["sessionId"]))
    how = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False}
    session.send("Target.setAutoAttach", how)
    return workers


def _memory(page: Page, session: CDPSession, workers: list[str]) -> dict[str, float]:
    """Return what page and engine hold, MB: heaps and the arrays beside them."""
    told: dict[str, list[dict[str, Any]]] = {number: [] for number in workers}

    def hear(event: Mapping[str, Any]) -> None:
        told[event["sessionId"]].append(json.loads(event["message"]))

    def ask(method: str) -> list[dict[str, Any]]:
        """Ask the page and then every worker, and wait for them all; of a large heap it takes."""
        before = {number: len(answers) for number, answers in told.items()}
        for number in workers:
            message = json.dumps({"id": before[number] + 1, "method": method})
            session.send("Target.sendMessageToTarget", {"sessionId": number, "message": message})
        own = session.send(method)
        for _ in range(MOST_WAITS):
            if all(len(told[number]) > before[number] for number in workers):
                return [own, *(told[number][-1]["result"] for number in workers)]
            page.wait_for_timeout(WAIT_MS)
        raise TimeoutError(f"a worker does not answer {method}")

    session.on("Target.receivedMessageFromTarget", hear)
    # Arrays that nobody holds are given back beside the thread, some time after the first.
    for _ in range(3):
        ask("HeapProfiler.collectGarbage")
        page.wait_for_timeout(10 * WAIT_MS)
    own, *engines = (_used(heap) for heap in ask("Runtime.getHeapUsage"))
    return {"memory": own + sum(engines), "engine": sum(engines)}


def _used(heap: Mapping[str, float]) -> float:
    names = ("usedSize", "embedderHeapUsedSize", "backingStorageSize")
    return sum(float(heap.get(name, 0)) for name in names) / 1e6


if __name__ == "__main__":
    asked = int(os.environ.get("BENCH_DROPS", "200"))
    found_rows = measure(asked, Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None)
    print(f"{to_text(found_rows)}\n\n{verdict(found_rows)}")
