"""A process of its own: what it imports, what it may use, how its end is told."""

import subprocess
from pathlib import Path

import pytest

from planner.isolated import Limits, command_of, run_limited

PLENTY = Limits(cpu_seconds=5, seconds=10.0, memory_bytes=1_000_000_000, file_bytes=1_000_000)


def test_nothing_is_imported_from_where_it_stands(tmp_path, monkeypatch):
    for name in ("osmium", "json", "planner", "geopandas"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(99)", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "empty.pbf").write_bytes(b"")
    ended = run_limited(
        "planner.extracts.blame", str(tmp_path / "empty.pbf"), str(tmp_path),
        limits=PLENTY, folder=tmp_path,
    )  # fmt: skip
    assert ended.code == 0, ended.words


def test_it_is_this_package_that_is_imported(tmp_path):
    ended = run_limited("planner.nothing_of_this_name", limits=PLENTY, folder=tmp_path)
    assert ended.code == 1
    assert "No module named 'planner.nothing_of_this_name'" in ended.words


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(1, 30.0, 1_000_000_000, 1), -24),  # SIGXCPU
        (Limits(9, 0.5, 1_000_000_000, 1), None),
        (Limits(9, 9.0, 20_000_000, 1), 1),
    ],
)
def test_limits_end_it(tmp_path, monkeypatch, limits, code):
    package = tmp_path / "planner"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "busy.py").write_text(
        "def main(arguments):\n    while True:\n        words = ['w'] * 9_999_999\n",
        encoding="utf-8",
    )
    own = package / "isolated.py"
    own.write_bytes(Path(command_of("x")[-2]).read_bytes())
    monkeypatch.setattr("planner.isolated.__file__", str(own))
    assert run_limited("planner.busy", limits=limits, folder=tmp_path).code == code


def test_a_command_is_a_list_without_a_shell():
    command = command_of("planner.extracts.blame", "a b; rm -rf x")
    assert command[1:3] == ["-I", "-S"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "not enough values to unpack" in done.stderr
