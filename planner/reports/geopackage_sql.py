"""Statements of SQL in a GeoPackage that was just written, for what GDAL does not write."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

#: Stands for the time of writing, so that the same input gives the same bytes; the date of the run
#: is in run.json.
NO_DATE: Final = "1970-01-01T00:00:00.000Z"


@contextmanager
def change_geopackage(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage that was just written; what is changed in it counts when this ends.

    Raises
    ------
    OSError
        If it cannot be written, as on a full disk.
    """
    try:
        with closing(sqlite3.connect(path)) as base:
            # Nothing counts before all is written, as for GDAL.
            base.execute("pragma synchronous = off")
            base.execute("pragma journal_mode = memory")
            yield base
            base.commit()
    except sqlite3.Error as error:
        raise unfinished_geopackage(path) from error


def unfinished_geopackage(path: Path) -> OSError:
    """Return the error of a file whose end is missing."""
    what = "GeoPackage not written to the end; is the disk full?"
    return OSError(errno.EIO, what, str(path))
