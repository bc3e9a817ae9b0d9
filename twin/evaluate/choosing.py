"""Metric 2: which of four replies is the real one, chosen by likelihood; chance is a quarter.

The task is TwinVoice's (arXiv 2510.25536), which does not say how likelihoods of different replies are made comparable. Here the others are true replies of
the same person, so that the rule that errs least is known. One reply is drawn from p(reply | context) and three from p(reply): that it is reply i has the
likelihood p(i | context) times p(j) of the three others, and that is p(i | context) / p(i) times what all four share. Chosen is thus the reply to which the
context gives most (pointwise mutual information). Likelihood alone, in all or per byte, mostly finds what the person says often, whatever they were asked.
What stands for p(reply) is the same model's likelihood of it under the same header with nothing said before.

Not here: which models are asked (rows.py).
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import numpy as np

from twin.errors import DatasetError
from twin.evaluate.held_out import Exchange
from twin.evaluate.intervals import Numbers, Value, ratio
from twin.evaluate.predicting import predict
from twin.model.packing import Window, pack
from twin.model.template import CONTEXT, Template
from twin.prepare.deduplicate import normalise
from twin.schema import ChatKind, Conversation, Turn

CANDIDATES = 4
CHANCE = 1 / CANDIDATES
_SLACK, _SHARE = 8, 0.25
"""Replies are about as long as one another that differ by no more bytes than this, or than this share of the real one's."""
_TIE = 1e-3
"""Bits: what differs by less differs by rounding only."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which of these replies was given?

    Attributes:
        number: Of the conversation, as `Exchange.conversation`.
        conversation: What was said before the reply, none of it to be learned.
        candidates: Turns of the person, the real one first.
    """

    number: int
    conversation: Conversation
    candidates: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """How often the real reply was chosen.

    Attributes:
        hits: (conversations,) questions answered right; of several equally good replies each is chosen in part.
        tries: (conversations,) questions asked.
    """

    hits: Numbers
    tries: Numbers

    def share(self, seed: int) -> Value:
        """Share of right answers; n is of conversations."""
        return ratio(self.hits, self.tries, seed=seed)


def questions(exchanges: Sequence[Exchange], conversations: Sequence[Conversation], seed: int, count: int) -> list[Question]:
    """Questions about held-out exchanges, in their order; the same for the same seed.

    The three others are true replies from other conversations, drawn from those about as long in UTF-8 bytes. No two candidates are equal but for case and
    space. An exchange that finds no three is no question.

    Args:
        exchanges: All that there are: the others come from them, too.
        conversations: Those that `Exchange.conversation` counts.
        seed: Of what is drawn.
        count: How many questions at most, drawn from all.
    """
    plain = [normalise(" ".join(exchange.reply)) for exchange in exchanges]
    sizes = np.array([sum(len(bubble.encode()) for bubble in exchange.reply) for exchange in exchanges])
    homes = np.array([exchange.conversation for exchange in exchanges])
    chance = random.Random(seed)
    found: dict[int, Question] = {}
    for place in chance.sample(range(len(exchanges)), len(exchanges)):
        if len(found) == count:
            break
        near = np.flatnonzero((abs(sizes - sizes[place]) <= max(_SLACK, _SHARE * sizes[place])) & (homes != homes[place])).tolist()
        chosen = {plain[place]: place}
        for other in chance.sample(near, len(near)):
            chosen.setdefault(plain[other], other)
            if len(chosen) == CANDIDATES:
                found[place] = _question(exchanges[place], conversations, [exchanges[number].reply for number in chosen.values()])
                break
    return [found[place] for place in sorted(found)]


def choose(
    model: Any,
    template: Template,
    questions: Sequence[Question],
    count: int,
    *,
    row_tokens: int,
    context_tokens: int,
    examples: Sequence[Turn] = (),
    micro_rows: int = 4,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Choices:
    """Has a model answer questions, each candidate read after the same context, in evaluation mode and in the model's own precision.

    As in metric 1, the text of a reply counts and its bubble and stop markers do not: a base has never seen them.

    Args:
        model: A causal LM, with an adapter or without.
        template: Over its tokenizer.
        questions: What is asked.
        count: How many conversations there are.
        row_tokens: Of a packed row. A reply that takes more than half of what the header leaves is judged by its beginning.
        context_tokens: How much context is shown, the newest turns that fit and one at least; four times that is read for each question.
        examples: Turns that stand before every context, and where else there would be none.
        micro_rows: Rows that are read at once.
        progress: Told how many rows are done.

    Raises:
        DatasetError: The header leaves no room in a row.
    """
    windows = [
        window
        for number, question in enumerate(questions)
        for window in read(template, question, examples, row_tokens=row_tokens, context_tokens=context_tokens, source=2 * CANDIDATES * number)
    ]
    rows = [[windows[number] for number in row] for row in pack([len(window.ids) for window in windows], row_tokens)]
    bits = predict(model, rows, 2 * CANDIDATES * len(questions), micro_rows=micro_rows, progress=progress).bits
    after, alone = bits.reshape(len(questions), CANDIDATES, 2).transpose(2, 0, 1)
    gains = alone - after
    best = gains >= gains.max(1, keepdims=True) - _TIE
    numbers = np.array([question.number for question in questions], dtype=int)
    hits = np.bincount(numbers, weights=best[:, 0] / best.sum(1), minlength=count).astype(float)
    return Choices(hits, np.bincount(numbers, minlength=count).astype(float))


def read(template: Template, question: Question, examples: Sequence[Turn] = (), *, row_tokens: int, context_tokens: int, source: int = 0) -> list[Window]:
    """What a model reads of a question: each candidate after the same context and then with nothing before it; of sources `source`, `source` + 1 and so on.

    The arguments are those of `choose`.
    """
    talk, group = question.conversation, question.conversation.kind is ChatKind.GROUP
    room = row_tokens - len(template.header_of(talk))
    if room < CANDIDATES:
        raise DatasetError(f"rows of {row_tokens} tokens cannot hold a header of {row_tokens - room}; raise train.row_tokens in twin.toml")
    longest = min(room // 2, max(len(piece.ids) for piece in template.pieces(question.candidates, group=group)))
    free = min(context_tokens, room - longest - sum(len(piece.ids) for piece in template.pieces(examples, group=group)))
    newest = talk.turns[-max(free, 1) :]  # a turn has a token at least
    sizes = list(accumulate(len(piece.ids) for piece in reversed(template.pieces(newest, group=group))))
    kept = newest[-max(bisect_right(sizes, free), 1) :]
    found: list[Window] = []
    for candidate in question.candidates:
        for context in (kept, ()):
            rendered = template.render(replace(talk, turns=(*examples, *context, candidate)))
            reply = rendered.pieces[-1]
            before = [token for piece in rendered.pieces[:-1] for token in piece.ids][-(room - longest) :]
            ids, kinds = reply.ids[:longest], reply.kinds[:longest]
            found.append(
                Window((*rendered.header, *before, *ids), (*[CONTEXT] * (len(rendered.header) + len(before)), *kinds), source + len(found), reply.size)
            )
    return found


def _question(exchange: Exchange, conversations: Sequence[Conversation], replies: Sequence[tuple[str, ...]]) -> Question:
    talk = conversations[exchange.conversation]
    context = tuple(replace(turn, learn=False) for turn in exchange.context)
    return Question(exchange.conversation, replace(talk, turns=context), tuple(Turn(talk.person, True, reply, True) for reply in replies))
