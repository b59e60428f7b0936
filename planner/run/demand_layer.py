"""The layer of demand units: all that a run says of each."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.case import Case
from planner.coverage.judged_units import list_in_reach
from planner.coverage.uncertainty import COVERED_SHARE, Repeats
from planner.run.covered import Judgement


def build_demand_layer(
    case: Case,
    judgement: Judgement,
    members: pd.DataFrame,
    *,
    only_at: pd.Series,
    score: pd.Series,
    level_minutes: pd.DataFrame,
    repeats: Repeats | None,
) -> gpd.GeoDataFrame:
    """Put together what is known of every unit.

    Parameters
    ----------
    case
        The plan's.
    judgement
        Of its n units. All that follows is of the same units, by their index.
    members
        gap_id ("" for none) and gap_join_m.
    only_at
        Moments at which each is covered, ";" between.
    score
        Supply per 1,000 residents.
    level_minutes
        minutes_<level>.
    repeats
        None where nothing was repeated.

    Returns
    -------
    GeoDataFrame
        The layer `demand` of a result, metric CRS.
    """
    # The last entry, at -1, is for units in no compound.
    ids = np.append(case.network.walls.compounds.id, "")
    # A layer of a GeoPackage has one geometry, and a cell's outline would be a second one.
    demand = judgement.judged.demand.drop(columns=["weight", "cell"]).join(members)
    demand = demand.assign(
        compound_id=ids[judgement.walk.units.compound],
        only_at=only_at,
        facility_ids_in_reach=list_in_reach(judgement.judged.pairs, case.counting["facility_id"]),
        access_2sfca=score,
    )
    if repeats is not None:
        demand = demand.assign(**{COVERED_SHARE: repeats.covered_share()})
    return demand.join([level_minutes, case.groups])
