"""What every metric of the scorecard is given, and what it gives.

A metric is a function of a Sample: values in, a Measured out, no model, no file. The two that ask a model for likelihoods (predicting.py, choosing.py) are the
exception. Not here: where replies come from (rows.py), and the table (scorecard.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from twin.evaluate.held_out import Exchange
from twin.evaluate.intervals import Numbers, Value
from twin.schema import Conversation

ANOTHER, BASE, FEW_SHOT, RETRIEVAL, TWIN, PERSON = "another", "base", "few_shot", "retrieval", "twin", "person"
ROWS = (ANOTHER, BASE, FEW_SHOT, RETRIEVAL, TWIN, PERSON)
"""Whose replies: another person of the same data (the floor), the base alone, the base shown examples, the person's own nearest past reply, the twin, and the
person: their own other messages, which is as near as anything can come (the ceiling)."""

Reply = tuple[str, ...]
"""The bubbles of a turn."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is compared.

    Attributes:
        exchanges: The held-out exchanges, of the test split.
        replies: By row, one for each exchange, in its order; () where a row has none. PERSON is not among them: that is the exchanges' own.
        training: The conversations that the twin has learned from.
        held_out: Those that the exchanges are from; `Exchange.conversation` counts them.
        seed: Of everything that is drawn.
    """

    exchanges: Sequence[Exchange]
    replies: Mapping[str, Sequence[Reply]]
    training: Sequence[Conversation]
    held_out: Sequence[Conversation]
    seed: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What one or several metrics found.

    Attributes:
        metrics: Metric -> row -> value.
        conversations: Metric -> row -> (parts, wholes), each (conversations,), where the value is sum(parts) / sum(wholes): what two runs are compared by.
        left_out: Metric -> why the data cannot carry it; one line.
    """

    metrics: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    conversations: Mapping[str, Mapping[str, tuple[Numbers, Numbers]]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
