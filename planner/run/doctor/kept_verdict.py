"""Refuses tables in a wrong datum; files that were found right are not looked at again."""

from __future__ import annotations

import json

import numpy as np

from planner.crs import datums, frame, metric, readings, similarity
from planner.run.doctor import (
    diagnosis,
    examine,
    likelihoods,
    mixed_rows,
    references,
    row_checks,
    stated,
    street_evidence,
    street_grid,
)
from planner.run.doctor.examine import examine_inputs, refuse_wrong_datums
from planner.sources.cache import ArrayCache, make_key, source_of
from planner.sources.inputs import Inputs
from planner.sources.plan_settings import list_settings

_RULES = (
    datums, frame, metric, readings, similarity, diagnosis, examine, likelihoods, mixed_rows,
    references, row_checks, stated, street_evidence, street_grid,
)  # fmt: skip


def check_datums(inputs: Inputs, cache: ArrayCache | None = None) -> None:
    """Refuse a table whose declared datum is contradicted by strong evidence.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    cache
        Where it is kept that nothing was refused of a plan and its files, by their content: whoever
        changes a byte of one has all of them looked at again.

    Raises
    ------
    CrsError
        As `refuse_wrong_datums`.
    """
    settings = json.dumps(list_settings(inputs.plan), sort_keys=True, default=str)
    # A boundary may have been looked up by its name, which is no file.
    boundary = b"" if inputs.boundary is None else inputs.boundary.wkb
    files = sorted(inputs.hashes.items())
    key = make_key("datums", source_of(*_RULES), settings, boundary, files)
    if cache is not None and cache.load(key) is not None:
        return
    refuse_wrong_datums(examine_inputs(inputs))
    if cache is not None:
        cache.save(key, {"refused": np.zeros(1, dtype=np.int64)})
