"""Shares of a report are worked out from people: 87.449 % is 87.4 %, though a file has 0.8745."""

from dataclasses import replace

import openpyxl
import pytest

from planner.reports.exact_shares import to_exact_comparison, to_exact_proposal, to_exact_run
from planner.reports.report_figures import figures_of
from planner.reports.report_words import join_shares
from planner.reports.workbook import write_workbook
from planner.sources.result_parts import FinishedPart

#: 87,449 of the 100,000 who can be judged; 25,000 more cannot.
ROW = {"area": "all", "kind": "residential", "cutoff_minutes": 15, "people": 125_000,
       "covered": 87_449, "gap": 12_551, "unknown": 25_000, "share": 0.8745, "share_low": 0.6996,
       "share_high": 0.8996}  # fmt: skip
EXACT = {"share": 0.87449, "share_low": 0.699592, "share_high": 0.899592}


@pytest.fixture
def rounded(handed):
    """The run of the street with the figures of `ROW`, as a file has them."""
    run = handed.load(parts=False).run
    held = {key: ROW[key] for key in ("area", "kind", *EXACT)}
    summary = run.summary | {
        "coverage": [ROW], "checks": [ROW | {"rule_id": "target:residential", "target": 0.875}],
        "uncertainty": {"areas": [held | {"share_min": 0.8}, held | {"share": 0.5}]},
    }  # fmt: skip
    return replace(run, summary=summary)


def of_part(content) -> FinishedPart:
    return FinishedPart("proposal", None, content, {})


def test_rows_of_the_summary_have_exact_shares_and_all_else_as_it_was(rounded):
    exact = to_exact_run(rounded)
    assert exact.summary["coverage"] == [ROW | EXACT]
    assert exact.summary["checks"] == [{**rounded.summary["checks"][0], **EXACT}]
    assert exact.summary["gaps"] == rounded.summary["gaps"]
    # The repeats have no people of their own: their shares are those of the same area and kind.
    first, other = exact.summary["uncertainty"]["areas"]
    assert first == {"area": "all", "kind": "residential", "share_min": 0.8, **EXACT}
    assert other["share"] == 0.5
    assert rounded.summary["coverage"] == [ROW]


def test_shares_before_and_after_by_hand():
    row = {f"{key}_{when}": value for key, value in ROW.items() for when in ("before", "after")}
    row |= {"covered_after": 87_451, "gap_after": 12_549, "share_after": 0.8745}
    part = to_exact_comparison(of_part({"kind": "x", "scenarios": [{"totals": [row]}]}))
    [found] = part.content["scenarios"][0]["totals"]
    assert (found["share_before"], found["share_after"]) == (0.87449, 0.87451)
    assert part.content["kind"] == "x"


def test_shares_of_a_proposal_by_hand():
    """Once the sites are built 12,551 of 125,000 are left and 25,000 cannot be judged."""
    row = {"residents": 125_000, "residents_left": 12_551, "residents_unknown": 25_000,
           **{f"{key}_{when}": ROW[key] for key in EXACT for when in ("today", "after")},
           "share_before": 0.8745}  # fmt: skip
    content = {"whole_area": row, "towns": [row | {"town": "West", "share_after": 0.9}]}
    part = to_exact_proposal(of_part(content), {"coverage": [ROW | EXACT]})
    whole, [town] = part.content["whole_area"], part.content["towns"]
    assert [whole[f"{key}_today"] for key in EXACT] == list(EXACT.values())
    assert [whole[f"{key}_after"] for key in EXACT] == list(EXACT.values())
    # Nothing counts what is planned, no row is the town's, and 0.9 is not what was counted.
    assert whole["share_before"] == town["share_today"] == 0.8745
    assert town["share_after"] == 0.9


def test_sentence_and_cells_read_alike_and_the_cell_holds_what_the_file_has(
    handed, rounded, tmp_path
):
    handover = replace(handed.load(parts=False), run=to_exact_run(rounded))
    assert figures_of(handover).sentence().startswith("Overall, 87.4% of residents reach")
    write_workbook(handover, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Overview"]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value == 0.8745]
    assert [cell.number_format for cell in cells] == ['"87.4%"']


@pytest.mark.parametrize(
    ("written", "told"),
    [("83.8% (78.4%-84.8%) to 93.6%", "83.8% (78.4%–84.8%) to 93.6%"),
     ("- (<0.1%-100.0%)", "- (<0.1%–100.0%)"), ("a 95%-safe, well-known place",
     "a 95%-safe, well-known place")],
)  # fmt: skip
def test_shares_of_a_sentence_are_joined_as_in_tables(written, told):
    assert join_shares(written) == told
