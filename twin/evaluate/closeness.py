"""Metric 6: how close a reply comes to the one that the person really gave: "chrf" by its letters, "similarity" by its words. Both are from 0 to 1.

There is no row of the person. What one would need is what they write when asked the very same thing again, and a history has each moment once; their replies
to others would be no ceiling but another floor. 1 is reached only by the reply that was sent: no model can be meant to reach it, since most turns can be
answered in many ways. What there is to reach is the row of the retrieval, the person's own words out of place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sacrebleu.metrics.chrf import CHRF
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from twin.evaluate.intervals import Numbers, ratio
from twin.evaluate.measured import ROWS, Measured, Reply, Sample
from twin.prepare.deduplicate import normalise

CHRF_SCORE, SIMILARITY = "chrf", "similarity"
_WORD = r"\w+|[^\w\s]+"
"""A word, or what stands between two: many a reply is nothing but a smiley."""


def closeness(sample: Sample) -> Measured:
    """Both figures of every row that has replies, means over the exchanges; n is of conversations. A reply that a row lacks counts 0, as an empty one does.

    "chrf" is the sentence score of chrF2 with letter sequences up to 6 (Popović, WMT 2015) over 100, by sacrebleu with its defaults: case counts, space does
    not. "similarity" is the cosine of word counts times how rare each word is in the replies that the twin has learned from. Neither the held-out replies nor
    those of the rows have a part in that weight, so that no row changes another's figure; a word that the training lacks is as rare as can be.
    """
    true = [_joined(exchange.reply) for exchange in sample.exchanges]
    learned = [_joined(turn.bubbles) for talk in sample.training for turn in talk.turns if turn.learn]
    homes = np.array([exchange.conversation for exchange in sample.exchanges], dtype=int)
    wholes = np.bincount(homes, minlength=len(sample.held_out)).astype(float)
    found: dict[str, dict[str, tuple[Numbers, Numbers]]] = {CHRF_SCORE: {}, SIMILARITY: {}}
    words = _Words(learned) if learned else None
    for row in ROWS:
        given = [_joined(reply) for reply in sample.replies.get(row, ())]
        if not any(given):
            continue
        scores = {CHRF_SCORE: _chrf(given, true)} | ({SIMILARITY: words.cosines(given, true)} if words else {})
        for metric, each in scores.items():
            found[metric][row] = np.bincount(homes, weights=each, minlength=len(sample.held_out)).astype(float), wholes
    values = {metric: {row: ratio(parts, wholes, seed=sample.seed) for row, (parts, wholes) in rows.items()} for metric, rows in found.items() if rows}
    left_out = {metric: "no row has a reply" if learned else "no reply was learned by which words could be weighed" for metric in found if metric not in values}
    return Measured(values, {metric: found[metric] for metric in values}, left_out)


class _Words:
    """Texts as vectors of words, each weighed by its rarity in `texts`.

    Hashed, because a vocabulary taken from the texts would not see a word that they lack: a reply with a wrong name in it would pass for the true one.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = HashingVectorizer(token_pattern=_WORD, lowercase=False, norm=None, alternate_sign=False)
        self._weigh = TfidfTransformer().fit(self._counts.transform(map(normalise, texts)))

    def cosines(self, some: Sequence[str], others: Sequence[str]) -> Numbers:
        """Of each text and its counterpart, (texts,); 0 where one has no word."""
        one, other = (self._weigh.transform(self._counts.transform(map(normalise, texts))) for texts in (some, others))
        return np.asarray(one.multiply(other).sum(1), dtype=float).ravel()


def _chrf(some: Sequence[str], true: Sequence[str]) -> Numbers:
    score = CHRF().sentence_score
    return np.array([score(one, [other]).score / 100 for one, other in zip(some, true, strict=True)])


def _joined(reply: Reply) -> str:
    return " ".join(reply)
