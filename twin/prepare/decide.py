"""Where every message goes and why: the one place that decides it. build.py writes the outcome, explain.py shows it.

The reasons why nothing is learned of a message of the person, the first that holds:
that the person has excluded its chat, the kind of that, "outside the dates", "too few conversations" in its chat, "too few turns" in its conversation, what the
message itself is ("forward", "via bot", "media", "empty"), and that its turn is a "duplicate" or over the "reply cap".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from twin.errors import HistoryError
from twin.history import History
from twin.prepare.deduplicate import repeats
from twin.prepare.rules import Rules
from twin.prepare.segment import DELETED, merge, segment
from twin.prepare.split import Split, choose_split
from twin.schema import Chat, ChatKind, Conversation, Message

KINDS = (ChatKind.PERSONAL, ChatKind.GROUP)
"""The kinds of chats that a twin learns from."""
NO_PART = {
    ChatKind.SAVED: "saved messages",
    ChatKind.BOT: "chat with a bot",
    ChatKind.CHANNEL: "channel",
    ChatKind.SERVICE: "service account",
}
"""Why the others take no part."""
EXCLUDED = "excluded by you"
"""Why a chat takes no part that could."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a stretch of messages of one chat without a long silence in it.

    Attributes:
        messages: All of them, in order.
        own: How many of them are the person's.
        conversation: Its turns, each learned or not; None where it takes no part or the person says nothing in it.
        targets: How many messages are learned; a conversation in which none is does not come into the dataset.
        left_out: The ids of the person's messages of which nothing is learned, with the reason.
    """

    messages: list[Message]
    own: int
    conversation: Conversation | None
    targets: int
    left_out: dict[int, str]


class Decisions:
    """The decisions about a whole history, and what they have in common.

    Args:
        history: The messages.
        rules: What decides.

    Attributes:
        me: The person's marked id.
        names: Names by marked id, the person's as the model is to know it.
        chats: Every chat, in the order in which they must be decided.

    Raises:
        HistoryError: History does not say whose it is.
    """

    def __init__(self, history: History, rules: Rules) -> None:
        me = history.me
        if me is None:
            raise HistoryError("history.db holds no import yet; begin with: twin export, or twin import result.json")
        self.me = me
        self.names = history.names()
        self.names[me] = rules.person or self.names.get(me) or "Me"
        self.chats = history.chats()
        self._excluded = history.choices().keys()
        self._history = history
        self._rules = rules
        self._split: Split = choose_split(
            *history.written(me, KINDS, since=rules.since, until=rules.until),
            validation_share=rules.validation_share,
            test_share=rules.test_share,
            test_chat_share=rules.test_chat_share,
            seed=rules.seed,
        )
        self._pairs: set[bytes] = set()

    @property
    def person(self) -> str:
        """The person's name."""
        return self.names[self.me]

    def title(self, chat: Chat) -> str:
        """How a chat is called in the dataset."""
        return chat.name or self.names.get(chat.id) or DELETED

    def no_part(self, chat: Chat) -> str | None:
        """Why a chat takes no part; None where it does."""
        return EXCLUDED if chat.id in self._excluded else NO_PART.get(chat.kind)

    def split_of(self, decision: Decision) -> str:
        """The split in which a decision's conversation lies."""
        last = decision.messages[-1]
        return self._split.of(last.chat_id, last.date)

    def of(self, chat: Chat) -> Iterator[Decision]:
        """The decisions about a chat. What is a duplicate depends on the chats decided before."""
        rules, replies = self._rules, Counter[bytes]()
        no_part, enough = self.no_part(chat), False
        waiting: list[tuple[list[Message], int]] = []
        for part, inside in _cut(self._history.messages(chat.id), rules):
            own = [message.sender_id for message in part].count(self.me)
            if no_part or not inside:
                yield self._left_out(part, no_part or "outside the dates")
            elif not own:
                yield Decision(part, 0, None, 0, {})
            else:
                waiting.append((part, own))
                enough = enough or len(waiting) >= rules.minimum_conversations
                if enough:
                    yield from (self._decide(chat, *ready, replies) for ready in waiting)
                    waiting.clear()
        yield from (self._left_out(part, "too few conversations") for part, _ in waiting)

    def _left_out(self, part: list[Message], reason: str) -> Decision:
        left_out = {message.id: reason for message in part if message.sender_id == self.me}
        return Decision(part, len(left_out), None, 0, left_out)

    def _decide(self, chat: Chat, part: list[Message], own: int, replies: Counter[bytes]) -> Decision:
        turns, left_out = merge(part, self.me, self.names)
        if len(turns) < self._rules.minimum_turns:
            return self._left_out(part, "too few turns")
        for place, reason in repeats(turns, self._pairs, replies, self._rules.reply_cap).items():
            turns[place] = replace(turns[place], learn=False)
            left_out |= dict.fromkeys(turns[place].ids, reason)
        targets = sum(len(turn.ids) for turn in turns if turn.learn)
        conversation = Conversation(chat.id, self.title(chat), chat.kind, self.person, part[0].date, tuple(turns))
        return Decision(part, own, conversation, targets, left_out)


def _cut(messages: Iterable[Message], rules: Rules) -> Iterator[tuple[list[Message], bool]]:
    """The stretches without a long silence, and whether each is inside the dates; one over the edge is cut there."""
    if rules.since is None and rules.until is None:
        for part in segment(messages, rules.gap):
            yield part, True
        return

    def inside(message: Message) -> bool:
        return (rules.since is None or message.date >= rules.since) and (rules.until is None or message.date < rules.until)

    for part in segment(messages, rules.gap):
        for within, some in groupby(part, inside):
            yield list(some), within
