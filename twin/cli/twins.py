"""The commands that train a twin and talk to it: train, chat, ui, runs (and its compare), demo."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twin.cli.answering import AdapterOption, Answerer, ModelOption, OutsideOption, ServerOption, answerer_of, pause_of, trained
from twin.cli.chats import choices_at, real_name
from twin.cli.options import JsonOption, RunOption, WorkspaceOption, app
from twin.cli.plan import compared, settle, show_plan
from twin.cli.show import bits_line, progress_bar, put, put_result, read_line, read_pipe, say, shown, stop_on_signal
from twin.errors import ModelError, UsageError, duration

if TYPE_CHECKING:
    from twin.chat.loading import Load
    from twin.chat.people import Answering, Contact
    from twin.chat.rhythm import Rhythm
    from twin.chat.veil import Veil
    from twin.model.sampling import Sampling
    from twin.workspace import Workspace


runs_app = typer.Typer(help="List the trained twins, or compare two of them.", rich_markup_mode=None, invoke_without_command=True)
app.add_typer(runs_app, name="runs")
RevealOption = Annotated[bool, typer.Option("--reveal", help="Show the real names of people; the twin itself knows other ones.")]


@app.command()
def train(
    run: Annotated[str | None, typer.Option("--run", help="Name of the run; default: the unfinished one of these settings, or a new run-N.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew instead of going on or keeping what is finished.")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Tell what it will take on this machine, and train nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Download a base that fits without asking.")] = False,
    preferences: Annotated[bool, typer.Option("--preferences", help="Teach a finished run what you rated and corrected in the chat; makes a new run.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train the twin on the dataset. Interrupted (Ctrl-C), it goes on with the same command."""
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    if plan:
        from twin.train.plan import make_plan

        show_plan(make_plan(place.config().train, place.dataset), place.root, as_json)
        return
    if preferences:
        result = _prefer(place, run)
        learned = result["preferences"]
        right = learned["right"]
        lines = [
            f"{result['run']}: {learned['of']} with {learned['pairs']} of your preferences, {result['steps']:,} steps in {duration(result['seconds'])}",
            f"the better reply is the likelier one in {right['after']:.0%} of {learned['held_out']} pairs, before in {right['before']:.0%}",
            f"validation: {result['bits_per_byte']['base']} bits/byte before, {result['bits_per_byte']['twin']} now",
        ]
        put_result(result, as_json, *lines, f"next: twin chat --run {result['run']}")
        return
    result = _train(place, run, fresh, yes)
    lines = [
        f"{result['run']}: {result['steps']:,} steps, {result['tokens']:,} tokens in {duration(result['seconds'])}",
        bits_line(result["bits_per_byte"], "validation"),
        compared(result),
    ]
    put_result(result, as_json, *lines, "next: twin chat, or in the browser: twin ui")


@app.command()
def chat(
    contact: Annotated[str | None, typer.Option("--as", help="Which of your contacts the twin is talking to; default: the one with most messages.")] = None,
    run: RunOption = None,
    adapter: AdapterOption = None,
    server: ServerOption = None,
    model: ModelOption = None,
    server_outside: OutsideOption = False,
    memory: Annotated[bool | None, typer.Option("--memory/--no-memory", help="Look up past exchanges that have to do with a message.")] = None,
    rhythm: Annotated[bool | None, typer.Option("--rhythm/--no-rhythm", help="Answer with your own pauses between messages.")] = None,
    temperature: Annotated[float | None, typer.Option(min=0, max=2, help="How lively; default: twin.toml.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same answers each time.")] = None,
    reveal: RevealOption = False,
    workspace: WorkspaceOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each reply.")] = False,
) -> None:
    """Talk to the twin in the terminal, or through a pipe: echo hi | twin chat."""
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    knobs = place.config().chat
    answerer = answerer_of(place, run, adapter, server=server, model=model, outside=server_outside, reveal=reveal)
    if memory and not answerer.remembers:
        raise UsageError("--memory: there is no dataset to remember from under the names that this twin knows; make one with: twin prepare")
    chosen = _contact(answerer.veil, contact)
    from twin.chat import terminal
    from twin.chat.loading import Awaited, Loading

    interactive = sys.stdin.isatty()
    if interactive:
        with suppress(ImportError):  # not everywhere
            import readline  # noqa: F401  earlier lines by the arrow keys, kept in memory alone

    def own_rhythm() -> Rhythm:
        from twin.chat.rhythm import Rhythm

        return Rhythm.of(place.history)

    loading = Loading(answerer.load)
    engine: Answering
    if interactive:  # the prompt is there before PyTorch is
        say("the twin is loaded while you write")
        loading.start()
        engine = Awaited(loading, answerer.veil)
    else:
        engine = answerer.load(lambda what: say(f"{what} ..."))

    def read(prompt: str) -> str | None:
        if not interactive:
            return read_pipe(prompt)
        return None if loading.error else read_line(prompt)

    terminal.chat(
        engine,
        chosen,
        sampling_of(place, temperature, seed),
        read=read,
        write=put,
        interactive=interactive,
        as_json=as_json,
        memory=answerer.remembers and (knobs.memory if memory is None else memory),
        rhythm=own_rhythm if place.history.exists() else None,
        paced=knobs.rhythm and interactive if rhythm is None else rhythm,
    )
    if loading.error:
        raise ModelError(loading.error)


@app.command()
def ui(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 7860,
    run: RunOption = None,
    adapter: AdapterOption = None,
    server: ServerOption = None,
    model: ModelOption = None,
    server_outside: OutsideOption = False,
    reveal: RevealOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Talk to the twin in the browser. Without a workspace: how to begin, and the demo's twin."""
    from twin.errors import WorkspaceError
    from twin.workspace import find_workspace

    try:
        place = find_workspace(at=workspace)
    except WorkspaceError as error:
        if workspace is not None:
            raise
        say(f"{error}.\nUntil then, here is the demo: the twin of an invented person.")
        place = _demo(_demo_home())[0]
    open_page(place, answerer_of(place, run, adapter, server=server, model=model, outside=server_outside, reveal=reveal), port)


@runs_app.callback()
def runs(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the trained twins, or compare two of them."""
    if context.invoked_subcommand is None:
        _list_runs(workspace, as_json)
    elif workspace or as_json:
        raise UsageError(f"--workspace and --json go behind the command: twin runs {context.invoked_subcommand} ... --json")


@runs_app.command("compare")
def compare_runs(
    first: Annotated[str, typer.Argument(metavar="A", help="A run that was measured (twin evaluate).")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another, which is held against it.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what is better or worse in B than in A beyond noise."""
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    folders = place.run(first), place.run(second)
    from twin.evaluate.compare import compare, read_scorecard

    found = compare(*map(read_scorecard, folders))
    put_result(found.to_json(), as_json, *found.lines())


def _list_runs(workspace: Path | None, as_json: bool) -> None:
    from twin.dataset import unwanted
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    choices = choices_at(place)
    results: list[dict[str, Any]] = []
    lines: list[str] = []
    for run in place.finished_runs():
        result, names = json.loads((run / "result.json").read_text(encoding="utf-8")), unwanted(run / "run.json", choices)
        results.append(result | {"stale": bool(names)})
        stale = f"; stale: it has learned from {shown(', '.join(real_name(place, name) for name in names))}" if names else ""
        lines.append(f"{result['run']}: {result['steps']:,} steps, {bits_line(result['bits_per_byte'], 'validation')}{stale}")
    put_result({"runs": results}, as_json, *(lines or ["no trained twin yet; train one with: twin train"]))


@app.command()
def demo(
    no_ui: Annotated[bool, typer.Option("--no-ui", help="End after the measurement.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 7860,
    workspace: Annotated[Path | None, typer.Option("--workspace", "-w", help="Keep the demo here; default: a temporary workspace, which is named.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Run every step on the sample export of an invented person with the small base model, then open the page."""
    import tempfile

    place, result = _demo(workspace or Path(tempfile.mkdtemp(prefix="twin-demo-")))
    if as_json:
        put(json.dumps(result, ensure_ascii=False))
    else:
        say(f"the workspace stays in {place.root}; talk to it in the terminal: twin chat -w {place.root}")
        put(bits_line(result["bits_per_byte"], "held-out"))
    if not no_ui:
        open_page(place, trained(place, None, reveal=False), port)


def _train(place: Workspace, run: str | None = None, fresh: bool = False, yes: bool = False) -> dict[str, Any]:
    config = place.config()
    from twin.history import choices_of
    from twin.train.processes import first_process_decides
    from twin.train.runs import open_run  # before torch: a missing dataset is told at once

    choices = choices_of(place.history, config.privacy.opt_out)
    folder, settings, finished = first_process_decides(
        lambda: open_run(place.runs, place.dataset, config, settle=lambda asked: settle(asked, place.root, yes=yes), name=run, fresh=fresh, choices=choices)
    )
    if finished:
        say(f"{folder.name} was trained from this dataset with these settings already; train again with --fresh")
        result: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        return result
    say(f"{folder.name}: loading {settings.base} ...")
    from twin.train.loop import Progress
    from twin.train.loop import train as fit

    with stop_on_signal() as stopping, progress_bar("train", unit="steps") as bar:

        def show(progress: Progress) -> None:
            if progress.note:
                say(progress.note)
            if progress.steps:
                speed = f"loss {progress.loss:.3f}, {progress.tokens_per_second:,.0f} tokens/s"
                bar(progress.step, progress.steps, speed, progress.seconds_left)

        return fit(place.dataset, folder, settings, progress=show, stop=stopping)


def _prefer(place: Workspace, run: str | None) -> dict[str, Any]:
    from twin.conversations import Conversations

    folder = place.run(run)
    if not place.conversations.exists():
        raise UsageError("nothing was said in the chat yet; rate and correct replies there (twin ui), then run the same command")
    with closing(Conversations(place.conversations)) as kept:
        preferences = list(kept.preferences())
    from twin.chat.people import Contact
    from twin.chat.veil import veil_of
    from twin.schema import Turn
    from twin.train.preferences import Pair, Progress, train_preferences

    veil = veil_of(folder, place.privacy_key, place.privacy_names, reveal=False)
    pairs = []
    for preference in preferences:
        replies = [Turn(veil.person, True, bubbles, True) for bubbles in (preference.chosen, preference.rejected)]
        turns, contact = veil.as_known([*preference.turns, *replies], Contact(preference.contact, preference.kind))
        pairs.append(Pair(tuple(turns[:-2]), contact.name, contact.kind, turns[-2].bubbles, turns[-1].bubbles))
    say(f"{folder.name}: {len(pairs)} preference{'s' * (len(pairs) != 1)} ...")
    with stop_on_signal() as stopping, progress_bar("train", unit="steps") as bar:

        def show(progress: Progress) -> None:
            bar(progress.step, progress.steps, f"loss {progress.loss:.3f}", progress.seconds_left)

        return train_preferences(folder, place.dataset, pairs, progress=show, stop=stopping)


def _demo(folder: Path) -> tuple[Workspace, dict[str, Any]]:
    from twin.demo.run import run_demo

    with stop_on_signal() as stopping:
        return run_demo(folder, bar=progress_bar, say=say, stop=stopping)


def _demo_home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "twin" / "demo"


def _serve_page(load: Load, **options: Any) -> None:
    from twin.chat.ui import serve

    serve(load, **options)


def open_page(place: Workspace, answerer: Answerer, port: int, *, serve: Callable[..., None] = _serve_page) -> None:
    """Serves the page, or by another `serve`, which takes the arguments of ui.serve, more than the page."""
    serve(
        answerer.load,
        person=answerer.veil.person,
        contacts=answerer.veil.contacts,
        sampling=sampling_of(place),
        place=place,
        run=answerer.run,
        pause=pause_of(place),
        port=port,
        ready=lambda address: say(f"the page is at {address} (Ctrl-C ends it)"),
    )


def sampling_of(place: Workspace, temperature: float | None = None, seed: int | None = None) -> Sampling:
    """How replies are drawn, by twin.toml and the command line."""
    from twin.model.sampling import Sampling

    knobs = place.config().chat
    return Sampling(knobs.temperature if temperature is None else temperature, knobs.top_p, knobs.repetition_penalty, knobs.max_tokens, seed)


def _contact(veil: Veil, name: str | None) -> Contact:
    if name is None:
        return veil.contacts[0]
    for wanted in (name, veil.called(name)):
        for contact in veil.contacts:
            if contact.name.casefold() == wanted.casefold():
                return contact
    raise UsageError(f"--as {name}: no such contact; there are {', '.join(contact.name for contact in veil.contacts)}")
