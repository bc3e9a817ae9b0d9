"""The parts of a result.json: whom it is about, and its chats, each with its records. Where they stand in the file is known only here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from twin.errors import ExportFileError
from twin.export.json_stream import JsonStream
from twin.export.values import one_line


@dataclass(frozen=True, slots=True)
class About:
    """What an export of a whole account says of its owner (`personal_information`)."""

    person: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RawChat:
    """A chat as it is written.

    Attributes:
        head: Its keys before the messages.
        records: Its messages and other records, unchecked, in lists; to be read to the end before the next part is asked for.
    """

    head: dict[str, Any]
    records: Iterator[list[Any]]

    @property
    def title(self) -> str:
        """The chat, for an error."""
        return f"chat {one_line(self.head.get('name')) or one_line(self.head.get('type')) or self.head.get('id')}"


def parts_of(stream: JsonStream, name: str) -> Iterator[About | RawChat]:
    """The parts of a file, in its order.

    Args:
        stream: The file, at its beginning.
        name: What errors call it.

    Raises:
        ExportFileError: It is not JSON, or holds no chats.
    """
    if not stream.next_is_object():
        raise ExportFileError(f"{name} is not an export of Telegram Desktop: it does not begin with {{; choose JSON when exporting")
    head: dict[str, Any] = {}
    found = False
    for key in stream.members():
        if key in ("chats", "left_chats") and stream.next_is_object():
            found = True
            yield from _chats(stream, name)
        elif key == "messages" and stream.next_is_array():
            found = True
            yield _chat(stream, head)
        else:
            head[key] = stream.value()
            if key == "personal_information" and isinstance(head[key], dict):
                yield About(head[key])
    stream.end()
    if not found:
        raise ExportFileError(f"{name} holds no chats; export again with the chats you want ticked, as JSON")


def _chats(stream: JsonStream, name: str) -> Iterator[RawChat]:
    for key in stream.members():
        if key == "list" and stream.next_is_array():
            for _ in stream.items():
                head: dict[str, Any] = {}
                found = False
                for own in stream.members():
                    if own == "messages" and stream.next_is_array():
                        found = True
                        yield _chat(stream, head)
                    else:
                        head[own] = stream.value()
                if not found:  # Telegram Desktop writes the list even when it is empty
                    raise ExportFileError(f"{name}: a chat has no messages (it has {', '.join(map(one_line, head)) or 'nothing'}); export it again")
        else:
            stream.value()


def _chat(stream: JsonStream, head: dict[str, Any]) -> RawChat:
    def records() -> Iterator[list[Any]]:
        stream.place = chat.title
        for taken in stream.records():
            yield taken
            last = taken[-1]
            stream.place = f"{chat.title}, after message {last.get('id') if isinstance(last, dict) else '?'}"
        stream.place = ""

    chat = RawChat(head, records())
    return chat
