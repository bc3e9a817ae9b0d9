"""Which of an account's chats `twin export` reads. Personal chats unless told otherwise; what was read once is kept up to date.

Not here: asking Telegram, and what of a chat is read (live.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from twin.errors import UsageError
from twin.history import Choice
from twin.schema import ChatKind
from twin.telegram.account import RemoteChat

_NEVER = {ChatKind.BOT: "bot", ChatKind.CHANNEL: "channel", ChatKind.SERVICE: "service account"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person asks for.

    Attributes:
        chats: Only these, by name or marked id; empty: personal chats, and what was read before.
        all_groups: Every group as well.
        max_members: No group with more members than that, unless it is named.
        since: Nothing that was sent before this moment.
        until: Nothing that was sent at this moment or later.
    """

    chats: tuple[str, ...] = ()
    all_groups: bool = False
    max_members: int = 200
    since: datetime | None = None
    until: datetime | None = None


def select(chats: Sequence[RemoteChat], wanted: Wanted, choices: Mapping[int, Choice], known: Collection[int]) -> tuple[list[RemoteChat], Counter[str]]:
    """The chats to read, and how many are not read, by reason.

    Args:
        chats: Those of the account.
        wanted: What the person asks for.
        choices: The chats that the person excluded or has forgotten.
        known: Those that were read before.

    Raises:
        UsageError: A chat that was named is not there, or is one of those that are never read.
    """
    named = {_named(name, chats, choices).chat.id for name in wanted.chats}
    taken, left_out = [], Counter[str]()
    for chat in chats:
        reason = None if chat.chat.id in named else _reason(chat, wanted, choices, known)
        if reason is None:
            taken.append(chat)
        else:
            left_out[reason] += 1
    return taken, left_out


def _reason(chat: RemoteChat, wanted: Wanted, choices: Mapping[int, Choice], known: Collection[int]) -> str | None:
    """Why a chat that was not named is not read."""
    kind, number = chat.chat.kind, chat.chat.id
    if kind in _NEVER:
        return _NEVER[kind]
    if number in choices:
        return f"{choices[number]} by you"
    if number in known and not wanted.chats:
        return None
    if kind is ChatKind.GROUP and wanted.all_groups:
        return None if (chat.members or 0) <= wanted.max_members else f"group of more than {wanted.max_members} members"
    if wanted.chats:
        return "not named"
    if kind is ChatKind.PERSONAL:
        return None
    return "group not named" if kind is ChatKind.GROUP else "your own notes"


def _named(name: str, chats: Sequence[RemoteChat], choices: Mapping[int, Choice]) -> RemoteChat:
    wanted = name.strip().casefold()
    found = [chat for chat in chats if wanted in (str(chat.chat.id), chat.name.casefold(), (chat.chat.name or chat.name).casefold())]
    if not found:
        near = get_close_matches(wanted, [chat.name.casefold() for chat in chats], n=5, cutoff=0.5)
        like = [chat.name for chat in chats if chat.name.casefold() in near]
        hint = f"; there are {', '.join(dict.fromkeys(like))}" if like else f"; there are {len(chats)} chats, none of a similar name"
        raise UsageError(f"--chat {name}: no such chat{hint}")
    if len(found) > 1:
        raise UsageError(f"--chat {name}: several chats are called so; name one by its id: {', '.join(str(chat.chat.id) for chat in found)}")
    chat = found[0]
    if chat.chat.kind in _NEVER:
        raise UsageError(f"--chat {name}: this is a {_NEVER[chat.chat.kind]}; only chats with people and groups are read")
    if chat.chat.id in choices:
        raise UsageError(f"--chat {name}: {choices[chat.chat.id]} by you; take that back first with: twin chats include {chat.chat.id}")
    return chat
