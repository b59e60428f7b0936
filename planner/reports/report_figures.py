"""The figures that workbook, document and sheets tell, looked up in the files of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import geopandas as gpd
import pandas as pd

from planner.gaps.definition import SCATTERED
from planner.reports.gap_measures import GapMeasure, find_measures
from planner.reports.handover import Handover
from planner.reports.report_words import Words, join_shares, say_people, say_share, words_of
from planner.siting.sentences import choose_form

#: Kinds of people, in the order in which they are told.
KINDS: Final = ("residential", "industrial", "commercial")
Row = Mapping[str, Any]


class UnknownReason(NamedTuple):
    """How many people of a kind cannot be judged for one reason, and their share of that kind."""

    kind: str
    reason: str
    people: float
    share: float


@dataclass(frozen=True)
class Figures:
    """What stands in the files of the handover, found by area, kind and time.

    handover : what is told; words : the language it is told in.
    """

    handover: Handover
    words: Words

    @property
    def summary(self) -> Mapping[str, Any]:
        """Return the content of summary.json."""
        return self.handover.run.summary

    @property
    def run(self) -> Mapping[str, Any]:
        """Return the content of run.json."""
        return self.handover.run.run

    @cached_property
    def cutoff(self) -> float:
        """Return the minutes that decide: the longest of the run."""
        asked = self.run.get("cutoffs_minutes") or [row["cutoff_minutes"] for row in self.coverage]
        return float(max(asked, default=15))

    @cached_property
    def coverage(self) -> Sequence[Row]:
        """Return the rows of coverage."""
        return list(self.summary.get("coverage") or [])

    @cached_property
    def kinds(self) -> Sequence[str]:
        """Return the kinds that have people."""
        found = {row["kind"] for row in self.coverage if row["area"] == "all" and row["people"] > 0}
        return [kind for kind in KINDS if kind in found]

    @property
    def lead(self) -> str:
        """Return the kind that is told first."""
        return self.kinds[0] if self.kinds else KINDS[0]

    @cached_property
    def towns(self) -> Sequence[str]:
        """Return the names of the towns, in the order of the files."""
        return list(dict.fromkeys(row["area"] for row in self.coverage if row["area"] != "all"))

    def covered(self, area: str, kind: str, minutes: float | None = None) -> Row | None:
        """Return the row of an area and a kind; at the minutes that decide unless others."""
        return self._covered.get((area, kind, self.cutoff if minutes is None else minutes))

    @cached_property
    def _covered(self) -> Mapping[tuple[str, str, float], Row]:
        return {
            (row["area"], row["kind"], float(row["cutoff_minutes"])): row for row in self.coverage
        }

    def target(self, area: str, kind: str) -> Row | None:
        """Return the check of the plan's own target, None without one."""
        return self._targets.get((area, kind))

    @cached_property
    def _targets(self) -> Mapping[tuple[str, str], Row]:
        return {
            (row["area"], row["kind"]): row
            for row in self.summary.get("checks") or []
            if str(row.get("rule_id", "")).startswith("target:") and row.get("target") is not None
        }

    @cached_property
    def gaps(self) -> Sequence[Row]:
        """Return the gaps, largest first."""
        return sorted(self.summary.get("gaps") or [], key=lambda row: row["rank"])

    @cached_property
    def named_gaps(self) -> Sequence[Row]:
        """Return the gaps that have a place, without what is scattered over a town."""
        return [row for row in self.gaps if row["name"] != SCATTERED]

    def largest_gaps(self, count: int | None = None, town: str | None = None) -> Sequence[Row]:
        """Return the gaps with people of the kind told first, largest first; at most `count`."""
        people = f"people_{self.lead}"
        found = [
            row
            for row in self.named_gaps
            if row.get(people, 0) > 0 and (town is None or row.get("town") == town)
        ]
        # As the page and its maps number them, also where a plan's weights give other ranks.
        return sorted(found, key=lambda row: -row[people])[:count]

    def layer(self, name: str) -> gpd.GeoDataFrame | None:
        """Return a layer of the run, None if it has none or nothing is in it."""
        layer = self.handover.run.layers.get(name)
        return None if layer is None or layer.empty else layer

    @cached_property
    def facility_names(self) -> Mapping[str, str]:
        """Return what each facility is called."""
        layer = self.layer("facilities")
        if layer is None:
            return {}
        names = zip(layer["facility_id"], layer["name"], strict=True)
        unnamed = self.words.texts["facility_unnamed"]
        return {
            str(id_): name if isinstance(name, str) and name else unnamed for id_, name in names
        }

    @cached_property
    def site_names(self) -> Mapping[str, str]:
        """Return what each proposed site is called."""
        proposal = self.handover.proposal
        sites = [] if proposal is None else proposal.content.get("sites") or []
        return {site["site_id"]: site["name"] or self.words.texts["site_unnamed"] for site in sites}

    @cached_property
    def reasons(self) -> Sequence[str]:
        """Return what the proposal says of itself: what it brings, its proof, who is left out."""
        proposal = self.handover.proposal
        told = {} if proposal is None else proposal.content.get("reasons") or {}
        return [join_shares(line) for line in told.get(self.handover.language) or []]

    def measure(self, gap: Row) -> GapMeasure:
        """Return what can be done for one of the gaps."""
        return self._measures[gap["gap_id"]]

    @cached_property
    def _measures(self) -> Mapping[str, GapMeasure]:
        return find_measures(self)

    def openings(self, area: str = "all", count: int | None = None) -> Sequence[Row]:
        """Return the openings in walls that bring people of the kind told first to a facility.

        Parameters
        ----------
        area
            Name of a town; `all` for the whole area.
        count
            At most so many; all if not given.

        Returns
        -------
        sequence
            Rows of `gate_gains` of summary.json, those first that bring most people.
        """
        people = f"people_{self.lead}"
        found = [
            row
            for row in self.summary.get("gate_gains") or []
            if area in ("all", row.get("town")) and (row.get(people) or 0) > 0
        ]
        return sorted(found, key=lambda row: -row[people])[:count]

    @cached_property
    def _gap_of_unit(self) -> pd.Series:
        demand = self.layer("demand")
        if demand is None or "gap_id" not in demand.columns:
            return pd.Series(dtype=object)
        found = demand.loc[demand["gap_id"].fillna("") != "", ["demand_id", "gap_id"]]
        return pd.Series(found["gap_id"].to_numpy(), index=found["demand_id"])

    def relieved(self, site_id: str) -> Sequence[tuple[str, float]]:
        """Return the gaps that a proposed site brings people out of, with their people."""
        found = [(gap_id, people) for gap_id, site, people in self.gained_by_gap if site == site_id]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    @cached_property
    def gained_by_gap(self) -> Sequence[tuple[str, str, float]]:
        """Return gap, site and whom the site newly covers there, fewest first."""
        proposal = self.handover.proposal
        changes = None if proposal is None else proposal.layers.get("changes")
        if changes is None or changes.empty:
            return []
        mine = changes[
            (changes["kind"] == self.lead)
            & (changes["change"] == "gained")
            & (changes["verdict_before"] == "gap")
        ]
        gap = mine["demand_id"].map(self._gap_of_unit)
        pairs = pd.DataFrame({"gap": gap, "site": mine["nearest_after"], "people": mine["people"]})
        sums = pairs.groupby(["gap", "site"])["people"].sum().reset_index()
        sums = sums.sort_values("people", kind="stable")
        return [
            (str(gap_id), str(site_id), float(people))
            for gap_id, site_id, people in zip(
                sums["gap"], sums["site"], sums["people"], strict=True
            )
        ]

    def facts(self) -> Sequence[str]:
        """Return what is known of the completeness of the data, each with what it means."""
        towns = (self.summary.get("completeness") or {}).get("towns") or []
        row = next((row for row in towns if row["area"] == "all"), None)
        if row is None:
            return []
        values = {
            "fact_streets": {"density": row.get("street_km_per_km2"), "km": row.get("street_km")},
            "fact_no_street": {"units": row.get("units_no_street"), "all": row.get("units")},
            "fact_islands": {"km": row.get("islands_km"), "count": row.get("islands")},
            "fact_no_gate": {"count": row.get("compounds_no_gate"), "all": row.get("compounds")},
            "fact_inferred": {
                "count": row.get("gates_inferred"), "mapped": row.get("gates_mapped")
            },
            "fact_groups": {"count": row.get("private_groups")},
            "fact_no_hours": {
                "count": row.get("facilities_no_hours"), "all": row.get("facilities")
            },
            "fact_no_services": {
                "count": row.get("facilities_no_services"), "all": row.get("facilities")
            },
        }  # fmt: skip
        told = []
        for key, parts in values.items():
            first = parts.get("units", parts.get("count", parts.get("density")))
            if any(value is None for value in parts.values()) or not first:
                continue
            numbers = {name: f"{value:,g}" if value < 1e6 else f"{value:,.0f}"
                       for name, value in parts.items()}  # fmt: skip
            means = self.words.texts.get(f"{key}_means")
            text = choose_form(self.words.texts, key, first).format(**numbers)
            told.append(text if means is None else self.words.texts["rp_fact"].format(text, means))
        return told

    def unknown_reasons(
        self, area: str = "all", kind: str | None = None
    ) -> Sequence[UnknownReason]:
        """Return who cannot be judged and why, by kind, in the order of the files.

        Parameters
        ----------
        area
            Name of a town; `all` for the whole area.
        kind
            Of people; every kind if not given.
        """
        rows = (self.summary.get("completeness") or {}).get("unknown") or []
        return [
            UnknownReason(row["kind"], row["reason"], row["people"], row["share"])
            for wanted in (self.kinds if kind is None else [kind])
            for row in rows
            # Fewer than half a person would read as nobody.
            if row["area"] == area and row["kind"] == wanted and row["people"] >= 0.5
        ]

    def main_reasons(
        self, count: int, area: str = "all", kind: str | None = None
    ) -> Sequence[UnknownReason]:
        """Return the first `count` of `unknown_reasons`, those of a kind with most people first."""
        found = self.unknown_reasons(area, kind)
        return sorted(found, key=lambda one: (KINDS.index(one.kind), -one.people))[:count]

    def sentence(self, area: str = "all") -> str:
        """Return share, people left out and gaps of an area in one sentence, as the page has it."""
        words, kind = self.words, self.lead
        row = self.covered(area, kind)
        if row is None or not row["people"]:
            return words.texts["sentence_no_coverage"]
        place = words.texts["in_all"] if area == "all" else words.area(area)
        people_of, minutes = words.term("people_of", kind), words.cutoff(self.cutoff)
        if row.get("share") is None:
            return words.say("sentence_no_share", place=place, people_of=people_of, minutes=minutes)
        text = words.say(
            "sentence_share", place=place, people_of=people_of, minutes=minutes,
            share=say_share(row["share"], (self.target(area, kind) or {}).get("target")),
        )  # fmt: skip
        here = [gap for gap in self.gaps if area in ("all", gap.get("town"))]
        here = [gap for gap in here if gap.get(f"people_{kind}", 0) > 0]
        gaps = [gap for gap in here if gap["name"] != SCATTERED]
        scattered = len(gaps) < len(here)
        left = {
            (True, True): "sentence_left_both", (True, False): "sentence_left_gaps",
            (False, True): "sentence_left_scattered", (False, False): "sentence_left",
        }[bool(gaps), scattered]  # fmt: skip
        unsure = row["unknown"] > 0
        if row["gap"] < 0.5:
            left = "sentence_none_known" if unsure else "sentence_none_left"
        if len(gaps) == 1:
            left = f"{left}_one" if f"{left}_one" in words.texts else left
        text += words.texts[left].format(
            people=say_people(row["gap"]), gaps=f"{len(gaps):,}", people_of=people_of,
            places=words.texts[f"scattered_places_{kind}"],
        )  # fmt: skip
        if not unsure:
            return text + words.texts["sentence_end"]
        return text + words.say("sentence_unknown", share=say_share(row["unknown"] / row["people"]))


def figures_of(handover: Handover) -> Figures:
    """Return the figures of a report."""
    return Figures(handover, words_of(handover))
