"""A message without what is private in it: found, and masked, replaced, dropped or kept, as the person wants it for each kind.

What cannot be dealt with is left out whole and counted: nothing passes because something failed.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import regex

from twin.config import Privacy as Knobs
from twin.errors import ConfigError
from twin.privacy.detect import RULES, WORDS, Detector, Hit, RuleError
from twin.privacy.key import make_key
from twin.privacy.name_book import Book, read_book, write_book
from twin.privacy.names import Names
from twin.privacy.rule import CLOSE, OPEN, Kind, Rule, Trigger, tag
from twin.privacy.surrogate import essence, surrogate

FAILED, NAME = "failed", "name"
"""Under what messages are counted that a rule could not deal with, and mentions of people."""
_PARTED = re.compile(
    r"[\0-\xb1\xb4-\xb8\xba\xbb\xbf-\u012f\u0131-\u01ef\u01f1-\u02ff\u0370-\u038f\u0391-\u03af\u03b1-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u203e\u20a0-\u20bf\u2190-\u21ff\U0001f300-\U0001faff]*"
)
"""Signs for which \\w means the same in `re`, which is quick, and in `regex`, which joins a letter and its accent."""
_REST = regex.compile(rf"{OPEN}[^{CLOSE}]*{CLOSE}|[\W_]+")


class Mode(StrEnum):
    """What becomes of something private."""

    MASK = "mask"
    """A tag that names its kind."""
    SURROGATE = "surrogate"
    """Something else of its form, the same every time."""
    DROP = "drop"
    """The whole message is left out."""
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Privacy:
    """What the person wants.

    Attributes:
        key: Decides the surrogates; whoever has it can test a guess of what they stand for.
        modes: What becomes of each kind; of one that is missing: Mode.MASK.
        names: Whether the people of the chats get other names.
        people: Names beside those of the chats that are treated alike.
        words: The person's own words and phrases that are private.
        patterns: The same as regular expressions of the module `regex`.
        allow: What is not private, though a rule finds it, or its `Cleaner.sign`.
        opt_out: Whose messages take no part, by name or id; that is not the cleaner's work.
        book: The surrogates that names were given before.
        book_file: Where those that are given now are to be kept beside them; None: nowhere.
    """

    key: bytes
    modes: Mapping[Kind, Mode]
    names: bool = True
    people: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    opt_out: tuple[str | int, ...] = ()
    book: Book = field(default_factory=Book)
    book_file: Path | None = None


def privacy_of(knobs: Knobs, key_file: Path) -> Privacy:
    """What twin.toml says, with the workspace's own key, which is made when it is first needed, and the names kept beside it (.names for .key).

    Raises:
        WorkspaceError: The key or the names are damaged, or the key cannot be written.
    """
    modes = {kind: Mode(getattr(knobs, kind.value)) for kind in Kind}
    hidden, book_file = knobs.names == "surrogate", key_file.with_suffix(".names")
    return Privacy(
        key=make_key(key_file),
        modes=modes,
        names=hidden,
        people=tuple(knobs.people),
        words=tuple(knobs.words),
        patterns=tuple(knobs.patterns),
        allow=tuple(knobs.allow),
        opt_out=tuple(knobs.opt_out),
        book=read_book(book_file) if hidden else Book(),
        book_file=book_file,
    )


class Cleaned(NamedTuple):
    """A message as it may be learned from.

    Attributes:
        text: None where all of it is left out.
        found: The kinds of what was found, one each; NAME for a mention, FAILED where a rule could not deal with the message.
    """

    text: str | None
    found: tuple[str, ...] = ()


class Cleaner:
    """Cleans messages.

    Args:
        privacy: What the person wants.
        people: The names of those the person writes with.
        strangers: The names of others who write in groups.
        keep: Names that stay: the person's own.

    Raises:
        ConfigError: One of the person's own patterns is none.
    """

    def __init__(self, privacy: Privacy, people: Iterable[str], strangers: Iterable[str] = (), *, keep: Iterable[str]) -> None:
        people, strangers, keep = list(people), list(strangers), list(keep)
        self._made_of = privacy, people, strangers, keep
        self._modes, self._key, self._book_file = privacy.modes, privacy.key, privacy.book_file
        self._allowed = frozenset(map(essence, privacy.allow))
        rules = (*own_rules(privacy.words, privacy.patterns), *RULES)
        self._detector = Detector(rule for rule in rules if privacy.modes.get(rule.kind) is not Mode.KEEP)
        known = [*people, *privacy.people]
        self._names = Names(known, privacy.key, strangers=strangers, keep=keep, book=privacy.book) if privacy.names else None

    def __reduce__(self) -> tuple[Any, ...]:
        # what a process of its own makes it of anew: with the names that were given here, so that nothing is chosen twice
        privacy, *people, keep = self._made_of
        return partial(type(self), keep=keep), (replace(privacy, book=self._names.book) if self._names else privacy, *people)

    def name(self, name: str) -> str:
        """How somebody is called in the dataset."""
        return self._names.whole(name) if self._names else name

    @property
    def renames(self) -> bool:
        """Whether people get other names."""
        return self._names is not None

    def keep_names(self) -> None:
        """Has the surrogates stay what they are from now on. Raises OSError."""
        if self._names and self._book_file:
            write_book(self._names.book, self._book_file)

    def hits(self, text: str, words: Sequence[str] | None = None) -> list[Hit]:
        """What is found in a message, names aside. Raises RuleError."""
        hits = self._detector.find(text, words)
        return [hit for hit in hits if not self._is_allowed(text[hit.start : hit.end])] if self._allowed else hits

    def sign(self, private: str) -> str:
        """What stands in `allow` for something that the person does not want to write out there: a keyed hash, the same for all its spellings."""
        return f"#{hmac.digest(self._key, essence(private).encode(), 'sha256').hex()[:10]}"

    def mentions(self, text: str) -> list[tuple[str, str]]:
        """The names of people in a text, each with what stands in its place."""
        if self._names is None:
            return []
        said = [text[start:end] for start, end in self._names.hide(text)[1]]
        # behind a word, as some names are none where a sentence begins
        return [(name, self._names.hide(f"x {name}")[0][2:]) for name in said]

    def clean(self, text: str) -> Cleaned:
        """A message without what is private in it."""
        words = WORDS.findall(text.casefold())
        try:
            hits = self.hits(text, words)
        except RuleError:
            return Cleaned(None, (FAILED,))
        if not hits and OPEN not in text and CLOSE not in text:  # nearly all of them
            return self._without_names(text, words if text.isascii() or _PARTED.fullmatch(text) else None)
        kinds = tuple(hit.kind.value for hit in hits)
        if any(self._mode(hit.kind) is Mode.DROP for hit in hits):
            return Cleaned(None, kinds)
        pieces, found, place = [], kinds, 0
        for hit in [*hits, None]:
            between = self._without_names(text[place : hit.start if hit else None].replace(OPEN, "[").replace(CLOSE, "]"))
            pieces.append(between.text or "")
            found += between.found
            if hit:
                pieces.append(self._instead(text[hit.start : hit.end], hit.kind))
                place = hit.end
        cleaned = "".join(pieces)
        # of nothing but tags there is nothing to learn
        return Cleaned(cleaned if _REST.sub("", cleaned) or not hits else None, found)

    def _is_allowed(self, private: str) -> bool:
        return essence(private) in self._allowed or essence(self.sign(private)) in self._allowed

    def _mode(self, kind: Kind) -> Mode:
        return self._modes.get(kind, Mode.MASK)

    def _instead(self, text: str, kind: Kind) -> str:
        return surrogate(text, kind, self._key) if self._mode(kind) is Mode.SURROGATE else tag(kind)

    def _without_names(self, text: str, words: Sequence[str] | None = None) -> Cleaned:
        if self._names is None:
            return Cleaned(text)
        hidden, mentions = self._names.hide(text, words)
        return Cleaned(hidden, (NAME,) * len(mentions))


def own_rules(words: Iterable[str], patterns: Iterable[str]) -> list[Rule]:
    """Rules for the person's own words, whichever case they stand in, and patterns.

    Raises:
        ConfigError: A pattern is none; names it.
    """
    rules = []
    for word in filter(None, map(str.strip, words)):
        parts = frozenset(WORDS.findall(word.casefold())[:1])
        pattern = rf"(?i)(?<!\w){regex.escape(word)}(?!\w)"
        rules.append(Rule(f"your own word {word}", Kind.OWN, pattern, Trigger.WORD if parts else Trigger.ALWAYS, (f"⟦{word}⟧",), (), words=parts))
    for pattern in patterns:
        try:
            regex.compile(pattern)
        except regex.error as error:
            raise ConfigError(f"privacy.patterns in twin.toml: {pattern!r} is no regular expression ({error}); correct or remove it") from error
        rules.append(Rule(f"your own pattern {pattern}", Kind.OWN, pattern, Trigger.ALWAYS, (), ()))
    return rules
