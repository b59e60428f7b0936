"""A folder whose files change all at once, and what is refused first. Kills: tests/hostile."""

import json
import os
from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.sources import folders
from planner.sources.folders import change_files, check_folder, finish_change
from tests.cities.small_city import contents

OUTPUTS = ["a.txt", "b.txt", "vouches.json"]
OLD = {"a.txt": b"old", "b.txt": b"old", "vouches.json": b"old"}


def fill(folder: Path) -> list[str]:
    for name in ("a.txt", "vouches.json"):
        (folder / name).write_bytes(b"new")
    return ["a.txt", "vouches.json"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    for name, content in OLD.items():
        (folder / name).write_bytes(content)
    return folder


def counting(out: Path, moves: object, **files: str) -> Path:
    """What a program that was killed amid its moves leaves."""
    folder = out / ".planner-counting"
    (folder / "old").mkdir(parents=True)
    (folder / "moves.json").write_text(json.dumps(moves), encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_new_files_come_retired_ones_go_others_stay(out: Path):
    (out / "notes").write_bytes(b"mine")
    found = change_files(out, fill, outputs=OUTPUTS)
    assert found == {name: out / name for name in ("a.txt", "vouches.json")}
    assert contents(out) == {"a.txt": b"new", "notes": b"mine", "vouches.json": b"new"}
    assert len(list(out.iterdir())) == 3


def test_a_folder_and_its_parents_are_made_and_on_failure_taken_away(tmp_path: Path):
    def fail(folder: Path) -> list[str]:
        (folder / "half").write_bytes(b"x")
        raise OSError(28, "No space left on device")

    deep = tmp_path / "deep" / "deeper" / "out"
    with pytest.raises(OSError, match="No space left"):
        change_files(deep, fail, outputs=OUTPUTS)
    assert list(tmp_path.iterdir()) == []
    change_files(deep, fill, outputs=OUTPUTS)
    assert contents(deep) == {"a.txt": b"new", "vouches.json": b"new"}


@pytest.mark.parametrize("number", range(1, 7))
def test_a_move_that_fails_puts_the_old_files_back(out: Path, monkeypatch, number: int):
    """Of 6 moves (b is retired, a and vouches are exchanged, all is put away) the n-th fails."""
    real, calls = Path.replace, []

    def replace(self: Path, target: Path) -> Path:
        calls.append(self.name)
        if len(calls) == number:
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(OSError, match="Input/output"):
        change_files(out, fill, outputs=OUTPUTS)
    assert contents(out) == OLD
    assert len(list(out.iterdir())) == 3


def test_an_unfinished_folder_of_a_living_program_stays(out: Path):
    with folders._make_unfinished_folder(out) as living:
        abandoned = out / ".planner-unfinished-abandoned"
        abandoned.mkdir()
        (abandoned / "half").write_bytes(b"x")
        finish_change(out)
        assert living.is_dir()
        assert not abandoned.exists()
    assert contents(out) == OLD


def test_files_that_count_are_moved_up_by_the_next_reader(out: Path):
    moves = {"names": ["a.txt", "vouches.json"], "retired": ["b.txt"]}
    counting(out, moves, **{"vouches.json": "new"})
    (out / "a.txt").write_bytes(b"new")  # moved before the program was killed
    finish_change(out)
    assert contents(out) == {"a.txt": b"new", "vouches.json": b"new"}
    assert len(list(out.iterdir())) == 2


@pytest.mark.parametrize(
    "moves",
    [
        [], {}, {"names": "ab", "retired": 3}, {"names": [".."], "retired": []},
        {"names": [], "retired": ["../secret"]}, {"names": ["/etc/passwd"], "retired": []},
        {"names": [""], "retired": []}, {"names": ["old"], "retired": []},
    ],
)  # fmt: skip
def test_moves_that_the_planner_never_wrote_are_refused(out: Path, moves: object):
    (out.parent / "secret").write_bytes(b"mine")
    counting(out, moves)
    with pytest.raises(SourceError, match=r"is not what the planner leaves there; remove that fo"):
        finish_change(out)
    assert (out.parent / "secret").read_bytes() == b"mine"
    assert {name: out.joinpath(name).read_bytes() for name in OLD} == OLD


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
@pytest.mark.parametrize("part", ["", "old"])
def test_a_link_leads_no_move_out_of_the_folder(out: Path, part: str):
    """A result that was sent by somebody else: its `old` would lie among the reader's own files."""
    folder = counting(out, {"names": ["a.txt"], "retired": ["b.txt"]}, **{"a.txt": "new"})
    home = out.parent / "home"
    if part:
        (folder / "old").rmdir()
        home.mkdir()
        (folder / "old").symlink_to(home)
    else:
        folder.rename(home)
        folder.symlink_to(home)
    before = contents(home)
    with pytest.raises(SourceError, match="is not what the planner leaves there"):
        finish_change(out)
    assert contents(home) == before


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path):
    finish_change(tmp_path / "nothing")
    (tmp_path / "file").write_bytes(b"x")
    finish_change(tmp_path / "file")


def test_a_disk_without_room_is_refused_with_the_figures(out: Path, monkeypatch):
    usage = folders.shutil.disk_usage(out)
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _: usage._replace(free=900_000))
    with pytest.raises(SourceError, match=r"room for 0\.9 MB, but at least 1\.0 MB are needed"):
        check_folder(out, OUTPUTS)
    (out / "a.txt").write_bytes(b"x" * 9_000_000)
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _: usage._replace(free=4_000_000))
    with pytest.raises(SourceError, match=r"room for 4\.0 MB, but at least 4\.5 MB are needed"):
        check_folder(out, OUTPUTS)
    assert len(list(out.iterdir())) == 3


def test_letters_of_all_scripts_are_names(tmp_path: Path):
    for name in ("结果　第一", "a\u00a0b", "…", "صفحة"):
        check_folder(tmp_path / name, OUTPUTS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", ["\n", "\r", "\t", "\x1b[2J", "\x7f", "\u2028", "\udc80"])
def test_control_codes_are_no_names(tmp_path: Path, code: str, monkeypatch):
    with pytest.raises(SourceError, match="control code in its name; choose another folder"):
        check_folder(tmp_path / f"a{code}b" / "out", OUTPUTS)
    (tmp_path / f"x{code}").mkdir()
    monkeypatch.chdir(tmp_path / f"x{code}")
    with pytest.raises(SourceError, match="control code in its name"):
        check_folder(Path("out"), OUTPUTS)
