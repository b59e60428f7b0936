"""Joins the parts of a city to the answer of the whole, as a run of all of it would give it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.breakdowns import Breakdowns
from planner.coverage.classes import CLASS, kinds_with_classes, list_classes
from planner.coverage.completeness import StreetSums, list_shapes, put_figures_together
from planner.coverage.counting import judge_targets
from planner.coverage.demand import PEOPLE_COLUMNS
from planner.coverage.exact import exact_sums
from planner.crs import to_wgs84
from planner.crs.array_types import Floats
from planner.network.landmarks import Known
from planner.run.covered import put_loads
from planner.run.summary import build_summary, summarise_repeats, table_with_notice, with_notice
from planner.scale.cut.whole import Whole
from planner.scale.joined.gap_outlines import OutlinedRows
from planner.scale.joined.gap_pieces import JoinedBundles, LeftOutUnits
from planner.scale.joined.joined_counts import (
    RuleRows,
    add_loads,
    count_all_breakdowns,
    count_all_domains,
    count_all_repeats,
    count_all_rules,
    count_everybody,
    in_order,
    sort_kinds,
)
from planner.scale.joined.joined_gaps import (
    NamesElsewhere,
    UnitsHere,
    join_gaps,
    put_together,
)
from planner.scale.joined.joined_residents import (
    JoinedCompetition,
    fill_committees,
    join_competition,
)
from planner.scale.joined.opening_ranks import (
    MOST_PAIRS,
    BundledOpenings,
    bundle_openings,
    count_pairs,
    join_gains,
)
from planner.scale.parts.city_parts import Part
from planner.scale.parts.folding import PEOPLE, fold_all
from planner.scale.parts.part_competition import Offers
from planner.scale.parts.part_verdicts import CUTOFF

#: Tables of parts that are folded, which stay small however many parts there are.
FOLDED: Final = (
    "coverage", "profiles", "groups", "hours", "sometimes", "conditions", "rules", "domains",
    "loads", "repeats", "residents",
)  # fmt: skip
#: Those that are put one below the other.
LISTED: Final = (
    "kinds", "tiers", "metres", "island_metres", "islands", "groups_of_streets", "gates",
    "compounds", "considered", "visited",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class JoinedAnswer:
    """What all parts together answer.

    summary : the content of summary.json. layers : `facilities`, `gate_gains`, `compounds`, and
    `committees` where the plan names them, EPSG:4326; outlined : `gaps` and `unknown_areas`, whose
    outlines are looked up when they are asked for; tables : `classes` and `gap_classes` where it
    names classes; as a run has them.
    bundles : of which units the gaps are made.
    offers : by which each part works out the scores of its residents.
    warnings : those of the summary, and how the files of the plan were read.
    """

    summary: dict[str, Any]
    layers: dict[str, gpd.GeoDataFrame]
    outlined: dict[str, OutlinedRows]
    tables: dict[str, pd.DataFrame]
    bundles: JoinedBundles
    offers: Offers
    warnings: list[str]


def join_parts(
    parts: Iterable[Part],
    whole: Whole,
    name_places: Callable[[Floats], Known],
    left_out: LeftOutUnits | None = None,
) -> JoinedAnswer:
    """Join the parts of a city.

    Parameters
    ----------
    parts
        From `take_part`, in any order; gone through some times, one at a time, so they need not all
        be in memory.
    whole
        What they share.
    name_places
        Places (n, 2), metres -> what each is known by.
    left_out
        Those of the parts who are left out, and who joins them; None: that is done here.
    """
    held = _Held()
    for part in parts:
        held.add(part)
    tables = held.tables()
    kinds = sort_kinds(tables["kinds"])
    folded = {name: in_order(tables[name], kinds) for name in FOLDED}
    counted = _count(parts, whole, tables, folded, kinds)
    left_out = left_out or UnitsHere(parts, whole)
    found = join_gaps(
        whole,
        left_out,
        NamesElsewhere(whole.plan.language, name_places),
        list_classes(counted.people[counted.people["kind"].isin(
            kinds_with_classes(counted.people, whole.plan))]),
    )  # fmt: skip
    ranked = left_out.rank_openings(BundledOpenings(bundle_openings(held.openings, MOST_PAIRS)))
    gains = join_gains(whole, put_together([*ranked]), tables["considered"])
    layers = {
        "facilities": counted.facilities.drop(columns=["counts", "row"]),
        "gate_gains": gains.table,
        "compounds": _put_people_in(tables["compounds"], folded["residents"], whole),
    }
    if whole.committees is not None:
        layers["committees"] = fill_committees(
            parts, whole.committees, held.in_committees, whole.cutoff_minutes
        )
    layers = {name: with_notice(to_wgs84(one), whole.plan) for name, one in layers.items()}
    outlined = {
        name: rows.having(table_with_notice(rows.table, whole.plan))
        for name, rows in (("gaps", found.gaps), ("unknown_areas", found.unknown))
    }
    figures = count_all_breakdowns(whole, folded)
    of_classes = {}
    if found.classes is not None:
        of_classes = {"classes": figures.classes, "gap_classes": found.classes}
    warnings = [*whole.notes, *counted.ruled.notes, *counted.competition.notes]
    shown = {**layers, "gaps": outlined["gaps"].table}
    return JoinedAnswer(
        _summarise(whole, tables, folded, counted, figures, shown, gains.counted, warnings),
        layers,
        outlined,
        {name: table_with_notice(table, whole.plan) for name, table in of_classes.items()},
        found.bundles,
        counted.competition.offers,
        warnings,
    )


def _summarise(
    whole: Whole,
    tables: dict[str, pd.DataFrame],
    folded: dict[str, pd.DataFrame],
    counted: _CityCounts,
    figures: Breakdowns,
    layers: Mapping[str, pd.DataFrame],
    openings: pd.DataFrame,
    warnings: Sequence[str],
) -> dict[str, Any]:
    """Return the content of summary.json, as `build_summary` of a run does."""
    compounds = tables["compounds"]
    return build_summary(
        whole.plan,
        layers,
        counted.coverage,
        checks=counted.checks,
        domains=count_all_domains(whole, folded["domains"]),
        figures=figures,
        completeness=put_figures_together(
            whole.area,
            _add_streets(whole, tables),
            counted.people,
            counted.facilities,
            compounds[compounds["in_area"].to_numpy(dtype=bool)],
        ),
        competition=counted.competition.summary,
        uncertainty=summarise_repeats(whole.plan, count_all_repeats(whole, folded), layers["gaps"]),
        openings=openings,
        warnings=[line for line in warnings if line not in whole.inputs.remarks],
        invented_streets=whole.inputs.osm.invented,
        cutoffs=whole.inputs.cutoffs,
    )


@dataclass(frozen=True, eq=False)
class _CityCounts:
    """What is counted of the people and facilities of all parts.

    people : the folded units with their verdicts at the last cutoff.
    coverage : shares by kind and town. ruled : what became of each rule. checks : of targets and
    rules. competition : who shares the stations. facilities : with their loads.
    """

    people: pd.DataFrame
    coverage: pd.DataFrame
    ruled: RuleRows
    checks: list[dict[str, Any]]
    competition: JoinedCompetition
    facilities: gpd.GeoDataFrame


def _count(
    parts: Iterable[Part],
    whole: Whole,
    tables: dict[str, pd.DataFrame],
    folded: dict[str, pd.DataFrame],
    kinds: Sequence[str],
) -> _CityCounts:
    """Count people and facilities from the tables of all parts, as a run counts them."""
    coverage = count_everybody(whole, folded)
    ruled = count_all_rules(whole, folded, tables["tiers"])
    checks = judge_targets(
        coverage,
        {str(kind): target for kind, target in whole.plan.service.targets.items()},
        cutoff_minutes=whole.cutoff_minutes,
        profile=whole.plan.service.profile,
    )
    competition = join_competition(parts, whole, tables["visited"])
    loads = add_loads(whole, folded["loads"], kinds)
    facilities = put_loads(whole.facilities, loads, competition.load)
    people = _list_people(whole, folded["coverage"])
    return _CityCounts(people, coverage, ruled, checks + ruled.checks, competition, facilities)


def _put_people_in(
    compounds: pd.DataFrame, residents: pd.DataFrame, whole: Whole
) -> gpd.GeoDataFrame:
    """Return the layer of compounds, with the people of all parts; see `build_compound_layer`."""
    if compounds.empty:
        return gpd.GeoDataFrame({"town": []}, geometry=[], crs=whole.area.crs)
    known = pd.Index(compounds["compound_id"])
    home = known.get_indexer(residents["compound_id"]) if len(residents) else np.zeros(0, int)
    people = {}
    for column in PEOPLE_COLUMNS:
        chosen = home >= 0
        if len(residents):
            chosen &= (residents["kind"] == column.removeprefix("people_")).to_numpy()
            counts = residents[PEOPLE].to_numpy(dtype=np.float64)[chosen]
        else:
            counts = np.zeros(0)
        people[column] = exact_sums(home[chosen], counts, len(compounds))
    plain = compounds.drop(columns=["shape", "in_area"])
    table = plain.drop(columns="town").assign(**people, town=plain["town"])
    return gpd.GeoDataFrame(table, geometry=compounds["shape"].to_numpy(), crs=whole.area.crs)


@dataclass(eq=False)
class _Held:
    """What is kept of the parts that were gone through; openings : of `count_pairs`."""

    kept: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    openings: list[pd.DataFrame] = field(default_factory=list)
    in_committees: Counter[int] = field(default_factory=Counter)

    def add(self, part: Part) -> None:
        """Keep what the join needs of one part."""
        for name in (*FOLDED, *LISTED):
            table = part.tables.get(name, pd.DataFrame())
            if len(table) or name not in self.kept:  # without rows one tells the columns
                self.kept.setdefault(name, []).append(table)
        for name in FOLDED:
            # Folded as they come, so that what is kept stays small.
            if len(tables := self.kept.get(name, [])) > 1:
                self.kept[name] = [fold_all(tables)]
        residents = part.tables.get("committees", pd.DataFrame())
        if len(residents):
            self.in_committees.update(residents["committee"].tolist())
        self.openings.append(count_pairs(part.tables))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all that is kept, each table whole."""
        return {name: put_together(self.kept.get(name, [])) for name in (*FOLDED, *LISTED)}


def _list_people(whole: Whole, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the folded units with their verdicts at the last cutoff."""
    last = CUTOFF.format(len(whole.plan.service.cutoffs_minutes) - 1)
    columns = [name for name in ("kind", "town", "reason", CLASS) if name in coverage]
    return coverage[[*columns, PEOPLE, "units"]].assign(verdict=coverage[last])


def _add_streets(whole: Whole, tables: dict[str, pd.DataFrame]) -> list[StreetSums]:
    """Add up what the parts measured of their streets and gates, for each polygon."""

    def of_area(name: str, column: str, number: int) -> np.ndarray:
        """Return what all parts say of one polygon."""
        table = tables[name]
        if table.empty:
            return np.zeros(0)
        return np.asarray(table[column].to_numpy()[table["area"].to_numpy() == number])

    return [
        StreetSums(
            metres=of_area("metres", "metres", number),
            island_metres=of_area("island_metres", "metres", number),
            islands=frozenset(of_area("islands", "island", number).tolist()),
            groups=frozenset(of_area("groups_of_streets", "group", number).tolist()),
            gates_mapped=int(of_area("gates", "mapped", number).sum()),
            gates_inferred=int(of_area("gates", "inferred", number).sum()),
        )
        for number in range(len(list_shapes(whole.area)))
    ]
