"""Metric 1: bits per byte of held-out replies, conversation by conversation, every model seeing the same header and context.

Not here: its definition for a whole split (model/score.py), and which models are asked (rows.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from twin.evaluate.intervals import Numbers, Value, ratio
from twin.model.losses import target_losses
from twin.model.packing import Window, batch_on
from twin.model.template import TEXT


@dataclass(frozen=True, slots=True)
class Bits:
    """What a model needs to write the replies of each conversation.

    Attributes:
        bits: (conversations,) -log2 p of the text of its replies.
        sizes: (conversations,) UTF-8 bytes of them.
    """

    bits: Numbers
    sizes: Numbers

    def per_byte(self, seed: int) -> Value:
        """Bits per byte; n is of conversations."""
        return ratio(self.bits, self.sizes, seed=seed)


@torch.no_grad()
def predict(
    model: Any,
    rows: Sequence[Sequence[Window]],
    count: int,
    *,
    micro_rows: int = 4,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Bits:
    """Measures a model on packed rows (model.score.make_rows), in evaluation mode and in the model's own precision.

    Args:
        model: A causal LM, with an adapter or without.
        rows: Windows whose `source` is the number of their conversation.
        count: How many conversations there are.
        micro_rows: Rows that are read at once.
        progress: Told how many rows are done.
    """
    was_training = model.training
    model.eval()
    place = next(model.parameters()).device
    bits, sizes = np.zeros(count), np.zeros(count)
    for row in rows:
        for window in row:
            sizes[window.source] += window.size
    for start in range(0, len(rows), micro_rows):
        batch = batch_on(place, rows[start : start + micro_rows])
        found, text = target_losses(model, batch).double(), batch.kinds == TEXT
        np.add.at(bits, batch.sources[text].cpu().numpy(), found[text].cpu().numpy() / math.log(2))
        progress(min(start + micro_rows, len(rows)), len(rows))
    model.train(was_training)
    return Bits(bits, sizes)
