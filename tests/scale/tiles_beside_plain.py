"""A plan run in tiles, in one process, beside the plain run: figures and layers."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from planner.run.main_job import Result, run_plan
from planner.scale.city_run import run_city
from planner.scale.work.steps import OneProcess, StepStore
from planner.sources import load_inputs, load_plan

#: What a row of the table of verdicts is about.
QUESTION = (
    "demand_id", "level", "domains", "profile", "moment", "condition", "cutoff_minutes", "cutoff_m",
)  # fmt: skip


def to_text(summary) -> str:
    return json.dumps(summary, ensure_ascii=False, sort_keys=True)


def run_both(plan: Path, folder: Path, count: int):
    """Return what the plain run found, and what the run in tiles did."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = StepStore(folder)
    whole = run_plan(load_inputs(load_plan(plan)))
    return whole, run_city(plan, OneProcess(store), store, tiles=count)


def read_layer(answer, name: str) -> pd.DataFrame:
    """Return the rows of one layer or table of all tiles, without shapes."""
    parts = []
    for files in answer.files:
        for path, content in files.items():
            if path.startswith(f"{name}/"):
                table = pq.read_table(io.BytesIO(content))
                kept = [one for one in table.column_names if one != "geometry"]
                parts.append(table.select(kept).to_pandas())
    return pd.concat(parts, ignore_index=True)


def assert_same_figures(whole: Result, answer) -> None:
    """The same summary, in which the gaps stand."""
    assert to_text(answer.summary) == to_text(whole.summary)


def assert_same_demand(whole: Result, answer) -> None:
    """The same rows of the layer of people."""
    # No walk is inf inside, and nothing in a file.
    theirs = pd.DataFrame(whole.layers["demand"].drop(columns="geometry")).replace(np.inf, np.nan)
    ours = read_layer(answer, "demand")
    both = [table.set_index("demand_id").sort_index() for table in (ours, theirs)]
    columns = [name for name in theirs.columns if name not in {"demand_id", "town"}]
    pd.testing.assert_frame_equal(
        both[0][columns], both[1][columns], check_dtype=False, atol=1.1e-3, rtol=0
    )


def assert_same_verdicts(whole: Result, answer) -> None:
    """The same rows of the table of verdicts."""
    theirs = whole.tables["verdicts"].replace(np.inf, np.nan)
    asked = [name for name in QUESTION if name in theirs]
    ours = read_layer(answer, "verdicts").drop(columns="town").replace({None: np.nan})
    both = [
        table.replace({None: np.nan}).sort_values(asked, ignore_index=True)[list(theirs.columns)]
        for table in (ours, theirs)
    ]
    pd.testing.assert_frame_equal(*both, check_dtype=False, atol=1.1e-3, rtol=0)
