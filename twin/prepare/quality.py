"""Replies that teach nothing of how somebody writes: floods of signs, mashed keys, pasted text, links, figures. Off unless twin.toml asks for it.

Rules of thumb on the text alone; each leaves the usual out of doubt alone: an emoji, "???", laughter ("ахахаха", "jajaja"), "hmmmm".
Not here: slurs (slurs.py), what a judge says (judge.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

SIGNS, MASHED, PASTED, LINKS, FIGURES = "only signs", "mashed keys", "pasted text", "mostly links", "mostly no letters"
FLOOD = 20
"""Signs without a letter or digit among them that are too many; a family in one emoji is seven."""
PASTE_CHARACTERS, PASTE_LINES = 1500, 25
"""Of one message: people who write more than this by hand seldom do so in a chat. Telegram's own limit is 4,096."""
_ENOUGH = 40
"""Characters from which on the share of letters says something."""
_LETTERS = 1 / 3
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_KNOWN = re.compile(r"[a-z]+|[а-яё]+")
_VOWELS = frozenset("aeiouyаеёиоуыэюя")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_RIGHT = frozenset(pair for row in _KEYS for pair in pairwise(row))
_LEFT = frozenset(pair[::-1] for pair in _RIGHT)
_MASHED_LETTERS, _MASHED_SHARE = 8, 0.63
"""Letters from which on a word can be mashed, and the share of steps to the next key of one side: "asdasdasd" has .75, "ывфывфывфывф" .64, "проложить" .625."""


def fault(bubbles: Sequence[str]) -> str | None:
    """What is wrong with a reply, by name; None where nothing is.

    "pasted text": one of its messages is over 1,500 characters or 25 lines long. "only signs": over 20 signs and neither letter nor digit. "mostly links":
    at least half of it is. "mostly no letters": of 40 characters or more, less than a third are letters. "mashed keys": at least half of its letters are
    in words of eight or more that run along a row of the keyboard (QWERTY, ЙЦУКЕН) or have no vowel.
    """
    if any(len(bubble) > PASTE_CHARACTERS or bubble.count("\n") >= PASTE_LINES for bubble in bubbles):
        return PASTED
    text = " ".join(bubbles)
    signs = "".join(text.split())
    if len(signs) > FLOOD and not any(map(str.isalnum, signs)):
        return SIGNS
    linked = sum(len(link) for link in _LINK.findall(text))
    if 2 * linked >= len(signs) > 0:
        return LINKS
    if len(signs) - linked >= _ENOUGH and sum(map(str.isalpha, _LINK.sub("", text))) < _LETTERS * (len(signs) - linked):
        return FIGURES
    words = _WORD.findall(text.lower())
    if 2 * sum(len(word) for word in words if _is_mashed(word)) >= sum(map(len, words)) > 0:
        return MASHED
    return None


def _is_mashed(word: str) -> bool:
    if len(word) < _MASHED_LETTERS or not _KNOWN.fullmatch(word):
        return False
    letters = [letter for letter, _ in groupby(word)]  # "grrrrmpfff" is no mashing
    if len(letters) < _MASHED_LETTERS:
        return False
    pairs = list(pairwise(letters))
    beside = max(sum(pair in side for pair in pairs) for side in (_RIGHT, _LEFT))
    return beside >= _MASHED_SHARE * len(pairs) or (len(set(letters)) > 4 and _VOWELS.isdisjoint(letters))  # laughter is few letters in turn
