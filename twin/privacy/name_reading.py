"""What the words of a contact's display name are: given names, patronymics, surnames, or no names at all ("Мама", "Work", "(школа)", an emoji).

Not here: the shapes of a name (name_forms.py), what stands in its place (names.py).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import regex

from twin.privacy import name_lists
from twin.privacy.name_forms import (
    FULL,
    RUSSIAN_IN_LATIN,
    Name,
    Role,
    Slot,
    bases,
    fold,
    masculine_surname,
    plain,
    script_of,
)
from twin.privacy.russian import feminine_patronymic, look_up, masculine_patronymic

WORD = regex.compile(r"\w+")
UNSPACED = ("Han", "Kanji", "Hangul", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan")
"""Scripts that do not write spaces where a name ends."""
_RUNS = regex.compile(r"\d+|_+|[^\d_]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a display name.

    Attributes:
        role: What it is as a name, alone from how it stands there; None where it is none and stays.
        gender: What the rest of the display name shows of the gender; "" if nothing.
        number: Whether it is a number inside a handle (kate_92), in whose place another stands.
    """

    text: str
    role: Role | None = None
    gender: str = ""
    number: bool = False


def read(name: str) -> list[list[Part]]:
    """The display name's words and what lies between them, in order; most are one part, a handle and a Han name are several.

    All parts, joined, are the name in the form NFC.
    """
    name = unicodedata.normalize("NFC", name)
    given, unknown = _has_given(name), False
    pieces: list[list[Part]] = []
    end, seen = 0, False
    for match in WORD.finditer(name):
        before, word = name[: match.start()], match[0]
        aside = any(before.count(opening) > before.count(closing) for opening, closing in ("()", "[]", "（）"))
        parts = _parts(word, name, given, seen or unknown, aside)
        seen = seen or any(part.role is Role.GIVEN for part in parts)
        unknown = unknown or any(part.role is not None for part in parts)
        pieces += [[Part(name[end : match.start()])], parts]
        end = match.end()
    pieces.append([Part(name[end:])])
    genders = {_shown_gender(part) for parts in pieces for part in parts} - {""}
    gender = genders.pop() if len(genders) == 1 else ""
    return [[Part(part.text, part.role, gender if part.role else "", part.number) for part in parts] for parts in pieces if parts[0].text]


def _parts(word: str, name: str, given: bool, later: bool, aside: bool) -> list[Part]:
    script = script_of(word)
    runs = _RUNS.findall(word)
    if len(runs) > 1:
        if not any(run.isalpha() and len(run) > 1 for run in runs):
            return [Part(word)]
        return [_in_handle(run) for run in runs]
    if script in ("Han", "Hiragana", "Katakana", "Hangul"):
        return _unspaced(word, script)
    return [Part(word, _role(word, script, name, given, later, aside))]


def _in_handle(run: str) -> Part:
    if not run.isalpha():
        return Part(run, number=run.isdecimal())
    key = fold(run)
    named = bool(given_names(run)) or _is_surname(run)
    return Part(run, Role.GIVEN if named or (len(run) > 2 and key not in name_lists.PLAIN) else None)


def _role(word: str, script: str, name: str, given: bool, later: bool, aside: bool) -> Role | None:
    """What a word with spaces around it is. `given`: there is a listed given name; `later`: some name stands before it."""
    key = fold(word)
    if len(key) < 2 or not word[0].isalpha():
        return None
    is_given, surname = bool(given_names(word)), _is_surname(word)
    if is_given:
        return Role.SURNAME if surname and later else Role.GIVEN
    if key in name_lists.PLAIN:
        return None
    if script == "Cyrillic":
        if _PATRONYMIC.search(key):
            return Role.PATRONYMIC
        entry = look_up(word.casefold()) if not surname else None
        if entry is not None and entry.known:
            if (given or later) and word[0].isupper() and _WORDS_TOO.search(key):
                return Role.SURNAME
            return None if not entry.role or (entry.word > 0.5 and not given) else Role(entry.role)
    if surname:
        return Role.SURNAME
    alone = len(WORD.findall(name)) == 1
    if aside or (not alone and word.islower()) or (script == "Latin" and word.isupper() and len(word) < 5):
        return None
    return Role.SURNAME if given or later else Role.GIVEN


_PATRONYMIC = regex.compile(r"\p{L}{2,}(?:[оеь]вич|ьич|[еао]ич|ыч|[оеь]вна|ична|инична)$")
_SURNAME_END = {
    "Cyrillic": regex.compile(r"\p{L}{2,}(?:[оеё]ва?|[иы]на?|[сц]к(?:ий|ая|ой)|енко|чук|юк|щук|[аяе]нц|[аья]н|янц|дзе|швили|ых|их|ович|евич|оглы|ишин)$"),
    "Latin": regex.compile(
        r"\p{L}{2,}(?:[oe]va?|[sc]k(?:i|y|iy|ii|aya|a)|enko|chuk|yuk|yan|ian|dze|shvili|ovic|evic|ovich|evich|sson|ssen|escu|oglu|poulos|akis)$"
    ),
}

_WORDS_TOO = regex.compile(r"\p{L}{3,}(?:[оеё]ва?|[иы]на?|[ыио]й|[ая]я)$")
"""Beside a given name these are surnames, though they are forms of words as well: Рассказов, Подгорная, Белый."""


def _is_surname(word: str) -> bool:
    script = script_of(word)
    key = fold(word)
    if plain(key) in surnames(script):
        return True
    if script == "Latin":
        return skeleton(masculine_surname(word)[0]) in surnames(RUSSIAN_IN_LATIN) or bool(_SURNAME_END["Latin"].search(plain(key)))
    if script == "Cyrillic":
        if fold(masculine_surname(word)[0]) in surnames(script):
            return True
        return not look_up(word.casefold()).known and bool(_SURNAME_END["Cyrillic"].search(key))
    return False


def _has_given(name: str) -> bool:
    return any(given_names(run) for word in WORD.findall(name) for run in _RUNS.findall(word))


def _shown_gender(part: Part) -> str:
    """The gender that one part shows for the whole name: a given name's that is of one gender, and that of Slavic endings."""
    if part.role is Role.GIVEN:
        genders = {name.gender for name, _ in given_names(part.text)}
        return genders.pop() if len(genders) == 1 else ""
    if part.role is Role.PATRONYMIC:
        return "f" if fold(part.text).endswith("на") else "m"
    return masculine_surname(part.text)[1] if part.role is Role.SURNAME and script_of(part.text) in ("Cyrillic", "Latin") else ""


_HAN_BEFORE, _HAN_AFTER = "老小阿", ("老师", "先生", "女士", "医生", "经理", "师傅", "总", "哥", "姐", "さん", "ちゃん", "くん", "君", "様")


def _unspaced(word: str, script: str) -> list[Part]:
    """A word of Han, Hangul or kana: surname and given name, with what is said before or after them."""
    if word in name_lists.PLAIN:
        return [Part(word)]
    if script in ("Hiragana", "Katakana"):
        return [Part(word, Role.SURNAME if word in surnames(script) else Role.GIVEN)] if len(word) > 1 else [Part(word)]
    if given_names(word):
        return [Part(word, Role.GIVEN)]
    families = surnames("Kanji") | surnames(script) if script == "Han" else surnames(script)
    for after in sorted([*_HAN_AFTER, *(one for one in name_lists.PLAIN if script_of(one) == script and len(one) > 1)], key=len, reverse=True):
        if word.endswith(after) and (word.removesuffix(after) in families or given_names(word.removesuffix(after))):
            rest = word.removesuffix(after)
            return [Part(rest, Role.SURNAME if rest in families else Role.GIVEN), Part(after)]
    if len(word) == 2 and word[0] in _HAN_BEFORE and word[1] in families:
        return [Part(word[0]), Part(word[1], Role.SURNAME)]
    if any(len(one) > 1 and one in word for one in name_lists.PLAIN):
        return [Part(word)]
    for length in (3, 2, 1):
        surname, rest = word[:length], word[length:]
        if surname in families and len(rest) < 4 and not (script == "Hangul" and len(word) == 2):
            return [Part(surname, Role.SURNAME), *([Part(rest, Role.GIVEN)] if rest else [])]
    return [Part(word, Role.GIVEN if 1 < len(word) < 4 else None)]


def _split(text: str) -> list[tuple[str, ...]]:
    return [tuple(family.split()) for family in text.split(";") if family.strip()]


_WRITTEN = {
    "Latin": (name_lists.LATIN_MEN, name_lists.LATIN_WOMEN, name_lists.LATIN_SURNAMES, name_lists.LATIN_EITHER),
    "Cyrillic": (name_lists.CYRILLIC_MEN, name_lists.CYRILLIC_WOMEN, name_lists.CYRILLIC_SURNAMES, name_lists.CYRILLIC_EITHER),
    "Greek": (name_lists.GREEK_MEN, name_lists.GREEK_WOMEN, name_lists.GREEK_SURNAMES, ""),
    "Hebrew": (name_lists.HEBREW_MEN, name_lists.HEBREW_WOMEN, name_lists.HEBREW_SURNAMES, ""),
    "Arabic": (name_lists.ARABIC_MEN, name_lists.ARABIC_WOMEN, name_lists.ARABIC_SURNAMES, ""),
    "Devanagari": (name_lists.DEVANAGARI_MEN, name_lists.DEVANAGARI_WOMEN, name_lists.DEVANAGARI_SURNAMES, ""),
    "Han": (name_lists.HAN_MEN, name_lists.HAN_WOMEN, name_lists.HAN_SURNAMES, ""),
    "Kanji": (name_lists.KANJI_MEN, name_lists.KANJI_WOMEN, name_lists.KANJI_SURNAMES, ""),
    "Hangul": (name_lists.HANGUL_MEN, name_lists.HANGUL_WOMEN, name_lists.HANGUL_SURNAMES, ""),
    "Hiragana": (name_lists.KANA_MEN, name_lists.KANA_WOMEN, name_lists.KANA_SURNAMES, ""),
    "Georgian": (name_lists.GEORGIAN_MEN, name_lists.GEORGIAN_WOMEN, name_lists.GEORGIAN_SURNAMES, ""),
    "Armenian": (name_lists.ARMENIAN_MEN, name_lists.ARMENIAN_WOMEN, name_lists.ARMENIAN_SURNAMES, ""),
}


@cache
def listed(script: str, role: Role, gender: str = "") -> tuple[Name, ...]:
    """The names of a script in the order of their list, each once; () where there is no list. Given names of one gender, or with "" those for either."""
    if script == "Katakana":
        return tuple(Name(script, role, gender, tuple(map(_katakana, name.forms))) for name in listed("Hiragana", role, gender))
    if script == RUSSIAN_IN_LATIN:
        names = (Name(script, role, gender, tuple(dict.fromkeys(map(transliterate, name.forms)))) for name in listed("Cyrillic", role, gender))
        return tuple({name.forms[0]: name for name in names}.values())
    if role is Role.PATRONYMIC:
        return tuple(Name(script, role, "", (word,)) for word in name_lists.CYRILLIC_PATRONYMICS.split()) if script == "Cyrillic" else ()
    men, women, families, either = _WRITTEN.get(script, ("", "", "", ""))
    if role is Role.SURNAME:
        return tuple(Name(script, role, "", (word,)) for word in dict.fromkeys(families.split()))
    return tuple({forms[0]: Name(script, role, gender, forms) for forms in _split({"m": men, "f": women, "": either}[gender])}.values())


@cache
def _by_full_form(script: str, gender: str) -> dict[str, Name]:
    return {name.forms[0]: name for name in listed(script, Role.GIVEN, gender)}


def named(script: str, role: Role, gender: str, word: str) -> Name:
    """A name by its full form, with the short ones of the list where it is in one."""
    known = _by_full_form(script, gender).get(word) if role is Role.GIVEN else None
    return known or Name(script, role, gender, (word,))


def _katakana(word: str) -> str:
    return "".join(chr(ord(letter) + 0x60) for letter in word)  # the two blocks stand in one order


@cache
def surnames(script: str) -> frozenset[str]:
    """The folded surnames of a script, in the masculine; by their skeletons if Russian in Latin."""
    key: Callable[[str], str] = skeleton if script == RUSSIAN_IN_LATIN else lambda word: plain(fold(word))
    return frozenset(key(name.forms[0]) for name in listed(script, Role.SURNAME))


@cache
def _given_index(script: str) -> dict[str, list[tuple[Name, Slot]]]:
    found: defaultdict[str, list[tuple[Name, Slot]]] = defaultdict(list)
    key: Callable[[str], str] = skeleton if script == RUSSIAN_IN_LATIN else fold if script == "Cyrillic" else lambda word: plain(fold(word))
    for gender in ("m", "f", ""):
        for name in listed(script, Role.GIVEN, gender):
            for slot, form in bases(name).items():
                if all(known is not name for known, _ in found[key(form)]):
                    found[key(form)].append((name, slot))
    return dict(found)


def given_names(word: str) -> list[tuple[Name, Slot]]:
    """Which listed given names a word may be, and which of their forms: men's, women's, those for either."""
    script = script_of(word)
    if script == "Latin":
        return _given_index(script).get(plain(fold(word))) or _given_index(RUSSIAN_IN_LATIN).get(skeleton(word), [])
    if script == "Han":
        return _given_index(script).get(word) or _given_index("Kanji").get(word, [])
    return _given_index(script).get(fold(word) if script == "Cyrillic" else plain(fold(word)), [])


_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya i yi ye g".split(" "),
        strict=True,
    )
)


def transliterate(word: str) -> str:
    """A Cyrillic word in the Latin letters that people write it with: Дмитрий -> Dmitry, Юлия -> Yulia."""
    low = word.lower()
    for end, better in (("ий", "ы"), ("ия", "иа"), ("ьев", "иев"), ("ьева", "иева")):
        low = low.removesuffix(end) + better if low.endswith(end) else low
    made = "".join(_LETTERS.get(letter, letter) for letter in low)
    return made.capitalize() if word[:1].isupper() else made


_VARIANTS = (
    ("ya", ("ia", "ja")),
    ("yu", ("iu", "ju", "u")),
    ("ey", ("ei", "ej")),
    ("ay", ("ai",)),
    ("ks", ("x",)),
    ("kh", ("h",)),
    ("zh", ("j",)),
    ("ts", ("c",)),
)


@cache
def latin_spellings(word: str) -> frozenset[str]:
    """The other ways in which a transliterated name is often written: Katya, Katia, Katja; Dmitry, Dmitri, Dmitriy; Ekaterina, Yekaterina."""
    found = {word.lower()}
    for one, others in _VARIANTS:
        found |= {known.replace(one, other) for known in found for other in others}
    found |= {known[:-1] + end for known in found if known[-1] == "y" and known[-2:-1] not in "aeiou" for end in ("i", "iy", "ii")}
    return frozenset(found | {"y" + known for known in found if known[0] == "e" and known[1:2] in tuple("kfvrl")})


_SKELETON = (("x", "ks"), ("ph", "f"), ("w", "v"), ("tz", "ts"), ("kh", "h"), ("shch", "sch"), ("y", "i"), ("j", "i"), ("io", "e"))


def skeleton(word: str) -> str:
    """What the ways to write a Russian name in Latin letters have in common: Yekaterina and Ekaterina, Dmitriy, Dmitrii and Dmitry."""
    word = plain(fold(word))
    for one, other in _SKELETON:
        word = word.replace(one, other)
    word = regex.sub(r"(.)\1+", r"\1", word)
    return str(regex.sub(r"^ie(?=[kfvrl])", "e", word))


def resolve(sights: Iterable[Part], words: Iterable[str] = ()) -> dict[str, tuple[Name, Slot, bool]]:
    """Which name each word is, one for a word wherever it stands, and whether it is a listed one.

    A form of several names (Саша) is that one of them which the gender shows, or else which some other contact has in full, or else the name that
    is either's. It does not matter in which order the sights come.

    Args:
        sights: The parts of display names.
        words: Folded words of further display names.

    Returns:
        By the folded word of each sight.
    """
    seen: defaultdict[str, set[Part]] = defaultdict(set)
    for part in sights:
        if part.role is not None:
            seen[fold(part.text)].add(part)
    in_full = {name for key in {*seen, *words} for name, slot in given_names(key) if slot == FULL and name.gender}
    return {key: _resolve(key, parts, in_full) for key, parts in sorted(seen.items())}


def _resolve(key: str, parts: set[Part], in_full: set[Name]) -> tuple[Name, Slot, bool]:
    roles, genders = {part.role for part in parts}, {part.gender for part in parts}
    word = min((part.text for part in parts), key=lambda text: (text.isupper(), text.islower(), text))
    word = word.capitalize() if word.islower() or (word.isupper() and len(word) > 1) else word
    script = script_of(key)
    gender = genders.pop() if len(genders) == 1 else ""
    if Role.GIVEN in roles:
        options = given_names(key)
        if not options:
            if script == "Cyrillic" and not gender:
                gender = "f" if word[-1] in "ая" else "m" if word[-1].isalpha() and word[-1] not in "оеёиуюыэ" else ""
            return Name(script, Role.GIVEN, gender, (word,)), FULL, False
        if gender:
            options = [option for option in options if option[0].gender == gender] or options
        elif len({name.gender for name, _ in options} - {""}) > 1:
            options = [option for option in options if option[0] in in_full] or [option for option in options if not option[0].gender] or options
        return *min(options, key=lambda option: option[1] != FULL), True
    if Role.PATRONYMIC in roles:
        return _patronymic(word, script)
    return _surname(word, script)


def _patronymic(word: str, script: str) -> tuple[Name, Slot, bool]:
    for name in listed(script, Role.PATRONYMIC):
        for slot, form in bases(name).items():
            if fold(word) in (fold(form), fold(feminine_patronymic(form))):
                return name, slot, True
    return Name(script, Role.PATRONYMIC, "", (masculine_patronymic(word),)), FULL, True


def _surname(word: str, script: str) -> tuple[Name, Slot, bool]:
    masculine, gender = masculine_surname(word) if script in ("Cyrillic", "Latin") else (word, "")
    if script == "Han":
        return Name("Kanji" if word in surnames("Kanji") else script, Role.SURNAME, "", (word,)), FULL, True
    if script == "Latin":
        russian = skeleton(masculine) in surnames(RUSSIAN_IN_LATIN)
        if plain(fold(word)) not in surnames(script) and (russian or gender):
            return Name(RUSSIAN_IN_LATIN, Role.SURNAME, "", (masculine,)), FULL, True
    known = plain(fold(masculine)) in surnames(script) or script != "Latin"
    return Name(script, Role.SURNAME, "", (masculine,)), FULL, known
