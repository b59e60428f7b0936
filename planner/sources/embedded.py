"""Where the data that ships with the package lies."""

from pathlib import Path

from planner.errors import SourceError

_PACKAGE = Path(__file__).resolve().parents[1]


def data_folder() -> Path:
    """Folder of the embedded data: `planner/data` when installed, `data` in a checkout.

    Returns
    -------
    Path
        An existing folder.

    Raises
    ------
    SourceError
        If the installation is incomplete.
    """
    for folder in (_PACKAGE / "data", _PACKAGE.parent / "data"):
        if folder.is_dir():
            return folder
    raise SourceError(f"the embedded data is missing beside {_PACKAGE}; install the package again")
