"""Paths that are no files: devices, pipes, folders, links to nowhere and to themselves."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from tests.hostile.case import RUN, Case
from tests.hostile.city import Break

COMPARE = ("compare", "plan.toml", "scenario.json", "--out", "out2", "--quiet")
FILES = {
    "plan.toml": RUN,
    "map.osm": RUN,
    "facilities.csv": RUN,
    "people.csv": RUN,
    "area.geojson": RUN,
    "totals.csv": RUN,
    "scenario.json": COMPARE,
}


def in_its_place(make: Callable[[Path], object], name: str) -> Break:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return change


def bound_socket(path: Path) -> None:
    """A path may be too long for a socket, so it is bound by a name in the current folder."""
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(before)


KINDS: dict[str, Callable[[Path], object]] = {
    "a device without end": lambda path: path.symlink_to("/dev/zero"),
    "a pipe": os.mkfifo,
    "a socket": bound_socket,
    "a folder": Path.mkdir,
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "nothing": lambda _path: None,
}

CASES: dict[str, Case] = {
    f"{name} is {kind}": Case(in_its_place(make, name), (name,), command)
    for name, command in FILES.items()
    for kind, make in KINDS.items()
}
