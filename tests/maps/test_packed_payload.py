"""The data of a page as one short text: written by Python, read by Python and by the page."""

from __future__ import annotations

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.maps._packed_payload import pack_payload, unpack_payload
from tests.maps.in_node import unpack_in_node

COLUMN = [*range(-40, 40), None]


def test_a_column_by_hand():
    """Beside the JSON stand 32 numbers: 1 as 3, 0 as 1, -1 as 2, none as 0, 300 as 601."""
    numbers = [1, 0, -1, None, 300] + [0] * 27
    whole = zlib.decompress(base64.b64decode(pack_payload({"n": numbers, "few": [1, 2]})))
    length = int.from_bytes(whole[:4], "little")
    head = json.loads(whole[4 : 4 + length])
    assert head == {"data": {"n": None, "few": [1, 2]}, "columns": [[["n"], 32, 1]]}
    # 601 = 4 * 128 + 89: the lower seven bits first, marked that more follow.
    assert list(whole[4 + length :]) == [3, 1, 2, 0, 89 + 128, 4] + [1] * 27


@pytest.mark.parametrize(("numbers", "scale"), [
    ([float(n) for n in range(40)], 1), ([0.1] * 40, 10), ([0.25] * 40, 100), ([0.125] * 40, 1000),
])  # fmt: skip
def test_a_column_is_multiplied_until_it_is_whole(numbers, scale):
    whole = zlib.decompress(base64.b64decode(pack_payload([numbers])))
    head = json.loads(whole[4 : 4 + int.from_bytes(whole[:4], "little")])
    assert head["columns"] == [[[0], 40, scale]]


@pytest.mark.parametrize("kept", [
    [1] * 31, [0.12345] * 40, [True] * 40, ["1"] * 40, [2**30] * 40, [[1]] * 40, []])  # fmt: skip
def test_what_is_no_column_stays_in_the_json(kept):
    whole = zlib.decompress(base64.b64decode(pack_payload({"kept": kept})))
    length = int.from_bytes(whole[:4], "little")
    assert json.loads(whole[4:]) == {"data": {"kept": kept}, "columns": []}
    assert len(whole) == 4 + length


numbers = st.one_of(
    st.none(),
    st.integers(-(2**30) + 1, 2**30 - 1),
    st.integers(-(10**6), 10**6).map(lambda whole: whole / 10),
)
# Without marks of direction, which are enclosed anew each time.
texts = st.text("ab{<'宝\u2028", max_size=5)
trees = st.recursive(
    st.one_of(texts, st.booleans(), st.lists(numbers, min_size=30, max_size=40)),
    lambda part: st.one_of(st.lists(part, max_size=3), st.dictionaries(texts, part, max_size=3)),
    max_leaves=5,
)


@given(st.dictionaries(texts, trees, max_size=3))
def test_packed_and_unpacked_is_the_same(tree):
    text = pack_payload(tree)
    again = pack_payload(unpack_payload(text))
    assert again == text
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")


@pytest.mark.parametrize("own", [True, False])
def test_the_page_reads_what_python_wrote(own):
    """By the browser's own decompression, and by the one that the page brings for older ones."""
    tree = {
        "column": COLUMN, "deep": [{"tenths": [0.1 * 3, 12.3, -0.5, None] * 10}],
        "large": [2**30 - 1, 1 - 2**30] * 20,
        "__proto__": {"column": COLUMN}, "text": "</script>'{{\u2028宝山", "few": [1, None, 0.5],
    }  # fmt: skip
    text = pack_payload(tree)
    assert unpack_in_node(text, own=own) == unpack_payload(text)


def spoilt() -> dict[str, str]:
    """Texts that are not whole, in each of the ways that a file is damaged."""
    whole = zlib.decompress(base64.b64decode(pack_payload({"column": COLUMN})))
    length = int.from_bytes(whole[:4], "little")

    def packed(content: bytes) -> str:
        return base64.b64encode(zlib.compress(content)).decode()

    text = pack_payload({"column": COLUMN})
    endless = whole[4 : 4 + length].replace(b",81,", b",2000000000,")
    return {
        "empty": "", "no base64": "{}", "cut": text[: len(text) // 2], "not compressed": "AAAA",
        "short": packed(b"ab"), "no json": packed(b"\x02\0\0\0{]"),
        "no columns": packed(b"\x02\0\0\0{}"),
        "numbers missing": packed(whole[:-1]), "numbers left over": packed(whole + b"\1"),
        "endless": packed(len(endless).to_bytes(4, "little") + endless),
    }  # fmt: skip


@pytest.mark.parametrize("way", spoilt())
@pytest.mark.parametrize("own", [True, False])
def test_what_is_not_whole_is_refused(way, own):
    assert unpack_in_node(spoilt()[way], own=own) is None
