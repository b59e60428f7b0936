"""The one door to files: what is no plain file of some size is told in one line, at once."""

import os
import socket
from pathlib import Path

import pytest

from planner.errors import PlanError, SourceError
from planner.sources.plain_files import open_plain, read_plain
from planner.sources.plan_file import load_plan
from planner.sources.polygon_table import load_polygons
from planner.sources.scenario_file import load_scenario
from planner.sources.tables import load_facilities, load_town_totals


def fault(path: Path, **more: object) -> str:
    with pytest.raises(SourceError) as caught:
        read_plain(path, most_bytes=10, advice="do this", **more)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


def test_a_plain_file_is_read(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"0123456789")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert read_plain(tmp_path / "a", most_bytes=10, advice="") == b"0123456789"
    with open_plain(tmp_path / "link", most_bytes=10, advice="") as file:
        assert file.read(3) == b"012"


def test_what_is_missing_or_too_large(tmp_path: Path):
    assert fault(tmp_path / "none") == "no such file; do this"
    assert fault(tmp_path / "none", missing="make one") == "no such file; make one"
    (tmp_path / "large").write_bytes(b"x" * 11)
    assert fault(tmp_path / "large") == "larger than the 1e-05 MB that are read; do this"
    with pytest.raises(SourceError, match="that are read; cut it"):
        open_plain(tmp_path / "large", most_bytes=10, advice="", too_large="cut it")
    with pytest.raises(PlanError, match="no such file"):
        read_plain(tmp_path / "none", most_bytes=1, advice="", error=PlanError)


@pytest.mark.skipif(os.name != "posix", reason="has no such files")
def test_what_is_no_plain_file(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert fault(tmp_path) == "is a folder, not a file; do this"
    assert fault(tmp_path / "pipe") == "is a pipe, not a file; do this"
    assert fault(tmp_path / "zero") == "is a device, not a file; do this"
    assert fault(tmp_path / "loop").startswith("cannot be read (too many levels of symbolic")
    assert fault(tmp_path / ("x" * 300)).startswith("cannot be read (file name too long)")
    assert fault(Path("a\0b")) == "cannot be read (unreadable); do this"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "sock"))
        assert fault(tmp_path / "sock").startswith("cannot be read (no such device or address)")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs such a file system")
def test_a_file_that_grows_while_it_is_read():
    """Files of /proc say that they hold nothing."""
    assert fault(Path("/proc/self/status")) == "larger than the 1e-05 MB that are read; do this"


READERS = {
    "csv": load_facilities, "geojson": load_polygons, "gpkg": load_polygons, "json": load_scenario,
    "toml": load_plan,
}  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="has no such files")
@pytest.mark.parametrize("suffix", READERS)
def test_every_reader_refuses_a_pipe_and_a_missing_file(tmp_path: Path, suffix: str):
    """Nobody writes to the pipe: a reader that opens it waits for ever."""
    os.mkfifo(tmp_path / f"x.{suffix}")
    with pytest.raises((SourceError, PlanError), match="is a pipe, not a file"):
        READERS[suffix](tmp_path / f"x.{suffix}")
    with pytest.raises(SourceError, match="no such file"):
        load_town_totals("/vsicurl/https://localhost/totals.csv")
