"""Rules are tried where they have a chance, and nowhere else: nothing is lost by it."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest
import regex

from tests.privacy.items import FOLDER, FRESH, load
from twin.privacy import detect, least
from twin.privacy.clean import _PARTED
from twin.privacy.detect import RULES, WORDS, Detector, Hit, merged
from twin.privacy.rule import Kind, Rule, Trigger

DETECTOR = Detector()
EXAMPLES = [text.replace("⟦", "").replace("⟧", "") for rule in RULES for text in (*rule.true, *rule.false)]


def declared(text: str) -> Trigger:
    """Which triggers a text has, but for words, as rule.py says it."""
    runs = regex.findall(r"[A-Za-z0-9\-_+/=.~%:]{16,}", text)
    digits = sum(map(str.isdecimal, text))
    has = {
        Trigger.ALWAYS: True,
        Trigger.DIGITS: digits >= 4,
        Trigger.TOKEN: any(regex.search(r"\d|[A-Za-z][A-Z]", run) for run in runs),
        Trigger.AT: "@" in text,
        Trigger.LINK: "://" in text or "www." in text.lower(),
        Trigger.MANY: len(WORDS.findall(text.casefold())) >= detect.MANY or regex.search(r"[\u4e00-\u9fff]{12}", text) is not None,
        Trigger.STREET: digits > 0 and any(word.endswith(detect.STREETS) for word in WORDS.findall(text.casefold())),
    }
    found = Trigger.ALWAYS
    for trigger, there in has.items():
        found |= trigger if there else Trigger.ALWAYS
    return found


def all_tried(text: str) -> list[Hit]:
    """What is found by every rule, by `regex` alone, on every text that has one of its triggers or words."""
    triggers, words = declared(text), set(WORDS.findall(text.casefold()))
    rules = [rule for rule in RULES if rule.trigger & triggers or rule.words & words]
    return merged([Hit(start, end, rule.kind) for rule in rules for start, end in plainly(rule, text)])


def plainly(rule: Rule, text: str) -> list[tuple[int, int]]:
    if type(rule) is not Rule:
        return rule.find(text)
    pattern = regex.compile(rule.pattern)
    group = "value" if "value" in pattern.groupindex else 0
    found = [match.span(group) for match in pattern.finditer(text)]
    return [(start, end) for start, end in found if start < end and (rule.check is None or rule.check(text[start:end]))]


def lost(texts: list[str]) -> list[tuple[str, list[Hit], list[Hit]]]:
    found = [(text, DETECTOR.find(text), all_tried(text)) for text in texts]
    return [one for one in found if one[1] != one[2]]


@pytest.mark.slow
@pytest.mark.parametrize("folder", [FOLDER, FRESH], ids=["first", "fresh"])
def test_no_item_loses_what_is_found_by_all_rules_that_have_a_trigger_in_it(folder: Path) -> None:
    # a number and no more: what the fresh items say, nobody is to see
    number = len(lost([item.text for item in load(folder)]))
    assert number == 0


@pytest.mark.slow
def test_no_example_of_a_rule_does() -> None:
    number = len(lost(EXAMPLES))
    assert number == 0


def test_some_of_them_do_not_in_the_quick_tests_either() -> None:
    assert lost(random.Random(1).sample(EXAMPLES, 60)) == []


def test_every_example_has_what_its_rule_is_said_to_need() -> None:
    for rule in RULES:
        for marked in rule.true:
            text = marked.replace("⟦", "").replace("⟧", "")
            assert sum(map(str.isdecimal, text)) >= rule.least.digits, (rule.name, text)
            assert max(map(len, least.RUN.findall(text)), default=0) >= rule.least.run, (rule.name, text)
            assert not rule.least.said or any(one in least.folded(text) for one in rule.least.said), (rule.name, text)


@pytest.mark.parametrize(
    ("pattern", "digits", "run"),
    [
        (r"\d{4}", 4, 4),
        (r"(?i)\b[0-9]{3}-?\p{Nd}+(?!\d{9})", 4, 4),
        (r"a(?:1|22)b", 1, 3),
        (r"(?:a1)?b*", 0, 0),
        (r"(?<n>x\d{2,5}){3} (?P=n)", 6, 9),
        (r"(?=\d{9})[\d-]{3}", 0, 3),
        (r"[A-Za-z0-9_-]{20,}\.[^a]+", 0, 20),
        (r"\d\.\d(?<=1)2\d?", 3, 2),
        (r"[]\d]\x41[^\d]", 0, 0),
        (r"(?>12|3)4*?\1", 0, 0),
        (r"(?V1:[\d--5])1", 0, 0),
        (r"(?:12){e<=1}", 0, 0),
        (r"(?x) 1 2", 0, 0),
        (r"1(", 0, 0),
    ],
)
def test_what_a_pattern_needs_is_read_from_it_or_nothing_is_said(pattern: str, digits: int, run: int) -> None:
    assert least.least(pattern)[:2] == (digits, run)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"(?i)code[ :]+\d", {"code"}),
        (r"(?:PIN|пин(?:-код)?) \d", {"pin ", "пин ", "пин-код "}),
        (r"a?b*(?:key)?", set()),
        (r"(?:key|\d)x?", set()),
        (r"(?=[:=])\d", {":", "="}),
        (r"(?!key)\d", set()),
        (r"tokens?", {"token"}),
        (r"(?:t|telegram)\.me/[+]\w|\s[@(]at", {"t.me/+", "telegram.me/+", " @at", " (at"}),
    ],
)
def test_one_of_these_words_is_in_all_that_matches(pattern: str, said: set[str]) -> None:
    assert least.least(pattern).said == said


def test_of_a_text_without_digits_more_is_known() -> None:
    pattern = r"(?:on|am) (?:\d\d?|(?:first|second)) [a-z]* (?:\d\d|may|june)"
    assert least.least(pattern).said == {"on ", "am "}
    assert least.least(pattern, digits=False).said == {"on first ", "am first ", "on second ", "am second "}


def test_a_word_is_looked_for_as_regex_ignores_its_case() -> None:
    for sign in map(chr, range(0x20, 0x2FFF)):
        for other in {sign.lower(), sign.upper(), sign.casefold(), *("iIıİ" if sign in "iIıİ" else "")}:
            if len(other) == 1 and regex.fullmatch("(?i)" + regex.escape(sign), other):
                assert least.folded(sign) == least.folded(other), (sign, other)


def test_what_must_be_ahead_is_known_where_the_pattern_begins_with_it_and_has_no_other_branch() -> None:
    found = least.lead(r"(?i)(?<!\p{L})(?=[A-Z]{2}\p{Nd})[A-Z\d ]+")
    assert found is not None
    assert (bool(found.search("x ab1")), bool(found.search("x a1"))) == (True, False)
    assert least.lead(r"(?=1)\d|a") is None
    assert least.lead(r"(?=\w)\d") is None
    assert least.lead(r"\d(?=a)") is None


def test_re_takes_a_pattern_that_it_understands_as_regex_does() -> None:
    assert least.common(r"gh[op]_[A-Za-z0-9]{20,}") is not None
    for other in (r"\w+", r"\p{L}", r"(?<!a+)b", r"[[a]", r"a\b", r"(?<value>a)"):
        assert least.common(other) is None, other


def test_words_are_the_same_for_the_rules_and_for_the_names_where_they_are_shared() -> None:
    for sign in map(chr, range(sys.maxunicode + 1)):
        if _PARTED.fullmatch(sign):
            folded = f"a{sign}b".casefold()
            assert WORDS.findall(folded) == regex.findall(r"\w+", folded), hex(ord(sign))


def test_a_rule_is_tried_on_few_texts() -> None:
    tried: list[str] = []

    class Seen(Rule):
        def find(self, text: str) -> list[tuple[int, int]]:
            tried.append(text)
            return []

    some = Detector([Seen("seen", Kind.ID, r"(?i)number \d{6}", Trigger.DIGITS | Trigger.WORD, (), (), words=frozenset({"no"}))])
    for text in ("a number 12345", "no number", "123456", "no 1 number"):
        some.find(text)
    assert tried == []
    some.find("Number 123456")
    assert tried == ["Number 123456"]


def test_long_texts_are_tried_for_a_seed_phrase_where_enough_words_are_in_its_lists() -> None:
    phrase = "destroy tiger audit journey sense bulk valley maple destroy tiger audit jungle"
    chat = "we shall meet them at eight tomorrow, somewhere close by, and drink tea with cakes"
    for text, may in ((phrase, True), (phrase.upper(), True), (re.sub(" ", "_", phrase), True), (re.sub(" ", "1", phrase), True), (chat, False)):
        assert detect._may_be_phrase(text, WORDS.findall(text.casefold())) == may, text
    russian = "жертва узкий бугор натура снайпер волос ценить ориентир жертва узкий бугор неважно"
    assert detect._may_be_phrase(russian, russian.split())
    assert detect._may_be_phrase("très " * 12, ["très"] * 12), "nothing is known of other letters"
