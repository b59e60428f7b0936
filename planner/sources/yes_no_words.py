"""Yes and no as people write them in a column of a table."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from planner.crs.array_types import Flags, Ints
from planner.sources._read_given import to_text
from planner.sources._read_table import is_empty
from planner.sources.usual_words import translate

YES_NO: Final = {
    "yes": True, "no": False, "true": True, "false": False, "1": True, "0": False,
    "是": True, "否": False,
}  # fmt: skip


def read_words(values: pd.Series, column: str, *, default: bool) -> tuple[Flags, Ints]:
    """Read a column of Python as the same cells of a file are read.

    Parameters
    ----------
    values
        Booleans, numbers or words.
    column
        Its name, a key of `WORDS`.
    default
        What an empty cell means.

    Returns
    -------
    flags : shape (n,)
    wrong
        Positions of those that are neither yes nor no.
    """
    texts = pd.Series([to_text(value) for value in values.tolist()], dtype=str)
    words, _ = translate(texts, column)
    meant = [
        default if empty else YES_NO.get(word)
        for word, empty in zip(words.str.lower(), is_empty(words), strict=True)
    ]
    wrong = np.array([flag is None for flag in meant], dtype=bool)
    return np.array([flag is True for flag in meant], dtype=bool), np.flatnonzero(wrong)
