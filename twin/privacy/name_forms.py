"""The shapes that a name takes in a text: its short forms and endearments, Russian and Greek cases, plurals, what Hebrew and Arabic write before it.

Every shape has the name of its place ("gent", "f.datv", "plur"), so that another name can be put into the same place. Not here: how Russian
declines (russian.py), which words are names (name_reading.py).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache, lru_cache

import regex

from twin.privacy import russian
from twin.privacy.name_lists import CYRILLIC_ORDINARY, CYRILLIC_WORDS, LATIN_ORDINARY

RUSSIAN_IN_LATIN = "Russian in Latin"
"""In place of a script: Russian names that are written in Latin letters. They have lists of their own, made from the Cyrillic ones."""
_SCRIPTS = "Latin Cyrillic Greek Hebrew Arabic Devanagari Han Hangul Hiragana Katakana Georgian Armenian Thai Lao Khmer Myanmar Tibetan".split()
_SCRIPT = regex.compile("|".join(rf"(?P<{script}>\p{{Script={script}}})" for script in _SCRIPTS))

_CACHED = 4096
"""Forms whose shapes are kept: those of the lists of two scripts; those of the names of a history are needed once."""
_NO_PATTERN = ("loct", "plur", "poss", "pre")
"""Places that do not decide whether two names are declined alike: what stands there, the words around a name nearly always tell."""
_PREFIXES = {"Hebrew": ("ו", "ל", "ב", "מ", "ש", "ה", "כ", "ול"), "Arabic": ("و", "ل", "ب", "ف", "ك", "ول")}
_SUFFIXES: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "Armenian": [("", ("", "ը", "ն", "ի", "ին", "ից", "ով", "ում"))],
    "Georgian": [("ი", ("ი", "მა", "ს", "ის", "ით", "ად", "ო")), ("", ("", "მ", "ს", "ს", "თი", "დ", "ვ"))],
    "Greek": [
        *((shapes.split()[0], tuple(shapes.split())) for shapes in ("ος ου ο ο", "ός ού ό ό", "ης η η η", "ής ή ή ή", "ας α α α", "άς ά ά ά")),
        *((end, (end, end + "ς", end, end)) for end in "αάηή"),
    ],
}
"""By script: how a word ends, and how its cases end, in one order within a script. The first ending that fits holds."""


class Role(StrEnum):
    """What a name is of somebody."""

    GIVEN = "given"
    PATRONYMIC = "patronymic"
    SURNAME = "surname"


@dataclass(frozen=True, slots=True)
class Name:
    """A name with all that it is called.

    Attributes:
        script: Whose letters: a Unicode script, "Kanji" for Japanese names in Han, or RUSSIAN_IN_LATIN.
        gender: "m", "f", or "" where it has none or may be either.
        forms: The full form, then the short ones, the commonest first. Surnames and patronymics: the masculine alone.
    """

    script: str
    role: Role
    gender: str
    forms: tuple[str, ...]


Slot = tuple[str, int, str]
"""Which of a name's forms: "full", "open" (short, in -а or -я, or not Russian) or "closed"; the how manieth of these; and the endearment made of it, or ""."""
FULL: Slot = ("full", 0, "")


class Where(IntEnum):
    """Where a word is taken for a name."""

    ANYWHERE = 0
    CAPITAL = 1
    """Where it begins with a capital."""
    INSIDE = 2
    """Where it begins with a capital and not only because a sentence does."""


def script_of(word: str) -> str:
    """The script of its first letter; "" for one that has none in the lists."""
    match = _SCRIPT.search(word)
    return str(match.lastgroup) if match else ""


def fold(word: str) -> str:
    """A word as names are compared: one form of its letters, without case, and without the dots of ё."""
    return unicodedata.normalize("NFC", word).casefold().replace("ё", "е")


def spellings(word: str) -> frozenset[str]:
    """The case-folded spellings under which a word is looked for: with and without ё or accents, composed or not."""
    folded = unicodedata.normalize("NFC", word).casefold()
    apart = unicodedata.normalize("NFD", folded)
    if apart == folded:  # nothing is written in two ways
        return frozenset((folded,))
    found = {folded, folded.replace("ё", "е"), plain(folded)}
    return frozenset(found | {unicodedata.normalize("NFD", one) for one in found})


def plain(word: str) -> str:
    """A Latin or Greek word without its accents; another as it is."""
    if word.isascii() or script_of(word) not in ("Latin", "Greek"):
        return word
    return unicodedata.normalize("NFC", "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter)))


@lru_cache(_CACHED)
def bases(name: Name) -> dict[Slot, str]:
    """All forms of a name that are declined, by their slots: the open ones and their endearments before the closed ones (Витьке is Витька's, not Витёк's)."""
    found: dict[Slot, str] = {FULL: name.forms[0]}
    closed: dict[Slot, str] = {}
    for form in name.forms[1:]:
        if name.script == "Cyrillic" and form[-1] not in "ая":
            closed["closed", len(closed), ""] = form
        else:
            found["open", len(found) - 1, ""] = form
    if name.script == "Cyrillic" and name.role is Role.GIVEN:
        for (kind, place, _), form in [*list(found.items())[1:], (FULL, name.forms[0])]:
            found |= {(kind, place, suffix): endearment for suffix, endearment in russian.endearments(form).items()}
    if name.script == "Cyrillic" and name.role is Role.PATRONYMIC and (short := russian.said(name.forms[0])):
        found["full", 0, "said"] = short
    return found | closed


def counterpart(slot: Slot, found: Mapping[Slot, str]) -> Slot:
    """The slot among the found ones that comes nearest to one."""
    if slot in found:
        return slot
    kind, place, suffix = slot
    places = sorted(other for one, other, end in found if one == kind and not end)
    near = max((other for other in places if other <= place), default=places[0] if places else place)
    options = [(kind, near, suffix), (kind, near, {"енька": "ечка", "ечка": "енька"}.get(suffix, "")), (kind, near, "")]
    if kind == "full" and suffix not in ("", "said"):
        options.insert(1, ("open", 0, suffix))
    return next((option for option in options if option in found), FULL)


@lru_cache(_CACHED)
def decline(word: str, script: str, role: Role, gender: str) -> dict[str, str]:
    """The shapes of one form of a name, by their places; the plain one comes first. Those of a surname or patronymic are told apart by gender ("m.gent")."""
    if script == "Cyrillic":
        if role is Role.PATRONYMIC:
            return russian.patronymic(word)
        return russian.surname(word) if role is Role.SURNAME else russian.given(word, gender)
    if script in ("Latin", RUSSIAN_IN_LATIN):
        several = word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
        if role is Role.SURNAME and (feminine := _latin_feminine(word, script)):
            return {"m.nomn": word, "f.nomn": feminine, "plur": several}
        return {"nomn": word, "plur": several}
    if script in _PREFIXES:
        return {"nomn": word} | {f"pre.{prefix}": prefix + word for prefix in _PREFIXES[script]}
    for end, shapes in _SUFFIXES.get(script, ()):
        if word.endswith(end):
            stem = word.removesuffix(end) if end else word
            return {f"{place}": stem + shape for place, shape in enumerate(shapes)}
    return {"nomn": word}


@lru_cache(_CACHED)
def all_spellings(word: str, script: str, role: Role, gender: str) -> frozenset[str]:
    """The spellings of all shapes of one form of a name."""
    return frozenset(spelling for shape in decline(word, script, role, gender).values() for spelling in spellings(shape))


def pattern(shapes: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Which places have the same shape: for each place the first that looks like it. Two names with one pattern can stand for one another."""
    first: dict[str, str] = {}
    return tuple((place, first.setdefault(shape, place)) for place, shape in shapes.items() if not any(part in _NO_PATTERN for part in place.split(".")))


def fits(wanted: tuple[tuple[str, str], ...], other: dict[str, str]) -> bool:
    """Whether whatever one shape of a name of this pattern may mean, the other name has one shape for, too."""
    plain_place = next(iter(other))
    return all(other.get(place, other[plain_place]) == other.get(first, other[plain_place]) for place, first in wanted)


_LATIN_FEMININE = regex.compile(r"(?i)(?P<stem>\p{L}{2,}[oe]v)a$|(?P<long>\p{L}{2,}[sc]k)a(?:ya|ia|ja)?$")
_LATIN_MASCULINE = regex.compile(r"(?i)\p{L}{2,}(?:[oe]v|[sc]k(?:y|i|iy|ii|yi|ij|yy))$")
_NOT_SLAVIC = frozenset(("casanova", "villanueva", "nueva", "canova", "genova"))


def masculine_surname(word: str) -> tuple[str, str]:
    """A surname in the masculine, and the gender that its ending shows: Петрова -> (Петров, "f"); ("Коваленко", "") where it shows none."""
    if script_of(word) == "Cyrillic":
        return russian.masculine_surname(word)
    match = _LATIN_FEMININE.match(word)
    if match is None or word.casefold() in _NOT_SLAVIC:
        return word, "m" if _LATIN_MASCULINE.match(word) else ""
    return match["stem"] or match["long"] + ("i" if word.endswith("ka") else "y"), "f"


def _latin_feminine(word: str, script: str) -> str:
    if regex.search(r"(?i)[oe]v$", word) or (script == RUSSIAN_IN_LATIN and regex.search(r"(?i)[iy]n$", word)):
        return word + "a"
    match = regex.match(r"(?i)(.*[sc]k)(?:(i)|y|iy|ii|yi|ij|yy)$", word)
    return "" if match is None else match[1] + ("a" if match[2] else "aya")


@cache
def is_word(base: str, name: Name) -> bool:
    """Whether a form of a listed name would be a poor surrogate, as it is a word as well and a name would be put back for that."""
    return base in CYRILLIC_WORDS if name.script == "Cyrillic" else reads_as_word(base, name)


def reads_as_word(base: str, name: Name) -> bool:
    """Whether a form of a name may be a word, plain or in a case (Валя: вали)."""
    if name.role is Role.GIVEN and where(base, "nomn", base, name, listed=True) is not Where.ANYWHERE:
        return True
    shapes = decline(base, name.script, name.role, name.gender)
    return any(where(shape, place, base, name, listed=True) is Where.INSIDE for place, shape in shapes.items() if not place.startswith(("plur", "poss")))


def where(shape: str, place: str, base: str, name: Name, *, listed: bool) -> Where:
    """Where a shape of a name is taken for it: everywhere, unless it is a word, too.

    Args:
        place: Which shape of the base it is.
        listed: Whether the name is in a list; if not, nobody knows that it is no word.
    """
    if name.script in ("Latin", RUSSIAN_IN_LATIN):
        key = plain(shape.casefold())
        if key in LATIN_ORDINARY or len(key) < 3 or (place == "plur" and key[:-1] in LATIN_ORDINARY):
            return Where.INSIDE
        return Where.CAPITAL if place == "plur" or not listed else Where.ANYWHERE
    if name.script != "Cyrillic":
        return Where.ANYWHERE
    entry = russian.look_up(shape.casefold())
    if entry.leading > 0.5 or (entry.word > 0.05 and base.casefold() in CYRILLIC_ORDINARY):
        return Where.INSIDE
    return Where.CAPITAL if entry.word > 0.5 or (name.role is Role.SURNAME and entry.word > 0.05) else Where.ANYWHERE
