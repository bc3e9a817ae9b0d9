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
from pathlib import Path
from types import TracebackType
from typing import Any

from twin.errors import HistoryError
from twin.schema import Chat, ChatKind, Message
from twin.workspace import private_file

_VERSION = 1
_PATIENCE = 5.0
"""Seconds to wait for another process."""
_ALWAYS = (-(1 << 62), 1 << 62)
"""Seconds before and after every date."""
_SCHEMA = """
CREATE TABLE facts (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE chats (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT);
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE messages (
    chat_id INTEGER NOT NULL REFERENCES chats(id),
    id INTEGER NOT NULL,
    sender_id INTEGER,
    date INTEGER NOT NULL,
    text TEXT NOT NULL,
    media TEXT,
    emoji TEXT,
    forwarded_from TEXT,
    via_bot TEXT,
    reply_to INTEGER,
    edited INTEGER,
    reactions TEXT,
    PRIMARY KEY (chat_id, id)
) WITHOUT ROWID;
"""
_COLUMNS = ("sender_id", "date", "text", "media", "emoji", "forwarded_from", "via_bot", "reply_to", "edited", "reactions")
# an older copy of a message never replaces a later edit
_UPSERT = f"""
INSERT INTO messages (chat_id, id, {", ".join(_COLUMNS)}) VALUES ({", ".join("?" * (2 + len(_COLUMNS)))})
ON CONFLICT (chat_id, id) DO UPDATE SET {", ".join(f"{c} = excluded.{c}" for c in _COLUMNS)}
WHERE coalesce(excluded.edited, 0) >= coalesce(messages.edited, 0)
AND ({", ".join(f"messages.{c}" for c in _COLUMNS)}) IS NOT ({", ".join(f"excluded.{c}" for c in _COLUMNS)})
"""


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
                    for statement in filter(None, map(str.strip, _SCHEMA.split(";"))):
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
        """Says whose history this is. Raises HistoryError when it is already another person's."""
        known = self.me
        if known is not None and known != person_id:
            raise HistoryError(
                f"{self._path} is the history of user{known}, this export is user{person_id}'s; use another workspace for another person (twin init DIR)"
            )
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
        """Stores messages of chats already stored; counts what was new, changed and already there."""
        total, remaining = Stored(), iter(messages)
        while batch := list(islice(remaining, 5000)):
            total += self._put_batch(batch)
        return total

    def _put_batch(self, batch: list[Message]) -> Stored:
        before, changes = self._present(batch), self._database.total_changes
        self._database.executemany(_UPSERT, map(_row, batch))
        added = self._present(batch) - before
        written = self._database.total_changes - changes
        return Stored(added, written - added, len(batch) - written)

    def _present(self, batch: list[Message]) -> int:
        """How many messages there are between the first and the last id of a batch, in each of its chats."""
        ids: dict[int, list[int]] = {}
        for message in batch:
            ids.setdefault(message.chat_id, []).append(message.id)
        count = "SELECT count(*) FROM messages WHERE chat_id = ? AND id BETWEEN ? AND ?"
        return sum(next(self._read(count, (chat, min(own), max(own))))[0] for chat, own in ids.items())

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
        rows = self._read(f"SELECT chat_id, id, {', '.join(_COLUMNS)} FROM messages WHERE chat_id = ? ORDER BY date, id", (chat_id,))
        return map(_message, rows)

    def said(self, chat_id: int) -> Iterator[Message]:
        """The same without replies, edits and reactions, in half the time: what prepare reads of a whole history."""
        moment, new = datetime.fromtimestamp, tuple.__new__  # Message(...) is a Python function around the latter
        query = "SELECT id, sender_id, date, text, media, emoji, forwarded_from, via_bot FROM messages WHERE chat_id = ? ORDER BY date, id"
        for number, sender, date, text, media, emoji, forwarded, bot in self._read(query, (chat_id,)):
            yield new(Message, (chat_id, number, sender, moment(date, UTC), text, media, emoji, forwarded, bot, None, None, ()))


def open_history(path: Path) -> History:
    """Opens a store that must be there already. Raises HistoryError."""
    if not path.exists():
        raise HistoryError(f"{path} is not there: nothing was imported yet; begin with: twin import result.json")
    return History(path)


def _row(message: Message) -> tuple[object, ...]:
    return (
        message.chat_id,
        message.id,
        message.sender_id,
        int(message.date.timestamp()),
        message.text,
        message.media,
        message.emoji,
        message.forwarded_from,
        message.via_bot,
        message.reply_to,
        None if message.edited is None else int(message.edited.timestamp()),
        json.dumps(message.reactions, ensure_ascii=False) if message.reactions else None,
    )


def _message(row: tuple[Any, ...]) -> Message:
    chat_id, number, sender_id, date, text, media, emoji, forwarded_from, via_bot, reply_to, edited, reactions = row
    return Message(
        chat_id=chat_id,
        id=number,
        sender_id=sender_id,
        date=datetime.fromtimestamp(date, UTC),
        text=text,
        media=media,
        emoji=emoji,
        forwarded_from=forwarded_from,
        via_bot=via_bot,
        reply_to=reply_to,
        edited=None if edited is None else datetime.fromtimestamp(edited, UTC),
        reactions=tuple((emoji, count) for emoji, count in json.loads(reactions)) if reactions else (),
    )
