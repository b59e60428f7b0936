"""What a page needs to work out scenarios by itself: plain columns, and the file that keeps them.

The columns are those of docs/whatif.md. The file is an archive of numpy, read without pickle.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from planner.errors import SourceError
from planner.sources.hashes import hash_file
from planner.sources.plain_files import open_plain

WHATIF_FILE: Final = "whatif.npz"
#: A file of another format is left alone: its page has no what-if.
FORMAT: Final = 1
_HEAD: Final = "head"
_MOST_BYTES: Final = 300_000_000
#: Unpacked, for a small archive may hold a great deal of nothing.
_MOST_UNPACKED: Final = 1_000_000_000
_KINDS: Final = "bif"
_REPEAT: Final = "repeat planner run"


@dataclass(frozen=True, eq=False)
class WhatIfData:
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


def load_whatif(folder: Path, outputs: dict[str, Any]) -> WhatIfData | None:
    """Read the columns beside a run; None where the run has none, or those of another format.

    Parameters
    ----------
    folder
        Of the run.
    outputs
        Name of each file of the run -> its hash, from run.json.

    Raises
    ------
    SourceError
        If the file is not the one of the run, or is spoilt.
    """
    if WHATIF_FILE not in outputs:
        return None
    path = folder / WHATIF_FILE
    with open_plain(path, most_bytes=_MOST_BYTES, advice=_REPEAT) as file:
        if hash_file(path) != outputs[WHATIF_FILE]:
            raise SourceError(f"{path}: is not what run.json says; {_REPEAT}")
        try:
            arrays = _read_arrays(file)
            head = json.loads(arrays.pop(_HEAD).astype(np.uint8).tobytes().decode("utf-8"))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise SourceError(f"{path}: cannot be read; {_REPEAT}") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        return None
    return WhatIfData(head, arrays)


def _read_arrays(file: Any) -> dict[str, NDArray[Any]]:
    """Read the columns of an archive that is not larger than it may be."""
    with zipfile.ZipFile(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
            raise ValueError("larger than a run writes")
    file.seek(0)
    with np.load(file, allow_pickle=False) as table:
        arrays = {name: table[name] for name in table.files}
    if any(array.ndim != 1 or array.dtype.kind not in (*_KINDS, "u") for array in arrays.values()):
        raise ValueError("not the columns that a run writes")
    return arrays
