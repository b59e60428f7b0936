"""What paper lists and where it puts its numbers: pure functions, in Node."""

from __future__ import annotations

import math
from typing import Any

from tests.maps.in_node import in_node


def gap(rank: int, *people: int, town: str = "甲镇", **more: object) -> dict[str, Any]:
    """Return a gap as the page has it: its people by kind, an outline, a town."""
    kinds = ("people_residential", "people_industrial", "people_commercial")
    return {"rank": rank, **dict(zip(kinds, people, strict=True)), "town": town,
            "shape": {}, "gone": False} | more  # fmt: skip


def listed(gaps: list[dict[str, Any]], expression: str = "", **state: object) -> Any:
    """Return the lists as [kind, [[sign, rank], ...]]."""
    made = f"(({{ rows }}) => rows)({{ rows: {expression or 'listedGaps(state)'} }})"
    told = f"{made}.map((list) => [list.kind, list.rows.map((row) => [row.sign, row.gap.rank])])"
    given = {"gaps": gaps, "town": None, "gapKind": "residential"} | state
    return in_node(told, state=given)


def test_the_largest_have_numbers_and_the_first_of_other_kinds_letters():
    gaps = [gap(rank, 1000 - rank, 0, 0) for rank in range(1, 13)]
    gaps += [gap(20 + i, 0, 50 * i, 7 if i == 4 else 0) for i in range(1, 5)]
    assert listed(gaps) == [
        ["residential", [[str(rank), rank] for rank in range(1, 11)]],
        ["industrial", [["A", 24], ["B", 23], ["C", 22]]],
        ["commercial", [["A", 24]]],
    ]


def test_another_kind_another_town_and_what_is_gone():
    gaps = [gap(1, 9, 5, 0), gap(2, 8, 6, 0, town="乙镇"), gap(3, 7, 7, 0, gone=True),
            gap(4, 6, 9, 0, shape=None), gap(5, 0, 1, 0)]  # fmt: skip
    assert listed(gaps, gapKind="industrial", town="甲镇") == [
        ["industrial", [["1", 1], ["2", 5]]],
        ["residential", [["1", 1]]],
    ]
    assert listed([]) == []


def test_every_gap_is_listed_once():
    gaps = [gap(rank, 100 - rank, 0, 0) for rank in range(1, 13)]
    gaps += [gap(20 + i, 0, 10 * i, 0) for i in range(1, 5)]
    lists = listed(gaps, "everyGap(state, listedGaps(state))")
    assert lists == [
        ["residential", [[str(rank), rank] for rank in range(1, 13)]],
        ["industrial", [["A", 24], ["B", 23], ["C", 22], [None, 21]]],
    ]


def test_the_map_numbers_a_gap_of_several_kinds_once():
    """Residents 1, 2; workers A and again 1: three numbers on the map, not four."""
    gaps = [gap(1, 90, 8, 0), gap(2, 80, 0, 0), gap(3, 0, 9, 0)]
    given = {"gaps": gaps, "town": None, "gapKind": "residential"}
    signs = "numberedRows(listedGaps(state)).map((row) => row.sign)"
    assert in_node(signs, state=given) == ["1", "2", "A"]


def test_a_number_that_would_cover_another_stands_beside_its_place():
    spot = in_node("freeSpot({ x: 0, y: 0 }, [{ x: 3, y: 0 }], 9)")
    assert math.hypot(spot["x"] - 3, spot["y"]) >= 2.15 * 9
    assert math.hypot(spot["x"], spot["y"]) < 4 * 9
    assert in_node("freeSpot({ x: 5, y: 6 }, [{ x: 50, y: 0 }], 9)") == {"x": 5, "y": 6}


def test_the_scale_bar_has_a_round_length_with_room():
    lengths = in_node("[30, 3.1, 120, 0.06].map((metres) => roundLength(metres))")
    assert lengths == [5000, 500, 20000, 10]


def numbered(spots: list[tuple[float, float]], zoom: float = 12, first: int = 10) -> Any:
    """Return the places of the numbers on the screen for gaps at these places of the plane."""
    gaps = [{"index": i, "x": x, "y": y, "shape": None} for i, (x, y) in enumerate(spots)]
    state = "{ numbered: null, open: null, gapsHere: () => ({ list: gaps }), isFirst }"
    asked = f"numberedGaps({state}, zoom).map(({{ gap, x, y }}) => [gap.index, x, y])"
    made = f"((isFirst) => {asked})((gap) => gap.index < {first})"
    return in_node(made, gaps=gaps, zoom=zoom)


def test_the_first_gaps_have_numbers_even_where_they_meet():
    apart = numbered([(0, 0), (100_000, 0)])
    assert apart == [[0, 0, 0], [1, 100_000, 0]]
    met = numbered([(0, 0), (1, 0), (0, 1)])
    assert [index for index, *_ in met] == [0, 1, 2]
    assert met[0] == [0, 0, 0]
    least = min(math.dist(one[1:], other[1:]) for one in met for other in met if one is not other)
    far = max(math.dist(one[1:], (0, 0)) for one in met)
    assert 0 < least <= far
    assert numbered([(0, 0), (1, 0)], first=1) == [[0, 0, 0]]  # others wait for more room
