"""Words of a text -> other words, in the same capitals, quickly where there are none. Not here: which words, and why (names.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

import regex

from twin.privacy.name_forms import RUSSIAN_IN_LATIN, Name, Where, script_of, spellings, where
from twin.privacy.name_reading import UNSPACED, WORD, latin_spellings

_ENDS = {
    "Hangul": r"(?=(?:에게|한테|께서|이랑|이가|이는|이를|이도|이야|부터|보다|처럼|누나|오빠|언니|[이가은는을를의와과랑도만야아씨님형께로네])?(?!\p{Hangul}))",
    "Hiragana": r"(?=さん|ちゃん|くん|さま|君|様|[はがをにのともへやで]|(?!\p{Hiragana}))",
    "Katakana": r"(?![\p{Katakana}ー])",
}
"""What may follow a name in scripts that write particles or titles onto it; the others of UNSPACED have words of any kind there."""


class Sight(NamedTuple):
    """What decides where a shape is taken for a name, once a text has it: the arguments of `where`."""

    shape: str
    place: str
    base: str
    name: Name
    listed: bool


class Swap:
    """Words, and phrases of scripts without spaces, with what stands in their place: `add` them all, then `finish`, then `apply`."""

    def __init__(self) -> None:
        self.words: dict[str, tuple[str, Where | Sight]] = {}
        self._phrases: dict[str, tuple[str, str]] = {}
        self._starts: frozenset[str] = frozenset()
        self._pattern: regex.Pattern[str] | None = None

    def add(self, shape: str, other: str, script: str, sight: Where | Sight = Where.ANYWHERE) -> bool:
        """Has a shape replaced where the sight says that it is a name; False if it is already, or is a single sign of a script without spaces."""
        if script in UNSPACED:
            new = len(shape) > 1 and shape not in self._phrases
            if new:
                self._phrases[shape] = other, script_of(shape)
            return new
        new, entry = shape.casefold() not in self.words, (other, sight)
        for spelling in [*spellings(shape), *(latin_spellings(shape) if script == RUSSIAN_IN_LATIN else ())]:
            self.words.setdefault(spelling, entry)
        return new

    def finish(self) -> None:
        """To be called after the last one."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for phrase in sorted(self._phrases, key=lambda phrase: (-len(phrase), phrase)):
            script = self._phrases[phrase][1]
            before = rf"(?<!\p{{{script}}})" if script in _ENDS else ""
            groups[f"{before}(?:\0){_ENDS.get(script, '')}"].append(regex.escape(phrase))
        self._starts = frozenset(phrase[0] for phrase in self._phrases)
        if groups:
            self._pattern = regex.compile("|".join(frame.replace("\0", "|".join(phrases)) for frame, phrases in groups.items()))

    def apply(self, text: str, words: Collection[str] | None, but: Swap | None = None) -> tuple[str, list[tuple[int, int]]]:
        """The new text, and where in the old one something was replaced: nothing that `but` would replace."""
        if words is None:
            words = WORD.findall(text.casefold())
        found = [] if self.words.keys().isdisjoint(words) else list(self._mentions(text))
        if self._pattern is not None and not self._starts.isdisjoint(text):
            phrases = [(*match.span(), self._phrases[match[0]][0]) for match in self._pattern.finditer(text)]
            covered = {place for start, end, _ in phrases for place in range(start, end)}
            found = sorted([*phrases, *(one for one in found if one[0] not in covered)])
        if but is not None:
            found = [one for one in found if not but._has(text[one[0] : one[1]])]
        if not found:
            return text, []
        made, end = [], 0
        for start, stop, other in found:
            made += [text[end:start], other]
            end = stop
        return "".join([*made, text[end:]]), [(start, stop) for start, stop, _ in found]

    def _has(self, shape: str) -> bool:
        return shape.casefold() in self.words or shape in self._phrases

    def _mentions(self, text: str) -> Iterator[tuple[int, int, str]]:
        for match in WORD.finditer(text):
            word = match[0]
            entry = self.words.get(word.casefold())
            if entry is None:
                continue
            other, level = entry
            if isinstance(level, Sight):
                level = where(level.shape, level.place, level.base, level.name, listed=level.listed)
                self.words[word.casefold()] = other, level
            if level is Where.ANYWHERE or self._is_name(text, match.start(), match.end(), level):
                yield match.start(), match.end(), like(word, other)

    def _is_name(self, text: str, start: int, end: int, level: Where) -> bool:
        """Whether a word that may be none is a name, where it stands."""
        word = text[start:end]
        if text[start - 1 : start] == "@":
            return True
        if not word[0].isupper() or (level is Where.INSIDE and len(word) > 1 and word.isupper()):
            return False
        if level is Where.CAPITAL or not _begins(text, start) or text[end : end + 1] == ",":
            return True
        if text[end : end + 2] in ("'s", "’s"):
            return True
        after = WORD.match(text, end + 1) if text[end : end + 1] == " " else None
        return after is not None and after[0][0].isupper() and not after[0].isupper() and after[0].casefold() in self.words


def _begins(text: str, start: int) -> bool:
    """Whether a sentence begins at a place."""
    for letter in reversed(text[:start]):
        if letter.isalnum():
            return False
        if letter in ".!?…:\n":
            return True
    return True


def like(word: str, other: str) -> str:
    """A word in the capitals of another."""
    if word.islower() and word[0].title() != word[0]:  # Georgian letters are small, and have no capitals in use
        return other.lower()
    return other.upper() if len(word) > 1 and word.isupper() else other
