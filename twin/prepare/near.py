"""Long replies that nearly repeat one learned before: the same text again with a word changed. Short ones are style, not repetition.

MinHash (Broder 1997, datasketch) of the pairs of adjacent words in the previous turn and the reply, looked up by bands (Leskovec, Rajaraman and
Ullman, Mining of Massive Datasets, 3.4). Two texts count as near with a probability of 1 - (1 - s^8)^16 for a share s of common pairs: .9999 at .9, .95 at
.8, .61 at .7, .06 at .5, .001 at .3. With one word of 25 changed, s is .85. Nothing is drawn by chance from run to run.

Not here: exact repetitions (deduplicate.py), and whether near ones are looked for at all (decide.py).
"""

from __future__ import annotations

import zlib
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

LONG = 80
"""Characters from which on a reply can be near to another: some 15 words, so that one that differs does not make it another text."""
BANDS, ROWS = 16, 8
SLOTS = 1 << 19
"""Places of each band: with 4 bytes each 32 MB in all, however long the history. Two texts of one place: the later one stays."""
_SEED = 1
_LONGEST_WORD = 12
"""Characters to a word, on average, from which on a text has no words: Chinese, Japanese, Thai. Its characters stand for them."""


class Sketch(NamedTuple):
    """What is known of a reply.

    Attributes:
        places: (BANDS,) Where in each band it lies.
        marks: (BANDS,) What stands there for it; never 0.
    """

    places: NDArray[np.uint64]
    marks: NDArray[np.uint32]


class Near:
    """The long replies learned so far."""

    def __init__(self) -> None:
        self._minhash = MinHash(num_perm=BANDS * ROWS, seed=_SEED, hashfunc=zlib.crc32)
        self._weights = np.random.RandomState(_SEED).randint(0, 1 << 63, ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        self._bands = np.arange(BANDS)
        self._table = np.zeros((BANDS, SLOTS), dtype=np.uint32)

    def sketch(self, before: str, reply: str) -> Sketch | None:
        """What makes a reply comparable; None where it is too short to be near another.

        Args:
            before: The turn before it, normalised; of a longer one the end counts, as many characters as the reply has.
            reply: The reply, normalised.
        """
        if len(reply) < LONG:
            return None
        text = f"{before[-len(reply) :]} {reply}"
        words = text.encode().split()
        if len(words) * _LONGEST_WORD < len(text):
            words = [character.encode() for character in text]
        self._minhash.clear()
        self._minhash.update_batch(map(b" ".join, pairwise(words)))
        # a number for each band, the same for the same values: multilinear hashing modulo 2^64
        keys = (self._minhash.hashvalues.astype(np.uint64).reshape(BANDS, ROWS) * self._weights).sum(axis=1, dtype=np.uint64)
        return Sketch(keys >> np.uint64(64 - SLOTS.bit_length() + 1), keys.astype(np.uint32) | np.uint32(1))

    def knows(self, sketch: Sketch) -> bool:
        """Whether a reply near to this one was added."""
        return bool((self._table[self._bands, sketch.places] == sketch.marks).any())

    def add(self, sketch: Sketch) -> None:
        """Adds a reply."""
        self._table[self._bands, sketch.places] = sketch.marks
