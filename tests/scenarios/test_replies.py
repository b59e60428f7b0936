"""What comes back from the people who were asked: side by side, by hand."""

import json

import pytest

from planner.case import build_case
from planner.errors import SourceError
from planner.scenarios import gather_proposals
from planner.sources.reply_files import MAX_FILES, MAX_REMARKS, load_replies
from planner.stages import Stages
from tests.scenarios.test_by_hand import add, at, small
from tests.scenarios.test_people_edits import come

HEADING = "facility_id,name,capacity"
STATIONS = [("F", "Station", 30, 0, 0), ("G", "Other", "", 1950, 0)]
CORRECTIONS = [{"about": "gate", **at(-900), "text": "locked since May", "proposer": "Zhang"},
               {"about": "hours", "id": "G", "text": "=closed at noon"}]  # fmt: skip
MARKS = [{"id": "F", "mark": 2, "remark": "crowded"}, {"id": "F", "mark": 5}]


def reply(folder, name, *edits, plan="small", **more):
    content = {"version": 1, "plan": plan, "name": "my wish", "edits": list(edits), **more}
    (folder / name).write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def replies(tmp_path):
    """Two that count, a copy, one of another plan, a broken one, and what is none at all."""
    folder = tmp_path / "replies"
    folder.mkdir()
    reply(folder, "a.json", add("N1", -1200, votes=3, reason="far"), {"op": "close", "id": "zz"},
          corrections=CORRECTIONS)  # fmt: skip
    reply(folder, "b.JSON", add("N1", -1270), come("new", 500, 9), marks=MARKS)
    reply(folder, "c.json", marks=[{"id": "F", "mark": 1}, {"id": "old", "mark": 3}])
    (folder / "d.json").write_bytes((folder / "a.json").read_bytes())
    reply(folder, "e.json", add("N", 1), plan="other")
    (folder / "f.json").write_text("{", encoding="utf-8")
    (folder / "g.json").symlink_to(folder / "a.json")
    (folder / "notes.txt").write_text("hello", encoding="utf-8")
    (folder / "h.json").mkdir()
    return folder


@pytest.fixture
def gathered(replies, tmp_path):
    case = build_case(small(tmp_path, facilities=STATIONS, heading=HEADING))
    return gather_proposals(case, load_replies(replies, "small"), "", Stages())


def test_a_file_that_does_not_count_says_why(gathered):
    assert [(row["file"], row["again"], row["fault"]) for row in gathered.files] == [
        ("a.json", "", ""), ("b.JSON", "", ""), ("c.json", "", ""), ("d.json", "a.json", ""),
        ("e.json", "", "e.json: is about the plan 'other', not 'small'"),
        ("f.json", "", "f.json: not valid JSON: Expecting property name enclosed in double quotes "
         "in line 1; mend that line"),
        ("g.json", "", "g.json: is a link; put the file itself there"),
    ]  # fmt: skip
    assert [row["edits"] for row in gathered.files] == [2, 2, 0, None, None, None, None]


def test_a_file_that_was_written_anew_is_a_copy_unless_it_is_called_otherwise(tmp_path):
    content = {"version": 1, "plan": "small", "edits": [add("N1", -1200, votes=3)]}
    for name, text in (("a", json.dumps(content)), ("b", json.dumps(content, indent=2)),
                       ("c", json.dumps({**content, "name": "mine"}))):  # fmt: skip
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    assert [one.again for one in load_replies(tmp_path, "small")] == ["", "a.json", ""]


def test_each_proposal_says_what_it_gains(gathered):
    rows = gathered.proposed
    assert [(row["file"], row["op"], row["newly_covered_residential"], row["came_residential"],
             row["joined"]) for row in rows] == [
        ("a.json", "add", 30, 0, 1), ("a.json", "close", None, None, None),
        ("b.JSON", "add", 30, 0, 1), ("b.JSON", "add_people", 0, 9, 2),
    ]  # fmt: skip
    assert rows[1]["fault"].startswith("a.json: edit 2: close zz: no facility of the area")
    assert (rows[0]["votes"], rows[0]["reason"], rows[2]["votes"]) == (3, "far", None)
    first, _, whole = gathered.joined
    assert (first["proposed"], first["gained_together"], first["files"]) == (
        2, 30, "a.json; b.JSON",
    )  # fmt: skip
    assert (whole["op"], whole["gained_together"], whole["came_together"]) == ("all", 30, 9)


def test_corrections_are_a_list_to_check(gathered):
    gate, hours = gathered.corrections
    assert (gate["about"], gate["text"], gate["proposer"]) == ("gate", "locked since May", "Zhang")
    assert (hours["id"], hours["name"]) == ("G", "Other")
    assert [hours["lon"], hours["lat"]] == pytest.approx(list(at(1950).values()), abs=1e-6)


def test_marks_stand_beside_the_load(gathered):
    station, gone = gathered.marks
    # w and e are nearest to F; ee and eee to G
    assert {name: station[name] for name in ("id", "marks", "lowest", "people_nearest_residential",
                                             "capacity", "remarks")} == {
        "id": "F", "marks": 3, "lowest": 1, "people_nearest_residential": 50, "capacity": 30,
        "remarks": ["crowded"],
    }  # fmt: skip
    assert station["mean"] == pytest.approx(8 / 3)
    assert (gone["id"], gone["name"], gone["people_nearest_residential"]) == ("old", "", None)
    assert gathered.notes == ["marks of stations that the plan does not have: old"]


def test_a_folder_that_cannot_be_gathered(tmp_path):
    with pytest.raises(SourceError, match="no such folder; give the one with the files"):
        load_replies(tmp_path / "none", "small")
    with pytest.raises(SourceError, match=r"has no \.json files"):
        load_replies(tmp_path, "small")
    reply(tmp_path, "a.json", plan="other", marks=MARKS)
    with pytest.raises(SourceError, match=r"not one of its 1 files can be read: a\.json: is about"):
        load_replies(tmp_path, "small")
    for number in range(MAX_FILES):
        (tmp_path / f"{number}.json").touch()
    with pytest.raises(SourceError, match=r"has 501 \.json files; gather at most 500 at a time"):
        load_replies(tmp_path, "small")


def test_too_many_remarks(tmp_path):
    for number in range(MAX_REMARKS // 1000 + 1):
        # no copies of each other
        marks = [{"id": f"F{number}", "mark": 1}] * 1000
        reply(tmp_path, f"{number}.json", marks=marks)
    with pytest.raises(SourceError, match="21,000 marks in all are too many; gather at most 20,0"):
        load_replies(tmp_path, "small")
