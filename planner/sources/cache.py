"""Results that need not be computed twice: arrays on disk, keyed by what they were made from."""

from __future__ import annotations

import hashlib
import inspect
import io
import logging
import os
import stat
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache as remember
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from platformdirs import user_cache_path

from planner.sources.versions import program_version

log = logging.getLogger(__name__)

Arrays = dict[str, NDArray[Any]]

#: Environment variable that names another folder for the cache; empty switches the cache off.
FOLDER_VARIABLE: Final = "PLANNER_CACHE"
#: At most so many results are kept; those not used for the longest time are deleted.
MAX_FILES: Final = 40
_BROKEN: Final = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
#: Length of the hash that a file ends with.
_SEAL_BYTES: Final = 32
#: Ends the name of an unfinished file: not as results end, so that no run deletes it as an old one.
_UNFINISHED: Final = ".part"


@dataclass(frozen=True)
class ArrayCache:
    """Tables of arrays in one folder, a file each.

    A file is written beside its place and moved there in one step, so runs may share a folder: of
    two that write one key the later wins with the same content. A file that cannot be read, or
    whose content has changed since it was saved, counts as absent. The hash finds
    damage, not forgery: whoever can write into the folder can write a matching hash, so a folder
    that others may write into is not used.

    most_files : so many results are kept, those that nobody saved or loaded for longest are
    deleted; None: all are kept.
    """

    folder: Path
    most_files: int | None = MAX_FILES

    def load(self, key: str) -> Arrays | None:
        """Return what was saved under a key, None if nothing whole was."""
        path = self._path(key)
        if not self.is_ours():
            return None
        try:
            found = _unseal(_read_file(path), key)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except _BROKEN as error:
            log.warning("%s: is not what was kept (%s), worked out again", path, error)
            with suppress(OSError):  # a folder, or another's file: left to whoever put it there
                path.unlink(missing_ok=True)
            return None
        self._renew(path)
        return found

    def save(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays under a key; a folder that cannot be written is no error."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.is_ours():
                return
            handle, name = tempfile.mkstemp(prefix=".new-", suffix=_UNFINISHED, dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_seal(arrays, key))
                Path(name).replace(self._path(key))
            finally:  # after a full disk or Ctrl-C half a file would lie there for ever
                Path(name).unlink(missing_ok=True)
        except OSError as error:
            reason = (error.strerror or "no reason given").lower()
            _tell_once(f"{self.folder}: nothing kept ({reason})")
        else:
            self._prune()

    def is_ours(self) -> bool:
        """Tell whether nobody else may put files into the folder; say so if they may."""
        try:
            found = self.folder.stat()
        except OSError:
            return True  # there is no folder to read from; saving tells why none can be made
        if sys.platform == "win32":  # there it lies in the user's own profile
            return True
        if found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return True
        advice = "make it yours alone (chmod 700) or remove it"
        _tell_once(f"{self.folder}: others may write there, so nothing is kept in it; {advice}")
        return False

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.npz"

    def _renew(self, path: Path) -> None:
        """Let a result that was asked for count as new, so that it is not the next one deleted."""
        if self.most_files is None:
            return
        with suppress(OSError):  # deleted by another run, or the folder may only be read
            os.utime(path)

    def _prune(self) -> None:
        if self.most_files is None:
            return
        with suppress(OSError):  # another run may be deleting the same files
            files = sorted(self.folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
            for path in files[: -self.most_files]:
                path.unlink(missing_ok=True)


@remember
def _tell_once(message: str) -> None:
    """Log once why nothing is kept, however many results there are."""
    log.warning("%s", message)


def _read_file(path: Path) -> bytes:
    """Read a file that is one: no link, pipe or device, which might lead anywhere and never end."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):  # as far as the system has them
        flags |= getattr(os, name, 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("not a file")
        return file.read()


def _seal(arrays: Mapping[str, NDArray[Any]], key: str) -> bytes:
    """Return arrays as an archive of numpy, whose comment is the hash of all before and of its key.

    An archive ends with the length of its comment, two bytes, and the comment.
    """
    file = io.BytesIO()
    np.savez(file, **dict(arrays))  # type: ignore[arg-type]
    archive = file.getvalue()[:-2] + _SEAL_BYTES.to_bytes(2, "little")
    return archive + _hash_archive(archive, key)


def _unseal(file: bytes, key: str) -> Arrays:
    """Return the arrays of an archive; none is looked at before its hash is found right."""
    if _hash_archive(memoryview(file)[:-_SEAL_BYTES], key) != file[-_SEAL_BYTES:]:
        raise ValueError("its content was changed")
    table = np.load(io.BytesIO(file), allow_pickle=False)
    return {name: table[name] for name in table.files}


def _hash_archive(archive: bytes | memoryview, key: str) -> bytes:
    """Return the hash of an archive and of the key it is kept under."""
    digest = hashlib.blake2b(key.encode(), digest_size=_SEAL_BYTES)
    digest.update(archive)
    return digest.digest()


def check_range(name: str, values: NDArray[Any], least: float, most: float) -> None:
    """Refuse kept numbers outside a range, and NaN; the limits themselves are allowed.

    Raises
    ------
    ValueError
        If there is one.
    """
    if not np.all((values >= least) & (values <= most)):
        raise ValueError(f"{name} has a value outside {least} to {most}")


def check_type(name: str, values: NDArray[Any], declared: str) -> None:
    """Refuse kept values of another type than a field is declared with, such as NDArray[np.int64].

    Raises
    ------
    ValueError
        If they are.
    """
    if f"np.{values.dtype.name}]" not in declared.replace("_]", "]"):  # np.bool_ is called bool
        raise ValueError(f"{name} is of the type {values.dtype.name}, not of {declared}")


def user_cache() -> ArrayCache | None:
    """Return the cache in the user's own cache folder, None where it is off or there is no home.

    Examples
    --------
    >>> import planner
    >>> cache = planner.user_cache()
    >>> network = planner.load_network(planner.load_example().folder / "streets.osm", cache=cache)
    """
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen is not None:
        return ArrayCache(Path(chosen)) if chosen else None
    try:
        return ArrayCache(user_cache_path("service-circle-planner", appauthor=False))
    except RuntimeError:  # the user has no home, as in a container that runs under a number
        return None


def source_of(*modules: ModuleType) -> str:
    """Return the source of some modules: part of the key of what they make.

    What other rules made is never met again, and nobody has to count versions. Finding it takes
    1.1 ms on the demo, whose network comes from the cache in 27 ms instead of 1,101.
    """
    return "\n".join(inspect.getsource(module) for module in modules)


def make_key(*parts: object) -> str:
    """Return the key of a result: a hash of this version and of all that decides the result."""
    digest = hashlib.sha256(program_version().encode())
    for part in parts:
        content = part if isinstance(part, bytes) else str(part).encode()
        # The length keeps parts apart: ("ab", "c") has another key than ("a", "bc").
        digest.update(len(content).to_bytes(8, "little"))
        digest.update(content)
    return digest.hexdigest()


def pack_texts(texts: NDArray[np.object_], name: str) -> Arrays:
    """Turn an array of texts into arrays without objects: codes, and the distinct texts."""
    codes, distinct = pd.factorize(np.asarray(texts, dtype=object))
    # No text has a NUL: whatever reads files refuses it.
    joined = "\0".join(str(text) for text in distinct).encode("utf-8", "surrogatepass")
    return {f"{name}.codes": codes, f"{name}.texts": np.frombuffer(joined, dtype=np.uint8)}


def unpack_texts(arrays: Arrays, name: str) -> NDArray[np.object_]:
    """Return the texts that `pack_texts` packed."""
    joined = arrays[f"{name}.texts"].tobytes().decode("utf-8", "surrogatepass")
    texts, codes = np.array(joined.split("\0"), dtype=object), arrays[f"{name}.codes"]
    check_range(f"{name}.codes", codes, 0, len(texts) - 1)
    return texts[codes]
