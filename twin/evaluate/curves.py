"""How a training went, by the lines of its metrics.jsonl (twin.chat.job.metrics reads them)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WORTH = 0.005
"""A change of the validation loss that counts, as a share of it: less than one training differs from the next by its seed alone."""

Point = tuple[int, float]
"""A step, and the loss there in nats for a token to be learned."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Losses over steps.

    Attributes:
        training: Of every step.
        validation: Of every look at the validation split.
        steps: How many steps were meant.
    """

    training: tuple[Point, ...] = ()
    validation: tuple[Point, ...] = ()
    steps: int = 0

    @classmethod
    def of(cls, lines: Iterable[Mapping[str, Any]]) -> Curves:
        """Curves of such lines; what a line lacks is left out."""
        kept = list(lines)
        training, validation = (
            tuple((line["step"], float(line[name])) for line in kept if isinstance(line.get(name), int | float)) for name in ("loss", "validation_loss")
        )
        return cls(training, validation, max((line.get("steps") or 0 for line in kept), default=0))

    @property
    def best(self) -> Point | None:
        """The look at which the validation loss was lowest: that twin is kept."""
        return min(self.validation, key=lambda point: point[1], default=None)

    @property
    def overfitting(self) -> Point | None:
        """The best look, where the loss rose after it."""
        best = self.best
        return best if best and self.validation[-1][1] > best[1] * (1 + WORTH) else None

    @property
    def falling(self) -> tuple[Point, Point] | None:
        """The last two looks, where training went all its way and the loss still fell between them."""
        if len(self.validation) < 2 or self.validation[-1][0] < self.steps:
            return None
        before, last = self.validation[-2:]
        return (before, last) if last == self.best and last[1] < before[1] * (1 - WORTH) else None
