"""What comes to the border of each tile, as arrays in the store: walks from beyond its streets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.coverage.walks_beyond import Seeds, SeedsKey
from planner.crs.array_types import Ints
from planner.sources.cache import Arrays

_COLUMNS = ("node", "facility", "minutes")
#: Before the columns of seeds of the way back.
BACK_SEEDS = "back|"
_GATED = "|gated"


@dataclass(frozen=True, eq=False)
class BorderSeeds:
    """What comes to the border of one tile; seeds, gated and own as `Beyond` has them.

    under : those under a condition, by their number in `list_under`.
    """

    seeds: dict[SeedsKey, Seeds]
    under: list[Seeds]
    gated: dict[str, Ints]
    own: Seeds


def seeds_to_arrays(seeds: Seeds, prefix: str) -> Arrays:
    """Return seeds as arrays, each named with a prefix."""
    arrays: Arrays = {f"{prefix}{name}": getattr(seeds, name) for name in _COLUMNS}
    if seeds.back is not None:
        arrays |= seeds_to_arrays(seeds.back, f"{prefix}{BACK_SEEDS}")
    return arrays


def seeds_from_arrays(arrays: Arrays, prefix: str) -> Seeds:
    """Put together what `seeds_to_arrays` took apart."""
    node, facility, minutes = (arrays[f"{prefix}{name}"] for name in _COLUMNS)
    has_back = f"{prefix}{BACK_SEEDS}{_COLUMNS[0]}" in arrays
    back = seeds_from_arrays(arrays, f"{prefix}{BACK_SEEDS}") if has_back else None
    return Seeds(node, facility, minutes, back)


def take_border(found: Iterable[Arrays], tile: str) -> Arrays:
    """Return what `search_far` of all walkers found for one tile: `question|node` ..."""
    mark = f"{tile}|"
    return {
        name.removeprefix(mark): values
        for one in found
        for name, values in one.items()
        if name.startswith(mark)
    }


def read_border(border: Arrays, asked: Iterable[SeedsKey], n_under: int = 0) -> BorderSeeds:
    """Read what `take_border` put together.

    asked : keys of the questions, in their order; n_under : how many are asked under conditions.
    """
    return BorderSeeds(
        under=[seeds_from_arrays(border, f"under{number}|") for number in range(n_under)],
        seeds={key: seeds_from_arrays(border, f"{number}|") for number, key in enumerate(asked)},
        gated={
            name.removesuffix(_GATED): values
            for name, values in border.items()
            if name.endswith(_GATED)
        },
        own=seeds_from_arrays(border, "own|"),
    )
