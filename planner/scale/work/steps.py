"""Steps of long work: each fills one place of a store, anywhere, and again after a fault.

A step is a function of this package with settings that JSON can write. What it returns is kept
under a key made of the program, of the function and of the settings, in which the keys of earlier
steps and the hashes of files stand: what was done once is not done again, by whoever and whenever
it was done, and whatever else of the work has changed since.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache as remember
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

from planner.errors import PlannerError
from planner.sources.cache import ArrayCache, Arrays, make_key
from planner.stages import Progress

#: How keys look in the settings of a step.
_KEY: Final = re.compile("[0-9a-f]{64}")

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

    def has_file(self, key: str) -> bool:
        """Tell whether a result is there, without a look into it."""
        return (self.folder / f"{key}.npz").is_file()

    def forget(self, key: str) -> None:
        """Let a result be worked out again."""
        (self.folder / f"{key}.npz").unlink(missing_ok=True)

    def save(self, key: str, arrays: Arrays) -> None:
        """Keep the result of a step.

        Raises
        ------
        PlannerError
            If it cannot be written.
        """
        self._cache.save(key, arrays)
        if not self.has_file(key):
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

    @cached_property
    def key(self) -> str:
        """Under which its result is kept."""
        name = f"{self.work.__module__}.{self.work.__qualname__}"
        return make_key("step", program_rules(), name, json.dumps(self.settings, sort_keys=True))

    def done(self, store: StepStore) -> str:
        """Do it unless its result is there; return its key."""
        if not store.holds(self.key):
            store.save(self.key, self.work(store, self.settings))
        return self.key


def find_needs(steps: Sequence[WorkStep]) -> dict[str, set[str]]:
    """Return the keys of steps, and of each the keys of those others that its settings name."""
    keys = {step.key for step in steps}
    return {step.key: keys.intersection(_KEY.findall(json.dumps(step.settings))) for step in steps}


class Runner(Protocol):
    """Does steps, one that needs another after it."""

    def run(self, steps: Sequence[WorkStep]) -> list[str]:
        """Do all that are not done yet and return their keys, in their order.

        A step waits for those whose keys stand in its settings, and for no others; of those that
        need not wait the first ones are done first. None stands before one that it waits for.

        Raises
        ------
        PlannerError
            If one of them cannot be done.
        StepDiedError
            If one of them ends whatever process does it.
        """
        ...


class StageTally:
    """Counts the steps of each stage that are done, and tells of them.

    Parameters
    ----------
    steps, missing
        All of them, and those to do.
    progress
        Told of the share of a stage that is done.
    """

    def __init__(
        self, steps: Sequence[WorkStep], missing: Iterable[str], progress: Progress | None
    ) -> None:
        stages = {step.key: step.stage for step in steps}
        self._progress = progress
        self._all = Counter(stages.values())
        self._left = Counter(stages[key] for key in set(missing))
        for stage in [step.stage for step in steps][:1]:
            self._tell(stage)

    def count(self, step: WorkStep) -> None:
        """Tell that a step is done."""
        self._left[step.stage] -= 1
        self._tell(step.stage)

    def _tell(self, stage: str) -> None:
        if self._progress is not None:
            self._progress(stage, 1 - self._left[stage] / self._all[stage])


@dataclass(frozen=True)
class OneProcess:
    """Does steps one after the other in this process, in their order."""

    store: StepStore
    progress: Progress | None = None

    def run(self, steps: Sequence[WorkStep]) -> list[str]:
        """Do the steps; see `Runner`."""
        tally = StageTally(steps, [step.key for step in steps], self.progress)
        for step in {step.key: step for step in steps}.values():
            step.done(self.store)
            tally.count(step)
        return [step.key for step in steps]


@remember
def program_rules() -> str:
    """Return a hash of the whole program: what other rules made is never met again."""
    digest = hashlib.sha256()
    folder = Path(__file__).parents[2]
    for path in sorted(folder.rglob("*.py")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
