"""One picture at a time: for slides, for the phone; never a file half written or lost."""

from __future__ import annotations

import errno

import pytest
from PIL import Image

from planner.errors import PlannerError
from planner.reports import check_picture, picture_files, write_picture
from tests.reports.drawn_city import draw_city


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return draw_city(tmp_path_factory.mktemp("city"))


def test_a_map_for_slides_has_200_dots_an_inch(city, tmp_path):
    path = tmp_path / "map.png"
    write_picture(city, path, width_cm=12.7)
    with Image.open(path) as image:
        assert image.size[0] == 1000
        assert image.info["dpi"] == pytest.approx((200, 200), abs=0.1)
    write_picture(city, path, town="Westtown", width_cm=12.7)  # takes its place
    assert [one.name for one in tmp_path.iterdir()] == ["map.png"]


@pytest.mark.parametrize(("ending", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF-")])
def test_maps_can_be_drawings_too(city, tmp_path, ending, begins):
    path = tmp_path / f"map.{ending}"
    write_picture(city, path)
    first = path.read_bytes()
    assert first.startswith(begins)
    write_picture(city, path)
    assert path.read_bytes() == first


def test_the_curve_is_that_of_the_proposal(city, tmp_path):
    for name in ("curve.png", "curve.svg"):
        write_picture(city, tmp_path / name, what="curve")
    assert "the choice: 1" in (tmp_path / "curve.svg").read_text(encoding="utf-8")
    with pytest.raises(PlannerError, match="leave --town out"):
        write_picture(city, tmp_path / "curve.png", what="curve", town="Westtown")


def test_the_long_picture_fits_a_phone(city, tmp_path):
    path = tmp_path / "long.png"
    write_picture(city, path, what="long")
    with Image.open(path) as image:
        assert image.size[0] == 1080
        assert 2000 < image.size[1] < 6000
        head = image.convert("RGB").getpixel((5, 5))
    assert head == (0x12, 0x35, 0x5B)


def test_what_cannot_be_written_is_refused_before_anything_is_drawn(tmp_path):
    for path, message in (
        (tmp_path / "map.gif", "not a format that is written"),
        (tmp_path / "missing" / "map.png", "no such folder"),
    ):
        with pytest.raises(PlannerError, match=message):
            check_picture(path, "map", 20.0)
    with pytest.raises(PlannerError, match=r"give \.png$"):
        check_picture(tmp_path / "long.pdf", "long", 20.0)
    for width in (float("nan"), 0.0, 1e6):
        with pytest.raises(PlannerError, match="centimetres from 6 to 100"):
            check_picture(tmp_path / "map.png", "map", width)


def test_only_a_picture_is_replaced(tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("my notes", encoding="utf-8")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "link.png").symlink_to(tmp_path / "nowhere")
    for name in ("notes.png", "folder.png", "link.png"):
        with pytest.raises(PlannerError, match="is there already and is no picture"):
            check_picture(tmp_path / name, "map", 20.0)
    path.write_bytes(b"")
    check_picture(path, "map", 20.0)


def test_a_full_disk_leaves_the_picture_that_was_there(city, tmp_path, monkeypatch):
    path = tmp_path / "map.png"
    write_picture(city, path, width_cm=6.0)
    before = path.read_bytes()

    def fill(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(picture_files, "save_figure", fill)
    with pytest.raises(PlannerError, match="No space left on device"):
        write_picture(city, path, width_cm=6.0)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["map.png"]


def test_an_unknown_town_leaves_nothing(city, tmp_path):
    with pytest.raises(PlannerError, match="the nearest names are 'Westtown'"):
        write_picture(city, tmp_path / "map.png", town="Westwon")
    assert list(tmp_path.iterdir()) == []
