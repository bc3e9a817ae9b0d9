"""Replies in bags of about twenty, of two sources, alike in length: single messages carry too little to tell writers apart (arXiv 2003.11545).

What two sources have replied is cut into folds by conversation, so that nothing of a conversation is both learned from and asked about. Within a fold replies
are paired by length, and what has no pair is left aside: a discriminator that wins has found something else. Not here: the discriminators (telling.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.evaluate.measured import PERSON, Reply, Sample

Numbers = NDArray[np.intp]
SIZE = 20
"""Replies of a bag, where there are enough of them."""
LEAST = 5
"""Replies of a bag, at least."""
FEWEST = 3
"""Bags of each source, at least, and in two folds."""
FOLDS = 4
_SHORTER, _CHARACTERS = 2 / 3, 4
"""A reply has at least this share of the characters of the one it is paired with, or at most so many fewer."""
_UNEQUAL = 0.02
"""How much more characters one source may have than the other, in the pairs of a fold together."""


@dataclass(frozen=True, slots=True)
class Source:
    """What somebody has replied.

    Attributes:
        conversations: (replies,) of which conversation each is.
        replies: Those that say something.
    """

    conversations: Numbers
    replies: tuple[Reply, ...]

    def at(self, places: NDArray[np.bool_] | Numbers) -> Source:
        """Some of them."""
        return Source(self.conversations[places], tuple(self.replies[place] for place in np.arange(len(self.replies))[places]))


@dataclass(frozen=True, slots=True)
class Bag:
    """A bag, by the numbers of its replies in its source."""

    fold: int
    members: Numbers


@dataclass(frozen=True, slots=True)
class Paired:
    """Bags of two sources: in each fold as many of the one as of the other, of the same sizes.

    Attributes:
        first: Of the first source; empty where there are too few pairs.
        second: Of the second; of the same length.
        pairs: Replies of each source that have one of the other's beside them.
    """

    first: tuple[Bag, ...]
    second: tuple[Bag, ...]
    pairs: int


def text_of(reply: Reply) -> str:
    """A reply as one text; its length is the reply's length."""
    return "\n".join(reply)


def said(sample: Sample, row: str) -> Source:
    """What a row has replied; PERSON is the person's own."""
    replies = [exchange.reply for exchange in sample.exchanges] if row == PERSON else sample.replies[row]
    there = [(exchange.conversation, reply) for exchange, reply in zip(sample.exchanges, replies, strict=True) if text_of(reply).strip()]
    return Source(np.array([conversation for conversation, _ in there], dtype=np.intp), tuple(reply for _, reply in there))


def halves(conversations: Numbers, chance: np.random.Generator) -> NDArray[np.bool_]:
    """(replies,) which are in the first of two halves: each conversation is in one of them as a whole, and both have about as many replies."""
    names, places = np.unique(conversations, return_inverse=True)
    sizes = np.bincount(places, minlength=len(names)).tolist()
    first, difference = np.zeros(len(names), dtype=np.bool_), 0
    for name in chance.permutation(len(names)).tolist():
        first[name] = difference < 0 or (difference == 0 and chance.random() < 0.5)
        difference += sizes[name] if first[name] else -sizes[name]
    return first[places]


def bagged(members: Numbers, conversations: Numbers, size: int, chance: np.random.Generator) -> list[Numbers]:
    """Bags of about `size` of these replies, all in one; conversation after conversation in an order by chance, so that a bag is of as few as can be."""
    names, places = np.unique(conversations[members], return_inverse=True)
    order = np.argsort(chance.permutation(len(names))[places], kind="stable")
    return np.array_split(members[order], max(1, round(len(members) / size)))


def paired(first: Source, second: Source, seed: Sequence[int]) -> Paired:
    """Bags of two sources, by chance.

    Where there are few replies the bags are smaller, so that there may be FOLDS of them; a fold with fewer than LEAST pairs has none.

    Args:
        first: One.
        second: The other; numbers of conversations mean the same in both.
        seed: Of what is drawn. The same seed draws the same of the same conversations.
    """
    chance = np.random.default_rng(seed)
    size = min(SIZE, max(LEAST, min(len(first.replies), len(second.replies)) // FOLDS))
    folds = _folds(first.conversations, second.conversations, chance)
    found: tuple[list[Bag], list[Bag]] = [], []
    pairs = 0
    for fold in range(FOLDS):
        inside = [
            np.array([place for place, name in enumerate(source.conversations.tolist()) if folds[name] == fold], dtype=np.intp) for source in (first, second)
        ]
        lengths = [[len(text_of(source.replies[place])) for place in places] for source, places in zip((first, second), inside, strict=True)]
        both = _pairs(lengths[0], lengths[1], chance)
        pairs += len(both)
        if len(both) < LEAST:
            continue
        for side, source in enumerate((first, second)):
            members = np.sort(inside[side][[pair[side] for pair in both]])
            found[side].extend(Bag(fold, bag) for bag in bagged(members, source.conversations, size, chance))
    if len(found[0]) < FEWEST or len({bag.fold for bag in found[0]}) < 2:
        return Paired((), (), pairs)
    return Paired(tuple(found[0]), tuple(found[1]), pairs)


def _folds(first: Numbers, second: Numbers, chance: np.random.Generator) -> dict[int, int]:
    """The fold of each conversation; the folds have about as many replies of either source."""
    names = np.union1d(first, second)
    sizes = np.stack([np.array([np.count_nonzero(source == name) for name in names]) for source in (first, second)], axis=1)
    loads = np.zeros((FOLDS, 2))
    folds = {}
    for place in chance.permutation(len(names)).tolist():
        fold = int(np.argmin(loads @ sizes[place]))
        loads[fold] += sizes[place]
        folds[int(names[place])] = fold
    return folds


def _pairs(first: Sequence[int], second: Sequence[int], chance: np.random.Generator) -> list[tuple[int, int]]:
    """Places in both of texts of about the same length, each once.

    The nearest lengths are paired first. Where the second source writes longer all the same, or shorter, the pairs that differ most in that direction are
    dropped until both have as many characters.
    """
    near = [
        (abs(one - other), chance.random(), place, beside)
        for place, one in enumerate(first)
        for beside, other in enumerate(second)
        if abs(one - other) <= _CHARACTERS or min(one, other) >= _SHORTER * max(one, other)
    ]
    pairs: list[tuple[int, int, int]] = []
    left, right = set(range(len(first))), set(range(len(second)))
    for _, _, place, beside in sorted(near):
        if place in left and beside in right:
            left.remove(place)
            right.remove(beside)
            pairs.append((first[place] - second[beside], place, beside))
    pairs.sort()
    surplus = sum(difference for difference, _, _ in pairs)
    while pairs and abs(surplus) > _UNEQUAL * sum(first[place] for _, place, _ in pairs):
        difference, _, _ = pairs.pop(-1 if surplus > 0 else 0)
        surplus -= difference
    return [(place, beside) for _, place, beside in pairs]
