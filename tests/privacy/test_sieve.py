"""Looser patterns are found wherever the patterns are, and what cannot be loosened goes through the sieve."""

from __future__ import annotations

import re
import sys

import pytest
import re2
import regex

from twin.privacy import sieve
from twin.privacy.detect import RULES
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.sieve import Sieve, UnreadError, encoded, loose

QUICK = "".join(map(chr, range(0x2100)))
EVERY = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)


def rule(pattern: str) -> Rule:
    return Rule("made up", Kind.ID, pattern, Trigger.ALWAYS, (), ())


def is_left(pattern: str, text: str) -> bool:
    return bool(Sieve([rule(pattern)]).left(encoded(text)))


def test_every_rule_is_left_for_its_own_examples() -> None:
    for one in RULES:
        own = Sieve([one])
        for marked in one.true:
            text = marked.replace("⟦", "").replace("⟧", "")
            assert list(own.left(encoded(text))) == [one], (one.name, text)


def test_all_rules_are_read_but_those_with_a_way_of_their_own_to_find() -> None:
    for one in RULES:
        if type(one).find is Rule.find:
            assert list(Sieve([one]).left(b"")) == [], one.name


def test_several_rules_are_told_apart() -> None:
    some = [rule("ab"), rule(r"\d{3}"), rule("b")]
    assert set(Sieve(some).left(b"abc 12")) == {some[0], some[2]}
    assert list(Sieve(some).left(b"123")) == [some[1]]
    assert list(Sieve(some).left(b"12")) == []


@pytest.mark.parametrize(
    ("pattern", "found", "missed"),
    [
        (r"(?i)code[ :]+\d", "CODE: 1", "code 'x'"),
        (r"(?:PIN|пин(?:-код)?) \d", "пин-код 1", "Пин 1"),
        (r"(?i:пин)\d", "ПИН1", "пан1"),
        (r"a(?!b)c", "ac", "ab"),
        (r"(?<=key: )\d{4,6}", "key: 1234", "1234"),
        (r"(?<!a)\d(?=b)", "1", "b"),
        (r"(?<n>\d[ab])-(?P=n)", "1a-1b", "1a-b"),
        (r"[^\W\d_]{3}", "дом", "d-1"),
        (r"[\u2010-\u2015]x", "\u2013x", "-x"),
        (r"\p{Lu}\p{Ll}+", "Ёж", "ёж"),
        (r"(?-i:A)(?i)b", "AB", "aB"),
        (r"\A\d{2}\Z", "12", "12 "),
        (r"a\bb$|(?m)^c", "ab", "d"),
        (r"x{,2}y{3,}", "yyy", "yy"),
        (r"\S+@(?>a|b)", "é@a", " @a"),
        (r"(?:\w{4,9}(?<=weg|str\.)|Am Hof) \d", "Holzweg 1", "Holzhaus 1"),
        (r"(?:\w{4,9}(?<=weg|str\.)|Am Hof) \d", "Am Hof 1", "Am Weg"),
        (r"(?i)straße", "STRAßE", "strase"),
        (r"(?i)[é-ü]k", "Ü\u212a", "ek"),
    ],
)
def test_a_looser_pattern_is_found_where_the_pattern_may_be_and_not_everywhere(pattern: str, found: str, missed: str) -> None:
    assert (is_left(pattern, found), is_left(pattern, missed)) == (True, False)


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"(?V1:[\d--5])1", r"(?:12){e<=1}", r"(?x) 1 2", r"1(", r"1)", r"(a)\1", r"(?i)(?<n>a)(?-i:(?P=n))", r"(?P=n)(?<n>a)", r"\p{Greek}", r"[[:alpha:]]"),
        *(
            r"[a&&b]",
            r"\X",
            r"\N{DASH}",
            r"(?R)",
            r"(?|a|b)",
            r"a{}",
            r"[а-\uffff]",
            "\u1c80",
            r"\L<words>",
            r"(?(1)a|b)",
            r"\A*a",
            r"(*FAIL)",
            r"(?:a(?<=a)b){2}",
        ),
    ],
)
def test_what_is_not_read_goes_through_always(pattern: str) -> None:
    with pytest.raises(UnreadError):
        loose(pattern)
    assert is_left(pattern, "nothing")


def test_what_has_a_way_of_its_own_to_find_goes_through_always() -> None:
    class Other(Rule):
        def find(self, text: str) -> list[tuple[int, int]]:
            return []

    assert Sieve([Other("other", Kind.ID, "a", Trigger.ALWAYS, (), ())]).left(b"b")


def test_all_goes_through_where_re2_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_left("a", "b")
    assert is_left("a", "b\ud800"), "half a sign"
    monkeypatch.setattr(sieve, "_MEMORY", 2000)
    assert is_left("a{50}", "b")


def facts(signs: str) -> dict[str, frozenset[str]]:
    """What may be said of each sign."""
    found: dict[str, set[str]] = {sign: set() for sign in signs}
    properties = [rf"\p{{{name}}}" for name in sorted(sieve._PROPERTIES)]
    for what in (r"\d", r"\s", r"\w", *properties, r"(?i)\p{Lu}", r"(?i)\p{Ll}"):
        for sign in regex.findall(what, signs):
            found[sign].add(what)
    return {sign: frozenset(some) for sign, some in found.items()}


@pytest.mark.parametrize("signs", [QUICK, pytest.param(EVERY, marks=pytest.mark.slow)], ids=["quick", "every"])
def test_whatever_may_be_said_of_a_sign_is_true_of_a_sample_of_its_lump(signs: str) -> None:
    known = facts(signs)
    left = set(signs).difference(sieve._KNOWN)
    for name, (lump, samples) in sieve._LUMPS.items():
        own = left.intersection(re.findall(f"[{lump}]", signs))
        assert {known[sign] for sign in own} <= set(facts(samples).values()), name
        left -= own
    assert left == set(), "each sign is in a lump"


@pytest.mark.parametrize("signs", [QUICK, pytest.param(EVERY, marks=pytest.mark.slow)], ids=["quick", "every"])
def test_signs_that_are_the_same_without_case_are_in_one_lump(signs: str) -> None:
    lumps = [re.compile(f"[{lump}]") for lump, _ in sieve._LUMPS.values()]

    def lump_of(sign: str) -> int:
        return -1 if sign in sieve._KNOWN else next(place for place, lump in enumerate(lumps) if lump.match(sign))

    for sign in signs:
        for other in {sign.lower(), sign.upper(), sign.title(), sign.casefold()} - {sign}:
            if len(other) == 1 and sign not in sieve._ODD and other not in sieve._ODD:
                assert lump_of(sign) == lump_of(other), (sign, other)


def test_the_odd_signs_are_all_that_are_the_same_as_one_that_is_known() -> None:
    for one in set(regex.findall(r"\p{L}", sieve._KNOWN)).difference(sieve._ODD):
        for sign in regex.findall(f"(?i){one}", EVERY):
            assert sign in sieve._KNOWN, (one, sign)


def test_sets_say_of_every_sign_what_regex_says_or_more() -> None:
    for sign in (r"\w", r"[^\w\n]", r"[^\d]", r"\p{L}", r"[\p{Lu}é]", "é", r"[\u2010-\u2015]", r"[^\p{N}]", "."):
        for ignore in (False, True):
            said = re2.compile(sieve._sign(sign, ignore))
            wanted = regex.findall(("(?is)" if ignore else "(?s)") + sign, QUICK)
            assert [one for one in wanted if not said.search(one)] == [], (sign, ignore)
