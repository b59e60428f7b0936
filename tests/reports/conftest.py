"""What tests of reports share."""

import pytest

from tests.reports.handed_over import Folders, write_all


@pytest.fixture(scope="session")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """The street of `handed_over`, run, sited and compared."""
    return write_all(tmp_path_factory.mktemp("handed"))
