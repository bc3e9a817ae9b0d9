"""Two report.json held against each other: what got better or worse by more than noise.

Where both have measured the same conversations, their values are compared conversation by conversation; what has no values of conversations is compared by the
two intervals. All metrics are looked at together, so an interval is as wide as it takes for all of them to hold at once in 95 of 100 comparisons.

Not here: what a metric is called and which way is better (table.py).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

from twin.errors import UsageError, WorkspaceError
from twin.evaluate.intervals import Numbers, Value, difference
from twin.evaluate.measured import TWIN
from twin.evaluate.table import Better, metric_of, values_of

LEAST = 5
"""Conversations (or bags, or replies) below which nothing is said of a difference: so few do not show how much they vary."""
_SURE = 0.95
_USUAL = NormalDist().inv_cdf(0.975)


class Verdict(StrEnum):
    """What became of a metric."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no difference beyond noise"
    FEW = "too few to tell"


@dataclass(frozen=True, slots=True)
class Change:
    """One metric in two reports.

    Attributes:
        metric: Its name.
        before: The first one's value; where compared conversation by conversation, of the shared ones.
        after: The second one's.
        difference: `after` less `before`, with the interval that holds for all metrics at once.
        paired: Whether it was compared conversation by conversation.
    """

    metric: str
    before: float
    after: float
    difference: Value
    paired: bool
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports, the second held against the first.

    Attributes:
        runs: Their names.
        conversations: How many both have measured.
        alone: How many only one of them has.
        left_out: Metric -> why it was not compared; one line.
    """

    runs: tuple[str, str]
    conversations: int
    alone: int
    changes: tuple[Change, ...]
    left_out: Mapping[str, str]

    @property
    def worse(self) -> bool:
        """Whether anything got worse beyond noise."""
        return any(change.verdict is Verdict.WORSE for change in self.changes)

    def lines(self) -> list[str]:
        """A table for the terminal."""
        first, second = self.runs
        rows = [("", first, second, "change", "95 % for all at once", "")]
        for change in self.changes:
            metric = metric_of(change.metric)
            low, high = (metric.shown(end, signed=True) for end in (change.difference.low, change.difference.high))
            ends = "" if change.verdict is Verdict.FEW else f"{low.removesuffix(' points')} to {high}"
            moved = metric.shown(change.difference.value, signed=True)
            rows.append((metric.title, metric.shown(change.before), metric.shown(change.after), moved, ends, change.verdict.value))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        alone = f"; {self.alone:,} that only one of them measured are left out" if self.alone else ""
        without: dict[str, list[str]] = {}
        for name, why in self.left_out.items():
            without.setdefault(why, []).append(metric_of(name).title)
        return [
            f"{second} against {first}, on {self.conversations:,} conversations{alone}",
            *(_aligned(row, widths) for row in rows),
            *(f"not compared, as {why}: {', '.join(titles)}" for why, titles in without.items()),
            self.says(),
        ]

    def says(self) -> str:
        """What it comes to, in a sentence."""
        worse, better = ([metric_of(one.metric).title for one in self.changes if one.verdict is verdict] for verdict in (Verdict.WORSE, Verdict.BETTER))
        if not worse and not better:
            return f"{self.runs[1]} is neither better nor worse than {self.runs[0]} beyond noise"
        told = [f"{word} ({', '.join(which)})" for word, which in (("worse", worse), ("better", better)) if which]
        return f"{self.runs[1]} is {' and '.join(told)} than {self.runs[0]} beyond noise"

    def to_json(self) -> dict[str, Any]:
        """What `twin runs compare --json` prints."""
        return {
            "runs": list(self.runs),
            "conversations": self.conversations,
            "alone": self.alone,
            "worse": self.worse,
            "metrics": {
                change.metric: {
                    "before": _number(change.before),
                    "after": _number(change.after),
                    "difference": change.difference.to_json(),
                    "paired": change.paired,
                    "verdict": change.verdict.name.lower(),
                }
                for change in self.changes
            },
            "left_out": dict(self.left_out),
        }


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    """The cells side by side, those with a number to the right."""
    return "  ".join(cell.rjust(width) if 0 < place < 4 else cell.ljust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()


def read_scorecard(run: Path) -> dict[str, Any]:
    """The report.json of a run.

    Raises:
        WorkspaceError: The run was not measured, or the file is none of ours.
    """
    path, remedy = run / "report.json", f"twin evaluate --run {run.name}"
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        values_of(report)
    except FileNotFoundError:
        raise WorkspaceError(f"{run.name} was not measured yet ({path} is not there); measure it with: {remedy}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkspaceError(f"{path} is damaged ({error!r}); measure again with: {remedy}") from error
    assert isinstance(report, dict)
    return report


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> Comparison:
    """Holds the second report against the first.

    Raises:
        UsageError: The two have measured no conversation in common.
    """
    names = (str(first.get("run", "the first")), str(second.get("run", "the second")))
    keys = (list(first.get("keys", [])), list(second.get("keys", [])))
    shared = [key for key in keys[0] if key in set(keys[1])]
    if not shared and any(keys):
        remedy = f"measure both on the same dataset, with: twin evaluate --run {names[0]}, twin evaluate --run {names[1]}"
        raise UsageError(f"{names[0]} and {names[1]} were measured on different messages, and have no conversation in common; {remedy}")
    alone = len({*keys[0], *keys[1]}) - len(shared)
    values = values_of(first), values_of(second)
    have = {name: [TWIN in measured.get(name, {}) for measured in values] for name in [*values[0], *values[1]]}
    left_out = {name: f"only {names[has.index(True)]} has it" for name, has in have.items() if sum(has) == 1}
    found: list[tuple[str, float, float, bool, Value, Value]] = []
    for name in (name for name, has in have.items() if all(has)):
        metric, before, after = metric_of(name), values[0][name][TWIN], values[1][name][TWIN]
        ours, theirs = (_of_shared(report, name, shared) for report in (second, first))
        if ours and theirs and metric.better is not Better.HALF:
            change = difference(ours[0], theirs[0], ours[1], theirs[1], seed=int(second.get("seed") or 0))
            found.append((name, _ratio(*theirs), _ratio(*ours), True, change, metric.gain(change)))
        elif alone:
            left_out[name] = "it has no values of single conversations, and not all of those are the same"
        else:
            found.append((name, before.value, after.value, False, _apart(before, after), _apart(metric.gain(before), metric.gain(after))))
    changes = tuple(
        Change(name, before, after, _widened(change, len(found)), paired, _verdict(_widened(gain, len(found))))
        for name, before, after, paired, change, gain in found
    )
    return Comparison(names, len(shared), alone, changes, left_out)


def _verdict(gain: Value) -> Verdict:
    """What a difference comes to of which more is better."""
    if gain.n < LEAST or not (math.isfinite(gain.low) and math.isfinite(gain.high)):
        return Verdict.FEW
    return Verdict.BETTER if gain.low > 0 else Verdict.WORSE if gain.high < 0 else Verdict.SAME


def _of_shared(report: Mapping[str, Any], name: str, shared: Sequence[str]) -> tuple[Numbers, Numbers] | None:
    """(parts, wholes) of the twin in the shared conversations, each (conversations,); None where the report has none."""
    kept = report.get("conversations", {}).get(name, {}).get(TWIN)
    if not kept or not shared:
        return None
    places = {key: place for place, key in enumerate(report["keys"])}
    chosen = [places[key] for key in shared]
    parts, wholes = (np.array(numbers, dtype=float)[chosen] for numbers in kept)
    return (parts, wholes) if wholes.sum() else None


def _ratio(parts: Numbers, wholes: Numbers) -> float:
    return float(parts.sum() / wholes.sum())


def _apart(before: Value, after: Value) -> Value:
    """`after` less `before`, of values that were drawn apart from each other, by their own intervals (MOVER).

    G. Zou and A. Donner, "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27 (2008). Values of the same
    conversations go up and down together, so that the interval is rather too wide than too narrow.
    """
    value = after.value - before.value
    low = value - math.hypot(after.value - after.low, before.high - before.value)
    high = value + math.hypot(after.high - after.value, before.value - before.low)
    return Value(value, low, high, min(before.n, after.n))


def _widened(value: Value, metrics: int) -> Value:
    """An interval as wide as `metrics` of them must be for all to hold at once (Bonferroni), and as few draws ask for.

    What is drawn with replacement from n varies less than n that are new, by sqrt((n - 1) / n), and n do not show exactly how much they vary (Student's t):
    T. Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 69 (2015). The quantile of t: Abramowitz and Stegun 26.7.5.
    """
    if value.n < LEAST:
        return value
    z, free = NormalDist().inv_cdf(1 - (1 - _SURE) / 2 / metrics), value.n - 1
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    wider = t / _USUAL * math.sqrt(value.n / free)
    return Value(value.value, value.value - wider * (value.value - value.low), value.value + wider * (value.high - value.value), value.n)


def _number(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None
