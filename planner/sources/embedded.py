"""Where the data that ships with the package lies."""

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd

from planner.errors import SourceError
from planner.sources.folders import cannot_write, change_files

#: Folder of the demo among the embedded data.
DEMO = "baoshan-demo"
#: Folder of the tiny example.
EXAMPLE = "example"

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

    Examples
    --------
    >>> import planner
    >>> sorted(path.name for path in planner.data_folder().iterdir() if path.name == "example")
    ['example']
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
    names = sorted(path.name for path in source.iterdir() if path.is_file())

    def fill(new: Path) -> list[str]:
        """Copy the files."""
        for name in names:
            shutil.copyfile(source / name, new / name)
        return names

    try:
        change_files(folder, fill, outputs=names)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return folder / "plan.toml"


def read_example_table(name: str) -> gpd.GeoDataFrame:
    """Read a table of the tiny example as points.

    Parameters
    ----------
    name
        Of the file without .csv.

    Returns
    -------
    GeoDataFrame, EPSG:4326
        Its columns but for place and notice, labelled by the first of them.
    """
    table = pd.read_csv(data_folder() / EXAMPLE / f"{name}.csv", encoding="utf-8-sig", index_col=0)
    places = gpd.points_from_xy(table.pop("lon"), table.pop("lat"), crs="EPSG:4326")
    return gpd.GeoDataFrame(table.drop(columns="notice"), geometry=places)
