"""Where every message goes and why: the one place that decides it. build.py writes the outcome, explain.py shows it.

The reasons why nothing is learned of a message of the person, the first that holds:
that the person has excluded its chat, that whose chat it is has "opted out", the kind of that, "outside the dates", "too few conversations" in its chat,
"too few turns" in its conversation, what the message itself is (a forward of somebody who has "opted out", "private", "forward", "via bot", "media", "empty"),
what the filters that are on have against its turn (quality.fault, "slurs"), that its turn is a "duplicate", a "near duplicate" or over the "reply cap", and
what a judge says of it ("judged poor", "not judged").

What the judge rejects counts as learned for what repeats it: so the judge is asked about what would be learned without it, and about no more.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from twin.errors import HistoryError
from twin.history import History
from twin.prepare.deduplicate import repeats
from twin.prepare.quality import fault
from twin.prepare.rules import Rules
from twin.prepare.segment import DELETED, merge, segment
from twin.prepare.slurs import SLURS, slurs
from twin.prepare.split import Split, choose_split
from twin.privacy.clean import Cleaned, Cleaner
from twin.privacy.crew import clean_all, helpers
from twin.schema import Chat, ChatKind, Conversation, Message, Turn

if TYPE_CHECKING:
    from twin.prepare.near import Near

KINDS = (ChatKind.PERSONAL, ChatKind.GROUP)
"""The kinds of chats that a twin learns from."""
NO_PART = {
    ChatKind.SAVED: "saved messages",
    ChatKind.BOT: "chat with a bot",
    ChatKind.CHANNEL: "channel",
    ChatKind.SERVICE: "service account",
}
"""Why the others take no part."""
PRIVATE = "private"
"""Why a message is left out that was not to be learned from, or of which nothing would be left."""
EXCLUDED = "excluded by you"
"""Why a chat takes no part that could."""
MANY = 20_000
"""Messages of the person from which on near duplicates are left out by default. In a shorter history there are a few thousand long replies, each of which
shows more of how the person writes than its repetition costs; in a longer one those that stay are enough."""
OPTED_OUT = "opted out"
"""Why nothing is learned of what somebody wrote, nor of their chat: they do not want it."""


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


class _Stretch(NamedTuple):
    """Messages of a chat without a long silence in them, or the end of the chat.

    Attributes:
        part: The messages, in order; None where the chat ends.
        own: How many of them are the person's.
        reason: Why none of them is learned; None where they are decided about.
    """

    chat: Chat
    part: list[Message] | None
    own: int = 0
    reason: str | None = None


class Decisions:
    """The decisions about a whole history, and what they have in common.

    Args:
        history: The messages.
        rules: What decides.
        processes: How many clean the messages beside this one, which changes nothing of the decisions; None: as many as the history is worth.

    Attributes:
        me: The person's marked id.
        names: Names by marked id, the person's as the model is to know it.
        chats: Every chat, in the order in which they must be decided.
        real_names: Names by marked id as they are in history: for the person alone.
        real_titles: How chats are called there, by id.
        cleaner: What takes what is private out of the messages; None where nothing does.
        private: What was taken out of the messages decided so far, by kind.
        opted_out: How many of the messages decided so far are of somebody who has opted out.

    Raises:
        HistoryError: History does not say whose it is.
        ConfigError: Nobody is called as one of those who opted out.
    """

    def __init__(self, history: History, rules: Rules, *, processes: int | None = None) -> None:
        me = history.me
        if me is None:
            raise HistoryError("history.db holds no import yet; begin with: twin export, or twin import result.json")
        self.me = me
        self.names = history.names()
        self.names[me] = rules.person or self.names.get(me) or "Me"
        self.chats = history.chats()
        self.real_names, self.real_titles = self.names, {chat.id: self.title(chat) for chat in self.chats}
        self.private = Counter[str]()
        self.opted_out = 0
        opted_out = history.people_called(rules.privacy.opt_out) if rules.privacy else {}
        self._out = frozenset(opted_out) - {me}
        self._out_names = {name.casefold() for number, names in opted_out.items() if number != me for name in names}
        self.cleaner = Cleaner(rules.privacy, *self._people(), keep=[self.person]) if rules.privacy else None
        if self.cleaner:
            self.names = {number: name if number == me else self.cleaner.name(name) for number, name in self.names.items()}
            self.chats = [replace(chat, name=self._renamed(chat, self.cleaner)) for chat in self.chats]
        self._excluded = history.choices().keys()
        self._history = history
        self._rules = rules
        dates, chats = history.written(me, KINDS, since=rules.since, until=rules.until, without=self._out)
        self._split: Split = choose_split(
            dates,
            chats,
            validation_share=rules.validation_share,
            test_share=rules.test_share,
            test_chat_share=rules.test_chat_share,
            seed=rules.seed,
        )
        self._pairs: set[bytes] = set()
        self._looks_for_near = rules.near_duplicates == "on" or (rules.near_duplicates == "auto" and len(dates) >= MANY)
        self._processes = helpers(len(dates)) if processes is None else processes

    @cached_property
    def _near(self) -> Near | None:
        """The long replies learned so far, where near ones are looked for."""
        if not self._looks_for_near:
            return None
        from twin.prepare.near import Near  # a second, in which other processes clean already

        return Near()

    @property
    def person(self) -> str:
        """The person's name."""
        return self.names[self.me]

    def title(self, chat: Chat) -> str:
        """How a chat is called in the dataset."""
        return chat.name or self.names.get(chat.id) or DELETED

    def no_part(self, chat: Chat) -> str | None:
        """Why a chat takes no part; None where it does."""
        return EXCLUDED if chat.id in self._excluded else OPTED_OUT if chat.id in self._out else NO_PART.get(chat.kind)

    def is_opted_out(self, message: Message) -> bool:
        """Whether somebody wrote a message, or what it forwards, who has opted out."""
        return message.sender_id in self._out or (message.forwarded_from or "").casefold() in self._out_names

    def split_of(self, decision: Decision) -> str:
        """The split in which a decision's conversation lies."""
        last = decision.messages[-1]
        return self._split.of(last.chat_id, last.date)

    def all(self) -> Generator[tuple[Chat, Decision | None]]:
        """The decisions about every chat, one chat after the other; None behind the last one of each. To be asked for once."""
        ahead: deque[_Stretch] = deque()
        replies, cleaned = Counter[bytes](), list[Cleaned]()
        with closing(self._cleaned(ahead)) as texts:
            for text in texts:
                if text is not None:
                    cleaned.append(text)
                    continue
                stretch, some, cleaned = ahead.popleft(), cleaned, []
                if stretch.part is None:
                    replies.clear()
                    yield stretch.chat, None
                elif stretch.reason:
                    yield stretch.chat, self._left_out(stretch.part, stretch.reason)
                elif not stretch.own:
                    yield stretch.chat, Decision(stretch.part, 0, None, 0, {})
                else:
                    yield stretch.chat, self._decide(stretch, some, replies)

    def _cleaned(self, ahead: deque[_Stretch]) -> Generator[Cleaned | None]:
        """The messages of every stretch, cleaned, and None behind the last one of each; stretches whose messages are being cleaned stand in `ahead`."""

        def texts() -> Iterator[str | None]:
            for chat in self.chats:
                for stretch in self._stretches(chat):
                    ahead.append(stretch)
                    yield from self._to_clean(stretch)
                    yield None

        return clean_all(self.cleaner, texts(), self._processes) if self.cleaner else (None for text in texts() if text is None)

    def _stretches(self, chat: Chat) -> Iterator[_Stretch]:
        """A chat's messages by what is to be done with them, and what ends the chat."""
        rules, no_part, enough = self._rules, self.no_part(chat), False
        waiting: list[_Stretch] = []
        for part, inside in _cut(self._history.messages(chat.id), rules):
            own = [message.sender_id for message in part].count(self.me)
            if self._out:
                self.opted_out += sum(map(self.is_opted_out, part))
            if no_part or not inside:
                yield _Stretch(chat, part, own, no_part or "outside the dates")
            elif not own:
                yield _Stretch(chat, part, 0)
            else:
                waiting.append(_Stretch(chat, part, own))
                enough = enough or len(waiting) >= rules.minimum_conversations
                if enough:
                    yield from waiting
                    waiting.clear()
        yield from (stretch._replace(reason="too few conversations") for stretch in waiting)
        yield _Stretch(chat, None)

    def _to_clean(self, stretch: _Stretch) -> Iterator[str]:
        """The texts of a stretch that are cleaned, in order."""
        if self.cleaner and stretch.part and stretch.own and not stretch.reason:
            yield from (message.text for message in stretch.part if message.text and not (self._out and self.is_opted_out(message)))

    def _left_out(self, part: list[Message], reason: str) -> Decision:
        left_out = {message.id: reason for message in part if message.sender_id == self.me}
        return Decision(part, len(left_out), None, 0, left_out)

    def _decide(self, stretch: _Stretch, cleaned: list[Cleaned], replies: Counter[bytes]) -> Decision:
        chat, part, own, _ = stretch
        assert part is not None
        messages, private = self._clean(part, cleaned)
        turns, left_out = merge(messages, self.me, self.names)
        left_out |= private
        if len(turns) < self._rules.minimum_turns:
            return self._left_out(part, "too few turns")
        left_out |= _unlearn(turns, self._faults(turns))
        left_out |= _unlearn(turns, repeats(turns, self._pairs, replies, self._rules.reply_cap, self._near))
        if self._rules.judged:
            left_out |= _unlearn(turns, self._rules.judged.against(turns))
        targets = sum(len(turn.ids) for turn in turns if turn.learn)
        conversation = Conversation(chat.id, self.title(chat), chat.kind, self.person, part[0].date, tuple(turns))
        return Decision(part, own, conversation, targets, left_out)

    def _faults(self, turns: list[Turn]) -> dict[int, str]:
        """What the filters that are on have against turns to learn, by their place."""
        found = {}
        if self._rules.quality:
            found = {place: reason for place, turn in enumerate(turns) if turn.learn and (reason := fault(turn.bubbles))}
        if self._rules.toxic_words:
            toxic = (place for place, turn in enumerate(turns) if turn.learn and slurs(turn.bubbles) >= self._rules.toxic_words)
            found = dict.fromkeys(toxic, SLURS) | found
        return found

    def _people(self) -> tuple[set[str], set[str]]:
        """The names of those the person writes with, and of those who only write in groups."""
        alone = [chat for chat in self.chats if chat.kind is ChatKind.PERSONAL]
        contacts = {name for chat in alone for name in (chat.name, self.names.get(chat.id)) if name}
        return contacts, {name for number, name in self.names.items() if number != self.me} - contacts

    @staticmethod
    def _renamed(chat: Chat, cleaner: Cleaner) -> str | None:
        """A chat's name without what is private in it: a person's is theirs, a group's may have anything in it."""
        if chat.name is None or chat.kind is ChatKind.PERSONAL:
            return chat.name and cleaner.name(chat.name)
        return cleaner.clean(chat.name).text

    def _clean(self, part: list[Message], cleaned: list[Cleaned]) -> tuple[list[Message], dict[int, str]]:
        """The messages without what is private in them or of people who opted out, and why those of the person are missing that are."""
        if self.cleaner is None:
            return part, {}
        kept, private, each = [], {}, iter(cleaned)
        for message in part:
            if self._out and self.is_opted_out(message):
                if message.sender_id == self.me:
                    private[message.id] = OPTED_OUT
                continue
            text, found = next(each) if message.text else (message.text, ())
            if found:
                self.private.update(found)
            if text is not None:
                kept.append(message if text is message.text else message._replace(text=text))
            elif message.sender_id == self.me:
                private[message.id] = PRIVATE
        return kept, private


def _unlearn(turns: list[Turn], reasons: Mapping[int, str]) -> dict[int, str]:
    """Makes turns context alone, by their place; returns the reasons by the ids of their messages."""
    left_out: dict[int, str] = {}
    for place, reason in reasons.items():
        turns[place] = replace(turns[place], learn=False)
        left_out |= dict.fromkeys(turns[place].ids, reason)
    return left_out


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
