"""Bytes as printable text that is shorter than base64, for pages that are handed on."""

from __future__ import annotations

from typing import Final

#: All signs that can be printed but those that end a script or a text in quotes.
SIGNS: Final = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"<\\')
_BASE: Final = len(SIGNS)
_BITS: Final = 13
#: 91 * 91 pairs are more than 13 bits need: those of the lowest numbers hold a bit more.
_SPARE: Final = _BASE * _BASE - 2**_BITS


def write_signs(content: bytes) -> str:
    """Return bytes as text: two signs for 13 or 14 bits, the lowest bits first.

    `readSigns` of the page's program reads it; it may find one byte of 0 more.
    """
    pairs = [first + second for second in SIGNS for first in SIGNS]
    written: list[str] = []
    held = bits = 0
    for byte in content:
        held |= byte << bits
        bits += 8
        if bits > _BITS:
            taken = _BITS if held % 2**_BITS >= _SPARE else _BITS + 1
            written.append(pairs[held % 2**taken])
            held >>= taken
            bits -= taken
    return "".join(written) + (pairs[held] if bits else "")
