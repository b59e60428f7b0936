"""Steps of long work: each fills one place of a store, anywhere, and again after a fault.

A step is a function of this package with settings that JSON can write. What it returns is kept
under a key made of the program, of the function and of the settings, in which the keys of earlier
steps and the hashes of files stand: what was done once is not done again, by whoever and whenever
it was done, and whatever else of the work has changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache as remember
from pathlib import Path
from typing import Any, Protocol

from planner.errors import PlannerError
from planner.sources.cache import ArrayCache, Arrays, make_key
from planner.stages import Progress

#: What a step does: from what is in the store already, and its settings.
Work = Callable[["StepStore", Mapping[str, Any]], Arrays]


class StepDiedError(Exception):
    """A step ended the process that did it, over and over: it needs more memory than there is.

    step : the one that died.
    """

    def __init__(self, step: WorkStep) -> None:
        super().__init__(f"{step.stage} of tile {step.tile}")
        self.step = step


@dataclass(frozen=True)
class StepStore:
    """Where the results of steps lie: a folder that every worker sees under the same path."""

    folder: Path

    def load(self, key: str) -> Arrays:
        """Return the result of a step.

        Raises
        ------
        PlannerError
            If it is not there, or no longer whole.
        """
        found = self._cache.load(key)
        if found is None:
            raise PlannerError(
                f"{self.folder}: a result of an earlier step is missing or damaged; start the same "
                "command again, what is whole is kept"
            )
        return found

    def holds(self, key: str) -> bool:
        """Tell whether a result is there and whole."""
        return self._cache.load(key) is not None

    def save(self, key: str, arrays: Arrays) -> None:
        """Keep the result of a step.

        Raises
        ------
        PlannerError
            If it cannot be written.
        """
        self._cache.save(key, arrays)
        if not (self.folder / f"{key}.npz").is_file():
            raise PlannerError(
                f"{self.folder}: the result of a step cannot be kept there; name a folder of your "
                "own with room in --work"
            )

    @property
    def _cache(self) -> ArrayCache:
        return ArrayCache(self.folder, most_files=None)


@dataclass(frozen=True)
class WorkStep:
    """One step.

    stage : what the bar of progress calls it; tile : of which tile, "" for none.
    work : a function of a module of the planner, so that any process finds it by its name.
    settings : all that decides the result besides what stands in the store; JSON can write it.
    """

    stage: str
    tile: str
    work: Work
    settings: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Under which its result is kept."""
        name = f"{self.work.__module__}.{self.work.__qualname__}"
        return make_key("step", program_rules(), name, json.dumps(self.settings, sort_keys=True))

    def done(self, store: StepStore) -> str:
        """Do it unless its result is there; return its key."""
        if not store.holds(self.key):
            store.save(self.key, self.work(store, self.settings))
        return self.key


class Runner(Protocol):
    """Does steps that do not need each other."""

    def run(self, steps: Sequence[WorkStep]) -> list[str]:
        """Do all that are not done yet and return their keys, in their order.

        Raises
        ------
        PlannerError
            If one of them cannot be done.
        StepDiedError
            If one of them ends whatever process does it.
        """
        ...


@dataclass(frozen=True)
class OneProcess:
    """Does steps one after the other in this process."""

    store: StepStore
    progress: Progress | None = None

    def run(self, steps: Sequence[WorkStep]) -> list[str]:
        """Do the steps; see `Runner`."""
        keys = []
        for number, step in enumerate(steps, start=1):
            keys.append(step.done(self.store))
            if self.progress is not None:
                self.progress(step.stage, number / len(steps))
        return keys


@remember
def program_rules() -> str:
    """Return a hash of the whole program: what other rules made is never met again."""
    digest = hashlib.sha256()
    folder = Path(__file__).parents[1]
    for path in sorted(folder.rglob("*.py")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
