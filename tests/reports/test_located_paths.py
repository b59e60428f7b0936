"""Located rows are written under the name that is given, as a path or as text."""

from pathlib import Path

import pandas as pd
import pytest

import planner
from planner.errors import SourceError
from planner.reports import LocatedTable


@pytest.fixture(scope="module")
def located(tmp_path_factory: pytest.TempPathFactory) -> LocatedTable:
    """One row without coordinates, which bears the name of the example's walled compound."""
    table = tmp_path_factory.mktemp("located") / "stations.csv"
    pd.DataFrame({"name": ["Willow Court"]}).to_csv(table, index=False)
    return planner.build_located_table(planner.locate_table(planner.load_example().plan, table))


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".geojson"])
def test_a_name_may_be_text(located: LocatedTable, tmp_path: Path, ending: str):
    for name in (str(tmp_path / f"text{ending}"), tmp_path / f"path{ending}"):
        planner.write_located(located, name)
        assert Path(name).stat().st_size > 0


def test_another_ending_is_refused_with_those_that_are_written(
    located: LocatedTable, tmp_path: Path
):
    with pytest.raises(SourceError, match=r"not a format that is written; give \.xlsx, \.csv"):
        planner.write_located(located, str(tmp_path / "located.pdf"))
    assert list(tmp_path.iterdir()) == []
