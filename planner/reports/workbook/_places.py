"""Sheets of towns, committees and facilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from planner.reports.map_links import link_place
from planner.reports.report_figures import Figures
from planner.reports.report_words import is_missing
from planner.reports.workbook._book import Book, Sheet
from planner.reports.workbook._columns import Field, keep_filled
from planner.reports.workbook._shares import build_area_counts, build_area_shares
from planner.run.competition import counts_capacity


def write_towns(book: Book, gap_rows: Mapping[str, int]) -> Sheet | None:
    """Write a row for each town, and the whole area below; None without towns."""
    figures, words = book.figures, book.words
    if not figures.towns or not figures.kinds:
        return None
    sheet = book.add_sheet("wb_towns", words.say("wb_within", minutes=words.cutoff(figures.cutoff)))
    areas = [*figures.towns, "all"]
    columns = [
        Field(words.texts["town"], [words.area(area) for area in areas]),
        *_tier_column(figures, areas),
        *build_area_counts(figures, areas, figures.lead),
        *build_area_shares(figures, areas, figures.lead),
        *_target_columns(figures, areas),
        *_gap_columns(book, areas, gap_rows),
        *_built_columns(figures, areas),
    ]
    others = [build_area_shares(figures, areas, kind) for kind in figures.kinds[1:]]
    columns += [shares[0] for shares in others]
    # What follows would make the print too small: it is there on the screen alone.
    more = _shorter_columns(figures, areas)
    for kind, shares in zip(figures.kinds[1:], others, strict=True):
        more += [build_area_counts(figures, areas, kind)[0], *shares[1:]]
    columns += [replace(column, printed=False) for column in more]
    columns += _data_columns(figures, areas)
    sheet.write_table(columns, frozen=1, total=True)
    return sheet


def _tier_column(figures: Figures, areas: list[str]) -> list[Field]:
    layer = figures.layer("areas")
    tiers = {} if layer is None else dict(zip(layer["name"], layer["tier"], strict=True))
    found = [tiers.get(area) for area in areas]
    if all(is_missing(tier) or not tier for tier in found):
        return []
    return [Field(figures.words.texts["wb_tier"], [figures.words.term("tier", t) for t in found])]


def _target_columns(figures: Figures, areas: list[str]) -> list[Field]:
    words = figures.words
    checks = [figures.target(area, figures.lead) or {} for area in areas]
    if not any(checks):
        return []
    return [
        Field(words.texts["col_target"], [row.get("target") for row in checks], "target"),
        Field(
            words.texts["wb_result"],
            [words.texts.get(str(row.get("result")), "") for row in checks],
            note=words.texts["wb_note_result"],
        ),
    ]  # fmt: skip


def _shorter_columns(figures: Figures, areas: list[str]) -> list[Field]:
    """Return the shares within less time."""
    shorter = sorted({float(row["cutoff_minutes"]) for row in figures.coverage})[:-1]
    words = figures.words
    return [
        Field(
            words.say("wb_share_within", minutes=words.cutoff(minutes),
                      kind=words.term("people_of", figures.lead)),
            [(figures.covered(area, figures.lead, minutes) or {}).get("share") for area in areas],
            "share",
        )
        for minutes in shorter
    ]  # fmt: skip


def _gap_columns(book: Book, areas: list[str], gap_rows: Mapping[str, int]) -> list[Field]:
    """Return how many gaps there are, and the largest as a link to its row."""
    figures, words = book.figures, book.words
    people_of = words.term("people_of", figures.lead)
    people = f"people_{figures.lead}"
    counts, names, sizes, links = [], [], [], []
    for area in areas:
        town = None if area == "all" else area
        found = figures.largest_gaps(len(figures.gaps), town)
        largest = found[0] if found else None
        counts.append(len(found))
        names.append(words.gap_name(largest) if largest else "")
        sizes.append(largest[people] if largest else None)
        links.append(book.link("wb_gaps", gap_rows[largest["gap_id"]]) if largest else "")
    return [
        Field(words.texts["wb_gap_count"], counts, "people", words.texts["wb_note_gap_count"]),
        Field(words.texts["wb_largest_gap"], names, links=links, wide=20),
        Field(words.say("wb_of_it", kind=people_of), sizes, "people"),
    ]


def _built_columns(figures: Figures, areas: list[str]) -> list[Field]:
    """Return what the proposal brings to each town."""
    proposal = figures.handover.proposal
    if proposal is None or not proposal.content.get("whole_area"):
        return []
    content, words = proposal.content, figures.words
    rows = {row["town"]: row for row in [*(content.get("towns") or []), content["whole_area"]]}
    residents = words.texts["people_of_residential"]
    return [
        Field(
            words.say("wb_gained_by_sites", kind=residents),
            [rows.get(area, {}).get("residents_gained") for area in areas], "people",
            words.texts["wb_note_gained"],
        ),
        Field(
            words.say("wb_share_built", kind=residents),
            [rows.get(area, {}).get("share_after") for area in areas], "share",
        ),
    ]  # fmt: skip


def _data_columns(figures: Figures, areas: list[str]) -> list[Field]:
    """Return what the data of each town lack; on the screen alone."""
    rows = {
        row["area"]: row for row in (figures.summary.get("completeness") or {}).get("towns") or []
    }
    if not rows:
        return []
    return [
        Field(
            figures.words.texts[f"wb_lack_{key}"],
            [rows.get(area, {}).get(key) for area in areas],
            "number" if key == "street_km_per_km2" else "people",
            printed=False,
        )
        for key in (
            "facilities", "facilities_no_hours", "street_km_per_km2", "units_no_street",
            "compounds_no_gate", "gates_inferred",
        )
    ]  # fmt: skip


def write_committees(book: Book) -> Sheet | None:
    """Write a row for each committee; None if the plan has none."""
    figures, words = book.figures, book.words
    layer = figures.layer("committees")
    if layer is None:
        return None
    sheet = book.add_sheet(
        "wb_committees", words.say("wb_within", minutes=words.cutoff(figures.cutoff))
    )
    residents = words.texts["people_of_residential"]
    own = [
        "" if is_missing(id_) or not id_ else figures.facility_names.get(str(id_), str(id_))
        for id_ in layer["facility_id"]
    ]
    points = layer.geometry.representative_point()
    note_minutes = words.texts["committees_how"]

    def shares(key: str) -> list[Field]:
        """Return the share of its people that reach a facility, and its ends."""
        low, share = layer.get(f"{key}_low"), layer[key]
        if low is None:  # a run of before December 2026: its share was the low end, it had no other
            low, share = share, pd.Series(index=layer.index, dtype=float)
        return [
            Field(words.say(f"wb_{key}", kind=residents), share.tolist(), "share",
                   words.texts["wb_note_share"]),
            Field(words.texts["wb_at_least"], low.tolist(), "share",
                   words.texts["wb_note_share_low"]),
            Field(words.texts["wb_at_most"], layer[f"{key}_high"].tolist(), "share",
                   words.texts["wb_note_share_high"]),
        ]  # fmt: skip

    sheet.write_table(
        [
            Field(words.texts["committee"], layer["name"].tolist(), wide=34),
            Field(words.texts["wb_kind"], [words.term("wb_committee", k) for k in layer["kind"]]),
            Field(words.texts["town"], layer["town"].fillna("").tolist()),
            Field(words.say("col_people_of_unit", kind=residents), layer["people"].tolist(),
                   "people"),
            Field(words.texts["wb_nearest_minutes"], layer["minutes_nearest"].tolist(), "minutes",
                   note_minutes),
            *shares("share_any"),
            Field(words.texts["wb_own"], own, note=words.texts["wb_note_own"], wide=36),
            Field(words.texts["wb_own_minutes"], layer["minutes_own"].tolist(), "minutes",
                   note_minutes),
            *shares("share_own"),
            *place_columns(book, points.x.tolist(), points.y.tolist()),
        ],
        frozen=1,
    )  # fmt: skip
    return sheet


def place_columns(book: Book, lons: list[Any], lats: list[Any]) -> list[Field]:
    """Return where things are, and a link to look at each on a map; on the screen alone."""
    words = book.words
    links = [link_place(lon, lat) for lon, lat in zip(lons, lats, strict=True)]
    return [
        Field(words.texts["wb_map"], [words.texts["wb_look"] if link else "" for link in links],
               note=words.texts["wb_note_map"], links=links, printed=False),
        Field(words.texts["wb_lon"], lons, "degrees", printed=False),
        Field(words.texts["wb_lat"], lats, "degrees", printed=False),
    ]  # fmt: skip


def find_towns_of(figures: Figures, places: gpd.GeoDataFrame) -> list[str]:
    """Return the town that each place lies in, "" for none."""
    areas = figures.layer("areas")
    if areas is None or not figures.towns:
        return [""] * len(places)
    inside = gpd.sjoin(
        places[["geometry"]], areas[["name", "geometry"]], how="left", predicate="intersects"
    )
    names = inside["name"].groupby(level=0).first()
    return ["" if is_missing(name) else str(name) for name in names.reindex(places.index)]


def write_facilities(book: Book) -> Sheet | None:
    """Write a row for each facility, whether it counts, and who depends on it."""
    figures, words = book.figures, book.words
    layer = figures.layer("facilities")
    if layer is None:
        return None
    sheet = book.add_sheet("wb_facilities")
    texts = words.texts
    towns = find_towns_of(figures, layer)
    rows = layer.drop(columns="geometry").to_dict("records")
    columns = [
        Field(texts["wb_name"], [figures.facility_names[str(row["facility_id"])] for row in rows],
               wide=36),
        *([Field(texts["town"], [towns[at] or texts["in_ring"] for at in range(len(rows))])]
          if any(towns) else []),
        Field(texts["level"], [words.term("level", row["level"]) for row in rows]),
        Field(texts["domain"], [words.term("domain", row.get("domain")) for row in rows]),
        Field(texts["status"], [words.term("wb_status", row["status"]) for row in rows]),
        Field(texts["opening_hours"],
               [words.hours(row.get("opening_hours")) or texts["wb_no_hours"] for row in rows],
               note=texts["wb_note_hours"], wide=46),
        Field(texts["wb_counted"], [_say_joined(words, row) for row in rows],
               note=texts["wb_note_joined"], wide=34),
    ]  # fmt: skip
    for kind in figures.kinds:
        of_kind = words.term("people_of", kind)
        for key in ("people_nearest", "people_in_reach", "people_only_here"):
            name = f"{key}_{kind}"
            if name in layer.columns:
                columns.append(
                    Field(words.say(f"wb_{key}", kind=of_kind), layer[name].tolist(), "people",
                           texts[f"wb_note_{key}"], printed=kind == figures.lead)
                )  # fmt: skip
    columns += _load_columns(figures, layer, texts)
    columns += [
        Field(texts["service"], [_say_services(words, row.get("services")) for row in rows],
               printed=False, wide=46, spills=True),
        Field(texts["wb_capacity"], [row.get("capacity") for row in rows], "people",
               printed=False),
        Field(texts["wb_id"], [row["facility_id"] for row in rows], printed=False),
        *place_columns(book, layer.geometry.x.tolist(), layer.geometry.y.tolist()),
    ]  # fmt: skip
    sheet.write_table(keep_filled(columns), frozen=1)
    return sheet


def _load_columns(
    figures: Figures, layer: gpd.GeoDataFrame, texts: Mapping[str, str]
) -> list[Field]:
    """Return how many share each facility, and beside it the visits that were counted there."""
    columns = []
    if "load_2sfca" in layer.columns:
        by_place = counts_capacity(figures.summary)
        unit = "place" if by_place else "station"
        columns.append(
            Field(texts[f"wb_load_{unit}"], layer["load_2sfca"].tolist(),
                   "number" if by_place else "people", texts[f"wb_note_load_{unit}"])
        )  # fmt: skip
    if "visits_per_year" in layer.columns:
        columns.append(
            Field(texts["wb_visits"], layer["visits_per_year"].tolist(), "people",
                   texts["wb_note_visits"])
        )  # fmt: skip
    return columns


def _say_joined(words: Any, row: Mapping[str, Any]) -> str:
    """Return whether a facility counts: if not, why."""
    if str(row["status"]) != "open":
        return str(words.texts["wb_not_open"])
    if not row["joined"]:
        return str(words.term("wb_joined", row.get("reason")))
    return str(words.texts["wb_counts"])


def _say_services(words: Any, written: Any) -> str:
    """Return the services of a facility with their hours."""
    if is_missing(written):
        return ""
    told = []
    for part in str(written).split("|"):
        name, _, hours = part.strip().partition("=")
        service = words.term("service", name)
        told.append(f"{service}（{words.hours(hours)}）" if hours and words.chinese
                    else f"{service} ({words.hours(hours)})" if hours else service)  # fmt: skip
    return str(words.texts["rp_hours_join"].join(told))
