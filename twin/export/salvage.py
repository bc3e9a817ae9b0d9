"""What can still be read of a result.json that is not valid JSON: every whole record whose chat is certain.

The file's structure is not relied upon. Records and the heads of chats are recognised by how Telegram Desktop begins them, and
each is parsed on its own; inside a string neither can occur, because its quotes would be escaped there. A record is given to a
chat only if nothing between that chat's head and the record can have been another chat's head.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from twin.errors import ExportFileError
from twin.export.json_stream import JsonStream
from twin.export.parts import About, RawChat

UNREADABLE = "unreadable"
"""The reason under which lost records are counted."""
_STRING = rb'"(?:[^"\\]|\\.)*"'
_ANCHOR = re.compile(
    rb'(?P<about>"personal_information"\s*:\s*)'
    rb'|(?P<head>\{\s*(?:"name"\s*:\s*(?P<name>null|' + _STRING + rb')\s*,\s*)?"type"\s*:\s*(?P<type>null|"\w*")\s*,'
    rb'\s*"id"\s*:\s*(?P<id>\d{1,16})\s*,\s*"messages"\s*:\s*\[)'
    rb'|(?P<record>\{\s*"id"\s*:\s*-?\d{1,16}\s*,\s*"type"\s*:\s*")'
    rb'|(?P<lost>\{\s*"name"\s*:|"messages"\s*:\s*\[)',
    re.DOTALL,
)
"""Where something begins; `lost` is a chat's head of which only a part is left."""
_BETWEEN = re.compile(rb"[ \t\r\n]*,?[ \t\r\n]*")
"""What stands between two records of one chat."""


def salvaged_parts(stream: JsonStream, left_out: Counter[str]) -> Iterator[About | RawChat]:
    """The parts of a broken file, in its order.

    Args:
        stream: The file, at its beginning.
        left_out: Counts the records that are lost, under `UNREADABLE`; added to.
    """
    while (anchor := stream.search(_ANCHOR)) is not None:
        if anchor["about"]:
            stream.skip(len(anchor[0]))
            person = _value(stream)
            if isinstance(person, dict):
                yield About(person)
        elif anchor["head"]:
            stream.skip(len(anchor[0]))
            yield RawChat(_head(anchor), _records(stream, left_out))
        else:
            left_out[UNREADABLE] += bool(anchor["record"])  # of no certain chat
            stream.skip(1)


def _head(anchor: re.Match[bytes]) -> dict[str, Any]:
    def read(value: bytes | None) -> Any:
        try:
            return json.loads((value or b"null").decode(errors="replace"))
        except ValueError:
            return None

    return {"name": read(anchor["name"]), "type": read(anchor["type"]), "id": int(anchor["id"])}


def _records(stream: JsonStream, left_out: Counter[str]) -> Iterator[list[Any]]:
    """The records up to where another chat may begin."""
    whole = True
    while (anchor := stream.search(_ANCHOR)) is not None and anchor["record"]:
        between = stream.skipped
        if whole and between.lstrip(b" \t\r\n").startswith(b"]"):
            return  # the chat was closed: what follows without a head is not its own
        if whole and not _BETWEEN.fullmatch(between):
            left_out[UNREADABLE] += 1  # one whose beginning is damaged
        record = _value(stream)
        whole = isinstance(record, dict)
        if whole:
            yield [record]
        else:
            left_out[UNREADABLE] += 1
            stream.skip(1)
    if whole and not stream.skipped.lstrip(b" \t\r\n").startswith(b"]"):
        left_out[UNREADABLE] += 1  # cut off in its first bytes, or before the chat's end


def _value(stream: JsonStream) -> Any:
    """The value that begins here, or None, without moving, when it is broken."""
    try:
        return stream.value()
    except ExportFileError:
        return None
