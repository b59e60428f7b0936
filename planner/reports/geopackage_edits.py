"""What is written into a GeoPackage beside what GDAL writes: by SQLite itself."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def change_geopackage(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage that was just written, for what GDAL does not write.

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
