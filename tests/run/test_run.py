"""The main job on real extracts: counts that can be checked by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from planner.run import Result, run_plan
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.small_city import facility_rows, write_city, write_lines, zones
from tests.samples import at_night


def run_of(plan: Path) -> Result:
    return run_plan(load_inputs(load_plan(plan)))


def whole(result: Result, kind: str) -> dict[str, float]:
    last = result.inputs.plan.service.cutoffs_minutes[-1]
    return next(
        row
        for row in result.summary["coverage"]
        if (row["area"], row["kind"], row["cutoff_minutes"]) == ("all", kind, last)
    )


@pytest.mark.parametrize(
    ("city", "kinds"),
    [
        ("test", ("residential", "industrial")),
        at_night("helsinki", ("residential", "commercial")),
    ],
)
def test_people_by_density_are_land_times_density(
    city: str, kinds: tuple[str, str], tmp_path: Path
):
    densities = dict(zip(kinds, (100.0, 40.0), strict=True))
    result = run_of(write_city(tmp_path, city, demand=zones(**densities)))
    found = result.layers["zones"].to_crs(result.provenance["metric_crs"])
    for kind, density in densities.items():
        hectares = found[found["kind"] == kind].area.sum() / 10_000
        assert whole(result, kind)["people"] == pytest.approx(hectares * density, rel=1e-4)
    demand = result.layers["demand"]
    assert set(demand["kind"]) == set(kinds)
    assert set(demand["zone_id"]) <= set(found["zone_id"])
    # no land is counted twice
    assert shapely.area(shapely.union_all(found.geometry)) == pytest.approx(
        found.area.sum(), rel=1e-6
    )


def test_stages_are_told_in_order(tmp_path: Path):
    told: list[tuple[str, float]] = []
    inputs = load_inputs(load_plan(write_city(tmp_path)))
    run_plan(inputs, progress=lambda stage, share: told.append((stage, share)))
    stages = list(dict.fromkeys(stage for stage, _ in told))
    assert stages[:2] == ["streets", "people"]
    for stage in stages:
        shares = [share for name, share in told if name == stage]
        assert (shares[0], shares[-1]) == (0.0, 1.0)
        assert all(0 <= share <= 1 for share in shares)


def test_a_facility_that_joins_no_street_is_listed(tmp_path: Path):
    plan = write_city(tmp_path)
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("[facilities]", "access_limit_m = 40\n[facilities]"))
    rows = facility_rows("test")
    write_lines(tmp_path / "facilities.csv", [*rows, lost_facility(plan)])
    result = run_of(plan)
    assert result.summary["facilities"] == {
        **result.summary["facilities"],
        "total": 3,
        "joined": 2,
        "not_joined": ["F9"],
    }
    row = result.layers["facilities"].set_index("facility_id").loc["F9"]
    assert (row["joined"], row["reason"]) == (False, "no street near")
    assert any("1 facilities join no street: F9" in line for line in result.summary["warnings"])


def lost_facility(plan: Path) -> str:
    """A row for a place in the area more than 40 m from every street."""
    result = run_of(plan)
    frame = result.provenance["metric_crs"]
    streets = shapely.union_all(result.layers["walk_edges"].to_crs(frame).geometry.to_numpy())
    area = result.layers["areas"].to_crs(frame).geometry.iloc[0]
    xs, ys = np.meshgrid(*(np.arange(area.bounds[k], area.bounds[k + 2], 50.0) for k in (0, 1)))
    points = shapely.points(xs.ravel(), ys.ravel())
    far = points[shapely.within(points, area) & (shapely.distance(points, streets) > 45)]
    place = result.layers["areas"].to_crs(frame).iloc[:1].set_geometry([far[0]]).to_crs(4326)
    return f"F9,Lost,{place.geometry.iloc[0].x:.7f},{place.geometry.iloc[0].y:.7f},open"


def test_the_callers_inputs_stay_as_they_were(tmp_path: Path):
    inputs = load_inputs(load_plan(write_city(tmp_path)))
    before = inputs.facilities.rows.copy(deep=True)
    first = run_plan(inputs).summary
    pd.testing.assert_frame_equal(pd.DataFrame(inputs.facilities.rows), pd.DataFrame(before))
    assert run_plan(replace(inputs)).summary == first


# -- the data beside the checkout, where it is --------------------------------------------------


@pytest.mark.nightly
def test_porto_alegre(shared_data: Path):
    result = run_of(shared_data / "porto_alegre" / "plan.toml")
    assert result.summary["facilities"]["total"] == 117
    assert len(result.layers["demand"]) == 2 * 1226
    # 812,935 residents, 9 of them in a hexagon (row 874) outside the hull of the streets
    assert whole(result, "residential")["people"] == 812_935 - 9
    dropped = result.provenance["dropped_rows"]
    empty = [row for row in dropped if row["reason"] == "jobs: empty people counted as 0"]
    assert len(empty) == 5
    outside = [row for row in dropped if "outside" in row["reason"]]
    assert [row["row"] for row in outside] == [874, 874]
    assert len(dropped) == 7
    share = whole(result, "residential")
    assert share["share_low"] <= share["share"] <= share["share_high"]
    near = result.layers["facilities"]["people_nearest_residential"].sum()
    assert near == pytest.approx(share["covered"], rel=1e-9)


def test_shanghai_centre_with_facilities_of_our_choosing(shared_data: Path, tmp_path: Path):
    places = [(121.4737 + dx, 31.2304 + dy) for dx in (-0.02, 0.0, 0.02) for dy in (-0.01, 0.01)]
    plan = write_city(tmp_path, "test")
    text = plan.read_text(encoding="utf-8").splitlines()
    osm = (shared_data / "shanghai_centre" / "shanghai_centre.osm.pbf").as_posix()
    write_lines(plan, [f"osm = '{osm}'" if line.startswith("osm =") else line for line in text])
    heading = facility_rows("test")[0]
    stations = [f"S{n},站点{n},{lon},{lat},open" for n, (lon, lat) in enumerate(places)]
    write_lines(tmp_path / "facilities.csv", [heading, *stations])
    people = [f"P{n},100,{lon + 0.004},{lat}" for n, (lon, lat) in enumerate(places)]
    write_lines(tmp_path / "people.csv", ["id,people,lon,lat", *people])
    result = run_of(plan)
    assert result.provenance["metric_crs"] == "EPSG:32651"
    assert result.summary["facilities"]["total"] == 6
    assert whole(result, "residential")["people"] == 600
    assert whole(result, "residential")["covered"] > 0
