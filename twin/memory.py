"""What the twin remembers: the past exchanges that have most to do with what was just said, found without a model.

memory.db is an index over the dataset: what is private was taken out there, people have the names that the twin knows them by, and every exchange has its
split. It is made anew whenever the dataset, or what the person has chosen about chats, is no longer what it was made of. An exchange is found by its words,
and by words that look alike (inflected, misspelt); the two rankings are fused.
Not here: when anything is remembered, and how it gets into a reply (chat/remembering.py).
"""

from __future__ import annotations

import math
import os
import re
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from twin.dataset import SPLITS, each_conversation
from twin.errors import DatasetError
from twin.prompts import fill, one_line
from twin.schema import ChatKind, Conversation, Turn
from twin.workspace import flush, private_file

_VERSION = 1
_SCHEMA = """
CREATE TABLE facts (made_of TEXT NOT NULL, person TEXT NOT NULL);
CREATE TABLE exchanges (
    id INTEGER PRIMARY KEY, split TEXT NOT NULL, chat TEXT NOT NULL, in_group INTEGER NOT NULL, date INTEGER NOT NULL,
    who TEXT NOT NULL, asked TEXT NOT NULL, answered TEXT NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5(asked, answered, content='', tokenize='unicode61');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row');
CREATE TABLE terms (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, uses INTEGER NOT NULL);
CREATE VIRTUAL TABLE spellings USING fts5(word, content='', tokenize='trigram');
"""
# The trigrams index the words and not the texts: a hundred times less to look through, and how alike two words are can be counted.

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f]")
_COMMON, _FEW = 0.02, 10
"""A word of a larger share of the exchanges, and of more of them, says nothing about what they are about."""
_SHORTEST = 3
"""Letters of a word that says something."""
_TERMS = 12
"""Words of a question that are looked for, the rarest."""
_ENOUGH = 0.5
"""An exchange is remembered that has at least this share of what the best one has of the question."""
_ALIKE = 0.5
"""Least share of common trigrams, 2 |A ∩ B| / (|A| + |B|) (Dice, Ecology 26, 1945), of two words that are taken for one: собаку and собака have 0.8."""
_SPELLINGS = 12
"""Words that look like one of the question's, at most."""
_LIST = 200
"""How far down a ranking counts."""
_FUSION = 60
"""k of reciprocal rank fusion: a place counts 1 / (k + place) (Cormack, Clarke and Büttcher, SIGIR 2009)."""
_SAME_CHAT = 1.5
"""What the same contact multiplies."""
_SHOWN = 160
"""Characters of what was asked, and of the answer, in a memory's text."""
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Memory:
    """An exchange of the past.

    Attributes:
        date: When its conversation began, in UTC.
        chat: Whom it was with, or the group's name.
        kind: Whether it was a group.
        who: Who spoke before the person; empty where the person wrote first.
        asked: What they said, in one line; empty likewise.
        answered: What the person replied, in one line.
    """

    date: datetime
    chat: str
    kind: ChatKind
    person: str
    who: str
    asked: str
    answered: str

    @property
    def text(self) -> str:
        """What the model is given of it."""
        day, person, chat = self.date.astimezone(), one_line(self.person), one_line(self.chat)
        values = {"date": f"{day.day} {day:%B %Y}", "person": person}
        values |= {"group": chat} if self.kind is ChatKind.GROUP else {"contact": chat}
        if self.asked:
            values |= {"member" if self.kind is ChatKind.GROUP else "who": one_line(self.who), "asked": _cut(self.asked), "answered": _cut(self.answered)}
        else:
            values["said"] = _cut(self.answered)
        return fill("memory", **values)


class Memories:
    """The memory of a workspace. It may be asked from several threads.

    Args:
        file: The index, memory.db; made when it is first needed.
        dataset: What it is made of.
        choices: Gives the ids of the chats that take no part. Asked each time: what is forgotten meanwhile is not remembered.
        progress: Told in a few words that the index is being made.
    """

    def __init__(
        self, file: Path, dataset: Path, choices: Callable[[], Collection[int]] = lambda: (), progress: Callable[[str], None] = lambda what: None
    ) -> None:
        self._file, self._dataset, self._choices, self._progress = file, dataset, choices, progress
        self._made_of = ""
        self._lock = threading.Lock()

    def recall(
        self,
        question: str,
        contact: str,
        *,
        splits: Collection[str] = ("train", "validation"),
        count: int = 3,
        budget: int = 600,
        conversation: Sequence[Turn] = (),
        alone: bool = False,
    ) -> tuple[Memory, ...]:
        """What has most to do with a question, oldest first; nothing where only common words are found again.

        Args:
            question: What was said: any text.
            contact: The chat as the dataset calls it; its own exchanges are preferred.
            splits: Where it is looked for. The test split takes no part where it is to be measured on.
            count: How many at most.
            budget: Characters of all texts together, at most.
            conversation: The turns so far; an exchange that is among them is not remembered.
            alone: Whether only what was said in the personal chat with that contact is remembered.

        Raises:
            DatasetError: There is no dataset, or it is damaged.
        """
        self._refresh()
        with closing(sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro", uri=True)) as index:
            rows = _ranked(index, question, contact, splits, alone=alone)
            (person,) = index.execute("SELECT person FROM facts").fetchone()
        said = {_fold(_line(turn.bubbles)) for turn in conversation}
        chosen: dict[tuple[str, str], Memory] = {}
        for chat, in_group, date, who, asked, answered in rows:
            key = _fold(asked), _fold(answered)
            if key in chosen or (key[1] in said and (not asked or key[0] in said)):
                continue
            kind = ChatKind.GROUP if in_group else ChatKind.PERSONAL
            memory = Memory(datetime.fromtimestamp(date, UTC), chat, kind, person, who, asked, answered)
            if len(memory.text) > budget:
                continue
            chosen[key] = memory
            budget -= len(memory.text)
            if len(chosen) == count:
                break
        return tuple(sorted(chosen.values(), key=lambda memory: memory.date))

    def _refresh(self) -> None:
        """Sees to it that the index is made of the dataset and the choices of now."""
        choices = sorted(self._choices())
        made_of = orjson.dumps([_VERSION, [self._state(split) for split in SPLITS], choices]).decode()
        with self._lock:
            if made_of == self._made_of and self._file.exists():
                return
            if _made_of(self._file) != made_of:
                self._progress("reading what there is to remember")
                self._build(made_of, frozenset(choices))
            self._made_of = made_of

    def _state(self, split: str) -> tuple[int, int]:
        path = self._dataset / f"{split}.jsonl"
        try:
            about = path.stat()
        except FileNotFoundError:
            raise DatasetError(f"{path} is not there; make the dataset with: twin prepare") from None
        return about.st_size, about.st_mtime_ns

    def _build(self, made_of: str, choices: Collection[int]) -> None:
        for left in self._file.parent.glob(f".{self._file.name}.*.partial"):  # by a process that was killed; a younger one may be at work
            if time.time() - left.stat().st_mtime > _HOUR:
                left.unlink(missing_ok=True)
        fresh = self._file.with_name(f".{self._file.name}.{os.getpid()}.partial")
        try:
            fresh.unlink(missing_ok=True)
            with closing(sqlite3.connect(private_file(fresh), isolation_level=None)) as index:
                _fill(index, made_of, self._exchanges(choices))
            flush(fresh)
            fresh.replace(self._file)
        except (sqlite3.DatabaseError, OSError) as error:
            raise DatasetError(f"{self._file} cannot be written: {error}; make room, or leave memory off (chat.memory in twin.toml)") from error
        finally:
            fresh.unlink(missing_ok=True)

    def _exchanges(self, choices: Collection[int]) -> Iterator[tuple[str, Conversation, Turn | None, Turn]]:
        for split in SPLITS:
            for conversation in each_conversation(self._dataset, split):
                if conversation.chat_id not in choices:
                    yield from ((split, conversation, asked, reply) for asked, reply in exchanges(conversation.turns))


def exchanges(turns: Sequence[Turn]) -> Iterator[tuple[Turn | None, Turn]]:
    """The person's own words with what a contact said just before them, None where nobody did."""
    asked: Turn | None = None
    for turn in turns:
        if not turn.mine:
            asked = turn
        elif turn.learn:
            yield asked, turn
            asked = None


def copied(reply: str, memories: Sequence[str]) -> int:
    """Characters of the longest stretch of a reply that stands word for word in a memory; case and spacing do not count."""
    said, longest = _plain(reply), 0
    for memory in map(_plain, memories):
        for start in range(len(said)):
            while start + longest < len(said) and said[start : start + longest + 1] in memory:
                longest += 1
    return longest


def ends_in_copy(reply: str, memories: Sequence[str], least: int) -> bool:
    """Whether the end of a reply, at least so many characters of it, stands word for word in a memory."""
    end = _plain(reply)[-least:]
    return len(end) == least and any(end in _plain(memory) for memory in memories)


def _fill(index: sqlite3.Connection, made_of: str, found: Iterator[tuple[str, Conversation, Turn | None, Turn]]) -> None:
    """Writes the index of these exchanges."""
    index.execute("PRAGMA journal_mode = OFF")  # a half-written file is thrown away
    index.execute("PRAGMA synchronous = OFF")
    index.executescript(_SCHEMA)
    index.execute("BEGIN")
    person = ""
    for number, (split, conversation, before, reply) in enumerate(found, 1):
        person = conversation.person
        who, asked, answered = (before.name, _line(before.bubbles), _line(reply.bubbles)) if before else ("", "", _line(reply.bubbles))
        group, date = conversation.kind is ChatKind.GROUP, int(conversation.date.timestamp())
        index.execute("INSERT INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (number, split, conversation.chat, group, date, who, asked, answered))
        index.execute("INSERT INTO words (rowid, asked, answered) VALUES (?, ?, ?)", (number, _spaced(asked), _spaced(answered)))
    index.execute("INSERT INTO terms (word, uses) SELECT term, doc FROM vocabulary")
    index.execute("INSERT INTO spellings (rowid, word) SELECT id, '^' || word FROM terms WHERE length(word) >= ?", (_SHORTEST,))
    index.execute("INSERT INTO facts VALUES (?, ?)", (made_of, person))
    index.execute("COMMIT")


def _made_of(file: Path) -> str:
    """What an index was made of; nothing where there is none or it is damaged."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as index:
            return str(index.execute("SELECT made_of FROM facts").fetchone()[0])
    except (sqlite3.DatabaseError, TypeError):
        return ""


def _ranked(index: sqlite3.Connection, question: str, contact: str, splits: Collection[str], *, alone: bool) -> list[tuple[Any, ...]]:
    """The exchanges in which a good part of what a question is about is found again, best first: chat, in_group, date, who, asked, answered."""
    total = index.execute("SELECT max(id) FROM exchanges").fetchone()[0] or 0
    words = [word for word in dict.fromkeys(_WORD.findall(_fold(question))) if len(word) >= _SHORTEST]
    forms = {word: _forms(index, word, total) for word in words}
    rare = sorted((word for word in words if forms[word]), key=lambda word: -max(forms[word].values()))[:_TERMS]
    only = contact if alone else None
    exact = _matching(index, [word for word in rare if word in forms[word]], splits, only)
    alike = _matching(index, list(dict.fromkeys(form for word in rare for form in forms[word])), splits, only)
    rows = {row[0]: row for row in (*exact, *alike)}
    found = {number: _weight(f"{row[5]} {row[6]}", [forms[word] for word in rare]) for number, row in rows.items()}
    enough = _ENOUGH * max(found.values(), default=0.0)
    scores = dict.fromkeys((number for number in rows if found[number] >= enough), 0.0)
    for ranking in (exact, alike):
        for place, (number, chat, *_) in enumerate(ranking, 1):
            if number in scores:
                scores[number] += (_SAME_CHAT if chat == contact else 1) / (_FUSION + place)
    return [rows[number][1:] for number in sorted(scores, key=lambda number: -scores[number])]


def _forms(index: sqlite3.Connection, word: str, total: int) -> dict[str, float]:
    """What a word may look like in an exchange, itself among it, with what finding it there says: ln(exchanges / those that have it), times the likeness.

    None for a word that is common.
    """
    most = max(_FEW, int(_COMMON * total))
    uses = (index.execute("SELECT uses FROM terms WHERE word = ?", (word,)).fetchone() or (0,))[0]
    if uses > most:
        return {}
    wanted = _trigrams(word)
    query = (
        "SELECT terms.word, uses FROM spellings JOIN terms ON terms.id = spellings.rowid"
        " WHERE spellings MATCH ? AND uses <= ? AND terms.word <> ? ORDER BY spellings.rank LIMIT ?"
    )
    begins = f"^{word[:2]}"  # few misspell that, and it leaves a tenth to look through
    found = index.execute(query, (f"{_any_of([begins])} AND ({_any_of(wanted)})", most, word, _LIST)).fetchall()
    likeness = {(other, often): 2 * len(wanted & _trigrams(other)) / (len(wanted) + len(_trigrams(other))) for other, often in found}
    alike = sorted((known for known in likeness if likeness[known] >= _ALIKE), key=lambda known: -likeness[known])[:_SPELLINGS]
    own = {word: math.log(1 + total / uses)} if uses else {}
    return own | {other: likeness[other, often] * math.log(1 + total / often) for other, often in alike}


def _weight(text: str, forms: Sequence[dict[str, float]]) -> float:
    """How much of what a question is about is found in a text: for each of its words the best form that is there."""
    there = set(_WORD.findall(_fold(text)))
    return sum(max((weight for form, weight in some.items() if form in there), default=0.0) for some in forms)


def _matching(index: sqlite3.Connection, words: Collection[str], splits: Collection[str], only: str | None) -> list[tuple[Any, ...]]:
    """The exchanges of some splits with any of the words: number, chat, in_group, date, who, asked, answered; by BM25, best first, of equal ones the newest.

    `only`: the contact whose personal chat they are of; None: of any chat.
    """
    if not words:
        return []
    query = (
        "SELECT id, chat, in_group, date, who, exchanges.asked, exchanges.answered FROM words JOIN exchanges ON exchanges.id = words.rowid"
        f" WHERE words MATCH ? AND split IN ({', '.join('?' * len(splits))}) AND (? IS NULL OR (chat = ? AND NOT in_group))"
        " ORDER BY round(words.rank, 1), date DESC LIMIT ?"
    )
    return index.execute(query, (_any_of(words), *splits, only, only, _LIST)).fetchall()


def _any_of(words: Collection[str]) -> str:
    """A query of FTS5 for any of some words: quoted, so that nothing in them is its syntax."""
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in words)


def _trigrams(word: str) -> set[str]:
    marked = f"^{word}"  # a word's beginning counts, its ending varies
    return {marked[place : place + 3] for place in range(len(marked) - 2)}


def _fold(text: str) -> str:
    """A text without case and accents: Ещё -> еще."""
    lower = text.casefold()
    return lower if lower.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", lower))


def _spaced(text: str) -> str:
    return " ".join(_WORD.findall(_fold(text)))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _line(bubbles: Sequence[str]) -> str:
    return " ".join(" ".join(bubbles).split())


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"
