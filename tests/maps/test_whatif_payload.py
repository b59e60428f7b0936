"""The what-if columns: kept beside a run, packed into a page, and read there."""

import base64
import json
import zlib

import numpy as np
import pytest

from planner.maps._whatif_payload import pack_whatif, write_columns
from planner.sources.whatif_file import BROKEN, WhatIfData, read_whatif, write_whatif
from tests.maps.in_node import PROGRAM_FOLDER, run_in_node

HEAD = {"format": 1, "steps_a_metre": 10_000, "scales": {"units.people": 100}, "units": {"id": []}}
EDGES = [0, -1, 1, 63, -64, 64, -65, 8191, -8192, 2**29, -(2**29)]


def data_of(**columns):
    named = {name.replace("__", "."): np.array(values) for name, values in columns.items()}
    return WhatIfData(dict(HEAD), named)


def read_in_page(text):
    """Return {name: [type, values]} as the page reads a packed text; None where it refuses."""
    module = (PROGRAM_FOLDER / "engine" / "columns.js").as_uri()
    return run_in_node(f"""
        import {{ readWhatIf }} from '{module}';
        import {{ inflateSync }} from 'node:zlib';
        let told = null;
        try {{
          const packed = Buffer.from('{text}', 'base64');
          const {{ columns }} = readWhatIf(new Uint8Array(inflateSync(packed)));
          told = Object.fromEntries(Object.entries(columns).map(([name, column]) =>
            [name, [column.constructor.name, [...column]]]));
        }} catch (fault) {{ if (!(fault instanceof RangeError)) throw fault; }}
        process.stdout.write(JSON.stringify(told));""")


def test_columns_by_hand():
    """Nine flags take two bytes; 300 is 600 = 4 * 128 + 88, -1 is 1; then the steps 5, 1, 1."""
    flags = [True, False, False, False, False, False, False, True, True]
    written = write_columns(data_of(a=flags, b=[300, -1], c=np.arange(5, 90)))
    length = int.from_bytes(written[:4], "little")
    head = json.loads(written[4 : 4 + length])
    assert head["columns"] == [["a", "flags", 9], ["b", "whole", 2], ["c", "steps", 85]]
    assert list(written[4 + length :]) == [0b10000001, 1, 88 + 128, 4, 1, 10] + [2] * 84


def test_the_page_reads_what_is_packed():
    places = [12.3456, -0.0001, 98765.4321]
    told = read_in_page(pack_whatif(data_of(
        edges__u=EDGES, edges__shut=[True, False] * 9, compounds__m2=[0.5, 1e12],
        nodes__x=[round(place * 10_000) for place in places], units__people=[150, 25],
        moment0__shut=np.empty(0, dtype=np.int64),
    )))  # fmt: skip
    assert told == {
        "edges.u": ["Int32Array", EDGES],
        "edges.shut": ["Uint8Array", [1, 0] * 9],
        "compounds.m2": ["Float64Array", [0.5, 1e12]],
        "nodes.x": ["Float64Array", places],
        "units.people": ["Float64Array", [1.5, 0.25]],
        "moment0.shut": ["Int32Array", []],
    }


def test_units_stand_in_the_order_of_the_page():
    data = data_of(units__kind=[0, 1, 2], edges__u=[7, 8, 9])
    data.head["units"] = {"id": ["a", "b", "c"]}
    text = pack_whatif(data, np.array([2, 0, 1]))
    told = read_in_page(text)
    assert [told[name][1] for name in ("units.kind", "edges.u")] == [[2, 0, 1], [7, 8, 9]]
    whole = zlib.decompress(base64.b64decode(text))
    head = json.loads(whole[4 : 4 + int.from_bytes(whole[:4], "little")])
    assert head["units"]["id"] == ["c", "a", "b"]


@pytest.mark.parametrize("spoil", [
    lambda whole: whole[:-1], lambda whole: whole + b"\0", lambda _: b"", lambda whole: whole[:3],
    lambda whole: whole.replace(b'"format":1', b'"format":2'),
])  # fmt: skip
def test_the_page_refuses_what_is_not_whole(spoil):
    whole = write_columns(data_of(edges__u=EDGES, compounds__m2=[0.5]))
    assert read_in_page(base64.b64encode(zlib.compress(spoil(whole))).decode()) is None


def test_a_file_is_read_as_it_was_written(tmp_path):
    data = data_of(edges__u=EDGES, edges__shut=[True, False], compounds__m2=[0.5])
    for name in ("one.npz", "other.npz"):
        write_whatif(data, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()
    with (tmp_path / "one.npz").open("rb") as file:
        found = read_whatif(file)
    assert found.head == data.head
    assert {name: column.tolist() for name, column in found.columns.items()} == {
        name: column.tolist() for name, column in data.columns.items()
    }


def test_a_file_of_another_format_is_left_alone(tmp_path):
    write_whatif(WhatIfData(HEAD | {"format": 2}, {}), tmp_path / "later.npz")
    with (tmp_path / "later.npz").open("rb") as file:
        assert read_whatif(file) is None


@pytest.mark.parametrize("content", [
    {"head": np.array([["{}"]], dtype=object)}, {"head": np.frombuffer(b"{", dtype=np.uint8)},
    {"a": np.arange(3)}, {"head": np.frombuffer(b"{}", np.uint8), "a": np.array(["text"])},
])  # fmt: skip
def test_a_file_that_no_run_writes_is_refused(tmp_path, content):
    np.savez(tmp_path / "bad.npz", **content)
    with (tmp_path / "bad.npz").open("rb") as file, pytest.raises(BROKEN):
        read_whatif(file)
