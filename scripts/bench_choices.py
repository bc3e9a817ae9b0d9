"""What each choice in preparing and training gains: held-out bits per byte of the most active people of an export, one thing changed at a time.

    python scripts/bench_choices.py --export FILE --work DIR [--people 5] [--steps 160] [--only NAME ...] [--replay-text FILE]
    python scripts/bench_choices.py --work DIR --table

Every training has as many steps of as many tokens. Scores lie in --work, one file for each person and choice: interrupted, the same command
goes on. Two choices can cut the same messages into other conversations, so that they are compared week by week, over all people's weeks (a
paired bootstrap).
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from bench_gains import Person, most_active

from twin.config import Config, Prepare, Train
from twin.dataset import read_split
from twin.evaluate.held_out import exchanges
from twin.evaluate.intervals import difference
from twin.evaluate.predicting import predict
from twin.export.files import import_exports
from twin.history import History
from twin.memory import Memories
from twin.model.adapter import load_twin
from twin.model.base import load_template
from twin.model.packing import Window, pack, windows
from twin.model.score import make_rows
from twin.model.template import Rendered, Template
from twin.prepare.build import prepare
from twin.prepare.rules import rules_of
from twin.schema import ChatKind, Conversation, conversation_to_json
from twin.train.loop import Progress, train
from twin.train.plan import make_plan, resolved
from twin.train.runs import open_run
from twin.workspace import create_workspace

CPU = torch.device("cpu")
_TOKENS = 1024
"""Tokens of a step, whatever the length of a row."""
_ASKED = 200
"""Exchanges of each person with which the memory is tried."""


def nameless(conversations: Sequence[Conversation]) -> list[Conversation]:
    """Without a word of who speaks but for the person: a group as if it were one contact."""
    return [replace(one, kind=ChatKind.PERSONAL, turns=tuple(replace(turn, name="" if turn.mine else one.chat) for turn in one.turns)) for one in conversations]


def unmerged(conversations: Sequence[Conversation]) -> list[Conversation]:
    """Every message a turn of its own."""
    return [
        replace(
            one,
            turns=tuple(replace(turn, bubbles=(bubble,), ids=turn.ids[place : place + 1]) for turn in one.turns for place, bubble in enumerate(turn.bubbles)),
        )
        for one in conversations
    ]


def one_by_one(conversations: Sequence[Conversation]) -> list[Conversation]:
    """Every reply an example of its own, with the twelve turns before it: no two share the reading of a context."""
    return [
        replace(one, turns=(*(replace(turn, learn=False) for turn in one.turns[max(0, place - 12) : place]), turn))
        for one in conversations
        for place, turn in enumerate(one.turns)
        if turn.learn
    ]


@dataclass(frozen=True)
class Choice:
    """One thing that is done otherwise.

    Attributes:
        prepare, train: What twin.toml would have.
        change: Done to the conversations of every split.
        learn: Done to those of the train split alone.
        longer: How many times the steps.
        about: For the table.
    """

    about: str
    prepare: dict[str, Any] | None = None
    train: dict[str, Any] | None = None
    change: Callable[[Sequence[Conversation]], list[Conversation]] | None = None
    learn: Callable[[Sequence[Conversation]], list[Conversation]] | None = None
    longer: float = 1.0


CHOICES = {
    "default": Choice("as it is"),
    "longer": Choice("four times the steps", longer=4),
    "hour": Choice("a gap of 1 hour", prepare={"gap_hours": 1.0}),
    "minutes": Choice("a gap of 10 minutes", prepare={"gap_hours": 1 / 6}),
    "nameless": Choice("speakers without names", change=nameless),
    "unmerged": Choice("every message a turn of its own", change=unmerged),
    "row256": Choice("rows of 256 tokens", train={"row_tokens": 256, "shared_tokens": 64}),
    "row128": Choice("rows of 128 tokens", train={"row_tokens": 128, "shared_tokens": 32}),
    "row1024": Choice("rows of 1,024 tokens", train={"row_tokens": 1024, "shared_tokens": 256}),
    "rank4": Choice("rank 4", train={"rank": 4, "alpha": 8}),
    "rank64": Choice("rank 64", train={"rank": 64, "alpha": 128}),
    "replay": Choice("a tenth of general text", train={"replay": 0.1}),
    "replay3": Choice("three tenths of general text", train={"replay": 0.3}),
    "alone": Choice("every reply read with its own context, once each", learn=one_by_one),
    "twice": Choice("twice the steps", longer=2),
}


def made(choice: Choice, person: Person, folder: Path, steps: int, text: Path | None) -> tuple[Path, Path, Train]:
    """The dataset, the finished run and its settings."""
    workspace = create_workspace(folder)
    knobs = Prepare(**(choice.prepare or {}))
    with History(workspace.history) as history:
        import_exports([person.export], history, me=person.me)
        prepare(history, workspace.dataset, rules_of(knobs))

    def change(split: str, how: Callable[[Sequence[Conversation]], list[Conversation]]) -> None:
        lines = [json.dumps(conversation_to_json(one), ensure_ascii=False) + "\n" for one in how(read_split(workspace.dataset, split))]
        (workspace.dataset / f"{split}.jsonl").write_text("".join(lines), encoding="utf-8")

    for split in ("train", "validation", "test"):
        if choice.change:
            change(split, choice.change)
    values = {"base": "embedded", "epochs": 1.0, **(choice.train or {})}
    if "replay" in values:
        values["replay_text"] = str(text)
    once = Train(**values, rows=_TOKENS // values.get("row_tokens", 512))
    epochs = round(choice.longer * steps / make_plan(once, workspace.dataset).steps, 4)
    if choice.learn:  # in as many epochs, and so with more steps
        change("train", choice.learn)
    config = Config(train=once.model_copy(update={"epochs": epochs}))
    run, settings, done = open_run(workspace.runs, workspace.dataset, config, settle=resolved)

    def shown(progress: Progress) -> None:
        if progress.steps and progress.step % 40 == 0:
            print(f"{folder.name}: step {progress.step}/{progress.steps}, loss {progress.loss:.2f}", file=sys.stderr, flush=True)

    if not done:
        train(workspace.dataset, run, settings, progress=shown)
    return workspace.dataset, run, settings


def weeks(conversations: Sequence[Conversation], model: Any, template: Template, settings: Train) -> dict[str, list[float]]:
    """Bits and bytes of the replies of a split, by the week in which the conversation began."""
    rows = make_rows(template, conversations, row_tokens=settings.row_tokens, shared_tokens=settings.shared_tokens)
    found = predict(model, rows, len(conversations))
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one, bits, size in zip(conversations, found.bits, found.sizes, strict=True):
        year, week, _ = one.date.isocalendar()
        sums[f"{year}-{week}"][0] += float(bits)
        sums[f"{year}-{week}"][1] += float(size)
    return dict(sums)


def remembered(dataset: Path, model: Any, template: Template, settings: Train, folder: Path) -> dict[str, dict[str, list[float]]]:
    """The same of some replies, each with what the memory says of it in the prompt, and without."""
    test = read_split(dataset, "test")
    asked = exchanges(test)
    random.Random(1).shuffle(asked)
    memories = Memories(folder / "memory.db", dataset)
    answers: dict[str, dict[str, list[float]]] = {"memory": {}, "no_memory": {}}
    for number, one in enumerate(asked[:_ASKED]):
        talk = test[one.conversation]
        turns = (*(replace(turn, learn=False) for turn in one.context[-12:]), replace(talk.turns[len(one.context)], learn=True))
        question = " ".join(one.context[-1].bubbles)
        found = memories.recall(question, one.contact.name, conversation=one.context)
        group = talk.kind is ChatKind.GROUP
        who = {"group" if group else "contact": talk.chat}
        for name, texts in (("memory", [memory.text for memory in found]), ("no_memory", [])):
            header = template.header(talk.person, **who, memories=" ".join(texts) or None)
            rendered = Rendered(tuple(header), template.pieces(turns, group=group))
            pieces: list[Window] = list(windows(rendered, row_tokens=settings.row_tokens, shared_tokens=settings.shared_tokens))
            rows = [[pieces[place] for place in row] for row in pack([len(piece.ids) for piece in pieces], settings.row_tokens)]
            bits = predict(model, rows, 1)
            answers[name][str(number)] = [float(bits.bits[0]), float(bits.sizes[0])]
    return answers


def measure(choice: str, person: Person, options: argparse.Namespace) -> None:
    """Trains and measures, unless it was done."""
    file = options.work / f"{choice}-{person.me}.json"
    if file.exists():
        return
    folder = options.work / f"ws-{choice}-{person.me}"
    dataset, run, settings = made(CHOICES[choice], person, folder, options.steps, options.replay_text)
    template = load_template(settings.base)
    twin = load_twin(run, settings, template, CPU)
    test = read_split(dataset, "test")
    result: dict[str, Any] = {"person": person.name, "twin": weeks(test, twin.model, template, settings)}
    if choice == "default":
        result |= remembered(dataset, twin.model, template, settings, folder)
        with twin.base_alone() as model:
            result["base"] = weeks(test, model, template, settings)
    file.write_text(json.dumps(result))
    if choice != "default":
        shutil.rmtree(folder)


def table(work: Path) -> None:
    """Prints what was measured so far: bits per byte and the difference to what is done now, over everybody's weeks."""
    found = {file.stem: json.loads(file.read_text()) for file in work.glob("*-user*.json")}
    people = sorted({name.partition("-")[2] for name in found if name.startswith("default-")})
    before = {me: found[f"default-{me}"] for me in people}
    print(f"| choice | {' | '.join(before[me]['person'] for me in people)} | together | against what is done, 95 % |")
    print("|---" * (len(people) + 3) + "|")
    lines: list[tuple[str, dict[str, Any], dict[str, Any]]] = [("the base alone", {me: before[me]["base"] for me in people}, {})]
    for name, choice in CHOICES.items():
        lines.append((choice.about, {me: found[f"{name}-{me}"]["twin"] for me in people if f"{name}-{me}" in found}, {}))
    lines.append(("with memories in the prompt", {me: before[me]["memory"] for me in people}, {me: before[me]["no_memory"] for me in people}))
    for about, own, others in lines:
        if not own:
            continue
        others = others or {me: before[me]["twin"] for me in own}
        each = [f"{sum(bits for bits, _ in own[me].values()) / sum(size for _, size in own[me].values()):.3f}" if me in own else "" for me in people]
        keys = [(me, week) for me in own for week in sorted(own[me].keys() | others[me].keys())]
        parts, wholes, other_parts, other_wholes = (
            np.array([side[me].get(week, [0.0, 0.0])[place] for me, week in keys]) for side, place in ((own, 0), (own, 1), (others, 0), (others, 1))
        )
        gain = difference(parts, other_parts, wholes, other_wholes, seed=1)
        print(f"| {about} | {' | '.join(each)} | {parts.sum() / wholes.sum():.3f} | {gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f}) |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--export", type=Path, help="a single chat's result.json")
    parser.add_argument("--work", type=Path, required=True, help="where datasets, runs and scores lie")
    parser.add_argument("--people", type=int, default=5)
    parser.add_argument("--steps", type=int, default=160, help="of each training, of 1,024 tokens")
    parser.add_argument("--only", nargs="*", choices=CHOICES, default=list(CHOICES))
    parser.add_argument("--replay-text", type=Path, help="general text for the choices that replay some; they are passed over without it")
    parser.add_argument("--table", action="store_true", help="print what was measured so far")
    options = parser.parse_args()
    if options.table:
        table(options.work)
        return
    people = most_active(options.export, options.people)
    for choice in options.only:
        if "replay" in choice and options.replay_text is None:
            continue
        for person in people:
            measure(choice, person, options)
            print(f"{choice}: {person.name}", file=sys.stderr, flush=True)
    table(options.work)


if __name__ == "__main__":
    main()
