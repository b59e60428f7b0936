"""What the page shows of a proposal: its sites, its proof, its reasons, and what else would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.maps._after_payload import build_after_payload
from planner.maps._layer_columns import find_layer, index_rows, keep_names, lonlat, round_known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from planner.maps._map_grid import MapGrid

_SITE_FIELDS = (
    "order", "town", "action", "domain", "cost", "gain", "gain_unknown", "served", "capacity",
    "no_room", "reasons", "runs_share", "frontage_m",
)  # fmt: skip
_FACTS = (
    "model", "value", "bound", "gap", "seconds", "first_seconds", "status", "unit", "limits",
    "cost_unit", "judged", "cannot_be_judged",
)  # fmt: skip
_CURVE_FIELDS = ("sites", "value", "step")
#: So many alternatives are listed; the others stand in site.json.
ALTERNATIVES_SHOWN = 5


def build_proposal_payload(
    proposal: Mapping[str, Any],
    layers: Mapping[str, gpd.GeoDataFrame],
    coverage: Sequence[Mapping[str, Any]],
    grid: MapGrid,
) -> dict[str, Any]:
    """Everything the page shows of a proposal, as JSON types; none of its ids is among it.

    Parameters
    ----------
    proposal
        Contents of site.json.
    layers
        Layers of the result and of the proposal (`frontages`, `alternatives`, `candidates`,
        `changes`), EPSG:4326.
    coverage, grid
        As `build_after_payload` takes them.

    Returns
    -------
    dict
        What site.json says of the whole (`model` ... `cannot_be_judged`); `sites` by column in the
        order of building; `curve`, `steps`, `stays` as rows; `others`: alternatives, by the places
        of the sites they keep and leave; `candidates`, `why_not`: where they are on the grid;
        `closed`: places in the table of facilities; `after`: see `build_after_payload`.
    """
    sites = sorted(proposal.get("sites") or [], key=lambda row: row.get("order") or 0)
    place = {str(row.get("site_id")): number for number, row in enumerate(sites)}
    facilities = index_rows(find_layer(layers, "facilities"), "facility_id")
    after = build_after_payload(
        layers, find_layer(layers, "changes"), coverage, grid,
        {"site": place, "facility": facilities},
    )  # fmt: skip
    after["coverage"] = _take_proposed(after["coverage"], proposal)
    names = _site_names(sites, layers)
    known = _known_names(names, find_layer(layers, "facilities"))
    closed = [str(key) for key in proposal.get("closed") or []]
    return {
        **{key: proposal.get(key) for key in _FACTS},
        "sites": _list_sites(sites, proposal, layers, grid),
        "curve": [
            {key: row[key] for key in _CURVE_FIELDS if key in row}
            for row in proposal.get("curve") or []
        ],
        "steps": _steps(proposal, place),
        "candidates": _candidates(find_layer(layers, "candidates"), grid),
        "others": _list_alternatives(proposal, place, names, layers, grid),
        "stays": [_stay(row) for row in proposal.get("stays") or []],
        "why_not": _why_not(proposal.get("why_not"), known, grid),
        "reasons": _readable(proposal.get("reasons"), {key: known.get(key) for key in closed}),
        # By their places in the table: no id of the data stands on a page.
        "closed": [facilities[key] for key in closed if key in facilities],
        "robustness": _robustness(proposal.get("robustness")),
        "after": after,
    }


def _list_sites(
    sites: Sequence[Mapping[str, Any]],
    proposal: Mapping[str, Any],
    layers: Mapping[str, gpd.GeoDataFrame],
    grid: MapGrid,
) -> dict[str, Any]:
    """Return the sites in their build order, each with the stretch of street it may lie on."""
    shares = (proposal.get("robustness") or {}).get("sites") or {}
    stretch = _stretches(find_layer(layers, "frontages"))
    xy = np.array(
        [[row.get("lon", np.nan), row.get("lat", np.nan)] for row in sites], dtype=np.float64
    )
    ids = [str(row.get("site_id")) for row in sites]
    lines = np.full(len(sites), None, dtype=object)
    for number, key in enumerate(ids):
        lines[number] = stretch.get(key)
    columns = {field: [row.get(field) for row in sites] for field in _SITE_FIELDS}
    columns["runs_share"] = [
        row.get("runs_share") if row.get("runs_share") is not None else shares.get(key)
        for row, key in zip(sites, ids, strict=True)
    ]
    return {
        **columns,
        "count": len(sites),
        "name": keep_names([row.get("name") for row in sites], ids),
        "xy": grid.points(xy.reshape(-1, 2)),
        "frontage": grid.lines_of(lines),
    }


def _candidates(candidates: gpd.GeoDataFrame | None, grid: MapGrid) -> list[int | None]:
    """Return where all candidate sites are; near ones stand near each other, for short numbers."""
    if candidates is None:
        return []
    where = lonlat(candidates.geometry.to_numpy())
    return grid.points(where[grid.sort_nearby(where)])


def _stretches(frontages: gpd.GeoDataFrame | None) -> dict[str, Any]:
    """Frontage of each site by its id; several pieces of one site together."""
    if frontages is None or "site_id" not in frontages:
        return {}
    joined = frontages[["site_id", "geometry"]].dissolve(by="site_id").geometry
    return {str(key): shape for key, shape in joined.items()}


def _steps(proposal: Mapping[str, Any], place: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return what each step of the build order adds, beside the best choice of that many sites."""
    return [
        {"site": place.get(str(row.get("site_id"))),
         **{key: row.get(key) for key in ("step", "gain", "total", "free_value")}}
        for row in proposal.get("order") or []
    ]  # fmt: skip


def _list_alternatives(
    proposal: Mapping[str, Any],
    place: Mapping[str, int],
    names: Mapping[str, str | None],
    layers: Mapping[str, gpd.GeoDataFrame],
    grid: MapGrid,
) -> dict[str, Any]:
    """Alternatives: which sites of the proposal each keeps, and where its other ones are."""
    spots = _spots(layers)
    rows: list[dict[str, Any]] = []
    added: dict[str, int] = {}
    for row in list(proposal.get("alternatives") or [])[:ALTERNATIVES_SHOWN]:
        ids = [str(key) for key in row.get("site_ids") or []]
        new = [key for key in ids if key not in place and key in spots]
        for key in new:
            # A place that several alternatives share gets one mark.
            added.setdefault(key, len(added))
        rows.append({
            **{key: row.get(key) for key in ("rank", "value", "loss")},
            "kept": [place[key] for key in ids if key in place],
            "added": [added[key] for key in new],
            "left": [number for key, number in place.items() if key not in ids],
        })  # fmt: skip
    xy = np.array([spots[key] for key in added], dtype=np.float64).reshape(-1, 2)
    return {"rows": rows, "name": [names.get(key) for key in added], "xy": grid.points(xy)}


def _spots(layers: Mapping[str, gpd.GeoDataFrame]) -> dict[str, Any]:
    """Longitude and latitude of every site that a layer knows."""
    found: dict[str, Any] = {}
    for name in ("candidates", "alternatives"):
        layer = find_layer(layers, name)
        if layer is not None and "site_id" in layer:
            where = lonlat(layer.geometry.to_numpy())
            found.update(zip(layer["site_id"].astype(str), where, strict=True))
    return {key: spot for key, spot in found.items() if np.isfinite(spot).all()}


def _site_names(
    sites: Sequence[Mapping[str, Any]], layers: Mapping[str, gpd.GeoDataFrame]
) -> dict[str, str | None]:
    """Return what a resident calls each site, by its id."""
    found: dict[str, str | None] = {}
    for name in ("candidates", "alternatives"):
        layer = find_layer(layers, name)
        if layer is not None and {"site_id", "name"} <= set(layer.columns):
            ids = layer["site_id"].astype(str).tolist()
            found |= dict(zip(ids, keep_names(layer["name"], ids), strict=True))
    ids = [str(row.get("site_id")) for row in sites]
    # The sites that are chosen come last: the names that the proposal gives them count.
    return found | dict(zip(ids, keep_names([row.get("name") for row in sites], ids), strict=True))


def _take_proposed(rows: list[dict[str, Any]], proposal: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Take the proposal's own figures of residents: planned facilities are among them."""
    own = {row.get("town"): row for row in proposal.get("towns") or []}
    own["all"] = proposal.get("whole_area") or _sum_of(list(own.values()), proposal)
    found = []
    for row in rows:
        known = own.get(row["area"], {})
        gap, share = known.get("residents_left"), known.get("share_after")
        # A proposal tells of residents alone; other kinds keep the figures worked out before.
        if row["kind"] != "residential" or gap is None or share is None or not row["people"]:
            found.append(row)
            continue
        unknown = known.get("residents_unknown", row["unknown"])
        covered = max(0.0, row["people"] - gap - unknown)
        found.append(row | {
            "gap": round(gap), "unknown": round(unknown), "covered": round(covered), "share": share,
            "no_room": round(known.get("residents_no_room", 0)),
            "share_low": covered / row["people"],
            "share_high": (covered + unknown) / row["people"],
        })  # fmt: skip
    return found


def _sum_of(towns: list[Mapping[str, Any]], proposal: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole area as its towns say, for a proposal that has no row of it."""
    left = [row.get("residents_left") for row in towns]
    gap = None if not left or None in left else sum(float(people or 0) for people in left)
    return {"residents_left": gap, "share_after": proposal.get("share_after")}


def _known_names(
    sites: Mapping[str, str | None], facilities: gpd.GeoDataFrame | None
) -> dict[str, str | None]:
    """Return what people call each site and facility, by its id."""
    found = dict(sites)
    if facilities is not None and {"facility_id", "name"} <= set(facilities.columns):
        ids = facilities["facility_id"].astype(str).tolist()
        found |= dict(zip(ids, keep_names(facilities["name"], ids), strict=True))
    return found


def _readable(texts: Any, names: Mapping[str, str | None]) -> Any:
    """Return sentences by language with names in the place of ids."""
    if not isinstance(texts, dict):
        return None

    def said(text: str) -> str:
        """Put names where the text has keys, the longest key first."""
        # A short id may be the beginning of a longer one, which would be torn apart.
        for key in sorted(names, key=len, reverse=True):
            text = text.replace(key, names[key] or "–") if key in text else text
        return text

    return {language: [said(str(text)) for text in lines] for language, lines in texts.items()}


def _stay(row: Mapping[str, Any]) -> dict[str, Any]:
    """Why so many residents stay without; `gaps` may be a number or the gaps themselves."""
    gaps = row.get("gaps")
    return {
        "cause": row.get("cause"),
        "residents": round_known(row.get("residents"), 0),
        "in_reach": round_known(row.get("residents_in_reach"), 0),
        "gaps": len(gaps) if isinstance(gaps, list | tuple) else gaps,
    }


def _why_not(row: Mapping[str, Any] | None, names: Mapping[str, str | None], grid: MapGrid) -> Any:
    """Return the answer to why a place was not chosen, with names in the place of ids."""
    if not row:
        return None
    lonlat = np.array([[row.get("lon", np.nan), row.get("lat", np.nan)]], dtype=np.float64)
    told = {str(row.get("site_id")): names.get(str(row.get("site_id")))}
    return {
        "xy": grid.points(lonlat),
        "gain": row.get("gain"),
        "loss": row.get("loss"),
        "instead": next(iter(told.values())),
        "reasons": _readable(row.get("reasons"), told),
    }


def _robustness(found: Mapping[str, Any] | None) -> dict[str, Any]:
    """In how many repeats the choice stands; the sites carry their own shares."""
    return {} if not found else {key: found.get(key) for key in ("runs", "stands")}
