"""How much there is to learn: rows and tokens of a dataset, counted with the base's tokenizer where that is on this machine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from twin.config import Train
from twin.dataset import read_split
from twin.schema import Conversation
from twin.train.shape import Shape

if TYPE_CHECKING:
    from twin.model.packing import Window

    Rows = Sequence[Sequence[Window]]


@dataclass(frozen=True, slots=True)
class Workload:
    """One reading of a dataset.

    Attributes:
        rows: Packed rows of the training split.
        tokens: Tokens in them.
        target_tokens: Those that are learned.
        validation_tokens: Tokens of the validation split.
        exact: Counted, not estimated.
    """

    rows: int
    tokens: int
    target_tokens: int
    validation_tokens: int
    exact: bool = True

    @property
    def target_share(self) -> float:
        """Share of the tokens that is learned."""
        return self.target_tokens / max(1, self.tokens)


def workload_of(dataset: Path, shape: Shape | None, settings: Train) -> Workload:
    """What one epoch of a dataset is for a base.

    Raises:
        DatasetError: There is no dataset, a line of it is broken, or its headers do not fit the rows.
        ModelError: The base's tokenizer is on this machine and cannot be used.
    """
    train, validation = (read_split(dataset, split) for split in ("train", "validation"))
    if shape is None or shape.folder is None or not (shape.folder / "tokenizer.json").is_file():
        rows, tokens, targets = _estimated(train, settings)
        return Workload(rows, tokens, targets, _estimated(validation, settings)[1], exact=False)
    from twin.model.base import load_template
    from twin.model.score import make_rows

    template = load_template("embedded" if shape.name == "embedded" else str(shape.folder))
    packed = (make_rows(template, split, row_tokens=settings.row_tokens, shared_tokens=settings.shared_tokens) for split in (train, validation))
    return counted(*packed)


def counted(train: Rows, validation: Rows) -> Workload:
    """What packed rows of the two splits amount to."""
    from twin.model.template import CONTEXT

    windows = [[window for row in rows for window in row] for rows in (train, validation)]
    tokens, held_out = (sum(len(window.ids) for window in split) for split in windows)
    targets = sum(len(window.kinds) - window.kinds.count(CONTEXT) for window in windows[0])
    return Workload(len(train), tokens, targets, held_out)


_HEADER = 24
"""Tokens of a conversation's header, about."""


def _estimated(conversations: Sequence[Conversation], settings: Train) -> tuple[int, int, int]:
    """Rows, tokens and target tokens, from the UTF-8 bytes."""
    tokens = targets = 0
    room = max(1, settings.row_tokens - _HEADER - settings.shared_tokens)
    for conversation in conversations:
        length = 0
        for turn in conversation.turns:
            size = 1 + len(turn.bubbles) + sum(_about(bubble) for bubble in turn.bubbles)
            length += size
            targets += size - 1 if turn.learn else 0
        later = max(0, math.ceil((length + _HEADER - settings.row_tokens) / room))  # windows after the first repeat header and context
        tokens += length + _HEADER + later * (_HEADER + settings.shared_tokens)
    return math.ceil(tokens / settings.row_tokens), tokens, targets


def _about(text: str) -> int:
    """Tokens of a text, taken as 4 bytes each in ASCII and 3 elsewhere: an assumption, tokenizers for one language are off by a third."""
    ascii_bytes = sum(character < "\x80" for character in text)
    return math.ceil(ascii_bytes / 4 + (len(text.encode()) - ascii_bytes) / 3)
