"""Parts: what one piece of a city answers, in tables that add up to the answer of the whole."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planner.case import Case
from planner.coverage.committees import list_committee_residents
from planner.run.covered import Judgement, repeat_judgement
from planner.scale.parts.part_competition import list_competition
from planner.scale.parts.part_ground import OwnGround, measure_ground
from planner.scale.parts.part_left_out import list_left_out, list_openings
from planner.scale.parts.part_verdicts import fold_repeats, fold_verdicts
from planner.scale.parts.tile_case import TileCase
from planner.scale.parts.tile_names import LANDMARKS
from planner.scale.work.array_tables import pack_tables, unpack_tables
from planner.sources.cache import Arrays
from planner.stages import Stages


@dataclass(frozen=True, eq=False)
class Part:
    """What one piece of a city says of its own units, streets, gates, compounds and openings.

    tables : by name; which there are, and their columns, say `fold_verdicts`, `fold_repeats`,
        `measure_ground`, `list_left_out`, `list_openings`, `list_competition` and
        `list_committee_residents`; and `kinds`: kind, first (row of its first unit in the table of
        all units). A table without rows may lack its columns.
    """

    tables: dict[str, pd.DataFrame]

    def to_arrays(self) -> Arrays:
        """Return it as arrays without objects, the same for the same part."""
        return pack_tables(self.tables)

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Part:
        """Return the part that `to_arrays` turned into arrays; landmarks beside it are left out."""
        own = {name: values for name, values in arrays.items() if not name.startswith(LANDMARKS)}
        return cls(unpack_tables(own))


def take_part(
    case: Case, judgement: Judgement, ground: OwnGround, stages: Stages | None = None
) -> Part:
    """Count what is a part's own, so that `join_parts` can add it up.

    Parameters
    ----------
    case
        Its units are those of the part alone, in the order of the whole; its facilities are those
        of the whole, with what the whole knows of them. Its streets reach as far as anybody walks.
    judgement
        From `judge_everybody` of this case; its rules are those that the whole checks.
    ground
        What is the part's own.
    """
    stages = stages or Stages()
    demand = judgement.judged.demand
    with stages("coverage"):
        tables = {"kinds": _list_kinds(demand, ground)} | fold_verdicts(case, judgement)
        tables |= list_competition(case, judgement)
        if case.committees is not None:
            tables["committees"] = list_committee_residents(
                case.committees, demand, case.counting, judgement.walk, case.cutoff_minutes,
                case.unsure, case.beyond.measure_own if isinstance(case, TileCase) else None,
            )  # fmt: skip
    repeats = repeat_judgement(case, judgement.walk, stages)
    tables["repeats"] = fold_repeats(demand, repeats)
    with stages("walls"):
        tables |= measure_ground(case, judgement, ground)
    with stages("gaps"):
        tables |= list_left_out(case, judgement, ground, repeats)
    with stages("gate gains"):
        tables |= list_openings(case, judgement, ground)
    return Part(tables)


def _list_kinds(demand: pd.DataFrame, ground: OwnGround) -> pd.DataFrame:
    """List the kinds of people, and the row of the first unit of each."""
    kinds = pd.DataFrame({"kind": demand["kind"].to_numpy(), "first": ground.rows})
    return kinds.groupby("kind", sort=False)["first"].min().reset_index()
