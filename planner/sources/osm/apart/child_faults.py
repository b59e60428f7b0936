"""What a process that reads an extract reports where it cannot: words for whoever waits."""

from __future__ import annotations

import errno
from typing import Final

from planner.sources.osm.apart.tidy_xml import ExtractError

#: What spoilt files raise in our code and in osmium.
FAULTS: Final = (ExtractError, RuntimeError, ValueError, IndexError, OSError, EOFError)


def describe_fault(fault: Exception, most_bytes: float) -> dict[str, str]:
    """Return the report of a fault: `refused`, what is wrong in our words, or `error`, in others'.

    most_bytes : the file may unpack to.
    """
    if isinstance(fault, ExtractError):
        return {"refused": str(fault)}
    if getattr(fault, "errno", None) == errno.EFBIG:
        return {"refused": f"unpacks to more than {most_bytes / 1e6:.0f} MB: not a map"}
    return {"error": " ".join(str(fault).split())[:300]}
