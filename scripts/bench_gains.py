"""What fine-tuning gains on the small base: held-out bits per byte of base and twin, and of the twins of the wrong people.

    python scripts/bench_gains.py [--export FILE [--people 5] [--steps 339]] [--work DIR]

The people are the sample's and the most active ones of an export. Each gets a workspace of its own under --work and goes the way of every
history: import, prepare (without cleaning), train; all for about as many steps, as otherwise who has written more would be ahead with the
wrong people, too: they share a channel and its subjects. Every adapter is then scored on every test split. At the end the sample's
person and her base answer six messages, fixed beforehand, with one seed. Interrupted, the same command goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from twin.chat.engine import Engine
from twin.chat.people import BASE, people_of, with_message
from twin.config import Config, Prepare, Train
from twin.dataset import read_split
from twin.demo.run import SAMPLE
from twin.export.files import import_exports
from twin.history import History
from twin.model.adapter import load_twin
from twin.model.base import load_template
from twin.model.sampling import Sampling
from twin.model.score import make_rows, score
from twin.prepare.build import prepare
from twin.prepare.rules import rules_of
from twin.train.loop import Progress, train
from twin.train.plan import make_plan, resolved
from twin.train.runs import open_run
from twin.workspace import Workspace, create_workspace

MESSAGES = (
    "hey, how are you?",
    "what are you up to?",
    "How was work today?",
    "Are you coming to the wall tonight?",
    "did you eat anything yet?",
    "I'm so tired, I could sleep on the floor",
)
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Person:
    """Somebody whose twin is made: where the messages are, and what tells who it is there (None: the export itself)."""

    name: str
    export: Path
    me: str | None


def most_active(export: Path, count: int) -> list[Person]:
    """The senders of an export's single chat with the most messages."""
    messages = json.loads(export.read_text(encoding="utf-8"))["messages"]
    names = {record["from_id"]: record["from"] for record in messages if "from_id" in record}
    sent = Counter(record["from_id"] for record in messages if "from_id" in record)
    return [Person(names[sender], export, sender) for sender, _ in sent.most_common(count)]


def trained(person: Person, folder: Path, steps: int) -> tuple[Workspace, Path, float]:
    """The person's workspace and finished run, and the seconds that this sitting took."""
    workspace = create_workspace(folder)
    with History(workspace.history) as history:
        import_exports([person.export], history, me=person.me)
        prepare(history, workspace.dataset, rules_of(Prepare()))
    once = Train(base="embedded", epochs=1)
    config = Config(train=once.model_copy(update={"epochs": round(steps / make_plan(once, workspace.dataset).steps, 3)}))
    run, settings, done = open_run(workspace.runs, workspace.dataset, config, settle=resolved)
    started = time.monotonic()

    def shown(progress: Progress) -> None:
        if progress.steps and progress.step % 50 == 0:
            print(f"{person.name}: step {progress.step}/{progress.steps}, loss {progress.loss:.2f}", file=sys.stderr, flush=True)

    if not done:
        train(workspace.dataset, run, settings, progress=shown)
    return workspace, run, time.monotonic() - started


def scores(runs: Sequence[Path], datasets: Sequence[Path], settings: Train) -> list[list[float]]:
    """Bits per byte: for each dataset's test split the base's, then that of each run's adapter."""
    template = load_template(settings.base)
    splits = [make_rows(template, read_split(dataset, "test"), row_tokens=settings.row_tokens, shared_tokens=settings.shared_tokens) for dataset in datasets]
    table: list[list[float]] = [[] for _ in splits]
    for run in runs:
        twin = load_twin(run, settings, template, CPU)
        if run is runs[0]:
            with twin.base_alone() as model:
                for found, rows in zip(table, splits, strict=True):
                    found.append(score(model, rows).bits_per_byte)
        for found, rows in zip(table, splits, strict=True):
            found.append(score(twin.model, rows).bits_per_byte)
    return table


def pairs(run: Path) -> list[tuple[str, str, str]]:
    """Each of the messages as the first of a conversation, what the base answers, and what the twin does."""
    engine, (_, contacts) = Engine(run), people_of(run)
    found = []
    for message in MESSAGES:
        turns = with_message([], contacts[0].name, message)
        base, twin = (list(engine.reply(turns, contacts[0], Sampling(seed=1), voice=voice))[-1] for voice in (BASE, None))
        found.append((message, " / ".join(base), " / ".join(twin)))
    return found


def row(*cells: object) -> str:
    """A line of a table."""
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--export", type=Path, help="a single chat's result.json, for its most active people")
    parser.add_argument("--people", type=int, default=5)
    parser.add_argument("--steps", type=int, default=339, help="of each training; default: about the sample's three epochs")
    parser.add_argument("--work", type=Path, help="where the workspaces lie; without it they are deleted at the end")
    options = parser.parse_args()
    people = [Person("Nika (the sample)", SAMPLE, None)]
    people += most_active(options.export, options.people) if options.export else []
    with tempfile.TemporaryDirectory() as passing:
        work = options.work or Path(passing)
        made = [trained(person, work / (person.me or "sample"), options.steps) for person in people]
        runs = [run for _, run, _ in made]
        table = scores(runs, [workspace.dataset for workspace, _, _ in made], Train(base="embedded"))
        print(row("person", "training, s", "base", "own twin", "lower by", "the wrong twins, from the best on"))
        print(row(*["---"] * 6))
        for number, ((base, *twins), person, (_, _, seconds)) in enumerate(zip(table, people, made, strict=True)):
            wrong = sorted(bits for other, bits in enumerate(twins) if other != number)
            own, others = twins[number], ", ".join(f"{bits:.3f}" for bits in wrong)
            print(row(person.name, f"{seconds:.0f}", f"{base:.3f}", f"{own:.3f}", f"{1 - own / base:.1%}", others))
        print("\n" + row("message", "the base alone", "the twin"))
        print(row(*["---"] * 3))
        for found in pairs(runs[0]):
            print(row(*found))


if __name__ == "__main__":
    main()
