"""Pages that are handed on: compressed by LZMA, written in printable signs, put in again."""

from __future__ import annotations

import base64
import json
import random

from hypothesis import given
from hypothesis import strategies as st

from planner.maps._dense_text import SIGNS, write_signs
from planner.maps._packed_page import _compress
from tests.maps.in_node import PROGRAM_FOLDER, run_in_node

OPENING = PROGRAM_FOLDER / "opening"


def read_in_page(parts: list[tuple[str, int]]) -> list[bytes]:
    """Return what the page reads of packed texts of known sizes."""
    told = run_in_node(f"""
        import {{ readSigns }} from '{(OPENING / "signs.js").as_uri()}';
        import {{ unpackLzma }} from '{(OPENING / "lzma.js").as_uri()}';
        const told = {json.dumps(parts)}.map(([text, size]) =>
          Buffer.from(unpackLzma(readSigns(text), size)).toString('base64'));
        process.stdout.write(JSON.stringify(told));""")
    return [base64.b64decode(one) for one in told]


def test_signs_by_hand():
    """The 16 bits of 1, 2 are 513 in their lower 13, which is more than 88: two signs, 513 is
    58 + 5 * 91; then 000, the rest. The 14 bits of 80, 32 are 8,272, which is 82 + 90 * 91."""
    assert len(SIGNS) == 91
    assert write_signs(bytes([1, 2])) == SIGNS[58] + SIGNS[5] + SIGNS[0] * 2
    assert write_signs(bytes([80, 32])) == SIGNS[82] + SIGNS[90] + SIGNS[0] * 2
    assert write_signs(b"") == ""


@given(st.binary(max_size=300))
def test_signs_end_no_script_and_grow_by_less_than_a_quarter(content):
    text = write_signs(content)
    assert not set(text) & set('<"\\ \n')
    assert len(text) <= 2 + 16 * len(content) / 13


def test_the_page_unpacks_what_python_compresses():
    rng = random.Random(7)
    noise = rng.randbytes(5000)
    words = " ".join(rng.choice(["street", "gate", "station", "the", "of"]) for _ in range(9000))
    contents = [
        b"", b"a", b"ab" * 40, b"\x00" * 70_000, noise, bytes(range(256)) * 3,
        words.encode(), noise + b"x" * 3 + noise, "村居党群服务站".encode() * 500,
        # What lies so far back takes the longest distances.
        noise + words.encode() * 30 + noise[:4000],
        *(bytes(rng.choices(b"abc\n", k=rng.randrange(1, 900))) for _ in range(60)),
    ]  # fmt: skip
    packed = [(write_signs(_compress(content)), len(content)) for content in contents]
    assert read_in_page(packed) == contents
