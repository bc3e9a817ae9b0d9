"""Rules for what money moves by: payment cards, IBANs, bank codes and Russian accounts."""

from __future__ import annotations

from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.spelling import D, digits, said, words_of

_ISSUERS = (
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("6011", "6011", (16, 19)),  # Discover
    ("644", "659", (16, 19)),
    ("3528", "3589", (16, 17, 18, 19)),  # JCB
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
    ("2200", "2204", (16, 17, 18, 19)),  # Mir
    ("300", "305", (14, 16, 19)),  # Diners
    ("36", "36", (14, 16, 19)),
    ("38", "39", (14, 16, 19)),
    ("50", "50", (13, 14, 15, 16, 17, 18, 19)),  # Maestro
    ("56", "69", (13, 14, 15, 16, 17, 18, 19)),
)
"""First and last prefix of each issuer, and how many digits its cards have (ISO/IEC 7812; the issuers' published ranges)."""

_IBAN = {
    15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
"""The countries by how long their IBANs are (SWIFT IBAN registry, release 101)."""


def _card(value: str) -> bool:
    from stdnum import ean, luhn

    number = digits(value)
    known = any(low <= number[: len(low)] <= high and len(number) in lengths for low, high, lengths in _ISSUERS)
    # a bar code has 13 digits and a check digit of its own
    return known and luhn.is_valid(number) and len(set(number)) > 1 and not (len(number) == 13 and ean.is_valid(number))


def _iban(value: str) -> bool:
    from stdnum.iso7064 import mod_97_10

    number = "".join(sign for sign in value.upper() if sign.isalnum())
    return number.isascii() and mod_97_10.is_valid(number[4:] + number[:4])


_EDGE = r"(?<![\p{L}\p{N}_]|\p{N}[ .,-])"
_CARD_GAP = r"[ \xa0\u2009\u202f./|_–—\n-]{0,3}"
_IBAN_SHAPE = "|".join(rf"(?:{codes.replace(' ', '|')})[ -]?[0-9]{{2}}(?:[\s.,/_–-]{{0,2}}[A-Z0-9]){{{length - 4}}}" for length, codes in _IBAN.items())

_CARD_SAID = tuple(
    "card,card number,cards,visa,mastercard,amex,maestro,credit card,debit card,"
    "карта,карту,карты,карте,картой,карточка,карточку,карточки,карточке,мир,виза,сбер,сбера,сбербанк,сбербанка,тинькофф,тинькоф,тинек,альфа,втб,karte,"
    "kartennummer,carte,tarjeta,carta".split(",")
)
_BANK_SAID = tuple("bic,swift,bic code,swift code,бик,свифт".split(","))
_ACCOUNT_SAID = tuple(
    "р/с,рс,р/сч,расчетный счет,расчётный счёт,счет,счёт,счета,счёта,счету,счёту,л/с,лицевой счет,лицевой счёт,к/с,кс,корсчет,корсчёт,корр счет,корр счёт,"
    "номер счета,номер счёта,account,account number".split(",")
)
_SORT_SAID = tuple("sort code,routing number,routing,aba,blz,bankleitzahl".split(","))
_IBAN_SAID = ("iban", "ибан", "айбан")

RULES: tuple[Rule, ...] = (
    Rule(
        name="card",
        kind=Kind.CARD,
        # grouped ones end where their groups do: a security code or a date may follow
        pattern=rf"(?={D}{{4}}){_EDGE}(?:{D}{{4}}(?:{_CARD_GAP}{D}{{4}}){{3}}|"
        rf"{D}{{4}}[ \n-]{D}{{6}}[ \n-]{D}{{4,5}}|{D}{{13,19}})"
        r"(?![\p{L}\p{N}_]|[-.,]\p{N})",
        trigger=Trigger.DIGITS,
        check=_card,
        true=(
            "⟦4111 1111 1111 1111⟧ 12/29 123",
            "карта ⟦2202 2011 2345 6788⟧",
            "⟦5555-5555-5555-4444⟧",
            "⟦4276123456789014⟧",
            "⟦3782 822463 10005⟧",
            "⟦6011111111111117⟧, ⟦3530111333300000⟧",
            "⟦6767701234567892⟧",
            "⟦４１１１１１１１１１１１１１１１⟧",
            "⟦30569309025904⟧",
            "⟦4111\n1111\n1111\n1111⟧",
            "⟦4111 11111111 1111⟧ и ⟦4276/1234/5678/9014⟧",
        ),
        false=(
            "4111 1111 1111 1112",
            "заказ 1234567890123456",
            "4607001234562",
            "0000 0000 0000 0000",
            "1700000000000",
            "a4111111111111111b",
            "9999 9999 9999 9995",
            "DE89 3704 0044 0532 0130 00",
            "4111\n1111\n1111\n1112",
            "2048 4096 8192 1638",
        ),
    ),
    Rule(
        name="card-long",
        kind=Kind.CARD,
        pattern=rf"(?={D}{{4}}){_EDGE}(?:{D}{{4}}(?<gap>[ \xa0-]){D}{{4}}(?P=gap){D}{{4}}(?P=gap){D}{{4}}(?P=gap){D}{{1,3}}|{D}{{6}}[ -]{D}{{13}})"
        rf"(?![\p{{L}}\p{{N}}_]|[-.,]\p{{N}})",
        trigger=Trigger.DIGITS,
        check=_card,
        true=("⟦6221 2612 3456 7890 129⟧", "card ⟦622126 1234567890129⟧ ok", "⟦6221-2612-3456-7890-129⟧"),
        false=("6221 2612 3456 7890 128", "1111 2222 3333 4444 555", "2001 2002 2003 2004 200"),
    ),
    Rule(
        name="card-said",
        kind=Kind.CARD,
        pattern=rf"{said(_CARD_SAID)}(?<value>[2-6]{D}{{3}}(?<gap>[ \xa0-]{{0,2}}){D}{{4}}(?P=gap){D}{{4}}(?P=gap){D}{{4}})(?![\p{{L}}\p{{N}}_])",
        trigger=Trigger.WORD,
        words=words_of(_CARD_SAID),
        true=("card number: ⟦4111 1111 1111 1112⟧", "карта сбера ⟦4276 1234 5678 9012⟧", "кинь на карту ⟦2202201234567890⟧"),
        false=("карта 1234", "on the card: 1111 2222", "карта мира 1:50000000", "card game 2024"),
    ),
    Rule(
        name="iban",
        kind=Kind.IBAN,
        pattern=rf"(?=[A-Za-z]{{2}}[ -]?[0-9]{{2}})(?:(?<![\p{{L}}\p{{N}}_])|(?<=(?i:iban)))(?i:{_IBAN_SHAPE})(?![\p{{L}}\p{{N}}_])",
        trigger=Trigger.DIGITS,
        check=_iban,
        true=(
            "⟦DE89 3704 0044 0532 0130 00⟧ danke",
            "⟦gb82west12345698765432⟧",
            "IBAN: ⟦FR14 2004 1010 0505 0001 3M02 606⟧.",
            "⟦NL91ABNA0417164300⟧",
            "⟦UA743052990000026007233566001⟧",
            "⟦NO67 9386 0000 000⟧ 5 kr",
            "⟦DE89 3704 0044\n0532 0130 00⟧",
            "IBAN⟦DE89370400440532013000⟧",
            "⟦MT84-MALT-0110-0001-2345-MTLC-AST0-01S⟧",
        ),
        false=("DE89 3704 0044 0532 0130 01", "GB82 WEST 1234", "it 12 345 678", "XX82WEST12345698765432", "ADE89370400440532013000"),
    ),
    Rule(
        name="iban-said",
        kind=Kind.IBAN,
        pattern=rf"{said(_IBAN_SAID)}(?<value>(?i:[A-Z]{{2}}[0-9]{{2}}(?:[ \xa0-]?[A-Z0-9]{{4}}){{2,7}}(?:[ \xa0-]?[A-Z0-9]{{1,3}})?))"
        r"(?![\p{L}\p{N}_])",
        trigger=Trigger.WORD,
        words=words_of(_IBAN_SAID),
        true=("IBAN: ⟦DE00 1234 5678 9012 3456 78⟧", "мой ибан ⟦UA003052990000026007233566001⟧", "iban is ⟦NL00ABNA0417164300⟧"),
        false=("IBAN is a number", "send me the IBAN by 2024", "ibanez 1234"),
    ),
    Rule(
        name="bic-said",
        kind=Kind.IBAN,
        pattern=rf"{said(_BANK_SAID)}(?<value>0[0-9]{{8}}|[A-Z]{{6}}[A-Z0-9]{{2}}(?:[A-Z0-9]{{3}})?)(?![\p{{L}}\p{{N}}_])",
        trigger=Trigger.WORD,
        words=words_of(_BANK_SAID),
        true=("BIC: ⟦DEUTDEFF⟧", "БИК ⟦044525225⟧", "swift code ⟦COBADEFFXXX⟧"),
        false=("бик 12", "swift 5.9 is out", "swift language", "SWIFT transfers take 3 days", "bic pens 1234", "Swift Packages"),
    ),
    Rule(
        name="account-russian",
        kind=Kind.IBAN,
        # a bank's balance account, a currency, a check digit, a branch and the number: Bank of Russia, 809-P
        pattern=r"(?=[34][0-9]{4})(?<![\p{L}\p{N}_]|\p{N} )(?:301|40[1-8]|42[0-6]|455)[0-9]{2}[ .]?(?:810|643|840|978|156)[ .]?[0-9][ .]?"
        r"(?:[0-9]{4}[ .]?[0-9]{7}|[0-9]{11})(?![\p{L}\p{N}_])",
        trigger=Trigger.DIGITS,
        true=("⟦40817810099910004312⟧", "р/с ⟦40702810900000012345⟧,", "⟦40817 810 0 9991 0004312⟧"),
        false=("4081781009991000431", "12345678901234567890", "40817810099910004312a"),
    ),
    Rule(
        name="account-said",
        kind=Kind.IBAN,
        pattern=rf"{said(_ACCOUNT_SAID)}(?<value>{D}(?: ?{D}){{19}})(?![\p{{L}}\p{{N}}_])",
        trigger=Trigger.WORD,
        words=words_of(_ACCOUNT_SAID),
        true=("счёт ⟦12345678901234567890⟧", "р/с: ⟦40702810900000012345⟧", "номер счета ⟦4081 7810 0999 1000 4312⟧"),
        false=("счёт 3:2", "счет 1500 рублей", "счет 1234567890", "account 42"),
    ),
    Rule(
        name="sort-code-said",
        kind=Kind.IBAN,
        pattern=rf"{said(_SORT_SAID)}(?<value>(?:[0-9]{{2}}[ -]?[0-9]{{2}}[ -]?[0-9]{{2}}|[0-9]{{9}}|[0-9]{{3}} ?[0-9]{{3}} ?[0-9]{{2}})"
        rf"(?:[^\w\n]{{1,3}}(?i:(?:account|acct|acc|konto|kontonummer|number|no|and)(?!\w)[^\w\n]{{1,3}}){{0,3}}[0-9]{{6,12}})?)(?![\p{{L}}\p{{N}}_])",
        trigger=Trigger.WORD,
        words=words_of(_SORT_SAID),
        true=("sort code ⟦12-34-56, account no 12345678⟧", "routing number: ⟦021000021⟧", "BLZ ⟦370 400 44⟧"),
        false=("routing table 12", "sort code by date", "routing 1.2.3", "sort code: see 2024"),
    ),
)
