"""Firefox and WebKit, driven by what they speak themselves: WebDriver BiDi and WebDriver."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = (1440, 900)
MINI_BROWSERS = sorted(Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser"))


class Tab(Protocol):
    """A window with one page."""

    #: Messages of the console and requests for anything but the files opened, as far as it tells.
    faults: list[str]

    def open(self, address: str) -> None:
        """Load an address and wait until it has loaded."""

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression, which JSON must be able to hold."""


def is_there(name: str) -> bool:
    """Tell whether `firefox` or `webkit` can be started here."""
    if name == "firefox":
        return shutil.which("firefox-esr") is not None
    return bool(MINI_BROWSERS and shutil.which("WebKitWebDriver") and shutil.which("Xvfb"))


@contextmanager
def started(name: str, folder: Path, *, scripts: bool = True) -> Iterator[Tab]:
    """Start a browser with a profile of its own in an empty folder; scripts : Firefox only."""
    with _firefox(folder, scripts=scripts) if name == "firefox" else _webkit() as tab:
        yield tab


class _FirefoxTab:
    """Firefox by WebDriver BiDi, over the socket that it opens."""

    def __init__(self, address: str) -> None:
        import websocket

        self.socket = websocket.create_connection(address, timeout=60, suppress_origin=True)
        self.faults: list[str] = []
        self.opened: set[str] = set()
        self.count = 0
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.context = self.call("browsingContext.getTree")["contexts"][0]["context"]
        viewport = dict(zip(("width", "height"), SIZE, strict=True))
        self.call("browsingContext.setViewport", context=self.context, viewport=viewport)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            told = json.loads(self.socket.recv())
            if told.get("id") == self.count:
                assert told["type"] == "success", told
                return dict(told["result"])
            self._note(told["method"], told["params"])

    def _note(self, method: str, told: dict[str, Any]) -> None:
        if method == "log.entryAdded":
            self.faults.append(str(told.get("text")))
        elif not told["request"]["url"].startswith(("data:", "about:", "file:")):
            self.faults.append(told["request"]["url"])

    def open(self, address: str) -> None:
        self.call("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        told = self.call("script.evaluate", expression=f"JSON.stringify({expression})",
                         target={"context": self.context}, awaitPromise=True)  # fmt: skip
        assert told["type"] == "success", told
        return json.loads(told["result"].get("value", "null"))


@contextmanager
def _firefox(folder: Path, *, scripts: bool) -> Iterator[Tab]:
    """Start Debian's Firefox without a window."""
    (folder / "user.js").write_text(
        f'user_pref("javascript.enabled", {str(scripts).lower()});\n'
        'user_pref("network.proxy.type", 1);\nuser_pref("network.proxy.http", "127.0.0.1");\n'
        'user_pref("network.proxy.ssl", "127.0.0.1");\nuser_pref("network.proxy.http_port", 9);\n'
        'user_pref("network.proxy.ssl_port", 9);\n',
        encoding="utf-8",
    )
    command = ["firefox-esr", "--headless", "--no-remote", "--profile", str(folder),
               "--remote-debugging-port=0"]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as running:
        assert running.stderr is not None
        found = (re.search(r"ws://\S+", line) for line in running.stderr)
        address = next(match[0] for match in found if match)
        tab = _FirefoxTab(f"{address}/session")
        try:
            yield tab
        finally:
            tab.call("browser.close")
            tab.socket.close()


class _WebKitTab:
    """WebKitGTK by WebDriver: one request for each word."""

    def __init__(self, driver: str, capabilities: dict[str, Any]) -> None:
        self.faults: list[str] = []
        self.address = driver
        self.address += f"/session/{self.ask('POST', '/session', capabilities)['sessionId']}"
        self.ask("POST", "/window/rect", {"width": SIZE[0], "height": SIZE[1]})

    def ask(self, method: str, path: str, content: Any = None) -> Any:
        data = None if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        question = urllib.request.Request(self.address + path, data, headers, method=method)
        with urllib.request.urlopen(question, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, address: str) -> None:
        self.ask("POST", "/url", {"url": address})

    def evaluate(self, expression: str) -> Any:
        script = {"script": f"return JSON.stringify({expression})", "args": []}
        told = self.ask("POST", "/execute/sync", script)
        return None if told is None else json.loads(told)


@contextmanager
def _webkit() -> Iterator[Tab]:
    """Start Debian's WebKitGTK on a screen that nobody sees."""
    screen = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"]
    with subprocess.Popen(
        screen, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as shown:
        assert shown.stdout is not None
        # It draws by itself, and its own sandbox cannot be made inside that of a container.
        told = {"DISPLAY": f":{shown.stdout.readline().strip()}", "LIBGL_ALWAYS_SOFTWARE": "1",
                "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}  # fmt: skip
        port = _free_port()
        with subprocess.Popen(["WebKitWebDriver", f"--port={port}"], env=os.environ | told) as run:
            options = {"binary": str(MINI_BROWSERS[-1]), "args": ["--automation"]}
            wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
            try:
                tab = _wait_for_driver(f"http://127.0.0.1:{port}", wanted)
                yield tab
                tab.ask("DELETE", "")
            finally:
                run.terminate()
                shown.terminate()


def _wait_for_driver(address: str, wanted: dict[str, Any]) -> _WebKitTab:
    """Return a window of a driver that was just started."""
    for _ in range(100):
        try:
            return _WebKitTab(address, wanted)
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(0.1)
    raise TimeoutError(address)


def _free_port() -> int:
    """Return a port that nobody listens on."""
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
