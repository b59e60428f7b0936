"""A server on this machine that answers as Overpass, Nominatim and a shop of extracts do.

It answers from a real map, and can be told to be slow, busy, cut short, or to talk nonsense.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import quoteattr

import osmium
import shapely

OSM_BASE = "2026-11-20T08:00:00Z"
_BOX = re.compile(r"\[bbox:([-\d.,]+)\]")
_ASKED = re.compile(
    r'(node|way|relation)(\["type"~"[^"]+"\])?\["([\w:]+)"(?:~"\^\(([^)]*)\)\$")?\]'
)


@dataclass
class Element:
    """A node, a way or a relation of the map, as Overpass writes it."""

    id: int
    version: int
    tags: dict[str, str]
    place: tuple[float, float] | None = None
    nodes: list[int] = field(default_factory=list)
    members: list[tuple[str, int, str]] = field(default_factory=list)


class Map:
    """All of an extract, in memory."""

    def __init__(self, path: Path) -> None:
        self.nodes: dict[int, Element] = {}
        self.ways: dict[int, Element] = {}
        self.relations: dict[int, Element] = {}
        self._answers: dict[str, str] = {}
        for one in osmium.FileProcessor(str(path)):
            element = Element(one.id, max(one.version, 1), dict(one.tags))
            if one.is_node():
                element.place = (one.location.lon, one.location.lat)
                self.nodes[one.id] = element
            elif one.is_way():
                element.nodes = [node.ref for node in one.nodes]
                self.ways[one.id] = element
            elif one.is_relation():
                element.members = [(part.type, part.ref, part.role) for part in one.members]
                self.relations[one.id] = element

    def answer(self, question: str) -> str:
        """Answer what the planner asks Overpass; a question put again is not worked out again."""
        if question not in self._answers:
            self._answers[question] = self._answer(question)
        return self._answers[question]

    def _answer(self, question: str) -> str:
        """Find the elements of a box by their keys, with all that they are made of."""
        box = _BOX.search(question)
        assert box is not None, question
        south, west, north, east = map(float, box[1].split(","))
        asked = [(kind, key, values) for kind, _, key, values in _ASKED.findall(question)]
        assert asked, question
        assert question.endswith("(._;>;);\nout meta;"), question
        inside = shapely.box(west, south, east, north)
        nodes = {
            one.id for one in self.nodes.values()
            if west <= one.place[0] <= east and south <= one.place[1] <= north  # type: ignore[index]
        }  # fmt: skip
        ways = {one.id for one in self.ways.values() if self._touches(one, inside, nodes)}
        relations = {
            one.id for one in self.relations.values()
            if any(ref in (nodes if kind == "n" else ways) for kind, ref, _ in one.members)
        }  # fmt: skip
        found = {
            "n": {i for i in nodes if _fits(self.nodes[i], "node", asked)},
            "w": {i for i in ways if _fits(self.ways[i], "way", asked)},
            "r": {i for i in relations if _fits(self.relations[i], "relation", asked)},
        }
        for number in found["r"]:
            for kind, ref, _ in self.relations[number].members:
                found[kind].add(ref)
        for number in found["w"] & self.ways.keys():
            found["n"].update(self.ways[number].nodes)
        return self._write(found)

    def _touches(self, way: Element, inside: Any, nodes: set[int]) -> bool:
        if not nodes.isdisjoint(way.nodes):
            return True
        places = [self.nodes[i].place for i in way.nodes if i in self.nodes]
        return len(places) > 1 and bool(shapely.LineString(places).intersects(inside))

    def _write(self, found: dict[str, set[int]]) -> str:
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<osm version="0.6" generator="Overpass API 0.7.62">',
            "<note>The data included in this document is from www.openstreetmap.org.</note>",
            f'<meta osm_base="{OSM_BASE}"/>',
        ]
        for kind, name, table in (
            ("n", "node", self.nodes), ("w", "way", self.ways), ("r", "relation", self.relations),
        ):  # fmt: skip
            for number in sorted(found[kind] & table.keys()):
                lines += _write_element(name, table[number])
        return "\n".join([*lines, "</osm>\n"])


def _fits(one: Element, kind: str, asked: list[tuple[str, str, str]]) -> bool:
    """Tell whether an element is asked for by one of its tags."""
    return any(
        kind == of and key in one.tags and (not values or one.tags[key] in values.split("|"))
        for of, key, values in asked
        if of != "relation" or one.tags.get("type") in ("multipolygon", "boundary")
    )


def _write_element(name: str, one: Element) -> Iterator[str]:
    place = "" if one.place is None else f' lat="{one.place[1]:.7f}" lon="{one.place[0]:.7f}"'
    yield (
        f'<{name} id="{one.id}"{place} version="{one.version}" timestamp="2026-01-01T00:00:00Z" '
        'changeset="1" uid="7" user="somebody">'
    )
    for ref in one.nodes:
        yield f'<nd ref="{ref}"/>'
    for kind, ref, role in one.members:
        long = {"n": "node", "w": "way", "r": "relation"}[kind]
        yield f'<member type="{long}" ref="{ref}" role={quoteattr(role)}/>'
    for key, value in one.tags.items():
        yield f"<tag k={quoteattr(key)} v={quoteattr(value)}/>"
    yield f"</{name}>"


#: What a fault does with a request: it returns True if it has answered.
Fault = Callable[["_Handler"], bool]


@dataclass
class MapServer:
    """What the server knows, what it was asked, and what goes wrong with it.

    faults : used up one after the other, an entry for each request; None is no fault.
    always : goes wrong with every request.
    """

    address: str = ""
    map: Map | None = None
    places: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault | None] = field(default_factory=list)
    always: Fault | None = None
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    resumes: bool = True


class _Handler(BaseHTTPRequestHandler):
    state: MapServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.state.asked.append(self.path)
        if self._goes_wrong():
            return
        if parts.path == "/search":
            self.send(json.dumps(self.state.places).encode(), kind="application/json")
        elif parts.path in self.state.files:
            self._send_file(self.state.files[parts.path])
        else:
            self.send(b"<html>not here</html>", 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        question = parse_qs(body)["data"][0]
        self.state.asked.append(question)
        if self._goes_wrong():
            return
        assert self.state.map is not None
        self.send(self.state.map.answer(question).encode(), kind="application/osm3s+xml")

    def _goes_wrong(self) -> bool:
        fault = self.state.faults.pop(0) if self.state.faults else self.state.always
        return fault is not None and fault(self)

    def _send_file(self, content: bytes) -> None:
        span = self.headers.get("Range", "")
        self.state.ranges.append(span)
        begun = int(span.removeprefix("bytes=").rstrip("-")) if span else 0
        if begun and self.state.resumes:
            if begun >= len(content):
                self.send(b"", 416, headers={"Content-Range": f"bytes */{len(content)}"})
                return
            said = {"Content-Range": f"bytes {begun}-{len(content) - 1}/{len(content)}"}
            self.send(content[begun:], 206, headers=said)
        else:
            self.send(content)

    def send(
        self,
        content: bytes,
        status: int = 200,
        *,
        kind: str = "text/html",
        headers: dict[str, str] | None = None,
        claimed: int | None = None,
    ) -> None:
        """Send an answer; `claimed` is the length that is said of it."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content) if claimed is None else claimed))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


def says(status: int, content: bytes = b"<html>busy</html>", **headers: str) -> Fault:
    """A fault: the server answers this to whatever it is asked."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def fault(handler: _Handler) -> bool:
        handler.send(content, status, headers=named)
        return True

    return fault


def breaks_off(share: float = 0.5) -> Fault:
    """A fault: a part of the answer comes, then the server hangs up."""

    def fault(handler: _Handler) -> bool:
        state = handler.state
        path = urlsplit(handler.path).path
        if path in state.files:
            content = state.files[path]
        else:
            assert state.map is not None
            content = state.map.answer(state.asked[-1]).encode()
        handler.send(content[: int(len(content) * share)], claimed=len(content))
        handler.close_connection = True
        return True

    return fault


def cuts_body(share: float = 0.5) -> Fault:
    """A fault: half of an answer comes as if it were all of it."""

    def fault(handler: _Handler) -> bool:
        assert handler.state.map is not None
        content = handler.state.map.answer(handler.state.asked[-1]).encode()
        handler.send(content[: int(len(content) * share)])
        return True

    return fault


def is_silent(seconds: float = 30.0) -> Fault:
    """A fault: no answer for some time, or until the client has gone."""

    def fault(handler: _Handler) -> bool:
        _wait_for_client(handler, seconds)
        return True

    return fault


def trickles(step_s: float = 0.05) -> Fault:
    """A fault: a byte now and then, without end."""

    def fault(handler: _Handler) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        with suppress(OSError):  # the client has gone
            for _ in range(1000):
                handler.wfile.write(b" ")
                time.sleep(step_s)
        return True

    return fault


def _wait_for_client(handler: _Handler, seconds: float) -> None:
    """Wait until the client hangs up, so that no test waits for the server."""
    handler.connection.settimeout(seconds)
    with suppress(OSError):
        handler.connection.recv(1)
    handler.close_connection = True


def place(name: str, outline: Any, **more: Any) -> dict[str, Any]:
    """A place as Nominatim tells of it."""
    return {
        "place_id": 1, "osm_type": "relation", "osm_id": 2, "lat": "0", "lon": "0",
        "category": "boundary", "type": "administrative", "display_name": name,
        "geojson": json.loads(shapely.to_geojson(outline)), **more,
    }  # fmt: skip


@contextmanager
def serving(state: MapServer) -> Iterator[MapServer]:
    """Serve meanwhile."""
    handler = type("Handler", (_Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
