"""The scorecard: how much the twin is the person, metric by metric, beside those it is to be compared with; report.json.

Everything is measured on conversations of the test split that the run has not learned from, and every row is given the same contexts. What takes
long, the replies and what models give to replies, is kept in the run's folder as it is found, so that the same command goes on. The same seed
gives the same figures on a CPU.
Not here: the metrics themselves, what a person reads of them (report.py), and the leak audit (leaks.py).
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twin.config import load_config
from twin.dataset import read_split
from twin.errors import DatasetError, ModelError
from twin.evaluate.choosing import questions
from twin.evaluate.closeness import closeness
from twin.evaluate.copying import copying
from twin.evaluate.general import KINDS, read_paragraphs
from twin.evaluate.held_out import Exchange, exchanges
from twin.evaluate.intervals import Numbers, Value, difference
from twin.evaluate.likelihood import Likelihoods, likelihoods
from twin.evaluate.measured import ANOTHER, PERSON, TWIN, Measured, Sample
from twin.evaluate.rows import chosen, replies, usable
from twin.evaluate.style import features, style
from twin.evaluate.table import metric_of
from twin.evaluate.telling import attribution, auc
from twin.model.sampling import Sampling
from twin.schema import Conversation
from twin.workspace import write_text

VERSION = 1
"""Of report.json."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is looked at, at most.

    Attributes:
        exchanges: To which every row replies.
        questions: Of the four-way choice.
        tokens: Of the conversations whose bits are counted.
    """

    exchanges: int
    questions: int
    tokens: int


QUICK = Sizes(exchanges=100, questions=40, tokens=20_000)
"""A minute and a quarter for the demo's twin on two cores. With 60 exchanges, 20 s less, the person's two halves are too few to be told apart at all."""
FULL = Sizes(exchanges=600, questions=600, tokens=2_000_000)
"""The careful one: what it looks at more closely is the test split, which seldom has more."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What was found.

    Attributes:
        report: report.json; no word of any message is in it.
        examples: Exchanges, and what the twin replied: for the page, which is the person's own.
    """

    report: dict[str, Any]
    examples: list[tuple[Exchange, tuple[str, ...]]]


def evaluate(
    run: Path,
    dataset: Path,
    sampling: Sampling,
    *,
    seed: int = 1,
    full: bool = False,
    wrong: Path | None = None,
    text: Path | None = None,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    stop: Callable[[], bool] = lambda: False,
) -> Scorecard:
    """Measures a finished run.

    Args:
        run: Its folder.
        dataset: The workspace's: the one that it was trained on, or a later one.
        sampling: How replies are drawn.
        seed: Of everything that is drawn.
        full: Look at all that there is, within reason.
        wrong: Another person's finished run on the same base: what their twin gives the person's replies.
        text: General text in which to measure what the base forgot; None: a little of our own.
        progress: Told how far which part is.
        stop: Asked often; True raises Interrupted, and the same call goes on.

    Raises:
        DatasetError: There is no dataset, or its test split holds nothing that the run has not seen.
        ModelError: A run cannot be loaded, or does not say what it has learned.
        Interrupted: `stop` said so.
    """
    settings = load_config(run / "config.toml").train
    sizes = FULL if full else QUICK
    test, seen = unseen(run, read_split(dataset, "test"))
    random.Random(seed).shuffle(test)  # what is cut off is drawn, and not the newest
    training = read_split(dataset, "train")
    every = exchanges(test)
    fit, unfit = usable(every)
    if not fit:
        why = f"; {seen} of its conversations were learned by {run.name}: train again" if seen else "; import more chats or raise prepare.test_share"
        raise DatasetError(f"{dataset / 'test.jsonl'} holds no reply to measure {run.name} on{why}")
    some = chosen(fit, sizes.exchanges, seed)
    asked = questions(fit, test, seed, sizes.questions)
    texts = read_paragraphs(text) if text else [one for some in KINDS.values() for one in some]
    likely = likelihoods(run, dataset, test, asked, texts, tokens=sizes.tokens, seed=seed, wrong=wrong, progress=progress, stop=stop)
    by_row, rows_left_out = replies(run, dataset, some, training, test, sampling, seed, progress=progress, stop=stop)
    sample = Sample(some, by_row, training, test, seed)
    parts = [_likely(likely, seed)]
    for number, metric in enumerate((auc, attribution, style, closeness, copying)):
        progress(number, 5, "comparing")
        parts.append(metric(sample))
    progress(5, 5, "comparing")
    metrics = {name: values for part in parts for name, values in part.metrics.items()}
    by_conversation = {name: rows for part in parts for name, rows in part.conversations.items()}
    report = {
        "version": VERSION,
        "run": run.name,
        "base": settings.base,
        "dataset": hashlib.sha256((dataset / "test.jsonl").read_bytes()).hexdigest()[:16],
        "seed": seed,
        "full": full,
        "sampling": {"temperature": sampling.temperature, "top_p": sampling.top_p, "repetition_penalty": sampling.repetition_penalty},
        "sizes": {
            "conversations": len(test),
            "exchanges": len(some),
            "of": len(every),
            "questions": len(asked),
            "bytes": int(likely.bits[TWIN].sizes.sum()),
            "learned": seen,
            "unfit": dict(unfit),
        },
        "metrics": {name: {row: value.to_json() for row, value in rows.items()} for name, rows in metrics.items()},
        "differences": {name: _differences(rows, seed) for name, rows in by_conversation.items()},
        "headline": headline(metrics),
        "left_out": {name: why for part in parts for name, why in part.left_out.items()} | {f"row {row}": why for row, why in rows_left_out.items()},
        "features": features(sample),
        "general": likely.general,
        "keys": [_key(talk) for talk in test],
        "conversations": {
            name: {row: [[round(float(number), 4) for number in numbers] for numbers in both] for row, both in rows.items()}
            for name, rows in by_conversation.items()
        },
    }
    said = [(exchange, reply) for exchange, reply in zip(some, by_row.get(TWIN, ()), strict=False) if reply]
    return Scorecard(report, said)


def write_report(run: Path, report: Mapping[str, Any]) -> Path:
    """Writes report.json into the run's folder, whole or not at all; returns where it is."""
    path = run / "report.json"
    write_text(path, json.dumps(report, ensure_ascii=False, allow_nan=False) + "\n")
    return path


def unseen(run: Path, conversations: Sequence[Conversation]) -> tuple[list[Conversation], int]:
    """The conversations none of whose replies the run can have seen, and how many others there are.

    A dataset that was made anew since may have in its test what the run has learned: run.json tells the last message of each chat that it saw.

    Raises:
        ModelError: run.json does not say it.
    """
    try:
        learned = json.loads((run / "run.json").read_text(encoding="utf-8"))["learned"]
    except (OSError, ValueError, KeyError, TypeError):
        raise ModelError(
            f"{run / 'run.json'} does not say what {run.name} has learned, which is not to be in its test; train again with: twin train --fresh"
        ) from None
    fresh = [talk for talk in conversations if all(number > learned.get(str(talk.chat_id), 0) for turn in talk.turns if turn.learn for number in turn.ids)]
    return fresh, len(conversations) - len(fresh)


def headline(metrics: Mapping[str, Mapping[str, Value]]) -> dict[str, float]:
    """How far the twin is from another person (0) to the person (1), (twin - floor) / (ceiling - floor), for each metric that has all three.

    Left out where the person is no further from the floor than chance would put them: a share of nearly nothing says nothing.
    """
    shares = {}
    for name, rows in metrics.items():
        if not metric_of(name).headline or not {TWIN, ANOTHER, PERSON} <= rows.keys():
            continue
        floor, ceiling = rows[ANOTHER], rows[PERSON]
        apart = ceiling.low > floor.high or ceiling.high < floor.low
        if apart and math.isfinite(rows[TWIN].value):
            shares[name] = round((rows[TWIN].value - floor.value) / (ceiling.value - floor.value), 4)
    return shares


def _key(talk: Conversation) -> str:
    """Which conversation it is, in every dataset that has it: by the first message in it that has an id."""
    return f"{talk.chat_id}:{min((number for turn in talk.turns for number in turn.ids), default=0)}"


def _likely(found: Likelihoods, seed: int) -> Measured:
    """Metrics 1 and 2 in the form of the others."""
    metrics: dict[str, dict[str, Value]] = {"bits_per_byte": {row: bits.per_byte(seed) for row, bits in found.bits.items()}}
    each: dict[str, dict[str, tuple[Numbers, Numbers]]] = {"bits_per_byte": {row: (bits.bits, bits.sizes) for row, bits in found.bits.items()}}
    left_out = {f"bits_per_byte of {row}": why for row, why in found.left_out.items()}
    if any(choices.tries.sum() for choices in found.choices.values()):
        metrics["choice"] = {row: choices.share(seed) for row, choices in found.choices.items()}
        each["choice"] = {row: (choices.hits, choices.tries) for row, choices in found.choices.items()}
    else:
        left_out["choice"] = "no reply has three others of its length in other conversations"
    return Measured(metrics, each, left_out)


def _differences(rows: Mapping[str, tuple[Numbers, Numbers]], seed: int) -> dict[str, dict[str, Any]]:
    """The twin's value less that of every other row."""
    if TWIN not in rows:
        return {}
    own = rows[TWIN]
    return {f"{TWIN}-{row}": difference(own[0], other[0], own[1], other[1], seed=seed).to_json() for row, other in rows.items() if row != TWIN}
