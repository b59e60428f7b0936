"""What a choice says of itself, whatever was chosen: its value, its proof, and how it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import pandas as pd

from planner.showing import to_html
from planner.siting._choice_sentences import say_proof
from planner.siting.models.solution import Solution
from planner.siting.sentences import say_amount

#: Names that are printed of what was chosen.
_MOST_NAMED: Final = 10


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ProvedChoice:
    """How good a choice is: each field is that of `Solution`."""

    model: str
    value: float
    unit: str
    bound: float
    gap: float
    status: str
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def proof(self) -> str:
        """How far from the best the choice is at most, in words."""
        return say_proof(self.status, self.gap, "en")

    def _describe(self, asked: str, chosen: Sequence[Any], *facts: str) -> str:
        """Say what was chosen, what it brings and how far it is proved."""
        names = ", ".join(map(str, chosen[:_MOST_NAMED])) + ", ..." * (len(chosen) > _MOST_NAMED)
        said = [say_amount(self.value, self.unit, "en"), *facts, self.proof]
        return "\n  ".join(
            [
                f"{type(self).__name__}({asked}: {names or 'none'})",
                "; ".join(said),
                *(f"note: {note}" for note in self.notes),
            ]
        )

    def _show(self, table: pd.DataFrame) -> str:
        """Return what was chosen as a table of HTML, the proof above it."""
        return to_html(repr(self).splitlines(), table)


def list_proof(found: Solution) -> dict[str, Any]:
    """Return the fields of a `ProvedChoice` as a solution has them."""
    return {one.name: getattr(found, one.name) for one in fields(ProvedChoice)}
