"""The rules for identifiers: that each passes its own examples and stays quick, and what they make of whole messages."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from random import Random

import phonenumbers
import pytest
import regex

from twin.privacy import births, contact, detect, ids, money, network, places
from twin.privacy.rule import Kind, Rule, Trigger

RULES = contact.RULES + money.RULES + ids.RULES + network.RULES + places.RULES + births.RULES
EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@cache
def has(trigger: Trigger, text: str) -> bool:
    """What the triggers promise, said once more and in other words; but for Trigger.WORD."""
    match trigger:
        case Trigger.DIGITS:
            return len([sign for sign in text if sign.isdecimal()]) >= 4
        case Trigger.TOKEN:
            return regex.search(r"[A-Za-z0-9\-_+/=.~%:]{16}", text) is not None
        case Trigger.AT:
            return "@" in text
        case Trigger.LINK:
            return "://" in text or "www." in text
        case Trigger.MANY:
            return len(text.split()) >= 12
        case Trigger.STREET:
            return any(sign.isdecimal() for sign in text) and any(word.endswith(detect.STREETS) for word in words(text))
    return False


@cache
def words(text: str) -> frozenset[str]:
    return frozenset(regex.findall(r"\w+", text.casefold()))


def fires(rule: Rule, text: str) -> bool:
    return not rule.words.isdisjoint(words(text)) or any(has(trigger, text) for trigger in rule.trigger)


def found(text: str) -> Iterator[tuple[Kind, str, str]]:
    """What all rules make of a text as twin would ask them: those that its triggers fire."""
    for rule in RULES:
        if fires(rule, text):
            yield from ((rule.kind, rule.name, text[start:end]) for start, end in rule.find(text))


def covered(text: str, kind: Kind) -> str:
    """A text's signs that rules of a kind take, the rest as spaces."""
    taken = [" "] * len(text)
    for rule in RULES:
        if rule.kind is kind and fires(rule, text):
            for start, end in rule.find(text):
                taken[start:end] = text[start:end]
    return "".join(taken)


@EACH
def test_a_rule_passes_its_own_examples(rule: Rule) -> None:
    assert rule.faults() == []
    assert len(rule.true) >= 3
    assert len(rule.false) >= 3
    assert all("⟦" in text for text in rule.true)
    assert not any("⟦" in text for text in rule.false)


@EACH
def test_a_rule_is_triggered_by_what_it_finds(rule: Rule) -> None:
    for text in rule.true:
        assert fires(rule, text.replace("⟦", "").replace("⟧", "")), text
    assert (Trigger.WORD in rule.trigger) == bool(rule.words)
    assert all(regex.findall(r"\w+", word.casefold()) == [word] for word in rule.words)


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


LONGEST = 4096
"""Characters of Telegram's longest message. Most rules take a millisecond for it, and one that goes through it again from every place hours."""
SECONDS = 2.0
"""Of the processor, at most: many times what the slowest rule takes, for a machine that is busy."""
HOSTILE = ("1", "1 ", "12-", "1234 ", "1.", "1(", "a", "Ab ", "a1:", "a@", "a.", "ab:", "+7 ", "8-9", "Ул Ы ", "5 мая ", "1.23456 ", "1°2'")


@pytest.mark.slow
@EACH
def test_a_rule_takes_no_time_over_a_hostile_text(rule: Rule) -> None:
    starts = [text.split("⟦")[0] + text.split("⟦")[1][:5] for text in rule.true[:2]]
    word = min(rule.words, key=len, default="")
    rule.find("")
    for shape in {*HOSTILE, *starts, word + " ", word + " 1", word + " мой "}:
        text = (shape * LONGEST)[:LONGEST]
        began = time.process_time()
        rule.find(text)
        assert time.process_time() - began < SECONDS, shape


def test_the_libraries_are_not_imported_with_the_rules() -> None:
    code = (
        "import sys; from twin.privacy import births, contact, ids, money, network, places; print({'phonenumbers', 'stdnum', 'ipaddress'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


TYPED = """
+44 7700 900123 | 8 (912) 345-67-89 | 89123456789 | 0049 151 23456789 | (555) 010-9999 | 020 7946 0018 | 8-912-345-67-89 | 8 912 345 67 89 | +7-912-345-67-89
+7(912)3456789 | +7 912 3456789 | 7 912 345 67 89 | 79123456789 | 8(495)123-45-67 | (495) 123-45-67 | 912-345-67-89 | 912 345 67 89 | 9123456789
+1 (555) 010-9999
555-010-9999 | 555.010.9999 | 1-555-010-9999 | +1.555.010.9999 | 555 010 9999 | 07700 900123 | 07700900123 | 07700-900-123 | 0161 496 0000
+44 (0)20 7946 0018
+4915123456789 | 0151 23456789 | 0151/23456789 | 030 12345678 | +33 6 12 34 56 78 | 06 12 34 56 78 | 06.12.34.56.78 | 0612345678 | +34 612 345 678
+39 347 123 4567
+380 50 123 45 67 | 050 123 45 67 | 0501234567 | +375 (29) 123-45-67 | 8 029 123-45-67 | +998 90 123 45 67 | +86 138 1234 5678 | +91 98765 43210
+81 90-1234-5678
090-1234-5678 | +55 11 91234-5678 | (11) 91234-5678 | +972 50-123-4567 | 050-123-4567 | +90 532 123 45 67 | +61 412 345 678 | 0412 345 678
＋７ ９１２ ３４５ ６７ ８９
８９１２３４５６７８９ | +7 912 345 67 89 | 8–912–345–67–89 | +7 (4012) 12-34-56 | 8 (4012) 12-34-56 | 011 44 20 7946 0018 | 00447700900123 | 123-45-67
+995 555 12 34 56
"""


@pytest.mark.parametrize("number", [number.strip() for line in TYPED.strip().splitlines() for number in line.split("|")])
@pytest.mark.parametrize("around", ["{}", "it's {} ok?", "запиши: {}, маша", "call me on {}", "({})", "{} 10 minutes"])
def test_a_phone_is_found_however_it_is_typed(number: str, around: str) -> None:
    if around.startswith("(") and number.startswith("("):
        return
    text = around.format(number)
    taken = covered(text, Kind.PHONE)
    assert [sign for sign in taken if sign.isdecimal()][: sum(map(str.isdecimal, number))] == [sign for sign in number if sign.isdecimal()]


def test_phones_of_all_regions_are_found_with_their_country_code() -> None:
    missed, asked = [], 0
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            for form in (phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164):
                typed = phonenumbers.format_number(number, form)
                asked += 1
                if covered(f"пиши {typed} вечером", Kind.PHONE).strip() != typed:
                    missed.append(typed)
    assert asked > 800
    assert len(missed) <= 0.01 * asked, missed


SHAPES = """
8 (9AA) AAA-AA-AA | 89AAAAAAAAA | +7 9AA AAA-AA-AA | 8-9AA-AAA-AA-AA | 8 9AA AAA AA AA | +79AAAAAAAAA | 8 (495) AAA-AA-AA | 9AA-AAA-AA-AA | 8 9AA AAAAAAA
(BAA) AAA-AAAA | BAA-AAA-AAAA | BAA.AAA.AAAA | +1 BAA AAA AAAA | 1-BAA-AAA-AAAA | +44 7AAA AAAAAA | 07AAA AAAAAA | 07AAAAAAAAA | 020 7AAA AAAA | 0161 AAA AAAA
+49 15A AAAAAAAA | 0049 15A AAAAAAA | +380 AA AAA AA AA | +375 29 AAA-AA-AA
"""


def test_invented_phones_are_found_whatever_their_digits() -> None:
    # numbers that a test may make up need not be in use
    dice, missed = Random(3), []
    shapes = [shape.strip() for line in SHAPES.strip().splitlines() for shape in line.split("|")]
    texts = [(shape, around) for shape in shapes for around in ("call me on {}", "мой номер {}", "{}", "запиши {} - Олег") for _ in range(4)]
    for shape, around in texts:
        number = "".join(dice.choice("0123456789") if sign == "A" else dice.choice("23456789") if sign == "B" else sign for sign in shape)
        if [sign for sign in covered(around.format(number), Kind.PHONE) if sign.isdecimal()] != [sign for sign in number if sign.isdecimal()]:
            missed.append(number)
    assert len(missed) <= 0.01 * len(texts), missed


def test_phones_are_found_as_they_are_dialled_at_home() -> None:
    missed, asked = [], 0
    for region in "RU KZ US CA GB DE FR ES IT PL UA BY NL BE CH AT AU JP KR IL TR IE SE FI BR IN CZ PT".split():
        number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        for text in (f"call me on {national}", f"мой номер: {national}", f"tel. {national}!"):
            asked += 1
            if [sign for sign in covered(text, Kind.PHONE) if sign.isdecimal()] != [sign for sign in national if sign.isdecimal()]:
                missed.append(text)
    assert len(missed) <= 0.03 * asked, missed


BENIGN = """
order 1234567 has shipped | order #89123456789 | заказ №4601234567 едет | номер заказа 9876543210 | трек RA123456789RU | tracking number 1Z999AA10123456784
invoice INV-2024-00123
it costs $1,299.99 | цена 45 000 рублей | 12 345 678 руб за всё | за 1 500 000 ₽ | €49.90 a month | зарплата 120000 | скинь 5000 до пятницы
3 500 000 people watched it
see you on 12.05.2024 | 2024-05-12 at 18:30 | встреча 05.10.2023 19:30 | с 01.05.2024 по 10.05.2024 | May 3rd, 2024 works | 5 мая в 18.10
12/04/2023, 10:15 | с 9 до 18
22:15:03.123 | the call is 10:30-11:30 | 14.30 - 15.00 | поезд в 07:45 | 1:23:45 into the film | 09.00-18.00 без обеда | call me at 10 30 | позвони в 19-00
набери в 8
python 3.11.4 | version 10.0.19045.3 | v2.31.0 | iOS 17.4.1 | Chrome 120.0.6099.109 | chrome 121.0.61.85 | обновись до 5.15.0.91 | драйвер 31.0.15.3623
release 1.20.3.45
commit 3f2a9c1d | 9fceb02d0ae598e95dc970b74767f19372d61af8 | a1b2c3d4e5f6 | fixed in e83c5163316f89bfbde7d9ab23ca2e25604af290
md5 d41d8cd98f00b204e9800998ecf8427e
550e8400-e29b-41d4-a716-446655440000 | ISBN 978-3-16-148410-0 | isbn 0306406152 | 9780306406157 | арт. 4600123 | EAN 4006381333931 | артикул 12345678
SKU 00123456789
we won 3:2 | 21-19, 21-15 | счёт 2:1 | 6-4 7-6 6-3 | 102-98 after overtime | 100500 раз говорил | лучше 2048 чем 2047 | 1700000000 is the timestamp
1700000000000 ms
2147483647 is the maximum | 4294967296 | 0xdeadbeef | 3.14159265 | 2.718281828 | 0.123456789 | 1e-10 | 192 kbit/s | 1920x1080 | 255 255 255 | #ff8800
pi is 3.1415926535
5 streets away | на улице 25 градусов | на улице минус 30 | смотрела дом 2 | page 221 | a 10 minute drive | 2 way street | страница 145 | этаж 12
3 комнаты 75 метров | квартира 45 метров
100 m down the road | in 2020 wall street fell | пробка на шоссе 15 км | площадь 120 метров | автобус 156 до площади | 24 hour parking
gate 42 at terminal 5 | рейс SU 1234 | flight BA2490
loss 0.1234, acc 0.9876 | 0.1234 0.5678 0.9123 | epoch 12 loss 1.2345 | p = 0.00001 | ratio 1.6180 | 12.50, 13.50 | размеры 40 42 44 46 48 50 | 90-60-90
1 2 3 4 5 6 7 8 9 10
std::vector<int> x(1000) | a::b | 12:30:45 | 16:9 | localhost 127.0.0.1 | mask 255.255.255.0 | 0.0.0.0 | dead::beef | me@localhost | git@github.com:a/b.git
@anna_1990 | logo@2x.png
born to run | happy birthday!!! | с днём рождения! | др через неделю | founded on 3 May 1990 | 3.5 кг родился | turn left in 300 m | 25 лет назад | мне 25
she is 30 | в 1990 году | released 2024-05-12
call 911 | звони 112 | call me in 5 minutes | звони 100500 раз | iphone 15 pro max 256 | номер 12 | номер дома 45 | телефон за 25000 | take number 42
text me in 2 hours | call 10000 people
карта 1234 | card game | карта мира 1:50000 | visa runs out in 2025 | паспорт готов 12.05 | passport expires 12.05.2027 | серия 3 сезон 2 | инн 10 цифр
user id 12345678 | id 100500
snils 11 digits | ИНН 7703123458 | PESEL ma 11 cyfr | ein Jahr 2023 | tin can 12 | pan 24 cm | ни 2 ни 3 | nhs 111 | код 1234567 | via Terminal 2 | Platz 3
Parkplatz 12 | version 1.2.3.4
1 кв 2024 | 4 кв. 2025 года | 50 кв. м | домофон 10 дней не работает | build 20240115 | 20240115 | 15012024 | 2023-2024 | 1990-2000 | 100-200 штук
10-15 минут | 2-3 раза | 7-8 баллов
купил 2 по 1999 | кэшбек 1500 5000 10000 | $20-30 | 1,234,567 views | 12 000 шагов | 5 000-7 000 | 1 000 000 км | 300 000 км/с | 8 800 000 000
65000 75000 | от 60000 до 70000
"""


@pytest.mark.parametrize("text", [text.strip() for line in BENIGN.strip().splitlines() for text in line.split("|")])
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    assert list(found(text)) == []
    # in a sentence as well
    assert list(found(f"слушай, {text}, ну ок")) == []


def test_the_marks_of_kinds_do_not_take_each_others_numbers() -> None:
    assert covered("ssh 203.0.113.45, mail a@example.com", Kind.PHONE).strip() == ""
    assert covered("DE89 3704 0044 0532 0130 00", Kind.CARD).strip() == ""
    assert covered("СНИЛС 123-456-789 64", Kind.PHONE).strip() == ""
    assert covered("40817810099910004312", Kind.CARD).strip() == ""


@pytest.mark.parametrize(
    ("text", "kind", "private"),
    [
        ("переведи на 4276 1234 5678 9014, срок 12/29", Kind.CARD, "4276 1234 5678 9014"),
        ("card 4111-1111-1111-1111 cvv 123", Kind.CARD, "4111-1111-1111-1111"),
        ("4111111111111111", Kind.CARD, "4111111111111111"),
        ("my iban is gb82 west 1234 5698 7654 32 thanks", Kind.IBAN, "gb82 west 1234 5698 7654 32"),
        ("пиши на Ivan.Petrov@почта.рф!", Kind.EMAIL, "Ivan.Petrov@почта.рф"),
        ("мой инн 771234567859, скинь договор", Kind.ID, "771234567859"),
        ("паспорт серия 4510 номер 123456, выдан ОВД", Kind.ID, "4510 номер 123456"),
        ("снилс: 123-456-789 64", Kind.ID, "123-456-789 64"),
        ("зайди на http://192.168.0.17/ и введи пароль", Kind.IP, "192.168.0.17"),
        ("ping 2a00:1450:4010:c05::71 doesn't work", Kind.IP, "2a00:1450:4010:c05::71"),
        ("приезжай на ул. Лесная, д. 7, корп. 2, кв. 15, домофон 15", Kind.ADDRESS, "ул. Лесная, д. 7, корп. 2, кв. 15, домофон 15"),
        ("I moved to 48 Maple Avenue, Apt 3B last week", Kind.ADDRESS, "48 Maple Avenue, Apt 3B"),
        ("домофон 15к3344 третий этаж", Kind.CODE, "15к3344"),
        ("i was born on the 4th of july 1992 btw", Kind.BIRTH, "4th of july 1992"),
        ("у меня день рождения 14 февраля", Kind.BIRTH, "14 февраля"),
        ("встречаемся тут 55.75222, 37.61556", Kind.PLACE, "55.75222, 37.61556"),
    ],
)
def test_what_is_private_in_a_message_is_marked_to_its_ends(text: str, kind: Kind, private: str) -> None:
    assert covered(text, kind).strip() == private
