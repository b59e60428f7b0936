"""The [candidates] of a plan: defaults, what excludes what, and faults in one line."""

from pathlib import Path

import pytest

from planner.errors import PlanError, SourceError
from tests.cities.small_plan import inputs_of, write_table
from tests.plan.smallest_plan import load_smallest


def test_a_plan_without_candidates_takes_buildings_and_frontage(tmp_path: Path):
    found = load_smallest(tmp_path).candidates
    assert (found.table, found.uses_osm, found.uses_frontage) == (None, True, True)
    assert (found.frontage_step_m, found.spacing_m) == (100, 0)
    assert found.costs.model_dump() == {
        "new": 3, "convert": 1, "enlarge": 0.6, "upgrade": 0.3, "service": 1, "hours": 1,
    }  # fmt: skip
    assert found.limits == ()


def test_a_table_stands_alone_unless_the_plan_says_more(tmp_path: Path):
    alone = load_smallest(tmp_path, '[candidates]\ntable = "c.csv"').candidates
    assert alone.table == tmp_path / "c.csv"
    assert (alone.uses_osm, alone.uses_frontage) == (False, False)
    more = load_smallest(tmp_path, '[candidates]\ntable = "c.csv"\nosm = true').candidates
    assert (more.uses_osm, more.uses_frontage) == (True, False)
    less = load_smallest(tmp_path, "[candidates]\nfrontage = false").candidates
    assert (less.uses_osm, less.uses_frontage) == (True, False)


def test_costs_weights_and_limits_are_read(tmp_path: Path):
    text = """
    [candidates]
    cost_unit = "万元"
    costs = { new = 300 }
    weights = { residents = 1, metro = 0 }
    [[candidates.limits]]
    town = "West"
    most = 2
    [[candidates.limits]]
    domain = "mall"
    least = 1
    budget = 5
    """
    found = load_smallest(tmp_path, text).candidates
    assert (found.cost_unit, found.costs.new, found.costs.convert) == ("万元", 300, 1)
    assert (found.weights.residents, found.weights.metro, found.weights.street) == (1, 0, 2)
    assert [(limit.town, limit.domain) for limit in found.limits] == [
        ("West", None),
        (None, "mall"),
    ]
    assert [(limit.least, limit.most, limit.budget) for limit in found.limits] == [
        (0, 2, None),
        (1, None, 5),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[candidates]\nosm = false\nfrontage = false", "candidates: no site may come from"),
        ('[candidates]\ncrs = "GCJ-02"', "candidates: crs can only stand with table"),
        ("[candidates]\nfrontage_step_m = 1", "candidates.frontage_step_m: 1 will not do"),
        ("[candidates]\nspacing_m = -1", "candidates.spacing_m: -1 will not do"),
        ("[candidates]\ncosts = { buy = 1 }", "costs.buy: unknown key; did you mean candidates"),
        ("[candidates]\ncosts = { new = -1 }", "candidates.costs.new: -1 will not do"),
        ("[candidates]\nweights = { beauty = 1 }", "weights.beauty: unknown key"),
        (
            "[candidates]\nweights = { residents = 0, street = 0, metro = 0, bus = 0, "
            "services = 0, distance = 0 }",
            "candidates.weights: every weight is 0",
        ),
        ("[[candidates.limits]]\nmost = 1", r"limits\[1\]: give exactly one of town and domain"),
        ('[[candidates.limits]]\ntown = "W"', r"limits\[1\]: it limits nothing"),
        (
            '[[candidates.limits]]\ntown = "W"\nleast = 3\nmost = 2',
            r"limits\[1\]: least 3 is more than most 2",
        ),
        (
            '[[candidates.limits]]\ntown = "W"\nmost = 2\n[[candidates.limits]]\ntown = "W"\n'
            "most = 3",
            "candidates: limits: the town 'W' stands twice",
        ),
        ("[candidates]\nosm = 1", "candidates.osm: 1 will not do; write true or false"),
    ],
)
def test_faults_in_one_line(tmp_path: Path, text: str, message: str):
    with pytest.raises(PlanError, match=message) as fault:
        load_smallest(tmp_path, text)
    assert "\n" not in str(fault.value)


HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'


def test_the_towns_of_limits_and_table_are_those_of_the_plan(tmp_path: Path):
    from shapely import box

    west, east = box(-2000, -900, 0, 900), box(0, -900, 2000, 900)
    write_table(tmp_path / "candidates.csv", "site_id,name,town", [("a", "A", "Wets", 0, 0)])
    given = {
        "tables": {"homes.csv": [("h", 1, 0, 0)]},
        "area": west.union(east),
        "towns": {"West": west, "East": east},
    }
    limits = '[[candidates.limits]]\ntown = "Eats"\nmost = 1'
    with pytest.raises(PlanError, match=r"limits\[1\].town: there is no town 'Eats'.*East\?"):
        inputs_of(tmp_path, HOMES, more=limits, **given)
    table = '[candidates]\ntable = "candidates.csv"'
    with pytest.raises(SourceError, match=r"row 2: there is no town 'Wets'; did you mean West\?"):
        inputs_of(tmp_path, HOMES, more=table, **given)
    given = {"tables": given["tables"]}
    with pytest.raises(PlanError, match="the plan has no towns, so none is called 'Eats'"):
        inputs_of(tmp_path, HOMES, more=limits, **given)
    inputs = inputs_of(tmp_path, HOMES, more=table, **given)
    # Without towns in the plan those of the table count, whatever they are called.
    assert inputs.candidates.rows["town"].tolist() == ["Wets"]
    assert "candidates.csv" in inputs.hashes
