"""Results that need not be computed twice: arrays on disk, keyed by what they were made from."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner import __version__

log = logging.getLogger(__name__)

Arrays = dict[str, NDArray[Any]]

#: Where the cache lies, instead of the user's cache folder; empty switches it off.
FOLDER_VARIABLE: Final = "PLANNER_CACHE"
#: Of more results the oldest are deleted.
MAX_FILES: Final = 40
_BROKEN: Final = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
#: Not that of a result, so that no run takes another's unfinished file for an old one.
_UNFINISHED: Final = ".part"


@dataclass(frozen=True)
class ArrayCache:
    """Tables of arrays in one folder, a file each.

    A file is written beside its place and moved there in one step, so runs may share a folder: of
    two that write one key the later wins with the same content. A file that cannot be read counts
    as absent.
    """

    folder: Path

    def load(self, key: str) -> Arrays | None:
        """Return what was saved under a key, None if nothing whole was."""
        path = self._path(key)
        try:
            with path.open("rb") as file:
                content = np.load(file, allow_pickle=False)
                if not isinstance(content, np.lib.npyio.NpzFile):
                    raise ValueError("not a table of arrays")
                return {name: content[name] for name in content.files}
        except FileNotFoundError:
            return None
        except _BROKEN as error:
            log.warning("%s: not readable (%s), worked out again", path, error)
            with suppress(OSError):  # a folder, or another's file: left to whoever put it there
                path.unlink(missing_ok=True)
            return None

    def save(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays under a key; a folder that cannot be written is no error."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".new-", suffix=_UNFINISHED, dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(file, **dict(arrays))  # type: ignore[arg-type]
                Path(name).replace(self._path(key))
            except BaseException:  # a full disk, Ctrl-C: half a file would lie there for ever
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            log.warning("%s: nothing kept (%s)", self.folder, error)
        else:
            self._prune()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.npz"

    def _prune(self) -> None:
        with suppress(OSError):  # another run may be deleting the same files
            files = sorted(self.folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
            for path in files[:-MAX_FILES]:
                path.unlink(missing_ok=True)


def user_cache() -> ArrayCache | None:
    """Return the cache in the user's own cache folder, None where it is off or there is no home."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen is not None:
        return ArrayCache(Path(chosen)) if chosen else None
    variable = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"
    home = "~/AppData/Local" if sys.platform == "win32" else "~/.cache"
    try:
        base = Path(os.environ.get(variable) or home).expanduser()
    except RuntimeError:  # nobody's home, as in a container run under a number
        return None
    return ArrayCache(base / "service-circle-planner")


def key_of(*parts: object) -> str:
    """Return the key of a result: a hash of this version and of all that decides the result."""
    digest = hashlib.sha256(__version__.encode())
    for part in parts:
        content = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(content).to_bytes(8, "little"))
        digest.update(content)
    return digest.hexdigest()


def pack_texts(texts: NDArray[np.object_], name: str) -> Arrays:
    """Turn an array of texts into arrays without objects: codes, and the distinct texts."""
    codes, distinct = pd.factorize(np.asarray(texts, dtype=object))
    joined = "\0".join(str(text) for text in distinct).encode("utf-8", "surrogatepass")
    return {f"{name}.codes": codes, f"{name}.texts": np.frombuffer(joined, dtype=np.uint8)}


def unpack_texts(arrays: Arrays, name: str) -> NDArray[np.object_]:
    """Return the texts that `pack_texts` packed."""
    joined = arrays[f"{name}.texts"].tobytes().decode("utf-8", "surrogatepass")
    return np.array(joined.split("\0"), dtype=object)[arrays[f"{name}.codes"]]
