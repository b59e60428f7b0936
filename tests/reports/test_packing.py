"""One zip for a colleague: whole, the same bytes, and nothing that does not belong to it."""

import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from planner.errors import PlannerError, SourceError
from planner.reports.packing import check_pack_out, write_pack
from planner.sources.hashes import hash_file
from planner.sources.packed_files import list_packed
from planner.sources.results import load_result
from tests.cities.small_city import contents
from tests.reports.finished_city import finished_city


@pytest.fixture(scope="module")
def source() -> Path:
    return finished_city()[1]


@pytest.fixture
def out(source: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(source, tmp_path / "out"))


def pack(folder: Path, path: Path, **options) -> Path:
    files, run = list_packed(folder, **options)
    write_pack(files, run, path)
    return path


def unpack(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    [top] = folder.iterdir()
    return top


def vouch(folder: Path, name: str, content: dict) -> None:
    """Write the file that vouches for the others of a folder."""
    outputs = {
        path.relative_to(folder).as_posix(): hash_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    (folder / name).write_text(json.dumps(content | {"outputs": outputs}), encoding="utf-8")


def test_what_is_unpacked_is_the_run_and_can_be_run_again(source: Path, tmp_path: Path):
    top = unpack(pack(source, tmp_path / "x.zip"), tmp_path / "there")
    assert top.name == "helsinki"
    found = contents(top)
    read_me, sums = found.pop("README.txt"), found.pop("SHA256SUMS")
    expected = contents(source)
    plan = (source / "input" / "plan.toml").read_text(encoding="utf-8")
    extract = plan.partition("osm = '")[2].partition("'")[0]
    name = Path(extract).name
    assert found.pop(f"input/{name}") == Path(extract).read_bytes()
    # The plan named it in full, which the other machine does not know.
    expected["input/plan.toml"] = plan.replace(f"'{extract}'", f'"{name}"').encode()
    assert found == expected
    assert load_result(top).summary == load_result(source).summary
    listed = dict(line.split("  ", 1)[::-1] for line in sums.decode().splitlines())
    assert listed.pop("README.txt") == hashlib.sha256(read_me).hexdigest()
    assert set(listed) == {*found, f"input/{name}"}
    text = read_me.decode("utf-8-sig")
    assert "演示数据，非真实" in text
    assert "Demo data, not real" in text
    for name in ("map.html", "result.gpkg", "project.qgs", "gap_routes.gpx", "input/"):
        assert text.count(f"\r\n{name}\r\n") == 2
    assert text.count("planner run input/plan.toml --out out") == 2
    assert "report/" not in text


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_sha256sum_accepts_the_list(source: Path, tmp_path: Path):
    top = unpack(pack(source, tmp_path / "x.zip"), tmp_path / "there")
    done = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=top,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


def test_the_same_files_give_the_same_bytes_whenever_they_are_packed(out: Path, tmp_path: Path):
    first = pack(out, tmp_path / "x.zip").read_bytes()
    for path in out.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert pack(out, tmp_path / "y.zip").read_bytes() == first
    # One that was packed before is replaced.
    assert pack(out, tmp_path / "x.zip").read_bytes() == first


def test_what_rests_on_the_run_is_packed_with_it(out: Path, tmp_path: Path):
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    same = {"plan": run["plan"], "inputs": run["inputs"]}
    for folder, name, content in (
        ("sites", "site.json", {"plan": run["plan"], "run": same}),
        ("compare", "compare.json", same),
        ("routes", "routes.json", {"plan": run["plan"], "run": same}),
        ("report", "report.json", {"run": run["outputs"]["summary.json"]}),
        ("towns", "towns.json", {}),
    ):  # fmt: skip
        (out / folder / "sheets").mkdir(parents=True)
        (out / folder / "page.html").write_text(folder, encoding="utf-8")
        if folder == "report":
            (out / folder / "sheets" / "镇 1.pdf").write_text("sheet", encoding="utf-8")
        vouch(out / folder, name, content)
        (out / folder / "mine.txt").write_text("not the planner's", encoding="utf-8")
    with zipfile.ZipFile(pack(out, tmp_path / "x.zip")) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
        kind = archive.getinfo("helsinki/report/sheets/镇 1.pdf").flag_bits
    assert {"sites/site.json", "sites/page.html", "compare/compare.json", "report/report.json",
            "routes/routes.json", "report/sheets/镇 1.pdf", "towns/page.html",
            "towns/towns.json"} <= names  # fmt: skip
    assert not any(name.endswith("mine.txt") for name in names)
    assert kind & 0x800  # the name is UTF-8


@pytest.mark.parametrize(
    ("folder", "name", "content", "message"),
    [
        ("sites", "site.json", {"plan": "x"}, "is of another plan or other files"),
        ("compare", "compare.json", {}, "is of another plan or other files"),
        ("report", "report.json", {"run": "x"}, "is of another run than"),
    ],
)
def test_what_rests_on_another_run_is_refused(out: Path, folder, name, content, message):
    (out / folder).mkdir()
    vouch(out / folder, name, content)
    with pytest.raises(SourceError, match=message):
        list_packed(out)


def test_nothing_from_outside_the_folder_is_packed(out: Path, tmp_path: Path):
    """A report that names files beside it, by a path or a link."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    (out / "report").mkdir()
    (out / "report" / "link.pdf").symlink_to(secret)
    for name in ("../../secret.txt", str(secret), "link.pdf", "missing.pdf", "sheets"):
        content = {"run": run["outputs"]["summary.json"], "outputs": {name: hash_file(secret)}}
        (out / "report" / "report.json").write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(SourceError, match=r"is not what report\.json says; repeat planner rep"):
            list_packed(out)


def test_an_edited_report_is_packed_as_it_is_now(out: Path, tmp_path: Path):
    """An office edits the document; the list of hashes is that of what is packed."""
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    document = out / "report" / "report.docx"
    document.parent.mkdir()
    document.write_text("as written", encoding="utf-8")
    vouch(out / "report", "report.json", {"run": run["outputs"]["summary.json"]})
    document.write_text("as edited", encoding="utf-8")
    top = unpack(pack(out, tmp_path / "x.zip"), tmp_path / "there")
    assert (top / "report" / "report.docx").read_text(encoding="utf-8") == "as edited"
    sums = (top / "SHA256SUMS").read_text(encoding="utf-8")
    assert f"{hash_file(document)}  report/report.docx\n" in sums


def test_proposed_sites_that_changed_are_refused(out: Path):
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    same = {"plan": run["plan"], "run": {"plan": run["plan"], "inputs": run["inputs"]}}
    (out / "sites").mkdir()
    (out / "sites" / "sites.csv").write_text("as written", encoding="utf-8")
    vouch(out / "sites", "site.json", same)
    (out / "sites" / "sites.csv").write_text("as edited", encoding="utf-8")
    with pytest.raises(SourceError, match=r"sites\.csv: is not what site\.json says; repeat plan"):
        list_packed(out)


def test_a_name_that_no_list_of_hashes_can_hold_is_refused(out: Path, tmp_path: Path):
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    (out / "report").mkdir()
    (out / "report" / "a\nb.pdf").write_text("sheet", encoding="utf-8")
    vouch(out / "report", "report.json", {"run": run["outputs"]["summary.json"]})
    with pytest.raises(SourceError, match="cannot be packed under this name; rename it"):
        pack(out, tmp_path / "x.zip")


def test_an_unfinished_run_is_refused(out: Path):
    (out / "gaps.csv").write_text("changed", encoding="utf-8")
    with pytest.raises(SourceError, match=r"gaps\.csv: is not what run\.json says.*unfinished"):
        list_packed(out)


def test_inputs_that_changed_or_are_gone_are_told_and_may_be_left_out(out: Path, tmp_path: Path):
    people = out / "input" / "people.csv"
    people.write_text(people.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"people\.csv: has changed since the run.*--without-inp"):
        list_packed(out)
    people.unlink()
    with pytest.raises(SourceError, match=r"people\.csv: is missing, but the run rests on it"):
        list_packed(out)
    with zipfile.ZipFile(pack(out, tmp_path / "x.zip", inputs=False)) as archive:
        assert not any("/input/" in name for name in archive.namelist())


def test_the_plan_is_found_or_named(out: Path, tmp_path: Path):
    beside = tmp_path / "beside"
    shutil.copytree(out / "input", beside)
    shutil.rmtree(out / "input")
    with pytest.raises(SourceError, match=r"its plan\.toml as it was run is neither in it nor"):
        list_packed(out)
    plan = beside / "plan.toml"
    files, _ = list_packed(out, plan=plan)
    assert "input/people.csv" in {one.entry for one in files}
    plan.write_text(plan.read_text(encoding="utf-8").replace("[1, 2]", "[1, 3]"))
    with pytest.raises(SourceError, match="is not the plan of this run as it was"):
        list_packed(out, plan=plan)


def test_a_file_of_somebody_else_is_never_replaced(source: Path, tmp_path: Path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("thesis.txt", "mine")
    before = path.read_bytes()
    (tmp_path / "folder.zip").mkdir()
    (tmp_path / "link.zip").symlink_to(tmp_path / "nowhere.zip")
    for name in ("x.zip", "folder.zip", "link.zip"):
        with pytest.raises(SourceError, match="planner pack did not write it"):
            pack(source, tmp_path / name)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "message"),
    [("x.rar", "not a format that is written"), ("nowhere/x.zip", "no such folder")],
)
def test_names_that_will_not_do(tmp_path: Path, name: str, message: str):
    with pytest.raises(SourceError, match=message):
        check_pack_out(tmp_path / name)


def test_a_file_that_changes_while_it_is_packed_leaves_nothing(out: Path, tmp_path: Path):
    files, run = list_packed(out)
    (out / "gaps.csv").write_text("changed", encoding="utf-8")
    with pytest.raises(PlannerError, match=r"gaps\.csv: changed while it was packed"):
        write_pack(files, run, tmp_path / "x.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


@pytest.mark.skipif(os.name != "posix", reason="limits of Unix")
def test_a_full_disk_is_one_line_and_nothing_is_left(source: Path, tmp_path: Path, monkeypatch):
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    files, run = list_packed(source)
    monkeypatch.setattr("planner.reports.packing._copy", full)
    with pytest.raises(SourceError, match=r"x\.zip: cannot be written \(No space left on device\)"):
        write_pack(files, run, tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_up_to_the_end(source: Path, tmp_path: Path):
    told: list[float] = []
    files, run = list_packed(source)
    write_pack(files, run, tmp_path / "x.zip", progress=lambda _, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0
