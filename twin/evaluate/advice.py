"""What to do next: what a scorecard, its training and its dataset say would help, each in a sentence with its knob of twin.toml.

Rules and no model: each says what it saw. Not here: how it is shown (report.py), and measuring.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from twin.config import Config
from twin.evaluate.curves import Curves
from twin.evaluate.intervals import Value
from twin.evaluate.measured import BASE, PERSON, TWIN
from twin.evaluate.style import FEATURES
from twin.evaluate.table import number, values_of

MOST = 5
"""More sentences than this nobody follows."""
FEW = 3000
"""Replies below which more of them come first among the advice. A rule of thumb: no published figure says how many it takes."""
FORGOTTEN = 1.05
"""General text that takes so many times the bits of before was forgotten in part."""
_READ = 300
"""Bytes of held-out replies that a chat must have for a word about it."""
_NAMED = 4


def advise(
    report: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    settings: Config,
    dataset: Mapping[str, Any],
    called: Callable[[str], str] = lambda name: name,
) -> list[str]:
    """What to do next, the most useful first, at most MOST sentences.

    Args:
        report: report.json of the run.
        lines: Those of its metrics.jsonl.
        settings: With which it was trained: the run's config.toml.
        dataset: The dataset's report.json; {} where there is none.
        called: What a chat of the dataset is called to the person.
    """
    curves, values = Curves.of(lines), values_of(report)
    said = [
        *_leaks(report),
        *_longer(curves, settings),
        *_overfitting(curves, settings),
        *_more_data(report, settings, dataset, called),
        *_larger_base(report),
        *_copying(values, settings),
        *_habits(report, values, settings),
        *_forgetting(report, settings),
    ][:MOST]
    return said or ["Nothing stands out. Let your friends judge, in a blind test: twin evaluate --blind."]


def _leaks(report: Mapping[str, Any]) -> Iterator[str]:
    if report.get("leaks", {}).get("verdict") == "leaks":
        yield (
            "The leak audit got text of your messages out of it, so give this twin to nobody. Look at what is private in them (twin prepare --review), and "
            "train again with fewer train.epochs."
        )


def _longer(curves: Curves, settings: Config) -> Iterator[str]:
    if curves.falling:
        (_, before), (_, last) = curves.falling
        yield (
            f"Train longer: the loss on messages kept aside still fell when training ended, from {before:.2f} to {last:.2f}. "
            f"Set train.epochs = {_plain(settings.train.epochs * 2)}; it stops by itself once that no longer helps."
        )


def _overfitting(curves: Curves, settings: Config) -> Iterator[str]:
    if curves.overfitting:
        step, loss = curves.overfitting
        weaker = f"train.rank = {max(1, settings.train.rank // 2)}" if settings.train.dropout else "train.dropout = 0.05"
        yield (
            f"Overfitting since step {step:,}: from there it learned your messages by heart, and the loss on those kept aside rose from {loss:.2f} to "
            f"{curves.validation[-1][1]:.2f}. The twin of step {step:,} was kept. More messages let it learn longer; without them, {weaker} may."
        )


def _more_data(report: Mapping[str, Any], settings: Config, dataset: Mapping[str, Any], called: Callable[[str], str]) -> Iterator[str]:
    replies, chats = dataset.get("targets"), dataset.get("chats", [])
    weak = [f"{called(name)} ({count:,} messages of yours)" for name, count in _weak_chats(report, chats)[:2]]
    where = f", first of all from where it gains least: {' and '.join(weak)}" if weak else ""
    if isinstance(replies, int) and replies < FEW:
        all_years = ' prepare.since = "" takes those of all years.' if settings.prepare.since else ""
        yield f"Export more chats: {replies:,} messages of yours are few to learn from{where}. What is left out, and why, says: twin prepare.{all_years}"
    elif weak:
        yield f"Export more of what you wrote{where}."


def _weak_chats(report: Mapping[str, Any], chats: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The chats in which the twin is less than half as much better than the base as in all together, the worst first: each with its name and messages."""
    of_rows = report.get("conversations", {}).get("bits_per_byte", {})
    if not {TWIN, BASE} <= of_rows.keys():
        return []
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for key, twin, base, size in zip(report.get("keys", []), of_rows[TWIN][0], of_rows[BASE][0], of_rows[TWIN][1], strict=True):
        for chat in (key.partition(":")[0], ""):
            for place, amount in enumerate((twin, base, size)):
                sums[chat][place] += amount
    gains = {chat: 1 - twin / base for chat, (twin, base, size) in sums.items() if size >= _READ and base}
    overall = gains.pop("", math.nan)
    names = {str(chat["id"]): (str(chat["name"]), int(chat["targets"])) for chat in chats}
    return [names[chat] for chat in sorted(gains, key=gains.__getitem__) if gains[chat] < overall / 2 and chat in names]


def _larger_base(report: Mapping[str, Any]) -> Iterator[str]:
    if report.get("base") == "embedded":
        yield (
            "The small base that comes with twin knows little: a larger one helps most, where a GPU is. "
            'See what fits with: twin train --plan, and set train.base = "auto".'
        )


def _copying(values: Mapping[str, Mapping[str, Value]], settings: Config) -> Iterator[str]:
    rows = values.get("copied", {})
    if TWIN in rows and PERSON in rows and rows[TWIN].low > rows[PERSON].high:
        filtered = "" if settings.filter.near_duplicates == "on" else ', and filter.near_duplicates = "on" to learn what you often repeat but once'
        yield (
            f"It copies: {rows[TWIN].value:.1%} of its replies repeat what it learned, {rows[PERSON].value:.1%} of yours do. "
            f"Set train.epochs = {_plain(settings.train.epochs / 2)}{filtered}."
        ).replace("%", " %")


def _habits(report: Mapping[str, Any], values: Mapping[str, Mapping[str, Value]], settings: Config) -> Iterator[str]:
    outside = [(name, one) for name, one in report.get("features", {}).items() if one.get("inside") is False]
    variety = next((values[name] for name in ("distinct_2", "distinct_1", "distinct_3") if {TWIN, PERSON} <= values.get(name, {}).keys()), None)
    knobs, heat = settings.chat, settings.chat.temperature
    if variety and variety[TWIN].high < variety[PERSON].low:
        yield (
            f"It says the same things too often: {variety[TWIN].value:.0%} of its words in a row are different, {variety[PERSON].value:.0%} of yours. "
            f"Make it livelier with chat.temperature = {_plain(min(2.0, heat + 0.2))}"
        ).replace("%", " %") + (f" or chat.top_p = {_plain(min(1.0, knobs.top_p + 0.05))}." if knobs.top_p < 1 else ".")
    elif variety and variety[TWIN].low > variety[PERSON].high:
        yield f"Its words vary more than yours. Make it calmer with chat.temperature = {_plain(max(0.1, heat - 0.2))}."
    if outside:
        named = ", ".join(f"{feature(name)} ({'more' if one['twin'] > one['high'] else 'less'} than you)" for name, one in outside[:_NAMED])
        more = f" and {len(outside) - _NAMED} more" if len(outside) > _NAMED else ""
        yield f"Out of your range: {named}{more}. Habits that are rare come with more variety (chat.top_p) and a longer training (train.epochs)."


def _forgetting(report: Mapping[str, Any], settings: Config) -> Iterator[str]:
    general = report.get("general", {})
    before, after, surely = number(general.get("before")), number(general.get("after")), number(general.get("change", {}).get("low"))
    if after > before * FORGOTTEN and not surely <= 0:
        share = _plain(min(0.9, max(0.1, settings.train.replay * 2)))
        yield (
            f"It forgot some of what the base knew: general text takes {after / before - 1:.0%} more bits than before. "
            f"Mix some into training with train.replay = {share} and train.replay_text."
        ).replace("%", " %")


def feature(name: str) -> str:
    """What a style feature is called."""
    return FEATURES[name].title if name in FEATURES else name.replace("_", " ")


def _plain(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
