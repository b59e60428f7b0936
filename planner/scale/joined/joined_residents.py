"""Who shares which station, and what committees get: of all residents, some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.classes import CLASS
from planner.coverage.committees import fill_committee_table
from planner.coverage.counting import UNKNOWN
from planner.crs.array_types import Floats
from planner.run.competition import mask_unknown, read_supply, summarise_competition
from planner.scale.cut.whole import Whole
from planner.scale.joined.joined_gaps import put_together
from planner.scale.parts.city_parts import Part
from planner.scale.parts.folding import PEOPLE, SCORE, fold_scores
from planner.scale.parts.part_competition import Offers

#: So many units of residents are held at once, and more only where there is more of one committee,
#: or of different scores.
MOST_RESIDENTS: Final = 100_000


def fill_committees(
    parts: Iterable[Part],
    committees: gpd.GeoDataFrame,
    counts: Mapping[int, int],
    cutoff_minutes: float,
) -> gpd.GeoDataFrame:
    """Return the figures of committees, of as many at once as their residents allow.

    counts : units of residents of each committee, by its row.
    """
    ends, room = [0], MOST_RESIDENTS
    for number in range(len(committees)):
        if counts.get(number, 0) > room and number > ends[-1]:
            ends.append(number)
            room = MOST_RESIDENTS
        room -= counts.get(number, 0)
    filled = []
    for first, last in pairwise([*ends, len(committees)]):
        some = []
        for part in parts:
            residents = part.tables["committees"]
            own = residents["committee"]
            some.append(residents[((own >= first) & (own < last)).to_numpy()])
        found = put_together(some)
        found = found.assign(committee=found["committee"] - first)
        filled.append(fill_committee_table(committees.iloc[first:last], found, cutoff_minutes))
    return gpd.GeoDataFrame(pd.concat(filled)) if len(filled) > 1 else filled[0]


@dataclass(frozen=True, eq=False)
class JoinedCompetition:
    """Loads of all facilities, the key `access_2sfca` of the summary, and what is to be said."""

    load: pd.Series
    summary: dict[str, Any] | None
    notes: list[str]
    offers: Offers


def join_competition(
    parts: Iterable[Part], whole: Whole, visited: pd.DataFrame
) -> JoinedCompetition:
    """Share supply and residents out over all parts; see `find_competition`."""
    counting = whole.counting
    reached = np.zeros(len(counting), dtype=bool)
    residents = np.zeros(len(counting))
    if len(visited):
        reached[visited["facility"].to_numpy(dtype=np.int64)] = True
        np.add.at(residents, visited["facility"].to_numpy(), visited["residents"].to_numpy())
    serves = counting["joined"].to_numpy(dtype=bool) | reached
    capacity, notes = read_supply(counting[serves])
    supply = np.zeros(len(counting))
    supply[serves] = 1.0 if capacity is None else capacity.to_numpy()
    offers = Offers(supply, serves, residents)
    loads = np.zeros(len(counting))
    waiting: list[pd.DataFrame] = []
    for part in parts:
        score, share = offers.score(part.tables)
        loads += share
        # Folded as they come: many live within reach of the same stations.
        waiting.append(_list_scores(part.tables["living"], score))
        if sum(map(len, waiting)) > 2 * len(waiting[0]) + MOST_RESIDENTS:
            waiting = [fold_scores(waiting)]
    people = fold_scores(waiting)
    load = pd.Series(np.where(serves & (supply > 0), loads, np.nan), counting.index)
    load = load.reindex(whole.facilities.index)
    if people.empty:
        return JoinedCompetition(load.mask(load == 0), None, [], offers)
    known = people.pop(SCORE)
    own = [name for name in (PEOPLE, CLASS) if name in people]
    summary = summarise_competition(
        known,
        people[own],
        people.drop(columns=own),
        by_capacity=capacity is not None,
        cutoff_minutes=whole.cutoff_minutes,
    )
    return JoinedCompetition(load, summary, notes, offers)


def _list_scores(living: pd.DataFrame, score: Floats) -> pd.DataFrame:
    """Return the residents of a part with their scores, NaN where these are not known."""
    verdict = living["verdict_unknown"].map({True: UNKNOWN, False: ""})
    known = mask_unknown(pd.Series(score), verdict)
    return living.drop(columns="verdict_unknown").assign(**{SCORE: known.to_numpy()})
