"""Metric 7: "copied", the share of replies that repeat a long stretch of the training text, and "distinct_1", "_2", "_3", how much a row varies its words.

The person has a row of their own, made of their held-out replies: people repeat themselves, too, and a twin may do it as often.
Not here: texts that were planted to be found again (leaks.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from twin.evaluate.intervals import Numbers, Value, ratio
from twin.evaluate.measured import PERSON, ROWS, Measured, Reply, Sample
from twin.prepare.deduplicate import normalise
from twin.schema import Conversation

LONG = 50
"""Characters of a stretch that counts as copied: about eight words, more than two people, or one person twice, choose alike by chance."""
_WORDS = re.compile(r"\w+")
_LONGEST_SEQUENCE = 3
_FEWEST = 50
"""Sequences of words below which a row does not show how it varies them."""
_GROUPS = 20
"""Of conversations, left out one after the other for an interval, at most."""
_SPREAD = 1.96
"""Standard errors to either end of a 95 % interval."""


def copying(sample: Sample) -> Measured:
    """The four figures of every row that has replies.

    "copied": replies with an overlap of LONG characters or more, by all that the row has; n is of conversations. Short replies count in the whole: a row that
    says little copies little. "distinct_N": different sequences of N words by all of them (Li et al., NAACL 2016), as it is to be expected of equally many
    for every row, since the share falls the more there are; n says how many.
    """
    given: dict[str, Sequence[Reply]] = {**sample.replies, PERSON: [exchange.reply for exchange in sample.exchanges]}
    rows = {row: given[row] for row in ROWS if any(given.get(row, ()))}
    homes = [exchange.conversation for exchange in sample.exchanges]
    flat = overlaps([_joined(reply) for replies in rows.values() for reply in replies], sample.training)
    copied: dict[str, tuple[Numbers, Numbers]] = {}
    for number, (row, replies) in enumerate(rows.items()):
        found = [overlap > 0 for overlap in flat[number * len(homes) : (number + 1) * len(homes)]]
        parts, wholes = (np.bincount(homes, each, len(sample.held_out)).astype(float) for each in (found, [any(reply) for reply in replies]))
        copied[row] = parts, wholes
    metrics: dict[str, Mapping[str, Value]] = {"copied": {row: ratio(parts, wholes, seed=sample.seed) for row, (parts, wholes) in copied.items()}}
    metrics |= {f"distinct_{size}": distinct(rows, homes, size) for size in range(1, _LONGEST_SEQUENCE + 1)}
    few = f"no row has {_FEWEST} sequences of words in more conversations than one"
    left_out = {name: few if rows else "no row has a reply" for name, values in metrics.items() if not values}
    return Measured({name: values for name, values in metrics.items() if values}, {"copied": copied} if copied else {}, left_out)


def overlaps(texts: Sequence[str], training: Sequence[Conversation]) -> list[int]:
    """Characters of the longest stretch of each text that is training text, 0 below LONG; case and how much space there is do not count.

    Exact: a stretch is one whose every LONG characters stand word for word in what somebody said in one turn. It is the texts' stretches of LONG characters
    that are kept, and the training text that goes by, so that memory grows with the texts alone, and time with both: a lookup for
    each character of the longer messages.
    """
    plain = [normalise(text) for text in texts]
    wanted = {piece for text in plain for piece in _pieces(text)}
    seen = {piece for talk in training for turn in talk.turns for piece in _pieces(normalise(_joined(turn.bubbles))) if piece in wanted}
    found = []
    for text in plain:
        longest = run = 0
        for piece in _pieces(text):
            run = run + 1 if piece in seen else 0
            longest = max(longest, run)
        found.append(longest + LONG - 1 if longest else 0)
    return found


def distinct(rows: Mapping[str, Sequence[Reply]], homes: Sequence[int], size: int) -> dict[str, Value]:
    """The share of different sequences of `size` words in each row, where as many are drawn from each; a row with too few is left out.

    The expectation over all such draws is known (rarefaction; S. Hurlbert, Ecology 52, 1971, formula 6), so that none is made. Conversations drawn twice
    would pass for repetition, and so the interval is not the bootstrap's: groups of conversations are left out one by one (the jackknife, which errs on the
    wide side; B. Efron and C. Stein, Annals of Statistics 9, 1981).

    Args:
        rows: Replies of each row.
        homes: The conversation of each reply.
        size: Words in a sequence; none goes from one reply into the next.
    """
    counts = {row: _counts(replies, homes, size) for row, replies in rows.items()}
    left = {row: int(found.sum() - found.sum(1).max(initial=0)) for row, found in counts.items()}
    counts = {row: found for row, found in counts.items() if left[row] >= _FEWEST}
    drawn = min((left[row] for row in counts), default=0)
    return {row: _rarefied_value(found, drawn) for row, found in counts.items()}


def _counts(replies: Sequence[Reply], homes: Sequence[int], size: int) -> Numbers:
    """(groups of conversations, different sequences) how often each is said in each; groups that say none are left out."""
    said = [(home % _GROUPS, sequence) for home, reply in zip(homes, replies, strict=True) for sequence in _sequences(reply, size)]
    numbers: dict[tuple[str, ...], int] = {}
    groups: dict[int, int] = {}
    places = [(groups.setdefault(group, len(groups)), numbers.setdefault(sequence, len(numbers))) for group, sequence in said]
    counts = np.zeros((len(groups), len(numbers)))
    if places:
        np.add.at(counts, tuple(np.array(places).T), 1)
    return counts


def _sequences(reply: Reply, size: int) -> Iterator[tuple[str, ...]]:
    words = _WORDS.findall(normalise(_joined(reply)))
    return zip(*(words[start:] for start in range(size)), strict=False)


def _rarefied_value(counts: Numbers, drawn: int) -> Value:
    whole = counts.sum(0)
    value = _rarefied(whole, drawn)
    without = np.array([_rarefied(whole - group, drawn) for group in counts])
    error = float(np.sqrt((len(without) - 1) * np.var(without)))
    return Value(value, max(0.0, value - _SPREAD * error), min(1.0, value + _SPREAD * error), drawn)


def _rarefied(counts: Numbers, drawn: int) -> float:
    """Different things to be expected among `drawn`, drawn without replacement from things that there are `counts` of, by `drawn`."""
    count = int(counts.sum())
    logarithms = np.concatenate([[0.0], np.log(np.arange(1, count + 1)).cumsum()])  # of n!
    others = count - counts[counts > 0].astype(int)
    others = others[others >= drawn]  # of the rest, one at least is drawn
    missed = np.exp(logarithms[others] - logarithms[others - drawn] - logarithms[count] + logarithms[count - drawn])  # C(others, drawn) / C(count, drawn)
    return float((np.count_nonzero(counts) - missed.sum()) / drawn)


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + LONG] for start in range(len(text) - LONG + 1))


def _joined(bubbles: Sequence[str]) -> str:
    return " ".join(bubbles)
