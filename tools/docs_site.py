"""What the site of the documentation is made of beside docs/: hooks of mkdocs.yml.

- Pages that stand elsewhere in the project (the README, what was measured) are pages of it too.
- Links of a page to other files of the project are followed: to a page of the site, or to a copy.
- The reference has a page for each room with public names, made from `planner/__init__.py`.
- A comment `<!-- measured: PART ... -->` becomes the rows of these parts of benchmarks/results.md.
"""

import ast
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).resolve().parents[1]
MEASURED = "benchmarks/results.md"

#: Pages outside docs/ -> their places in the site.
PROJECT_PAGES = {
    "README.md": "project/readme.md",
    "README.zh-CN.md": "project/readme.zh-CN.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changes.md",
    MEASURED: "project/measured.md",
    "data/README.md": "project/data.md",
    "maps/README.md": "project/maps.md",
}
CHINESE_PAGES = {
    "index.md", "planners.md", "officials.md", "numbers.zh.md", "project/readme.zh-CN.md"
}  # fmt: skip
ORIGINS = {site: origin for origin, site in PROJECT_PAGES.items()}

#: What the rooms are called in the reference, in the order of its pages. A room that stands not
#: here comes last, under its own name.
ROOMS = {
    "example": "The tiny example",
    "network": "Streets",
    "travel": "Travel times",
    "coverage": "Coverage",
    "accessibility": "Accessibility",
    "gaps": "Gaps",
    "siting": "Where to build next",
    "plan": "The plan",
    "sources": "Reading files",
    "run": "The main job",
    "scenarios": "Before and after",
    "courses": "Courses",
    "maps": "Maps",
    "reports": "Writing and handing over",
    "crs": "Coordinates",
    "errors": "Errors",
}
#: Packages that are used as `planner.NAME.function`.
PACKAGES = ("accessibility",)

_LINK = re.compile(r"(\]\(|\b(?:src|href)=\")([^)\s\"]+)")
_FENCE = re.compile(r"^ *```.*?^ *```$", flags=re.MULTILINE | re.DOTALL)


# -- which files there are -------------------------------------------------------------------------


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of the reference into the navigation."""
    assert config.nav is not None
    for entry in config.nav:
        if "Python" in entry:
            entry["Python"] = [
                "reference/index.md",
                *({title: f"reference/{room}.md"} for room, title, _ in list_rooms()),
            ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that do not stand in docs/, and the files that pages link to."""
    for origin, place in PROJECT_PAGES.items():
        files.append(File.generated(config, place, content=_read(origin)))
    files.append(File.generated(config, "reference/index.md", content=write_index()))
    for room, title, names in list_rooms():
        content = write_reference(room, title, names)
        files.append(File.generated(config, f"reference/{room}.md", content=content))
    pages = [file.src_uri for file in files.documentation_pages()]
    linked = {
        target
        for page in pages
        for _, target in _targets(origin_of(page))
        if not target.startswith("docs/") and target not in PROJECT_PAGES
    }
    for target in sorted(linked):
        place, source = f"files/{target}", str(REPOSITORY / target)
        files.append(File.generated(config, place, abs_src_path=source))
    return files


def origin_of(page: str) -> str:
    """Return where a page of the site stands in the project."""
    return ORIGINS.get(page, f"docs/{page}")


def place_of(origin: str) -> str:
    """Return where a file of the project stands in the site."""
    if origin in PROJECT_PAGES:
        return PROJECT_PAGES[origin]
    return origin.removeprefix("docs/") if origin.startswith("docs/") else f"files/{origin}"


def _read(origin: str) -> str:
    return (REPOSITORY / origin).read_text(encoding="utf-8")


def _targets(origin: str) -> list[tuple[str, str]]:
    """Return (as it is written, file of the project) of every link of a page to a file."""
    path = REPOSITORY / origin
    if not path.is_file():
        return []
    links = _LINK.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))
    found = []
    for written in {target for _, target in links}:
        file = written.partition("#")[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(origin), file))
        if file and ":" not in written and (REPOSITORY / target).is_file():
            found.append((written, target))
    return sorted(found)


# -- what stands in the pages ----------------------------------------------------------------------


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Let links follow their files into the site; put in what was measured."""
    here = posixpath.dirname(page.file.src_uri)
    moved = {
        written: posixpath.relpath(place_of(target), here or ".") + _anchor(written)
        for written, target in _targets(origin_of(page.file.src_uri))
    }

    def follow(link: re.Match[str]) -> str:
        target = moved.get(link[2], link[2])
        # MkDocs makes the links of Markdown; those of HTML are what they are in the built site.
        built = re.sub(r"\.md(?=#|$)", ".html", target) if "=" in link[1] else target
        return link[1] + built

    parts = re.split(f"({_FENCE.pattern})", markdown, flags=_FENCE.flags)
    text = "".join(part if k % 2 else _LINK.sub(follow, part) for k, part in enumerate(parts))
    return re.sub(r"<!-- measured: ([\w -]+) -->", lambda found: measured(found[1].split()), text)


def _anchor(written: str) -> str:
    _, sign, anchor = written.partition("#")
    return sign + anchor


def measured(parts: list[str]) -> str:
    """Return when and on what was measured, and the rows of these parts as a table."""
    lines = _read(MEASURED).splitlines()
    date = next(line for line in lines if line.startswith("Written by"))
    machine = [line for line in lines if re.match(r"- (Measured on|Machine|Versions|Data):", line)]
    heading = next(k for k, line in enumerate(lines) if line.startswith("| part |"))
    rows = [line for line in lines[heading + 2 :] if line.split("|")[1:2] != []]
    chosen = [row for row in rows if row.startswith(tuple(f"| {part} |" for part in parts))]
    assert chosen, f"{MEASURED} has no rows of {parts}"
    return "\n".join([date, "", *machine, "", *lines[heading : heading + 2], *chosen])


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """Say which language a page is in: the words round it are Chinese, most pages are English."""
    chinese = page.file.src_uri in CHINESE_PAGES
    return output if chinese else output.replace('<html lang="zh"', '<html lang="en"', 1)


# -- the reference ---------------------------------------------------------------------------------


def list_rooms() -> list[tuple[str, str, list[str]]]:
    """Return room, title and public names of every page of the reference."""
    tree = ast.parse(_read("planner/__init__.py"))
    homes: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("planner."):
            room = str(node.module).split(".")[1]
            homes.setdefault(room, []).extend(f"planner.{alias.name}" for alias in node.names)
    for package in PACKAGES:
        folder = REPOSITORY / "planner" / package
        if folder.is_dir():
            shown = _all_of(folder / "__init__.py")
            homes.setdefault(package, []).extend(f"planner.{package}.{name}" for name in shown)
    rooms = [*ROOMS, *sorted(homes.keys() - ROOMS.keys())]
    return [
        (room, ROOMS.get(room, room.capitalize()), _in_order(homes[room]))
        for room in rooms
        if room in homes
    ]


def _all_of(path: Path) -> list[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return list(ast.literal_eval(node.value))
    return []


def _in_order(names: list[str]) -> list[str]:
    """Functions first, then what they take and return."""
    return sorted(names, key=lambda name: (name.rpartition(".")[2][:1].isupper(), name))


def write_reference(room: str, title: str, names: list[str]) -> str:
    """Return a page of the reference as Markdown."""
    anchor = [f'<a id="planner.{room}"></a>'] if room in PACKAGES else []
    return "\n\n".join([f"# {title}", *anchor, *(f"::: {name}" for name in names)]) + "\n"


def write_index() -> str:
    """Return the first page of the reference: every public name with what it is."""
    parts = [
        "# Python: all public names",
        "Every name works as `planner.NAME` after `import planner`. The examples are run by the "
        "tests of the project; most use the tiny invented town of `planner.load_example()`.",
    ]
    said = list_first_lines()
    for room, title, names in list_rooms():
        rows = [
            f"| [`{name.removeprefix('planner.')}`][{name}] | "
            f"{said.get((room, name.rpartition('.')[2]), '')} |"
            for name in names
        ]
        table = ["| name | what it does or is |", "| --- | --- |", *rows]
        parts += [f"## [{title}]({room}.md)", "\n".join(table)]
    return "\n\n".join(parts) + "\n"


def list_first_lines() -> dict[tuple[str, str], str]:
    """Return (room, name) -> first line of the docstring, of every function and class."""
    found = {}
    for path in sorted((REPOSITORY / "planner").rglob("*.py")):
        room = path.relative_to(REPOSITORY / "planner").with_suffix("").parts[0]
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                text = (ast.get_docstring(node) or "").partition("\n\n")[0]
                found[room, node.name] = " ".join(text.split()).replace("|", "\\|")
    return found
