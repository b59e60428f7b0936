"""Coverage from two tables of points: by hand, as a run of the same plan, and what is refused."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import planner
from planner import ArgumentError, Coverage, WalkNetwork, find_gaps, load_network
from tests.cities.drawing import FRAME
from tests.cities.small_city import extract, write_city
from tests.cities.small_plan import CROSS
from tests.siting.street import street_run

# An adult walks 1,000 m in 15 minutes. The streets cross at (0, 0), where the only facility is; the
# long one goes from -2000 to 2000.
HOMES = {"near": (500, 100), "far": (1600, 50), "rim": (1950, 25)}


def points(places, crs=4326, **columns) -> gpd.GeoDataFrame:
    """Return a layer of places drawn in metres."""
    x, y = np.array(list(places.values()), dtype=float).reshape(-1, 2).T
    layer = gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, y), crs=FRAME)
    layer.index = pd.Index(list(places))
    return layer.to_crs(crs)


@pytest.fixture(scope="module")
def network(tmp_path_factory) -> WalkNetwork:
    """The cross of streets."""
    path = tmp_path_factory.mktemp("cross") / "streets.osm"
    CROSS.write(path)
    return load_network(path)


@pytest.fixture
def facilities():
    return points({"S": (0, 0)}, name=["Facility"])


@pytest.fixture
def people():
    return points({name: (x, 0) for name, (x, _) in HOMES.items()},
                  people=[people for _, people in HOMES.values()])  # fmt: skip


def test_verdicts_minutes_and_shares_by_hand(network, facilities, people):
    found = planner.coverage(network, facilities, people, [10, 15], known="everywhere")
    units = found.units
    assert units["verdict"].to_dict() == {"near": "covered", "far": "gap", "rim": "gap"}
    # 500 m at 4 km/h are 7.5 minutes, 1,600 m are 24, 1,950 m are 29.25; UTM is off by 0.04 %.
    assert units["minutes"].to_numpy() == pytest.approx([7.5, 24.0, 29.25], rel=5e-4)
    assert units["nearest"].to_dict() == dict.fromkeys(HOMES, "S")
    assert units["facilities_in_reach"].tolist() == [1, 0, 0]
    last = found.shares[(found.shares["cutoff_minutes"] == 15) & (found.shares["kind"] == "all")]
    assert last[["people", "covered", "gap", "unknown"]].iloc[0].tolist() == [175, 100, 75, 0]
    assert last["share"].iloc[0] == pytest.approx(100 / 175)
    assert found.facilities["people_nearest_residential"].to_dict() == {"S": 100.0}


def test_people_near_the_edge_of_the_streets_are_unknown(network, facilities, people):
    found = planner.coverage(network, facilities, people)
    # The hull of the streets ends 400 m beyond `far`: a walk of 1,000 m leaves it.
    assert found.units["verdict"].tolist() == ["covered", "unknown", "unknown"]
    assert set(found.units["reason"]) == {"", "edge of data"}
    row = found.shares.iloc[-1]
    assert (row["share"], row["share_low"], row["share_high"]) == (
        1.0,
        pytest.approx(100 / 175),
        1.0,
    )
    assert any("hull" in line for line in found.notes)


def test_a_home_without_a_street_is_unknown_not_a_gap(network, facilities):
    people = points({"field": (700, 700)})
    found = planner.coverage(network, facilities, people, known="everywhere")
    assert found.units.loc["field", ["verdict", "reason"]].tolist() == ["unknown", "no street near"]
    assert np.isinf(found.units.loc["field", "minutes"])
    assert found.units.loc["field", "people"] == 1  # a layer without numbers: one person each


def test_a_facility_without_a_street_makes_those_around_it_unknown(network, people):
    facilities = points({"A": (0, 0), "B": (1500, 500)})
    found = planner.coverage(network, facilities, people, known="everywhere")
    assert found.units.loc["far", ["verdict", "reason"]].tolist() == [
        "unknown", "facility not joined"
    ]  # fmt: skip
    assert found.facilities.loc["B", "reason"] == "no street near"
    assert (
        "1 facilities join no street, as none can be reached within 100 m without crossing a wall, "
        "rail or water: B"
    ) in found.notes


def test_planned_facilities_serve_nobody(network, people):
    facilities = points({"A": (0, 0), "P": (1600, 0)}, status=["open", "planned"])
    found = planner.coverage(network, facilities, people, known="everywhere")
    assert found.units.loc["far", "verdict"] == "gap"
    assert found.facilities["counts"].to_dict() == {"A": True, "P": False}


def test_any_crs_gives_the_same(network, facilities, people):
    one = planner.coverage(network, facilities, people, known="everywhere")
    other = planner.coverage(
        network, facilities.to_crs(3857), people.to_crs(32650), known="everywhere"
    )
    pd.testing.assert_frame_equal(
        pd.DataFrame(one.units.drop(columns="geometry")),
        pd.DataFrame(other.units.drop(columns="geometry")),
        check_exact=False, rtol=1e-9,
    )  # fmt: skip


def test_series_of_points_do(network, facilities, people):
    found = planner.coverage(network, facilities.geometry, people.geometry, 15, known="everywhere")
    assert found.units["people"].tolist() == [1, 1, 1]
    assert found.units["verdict"].tolist() == ["covered", "gap", "gap"]


def test_kinds_towns_and_classes_are_told_apart(network, facilities):
    people = points(
        {1: (500, 0), 2: (1600, 0), 3: (100, 0)},
        people=[10, 20, 5], kind=["residential", "residential", "industrial"],
        town=["西", "东", ""], **{"class": ["商品房", "村宅", ""]},
    )  # fmt: skip
    found = planner.coverage(network, facilities, people, known="everywhere")
    shares = found.shares[found.shares["cutoff_minutes"] == 15].set_index(["area", "kind"])
    assert shares.loc[("西", "residential"), "share"] == 1
    assert shares.loc[("东", "residential"), "share"] == 0
    assert shares.loc[("all", "industrial"), "people"] == 5
    by = found.shares_by("class").set_index("class")
    assert by["covered"].to_dict() == {"商品房": 10, "村宅": 0, "": 5}
    with pytest.raises(ArgumentError, match="units has no column 'rent'"):
        found.shares_by("rent")


def test_usual_headings_are_understood(network):
    facilities = points({7: (0, 0)}, 名称=["站"], 开放时间=["周一至周五 9:00-17:00"])
    people = points({"a": (500, 0)}, 人口=[12])
    found = planner.coverage(network, facilities, people, known="everywhere")
    assert found.units.loc["a", "people"] == 12
    assert found.units.loc["a", "nearest"] == 7
    assert found.facilities.loc[7, "name"] == "站"


def read_tables(folder: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return facilities and people of a written plan as somebody in a notebook reads them."""
    facilities, residents, workers = (
        pd.read_csv(folder / name) for name in ("facilities.csv", "people.csv", "workers.csv")
    )
    people = pd.concat([residents.assign(kind="residential"), workers.assign(kind="industrial")])
    layers = [
        gpd.GeoDataFrame(
            table.drop(columns=["lon", "lat"]),
            geometry=gpd.points_from_xy(table["lon"], table["lat"]),
            crs=4326,
        )
        for table in (facilities, people.reset_index(drop=True))
    ]
    return layers[0], layers[1]


def test_the_same_as_a_run_of_the_plan(tmp_path):
    result = street_run(tmp_path)
    demand = result.layers["demand"].set_index("demand_id")
    found = planner.coverage(result, *read_tables(tmp_path))
    for column in ("verdict", "reason", "minutes", "facilities_in_reach"):
        assert found.units[column].tolist() == demand[column].tolist(), column
    assert found.units["town"].tolist() == demand["town"].tolist()
    pd.testing.assert_frame_equal(
        found.shares.astype({"cutoff_minutes": float}),
        pd.DataFrame(result.summary["coverage"]),
        check_dtype=False, check_exact=False, atol=6e-5,  # the summary has four decimals
    )  # fmt: skip
    gaps = find_gaps(found)
    assert len(gaps) > 1
    pd.testing.assert_frame_equal(
        pd.DataFrame(gaps.drop(columns="geometry")),
        pd.DataFrame(result.layers["gaps"].drop(columns="geometry")),
    )
    assert gaps.geometry.geom_equals(result.layers["gaps"].geometry).all()


def test_the_same_as_a_run_without_an_area_from_the_streets_alone(tmp_path):
    # The plan has no area: people are counted in the hull of the streets, which is the edge.
    result = street_run(tmp_path, area=None, towns=None)
    demand = result.layers["demand"].set_index("demand_id")
    streets = load_network(tmp_path / "streets.osm", crs=result.network.crs)
    found = planner.coverage(streets, *read_tables(tmp_path))
    for column in ("verdict", "reason", "minutes"):
        assert found.units[column].tolist() == demand[column].tolist(), column


@pytest.mark.nightly
def test_the_same_as_a_run_on_a_real_map(tmp_path):
    """600 places on a real extract: from a run, and from the extract alone."""
    plan = write_city(tmp_path)
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(26.936, 26.972, 600).round(6), rng.uniform(60.523, 60.538, 600).round(6)
    rows = pd.DataFrame({"id": range(600), "people": rng.integers(1, 50, 600)})
    rows.assign(lon=lon, lat=lat).to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "workers.csv").write_text("id,people,lon,lat\n", encoding="utf-8")
    result = planner.run_plan(planner.load_inputs(planner.load_plan(plan)))
    demand = result.layers["demand"].set_index("demand_id")
    assert set(demand["verdict"]) == {"covered", "unknown"}
    assert {"edge of data", "no street near"} <= set(demand["reason"])
    facilities, people = read_tables(tmp_path)
    streets = load_network(extract("test"), crs=result.network.crs)
    for ground in (result, streets):
        units = planner.coverage(ground, facilities, people).units
        units = units.set_index("residential:" + units.index.astype(str)).loc[demand.index]
        for column in ("verdict", "reason", "minutes"):
            assert units[column].tolist() == demand[column].tolist(), column


def test_gaps_have_names_causes_and_outlines(network, facilities, people):
    gaps = find_gaps(network, facilities, people, known="everywhere")
    assert gaps["people_residential"].tolist() == [75]  # 350 m apart, joined as homes are sparse
    assert gaps["cause"].tolist() == ["too far"]
    assert gaps["name"].tolist() == ["along Long"]
    assert gaps["minutes"].iloc[0] == pytest.approx(24.0, rel=5e-4)
    assert gaps.crs.to_epsg() == 4326


def test_a_gap_that_no_name_is_near_is_called_by_its_place(tmp_path, facilities, people):
    drawing = type(CROSS)(CROSS.nodes, [(nodes, "highway=footway") for nodes, _ in CROSS.ways])
    drawing.write(tmp_path / "plain.osm")
    gaps = find_gaps(load_network(tmp_path / "plain.osm"), facilities, people, known="everywhere")
    inside = gaps.geometry.representative_point().iloc[0]
    assert gaps["name"].tolist() == [f"{inside.y:.4f}, {inside.x:.4f}"]


def test_nobody_left_out_gives_no_gaps_but_all_columns(network, facilities):
    people = points({"a": (500, 0)})
    gaps = find_gaps(network, facilities, people, known="everywhere")
    assert len(gaps) == 0
    assert {"gap_id", "name", "cause", "people_low", "geometry"} <= set(gaps)


def test_it_shows_itself(network, facilities, people):
    found = planner.coverage(network, facilities, people, known="everywhere")
    assert repr(found) == (
        "Coverage(3 places, 1 facilities, adult, 15 minutes)\n"
        "  residential: 57.1% of 175 people covered (low 57.1%, high 57.1%)"
    )
    assert "57.1%" in found._repr_html_()
    assert isinstance(found, Coverage)


NO_NUMBER = "people, row 'far': people nan is no number; give one, 0 for none, or drop the row"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s, p: (s.set_crs(None, allow_override=True), p), "facilities has no CRS"),
        (lambda s, p: (s, p.set_crs(None, allow_override=True)), "people has no CRS"),
        (lambda s, p: (s, p.assign(people=[1, np.nan, 2])), NO_NUMBER),
        (lambda s, p: (s, p.assign(people=[1, -2, 2])), "people -2 is negative; give 0 or more"),
        (lambda s, p: (s, p.assign(people=["1", "many", "2"])), "people 'many' is no number"),
        (lambda s, p: (s, p.assign(people=0)), "people: nobody is there"),
        (lambda s, p: (s, p.assign(kind="pets")), "people: kind 'pets'; give one of residential"),
        (lambda s, p: (s, p.assign(town="all")), "the town 'all' is reserved"),
        (lambda s, p: (s, p.iloc[[0, 0]]), "people: the label 'near' stands twice"),
        (lambda s, p: (s, p.iloc[:0]), "people has no rows; give at least one"),
        (lambda s, p: (s.iloc[:0], p), "facilities has no rows; give at least one"),
        (lambda s, p: (s, p.assign(geometry=None)), "people, row 'near': no geometry"),
        (lambda s, p: (s, p.set_geometry([shapely.Point()] * 3, crs=4326)), "an empty geometry"),
        (lambda s, p: (s.set_geometry(s.to_crs(FRAME).buffer(5)), p), "a Polygon, not a Point"),
        (lambda s, p: (s.assign(status="shut"), p), "facilities, row 'S': status 'shut'"),
        (lambda s, p: (s.assign(opening_hours="Mo-Su off"), p), "facilities, row 'S': "),
        (lambda s, p: (s.assign(status="closed"), p), "none of its 1 facilities is open"),
        (lambda s, p: (pd.DataFrame(s), p), "facilities is a DataFrame"),
        (lambda s, p: (p, s), "facilities and people look swapped"),
        (lambda s, p: (p.assign(name="home"), s.assign(services="为老")), "look swapped"),
    ],
)
def test_what_cannot_be_meant_is_refused(network, facilities, people, spoil, message):
    with pytest.raises(ArgumentError, match=re.escape(message)) as caught:
        planner.coverage(network, *spoil(facilities, people))
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cutoffs_minutes": [15, 5]}, "cutoffs_minutes"),
        ({"cutoffs_minutes": [-5]}, "cutoffs_minutes"),
        ({"cutoffs_minutes": []}, "cutoffs_minutes is empty"),
        ({"profile": "snail"}, "profile"),
        ({"people_column": "inhabitants"}, "people has no column 'inhabitants'; it has people"),
        ({"known": "nowhere"}, "known is 'nowhere'"),
        ({"area": gpd.GeoSeries([shapely.Point(121, 31)], crs=4326)}, "area is to hold polygons"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(network, facilities, people, options, message):
    with pytest.raises(ArgumentError, match=re.escape(message)):
        planner.coverage(network, facilities, people, **options)


def test_a_coverage_keeps_its_own_options(network, facilities, people):
    found = planner.coverage(network, facilities, people)
    with pytest.raises(
        ArgumentError, match="a Coverage has its own facilities, profile; leave them"
    ):
        find_gaps(found, facilities, profile="child")
    with pytest.raises(ArgumentError, match="give a Coverage, or a network with facilities"):
        find_gaps(network)
    with pytest.raises(ArgumentError, match="network is a str"):
        planner.coverage("streets.osm", facilities, people)


def test_people_outside_a_given_area_are_not_counted(network, facilities, people):
    area = gpd.GeoSeries([shapely.box(-3000, -3000, 1700, 3000)], crs=FRAME)
    found = planner.coverage(network, facilities, people, area=area, known="everywhere")
    assert list(found.units.index) == ["near", "far"]
    assert "1 rows of people lie outside the area, where nobody is counted" in found.notes


def test_the_package_is_called_whatever_is_imported_first():
    import planner.coverage.counting

    assert callable(planner.coverage)
    assert planner.coverage.counting.COVERED == "covered"
    assert "people" in str(__import__("inspect").signature(planner.coverage))


def test_prepared_streets_do_and_know_who_walks(network, facilities, people):
    streets = planner.prepare_streets(network, "elderly")
    one = planner.coverage(streets, facilities, people, known="everywhere")
    other = planner.coverage(network, facilities, people, known="everywhere", profile="elderly")
    assert one.units["minutes"].tolist() == other.units["minutes"].tolist()
    assert one.profile.name == "elderly"
    with pytest.raises(ArgumentError, match="prepared streets know profile and access"):
        planner.coverage(streets, facilities, people, profile="child")


def test_one_more_facility_takes_cover_from_nobody(network, people):
    rng = np.random.default_rng(5)
    places = {k: (x, 0.0) for k, x in enumerate(rng.uniform(-2000, 2000, 6))}
    before = None
    for n in range(1, 5):
        some = points(dict(list(places.items())[:n]))
        found = planner.coverage(network, some, people, known="everywhere")
        covered = found.units["verdict"] == "covered"
        assert before is None or (covered | ~before).all()
        before = covered


def test_a_misspelt_column_of_people_is_refused(network, facilities, people):
    misspelt = people.rename(columns={"people": "poeple"})
    with pytest.raises(ArgumentError, match=r"do you mean 'poeple'.*people_column=None to count"):
        planner.coverage(network, facilities, misspelt)
    with pytest.raises(ArgumentError, match="it has floors; say people_column='floors'"):
        planner.coverage(network, facilities, people.rename(columns={"people": "floors"}))
    each = planner.coverage(network, facilities, misspelt, people_column=None)
    assert each.units["people"].tolist() == [1, 1, 1]
    note = "each row of people counts as one person, as no column tells their number"
    assert note not in each.notes
    assert note in planner.coverage(network, facilities, people.geometry).notes
    assert note in planner.coverage(network, facilities, people[["geometry"]]).notes


def test_people_far_from_all_streets_are_told_or_refused(network, facilities):
    # The streets end at 2,000; 15 minutes are 1,000 m, and 1,000 m more are left.
    some = points({"near": (500, 0), "rim": (3900, 0), "away": (4100, 0)}, people=[1, 1, 1])
    told = [note for note in planner.coverage(network, facilities, some).notes if "farther" in note]
    assert told == [
        "1 rows of people are farther than the longest walk from all streets; check their CRS, or "
        "load the streets there"
    ]
    with pytest.raises(ArgumentError, match=r"all 1 rows are more than 2\.0 km .* nearest 2\.1 km"):
        planner.coverage(network, facilities, some.loc[["away"]])


def test_what_find_gaps_does_not_take_is_named(network, facilities, people):
    with pytest.raises(ArgumentError, match="find_gaps has no option 'foo'; give gap_join_m"):
        find_gaps(network, facilities, people, foo=1)
    with pytest.raises(ArgumentError, match="gap_join_m is 'x'"):
        find_gaps(network, facilities, people, gap_join_m="x")


def test_a_coverage_draws_and_explores_itself(network, facilities, people):
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib import pyplot

    found = planner.coverage(network, facilities, people, known="everywhere")
    axes = found.plot(size_cm=(12, None))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "covered", "gap", "facility"
    ]  # fmt: skip
    drawn = {text.get_text() for text in axes.texts}
    assert {"1 km", "N"} <= drawn
    assert any("OpenStreetMap contributors" in text for text in drawn)
    pyplot.close(axes.figure)
    assert "rim: 25 people, gap" in found.explore().get_root().render()
    chinese = found.plot(size_cm=(12, None), language="zh")
    assert [text.get_text() for text in chinese.get_legend().get_texts()] == [
        "已覆盖", "服务盲区", "站点"
    ]  # fmt: skip
    assert any("道路 © OpenStreetMap" in text.get_text() for text in chinese.texts)
    pyplot.close(chinese.figure)
    with pytest.raises(ArgumentError, match="size_cm is"):
        found.plot(size_cm=3)
    with pytest.raises(ArgumentError, match="language 'fr' is unknown"):
        found.plot(language="fr")
