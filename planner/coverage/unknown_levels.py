"""Levels of facilities that nobody knows: they may be the level that a rule asks for."""

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.counting import GAP
from planner.crs.array_types import Flags
from planner.sources.usual_words import is_usual_level

#: Why a rule for a level cannot be judged for a unit that only a facility of unknown level serves.
UNKNOWN_LEVEL: Final = "level not known"


def doubt_gaps(verdict: NDArray[np.object_], at_best: NDArray[np.object_]) -> Flags:
    """Tell which units (n,) cannot be judged: left out, but not if all goes for the best."""
    return np.asarray((verdict == GAP) & (at_best != GAP), dtype=bool)


def find_unknown_levels(levels: pd.Series, known: Collection[str]) -> Flags:
    """Tell which levels, shape (k,), are neither known nor usual; none at all is no unknown one."""
    unknown = {text for text in levels.unique() if text not in known and not is_usual_level(text)}
    return levels.isin(unknown - {""}).to_numpy()
