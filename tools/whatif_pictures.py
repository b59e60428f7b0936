"""Takes the README's four pictures of what is tried: `python -m tools.whatif_pictures MAP DOCS`."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZE: Final = (1080, 660)
COLOURS: Final = 256

#: Where the largest gap is, degrees.
_LARGEST = """(() => { const { state, scene } = planner, [gap] = state.gapsHere().list;
  const { lat, lng } = scene.plane.latLng(gap.x, gap.y); return [lat, lng]; })()"""
#: The station without which most residents are left out: its place and number.
_NEEDED = """(() => { const { scene } = planner, only = (one) =>
    (one.people.find(({ kind }) => kind === 'residential') || { counts: [0, 0, 0] }).counts[2];
  const [one] = [...scene.facilities].sort((a, b) => only(b) - only(a));
  const { lat, lng } = scene.plane.latLng(one.x, one.y); return [lat, lng, one.index]; })()"""
#: The two ends, on streets, of a straight path from a gap to a station that covers 500 residents.
_SHORTCUT = """(async () => { const { state, scene, whatIf } = planner;
  const snap = ({ x, y }) => { let least = Infinity, found = null;
    for (const { lines: { xy } } of scene.streets) for (let i = 0; i < xy.length; i += 2) {
      const away = Math.hypot(xy[i] - x, xy[i + 1] - y);
      if (away < least) { least = away; found = [xy[i], xy[i + 1]]; } }
    return found; };
  const place = ([x, y]) => { const { lat, lng } = scene.plane.latLng(x, y); return [lng, lat]; };
  const open = scene.facilities.filter((one) => one.joined && one.status === 'open');
  for (const gap of state.gapsHere().list.slice(0, 30)) {
    const metres = (one) => Math.hypot(one.x - gap.x, one.y - gap.y) * scene.plane.metres;
    const near = open.filter((one) => metres(one) < 900).sort((a, b) => metres(a) - metres(b));
    for (const station of near.slice(0, 3)) {
      const path = [place(snap(gap)), place(snap(station))];
      const found = await whatIf.preview({ op: 'add_path', id: 'P', path }).catch(() => null);
      const people = found ? found.gained.residential.all : 0;
      if (people > 500) return path;
    }
  }
  return null; })()"""


def main() -> None:
    """Open the page, try four things, and save a picture of each."""
    from playwright.sync_api import sync_playwright

    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        width, height = SIZE
        page = browser.new_context(
            viewport={"width": width, "height": height}, offline=True, reduced_motion="reduce"
        ).new_page()
        page.goto(source.resolve().as_uri() + "#view=trial")
        _wait(page, "document.body.dataset.ready && planner.state.trial.ready")
        _try_all(page, folder)
        browser.close()


def _try_all(page: Page, folder: Path) -> None:
    lat, lng = page.evaluate(_LARGEST)
    _go(page, lat - 0.004, lng, 14.5)
    page.click("#tool-add")
    page.mouse.click(*_spot(page, lat, lng))
    _wait(page, "planner.state.trial.reach !== null")
    _take(page, folder / "whatif-add.png")
    x, y = _spot(page, lat, lng)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 110, y + 70, steps=12)
    _wait(page, "planner.state.trial.preview !== null")
    _take(page, folder / "whatif-drag.png")
    page.mouse.up()
    page.wait_for_timeout(500)
    page.evaluate("planner.trying.reset()")
    lat, lng, index = page.evaluate(_NEEDED)
    _go(page, lat, lng, 14.5)
    page.evaluate("(index) => planner.trying.close(planner.trying.ids.f[index])", index)
    _wait(page, "planner.state.trial.reach !== null")
    _take(page, folder / "whatif-close.png")
    page.evaluate("planner.trying.reset()")
    path = page.evaluate(_SHORTCUT)
    page.wait_for_timeout(300)
    (lng0, lat0), (lng1, lat1) = path
    _go(page, (lat0 + lat1) / 2, (lng0 + lng1) / 2, 14.5)
    edit = {"op": "add_path", "id": "P1", "name": "新小路 1", "path": path}
    page.evaluate("(edit) => planner.trying.make(edit)", edit)
    _wait(page, "planner.state.trial.edits.length === 1 && planner.state.trial.reach !== null")
    _take(page, folder / "whatif-path.png")


def _go(page: Page, lat: float, lng: float, zoom: float) -> None:
    """Put a place into the middle of what the panel leaves of the map."""
    page.evaluate(
        """([lat, lng, zoom]) => { const { map, camera } = planner;
          map.setView([lat, lng], zoom, { animate: false });
          const { x, y } = map.getSize();
          map.panBy([x / 2 - camera.middle.x, 0], { animate: false }); }""",
        [lat, lng, zoom],
    )


def _spot(page: Page, lat: float, lng: float) -> tuple[float, float]:
    code = "([lat, lng]) => { const { x, y } = planner.map.latLngToContainerPoint([lat, lng]);"
    x, y = page.evaluate(code + " return [x, y]; }", [lat, lng])
    return x, y


def _wait(page: Page, expression: str) -> None:
    for _ in range(600):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise SystemExit(f"{expression} did not come true")


def _take(page: Page, path: Path) -> None:
    """Save what is seen, in few colours: the README loads four of them."""
    from PIL import Image

    page.wait_for_timeout(1500)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(path, optimize=True)


if __name__ == "__main__":
    main()
