"""Finding what is private in a message: every rule, tried only where it has a chance. Not here: what stands in its place (clean.py).

Most messages have nothing in them that any rule could match. One search and one look at their words tell that, and no rule is tried.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from twin.errors import TwinError
from twin.privacy import births, codes, contact, ids, keys, money, network, passwords, places, seeds, urls, wallets
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.sieve import Sieve, encoded

RULES: tuple[Rule, ...] = tuple(
    rule for part in (keys, passwords, codes, seeds, wallets, urls, contact, money, ids, network, places, births) for rule in part.RULES
)
"""All that come with twin."""

STRENGTH = (
    Kind.OWN,
    Kind.SEED,
    Kind.KEY,
    Kind.PASSWORD,
    Kind.URL,
    Kind.EMAIL,
    Kind.WALLET,
    Kind.IBAN,
    Kind.CARD,
    Kind.ID,
    Kind.PLACE,
    Kind.CODE,
    Kind.BIRTH,
    Kind.IP,
    Kind.ADDRESS,
    Kind.PHONE,
)
"""Where several kinds overlap, the whole of it goes by the one that comes first: a link with a token in it, and not its digits."""

WORDS = re.compile(r"\w+")
_TOKEN = re.compile(r"[A-Za-z0-9\-_+/=.~%:]{16,}")
_DRAWN = re.compile(r"\d|[A-Za-z][A-Z]")
_HAN = re.compile(r"[\u4e00-\u9fff]{12}")
# It begins with one set, and looks back for the rest: so `re` passes over all other signs several times faster than with alternatives side by side.
_SOMETHING = re.compile(
    r"[\d@:.A-Z\u4e00-\u9fff](?:(?<=[\d@])|(?<=:)//|(?<=[Ww]ww\.)|(?<=[A-Za-z][A-Z])|(?<=[\u4e00-\u9fff])[\u4e00-\u9fff]{11})",
)
"""What a text has that has any trigger but for words and their number."""
MANY = 12
"""Words from which on a text may be a seed phrase."""
_SIMPLE = re.compile(r"[\0-\x7fА-яЁё\u2010-\u2027\u20a0-\u20bf\U0001f300-\U0001faff]*")
"""Signs of which no letters but й and ё have an accent."""
_GLUED = re.compile(r"[\d_](?:(?<=[^\W\d_].)|(?=[^\W\d_]))")
"""A digit or a _ that stands with letters."""
_LETTERS = re.compile(r"[^\W\d_]+")
_PIECE = re.compile("1{4,}")
"""Words of a phrase that stand together: fewer do not count (seeds.LEAST)."""
_DIGIT = re.compile(r"\d")
FIGURES = 4
"""Digits from which on a text may have a number that says something."""
_TOGETHER = 3000
"""Characters of the patterns that go through one sieve. Of more, RE2 has too much to learn: those of all tokens in one did not fit into its memory."""

STREETS = tuple(
    "strasse str weg platz allee gasse damm ufer chaussee steig stieg promenade graben zeile pfad twiete kamp anger siedlung redder stiege straat laan gracht "
    "plein gatan vägen veien katu ring ская ской скую ского ском цкая цкой цкую цкого цком ова ева ёва ина ына ого его ная ной ную вая вой вую рая рой лая "
    "лой оля еля енко истов телей телёй ников навтов ргов вцев мира победы труда маркса ямская ордынка арбат арбате няя нней ннюю марата".split()
)
"""Ends of the words that name streets, case-folded."""
_STREETS = frozenset(end[-3:] for end in STREETS)
"""How these end, for a first look at a word."""

_ALWAYS, _MANY, _STREET, _DIGITS, _DRAWN_TOKEN, _AT, _LINK = (
    trigger.value for trigger in (Trigger.ALWAYS, Trigger.MANY, Trigger.STREET, Trigger.DIGITS, Trigger.TOKEN, Trigger.AT, Trigger.LINK)
)
"""As numbers: flags are too slow to be put together for each text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something private: text[start:end]."""

    start: int
    end: int
    kind: Kind


class RuleError(TwinError):
    """A rule does not do what its own examples say, or cannot deal with a message."""


class Detector:
    """Rules, ready to be tried.

    Args:
        rules: Those that are tried.
    """

    def __init__(self, rules: Iterable[Rule] = RULES) -> None:
        rules = tuple(rules)
        anywhere = sorted((rule for rule in rules if rule.trigger is not Trigger.WORD), key=lambda rule: rule.trigger.value)
        self._sieves = [(some[0].trigger.value, Sieve(some)) for some in _together(anywhere)]
        alike: defaultdict[frozenset[str], list[Rule]] = defaultdict(list)
        for rule in rules:
            alike[rule.words].append(rule)
        self._by_word: defaultdict[str, list[Sieve]] = defaultdict(list)
        for words, rules_of_words in alike.items():
            for some in _together(rules_of_words):
                sieve = Sieve(some)
                for word in words:
                    self._by_word[word].append(sieve)
        self._words = frozenset(self._by_word)
        self._by_triggers: dict[int, tuple[Sieve, ...]] = {}

    def find(self, text: str, words: Sequence[str] | None = None) -> list[Hit]:
        """What is private in a message, in order, without overlaps.

        Args:
            text: The message.
            words: Its case-folded words, as `WORDS` finds them, where they are known already.

        Raises:
            RuleError: A rule could not deal with it: the message is to be treated as if all of it were private.
        """
        said = WORDS.findall(text.casefold()) if words is None else words
        triggers = _triggers(text, said)
        sieves: Iterable[Sieve] = self._of(triggers)
        if not self._words.isdisjoint(said):
            sieves = dict.fromkeys((*sieves, *(sieve for word in self._words.intersection(said) for sieve in self._by_word[word])))
        if not sieves:
            return []
        signs = encoded(text)
        rules = {rule: None for sieve in sieves for rule in sieve.left(signs) if _is_triggered(rule, triggers, said)}
        return merged(_hits(rules, text)) if rules else []

    def _of(self, triggers: int) -> tuple[Sieve, ...]:
        """The sieves with a rule that has one of some triggers."""
        found = self._by_triggers.get(triggers)
        if found is None:
            found = self._by_triggers[triggers] = tuple(sieve for some, sieve in self._sieves if some & triggers)
        return found


def _together(rules: Iterable[Rule]) -> Iterator[list[Rule]]:
    """The rules in order, those together that one sieve takes: of the same triggers."""
    for _, alike in groupby(rules, lambda rule: rule.trigger):
        some: list[Rule] = []
        for rule in alike:
            if some and sum(len(one.pattern) for one in (*some, rule)) > _TOGETHER:
                yield some
                some = []
            some.append(rule)
        yield some


def _triggers(text: str, words: Sequence[str]) -> int:
    """What a text has, but for the words of rules."""
    found = _ALWAYS
    if len(words) >= MANY and _may_be_phrase(text, words):
        found |= _MANY
    if _SOMETHING.search(text):
        if count := len(_DIGIT.findall(text)):
            if count >= FIGURES:
                found |= _DIGITS
            if not _STREETS.isdisjoint([word[-3:] for word in words]) and any(word.endswith(STREETS) for word in words):
                found |= _STREET
        if any(_DRAWN.search(run) for run in _TOKEN.findall(text)):
            found |= _DRAWN_TOKEN
        if "@" in text:
            found |= _AT
        if "://" in text or "www." in text.lower():
            found |= _LINK
        if not text.isascii() and _HAN.search(text):
            found |= _MANY
    return found


def _is_triggered(rule: Rule, triggers: int, words: Sequence[str]) -> bool:
    return rule.trigger.value & triggers != 0 or not rule.words.isdisjoint(words)


def _may_be_phrase(text: str, words: Sequence[str]) -> bool:
    """Whether enough of a text's words are in the lists of BIP-39, or to find out would take as long as to try."""
    if not text.isascii() and not _SIMPLE.fullmatch(text):
        return True
    said, listed = words, seeds.spellings().__contains__
    if _GLUED.search(text):
        said = _LETTERS.findall("\n".join(said))
    if sum(map(listed, said)) < seeds.LEAST:
        return False
    pieces = _PIECE.findall("".join(["01"[listed(word)] for word in said if word.isalpha()]))
    return sum(map(len, pieces)) >= seeds.LEAST or seeds.LABEL.search(text) is not None


def _hits(rules: Iterable[Rule], text: str) -> list[Hit]:
    hits: list[Hit] = []
    for rule in rules:
        _check(rule)
        try:
            hits += (Hit(start, end, rule.kind) for start, end in rule.find(text))
        except Exception as error:
            # whatever it is, nothing may pass unseen
            raise RuleError(f"the rule {rule.name} failed on a message ({type(error).__name__})") from error
    return hits


@cache
def _check(rule: Rule) -> None:
    if faults := rule.faults():
        raise RuleError(f"the rule {rule.name} does not pass its own example {faults[0]!r}")


def merged(hits: Sequence[Hit]) -> list[Hit]:
    """The same without overlaps: what overlaps becomes one, of the strongest of its kinds."""
    found: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: hit.start):
        if found and hit.start < found[-1].end:
            last = found.pop()
            hit = Hit(last.start, max(last.end, hit.end), min(last.kind, hit.kind, key=STRENGTH.index))
        found.append(hit)
    return found
