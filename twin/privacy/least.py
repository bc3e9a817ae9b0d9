r"""What a text must at least have for a pattern to match in it, read from the pattern: so many digits, so many signs of keys in a row, certain words.

That rules out most rules for most texts, sooner than any search. And what of a pattern `re` can search for, which is several times faster at that
than `regex` and understands less. It reads what the rules are written in and no more of the module `regex`: of a
pattern with anything else in it (verbose, fuzzy, recursive, sets within sets) it says that nothing is known, and the rule is tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

DIGIT = re.compile(r"\d")
RUN = re.compile(r"[A-Za-z0-9_\d\u0130\u0131\u017f\u212a-]+")
"""Signs of keys. Not ASCII alone: where case is ignored, [a-z] matches the long s, the sign of Kelvin and the further i of Turkish as well."""

_SET = re.compile(r"\[(\^?)(\]?(?:[^\]\\\[]|\\[pP]\{\w+\}|\\.|\[(?!:))*)\]", re.DOTALL)
_MEMBER = re.compile(r"\\[pP]\{\w+\}|\\?.(?:-\\?[^\]])?", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:[pP]\{\w+\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^\W_]|.)", re.DOTALL)
_REPEAT = re.compile(r"(?:([*+?])|\{(\d*)(,?)\d*\})[?+]?")
_GROUP = re.compile(r"\((?:\?(?:(?P<look><?[=!])|[:>]|P?<\w+>|P=(?P<again>\w+)\)|(?P<flags>(?:[imsu]+|[imsu]*-[imsu]+))(?P<end>[:)])))?")
_DIGITS = re.compile(r"(?:\d|\d-\d|\\d|\\p\{Nd\})")
_SIGNS = re.compile(r"(?:[A-Za-z0-9_-]|\\-|[a-z]-[a-z]|[A-Z]-[A-Z]|\d-\d|\\d|\\p\{Nd\})")
_LITERALS = re.compile(r"(?:[^\[\](){}.^$|\\*+?](?![*+?{]))+|[^\[\](){}.^$|\\*+?]")
"""Signs that stand for themselves, up to one that is repeated."""
_MOST = 128
"""Words that are looked for at most: more take as long as the search that they are to save."""
_WAYS = 24
"""In so many ways at most some signs may follow one another, for all to be known of them."""
_FEW = 4
"""Signs of a set that are looked for at most."""
_LEAD = re.compile(r"((?:\(\?i\))?)(?:\(\?<![^()]*\))?(\(\?=(?:[^()\[\]\\]|\\.|\[(?:[^\]\\]|\\.)*\])*\))")
"""What a pattern begins with that looks ahead, without groups in it, and perhaps back before that."""
_SETS = re.compile(r"\[\^?\[|--|&&|~~|\|\|")
"""What `re` warns of, as it may come to mean sets of sets."""
_COMMON = re.compile(r"(?:[^\\]|\\[d\W])*")
"""Patterns of which `re` and `regex` think the same if `re` understands them: neither \\w, \\s and \\b, which differ in some signs, nor \\p."""
_SELDOM = re.compile(r"[^\w .,:;/'’?!-]")
"""Signs that few texts have."""
_ODD_SPACE = re.compile(r"[^\S ]")
_NO_WIDTH = frozenset("bBAZzGmMK")
_ONE_SIGN = frozenset("dDsSwWnrtfvaeXRh")


class Least(NamedTuple):
    """What every match of a pattern has at least.

    Attributes:
        digits: How many digits.
        run: How many signs of RUN stand together in it.
        start: How many of these it begins with.
        end: How many it ends with.
        whole: Whether it can be of nothing else.
        said: One of these stands in the text, case-folded (`folded`); empty where that cannot be told.
        exact: All that it can be, case-folded; empty where that is too much.
    """

    digits: int = 0
    run: int = 0
    start: int = 0
    end: int = 0
    whole: bool = True
    said: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()


_UNSAID: frozenset[str] = frozenset()
_EMPTY = frozenset({""})
_NOTHING = Least(exact=_EMPTY)
_ANY = Least(whole=False)


class _UnknownError(Exception):
    """The pattern has something in it that is not read here."""


def folded(text: str) -> str:
    """A text in which `said` is looked for: without case, as `regex` ignores it, and so without the two further i of Turkish, and with one space."""
    text = _ODD_SPACE.sub(" ", text.casefold())
    return text if text.isascii() else text.replace("i\u0307", "i").replace("\u0131", "i")


def common(pattern: str) -> re.Pattern[str] | None:
    """The pattern for `re`, if that finds the same with it."""
    try:
        return re.compile(pattern) if _COMMON.fullmatch(pattern) and not _SETS.search(pattern) else None
    except re.error:
        return None


def lead(pattern: str) -> re.Pattern[str] | None:
    """What must be ahead where a match begins, if the pattern begins by looking there, and `re` can."""
    found, reader = _LEAD.match(pattern), _Reader(pattern)
    if found is None:
        return None
    try:
        reader.sequence()
    except _UnknownError:
        return None
    if reader.place < len(pattern):  # there is another branch, which begins otherwise
        return None
    return common(found[1] + found[2].replace(r"\p{Nd}", r"\d"))


@cache
def least(pattern: str, *, digits: bool = True) -> Least:
    """What every match has, as far as it can be told; nothing where it cannot.

    Args:
        digits: Whether matches with digits count; without, what is told is true of the others.
    """
    reader = _Reader(pattern, digits=digits)
    try:
        found = reader.either()
    except _UnknownError:
        return _ANY
    if reader.place < len(pattern):
        return _ANY
    return found._replace(said=_shortest(found.said))


class _Reader:
    """Goes through a pattern from its beginning to its end."""

    def __init__(self, pattern: str, *, digits: bool = True) -> None:
        self.pattern, self.place, self.digits = pattern, 0, digits

    def either(self) -> Least:
        """Up to the end of a group: one of several."""
        branches = [self.sequence()]
        while self.pattern.startswith("|", self.place):
            self.place += 1
            branches.append(self.sequence())
        if not self.digits:
            branches = [branch for branch in branches if not branch.digits] or branches
        if len(branches) == 1:
            return branches[0]
        said, exact = _union(branch.said for branch in branches), _union(branch.exact for branch in branches)
        said = said if len(said) <= _MOST else _shortest(said)
        return Least(
            min(branch.digits for branch in branches),
            min(branch.run for branch in branches),
            min(branch.start for branch in branches),
            min(branch.end for branch in branches),
            all(branch.whole for branch in branches),
            said if len(said) <= _MOST else _UNSAID,
            exact if len(exact) <= _MOST else _UNSAID,
        )

    def sequence(self) -> Least:
        """Up to the end of a branch."""
        found, exact = _NOTHING, _EMPTY
        while self.place < len(self.pattern) and self.pattern[self.place] not in "|)":
            item = self._repeated(self._item())
            together = _UNSAID
            if item.exact and len(exact) * len(item.exact) <= _WAYS:
                together = frozenset(one + other for one in exact for other in item.exact)
            # what is known up to here, as far as there are few ways; or else of this item alone
            exact = together or item.exact or _EMPTY
            said = max(item.said, _UNSAID if "" in exact else exact, key=_rare)
            found = _joined(found, item._replace(said=said, exact=together if found.exact else _UNSAID))
        return found

    def _item(self) -> Least:
        sign = self.pattern[self.place]
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._set(self._read(_SET))
        if sign == "\\":
            return _escaped(self._read(_ESCAPE)[0])
        if sign in "^$.":
            self.place += 1
            return _ANY if sign == "." else _NOTHING
        return _said(self._read(_LITERALS)[0])

    def _group(self) -> Least:
        opened = self._read(_GROUP)
        if opened["again"]:
            return _ANY
        if opened["end"] == ")":
            return _NOTHING
        if opened[0] == "(" and self.pattern.startswith(("?", "*"), self.place):
            raise _UnknownError
        found = self.either()
        if not self.pattern.startswith(")", self.place):
            raise _UnknownError
        self.place += 1
        return _NOTHING._replace(said=found.said if opened["look"] in ("=", "<=") else _UNSAID) if opened["look"] else found

    def _set(self, found: re.Match[str]) -> Least:
        if any(twice in found[2] for twice in ("--", "&&", "||", "~~")):
            raise _UnknownError
        members = _MEMBER.findall(found[2])
        if found[1]:
            return _ANY
        signs = all(map(_SIGNS.fullmatch, members))
        known = len(members) <= _FEW and all(len(member) == 1 or member == r"\s" or (not member[1].isalnum() and len(member) == 2) for member in members)
        said = frozenset(" " if member == r"\s" else folded(member[-1]) for member in members) if known else _UNSAID
        return Least(int(all(map(_DIGITS.fullmatch, members))), int(signs), int(signs), int(signs), signs, said, said)

    def _repeated(self, one: Least) -> Least:
        repeat = _REPEAT.match(self.pattern, self.place)
        if not repeat:
            return one
        self.place = repeat.end()
        if repeat[1] is None and not repeat[2] and not repeat[3]:
            raise _UnknownError
        times = {"*": 0, "?": 0, "+": 1}[repeat[1]] if repeat[1] else int(repeat[2] or 0)
        if times == 0:
            optional = one.exact | _EMPTY if one.exact and repeat[0] in ("?", "??", "?+") else _UNSAID
            return Least(whole=one.whole, exact=optional)
        if one.whole:
            return Least(one.digits * times, one.run * times, one.run * times, one.run * times, said=one.said)
        return one._replace(exact=_UNSAID, digits=one.digits * times, run=max(one.run, one.end + one.start if times > 1 else 0))

    def _read(self, what: re.Pattern[str]) -> re.Match[str]:
        found = what.match(self.pattern, self.place)
        if not found:
            raise _UnknownError
        self.place = found.end()
        return found


def _joined(one: Least, other: Least) -> Least:
    return Least(
        one.digits + other.digits,
        max(one.run, other.run, one.end + other.start),
        one.start + (other.start if one.whole else 0),
        other.end + (one.end if other.whole else 0),
        one.whole and other.whole,
        max(one.said, other.said, key=_rare),
        other.exact,
    )


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """All of them together; empty if one is."""
    sets = list(sets)
    return _UNSAID.union(*sets) if all(sets) else _UNSAID


def _shortest(said: frozenset[str]) -> frozenset[str]:
    """Those that have no other of them inside, which alone need be looked for."""
    return frozenset(one for one in said if not any(other in one for other in said if other != one))


@cache
def _rare(said: frozenset[str]) -> tuple[int, int]:
    """The higher, the more texts it rules out."""
    return min((len(one) + 2 * (_SELDOM.search(one) is not None) for one in said), default=0), -len(said)


def _said(signs: str) -> Least:
    """Of signs that stand for themselves."""
    digits, runs, said = len(DIGIT.findall(signs)), RUN.findall(signs), frozenset({folded(signs)})
    if not runs:
        return Least(whole=False, said=said, exact=said)
    if runs[0] == signs:
        return Least(digits, len(signs), len(signs), len(signs), said=said, exact=said)
    start, end = runs[0] if signs.startswith(runs[0]) else "", runs[-1] if signs.endswith(runs[-1]) else ""
    return Least(digits, max(map(len, runs)), len(start), len(end), whole=False, said=said, exact=said)


def _escaped(escape: str) -> Least:
    letter = escape[1]
    if letter in _NO_WIDTH:
        return _NOTHING
    if escape in (r"\d", r"\p{Nd}"):
        return Least(1, 1, 1, 1)
    if letter == "s":
        return Least(whole=False, said=frozenset({" "}), exact=frozenset({" "}))
    if letter in _ONE_SIGN or len(escape) > 2:
        return _ANY
    if letter.isalnum():  # a reference to a group, or unknown
        raise _UnknownError
    return _said(letter)
