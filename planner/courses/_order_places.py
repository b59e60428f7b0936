"""Where the people of each order start: its committee, or the committees of its town."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.crs.array_types import Floats, Ints
from planner.plan import Courses
from planner.sources.course_tables import CourseTables


def place_orders(
    tables: CourseTables, places: gpd.GeoDataFrame, plan: Courses
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the orders with the town of each committee, and all that was dropped."""
    town = dict(zip(places["committee"], places["town"], strict=True))
    orders = tables.orders
    towns = [
        str(town[committee] if committee else own)
        for committee, own in zip(orders["committee"], orders["town"], strict=True)
    ]
    orders = orders.assign(town=pd.Series(towns, index=orders.index, dtype=object))
    # A town may have no committee of its own.
    lost = (orders["committee"] == "") & ~orders["town"].isin(list(places["town"]))
    listed = pd.DataFrame(
        {
            "file": plan.orders.name,
            "row": orders.loc[lost, "row"],
            "reason": [
                f"no committee lies in {name}, so nobody knows where its people start"
                for name in orders.loc[lost, "town"]
            ],
        }
    )
    parts = [part for part in (tables.dropped, listed) if len(part)]
    dropped = pd.concat(parts, ignore_index=True) if parts else tables.dropped
    return orders[~lost].reset_index(drop=True), dropped


def find_parts(orders: pd.DataFrame, places: gpd.GeoDataFrame) -> list[tuple[Ints, Ints]]:
    """Return from which committees the people of each order start, and how many from each.

    An order of a town starts from its committees, by their residents, in whole people.
    """
    names = places["committee"].tolist()
    number = {name: k for k, name in enumerate(names) if name}
    towns = places["town"].to_numpy(dtype=object)
    residents = places["residents"].to_numpy(dtype=np.float64)
    found = []
    for committee, town, people in zip(
        orders["committee"], orders["town"], orders["people"], strict=True
    ):
        if committee:
            here = np.array([number[committee]], dtype=np.int64)
        else:
            here = np.flatnonzero(towns == town)
        found.append(_share_out(here, residents[here], int(people)))
    return found


def _share_out(places: Ints, residents: Floats, people: int) -> tuple[Ints, Ints]:
    """Share whole people out by residents, by largest remainder; places without any are left."""
    weights = residents if residents.sum() > 0 else np.ones(len(places))
    exact = people * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    order = np.lexsort((np.arange(len(places)), whole - exact))
    whole[order[: people - int(whole.sum())]] += 1
    return places[whole > 0], whole[whole > 0]
