"""WhatsApp's exported chat (_chat.txt, "WhatsApp Chat with Anna.txt") -> history.

The file is read twice, as a stream: once for who writes and for the order of day and month, once for the messages. What WhatsApp's
text does not tell stays empty: replies, forwards, reactions, when a message was edited. WhatsApp exports the last 40,000 messages of a
chat, or 10,000 with media, so a history grows from one export to the next.

Messages have no ids there. Theirs are made from the second of the stamp and the place among the messages of that second (of that minute,
on Android, where stamps have no seconds), so that a newer export of the same chat adds what is new and duplicates nothing. One limit is
known: where a newer export begins in the middle of a minute, the messages of that one minute can be numbered differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice

from twin.errors import ExportFileError
from twin.export.imported import Imported
from twin.export.source import Source
from twin.export.whatsapp_content import What, read_content
from twin.export.whatsapp_dates import Clock, Evidence
from twin.export.whatsapp_lines import Record, read_records, recognises
from twin.export.whatsapp_people import Census, chat_title, find_owner, person_id, place_of, plain_name, sender_and_body
from twin.history import History
from twin.schema import Chat, Message

__all__ = ["import_whatsapp", "recognises"]

_BATCH = 5000
_PER_STAMP = 1 << 12
"""Numbers for the messages of one second."""
_RESERVED = 1 << 10
"""The last of them, for a stamp that comes again when its count is forgotten."""
_REMEMBERED = 50_000
"""Stamps whose messages are counted at a time, at the least."""


def import_whatsapp(
    source: Source,
    history: History,
    *,
    me: str | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    salvage: bool = False,
) -> Imported:
    """Brings one exported chat into history, inside the transaction that the caller has opened.

    Args:
        source: The file; its name says which chat it is.
        history: Where it goes.
        me: The person's name as it stands in the file, where nothing else says who they are.
        progress: Called with the bytes read, of both times, halved, and the bytes there are.
        salvage: Leave out and count what cannot be read, instead of failing.

    Raises:
        ExportFileError: It cannot be read as such an export.
        UnknownPersonError: Nothing says who the person is; the candidates are in the message.
        HistoryError: The history is another person's, or cannot be written.
    """
    census, evidence = Census(), Evidence()
    for record in read_records(source, salvage=salvage, progress=lambda done: progress(done // 2, source.size)):
        if record.stamp and not record.damaged:
            evidence.add(record.stamp, record.offset)
            census.add(record)
    if not census.messages:
        raise ExportFileError(f"{source.name} holds no messages; export the chat again, or leave this file out")
    title, known = chat_title(census, source.name), history.me
    owner = find_owner(source.name, census, title, me=me, known=known, names=history.names())
    place = place_of(census, title, owner)
    if known is None and owner is not None:
        known = person_id(owner)
        history.set_me(known)
    people = {name: person_id(name) for name in census.messages} | ({owner: known} if owner is not None and known is not None else {})
    stored_names = history.names()
    told = {owner} if place.id in history.forgotten() else people.keys()
    history.put_people({number: name for name, number in people.items() if name in told and name and (name != owner or number not in stored_names)})
    history.put_chat(Chat(place.id, place.kind, place.title or None))
    result = Imported()
    records = read_records(source, salvage=salvage, progress=lambda done: progress((source.size + done) // 2, source.size))
    messages = _messages(source.name, records, Clock(evidence.order(source.name, salvage=salvage)), people, place.id, result, salvage=salvage)
    while batch := list(islice(messages, _BATCH)):
        result.count(history.put_messages(batch))
    result.chats = int(result.stored.messages > 0)
    progress(source.size, source.size)
    return result


def _messages(
    name: str, records: Iterator[Record], clock: Clock, people: dict[str, int], chat_id: int, result: Imported, *, salvage: bool
) -> Iterator[Message]:
    """The messages among the records; the others are counted."""
    numbers, senders = _Numbers(name), dict[str, int | None]()
    for record in records:
        seconds = clock.seconds(record.stamp) if record.stamp and not record.damaged else None
        if seconds is None:
            if not salvage:
                raise ExportFileError(f"{name}: {record.stamp!r} at byte {record.offset} is no date; export the chat again")
            result.left_out["unreadable"] += 1
            continue
        written, body = sender_and_body(record.body)
        if written is None:
            result.left_out[What.SERVICE.value] += 1
            continue
        # what was deleted keeps its number, so that those after it keep theirs
        number = numbers.next(seconds, record.offset)
        content = read_content(body, ios=record.ios)
        if content.what is not What.MESSAGE:
            result.left_out[content.what.value] += 1
            continue
        if written not in senders:
            senders[written] = people.get(plain_name(written))
        date = datetime.fromtimestamp(seconds, UTC)
        yield Message(chat_id, number, senders[written], date, content.text, content.media, edited=date if content.edited else None)


class _Numbers:
    """Gives messages their ids."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._first, self._again = _Counts(), _Counts()

    def next(self, seconds: int, offset: int) -> int:
        """The id of the next message of a second.

        Raises:
            ExportFileError: There are too many, or the file goes back in time again and again.
        """
        ranges = ((self._first, 0, _PER_STAMP - _RESERVED), (self._again, _PER_STAMP - _RESERVED, _PER_STAMP))
        for counts, start, end in ranges:
            if counts.know(seconds):
                place = start + counts.add(seconds)
                if place < end:
                    return seconds * _PER_STAMP + place
                break
        date = datetime.fromtimestamp(seconds, UTC)
        raise ExportFileError(f"{self._name}: too many messages of one time ({date:%Y-%m-%d %H:%M:%S} UTC) at byte {offset}; export the chat again")


class _Counts:
    """How many messages each second had, of the seconds that came last."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self._older: dict[int, int] = {}
        self._forgotten: int | None = None

    def know(self, seconds: int) -> bool:
        """Whether the count of a second is right: it is remembered, or was never begun."""
        return seconds in self._counts or seconds in self._older or self._forgotten is None or seconds > self._forgotten

    def add(self, seconds: int) -> int:
        """Counts one more and returns how many there were before."""
        before = self._counts.get(seconds)
        if before is None:
            before = self._older.get(seconds, 0)
            if len(self._counts) >= _REMEMBERED:
                self._forget()
        self._counts[seconds] = before + 1
        return before

    def _forget(self) -> None:
        latest = max(self._older, default=self._forgotten)
        self._forgotten = latest if self._forgotten is None or latest is None else max(self._forgotten, latest)
        self._older, self._counts = self._counts, {}
