"""Places whose position is known, arranged so that names and addresses are found among them."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from planner.crs.array_types import Floats
from planner.sources.locating.addresses import Address, find_address, name_crossing, name_street
from planner.sources.locating.house_numbers import House, HouseNumbers
from planner.sources.locating.names import PlaceName, normalise, read_name, squeeze

#: What a known place is -> metres that its point may be off from what is asked for.
RADIUS_M: Final[Mapping[str, float]] = {
    "address": 80.0,
    "facility": 50.0,
    "amenity": 50.0,
    "building": 50.0,
    "compound": 150.0,
    "committee": 150.0,
    "mention": 250.0,  # of homes that only what stands in them tells of
    "place": 300.0,
    "stop": 60.0,
    "street": 100.0,
    "crossing": 100.0,
    "town": 1500.0,
}
#: Kinds whose name is that of the homes around it.
AREAS: Final = frozenset({"compound", "committee", "place"})
#: What reaches further tells of no house.
_WIDE_M: Final = 200.0
#: Points of one name that lie closer belong to one place.
_APART_M: Final = 500.0
#: More points of one name tell no more.
_MOST_POINTS: Final = 400
#: Kinds that are looked for otherwise than by a name.
_NO_THINGS: Final = ("street", "crossing", "town", "address")
#: Names of homes are recognised inside other texts if they end so, or are known to be homes.
_HOMES: Final = re.compile(
    r"[\u4e00-\u9fff]{2,6}?(?:\d{1,2}村|新村|花园|家园|公寓|花苑|佳苑|名苑|雅苑|馨苑|小区|街坊)"
)
_NUMBERED_HOMES: Final = re.compile(r"^([\u4e00-\u9fff]{2,4}\d{1,2}村)")
_SHORTEST, _LONGEST = 2, 14
#: Signs before a name that make another one of it.
_PREFIXES: Final = "东南西北新老上下前后"
#: Signs behind a name that do so: a number as well, unless it is one of a house or a committee.
_GOES_ON: Final = re.compile(
    r"[东南西北中]?(?:路|街(?!坊)|大道|公路|公园|支路|镇|新?村|\d+(?![\d\-号栋幢室楼层单元居组])|"
    r"[东南西北a-z]区)"
)
#: Words for homes that alone are the name of none: 大花园 is not 花园.
_NO_NAMES: Final = frozenset({"花园", "家园", "公寓", "新村", "小区", "花苑", "社区", "街坊"})
_STREET_LIKE: Final = ("路", "街", "大道", "公路")


class Spot(NamedTuple):
    """A place that a name or an address may mean; metres.

    label : its name as it is written; kind : see `RADIUS_M`; town : "" where not known;
    part : number of the committee among those of its compound, "" for none; seen : how many places
    of the data say so, where it is no area; street : of its address, "" where none is known;
    named_town : the town at the beginning of its name, as it is compared, "" for none.
    """

    x: float
    y: float
    radius_m: float
    kind: str
    label: str
    town: str
    part: str = ""
    seen: int = 1
    street: str = ""
    named_town: str = ""


@dataclass(frozen=True)
class Gazetteer:
    """Known places by what they are called.

    wholes, bares : names -> spots; compounds : stems of homes -> spots; houses : street -> numbers;
    streets, towns : name -> spot; crossings : names of two streets -> spots; grams : two signs ->
    numbers of `names`, which are all bare names and stems of compounds; town_names : as they are
    compared, the longest first; short_towns : 大场 -> 大场镇, those of one town only;
    street_names : all streets, with numbers or without.
    """

    wholes: Mapping[str, list[Spot]]
    bares: Mapping[str, list[Spot]]
    compounds: Mapping[str, list[Spot]]
    houses: Mapping[str, HouseNumbers]
    streets: Mapping[str, list[Spot]]
    crossings: Mapping[str, list[Spot]]
    towns: Mapping[str, Spot]
    names: list[str]
    grams: Mapping[str, list[int]]
    town_names: tuple[str, ...]
    short_towns: Mapping[str, str]
    street_names: frozenset[str]


def build_gazetteer(known: pd.DataFrame, homes: Collection[str] = ()) -> Gazetteer:
    """Arrange known places.

    Parameters
    ----------
    known
        `name`, `address`, `kind` (see `RADIUS_M`), `town` (texts, "" where not known), `x`, `y`
        (metres), `radius_m` (NaN: that of the kind). The order of the rows changes nothing.
    homes
        Names of homes that are known without a place, such as those of committees: they are
        recognised inside other names and addresses.
    """
    # Sorted, as the first of equals is taken here and there.
    known = known.sort_values([*known.columns], kind="stable", ignore_index=True)
    towns = _find_towns(known)
    town_names = tuple(sorted(towns, key=lambda name: (-len(name), name)))
    read = [read_name(name, town_names) for name in known["name"]]
    spots = _to_spots(known, read)
    names, kinds = known["name"], known["kind"]
    streets = _group(spots, [name_street(name) for name in names], kinds == "street")
    crossings = _group(spots, [name_crossing(name) for name in names], kinds == "crossing")
    addresses = _read_addresses(known, {*streets}, town_names)
    houses = _find_houses(addresses, spots)
    spots = [
        spot if address is None else spot._replace(street=address.street)
        for spot, address in zip(spots, addresses, strict=True)
    ]
    vocabulary = _find_homes(known, read, homes, town_names)
    compounds = _find_compounds(known, spots, read, vocabulary)
    named = ~kinds.isin(_NO_THINGS)
    wholes = _group(spots, [name.whole for name in read], named)
    bares = _group(spots, [name.bare for name in read], named)
    every = sorted({*bares, *compounds})
    return Gazetteer(
        wholes,
        bares,
        compounds,
        houses,
        streets,
        crossings,
        towns,
        every,
        _find_grams(every),
        town_names,
        _find_short_towns(town_names),
        frozenset({*houses, *streets}),
    )


def find_mentions(text: str, vocabulary: Collection[str]) -> list[str]:
    """Return the known names inside a squeezed text, the longest at each place, in their order.

    A number is never cut: 1村 does not stand in 11村.
    """
    found: list[str] = []
    start = 0
    while start < len(text):
        ends = range(min(len(text), start + _LONGEST), start + _SHORTEST - 1, -1)
        hit = next(
            (e for e in ends if text[start:e] in vocabulary and _is_apart(text, start, e)), 0
        )
        if hit:
            found.append(text[start:hit])
        start = hit or start + 1
    return found


def _is_apart(text: str, start: int, end: int) -> bool:
    """Tell whether a part of a text is a name by itself, that cuts no number and no Latin word."""
    if text[start:end] in _NO_NAMES:
        return False
    before, after = text[:start][-1:], text[end:][:1]
    # 北张华浜 and 张华浜路 are other places than 张华浜, 共康7村 another one than 共康.
    if (before and before in _PREFIXES) or _GOES_ON.match(text, end):
        return False
    return not (_joins(before, text[start]) or _joins(text[end - 1], after))


def _joins(one: str, other: str) -> bool:
    """Tell whether two signs beside each other are one number or one word."""
    if not one or not other:
        return False
    return (one.isdigit() and other.isdigit()) or (
        one.isascii() and other.isascii() and one.isalpha() and other.isalpha()
    )


def _find_towns(known: pd.DataFrame) -> dict[str, Spot]:
    """Return the towns by their names."""
    rows = known[known["kind"] == "town"]
    return {
        squeeze(normalise(name)): Spot(x, y, _radius(radius, "town"), "town", name, name)
        for name, x, y, radius in zip(
            rows["name"], rows["x"], rows["y"], rows["radius_m"], strict=True
        )
    }


def _shorten_town(town: str) -> str:
    """Return the name of a town without what kind of town it is."""
    return town.removesuffix("街道").removesuffix("镇").removesuffix("乡")


def _find_short_towns(towns: Collection[str]) -> dict[str, str]:
    """Return the towns by their short names, but for those that two share."""
    counts = Counter(map(_shorten_town, towns))
    shorts = {_shorten_town(town): town for town in towns}
    return {s: town for s, town in shorts.items() if counts[s] == 1 and len(s) >= _SHORTEST}


def _to_spots(known: pd.DataFrame, read: list[PlaceName]) -> list[Spot]:
    """Turn rows into spots."""
    columns = ("x", "y", "radius_m", "kind", "name", "town")
    rows = zip(*(known[column] for column in columns), read, strict=True)
    return [
        Spot(x, y, _radius(radius, kind), kind, label, town, name.part, named_town=name.town)
        for x, y, radius, kind, label, town, name in rows
    ]


def _radius(radius_m: float, kind: str) -> float:
    """Return a radius, that of the kind where none is given."""
    return float(radius_m) if np.isfinite(radius_m) else RADIUS_M[kind]


def _group(spots: list[Spot], keys: list[str], asked: pd.Series) -> dict[str, list[Spot]]:
    """Return places by key, points of one key that lie near each other as one."""
    grouped: dict[str, list[Spot]] = defaultdict(list)
    for spot, key, is_asked in zip(spots, keys, asked, strict=True):
        if is_asked and len(key) >= _SHORTEST:
            grouped[key].append(spot)
    return {key: join_spots(found) for key, found in grouped.items()}


def join_spots(spots: list[Spot]) -> list[Spot]:
    """Join spots that lie near each other; one that is an area stands for those around it."""
    if len(spots) == 1:
        return spots
    spots = spots[:_MOST_POINTS]
    xy = np.array([(spot.x, spot.y) for spot in spots])
    if len(spots) == 2:  # most are, and the rest takes a while
        apart = math.dist(*xy) > _APART_M
        return spots if apart else [_join(np.arange(2), spots, xy)]
    pairs = cKDTree(xy).query_pairs(_APART_M, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    count, labels = connected_components(links, directed=False)
    return [_join(np.flatnonzero(labels == label), spots, xy) for label in range(count)]


def _join(members: NDArray[np.intp], spots: list[Spot], xy: Floats) -> Spot:
    """Return one spot for several: the area among them, else their middle."""
    areas = [spots[i] for i in members if spots[i].kind in AREAS]
    if areas and len({(spot.x, spot.y) for spot in areas}) == 1:
        narrowest: Spot = min(areas, key=lambda spot: spot.radius_m)
        return narrowest
    middle = np.median(xy[members], axis=0)
    away = np.hypot(*(xy[members] - middle).T)
    nearest: Spot = spots[members[int(np.argmin(away))]]
    radius = float(away.max()) + min(spots[i].radius_m for i in members)
    alike = {
        field: values.pop()
        for field in ("town", "part", "street", "named_town")
        if len(values := {getattr(spots[i], field) for i in members}) == 1
    }
    said = {"town": "", "part": "", "street": "", "named_town": ""} | alike
    seen = len(np.unique(np.round(xy[members], -1), axis=0))
    return nearest._replace(
        x=float(middle[0]), y=float(middle[1]), radius_m=radius, seen=seen, **said
    )


def _read_addresses(
    known: pd.DataFrame, streets: Collection[str], towns: Collection[str]
) -> list[Address | None]:
    """Read the address of each row; streets that only addresses tell of are learned first."""
    texts = known["address"].tolist()
    first = [find_address(text, streets, towns) for text in texts]
    counts = Counter(address.street for address in first if address is not None)
    # What several addresses begin with is the name of a street, and so is what is short.
    learned = {street for street, count in counts.items() if count >= 2 or len(street) <= 4}
    every = {*streets, *learned}
    return [find_address(text, every, towns) for text in texts]


def _find_houses(addresses: list[Address | None], spots: list[Spot]) -> dict[str, HouseNumbers]:
    """Return the numbered houses of each street."""
    grouped: dict[str, list[House]] = defaultdict(list)
    for address, spot in zip(addresses, spots, strict=True):
        # The number of a park says little of where in it the point is.
        if address is not None and spot.radius_m <= _WIDE_M:
            grouped[address.street].append(
                House(address.number, address.lane, spot.x, spot.y, spot.town)
            )
    return {street: HouseNumbers.of(rows) for street, rows in grouped.items()}


def _find_homes(
    known: pd.DataFrame, read: list[PlaceName], homes: Collection[str], towns: Collection[str]
) -> set[str]:
    """Return the stems of homes that are recognised inside other texts."""
    stems = {read_name(name, towns).stem for name in homes}
    stems |= {name.stem for name, kind in zip(read, known["kind"], strict=True) if kind in AREAS}
    for text in {*known["address"], *known["name"]}:
        begin = _NUMBERED_HOMES.match(read_name(text, towns).bare)
        if begin:
            stems.add(begin[1])
    stems |= {name.stem for name in read if _HOMES.fullmatch(name.stem)}
    # The name of a town is that of much more than some homes.
    too_wide = {*map(_shorten_town, towns)}
    return {
        stem
        for stem in stems
        if len(stem) >= _SHORTEST and stem not in too_wide and not stem.endswith(_STREET_LIKE)
    }


def _find_compounds(
    known: pd.DataFrame, spots: list[Spot], read: list[PlaceName], vocabulary: Collection[str]
) -> dict[str, list[Spot]]:
    """Return where homes are: areas of that name, and what holds it in its name or address."""
    grouped: dict[str, list[Spot]] = defaultdict(list)
    columns = (spots, read, known["address"], known["kind"])
    for spot, name, address, kind in zip(*columns, strict=True):
        if kind in {"street", "crossing", "town"}:
            continue
        if kind in AREAS:
            grouped[name.stem].append(spot)
            continue
        sort = "stop" if kind == "stop" else "mention"
        inside = spot._replace(radius_m=max(spot.radius_m, RADIUS_M["mention"]), kind=sort, part="")
        mentions = {*find_mentions(name.bare, vocabulary)}
        mentions |= {*find_mentions(squeeze(normalise(address)), vocabulary)}
        for stem in mentions:
            grouped[stem].append(inside._replace(label=stem))
    return {stem: join_spots(_drop_stops(found)) for stem, found in grouped.items()}


def _drop_stops(spots: list[Spot]) -> list[Spot]:
    """Leave out stops where anything else is known: they lie at the edge of what they name."""
    others = [spot for spot in spots if spot.kind != "stop"]
    return others or spots


def _find_grams(names: list[str]) -> dict[str, list[int]]:
    """Return which names hold two signs side by side."""
    grams: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        for gram in list_grams(name):
            grams[gram].append(number)
    return dict(grams)


def list_grams(name: str) -> set[str]:
    """Return all pairs of signs side by side in a name."""
    return {name[at : at + 2] for at in range(len(name) - 1)}
