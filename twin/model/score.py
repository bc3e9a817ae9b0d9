"""What a model gives the replies: the loss of packed rows, and bits per byte.

Bits per byte = -log2 p(the text tokens of the replies) / their UTF-8 bytes, every model seeing the same header and context.
Stop and bubble markers are left out of it and reported apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from twin.model.losses import target_losses
from twin.model.packing import Batch, Window, batch_on, pack, windows
from twin.model.template import MARKER, TEXT, Template
from twin.schema import Conversation


@dataclass(frozen=True, slots=True)
class Score:
    """How well replies were predicted.

    Attributes:
        text_bits: -log2 p of the text tokens.
        size: UTF-8 bytes of the text.
        marker_bits: -log2 p of bubble and stop markers.
        markers: How many of those.
        loss: Nats a target token, markers included: what training lowers.
    """

    text_bits: float
    size: int
    marker_bits: float
    markers: int
    loss: float

    @property
    def bits_per_byte(self) -> float:
        """Lower is better; 0 bytes give NaN."""
        return self.text_bits / self.size if self.size else math.nan


def make_rows(template: Template, conversations: Sequence[Conversation], *, row_tokens: int, shared_tokens: int) -> list[list[Window]]:
    """Conversations as packed rows of windows."""
    pieces = [
        window
        for number, conversation in enumerate(conversations)
        for window in windows(template.render(conversation), row_tokens=row_tokens, shared_tokens=shared_tokens, source=number)
    ]
    return [[pieces[number] for number in row] for row in pack([len(window.ids) for window in pieces], row_tokens)]


@torch.no_grad()  # not inference_mode: weights that FSDP2 gathers in it could not be trained afterwards
def score(model: Any, rows: Sequence[Sequence[Window]], *, micro_rows: int = 4, losses: Callable[[Any, Batch], Tensor] = target_losses) -> Score:
    """Measures a model on packed rows, in evaluation mode and in the model's own precision."""
    was_training = model.training
    model.eval()
    place = next(model.parameters()).device
    text = markers = 0.0
    marker_count = tokens = 0
    for start in range(0, len(rows), micro_rows):
        batch = batch_on(place, rows[start : start + micro_rows])
        found = losses(model, batch).double()
        text += float(found[batch.kinds == TEXT].sum())
        markers += float(found[batch.kinds == MARKER].sum())
        marker_count += int((batch.kinds == MARKER).sum())
        tokens += len(found)
    model.train(was_training)
    size = sum(window.size for row in rows for window in row)
    return Score(text / math.log(2), size, markers / math.log(2), marker_count, (text + markers) / max(tokens, 1))
