"""Who answers in a chat: a trained twin, or a persona that needs no training; with the names that the person sees, and its memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated

import typer

from twin.cli.chats import choices_at, warn_of_stale
from twin.cli.show import progress_bar, say, uncollected
from twin.errors import UsageError

if TYPE_CHECKING:
    from twin.chat.people import Answering
    from twin.chat.persona import Persona
    from twin.chat.veil import Veil
    from twin.remote import Endpoint
    from twin.workspace import Workspace

NONE = "none"
"""As an adapter: no training, but examples of the person's replies."""
_SKETCHED = 2_000
"""The person's messages that are prepared for a persona where there is no dataset, the newest."""
_OTHERS = 3
"""Runs that are loaded beside the one that answers, at most: each takes a second of the start."""
_CONTEXT = 2_048
"""Tokens of a conversation on an untrained base, Falcon's own; the small base that comes with twin has read shorter rows."""

AdapterOption = Annotated[str | None, typer.Option("--adapter", metavar="NAME|none", help="Which trained twin (as --run); none: without training.")]
ServerOption = Annotated[str | None, typer.Option("--server", metavar="URL", help="Without training, by a model server, as http://127.0.0.1:11434/v1.")]
ModelOption = Annotated[str | None, typer.Option("--model", metavar="NAME", help="The name by which the server knows its model.")]
OutsideOption = Annotated[bool, typer.Option("--server-outside", help="Allow a server outside of your own network: your words go there.")]


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers.

    Attributes:
        veil: What stands before them, and whom they know.
        load: Loads them; told in a few words what is being loaded.
        remembers: Whether there is something to remember.
        run: The folder of the run that answers, where one does.
    """

    veil: Veil
    load: Callable[[Callable[[str], None]], Answering]
    remembers: bool
    run: Path | None = None


def answerer_of(place: Workspace, run: str | None, adapter: str | None, *, server: str | None, model: str | None, outside: bool, reveal: bool) -> Answerer:
    """Who answers by the command line's options. Raises UsageError where they name two; see `trained` and `untrained`."""
    if run and adapter and run != adapter:
        raise UsageError(f"--run {run} and --adapter {adapter} name two; give one of them")
    name = run or adapter
    if server and name not in (None, NONE):
        raise UsageError(f"--server answers without training, and {name} is a trained twin; give one of them")
    if server or name == NONE:
        return untrained(place, server=server, model=model, outside=outside, reveal=reveal)
    return trained(place, name, reveal=reveal)


def trained(place: Workspace, run: str | None, *, reveal: bool, abroad: bool = False) -> Answerer:
    """A finished run, the newest if none is named.

    Args:
        place: The workspace.
        run: Its name.
        reveal: Whether real names are seen.
        abroad: Whether other people are answered: no other run is loaded then, and nobody is told what was said to somebody else.

    Raises:
        WorkspaceError: There is no such run, or what reveals the names is missing.
        ModelError: The run is damaged.
    """
    folder = place.run(run)
    veil = veil_at(place, folder, reveal)
    warn_of_stale(place, folder)
    remembers = _remembers(place, folder)

    def load(progress: Callable[[str], None]) -> Answering:
        from twin.chat.engine import Engine  # a page is up before PyTorch is

        engine = Engine([folder, *([] if abroad else _beside(place, folder))], progress)
        return veil.over(_remembering(place, engine, place.dataset, progress, alone=abroad) if remembers else engine)

    return Answerer(veil, load, remembers, folder)


def _beside(place: Workspace, first: Path) -> list[Path]:
    """The newest of the other runs that can answer beside one, to be chosen from without loading anything anew."""
    from twin.chat.people import why_not_beside
    from twin.config import load_config
    from twin.errors import ConfigError, ModelError
    from twin.model.embedded import trained_on

    found: list[Path] = []
    for run in reversed(place.finished_runs()):
        if len(found) == _OTHERS:
            break
        with suppress(ModelError, ConfigError):  # one that is damaged is no choice
            if run != first and why_not_beside(first, run) is None and trained_on(run, load_config(run / "config.toml").train.base):
                found.append(run)
    return found


def untrained(place: Workspace, *, server: str | None, model: str | None, outside: bool, reveal: bool) -> Answerer:
    """A persona, on a server where one is given or stands in twin.toml, else on the base.

    Raises:
        UsageError: What is given as a server's address is none.
        HistoryError: Nothing was imported yet.
        DatasetError: There is nothing of the person's to show.
    """
    from twin.chat.persona import Prompted, persona_of

    endpoint = _endpoint(place, server, model, outside)
    dataset = _examples(place, choices_at(place))
    veil = veil_at(place, dataset, reveal)
    persona = persona_of(dataset)

    def load(progress: Callable[[str], None]) -> Answering:
        engine: Answering
        if endpoint:
            engine = _served(endpoint, persona)
        else:
            from twin.chat.engine import Engine

            base = _base(place)
            embedded = base == "embedded"
            room = place.config().train.row_tokens if embedded else _CONTEXT
            engine = Engine.untrained(base, persona.person, persona.contacts, room, progress)
            engine = Prompted(engine, persona) if embedded else Prompted(engine, persona, count=20, budget=2_000)
        return veil.over(_remembering(place, engine, dataset, progress))

    return Answerer(veil, load, remembers=True)


def _remembers(place: Workspace, run: Path) -> bool:
    """Whether there is a dataset that knows people by the names that a run knows them by."""
    from twin.chat.people import is_renamed

    try:
        return is_renamed(place.dataset) == is_renamed(run)
    except (OSError, ValueError):  # there is none, or it is damaged: what needs it says so
        return False


def _remembering(place: Workspace, engine: Answering, dataset: Path, progress: Callable[[str], None], *, alone: bool = False) -> Answering:
    """What answers, with the memory of a dataset."""
    from twin.chat.remembering import Remembering
    from twin.history import choices_of
    from twin.memory import Memories

    def choices() -> Collection[int]:
        return choices_of(place.history, place.config().privacy.opt_out)

    file = place.memory if dataset == place.dataset else dataset / place.memory.name
    return Remembering(engine, Memories(file, dataset, choices, progress), alone=alone)


def pause_of(place: Workspace) -> Callable[[str, bool], float] | None:
    """How many seconds the person takes over a bubble, told whether it begins a reply; None where there is no history. That is read when it is first asked."""
    if not place.history.exists():
        return None
    from twin.chat.rhythm import Rhythm

    chance = Random()
    rhythm = cache(lambda: Rhythm.of(place.history))
    return lambda bubble, first: rhythm().pause(bubble, chance, first=first)


def veil_at(place: Workspace, record: Path, reveal: bool) -> Veil:
    """What stands before a run, or before a dataset; says so where the person sees other names."""
    from twin.chat.veil import veil_of

    veil = veil_of(record, place.privacy_key, place.privacy_names, reveal=reveal)
    if veil.hides:
        say("the twin knows people by other names, which you see here; --reveal shows the real ones")
    return veil


def _endpoint(place: Workspace, server: str | None, model: str | None, outside: bool) -> Endpoint | None:
    from twin.chat.remote import KEY
    from twin.config import server_address
    from twin.remote import Endpoint

    knobs = place.config().chat
    try:
        address = server_address(server) if server else knobs.server
    except ValueError as error:
        raise UsageError(f"--server {server}: {error}") from None
    if not address:
        return None
    return Endpoint(address, model or knobs.model, outside or knobs.server_outside, os.environ.get(KEY, ""))


def _served(endpoint: Endpoint, persona: Persona) -> Answering:
    from twin.chat.remote import Served

    engine = Served(endpoint, persona)
    engine.greet()
    return engine


def _base(place: Workspace) -> str:
    """The base of an untrained twin: that of twin.toml; for "auto" a large one only where it need not be downloaded."""
    settings = place.config().train
    if settings.base != "auto":
        return settings.base
    from twin.train.plan import make_plan

    plan = make_plan(settings)
    if plan.download_bytes:
        say(f"base: embedded, the small one; {plan.settings.base} would fit, but must be downloaded first (train.base in twin.toml)")
        return "embedded"
    return plan.settings.base


def _examples(place: Workspace, choices: Collection[int]) -> Path:
    """A dataset to take examples from: that of `twin prepare`, or where there is none, or a stale one, a sketch of the newest messages."""
    from twin.dataset import unwanted

    if _has_report(place.dataset) and not unwanted(place.dataset / "report.json", choices):
        return place.dataset
    if _is_fresh(place):
        return place.sketch
    from twin.history import open_history
    from twin.prepare.build import prepare
    from twin.prepare.decide import KINDS
    from twin.prepare.rules import rules_of
    from twin.privacy.clean import privacy_of

    config = place.config()
    rules = rules_of(config.prepare, config.person.name, privacy=privacy_of(config.privacy, place.privacy_key), filters=config.filter)
    with open_history(place.history) as history, progress_bar("prepare", unit="chats") as bar, uncollected():
        if history.me is not None:
            dates, _ = history.written(history.me, KINDS, since=rules.since, until=rules.until)
            if len(dates) > _SKETCHED:
                rules = replace(rules, since=datetime.fromtimestamp(dates[-_SKETCHED], UTC))
        report = prepare(history, place.sketch, rules, progress=bar)
    say(f"no dataset yet: examples are chosen from the newest of your messages, {report.targets:,} replies; twin prepare takes them all")
    return place.sketch


def _is_fresh(place: Workspace) -> bool:
    """Whether the sketch is newer than all that it is made of."""
    if not _has_report(place.sketch):
        return False
    made = (place.sketch / "report.json").stat().st_mtime_ns
    sources = (place.history, place.history.with_name(f"{place.history.name}-wal"), place.config_file)
    return place.history.exists() and all(source.stat().st_mtime_ns < made for source in sources if source.exists())


def _has_report(dataset: Path) -> bool:
    return (dataset / "report.json").exists()
