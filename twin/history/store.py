"""What stands in history.db: chats, people and messages, whichever route they came by.

(chat_id, id) is a message's key, so storing a message twice changes nothing. What belongs together is written in one
`transaction`. Dates are whole seconds of UTC. Of a chat that the person has forgotten nothing is stored. Not here: the file itself
(database.py), the form of a message in it (rows.py).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from twin.errors import HistoryError
from twin.history.choices import ChatSummary, Choice, find_people
from twin.history.coverage import Coverage
from twin.history.database import Database
from twin.history.rows import NOTHING, Row, edited_at, rare_from, to_row
from twin.schema import NAMED, Chat, ChatKind, Message

_ALWAYS = (-(1 << 62), 1 << 62)
"""Seconds before and after every date."""
_COLUMNS = "chat_id, id, sender_id, date, text, more"
_KEY = itemgetter(0, 1)


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing messages did; `forgotten` were not stored, as they are of chats that the person has forgotten."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    forgotten: int = 0

    @property
    def messages(self) -> int:
        """How many of them are in history now."""
        return self.added + self.updated + self.unchanged

    def __add__(self, other: Stored) -> Stored:
        return Stored(self.added + other.added, self.updated + other.updated, self.unchanged + other.unchanged, self.forgotten + other.forgotten)


class History:
    """An open message store. Use as a context manager.

    Args:
        path: The file; it is made (0600) when it is not there.

    Raises:
        HistoryError: The file is not a message store of this version.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def __enter__(self) -> History:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All of the writes inside, or none of them."""
        return self._database.transaction()

    def attempt(self) -> AbstractContextManager[None]:
        """Within a transaction: what is written inside is undone when it raises."""
        return self._database.attempt()

    @property
    def me(self) -> int | None:
        """The marked id of the person whose history this is."""
        value = self._database.first("SELECT value FROM facts WHERE key = 'me'")
        return None if value is None else int(value)

    def set_me(self, person_id: int) -> None:
        """Says whose history this is. Who was known by name only so far may turn out to be somebody with an id.

        Raises:
            HistoryError: It is another person's already.
        """
        known = self.me
        if known is not None and known != person_id:
            if known < NAMED:
                raise HistoryError(
                    f"{self._database.path} is the history of user{known}, this export is user{person_id}'s;"
                    " use another workspace for another person (twin init DIR)"
                )
            self._database.execute("UPDATE messages SET sender_id = ? WHERE sender_id = ?", (person_id, known))
            self._database.execute("UPDATE OR IGNORE people SET id = ? WHERE id = ?", (person_id, known))
        self._database.execute("INSERT OR REPLACE INTO facts VALUES ('me', ?)", (person_id,))

    def put_chat(self, chat: Chat) -> None:
        """Stores or renames a chat, unless it is forgotten; a name once known is not lost to an export that lacks it."""
        if chat.id in self.forgotten():
            return
        self._database.execute(
            "INSERT INTO chats VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = coalesce(excluded.name, chats.name)",
            (chat.id, chat.kind.value, chat.name),
        )

    def put_people(self, names: Mapping[int, str]) -> None:
        """Stores the names of people (and of the channels that speak in groups) by their marked ids."""
        self._database.executemany("INSERT OR REPLACE INTO people VALUES (?, ?)", names.items())

    def put_messages(self, messages: Iterable[Message]) -> Stored:
        """Stores messages of chats already stored; counts what was new, changed and already there, and what is of a forgotten chat.

        An older copy of a message never replaces a later edit.
        """
        total, remaining, forgotten = Stored(), iter(messages), self.forgotten()
        while batch := list(islice(remaining, 5000)):
            kept = [message for message in batch if message.chat_id not in forgotten] if forgotten else batch
            total += self._put_batch(list(map(to_row, kept))) + Stored(forgotten=len(batch) - len(kept))
        return total

    def _put_batch(self, rows: list[Row]) -> Stored:
        keys = set(map(_KEY, rows))
        known = self._known(keys)
        added, updated = rows, []
        if known or len(keys) < len(rows):
            added = []
            for row in rows:
                before = known.get(row[:2])
                if before is None:
                    added.append(row)
                elif before == row or edited_at(row) < edited_at(before):
                    continue
                else:
                    updated.append(row)
                known[row[:2]] = row
        self._database.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)", added)
        self._database.executemany("REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?)", updated)
        return Stored(len(added), len(updated), len(rows) - len(added) - len(updated))

    def _known(self, keys: set[tuple[int, int]]) -> dict[tuple[int, int], Row]:
        """The stored rows of these messages."""
        # by range, which costs nothing where nothing is stored yet, and far less than a look for each id where all are
        query = f"SELECT {_COLUMNS} FROM messages WHERE chat_id = ? AND id BETWEEN ? AND ?"
        known: dict[tuple[int, int], Row] = {}
        for chat_id in {chat_id for chat_id, _ in keys}:
            ids = [number for chat, number in keys if chat == chat_id]
            known |= {row[:2]: row for row in self._database.read(query, (chat_id, min(ids), max(ids))) if row[:2] in keys}
        return known

    def imported(self, digest: str) -> dict[str, Any] | None:
        """What an import recorded under a digest of all that it depended on; None when there was none."""
        result = self._database.first("SELECT result FROM imports WHERE digest = ?", (digest,))
        return None if result is None else json.loads(result)

    def put_import(self, digest: str, result: Mapping[str, Any]) -> None:
        """Records an import, so that the same file need not be read again."""
        self._database.execute("REPLACE INTO imports VALUES (?, ?)", (digest, json.dumps(result)))

    def chats(self) -> list[Chat]:
        """Every chat that has messages, by id."""
        rows = self._database.read("SELECT id, kind, name FROM chats WHERE EXISTS (SELECT 1 FROM messages WHERE chat_id = chats.id) ORDER BY id")
        return [Chat(number, ChatKind(kind), name) for number, kind, name in rows]

    def names(self) -> dict[int, str]:
        """The names of everybody by marked id."""
        return dict(self._database.read("SELECT id, name FROM people"))

    def people_called(self, wanted: Iterable[str | int]) -> dict[int, set[str]]:
        """Whom somebody means by names as chats show them, or by ids, known or not: all the names of each that are known, by marked id.

        A name means everybody who has it, but for the person.

        Raises:
            ConfigError: Nobody has such a name; says which ones come near.
        """
        names: dict[int, set[str]] = {}
        personal = [(chat.id, chat.name) for chat in self.chats() if chat.name and chat.kind is ChatKind.PERSONAL]
        for number, name in [*self.names().items(), *personal]:
            if number != self.me:
                names.setdefault(number, set()).add(name)
        return find_people(names, wanted)

    def written(
        self,
        sender_id: int,
        kinds: Iterable[ChatKind],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        without: Collection[int] = (),
    ) -> tuple[list[int], list[int]]:
        """When and where a person wrote, but for excluded chats: the seconds since 1970 of each message, oldest first, and the chats, by id.

        Args:
            sender_id: The person.
            kinds: Only chats of these kinds count.
            since: Only what was sent at this moment or later counts.
            until: Only what was sent before this moment counts.
            without: Chats that do not count.
        """
        wanted = [kind.value for kind in kinds]
        rows = self._database.read(
            "SELECT date, chat_id FROM messages JOIN chats ON chats.id = chat_id"
            f" WHERE sender_id = ? AND date >= ? AND date < ? AND kind IN ({', '.join('?' * len(wanted))})"
            " AND chat_id NOT IN (SELECT chat_id FROM choices)",
            (sender_id, _ALWAYS[0] if since is None else since.timestamp(), _ALWAYS[1] if until is None else until.timestamp(), *wanted),
        )
        chats: set[int] = set()
        dates = array("q")
        for date, chat in rows:
            if chat not in without:
                dates.append(date)
                chats.add(chat)
        return sorted(dates), sorted(chats)

    def chats_with(self, message_id: int) -> list[int]:
        """The chats that have a message of this id."""
        return [chat for (chat,) in self._database.read("SELECT chat_id FROM messages WHERE id = ? ORDER BY chat_id", (message_id,))]

    def messages(self, chat_id: int) -> Iterator[Message]:
        """A chat's messages in the order of their dates (ids of a migrated group are not)."""
        moment, new = datetime.fromtimestamp, tuple.__new__  # Message(...) is a Python function around the latter
        query = "SELECT id, sender_id, date, text, more FROM messages WHERE chat_id = ? ORDER BY date, id"
        for number, sender, date, text, more in self._database.read(query, (chat_id,)):
            yield new(Message, (chat_id, number, sender, moment(date, UTC), text, *(rare_from(more) if more else NOTHING)))

    def rows(self, chat_id: int) -> Iterator[tuple[int | None, int, str, str]]:
        """The same where millions are only counted, in half the time: sender, seconds since 1970, text, and what few have (database.py says how)."""
        query = "SELECT sender_id, date, text, more FROM messages WHERE chat_id = ? ORDER BY date, id"
        return cast("Iterator[tuple[int | None, int, str, str]]", self._database.read(query, (chat_id,)))

    def count(self, chat_id: int) -> int:
        """How many messages a chat has."""
        return int(self._database.first("SELECT count(*) FROM messages WHERE chat_id = ?", (chat_id,)) or 0)

    def ids_between(self, chat_id: int, low: int, high: int) -> list[int]:
        """The ids of a chat's messages with low < id <= high, ascending."""
        rows = self._database.read("SELECT id FROM messages WHERE chat_id = ? AND id > ? AND id <= ? ORDER BY id", (chat_id, low, high))
        return [number for (number,) in rows]

    def first_id_since(self, chat_id: int, moment: datetime) -> int | None:
        """The smallest id of a chat's messages from a moment on."""
        found: int | None = self._database.first("SELECT min(id) FROM messages WHERE chat_id = ? AND date >= ?", (chat_id, moment.timestamp()))
        return found

    def last_id_before(self, chat_id: int, moment: datetime) -> int | None:
        """The largest id of a chat's messages from before a moment."""
        found: int | None = self._database.first("SELECT max(id) FROM messages WHERE chat_id = ? AND date < ?", (chat_id, moment.timestamp()))
        return found

    def timing(self, chat_id: int, count: int) -> list[tuple[int | None, int, int]]:
        """Who wrote, the seconds since 1970, and the characters of a chat's messages of the highest ids, oldest first."""
        query = "SELECT sender_id, date, length(text) FROM (SELECT * FROM messages WHERE chat_id = ? ORDER BY id DESC LIMIT ?) ORDER BY date, id"
        return [(sender, date, length) for sender, date, length in self._database.read(query, (chat_id, count))]

    def delete_messages(self, chat_id: int, ids: Iterable[int]) -> int:
        """Deletes messages of a chat; returns how many of them there were. To be called in a transaction."""
        rows = ((chat_id, number) for number in ids)
        return max(self._database.executemany("DELETE FROM messages WHERE chat_id = ? AND id = ?", rows).rowcount, 0)

    def coverage(self, chat_id: int) -> Coverage:
        """What live export has read of a chat."""
        text = self._database.first("SELECT coverage FROM coverage WHERE chat_id = ?", (chat_id,))
        return Coverage() if text is None else Coverage.from_json(text)

    def put_coverage(self, chat_id: int, coverage: Coverage) -> None:
        """Replaces what live export has read of a chat, unless that is forgotten. To be called in the transaction that stores the messages."""
        if chat_id not in self.forgotten():
            self._database.execute("REPLACE INTO coverage VALUES (?, ?)", (chat_id, coverage.to_json()))

    def covered_chats(self) -> list[int]:
        """The chats that live export has read from, by id."""
        return [chat for (chat,) in self._database.read("SELECT chat_id FROM coverage ORDER BY chat_id")]

    def choices(self) -> dict[int, Choice]:
        """What the person has chosen, by chat; most chats are not in it."""
        return {chat: Choice(choice) for chat, choice in self._database.read("SELECT chat_id, choice FROM choices ORDER BY chat_id")}

    def forgotten(self) -> set[int]:
        """The chats of which nothing may be stored."""
        return {chat for chat, choice in self.choices().items() if choice is Choice.FORGOTTEN}

    def exclude(self, chat_id: int) -> None:
        """Keeps a chat but lets it take no part. One that is forgotten stays so."""
        self._database.execute("INSERT OR IGNORE INTO choices VALUES (?, ?)", (chat_id, Choice.EXCLUDED))

    def include(self, chat_id: int) -> None:
        """Takes either choice back. To be called in a transaction."""
        if chat_id in self.forgotten():
            self._database.execute("DELETE FROM imports")  # or the file that has it would count as read
        self._database.execute("DELETE FROM choices WHERE chat_id = ?", (chat_id,))

    def forget(self, chat_id: int) -> int:
        """Deletes all that is known of a chat, and the names of people who then are in no other; returns how many messages it had.

        To be called in a transaction. The bytes are in the file until `erase_deleted`.
        """
        run = self._database.execute
        deleted = run("DELETE FROM messages WHERE chat_id = ?", (chat_id,)).rowcount
        run("DELETE FROM chats WHERE id = ?", (chat_id,))
        run("DELETE FROM coverage WHERE chat_id = ?", (chat_id,))
        run("DELETE FROM imports")  # they say how much of it there was
        run("REPLACE INTO choices VALUES (?, ?)", (chat_id, Choice.FORGOTTEN))
        run(
            "DELETE FROM people WHERE id IS NOT ? AND id NOT IN (SELECT id FROM chats)"
            " AND id NOT IN (SELECT sender_id FROM messages WHERE sender_id IS NOT NULL)",
            (self.me,),
        )
        return deleted

    def erase_deleted(self) -> None:
        """Takes what was deleted out of the file's bytes as well. Outside of a transaction. Raises HistoryError."""
        self._database.erase_deleted()

    def summaries(self) -> list[ChatSummary]:
        """Every chat that has messages or was chosen about, most messages first."""
        choices = self.choices()
        rows = self._database.read(
            "SELECT chat_id, kind, people.name, count, mine, first, last, chats.name FROM"
            " (SELECT chat_id, count(*) AS count, sum(coalesce(sender_id = ?, 0)) AS mine, min(date) AS first, max(date) AS last"
            " FROM messages GROUP BY chat_id)"
            " JOIN chats ON chats.id = chat_id LEFT JOIN people ON people.id = chat_id ORDER BY count DESC, chat_id",
            (self.me,),
        )
        chats = [
            ChatSummary(
                number,
                ChatKind(kind),
                person if person and person.startswith(name or "") else name,
                count,
                mine,
                datetime.fromtimestamp(first, UTC),
                datetime.fromtimestamp(last, UTC),
                choices.pop(number, None),
                name,
            )
            for number, kind, person, count, mine, first, last, name in rows
        ]
        return [*chats, *(ChatSummary(number, None, None, 0, 0, None, None, choice) for number, choice in choices.items())]


def choices_of(path: Path, opt_out: Iterable[str | int] = ()) -> dict[int, Choice]:
    """What the person has chosen, by chat; nothing where there is no store. The chats of people who opted out count as excluded.

    Raises:
        HistoryError: The store cannot be used.
        ConfigError: Nobody is called as one of `opt_out`.
    """
    if not path.exists():
        return {}
    with History(path) as history:
        return dict.fromkeys(history.people_called(opt_out), Choice.EXCLUDED) | history.choices()


def open_history(path: Path) -> History:
    """Opens a store that must be there already. Raises HistoryError."""
    if not path.exists():
        raise HistoryError(f"{path} is not there: nothing was imported yet; begin with: twin export, or twin import result.json")
    return History(path)
