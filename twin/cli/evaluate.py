"""`twin evaluate`: the scorecard and its page, the blind test, the leak audit, and whether a run got worse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twin.cli.options import JsonOption, RunOption, WorkspaceOption, app
from twin.cli.show import progress_bar, put_result, say, stop_on_signal
from twin.cli.twins import sampling_of
from twin.errors import UsageError

if TYPE_CHECKING:
    from twin.workspace import Workspace

_SIDE_BY_SIDE = 12
"""Exchanges that the page shows, at most."""


@app.command()
def evaluate(
    run: RunOption = None,
    full: Annotated[bool, typer.Option("--full", help="Look at everything: slower, with narrower intervals.")] = False,
    wrong: Annotated[Path | None, typer.Option("--wrong", help="Folder of another person's run: what their twin gives your replies.")] = None,
    text: Annotated[
        Path | None, typer.Option("--text", help="General text (.txt, .jsonl) in which to measure what the base forgot; default: a little of our own.")
    ] = None,
    against: Annotated[str | None, typer.Option("--against", help="Another run: fail when the twin got worse than that beyond noise.")] = None,
    leaks: Annotated[bool, typer.Option("--leaks", help="Try what the twin gives away of its training; trains a second adapter with canaries.")] = False,
    blind: Annotated[Path | None, typer.Option("--blind", help="Write a page for friends to this file: which of two replies is really you?")] = None,
    results: Annotated[list[Path] | None, typer.Option("--results", help="Count a file that came back from a friend; may be given several times.")] = None,
    count: Annotated[int, typer.Option("--count", min=1, help="Questions of the page for friends.")] = 20,
    seed: Annotated[int, typer.Option("--seed", help="Of everything that is drawn.")] = 1,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how much the twin is you, on messages that it has not seen. Interrupted (Ctrl-C), it goes on with the same command."""
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    if sum(map(bool, (blind, results, leaks, against))) > 1:
        raise UsageError("--blind, --results, --leaks and --against are different things; give one of them")
    folder = place.run(run)
    if blind:
        _blind(place, folder, blind, seed, count, as_json)
    elif results:
        from twin.evaluate.blind_page import count_blind

        tally = count_blind(results, folder)
        put_result(tally.to_json(), as_json, *tally.lines())
    elif leaks:
        _leaks(place, folder, full, seed, as_json)
    else:
        _scorecard(place, folder, full, seed, wrong, text, against, as_json)


def _scorecard(place: Workspace, folder: Path, full: bool, seed: int, wrong: Path | None, text: Path | None, against: str | None, as_json: bool) -> None:
    other = None
    if against is not None:
        from twin.evaluate.compare import read_scorecard

        other = read_scorecard(place.run(against))  # before anything takes long
    report = measured(place, folder, full, seed, wrong, text)
    from twin.evaluate.summary import lines

    if other is None:
        put_result(report, as_json, *lines(report), f"the whole report: {folder / 'report.html'}")
        return
    from twin.evaluate.compare import compare

    found = compare(other, report)
    put_result(found.to_json(), as_json, *found.lines())
    if found.worse:
        raise typer.Exit(1)


def measured(place: Workspace, folder: Path, full: bool, seed: int, wrong: Path | None = None, text: Path | None = None) -> dict[str, Any]:
    """Measures a run, writes report.json and report.html into its folder, and returns the first."""
    say(f"{folder.name}: measuring on what it has not seen ...")
    from twin.evaluate.scorecard import evaluate as measure

    with stop_on_signal() as stopping, progress_bar("evaluate", unit="steps") as bar:
        found = measure(
            folder,
            place.dataset,
            sampling_of(place),
            seed=seed,
            full=full,
            wrong=wrong,
            text=text,
            progress=lambda done, total, what: bar(done, total, what),
            stop=stopping,
        )
    from twin.chat.job import metrics
    from twin.config import load_config
    from twin.dataset import read_report
    from twin.evaluate.advice import advise
    from twin.evaluate.report import Example, write_page
    from twin.evaluate.scorecard import write_report

    report = found.report | _audited(folder)
    write_report(folder, report)
    lines = metrics(folder)
    examples = [Example(exchange.context, exchange.contact.name, exchange.reply, reply) for exchange, reply in found.examples[:_SIDE_BY_SIDE]]
    write_page(folder / "report.html", report, examples, lines, advise(report, lines, load_config(folder / "config.toml"), read_report(place.dataset)))
    return report


def _audited(folder: Path) -> dict[str, Any]:
    """The leak audit that an earlier report.json has: it is measured apart."""
    try:
        return {"leaks": json.loads((folder / "report.json").read_text(encoding="utf-8"))["leaks"]}
    except (OSError, ValueError, KeyError):
        return {}


def _blind(place: Workspace, folder: Path, page: Path, seed: int, count: int, as_json: bool) -> None:
    from twin.evaluate.blind_page import make_blind

    with stop_on_signal() as stopping, progress_bar("blind", unit="questions") as bar:
        made = make_blind(folder, place.dataset, sampling_of(place), seed, count, page, progress=bar, stop=stopping)
    put_result(made.to_json(), as_json, *made.lines())


def _leaks(place: Workspace, folder: Path, full: bool, seed: int, as_json: bool) -> None:
    say(f"{folder.name}: trying what it gives away; a second adapter is trained with canaries ...")
    from twin.evaluate.audited import Verdict
    from twin.evaluate.leaks import FULL, QUICK, audit

    with stop_on_signal() as stopping, progress_bar("leaks", unit="steps") as bar:
        found = audit(
            folder, place.dataset, seed=seed, effort=FULL if full else QUICK, progress=lambda what, done, total: bar(done, total, what), stop=stopping
        )
    report = folder / "report.json"
    if report.exists():
        from twin.evaluate.scorecard import write_report

        write_report(folder, json.loads(report.read_text(encoding="utf-8")) | {"leaks": found.to_json()})
    put_result(found.to_json(), as_json, *found.lines())
    if found.verdict is not Verdict.NONE_FOUND:
        raise typer.Exit(1)
