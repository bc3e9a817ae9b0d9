"""The values that flow from step to step. Frozen, time-zone aware, and without behaviour beyond their own form.

Export and import produce `Chat` and `Message`; prepare turns them into `Conversation`s of `Turn`s; training, chat and
evaluation read those. Nothing here touches files, the network or a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate
from typing import Any, NamedTuple

NAMED = 1 << 52
"""Ids from here on are made from names, for apps that know people by name only (WhatsApp); Telegram's have at most 52 bits."""

CHANNEL_BASE = 1_000_000_000_000
"""Marked ids of channels and supergroups are -(10^12 + id): the Bot API's and Telethon's convention."""
TELEGRAM = 777000
"""Telegram's own account, which sends login codes."""
FROM_TELEGRAM = "forward of Telegram's own, such as a login code"
"""The reason why such a message is not even kept, whichever route it came by."""


class ChatKind(StrEnum):
    """What a chat is, whichever route it came by."""

    PERSONAL = "personal"
    GROUP = "group"
    SAVED = "saved"
    """The person's own notes ("Saved Messages")."""
    BOT = "bot"
    CHANNEL = "channel"
    SERVICE = "service"
    """Telegram itself: login codes (777000), verification codes, the list of replies."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat. `id` is the marked id that Telegram's clients use: users positive, groups -id, channels and supergroups -100id."""

    id: int
    kind: ChatKind
    name: str | None


class Message(NamedTuple):
    """One message as it was sent.

    A tuple and not a dataclass like the other values: a history has millions, and a frozen dataclass takes six times as long to make.

    Attributes:
        id: Unique within its chat only.
        sender_id: Marked id, or None where the export does not say.
        date: When it was sent, in UTC.
        media: What came with it ("photo", "voice_message", "sticker", ...), or None.
        emoji: The emoji of a sticker.
        forwarded_from: Who wrote a forwarded message ("" if hidden); None when it is no forward.
    """

    chat_id: int
    id: int
    sender_id: int | None
    date: datetime
    text: str
    media: str | None = None
    emoji: str | None = None
    forwarded_from: str | None = None
    via_bot: str | None = None
    reply_to: int | None = None
    edited: datetime | None = None
    reactions: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """Consecutive messages of one speaker, all of them to be learned or none.

    Attributes:
        name: The speaker, as the chat shows them.
        mine: Whether the speaker is the person (the "assistant" of the dataset).
        bubbles: The texts, one for each message as it appears on the screen.
        learn: Whether the model is trained to write this turn; False for what is only context.
        ids: The message ids behind the bubbles, one each.
    """

    name: str
    mine: bool
    bubbles: tuple[str, ...]
    learn: bool
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns of one chat with no gap above the limit between them.

    Attributes:
        person: The name of the person whose twin this is.
        date: When its first message was sent, in UTC.
    """

    chat_id: int
    chat: str
    kind: ChatKind
    person: str
    date: datetime
    turns: tuple[Turn, ...]


def conversation_to_json(conversation: Conversation) -> dict[str, Any]:
    """The line of dataset/*.jsonl for a conversation: the form that TRL and OpenAI share, with what twin needs beside it.

    A message's `content` is its bubbles joined by newlines; `bubbles` holds the offset, in characters, at which each begins.
    """
    messages = []
    for turn in conversation.turns:
        starts = [0] if len(turn.bubbles) == 1 else list(accumulate((len(bubble) + 1 for bubble in turn.bubbles[:-1]), initial=0))
        message: dict[str, Any] = {
            "role": "assistant" if turn.mine else "user",
            "name": turn.name,
            "content": "\n".join(turn.bubbles),
        }
        if turn.mine and not turn.learn:
            message["weight"] = 0
        message["bubbles"] = starts
        message["ids"] = list(turn.ids)
        messages.append(message)
    return {
        "messages": messages,
        "chat_id": conversation.chat_id,
        "chat": conversation.chat,
        "kind": conversation.kind.value,
        "person": conversation.person,
        "date": conversation.date.isoformat(),
    }


def conversation_from_json(line: Mapping[str, Any]) -> Conversation:
    """The conversation that `conversation_to_json` wrote. Raises KeyError, TypeError or ValueError on anything else."""
    turns = []
    for message in line["messages"]:
        content, starts = message["content"], message["bubbles"]
        ends = [start - 1 for start in starts[1:]] + [len(content)]
        mine = message["role"] == "assistant"
        turns.append(
            Turn(
                name=message["name"],
                mine=mine,
                bubbles=tuple(content[start:end] for start, end in zip(starts, ends, strict=True)),
                learn=mine and message.get("weight", 1) != 0,
                ids=tuple(message["ids"]),
            )
        )
    return Conversation(
        chat_id=line["chat_id"],
        chat=line["chat"],
        kind=ChatKind(line["kind"]),
        person=line["person"],
        date=datetime.fromisoformat(line["date"]),
        turns=tuple(turns),
    )
