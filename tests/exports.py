"""Small result.json files, as Telegram Desktop writes them today and as it did in 2020."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ME, ANNA, BORIS = 1000, 2000, 3000
NAMES = {ME: "Mira", ANNA: "Anna", BORIS: "Boris"}
START = datetime(2024, 1, 1, 12, tzinfo=UTC)


def message(number: int, sender: int = ANNA, text: Any = "hello", *, minutes: float | None = None, **more: Any) -> dict[str, Any]:
    """A message of today's writer, one a minute unless told otherwise."""
    date = START + timedelta(minutes=number if minutes is None else minutes)
    return {
        "id": number,
        "type": "message",
        "date": date.strftime("%Y-%m-%dT%H:%M:%S"),
        "date_unixtime": str(int(date.timestamp())),
        "from": NAMES.get(sender),
        "from_id": f"user{sender}",
        "text": text,
    } | more


def old_message(number: int, sender: int = ANNA, text: Any = "hello", **more: Any) -> dict[str, Any]:
    """A message as it was written in 2020: bare numbers for people, local time, and an edit in 1970 where there was none."""
    return {
        "id": number,
        "type": "message",
        "date": f"2020-05-01T12:{number % 60:02}:00",
        "edited": "1970-01-01T01:00:00",
        "from": NAMES.get(sender),
        "from_id": sender,
        "text": text,
    } | more


def chat(*messages: dict[str, Any], kind: str = "personal_chat", number: int = ANNA, name: str | None = "Anna") -> dict[str, Any]:
    """A chat; alone, it is the export of a single chat."""
    named = {} if kind in ("saved_messages", "replies", "verification_codes") else {"name": name}
    return named | {"type": kind, "id": number, "messages": list(messages)}


def account(*chats: dict[str, Any], left: tuple[dict[str, Any], ...] = (), me: int = ME) -> dict[str, Any]:
    """An export of a whole account."""
    return {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": me, "first_name": "Mira", "last_name": "Lund", "bio": ""},
        "contacts": {"about": "", "list": [{"user_id": ANNA, "first_name": "Anna"}]},
        "chats": {"about": "", "list": list(chats)},
    } | ({"left_chats": {"about": "", "list": list(left)}} if left else {})


def write(export: Any, path: Path = Path("result.json")) -> Path:
    """Writes it as a file, lone surrogates as the escapes they are in such files."""
    path.write_text(json.dumps(export, indent=1), encoding="utf-8")
    return path
