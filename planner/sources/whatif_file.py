"""What a page needs to work out scenarios by itself: plain columns, and the file that keeps them.

The columns are those of docs/whatif.md. The file is an archive of numpy, read without pickle.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from planner.showing import Brief

WHATIF_FILE: Final = "whatif.npz"
#: A file of another format is left alone: its page has no what-if.
FORMAT: Final = 1
_HEAD: Final = "head"
MOST_BYTES: Final = 300_000_000
#: Unpacked, for a small archive may hold a great deal of nothing.
_MOST_UNPACKED: Final = 1_000_000_000
_KINDS: Final = "biuf"
#: How a spoilt file shows.
BROKEN: Final = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True, eq=False)
class WhatIfData(Brief):
    """Streets, facilities and people of a run, for whoever judges scenarios without the planner.

    head : texts and figures, plain values of JSON.
    columns : name -> column of flags, whole numbers or figures, one dimension each. What is
        measured is whole: in steps from the head's `origin`, or by the head's `scales`.
    """

    head: dict[str, Any]
    columns: dict[str, NDArray[Any]]


def write_whatif(data: WhatIfData, path: Path) -> None:
    """Write the columns into a file; the same data give the same bytes."""
    head = json.dumps(data.head, ensure_ascii=False, sort_keys=True, allow_nan=False)
    arrays = {_HEAD: np.frombuffer(head.encode("utf-8"), dtype=np.uint8), **data.columns}
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def read_whatif(file: BinaryIO) -> WhatIfData | None:
    """Read the columns that a run wrote; None for those of another format.

    Raises
    ------
    OSError, ValueError, KeyError, EOFError, BadZipFile
        If they are spoilt: see BROKEN.
    """
    arrays = _read_arrays(file)
    head = json.loads(arrays.pop(_HEAD).astype(np.uint8).tobytes().decode("utf-8"))
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        return None
    return WhatIfData(head, arrays)


def _read_arrays(file: BinaryIO) -> dict[str, NDArray[Any]]:
    """Read the columns of an archive that is not larger than it may be."""
    with zipfile.ZipFile(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
            raise ValueError
    file.seek(0)
    with np.load(file, allow_pickle=False) as table:
        arrays = {name: table[name] for name in table.files}
    if any(array.ndim != 1 or array.dtype.kind not in _KINDS for array in arrays.values()):
        raise ValueError
    return arrays
