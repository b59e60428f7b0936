"""Where the demo lacks something on purpose, in metres of the drawing."""

from __future__ import annotations

HOLES: tuple[tuple[float, float, float], ...] = ()
"""Centre and radius of parts where no neighbourhood station was built yet."""

UNJOINED: tuple[tuple[float, float], ...] = ()
"""Near these points a station stands where no mapped street leads."""
