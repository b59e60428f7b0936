"""How values from outside are quoted in messages."""

import numpy as np
import pytest

from planner.errors import MOST_SHOWN, on_one_line, quote, quote_label, split_remedy


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb\x1b", r"'a\nb\x1b'"),
        (True, "True"),
        (1.0, "1.0"),
        (10**59, "1" + "0" * 59),
        (10**60, "a number of many digits"),
        (-(10**5000), "a number of many digits"),
        ([10**5000], "a number of many digits"),
    ],
    ids=["control codes", "truth", "float", "60 digits", "61 digits", "5,001 digits", "in a list"],
)
def test_a_value_is_quoted_briefly_on_one_line(value: object, text: str):
    assert quote(value) == text
    assert len(quote("x" * 500)) == MOST_SHOWN


def test_a_label_is_quoted_as_it_is_typed():
    labels = (np.int64(3), np.str_("a"), "a", 3, (1, "b"))
    assert [quote_label(label) for label in labels] == ["3", "'a'", "'a'", "3", "(1, 'b')"]


def test_a_text_stays_on_its_line():
    assert on_one_line("a\nb\x1b[2Jc") == "a b [2Jc"
    assert len(on_one_line("x" * 500)) == 200
    assert len(on_one_line("x" * 500, None)) == 500


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("lon is empty", "lon is empty", ""),
        ("lon is empty; give one", "lon is empty", "give one"),
        ("no column 'a'; it has b; add it", "no column 'a'; it has b", "add it"),
        ("'a; b' is odd; write it like 'c; d'", "'a; b' is odd", "write it like 'c; d'"),
        ('the plan\'s word; "x; y"', "the plan's word", '"x; y"'),
        ("'one; two' never opens", "'one; two' never opens", ""),
    ],
)
def test_a_message_says_what_is_wrong_and_then_what_to_do(text: str, what: str, remedy: str):
    assert split_remedy(text) == (what, remedy)
