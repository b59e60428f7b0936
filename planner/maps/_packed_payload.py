"""The page's data as one short text: JSON, beside it its long columns of numbers, compressed.

Before it is compressed (zlib) and written in base64 it is: the length of the JSON (4 bytes, the
lowest first), the JSON in UTF-8, and the columns one after the other. The JSON is
`{"data": ..., "columns": [[path, count, scale], ...]}`: in `data` null stands in place of each
column, `path` leads there. A number of a column is, times `scale`, a whole number n; it is written
as 2n + 1 or, below 0, as -2n, and as 0 where it is missing: seven bits a byte, the lowest first,
the eighth bit set in all bytes but the last. `data/unpack.js` of the page's program reads it.
"""

from __future__ import annotations

import base64
import json
import zlib
from itertools import compress, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.maps._plain_values import to_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

#: Shorter lists take less room as text.
_LEAST_COLUMN = 32
#: By what a column is multiplied to be whole, the first that will do.
_SCALES = (1, 10, 100, 1000)
#: So that a number that is written fits into 31 bits, with which JavaScript counts fastest.
_LARGEST = 2**30 - 1
_BITS = 7
_NUMBERS = {int, float, type(None)}

#: No page has more data; a text that claims to hold more is broken.
_MOST_BYTES: Final = 2**30

Path = list[str | int]


class Packing:
    """A page's data, packed part by part: what is known early before the rest is there."""

    def __init__(self) -> None:
        self._data: Any = {}
        self._columns: list[tuple[Path, int, int]] = []
        self._written: list[bytes] = []

    @classmethod
    def reopen(cls, text: str) -> Packing:
        """Take up data that were packed before, to read them or to change which keys there are.

        Raises
        ------
        ValueError, KeyError, TypeError, zlib.error
            If the text is not what `finish` returned.
        """
        # Not more than that is unpacked, whatever the text says of itself.
        whole = zlib.decompressobj().decompress(base64.b64decode(text), _MOST_BYTES)
        start = 4 + int.from_bytes(whole[:4], "little")
        head = json.loads(whole[4:start])
        ends = start + 1 + np.flatnonzero(np.frombuffer(whole, np.uint8, offset=start) < 128)
        packing = cls()
        packing._data, packing._columns = head["data"], [tuple(c) for c in head["columns"]]
        # The ends of numbers are those of columns after as many as these have.
        last = np.cumsum([count for _, count, _ in packing._columns], dtype=np.int64) - 1
        bounds = [start, *ends[last].tolist()]
        packing._written = [whole[a:b] for a, b in pairwise(bounds)]
        return packing

    def leave_out(self, keys: Iterable[str]) -> None:
        """Take keys out, with their columns; those that are not there are no fault."""
        gone = set(keys)
        self._data = {key: part for key, part in self._data.items() if key not in gone}
        kept = [path[0] not in gone for path, _, _ in self._columns]
        self._columns = list(compress(self._columns, kept))
        self._written = list(compress(self._written, kept))

    def read(self, keys: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the data as they are now, all or those of some keys, with their columns.

        It is a copy: what is done to it changes nothing here.
        """
        wanted = self._data.keys() if keys is None else set(keys)
        # By way of text: several times quicker than a deep copy.
        chosen = {key: part for key, part in self._data.items() if key in wanted}
        found: dict[str, Any] = json.loads(json.dumps(chosen))
        for (path, _, scale), written in zip(self._columns, self._written, strict=True):
            if path[0] not in wanted:
                continue
            place: Any = found
            for key in path[:-1]:
                place = place[key]
            codes = _from_bytes(np.frombuffer(written, dtype=np.uint8))
            place[path[-1]] = [_from_code(code, scale) for code in codes.tolist()]
        return found

    def add(self, part: Mapping[str, Any]) -> None:
        """Put more keys, which are new, behind those that are there; values as of `to_plain`."""
        plain = to_plain(part)
        self._data |= {key: self._without_columns(entry, [key]) for key, entry in plain.items()}

    def finish(self) -> str:
        """Return the data as text that can stand anywhere in a page.

        It has signs of base64 only; the same data give the same text, however they were parted.
        """
        head = {"data": self._data, "columns": self._columns}
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        # A lone half of a pair is no text; a name from a broken file may hold one.
        encoded = text.encode("utf-8", errors="replace")
        whole = b"".join([len(encoded).to_bytes(4, "little"), encoded, *self._written])
        return base64.b64encode(zlib.compress(whole, 9)).decode("ascii")

    def _without_columns(self, part: Any, path: Path) -> Any:
        """Return a part of the data with None for each column, which is written."""
        if isinstance(part, dict):
            return {key: self._without_columns(entry, [*path, key]) for key, entry in part.items()}
        if not isinstance(part, list | tuple):
            return part
        scaled = _to_whole(part)
        if scaled is None:
            return [self._without_columns(entry, [*path, at]) for at, entry in enumerate(part)]
        codes, scale = scaled
        self._columns.append((path, len(part), scale))
        self._written.append(to_varint_bytes(codes))
        return None


def pack_payload(value: object) -> str:
    """Return data that are all there, of any kind, as `Packing` writes them."""
    packing = Packing()
    packing._data = packing._without_columns(to_plain(value), [])
    return packing.finish()


def unpack_payload(text: str) -> dict[str, Any]:
    """Return the data of a text of `pack_payload`, for tests and to compare pages."""
    return Packing.reopen(text).read()


def _to_whole(values: list[Any] | tuple[Any, ...]) -> tuple[NDArray[np.uint32], int] | None:
    """Return the numbers as they are written, with their scale; None for what is no column."""
    if len(values) < _LEAST_COLUMN or not _NUMBERS.issuperset(map(type, values)):
        return None
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    known = ~np.isnan(numbers)
    numbers[~known] = 0.0
    for scale in _SCALES:
        whole = np.rint(numbers * scale)
        if np.abs(whole).max() > _LARGEST:
            return None
        if (whole / scale == numbers).all():
            signed = whole.astype(np.int64)
            codes = np.where(signed < 0, -2 * signed, 2 * signed + 1)
            return np.where(known, codes, 0).astype(np.uint32), scale
    return None


def to_varint_bytes(codes: NDArray[np.uint32]) -> bytes:
    """Write each number in as many bytes as it needs."""
    width = np.ones(len(codes), dtype=np.int64)
    for bits in range(_BITS, 32, _BITS):
        width += codes >> bits > 0
    starts = np.cumsum(width) - width
    out = np.zeros(int(width.sum()), dtype=np.uint8)
    for place in range(int(width.max(initial=0))):
        rows = width > place
        goes_on = np.where(width[rows] > place + 1, 128, 0)
        out[starts[rows] + place] = codes[rows] >> (_BITS * place) & 127 | goes_on
    return out.tobytes()


def _from_bytes(written: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the numbers that `to_varint_bytes` wrote."""
    ends = np.flatnonzero(written < 128)
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    codes = np.zeros(len(ends), dtype=np.int64)
    for place in range(int((ends - starts).max(initial=-1)) + 1):
        rows = ends - starts >= place
        codes[rows] |= (written[starts[rows] + place].astype(np.int64) & 127) << (_BITS * place)
    return codes


def _from_code(code: int, scale: int) -> float | int | None:
    """Return the number that a code stands for."""
    if code == 0:
        return None
    whole = code // 2 if code % 2 else -(code // 2)
    return whole if scale == 1 else whole / scale
