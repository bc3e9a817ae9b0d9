"""How sure a figure is: confidence intervals by drawing conversations anew.

What was said in one conversation belongs together, so that it is conversations that are drawn with replacement and not replies: B. Efron and R. Tibshirani,
"An Introduction to the Bootstrap" (1993), chapter 13, the percentile interval. Shares of rounds have Wilson's (twin.chat.blind.wilson).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
DRAWS = 2000
"""How often the conversations are drawn: the ends of an interval then vary by about a fortieth of its width from seed to seed."""
_AT_ONCE = 50
_LOW, _HIGH = 2.5, 97.5


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with its 95 % interval.

    Attributes:
        n: What it is made of: conversations, replies or bags, as its metric says.
    """

    value: float
    low: float
    high: float
    n: int

    def to_json(self) -> dict[str, Any]:
        """As report.json has it; what is no number is null."""
        figures = {"value": self.value, "low": self.low, "high": self.high}
        return {name: round(figure, 6) if math.isfinite(figure) else None for name, figure in figures.items()} | {"n": self.n}

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> Value:
        """What `to_json` wrote. Raises KeyError or TypeError on anything else."""
        value, low, high = (math.nan if line[name] is None else float(line[name]) for name in ("value", "low", "high"))
        return cls(value, low, high, int(line["n"]))


def ratio(parts: Numbers, wholes: Numbers, *, seed: int) -> Value:
    """sum(parts) / sum(wholes): bits by bytes, hits by tries.

    Args:
        parts: (conversations,) what is counted, in each.
        wholes: (conversations,) what it is divided by; where all are 0 the value is NaN.
        seed: Of the draws. The same seed draws the same conversations of as many, whatever is counted.
    """
    drawn_parts, drawn_wholes = _sums(parts, seed), _sums(wholes, seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _value(float(np.sum(parts) / np.sum(wholes)) if np.sum(wholes) else math.nan, drawn_parts / drawn_wholes, int(np.count_nonzero(wholes)))


def difference(parts: Numbers, others: Numbers, wholes: Numbers, other_wholes: Numbers, *, seed: int) -> Value:
    """sum(parts) / sum(wholes) - sum(others) / sum(other_wholes), of the same conversations, which are drawn together (a paired comparison)."""
    drawn = [_sums(numbers, seed) for numbers in (parts, wholes, others, other_wholes)]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(np.sum(parts) / np.sum(wholes) - np.sum(others) / np.sum(other_wholes)) if np.sum(wholes) and np.sum(other_wholes) else math.nan
        return _value(value, drawn[0] / drawn[1] - drawn[2] / drawn[3], int(np.count_nonzero(wholes)))


def bootstrap(statistic: Callable[[NDArray[np.intp]], float], count: int, *, seed: int, draws: int = 200) -> Value:
    """Any other statistic of `count` things.

    Args:
        statistic: Asked with the numbers of those drawn, (count,), some several times; NaN where these tell nothing, which is left out of the interval.
        count: How many there are to draw from.
        seed: Of the draws.
        draws: How often; each asks the statistic once.
    """
    chance = np.random.default_rng(seed)
    value = statistic(np.arange(count))
    return _value(value, np.array([statistic(chance.integers(0, count, count)) for _ in range(draws if count else 0)], dtype=float), count)


def _sums(numbers: Numbers, seed: int) -> Numbers:
    """(DRAWS,) the sum of as many numbers as there are, drawn with replacement."""
    chance = np.random.default_rng(seed)
    count = len(numbers)
    if not count:
        return np.zeros(DRAWS)
    return np.concatenate([numbers[chance.integers(0, count, (_AT_ONCE, count))].sum(1) for _ in range(DRAWS // _AT_ONCE)])


def _value(value: float, drawn: Numbers, n: int) -> Value:
    drawn = drawn[np.isfinite(drawn)]
    low, high = (float(end) for end in np.percentile(drawn, (_LOW, _HIGH))) if len(drawn) else (math.nan, math.nan)
    return Value(value, low, high, n)
