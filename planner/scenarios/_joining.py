"""Which proposals of several files are one, and which cannot both be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import shapely

from planner.scenarios._alone import Proposed
from planner.sources.scenario_edits import PEOPLE_OPS, Edit

#: Proposals of the same kind this near to each other are one.
JOIN_M: Final = 100.0
#: Two clicks on the same gate; another gate, however near, is another proposal.
SAME_GATE_M: Final = 1.0
_OF_ONE_FACILITY: Final = frozenset({"move", "close", "hours", "level"})


@dataclass(eq=False)
class Joined:
    """Proposals of several files that are one.

    members : in the order of the files; of one file at most one.
    target : what it is about: "today" and an id, or "new" and which of the proposals adds it.
    conflicts : number of another proposal -> why both do not go together.
    kept : whether it is made when all are made together.
    """

    members: list[Proposed]
    target: tuple[str, str | int]
    conflicts: dict[int, str] = field(default_factory=dict)
    kept: bool = True

    @property
    def best(self) -> Proposed:
        """The one that stands for all: with most votes, of equals the first."""
        return max(self.members, key=lambda one: one.votes)

    @property
    def votes(self) -> int:
        """Votes for all of them."""
        return sum(one.votes for one in self.members)

    @property
    def files(self) -> set[int]:
        """The files that propose it."""
        return {one.file for one in self.members}


def join_proposals(proposed: Sequence[Proposed]) -> list[Joined]:
    """Put proposals together that are one: of the same op, and within 100 m or about one thing.

    A proposal joins the first one that it is near to. Those of one file are never joined: whoever
    wrote it wants both.

    Parameters
    ----------
    proposed
        Those that can be made, in the order of the files.
    """
    groups: list[Joined] = []
    # What a file calls by an id of its own -> the group that it belongs to.
    added: dict[tuple[int, str, str], int] = {}
    for one in proposed:
        target = _find_target(one, added)
        number = next(
            (
                number
                for number, group in enumerate(groups)
                if one.file not in group.files
                and group.target == target
                and _are_one(group.members[0], one)
            ),
            len(groups),
        )
        if number == len(groups):
            groups.append(Joined([], target))
        groups[number].members.append(one)
        if one.edit.op in ("add", "add_people") and one.edit.lonlat is not None:
            added.setdefault((one.file, one.edit.op, one.edit.id), number)
    return groups


def _find_target(one: Proposed, added: dict[tuple[int, str, str], int]) -> tuple[str, str | int]:
    """Say what a proposal is about, if others can be about the same thing; else "place"."""
    edit = one.edit
    if edit.op in _OF_ONE_FACILITY or (edit.op == "add" and edit.lonlat is None):
        number = added.get((one.file, "add", edit.id))
        return ("today", edit.id) if number is None else ("new", number)
    return "place", ""


def _are_one(first: Proposed, other: Proposed) -> bool:
    """Tell whether two proposals about one target are the same."""
    a, b = first.edit, other.edit
    if a.op != b.op:
        return False
    if a.op == "add_path":
        lines = first.line, other.line
        return bool(shapely.hausdorff_distance(*lines) <= JOIN_M)
    near = bool(shapely.distance(first.place, other.place) <= JOIN_M)
    if a.op == "open_gate":
        return bool(shapely.distance(first.place, other.place) <= SAME_GATE_M)
    if a.op == "add":
        return near and (a.lonlat is None) == (b.lonlat is None)
    # Of these what is set has to be the same, and of a move only where it goes.
    alike = {"add_people": ("kind",), "hours": ("opening_hours", "services"), "level": ("level",),
             "remove_people": ("kind", "share", "demand_ids")}.get(a.op, ())  # fmt: skip
    return near and all(a.values.get(key) == b.values.get(key) for key in alike)


def find_conflicts(groups: Sequence[Joined]) -> None:
    """Note in each group with which others it does not go together, and which of them is kept.

    Of two that do not go together the one with more votes is kept, of equals the first.
    """
    barred: set[frozenset[int]] = set()
    for one, other in combinations(range(len(groups)), 2):
        why = _find_conflict(groups[one], groups[other])
        if why:
            groups[one].conflicts[other] = groups[other].conflicts[one] = why
            # Both can be made where one of them is called otherwise.
            if why != "same_id":
                barred.add(frozenset((one, other)))
    kept: list[int] = []
    for number in sorted(range(len(groups)), key=lambda n: (-groups[n].votes, n)):
        groups[number].kept = all(frozenset((number, other)) not in barred for other in kept)
        if groups[number].kept:
            kept.append(number)
    _leave_out_dependents(groups)


def _leave_out_dependents(groups: Sequence[Joined]) -> None:
    """Leave out what could be made only after an edit of its file that is left out, and so on."""
    left = [number for number, group in enumerate(groups) if not group.kept]
    while left:
        gone = left.pop()
        for number, group in enumerate(groups):
            if group.kept and _rests_on(group.best, groups[gone]):
                group.kept, group.conflicts[gone] = False, "rests"
                left.append(number)


def _rests_on(one: Proposed, gone: Joined) -> bool:
    """Tell whether a proposal needs an earlier edit of its file, about the same thing."""
    earlier = (
        member.edit
        for member in gone.members
        if member.file == one.file and member.edit.number < one.edit.number
    )
    return one.after_others and any(_about_one(one.edit, edit) for edit in earlier)


def _about_one(a: Edit, b: Edit) -> bool:
    """Tell whether two edits of one file are about the same station, or both about people."""
    if {a.op, b.op} <= PEOPLE_OPS:
        return True
    return {a.op, b.op} <= _OF_ONE_FACILITY | {"add"} and a.id == b.id


def _find_conflict(one: Joined, other: Joined) -> str:
    """Say why two proposals of different files do not go together, "" if they do."""
    # Whoever has both in one file has put them in an order that does.
    if one.files & other.files:
        return ""
    a, b = one.best.edit, other.best.edit
    ops = {a.op, b.op}
    if ops <= {"add_people", "remove_people"} and "remove_people" in ops:
        return "people" if _share_people(one, other) else ""
    if a.op == b.op and a.op in ("add", "add_people", "add_path", "open_gate"):
        return "same_id" if a.id == b.id and one.best.place != other.best.place else ""
    if one.target != other.target or one.target[0] == "place":
        return ""
    if "close" in ops:
        return "closed"
    same = a.op == b.op and not (a.op == "hours" and _set_apart(one, other))
    return {"move": "places", "hours": "hours", "level": "level"}.get(a.op, "") if same else ""


def _set_apart(one: Joined, other: Joined) -> bool:
    """Tell whether two edits of hours set different things."""
    keys = [{"opening_hours", "services"} & set(x.best.edit.values) for x in (one, other)]
    return not keys[0] & keys[1]


def _share_people(one: Joined, other: Joined) -> bool:
    """Tell whether the same people would go twice, or go as soon as they come."""
    a, b = one.best, other.best
    if a.edit.op == b.edit.op:
        return bool(a.leaving & b.leaving)
    goes, comes = (a, b) if a.edit.op == "remove_people" else (b, a)
    # Named by their ids they are people of today, or of the same file.
    radius_m = goes.edit.values.get("radius_m", -1.0)
    kinds = goes.edit.values.get("kind", comes.edit.values["kind"]), comes.edit.values["kind"]
    return kinds[0] == kinds[1] and bool(shapely.distance(goes.place, comes.place) <= radius_m)
