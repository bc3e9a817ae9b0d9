"""The message store: one SQLite file with chats, people and messages, whichever route they came by.

(chat_id, id) is a message's key, so storing a message twice changes nothing. What belongs together is written in one
`transaction`. Dates are whole seconds of UTC.
"""

from __future__ import annotations

import json
import sqlite3
import time
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from twin.errors import HistoryError
from twin.schema import NAMED, Chat, ChatKind, Message
from twin.workspace import private_file

_VERSION = 2
_PATIENCE = 5.0
"""Seconds to wait for another process."""
_ALWAYS = (-(1 << 62), 1 << 62)
"""Seconds before and after every date."""
_SCHEMA = """
CREATE TABLE facts (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE chats (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT);
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE imports (digest TEXT PRIMARY KEY, result TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE messages (
    chat_id INTEGER NOT NULL REFERENCES chats(id),
    id INTEGER NOT NULL,
    sender_id INTEGER,
    date INTEGER NOT NULL,
    text TEXT NOT NULL,
    more TEXT NOT NULL, -- a JSON object of what few messages have, by the names of schema.Message; empty for the others
    PRIMARY KEY (chat_id, id)
) WITHOUT ROWID;
"""
# A column for each of those would be NULL nearly everywhere, and binding a None costs Python's sqlite3 ten times as much as a number.
_RARE = ("media", "emoji", "forwarded_from", "via_bot", "reply_to", "edited", "reactions")
_NOTHING = tuple(Message._field_defaults[name] for name in _RARE)
_COLUMNS = "chat_id, id, sender_id, date, text, more"
_KEY = itemgetter(0, 1)
_Row = tuple[int, int, int | None, int, str, str]


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing messages did."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Stored) -> Stored:
        return Stored(self.added + other.added, self.updated + other.updated, self.unchanged + other.unchanged)


class History:
    """An open message store. Use as a context manager.

    Args:
        path: The file; it is made (0600) when it is not there.

    Raises:
        HistoryError: The file is not a message store of this version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            private_file(path)
            self._database = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE)
        except (sqlite3.DatabaseError, OSError) as error:
            raise HistoryError(f"{path} cannot be used as a message store: {error}") from error
        try:
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._use_wal()
            self._prepare()
        except BaseException as failure:
            self._database.close()
            if isinstance(failure, sqlite3.DatabaseError):
                raise HistoryError(f"{path} cannot be used as a message store: {failure}") from failure
            raise

    def _use_wal(self) -> None:
        """Lets others read while one writes. SQLite does not wait for a lock here by itself, so two processes would trip each other up."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return

    def _version(self) -> int:
        return int(self._database.execute("PRAGMA user_version").fetchone()[0])

    def _prepare(self) -> None:
        if self._version() == 0:
            with self.transaction():
                if self._version() == 0:  # another process may have been first
                    for statement in filter(None, map(str.strip, _SCHEMA.split(";\n"))):
                        self._database.execute(statement)
                    self._database.execute(f"PRAGMA user_version = {_VERSION}")
        version = self._version()
        if version != _VERSION:
            raise HistoryError(f"{self._path} was written by another version of twin ({version}, not {_VERSION}); import again into a new workspace")

    def __enter__(self) -> History:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the writes inside, or none of them."""
        try:
            self._database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise HistoryError(f"{self._path} is in use by another twin command ({error}); wait for it or end it") from error
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException as failure:
            if self._database.in_transaction:  # SQLite itself rolls back when the disk is full
                self._database.execute("ROLLBACK")
            if isinstance(failure, sqlite3.DatabaseError):
                raise HistoryError(f"{self._path} cannot be written: {failure}; nothing was changed") from failure
            raise

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Within a transaction: what is written inside is undone when it raises."""
        self._database.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK TO attempt")
            raise
        finally:
            if self._database.in_transaction:
                self._database.execute("RELEASE attempt")

    def _read(self, query: str, parameters: Iterable[object] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._database.execute(query, tuple(parameters))
        except sqlite3.DatabaseError as error:
            raise HistoryError(f"{self._path} cannot be read: {error}; if it is damaged, import again into a new workspace") from error

    @property
    def me(self) -> int | None:
        """The marked id of the person whose history this is."""
        row = next(self._read("SELECT value FROM facts WHERE key = 'me'"), None)
        return None if row is None else int(row[0])

    def set_me(self, person_id: int) -> None:
        """Says whose history this is. Who was known by name only so far may turn out to be somebody with an id.

        Raises:
            HistoryError: It is another person's already.
        """
        known = self.me
        if known is not None and known != person_id:
            if known < NAMED:
                raise HistoryError(
                    f"{self._path} is the history of user{known}, this export is user{person_id}'s; use another workspace for another person (twin init DIR)"
                )
            self._database.execute("UPDATE messages SET sender_id = ? WHERE sender_id = ?", (person_id, known))
            self._database.execute("UPDATE OR IGNORE people SET id = ? WHERE id = ?", (person_id, known))
        self._database.execute("INSERT OR REPLACE INTO facts VALUES ('me', ?)", (person_id,))

    def put_chat(self, chat: Chat) -> None:
        """Stores or renames a chat; a name once known is not lost to an export that lacks it."""
        self._database.execute(
            "INSERT INTO chats VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = coalesce(excluded.name, chats.name)",
            (chat.id, chat.kind.value, chat.name),
        )

    def put_people(self, names: Mapping[int, str]) -> None:
        """Stores the names of people (and of the channels that speak in groups) by their marked ids."""
        self._database.executemany("INSERT OR REPLACE INTO people VALUES (?, ?)", names.items())

    def put_messages(self, messages: Iterable[Message]) -> Stored:
        """Stores messages of chats already stored; counts what was new, changed and already there.

        An older copy of a message never replaces a later edit.
        """
        total, remaining = Stored(), iter(messages)
        while batch := list(islice(remaining, 5000)):
            total += self._put_batch(list(map(_row, batch)))
        return total

    def _put_batch(self, rows: list[_Row]) -> Stored:
        keys = set(map(_KEY, rows))
        known = self._known(keys)
        added, updated = rows, []
        if known or len(keys) < len(rows):
            added = []
            for row in rows:
                before = known.get(row[:2])
                if before is None:
                    added.append(row)
                elif before == row or _edited(row) < _edited(before):
                    continue
                else:
                    updated.append(row)
                known[row[:2]] = row
        self._database.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)", added)
        self._database.executemany("REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?)", updated)
        return Stored(len(added), len(updated), len(rows) - len(added) - len(updated))

    def _known(self, keys: set[tuple[int, int]]) -> dict[tuple[int, int], _Row]:
        """The stored rows of these messages."""
        # by range, which costs nothing where nothing is stored yet, and far less than a look for each id where all are
        query = f"SELECT {_COLUMNS} FROM messages WHERE chat_id = ? AND id BETWEEN ? AND ?"
        known: dict[tuple[int, int], _Row] = {}
        for chat_id in {chat_id for chat_id, _ in keys}:
            ids = [number for chat, number in keys if chat == chat_id]
            known |= {row[:2]: row for row in self._read(query, (chat_id, min(ids), max(ids))) if row[:2] in keys}
        return known

    def imported(self, digest: str) -> dict[str, Any] | None:
        """What an import recorded under a digest of all that it depended on; None when there was none."""
        row = next(self._read("SELECT result FROM imports WHERE digest = ?", (digest,)), None)
        return None if row is None else json.loads(row[0])

    def put_import(self, digest: str, result: Mapping[str, Any]) -> None:
        """Records an import, so that the same file need not be read again."""
        self._database.execute("REPLACE INTO imports VALUES (?, ?)", (digest, json.dumps(result)))

    def chats(self) -> list[Chat]:
        """Every chat that has messages, by id."""
        rows = self._read("SELECT id, kind, name FROM chats WHERE EXISTS (SELECT 1 FROM messages WHERE chat_id = chats.id) ORDER BY id")
        return [Chat(number, ChatKind(kind), name) for number, kind, name in rows]

    def names(self) -> dict[int, str]:
        """The names of everybody by marked id."""
        return dict(self._read("SELECT id, name FROM people"))

    def written(
        self, sender_id: int, kinds: Iterable[ChatKind], *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[list[int], list[int]]:
        """When and where a person wrote: the seconds since 1970 of each message, oldest first, and the chats, by id.

        Args:
            sender_id: The person.
            kinds: Only chats of these kinds count.
            since: Only what was sent at this moment or later counts.
            until: Only what was sent before this moment counts.
        """
        wanted = [kind.value for kind in kinds]
        rows = self._read(
            "SELECT date, chat_id FROM messages JOIN chats ON chats.id = chat_id"
            f" WHERE sender_id = ? AND date >= ? AND date < ? AND kind IN ({', '.join('?' * len(wanted))})",
            (sender_id, _ALWAYS[0] if since is None else since.timestamp(), _ALWAYS[1] if until is None else until.timestamp(), *wanted),
        )
        chats: set[int] = set()
        dates = array("q")
        for date, chat in rows:
            dates.append(date)
            chats.add(chat)
        return sorted(dates), sorted(chats)

    def chats_with(self, message_id: int) -> list[int]:
        """The chats that have a message of this id."""
        return [chat for (chat,) in self._read("SELECT chat_id FROM messages WHERE id = ? ORDER BY chat_id", (message_id,))]

    def messages(self, chat_id: int) -> Iterator[Message]:
        """A chat's messages in the order of their dates (ids of a migrated group are not)."""
        moment, new = datetime.fromtimestamp, tuple.__new__  # Message(...) is a Python function around the latter
        query = "SELECT id, sender_id, date, text, more FROM messages WHERE chat_id = ? ORDER BY date, id"
        for number, sender, date, text, more in self._read(query, (chat_id,)):
            yield new(Message, (chat_id, number, sender, moment(date, UTC), text, *(_rare(more) if more else _NOTHING)))


def open_history(path: Path) -> History:
    """Opens a store that must be there already. Raises HistoryError."""
    if not path.exists():
        raise HistoryError(f"{path} is not there: nothing was imported yet; begin with: twin import result.json")
    return History(path)


def _row(message: Message) -> _Row:
    rare = message[5:]
    return message[0], message[1], message[2], int(message[3].timestamp()), message[4], "" if rare == _NOTHING else _more(rare)


def _more(rare: tuple[Any, ...]) -> str:
    values = {name: value for name, value in zip(_RARE, rare, strict=True) if value is not None and value != ()}
    if "edited" in values:
        values["edited"] = int(values["edited"].timestamp())
    return orjson.dumps(values).decode()


def _edited(row: _Row) -> int:
    """When a stored message was last edited, or 0."""
    return int(orjson.loads(row[5]).get("edited", 0)) if row[5] else 0


def _rare(more: str) -> tuple[Any, ...]:
    """What `_more` was given."""
    values = orjson.loads(more)
    if "edited" in values:
        values["edited"] = datetime.fromtimestamp(values["edited"], UTC)
    if "reactions" in values:
        values["reactions"] = tuple((emoji, count) for emoji, count in values["reactions"])
    return tuple(map(values.get, _RARE, _NOTHING))
