"""The command line: parse, one library call, write. Only this module prints."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from planner import __version__
from planner.errors import PlannerError

if TYPE_CHECKING:
    import geopandas as gpd

    from planner.provenance import Progress

# Anything that takes long to import is imported where it is used: `planner --help` answers at once.

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells give it."""

OutOption = Annotated[
    Path, typer.Option("--out", "-o", help="Folder for the results; made if it is not there.")
]
PlanArgument = Annotated[Path, typer.Argument(help="A plan.toml.", show_default=False)]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]


class _Commands(TyperGroup):
    """Turns what a command cannot do into one line and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except PlannerError as error:
            _complain(str(error))
            raise typer.Exit(1) from None
        except BrokenPipeError:  # whoever reads the output has gone; there is nobody to tell
            raise
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            reason = (error.strerror or type(error).__name__).lower()
            _complain(f"{where}{reason}; check the path, its rights and the space on the disk")
            raise typer.Exit(1) from None
        except MemoryError:
            _complain("not enough memory; cut the extract to the study area and its surroundings")
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            _complain("interrupted; nothing was changed")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    name="planner",
    cls=_Commands,
    help="Who reaches a service station within a 15-minute walk, and who does not.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Entry of the console command."""
    logging.basicConfig(level=logging.ERROR, format="planner: %(message)s")
    logging.captureWarnings(True)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that cannot show 街 shows something else
            stream.reconfigure(errors="replace")
    app()


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"planner {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Who reaches a service station within a 15-minute walk, and who does not."""


@app.command("run")
def run_command(plan: PlanArgument, out: OutOption, quiet: QuietOption = False) -> None:
    """Analyse a plan: write the map, the tables and where they come from into a folder.

    A run that fails changes nothing: the results of an earlier one stay as they are.

    Example: planner run plan.toml --out out
    """
    summary, run = _run(plan, out, quiet=quiet)
    if not quiet:
        _print_result(out, summary, run)


@app.command("check")
def check_command(plan: PlanArgument) -> None:
    """Read and check everything that a run would read, and list what is there.

    Example: planner check plan.toml
    """
    from planner.check import check_inputs
    from planner.plan import load_plan
    from planner.sources.inputs import load_inputs

    inputs = load_inputs(load_plan(plan))
    found = check_inputs(inputs)
    network, area = found.network, found.area
    _say(f"plan        {inputs.plan.name}: {plan}")
    ring = f", with a ring of {area.ring_m / 1000:.1f} km" if area.ring_m else ", no ring"
    _say(f"area        {area.polygon.area / 1e6:.1f} km²{ring}; {area.crs.to_string()}")
    if area.towns is not None:
        _say(f"towns       {len(area.towns)}")
    _say(
        f"streets     {network.length_m.sum() / 1000:,.0f} km in {len(network.length_m):,} edges, "
        f"data of {inputs.osm.timestamp or 'an unknown date'}"
    )
    facilities = found.facilities
    _say(
        f"facilities  {len(facilities)}: {int(facilities['counts'].sum())} open, "
        f"{int(facilities['in_ring'].sum())} in the ring, "
        f"{int((~facilities['joined']).sum())} that join no street"
    )
    zones = found.people.zones["kind"].value_counts()
    for kind, units in found.people.units.groupby("kind", sort=False):
        inside = f", {zones[kind]} zones" if kind in zones else ""
        _say(f"people      {kind}: {units['people'].sum():,.0f} in {len(units):,} units{inside}")
    _list("warning", found.warnings)
    _list("dropped", [f"{d['file']}: row {d['row']}: {d['reason']}" for d in found.dropped])
    _say("a run can start")


@app.command("init")
def init_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder for the plan.toml.", show_default=False)
    ],
    osm: Annotated[
        Path, typer.Option("--osm", help="OpenStreetMap extract: .osm.pbf, .osm or .osm.gz.")
    ],
    facilities: Annotated[
        Path | None,
        typer.Option("--facilities", help="Table of service centres: .csv, .geojson or .gpkg."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the plan; else that of the folder.")
    ] = None,
) -> None:
    """Write a plan.toml for an extract, with a comment at each key.

    A plan.toml that is there already is never overwritten.

    Example: planner init mycity --osm mycity.osm.pbf --facilities stations.csv
    """
    from planner.sources.template import write_template

    path, zones = write_template(folder, osm=osm, facilities=facilities, name=name)
    _say(f"wrote {path}")
    if facilities is None:
        _say("next: name your table of service centres in it, at [facilities] table")
    if not any(zones.values()):
        _say("next: name a table of people in it, at [[demand]]; the extract has no zones")
    _say(f"then: planner run {path} --out {folder / 'out'}")


@app.command("demo")
def demo_command(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the demo and its results.")
    ] = Path("planner-demo"),
    quiet: QuietOption = False,
) -> None:
    """Analyse the invented district that comes with the planner.

    Its files are copied into the folder `input` in DIR, to look at and to change a copy of.

    Example: planner demo --out demo
    """
    from planner.reports import check_out
    from planner.sources.embedded import copy_demo

    check_out(out)
    summary, run = _run(copy_demo(out / "input"), out, quiet=quiet)
    if not quiet:
        _print_result(out, summary, run)


@app.command("compare")
def compare_command(
    plan: PlanArgument,
    scenarios: Annotated[
        list[Path],
        typer.Argument(metavar="SCENARIO...", help="Scenario files (.json).", show_default=False),
    ],
    out: OutOption,
    finished: Annotated[
        Path | None,
        typer.Option(
            "--run", help="The --out of a finished run of this plan; without it the plan is run."
        ),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Compare scenarios with today: who gains, who loses, and what each edit brings.

    The map shows today beside each scenario, so the plan is run first, or a finished run is taken.

    Example: planner compare plan.toml scenario.json --out out/compared
    """
    content = _compare(plan, scenarios, out, finished, quiet=quiet)
    if not quiet:
        _print_comparison(out, content)


@app.command("site")
def site_command(
    plan: PlanArgument,
    out: OutOption,
    model: Annotated[
        str,
        typer.Option(
            "--model", help="mclp, lscp, p-median, p-center, backup, capacitated, fairness."
        ),
    ] = "mclp",
    sites: Annotated[
        int | None, typer.Option("--sites", help="Most new sites; 10 if no budget is given.")
    ] = None,
    budget: Annotated[
        float | None, typer.Option("--budget", help="Most money, in the plan's cost unit.")
    ] = None,
    share: Annotated[
        float | None, typer.Option("--share", help="With lscp: the share to be covered, 0 to 1.")
    ] = None,
    closures: Annotated[
        int, typer.Option("--closures", help="So many of today's stations may close.")
    ] = 0,
    force: Annotated[
        list[str] | None, typer.Option("--force", help="site_id that has to be chosen; repeatable.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", help="site_id not to choose; repeatable.")
    ] = None,
    weights: Annotated[
        str, typer.Option("--weights", help="What one person of a kind counts.")
    ] = "residential=1",
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds for the proof; the best so far is kept.")
    ] = 60.0,
    gap: Annotated[
        float, typer.Option("--gap", help="Stop when proved within this share of the best.")
    ] = 1e-4,
    why_not: Annotated[
        str | None, typer.Option("--why-not", metavar="LON,LAT", help="Say why not at this place.")
    ] = None,
    finished: Annotated[
        Path | None,
        typer.Option(
            "--run", help="The --out of a finished run of this plan; without it the plan is run."
        ),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Say where to build next: the sites, a proof of how good they are, and the reasons.

    Today's and planned stations stay. Limits of towns and candidates stand in the plan.

    Example: planner site plan.toml --model mclp --sites 10 --out sites
    """
    asked = {
        "model": model,
        "n_sites": 10 if sites is None and budget is None and model != "lscp" else sites,
        "budget": budget,
        "share": share,
        "closures": closures,
        "forced": tuple(force or ()),
        "excluded": tuple(exclude or ()),
    }
    content = _site(plan, out, asked, (weights, why_not, time_limit, gap), finished, quiet=quiet)
    if not quiet:
        _print_proposal(out, content)


@app.command("map")
def map_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The --out of a finished run.", show_default=False)
    ],
) -> None:
    """Draw the map of a finished run again, from its result.gpkg and summary.json.

    A folder whose files are not what its run.json says holds an unfinished run and is refused.

    Example: planner map out
    """
    from planner.reports import replace_map
    from planner.sources.results import MAP_FILE, load_result

    finished = load_result(folder, spare=(MAP_FILE,))
    path = replace_map(finished, _map_saver(finished.layers, finished.summary, finished.run))
    _say(f"map: {path}")


def _run(plan_path: Path, out: Path, *, quiet: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a plan into a folder; return its summary and provenance."""
    from planner.plan import load_plan
    from planner.reports import check_out, rounded_layers, write_result
    from planner.sources.inputs import files_of, load_inputs
    from planner.warmup import compiling_beside

    plan = load_plan(plan_path)
    check_out(out, [plan_path, *files_of(plan)])
    with _progress(quiet=quiet) as told, compiling_beside():
        from planner.run import run_plan
        from planner.sources.cache import user_cache

        cache = user_cache()
        told("reading", 0.0)
        inputs = load_inputs(plan, cache=cache)
        told("reading", 1.0)
        result = run_plan(inputs, told, cache=cache)
        told("writing", 0.0)
        layers = rounded_layers(result.layers)
        write_result(result, out, _map_saver(layers, result.summary, result.provenance))
        told("writing", 1.0)
    return result.summary, result.provenance


def _compare(
    plan_path: Path, paths: list[Path], out: Path, finished: Path | None, *, quiet: bool
) -> dict[str, Any]:
    """Compare scenarios with today into a folder; return the content of compare.json."""
    from planner.plan import load_plan
    from planner.reports import COMPARISON_OUTPUTS, check_out, rounded_layers, write_comparison
    from planner.sources.inputs import files_of, load_inputs
    from planner.sources.results import MAP_FILE, load_result
    from planner.sources.scenarios import load_scenario

    plan = load_plan(plan_path)
    check_out(out, [plan_path, *paths, *files_of(plan)], outputs=COMPARISON_OUTPUTS)
    scenarios = [load_scenario(path) for path in paths]
    before = None if finished is None else load_result(finished, spare=(MAP_FILE,))
    with _progress(quiet=quiet) as told:
        from planner.run import run_plan
        from planner.scenarios import compare_scenarios, require_run_of
        from planner.sources.cache import user_cache

        cache = user_cache()
        told("reading", 0.0)
        inputs = load_inputs(plan, cache=cache)
        told("reading", 1.0)
        if before is not None:
            require_run_of(before, inputs)
        comparison = compare_scenarios(inputs, scenarios, told, cache=cache)
        if before is None:
            result = run_plan(inputs, told, cache=cache)
            layers, summary, run = rounded_layers(result.layers), result.summary, result.provenance
        else:
            layers, summary, run = before.layers, before.summary, before.run
        told("writing", 0.0)
        layers = layers | rounded_layers(comparison.drawn)
        save = _map_saver(layers, summary, run, compared=comparison.content)
        write_comparison(comparison, out, save)
        told("writing", 1.0)
    return comparison.content


def _site(
    plan_path: Path,
    out: Path,
    asked: dict[str, Any],
    more: tuple[str, str | None, float, float],
    finished: Path | None,
    *,
    quiet: bool,
) -> dict[str, Any]:
    """Run a plan and site for it; write the proposal into a folder and return its content."""
    from planner.plan import load_plan
    from planner.reports import SITE_OUTPUTS, check_out, rounded_layers, write_proposal
    from planner.siting import SolveOptions, place_of, question_of, weights_of
    from planner.sources.inputs import files_of, load_inputs
    from planner.sources.results import MAP_FILE, load_result

    plan = load_plan(plan_path)
    check_out(out, [plan_path, *files_of(plan)], outputs=SITE_OUTPUTS)
    weights, why_not, time_limit, gap = more
    question = question_of(  # checked before the run, which takes long
        plan,
        weights=weights_of(weights),
        why_not=None if why_not is None else place_of(why_not),
        options=SolveOptions(time_limit_s=time_limit, gap=gap),
        **asked,
    )
    before = None if finished is None else load_result(finished, spare=(MAP_FILE,))
    with _progress(quiet=quiet) as told:
        from planner.run import run_plan
        from planner.scenarios import require_run_of
        from planner.siting import finished_result, site_plan
        from planner.sources.cache import user_cache

        cache = user_cache()
        told("reading", 0.0)
        inputs = load_inputs(plan, cache=cache)
        told("reading", 1.0)
        if before is None:
            result = run_plan(inputs, told, cache=cache)
        else:
            require_run_of(before, inputs)
            result = finished_result(before, inputs, cache=cache)
        proposal = site_plan(result, question, progress=told)
        told("writing", 0.0)
        layers = rounded_layers(result.layers | proposal.layers)
        save = _map_saver(layers, result.summary, result.provenance, proposal.content)
        write_proposal(proposal, out, save, provenance=result.provenance, language=plan.language)
        told("writing", 1.0)
    return proposal.content


def _map_saver(
    layers: dict[str, gpd.GeoDataFrame],
    summary: dict[str, Any],
    run: dict[str, Any],
    proposal: dict[str, Any] | None = None,
    compared: dict[str, Any] | None = None,
) -> Callable[[Path], None]:
    """Return what draws the map of a result, or of what rests on it, into the file it is given."""

    def save(path: Path) -> None:
        """Draw the map into a file."""
        from planner.maps import draw_comparison, draw_map, draw_proposal, save_map

        options = {
            "title": run["title"],
            "language": run["language"],
            "synthetic": run["synthetic"],
            "date": run["date"][: len("2026-11")],
        }
        if proposal is not None:
            page = draw_proposal(layers, summary, proposal, **options)
        elif compared is not None:
            page = draw_comparison(layers, summary, compared, **options)
        else:
            page = draw_map(layers, summary, **options)
        save_map(page, path)

    return save


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress]:
    """Show a bar for each stage on a terminal; elsewhere nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda _stage, _share: None
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description:<11}"),
        progress.BarColumn(),
        progress.TimeElapsedColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, progress.TaskID] = {}

        def told(stage: str, share: float) -> None:
            """Move the bar of a stage; a stage that is new gets one."""
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=1.0)
            bars.update(tasks[stage], completed=share)
            if share >= 1.0:
                bars.stop_task(tasks[stage])

        yield told


def _print_result(out: Path, summary: dict[str, Any], run: dict[str, Any]) -> None:
    """Print the figures of a run, and where its files lie."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    last = max(row["cutoff_minutes"] for row in summary["coverage"])
    notice = "DEMO DATA, NOT REAL 演示数据，非真实\n" if summary["synthetic"] else ""
    table = Table(
        title=Text(f"{notice}{run['title']}: within {last:g} minutes on foot"),
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    for heading in ("kind", "people", "covered", "low-high", "gap", "unknown"):
        justify: Any = "left" if heading == "kind" else "right"
        table.add_column(heading, justify=justify, no_wrap=True)
    for row in summary["coverage"]:
        if row["area"] != "all" or row["cutoff_minutes"] != last:
            continue
        kind = "all (person-places)" if row["kind"] == "all" else row["kind"]
        between = f"{_percent(row['share_low'])}-{_percent(row['share_high'])}"
        counts = [f"{row[column]:,.0f}" for column in ("people", "gap", "unknown")]
        table.add_row(Text(kind), counts[0], _percent(row["share"]), between, *counts[1:])
    Console().print(table)
    facilities = summary["facilities"]
    _say(f"facilities: {facilities['total']}, of which {facilities['joined']} join a street")
    for check in summary["checks"]:
        if check["area"] == "all" and check["result"] is not None:
            who = f"{check['kind']}, {check['tier']}" if check["tier"] else check["kind"]
            by = f" by {check['target_year']}" if check["target_year"] else ""
            by += ", by analogy" if check["analogy"] else ""
            _say(f"target: {who} {_percent(check['target'])}{by}: {check['result']}")
    for gap in summary["gaps"][:3]:
        _say(f"gap {gap['rank']}: {gap['name']}, {_who_is_left_out(gap)}")
    if len(summary["gaps"]) > 3:
        _say(f"... {len(summary['gaps'])} gaps in all, in {out / 'gaps.csv'}")
    _list("warning", summary["warnings"])
    if run["dropped_rows"]:
        where = out / "run.json"
        _say(f"{len(run['dropped_rows'])} rows were dropped or counted as 0; {where} lists them")
    _say(f"map: {out / 'map.html'}")


def _print_comparison(out: Path, content: dict[str, Any]) -> None:
    """Print what each scenario changes, its ledger, and where the files lie."""
    words = {"residential": "residents", "industrial": "workers", "commercial": "visitors"}
    if content["synthetic"]:
        _say("DEMO DATA, NOT REAL 演示数据，非真实")
    _say(f"{content['title']}: within {content['cutoff_minutes']:g} minutes on foot")
    for scenario in content["scenarios"]:
        _say(f"scenario {scenario['name']}: {len(scenario['ledger'])} edits")
        for row in scenario["totals"]:
            if row["area"] == "all":
                who = row["group"] or words[row["kind"]]
                share = f"{_percent(row['share_low_before'])} -> {_percent(row['share_low_after'])}"
                _say(
                    f"{who}: {row['covered_after']:,.0f} of {row['people']:,.0f} covered, {share}; "
                    f"{row['gained']:,.0f} gained, {row['lost']:,.0f} lost"
                )
        for edit in scenario["ledger"][:10]:
            unit = content["cost_unit"]
            cost = "" if edit["cost"] is None else f" for {edit['cost']:g} {unit}"
            _say(
                f"{edit['edit']}. {edit['op']} {edit['name']}: {edit['gained']:,.0f} gained, "
                f"{edit['lost']:,.0f} lost ({words[edit['kind']]}){cost}"
            )
            for row in edit.get("moments", []):
                gained, lost = (row[f"{way}_by_kind"][edit["kind"]] for way in ("gained", "lost"))
                _say(f"at {row['moment']}: {gained:,.0f} gained, {lost:,.0f} lost")
        if len(scenario["ledger"]) > 10:
            _say(f"... {len(scenario['ledger'])} edits in all, in {out / 'ledger.csv'}")
        _list("warning", scenario["warnings"])
    _say(f"map: {out / 'map.html'}")


def _print_proposal(out: Path, content: dict[str, Any]) -> None:
    """Print the chosen sites, the proof, and where the files lie."""
    if content["synthetic"]:
        _say("DEMO DATA, NOT REAL 演示数据，非真实")
    for site in content["sites"]:
        gain = ", ".join(
            f"{people:,.0f} {word}"
            for word, people in zip(
                ("residents", "workers", "visitors"), site["gain"].values(), strict=True
            )
            if people >= 0.5
        )
        _say(f"site {site['order']}: {site['name']} ({site['site_id']}), {gain or 'nobody more'}")
    for line in content["reasons"]["en"]:
        _say(f"- {line}")
    if content["why_not"] is not None:
        for line in content["why_not"]["reasons"]["en"]:
            _say(f"why not there: {line}")
    _say(
        f"solved in {content['seconds']:.1f} s, first answer after {content['first_seconds']:.2f} s"
    )
    _list("note", [*content["notes"], *content.get("candidate_notes", [])])
    _say(f"map: {out / 'map.html'}")


def _who_is_left_out(gap: dict[str, Any]) -> str:
    """Count the residents of a gap; where nobody lives, the larger of workers and visitors."""
    words = {"residential": "residents", "industrial": "workers", "commercial": "visitors"}
    people = {word: gap[f"people_{kind}"] for kind, word in words.items()}
    word = "residents" if people["residents"] else max(people, key=people.__getitem__)
    return f"{people[word]:,.0f} {word}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _list(word: str, lines: list[str], most: int = 10) -> None:
    """Print a few of many lines, and say how many there are."""
    for line in lines[:most]:
        _say(f"{word}: {line}")
    if len(lines) > most:
        _say(f"{word}: ... and {len(lines) - most} more")


def _say(line: str) -> None:
    """Print one line as it is: names from the data are no markup and no control codes."""
    typer.echo(_one_line(line))


def _complain(message: str) -> None:
    typer.echo(f"planner: {_one_line(message)}", err=True)


def _one_line(text: str) -> str:
    """Keep text on one line, and codes that steer a terminal off it."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


if __name__ == "__main__":
    main()
