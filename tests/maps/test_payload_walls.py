"""What the page of a run that asks for everything is given, without a browser."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from planner.coverage import compound_people
from planner.coverage.causes import CAUSES
from planner.coverage.counting import REASONS
from planner.gaps import gate_gains
from planner.maps._page_payload import build_page_payload
from planner.network.walls import BARRIER_KINDS, EVERYONE, NOBODY, OPEN_TO_ALL, RESIDENTS
from planner.plan import GATE_MODES
from planner.plan.moments import USUAL_MOMENTS
from planner.plan.profiles import PROFILES
from planner.plan.services import SERVICES_EN
from planner.run import wall_layers
from planner.texts import TEXTS
from tests.maps import sample, sample_walls


@pytest.fixture
def layers():
    return sample_walls.layers()


@pytest.fixture
def summary():
    return sample_walls.summary()


def test_no_id_of_walls_reaches_the_page(layers, summary):
    data = build_page_payload(layers, summary)
    written = json.dumps(data, ensure_ascii=False)
    for word in ("way/", "node/", "F05", "gap-1"):
        assert word not in written
    assert data["compounds"]["name"] == ["锦绣新村", None, "无门花园", None]
    assert data["gates"]["compound"] == [0, 0, 1, None]
    assert data["gates"]["name"] == ["东门", None, None, None]
    assert (data["gains"]["compound"], data["gains"]["gate"]) == ([0, 0, 2], [1, 0, None])
    assert data["gains"]["facility"] == [5, 5, None]
    assert [data["gaps"]["cause_detail"][row] for row in (0, 1, 3)] == ["蕰藻浜", None, "railway"]


def test_moments_of_units_are_told_once(layers, summary):
    demand = build_page_payload(layers, summary)["demand"]
    assert sorted(demand["only"])[0] == ""
    assert len(demand["only"]) == 3
    assert set(demand["only_at"]) == {0, 1, 2}


def test_a_run_without_walls_hours_and_repeats_has_empty_tables():
    data = build_page_payload(sample.layers(), sample.summary())
    assert data["compounds"]["count"] == data["gates"]["count"] == data["gains"]["count"] == 0
    assert data["barriers"] == data["uncertainty"] == {}
    for key in ("profiles", "moments", "services", "groups", "only_sometimes"):
        assert data[key] == []
    assert data["profile"] == "adult"


def test_empty_layers_and_keys_are_like_missing_ones(layers, summary):
    empty = {name: layer.iloc[:0] for name, layer in layers.items()}
    for key in ("profiles", "moments", "services", "groups", "only_sometimes"):
        summary[key] = []
    summary.update(completeness={}, uncertainty={"repeats": 0, "areas": []})
    data = build_page_payload(empty, summary)
    assert data["gates"]["count"] == data["gains"]["count"] == 0
    assert data["completeness"] == {"towns": [], "unknown": []}


def test_only_the_first_openings_are_listed(layers, summary):
    many = pd.concat([layers["gate_gains"]] * 200, ignore_index=True)
    gains = build_page_payload(layers | {"gate_gains": many.assign(rank=range(1, 601))}, summary)[
        "gains"
    ]
    assert (gains["count"], gains["total"]) == (500, 600)


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("barrier", BARRIER_KINDS),
        ("cause", CAUSES),
        ("gain", gate_gains.KINDS),
        ("opening", gate_gains.KINDS),
        ("gate", wall_layers.GATE_STATES),
        ("mode", GATE_MODES),
        ("moment", USUAL_MOMENTS),
        ("passes", (EVERYONE, RESIDENTS, NOBODY, OPEN_TO_ALL)),
        ("profile", PROFILES),
        ("reason", REASONS),
        ("reason_long", REASONS),
        ("service", SERVICES_EN),
        ("state", (compound_people.MAPPED, compound_people.INFERRED, compound_people.NO_GATE,
                   compound_people.NOT_WALLED)),
    ],
)  # fmt: skip
def test_each_word_of_a_run_has_a_text(group, values):
    for texts in TEXTS.values():
        assert [value for value in values if not texts.get(f"{group}_{value}")] == []
