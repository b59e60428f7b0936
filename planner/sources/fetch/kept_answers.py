"""Answers of servers that need not be asked for twice, each with its date and credit."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from planner.sources.hashes import hash_file

#: Answers of this age are asked for anew: the map goes on.
MAX_AGE: Final = timedelta(days=1)
CREDIT: Final = "© OpenStreetMap contributors, ODbL 1.0, https://www.openstreetmap.org/copyright"
_FOLDER: Final = "fetched"
_ENDING: Final = ".osm.gz"


@dataclass(frozen=True)
class KeptAnswers:
    """A folder with a file for each answer, and beside it one that says what it is."""

    folder: Path

    def find(self, key: str) -> Path | None:
        """Return the answer to a question, None if none of the last day is there and whole."""
        path = self.folder / f"{key}{_ENDING}"
        return path if self.vouches_for(path) else None

    def vouches_for(self, path: Path) -> bool:
        """Tell whether a file in the folder is whole, and not older than a day."""
        try:
            said = json.loads(_about(path).read_text(encoding="utf-8"))
            age = datetime.now(UTC) - datetime.fromisoformat(said["fetched"])
            whole = said["sha256"] == hash_file(path)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return False
        return bool(whole) and timedelta(0) <= age < MAX_AGE

    def keep(self, key: str, answer: Path, about: dict[str, Any]) -> Path:
        """Keep an answer under the key of its question; return where it lies packed.

        Raises
        ------
        OSError
            If the folder cannot be written.
        """
        path = self.folder / f"{key}{_ENDING}"
        handle, name = tempfile.mkstemp(prefix=".new-", dir=self.folder)
        new = Path(name)
        try:
            with (
                os.fdopen(handle, "wb") as file,
                gzip.GzipFile(fileobj=file, mode="wb", mtime=0, compresslevel=3) as packed,
                answer.open("rb") as plain,
            ):
                shutil.copyfileobj(plain, packed)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
        self.vouch_for(path, about)
        return path

    def vouch_for(self, path: Path, about: dict[str, Any]) -> None:
        """Note of a file in the folder that it is whole, when it came and whose work it is."""
        said = about | {
            "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": hash_file(path),
            "credit": CREDIT,
        }
        text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
        _about(path).write_text(text, encoding="utf-8")

    def forget(self, path: Path) -> None:
        """Remove a file of the folder that turned out to be of no use."""
        for one in (path, _about(path)):
            one.unlink(missing_ok=True)

    def forget_old(self) -> None:
        """Remove what is too old to be used, whoever left it."""
        for path in self.folder.iterdir():
            with suppress(OSError):
                changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                if datetime.now(UTC) - changed > MAX_AGE:
                    path.unlink()


def _about(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def open_kept(cache: Path | None, beside: Path) -> KeptAnswers:
    """Return where answers are kept: in the cache, or without one in a folder that soon goes.

    Parameters
    ----------
    cache
        The user's cache folder, None where there is none.
    beside
        A folder for this call alone.
    """
    if cache is not None:
        folder = cache / _FOLDER
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            kept = KeptAnswers(folder)
            kept.forget_old()
            if os.access(folder, os.W_OK):
                return kept
    return KeptAnswers(beside)


def make_question_key(*parts: str) -> str:
    """Return the name under which the answer to a question is kept."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
