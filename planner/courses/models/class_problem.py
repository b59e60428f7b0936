"""What is asked of the sessions of one class, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass

from planner.crs.array_types import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class ClassProblem:
    """n orders of one class, m stations that may hold it, a term of d days.

    people (n,) : of each order. allowed (n, m) : which stations it may go to.
    cost (n, m) : minutes of one person of the order to each station, finite where allowed.
    room (m,) : the most people of one session. least : the fewest.
    first, last (n,) : days between which each order wants it, both included.
    open_days (m, d) : on which days a session may be held there.
    split : whether the people of one order may go to several sessions.
    """

    people: Ints
    allowed: Flags
    cost: Floats
    room: Ints
    least: int
    first: Ints
    last: Ints
    open_days: Flags
    split: bool = False

    def of_orders(self, kept: Ints) -> ClassProblem:
        """Return the problem of some of the orders."""
        return ClassProblem(
            self.people[kept], self.allowed[kept], self.cost[kept], self.room, self.least,
            self.first[kept], self.last[kept], self.open_days, self.split,
        )  # fmt: skip


@dataclass(frozen=True)
class ClassSession:
    """One session: position of its station, positions of its orders and people of each."""

    host: int
    orders: tuple[int, ...]
    people: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class ClassCover:
    """The sessions chosen, and what is proved of them.

    unmet (n,) : people of each order that no session takes.
    sessions_bound : no choice that meets these people has fewer sessions.
    unmet_bound : no choice leaves fewer people unmet.
    cut_short : the clock ended the search, so that another run may find something else.
    """

    sessions: tuple[ClassSession, ...]
    unmet: Ints
    sessions_bound: int
    unmet_bound: int
    cut_short: bool = False

    @property
    def proved(self) -> bool:
        """Whether no choice is better in people met, and then in sessions."""
        few = self.sessions_bound >= len(self.sessions)
        return few and self.unmet_bound >= int(self.unmet.sum())
