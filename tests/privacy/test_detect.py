"""Rules are tried where they have a chance, and nowhere else: nothing is lost by it."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest
import regex

from tests.privacy.items import FOLDER, FRESH, load
from twin.privacy import detect
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


@pytest.mark.slow
def test_some_of_them_do_not_in_the_quick_tests_either() -> None:
    assert lost(random.Random(1).sample(EXAMPLES, 60)) == []


def test_words_are_the_same_for_the_rules_and_for_the_names_where_they_are_shared() -> None:
    for sign in map(chr, range(sys.maxunicode + 1)):
        if _PARTED.fullmatch(sign):
            folded = f"a{sign}b".casefold()
            assert WORDS.findall(folded) == regex.findall(r"\w+", folded), hex(ord(sign))


def test_a_rule_is_tried_on_few_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(Rule, "find", lambda _, text: tried.append(text) or [])
    some = Detector([Rule("some", Kind.ID, r"(?i)number \d{3}", Trigger.DIGITS | Trigger.WORD, (), (), words=frozenset({"no"}))])
    for text in ("a number 12", "no number", "123456", "Number 123"):
        some.find(text)
    assert tried == []
    for text in ("Number 1234", "no, number 123"):
        some.find(text)
    assert tried == ["Number 1234", "no, number 123"]


def test_long_texts_are_tried_for_a_seed_phrase_where_enough_words_are_in_its_lists() -> None:
    phrase = "destroy tiger audit journey sense bulk valley maple destroy tiger audit jungle"
    chat = "we shall meet them at eight tomorrow, somewhere close by, and drink tea with cakes"
    for text, may in ((phrase, True), (phrase.upper(), True), (re.sub(" ", "_", phrase), True), (re.sub(" ", "1", phrase), True), (chat, False)):
        assert detect._may_be_phrase(text, WORDS.findall(text.casefold())) == may, text
    russian = "жертва узкий бугор натура снайпер волос ценить ориентир жертва узкий бугор неважно"
    assert detect._may_be_phrase(russian, russian.split())
    assert detect._may_be_phrase("très " * 12, ["très"] * 12), "nothing is known of other letters"
