"""The surrogates that names were given, as a workspace keeps them: a name that has one keeps it, whoever comes later and whatever the lists become.

The file says who is called what, so it is as secret as the history; it is no part of a dataset. Not here: which surrogate a name is given (name_choice.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twin.errors import WorkspaceError
from twin.privacy.name_forms import FULL, Name, Role, Slot
from twin.privacy.name_reading import named
from twin.workspace import write_text

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Word:
    """A word as display names show it.

    Attributes:
        name: The name that it is.
        slot: Which of the name's forms.
        shown: The word with its capitals.
        genders: Those that the display names show; "" for one that shows none.
        listed: Whether the name is in a list.
    """

    name: Name
    slot: Slot
    shown: str
    genders: frozenset[str]
    listed: bool


@dataclass(frozen=True, slots=True)
class Surrogate:
    """What stands in place of a name.

    Attributes:
        script: Whose letters, as in Name; "" for a numbered word.
        gender: As in Name.
        forms: Those that are nobody else's, FULL always among them.
    """

    script: str
    gender: str
    forms: Mapping[Slot, str]


@dataclass(slots=True)
class Book:
    """All that was given, in the order in which it was.

    Attributes:
        words: By the folded word.
        names: Surrogates by real name.
        close: Those of the names that contacts have, and not only strangers in groups.
        people: Surrogates of whole display names.
    """

    words: dict[str, Word] = field(default_factory=dict)
    names: dict[Name, Surrogate] = field(default_factory=dict)
    close: set[Name] = field(default_factory=set)
    people: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Book:
        """Another with the same in it."""
        return Book(self.words.copy(), self.names.copy(), self.close.copy(), self.people.copy())


def read_book(file: Path) -> Book:
    """What a workspace has kept; an empty book where there is none yet.

    Raises:
        WorkspaceError: The file is damaged, of a later version, or cannot be read.
    """
    try:
        return _parsed(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Book()
    except OSError as error:
        raise WorkspaceError(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        remedy = "put a copy of it back, or remove it: twin prepare then gives people new names, and --reveal cannot take back those of older runs"
        raise WorkspaceError(f"{file} is damaged or of a later version of twin; {remedy}") from None


def write_book(book: Book, file: Path) -> None:
    """Keeps a book for `read_book`: whole or not at all, readable by the person alone. Raises OSError."""
    words: dict[Name, dict[str, list[Any]]] = {name: {} for name in book.names}
    for key, word in book.words.items():
        words[word.name][key] = [word.shown, _slot_text(word.slot), sorted(word.genders), word.listed]
    names = [
        {
            "name": name.forms[0],
            "script": name.script,
            "role": name.role.value,
            "gender": name.gender,
            "contact": name in book.close,
            "words": words[name],
            "surrogate": {"script": other.script, "gender": other.gender, "forms": {_slot_text(slot): form for slot, form in other.forms.items()}},
        }
        for name, other in book.names.items()
    ]
    write_text(file, json.dumps({"version": _VERSION, "names": names, "people": book.people}, ensure_ascii=False) + "\n")


def _parsed(stored: dict[str, Any]) -> Book:
    if stored["version"] != _VERSION:
        raise ValueError
    book = Book(people={_text(name): _text(other) for name, other in stored["people"].items()})
    for one in stored["names"]:
        name = named(_text(one["script"]), Role(one["role"]), _text(one["gender"]), _some(one["name"]))
        other = one["surrogate"]
        forms = {_slot(slot): _some(form) for slot, form in other["forms"].items()}
        if FULL not in forms:
            raise ValueError
        book.names[name] = Surrogate(_text(other["script"]), _text(other["gender"]), forms)
        if one["contact"]:
            book.close.add(name)
        for key, (shown, slot, genders, listed) in one["words"].items():
            book.words[key] = Word(name, _slot(slot), _some(shown), frozenset(map(_text, genders)), bool(listed))
    return book


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _some(value: object) -> str:
    if not _text(value):
        raise ValueError
    return _text(value)


def _slot_text(slot: Slot) -> str:
    return " ".join(map(str, slot)).rstrip()


def _slot(text: str) -> Slot:
    kind, place, *suffix = text.split(" ")
    return kind, int(place), "".join(suffix)
