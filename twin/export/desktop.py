"""Telegram Desktop's "machine-readable JSON" (result.json), full-account or single-chat -> history.

The file is read as a stream, twice where it has to be searched for who "I" am (owner.py). Which chats and messages are learned
from is decided later, in prepare: here only what is no message at all (service records, unsupported ones) is left out, and
counted. Not here: finding the file (files.py), its structure (parts.py), and what is left of a broken one (salvage.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from operator import itemgetter
from typing import Any

from twin.errors import ExportFileError
from twin.export.imported import Imported
from twin.export.json_stream import JsonStream
from twin.export.owner import find_owner
from twin.export.parts import About, RawChat, parts_of
from twin.export.salvage import UNREADABLE, salvaged_parts
from twin.export.source import Source
from twin.export.values import RARE_KEYS, forwarded_from, integer, is_modern, medium, moment, old_id, one_line, peer_id, reactions, string, text
from twin.history import History, Stored
from twin.schema import CHANNEL_BASE, FROM_TELEGRAM, TELEGRAM, Chat, ChatKind, Message

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
_NEVER = "0"
"""The date of a message that Telegram no longer has; Telegram Desktop writes what is left of it, its id."""
_OPENING = 2000
"""Records at the beginning of an old chat in which its contact is looked for."""


_USUAL = itemgetter("id", "type", "date_unixtime", "from_id", "from")


def recognises(head: bytes) -> bool:
    """Whether a file that begins so can be an export of Telegram Desktop."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(b"{")


def import_desktop(
    source: Source,
    history: History,
    *,
    me: str | None = None,
    salvage: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Imported:
    """Brings one result.json into history. To be called in a transaction: an error leaves what came before it.

    Args:
        source: The file.
        history: Where it goes.
        me: Who the person is ("user123", "123", or a name that occurs once), where the file does not say.
        salvage: Take what can be read of a file that is not valid JSON, and count the rest.
        progress: Called with the bytes read and the bytes there are.

    Raises:
        ExportFileError: It cannot be read as such an export.
        UnknownPersonError: Nothing says who the person is; the candidates are in the message.
        HistoryError: The history is another person's, or cannot be written.
    """
    left_out: Counter[str] = Counter()

    def parts(stream: JsonStream) -> Iterator[About | RawChat]:
        return salvaged_parts(stream, left_out) if salvage else parts_of(stream, source.name)

    with source.open() as file:
        owner = find_owner(parts(JsonStream(file, source.name)), source.name, me, history.me)
    left_out.clear()  # of the search for the owner
    with source.open() as file:
        reader = _Reader(source.name, owner, history, tolerant=salvage)
        result = reader.read(parts(JsonStream(file, source.name, lambda done: progress(done, source.size))))
    result.left_out += left_out
    return result


class _Reader:
    """One pass that stores what it reads."""

    def __init__(self, name: str, owner: int, history: History, *, tolerant: bool) -> None:
        self._name = name
        self._owner = owner
        self._history = history
        self._tolerant = tolerant  # a record that makes no sense is counted, not an error
        self._modern = False
        self._last: int | None = None  # the record before, for errors
        self._names: dict[int, str] = {}
        self._senders: dict[tuple[str, str], int | None] = {}  # what `_sender` said of a from_id and a from
        self._result = Imported()

    def read(self, parts: Iterable[About | RawChat]) -> Imported:
        self._history.set_me(self._owner)
        owner_name = ""
        for part in parts:
            if isinstance(part, RawChat):
                self._chat(part)
            else:
                owner_name = " ".join(filter(None, [string(part.person.get("first_name")), string(part.person.get("last_name"))]))
        if owner_name:
            self._names[self._owner] = owner_name
        self._history.put_people(self._names)
        return self._result

    def _chat(self, chat: RawChat) -> None:
        kind, number = one_line(chat.head.get("type")), integer(chat.head.get("id"))
        if number is None or "type" not in chat.head:
            raise ExportFileError(f"{self._name}: a chat has no type or id before its messages (it has {', '.join(chat.head) or 'nothing'}); export it again")
        self._last = None
        opening = self._opening(chat.records)
        chat_id = self._chat_id(kind, number, opening)
        stored, names, senders = Stored(), self._names, self._senders
        if chat_id in self._history.forgotten():
            self._names, self._senders = {}, {}  # who writes here only remains unnamed
        for records in chain([opening], chat.records):
            messages = self._messages(records, chat_id, chat.title)
            if messages and stored == Stored():
                known = ChatKind.SERVICE if chat_id == TELEGRAM else _KINDS.get(kind, ChatKind.SERVICE)  # the type is null when Telegram does not know it
                self._history.put_chat(Chat(chat_id, known, string(chat.head.get("name"))))
            stored += self._history.put_messages(messages)
        self._names, self._senders = names, senders
        self._result.chats += stored.messages > 0
        self._result.count(stored)

    def _opening(self, lists: Iterator[list[Any]]) -> list[Any]:
        """A chat's first records: of one from before 2021, so many that both sides have written."""
        opening: list[Any] = []
        for records in lists:
            opening += records
            self._modern = self._modern or any(isinstance(record, dict) and is_modern(record) for record in records)
            if self._modern or len(opening) >= _OPENING:
                break
        return opening

    def _chat_id(self, kind: str, number: int, records: list[Any]) -> int:
        number = number if self._modern else old_id(number)
        if kind in _CHANNEL_LIKE:
            return -CHANNEL_BASE - number
        if kind == "private_group":
            return -number
        if kind == "saved_messages":
            return self._owner
        if kind == "personal_chat" and not self._modern:
            others = {peer_id(record.get("from_id")) for record in records if isinstance(record, dict)} - {None, self._owner}
            if len(others) == 1:
                return others.pop() or number  # in some files from before 2021 the chat's own id is not the contact's
        return number

    def _messages(self, records: list[Any], chat_id: int, title: str) -> list[Message]:
        messages = []
        for record in records:
            try:
                message = self._message(record, chat_id)
            except _Unusable as problem:
                if not self._tolerant:
                    where = title if self._last is None else f"{title}, after message {self._last}"
                    raise ExportFileError(f"{self._name}: {problem} ({where}); export the chat again, or take what can be read with --salvage") from None
                self._result.left_out[UNREADABLE] += 1
                continue
            self._last = record["id"]
            if message is None:
                continue
            if message.forwarded_from is not None and peer_id(record.get("forwarded_from_id")) == TELEGRAM:
                self._result.left_out[FROM_TELEGRAM] += 1
            else:
                messages.append(message)
        return messages

    def _message(self, record: Any, chat_id: int) -> Message | None:
        try:  # nearly all: of somebody who wrote before, with a Unix time
            number, kind, seconds, sender, name = _USUAL(record)
            sender_id, date = self._senders[sender, name], datetime.fromtimestamp(int(seconds), UTC)
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            return self._unusual_message(record, chat_id)
        if kind != "message" or integer(number) is None:
            return self._unusual_message(record, chat_id)
        return Message(chat_id, number, sender_id, date, text(record), *_rare(record, chat_id, date))

    def _unusual_message(self, record: Any, chat_id: int) -> Message | None:
        if not isinstance(record, dict) or (number := integer(record.get("id"))) is None:
            raise _Unusable("a record without a usable id")
        if record.get("type") != "message":
            self._result.left_out[one_line(record.get("type")) or "record without a type"] += 1
            return None
        if record.get("date_unixtime") == _NEVER and record.get("from_id") is None:
            self._result.left_out["empty"] += 1
            return None
        date = _date(record, "date", "date_unixtime")
        return Message(chat_id, number, self._sender(record.get("from_id"), record.get("from")), date, text(record), *_rare(record, chat_id, date))

    def _sender(self, sender: object, name: object) -> int | None:
        sender_id = peer_id(sender)
        if sender_id is not None and (named := string(name)):
            self._names[sender_id] = named
        if isinstance(sender, str) and isinstance(name, str):
            self._senders[sender, name] = sender_id
        return sender_id


class _Unusable(Exception):
    """A record that cannot be a message; says what is wrong with it."""


def _rare(record: dict[str, Any], chat_id: int, date: datetime) -> tuple[Any, ...]:
    """What a message has beside its words: the fields of Message from `media` on."""
    get = record.get
    reply_to = integer(get("reply_to_message_id"))
    if reply_to is not None and peer_id(get("reply_to_peer_id")) not in (None, chat_id):
        reply_to = None  # the id is another chat's
    if RARE_KEYS.isdisjoint(record):
        return None, None, None, None, reply_to, None, ()
    edited = _date(record, "edited", "edited_unixtime") if get("edited") or get("edited_unixtime") else None
    if edited and edited < date:
        edited = None  # files from before 2021 say 1970 of every message that was not edited
    return medium(record), string(get("sticker_emoji")), forwarded_from(record), string(get("via_bot")), reply_to, edited, reactions(get("reactions"))


def _date(record: dict[str, Any], key: str, unix_key: str) -> datetime:
    try:
        return moment(record.get(unix_key), record.get(key))
    except (TypeError, ValueError, OverflowError, OSError):
        value = str(record.get(unix_key) or record.get(key))[:40]
        raise _Unusable(f"message {record['id']} has {key} {value!r}, which is no date") from None
