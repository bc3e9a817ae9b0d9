"""The conversations with the twin, what was thought of its replies and what the person would have said instead: conversations.db.

A conversation is a tree of turns. What replaces a turn (the reply drawn anew, the message as edited, the correction) stands beside it under the same turn,
and the conversation that is shown is the path from the first turn to the `head`. What is no longer on it is deleted, but for what was rated or corrected
and what leads there: `preferences` needs that, until the conversation is deleted.

Names and words are kept as the person saw and wrote them, for they are the person's own and never leave the workspace. Where the run knows people by other
names, whoever trains on them hides the names first, as the chat does (veil.py): `Names.hide(text, mixed=True)`, as the person may have seen either kind.
Not here: what a conversation looks like (twin.chat), and training on it (twin.train).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twin.errors import ConversationsError
from twin.schema import ChatKind, Turn
from twin.workspace import private_file

_VERSION = 1
_PATIENCE = 5.0
"""Seconds to wait for another process."""
_SCHEMA = """
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- a page that is still open does not take a new conversation for a deleted one
    contact TEXT NOT NULL,
    kind TEXT NOT NULL,
    run TEXT NOT NULL,
    first TEXT NOT NULL, -- the first words
    created TEXT NOT NULL,
    changed TEXT NOT NULL,
    head INTEGER -- the last turn
);
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    parent INTEGER REFERENCES turns(id) ON DELETE CASCADE, -- the turn before it
    mine INTEGER NOT NULL,
    name TEXT NOT NULL,
    bubbles TEXT NOT NULL, -- this and the next two: a JSON list of texts
    base TEXT NOT NULL DEFAULT '[]',
    remembered TEXT NOT NULL DEFAULT '[]',
    rating INTEGER NOT NULL DEFAULT 0,
    corrects INTEGER REFERENCES turns(id) ON DELETE CASCADE
);
CREATE INDEX turns_of ON turns (conversation);
"""
_FIRST = 80
"""Characters of the first words."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A turn of a kept conversation.

    Attributes:
        id: Unique among all turns.
        turn: What was said.
        base: What the base model alone would have answered to it.
        remembered: What of the past the twin was shown for this reply.
        rating: 1 for a thumb up, -1 for a thumb down, 0 for none.
        correction: Whether it is what the person would have said in the place of the twin.
    """

    id: int
    turn: Turn
    base: tuple[str, ...] = ()
    remembered: tuple[str, ...] = ()
    rating: int = 0
    correction: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A line in the list of conversations; `contact` and `kind` are as the person saw them, the dates in UTC."""

    id: int
    contact: str
    kind: ChatKind
    run: str
    first: str
    created: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class Preference:
    """Two replies of the person's twin to the same turns, of which the first is the better one."""

    turns: tuple[Turn, ...]
    contact: str
    kind: ChatKind
    chosen: tuple[str, ...]
    rejected: tuple[str, ...]


class Conversations:
    """An open conversations.db; several threads may use it at once.

    Args:
        path: The file; it is made (0600) when it is not there. None: conversations in memory, gone with this object.

    Raises:
        ConversationsError: The file is not of a version that can be used; so does every method where the disk fails or another process holds the file.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.RLock()
        try:
            if path is not None:
                private_file(path)
            self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=_PATIENCE, check_same_thread=False)
        except (sqlite3.DatabaseError, OSError) as error:
            raise self._unusable(error) from error
        try:
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA secure_delete = ON")
            self._prepare()
        except BaseException as failure:
            self.close()
            if isinstance(failure, sqlite3.DatabaseError):
                raise self._unusable(failure) from failure
            raise

    def close(self) -> None:
        """Ends the use of the file."""
        self._connection.close()

    def begin(self, contact: str, kind: ChatKind, run: str, turn: Turn) -> int:
        """A new conversation with its first turn; returns its id."""
        with self._transaction() as execute:
            now = _now()
            row = execute(
                "INSERT INTO conversations (contact, kind, run, first, created, changed) VALUES (?, ?, ?, '', ?, ?)", (contact, kind.value, run, now, now)
            )
            conversation = int(row.lastrowid or 0)
            self._set_head(conversation, self._insert(conversation, None, turn))
            return conversation

    def add(self, conversation: int, turn: Turn, remembered: Sequence[str] = ()) -> int:
        """Puts a turn at the end, into the last turn where somebody else goes on speaking; returns the id of the turn."""
        with self._transaction() as execute:
            head = self._head(conversation)
            last = self._rows(conversation).get(head) if head else None
            if last is not None and not turn.mine and not last.mine and last.name == turn.name:
                execute("UPDATE turns SET bubbles = ?, base = '[]' WHERE id = ?", (_dump((*last.bubbles, *turn.bubbles)), last.id))
            else:
                head = self._insert(conversation, head, turn, remembered)
            self._set_head(conversation, head)
            return int(head or 0)

    def cut(self, turn: int) -> None:
        """Ends the conversation of a turn with that turn: its reply is to be drawn anew."""
        with self._transaction():
            self._set_head(self._conversation_of(turn), turn)

    def edit(self, turn: int, bubbles: Sequence[str]) -> None:
        """Says something else in the place of a turn; the conversation ends there."""
        with self._transaction():
            conversation = self._conversation_of(turn)
            old = self._rows(conversation)[turn]
            self._set_head(conversation, self._insert(conversation, old.parent, Turn(old.name, old.mine, tuple(bubbles), False)))

    def correct(self, turn: int, bubbles: Sequence[str]) -> None:
        """Puts what the person would have said in the place of a reply of the twin; the conversation goes on from there."""
        with self._transaction() as execute:
            conversation = self._conversation_of(turn)
            old = self._rows(conversation)[turn]
            if old.corrects is not None:  # their own words already: there is no reply of the twin in them to learn from
                execute("UPDATE turns SET bubbles = ? WHERE id = ?", (_dump(bubbles), turn))
                return
            new = self._insert(conversation, old.parent, Turn(old.name, True, tuple(bubbles), False), corrects=turn)
            execute("UPDATE turns SET parent = ? WHERE parent = ?", (new, turn))
            head = self._head(conversation)
            self._set_head(conversation, new if head == turn else head)

    def change(self, turn: int, bubbles: Sequence[str]) -> None:
        """Leaves a turn with these bubbles; without any, it is taken out, and the conversation with its last turn."""
        with self._transaction() as execute:
            conversation, head = self._conversation_of(turn), self._head(self._conversation_of(turn))
            if bubbles:
                execute("UPDATE turns SET bubbles = ? WHERE id = ?", (_dump(bubbles), turn))
            else:
                parent = self._rows(conversation)[turn].parent
                execute("UPDATE turns SET parent = ? WHERE parent = ?", (parent, turn))
                execute("DELETE FROM turns WHERE id = ?", (turn,))
                head = parent if head == turn else head
            self._set_head(conversation, head)

    def rate(self, turn: int, rating: int) -> None:
        """Keeps what was thought of a reply: 1 good, -1 bad, 0 nothing any more."""
        with self._transaction() as execute:
            execute("UPDATE turns SET rating = ? WHERE id = ?", (rating, turn))
            self._set_head(self._conversation_of(turn), self._head(self._conversation_of(turn)))

    def compare(self, turn: int, base: Sequence[str]) -> None:
        """Keeps what the base model would have answered to a turn."""
        with self._transaction() as execute:
            execute("UPDATE turns SET base = ? WHERE id = ?", (_dump(base), turn))

    def delete(self, conversation: int) -> None:
        """Forgets a conversation and all that was thought of it; nothing is left of it in the file."""
        with self._transaction() as execute:
            execute("DELETE FROM conversations WHERE id = ?", (conversation,))

    def forget(self, names: Collection[str], kind: ChatKind) -> int:
        """Deletes the conversations with somebody, by all the names that they have, and takes them out of what was remembered in others.

        Returns how many conversations were deleted. Nothing of them is left in the file.
        """
        with self._transaction() as execute:
            with_them = [entry.id for entry in self.entries() if entry.contact in names and entry.kind is kind]
            for conversation in with_them:
                execute("DELETE FROM conversations WHERE id = ?", (conversation,))
            for turn, remembered in execute("SELECT id, remembered FROM turns WHERE remembered <> '[]'").fetchall():
                kept = [text for text in _load(remembered) if not any(name in text for name in names)]
                execute("UPDATE turns SET remembered = ? WHERE id = ?", (_dump(kept), turn))
            return len(with_them)

    def entries(self) -> list[Entry]:
        """All conversations, the one changed last first."""
        return [
            Entry(number, contact, ChatKind(kind), run, first, datetime.fromisoformat(created), datetime.fromisoformat(changed))
            for number, contact, kind, run, first, created, changed in self._read(
                "SELECT id, contact, kind, run, first, created, changed FROM conversations ORDER BY changed DESC, id DESC"
            )
        ]

    def turns(self, conversation: int) -> list[Kept]:
        """What was said in a conversation, in order; nothing where there is no such conversation."""
        with self._lock:
            return [row.kept() for row in _path(self._rows(conversation), self._head(conversation))]

    def preferences(self) -> Iterator[Preference]:
        """What can be learned from corrections (better than what they correct) and ratings (up is better than down, in reply to the same)."""
        for entry in self.entries():
            with self._lock:
                rows = self._rows(entry.id)
            for better in rows.values():
                context = tuple(row.kept().turn for row in _path(rows, better.parent))
                for worse in rows.values():
                    beats = better.corrects == worse.id or (better.rating > 0 > worse.rating and better.mine and worse.mine and better.parent == worse.parent)
                    if context and beats and better.bubbles != worse.bubbles:
                        yield Preference(context, entry.contact, entry.kind, better.bubbles, worse.bubbles)

    def as_text(self, conversation: int) -> str:
        """A conversation to be read: a line for each bubble, "Name: text"; an empty line between two turns."""
        turns = [[f"{kept.turn.name}: {bubble}" for bubble in kept.turn.bubbles] for kept in self.turns(conversation)]
        return "\n\n".join("\n".join(lines) for lines in turns) + "\n"

    def as_json(self, conversation: int) -> dict[str, Any]:
        """A conversation with everything that is known of what is shown of it."""
        entry = next((entry for entry in self.entries() if entry.id == conversation), None)
        if entry is None:
            return {}
        about = {
            "contact": entry.contact,
            "kind": entry.kind.value,
            "run": entry.run,
            "created": entry.created.isoformat(),
            "changed": entry.changed.isoformat(),
        }
        return about | {
            "turns": [
                {"name": kept.turn.name, "twin": kept.turn.mine, "bubbles": list(kept.turn.bubbles)}
                | ({"base": list(kept.base)} if kept.base else {})
                | ({"remembered": list(kept.remembered)} if kept.remembered else {})
                | ({"rating": kept.rating} if kept.rating else {})
                | ({"correction": True} if kept.correction else {})
                for kept in self.turns(conversation)
            ]
        }

    def _prepare(self) -> None:
        with self._transaction() as execute:
            version = int(execute("PRAGMA user_version").fetchone()[0])
            if version == 0:
                for statement in filter(None, map(str.strip, _SCHEMA.split(";\n"))):
                    execute(statement)
                execute(f"PRAGMA user_version = {_VERSION}")
        if version > _VERSION:
            raise ConversationsError(f"{self._path} was written by a newer version of twin (format {version}, this one knows {_VERSION}); update twin")

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        """All of the writes inside, or none of them."""
        with self._lock:
            execute = self._connection.execute
            try:
                execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise ConversationsError(f"{self._path} is in use by another twin command ({error}); wait for it or end it") from error
            try:
                yield execute
                execute("COMMIT")
            except BaseException as failure:
                if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    execute("ROLLBACK")
                if isinstance(failure, sqlite3.DatabaseError):
                    raise ConversationsError(f"{self._path} cannot be written: {failure}; nothing was changed") from failure
                raise

    def _read(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(query, parameters).fetchall()
            except sqlite3.DatabaseError as error:
                raise ConversationsError(f"{self._path} cannot be read: {error}; move it away to begin with no conversations") from error

    def _unusable(self, error: Exception) -> ConversationsError:
        return ConversationsError(f"{self._path} cannot be used for conversations: {error}; move it away to begin with none")

    def _insert(self, conversation: int, parent: int | None, turn: Turn, remembered: Sequence[str] = (), corrects: int | None = None) -> int:
        row = self._connection.execute(
            "INSERT INTO turns (conversation, parent, mine, name, bubbles, remembered, corrects) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (conversation, parent, turn.mine, turn.name, _dump(turn.bubbles), _dump(remembered), corrects),
        )
        return int(row.lastrowid or 0)

    def _set_head(self, conversation: int, head: int | None) -> None:
        """Ends the shown conversation with a turn, and forgets what is needed no more. A conversation of which nothing is shown goes too."""
        rows = self._rows(conversation)
        judged = {row.id for row in rows.values() if row.rating or row.corrects is not None}
        judged |= {row.corrects for row in rows.values() if row.corrects is not None}
        needed = {row.id for end in {head, *judged} for row in _path(rows, end)}
        execute = self._connection.executemany
        execute("DELETE FROM turns WHERE id = ?", [(number,) for number in rows if number not in needed])
        if head is None:
            execute("DELETE FROM conversations WHERE id = ?", [(conversation,)])
            return
        first = " ".join(" ".join(_path(rows, head)[0].bubbles).split())[:_FIRST]
        execute("UPDATE conversations SET head = ?, first = ?, changed = ? WHERE id = ?", [(head, first, _now(), conversation)])

    def _head(self, conversation: int) -> int | None:
        rows = self._read("SELECT head FROM conversations WHERE id = ?", conversation)
        return rows[0][0] if rows else None

    def _conversation_of(self, turn: int) -> int:
        rows = self._read("SELECT conversation FROM turns WHERE id = ?", turn)
        if not rows:
            raise ConversationsError("this message is no longer there; it was changed in another window: reload the page")
        return int(rows[0][0])

    def _rows(self, conversation: int) -> dict[int, _Row]:
        columns = "id, parent, mine, name, bubbles, base, remembered, rating, corrects"
        found = self._read(f"SELECT {columns} FROM turns WHERE conversation = ? ORDER BY id", conversation)
        return {row[0]: _Row(row[0], row[1], bool(row[2]), row[3], _load(row[4]), _load(row[5]), _load(row[6]), row[7], row[8]) for row in found}


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table of turns."""

    id: int
    parent: int | None
    mine: bool
    name: str
    bubbles: tuple[str, ...]
    base: tuple[str, ...]
    remembered: tuple[str, ...]
    rating: int
    corrects: int | None

    def kept(self) -> Kept:
        return Kept(self.id, Turn(self.name, self.mine, self.bubbles, False), self.base, self.remembered, self.rating, self.corrects is not None)


def _path(rows: dict[int, _Row], end: int | None) -> list[_Row]:
    """The turns from the first one to `end`."""
    path = []
    while end is not None:
        path.append(rows[end])
        end = rows[end].parent
    return path[::-1]


def _dump(texts: Collection[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)


def _load(texts: str) -> tuple[str, ...]:
    return tuple(json.loads(texts))


def _now() -> str:
    return datetime.now(UTC).isoformat()
