"""Fixtures of the map's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.maps import sample

if TYPE_CHECKING:
    import geopandas as gpd


@pytest.fixture
def layers() -> dict[str, gpd.GeoDataFrame]:
    """A fresh copy of the sample's layers."""
    return sample.layers()


@pytest.fixture
def summary() -> dict[str, Any]:
    """A fresh copy of the sample's summary."""
    return sample.summary()
