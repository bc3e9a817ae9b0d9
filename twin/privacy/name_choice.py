"""Which surrogate a name is given: one of its script and gender that is declined as it is, free, and drawn from the list by the workspace's key.

First come, first served: what a book has stays. Contacts choose before strangers (people who only write in groups), and are given nobody's name that
another contact has. A stranger may be given the name of another stranger: in a large group all the names there are occur, and none would be left for
the contacts. No two names have one surrogate, and none has itself.

Not here: what the words of a display name are (name_reading.py), how a text is changed (names.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Set
from functools import lru_cache
from hmac import digest

from twin.privacy.name_book import Book, Surrogate, Word
from twin.privacy.name_forms import FULL, Name, Role, Slot, all_spellings, bases, counterpart, decline, fits, fold, is_word, pattern, spellings
from twin.privacy.name_reading import Part, given_names, listed, resolve

_NUMBERS = 10_000
"""How many numbered words there are before they grow longer."""
_SHORT: Slot = ("open", 0, "")
_NUMBERED = {"Cyrillic": "Контакт"}


def number_of(key: bytes, text: str) -> int:
    """A number from 0 to 2^64 - 1 that nobody without the key can tell."""
    return int.from_bytes(digest(key, text.encode(), "sha256")[:8], "big")


def name_spellings(name: Name) -> Iterator[str]:
    """The spellings of all shapes of all forms."""
    return _spellings(bases(name).values(), name.script, name.role, name.gender)


def take_in(book: Book, sights: Iterable[Part], key: bytes, *, close: bool, staying: Set[Name], stay: Set[str]) -> None:
    """Puts into a book what it lacks of the names of some people.

    Args:
        book: Is changed.
        sights: The parts of their display names.
        key: The workspace's.
        close: Whether they are contacts.
        staying: Names that need no surrogate.
        stay: Spellings that are nobody's surrogate: of those names.
    """
    seen: defaultdict[str, set[Part]] = defaultdict(set)
    for part in sights:
        if part.role is not None:
            seen[fold(part.text)].add(part)
    new = {word: parts for word, parts in sorted(seen.items()) if word not in book.words and word not in stay}
    lexicon = resolve((part for parts in new.values() for part in parts), book.words)
    found: set[Name] = set()
    for word, parts in new.items():
        name, slot, is_listed = lexicon[word]
        if name not in staying:
            book.words[word] = Word(name, slot, _shown(parts), frozenset(part.gender for part in parts), is_listed)
            found.add(name)
            if slot != FULL or not name.gender:  # what the short form may be short for besides
                found |= {other for other, _ in given_names(word) if name.gender in ("", other.gender) and other not in staying}
    if close:
        book.close |= found.union(book.words[word].name for word in seen if word in book.words)
    _choose(book, [name for name in found if name not in book.names], key, close=close, stay=stay)


def _shown(parts: Iterable[Part]) -> str:
    """A word with the capitals of a name."""
    word = min((part.text for part in parts), key=lambda text: (text.isupper(), text.islower(), text))
    return word.capitalize() if word.islower() or (word.isupper() and len(word) > 1) else word


def _choose(book: Book, fresh: Collection[Name], key: bytes, *, close: bool, stay: Set[str]) -> None:
    if not fresh:
        return
    words: defaultdict[Name, list[str]] = defaultdict(list)
    for folded, word in book.words.items():
        words[word.name].append(folded)
    taken = set(stay)
    for name in book.close:
        taken.update(name_spellings(name), *map(spellings, words[name]))
    for name, other in book.names.items():
        taken.update(_spellings(other.forms.values(), other.script, name.role, other.gender))
    numbers = {name: number_of(key, _identity(name)) for name in fresh}
    unlisted = {name for name in fresh if not any(book.words[word].listed for word in words[name])}
    lists, given = _Lists(taken), {}
    for name in sorted(fresh, key=lambda name: (name in unlisted, numbers[name])):
        slots = {book.words[word].slot for word in words[name]}
        own = frozenset() if close else frozenset(name_spellings(name)).union(*map(spellings, words[name]))
        given[name] = lists.nearest(name, slots, numbers[name], own, enough=0 if close else 1) or _numbered(name, numbers[name], taken, book.words)
        taken.update(_spellings(given[name].forms.values(), given[name].script, name.role, given[name].gender))
    for name in sorted(given, key=lambda name: (name.script, name.role, name.forms, name.gender)):
        book.names[name] = given[name]


class _Lists:
    """The lists of names with what is still free in them. `taken` only ever grows: what is once not free will not be looked at again."""

    def __init__(self, taken: Set[str]) -> None:
        self._taken = taken
        self._gone: defaultdict[tuple[str, Role, str], set[int]] = defaultdict(set)

    def nearest(self, name: Name, slots: Set[Slot], number: int, own: Set[str], *, enough: int) -> Surrogate | None:
        """The next free one from the place in the list that the number gives: the first that is near enough to what is wanted, else the nearest."""
        wanted = _Wanted(name, slots)
        lists = [name.gender if name.role is Role.GIVEN else ""]
        if name.role is Role.GIVEN and not name.gender:
            lists = ["", "mf"]
        best, rank = None, 99
        for order, genders in enumerate(lists):
            pool = [candidate for gender in genders or [""] for candidate in listed(name.script, name.role, gender)]
            gone = self._gone[name.script, name.role, genders]
            start = number % max(len(pool), 1)
            for place in (*range(start, len(pool)), *range(start)):
                if place in gone:
                    continue
                candidate = pool[place]
                forms = self._free(candidate, own)
                if forms is None:
                    gone.add(place)
                elif forms:
                    distance = wanted.distance(candidate, forms) + order
                    if distance < rank:
                        best, rank = Surrogate(candidate.script, candidate.gender, forms), distance
                    if rank <= enough:
                        return best
        return best

    def _free(self, candidate: Name, own: Set[str]) -> dict[Slot, str] | None:
        """The forms of a candidate that are nobody's name, and no words; {} if it is not free for this name, None if it is for none."""
        free = {}
        for slot, base in bases(candidate).items():
            shapes = all_spellings(base, candidate.script, candidate.role, candidate.gender)
            gone = not self._taken.isdisjoint(shapes) or is_word(base, candidate)
            if slot == FULL and gone:
                return None
            if slot == FULL and not own.isdisjoint(shapes):
                return {}
            if not gone and own.isdisjoint(shapes):
                free[slot] = base
        return free


class _Wanted:
    """What a surrogate is wanted to be: to have a short form as the name has, one of its own for each that is shown, and to be declined alike."""

    def __init__(self, name: Name, slots: Set[Slot]) -> None:
        own = bases(name)
        self._name, self._slots = name, slots
        self._short = [slot for slot in ((_SHORT, (*_SHORT[:2], "ка")) if _SHORT in own else ((*FULL[:2], "ка"),)) if slot in own]
        self._main = next(iter(slots)) if len(slots) == 1 else FULL
        self._pattern = pattern(decline(own[self._main], name.script, name.role, name.gender))

    def distance(self, candidate: Name, forms: dict[Slot, str]) -> int:
        """How far a candidate with these forms is from that; 0: not at all."""
        distinct = len({counterpart(slot, forms) for slot in self._slots}) == len(self._slots)
        short = all(counterpart(slot, forms) == slot for slot in self._short)
        alike = _alike(self._pattern, forms[counterpart(self._main, forms)], candidate.script, candidate.role, candidate.gender)
        return alike + (0 if distinct else 4) + (0 if short else 1) + (0 if _same_sound(self._name, candidate) else 1)


@lru_cache(maxsize=1 << 14)
def _alike(wanted: tuple[tuple[str, str], ...], word: str, script: str, role: Role, gender: str) -> int:
    """0: a form is declined by this pattern, 1: it can stand in its places, 2: it cannot."""
    shapes = decline(word, script, role, gender)
    return 0 if pattern(shapes) == wanted else 1 if fits(wanted, shapes) else 2


def _same_sound(name: Name, candidate: Name) -> bool:
    """Han: as many signs. Hangul: a final consonant or none, after which the particles go."""
    one, other = name.forms[0], candidate.forms[0]
    if name.script == "Hangul":
        return _open_syllable(one[-1]) == _open_syllable(other[-1])
    return name.script not in ("Han", "Kanji") or len(one) == len(other)


def _open_syllable(sign: str) -> bool:
    """Whether a syllable of Hangul has no final consonant; Unicode puts one without before each 27 with."""
    return (ord(sign) - 0xAC00) % 28 == 0


def _numbered(name: Name, number: int, taken: Set[str], words: Collection[str]) -> Surrogate:
    number, word = number % _NUMBERS, _NUMBERED.get(name.script, "Contact")
    while (text := f"{word}{number}".casefold()) in taken or text in words:
        number += 1
    return Surrogate("", "", {FULL: f"{word}{number}"})


def _identity(name: Name) -> str:
    """What is hashed of a real name."""
    return f"{name.script}|{name.role}|{name.gender}|{fold(name.forms[0])}"


def _spellings(forms: Iterable[str], script: str, role: Role, gender: str) -> Iterator[str]:
    for form in forms:
        yield from all_spellings(form, script, role, gender)
