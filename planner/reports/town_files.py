"""Writes the pages of towns beside a run: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from planner.reports._folder import write_folder
from planner.sources.own_files import TOWNS_FILE, find_own_files, refuse_other_files

#: Folder of the pages in that of a run.
TOWNS_FOLDER: Final = "towns"


def write_town_pages(
    run_folder: Path, names: Sequence[str], save_page: Callable[[str, Path], None]
) -> dict[str, Path]:
    """Write the pages into the folder `towns` of a run.

    Pages that an earlier call wrote are replaced or taken away; files of others stay.

    Parameters
    ----------
    run_folder
        The --out of the run.
    names
        Of the files, the index among them.
    save_page
        Writes the page of a name to the path it is given.

    Returns
    -------
    dict
        File name -> path.

    Raises
    ------
    SourceError
        If the folder cannot be written, or somebody else's file has the name of a page.
    """
    folder = run_folder / TOWNS_FOLDER
    own = find_own_files(folder, TOWNS_FILE)
    refuse_other_files(folder, [*names, TOWNS_FILE], own)

    def save_all(new: Path) -> list[str]:
        """Write every page."""
        for name in names:
            save_page(name, new / name)
        return list(names)

    return write_folder(
        folder,
        save_all,
        lambda hashes: {"outputs": hashes},
        outputs=[*names, *sorted(own - {*names, TOWNS_FILE}), TOWNS_FILE],
    )
