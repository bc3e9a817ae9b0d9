"""The blind test: of two replies to the same messages, which is the person's own? Questions from held-out exchanges, and the score of whoever answers them.

Not here: showing it (tabs/blind.py), and what a language model or a classifier makes of the same pairs (twin.evaluate).
"""

from __future__ import annotations

import json
import math
import random
import threading
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin.chat.people import Answering, Contact
from twin.schema import Conversation
from twin.workspace import writing

if TYPE_CHECKING:
    from twin.model.sampling import Sampling
    from twin.schema import Turn

BEST = 0.44
"""The share of three-minute blind chats in which the best published twin is taken for the person (IMPersona, arXiv 2504.04332)."""
_TURNS = 6
"""Turns before a reply, at most, that are shown and that the twin is given."""
_Z = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

EMPTY, TAGGED, SAME = "nothing to read", "something private in it", "both say the same"
"""Why an exchange is no question."""


@dataclass(frozen=True, slots=True)
class Question:
    """Two replies to the same messages.

    Attributes:
        key: Which exchange of which chat it is, without a word of it.
        contact: Whose chat it is.
        context: What was said before, oldest first; the last turn is not the person's.
        replies: The bubbles of the two, in the order in which they are shown.
        real: Which of the two is the person's own: 0 or 1.
    """

    key: str
    contact: Contact
    context: tuple[Turn, ...]
    replies: tuple[tuple[str, ...], tuple[str, ...]]
    real: int


def make_questions(
    conversations: Sequence[Conversation],
    engine: Answering,
    sampling: Sampling,
    seed: int,
    count: int,
    *,
    answered: Container[str] = (),
    left_out: Counter[str] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Question]:
    """Questions as they are made: the twin answers each as it is asked for. The same seed gives the same ones in the same order.

    Args:
        conversations: What the twin has not learned from: the test split.
        engine: What answers. It is given the context alone, and nothing that it remembers, which might hold the reply.
        sampling: How its replies are drawn; the seed of each follows from `seed`.
        seed: Decides the exchanges, the order of the two replies, and how the twin's are drawn.
        count: How many at most; there may be fewer.
        answered: Keys of questions that are not asked again.
        left_out: Counts what was passed over, by reason: EMPTY, TAGGED, SAME.
        stopped: Asked before every token of the twin's.
    """
    chance, passed = random.Random(seed), Counter[str]() if left_out is None else left_out
    exchanges = [(conversation, place) for conversation in conversations for place in _places(conversation)]
    chance.shuffle(exchanges)
    made = 0
    for conversation, place in exchanges:
        # drawn for every exchange, so that one that is passed over changes nothing in the others
        draw, real = chance.getrandbits(32), chance.getrandbits(1)
        key = f"{conversation.chat_id}:{conversation.date:%Y%m%d%H%M%S}:{place}"
        own = conversation.turns[place].bubbles
        if key in answered:
            continue
        if made >= count or stopped():
            return
        if why := _unfit(own):
            passed[why] += 1
            continue
        contact, context = Contact(conversation.chat, conversation.kind), conversation.turns[max(0, place - _TURNS) : place]
        *_, reply = (), *engine.reply(context, contact, replace(sampling, seed=draw), stopped=stopped)
        if why := _unfit(reply) or (SAME if _plain(reply) == _plain(own) else ""):
            passed[why] += 1
            continue
        made += 1
        yield Question(key, contact, context, (reply, own) if real else (own, reply), real)


def _places(conversation: Conversation) -> list[int]:
    """The turns of the person that were theirs to write and that answer somebody."""
    turns = conversation.turns
    return [place for place in range(1, len(turns)) if turns[place].learn and not turns[place - 1].mine]


def _unfit(bubbles: Sequence[str]) -> str:
    """Why a reply cannot stand in a question; "" where it can. A tag (⟦phone⟧) would tell which one was cleaned."""
    text = "".join(bubbles)
    return TAGGED if "⟦" in text or "⟧" in text else "" if text.strip() else EMPTY


def _plain(bubbles: Sequence[str]) -> str:
    return " ".join(" ".join(bubbles).casefold().split())


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share by its score: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).

    Args:
        successes: How often it was so.
        n: How often it was asked; with 0 nothing is known, and the interval is (0, 1).
    """
    if not n:
        return 0.0, 1.0
    share, square = successes / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Score:
    """How often the twin was taken for the person."""

    taken: int = 0
    rounds: int = 0

    @property
    def share(self) -> float:
        """The share of the rounds, 0 where there were none."""
        return self.taken / self.rounds if self.rounds else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of that share."""
        return wilson(self.taken, self.rounds)


class Answers:
    """What was answered, in a file of the workspace that outlives the page: for each round the run, the question's key, and whether the twin was taken.

    Args:
        path: The file; a line that is damaged is passed over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def add(self, run: str, question: Question, chosen: int) -> None:
        """Keeps that of `question` the reply `chosen` was held for the person's own. Raises OSError."""
        line = {"run": run, "key": question.key, "taken": chosen != question.real, "date": datetime.now(UTC).isoformat(timespec="seconds")}
        with self._lock:
            self._write([*self._read(), line])

    def score(self, run: str) -> Score:
        """What a run has come to."""
        lines = self._of(run)
        return Score(sum(line["taken"] is True for line in lines), len(lines))

    def keys(self, run: str) -> Collection[str]:
        """The questions that were answered about a run."""
        return {line["key"] for line in self._of(run)}

    def reset(self, run: str) -> None:
        """Deletes what was answered about a run. Raises OSError."""
        with self._lock:
            self._write([line for line in self._read() if line["run"] != run])

    def _of(self, run: str) -> list[dict[str, Any]]:
        return [line for line in self._read() if line["run"] == run]

    def _read(self) -> list[dict[str, Any]]:
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        read = []
        for line in lines:
            try:
                values = json.loads(line)
            except ValueError:
                continue
            if isinstance(values, dict) and values.keys() >= {"run", "key", "taken"}:
                read.append(values)
        return read

    def _write(self, lines: Sequence[dict[str, Any]]) -> None:
        with writing(self._path) as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
