"""The metrics of the scorecard as people meet them: what each is called, which way is better, what is aimed at, and whether it is reached.

The report, the comparison of two runs and the command line share it. Not here: measuring (one module for each), and showing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from twin.evaluate.intervals import Value
from twin.evaluate.measured import ANOTHER, BASE, FEW_SHOT, PERSON, RETRIEVAL, TWIN

ROW_NAMES = {
    ANOTHER: "a stranger",
    BASE: "base alone",
    FEW_SHOT: "base, shown examples",
    RETRIEVAL: "your nearest past reply",
    TWIN: "your twin",
    PERSON: "you",
}
"""Whose replies: ROWS in the words of the person's own page. A stranger is another person of the same data."""


class Better(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    HALF = "half"
    """The nearer to .5."""


class Standing(StrEnum):
    """How a value stands to what is aimed at."""

    REACHED = "reached"
    NEAR = "within noise"
    """Missed, but the aim lies in the interval."""
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes:
        name: As report.json has it.
        group: The question that it is a part of the answer to.
        title: What it is called.
        short: The same in a word, at the axis of a chart.
        says: What it tells, in a sentence.
        better: Which way is better.
        aim: What is aimed at: this value, or so many times the value of the row `aim_row`.
        aim_says: The same in words.
        form: How a value is written: a format of Python's.
        headline: Whether it is a part of how far the twin has come from a stranger to the person.
        beats: Rows that the twin must be better than by more than noise, for the aim to be reached.
    """

    name: str
    group: str
    title: str
    short: str
    says: str
    better: Better
    aim: float
    aim_says: str
    aim_row: str = ""
    form: str = ".0%"
    headline: bool = True
    beats: tuple[str, ...] = ()

    def shown(self, value: float, *, signed: bool = False) -> str:
        """A value, or with `signed` a difference of two, as it is written: "3.7 %", "+1.2 points"; "?" where it is no number."""
        if not math.isfinite(value):
            return "?"
        return format(value, ("+z" if signed else "z") + self.form).replace("%", " points" if signed else " %")

    def gain(self, value: Value) -> Value:
        """The same with higher always better: the distance from .5, or what is to be low, with the other sign."""
        if self.better is Better.HIGHER:
            return value
        if self.better is Better.HALF:
            ends = sorted((abs(value.low - 0.5), abs(value.high - 0.5)))
            value = Value(abs(value.value - 0.5), 0.0 if value.low <= 0.5 <= value.high else ends[0], ends[1], value.n)
        return Value(-value.value, -value.high, -value.low, value.n)


_WRITES, _SOUNDS, _MEANS, _OWN = "Would it write what you write?", "Does it sound like you?", "Does it say what you said?", "Are the words its own?"
_DISTINCT = "Of all {} that it writes, so many are different ones."

METRICS = (
    Metric(
        name="bits_per_byte",
        group=_WRITES,
        title="Your next words",
        short="words",
        says="Bits for each byte of your real replies: how surprised it is by them. Fewer is better.",
        better=Better.LOWER,
        aim=0.9,
        aim_row=BASE,
        aim_says="at least 10 % below the base, and better than examples or a stranger's twin",
        form=".3f",
        beats=(FEW_SHOT, ANOTHER),
    ),
    Metric(
        name="choice",
        group=_WRITES,
        title="Your reply among four",
        short="choice",
        says="How often your real reply seems likeliest to it among four of yours; chance is 25 %.",
        better=Better.HIGHER,
        aim=0.55,
        aim_says="at least 55 %",
    ),
    Metric(
        name="auc_characters",
        group=_SOUNDS,
        title="Spelling like yours",
        short="spelling",
        says="How well a classifier tells 20 messages from 20 of yours by their letters (AUC): 0.5 is not at all, 1 is always.",
        better=Better.HALF,
        aim=0.65,
        aim_says="at most 0.65; 0.60 is excellent",
        form=".2f",
    ),
    Metric(
        name="auc_style",
        group=_SOUNDS,
        title="Style like yours",
        short="style",
        says="The same by length, emoji, case, punctuation and the like.",
        better=Better.HALF,
        aim=0.65,
        aim_says="at most 0.65; 0.60 is excellent",
        form=".2f",
    ),
    Metric(
        name="attribution",
        group=_SOUNDS,
        title="Taken for you among many",
        short="author",
        says="How often 20 messages are given to you, where ten people or more could have written them.",
        better=Better.HIGHER,
        aim=0.8,
        aim_row=PERSON,
        aim_says="at least 80 % of your own score",
    ),
    Metric(
        name="style",
        group=_SOUNDS,
        title="Habits within your range",
        short="habits",
        says="The share of your habits of writing that are as they vary in yourself.",
        better=Better.HIGHER,
        aim=0.8,
        aim_says="at least 80 %",
    ),
    Metric(
        name="chrf",
        group=_MEANS,
        title="Letters shared with your reply",
        short="letters",
        says="chrF: runs of letters that it shares with what you really answered; 1 is the same text.",
        better=Better.HIGHER,
        aim=1.0,
        aim_row=RETRIEVAL,
        aim_says="no less than your nearest past reply",
        form=".3f",
    ),
    Metric(
        name="similarity",
        group=_MEANS,
        title="Words shared with your reply",
        short="topics",
        says="How near it is to what you really answered by its words, the rarer the more; 1 is the same words.",
        better=Better.HIGHER,
        aim=1.0,
        aim_row=RETRIEVAL,
        aim_says="no less than your nearest past reply",
        form=".3f",
    ),
    Metric(
        name="copied",
        group=_OWN,
        title="Copied from your messages",
        short="copied",
        says="The share of replies that have 50 characters or more in a row from what was learned.",
        better=Better.LOWER,
        aim=1.0,
        aim_row=PERSON,
        aim_says="no more than you repeat yourself",
        form=".1%",
        headline=False,
    ),
    *(
        Metric(
            name=f"distinct_{count}",
            group=_OWN,
            title=title,
            short="variety",
            says=_DISTINCT.format(what),
            better=Better.HIGHER,
            aim=1.0,
            aim_row=PERSON,
            aim_says="no less than yours",
            headline=False,
        )
        for count, title, what in (
            (1, "Different words", "words"),
            (2, "Different pairs of words", "pairs of words"),
            (3, "Different threes of words", "threes"),
        )
    ),
)
"""In the order in which they are shown. The aims are those of the published reference points and of twin's own plan for this scorecard."""
_BY_NAME = {metric.name: metric for metric in METRICS}


def metric_of(name: str) -> Metric:
    """The metric of that name; one that the table does not know is shown as it is, without an aim."""
    plain = name.replace("_", " ")
    return _BY_NAME.get(name) or Metric(name, "Further", plain, plain, "", Better.HIGHER, math.nan, "", form=".3f", headline=False)


def values_of(report: Mapping[str, Any]) -> dict[str, dict[str, Value]]:
    """Metric -> row -> value of a report, metrics in the table's order. Raises KeyError or TypeError where it is none."""
    measured = report.get("metrics", {})
    order = [metric.name for metric in METRICS if metric.name in measured] + [name for name in measured if name not in _BY_NAME]
    return {name: {row: Value.from_json(value) for row, value in measured[name].items()} for name in order}


def number(figure: object) -> float:
    """A figure of a report, bare or with its interval; NaN where there is none."""
    found = figure.get("value") if isinstance(figure, Mapping) else figure
    return float(found) if isinstance(found, int | float) else math.nan


def standing(metric: Metric, rows: Mapping[str, Value], differences: Mapping[str, Value]) -> Standing | None:
    """How the twin stands to a metric's aim; None where there is no twin, or nothing to hold it against.

    Args:
        metric: Which.
        rows: Its values by row.
        differences: Its paired differences: "twin-base" is the twin's value less the base's.
    """
    if TWIN not in rows or (metric.aim_row and metric.aim_row not in rows):
        return None
    aim = metric.aim * (rows[metric.aim_row].value if metric.aim_row else 1.0)
    gain, wanted = metric.gain(rows[TWIN]), metric.gain(Value(aim, aim, aim, 0)).value
    if not (math.isfinite(gain.value) and math.isfinite(wanted)):
        return None
    better = [metric.gain(differences[f"{TWIN}-{row}"]) for row in metric.beats if f"{TWIN}-{row}" in differences]
    if gain.value >= wanted and all(one.low > 0 for one in better):
        return Standing.REACHED
    return Standing.NEAR if (gain.value >= wanted or gain.high >= wanted) and all(one.high >= 0 for one in better) else Standing.MISSED


def shares_of(report: Mapping[str, Any]) -> dict[str, float]:
    """Of each metric of the headline how far the twin has come, as measured: 0 is a stranger, 1 the person. In the table's order."""
    shares = report.get("headline", {})
    return {metric.name: shares[metric.name] for metric in METRICS if metric.headline and isinstance(shares.get(metric.name), int | float)}


def way(report: Mapping[str, Any]) -> float | None:
    """The headline: how far the twin has come from a stranger to the person, the mean over the metrics, each between 0 and 1; None without any."""
    shares = [min(1.0, max(0.0, share)) for share in shares_of(report).values() if math.isfinite(share)]
    return sum(shares) / len(shares) if shares else None
