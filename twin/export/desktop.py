"""Telegram Desktop's "machine-readable JSON" (result.json), full-account or single-chat -> history.

The file is read as a stream, twice where it has to be searched for who "I" am (owner.py). Everything goes into history in
one transaction, so a file that turns out to be broken changes nothing. Which chats and messages are learned from is decided
later, in prepare: here only what is no message at all (service records, unsupported ones) is left out, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from twin.errors import ExportFileError
from twin.export.imported import Imported
from twin.export.json_stream import JsonStream
from twin.export.owner import find_owner
from twin.export.values import CHANNEL_BASE, forwarded_from, integer, is_modern, medium, moment, old_id, one_line, peer_id, reactions, string, text
from twin.history import History, Stored
from twin.schema import Chat, ChatKind, Message

_KINDS = {
    "personal_chat": ChatKind.PERSONAL,
    "saved_messages": ChatKind.SAVED,
    "bot_chat": ChatKind.BOT,
    "private_group": ChatKind.GROUP,
    "private_supergroup": ChatKind.GROUP,
    "public_supergroup": ChatKind.GROUP,
    "private_channel": ChatKind.CHANNEL,
    "public_channel": ChatKind.CHANNEL,
    "replies": ChatKind.SERVICE,
    "verification_codes": ChatKind.SERVICE,
}
_CHANNEL_LIKE = {"private_supergroup", "public_supergroup", "private_channel", "public_channel"}
_TELEGRAM = 777000
"""The account that sends login codes."""
_BATCH = 5000


def import_desktop(path: Path, history: History, *, me: str | None = None, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Imported:
    """Brings one result.json into history, whole or not at all.

    Args:
        path: The file.
        history: Where it goes.
        me: Who the person is ("user123", "123", or a name that occurs once), where the file does not say.
        progress: Called with the bytes read and the bytes there are.

    Raises:
        ExportFileError: It cannot be read as such an export.
        UnknownPersonError: Nothing says who the person is; the candidates are in the message.
        HistoryError: The history is another person's, or cannot be written.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            owner = find_owner(JsonStream(file, path), path, me, history.me)
        with path.open("rb") as file:
            reader = _Reader(JsonStream(file, path, lambda done: progress(done, size)), path, owner, history)
            with history.transaction():
                return reader.read()
    except OSError as error:
        raise ExportFileError(f"{path} cannot be read: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before a chat's messages."""

    kind: str
    number: int
    name: str | None


class _Reader:
    """One pass that stores what it reads."""

    def __init__(self, stream: JsonStream, path: Path, owner: int, history: History) -> None:
        self.stream = stream
        self.path = path
        self.owner = owner
        self.history = history
        self.names: dict[int, str] = {}
        self.result = Imported()
        self.modern = False

    def read(self) -> Imported:
        self.history.set_me(self.owner)
        root: dict[str, Any] = {}
        found = False
        for key in self.stream.members():
            if key in ("chats", "left_chats") and self.stream.next_is_object():
                found = True
                self._chats()
            elif key == "messages" and self.stream.next_is_array():
                found = True
                self._messages(root)
            else:
                root[key] = self.stream.value()
        self.stream.end()
        if not found:
            raise ExportFileError(f"{self.path} holds no chats; export again with the chats you want ticked, as JSON")
        self._owner_name(root.get("personal_information"))
        self.history.put_people(self.names)
        return self.result

    def _owner_name(self, about: object) -> None:
        if isinstance(about, dict):
            name = " ".join(filter(None, [string(about.get("first_name")), string(about.get("last_name"))]))
            if name:
                self.names[self.owner] = name

    def _chats(self) -> None:
        for key in self.stream.members():
            if key == "list" and self.stream.next_is_array():
                for _ in self.stream.items():
                    self._chat()
            else:
                self.stream.value()

    def _chat(self) -> None:
        head: dict[str, Any] = {}
        for key in self.stream.members():
            if key == "messages" and self.stream.next_is_array():
                self._messages(head)
            else:
                head[key] = self.stream.value()

    def _messages(self, keys: dict[str, Any]) -> None:
        """The messages of the chat whose other keys, which Telegram Desktop writes first, are in `keys`."""
        head = self._head(keys)
        chat_id: int | None = None
        stored = Stored()
        messages = self._read_messages(f"chat {one_line(head.name) or head.kind or head.number}")
        while batch := list(islice(messages, _BATCH)):
            if chat_id is None:
                chat_id = self._open(head, batch)
            stored += self._store(batch, chat_id)
        self.result.chats += chat_id is not None
        self.result.stored += stored

    def _head(self, keys: dict[str, Any]) -> _Head:
        number = integer(keys.get("id"))
        if number is None or "type" not in keys:
            raise ExportFileError(f"{self.path}: a chat has no type or id before its messages (it has {', '.join(keys) or 'nothing'}); export it again")
        return _Head(one_line(keys["type"]), number, string(keys.get("name")))  # the type is null when Telegram does not know it

    def _read_messages(self, chat: str) -> Iterator[Message]:
        self.stream.place = chat
        for _ in self.stream.items():
            message = self._message(self.stream.value())
            if message is not None:
                self.stream.place = f"{chat}, after message {message.id}"
                yield message
        self.stream.place = ""

    def _open(self, head: _Head, batch: list[Message]) -> int:
        chat_id = self._chat_id(head, batch)
        kind = ChatKind.SERVICE if chat_id == _TELEGRAM else _KINDS.get(head.kind, ChatKind.SERVICE)
        self.history.put_chat(Chat(chat_id, kind, head.name))
        return chat_id

    def _chat_id(self, head: _Head, batch: list[Message]) -> int:
        number = head.number if self.modern else old_id(head.number)
        if head.kind in _CHANNEL_LIKE:
            return -CHANNEL_BASE - number
        if head.kind == "private_group":
            return -number
        if head.kind == "saved_messages":
            return self.owner
        others = {message.sender_id for message in batch if message.sender_id is not None} - {self.owner}
        if head.kind == "personal_chat" and not self.modern and len(others) == 1:
            return others.pop()  # in some files from before 2021 the chat's own id is not the contact's
        return number

    def _store(self, batch: list[Message], chat_id: int) -> Stored:
        return self.history.put_messages(message._replace(chat_id=chat_id) for message in batch)

    def _message(self, record: object) -> Message | None:
        number = integer(record.get("id")) if isinstance(record, dict) else None
        if number is None or not isinstance(record, dict):
            raise ExportFileError(f"{self.path}: a record without a usable id ({self.stream.place}); export the chat again")
        if record.get("type") != "message":
            self.result.left_out[one_line(record.get("type")) or "record without a type"] += 1
            return None
        self.modern = self.modern or is_modern(record)
        date = self._date(record, "date")
        return Message(
            chat_id=0,
            id=number,
            sender_id=self._sender(record),
            date=date,
            text=text(record),
            media=medium(record),
            emoji=string(record.get("sticker_emoji")),
            forwarded_from=forwarded_from(record),
            via_bot=string(record.get("via_bot")),
            reply_to=integer(record.get("reply_to_message_id")),
            edited=self._edited(record, date),
            reactions=reactions(record.get("reactions")),
        )

    def _sender(self, record: dict[str, Any]) -> int | None:
        sender, name = peer_id(record.get("from_id")), string(record.get("from"))
        if sender is not None and name:
            self.names[sender] = name
        return sender

    def _edited(self, record: dict[str, Any], date: datetime) -> datetime | None:
        if not record.get("edited") and not record.get("edited_unixtime"):
            return None
        edited = self._date(record, "edited")
        return edited if edited >= date else None  # files from before 2021 say 1970 of every message that was not edited

    def _date(self, record: dict[str, Any], key: str) -> datetime:
        try:
            return moment(record, key)
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            value = str(record.get(f"{key}_unixtime") or record.get(key))[:40]
            raise ExportFileError(
                f"{self.path}: message {record['id']} ({self.stream.place}) has {key} {value!r}, which is no date; export the chat again"
            ) from None
