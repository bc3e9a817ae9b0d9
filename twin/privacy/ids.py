"""Rules for the numbers that states give to people and firms.

A number is taken without a word beside it only where its spelling is its own or a checksum speaks for it; one that is said to be a passport's or an
insured person's is taken as it stands, as a mistyped one still tells who it is. Formulas are those of python-stdnum, which names each state's source.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import regex

from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.spelling import NO_ORDER, D, digits, near, said, words_of

_EDGE = r"(?<![\p{L}\p{N}_#№/=$€£]|[\p{L}\p{N}]-|\p{N}[.,:]|[#№]\s)"
_CLOSE = r"(?![\p{L}\p{N}_]|-[\p{L}\p{N}]|[.,:/]\p{N}|\s?[₽€$£%])"
_S = r"[ \xa0.-]?"


def _by(*modules: str) -> Callable[[str], bool]:
    """A check that one of some modules of stdnum finds nothing wrong."""

    def check(value: str) -> bool:
        number = "".join(str(digits(sign)) if sign.isdecimal() else sign for sign in value.upper() if sign.isalnum())
        loaded: list[Any] = [import_module(f"stdnum.{name}") for name in modules]
        return len(set(number)) > 2 and number.isascii() and any(module.is_valid(number) for module in loaded)

    return check


def _snils(value: str) -> bool:
    # weights 9 to 1, modulo 101, and 100 is written 00: Pension Fund of Russia, order 1065p
    number = digits(value)
    total = sum(int(digit) * weight for digit, weight in zip(number, range(9, 0, -1), strict=False))
    return total % 101 % 100 == int(number[9:]) and number[:9] != "000000000"


def _ogrn(value: str) -> bool:
    # modulo 11 or 13, last digit; the year and the region stand before: Ministry of Finance of Russia, order 165n. stdnum wants the whole remainder of 13.
    number = digits(value)
    return int(number[:-1]) % (len(number) - 2) % 10 == int(number[-1]) and 2 <= int(number[1:3]) <= 49 and number[3:5] != "00"


def _ssn(value: str) -> bool:
    # Social Security Administration, POMS RM 10201; from 900 on these are the tax office's own (ITIN)
    area, group, serial = digits(value)[:3], digits(value)[3:5], digits(value)[5:]
    return area not in ("000", "666") and group != "00" and serial != "0000"


def _document(value: str) -> bool:
    # years, dates and round sums stand beside documents too
    number, signs = digits(value), [sign for sign in value if sign.isalnum()]
    dates = r"(?:19|20)\d\d[ ./-](?:(?:19|20)\d\d|\d{1,2}[ ./-]\d{1,2})|(?:\d{1,2}[ ./-]){1,2}(?:19|20)\d\d(?:[ -](?:19|20)\d\d)?|[\d ]+000"
    return 6 <= len(signs) <= 20 and len(number) >= (5 if len(signs) < 9 else 3) and not regex.fullmatch(dates, value)


def _mixed(value: str) -> bool:
    return sum(sign.isdecimal() for sign in value) >= 2


def _among(name: str, words: str, number: str, true: tuple[str, ...], false: tuple[str, ...], check: Callable[[str], bool] | None = None) -> Rule:
    """A rule for a number whose spelling or checksum is its own, wherever it stands in a text with one of some words, which spaces part."""
    return Rule(
        name=name,
        kind=Kind.ID,
        pattern=rf"(?<![\p{{L}}\p{{N}}_]|\p{{N}}[.,:/-])(?i:{number})(?![\p{{L}}\p{{N}}_]|[-.,:]\p{{N}})",
        trigger=Trigger.WORD,
        words=frozenset(words.split()),
        check=check,
        true=true,
        false=false,
    )


def _spoken(
    name: str, phrases: str, number: str, true: tuple[str, ...], false: tuple[str, ...], check: Callable[[str], bool] | None = None, far: bool = False
) -> Rule:
    """A rule for a number that stands after one of some phrases, which commas part; far where any words may stand between."""
    words = tuple(phrases.split(","))
    return Rule(
        name=name,
        kind=Kind.ID,
        pattern=rf"{near(words) if far else said(words)}(?<value>(?i:{number}))(?![\p{{L}}\p{{N}}_])",
        trigger=Trigger.WORD,
        words=words_of(words),
        check=check,
        true=true,
        false=false,
    )


_DOCUMENT = r"(?=[A-Z0-9](?:[A-Z -]{0,4}[0-9]){4})(?:[A-Z]{1,3}[ -]?)?[0-9](?:[ -]?[A-Z0-9]){5,9}?"
"""Letters and digits of a passport or an identity card, five digits at least; lazy, as words may follow."""
_SOLID = r"(?=[A-Z0-9-]{6})(?=(?:[A-Z]{0,5}-?[0-9]){3})[A-Z0-9]+(?:-[A-Z0-9]+){0,4}"
"""The same without spaces, with any mix of letters and dashes."""

RULES: tuple[Rule, ...] = (
    Rule(
        name="us-ssn",
        kind=Kind.ID,
        pattern=rf"(?={D}{{3}}[-‐‑–]){_EDGE}{D}{{3}}[-‐‑–]{D}{{2}}[-‐‑–]{D}{{4}}{_CLOSE}",
        trigger=Trigger.DIGITS,
        check=_ssn,
        true=("⟦123-45-6789⟧", "my social is ⟦219-09-9999⟧.", "⟦912-78-1234⟧ (ITIN)"),
        false=("000-12-3456", "666-12-3456", "123-00-4567", "123-45-0000", "order 1-123-45-6789", "555-010-9999"),
    ),
    _spoken(
        "us-ssn-said",
        "ssn,ss,soc,soc sec,social sec,social security,social security number,social security no,social,itin,taxpayer id,ssn number,last social",
        r"[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4}",
        ("SSN: ⟦123 45 6789⟧", "SS# ⟦123-45-6789⟧", "social security number is ⟦123456789⟧", "itin ⟦900-70-1234⟧", "ssn ⟦000-12-3456⟧"),
        ("social media 2024", "ssn 1234", "social 12345678901", "the SSN has nine digits"),
    ),
    _among(
        "us-ssn-near",
        "ssn ssns itin socialsecurity",
        r"[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4}",
        ("⟦219099999⟧ is my ssn", "SSN of the kid, for the form: ⟦219 09 9999⟧", "itin renewed, still ⟦912-78-1234⟧"),
        ("ssn 1234", "the SSN has nine digits", "ssn 000-12-3456"),
        _ssn,
    ),
    _spoken(
        "us-ein-said",
        "ein,fein,tax id,federal tax id,federal id,employer id,employer identification number,tin",
        r"[0-9]{2}-?[0-9]{7}",
        ("EIN ⟦12-3456789⟧", "tax ID: ⟦123456789⟧", "my TIN is ⟦98-7654321⟧"),
        ("tin can 12", "ein 2024", "ein Jahr 2023", "Tin 12-34"),
    ),
    Rule(
        name="uk-nino",
        kind=Kind.ID,
        # prefixes that are never given: HM Revenue & Customs, NIM39110
        pattern=rf"(?i)(?=[A-Z]{{2}} ?[0-9]{{2}}){_EDGE}(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
        rf" ?[0-9]{{2}} ?[0-9]{{2}} ?[0-9]{{2}} ?[A-D]{_CLOSE}",
        trigger=Trigger.DIGITS,
        true=("⟦AB 12 34 56 C⟧", "my NI is ⟦JG103759A⟧", "⟦ab123456d⟧"),
        false=("AB123456E", "DF123456A", "ZZ 12 34 56 A", "XAB123456C", "AB12345C"),
    ),
    _spoken(
        "uk-nino-said",
        "ni,nino,national insurance,national insurance number,ni number",
        r"[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Z]?",
        ("NI number ⟦QQ 12 34 56 C⟧", "nino: ⟦QQ123456C⟧", "National Insurance no. ⟦AB 12 34 56⟧"),
        ("ni 2024", "national insurance costs 123456", "ni hao 12"),
    ),
    _among(
        "uk-nino-near",
        "ni nino insurance hmrc",
        r"[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]",
        ("national insurance, for payroll: ⟦QQ 12 34 56 C⟧", "⟦QQ123456C⟧ is his NI", "HMRC wants ⟦qq 123456 a⟧"),
        ("ni 2024", "QQ 12 34 56 E", "insurance for 12 34 56"),
    ),
    _among(
        "uk-nhs-near",
        "nhs",
        r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}",
        ("NHS number for the baby: ⟦943 476 5919⟧", "⟦4505577104⟧ on the nhs app", "nhs ⟦943-476-5919⟧"),
        ("NHS 111", "nhs 943 476 5918", "the NHS has 1500000 staff"),
        _by("gb.nhs"),
    ),
    _spoken(
        "uk-nhs-said",
        "nhs,nhs number,nhs no",
        r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}",
        ("NHS number ⟦943 476 5919⟧", "my NHS no: ⟦4505577104⟧", "nhs ⟦612-345-6784⟧"),
        ("NHS 111", "the NHS has 1500000 staff", "nhs 12345"),
        far=True,
    ),
    _spoken(
        "de-tax-said",
        "steuer id,steuerid,steuer idnr,idnr,steueridentifikationsnummer,steuer identifikationsnummer,steuernummer,identifikationsnummer,tin",
        r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}|[0-9]{2,3}/[0-9]{3,4}/[0-9]{4,5}",
        ("Steuer-ID: ⟦86 095 742 719⟧", "meine Steuer-IdNr ist ⟦47036925842⟧", "Steuernummer ⟦181/815/08155⟧"),
        ("Steuer 2023", "Steuererklärung 12345678901", "idnr 123"),
    ),
    _among(
        "de-tax-near",
        "steuer steuerid steuernummer idnr steueridnr steueridentnr steueridnummer steueridentifikationsnummer identifikationsnummer finanzamt tax "
        "taxid tin штойер налоговый налогового",
        r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}",
        ("die Steuer vom Kind: ⟦86 095 742 719⟧", "my german tax id is ⟦47036925842⟧", "⟦86095742719⟧ fürs Finanzamt", "штойер айди ⟦86 095 742 719⟧"),
        ("Steuer 86 095 742 718", "tax 12345678901", "tax 2023"),
        _by("de.idnr"),
    ),
    _among(
        "de-card-near",
        "ausweis ausweisnummer ausweisnr personalausweis personalausweisnummer perso personr persoausweis reisepass reisepassnummer passnummer "
        "passport аусвайс",
        r"(?=[A-Z]{0,4}[0-9])[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}[0-9]?D?",
        ("perso nr ⟦L01X00T47⟧", "mein alter Perso war ⟦L01X00T478⟧", "ausweisnummer for the check-in: ⟦c01x00t47⟧"),
        ("perso 12345", "Perso im Rathaus", "passport kept by ZXCVBNMLKJ"),
        _mixed,
    ),
    _spoken(
        "de-card-said",
        "personalausweis,personalausweisnummer,personalausweis nr,ausweisnummer,ausweis,reisepass,reisepassnummer,passnummer,sozialversicherungsnummer,"
        "rentenversicherungsnummer",
        r"[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}[0-9]?D?|T[0-9]{8}|[0-9]{2} ?[0-9]{6} ?[A-Z] ?[0-9]{3}",
        ("Personalausweis Nr. ⟦L01X00T47⟧", "Reisepass: ⟦C01X00T478⟧", "Sozialversicherungsnummer ⟦12 150690 M 012⟧"),
        ("Ausweis 2024", "Personalausweis beantragen", "Reisepass läuft 12.05.2025 ab"),
    ),
    Rule(
        name="fr-nir",
        kind=Kind.ID,
        pattern=rf"(?i)(?=[12]{_S}[0-9]{{2}}){_EDGE}[12]{_S}[0-9]{{2}}{_S}(?:0[1-9]|1[0-2]|[2-9][0-9]){_S}"
        rf"(?:[0-9]{{2}}|2[AB]){_S}[0-9]{{3}}{_S}[0-9]{{3}}{_S}[0-9]{{2}}{_CLOSE}",
        trigger=Trigger.DIGITS,
        check=_by("fr.nir"),
        true=("⟦1 85 05 78 006 084 91⟧", "numéro de sécu ⟦279037501234540⟧", "⟦1-92-02-13-055-123-43⟧"),
        false=("1 85 05 78 006 084 92", "185057800608490", "1850578006084911", "заказ 123456789012345"),
    ),
    _spoken(
        "fr-nir-said",
        "sécu,secu,sécurité sociale,numéro de sécu,carte vitale,nir,insee",
        rf"[1278]{_S}[0-9]{{2}}{_S}[0-9]{{2}}{_S}(?:[0-9]{{2}}|2[AB]){_S}[0-9]{{3}}{_S}[0-9]{{3}}(?:{_S}[0-9]{{2}})?",
        ("sécu : ⟦1 85 05 78 006 084⟧", "ma carte vitale, c'est ⟦2790375012345 41⟧", "numéro de sécurité sociale de mon fils ⟦1920213055123⟧"),
        ("sécu 2024", "carte vitale 1 85 05", "la sécu rembourse 45"),
        far=True,
    ),
    Rule(
        name="es-dni",
        kind=Kind.ID,
        pattern=rf"(?i)(?=[0-9XYZ][ -]?[0-9]){_EDGE}(?:[0-9]{{8}}|[0-9]{{2}}\.[0-9]{{3}}\.[0-9]{{3}}|[XYZ][ -]?[0-9]{{7}})[ -]?[A-HJ-NP-TV-Z]{_CLOSE}",
        trigger=Trigger.DIGITS,
        check=_by("es.dni", "es.nie"),
        true=("DNI ⟦12345678Z⟧", "⟦54362315-K⟧", "NIE: ⟦X1234567L⟧", "⟦Y-7654321-G⟧", "⟦20.413.987-S⟧"),
        false=("12345678A", "X1234567A", "12345678 Zimmer", "a12345678z", "20240116T103000"),
    ),
    Rule(
        name="it-codice-fiscale",
        kind=Kind.ID,
        pattern=rf"(?i)(?=[A-Z]{{3}} ?[A-Z]{{3}} ?[0-9LMNP-V]{{2}}){_EDGE}[A-Z]{{3}} ?[A-Z]{{3}} ?[0-9LMNP-V]{{2}} ?[A-EHLMPR-T] ?[0-9LMNP-V]{{2}} ?[A-Z] ?"
        rf"[0-9LMNP-V]{{3}} ?[A-Z]{_CLOSE}",
        trigger=Trigger.DIGITS,
        check=_by("it.codicefiscale"),
        true=("⟦RSSMRA85T10A562S⟧", "codice fiscale: ⟦BNCLRA90E43F205X⟧", "cf ⟦rssmra85t10a562s⟧.", "⟦RSS MRA 85T10 A562S⟧ sulla tessera"),
        false=("RSS MRA 85T10 A562A", "RSSMRA85T10A562A", "RSSMRA85T10A562", "ABCDEF12X34G567H", "RSSMRA85T10A562SS"),
    ),
    _among(
        "ru-inn-near",
        "инн инна inn инном инны иннка",
        rf"{D}{{12}}|{D}{{10}}|{D}{{4}} {D}{{6}}(?:{D}{{2}})?",
        (
            "ИНН ⟦7703123457⟧",
            "мой инн: ⟦771234567859⟧",
            "inn ⟦5406123450⟧",
            "ИНН ИП — ⟦540123456723⟧",
            "ИНН/КПП ⟦7703123457⟧/770301001",
            "⟦5406123450⟧ - их ИНН",
            "инн работодателя, кажется, ⟦7703123457⟧",
        ),
        ("ИНН 7703123458", "инн 10 цифр", "inn at 1234", "ИНН 77031234571"),
        _by("ru.inn"),
    ),
    Rule(
        name="ru-inn-alone",
        kind=Kind.ID,
        pattern=rf"\A\s{{0,9}}(?<value>{D}{{10}})\s{{0,9}}\Z|(?={D}{{12}}){_EDGE}{NO_ORDER}(?<value>{D}{{12}}){_CLOSE}",
        trigger=Trigger.DIGITS,
        check=_by("ru.inn"),
        true=("⟦7703123457⟧", "вот ⟦771234567859⟧", "⟦5406123450⟧\n", "⟦540123456723⟧ и всё"),
        false=("вот 7703123457", "771234567858", "7703123458", "заказ 771234567859", "1700000000"),
    ),
    Rule(
        name="ru-snils",
        kind=Kind.ID,
        pattern=rf"(?={D}{{3}}[-–]){_EDGE}{D}{{3}}[-–]{D}{{3}}[-–]{D}{{3}}[ –-]{D}{{2}}(?![\p{{L}}\p{{N}}_]|-\p{{N}})",
        trigger=Trigger.DIGITS,
        check=_snils,
        true=("⟦123-456-789 64⟧", "⟦087-654-303 00⟧, да", "⟦154-789-632-19⟧"),
        false=("123-456-789 65", "000-000-000 00", "123-456-789", "1123-456-789 64"),
    ),
    _among(
        "ru-snils-near",
        "снилс снилса снилсу снилсе снилсом snils пенсионное пенсионный страховое пфр сфр",
        rf"{D}{{3}}[ –.-]?{D}{{3}}[ –.-]?{D}{{3}}[ –.-]{{0,3}}{D}{{2}}",
        ("снилс ребёнка для садика: ⟦123 456 789 64⟧", "⟦12345678964⟧ это СНИЛС", "пенсионное ⟦123-456-789-64⟧"),
        ("снилс 123 456 789 65", "СНИЛС это 11 цифр", "пенсионный фонд 2024"),
        _snils,
    ),
    _spoken(
        "ru-snils-said",
        "снилс,снилса,снилсу,snils",
        rf"{D}{{3}}[ –-]?{D}{{3}}[ –-]?{D}{{3}}[ –-]?{D}{{2}}",
        ("СНИЛС ⟦12345678964⟧", "мой снилс: ⟦123 456 789 65⟧", "номер СНИЛСа ⟦112-233-445 00⟧", "snils ⟦154-789-632 19⟧"),
        ("снилс 2024", "СНИЛС это 11 цифр", "снилс 123456"),
        far=True,
    ),
    _among(
        "ru-document",
        "паспорт паспорта паспорту паспорте паспортом паспорты паспортов паспортах паспортный паспортные паспортных пасп пасспорт пасспорта пасспорте паспрот "
        "пасорт passport pasport серия серии серию серией сер series выдан выдано выдана уфмс овд увд мвд гувд загран загранпаспорт загранпаспорта загранник "
        "загранника водительское водительские водительских водительского водительским водит уд вод права правах правам прав ву удостоверение удостоверения "
        "удостоверении удостоверению удост",
        rf"{D}{{2}}[ -]?(?:{D}{{2}}|[АВЕКМНОРСТУХ]{{2}}|(?-i:[ABEKMHOPCTYX]{{2}}))[\s,;:.№#Nn-]{{1,5}}(?:(?:номер|ном|number|num|no|"
        rf"nr)(?: паспорта)?[\s.:№#]{{1,3}})?{D}{{6}}",
        (
            "в паспорте ⟦4009 724505⟧ фото смешное",
            "пасп. ⟦92 11 №629702⟧",
            "passport series ⟦4512 number 837261⟧",
            "⟦4510 654321⟧, это мой паспорт",
            "⟦45 10 123456⟧ выдан УВД",
            "вод. удостоверение ⟦78 38 556199⟧",
            "водительские ⟦50 34 131960⟧ скинь",
        ),
        ("паспорт выдан 12.05.2010", "серия 4510", "права получил в 2019", "паспорт 450 123456", "в 2024 12345"),
    ),
    Rule(
        name="ru-certificate",
        kind=Kind.ID,
        pattern=r"(?=[IVXLC1УХ]{1,5}-)(?<![\p{L}\p{N}_-])[IVXLC1УХ]{1,5}-[А-ЯЁ]{2}[ №N]{0,3}[0-9]{6}(?![\p{L}\p{N}_])",
        trigger=Trigger.DIGITS,
        true=("свидетельство ⟦II-МЮ № 123456⟧", "⟦I-АН 654321⟧ о рождении", "⟦IV-БА №112233⟧"),
        false=("XX-ВЕК 123456", "IV-АБ 12345", "глава II-МЮ", "СТ-АБ 123456"),
    ),
    _spoken(
        "ru-passport-said",
        "паспорт,паспорта,паспорту,паспорте,пасп,пасспорт,паспортные данные,загранпаспорт,загранпаспорта,загран,загранник,загранника,серия,серия и номер,серии,"
        "passport",
        rf"{D}{{2}} ?{D}{{2}}[\s,;№N]{{1,4}}(?:(?:номер|ном|no|number)\W{{1,3}})?{D}{{6}}|{D}{{10}}|{D}{{2}}(?:[\s№]{{1,3}}|\W{{1,3}}номер\W{{1,3}}){D}{{7}}"
        rf"|{D}{{9}}",
        (
            "паспорт ⟦4510 123456⟧",
            "серия ⟦45 10 номер 123456⟧",
            "паспорт серия ⟦4510 № 123456⟧ выдан",
            "Паспорт: ⟦4510123456⟧",
            "загранпаспорт ⟦75 1234567⟧",
            "номер паспорта ⟦4510 654321⟧",
            "паспорт РФ, серия ⟦45 10, номер 654321⟧",
        ),
        ("паспорт 2 недели делают", "паспорт выдан 12.05.2010", "серия 4510", "3 серия 45 минут", "паспорт готов 2024 года", "серия 10 сезон 2"),
        far=True,
    ),
    Rule(
        name="ru-ogrn",
        kind=Kind.ID,
        pattern=rf"(?={D}{{13}}){_EDGE}(?:[1-579]{D}{{12}}|3{D}{{14}}){_CLOSE}",
        trigger=Trigger.DIGITS,
        check=_ogrn,
        true=("⟦1157746123457⟧", "ОГРН ⟦1047700123459⟧,", "⟦318774600123452⟧"),
        false=("1157746123458", "1700000000000", "318774600123453", "9780306406157", "1000000000000"),
    ),
    _spoken(
        "ru-ogrn-said",
        "огрн,огрнип,огрн ип,ogrn",
        rf"{D}{{15}}|{D}{{13}}",
        ("ОГРН: ⟦1157746123450⟧", "ОГРНИП ⟦318774600123450⟧", "огрн ⟦1047700123459⟧"),
        ("огрн 13 цифр", "ОГРН 115774", "огрн 2024"),
        far=True,
    ),
    _spoken(
        "ru-licence-said",
        "ву,водительское,водительские,водительских,водительского,вод удостоверение,вод. удостоверение,водительское удостоверение,водительского удостоверения,"
        "водительские права,права,прав,в/у",
        rf"{D}{{2}} ?(?:{D}{{2}}|[АВЕКМНОРСТУХA-Z]{{2}})[ №]{{0,3}}{D}{{6}}",
        ("ВУ ⟦99 12 345678⟧", "водительское удостоверение № ⟦9912 345678⟧", "права: ⟦77 АВ 123456⟧", "права серия ⟦7712 № 345678⟧"),
        ("права получил в 2019", "ву 12", "права стоят 45000", "права человека 1948"),
        far=True,
    ),
    _spoken(
        "licence-said",
        "dl,dl no,dln,dvla,dvla no,driver's license,driver’s license,drivers license,driver license,driver's licence,drivers licence,driving licence,"
        "driving license,drivers lic,driver's lic,lic no,license no,licence no,license number,licence number,license num,license id,my license,my "
        "licence,permis de conduire,permis,führerschein,"
        "führerscheinnummer,patente,carnet de conducir,permiso de conducir,prawo jazdy",
        rf"(?<!(?:plates?|keys?|fee|"
        rf"software)\W[^\n]{{0,25}}){_SOLID}|[A-Z]?[0-9]{{2,4}}(?: [0-9]{{2,4}}){{2,4}}|[A-Z]{{5}} ?[0-9]{{6}} ?[A-Z9]{{2}} ?[A-Z0-9]{{3}}",
        (
            "DVLA licence no ⟦SMITH801253J99XX⟧",
            "DL# ⟦M850-2039-5820⟧",
            "my license number is ⟦Z757355586721⟧ (CA)",
            "license no. ⟦E359-8248-1405⟧ for the insurance",
            "driver's license for the rental, ⟦D1234567⟧",
            "dl ⟦123 456 789⟧",
        ),
        (
            "license number plate AB1234567",
            "DL 2024",
            "driving licence renewal 12.05.2027",
            "my license expires 05 2027",
            "drivers license costs 25000",
            "permis 2019-2024",
        ),
        _document,
        far=True,
    ),
    _among(
        "licence-near",
        "licence license licences licenses lic dl dln dvla driving driver drivers",
        r"[A-Z9]{5} ?[0-9]{6} ?[A-Z][A-Z0-9] ?[0-9][A-Z]{2}|[A-Z][0-9]{3}(?:-[0-9]{1,4}){2,4}",
        ("provisional licence ⟦SMITH 801253 J98XX⟧", "FL license ⟦S530-460-12-345-0⟧", "⟦JONES710238HA9YZ⟧ for the DVLA"),
        ("license 2.0", "driving SMITH 801253", "licence A123-45"),
    ),
    _spoken(
        "ru-military-said",
        "военный билет,военного билета,военник,военника,трудовая,трудовая книжка,трудовой книжки,трудовую",
        r"[А-ЯЁ]{2,4}[ -]?(?:[IVX]{1,4}[ -]?)?№? ?[0-9]{6,7}",
        ("военный билет ⟦АН 1234567⟧", "военник: ⟦АК № 7654321⟧", "трудовая книжка ⟦ТК-II 1234567⟧"),
        ("военник 2024", "трудовая с 2010", "военный билет 12 лет"),
    ),
    _among(
        "ru-oms-near",
        "омс полис полиса полису полисе полисом енп медполис дмс oms",
        rf"{D}{{4}} ?{D}{{4}} ?{D}{{4}} ?{D}{{4}}",
        ("полис ОМС ⟦1234567890123456⟧", "ОМС: ⟦7712 3456 7890 1234⟧", "номер полиса ⟦1234567890123456⟧"),
        ("полис за 5000", "омс 2024", "полис 123456"),
    ),
    _spoken(
        "passport-said",
        "passport no,passport number,passport nr,номер паспорта,carte d'identité,carte d’identité,документа,"
        "dowód,dowód osobisty,carta d'identità,identity card,id card,national id,national identity,id number,id no,identification number,identity number,"
        "driver's license,drivers license,driving licence,driving license,driver license,driver's licence,license number,licence number,green card,"
        "удостоверение личности,удостоверения личности,личный номер,идентификационный номер,документ,id карта,паспорт №",
        rf"(?:{_DOCUMENT}|[АВЕИКМНОРСТУХІ]{{2}} ?[0-9]{{6,7}}|[A-Z]{{2,5}}9{{0,3}} ?[0-9]{{6}} ?[A-Z9]{{2}}[A-Z0-9]{{3}})(?![-.,:/][0-9])",
        (
            "passport no. ⟦123456789⟧",
            "Passport number is ⟦X1234567⟧",
            "ID number ⟦850312-1234⟧",
            "driver's license: ⟦D1234567⟧",
            "driving licence number ⟦SMITH 801253 J99XX⟧",
            "national ID ⟦1234567890⟧ ok",
            "удостоверение личности № ⟦012345678⟧",
        ),
        (
            "user id 12345678",
            "passport expires 12.05.2027",
            "my passport is 10 years old",
            "order ID 1234567",
            "the id card costs 45 euro",
            "passport control at 10:30",
            "national id 123",
            "документ от 12.05.2024",
        ),
    ),
    _spoken(
        "passport-near",
        "passport,passports,passeport,pasaporte,passaporto,paszport,reisepass,pasaport,паспорт,паспорта,паспорте,пасспорт,загранпаспорт,загран",
        rf"(?:[0-9]{{3}} [0-9]{{3}} [0-9]{{3}}|{_DOCUMENT}|{_SOLID}|[АВЕИКМНОРСТУХІ]{{2}} ?№? ?[0-9]{{6,7}})(?![-.,:/][0-9])",
        (
            "passport: ⟦AB 123456⟧",
            "паспорт ⟦MP1234567⟧",
            "паспорт ⟦МС 1234567⟧",
            "passport for the visa form is ⟦C01X00T47⟧",
            "my passport, the new one: ⟦123 456 789⟧",
            "паспорт у жены белорусский, ⟦MP 1234567⟧",
        ),
        (
            "passport expires 12.05.2027",
            "passport expires 05 2027",
            "passport valid 2017-2027",
            "my passport is 10 years old",
            "passport control at 10:30",
            "passport costs 150 000",
            "паспорт делают 30 дней",
        ),
        _document,
        far=True,
    ),
    _spoken(
        "abroad-said",
        "personnummer,fødselsnummer,cpr,cpr nummer,hetu,henkilötunnus,isikukood,asmens kodas,personas kods,rodné číslo,rodne cislo,cnp,егн,egn,kimlik,"
        "tc kimlik,"
        "tckn,afm,αφμ,αμκα,amka,oib,jmbg,emšo,иин,бин,iin,rrn,nric,hkid,tfn,medicare,sin,social insurance number,curp,rut,cédula,cedula,teudat zehut,ahv,avs,"
        "nif,nipc,contribuinte,numer dowodu,nip,regon,ppsn,pps number,rijksregisternummer,dni,nie,cuil,cuit,унп,едрпоу,єдрпоу,kennitala,личный номер,"
        "национальный номер",
        r"[A-Z]{0,4}[0-9](?:[ ./-]?[A-Z0-9]){5,17}?(?![ ./-]?[0-9])",
        (
            "personnummer ⟦850312-1234⟧",
            "ИИН: ⟦850101300123⟧",
            "CPR ⟦010190-1234⟧",
            "rodné číslo ⟦855101/1234⟧",
            "my SIN is ⟦046 454 286⟧",
            "AHV ⟦756.1234.5678.97⟧",
            "NRIC ⟦S1234567D⟧",
            "dni ⟦12345678⟧",
        ),
        ("sin 2024", "иин 12 цифр", "medicare since 2019", "nie 5 minut", "rut in 12.05.2024", "AVS 2019-2024"),
        _document,
    ),
    _spoken(
        "nl-bsn-said",
        "bsn,bsn nummer,burgerservicenummer,sofinummer",
        rf"{D}{{9}}|{D}{{4}}[ .]{D}{{2}}[ .]{D}{{3}}",
        ("BSN: ⟦123456782⟧", "burgerservicenummer ⟦1234.56.782⟧", "mijn bsn is ⟦123456794⟧"),
        ("bsn 2024", "BSN 12345678", "bsn nummer 1234"),
        far=True,
    ),
    _spoken(
        "pl-pesel-said",
        "pesel,pesela,peselu,nr pesel",
        rf"{D}{{11}}",
        ("PESEL ⟦90050301237⟧", "mój pesel: ⟦87041204569⟧", "nr PESEL ⟦87041204568⟧"),
        ("pesel 2024", "PESEL ma 11 cyfr", "pesel 1234567890123"),
        far=True,
    ),
    _spoken(
        "ua-tax-said",
        "рнокпп,ипн,іпн,ідентифікаційний код,идентификационный код,податковий номер,rnokpp",
        rf"{D}{{10}}",
        ("РНОКПП ⟦3123456789⟧", "ІПН: ⟦2987654320⟧", "идентификационный код ⟦3123456780⟧"),
        ("ипн 2024", "РНОКПП це 10 цифр", "іпн 123456"),
        far=True,
    ),
    Rule(
        name="br-cpf",
        kind=Kind.ID,
        pattern=rf"(?=[0-9]{{3}}\.){_EDGE}[0-9]{{3}}\.[0-9]{{3}}\.[0-9]{{3}}-[0-9]{{2}}{_CLOSE}",
        trigger=Trigger.DIGITS,
        check=_by("br.cpf"),
        true=("⟦123.456.789-09⟧", "cpf ⟦390.533.447-05⟧", "meu: ⟦390.533.447-05⟧."),
        false=("123.456.789-08", "111.111.111-11", "123.456.789", "123.456.789-091"),
    ),
    _spoken(
        "br-cpf-said",
        "cpf,cnpj,cpf número",
        r"[0-9]{3}[. ]?[0-9]{3}[. ]?[0-9]{3}[- ]?[0-9]{2}|[0-9]{2}\.?[0-9]{3}\.?[0-9]{3}/?[0-9]{4}-?[0-9]{2}",
        ("CPF ⟦12345678909⟧", "o meu CPF é: cpf ⟦390 533 447 05⟧", "cnpj: ⟦16.727.230/0001-97⟧"),
        ("cpf 2024", "cpf 1234567", "CPF tem 11"),
        far=True,
    ),
    _spoken(
        "in-aadhaar-said",
        "aadhaar,aadhar,adhaar,aadhaar card,uidai,आधार",
        rf"{D}{{4}}[ -]?{D}{{4}}[ -]?{D}{{4}}",
        ("Aadhaar ⟦2341 2341 2346⟧", "my aadhar number is ⟦498765432102⟧", "aadhaar card: ⟦4987-6543-2103⟧"),
        ("aadhaar 2024", "aadhaar update 12/05/2024", "aadhar 12345678"),
        far=True,
    ),
    _spoken(
        "in-pan-said",
        "pan,pan card,pan number",
        r"[A-Z]{5}[0-9]{4}[A-Z]",
        ("PAN: ⟦ABCPE1234F⟧", "pan card no ⟦bnzpk5678l⟧", "PAN number is ⟦AAAPL1234C⟧"),
        ("pan 24 cm", "pan card 1234", "pan ABCDE12345"),
    ),
    Rule(
        name="cn-id",
        kind=Kind.ID,
        pattern=rf"(?=[1-8][0-9]{{5}}){_EDGE}[1-8][0-9]{{5}}(?:19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{{3}}[0-9Xx]{_CLOSE}",
        trigger=Trigger.DIGITS,
        check=_by("cn.ric"),
        true=("⟦110101199005031235⟧", "身份证 ⟦310105198704120454⟧", "id ⟦110101199005031235⟧."),
        false=("110101199005031236", "110101199013031235", "1101011990050312355", "110101202401150930"),
    ),
)
