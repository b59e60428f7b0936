"""What the steps of the tests do; workers find these functions by their names."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from planner.errors import PlannerError
from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays


def square(_store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    time.sleep(settings.get("seconds", 0))
    return {"value": np.array([settings["number"] ** 2])}


def add(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    return {"value": sum(store.load(key)["value"] for key in settings["keys"])}


def refuse(_store: StepStore, _settings: Mapping[str, Any]) -> Arrays:
    raise PlannerError("people.csv: row 3: people is -1; give a number of at least 0")


def end_the_process(_store: StepStore, _settings: Mapping[str, Any]) -> Arrays:
    os._exit(9)


def fail_once(_store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Fail for no reason the first time, as a full disk or a broken line may make it."""
    mark = Path(settings["mark"])
    if not mark.exists():
        mark.touch()
        raise ValueError("something went wrong")
    return {"value": np.array([1])}


def fill_the_disk(_store: StepStore, _settings: Mapping[str, Any]) -> Arrays:
    raise OSError(28, "No space left on device")


def need_more_memory(_store: StepStore, _settings: Mapping[str, Any]) -> Arrays:
    raise MemoryError
