"""What the map of a page in a browser shows once it is drawn: its dots, with no panel on them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from playwright.sync_api import Page

#: Every canvas of the map where it stands, from below, on one canvas of the map's size.
SHOWN = """(() => {
    const map = planner.map.getContainer(), frame = map.getBoundingClientRect();
    const copy = document.createElement('canvas');
    copy.width = frame.width; copy.height = frame.height;
    const pen = copy.getContext('2d', { willReadFrequently: true });
    pen.fillStyle = '#f6f4ef'; pen.fillRect(0, 0, copy.width, copy.height);
    const height = (e) => Number(getComputedStyle(e).zIndex) || 0;
    const heights = (e) => (e === map ? [] : [...heights(e.parentElement), height(e)]);
    const found = [...map.querySelectorAll('.leaflet-pane canvas')].map((e) => [heights(e), e]);
    found.sort(([a], [b]) => {
        const at = a.findIndex((z, i) => z !== b[i]);
        return a[at] - b[at] || 0; });
    for (const [, canvas] of found) {
        const box = canvas.getBoundingClientRect();
        if (box.width) pen.drawImage(canvas, box.left - frame.left, box.top - frame.top,
                                     box.width, box.height);
    }
    const { data } = pen.getImageData(0, 0, copy.width, copy.height);
    let text = '';
    for (let i = 0; i < data.length; i += 4)
        text += String.fromCharCode(data[i], data[i + 1], data[i + 2]);
    return [copy.width, copy.height, btoa(text)];
})()"""
TRIES = 500


def wait_until_drawn(page: Page) -> None:
    """Wait until the map stands still and nothing of it is left to draw."""
    resting = "document.body.dataset.drawn === 'true' && !planner.map._animatingZoom"
    for _ in range(TRIES):
        if page.evaluate(resting):
            page.wait_for_timeout(40)  # signs are drawn with the next frame
            if page.evaluate(resting):
                return
        page.wait_for_timeout(20)
    raise AssertionError("the map is not drawn after ten seconds")


def read_dots(page: Page) -> NDArray[np.uint8]:
    """Return the map's dots, rows x columns x (red, green, blue)."""
    wait_until_drawn(page)
    width, height, content = page.evaluate(SHOWN)
    dots = np.frombuffer(base64.b64decode(content), dtype=np.uint8)
    return dots.reshape(height, width, 3)


def count_dots(page: Page, colour: tuple[int, int, int], *, slack: int = 0) -> int:
    """Count the map's dots of a colour, give or take."""
    off = np.abs(read_dots(page).astype(int) - np.array(colour)).max(axis=2)
    return int((off <= slack).sum())
