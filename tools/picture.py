"""Takes the README's pictures of a map: `python -m tools.picture out/demo/map.html docs/a.png`.

With `--at "tab=routes"` the page opens there, as by an address that somebody sent.
"""

import argparse
import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

SIZE = {"width": 1440, "height": 900}
COLOURS = 256


def take(page_file: Path, target: Path, at: str = "") -> None:
    """Open a map in Debian's chromium with the network cut, and keep what is seen as a PNG."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(viewport=SIZE, offline=True)
        page = context.new_page()
        page.goto(page_file.resolve().as_uri() + (f"#{at}" if at else ""))
        page.wait_for_selector(".leaflet-container")
        page.wait_for_timeout(2000)  # until the streets are drawn
        seen = page.screenshot()
        browser.close()
    picture = Image.open(io.BytesIO(seen)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page_file", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--at", default="", help="what the page shows, like tab=routes")
    arguments = parser.parse_args()
    take(arguments.page_file, arguments.target, arguments.at)
