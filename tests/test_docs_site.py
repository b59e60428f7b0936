"""The site of the documentation: it builds without a warning, its links lead somewhere, offline."""

import os
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft7Validator, FormatChecker

import planner
from planner.plan import list_plan_keys
from tests.documents import REPOSITORY, blocks, text_of
from tools.docs_drawings import FOLDER, drawings
from tools.plan_page import page

DOCS = REPOSITORY / "docs"


# -- pages that are made ---------------------------------------------------------------------------


def test_the_drawings_are_those_of_their_script():
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()} == drawings()


def test_every_key_of_a_plan_stands_on_its_page():
    text = text_of("docs/plan.md")
    assert text == page()
    for key in list_plan_keys():
        section, _, name = key.key.rpartition(".")
        part = text.partition(f"## {'Top level' if not section else '['}")[2]
        assert f"| `{name}` |" in part, key.key
        assert not section or f"[{section}]" in text, section


def test_the_page_for_analysts_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks("docs/analysts.md", "python"):
        exec(compile(block, "docs/analysts.md", "exec"), names)
    assert (tmp_path / "out" / "map.html").is_file()
    assert list(names["chosen"].sites) == ["C1"]  # type: ignore[attr-defined]


def test_the_comparison_quotes_what_was_measured_with_its_date():
    measured, parts = text_of("benchmarks/results.md"), text_of("benchmarks/__main__.py")
    [names] = re.findall(r"<!-- measured: ([\w -]+) -->", text_of("docs/comparison.md"))
    assert all(f'"{name}"' in parts for name in names.split())
    # A part that is new has rows once `make bench` has run.
    assert sum(f"\n| {name} |" in measured for name in names.split()) >= 6
    assert re.search(r"^Written by `make bench` on \d{4}-\d\d-\d\d", measured, flags=re.MULTILINE)
    assert re.search(r"^- Machine: ", measured, flags=re.MULTILINE)


def test_every_page_has_its_place_in_the_site():
    navigation = text_of("mkdocs.yml").partition("\nnav:\n")[2]
    pages = {path.name for path in DOCS.glob("*.md")}
    assert pages - set(re.findall(r"[\w.-]+\.md", navigation)) == set()


def test_pages_are_plain_markdown_that_code_hosts_show():
    for path in DOCS.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^(!!!|\?\?\?|:::)|\)\{ ", text, flags=re.MULTILINE), path.name


# -- how to cite -----------------------------------------------------------------------------------

#: The parts of the schema of CITATION.cff 1.2.0 that ours uses (github.com/citation-file-format).
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["authors", "cff-version", "message", "title"],
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": {"type": "string", "minLength": 1},
        "title": {"type": "string", "minLength": 1},
        "abstract": {"type": "string", "minLength": 1},
        "type": {"enum": ["dataset", "software"]},
        "version": {"type": "string", "minLength": 1},
        "license": {"enum": ["MIT"]},
        "keywords": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "authors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {"name": {"type": "string", "minLength": 1}},
            },
        },
    },
}


def test_the_citation_is_valid_and_of_this_version():
    yaml = pytest.importorskip("yaml")
    content = yaml.safe_load(text_of("CITATION.cff"))
    Draft7Validator(SCHEMA, format_checker=FormatChecker()).validate(content)
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    assert content["version"] == planner.__version__
    assert content["license"] == project["license"]
    assert [author["name"] for author in content["authors"]] == [
        author["name"] for author in project["authors"]
    ]
    assert f"version {planner.__version__}" in text_of("docs/cite.md")
    assert content["title"].partition(": ")[0] in text_of("docs/cite.md")


# -- the built site --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` does; a warning ends the build."""
    if find_spec("mkdocs") is None:
        pytest.skip("needs pip install '.[docs]'")
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    settings = {"PYTHONPATH": str(REPOSITORY), "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(
        command, cwd=REPOSITORY, env=os.environ | settings, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    assert built.stdout + built.stderr == ""
    return folder


class _Tags(HTMLParser):
    """Every id of a page, and what its tags name: (tag, rel, address)."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.named: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids |= {values[name] for name in ("id", "name") if name in values}
        for name in ("src", "href", "data", "poster", "srcset", "action"):
            if name in values:
                self.named.append((tag, values.get("rel", ""), values[name]))


def read_page(path: Path) -> _Tags:
    tags = _Tags()
    tags.feed(path.read_text(encoding="utf-8"))
    return tags


def own_pages(site: Path) -> list[Path]:
    """Return the pages of the site; the examples of maps beside them have tests of their own."""
    return sorted(path for path in site.rglob("*.html") if "files" not in path.parts)


@pytest.mark.nightly
def test_every_link_of_the_site_leads_somewhere(site: Path):
    pages = {path: read_page(path) for path in own_pages(site)}
    assert len(pages) > 40
    wrong = []
    for path, tags in pages.items():
        for _, _, address in tags.named:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or address.startswith(("#__", "/")):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            there = pages.get(target)
            anchor = unquote(parts.fragment)
            if not target.is_file() or (anchor and there and anchor not in there.ids):
                wrong.append(f"{path.name}: {address}")
    assert wrong == []


@pytest.mark.nightly
def test_no_page_of_the_site_asks_another_server(site: Path):
    """A link may lead elsewhere; scripts, styles, pictures and fonts come with the site."""
    asked = [
        f"{path.name}: {tag} {address}"
        for path in own_pages(site)
        for tag, rel, address in read_page(path).named
        if urlsplit(address).netloc and tag != "a" and rel != "canonical"
    ]
    styles = [
        f"{path.name}: {found}"
        for path in [*site.rglob("*.css"), *own_pages(site)]
        for found in re.findall(
            r"(?:url\(|@import\s+)[\"']?(?:https?:)?//[^)\"']+", path.read_text(encoding="utf-8")
        )
    ]
    assert asked + styles == []


@pytest.mark.nightly
def test_every_public_name_stands_in_the_reference(site: Path):
    ids = set().union(*(read_page(path).ids for path in (site / "reference").glob("*.html")))
    assert [name for name in planner.__all__ if f"planner.{name}" not in ids] == []
    assert {"planner.Result.plot", "planner.Result.explore"} <= ids


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("asked", "found"),
    [("服务盲区", "officials.html"), ("isochrone", "numbers.html"), ("nearest", "travel.html")],
)
def test_the_search_finds_pages_opened_from_the_folder(
    site: Path, chromium: str, asked: str, found: str
):
    # Here, as every process of xdist loads what the files of all tests load.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto((site / "index.html").as_uri())
        page.keyboard.press("/")
        box = page.locator("input.md-search__input")
        box.fill(asked)
        box.dispatch_event("keyup")  # what a keyboard ends with
        page.locator(f".md-search-result__link[href*='{found}']").first.wait_for(state="attached")
        browser.close()
    assert {url.partition(":")[0] for url in requests} <= {"file", "data", "blob"}
