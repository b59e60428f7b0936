"""How much a search may do: measured by its work, so that the same input gives the same answer."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Final

#: Rounds in which sets of orders are made.
_ROUNDS: Final = 60
#: Nodes of a search by HiGHS times the size of its matrix (rows by columns).
_WORK: Final = 2_000_000


@dataclass(frozen=True)
class Effort:
    """The work that a search may do, and the moment at which it ends whatever it has found.

    times : how many times the usual work. end : by `time.perf_counter`; a search that is cut by it
    may find something else another time.
    """

    times: float = 1.0
    end: float = math.inf

    def scale(self, by: float) -> Effort:
        """Return so many times the work, until the same moment."""
        return replace(self, times=self.times * by)

    @property
    def seconds(self) -> float:
        """How many seconds are left, inf without a limit."""
        return max(self.end - time.perf_counter(), 0.0)

    @property
    def is_over(self) -> bool:
        """Whether the moment has come."""
        return time.perf_counter() >= self.end

    @property
    def rounds(self) -> int:
        """In how many rounds sets of orders are made, one at least."""
        return max(1, round(_ROUNDS * self.times))

    def count_nodes(self, rows: int, columns: int) -> int:
        """Return how many nodes HiGHS looks at in a programme of this size, one at least."""
        return 1 + int(_WORK * self.times / max(rows * columns, 1))


#: Without a limit by the clock.
USUAL: Final = Effort()
