"""Rules for what reaches a person: e-mail addresses and phone numbers.

A phone number is told from other numbers by its spelling first, and then by the numbering plans (phonenumbers). The fewer signs of a phone a
spelling has, the more is asked of it: after a + a possible length is enough, a bare run of digits must be in use somewhere, and a short one must be
said to be a phone.
"""

from __future__ import annotations

from itertools import pairwise

import regex

from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.spelling import END, NO_ORDER, PAID, START, UNIT, D, digits, groups, said, words_of

_GAP = r"[ \t\xa0\u2000-\u200a\u202f\u3000().\-\u2010-\u2015\u2212/·（）－]{0,3}"
"""What stands between two digits of a phone number."""

_NEXT = rf"(?:{_GAP}{D})"

# Country codes whose numbers all have nine or ten more digits (ITU-T E.164 national plans): a number ends there, whatever digits follow.
_NINE = "33|34|48|351|375|380|420|421|992|994|995|996|998"
_TEN = "44|90|91|52|57|63"

# Runs of digits that are a whole number without its +, or a Russian mobile without its 8: what of them is a phone sooner than an order.
_RUNS = (
    rf"9{D}{{9}}|1[2-9]{D}{{9}}|(?:380|375|373|374|972|971|992|993|994|995|996|998){D}{{8,9}}|447{D}{{9}}|491[567]{D}{{8,9}}|91[6-9]{D}{{9}}|"
    rf"33[67]{D}{{8}}|34[67]{D}{{8}}|393{D}{{9}}|48[4-8]{D}{{8}}|905{D}{{9}}|55{D}{{2}}9{D}{{8}}"
)
# Numbers without any prefix whose groups are those of phones: North America, Russia and its cities, Brazil, Poland and its neighbours, Italy, China.
_SHAPES = (
    rf"(?:1[ .-]?)?(?:\([2-9]{D}{D}\)[ -]?{D}{{3}}[ .-]?{D}{{4}}|[2-9]{D}{D}(?<gap>[ .-]){D}{{3}}(?P=gap){D}{{4}})|"
    rf"\({D}{{3}}\)[ -]{{0,2}}{D}{{3}}[ -]?{D}{{2}}[ -]?{D}{{2}}|[3489]{D}{D}[ -]{D}{{3}}[ -]{D}{{2}}[ -]{D}{{2}}|"
    rf"\({D}{{4,5}}\) ?{D}{{1,2}}[ -]?{D}{{2}}[ -]{D}{{2}}|{D}{{3}}-{D}{{2}}-{D}{{2}}|"
    rf"\({D}{{2,4}}\) ?{D}{{3,5}}-{D}{{4}}|"
    rf"{D}{{3}}-{D}{{3}}-{D}{{3}}(?![ -]{D})|"
    rf"[39]{D}{D}[ -]{D}{{7}}|"
    rf"1[3-9]{D}(?<dash>[ -]){D}{{4}}(?P=dash){D}{{4}}"
)

_ZERO_REGIONS = tuple("GB DE FR IT UA NL BE CH AT AU NZ JP KR IL TR IE SE FI RO ZA KG UZ VN ID TH MY AR EG NG KE PK RS HR BG".split())
_PLAIN_REGIONS = tuple("RU US IN ES PL IT UA BR TR PT CZ GR DK NO".split())

_DATE = (
    r"(?:(?:0?[1-9]|[12]\d|3[01])(?:[./](?:0?[1-9]|[12]\d|3[01])[./](?:19|20)?|-(?:0?[1-9]|[12]\d|3[01])-(?:19|20))\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})"
    r"(?!\d|[./-]\d)"
)
"""A date: with dashes only where the year is whole, as 05-12-34 is a phone sooner."""
_COUNTING = "01234567890123456789"
_THOUSANDS = r"\d{1,3}(?:[ .\xa0\u2009\u202f]\d{3})+"


def _valid(number: str, regions: tuple[str, ...]) -> bool:
    """Whether a number is in use, as dialled within one of some regions."""
    import phonenumbers

    for region in regions:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _without_extension(value: str) -> str:
    return str(regex.split(r"[\p{L},;]", value, maxsplit=1)[0])


def _international(value: str) -> bool:
    import phonenumbers

    number = digits(_without_extension(value).replace("(0)", ""))
    if value[0] not in "+＋":
        number = number.removeprefix("011") if number.startswith("011") else number.removeprefix("00")
    try:
        parsed = phonenumbers.parse("+" + number, None)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE


def _russian(value: str) -> bool:
    value = _without_extension(value)
    number, parts = digits(value), groups(value)
    if number[1:] == number[1] * 10:
        return False
    if len(parts) == 1:
        return _valid("+7" + number[1:], ("RU",))
    area_apart = len(parts[0]) == 1 and len(parts[1]) >= 3
    decimal = regex.match(r"\d\.\d{4}", value)
    return (area_apart or len(parts[0]) >= 4) and min(map(len, parts[1:])) >= (1 if "(" in value else 2) and not decimal


def _zero(value: str) -> bool:
    value = _without_extension(value)
    number, parts = digits(value), groups(value)
    if len(parts) == 1:
        if number in _COUNTING:
            return False
        return (number.startswith("07") and len(number) == 11) or _valid(number, _ZERO_REGIONS)
    counted = all(int(after) == int(before) + 1 for before, after in pairwise(parts))
    mixed = "." in value and "-" in value
    return len(parts[0]) >= 2 and min(map(len, parts)) >= 2 and not (counted or mixed or regex.match(_DATE, value))


def _local(value: str) -> bool:
    value = _without_extension(value)
    number = digits(value)
    if regex.fullmatch(r"\d{3}-\d{3}-\d{3}", value):
        return _valid(number, ("PL", "ES", "CZ", "PT", "GR", "SK"))
    if regex.fullmatch(r"\d{3}\D\d{7}", value):
        return _valid(number, ("RU", "IT"))
    return 7 <= len(number) <= 11 and not regex.fullmatch(_THOUSANDS, value) and number[-7:] != "0000000"


def _bare(value: str) -> bool:
    number = digits(value)
    if number.startswith("9") and len(number) == 10:
        return _valid(number, ("RU",))
    return _valid("+" + number, ("RU",)) or _valid(number, ("CN",))


def _alone(value: str) -> bool:
    number = digits(value)
    if regex.fullmatch(_THOUSANDS, value) or regex.match(_DATE, value) or min(map(len, groups(value))) < 2 or len(set(number)) < 3:
        return False
    if number in _COUNTING or any(part.endswith("000") for part in groups(value)):
        return False
    return _valid(number, _PLAIN_REGIONS) or (len(number) > 10 and _valid("+" + number, ("RU",)))


def _said(value: str) -> bool:
    number, parts = digits(value), groups(value)
    times = ("." in value and "-" in value) or all(len(part) == 4 and part[:2] in ("19", "20") for part in parts)
    enough = len(number) >= 6 or (len(number) == 5 and len(parts) > 1)
    return enough and not (times or regex.match(_DATE, value) or number.endswith("0000") or _hours(parts))


def _hours(parts: list[str]) -> bool:
    """Whether groups are two times of day, as in "10 30 - 11 00"."""
    return [len(part) for part in parts] == [2] * 4 and max(parts[::2]) < "24" and all(part < "60" and part[1] in "05" for part in parts[1::2])


_CALLED = tuple(
    "call,call me,ring,ring me,text,text me,phone,phone number,phone numbers,tel,telephone,mobile,mob,cell,cellphone,cell phone,whatsapp,viber,fax,sms,dial,"
    "number,my number,reach me,landline,hotline,"
    "звони,звоните,звонить,звонок,позвони,позвоните,позвонить,перезвони,перезвоните,набери,наберите,набирай,набирайте,набрать,связаться,телефон,телефона,"
    "телефону,телефоны,телефончик,тел,моб,мобильный,мобильник,мобила,сотовый,сот,номер,номера,номеру,номерок,номером,номер телефона,номеру телефону,ватсап,"
    "ватсапп,вацап,вотсап,вотсапп,вайбер,вайбере,факс,смс,домашний,рабочий,городской,трубка,подзвони,дзвони,"
    "telefon,telefonnummer,handy,handynummer,rufnummer,ruf,anrufen,nummer,téléphone,tél,portable,numéro,appelle,appelez,teléfono,telefono,número,móvil,movil,"
    "llámame,cellulare,numero,chiama,chiamami,zadzwoń,komórka".split(",")
)
_CALL_LINK = (
    r"(?:\p{Lu}\p{L}{1,15}|(?i:me|him|her|us|them|at|on|back|is|it|s|was|to|no|nr|number|my|his|our|their|new|old|work|home|for|via|and|text|phone|"
    r"tel|cell|mobile|please|now|"
    r"here|or|мне|ему|ей|нам|им|по|на|номер|номеру|номера|телефона|телефону|телефон|тел|это|мой|моя|вот|его|е[её]|новый|старый|рабочий|домашний|мамы|папы|"
    r"у|меня|сюда|пожалуйста|плиз|если|что|или|лучше|с|со|мобильный|сотовый|unter|auf|an|ist|meine|mich|au|est|mon|moi|le|al|es|mi|il|mio))"
)

_EXTENSION = rf"(?:[ ,;]{{0,2}}(?i:ext|x|доб|вн)\.?\s?{D}{{1,5}})?"

_PROVIDERS = (
    "gmail|googlemail|yandex|yahoo|hotmail|outlook|icloud|proton|protonmail|mail|inbox|bk|list|ukr|rambler|gmx|web|live|me|aol|ya|яндекс|майл|мейл|мэйл|"
    "гмейл|гмайл|джимейл|рамблер|почта"
)
_TLD = "com|net|org|ru|рф|ком|ру|su|ua|by|kz|info|io|me|co|de|fr|es|it|pl|uk|us|eu|ch|at|nl|se|cz|br|edu|gov|dev|app|example|test"
_DOT = r"(?:\s?\.\s?|,(?=\p{L})|\s?[(\[{<]\s?(?:dot|точка|тчк|\.)\s?[)\]}>]\s?|[\s_-](?:dot|точка|тчк|punto|punkt|point)[\s_-])"
_LOCAL = (
    r"[\w](?:(?!_(?:at|dot)_)[\w.+-]){0,63}+(?:[\s_](?:dot|точка|тчк|underscore|dash|hyphen|minus|(?:нижнее )?подч[её]ркивание|тире|дефис|минус|punto|"
    r"punkt|point)[\s_]"
    r"[\w](?:(?!_(?:at|dot)_)[\w.+-]){0,40}+){0,3}"
)
_NO_LOCAL = (
    r"(?<!\w)(?:me|us|him|her|them|up|in|on|out|it|is|was|are|be|am|works?|worked|working|mail|email|account|look|looking|available|hosted|register(?:ed)?|"
    r"found|only|based|employed|team|job|engineer|here|there|not|anything|page|site|one|that|this|моя|наша|его)"
)

RULES: tuple[Rule, ...] = (
    Rule(
        name="email",
        kind=Kind.EMAIL,
        # the host of a repository is nobody's mailbox, and @2x is how pictures are named
        pattern=r"(?=[\w+])(?<![\w.+%&~@-]'?)(?!git@)[\w+](?:[\w.+%&~'\p{M}-]{0,63}+(?<![.'])@)(?!\d(?:\.\d)?x\.)"
        r"(?:[\p{L}\p{N}\p{M}_-]{1,63}\.){1,8}(?:xn--[A-Za-z0-9-]{2,58}|[\p{L}\p{M}]{2,24})(?![\p{L}\p{N}_@-])",
        trigger=Trigger.AT,
        true=(
            "write to ⟦anna.k@example.com⟧",
            "почта: ⟦иван@почта.рф⟧, жду",
            "⟦first.last+tag@sub.example.co.uk⟧.",
            "<⟦o'neil_99@mail.example.org⟧>",
            "mailto:⟦x@y.de⟧ и ⟦a-b@c-d.ru⟧",
            "⟦用户@例子.公司⟧",
        ),
        false=(
            "ping @anna_k about it",
            "git@github.com:me/project.git",
            "npm i react@18.2.0",
            "logo@2x.png is blurred",
            "встреча @ кафе",
            "@user@mastodon.social",
            "me@localhost",
        ),
    ),
    Rule(
        name="email-spelled",
        kind=Kind.EMAIL,
        # a dot may be any sign or word for one; "at" as a word alone is believed only before a known host, and not after a verb
        pattern=rf"(?i)(?<![\w.@-])(?!git@)(?<value>{_LOCAL}(?:"
        r"(?:\s?[(\[{<]\s?(?:at|собака|собачка|dog|ат|эт|@)\s?[)\]}>]\s?|\s(?:собака|собачка|arroba|chiocciola)\s)"
        rf"[\p{{L}}\p{{N}}-]{{1,40}}(?:{_DOT}[\p{{L}}\p{{N}}-]{{2,24}}){{1,3}}"
        rf"|\s?[@＠]\s?(?:{_PROVIDERS})\s(?:com|ru|net)"
        rf"|(?:[@＠]\s{{1,2}}|\s[@＠]|[@＠])(?:[\p{{L}}\p{{N}}-]{{2,40}}{_DOT}){{1,2}}(?:{_TLD})"
        rf"|(?<!{_NO_LOCAL})(?:\s|_)(?:at|собака|эт|ат|@)(?:\s|_)(?:{_PROVIDERS})(?:{_DOT}|\s)(?:{_TLD})))(?![\p{{L}}\p{{N}}_])",
        trigger=Trigger.AT | Trigger.WORD,
        words=frozenset("собака собачка arroba ат эт dot точка тчк com net org ru рф ком ру".split()),
        true=(
            "⟦anna (at) example.com⟧",
            "пиши на ⟦ivan.p собака mail.ru⟧",
            "⟦john at gmail dot com⟧",
            "⟦kate [at] example [dot] org⟧",
            "⟦vasya(собака)yandex.ru⟧",
            "⟦ivan @ mail.ru⟧",
            "write me at ⟦anna dot koval at gmail dot com⟧",
            "⟦ivan_p@ mail.ru⟧ без пробела",
            "⟦ivan @gmail.com⟧",
            "⟦kate@gmail .com⟧ or ⟦kate@gmail,com⟧",
            "⟦petya underscore k at yahoo dot com⟧",
            "⟦oleg точка к собака яндекс точка ру⟧",
            "⟦john at gmail com⟧",
            "⟦petr@yandex ru⟧",
        ),
        false=(
            "git@github.com:a/b.git",
            "he works at yandex.ru",
            "sign up at mail.ru",
            "купил @ 100, потом ещё",
            "cc @anna, @boris. ok",
            "it was at the dot com boom",
            "meet me at example.com",
            "у меня собака. ру",
            "моя собака Рекс",
            "look at (at least) the docs",
            "arrive at 10.30",
            "I was at mail yesterday",
        ),
    ),
    Rule(
        name="phone-international",
        kind=Kind.PHONE,
        pattern=rf"(?=[+＋])(?<![\p{{N}}+])(?<value>[+＋]{_GAP}(?!0)"
        rf"(?:[17１７]{_NEXT}{{10}}|(?:{_NINE}){_NEXT}{{9}}|(?:{_TEN})(?:{_GAP}\(0\))?{_NEXT}{{10}}|[1-9][0-9]{{0,2}}{_GAP}\(0\){_NEXT}{{6,12}}|"
        rf"(?![17]){D}{_NEXT}{{6,14}})(?!{D}){_EXTENSION}){END}{PAID}",
        trigger=Trigger.DIGITS,
        check=_international,
        true=(
            "it's ⟦+44 7700 900123⟧",
            "⟦+7 (912) 345-67-89⟧ маша",
            "тел:⟦+79123456789⟧",
            "⟦+1 555 010 9999⟧",
            "⟦+49 (0)30 12345678⟧",
            "⟦+３８０ ５０ １２３ ４５ ６７⟧",
            "⟦+1-202-555-0123 ext 45⟧",
            "⟦+375 29 123-45-67⟧, 2 шт",
        ),
        false=("+100500", "karma +1000000", "2+2000000000", "+1 000 000 руб", "C++ 2024 2025", "на улице +25", "+20 000 000 ₽"),
    ),
    Rule(
        name="phone-international-then",
        kind=Kind.PHONE,
        # a count may follow that is no part of it, which only the numbering plan can tell
        pattern=rf"(?=[+＋])(?<![\p{{N}}+])(?<value>[+＋]{_GAP}(?!0){D}{_NEXT}{{7,14}}?)(?= {D}{{1,2}}(?!{D}))",
        trigger=Trigger.DIGITS,
        check=lambda value: _valid("+" + digits(value), ("RU",)),
        true=("⟦+61 412 345 678⟧ 10 minutes ago", "⟦+86 138 1234 5678⟧ 2 раза", "⟦+55 11 91234-5678⟧ 5 pm"),
        false=("+61 412 10 minutes", "+20000000 10", "+1 000 000 10"),
    ),
    Rule(
        name="phone-abroad",
        kind=Kind.PHONE,
        pattern=rf"(?=0[01]){START}(?<value>(?:00|011){_GAP}(?:[17]{_NEXT}{{10}}|(?:{_TEN}){_NEXT}{{10}}|[2-9]{_NEXT}{{8,12}})(?!{D})){END}{PAID}",
        trigger=Trigger.DIGITS,
        check=_international,
        true=("⟦0049 151 23456789⟧", "call ⟦00447700900123⟧ pls", "⟦011 44 20 7946 0018⟧", "⟦00 7 912 345 67 89⟧"),
        false=("00:12:45", "0012345", "заказ №0049151234567", "000 000 000 000", "part 00-1200-33"),
    ),
    Rule(
        name="phone-russian",
        kind=Kind.PHONE,
        pattern=rf"(?=[78７８]{_GAP}(?:[34789３４７８９]|0[1-4])){START}{NO_ORDER}(?<value>[78７８]{_NEXT}{{10}}(?!{D}){_EXTENSION}){END}{PAID}",
        trigger=Trigger.DIGITS,
        check=_russian,
        true=(
            "⟦8 (912) 345-67-89⟧",
            "⟦89123456789⟧,⟦89123456780⟧",
            "мой ⟦8-912-345-67-89⟧",
            "⟦8.912.345.67.89⟧",
            "⟦8 495 123 45 67⟧",
            "⟦7 912 3456789⟧",
            "⟦8912 345 67 89⟧ 2 подъезд",
            "⟦8(4012)12-34-56⟧",
            "⟦８９１２３４５６７８９⟧",
            "⟦8 029 123-45-67⟧",
        ),
        false=(
            "заказ 89123456789",
            "трек-номер: 79123456789",
            "8 10 12 14 16 18",
            "размеры 7 12 15 20 25 30",
            "89 123 456 789 рублей",
            "#89123456789",
            "8.91234 56.78901",
            "https://shop.example/item/89123456789",
            "8 900 000 000",
        ),
    ),
    Rule(
        name="phone-zero",
        kind=Kind.PHONE,
        pattern=rf"(?=\(?0)(?<!\p{{N}} ){START}{NO_ORDER}(?<value>\(?0(?![0.,]){_NEXT}{{8,11}}(?!{D}){_EXTENSION}){END}{PAID}",
        trigger=Trigger.DIGITS,
        check=_zero,
        true=(
            "⟦020 7946 0018⟧",
            "call me on ⟦07700 900123⟧",
            "⟦07700900123⟧",
            "⟦(020) 7946 0018⟧",
            "⟦06 12 34 56 78⟧",
            "⟦06.12.34.56.78⟧ c'est moi",
            "⟦0151/23456789⟧",
            "⟦050 123 45 67⟧",
            "⟦0161-496-0000⟧",
            "⟦0412 345 678⟧",
        ),
        false=(
            "01 02 03 04 05",
            "05.10.2023 19:30",
            "0 1 2 3 4 5 6 7 8 9",
            "0.123456789",
            "order 0612345678",
            "ISBN 0-306-40615-2",
            "01.05.2024 - 10.05.2024",
            "с 09.00-18.00 12.00",
            "0306406152-x",
            "0123456789",
        ),
    ),
    Rule(
        name="phone-local",
        kind=Kind.PHONE,
        # groups of three by spaces, after another such group, are a row of numbers
        pattern=rf"(?=\(?{D}{{2,5}}[ .)-]{{1,3}}{D}|1[ .(-])(?:(?<!(?<!{D}){D}{{1,3}} )|"
        rf"(?!{D}+ )){START}{NO_ORDER}(?<value>{_SHAPES})(?!{D}){_EXTENSION}{END}(?!-){PAID}",
        trigger=Trigger.DIGITS,
        check=_local,
        true=(
            "⟦(555) 010-9999⟧",
            "⟦555-010-9999⟧",
            "⟦1-555-010-9999⟧ thanks",
            "⟦555.010.9999⟧",
            "⟦(495) 123-45-67⟧",
            "⟦912 345 67 89⟧",
            "⟦912-345-67-89⟧",
            "⟦(11) 91234-5678⟧",
            "⟦512-345-678⟧",
            "⟦347 1234567⟧",
            "⟦138 1234 5678⟧",
            "или ⟦123-45-67⟧",
        ),
        false=(
            "order 555-010-9999",
            "90-60-90",
            "12-05-2024",
            "100-200-300 рублей",
            "SNILS 123-456-789 64",
            "078-05-1120",
            "123 456 789",
            "2024-01-15",
            "ISBN 978-3-16-148410-0",
            "550e8400-e29b-41d4-a716-446655440000",
            "3-2, 4-1",
            "64 128 256 512 1024 2048",
            "233 377 610 987 1597 2584",
        ),
    ),
    Rule(
        name="phone-second",
        kind=Kind.PHONE,
        # what stands beside a phone in the same breath is another, however it is spelled
        pattern=rf"(?=[+(]?{D})(?<=(?:{D}{{3}}\)?[ .-]?{D}{{3}}[ .-]?{D}{{4}}|{D}{{3}}[ -]?{D}{{2}}[ -]{D}{{2}}|(?<!{D})[78]{D}{{10}})"
        rf"(?:\s?[/;]\s?|\s(?i:or|или|либо)\s))(?<value>[+(]?{D}{_NEXT}{{6,12}})(?!{D}){END}",
        trigger=Trigger.DIGITS,
        check=_said,
        true=("305-555-0178/⟦2065550121⟧", "+7 912 345-67-89 / ⟦234-56-78⟧", "89123456789; ⟦89123456780⟧", "(305) 555-0178 or ⟦2065550121⟧"),
        false=("100-200-300/1000", "12/05 or 13/05/2024", "300 400 5000 or 6000"),
    ),
    Rule(
        name="phone-digits",
        kind=Kind.PHONE,
        # digit by digit, so that no machine takes it for a phone
        pattern=rf"(?=[+＋78])(?<![\p{{L}}\p{{N}}]|{D}[ .,_*|-])(?<value>[+＋]?[78](?<gap>[ .,_*|–-]{{1,3}})[34789](?:(?P=gap){D}){{9}})(?!(?P=gap)?{D})",
        trigger=Trigger.DIGITS,
        check=lambda value: len(set(digits(value))) > 3,
        true=("⟦8.9.1.2.3.4.5.6.7.8.9⟧ мой", "пиши ⟦8 9 1 2 3 4 5 6 7 8 9⟧", "⟦+7-9-1-2-3-4-5-6-7-8-9⟧", "⟦8_9_0_1_2_3_4_5_6_7_8⟧"),
        false=("8 9 10 11 12 13 14", "7, 8, 9", "8 8 8 8 8 8 8 8 8 8 8", "1 2 3 4 5 6 7 8 9 1 2"),
    ),
    Rule(
        name="phone-bare",
        kind=Kind.PHONE,
        pattern=rf"(?={D}{{10}}){START}{NO_ORDER}(?<value>{_RUNS}){END}{PAID}",
        trigger=Trigger.DIGITS,
        check=_bare,
        true=("⟦9123456789⟧ это мой", "пиши на ⟦380501234567⟧", "⟦447911123456⟧", "⟦12025550123⟧ is hers", "⟦13812345678⟧", "⟦375291234567⟧ вайбер"),
        false=("1700000000", "заказ 9123456789", "1700000000000", "tracking 380501234567", "4294967296", "2147483647", "id: 447911123456", "9123456789 рублей"),
    ),
    Rule(
        name="phone-said",
        kind=Kind.PHONE,
        # what is called is a phone, but not 100500 times, nor at half past ten
        pattern=rf"{said(_CALLED, _CALL_LINK)}(?=[+(]?{D}){NO_ORDER}(?<value>[+(]?{D}{_NEXT}{{4,14}}(?!{D})){END}{UNIT}",
        trigger=Trigger.WORD,
        words=words_of(_CALLED),
        check=_said,
        true=(
            "call me at ⟦555-0199⟧",
            "позвони Маше ⟦234-56-78⟧",
            "mi número es ⟦612 345 678⟧",
            "тел. ⟦23-45-67⟧",
            "позвони мне на ⟦2345678⟧",
            "мой номер ⟦345-67-89⟧",
            "тел. ⟦10-15-20⟧",
            "Phone: ⟦2125550123⟧",
            "whatsapp: ⟦91234567⟧",
            "номер телефона: ⟦9123456789⟧",
            "my number is ⟦5550199⟧",
            "тел ⟦5-12-34⟧",
            "Handynummer ist ⟦0151 2345678⟧",
            "позвони по ⟦612 345 678⟧",
        ),
        false=(
            "номер заказа 12345678",
            "order number 1234567",
            "трек-номер 12345678",
            "звони 100500 раз",
            "call me at 10.30",
            "звони 12.05.2024",
            "call me 10.30-11.30",
            "call me at 10 30 - 11 00",
            "call 911",
            "iphone 15 pro max 256",
            "позвони в 18 30",
            "номер дома 12",
            "the number 1000000",
            "account number 12345678",
            "номер 42",
            "телефон за 25000 рублей",
            "телефон 45 000 р",
        ),
    ),
    Rule(
        name="phone-said-after",
        kind=Kind.PHONE,
        pattern=rf"(?={D}{{2}}){START}{NO_ORDER}(?<value>{D}{_NEXT}{{5,14}}(?!{D}))[^\w\n]{{1,3}}"
        r"(?:(?i:is|s|was|это|мой|моя|его|е[её]|my|his|her|our|the|new|work|новый|рабочий)(?!\w)[^\w\n]{1,3}){0,3}"
        r"(?i:number|cell|mobile|phone|landline|call me|text me|ring me|whatsapp|"
        r"номер(?! заказ)|телефон|мобильный|сотовый|звони|позвони|набери|ватсап|вотсап)(?!\w)",
        trigger=Trigger.WORD,
        words=frozenset("number cell mobile phone landline call text ring whatsapp номер телефон мобильный сотовый звони позвони набери ватсап вотсап".split()),
        check=_said,
        true=("⟦5551234⟧ call me", "⟦912 345 678⟧ is my number", "⟦234-567⟧ — мой номер", "⟦2345678⟧, звони"),
        false=("1000000 is the number", "12.05.2024 call me", "order 1234567 call me", "в 18-30 звони", "2024 мой номер", "10.30-11.00 call me"),
    ),
    Rule(
        name="phone-alone",
        kind=Kind.PHONE,
        pattern=rf"\A\W{{0,3}}?(?<value>\(?(?<!\p{{N}}){D}{_NEXT}{{8,14}})[^\w\p{{Sc}}%]{{0,3}}\Z",
        trigger=Trigger.DIGITS,
        check=_alone,
        true=("⟦2125550123⟧", "⟦612 34 56 78⟧", "⟦98765 43210⟧", "⟦3471234567⟧.", "⟦512345678⟧"),
        false=("1700000000000", "12.05.2024 18", "612 345 678", "1111111111", "1 2 3 4 5 6 7 8 9", "9780306406157", "10000000000"),
    ),
    Rule(
        name="phone-link",
        kind=Kind.PHONE,
        pattern=rf"(?i)(?:wa\.me/|(?<!\w)(?:tel|sms|callto):|[?&](?:phone|number|tel)=)(?<value>(?:\+|%2B)?{D}(?:-?{D}){{6,14}})(?!{D})",
        trigger=Trigger.DIGITS,
        true=("https://wa.me/⟦79123456789⟧", "tel:⟦+442079460018⟧", "https://api.whatsapp.com/send?phone=⟦447700900123⟧&text=hi"),
        false=("https://shop.example/79123456789", "hotel:12345", "?id=79123456789"),
    ),
)
