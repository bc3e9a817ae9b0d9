"""The command line: the only place that reads arguments, prints, or exits. Each command calls one step and shows what it did.

Results go to standard output (one JSON object with --json), progress to standard error. Heavy modules are imported inside the
commands that need them, so that `twin --help` answers at once.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from twin import __version__
from twin.errors import Interrupted, TwinError, UsageError

if TYPE_CHECKING:
    from twin.chat.engine import Engine
    from twin.chat.people import Contact
    from twin.model.sampling import Sampling
    from twin.workspace import Workspace

app = typer.Typer(
    name="twin",
    help="Turn your own Telegram history into a chatbot that answers as you do, on your own machine.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

WorkspaceOption = Annotated[Path | None, typer.Option("--workspace", "-w", help="The workspace; default: the nearest one from here upward.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
RunOption = Annotated[str | None, typer.Option("--run", help="Which trained twin; default: the newest.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits: 0 done, 1 it failed and said why in one line, 2 wrong usage, 130 interrupted."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="twin")
    except TwinError as error:
        _say(f"twin: {error}")
        sys.exit(2 if isinstance(error, UsageError) else 130 if isinstance(error, Interrupted) else 1)
    except OSError as error:  # a full disk, a folder without permission
        place = f"{error.filename}: " if error.filename else ""
        _say(f"twin: {place}{error.strerror or error}; what was complete before is kept, run the same command again")
        sys.exit(1)


# -- commands -----------------------------------------------------------------------------------------------------------


def _version(wanted: bool) -> None:
    if wanted:
        _print(f"twin {__version__}")
        raise typer.Exit


@app.callback()
def _options(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    pass


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder; default: this one.")] = Path(), as_json: JsonOption = False) -> None:
    """Make a workspace: a private folder for one person's history, dataset and twins."""
    from twin.workspace import create_workspace

    workspace = create_workspace(directory)
    _result({"workspace": str(workspace.root)}, as_json, f"workspace {workspace.root}", "next: twin import PATH/result.json")


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Exports of Telegram Desktop (JSON) or WhatsApp: files, folders or zips.")],
    me: Annotated[str | None, typer.Option("--me", help="Who you are (user123 or your name), where an export does not say.")] = None,
    salvage: Annotated[bool, typer.Option("--salvage", help="Take what can be read of a broken file, and count the rest.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring exported chats into history.db, all of them or none. Importing again changes nothing."""
    from twin.export.files import import_exports
    from twin.history import History
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    with History(place.history) as history, _bar("import", unit="B") as bar, _uncollected():
        counts = import_exports(paths, history, me=me, salvage=salvage, progress=bar).to_json()
    lines = [
        f"{counts['messages']:,} messages in {counts['chats']} chats: {counts['added']:,} new, {counts['updated']:,} changed, {counts['unchanged']:,} known"
    ]
    _result(counts, as_json, *lines, *_left_out(counts["left_out"]), "next: twin prepare")


@app.command()
def prepare(
    form: Annotated[
        Literal["messages", "instruction", "alpaca", "sharegpt", "openai"], typer.Option("--format", help="Also write dataset/FORMAT/ for other trainers.")
    ] = "messages",
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Only from this day on (2023-01-31); default: twin.toml.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Only before this day; default: twin.toml.")] = None,
    explain: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Write nothing; show where this message (ID or CHAT_ID:ID) went and why. May be repeated.")
    ] = None,
    sample: Annotated[int, typer.Option(metavar="N", min=0, help="Write nothing; show N conversations and what of them is learned.")] = 0,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Turn history.db into a dataset of conversations in which your replies are learned."""
    from twin.history import open_history
    from twin.prepare.build import prepare as build
    from twin.prepare.rules import rules_of
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    config = place.config()
    rules = rules_of(config.prepare, config.person.name, since=since, until=until)
    with open_history(place.history) as history, _bar("prepare", unit="chats") as bar, _uncollected():
        if explain or sample:
            from twin.prepare import explain as explaining

            fates = explaining.explain(history, place.dataset, rules, explain, progress=bar) if explain else []
            sampled = explaining.sample(history, rules, sample, progress=bar) if sample else []
        else:
            report = build(history, place.dataset, rules, form=form, context_turns=config.prepare.context_turns, progress=bar)
    if explain or sample:
        shown = ({"messages": [fate.to_json() for fate in fates]} if explain else {}) | (explaining.sample_to_json(sampled) if sample else {})
        if as_json:
            _print(json.dumps(shown, ensure_ascii=False))
        else:
            for fate in fates:
                _print("\n".join(fate.lines(place.dataset)))
            _print_styled(explaining.sample_lines(sampled), {"title": "bold", "context": "dim", "learned": "green"})
        return
    counts = report.to_json()
    head = {key: counts[key] for key in ("conversations", "own_messages", "targets", "left_out", "splits")}
    splits = ", ".join(f"{count:,} {split}" for split, count in counts["splits"].items())
    lines = [f"{counts['conversations']:,} conversations ({splits})", f"{counts['targets']:,} of {counts['own_messages']:,} own messages are learned"]
    _result(head, as_json, *lines, *_left_out(counts["left_out"]), "next: twin train")


@app.command()
def train(
    run: Annotated[str | None, typer.Option("--run", help="Name of the run; default: the unfinished one of these settings, or a new run-N.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew instead of going on or keeping what is finished.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train the twin on the dataset. Interrupted (Ctrl-C), it goes on with the same command."""
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    result = _train(place, run, fresh)
    lines = [
        f"{result['run']}: {result['steps']:,} steps, {result['tokens']:,} tokens in {_duration(result['seconds'])}",
        _bits(result["bits_per_byte"], "validation"),
    ]
    _result(result, as_json, *lines, "next: twin chat, or in the browser: twin ui")


@app.command()
def chat(
    contact: Annotated[str | None, typer.Option("--as", help="Which of your contacts the twin is talking to; default: the one with most messages.")] = None,
    run: RunOption = None,
    temperature: Annotated[float | None, typer.Option(min=0, max=2, help="How lively; default: twin.toml.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same answers each time.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Talk to the twin in the terminal, or through a pipe: echo hi | twin chat."""
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    folder = place.run(run)
    from twin.chat.people import people_of

    chosen = _contact(people_of(folder)[1], contact)
    from twin.chat import terminal
    from twin.chat.engine import Engine

    interactive = sys.stdin.isatty()
    engine = Engine(folder, lambda what: _say(f"{what} ..."))
    terminal.chat(engine, chosen, _sampling(place, temperature, seed), read=_read_line if interactive else _read_pipe, write=_print, interactive=interactive)


@app.command()
def ui(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 7860,
    run: RunOption = None,
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
        _say(f"{error}.\nUntil then, here is the demo: the twin of an invented person.")
        place = _demo(_demo_home())[0]
    _serve(place, run, port)


@app.command()
def runs(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the trained twins."""
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    results = [json.loads((run / "result.json").read_text(encoding="utf-8")) for run in place.finished_runs()]
    lines = [f"{result['run']}: {result['steps']:,} steps, {_bits(result['bits_per_byte'], 'validation')}" for result in results]
    _result({"runs": results}, as_json, *(lines or ["no trained twin yet; train one with: twin train"]))


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
        _print(json.dumps(result, ensure_ascii=False))
    else:
        _say(f"the workspace stays in {place.root}; talk to it in the terminal: twin chat -w {place.root}")
        _print(_bits(result["bits_per_byte"], "held-out"))
    if not no_ui:
        _serve(place, None, port)


# -- what several commands share ----------------------------------------------------------------------------------------


def _train(place: Workspace, run: str | None = None, fresh: bool = False) -> dict[str, Any]:
    config = place.config()
    from twin.train.runs import open_run  # before torch: a missing dataset is told at once

    folder, finished = open_run(place.runs, place.dataset, config, name=run, fresh=fresh)
    if finished:
        _say(f"{folder.name} was trained from this dataset with these settings already; train again with --fresh")
        result: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        return result
    _say(f"{folder.name}: loading {config.train.base} ...")
    from twin.train.loop import Progress
    from twin.train.loop import train as fit

    with _stop_on_signal() as stopping, _bar("train", unit="steps") as bar:

        def show(progress: Progress) -> None:
            if progress.note:
                _say(progress.note)
            if progress.steps:
                speed = f"loss {progress.loss:.3f}, {progress.tokens_per_second:,.0f} tokens/s"
                bar(progress.step, progress.steps, speed, progress.seconds_left)

        return fit(place.dataset, folder, config.train, progress=show, stop=stopping)


def _demo(folder: Path) -> tuple[Workspace, dict[str, Any]]:
    from twin.demo.run import run_demo

    with _stop_on_signal() as stopping:
        return run_demo(folder, bar=_bar, say=_say, stop=stopping)


def _demo_home() -> Path:
    import os

    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "twin" / "demo"


def _serve(place: Workspace, run: str | None, port: int) -> None:
    folder = place.run(run)
    from twin.chat.people import people_of
    from twin.chat.ui import serve

    person, contacts = people_of(folder)

    def load(progress: Callable[[str], None]) -> Engine:
        from twin.chat.engine import Engine  # the page is up before PyTorch is

        return Engine(folder, progress)

    serve(
        load,
        person=person,
        contacts=contacts,
        sampling=_sampling(place, None, None),
        port=port,
        ready=lambda address: _say(f"the page is at {address} (Ctrl-C ends it)"),
    )


def _sampling(place: Workspace, temperature: float | None, seed: int | None) -> Sampling:
    from twin.model.sampling import Sampling

    knobs = place.config().chat
    return Sampling(knobs.temperature if temperature is None else temperature, knobs.top_p, knobs.repetition_penalty, knobs.max_tokens, seed)


def _contact(contacts: Sequence[Contact], name: str | None) -> Contact:
    if name is None:
        return contacts[0]
    for contact in contacts:
        if contact.name.casefold() == name.casefold():
            return contact
    raise UsageError(f"--as {name}: no such contact; there are {', '.join(contact.name for contact in contacts)}")


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for reference cycles: import and prepare make none, and to look through millions of small values takes a fifth of their time."""
    import gc

    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _stop_on_signal() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM are remembered, for the work to end at its next safe point; a second Ctrl-C ends it at once."""
    asked: list[int] = []

    def remember(number: int, frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        _say("stopping at the next safe point ...")

    before = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# -- showing ------------------------------------------------------------------------------------------------------------


def _print(text: str) -> None:
    print(text, flush=True)


def _print_styled(lines: Iterable[tuple[str, str]], styles: dict[str, str]) -> None:
    """Lines, each in the style of its sort on a terminal, and as they are elsewhere."""
    if not sys.stdout.isatty():
        for _, line in lines:
            _print(line)
        return
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    for sort, line in lines:
        console.print(line, style=styles[sort], markup=False)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _read_line(prompt: str) -> str | None:
    try:
        return input(prompt)
    except EOFError:
        _print("")
        return None


def _read_pipe(prompt: str) -> str | None:
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


def _result(result: dict[str, Any], as_json: bool, *lines: str) -> None:
    _print(json.dumps(result, ensure_ascii=False) if as_json else "\n".join(lines))


def _left_out(reasons: dict[str, int]) -> list[str]:
    return [f"left out: {', '.join(f'{count:,} {reason}' for reason, count in reasons.items())}"] if reasons else []


def _bits(bits: dict[str, float | None], split: str) -> str:
    before, after = bits["base"], bits["twin"]
    if before is None or after is None:
        return f"{split} bits per byte: not measured, that split is empty"
    return f"{split} bits per byte: {before:.3f} before, {after:.3f} after ({1 - after / before:.1%} lower)"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _amount(number: float, unit: str) -> str:
    return f"{number / 1e6:,.1f} MB" if unit == "B" else f"{number:,.{0 if number >= 10 or number == int(number) else 1}f} {unit}"


Bar = Callable[..., None]
"""(done, total, note="", seconds_left=None): shows how far work is."""


@contextmanager
def _bar(title: str, *, unit: str) -> Iterator[Bar]:
    """A progress bar on a terminal; elsewhere a line now and then, so that logs stay short."""
    if sys.stderr.isatty():
        with _live_bar(title, unit) as bar:
            yield bar
        return
    started = shown = time.monotonic()

    def line(done: int, total: int, note: str = "", seconds_left: float | None = None) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown >= 10:
            shown = now
            left = (now - started) / max(done, 1) * (total - done) if seconds_left is None else seconds_left
            speed = note or f"{_amount(done / (now - started), unit)}/s"
            _say(f"{title}: {_amount(done, unit).split()[0]} of {_amount(total, unit)}, {speed}, {_duration(left)} left")

    yield line


@contextmanager
def _live_bar(title: str, unit: str) -> Iterator[Bar]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    amount = (DownloadColumn(), TransferSpeedColumn()) if unit == "B" else (MofNCompleteColumn(), TextColumn(unit))
    with Progress(
        TextColumn("{task.description}"), BarColumn(), *amount, TimeRemainingColumn(), TextColumn("{task.fields[note]}"), console=Console(stderr=True)
    ) as progress:
        task = progress.add_task(title, total=None, note="")

        def show(done: int, total: int, note: str = "", seconds_left: float | None = None) -> None:
            speed = "" if unit == "B" else f"{_amount(done / max(progress.tasks[task].elapsed or 0, 0.1), unit)}/s"
            progress.update(task, completed=done, total=total, note=note or speed)

        yield show


if __name__ == "__main__":
    main()
