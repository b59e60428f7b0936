"""Random edits of a plan in its page and in the planner: what each finds of every unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.coverage.groups import group_column
from planner.errors import PlannerError
from planner.scenarios._change_counts import Presence, count_by_area
from planner.scenarios._edit_steps import follow
from planner.scenarios._scenario_case import build_scenario_case
from planner.sources.scenario_file import build_scenario
from planner.stages import Stages
from tests.maps.random_edits import EditDrawer

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from planner.case import Case

#: Who walks and when, in turn.
ASKED = (
    ("adult", None),
    ("wheelchair", "night"),
    ("ebike", None),
    ("adult", "night"),
    ("wheelchair", None),
    ("ebike", "night"),
)
OPS = ("add", "move", "close", "hours", "gate", "wall", "path", "come", "go")
HOURS = (
    "",
    "24/7",
    "Mo-Fr 09:00-17:00",
    "Mo-Su 08:30-20:30; PH off",
    "Tu 22:00-02:00",
    "Mo-Fr 09:00-12:00,13:30-17:00; Sa 09:00-12:00",
    '"by appointment"',
)
VERDICTS = ["covered", "gap", "unknown"]
#: Minutes that differ by less are the same; verdicts may differ where they are as near the cutoff.
NEAR = 0.01
ASK = """async ([edits, asked]) => {
  const { whatIf } = planner;
  await whatIf.apply(edits);
  const { minutes, verdict, comers } = await whatIf.verdicts(asked);
  const told = Array.from(minutes, (one) => (one < Infinity ? one : -1));
  return [told, Array.from(verdict), comers]; }"""
TRY = """async (edits) => { try { await planner.whatIf.apply(edits); return null; }
  catch (error) { return [error.key || 'error', error.message, error.detail || '']; } }"""
FIGURES = "async (asked) => planner.whatIf.figures(asked)"


class EditWriter:
    """Writes random edits of a case as a scenario file has them.

    openings : ids of the new openings that its page knows, those of the layer gate_gains.
    """

    def __init__(self, case: Case, seed: int, openings: list[str]) -> None:
        self.rng = np.random.default_rng(seed)
        self.case = case
        self._drawer = EditDrawer(case, self.rng)
        self._walled, self._openings = self._find_walled(), openings
        self._number = 0

    def edit(self, op: str, *, walled: bool = False) -> dict[str, Any] | None:
        """Return an edit, None where nothing can be drawn; walled : a place inside an estate."""
        self._number += 1
        if op == "hours":
            ids = self.case.facilities.loc[self.case.facilities["counts"], "facility_id"]
            hours = str(self.rng.choice(HOURS))
            return {"op": "hours", "id": str(self.rng.choice(ids)), "opening_hours": hours}
        if op in ("come", "go"):
            return self._come(walled=walled) if op == "come" else self._go()
        if op == "wall":
            found = str(self.rng.choice(self._openings)) if self._openings else None
            return {"op": "open_gate", "id": found} if found else None
        drawn = self._drawer.edit(op, self._number, set())
        if drawn is None:
            return None
        row = {"op": drawn.op, "id": drawn.id, **drawn.values}
        if drawn.lonlat is not None:
            lonlat = self._place_in_estate() if walled and len(self._walled) else drawn.lonlat
            row |= {"lon": lonlat[0], "lat": lonlat[1]}
        if drawn.path:
            row["path"] = [list(corner) for corner in drawn.path]
        return row

    def _come(self, *, walled: bool) -> dict[str, Any]:
        """Return people who come; rarely to a place where nobody is counted."""
        rng, kind = self.rng, str(self.rng.choice(["residential", "commercial", "industrial"]))
        people = float(rng.integers(1, 30_000)) / 10
        place = self._place_in_estate() if walled and len(self._walled) else self._drawer.place()
        row = {"op": "add_people", "id": f"E{self._number}", "kind": kind, "people": people}
        row |= {"lon": place[0] + (0.5 if rng.random() < 0.05 else 0.0), "lat": place[1]}
        groups = [group.name for group in self.case.plan.groups if str(group.kind) == kind]
        if groups and rng.random() < 0.7:
            row["groups"] = {str(rng.choice(groups)): round(people * rng.random(), 1)}
        return row | ({"year": 2031, "name": "新苑"} if rng.random() < 0.3 else {})

    def _go(self) -> dict[str, Any]:
        """Return people who go, by a place or by ids, of which one may be of those who came."""
        rng, row = self.rng, {"op": "remove_people", "id": f"R{self._number}"}
        if rng.random() < 0.6:
            lon, lat = self._drawer.place()
            row |= {"lon": lon, "lat": lat, "radius_m": float(rng.integers(20, 400))}
        else:
            known = [*rng.choice(self.case.units["demand_id"], 4), f"residential:E{self._number}"]
            row["demand_ids"] = [str(one) for one in known[: int(rng.integers(1, 5))]]
        if rng.random() < 0.4:
            row["kind"] = str(rng.choice(["residential", "commercial"]))
        return row | ({"share": float(rng.choice([0.25, 0.3, 0.5]))} if rng.random() < 0.6 else {})

    def _find_walled(self) -> Any:
        """Return the rows of the units inside walled estates."""
        walk = self.case.walks_of(self.case.counting, self.case.units).of(self.case.profile)
        return np.flatnonzero(walk.units.compound >= 0)

    def _place_in_estate(self) -> tuple[float, float]:
        unit = self.case.units.geometry.iloc[self.rng.choice(self._walled)]
        [lonlat] = self._drawer.lonlat(np.array([(unit.x, unit.y)]) + self.rng.normal(0, 8, 2))
        return lonlat


@dataclass
class Told:
    """Edits that the page made one after the other, and what it found after each of them."""

    edits: list[dict[str, Any]]
    asked: list[tuple[str, str | None]]
    minutes: list[Any]
    verdicts: list[Any]
    comers: list[Any]


def undo_all(page: Page, told: Told) -> None:
    """Take the edits back one by one: each state before is as it was, to the last bit."""
    for n in reversed(range(len(told.edits))):
        minutes, verdicts, comers = ask(page, told.asked[n], [])
        assert np.array_equal(minutes, told.minutes[n])
        assert np.array_equal(verdicts, told.verdicts[n])
        assert comers == told.comers[n]
        page.evaluate("planner.whatIf.undo()")
    assert page.evaluate("planner.whatIf.scenario()")["edits"] == []


def to_scenario(case: Case, edits: list[dict[str, Any]], name: str = "try") -> Any:
    return build_scenario({"version": 1, "plan": case.plan.name, "name": name, "edits": edits})


def ask(page: Page, asked: tuple[str, str | None], edits: list[Any]) -> tuple[Any, Any, Any]:
    """Make edits more in the page; return minutes and verdicts of every unit, in its order.

    And what it says of those who have come.
    """
    minutes, verdicts, comers = page.evaluate(
        ASK, [edits, dict(zip(("profile", "moment"), asked, strict=True))]
    )
    found = np.array(minutes, dtype=float)
    return np.where(found < 0, np.inf, found), np.array(VERDICTS, dtype=object)[verdicts], comers


def make_edits(
    page: Page,
    case: Case,
    edits: list[Any],
    turn: int,
    told: Told | None = None,
    *,
    ask_planner: bool = True,
) -> Told:
    """Make edits one after the other; what the page refuses, the planner has to refuse as well.

    told : those that follow some made before; ask_planner : whether it is asked, which takes long.
    """
    told = told or Told([], [], [], [], [])
    for edit in edits:
        refused = page.evaluate(TRY, [edit])
        if refused is not None:
            assert refused[0] != "error", refused
            assert "\n" not in refused[1]
            if ask_planner:
                with pytest.raises(PlannerError):
                    follow_edits(case, [[*told.edits, edit]])
            continue
        asked = ASKED[(turn + len(told.edits)) % len(ASKED)]
        minutes, verdicts, comers = ask(page, asked, [])
        told.edits.append(edit)
        told.asked.append(asked)
        told.minutes.append(minutes)
        told.verdicts.append(verdicts)
        told.comers.append(comers)
    return told


def follow_edits(case: Case, sequences: list[list[Any]]) -> tuple[Any, list[Any]]:
    """Make sequences of edits in the planner; return its case, and the steps of each sequence."""
    scenarios = [to_scenario(case, edits, f"try {n}") for n, edits in enumerate(sequences)]
    both = build_scenario_case(case, scenarios, Stages())
    steps = [follow(both, scenario, n)[0] for n, scenario in enumerate(scenarios)]
    return both, steps


def check_beside(case: Case, order: Any, sequences: list[Told]) -> int:
    """Hold what the page found against the planner; return how many edits were compared.

    order : rows of the case's units in the order of the page's.
    """
    both, steps = follow_edits(case, [told.edits for told in sequences])
    compared = 0
    for number, (told, made) in enumerate(zip(sequences, steps, strict=True)):
        for n, step in enumerate(made):
            question = both.asked(*told.asked[n])
            answer = both.state_judge.judge(step.state, question)
            what = f"{told.asked[n]} after {told.edits[: n + 1]}"
            check_same(answer, told.minutes[n], told.verdicts[n], order, question.cutoff, what)
            here = both.people.owner == number, step.state.here, told.edits[: n + 1]
            check_comers(both, answer, told.comers[n], here, question.cutoff)
            compared += 1
            if n and made[n - 1].state.walks is not step.state.walks:
                both.state_judge.forget(made[n - 1].state)
        both.state_judge.forget(made[-1].state)
    return compared


def check_same(
    answer: Any, minutes: Any, verdicts: Any, order: Any, cutoff: float, what: str
) -> None:
    """Hold minutes and verdicts of the page's units against the planner's."""
    wanted = answer.minutes[order]
    assert np.array_equal(np.isinf(minutes), np.isinf(wanted)), what
    reached = np.isfinite(wanted)
    off = np.abs(minutes[reached] - wanted[reached]).max(initial=0.0)
    assert off <= NEAR, f"{off} minutes apart: {what}"
    differs = verdicts != answer.verdict[order]
    assert (np.abs(wanted[differs] - cutoff) <= NEAR).all(), f"{differs.sum()} verdicts: {what}"


def check_comers(
    both: Any, answer: Any, comers: Any, told: tuple[Any, Any, Any], cutoff: float
) -> None:
    """Hold those who have come by some edits of a sequence against the planner's own units."""
    own, here, edits = told
    ids = [f"{edit['kind']}:{edit['id']}" for edit in edits if edit["op"] == "add_people"]
    assert [one["id"] for one in comers] == ids
    units = both.units
    for one in comers:
        [row] = np.flatnonzero(own & (units["demand_id"] == one["id"]).to_numpy())
        wanted, minutes = answer.minutes[row], np.inf if one["minutes"] is None else one["minutes"]
        assert minutes == wanted or abs(minutes - wanted) <= NEAR, one
        same = VERDICTS[one["verdict"]] == answer.verdict[row]
        assert same or abs(wanted - cutoff) <= NEAR, one
        assert (one["town"] or "", one["kind"]) == tuple(units.loc[row, ["town", "kind"]])
        assert one["people"] == pytest.approx(units.loc[row, "people"] * here[row], rel=1e-12)


def check_figures(page: Page, case: Case, edits: list[Any]) -> None:
    """Hold the page's figures against the totals of a comparison: kinds, towns and groups."""
    both, [steps] = follow_edits(case, [edits])
    state, towns = steps[-1].state, case.area.town_names
    for group in (None, *case.plan.groups):
        profile = (group and group.profile) or case.plan.service.profile
        answer = both.state_judge.judge(state, both.asked(profile))
        found = page.evaluate(FIGURES, {"group": group.name} if group else {})
        kinds = [group.kind] if group else list(dict.fromkeys(both.units["kind"]))
        assert list(found) == [str(kind) for kind in kinds]
        for kind in kinds:
            people = both.groups[group_column(group)] if group else both.units["people"]
            rows = count_by_area(
                both.units, people.where(both.units["kind"] == kind, 0.0), towns,
                (answer, answer), Presence(state.here, state.here),
            )  # fmt: skip
            for row in rows:
                here = found[str(kind)][row["area"]]
                wanted = {name: row[f"{name}_after"] for name in VERDICTS}
                wanted["people"] = row["people"]
                assert here == pytest.approx(wanted, abs=1e-3), (group, kind, row["area"])


def order_of(page: Page, case: Case) -> Any:
    """Return the rows of a case's units in the order of the page's rows."""
    ids = page.evaluate("async () => Object.keys(await planner.whatIf.minutes())")
    rows = {demand_id: row for row, demand_id in enumerate(case.units["demand_id"])}
    assert len(ids) == len(rows)
    return np.array([rows[demand_id] for demand_id in ids])
