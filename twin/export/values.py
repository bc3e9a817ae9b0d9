"""Single values of a result.json, made safe: what may be anything in a foreign file becomes plain text, a number, a date, or None.

Not here: which file and message a value stands in; the callers put that into their errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from twin.schema import CHANNEL_BASE

_LARGEST = 1 << 53
"""Telegram's ids have at most 52 bits; a larger number is no id, and would not fit into SQLite with its mark."""
_PEER = re.compile(r"(user|channel|chat)(-?\d{1,16})", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone halves of surrogate pairs: UTF-8 has no form for the one, programs that read it stop at the other."""
_MEDIA_KEYS = {
    "photo": "photo",
    "contact_information": "contact",
    "place_name": "location",
    "location_information": "location",
    "poll": "poll",
    "todo_list": "todo_list",
    "game_title": "game",
    "invoice_information": "invoice",
    "giveaway_information": "giveaway",
    "giveaway_results": "giveaway",
    "paid_stars_amount": "paid_media",
    "file": "file",
}
RARE_KEYS = frozenset(_MEDIA_KEYS) | {
    *("media_type", "sticker_emoji", "forwarded_from", "forwarded_from_id", "via_bot", "edited", "edited_unixtime", "reactions")
}
"""A record with none of these is text, perhaps a reply, and nothing else."""


def integer(value: object) -> int | None:
    """A whole number that can be an id or a count; JSON's true and false are none."""
    if value is None:
        return None
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST else None


def string(value: object) -> str | None:
    """A text that every file and database takes, or None when it is no text or empty."""
    if not isinstance(value, str) or not value:
        return None
    if "\x00" not in value:
        try:
            value.encode()  # a fourth of what the pattern costs
        except UnicodeEncodeError:
            pass
        else:
            return value
    return _UNSTORABLE.sub("\ufffd", value)


def one_line(value: object) -> str:
    """A name as it can stand in a one-line message."""
    return " ".join((string(value) or "").split())


def old_id(number: int) -> int:
    """The bare id in a number of a file from before 2021.

    Telegram Desktop then wrote 1 << 32 | id for users and 2 << 32 | id for groups and channels, of 32 bits each
    (`UserPeerId` and `ChatPeerId` in its export_data_types.cpp), and in places the bare id.
    """
    return number & 0xFFFFFFFF if number > 0xFFFFFFFF else number


def peer_id(value: object) -> int | None:
    """The marked id for a `from_id`: "user1", "channel1", "chat1", or the number of a file from before 2021."""
    number = integer(value)
    if number is not None:
        return -old_id(number) if number >> 32 == 2 else old_id(number)
    match = _PEER.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    number = abs(int(match[2]))
    if number >= _LARGEST:
        return None
    return {"user": number, "chat": -number, "channel": -CHANNEL_BASE - number}[match[1]]


def is_modern(record: Mapping[str, Any]) -> bool:
    """Whether a message was written by a Telegram Desktop that writes ids as they are (since 2021)."""
    return isinstance(record.get("from_id"), str) or "date_unixtime" in record


def moment(seconds: object, local: object) -> datetime:
    """A date of a message, in UTC, by its Unix time or else by the exporting machine's clock, taken to be this one's.

    Raises:
        TypeError, ValueError, OverflowError, OSError: It is none.
    """
    if seconds:
        return datetime.fromtimestamp(int(seconds), UTC)  # type: ignore[call-overload]
    return datetime.fromisoformat(local).astimezone(UTC)  # type: ignore[arg-type]


def text(record: Mapping[str, Any]) -> str:
    """What a message says, without its markup."""
    plain = record.get("text")
    if isinstance(plain, str) and plain:
        return string(plain) or ""
    return _joined(record.get("text")) or _joined(record.get("text_entities"))


def _joined(value: object) -> str:
    parts = value if isinstance(value, list) else [value]
    return string("".join(_plain(part) for part in parts)) or ""


def _plain(part: object) -> str:
    inner = part.get("text") if isinstance(part, dict) else part
    return inner if isinstance(inner, str) else ""


def medium(record: Mapping[str, Any]) -> str | None:
    """What came with a message; whether the file itself was exported makes no difference."""
    named = string(record.get("media_type"))
    if named or _MEDIA_KEYS.keys().isdisjoint(record):
        return named
    return next(kind for key, kind in _MEDIA_KEYS.items() if key in record)


def forwarded_from(record: Mapping[str, Any]) -> str | None:
    """Who wrote a forwarded message, "" where that is hidden or gone, None when it is no forward."""
    if "forwarded_from" in record or "forwarded_from_id" in record:
        return string(record.get("forwarded_from")) or ""
    return None


def reactions(value: object) -> tuple[tuple[str, int], ...]:
    """Emoji and how often each; custom and paid reactions have none and are left out."""
    if value is None:
        return ()
    entries = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
    return tuple((emoji, integer(entry.get("count")) or 1) for entry in entries if (emoji := string(entry.get("emoji"))))
