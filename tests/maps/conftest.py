"""Fixtures of the map's tests: the sample, and a browser with the network cut."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.maps import draw_map, save_map
from tests.maps import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import geopandas as gpd
    from playwright.sync_api import Browser, Page

    Open = Callable[..., Any]


@pytest.fixture
def layers() -> dict[str, gpd.GeoDataFrame]:
    """A fresh copy of the sample's layers."""
    return sample.layers()


@pytest.fixture
def summary() -> dict[str, Any]:
    """A fresh copy of the sample's summary."""
    return sample.summary()


def chromium() -> str | None:
    """The system's browser, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = chromium()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no chromium on this machine, and CI may not skip the page's tests")
        pytest.skip("no chromium on this machine: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        started = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a plain run; a module may show another."""
    page = draw_map(sample.layers(), sample.summary(), title="演示区", synthetic=True,
                    date="2026-11")  # fmt: skip
    return save_map(page, tmp_path_factory.mktemp("map") / "map.html")


@pytest.fixture
def visit(browser: Browser, file: Path) -> Open:
    """Open a file with the network cut; any request or console message afterwards is a failure."""

    @contextmanager
    def opened(
        size: tuple[int, int] = sample.DESKTOP,
        *,
        hash_: str = "",
        path: Path = file,
        **options: Any,
    ) -> Iterator[Page]:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        context.set_offline(True)
        page = context.new_page()
        requests: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path.as_uri() + hash_)
        page.wait_for_selector("body[data-ready]", timeout=10_000)
        try:
            yield page
            assert [url for url in requests if url.split("#")[0] != path.as_uri()] == []
            assert faults == []
        finally:
            context.close()

    return opened
