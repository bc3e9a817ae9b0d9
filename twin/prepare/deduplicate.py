"""Replies that would be learned over and over: the same answer to the same turn, and the same short answer in one chat.

Not here: what else keeps a message from being learned (segment.py, decide.py).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from twin.schema import Turn

DUPLICATE, REPLY_CAP = "duplicate", "reply cap"


def repeats(turns: Sequence[Turn], pairs: set[bytes], replies: Counter[bytes], reply_cap: int) -> dict[int, str]:
    """Which turns to learn of a conversation are repetitions, by their place in it, and of which sort.

    A duplicate is the same normalised pair of a reply and the turn before it, whoever spoke that, anywhere in history; a reply that opens its
    conversation makes a pair with nothing. What is no duplicate but has been learned `reply_cap` times in its chat is over the cap.

    Args:
        turns: A conversation.
        pairs: Digests of the pairs learned so far in the whole history; added to.
        replies: How often each reply, by its digest, is learned so far in this chat; added to.
        reply_cap: How often that may be; 0: as often as it comes.
    """
    found = {}
    for place, turn in enumerate(turns):
        if not turn.learn:
            continue
        reply = normalise(" ".join(turn.bubbles))
        pair = _digest(normalise(" ".join(turns[place - 1].bubbles)) + "\0" + reply if place else reply)
        if pair in pairs:
            found[place] = DUPLICATE
            continue
        if reply_cap:
            key = _digest(reply)
            if replies[key] >= reply_cap:
                found[place] = REPLY_CAP
                continue
            replies[key] += 1
        pairs.add(pair)
    return found


def normalise(text: str) -> str:
    """A text without what does not make it another: case, compatibility forms, and how much space there is. Digits stay as they are."""
    text = text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    # nothing printable but U+0020 is space, and this is known five times sooner than the words are split
    return text.strip() if text.isprintable() and "  " not in text else " ".join(text.split())


def _digest(text: str) -> bytes:
    """Eight bytes that stand for a text; among ten million, two texts share theirs with a probability of three in a million."""
    return blake2b(text.encode(), digest_size=8).digest()
