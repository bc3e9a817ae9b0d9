"""What the twin is measured on: the person's replies in conversations that nobody has learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twin.chat.people import Contact
from twin.schema import Conversation, Turn


@dataclass(frozen=True, slots=True)
class Exchange:
    """A reply of the person, and what was said before it.

    Attributes:
        key: Which it is, without a word of it.
        conversation: The number of its conversation among those given: what intervals are drawn over.
        contact: Whose chat it is.
        context: All turns of the conversation before the reply, oldest first; the last is not the person's.
        reply: The person's own bubbles.
    """

    key: str
    conversation: int
    contact: Contact
    context: tuple[Turn, ...]
    reply: tuple[str, ...]


def exchanges(conversations: Sequence[Conversation]) -> list[Exchange]:
    """The replies of conversations, in their order: turns that are to be learned and answer somebody. What opens a conversation answers nobody."""
    return [
        Exchange(
            key=f"{conversation.chat_id}:{conversation.date:%Y%m%d%H%M%S}:{place}",
            conversation=number,
            contact=Contact(conversation.chat, conversation.kind, conversation.chat_id),
            context=conversation.turns[:place],
            reply=conversation.turns[place].bubbles,
        )
        for number, conversation in enumerate(conversations)
        for place in range(1, len(conversation.turns))
        if conversation.turns[place].learn and not conversation.turns[place - 1].mine
    ]
