"""Russian names: their endearments, their cases, and what the dictionary says of a word. Not here: which shapes other languages have (name_forms.py).

Words that end in -а or -я, surnames and patronymics follow the regular endings below; where vowels flee or the ending does not tell (Лев, Павел,
Кравец), pymorphy3 is asked, and the regular endings again where it does not know the word. It takes a fifth of a second to load, so only the
first Cyrillic name does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    import pymorphy3

CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")


def endearments(word: str) -> dict[str, str]:
    """What Russian makes of a form in -а or -я: Катя -> Катька, Катечка, Катенька."""
    stem, last, end = word[:-1], word[-2:-1], word[-1:]
    if end not in ("а", "я") or len(word) < 3 or stem[-2:] in ("ьк", "шк", "чк") or last in "икгхцья":
        return {}
    if end == "я":
        if last in "аеёоуыэюй":
            return {"ка": stem.removesuffix("й") + "йка", "енька": stem + "енька"}
        return {"ка": stem + "ька", "ечка": stem + "ечка", "енька": stem + "енька"}
    if last in "жшчщ":
        return {"ка": stem + "ка", "ечка": stem + "ечка", "енька": stem + "енька"}
    cluster = last in _CONSONANTS and stem[-2:-1] in _CONSONANTS
    made = {"ечка": (stem[:-1] if stem[-2:-1] == last else stem) + "очка"}
    if not cluster or stem[-2:-1] == last:
        made["ка"] = (stem[:-1] if cluster else stem) + "ка"
    return made


_CONSONANTS = frozenset("бвгджзйклмнпрстфхцчшщ")


def said(patronymic: str) -> str:
    """A patronymic as it is said: Сергеевич -> Сергеич, Иванович -> Иваныч; "" where there is no other."""
    if patronymic.endswith("евич"):
        return patronymic[:-4].removesuffix("и") + "ич"
    return patronymic[:-4] + "ыч" if patronymic.endswith("ович") else ""


def given(word: str, gender: str) -> dict[str, str]:
    """The shapes of one form of a given name, and of the adjective that says whose something is."""
    if word[-1] in "ая":
        return _first(word) | _possessive(word[:-1] + "ин")
    if gender == "f":
        if word[-1] == "ь":
            return dict(zip(CASES, (word, *(word[:-1] + end for end in ("и", "и", "ь", "ью", "и"))), strict=True))
        return {"nomn": word}
    if word[-1] in "оеёиуюыэ":
        return {"nomn": word}
    shapes = _known(word, "Name") or _second(word)
    soft = shapes["gent"][-1] == "я"
    return shapes | (_possessive(shapes["gent"][:-1] + ("ев" if soft else "ов")) if len(word) > 2 else {})


def _first(word: str) -> dict[str, str]:
    """Саша, Катя, Мария, Илья: the first declension."""
    stem, last = word[:-1], word[-2]
    ends: tuple[str, ...]
    if word[-1] == "я":
        third = "и" if last == "и" else "е"
        several = "й" if last in _VOWELS else "ий" if last == "ь" else "ь"
        ends = ("я", "и", third, "ю", "ей", third)
        shapes = dict(zip(CASES, (stem + end for end in ends), strict=True))
        if last not in "иь":
            shapes["voct"] = stem + several
        of_many = (stem.removesuffix("ь") if last == "ь" else stem) + several
        plural = (stem + "и", of_many, stem + "ям", of_many, stem + "ями", stem + "ях")
    else:
        soft = last in "жшчщц"
        ends = ("а", "и" if last in "гкхжшчщ" else "ы", "е", "у", "ей" if soft else "ой", "е")
        shapes = dict(zip(CASES, (stem + end for end in ends), strict=True))
        of_many = stem
        if last == "к" and stem[-2:-1] in _CONSONANTS | {"ь"}:
            of_many = stem[:-2] + "ек" if stem[-2] in "ьй" else stem[:-1] + ("ек" if stem[-2] in "жшчщ" else "ок")
        else:
            shapes["voct"] = stem
        plural = (shapes["gent"], of_many, stem + "ам", of_many, stem + "ами", stem + "ах")
    return shapes | {f"plur.{case}": shape for case, shape in zip(CASES, plural, strict=True)}


_VOWELS = frozenset("аеёиоуыэюя")


def _second(word: str) -> dict[str, str]:
    """Антон, Сергей, Игорь, Санёк: the second declension."""
    if word.endswith("ёк") and len(word) > 3:
        stem, ends = word[:-2] + "ьк", ("а", "у", "а", "ом", "е")
    elif word[-1] in "йь":
        stem, ends = word[:-1], ("я", "ю", "я", "ем", "и" if word.endswith("ий") else "е")
    else:
        stem, ends = word, ("а", "у", "а", "ем" if word[-1] in "жшчщц" else "ом", "е")
    return dict(zip(CASES, (word, *(stem + end for end in ends)), strict=True))


def _possessive(stem: str) -> dict[str, str]:
    """Сашин, Сашина, Сашиного: whose something is."""
    return {f"poss.{end}": stem + end for end in ("", "а", "о", "ы", "ого", "ому", "ым", "ом", "ой", "у", "ых", "ыми")}


def patronymic(word: str) -> dict[str, str]:
    """The shapes of a patronymic in both genders, from the masculine."""
    feminine = feminine_patronymic(word)
    ends = ("", "а", "у", "а", "ем", "е")
    shapes = {f"m.{case}": word + end for case, end in zip(CASES, ends, strict=True)}
    shapes |= {f"f.{case}": feminine[:-1] + end for case, end in zip(CASES, ("а", "ы", "е", "у", "ой", "е"), strict=True)}
    return shapes | {f"plur.{case}": word + end for case, end in zip(CASES, ("и", "ей", "ам", "ей", "ами", "ах"), strict=True)}


def feminine_patronymic(word: str) -> str:
    """Сергеевич -> Сергеевна, Ильич -> Ильинична; as it is said: Сергеич -> Сергевна."""
    if word.endswith(("ович", "евич")):
        return word[:-2] + "на"
    if word.endswith("ыч"):
        return word[:-2] + "овна"
    if word.lower() in ("ильич", "кузьмич", "лукич", "фомич"):
        return word[:-2] + "инична"
    return word[:-1] + "чна" if word[-3] == "т" else word[:-2].removesuffix("е") + "евна"


def masculine_patronymic(word: str) -> str:
    """The other way: Сергеевна -> Сергеевич."""
    if not word.lower().endswith("на"):
        return word
    if word.lower().endswith("инична"):
        return word[:-6] + "ич"
    return word[:-3] + "ч" if word.lower().endswith("чна") else word[:-2] + "ич"


_POSSESSIVE_SURNAME = regex.compile(r"(?i)\p{L}{2,}(?:ов|ев|ёв|ин|ын)$")
_ADJECTIVE_SURNAME = regex.compile(r"(?i)\p{L}{2,}(?:[сц]кий|[сц]кой|ой|ый|ний|жий|чий|ший|щий|[гкх]ий)$")
_FIXED_SURNAME = regex.compile(r"(?i)(?:[ыи]х|[оеёиуюыэ])$")


def surname(word: str) -> dict[str, str]:
    """The shapes of a surname in both genders, from the masculine."""
    if _FIXED_SURNAME.search(word):
        return {f"{gender}.{case}": word for gender in "mf" for case in CASES}
    if _POSSESSIVE_SURNAME.match(word):
        return _genders(word, "- а у а ым е", "а ой ой у ой ой", "ы ых ым ых ыми ых")
    if _ADJECTIVE_SURNAME.match(word):
        stem, end, last = word[:-2], word[-2:], word[-3]
        if last == "н" and end == "ий":
            return _genders(stem, "ий его ему его им ем", "яя ей ей юю ей ей", "ие их им их ими их")
        if last in "жчшщ":
            return _genders(stem, f"{end} его ему его им ем", "ая ей ей ую ей ей", "ие их им их ими их")
        i = "и" if last in "гкх" else "ы"
        return _genders(stem, f"{end} ого ому ого {i}м ом", "ая ой ой ую ой ой", f"{i}е {i}х {i}м {i}х {i}ми {i}х")
    if word[-1] in "ая":
        shapes = {case: shape for case, shape in _first(word).items() if case in CASES}
        return {f"{gender}.{case}": shape for gender in "mf" for case, shape in shapes.items()}
    shapes = _known(word, "Surn") or _second(word)
    several_ = {f"plur.{case}": shapes[f"plur.{case}"] for case in CASES} if "plur.nomn" in shapes else {}
    return {f"m.{case}": shapes[case] for case in CASES} | {f"f.{case}": word for case in CASES} | several_


def _genders(stem: str, masculine: str, feminine: str, several: str) -> dict[str, str]:
    """The shapes that endings make, six of them in each; "-" is none."""
    together = {"m": masculine, "f": feminine, "plur": several}
    return {f"{gender}.{case}": stem + end.strip("-") for gender, ends in together.items() for case, end in zip(CASES, ends.split(), strict=True)}


_FEMININE_SURNAME = regex.compile(r"(?i)(?P<stem>\p{L}{2,}(?:ов|ев|ёв|ин|ын))а$|(?P<long>\p{L}{2,})(?:ая|яя)$")
_STRESSED_END = ("толст", "донск", "полев", "лугов", "трубецк", "крамск", "яровск", "шаховск", "луговск", "городецк")
"""Adjectives whose masculine ends in -ой."""


def masculine_surname(word: str) -> tuple[str, str]:
    """A surname in the masculine, and the gender that its ending shows: Петрова -> (Петров, "f"); (Коваленко, "") where it shows none."""
    match = _FEMININE_SURNAME.match(word)
    if match is None:
        return word, "m" if _POSSESSIVE_SURNAME.match(word) or _ADJECTIVE_SURNAME.match(word) else ""
    if match["stem"]:
        return match["stem"], "f"
    stem = match["long"]
    end = "ой" if stem.lower() in _STRESSED_END else "ий" if stem[-1] in "кгхжчшщ" or word.endswith("яя") else "ый"
    return stem + end, "f"


@cache
def _analyzer() -> pymorphy3.MorphAnalyzer:
    import pymorphy3  # only where there are Cyrillic names

    return pymorphy3.MorphAnalyzer()


def _known(word: str, tag: str) -> dict[str, str]:
    """The shapes of a masculine name, as the dictionary has them; {} where it does not."""
    for parse in _analyzer().parse(word.lower()):
        if tag in parse.tag and "femn" not in parse.tag and parse.is_known and {"sing", "nomn"} in parse.tag and "Fixd" not in parse.tag:
            found: dict[str, str] = {}
            for shape in parse.lexeme:
                if "femn" not in shape.tag and shape.tag.case in CASES and "Fixd" not in shape.tag and not {"V-oy", "Infr"} & shape.tag.grammemes:
                    found.setdefault(("plur." if "plur" in shape.tag else "") + shape.tag.case, word[0] + shape.word[1:])
            if all(case in found for case in CASES):
                return found
    return {}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the Russian dictionary says of a word.

    Attributes:
        known: Whether it has it.
        role: What it is as a name: "given", "patronymic" or "surname"; "" where it is none.
        gender: Of that.
        word: How likely it is to be met as a word and not as a name: 0 to 1.
        leading: The same for those readings alone with which a sentence may well begin: not an oblique case, not "gerund".
    """

    known: bool
    role: str
    gender: str
    word: float
    leading: float


_TAGS = {"Name": "given", "Patr": "patronymic", "Surn": "surname"}


@cache
def look_up(word: str) -> Entry:
    """A case-folded Cyrillic word in the dictionary, with OpenCorpora's counts. Gerunds (катя, from катить), "whose" (катин) and places count for nothing."""
    analyzer = _analyzer()
    if not analyzer.word_is_known(word):
        return Entry(False, "", "", 0, 0)
    role, gender, as_word, leading = "", "", 0.0, 0.0
    for parse in analyzer.parse(word):
        names = [_TAGS[tag] for tag in _TAGS if tag in parse.tag]
        if names:
            if not role and "nomn" in parse.tag:
                role, gender = names[0], "" if "ms-f" in parse.tag else "f" if "femn" in parse.tag else "m"
        elif parse.is_known and not {"GRND", "Poss", "Geox", "Abbr"} & parse.tag.grammemes:
            as_word += parse.score
            leading += 0 if parse.tag.case in ("gent", "datv", "ablt", "loct") else parse.score
            leading += 0.01 if "VERB" in parse.tag else 0  # likelier, where nothing was counted: вали is no Валя, but ира is Ира
    return Entry(True, role, gender, as_word, leading)
