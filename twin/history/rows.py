"""A message as a row of history.db, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from twin.schema import Message

Row = tuple[int, int, int | None, int, str, str]
"""chat_id, id, sender_id, date, text, more"""

# A column for each of those would be NULL nearly everywhere, and binding a None costs Python's sqlite3 ten times as much as a number.
_RARE = ("media", "emoji", "forwarded_from", "via_bot", "reply_to", "edited", "reactions")
NOTHING = tuple(Message._field_defaults[name] for name in _RARE)
"""What most messages have of them."""


def to_row(message: Message) -> Row:
    """The row of a message."""
    rare = message[5:]
    return message[0], message[1], message[2], int(message[3].timestamp()), message[4], "" if rare == NOTHING else _more(rare)


def _more(rare: tuple[Any, ...]) -> str:
    values = {name: value for name, value in zip(_RARE, rare, strict=True) if value is not None and value != ()}
    if "edited" in values:
        values["edited"] = int(values["edited"].timestamp())
    return orjson.dumps(values).decode()


def edited_at(row: Row) -> int:
    """When a stored message was last edited, or 0."""
    return int(orjson.loads(row[5]).get("edited", 0)) if row[5] else 0


def rare_from(more: str) -> tuple[Any, ...]:
    """The fields of a Message from `media` on, out of a row's last column where that is not empty."""
    values = orjson.loads(more)
    if "edited" in values:
        values["edited"] = datetime.fromtimestamp(values["edited"], UTC)
    if "reactions" in values:
        values["reactions"] = tuple((emoji, count) for emoji, count in values["reactions"])
    return tuple(map(values.get, _RARE, NOTHING))
