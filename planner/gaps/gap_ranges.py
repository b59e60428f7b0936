"""How sure a gap is: in how many repeats, with other figures drawn, it is still a gap."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.exact import exact_sum
from planner.coverage.uncertainty import Repeats
from planner.gaps.named_gaps import leading_kind

RANGES: Final = ("people_low", "people_high", "runs_share")
#: A gap stands in a repeat as long as at least this share of its people are not covered.
STANDS_SHARE: Final = 0.5


def find_gap_ranges(demand: pd.DataFrame, gap_id: pd.Series, repeats: Repeats) -> pd.DataFrame:
    """Say how many of each gap's people stay uncovered, and in how many repeats it stands.

    Counted are the people by whom the gap is ranked: residents, or its largest kind where it has
    none. A gap stands in a repeat if at least half of them are still gap or unknown.

    Parameters
    ----------
    demand
        kind, people.
    gap_id : Series, aligned with `demand`
        From `find_gap_members`; "" for units of no gap.
    repeats
        Of the same units.

    Returns
    -------
    DataFrame, index gap_id, sorted
        people_low, people_high : fewest and most left uncovered in a repeat; runs_share : the part
        of the repeats in which the gap stands. NaN where there are no repeats.
    """
    members = gap_id.to_numpy(dtype=object)
    people = demand["people"].to_numpy(dtype=np.float64)
    kinds = demand["kind"].to_numpy(dtype=object)
    rows, uncovered = {}, repeats.uncovered
    units = np.flatnonzero(members != "")
    for name, part in pd.Series(units, index=members[units]).groupby(level=0, sort=True):
        here = part.to_numpy()
        here = here[kinds[here] == leading_kind(kinds[here], people[here])]
        left = np.array([exact_sum(people[here][row]) for row in uncovered[:, here]])
        stands = left >= STANDS_SHARE * exact_sum(people[here])
        some = len(repeats) > 0
        rows[name] = {
            "people_low": float(left.min()) if some else np.nan,
            "people_high": float(left.max()) if some else np.nan,
            "runs_share": float(stands.mean()) if some else np.nan,
        }
    table = pd.DataFrame.from_dict(rows, orient="index", dtype=np.float64)
    # Without a gap the table would have no columns.
    return table.reindex(columns=list(RANGES)).rename_axis("gap_id")


def with_ranges(
    gaps: gpd.GeoDataFrame, demand: pd.DataFrame, gap_id: pd.Series, repeats: Repeats | None
) -> gpd.GeoDataFrame:
    """Say of each gap how many people stay in it over the repeats, NaN without any."""
    if repeats is None:
        return gaps.assign(**dict.fromkeys(RANGES, np.nan))
    return gaps.join(find_gap_ranges(demand, gap_id, repeats), on="gap_id")
