"""What the commands print of a run, a check, a comparison and a proposal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.cli.language import keep, spoken_language, tell
from planner.cli.terminal import make_table, print_list, say
from planner.errors import on_one_line

if TYPE_CHECKING:
    from planner.reports import LocatedTable
    from planner.sources.fetch import FetchedStreets


#: The unit of costs where a plan names none.
_USUAL_UNIT: Final = "conversions"
#: How people of a kind are called.
PEOPLE_WORDS: Final = {
    "residential": "residents",
    "industrial": "workers",
    "commercial": "visitors",
}


def print_fetched(streets: FetchedStreets) -> None:
    """Print what was fetched, and how old it is."""
    nodes, ways, relations = (f"{count:,}" for count in streets.counts)
    dated = f", of {streets.date}" if streets.date else ""
    say(f"wrote {streets.path}: {ways} ways, {nodes} nodes, {relations} relations{dated}")
    print_list("note", list(streets.notes))


def print_result(
    out: Path, summary: dict[str, Any], run: dict[str, Any], page: str = "map.html"
) -> None:
    """Print the figures of a run, and where its files lie; page : its path in the folder."""
    from rich.console import Console
    from rich.text import Text

    last = max(row["cutoff_minutes"] for row in summary["coverage"])
    notice = "DEMO DATA, NOT REAL 演示数据，非真实\n" if summary["synthetic"] else ""
    title = f"{keep(on_one_line(run['title']))}: within {last:g} minutes on foot"
    table = make_table(notice + tell(title))
    for heading in ("kind", "people", "covered", "low-high", "gap", "unknown"):
        justify: Any = "left" if heading == "kind" else "right"
        table.add_column(tell(heading), justify=justify, no_wrap=True)
    for row in summary["coverage"]:
        if row["area"] != "all" or row["cutoff_minutes"] != last:
            continue
        kind = "all (person-places)" if row["kind"] == "all" else row["kind"]
        share, low, high = (_format_share(end) for end in _work_out_shares(row))
        counts = [f"{row[column]:,.0f}" for column in ("people", "gap", "unknown")]
        table.add_row(Text(tell(kind)), counts[0], share, f"{low}-{high}", *counts[1:])
    Console().print(table)
    _print_classes(summary.get("classes") or [], last)
    _print_conditions(summary, run)
    facilities = summary["facilities"]
    say(f"facilities: {facilities['total']}, of which {facilities['joined']} join the streets")
    for check in summary["checks"]:
        if check["area"] == "all" and check["result"] is not None:
            who = f"{check['kind']}, {check['tier']}" if check["tier"] else check["kind"]
            by = f" by {check['target_year']}" if check["target_year"] else ""
            by += ", by analogy" if check["analogy"] else ""
            say(f"target: {who} {check['target']:.1%}{by}: {check['result']}")
    for gap in summary["gaps"][:3]:
        name = keep(gap["name"]) if gap["name"] else "a place without a name"
        say(f"gap {gap['rank']}: {name}, {count_left_out(gap)}")
    if len(summary["gaps"]) > 3:
        say(f"... {len(summary['gaps'])} gaps in all, in {out / 'gaps.csv'}")
    _print_warnings(summary["warnings"], run["warnings"])
    print_list(
        "no place", describe_dropped(row for row in run["dropped_rows"] if "name" in row), 20
    )
    if run["dropped_rows"]:
        where = out / "run.json"
        say(f"{len(run['dropped_rows'])} rows were dropped or counted as 0; {where} lists them")
    say(f"map: {out / page}" if page else f"layers by town: {out / 'result'}")


def _print_classes(rows: list[dict[str, Any]], last: float) -> None:
    """Print the figures of each class of housing at the last cutoff, if a plan names classes."""
    from rich.console import Console
    from rich.text import Text

    rows = [row for row in rows if row["area"] == "all" and row["cutoff_minutes"] == last]
    if not rows:
        return
    table = make_table()
    for heading in ("class", "kind", "people", "covered", "low-high", "gap", "unknown"):
        left = heading in {"class", "kind"}
        fold: Any = "fold" if heading == "class" else "ellipsis"
        table.add_column(
            tell(heading), justify="left" if left else "right", no_wrap=heading != "class",
            overflow=fold,
        )  # fmt: skip
    for row in rows:
        share, low, high = (_format_share(end) for end in _work_out_shares(row))
        people, gap, unknown = (f"{row[column]:,.0f}" for column in ("people", "gap", "unknown"))
        # As Text, and on one line: names from the data are neither markup nor control codes.
        name = on_one_line(row["class"], None) if row["class"] else tell("not told")
        cells = (people, share, f"{low}-{high}", gap, unknown)
        table.add_row(Text(name), Text(tell(row["kind"])), *cells)
    Console().print(table)


def _print_conditions(summary: dict[str, Any], run: dict[str, Any]) -> None:
    """Print the share of each kind under each condition, for the plan's own walkers."""
    titles = (summary.get("titles") or {}).get("conditions") or {}
    for row in summary.get("conditions") or []:
        own = row["area"] == "all" and row["profile"] == run["profile"]["name"]
        if own and row["kind"] != "all":
            name = keep(on_one_line(titles.get(row["condition"], row["condition"])))
            share = _format_share(_work_out_shares(row)[0])
            say(f"under {name}: {row['kind']} {share} covered, {row['lost']:,.0f} lost")


def _print_warnings(doubtful: list[str], told: list[str]) -> None:
    """Print what is doubtful, and then how the files were read, which is no fault of them.

    `doubtful` are the warnings of the summary, `told` those and the remarks of readers beside them.
    """
    from planner.run.check_plan import tells_reading

    print_list("warning", [line for line in doubtful if not tells_reading(line)])
    remarks = [line for line in told if line not in doubtful]
    print_list("understood", [*remarks, *filter(tells_reading, doubtful)])


def describe_dropped(rows: Iterable[dict[str, Any]]) -> list[str]:
    """Write dropped rows as lines, those that lie nowhere by their names."""
    return [
        f"{row['file']}: row {row['row']}"
        + (f" ({keep(row['name'])})" if row.get("name") else "")
        + f": {row['reason']}"
        for row in rows
    ]


def print_located(out: Path, located: LocatedTable) -> None:
    """Print how many rows were found, how sure, and those that were not."""
    print_list("note", list(located.notes))
    for confidence, count in located.count_by_confidence().items():
        say(f"{confidence:<10}  {count:,} rows")
    given = int((~located.lacking).sum())
    if given:
        say(f"given       {given:,} rows had coordinates and keep them")
    rows = (called.partition(": ") for called in located.list_nowhere())
    print_list("no place", [f"{row}: {keep(name)}" for row, _, name in rows], most=20)
    say(
        f"to confirm: {out}; then name it in the plan at [facilities] table, with the crs that "
        f"stands there ({located.datum_name})"
    )


def print_comparison(out: Path, content: dict[str, Any]) -> None:
    """Print what each scenario changes, its ledger, and where the files lie."""
    if content["synthetic"]:
        say("DEMO DATA, NOT REAL 演示数据，非真实")
    say(f"{keep(content['title'])}: within {content['cutoff_minutes']:g} minutes on foot")
    for scenario in content["scenarios"]:
        _print_scenario(out, content, scenario)
    say(f"map: {out / 'map.html'}")


def _print_scenario(out: Path, content: dict[str, Any], scenario: dict[str, Any]) -> None:
    """Print what a scenario changes, and its ledger."""
    say(f"scenario {keep(scenario['name'])}: {len(scenario['ledger'])} edits")
    for row in scenario["totals"]:
        if row["area"] == "all":
            who = _call("group", row["group"]) if row["group"] else PEOPLE_WORDS[row["kind"]]
            say(f"{who}: {_describe_change(row)}")
    _print_class_changes(scenario.get("classes") or [])
    _print_compared_conditions(content, scenario)
    _print_moved(scenario["totals"])
    if any(edit["capacity"] is not None for edit in scenario["ledger"]):
        room = scenario["room"]
        say(
            "covered here is whoever is within the walk, whatever room a station has"
            + ("" if room is None else f"; those added have room for {room:,.0f} people in all")
        )
    for edit in scenario["ledger"][:10]:
        _print_edit(edit, content["cost_unit"])
    if len(scenario["ledger"]) > 10:
        say(f"... {len(scenario['ledger'])} edits in all, in {out / 'ledger.csv'}")
    print_list("warning", scenario["warnings"])


def _print_compared_conditions(content: dict[str, Any], scenario: dict[str, Any]) -> None:
    """Print who is covered under each condition before and after, for the plan's own walkers."""
    titles = (content.get("titles") or {}).get("conditions") or {}
    for row in scenario.get("conditions") or []:
        if row["area"] != "all" or row["profile"] != content["profile"]:
            continue
        name = keep(on_one_line(titles.get(row["condition"], row["condition"])))
        covered, lost = (
            f"{row[f'{what}_before']:,.0f} -> {row[f'{what}_after']:,.0f}"
            for what in ("covered", "lost_then")
        )
        who = PEOPLE_WORDS[row["kind"]]
        say(f"under {name}: {who} covered {covered}; covered usually and not then {lost}")


def _print_class_changes(rows: list[dict[str, Any]]) -> None:
    """Print what changes for each class of housing, if a plan names classes."""
    kinds = {row["kind"] for row in rows}
    for row in rows:
        if row["area"] == "all" and row["people"]:
            who = _call_class(row, kinds)
            say(f"{who}: {_describe_change(row)}")


def _call_class(row: dict[str, Any], kinds: set[str]) -> str:
    """Call a class by its name, with its people where more than one kind has classes."""
    name = keep(row["class"]) if row["class"] else tell("not told")
    return name if len(kinds) == 1 else f"{name} ({tell(PEOPLE_WORDS[row['kind']])})"


def _describe_change(row: dict[str, Any]) -> str:
    """Say who is covered before and after, each share with its ends, and who gains and loses."""
    from planner.siting.sentences import say_share

    before, after = (say_share(*_work_out_shares(row, when)) for when in ("_before", "_after"))
    covered = f"{row['covered_before']:,.0f} -> {row['covered_after']:,.0f}"
    people = f"{row['people']:,.0f}"
    if row["people_after"] != row["people"]:
        people += f" -> {row['people_after']:,.0f}"
    return (
        f"{covered} of {people} covered, share {before} -> {after}; "
        f"newly covered {_add_doubt(row['newly_covered'], row['gained_unknown'])}, "
        f"{row['lost']:,.0f} lost"
    )


def _print_moved(rows: list[dict[str, Any]]) -> None:
    """Say how many people come and go: whoever arrives covered is no gain of a facility."""
    for row in rows:
        if row["area"] != "all" or row["group"] or not (row["came"] or row["went"]):
            continue
        came, went = (f"{row[name]:,.0f}" for name in ("came", "went"))
        say(
            f"{PEOPLE_WORDS[row['kind']]} who come: {came}, of whom {row['came_covered']:,.0f} are "
            f"covered then ({row['came_gained']:,.0f} of them only by these edits); who go: "
            f"{went}, of whom {row['went_covered']:,.0f} were covered"
        )


def _add_doubt(newly: float, doubt: float) -> str:
    """Write people newly covered, beside them who could not be judged before, and both in all."""
    beside = f", beside them {doubt:,.0f} not judged before ({newly + doubt:,.0f} in all)"
    # Fewer than half a person would be printed as 0.
    return f"{newly:,.0f}" + (beside if doubt >= 0.5 else "")


def _print_edit(edit: dict[str, Any], cost_unit: str) -> None:
    """Print what an edit brings, at other hours too."""
    unit = cost_unit if cost_unit == _USUAL_UNIT else keep(cost_unit)
    cost = "" if edit["cost"] is None else f" for {edit['cost']:g} {unit}"
    room = "" if edit["capacity"] is None else f", room for {edit['capacity']:,.0f}"
    newly = _add_doubt(edit["newly_covered"], edit["gained_unknown"])
    if edit["op"] in ("add_people", "remove_people"):
        _print_people_edit(edit)
        return
    say(
        f"{edit['edit']}. {edit['op']} {keep(edit['name'])}: newly covered {newly}, "
        f"{edit['lost']:,.0f} lost ({PEOPLE_WORDS[edit['kind']]}){room}{cost}"
    )
    for row in edit.get("moments", []):
        ways = ("gained", "gained_unknown", "lost")
        gained, doubt, lost = (row[f"{way}_by_kind"][edit["kind"]] for way in ways)
        newly, moment = _add_doubt(gained - doubt, doubt), _call("moment", row["moment"])
        say(f"at {moment}: newly covered {newly}, {lost:,.0f} lost")


def _print_people_edit(edit: dict[str, Any]) -> None:
    """Print how many people of each kind an edit brings or takes away."""
    came = edit["op"] == "add_people"
    way, covered = ("came", "came_covered") if came else ("went", "went_covered")
    for kind, people in edit[f"{way}_by_kind"].items():
        if not people:
            continue
        then, number, op = edit[f"{covered}_by_kind"][kind], edit["edit"], edit["op"]
        name, counted = keep(edit["name"]), f"{people:,.0f} {PEOPLE_WORDS[kind]}"
        if came:
            say(f"{number}. {op} {name}: {counted} come, {then:,.0f} of them covered")
        else:
            say(f"{number}. {op} {name}: {counted} go, {then:,.0f} of them were covered")


def _call(what: str, name: str) -> str:
    """Mark the name of a moment or a group, in Chinese where it is a usual one."""
    from planner.texts import TEXTS

    usual = TEXTS["zh"].get(f"{what}_{name}") if spoken_language() == "zh" else None
    return keep(usual or name)


def print_proposal(out: Path, content: dict[str, Any]) -> None:
    """Print the chosen sites, the proof, and where the files lie."""
    from planner.siting.sentences import say_gained

    language = spoken_language()
    if content["synthetic"]:
        say("DEMO DATA, NOT REAL 演示数据，非真实")
    for site in content["sites"]:
        gain, doubt = site["gain"], site["gain_unknown_by_kind"]
        # What would be printed as 0 is nobody.
        some = any(people >= 0.5 for people in (*gain.values(), *doubt.values()))
        people = say_gained(gain, doubt, language) if some else "nobody more"
        if site["served"] is not None:
            away = f", {site['no_room']:,.0f} residents turned away" if site["no_room"] else ""
            people = f"serves {people}, room for {site['capacity']:,.0f}{away}"
        say(f"site {site['order']}: {keep(site['name'])} ({keep(site['site_id'])}), {people}")
    for line in content["reasons"][language]:
        say(f"- {line}")
    classes = content.get("classes") or []
    kinds = {row["kind"] for row in classes}
    gained = [row for row in classes if row["newly_covered"] >= 0.5]
    if gained:
        parts = (f"{_call_class(row, kinds)} {row['newly_covered']:,.0f}" for row in gained)
        say(f"newly covered by class: {', '.join(parts)}")
    if content["why_not"] is not None:
        for line in content["why_not"]["reasons"][language]:
            say(f"why not there: {line}")
    say(
        f"solved in {content['seconds']:.1f} s, first answer after {content['first_seconds']:.2f} s"
    )
    print_list("note", [*content["notes"], *content.get("candidate_notes", [])])
    say(f"map: {out / 'map.html'}")


def count_left_out(gap: dict[str, Any]) -> str:
    """Count the residents of a gap; where nobody lives, the larger of workers and visitors."""
    people = {word: gap[f"people_{kind}"] for kind, word in PEOPLE_WORDS.items()}
    # Residents first, as gaps are ranked by them.
    word = "residents" if people["residents"] else max(people, key=people.__getitem__)
    return f"{people[word]:,.0f} {word}"


def _work_out_shares(row: dict[str, Any], when: str = "") -> tuple[float | None, ...]:
    """Return share, low and high end: those of a file are rounded already."""
    from planner.coverage.counting import to_exact_shares  # takes shapely along

    exact = to_exact_shares(row, when)
    return tuple(exact[f"{name}{when}"] for name in ("share", "share_low", "share_high"))


def _format_share(share: float | None) -> str:
    from planner.rounding import format_percent  # takes pandas along

    return "-" if share is None else format_percent(share)
