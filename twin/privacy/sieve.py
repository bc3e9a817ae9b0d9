r"""Which of some rules may find something in a text, told of all of them in one pass: by looser patterns, for RE2.

RE2 looks for all of them at once, and is through with a text before `regex` is with its first signs. It knows nothing of what stands around a match, and
great numbers of repeats make it slow. So each pattern is loosened, to one that is found wherever the pattern is, and elsewhere too: without looks ahead
and behind, and without the edges of words and lines; what stands there a number of times between two stands there any number of times, or a few at the
least; a reference to a group is the group once more.

It reads what the rules are written in and no more of the module `regex`: a rule with anything else in its pattern (verbose, fuzzy, recursive, sets within
sets), or with a way of its own to find, goes through always.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import re2
import regex

from twin.privacy.rule import Rule

_MEMORY = 16 << 20
"""Bytes for what RE2 learns from the texts that go through one sieve, at most. When they are full, it forgets all and learns anew."""
_COUNTED = 1000
"""Up to so many times RE2 counts something that repeats."""

_ITEM = re.compile(
    r"(?P<look>\(\?<?[=!])"
    r"|(?P<again>\(\?P=(?P<known>\w+)\))"
    r"|(?P<flags>\(\?[ims]+\))"
    r"|(?P<open>\((?:(?![?*])|\?(?:>|P?<(?P<name>\w+)>|(?P<on>[ims]*)(?:-(?P<off>[ims]+))?:)))"
    r"|(?P<close>\))"
    r"|(?P<bar>\|)"
    r"|(?P<repeat>(?:[*+?]|\{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\})[?+]?)"
    r"|(?P<edge>\\[AZ])"
    r"|(?P<near>[\^$]|\\[bB])"
    r"|(?P<sign>\[\^?\]?(?:[^\]\\\[]|\\[pP]\{\w+\}|\\.)*\]|\\(?:[pP]\{\w+\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[dDsSwWntr]|[^A-Za-z0-9])|[^\\(){\[])",
    re.DOTALL,
)
"""What patterns are made of."""
_CODE = re.compile(r"\\(?:x|u)([0-9a-fA-F]{2,4})")
_ESCAPED = re.compile(r"\\(?:[pP]\{\w+\}|.)", re.DOTALL)
_RANGE = re.compile(r"(.)-(.)", re.DOTALL)
_SETS = re.compile(r"--|&&|~~|\|\|")
"""What means sets of sets, or may come to mean it."""
_PROPERTIES = frozenset("L Lu Ll M N Nd P S So Sc Z Cyrillic Han".split())
"""Those that the samples below have enough of."""
_WIDEST = 1000
"""Signs that a range of others than ASCII has at most."""

_ODD = "µıİſ\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86\u1c87\u1c88\u212a"
"""Signs that are the same as one of ASCII or Cyrillic where case is ignored."""
_KNOWN = "".join(map(chr, (*range(0x80), *range(0x400, 0x460)))) + _ODD
"""Signs that are told apart: ASCII, Cyrillic."""
_LUMPS = {
    "signs and pictures that are no part of a word": (
        "\xa1-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf\u2010-\u2027\u2030-\u203e\u2041-\u2053\u2055-\u205e\u20a0-\u20bf\u2190-\u23ff\u2500-\u2775\u2794-\u2bff\U0001f200-\U0001faff",
        "\xa1\xa2\xa6\xa8\xac\xad",
    ),
    "Latin and Greek": (
        "\xc0-\u03ff\u1d00-\u1fff\u2100-\u218f\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f\ufb00-\ufb06",
        "\xc0\xd7\xdf\u01bb\u01c5\u02b0\u02c2\u0300\u0378\u037e\u1d2b\u1d78\u2100\u2150\u2160",
    ),
    "Chinese, Japanese and Korean": ("\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3", "\u3041\u3400"),
    "the rest": (
        (
            "\x80-\xa0\xaa\xb2\xb3\xb9\xba\xbc-\xbe\u0460-\u1c7f\u1c89-\u1cff\u2000-\u200f\u2028-\u202f\u203f\u2040\u2054\u205f-\u209f"
            "\u20c0-\u20ff\u2400-\u24ff\u2776-\u2793\u2c00-\u2c5f\u2c80-\u3040\u3097-\u30a0\u30fb-\u33ff\u4dc0-\u4dff\ua000-\ua71f\ua800-\uab2f"
            "\uab70-\uabff\ud7a4-\ud7ff\ue000-\ufaff\ufb07-\U0001f1ff\U0001fb00-\U0010ffff"
        ),
        (
            "\x80\x85\xa0\xaa\xb2\u0460\u0461\u0482\u0483\u0485\u0531\u0558\u0560\u055a\u058d\u058f\u0606\u0660\u0888\u16ee\u1c89\u200c\u2028\u203f"
            "\u24b6\u2e80\u3005\u3007\ua66e\ua673\uf900\U00016fe2\U00016ff0"
        ),
    ),
}
"""All other signs, and samples of them: of one lump all are taken for one. Whatever a pattern may say of a sign (_PROPERTIES, \\w, \\d, \\s) is true of one
of its samples, and signs that are the same where case is ignored are in one lump: tests/privacy/test_sieve.py looks at every sign."""
_SAMPLES = "".join(samples for _, samples in _LUMPS.values())


def encoded(text: str) -> bytes | None:
    """A text as it goes through a sieve; None for one that cannot, as it has half a sign in it."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None


class UnreadError(Exception):
    """The pattern has something in it that is not read here."""


class Sieve:
    """Some rules.

    Args:
        rules: They are loosened when the first text comes.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._match: Callable[[bytes], list[int] | None] | None = None
        self._sieved: list[Rule] = []
        self._unread: list[Rule] = []

    def left(self, signs: bytes | None) -> Collection[Rule]:
        """The rules that may find something in a text, as `encoded` has it."""
        found = (self._match or self._made())(signs) if signs is not None else None
        if found is None:
            return self._rules
        if len(found) == 1:
            return self._unread
        return [*self._unread, *(self._sieved[place - 1] for place in found if place)]

    def _made(self) -> Callable[[bytes], list[int] | None]:
        options = re2.Options()
        options.max_mem, options.never_capture, options.log_errors = _MEMORY, True, False
        many = re2.Set.SearchSet(options)
        try:
            many.Add(r"\A")  # always found: if nothing is, RE2 had no room for what it was to learn
            for rule in self._rules:
                looser = _looser(rule)
                if looser is None:
                    self._unread.append(rule)
                else:
                    many.Add(looser)
                    self._sieved.append(rule)
            many.Compile()
        except re2.error:  # too great for it
            self._match = lambda _: None
        else:
            self._match = many.Match
        return self._match


def _looser(rule: Rule) -> str | None:
    try:
        return loose(rule.pattern) if type(rule).find is Rule.find else None
    except UnreadError:
        return None


def loose(pattern: str) -> str:
    """A pattern for RE2 that is found in every text in which a pattern of `regex` is found.

    Raises:
        UnreadError: There is something in it that is not read here.
    """
    items = list(_items(pattern))
    ignore = any(item.lastgroup == "flags" and "i" in item[0] for item in items)  # wherever they stand, they are for all of it
    made: list[str] = []
    groups: list[_Group] = []
    named: dict[str, tuple[bool, str]] = {}
    here = _Group(ignore, None, 0, 0, first=True)
    looking, silent = 0, True
    for item in items:
        kind = item.lastgroup
        if item[0] == "(?<=" and here.first and not looking:
            # what stands before all that follows can do without what is before that, and all the groups with it
            del made[here.branch :]
            here.cut, kind = True, "open"
        if looking or kind == "look":
            looking += (kind in ("look", "open")) - (kind == "close")
            silent = True
        elif kind == "repeat":
            if not silent:
                made.append(_repeat(item))
            elif made and made[-1] in (r"\A", r"\z", ")"):
                raise UnreadError
            silent = True
        elif kind == "open":
            ignored = (here.ignore or "i" in (item["on"] or "")) and "i" not in (item["off"] or "")
            groups.append(here)
            here = _Group(ignored, item["name"], len(made), len(made) + 1, first=here.first and not any(made[here.branch :]))
            made.append("(?:")
            silent = True
        elif kind == "close":
            if not groups:
                raise UnreadError
            made.append(")")
            if here.name and not here.cut:
                named[here.name] = here.ignore, "".join(made[here.start :])
            silent = here.cut
            groups[-1].cut |= here.cut
            here = groups.pop()
        elif kind == "again":
            if item["known"] not in named or named[item["known"]][0] != here.ignore:
                raise UnreadError
            made.append(named[item["known"]][1])
            silent = False
        elif kind == "sign":
            made.append(_sign(item[0], here.ignore))
            silent = False
        else:
            made.append({"bar": "|", "edge": item[0].replace("Z", "z")}.get(kind or "", ""))
            here.branch = len(made) if kind == "bar" else here.branch
            silent = True
    if groups or looking:
        raise UnreadError
    return "".join(made)


@dataclass(slots=True)
class _Group:
    """One that is open.

    Attributes:
        ignore: Whether case is ignored in it.
        name: What it is called, if anything.
        start: Where it begins, in pieces of the looser pattern.
        branch: Where that of its branches begins which is being read.
        first: Whether nothing is before it.
        cut: Whether part of it is left out.
    """

    ignore: bool
    name: str | None
    start: int
    branch: int
    first: bool
    cut: bool = False


def _items(pattern: str) -> Iterable[re.Match[str]]:
    place = 0
    while place < len(pattern):
        item = _ITEM.match(pattern, place)
        if item is None:
            raise UnreadError
        yield item
        place = item.end()


def _repeat(item: re.Match[str]) -> str:
    if item[0][0] in "*+?":
        return item[0][0]
    if not item["least"] and not item["comma"]:
        raise UnreadError
    least, most = int(item["least"] or 0), int(item["most"] or 0) if item["comma"] else -1
    if most < 0 and least <= _COUNTED:
        return f"{{{least}}}"
    return "?" if (least, most) == (0, 1) else f"{{{min(least, _COUNTED)},}}"


@cache
def _sign(sign: str, ignore: bool) -> str:
    """A set of all the signs, for RE2, that are what stands for one sign in a pattern; of a lump all or none."""
    own = _own(sign)
    found = set(regex.findall(("(?is)" if ignore else "(?s)") + sign, _KNOWN + own + _SAMPLES))
    codes = sorted(map(ord, found.intersection(_KNOWN + own)))
    some = ((run[0][1], run[-1][1]) for _, group in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]) if (run := list(group)))
    ranges = [_plain(first) if first == last else f"{_plain(first)}-{_plain(last)}" for first, last in some]
    also = found.intersection(own) if ignore else set()  # their other case is in the same lump
    ranges += [lump for lump, samples in _LUMPS.values() if not found.isdisjoint(samples) or any(map(re.compile(f"[{lump}]").match, also))]
    return f"[{''.join(ranges)}]" if ranges else r"[^\x00-\x{10ffff}]"


def _plain(code: int) -> str:
    return chr(code) if code > 0x7F or chr(code).isalnum() else rf"\x{code:02x}"


def _own(sign: str) -> str:
    """The signs in it that would be lumped otherwise."""
    if not set(re.findall(r"\\[pP]\{(\w+)\}", sign)) <= _PROPERTIES or _SETS.search(sign) or not set(sign).isdisjoint(_ODD):
        raise UnreadError
    if sign.isascii() and r"\x" not in sign and r"\u" not in sign:
        return ""
    plain = _CODE.sub(lambda code: chr(int(code[1], 16)), sign)
    own = set(plain)
    for first, last in _RANGE.findall(_ESCAPED.sub("\0", plain).lstrip("[^")):
        if not last.isascii():
            if not 0 <= ord(last) - ord(first) < _WIDEST:
                raise UnreadError
            own.update(map(chr, range(ord(first), ord(last) + 1)))
    return "".join(own.difference(_KNOWN))
