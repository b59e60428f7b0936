"""Where the data that ships with the package lies."""

import shutil
from pathlib import Path

from planner.errors import SourceError

#: Folder of the demo among the embedded data.
DEMO = "baoshan-demo"

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


def copy_demo(folder: Path) -> Path:
    """Copy the demo district into a folder; files of the same names are replaced.

    Parameters
    ----------
    folder
        Made if it does not exist.

    Returns
    -------
    Path
        The plan.toml in it.

    Raises
    ------
    SourceError
        If the installation is incomplete, or the folder cannot be written.
    """
    source = data_folder() / DEMO
    if not (source / "plan.toml").is_file():
        raise SourceError(f"{source}: the demo is missing; install the package again")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(source.iterdir()):
            if path.is_file():
                shutil.copyfile(path, folder / path.name)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise SourceError(
            f"{folder}: cannot be written ({reason}); choose another --out"
        ) from error
    return folder / "plan.toml"
