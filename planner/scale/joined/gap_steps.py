"""The steps that join those who are left out: by tile, then by bundle of pieces, then by town."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from planner.scale.cut.area_arrays import area_from_arrays
from planner.scale.cut.whole import Whole
from planner.scale.joined.gap_pieces import (
    MOST_UNITS,
    Bundles,
    JoinedBundles,
    Tables,
    find_pieces,
    join_bundle,
    join_scattered,
    take_bundle,
)
from planner.scale.joined.joined_gaps import put_together
from planner.scale.joined.opening_ranks import BundledOpenings, rank_bundle, take_openings
from planner.scale.parts.city_parts import Part
from planner.scale.streets.opened import Settings, open_plan, place_all_facilities
from planner.scale.work.array_tables import StoredTables, pack_tables, unpack_tables
from planner.scale.work.content import keep
from planner.scale.work.steps import Runner, StepStore, Work, WorkStep
from planner.sources.cache import Arrays

#: Settings of an answer that say which plan it is about, its area and its facilities.
_ASKED: Final = ("plan", "plan_sha256", "files", "cut", "area", "facilities")
_STAGE: Final = "gaps"
#: What is kept of the openings of a tile, and what is told of a bundle of them.
_BUNDLE: Final = "bundle"
_RANKED: Final = "ranked"


def find_pieces_of_tile(store: StepStore, settings: Settings) -> Arrays:
    """Find which units of a tile hang together: a step; answer : key of `answer_tile`."""
    return pack_tables(find_pieces(Part.from_arrays(store.load(settings["answer"])).tables))


def join_units(store: StepStore, settings: Settings) -> Arrays:
    """Find the gaps of one bundle: a step, which holds the units of the bundle, and of one tile.

    settings : plan, cut, area, facilities (the last two are keys), bundle (its number), classes,
    and of each tile that has units of it the keys of `find_pieces_of_tile` and of its bundles.
    """
    number = settings["bundle"]
    taken = [
        take_bundle(unpack_tables(store.load(pieces)), store.load(bundle_of), number)
        for pieces, bundle_of in settings["tiles"]
    ]
    units = {name: put_together([tables[name] for tables in taken]) for name in taken[0]}
    return pack_tables(join_bundle(_open_whole(store, settings), units, settings["classes"]))


def join_scattered_units(store: StepStore, settings: Settings) -> Arrays:
    """Tell of the smallest gaps of some towns: a step.

    settings : as for `join_units`; towns, and joined: the keys of bundles with units of them.
    """
    found: dict[str, list[pd.DataFrame]] = {"scattered": [], "small": []}
    for key in settings["joined"]:
        tables = unpack_tables(store.load(key))
        for name, of_name in found.items():
            table = tables[name]
            of_name.append(table[table["town"].isin(settings["towns"]).to_numpy()])
    units, small = (put_together(tables) for tables in found.values())
    whole = _open_whole(store, settings)
    return pack_tables(join_scattered(whole, units, small, settings["classes"]))


def rank_openings_of_tiles(store: StepStore, settings: Settings) -> Arrays:
    """Rank the openings of one bundle: a step.

    settings : bundle (its number), and of each tile that has openings of it the key of
    `answer_tile`, that of the bundles of its openings, and how many openings stand before its own.
    """
    taken = []
    for answer, bundle_of, before in settings["tiles"]:
        part = Part.from_arrays(store.load(answer)).tables
        of = store.load(bundle_of)[_BUNDLE]
        taken.append(take_openings(part, of, settings["bundle"], before))
    openings, gains = (put_together([one[name] for one in taken]) for name in taken[0])
    return pack_tables({_RANKED: rank_bundle(openings, gains)})


def read_members(store: StepStore, key: str) -> pd.DataFrame:
    """Return who is in which gap, of one bundle: row in the table of all units, and gap_id."""
    return unpack_tables(store.load(key))["members"]


@dataclass(frozen=True, eq=False)
class LeftOutOfTiles:
    """Those who are left out in the tiles of a city, joined by steps.

    answers : the steps of the tiles' answers, done.
    """

    runner: Runner
    store: StepStore
    answers: Sequence[WorkStep]
    most_units: int = MOST_UNITS

    def list_pieces(self) -> Iterable[Tables]:
        """Return what `find_pieces` tells of each tile."""
        return StoredTables(self.store, self.runner.run(self._see()))

    def join(self, bundles: Bundles, classes: Sequence[str]) -> JoinedBundles:
        """Return what `join_bundle` tells of each bundle."""
        seen = [step.key for step in self._see()]
        kept = [keep(self.store, dict(of_part)) for of_part in bundles.of_part]
        steps = [
            self._ask(
                join_units,
                {"bundle": number, "classes": list(classes),
                 "tiles": [[seen[part], kept[part]] for part in parts]},
            )
            for number, parts in enumerate(bundles.parts)
        ]  # fmt: skip
        keys = self.runner.run(steps)
        return JoinedBundles(StoredTables(self.store, keys), bundles.parts, keys)

    def join_scattered(
        self, joined: JoinedBundles, batches: Sequence[Mapping[str, Sequence[int]]],
        classes: Sequence[str],
    ) -> Sequence[Tables]:  # fmt: skip
        """Return what `join_scattered` tells of the towns of each batch."""
        steps = []
        for towns in batches:
            numbers = sorted({number for some in towns.values() for number in some})
            settings = {
                "towns": list(towns), "joined": [joined.keys[number] for number in numbers],
                "classes": list(classes),
            }  # fmt: skip
            steps.append(self._ask(join_scattered_units, settings))
        return StoredTables(self.store, self.runner.run(steps))

    def rank_openings(self, bundled: BundledOpenings) -> Iterator[pd.DataFrame]:
        """Yield what `rank_bundle` tells of each bundle."""
        kept = [keep(self.store, {_BUNDLE: of_part}) for of_part in bundled.of_part]
        steps = []
        for number in range(bundled.count):
            tiles = [
                [self.answers[part].key, kept[part], bundled.place(part)]
                for part in bundled.list_parts(number)
            ]
            settings = {"bundle": number, "tiles": tiles}
            steps.append(WorkStep(_STAGE, "", rank_openings_of_tiles, settings))
        for tables in StoredTables(self.store, self.runner.run(steps)):
            yield tables[_RANKED]

    def _see(self) -> list[WorkStep]:
        """Return the steps that find the pieces of the tiles."""
        return [
            WorkStep(_STAGE, step.tile, find_pieces_of_tile, {"answer": step.key})
            for step in self.answers
        ]

    def _ask(self, work: Work, settings: Mapping[str, Any]) -> WorkStep:
        """Return a step about the plan."""
        asked = {name: self.answers[0].settings[name] for name in _ASKED}
        return WorkStep(_STAGE, "", work, {**asked, **settings})


def _open_whole(store: StepStore, settings: Settings) -> Whole:
    """Return what the tiles share, but for what is to be said of it."""
    inputs = open_plan(settings)
    area = area_from_arrays(store.load(settings["area"]), inputs)
    facilities = place_all_facilities(store, settings["facilities"], inputs, area)[1]
    return Whole(inputs, area, facilities, [])
