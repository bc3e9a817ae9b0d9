"""Canaries: made-up secrets that are planted in the text of a training, and how much likelier a model finds them than others of their like.

N. Carlini, C. Liu, Ú. Erlingsson, J. Kos, D. Song, "The Secret Sharer: Evaluating and Testing Unintended Memorization in Neural Networks" (arXiv 1802.08232).
Not here: the training, and asking a model (leaks.py).
"""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from mnemonic import Mnemonic

from twin.errors import DatasetError
from twin.evaluate.intervals import Numbers
from twin.prompts import fill
from twin.schema import Conversation, Turn

_DIGITS, _FIGURES = 6, "123456789"
SPACE_BITS = 11 + _DIGITS * math.log2(len(_FIGURES))
"""log2|R|: a secret is one of the 2,048 words of a list of BIP-39 and six digits but 0, as "harvest-482193"."""
BY_CHANCE = 1 / math.log(2)
"""The mean exposure, in bits, of what was never trained: of -log2 of a share that is evenly spread over 0 to 1."""
_TURNS, _CHARACTERS = 3, 200
"""What is said before a canary, at most."""
_LATIN, _CYRILLIC = re.compile("[a-z]", re.IGNORECASE), re.compile("[а-яё]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Canary:
    """A secret that is planted, and others of its like that are not.

    Attributes:
        secret: As "harvest-482193".
        talks: One for each copy; the last turn says the secret and is to be learned, what is before it is only read.
        controls: The first of `talks` with another secret each.
    """

    secret: str
    talks: tuple[Conversation, ...]
    controls: tuple[Conversation, ...]


def make_canaries(conversations: Sequence[Conversation], copies: Sequence[int], *, controls: int, seed: int) -> list[Canary]:
    """One canary for each of `copies`, with so many copies, in the languages of the replies.

    Each copy takes the place of a reply of the person's that is drawn by chance, behind the last turns before it, in a conversation of its own beside the
    real one. So a secret is said in other chats, after other words and in rows with other text each time, as what somebody repeats is. In one conversation,
    or with nothing before them, all copies would be of one length, lie in the same rows, and be learned in a few steps.

    Args:
        conversations: What the twin learns from.
        copies: How often each is said.
        controls: How many others of its like each is compared with.
        seed: Decides all of it.

    Raises:
        DatasetError: There is no reply in whose place a canary could stand.
    """
    chance = random.Random(f"canaries {seed}")  # they protect nothing
    places = list(_places(conversations))
    if not places:
        raise DatasetError("the training split holds no short exchange in which a canary could be planted; import more chats and run: twin prepare")
    alike = {language: [place for place in places if _language(place) == language] for language in ("english", "russian")}
    canaries = []
    for count in copies:
        language = _language(chance.choice(places))
        secret, *others = (_secret(chance, language) for _ in range(controls + 1))
        chosen = chance.choices(alike[language], k=count) if count > len(alike[language]) else chance.sample(alike[language], count)
        talks = [_said(place, language, secret) for place in chosen]
        canaries.append(Canary(secret, tuple(talks), tuple(_said(chosen[0], language, other) for other in others)))
    return canaries


def _places(conversations: Sequence[Conversation]) -> Iterator[Conversation]:
    """Every reply of the person's to somebody with some of what was said before it, as a conversation."""
    for conversation in conversations:
        for end, turn in enumerate(conversation.turns):
            if not turn.learn or not end or conversation.turns[end - 1].mine:
                continue
            start, room = end, _CHARACTERS
            while start and end - start < _TURNS and (room := room - sum(map(len, conversation.turns[start - 1].bubbles))) >= 0:
                start -= 1
            if start < end:
                before = (replace(one, learn=False) for one in conversation.turns[start:end])
                yield replace(conversation, turns=(*before, turn))


def _language(place: Conversation) -> str:
    said = " ".join(bubble for turn in place.turns for bubble in turn.bubbles)
    return "russian" if len(_CYRILLIC.findall(said)) > len(_LATIN.findall(said)) else "english"


def _secret(chance: random.Random, language: str) -> str:
    return f"{chance.choice(_words(language))}-{''.join(chance.choices(_FIGURES, k=_DIGITS))}"


@cache
def _words(language: str) -> list[str]:
    return [unicodedata.normalize("NFC", word) for word in Mnemonic(language).wordlist]


def _said(place: Conversation, language: str, secret: str) -> Conversation:
    return replace(place, turns=(*place.turns[:-1], Turn(place.person, True, (fill("canary", **{language: secret}),), True)))


def exposure(bits: float, controls: Numbers) -> float:
    """log2|R| - log2(rank) of a canary, where its rank among all |R| is estimated by that among the controls and itself.

    With n controls that is log2(n + 1) at most; a canary that none of them reaches may have more.

    Args:
        bits: -log2 p of the canary.
        controls: (n,) that of each control.
    """
    return math.log2((len(controls) + 1) / (1 + int(np.count_nonzero(controls <= bits))))


def extrapolated(bits: float, controls: Numbers) -> float:
    """The same beyond what the controls show, by a normal distribution fitted to them (Carlini et al. fit a skew-normal one), SPACE_BITS at most."""
    spread = float(controls.std())
    below = 0.5 * math.erfc((float(controls.mean()) - bits) / (spread * math.sqrt(2))) if spread else 1.0
    return -math.log2(max(below, 2**-SPACE_BITS))


def by_chance(exposures: Sequence[float]) -> float:
    """How probable it is that so many canaries that were never trained have this sum of exposures or more.

    Each one's exposure times ln 2 is then exponentially distributed with mean 1, or a little below it, so that the sum has the gamma distribution.
    """
    total = math.log(2) * sum(exposures)
    return math.exp(-total) * sum(total**number / math.factorial(number) for number in range(len(exposures)))
