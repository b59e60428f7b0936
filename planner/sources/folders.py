"""Changes files of a folder all at once: whoever reads it meets the old ones or the new, whole.

New files are written into a hidden folder inside. One step, a change of that folder's name, makes
them count; then they are moved up. Whatever stops the program before that step leaves the old files
as they are. After it, whoever next reads or writes the folder moves what is left.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from planner.errors import SourceError

if sys.platform != "win32":
    import fcntl

#: Begins the name of a folder whose files do not count: they are unfinished, or to be removed.
_UNFINISHED: Final = ".planner-unfinished-"
#: Folder with the finished files of a result, which only have to be moved up.
_COUNTING: Final = ".planner-counting"
#: File in it that lists what is to be moved, in which order, and what is to be removed.
_LIST_FILE: Final = "moves.json"
#: File by which one program keeps others out of a folder of work.
_HELD: Final = ".planner-held"
#: Folder in it that keeps the files that were replaced or removed, until all are moved.
_OLD: Final = "old"
#: Control codes, bytes that are no text, breaks of lines: GDAL opens no file below such a name.
_NO_LETTERS: Final = {"Cc", "Cs", "Zl", "Zp"}
_FILE_NAME: Final = re.compile(r"\w[\w.-]*")
#: Without file locks (Windows) an unfinished folder of this age, seconds, is taken for abandoned.
_ABANDONED_S: Final = 86_400
#: Every result is larger: the page alone takes half of this.
_LEAST_BYTES: Final = 1_000_000


def change_files(
    out: Path, fill: Callable[[Path], Sequence[str]], *, outputs: Sequence[str]
) -> dict[str, Path]:
    """Write files into a folder: all of them, or none.

    Parameters
    ----------
    out
        Folder; made if it does not exist. Files of the same names are replaced, others stay.
    fill
        Writes the files into the folder it is given; returns their names, the one that vouches for
        the others last: it is moved last.
    outputs
        Names of which those that are not written now are removed, as they would pass for a part of
        this result.

    Returns
    -------
    dict
        File name -> path.

    Raises
    ------
    OSError
        If the folder cannot be written; nothing has changed then.
    """
    with _make_folder(out), _make_unfinished_folder(out) as new:
        names = list(fill(new))
        retired = [name for name in outputs if name not in names]
        (new / _OLD).mkdir()
        moves = json.dumps({"names": names, "retired": retired})
        (new / _LIST_FILE).write_text(moves, encoding="utf-8")
        with _lock(out):
            # What a program before this one left half moved comes first: only one change can count.
            _finish(out)
            new.replace(out / _COUNTING)
            _move_or_undo(out, new)
    return {name: out / name for name in names}


def finish_change(out: Path) -> None:
    """Move what an interrupted program had still to move, and remove what it left unfinished.

    Parameters
    ----------
    out
        Folder; if it does not exist there is nothing to do.

    Raises
    ------
    SourceError
        If files that count cannot be moved up.
    """
    try:
        left = [entry for entry in _list_entries(out) if entry.name.startswith(_UNFINISHED)]
        if (out / _COUNTING).is_dir():
            with _lock(out):
                _finish(out)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise SourceError(
            f"{out}: a result was stopped while its files were moved in, and they cannot be moved "
            f"now ({reason}); get the right to write there, or repeat it into another folder"
        ) from error
    for folder in left:
        with suppress(OSError):  # it belongs to another program, or another one has just removed it
            _remove_if_abandoned(folder)


def check_folder(out: Path, names: Sequence[str]) -> None:
    """Refuse a folder into which files cannot be written; write a trial, and take it away again.

    Parameters
    ----------
    out
        Folder; it need not exist.
    names
        Of the files that will be written, and replace what is there.

    Raises
    ------
    SourceError
        If it is no folder, cannot be written or has no room: one line.
    """
    _check_name(out)
    for name in names:
        if (out / name).is_dir() and not (out / name).is_symlink():
            raise SourceError(
                f"{out / name}: is a folder, where a file has to go; choose another folder"
            )
    missing = _list_missing(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _make_unfinished_folder(out) as folder:
            # The longest name, as a disk may limit how long names are.
            (folder / max(names, key=len)).write_bytes(b"x")
        _check_room(out, names)
    except OSError as error:
        raise cannot_write(out, error) from error
    finally:
        _remove_empty(missing)


def cannot_write(out: Path, error: Exception) -> SourceError:
    """Say that nothing can be written into a folder; GDAL tells why in its own words."""
    reason = getattr(error, "strerror", None) or str(error)
    return SourceError(f"{out}: cannot be written ({reason}); choose another folder")


def _check_name(out: Path) -> None:
    """Refuse a path that cannot name a folder, or that names something else."""
    whole = os.path.abspath(out)  # noqa: PTH100 - a link that leads nowhere is told of below
    if any(unicodedata.category(letter) in _NO_LETTERS for letter in whole):
        raise SourceError(
            f"{whole!r}: has a line break or control code in its name; choose another folder"
        )
    for folder in (out, *out.parents):
        try:
            found = folder.stat()
        except FileNotFoundError:
            if folder.is_symlink():
                raise SourceError(
                    f"{folder}: is a link to {folder.readlink()}, which is not there; make it or "
                    "choose another folder"
                ) from None
        except NotADirectoryError:
            pass  # one of the parents is a file: named below
        except OSError as error:
            raise cannot_write(out, error) from error
        else:
            if stat.S_ISDIR(found.st_mode):
                return
            if folder == out:
                raise SourceError(f"{out}: is a file; name a folder")
            raise SourceError(
                f"{folder}: is a file, so {out} cannot be made; choose another folder"
            )


def _check_room(out: Path, names: Sequence[str]) -> None:
    """Refuse a disk that has no room for what is there now, or for the least there can be.

    New files are written before old ones go; half their size allows for a smaller result.
    """
    now = sum((out / name).stat().st_size for name in names if (out / name).is_file())
    least, free = max(_LEAST_BYTES, now // 2), shutil.disk_usage(out).free
    if free < least:
        raise SourceError(
            f"{out}: its disk has room for {free / 1e6:.1f} MB, but at least "
            f"{least / 1e6:.1f} MB are needed; make room or choose another folder"
        )


def _list_entries(out: Path) -> list[Path]:
    """List a folder; one that is not there or may not be looked into holds nothing to mend."""
    try:
        return list(out.iterdir())
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


@contextmanager
def _make_folder(out: Path) -> Iterator[None]:
    """Make a folder; if what follows fails, take away what was made."""
    made = _list_missing(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        yield
        made = []
    finally:
        _remove_empty(made)


def _list_missing(out: Path) -> list[Path]:
    """List the folders that have to be made for this one, the deepest first."""
    chain = [out, *out.parents]
    return [folder for folder in chain if not folder.exists()]


def _remove_empty(folders: list[Path]) -> None:
    """Remove folders that were made for nothing, unless somebody has put something in."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


@contextmanager
def _make_unfinished_folder(out: Path) -> Iterator[Path]:
    """Make a folder for files that do not count yet; at the end it is gone, if it is not renamed.

    It is locked meanwhile: so others see that its program is alive.
    """
    finish_change(out)
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=out))
    try:
        with _lock(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_if_abandoned(folder: Path) -> None:
    """Remove an unfinished folder that no living program holds."""
    if sys.platform == "win32" and time.time() - folder.stat().st_mtime < _ABANDONED_S:
        return
    with _lock(folder, wait=False):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Keep other programs that hold it, too, out of a folder; the system frees that of a dead one.

    Where a disk or Windows knows no locks, nobody is kept out.

    Parameters
    ----------
    folder
        Made if it does not exist, for the user alone; a small file `.planner-held` stays in it.

    Raises
    ------
    SourceError
        If another program holds it.
    OSError
        If it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    # A file, as network drives lock none that is open for reading alone.
    handle = os.open(folder / _HELD, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SourceError(
                f"{folder}: another planner is at work in it; wait until that has ended, or name "
                "another folder in --work"
            ) from None
        except OSError:  # a disk without locks
            pass
        yield
    finally:
        os.close(handle)


@contextmanager
def _lock(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Keep other programs out of a folder; the system ends the lock of a program that is killed.

    Raises
    ------
    BlockingIOError
        If it is not to wait, and another one has the folder.
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            if not wait:
                raise  # another program's, or a disk without locks, where one cannot know
        yield
    finally:
        os.close(handle)


def _finish(out: Path) -> None:
    """Move up the files that count, if any are left; the folder is locked."""
    counting = out / _COUNTING
    if counting.is_dir():
        _move(out, counting)
        _put_away(out, counting)


def _move(out: Path, counting: Path) -> None:
    """Exchange the old files for the new ones; begun and stopped, it may be done again."""
    moves = _read_moves(counting)
    for name in moves["retired"]:
        # Unlike exists(), this sees a link that leads nowhere, which is in the way too.
        if os.path.lexists(out / name):
            (out / name).replace(counting / _OLD / name)
    for name in moves["names"]:
        if (counting / name).exists():  # else it was moved before
            if os.path.lexists(out / name):
                (out / name).replace(counting / _OLD / name)
            (counting / name).replace(out / name)


def _move_or_undo(out: Path, new: Path) -> None:
    """Move up the files that have begun to count; if that fails put the old ones back."""
    counting = out / _COUNTING
    moved = False
    try:
        _move(out, counting)
        moved = True
    finally:
        if not moved:
            _undo(out, counting, new)
    _put_away(out, counting)


def _undo(out: Path, counting: Path, new: Path) -> None:
    """Put the old files back, and let the new ones count no more."""
    moves = _read_moves(counting)
    for name in reversed(moves["names"]):
        if not (counting / name).exists():
            (out / name).replace(counting / name)
    for name in (*moves["retired"], *moves["names"]):
        if os.path.lexists(counting / _OLD / name):
            (counting / _OLD / name).replace(out / name)
    counting.replace(new)


def _put_away(out: Path, counting: Path) -> None:
    """Remove a folder whose files are all moved.

    It is renamed first: if removing it is interrupted, nobody tries to move its files again.
    """
    done = out / f"{_UNFINISHED}{secrets.token_hex(4)}"
    counting.replace(done)
    shutil.rmtree(done, ignore_errors=True)


def _read_moves(counting: Path) -> dict[str, list[str]]:
    """Read what is to be moved; names are those of files in the folder itself, whoever wrote it."""
    if counting.is_symlink() or (counting / _OLD).is_symlink():
        raise _not_ours(counting)
    try:
        content = json.loads((counting / _LIST_FILE).read_bytes())
        moves = {part: [str(name) for name in content[part]] for part in ("names", "retired")}
    except (ValueError, KeyError, TypeError) as error:
        raise _not_ours(counting) from error
    for name in (*moves["names"], *moves["retired"]):
        if not _FILE_NAME.fullmatch(name) or name in {_LIST_FILE, _OLD}:
            raise _not_ours(counting)
    return moves


def _not_ours(counting: Path) -> SourceError:
    return SourceError(f"{counting}: is not what the planner leaves there; remove that folder")
