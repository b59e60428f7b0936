"""Random edits of a plan, and minutes after them: by the planner and by the page's engine."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np

from planner.crs import project, unproject
from planner.errors import PlannerError
from planner.maps._whatif_payload import pack_whatif
from planner.network.walk_network import PUBLIC
from planner.run.wall_layers import build_gate_layer
from planner.run.whatif_data import find_whatif_data
from planner.scenarios._edit_steps import follow
from planner.scenarios._scenario_case import build_scenario_case
from planner.sources.scenario_file import Edit, Scenario
from planner.stages import Stages
from planner.travel.access import take
from planner.travel.minutes import reached_pairs
from planner.travel.wall_places import find_wall_places
from tests.maps.in_node import PROGRAM_FOLDER, require_node

OPS = ("add", "move", "close", "gate", "wall", "path")
#: Minutes that are told apart: places are written in tenths of a millimetre.
NEAR = 0.001


class EditDrawer:
    """Draws edits of a case at random."""

    def __init__(self, case, rng):
        self.case, self.rng, self.network = case, rng, case.network
        self.gates = build_gate_layer(case.streets, case.area)["gate_id"].tolist()
        self.walls = find_wall_places(case.streets).links

    def scenario(self, name, ops):
        """Return a scenario of edits, without those that nothing can be drawn for."""
        taken = set()
        edits = [self.edit(op, number, taken) for number, op in enumerate(ops, start=1)]
        return Scenario(name, self.case.plan.name, tuple(e for e in edits if e), name)

    def edit(self, op, number, taken):
        if op in ("gate", "wall"):
            ids = self.gates if op == "gate" else self.walls.id.tolist()
            return (
                Edit(number, "open_gate", str(self.rng.choice(ids)), None, (), None, {})
                if ids
                else None
            )
        if op == "path":
            return self.path(number)
        if op == "add":
            values = {"open_to_outsiders": False} if self.rng.random() < 0.2 else {}
            return Edit(number, "add", f"new {number}", self.place(), (), None, values)
        open_ids = self.case.facilities.loc[self.case.facilities["counts"], "facility_id"]
        ids = [known for known in open_ids if known not in taken]
        if len(ids) < 2:  # one has to stay open
            return None
        chosen = str(self.rng.choice(ids))
        taken.add(chosen)
        return Edit(number, op, chosen, self.place() if op == "move" else None, (), None, {})

    def place(self):
        """Return a place near a unit."""
        unit = self.case.units.geometry.iloc[self.rng.integers(len(self.case.units))]
        [lonlat] = self.lonlat(np.array([(unit.x, unit.y)]) + self.rng.normal(0, 25, 2))
        return lonlat

    def path(self, number):
        """Return a path from one street node to another, of everybody or of the compound there."""
        network, rng = self.network, self.rng
        start = int(rng.integers(network.n_nodes))
        away = np.hypot(*(network.xy - network.xy[start]).T)
        near = np.flatnonzero((away > 20) & (away < float(rng.choice([100, 300, 900]))))
        if len(near) == 0:
            return None
        ends = network.xy[[start, int(rng.choice(near))]]
        along = np.array([0.0, *np.sort(rng.uniform(0.1, 0.9, rng.integers(0, 4))), 1.0])[:, None]
        corners = ends[0] + along * (ends[1] - ends[0]) + rng.normal(0, 2, (len(along), 2))
        here = np.flatnonzero((network.u == start) | (network.v == start))
        access = rng.choice([PUBLIC, *network.access[here]])
        lonlat = tuple(self.lonlat(corners))
        return Edit(
            number, "add_path", f"path {number}", None, lonlat, None, {"access": str(access)}
        )

    def lonlat(self, xy):
        # Seven decimals, as files have them.
        return [tuple(place) for place in unproject(xy, self.network.crs).round(7).tolist()]


def planner_minutes(case, scenarios, asked):
    """Return the scenarios that can be made, and what is found after each.

    That is minutes, scenario x question x unit, and stations within each cutoff on the streets
    then, at least and at most: x unit x cutoff.
    """
    made, found, within = [], [], []
    for scenario in scenarios:
        try:
            both = build_scenario_case(case, [scenario], Stages())
            state = both.today
            if scenario.edits:
                steps, _ = follow(both, scenario, 0)
                state = steps[-1].state
        except PlannerError:
            continue  # such as a move to a place without a street: the page refuses it too
        questions = [both.asked(profile, moment) for profile, moment in asked]
        answers = both.state_judge.judge_all(state, questions)
        made.append(scenario)
        found.append(np.array([answers[question].minutes for question in questions]))
        within.append([_count_within(both, state, question) for question in questions])
    return made, found, within


def _count_within(both, state, question):
    """Count the stations within each cutoff of each unit, a little less and a little more."""
    walk, cutoffs = state.walks.of(question.profile, question.moment), both.plan.service
    chosen = (state.chosen & question.chosen(both.pool.table))[: len(walk.places)]
    places = take(walk.places, np.flatnonzero(chosen))
    counts = []
    for more in (-NEAR, NEAR):
        pairs = [
            reached_pairs(walk.streets, places, walk.units, cutoff + more).target
            for cutoff in cutoffs.cutoffs_minutes
        ]
        counts.append(np.array([np.bincount(p, minlength=len(both.units)) for p in pairs]).T)
    return counts


def packed(case):
    """Return what a page has of a case, with every new opening: as its text, and unpacked."""
    walk = case.walks_of(case.counting, case.units).of(case.profile)
    data = find_whatif_data(case, walk, find_wall_places(case.streets).links)
    return pack_whatif(data), data


def engine_minutes(case, scenarios, asked):
    """Return what the page's engine finds after each scenario, then today.

    Of each question minutes (inf for none), and stations within each cutoff, unit x cutoff.
    """
    text, data = packed(case)
    origin, crs = np.array(data.head["origin"]), case.network.crs
    given = {
        "engine": (PROGRAM_FOLDER / "engine").as_uri() + "/",
        "text": text,
        "asked": asked,
        "scenarios": [[_told(edit, crs, origin) for edit in s.edits] for s in scenarios],
    }
    done = subprocess.run(
        [require_node(), Path(__file__).with_name("engine_minutes.mjs")],
        input=json.dumps(given), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [_read_found(rows, len(case.units)) for rows in json.loads(done.stdout)]


def _read_found(rows, n_units):
    minutes = [[np.inf if m is None else m for m in row["minutes"]] for row in rows]
    return np.array(minutes), [np.reshape(row["counts"], (n_units, -1)) for row in rows]


def _told(edit, crs, origin):
    """Return an edit as the engine takes it, in metres."""
    places = [edit.lonlat] if edit.lonlat else list(edit.path)
    xy = project(*np.array(places).T, crs) - origin if places else np.empty((0, 2))
    return {
        "op": edit.op,
        "id": edit.id,
        "xy": xy[0].tolist() if edit.lonlat else None,
        "path": xy.tolist(),
        "closed": edit.values.get("open_to_outsiders") is False,
        "access": edit.values.get("access"),
    }
