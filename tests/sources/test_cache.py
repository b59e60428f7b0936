"""Results kept on disk: whole or not at all, and never met under other conditions."""

import io
import logging
import multiprocessing
import os
from pathlib import Path

import numpy as np
import pytest

from planner.sources import cache as module
from planner.sources.cache import ArrayCache, make_key, pack_texts, unpack_texts, user_cache

TABLE = {"numbers": np.arange(5), "shares": np.array([0.5, np.inf])}


@pytest.fixture
def cache(tmp_path: Path) -> ArrayCache:
    return ArrayCache(tmp_path / "deep" / "cache")


def assert_same(found, table) -> None:
    assert found is not None
    assert list(found) == list(table)
    for name, column in table.items():
        np.testing.assert_array_equal(found[name], column)
        assert found[name].dtype == column.dtype


def test_what_is_saved_is_loaded(cache):
    assert cache.load("key") is None
    cache.save("key", TABLE)
    assert_same(cache.load("key"), TABLE)
    assert cache.load("other") is None
    cache.save("key", {"numbers": np.zeros(2)})
    assert_same(cache.load("key"), {"numbers": np.zeros(2)})


def test_the_key_changes_with_every_part_and_the_version(monkeypatch):
    keys = [
        make_key("network", "rules", "content"),
        make_key("network", "rules", "content!"),
        make_key("network", "rules!", "content"),
        make_key("network", "rulescontent"),
        make_key("networkrules", "content"),
        make_key("network", "rules", "content", None),
    ]
    assert len(set(keys)) == len(keys)
    assert make_key("network", "rules", "content") == keys[0]
    assert make_key("network", b"rules", "content") == keys[0]
    monkeypatch.setattr(module, "program_version", lambda: "999.0")
    assert make_key("network", "rules", "content") != keys[0]


def archive(table: dict[str, np.ndarray]) -> bytes:
    """A file as numpy saves it."""
    file = io.BytesIO()
    np.savez(file, **table)
    return file.getvalue()


def spoil(path: Path, how: str) -> None:
    whole = path.read_bytes()
    middle = len(whole) // 2
    if how == "a folder":
        path.unlink()
        path.mkdir()
    elif how == "one array":
        with path.open("wb") as file:
            np.save(file, np.arange(3))
    else:
        other = {name: column * 0.25 for name, column in TABLE.items()}
        content = {
            "saved again": archive(other),
            "made of objects": archive({"numbers": np.array([{}], dtype=object)}),
            "empty": b"",
            "cut short": whole[:middle],
            "not ours": b"not an archive",
            "other numbers": whole.replace(TABLE["numbers"].tobytes(), b"\1" * 40),
        }
        path.write_bytes(content[how])


@pytest.mark.parametrize(
    "how",
    [
        "empty",
        "cut short",
        "not ours",
        "one array",
        "a folder",
        "other numbers",
        "saved again",
        "made of objects",
    ],
)
def test_a_broken_file_counts_as_absent(cache, caplog, how):
    cache.save("key", TABLE)
    spoil(cache.folder / "key.npz", how)
    with caplog.at_level(logging.WARNING):
        assert cache.load("key") is None
    assert "worked out again" in caplog.text
    cache.save("key", TABLE)
    if how != "a folder":
        assert_same(cache.load("key"), TABLE)


def test_a_file_under_another_key_counts_as_absent(cache):
    cache.save("key", TABLE)
    (cache.folder / "key.npz").rename(cache.folder / "other.npz")
    assert cache.load("other") is None
    assert not (cache.folder / "other.npz").exists()


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of Unix")
@pytest.mark.parametrize("kind", ["pipe", "endless", "dangling"])
def test_what_is_no_file_counts_as_absent(cache, kind):
    cache.save("key", TABLE)
    path = cache.folder / "key.npz"
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "endless" else "nowhere")
    assert cache.load("key") is None
    cache.save("key", TABLE)
    assert_same(cache.load("key"), TABLE)


@pytest.mark.skipif(os.name != "posix", reason="rights of Unix")
def test_a_folder_that_others_may_write_into_is_not_used(cache, caplog):
    cache.save("key", TABLE)
    assert cache.folder.stat().st_mode & 0o777 == 0o700
    cache.folder.chmod(0o770)
    with caplog.at_level(logging.WARNING):
        assert cache.load("key") is None
        cache.save("another", TABLE)
    assert "others may write there" in caplog.text
    cache.folder.chmod(0o755)
    assert_same(cache.load("key"), TABLE)
    assert cache.load("another") is None


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="gives a folder away")
def test_a_folder_of_somebody_else_is_not_used(cache, caplog):
    cache.save("key", TABLE)
    os.chown(cache.folder, 1234, 1234)
    with caplog.at_level(logging.WARNING):
        assert cache.load("key") is None
    assert "others may write there" in caplog.text


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path, caplog):
    (tmp_path / "file").write_text("here lies something else", encoding="utf-8")
    cache = ArrayCache(tmp_path / "file")
    with caplog.at_level(logging.WARNING):
        cache.save("key", TABLE)
    assert "nothing kept" in caplog.text
    assert cache.load("key") is None
    assert (tmp_path / "file").read_text(encoding="utf-8") == "here lies something else"


@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()])
def test_half_a_file_is_never_met_and_does_not_stay(cache, monkeypatch, error):
    cache.save("key", TABLE)

    def half(file, **_arrays):
        file.write(b"PK")
        raise error

    monkeypatch.setattr(module.np, "savez", half)
    try:
        cache.save("key", {"numbers": np.zeros(9)})
    except KeyboardInterrupt:
        assert isinstance(error, KeyboardInterrupt)
    assert [path.name for path in cache.folder.iterdir()] == ["key.npz"]
    assert_same(cache.load("key"), TABLE)


def test_the_oldest_are_deleted_and_unfinished_files_of_others_left(cache):
    cache.folder.mkdir(parents=True)
    (cache.folder / ".new-another-run.part").write_bytes(b"PK")
    for number in range(module.MAX_FILES + 3):
        cache.save(str(number), TABLE)
        os.utime(cache.folder / f"{number}.npz", (1000 + number, 1000 + number))
    cache.save("last", TABLE)
    left = {path.stem for path in cache.folder.glob("*.npz")}
    assert len(left) == module.MAX_FILES
    assert {"last", str(module.MAX_FILES + 2)} <= left
    assert {"0", "1", "2", "3"}.isdisjoint(left)
    assert (cache.folder / ".new-another-run.part").exists()


def test_what_is_loaded_is_kept_longer(tmp_path):
    """Of three results saved in turn the first is loaded, then a fourth saved: the second goes."""
    cache = ArrayCache(tmp_path / "cache", most_files=3)
    for number in range(3):
        cache.save(str(number), TABLE)
        os.utime(cache.folder / f"{number}.npz", (1000 + number, 1000 + number))
    assert_same(cache.load("0"), TABLE)
    cache.save("3", TABLE)
    assert {path.stem for path in cache.folder.glob("*.npz")} == {"0", "2", "3"}


def test_where_nothing_is_deleted_loading_changes_no_file(tmp_path):
    cache = ArrayCache(tmp_path / "cache", most_files=None)
    cache.save("key", TABLE)
    os.utime(cache.folder / "key.npz", (1000, 1000))
    assert_same(cache.load("key"), TABLE)
    assert (cache.folder / "key.npz").stat().st_mtime == 1000


def work(folder: str, seed: int) -> int:
    """Save and load one key again and again; return how often what was loaded was not whole."""
    cache, odd = ArrayCache(Path(folder)), 0
    for turn in range(30):
        cache.save("shared", {"numbers": np.full(20_000, seed), "same": np.full(20_000, seed)})
        cache.save(f"{seed}-{turn}", TABLE)
        found = cache.load("shared")
        odd += found is None or len(np.unique([*found["numbers"], *found["same"]])) != 1
    return odd


def test_processes_may_share_a_folder(cache):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.starmap(work, [(str(cache.folder), 1), (str(cache.folder), 2)]) == [0, 0]
    assert len(list(cache.folder.iterdir())) <= module.MAX_FILES


def test_the_folder_of_the_cache_is_chosen_or_the_users_own(monkeypatch, tmp_path):
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "mine"))
    assert user_cache() == ArrayCache(tmp_path / "mine")
    monkeypatch.setenv("PLANNER_CACHE", "")
    assert user_cache() is None
    monkeypatch.delenv("PLANNER_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert user_cache() == ArrayCache(tmp_path / "xdg" / "service-circle-planner")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    at_home = ArrayCache(tmp_path / "home" / ".cache" / "service-circle-planner")
    for unset in ("", None):  # an empty one counts as none: it must not be the folder we are in
        if unset is None:
            monkeypatch.delenv("XDG_CACHE_HOME")
        else:
            monkeypatch.setenv("XDG_CACHE_HOME", unset)
        assert user_cache() == at_home


def test_without_a_home_there_is_no_cache(monkeypatch):
    for name in ("PLANNER_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as it is without a home
    assert user_cache() is None


@pytest.mark.parametrize("texts", [[], ["", "", ""], ["人民路", "", "a\nb", "人民路"], ["x"]])
def test_texts_come_back(texts):
    packed = pack_texts(np.array(texts, dtype=object), "name")
    assert all(column.dtype != object for column in packed.values())
    assert unpack_texts(packed, "name").tolist() == texts
