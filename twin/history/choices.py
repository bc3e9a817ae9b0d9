"""What the person has chosen about chats, and the list of chats to choose from. Not here: what the steps make of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from twin.errors import ConfigError, UsageError
from twin.schema import ChatKind

_ID = re.compile(r"-?\d{1,18}", re.ASCII)
_SHOWN = 3
"""Names at most that have what was looked for in them."""


class Choice(StrEnum):
    """That a chat takes no part. Without a choice it does, as far as its kind does."""

    EXCLUDED = "excluded"
    """It stays in history, and nothing is learned from it."""
    FORGOTTEN = "forgotten"
    """Nothing of it is in history but its id, so that what an import or export brings of it again can be dropped."""


@dataclass(frozen=True, slots=True)
class ChatSummary:
    """A chat as `twin chats` lists it.

    Attributes:
        kind: None for a chat of which nothing but the choice is known; so is the name then, and the dates.
        name: The whole name of the other person, where that is known, or the chat's.
        messages: How many there are.
        mine: How many of them are the person's.
        first: When the oldest was sent, in UTC.
        last: When the newest was.
        chat_name: The chat's own name; with a person, that is the first name alone.
    """

    id: int
    kind: ChatKind | None
    name: str | None
    messages: int
    mine: int
    first: datetime | None
    last: datetime | None
    choice: Choice | None
    chat_name: str | None = None

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints of it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "name": self.name,
            "messages": self.messages,
            "mine": self.mine,
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "choice": self.choice,
        }


def find_chats(chats: Sequence[ChatSummary], wanted: Iterable[str]) -> list[int]:
    """The ids of the chats that somebody means, each once: by id, known or not, or by name.

    What could be either is the id of a known chat, or else the name of one.

    Raises:
        UsageError: No chat has such a name, or several have; says which ones come near.
    """
    return list(dict.fromkeys(_find(chats, one) for one in wanted))


def find_people(names: Mapping[int, Collection[str]], wanted: Iterable[str | int]) -> dict[int, set[str]]:
    """The names of those whom somebody means by name or id, by id; `names` has those of everybody.

    Raises:
        ConfigError: Nobody has such a name; says which ones come near.
    """
    found: dict[int, set[str]] = {}
    for one in wanted:
        text = str(one)
        ids = [number for number, some in names.items() if text.casefold() in map(str.casefold, some)] or ([int(text)] if _ID.fullmatch(text) else [])
        if not ids:
            remedy = _near(text, [name for some in names.values() for name in some]) or "see all chats with: twin chats"
            raise ConfigError(f"privacy.opt_out in twin.toml: nobody is called {text}; {remedy}")
        found |= {number: set(names.get(number, ())) for number in ids}
    return found


def _near(wanted: str, names: Iterable[str]) -> str:
    """Names that come near to the one that was looked for, as an error says it."""
    known = {name.casefold(): name for name in names}
    part = [name for name in known if wanted.strip() and wanted.casefold() in name]
    near = [known[name] for name in dict.fromkeys([*get_close_matches(wanted.casefold(), known), *part[:_SHOWN]])]
    return f"near to it: {', '.join(near)}" if near else ""


def _find(chats: Sequence[ChatSummary], wanted: str) -> int:
    number = int(wanted) if _ID.fullmatch(wanted) else None
    if number is not None and any(chat.id == number for chat in chats):
        return number
    same = [chat for chat in chats if wanted.casefold() in ((chat.name or "").casefold(), (chat.chat_name or "").casefold()) and wanted]
    if len(same) > 1:
        several = ", ".join(f"{chat.id} ({chat.name}, {chat.kind}, {chat.messages:,} messages)" for chat in same)
        raise UsageError(f"{len(same)} chats are called {wanted}; give the id of the one you mean: {several}")
    if same:
        return same[0].id
    if number is not None:
        return number
    remedy = _near(wanted, [chat.name for chat in chats if chat.name]) or "see all of them with: twin chats"
    raise UsageError(f"no chat is called {wanted}; {remedy}")
