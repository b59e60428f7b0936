"""The engine beside its judge under conditions: random streets, speeds, closed ways and ground."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner.coverage.under_conditions import AnswerGround, WalksUnder
from planner.network import under_condition
from planner.network.under_condition import lay_condition, mark_ways
from planner.plan.named_conditions import Condition, SpeedChange
from planner.sources._geo_table import NOTHING_DROPPED
from planner.sources.condition_files import ClosedPlaces
from planner.travel.streets import prepare_streets
from tests.cities.drawing import FRAME
from tests.judge.seasons import under
from tests.judge.test_engine import EXACT, random_drawing
from tests.judge.walks import Pieces, Reference
from tests.samples import first

SHARES = {"footway": 0.8, "steps": 0.55}


def pieces_of(drawing):
    """Return the straight pieces of a drawing as they are walked usually, steps at full speed."""
    rows = [
        (a, b, way, 1.0, "bridge" in tags or "layer" in tags)
        for way, nodes, tags in drawing.rows()
        for a, b in pairwise(nodes)
        if a != b
    ]
    return Pieces.of(drawing.nodes, rows)


def random_ground(rng, places):
    """Return a polygon with a hole now and then, round some of the places."""
    low, high = places.min(axis=0), places.max(axis=0)
    middle = places[rng.integers(len(places))]
    far = float(rng.uniform(0.05, 0.35)) * float(np.hypot(*(high - low)))
    angle = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 12))))
    corners = middle + far * np.column_stack([np.cos(angle), np.sin(angle)])
    ground = shapely.make_valid(shapely.Polygon(corners))
    if rng.random() < 0.4:
        ground = ground.difference(shapely.Point(middle).buffer(far / 3, quad_segs=3))
    return ground


@pytest.mark.parametrize("seed", first(2, range(60)))
def test_minutes_under_random_conditions(seed, monkeypatch):
    drawing, places, walker, rules = random_drawing(seed)
    rng = np.random.default_rng(seed + 500)
    ways, everywhere = drawing.walk_ways(), float(rng.uniform(0.4, 1.0))
    closed = np.unique(rng.choice(ways.way_id, max(len(ways) // 8, 1)))
    ground = random_ground(rng, places) if seed % 3 else None
    condition = Condition(
        "bad", "bad",
        speeds=(
            SpeedChange(factor=everywhere),
            SpeedChange(profiles=("somebody else",), factor=0.3),
            *(SpeedChange(highways=(kind,), factor=share) for kind, share in SHARES.items()),
        ),
        close_elevated=bool(seed % 2),
    )  # fmt: skip
    spots = gpd.GeoDataFrame({"radius_m": [], "file": [], "row": []}, geometry=[], crs=4326)
    given = ClosedPlaces("bad", closed, spots, ground, NOTHING_DROPPED)
    # Drawn in metres: through degrees its border would move by some of their last digits.
    monkeypatch.setattr(under_condition, "shape_to_metric", lambda shape, _: shape)
    network = drawing.network(apart=mark_ways([condition], [given], ways))
    laid = lay_condition(network, condition, given, ways)
    stations, people = places[::3], places
    layer = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*stations.T), crs=FRAME)
    walks = WalksUnder(laid, AnswerGround(prepare_streets(network, walker, rules), layer, people))
    walks.prepare(walker)
    minutes, nearest = walks._minutes[walker]

    tags = {way: tags for way, _, tags in drawing.rows()}
    share = {way: SHARES.get(one["highway"], 1.0) for way, one in tags.items()}
    share |= {
        way: share[way] * walker.steps_factor
        for way, one in tags.items()
        if one["highway"] == "steps"
    }
    streets = under(
        pieces_of(drawing), share=share, closed=set(closed.tolist()), ground=ground,
        bridges=condition.close_elevated,
    )  # fmt: skip
    judge = Reference(
        streets, walker.speed_kmh * everywhere, rules.limit_m, rules.detour,
        barriers=[] if ground is None else [ground],
    )  # fmt: skip
    wet = np.zeros((2, len(people)), bool)
    if ground is not None:
        for row, points in zip(wet, (stations, people), strict=True):
            row[: len(points)] = shapely.intersects_xy(ground, points)
    dry = np.flatnonzero(~wet[0, : len(stations)])
    expected, _ = judge.nearest_minutes(stations[dry], people)
    expected = np.where(wet[1], np.inf, expected)
    assert minutes == pytest.approx(expected, abs=EXACT)
    assert np.isfinite(expected).any()
    assert (nearest[np.isfinite(expected)] >= 0).all()
    assert set(nearest[nearest >= 0]) <= set(dry.tolist())


def test_the_judge_cuts_at_the_border():
    """A street of 10 m through a square of 4: three parts, the middle one closed."""
    streets = Pieces.of({1: (0.0, 0.0), 2: (10.0, 0.0)}, [(1, 2, 7)])
    cut = under(streets, share={7: 0.5}, ground=shapely.box(3, -1, 7, 1))
    assert cut.length().tolist() == [3, 4, 3]
    assert cut.factor.tolist() == [2, np.inf, 2]
