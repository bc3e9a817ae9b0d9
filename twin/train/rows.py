"""Which packed rows each step trains on, and their batches, made while the step before is computed. Not here: the loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import torch

from twin.model.packing import Batch, Window, batch_on
from twin.model.template import CONTEXT
from twin.train.distributed import share
from twin.train.processes import ALONE, Team


class Feed:
    """The micro-batches of each step: every epoch reads all rows once, in an order of its own that follows from seed and epoch.

    Args:
        rows: All packed rows of the training.
        size: Rows in a step; the last step of an epoch may have fewer.
        seed: Of the orders.
        place: Where the batches are wanted.
        team: The processes that divide each step's rows among them.
    """

    def __init__(self, rows: Sequence[Sequence[Window]], *, size: int, seed: int, place: torch.device, team: Team = ALONE) -> None:
        self.rows, self.size, self.seed, self.place, self.team = rows, size, seed, place, team
        self.steps_an_epoch = math.ceil(len(rows) / size)
        self._tokens = [sum(len(window.ids) for window in row) for row in rows]
        self._targets = [sum(kind != CONTEXT for window in row for kind in window.kinds) for row in rows]
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="batches")
        self._ahead: tuple[int, int, Future[list[Batch]]] | None = None

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *error: object) -> None:
        self._worker.shutdown(cancel_futures=True)

    def numbers(self, step: int) -> list[int]:
        """The numbers of a step's rows."""
        epoch, place = divmod(step, self.steps_an_epoch)
        order = torch.randperm(len(self.rows), generator=torch.Generator().manual_seed(self.seed * 1_000_003 + epoch))
        return order[place * self.size : (place + 1) * self.size].tolist()

    def counts(self, step: int) -> tuple[int, int]:
        """Tokens and target tokens of a step."""
        numbers = self.numbers(step)
        return sum(self._tokens[number] for number in numbers), sum(self._targets[number] for number in numbers)

    def batches(self, step: int, micro_rows: int) -> list[Batch]:
        """This process's rows of a step as batches of at most `micro_rows`; those of the next step are begun in the background."""
        ahead, self._ahead = self._ahead, None
        made = ahead[2].result() if ahead and ahead[:2] == (step, micro_rows) else self._make(step, micro_rows)
        self._ahead = (step + 1, micro_rows, self._worker.submit(self._make, step + 1, micro_rows))
        return made

    def sources(self, step: int) -> list[int]:
        """Which conversations a step's rows are from, in order."""
        return sorted({window.source for number in self.numbers(step) for window in self.rows[number]})

    def _make(self, step: int, micro_rows: int) -> list[Batch]:
        rows = share([self.rows[number] for number in self.numbers(step)], self.team)
        return [batch_on(self.place, rows[start : start + micro_rows]) for start in range(0, len(rows), micro_rows)]
