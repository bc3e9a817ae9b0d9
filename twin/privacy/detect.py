"""Finding what is private in a message: every rule, tried only where it has a chance. Not here: what stands in its place (clean.py).

Most messages have nothing in them that any rule could match. One search and one look at their words tell that, and no rule is tried.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import compress
from operator import or_

from twin.errors import TwinError
from twin.privacy import births, codes, contact, ids, keys, money, network, passwords, places, seeds, urls, wallets
from twin.privacy.least import DIGIT, RUN, folded
from twin.privacy.rule import Kind, Rule, Trigger

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
_GLUED = re.compile(r"[\d_](?<=[^\W\d_].)|[\d_](?=[^\W\d_])")
"""A digit or a _ that stands with letters."""
FIGURES = 4
"""Digits from which on a text may have a number that says something."""
TRIGGERS = (Trigger.DIGITS, Trigger.TOKEN, Trigger.AT, Trigger.LINK, Trigger.MANY, Trigger.STREET)
"""Those that are looked for, in one order: their flags are too slow to be put together for each text."""

STREETS = tuple(
    "strasse str weg platz allee gasse damm ufer chaussee steig stieg promenade graben zeile pfad twiete kamp anger siedlung redder stiege straat laan gracht "
    "plein gatan vägen veien katu ring ская ской скую ского ском цкая цкой цкую цкого цком ова ева ёва ина ына ого его ная ной ную вая вой вую рая рой лая "
    "лой оля еля енко истов телей телёй ников навтов ргов вцев мира победы труда маркса ямская ордынка арбат арбате няя нней ннюю марата".split()
)
"""Ends of the words that name streets, case-folded."""
_STREETS = frozenset(end[-3:] for end in STREETS)
"""How these end, for a first look at a word."""


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
        self._rules = tuple(rules)
        self._worth: dict[tuple[int, ...], tuple[Rule, ...]] = {}
        # What is between two that some rules ask for makes no difference.
        self._digits = sorted({0, *(rule.least.digits for rule in self._rules)})
        self._runs = sorted({0, *(rule.least.run for rule in self._rules)})
        self._by_word: defaultdict[str, list[Rule]] = defaultdict(list)
        self._by_plain_word: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in self._rules:
            for word in rule.words:
                self._by_word[word].append(rule)
                if not rule.least.digits:
                    self._by_plain_word[word].append(rule)
        self._words, self._plain_words = frozenset(self._by_word), frozenset(self._by_plain_word)
        self._always = any(Trigger.ALWAYS in rule.trigger for rule in self._rules)

    def find(self, text: str, words: Sequence[str] | None = None) -> list[Hit]:
        """What is private in a message, in order, without overlaps.

        Args:
            text: The message.
            words: Its case-folded words, as `WORDS` finds them, where they are known already.

        Raises:
            RuleError: A rule could not deal with it: the message is to be treated as if all of it were private.
        """
        said = WORDS.findall(text.casefold()) if words is None else words
        something = _SOMETHING.search(text) is not None
        rules = self._worth_trying(text, said) if something else self._worth_trying_without_digits(text, said)
        return merged(_hits(rules, text, digits=something and DIGIT.search(text) is not None)) if rules else []

    def _worth_trying(self, text: str, words: Sequence[str]) -> Collection[Rule]:
        """The rules that have a chance in a text, each once."""
        count = len(DIGIT.findall(text))
        digits = self._digits[bisect(self._digits, count) - 1]
        token = any(_DRAWN.search(run) for run in _TOKEN.findall(text))
        run = self._runs[bisect(self._runs, max(map(len, RUN.findall(text)), default=0)) - 1] if token else self._runs[-1]
        street = count > 0 and any(word[-3:] in _STREETS and word.endswith(STREETS) for word in words)
        link = "://" in text or "www." in text.lower()
        many = (len(words) >= MANY and _may_be_phrase(text, words)) or _HAN.search(text) is not None
        by_chances = self._by_chances(count >= FIGURES, token, "@" in text, link, many, street, digits, run)
        if self._words.isdisjoint(words):
            return by_chances
        by_word = (rule for word in self._words.intersection(words) for rule in self._by_word[word] if rule.least.digits <= digits and rule.least.run <= run)
        return dict.fromkeys((*by_chances, *by_word))

    def _worth_trying_without_digits(self, text: str, words: Sequence[str]) -> Collection[Rule]:
        """The same for a text with nothing in it but words."""
        many = len(words) >= MANY and _may_be_phrase(text, words)
        by_chances = self._by_chances(False, False, False, False, many, False, 0, self._runs[-1]) if many or self._always else ()
        if self._plain_words.isdisjoint(words):
            return by_chances
        return dict.fromkeys((*by_chances, *(rule for word in self._plain_words.intersection(words) for rule in self._by_plain_word[word])))

    def _by_chances(self, *chances: int) -> tuple[Rule, ...]:
        """The rules for a text with such triggers, as TRIGGERS has them, so many digits, and so many signs in a row."""
        found = self._worth.get(chances)
        if found is None:
            *has, digits, run = chances
            any_of = reduce(or_, compress(TRIGGERS, has), Trigger.ALWAYS).value
            some = (rule for rule in self._rules if rule.trigger.value & any_of and rule.least.digits <= digits and rule.least.run <= run)
            found = self._worth[chances] = tuple(some)
        return found


def _may_be_phrase(text: str, words: Sequence[str]) -> bool:
    """Whether enough of a text's words are in the lists of BIP-39, or to find out would take as long as to try."""
    said: Sequence[str] = words
    if not text.isascii():
        if not _SIMPLE.fullmatch(text):
            return True
        said = "\n".join(words).replace("й", "и").replace("ё", "е").split("\n")
    if _GLUED.search(text):
        return True
    return sum(map(seeds.word_places().__contains__, said)) >= seeds.LEAST


def _hits(rules: Iterable[Rule], text: str, *, digits: bool) -> list[Hit]:
    hits: list[Hit] = []
    has = folded(text).__contains__
    there: dict[frozenset[str], bool] = {frozenset(): True}  # many rules look for the same
    for rule in rules:
        said = rule.least.said if digits else rule.said
        if said not in there:
            there[said] = any(map(has, said))
        if not there[said]:
            continue
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
