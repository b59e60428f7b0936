"""How much work a search for routes may do: counted, so that its answer is the same at any load."""

from __future__ import annotations

import time
from typing import Final

#: Sites looked at and labels compared, and nodes of one programme of whole numbers, for each second
#: of the time limit: on a common processor both together take some two thirds of it.
_WORK_A_SECOND: Final = 70_000_000
_NODES_A_SECOND: Final = 25


class WorkBudget:
    """Work that is left of a search, and whether its clock cut it off before.

    The clock is that of the processor: other programs that run do not make it go faster. It is
    there for machines that are much slower.
    """

    def __init__(self, seconds: float) -> None:
        #: Units of work left of generating routes.
        self.work = int(seconds * _WORK_A_SECOND)
        #: Nodes that one programme of whole numbers may have.
        self.nodes = max(1, int(seconds * _NODES_A_SECOND))
        #: Whether the clock ended something that would have gone on.
        self.cut = False
        self._until = time.thread_time() + seconds

    @property
    def seconds_left(self) -> float:
        """Seconds of processor until the clock cuts the search off, 0.1 at least."""
        return max(0.1, self._until - time.thread_time())

    @property
    def is_over(self) -> bool:
        """Whether all work of generating is done, or the clock says so."""
        return self.work <= 0 or self.is_late

    @property
    def is_late(self) -> bool:
        """Whether the clock cuts the search off; then it is remembered."""
        late = time.thread_time() > self._until
        self.cut = self.cut or late
        return late
