"""People's names -> other names, the same one for the same person wherever they are named, and back.

What stands in a name's place is chosen by a keyed hash (HMAC-SHA256), so that nobody without the workspace's key can try out a guess, and is kept
from then on (name_book.py). It is of the same script, a given name for a given name, a surname for a surname, of the same gender where that
shows, declined in the same way where Russian leaves a choice, and no contact's name. A script without a list has numbered words instead,
"Contact4821": they are plainly no names, they cannot be somebody's, and `reveal` finds them as single words; a list that is used up goes on with
the same.

One word is one name, wherever it stands: two contacts called Anna share the surrogate of "Anna", and differ in that of their surnames.

What is not hidden:
- A name that is an ordinary word as well (Will, Mark, Rose, Вера, Лев, Света) where it is written small; nor most of these (Where.INSIDE) where
  a sentence begins with it, unless what follows shows that it is a name: a comma, 's, a surname.
- A name in another script than the contact's ("Katya" for Катя), but for handles.
- Initials, single Han signs, and nicknames that no display name has and no list knows.
A word in a display name that nobody knows is taken for a name, where it is capitalised. Han is found wherever its signs stand together: a given
name of two signs that is also a word is hidden with it.

It knows no files and no history: it gets strings.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, KeysView, Mapping
from typing import NamedTuple

from twin.privacy.name_book import Book, Surrogate, Word
from twin.privacy.name_choice import name_spellings, number_of, take_in
from twin.privacy.name_forms import RUSSIAN_IN_LATIN, Name, Role, bases, counterpart, decline, fold, masculine_surname, script_of
from twin.privacy.name_reading import UNSPACED, Part, read, resolve, transliterate
from twin.privacy.name_swap import Sight, Swap, like

_SHORTEST_HANDLE = 6
"""Letters of a handle made of two names: shorter ones are words too often."""


class Names:
    """The surrogates of the names in one history. Making one takes some tenths of a millisecond for each name; `hide` and `reveal` then look words up.

    Args:
        real: Display names of contacts, as a chat shows them. Their order does not matter.
        key: The workspace's secret, 32 random bytes.
        strangers: Display names of people who only write in groups, in any order.
        keep: Names that stay as they are, in texts as well (the person's own), with their short forms; also where a contact shares them.
        book: What was given before. All of it is hidden and revealed, whether those people are among the given ones or not.

    Attributes:
        book: The same with what was given now.
        words: Case-folded words, as `WORD` finds them, one of which every text has that mentions a name; but for texts with Han, kana, Hangul or
            another script that does not part its words.
    """

    def __init__(self, real: Iterable[str], key: bytes, *, strangers: Iterable[str] = (), keep: Iterable[str] = (), book: Book | None = None) -> None:
        if len(key) < 16:
            raise ValueError(f"a key of {len(key)} bytes can be guessed; 32 random ones are wanted")
        self._key = key
        self.book = book.copy() if book else Book()
        kept, contacts = set(keep), sorted(set(real))
        others = sorted(set(strangers).difference(contacts))
        readings = {name: read(name) for name in dict.fromkeys([*self.book.people, *contacts, *others])}
        staying = {name for name, _, _ in resolve(part for name in kept for parts in read(name) for part in parts).values()}
        stay = {spelling for name in staying for spelling in name_spellings(name)}
        for people, close in ((contacts, True), (others, False)):
            sights = (part for name in people for parts in readings[name] for part in parts)
            take_in(self.book, sights, key, close=close, staying=staying, stay=stay)
        self._parts: dict[str, str] = {}
        hide, reveal = Swap(), Swap()
        later: list[_Pair] = []
        for pair in _pairs(self.book):
            shape, folded = pair.sight.shape, fold(pair.sight.shape)
            if pair.shown and folded not in stay:
                self._parts.setdefault(folded, pair.other)
            if folded not in stay and hide.add(shape, pair.other, pair.script, pair.sight):
                reveal.add(pair.other, shape, pair.script)
            else:
                later.append(pair)
        for pair in later:
            reveal.add(pair.other, pair.sight.shape, pair.script)
        self._name_people([name for name in (*contacts, *others) if name not in kept], readings)
        for name in self.book.people:
            self._add_joined(readings[name], hide, reveal)
        hide.finish()
        reveal.finish()
        self._hide, self._reveal = hide, reveal
        self.words: KeysView[str] = hide.words.keys()
        self._whole = self.book.people | {name: name for name in kept}
        self._back = {other: name for name, other in self._whole.items()}

    def whole(self, name: str) -> str:
        """The surrogate of a display name, for the speaker and the header; one that was not among the real names is hidden as a text is."""
        found = self._whole.get(name)
        return self.hide(name)[0] if found is None else found

    def hide(self, text: str, words: Collection[str] | None = None, *, mixed: bool = False) -> tuple[str, list[tuple[int, int]]]:
        """A text with surrogates in place of the names that it mentions, in the same case, number and capitals.

        Args:
            text: A message.
            words: Its case-folded words, as `WORD` finds them, where they are known already.
            mixed: Whether it has surrogates in it as well; they stay, also one that is somebody's real name.

        Returns:
            The new text, and where in the old one the names stood: (start, end) in characters, in order.
        """
        return self._hide.apply(text, words, self._reveal if mixed else None)

    def reveal(self, text: str) -> str:
        """The real names again, in the same case, number and capitals.

        Of the real forms that share one surrogate's form (Annie and Nan, where the surrogate has one short form alone; Алена and Алёна) it is the
        one that a contact shows. It also takes somebody for a contact who happens to have the surrogate's name.
        """
        found = self._back.get(text)
        return self._reveal.apply(text, None)[0] if found is None else found

    def _join(self, parts: Iterable[Part]) -> str:
        """What stands in place of a word of a display name."""
        parts = list(parts)
        made = []
        for part in parts:
            other = self._parts.get(fold(part.text)) if part.role is not None else None
            if part.number and any(fold(one.text) in self._parts for one in parts if one.role is not None):
                made.append(str(number_of(self._key, "".join(one.text for one in parts).casefold())).zfill(len(part.text))[-len(part.text) :])
            else:
                made.append(part.text if other is None else like(part.text, other))
        return "".join(made)

    def _add_joined(self, reading: list[list[Part]], hide: Swap, reveal: Swap) -> None:
        """Has the handles found, and the Han names: words of a display name with several parts, and what two names make without a space or with a _."""
        for parts in reading:
            text, other = "".join(part.text for part in parts), self._join(parts)
            if len(parts) > 1 and text != other:
                script = script_of(text)
                hide.add(text, other, script)
                reveal.add(other, text, script)
        single = [parts[0] for parts in reading if len(parts) == 1 and parts[0].role is not None and fold(parts[0].text) in self._parts]
        if len(single) == 2:
            for first, second in (single, single[::-1]):
                for joint in ("", "_"):
                    text = first.text + joint + second.text
                    other = self._join([first]) + joint + self._join([second])
                    for one, another in ((text, other), (transliterate(text), transliterate(other))):
                        if len(one) >= _SHORTEST_HANDLE and script_of(one) not in UNSPACED:
                            hide.add(one, another, "Latin")
                            reveal.add(another, one, "Latin")

    def _name_people(self, names: list[str], readings: Mapping[str, list[list[Part]]]) -> None:
        """Gives new people their surrogates. Those of names that differ in what is not told apart (Алена, Алёна) get a number behind."""
        people = self.book.people
        found = {name: "".join(map(self._join, readings[name])) for name in names if name not in people}
        used = set(people.values())
        for name in sorted(found, key=lambda name: unicodedata.normalize("NFC", name) != found[name]):  # who stays as they are needs no number
            other, number = found[name], 2
            while other in used:
                other, number = f"{found[name]} {number}", number + 1
            people[name] = other
            used.add(other)


class _Pair(NamedTuple):
    """A shape of a real name, and what stands in its place; `shown`: whether a display name has just this one."""

    sight: Sight
    other: str
    script: str
    shown: bool


def _pairs(book: Book) -> Iterator[_Pair]:
    """First what display names show, then plain forms, the cases of forms that are shown, all the rest: what comes first holds where a shape is that of two."""
    words: defaultdict[Name, dict[str, Word]] = defaultdict(dict)
    for folded, word in book.words.items():
        words[word.name][folded] = word
    passes: list[list[_Pair]] = [[], [], [], []]
    for name, surrogate in book.names.items():
        shown = words[name]
        listed = all(word.listed for word in shown.values())
        places = {folded: _place(name, word) for folded, word in shown.items()}
        for place, shape, base, other, own in _shapes(name, shown, surrogate):
            if place.startswith("poss") and base[-1] not in "ая":
                continue  # Иванов, Иваново: they are other names
            first = places.get(fold(shape)) == place
            passes[0 if first else 1 if shape == base else 2 if own else 3].append(_Pair(Sight(shape, place, base, name, listed), other, name.script, first))
    for some in passes:
        yield from some


def _shapes(name: Name, words: Mapping[str, Word], surrogate: Surrogate) -> Iterator[tuple[str, str, str, str, bool]]:
    """All shapes of a name: place, shape, the form that it is one of, the surrogate's shape for it, and whether a display name has that form."""
    forms = bases(name)
    spelled = [(word.slot, word.shown) for folded, word in words.items() if name.role is Role.GIVEN and fold(forms.get(word.slot, "")) != folded]
    slots = {word.slot[:2] for word in words.values()}
    for slot, base in [*spelled, *forms.items()]:
        others = decline(surrogate.forms[counterpart(slot, surrogate.forms)], surrogate.script, name.role, surrogate.gender)
        for place, shape in decline(base, name.script, name.role, name.gender).items():
            prefix = place.removeprefix("pre.") if place.startswith("pre.") else ""
            yield place, shape, base, others.get(place, prefix + next(iter(others.values()))), slot[:2] in slots


def _place(name: Name, word: Word) -> str:
    """The place in which a display name has a word: the nominative of the gender that is shown."""
    shape = word.shown
    if name.role is Role.SURNAME and name.script in ("Cyrillic", "Latin", RUSSIAN_IN_LATIN):
        base = masculine_surname(shape)[0]
    else:
        base = bases(name).get(word.slot, shape)
    places = [place for place, one in decline(base, name.script, name.role, name.gender).items() if fold(one) == fold(shape)]
    shown = word.genders - {""}
    if len(shown) == 1:
        gender = f"{next(iter(shown))}.nomn"
        places = [place for place in places if place == gender] or places
    return next((place for place in places if place.endswith("nomn")), places[0] if places else "nomn")
