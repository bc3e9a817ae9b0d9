"""What a rule is: a pattern for one kind of private thing, when it is worth trying, and the examples it must pass before it is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Flag, StrEnum, auto

import regex

OPEN, CLOSE = "⟦", "⟧"
"""What a tag stands between. Messages that have them lose them, and no reply may have them (model/generate.py): a tag is never said."""


class Kind(StrEnum):
    """What is found. The value is what stands in twin.toml and in the report, and, in capitals, in the tag."""

    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    ID = "id"
    """Numbers that a state has given to a person or a firm."""
    IP = "ip"
    URL = "url"
    """Links that carry a login, a token or a signature."""
    KEY = "key"
    """API keys, tokens, private keys."""
    PASSWORD = "password"
    CODE = "code"
    """One-time and login codes."""
    SEED = "seed"
    """Phrases that open a wallet (BIP-39)."""
    WALLET = "wallet"
    ADDRESS = "address"
    """A street with a number."""
    BIRTH = "birth"
    """A date of birth, said to be one."""
    PLACE = "place"
    """Coordinates."""
    OWN = "own"
    """The person's own list."""


def tag(kind: Kind) -> str:
    """What stands in the place of something masked."""
    return f"{OPEN}{kind.value.upper()}{CLOSE}"


class Trigger(Flag):
    """What a text must have for a rule to have a chance; found for all rules at once, as most messages have none of it."""

    DIGITS = auto()
    """Four digits or more, of any script, wherever they stand."""
    TOKEN = auto()
    """A run of 16 or more characters out of A-Z, a-z, 0-9 and -_+/=.~%: in which is a digit, or a capital after another letter."""
    AT = auto()
    """An @."""
    LINK = auto()
    """A "://" or a "www."."""
    WORD = auto()
    """One of the rule's `words`."""
    ALWAYS = auto()
    """Nothing: for the person's own patterns."""
    MANY = auto()
    """Twelve words or more, or twelve Han characters in a row."""
    STREET = auto()
    """A digit, and a word that ends as names of German and Russian streets do (detect.STREETS)."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    r"""One way to recognise one kind.

    Attributes:
        name: Its own, as in "gitlab-token".
        pattern: For the module `regex`, with its flags inside. What is private is the group `value`, or else all of the match.
        trigger: It is tried on texts that have any of these, if it may find something in them (sieve.py).
        words: For Trigger.WORD: case-folded words (as \w+ finds them), one of which the text must have.
        check: Told what is private; False refuses the match (a checksum that is wrong). It must not raise on anything the pattern matches.
        true: Texts in which it must find something: each with the private part between ⟦ and ⟧.
        false: Texts in which it must find nothing.
    """

    name: str
    kind: Kind
    pattern: str
    trigger: Trigger
    true: tuple[str, ...]
    false: tuple[str, ...]
    words: frozenset[str] = frozenset()
    check: Callable[[str], bool] | None = None
    _compiled: list[regex.Pattern[str]] = field(default_factory=list, repr=False, compare=False)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where it finds something private: (start, end) in characters, in order, none over another."""
        if not self._compiled:
            self._compiled.append(regex.compile(self.pattern))
        pattern = self._compiled[0]
        group = "value" if "value" in pattern.groupindex else 0
        found = [match.span(group) for match in pattern.finditer(text)]
        return [(start, end) for start, end in found if start < end and (self.check is None or self.check(text[start:end]))]

    def faults(self) -> list[str]:
        """Its examples that it does not pass."""
        wrong = [text for text in self.true if [_plain(text)[slice(*span)] for span in self.find(_plain(text))] != _marked(text)]
        return wrong + [text for text in self.false if self.find(text)]


def _plain(text: str) -> str:
    return text.replace("⟦", "").replace("⟧", "")


def _marked(text: str) -> list[str]:
    return [match[1] for match in regex.finditer(r"⟦(.*?)⟧", text, regex.DOTALL)]
