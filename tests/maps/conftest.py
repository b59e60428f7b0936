"""Fixtures of the map's tests: the sample, and a browser with the network cut."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.maps import draw_map, write_map
from tests.maps import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import geopandas as gpd
    from playwright.sync_api import Browser, Page, Playwright

    Open = Callable[..., Any]

#: Asked so, and not as a selector: the driver's own words for that are too young for Chromium 86.
READY = "document.body && 'ready' in document.body.dataset"
REPOSITORY = Path(__file__).resolve().parents[2]


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


def old_chromium() -> str | None:
    """Chromium 86, or None."""
    path = REPOSITORY / ".browsers" / "chromium-86" / "chromium"
    return str(path) if path.is_file() else None


class Browsers:
    """The browsers that pages are looked at with: each is started once, all by one driver."""

    def __init__(self, driver: Playwright) -> None:
        self.driver = driver
        self.running: dict[str, Browser] = {}

    def take(self, path: str | None, remedy: str) -> Browser:
        """Return the browser at a path; a missing one is a failure in CI, elsewhere a skip."""
        if path is None:
            if os.environ.get("CI") == "true":
                pytest.fail(f"a browser is missing, and CI may not skip the page's tests: {remedy}")
            pytest.skip(f"a browser is missing: {remedy}")
        if path not in self.running:
            arguments = ["--no-sandbox"]
            if path == old_chromium():
                # With its process for graphics, one start of 40 never shows its first page.
                arguments.append("--disable-gpu")
            self.running[path] = self.driver.chromium.launch(executable_path=path, args=arguments)
        return self.running[path]


@pytest.fixture(scope="package")
def browsers() -> Iterator[Browsers]:
    """To start a browser and read the page's program takes 2 s: a tenth of the page's tests."""
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as driver:
        lent = Browsers(driver)
        yield lent
        for running in lent.running.values():
            running.close()


@pytest.fixture(scope="module")
def browser(browsers: Browsers) -> Browser:
    """The system's browser; a module may take another."""
    return browsers.take(chromium(), "apt-get install chromium")


def wait_until_ready(page: Page) -> None:
    """Wait until the program has started, 10 s at most.

    The driver's own way to wait for an expression evaluates a text in the page, which the policy
    forbids unless it is true at once.
    """
    for _ in range(500):
        if page.evaluate(READY):
            return
        page.wait_for_timeout(20)
    pytest.fail("the page did not start within 10 s")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a plain run; a module may show another."""
    page = draw_map(sample.layers(), sample.summary(), title="演示区", synthetic=True,
                    date="2026-11")  # fmt: skip
    return write_map(page, tmp_path_factory.mktemp("map") / "map.html")


class Windows:
    """The one page that each browser keeps open, in which one file after the other is looked at.

    Its processes stay and the program is compiled once, so a visit takes half of what it takes in
    a new one. Nothing of a visit outlives it: the page leaves for an empty one, files store nothing
    and nobody has asked for a network since.
    """

    def __init__(self) -> None:
        self.kept: dict[Browser, Page] = {}

    @contextmanager
    def page(
        self, browser: Browser, size: tuple[int, int], options: dict[str, Any]
    ) -> Iterator[Page]:
        """Lend the kept page, or a new one to who asks for more than still pictures."""
        viewport: Any = {"width": size[0], "height": size[1]}
        if options.keys() - {"reduced_motion"}:
            context = browser.new_context(viewport=viewport, offline=True, **options)
            try:
                yield context.new_page()
            finally:
                context.close()
            return
        # What a failed test left is not lent again.
        page = self.kept.pop(browser, None) or browser.new_context(offline=True).new_page()
        page.set_viewport_size(viewport)
        page.emulate_media(reduced_motion=options.get("reduced_motion", "no-preference"))
        try:
            yield page
        except BaseException:
            page.context.close()
            raise
        page.mouse.move(-9, -9)
        page.goto("about:blank")
        self.kept[browser] = page


@pytest.fixture(scope="package")
def windows() -> Windows:
    return Windows()


@pytest.fixture
def visit(browser: Browser, windows: Windows, file: Path) -> Open:
    """Open a file with the network cut; any request or console message afterwards is a failure."""

    @contextmanager
    def opened(
        size: tuple[int, int] = sample.DESKTOP,
        *,
        hash_: str = "",
        path: Path = file,
        frames: Sequence[Path] = (),
        **options: Any,
    ) -> Iterator[Page]:
        requests: list[str] = []
        faults: list[str] = []
        listeners: dict[Any, Callable[[Any], None]] = {
            "request": lambda request: requests.append(request.url),
            "console": lambda message: faults.append(message.text),
            "pageerror": lambda error: faults.append(str(error)),
        }
        with windows.page(browser, size, options) as page:
            for event, listener in listeners.items():
                page.on(event, listener)
            page.goto(path.as_uri() + hash_)
            wait_until_ready(page)
            yield page
            known = {known.as_uri() for known in (path, *frames)}
            # A worker is started from a blob: a text of the page itself.
            asked = [url for url in requests if not url.startswith("blob:")]
            assert [url for url in asked if url.split("#")[0] not in known] == []
            assert faults == []
            for event, listener in listeners.items():
                page.remove_listener(event, listener)

    return opened
