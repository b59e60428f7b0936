"""What `planner check` and `planner init` print of a plan and its files."""

from __future__ import annotations

import itertools
import json
import shlex
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from planner.cli.language import keep, spoken_language, tell
from planner.cli.terminal import complain, print_list, print_rows, say
from planner.errors import split_remedy

if TYPE_CHECKING:
    from planner.errors import Doubt
    from planner.run.check_plan import PlanCheck
    from planner.run.doctor import Examined
    from planner.sources.plan_start import GivenFiles
    from planner.sources.template_text import PlanStart

#: Severity, file, what and remedy of doubts that differ by their rows alone.
_Alike = tuple[str, str, str, str]
#: At most so many doubts of one severity are printed, and so many rows of each named.
_MOST_DOUBTS: Final = 20
_MOST_ROWS: Final = 5
_MOST_LINES: Final = 40


def print_json(content: dict[str, Any]) -> None:
    """Print one JSON object, its texts as they are."""
    # ASCII, as not every pipe takes Chinese.
    typer.echo(json.dumps(content, ensure_ascii=True, allow_nan=False, indent=2))


def print_check(content: dict[str, Any], check: PlanCheck) -> None:
    """Print what the files of a plan hold, how they were read, and what is wrong or doubtful.

    Parameters
    ----------
    content
        From `describe_check`.
    check
        That it describes.
    """
    plan = content["plan"]
    named = f"{keep(plan['name'])}: " if plan["name"] else ""
    say(f"plan        {named}{keep(plan['path'])}")
    if content["area"] is not None:
        _print_figures(content)
    print_list("understood", content["understood"], most=_MOST_LINES)
    if check.examination is not None:
        for one in check.examination.tables:
            _print_examined(one)
    print_doubts(check.doubts)
    counts = content["counts"]
    if not counts["error"]:
        say("a run can start")


def complain_of(check: PlanCheck) -> None:
    """Say the first error where errors go, and how many more there are."""
    first, more = check.doubts[0], check.counts["error"] - 1
    at = f"row {first.row}" if first.row is not None else ""
    text = "; ".join(part for part in (first.what, first.remedy) if part)
    beside = f" (and {more} more error{'s' * (more > 1)}, listed above)" if more else ""
    complain(": ".join(part for part in (first.file, at, text) if part) + beside)


def print_start(path: Path, start: PlanStart, check: PlanCheck | None, given: GivenFiles) -> None:
    """Print what a new plan was made of, what is wrong or doubtful, and what comes next."""
    say(f"wrote {path}")
    for ours, theirs in start.headings.items():
        say(f"heading     {keep(theirs)} -> {ours}")
    for key, found in start.datums.items():
        if found.crs:
            say(f"set         {key} = {found.crs} ({found.sureness})")
    if start.people is not None:
        say(f"people      {', '.join(start.people.kinds)} from {keep(start.people.path)}")
    for kind, count in start.zones.items():
        if count and (start.people is None or kind not in start.people.kinds):
            say(f"people      {kind}: {count} zones of the extract, by an assumed density")
    if check is not None:
        _print_all(path, check)
    for line in _list_next(path, start, check, given):
        say(line)


def _print_all(path: Path, check: PlanCheck) -> None:
    """Print the check of a plan."""
    from planner.run.check_content import describe_check

    print_check(describe_check(path, check), check)


def _list_next(
    path: Path, start: PlanStart, check: PlanCheck | None, given: GivenFiles
) -> Iterator[str]:
    """Yield what a user does next, in this order."""
    if check is None:
        yield "next: name your table of service centres in it, at [facilities] table"
    if start.people is None and not any(start.zones.values()):
        yield "next: name a table of people in it, at [[demand]]; the extract has no zones"
    if check is not None and check.counts["error"]:
        yield f"next: mend what is listed as error, then planner check {_quote(path)}"
    elif check is not None and any("planner locate" in one.remedy for one in check.doubts):
        located = given.facilities.with_name("located.xlsx") if given.facilities else "located.xlsx"
        yield (
            f"next, for the rows without a place: planner locate {_quote(given.facilities)} "
            f"--plan {_quote(path)} --out {_quote(located)}"
        )
    out = _quote(path.parent / "out")
    yield f"then: planner run {_quote(path)} --out {out}"


def _print_figures(content: dict[str, Any]) -> None:
    """Print the figures of area, streets, facilities and people."""
    area, streets, facilities = content["area"], content["streets"], content["facilities"]
    ring = f", with a ring of {area['ring_m'] / 1000:.1f} km" if area["ring_m"] else ", no ring"
    say(f"area        {area['km2']:.1f} km²{ring}; {area['crs']}")
    if area["towns"] is not None:
        say(f"towns       {area['towns']}")
    say(
        f"streets     {streets['km']:,.0f} km in {streets['edges']:,} edges, "
        f"data of {streets['date'] or 'an unknown date'}"
    )
    say(
        f"facilities  {facilities['total']}: {facilities['open']} open, "
        f"{facilities['in_ring']} in the ring, "
        f"{facilities['not_joined']} that join no street or an island"
    )
    for row in content["people"]:
        inside = f", {row['zones']} zones" if row["zones"] else ""
        say(f"people      {row['kind']}: {row['people']:,.0f} in {row['units']:,} units{inside}")
    for line in content["rasters"]:
        say(f"raster      {line}")


def _print_examined(one: Examined) -> None:
    """Print in which datum a table really is."""
    found = f"{one.found}, {one.sureness}" if one.found else one.sureness
    verdict = "not " if one.wrong else ""
    say(f"datum       {one.role} ({keep(one.file)}): {verdict}{one.declared}: {found}")
    for reason in one.reasons:
        say(f"- {reason}")
    if one.differs and one.sureness != "undecided":
        say(f"- {one.remedy}")


def print_doubts(doubts: tuple[Doubt, ...]) -> None:
    """Print doubts, the gravest first: a table on a terminal, elsewhere a line each."""
    alike: dict[_Alike, list[int]] = defaultdict(list)
    for doubt in doubts:
        rows = alike[(doubt.severity, doubt.file, doubt.what, doubt.remedy)]
        rows += [] if doubt.row is None else [doubt.row]
    shown, lines, left = [], [], []
    for severity in dict.fromkeys(severity for severity, *_ in alike):
        same = [key for key in alike if key[0] == severity]
        for key in _choose_fairly(same):
            _, file, what, remedy = key
            named = _name_rows(alike[key])
            told = _tell_apart(file, alike[key][:1], what, remedy)
            shown.append((tell(severity), file, named, *told))
            at = f"row{'s' * (len(alike[key]) > 1)} {named}" if named else ""
            text = "; ".join(part for part in (what, remedy) if part)
            lines.append(": ".join(part for part in (severity, file, at, text) if part))
        if len(same) > _MOST_DOUBTS:
            left.append(f"{severity}: ... {len(same) - _MOST_DOUBTS} more; --json lists all")
    if shown:
        print_rows(("severity", "file", "row", "what", "what to do"), shown, lines)
    for line in left:
        say(line)


def _choose_fairly(doubts: list[_Alike]) -> list[_Alike]:
    """Choose some of many doubts, in their order: of each sort, of each file, as many as fit.

    So that no table with a hundred faults hides the one of another file.
    """
    numbers: dict[tuple[str, str], Iterator[int]] = defaultdict(itertools.count)
    # The first of each sort come first, then the second ones ...
    ranked = [(next(numbers[doubt[1], doubt[3]]), place) for place, doubt in enumerate(doubts)]
    return [doubts[place] for place in sorted(place for _, place in sorted(ranked)[:_MOST_DOUBTS])]


def _tell_apart(file: str, rows: list[int], what: str, remedy: str) -> tuple[str, str]:
    """Write what is wrong and what to do in the language that is spoken.

    Both are one sentence, which may be about its file and its row: it is told whole.
    """
    if spoken_language() != "zh":
        return what, remedy
    at = [f"{keep(file)}: "] if file else []
    at += [f"row {row}: " for row in rows]
    begins = (f"{file}：" if file else "") + "".join(f"第 {row} 行：" for row in rows)
    text = "; ".join(part for part in (what, remedy) if part)
    line = tell("".join(at) + text)
    said = line.removeprefix(begins) if line.startswith(begins) else tell(text)
    return split_remedy(said, "；") if remedy else (said, "")


def _name_rows(rows: list[int]) -> str:
    """Name the first rows and count the others."""
    more = f" and {len(rows) - _MOST_ROWS} more" if len(rows) > _MOST_ROWS else ""
    return ", ".join(map(str, rows[:_MOST_ROWS])) + more


def _quote(path: object) -> str:
    """Write a path as a shell takes it."""
    return shlex.quote(str(path))
