"""Which stations each unit reaches, and when stations open, for the card of a place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.maps._layer_columns import column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd


def list_reach(demand: pd.DataFrame, place: Mapping[str, int]) -> dict[str, Any]:
    """Return of each unit the nearest facility, those in reach, how many, and its reason.

    Neighbours mostly share all of it, so that each combination stands once: `near` and `reach`
    (places in the table of facilities), `within` (how many are in reach), `why` (number of the
    reason in `reasons`); `at`: which combination each unit has, as changes.
    """
    if "facility_ids_in_reach" not in demand.columns:
        return {}
    rows = zip(
        column(demand, "nearest_facility_id"),
        column(demand, "facilities_in_reach"),
        column(demand, "reason"),
        column(demand, "facility_ids_in_reach"),
        strict=True,
    )
    keys = [(near, count, reason, ids) for near, count, reason, ids in rows]
    known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    reasons = {reason: number for number, reason in enumerate(dict.fromkeys(k[2] for k in known))}
    listed = [[place.get(str(one)) for one in json.loads(key[3] or "[]")] for key in known]
    return {
        "near": [None if key[0] is None else place.get(str(key[0])) for key in known],
        "within": [int(key[1] or 0) for key in known],
        "why": [reasons[key[2]] for key in known],
        "reasons": list(reasons),
        "reach": [[one for one in row if one is not None] for row in listed],
        "at": np.diff([known[key] for key in keys], prepend=0).tolist(),
    }


def list_hours(hours: Iterable[Any]) -> dict[str, Any]:
    """Return opening hours, each text once: `hours`, and which of them each row has."""
    texts = [text if isinstance(text, str) else "" for text in hours]
    known = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return {"hours": list(known), "hours_at": [known[text] for text in texts]}
