"""Real places of Baoshan, half of them withheld: what is called certain is right."""

from pathlib import Path

from benchmarks.locate import GIVEN, measure
from tests.samples import is_whole


def test_what_is_called_certain_lies_within_500_m_nine_times_in_ten(shared_data: Path):
    held = [
        row
        for row in measure(3 if is_whole() else 1, shared_data / "baoshan")
        if "certain" in row.what
    ]
    assert len(held) == len(GIVEN)
    assert all(row.met for row in held), held
