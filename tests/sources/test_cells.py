"""Texts as cells: no formula, nothing that turns the rest of a line, and back again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.sources.cells import from_cell, isolate_text, to_cell

RLO, PDF, LRI, RLI, FSI, PDI, LRM = (
    "\u202e",
    "\u202c",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
    "\u200e",
)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("+86 21", "'+86 21"),
        ("-A1", "'-A1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-5+A1", "'-5+A1"),
        ("+", "'+"),
        ("-５", "'-５"),  # digits of full width are text
        ("-1_000", "'-1_000"),
        ("'=1", "''=1"),
        ("''-a", "'''-a"),
    ],
)
def test_a_text_like_a_formula_gets_an_apostrophe(text: str, cell: str):
    assert to_cell(text) == cell
    assert from_cell(cell) == text


@pytest.mark.parametrize(
    "text", ["-5", "+3", "-1.5e3", "-.5", "+2.", "-007", "5", "a=b", "'quoted'", "l'été", "", " =1"]
)
def test_plain_numbers_and_other_texts_stay_as_they_are(text: str):
    assert to_cell(text) == text
    assert from_cell(text) == text


def test_the_apostrophe_of_a_number_written_as_text_is_taken_off():
    assert from_cell("'-5") == "-5"
    assert from_cell(to_cell("'-5")) == "'-5"


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        (f"a{RLO}b", f"{FSI}{LRM}a{RLO}b{LRM}{PDI}"),
        (f"a{RLI}b", f"{FSI}{LRM}a{RLI}b{LRM}{PDI}{PDI}"),  # its own isolate is closed too
        (f"a{PDI}b", f"{FSI}{FSI}{LRM}a{PDI}b{LRM}{PDI}"),  # nor can it close ours
        (f"={RLO}1", f"{FSI}{LRM}'={RLO}1{LRM}{PDI}"),
    ],
)
def test_marks_of_direction_are_isolated(text: str, isolated: str):
    assert to_cell(text) == isolated
    assert from_cell(isolated) == text


SIGNS = st.text(st.sampled_from([*"'=+-@\t\r5a", RLO, PDF, LRI, RLI, FSI, PDI, LRM, "\u200f"]))


@given(SIGNS)
def test_write_then_read_is_identity(text: str):
    cell = to_cell(text)
    assert from_cell(cell) == text
    assert cell[:1] not in {"=", "@", "\t", "\r"}


@given(SIGNS)
def test_no_isolate_is_left_open_or_closed_too_often(text: str):
    depth = 0
    for sign in to_cell(text):
        depth += (sign in {LRI, RLI, FSI}) - (sign == PDI)
        assert depth >= 0
    assert depth == 0


@given(SIGNS, SIGNS)
def test_two_texts_never_give_the_same_cell(one: str, other: str):
    assert (to_cell(one) == to_cell(other)) == (one == other)


@pytest.mark.parametrize(
    ("text", "on_a_page"),
    [
        ("plain 名称", "plain 名称"),
        ("=1+1", "=1+1"),  # a page has no formulas
        (f"a{RLO}b", f"{FSI}{LRM}a{RLO}b{LRM}{PDI}"),
        (f"a{PDI}{RLI}b", f"{FSI}{FSI}{LRM}a{PDI}{RLI}b{LRM}{PDI}{PDI}"),
        (f"a\u2029{RLO}b", f"{FSI}{LRM}a {RLO}b{LRM}{PDI}"),  # an isolate ends with its paragraph
        (f"a\r\n{RLO}b", f"{FSI}{LRM}a {RLO}b{LRM}{PDI}"),
    ],
)
def test_a_text_on_a_page_turns_nothing_after_it(text: str, on_a_page: str):
    assert isolate_text(text) == on_a_page
