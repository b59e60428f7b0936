"""Tables in Parquet: what was written is read again, what nobody wrote is refused."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from planner.reports._parquet import write_parquet
from planner.sources import parquet_table
from planner.sources.parquet_table import ParquetError, read_parquet

TABLE = pd.DataFrame({
    "demand_id": ["a", "b", "乙"], "minutes": [1.23456, float("inf"), None],
    "moment": ["night", None, "night"], "units": [1, 2, 3], "open": [True, False, True],
})  # fmt: skip


def read(path: Path, *needed: str) -> pd.DataFrame:
    with path.open("rb") as file:
        return read_parquet(file, needed)


def test_what_is_written_is_read_again(tmp_path: Path):
    write_parquet(tmp_path / "x.parquet", TABLE.astype({"units": "int16"}))
    found = read(tmp_path / "x.parquet", "demand_id", "minutes")
    assert found["demand_id"].tolist() == ["a", "b", "乙"]
    assert found["minutes"].fillna(-1).tolist() == [1.235, -1, -1]  # no path is null, never inf
    assert found["moment"].isna().tolist() == [False, True, False]
    assert found["units"].tolist() == [1, 2, 3]
    assert found["open"].tolist() == [True, False, True]


def test_the_same_table_gives_the_same_bytes_and_names_no_library_notes(tmp_path: Path):
    for name in ("x", "y"):
        write_parquet(tmp_path / name, TABLE)
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()
    about = parquet.read_metadata(tmp_path / "x")
    assert about.metadata is None
    encodings = about.row_group(0).column(0).encodings
    assert "RLE_DICTIONARY" in encodings


def test_other_programs_read_it(tmp_path: Path):
    write_parquet(tmp_path / "x.parquet", TABLE)
    found = pd.read_parquet(tmp_path / "x.parquet")
    assert found["demand_id"].tolist() == ["a", "b", "乙"]
    duckdb = pytest.importorskip("duckdb")
    place = (tmp_path / "x.parquet").as_posix()
    rows = duckdb.sql(f"select units from '{place}' where moment is null").fetchall()
    assert rows == [(2,)]


def plain(path: Path, table: pa.Table) -> Path:
    parquet.write_table(table, path, store_schema=False)
    return path


def test_what_no_command_writes_is_refused(tmp_path: Path):
    whole = tmp_path / "whole"
    write_parquet(whole, TABLE)
    with pytest.raises(ParquetError, match="has no column 'people'"):
        read(whole, "people")
    (tmp_path / "cut").write_bytes(whole.read_bytes()[:-200])
    (tmp_path / "text").write_text("demand_id,minutes", encoding="utf-8")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "marks").write_bytes(b"PAR1" + b"\xff" * 40 + b"\x20\0\0\0PAR1")
    for name in ("cut", "text", "empty", "marks"):
        with pytest.raises(ParquetError, match="cannot be read"):
            read(tmp_path / name)
    spoilt = bytearray(whole.read_bytes())
    spoilt[4:60] = b"\xff" * 56
    (tmp_path / "spoilt").write_bytes(spoilt)
    with pytest.raises(ParquetError):
        read(tmp_path / "spoilt")


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1], [2]]),
        pa.array([{"a": 1}, {"a": 2}]),
        pa.array([b"\xff", b"\xfe"]),
        pa.array([1, 2], type=pa.timestamp("s")),
        pa.array([1, 2], type=pa.int8()),
    ],
    ids=["list", "nested", "bytes", "time", "int8"],
)
def test_columns_of_other_kinds_are_refused(tmp_path: Path, column: pa.Array):
    path = plain(tmp_path / "x", pa.table({"demand_id": column}))
    with pytest.raises(ParquetError, match="has a column of another kind"):
        read(path)


def test_notes_that_say_what_to_make_of_it_are_refused(tmp_path: Path):
    """Pandas and Arrow note types there, some of which were once read as code."""
    TABLE.to_parquet(tmp_path / "x")
    with pytest.raises(ParquetError, match="notes of another program"):
        read(tmp_path / "x")


def test_a_word_that_stands_in_very_many_rows_is_refused_before_it_is_written_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """25 KB in the file, 200 MB as texts of their own."""
    codes = pa.array([0] * 100_000, type=pa.int32())
    column = pa.DictionaryArray.from_arrays(codes, pa.array(["x" * 2_000]))
    path = plain(tmp_path / "x", pa.table({"demand_id": column}))
    assert path.stat().st_size < 30_000
    monkeypatch.setattr(parquet_table, "_MOST_TEXT", 100_000_000)
    with pytest.raises(ParquetError, match="is larger than a run writes it"):
        read(path)


def test_more_rows_or_columns_than_a_run_writes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = plain(tmp_path / "x", pa.table({str(k): [1.0] for k in range(101)}))
    with pytest.raises(ParquetError, match="is larger than a run writes it"):
        read(path)
    write_parquet(tmp_path / "y", TABLE)
    monkeypatch.setattr(parquet_table, "_MOST_ROWS", 2)
    with pytest.raises(ParquetError, match="is larger than a run writes it"):
        read(tmp_path / "y")
