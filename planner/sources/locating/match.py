"""Where the rows of a table may be: hints weighed against each other, candidates, how sure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from planner.sources.locating.gazetteer import Gazetteer, Spot
from planner.sources.locating.hints import WORTH, Asked, Hint, find_hints, find_town
from planner.sources.locating.names import find_regions, normalise, squeeze

CONFIDENCES: Final = ("certain", "likely", "guess", "none")
MOST_CANDIDATES: Final = 5
#: Hints closer than this, or than their radii, mean the same place.
_SAME_M: Final = 150.0
#: A place is certain only within this radius, as certain means within 500 m, and only if no other
#: one is this far away and nearly as good.
_CERTAIN_RADIUS_M: Final = 500.0
_RIVAL_M: Final = 400.0
_RIVAL_SHARE: Final = 0.75
_CERTAIN_SCORE: Final = 0.9
_LIKELY_SCORE: Final = 0.55
_LIKELY_RADIUS_M: Final = 1_000.0
#: A hint of this worth that leads elsewhere is a contradiction.
_STRONG: Final = 0.8
#: A name and an address that lead to one place prove it together.
_SAYS_NAME: Final = frozenset({"name", "name_in_part", "compound", "compound_within"})
_SAYS_ADDRESS: Final = frozenset({"address", "lane", "between", "crossing"})
#: What a place is worth that lies in another town than the row says.
_OTHER_TOWN: Final = 0.4


class Candidate(NamedTuple):
    """A place that a row may mean: metres; score from 0 to 1; how it was found, best first.

    proved : one of the ways is enough to be certain, or a name and an address lead there.
    """

    x: float
    y: float
    radius_m: float
    score: float
    ways: tuple[str, ...]
    label: str
    town: str
    proved: bool


@dataclass(frozen=True)
class Located:
    """A row's candidates, best first, at most `MOST_CANDIDATES`; how sure the best is; and why.

    doubts : what speaks against it: several, far, other_town, other_region, contradiction, weak.
    """

    candidates: tuple[Candidate, ...]
    confidence: str
    doubts: tuple[str, ...]


NOWHERE: Final = Located((), "none", ())


def locate_rows(rows: Sequence[Asked], gazetteer: Gazetteer) -> list[Located]:
    """Find places for rows; each row by itself.

    Parameters
    ----------
    rows
        What each says.
    gazetteer
        From `build_gazetteer`.
    """
    known: dict[Asked, Located] = {}
    own = _find_own_regions(rows)
    for row in rows:
        if row not in known:
            known[row] = _doubt_region(_locate(row, gazetteer), row, own)
    return [known[row] for row in rows]


def _name_regions(asked: Asked) -> set[str]:
    """Return the cities and districts that a row names."""
    texts = (asked.address, asked.name, asked.town)
    return {one for text in texts for one in find_regions(squeeze(normalise(text))) if one}


def _find_own_regions(rows: Sequence[Asked]) -> set[str]:
    """Return the cities and districts that the table is about: those that most rows name."""
    count = Counter(one for row in rows for one in _name_regions(row))
    districts = {one: n for one, n in count.items() if one.endswith(("区", "县"))}
    cities = {one: n for one, n in count.items() if one not in districts}
    # Where as many name one as another, nobody knows which of them is meant.
    return {
        one for level in (districts, cities) for one, n in level.items() if n == max(level.values())
    }


def _doubt_region(found: Located, asked: Asked, own: set[str]) -> Located:
    """Take for a guess what lies here while the row names another city or district."""
    if not found.candidates or _name_regions(asked) <= own:
        return found
    return Located(found.candidates, "guess", (*found.doubts, "other_region"))


def _locate(asked: Asked, gazetteer: Gazetteer) -> Located:
    """Find the places of one row."""
    hints = find_hints(asked, gazetteer)
    said = find_town(asked, gazetteer)
    if not hints and said in gazetteer.towns:
        hints = [Hint(gazetteer.towns[said], "town", WORTH["town"])]
    if not hints:
        return NOWHERE
    weighed = [_weigh(hint, said) for hint in hints]
    candidates = sorted(_merge(weighed), key=_rank)
    confidence, doubts = _judge(candidates, weighed, said)
    return Located(tuple(candidates[:MOST_CANDIDATES]), confidence, doubts)


def _weigh(hint: Hint, town: str) -> Hint:
    """Lower what lies in another town than the row says."""
    other = town and hint.spot.town and squeeze(normalise(hint.spot.town)) != town
    return hint._replace(worth=hint.worth * _OTHER_TOWN) if other else hint


def _merge(hints: list[Hint]) -> list[Candidate]:
    """Join hints to one place: they support each other, the narrowest good one says where."""
    merged: list[list[Hint]] = []
    for hint in sorted(hints, key=lambda h: (-h.worth, h.spot.radius_m, h.spot)):
        for group in merged:
            first = group[0].spot
            near = max(_SAME_M, min(first.radius_m, hint.spot.radius_m))
            if _distance(first, hint.spot) <= near:
                group.append(hint)
                break
        else:
            merged.append([hint])
    return [_to_candidate(group) for group in merged]


def _to_candidate(group: list[Hint]) -> Candidate:
    """Return the candidate that some hints are about."""
    best = min(
        (hint for hint in group if hint.worth >= 0.85 * group[0].worth),
        key=lambda hint: (hint.spot.radius_m, -hint.worth, hint.spot),
    ).spot
    # Each way counts once: ten shops of one name support each other no more than two.
    worths = {hint.way: hint.worth for hint in reversed(group)}
    score = 1.0 - float(np.prod([1.0 - 0.98 * worth for worth in worths.values()]))
    ways = tuple(sorted(worths, key=lambda way: -worths[way]))
    agree = bool(_SAYS_NAME & {*ways}) and bool(_SAYS_ADDRESS & {*ways})
    proved = agree or any(hint.is_proof for hint in group)
    return Candidate(best.x, best.y, best.radius_m, score, ways, best.label, best.town, proved)


def _rank(candidate: Candidate) -> tuple[float, float, str, float, float]:
    """Sort by proof, then by score; of equals by radius, name and place."""
    return (
        -candidate.score - candidate.proved,
        candidate.radius_m,
        candidate.label,
        candidate.x,
        candidate.y,
    )


def _judge(
    candidates: list[Candidate], hints: list[Hint], town: str
) -> tuple[str, tuple[str, ...]]:
    """Say how sure the best candidate is, and what speaks against it."""
    best, others = candidates[0], candidates[1:]
    far = [one for one in others if _distance(best, one) > _RIVAL_M]
    # What proves nothing, as the name of a chain, is no rival of what does.
    rivals = [
        one for one in far if one.score >= _RIVAL_SHARE * best.score and one.proved >= best.proved
    ]
    strong = [hint for hint in hints if hint.worth >= _STRONG and hint.is_proof >= best.proved]
    against = [
        hint for hint in strong if _distance(best, hint.spot) > _RIVAL_M + hint.spot.radius_m
    ]
    doubts = {
        "several": bool(rivals),
        "contradiction": bool(against) and not rivals,
        "other_town": bool(town and best.town and squeeze(normalise(best.town)) != town),
        "far": best.radius_m > _CERTAIN_RADIUS_M,
        "weak": not best.proved or best.score < _CERTAIN_SCORE,
    }
    said = tuple(doubt for doubt, holds in doubts.items() if holds)
    if not said:
        return "certain", ()
    likely = (
        best.score >= _LIKELY_SCORE
        and best.radius_m <= _LIKELY_RADIUS_M
        and not ({"several", "other_town"} & {*said})
    )
    return "likely" if likely else "guess", said


def _distance(one: Spot | Candidate, other: Spot | Candidate) -> float:
    """Return metres between two places."""
    return float(np.hypot(one.x - other.x, one.y - other.y))
