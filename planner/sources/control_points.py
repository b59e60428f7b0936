"""Reads the control points of a city's own grid, and fits it to them."""

from pathlib import Path

import numpy as np

from planner.crs import LOCAL, LocalGrid, find_wrong_point, fit_local_grid
from planner.errors import CrsError, SourceError, on_one_line
from planner.plan import Plan
from planner.sources._checks import check_columns
from planner.sources._read_table import read_raw, to_numbers

_COLUMNS = ("x", "y", "lon", "lat")


def find_datum(plan: Plan, crs: str) -> str | LocalGrid:
    """Return the datum that a key of the plan means; the grid of its control points for local."""
    # The plan has control points wherever it says local.
    if crs != LOCAL or plan.control_points is None:
        return crs
    return load_local_grid(plan.control_points)[0]


def load_local_grid(path: Path) -> tuple[LocalGrid, str]:
    """Read control points and fit the grid that they are in.

    Parameters
    ----------
    path
        Table with `x` (east), `y` (north) in metres, `lon`, `lat` in WGS-84 degrees and optional
        `name`.

    Returns
    -------
    LocalGrid, str
        The grid, and how well it fits: a line for the notes.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, a number is none, or no grid fits.
    """
    raw = read_raw(path)
    check_columns(raw, _COLUMNS)
    numbers = raw.rows[list(_COLUMNS)].apply(to_numbers).to_numpy(dtype=np.float64)
    lon, lat = numbers[:, 2], numbers[:, 3]
    wrong = ~(np.isfinite(numbers).all(axis=1) & (np.abs(lon) <= 180) & (np.abs(lat) <= 84))
    if wrong.any():
        row = raw.numbers[wrong].iloc[0]
        raise SourceError(
            f"{path}: row {row}: give x, y as plain metres and lon, lat as degrees; a control "
            "point is never left out"
        )
    try:
        grid = fit_local_grid(numbers[:, :2], numbers[:, 2:])
    except CrsError as error:
        number = find_wrong_point(numbers[:, :2], numbers[:, 2:])
        hint = "" if number is None else f"; the others fit without row {raw.numbers.iloc[number]}"
        raise SourceError(f"{path}: {error}{hint}") from None
    worst = int(grid.residuals_m.argmax())
    names = raw.rows.get("name", raw.numbers.astype(str))
    return grid, (
        f"{path.name}: local grid through {len(numbers)} control points: {grid.residual_m:.2f} m "
        f"are left (root mean square), most at {on_one_line(str(names.iloc[worst]), 60)}: "
        f"{grid.residuals_m[worst]:.2f} m; turned by {grid.turn_deg:.4f} degrees, scale "
        f"{grid.scale:.6f}"
    )
