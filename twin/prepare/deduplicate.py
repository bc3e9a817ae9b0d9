"""Replies that would be learned over and over: the same answer to the same turn, nearly the same long one, and the same short answer in one chat.

Not here: what makes two replies near (near.py), what else keeps a message from being learned (segment.py, decide.py).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from twin.schema import Turn

if TYPE_CHECKING:
    from twin.prepare.near import Near  # a second to import, so only where it is used

DUPLICATE, NEAR_DUPLICATE, REPLY_CAP = "duplicate", "near duplicate", "reply cap"


def repeats(turns: Sequence[Turn], pairs: set[bytes], replies: Counter[bytes], reply_cap: int, near: Near | None = None) -> dict[int, str]:
    """Which turns to learn of a conversation are repetitions, by their place in it, and of which sort.

    A duplicate is the same normalised pair of a reply and the turn before it, whoever spoke that, anywhere in history; a reply that opens its
    conversation makes a pair with nothing. A near duplicate is a long reply whose pair is nearly one learned already. What is neither but has been
    learned `reply_cap` times in its chat is over the cap.

    Args:
        turns: A conversation.
        pairs: Digests of the pairs learned so far in the whole history; added to.
        replies: How often each reply, by its digest, is learned so far in this chat; added to.
        reply_cap: How often that may be; 0: as often as it comes.
        near: The long replies learned so far in the whole history; added to. None: only exact repetitions are looked for.
    """
    found = {}
    for place, turn in enumerate(turns):
        if not turn.learn:
            continue
        reply = normalise(" ".join(turn.bubbles))
        before = normalise(" ".join(turns[place - 1].bubbles)) if place else ""
        pair = _digest(f"{before}\0{reply}" if place else reply)
        if pair in pairs:
            found[place] = DUPLICATE
            continue
        sketch = near.sketch(before, reply) if near else None
        if near and sketch and near.knows(sketch):
            found[place] = NEAR_DUPLICATE
            continue
        if reply_cap:
            key = _digest(reply)
            if replies[key] >= reply_cap:
                found[place] = REPLY_CAP
                continue
            replies[key] += 1
        pairs.add(pair)
        if near and sketch:
            near.add(sketch)
    return found


def normalise(text: str) -> str:
    """A text without what does not make it another: case, compatibility forms, and how much space there is. Digits stay as they are."""
    text = text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    # nothing printable but U+0020 is space, and this is known five times sooner than the words are split
    return text.strip() if text.isprintable() and "  " not in text else " ".join(text.split())


def _digest(text: str) -> bytes:
    """Eight bytes that stand for a text; among ten million, two texts share theirs with a probability of three in a million."""
    return blake2b(text.encode(), digest_size=8).digest()
