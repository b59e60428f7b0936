"""What in a row tells where it may be: each hint leads to places of the gazetteer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple

from planner.sources.locating.addresses import Address, find_address, find_streets
from planner.sources.locating.gazetteer import AREAS, Gazetteer, Spot, find_mentions, list_grams
from planner.sources.locating.names import (
    PlaceName,
    is_common,
    list_numbers,
    normalise,
    read_brackets,
    read_name,
    squeeze,
    strip_regions,
)

#: How a place was found -> how much that is worth, from 0 to 1. An assumption, which
#: benchmarks/locate.py puts to the test.
WORTH: Final = {
    "name": 1.0,
    "address": 0.97,
    "lane": 0.93,
    "compound": 0.92,
    "crossing": 0.85,
    "compound_within": 0.8,
    "between": 0.92,
    "name_in_part": 0.75,
    "similar": 0.6,
    "street": 0.35,
    "town": 0.15,
}
#: So many names that share most signs are looked at one by one.
_MOST_LOOKED_AT: Final = 60
#: Pairs of signs in more names than this tell nothing.
_COMMON: Final = 3_000
_LEAST_LIKENESS: Final = 75.0
#: A house between two others is as good as known if these are so close.
_CLOSE_M: Final = 500.0
#: What stands in homes tells where they are, not how far they reach: if it lies farther apart than
#: this, the homes are large and may reach farther still.
_MOST_TOLD_M: Final = 350.0
_NUMBERED_HOMES: Final = re.compile(r"\d村$")
#: 宝钢1-2村: several that are written as one.
_SEVERAL_HOMES: Final = re.compile(r"(\D+)(\d{1,2}(?:-\d{1,2})+)村$")
#: 宝山花园2期 and its 东区 are parts of it, or lie beside it.
_PART_OF_HOMES: Final = re.compile(r"(.{2,}?)(?:\d{1,2}期|[a-z东南西北中]区)$")
#: Beside a place is not at it: a street away, an assumption, unless it says how far.
_BESIDE: Final = re.compile(
    r"(\d{1,4})米|对面|[旁边]$|[旁边][)）]|附近|隔壁|[东南西北]侧|以[东南西北]"
)
_BESIDE_M: Final = 100.0
#: Of a text no more is shown.
_MOST_SHOWN: Final = 60
_TOWN: Final = re.compile(r"[\u4e00-\u9fff]{2,4}(?:街道|镇|乡)")


class Asked(NamedTuple):
    """What a row says of where it is, as it is written; "" where it does not."""

    name: str = ""
    address: str = ""
    town: str = ""
    committee: str = ""


class Hint(NamedTuple):
    """A place, how it was found, and what that is worth."""

    spot: Spot
    way: str
    worth: float

    @property
    def is_proof(self) -> bool:
        """Whether it alone is enough to be certain, if nothing speaks against it.

        Chains and schools share names; homes, and what the plan itself lists, do not. Stops of one
        name stand along a street, at the edge of what they are named after.
        """
        spot = self.spot
        if spot.kind == "stop":
            return False
        if self.way == "compound":
            # Homes with a number are small; of others one known address may be at the far end.
            numbered = _NUMBERED_HOMES.search(spot.label) is not None
            told = (numbered or spot.seen >= 2) and spot.radius_m <= _MOST_TOLD_M
            return spot.kind in AREAS or told
        if self.way == "name":
            return spot.kind in AREAS or spot.kind == "facility"
        if self.way == "between":
            return spot.radius_m <= _CLOSE_M
        return self.way in ("address", "lane")


def find_hints(asked: Asked, gazetteer: Gazetteer) -> list[Hint]:
    """Find all places that a row may mean; similar names only where nothing better is found."""
    read = read_name(asked.name, gazetteer.town_names)
    committee = read_name(asked.committee, gazetteer.town_names)
    # Where a name only says what is there, its brackets say where.
    homes = read_brackets(asked.name, gazetteer.town_names) if read.is_common else read
    # People write the address into the name as well.
    text = asked.address or asked.name
    found = find_address(text, gazetteer.street_names, gazetteer.town_names)
    hints = [
        *_by_name(read, found, gazetteer),
        *_by_address(text, found, gazetteer),
        *_by_compound(homes, asked.address, gazetteer),
        *_by_compound(committee, "", gazetteer),
    ]
    if not any(hint.worth >= WORTH["name_in_part"] for hint in hints):
        hints += _by_likeness(read, gazetteer)
    beside_m = max(_find_distance(asked.name), _find_distance(asked.address))
    return [_widen(hint, beside_m) for hint in hints] if beside_m else hints


def find_town(asked: Asked, gazetteer: Gazetteer) -> str:
    """Return the town that a row names, as it is compared: its column, else name or address.

    It need not be known: then what lies in a known town lies in another one.
    """
    texts = [squeeze(normalise(text)) for text in (asked.town, asked.name, asked.address)]
    taken = [strip_regions(text, gazetteer.town_names) for text in texts]
    for whole in (texts[0], taken[0][0]):
        if whole in gazetteer.towns:
            return whole
        if whole in gazetteer.short_towns:
            return gazetteer.short_towns[whole]
    found = next((town for _, town in taken if town), "")
    if not found and texts[0] and _TOWN.fullmatch(taken[0][0]):
        return taken[0][0]
    return found or _find_short_town(taken[1][0], gazetteer)[0]


def _find_short_town(bare: str, gazetteer: Gazetteer) -> tuple[str, str]:
    """Return a town whose short name stands before the name of homes there, and the homes' stem."""
    for short, town in gazetteer.short_towns.items():
        stem = read_name(bare[len(short) :]).stem if bare.startswith(short) else ""
        if len(stem) > 2 and any(
            squeeze(normalise(spot.town)) == town for spot in gazetteer.compounds.get(stem, [])
        ):
            return town, stem
    return "", ""


def _find_distance(text: str) -> float:
    """Return how far a row says it is from what it names, metres; 0 where it is there."""
    found = _BESIDE.findall(text)
    return max((float(metres or _BESIDE_M) for metres in found), default=0.0)


def _widen(hint: Hint, more_m: float) -> Hint:
    """Return a hint that leads to somewhere around its place."""
    return hint._replace(spot=hint.spot._replace(radius_m=hint.spot.radius_m + more_m))


def _by_name(read: PlaceName, address: Address | None, gazetteer: Gazetteer) -> Iterator[Hint]:
    """Yield places of the same name: in part, where brackets or the streets of addresses differ."""
    same = gazetteer.wholes.get(read.whole, [])
    for spot in same or gazetteer.bares.get(read.bare, []):
        if not _fits_town(read, spot):
            continue
        moved = address is not None and spot.street not in ("", address.street)
        way = "name" if same and not moved else "name_in_part"
        yield Hint(spot, way, WORTH[way])


def _fits_town(read: PlaceName, spot: Spot) -> bool:
    """Tell whether two alike names may be of one place.

    月浦镇党群服务中心 is not 大场镇党群服务中心: of a name that only says what is there the towns
    must be the same.
    """
    if read.is_common:
        return read.town != "" and read.town == spot.named_town
    return "" in (read.town, spot.named_town) or read.town == spot.named_town


def _by_address(text: str, address: Address | None, gazetteer: Gazetteer) -> Iterator[Hint]:
    """Yield the house, the lane or at least the street of an address."""
    if address is not None and address.street in gazetteer.houses:
        found = gazetteer.houses[address.street].find(address.number, lane=address.lane)
        if found is not None:
            way = ("lane" if address.lane else "address") if found.exact else "between"
            label = f"{address.street}{address.number}"
            if address.street.isascii():  # squeezed, it is hard to read
                label = text.strip()[:_MOST_SHOWN]
            where = found.x, found.y, found.radius_m, "address"
            spot = Spot(*where, label, found.town, seen=found.seen)
            yield Hint(spot, way, WORTH[way])
            return
    named = find_streets(text, gazetteer.streets, gazetteer.town_names)
    crossed = False
    for one, other in pairwise(named):
        for spot in gazetteer.crossings.get("/".join(sorted((one, other))), []):
            crossed = True
            yield Hint(spot, "crossing", WORTH["crossing"])
    for street in [] if crossed else named[:1]:
        yield from (Hint(s, "street", WORTH["street"]) for s in gazetteer.streets[street])


def _by_compound(read: PlaceName, address: str, gazetteer: Gazetteer) -> Iterator[Hint]:
    """Yield homes that are named, or named in a longer name or address."""
    known = gazetteer.compounds
    bare_address, _ = strip_regions(squeeze(normalise(address)), gazetteer.town_names)
    ways: dict[str, str] = {read.stem: "compound"} if read.stem in known else {}
    _, in_town = ("", "") if read.stem in known else _find_short_town(read.bare, gazetteer)
    if in_town:
        ways[in_town] = "compound"
    for stem in find_mentions(bare_address, known):
        ways.setdefault(stem, "compound")
    parts = [] if ways else _list_parts(read.stem)
    ways |= {stem: "compound_within" for stem in parts if stem in known}
    for stem in find_mentions(read.bare, known):
        # 华和路大华五村 stands where it does because of a street; a short name may be chance.
        begins = is_common(read.bare.partition(stem)[0]) and len(stem) > 2
        ways.setdefault(stem, "compound" if begins else "compound_within")
    for stem, way in ways.items():
        for spot in known[stem]:
            # Committee 1 of some homes is not where committee 2 is, but both are in the homes.
            if not (read.part and spot.part and read.part != spot.part):
                yield Hint(spot, way, WORTH[way])


def _list_parts(stem: str) -> list[str]:
    """List the homes of which some are only a part, or the several that they are."""
    several, part = _SEVERAL_HOMES.fullmatch(stem), _PART_OF_HOMES.fullmatch(stem)
    parts = [part[1]] if part else []
    return [f"{several[1]}{n}村" for n in several[2].split("-")] if several else parts


def _by_likeness(read: PlaceName, gazetteer: Gazetteer) -> Iterator[Hint]:
    """Yield places of similar names, never one whose numbers differ."""
    from rapidfuzz import fuzz, process

    asked = list_numbers(read.bare)
    shared: Counter[int] = Counter()
    for gram in sorted(list_grams(read.stem)):
        numbers = gazetteer.grams.get(gram, [])
        if len(numbers) <= _COMMON:
            shared.update(numbers)
    # By count, then by name: of equals the same ones are looked at whatever came first.
    best = sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:_MOST_LOOKED_AT]
    names = [gazetteer.names[number] for number, _ in best]
    alike = [name for name in names if list_numbers(name) == asked]
    found = process.extract(read.bare, alike, scorer=fuzz.ratio, limit=5,
                            score_cutoff=_LEAST_LIKENESS)  # fmt: skip
    for name, likeness, _ in found:
        spots = gazetteer.bares.get(name, []) + gazetteer.compounds.get(name, [])
        for spot in filter(partial(_fits_town, read), spots):
            yield Hint(spot, "similar", WORTH["similar"] * likeness / 100.0)
